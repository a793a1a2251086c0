package ledger

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/ledger/books"
)

// Settings of the books.
const (
	SettingBooks     = "company.books"
	SettingStandard  = "ledger.standard"
	SettingVAT       = "company.vat"
	SettingFrom      = "ledger.from"
	SettingReview    = "ledger.review"
	SettingTwoPeople = "ledger.two_people"
	SettingAutoPost  = "ledger.auto_post"
)

// Options says which books a company starts with.
type Options struct {
	Standard string // books.Small or books.General
	VAT      string // books.Small or books.General
	From     clock.Month
	Lang     string // "en" names the accounts in English; both names are kept
}

// Install gives a company its books: the chart of the standard, the account of every role, the first period, and the
// settings that say so. It is done once. Problems: ledger.installed, ledger.standard.
func Install(tx *kernel.Tx, o Options) error {
	have, err := anyAccount(tx.View)
	if err != nil {
		return err
	}
	if have {
		return problem.Conflicted("ledger.installed")
	}
	full, err := books.Load(o.Standard)
	if err != nil {
		return problem.Rule("ledger.standard", "standard", o.Standard, "vat", o.VAT)
	}
	shipped, err := full.ForVAT(o.VAT)
	if err != nil || !o.From.Valid() {
		return problem.Rule("ledger.standard", "standard", o.Standard, "vat", o.VAT)
	}
	byCode := map[string]int64{}
	for _, b := range shipped.Accounts {
		if b.Special {
			continue
		}
		a := fromBook(b)
		if o.Lang == "en" {
			a.Name = a.NameEn
		}
		a.Parent = byCode[b.Parent]
		if err := accounts(tx.Company).Save(tx, a); err != nil {
			return err
		}
		byCode[a.Code] = a.ID
	}
	list, err := books.RoleList(o.Standard, o.VAT)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := roles(tx.Company).Save(tx, &Role{Role: r.Name, Name: kernel.T(r.Zh, r.En).In(o.Lang), NameEn: r.En, Account: byCode[r.Account]}); err != nil {
			return err
		}
	}
	touchChart(tx)
	if err := openPeriod(tx, o.From); err != nil {
		return err
	}
	return settings.Put(tx, map[string]string{
		SettingBooks: "true", SettingStandard: o.Standard, SettingVAT: o.VAT, SettingFrom: string(o.From),
	})
}

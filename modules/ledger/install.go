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
	choiceOf(tx).made = true
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

// choice is what became of the wish for books in one unit.
type choice struct{ wanted, made bool }

type choiceKey struct{}

func choiceOf(tx *kernel.Tx) *choice {
	return kernel.Local(tx, choiceKey{}, func() *choice { return &choice{} })
}

// installChosen ends a unit that switched books on: a company that never had any gets its chart, by the standard, the
// kind of taxpayer and the first month that the same unit may have set. Without them: small enterprises, general
// taxpayer, the month of the day. What was posted before has no vouchers and is brought in as opening balances.
func installChosen(tx *kernel.Tx) error {
	if choice := choiceOf(tx); !choice.wanted || choice.made {
		return nil
	}
	if have, err := anyAccount(tx.View); err != nil || have {
		return err
	}
	set, err := settings.Stored(tx.Snapshot)
	if err != nil {
		return err
	}
	o := Options{Standard: set[SettingStandard], VAT: set[SettingVAT], From: clock.Month(set[SettingFrom]), Lang: language(tx.Company)}
	if o.Standard == "" {
		o.Standard = books.Small
	}
	if o.VAT == "" {
		o.VAT = books.General
	}
	if o.From == "" {
		o.From = tx.Today.Month()
	}
	return Install(tx, o)
}

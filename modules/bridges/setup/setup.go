package setup

import (
	"cmp"
	"context"
	"strconv"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/profile"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// Module fills the port that the set-up page and the command line call.
func Module() kernel.Module {
	return kernel.Module{
		Name:  "bridge.setup",
		Needs: []string{"base.organisation", "base.profile", "base.party", "base.item", "base.unit", "base.tax", "base.warehouse", "settlement", "ledger", "approval", "crm", "office"},
		Setup: func(c *kernel.Company) error { return auth.Setup.Fill(c, Run) },
	}
}

// Run sets the company up in one unit. Problems point at the input's fields; setup.done when there is a user already.
func Run(ctx context.Context, c *kernel.Company, in auth.SetupInput) error {
	defaults(&in)
	var list problem.List
	for path, value := range map[string]string{"/company": in.Company, "/name": in.Name, "/login": in.Login} {
		if value == "" {
			list.Add(problem.Rule("required").At(path))
		}
	}
	if p := auth.CheckPassword(in.Password); p != nil {
		list.AddAt("/password", p)
	}
	if _, err := clock.ParseMonth(in.From); in.From != "" && err != nil {
		list.Add(problem.Rule("setup.month").At("/from"))
	}
	if len(list) > 0 {
		return list
	}
	hash, err := auth.Hash(ctx, in.Password)
	if err != nil {
		return err
	}
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "setup", func(tx *kernel.Tx) error {
		source := auth.Accounts.Of(c)
		if n, err := source.Count(tx.View); err != nil || n > 0 {
			if err == nil {
				err = problem.Conflicted("setup.done")
			}
			return err
		}
		return write(tx, in, hash)
	})
}

func defaults(in *auth.SetupInput) {
	for field, fallback := range map[*string]string{&in.Trade: "trading", &in.Lang: "zh", &in.Standard: "small", &in.VAT: "general"} {
		if *field == "" {
			*field = fallback
		}
	}
}

func write(tx *kernel.Tx, in auth.SetupInput, hash string) error {
	err := settings.Put(tx, map[string]string{
		organisation.SettingName: in.Company, organisation.SettingTrade: in.Trade, organisation.SettingLanguage: in.Lang,
		profile.Setting: cmp.Or(in.Profile, profile.Sheets),
	})
	if err != nil {
		return err
	}
	if err := people(tx, in, hash); err != nil {
		return err
	}
	if err := masters(tx, in.Lang, in.Trade); err != nil {
		return err
	}
	if err := approval.Install(tx, in.Lang); err != nil {
		return err
	}
	if err := crm.Install(tx, in.Lang); err != nil {
		return err
	}
	if err := office.Install(tx, in.Lang); err != nil {
		return err
	}
	if !in.Books {
		return settings.Put(tx, map[string]string{ledger.SettingVAT: in.VAT})
	}
	from := clock.Month(in.From)
	if from == "" {
		from = tx.Today.Month() // what a firm has and is owed is what it is today
	}
	return ledger.Install(tx, ledger.Options{Standard: in.Standard, VAT: in.VAT, From: from, Lang: in.Lang})
}

// people makes the first department, person and administrator.
func people(tx *kernel.Tx, in auth.SetupInput, hash string) error {
	t := func(zh, en string) string { return kernel.T(zh, en).In(in.Lang) }
	department := &organisation.Department{Code: "01", Name: t("公司", "Company"), Active: true}
	if err := pipeline.Create(tx, organisation.Departments, department); err != nil {
		return err
	}
	person := &organisation.Person{Code: "001", Name: in.Name, Department: department.ID, Active: true}
	if err := pipeline.Create(tx, organisation.People, person); err != nil {
		return err
	}
	user := &organisation.User{Login: in.Login, Name: in.Name, Person: person.ID, Roles: "administrator", Lang: in.Lang}
	if err := pipeline.Create(tx, organisation.Users, user); err != nil {
		return err
	}
	if err := resource.Flush(tx); err != nil { // the hash refers to the user's row
		return err
	}
	return auth.Accounts.Of(tx.Company).SetPassword(tx, user.ID, hash)
}

func masters(tx *kernel.Tx, lang, trade string) error {
	t := func(zh, en string) string { return kernel.T(zh, en).In(lang) }
	for _, u := range []struct {
		code, zh, en string
		decimals     int64
	}{{"pcs", "个", "pcs", 0}, {"box", "盒", "box", 0}, {"ctn", "箱", "carton", 0}, {"set", "套", "set", 0}, {"kg", "公斤", "kg", 3}, {"m", "米", "m", 2}} {
		if err := pipeline.Create(tx, unit.Units, &unit.Unit{Code: u.code, Name: t(u.zh, u.en), Decimals: u.decimals, Active: true}); err != nil {
			return err
		}
	}
	for _, percent := range []int64{0, 1, 3, 6, 9, 13} {
		code := strconv.FormatInt(percent, 10) + "%"
		rate := &tax.Rate{Code: code, Name: t("增值税 ", "VAT ") + code, Rate: money.Rate(percent * int64(money.OneRate) / 100), Active: true}
		if err := pipeline.Create(tx, tax.Rates, rate); err != nil {
			return err
		}
	}
	for _, term := range []*party.Term{
		{Code: "CASH", Name: t("现结", "Cash"), Active: true},
		{Code: "M30", Name: t("月结 30 天", "30 days from month end"), Days: 30, FromMonthEnd: true, Active: true},
	} {
		if err := pipeline.Create(tx, party.Terms, term); err != nil {
			return err
		}
	}
	if err := party.InstallLevels(tx, lang); err != nil {
		return err
	}
	if err := pipeline.Create(tx, warehouse.Warehouses, &warehouse.Warehouse{Code: "01", Name: t("主仓库", "Main warehouse"), Active: true}); err != nil {
		return err
	}
	if err := pipeline.Create(tx, item.Categories, &item.Category{Code: "01", Name: t("商品", "Goods")}); err != nil {
		return err
	}
	if err := ofTrade(tx, lang, trade); err != nil {
		return err
	}
	for _, a := range []*settlement.MoneyAccount{
		{Code: "01", Name: t("现金", "Cash"), Kind: "cash", Active: true}, {Code: "02", Name: t("银行存款", "Bank"), Kind: "bank", Active: true},
		{Code: "03", Name: t("微信", "WeChat"), Kind: "wechat", Active: true}, {Code: "04", Name: t("支付宝", "Alipay"), Kind: "alipay", Active: true},
	} {
		if err := pipeline.Create(tx, settlement.MoneyAccounts, a); err != nil {
			return err
		}
	}
	return nil
}

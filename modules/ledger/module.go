package ledger

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

//go:embed migrations/*.sql
var migrations embed.FS

var menu = kernel.T("账簿", "Books")

// Module declares the ledger.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "ledger", Needs: []string{"base.organisation", "base.party", "base.item", "base.warehouse"}, Migrations: files, Setup: setup,
	}
}

func setup(c *kernel.Company) error {
	if err := c.Add(Accounts.Def, Roles.Def, Periods.Def, Vouchers.Def); err != nil {
		return err
	}
	if err := c.AddReport(reports()...); err != nil {
		return err
	}
	c.AddSetting(companySettings()...)
	c.AddSeal(SealOrder, "ledger", seal)
	c.AddSeal(SealOrder-1, "ledger.books", installChosen)
	items := []kernel.MenuItem{{Resource: Vouchers.Name}, {Report: "ledger.trial_balance"}, {Report: "ledger.general_ledger"},
		{Report: "ledger.subsidiary_ledger"}, {Report: "ledger.dimension_balance"}, {Report: "ledger.journal"}, {Report: "ledger.balance_sheet"},
		{Report: "ledger.income_statement"}, {Resource: Periods.Name}, {Resource: Accounts.Name}, {Resource: Roles.Name}}
	for i := range items {
		items[i].Setting = SettingBooks
	}
	c.AddMenu("books", menu, items...)
	return nil
}

func companySettings() []*kernel.Setting {
	group := kernel.T("账簿", "Books")
	option := func(value, zh, en string) kernel.Option { return kernel.Option{Value: value, Label: kernel.T(zh, en)} }
	field := func(name string, kind kernel.Kind, zh, en string) kernel.Field {
		return kernel.Field{Name: name, Kind: kind, Label: kernel.T(zh, en)}
	}
	list := []*kernel.Setting{
		{Field: field(SettingBooks, kernel.KindBool, "启用账簿", "Keep books"), Fixed: switched},
		{Field: field(SettingStandard, kernel.KindEnum, "会计准则", "Accounting standard"), Fixed: once},
		{Field: field(SettingVAT, kernel.KindEnum, "增值税纳税人", "VAT taxpayer"), Fixed: once},
		{Field: field(SettingFrom, kernel.KindMonth, "启用期间", "Books start in"), Fixed: once},
		{Field: field(SettingReview, kernel.KindBool, "凭证须审核后记账", "Vouchers are reviewed before posting")},
		{Field: field(SettingTwoPeople, kernel.KindEnum, "制单人与审核人不能相同", "Maker and reviewer differ")},
		{Field: field(SettingAutoPost, kernel.KindBool, "业务凭证自动记账", "Post vouchers of documents at once")},
	}
	list[1].Options = []kernel.Option{option("small", "小企业会计准则", "Small enterprises"), option("general", "企业会计准则", "General")}
	list[2].Options = []kernel.Option{option("small", "小规模纳税人", "Small-scale"), option("general", "一般纳税人", "General")}
	list[5].Default, list[5].Options = "auto", []kernel.Option{option("auto", "有两个人能审核时，手工凭证不能自己审核", "Where two people may review: not for vouchers written by hand"),
		option("true", "一律不能自己审核", "Always"), option("false", "可以自己审核", "Never")}
	list[0].Help = kernel.T("启用后过账的单据才有凭证；之前的库存、往来和资金，用期初余额录入账簿。",
		"Documents posted from then on have vouchers; enter what there was before as opening balances.")
	for _, s := range list {
		s.Group = group
		if s.Kind == kernel.KindBool {
			s.Default = "false"
		}
	}
	return list
}

// once lets a choice be made, not changed once there are books: accounts and figures depend on it.
func once(tx *kernel.Tx, old, now string) error {
	if Enabled(tx.Company) && old != "" && old != now {
		return problem.Conflicted("ledger.setting_fixed")
	}
	return nil
}

// switched lets books be switched off only while nothing is booked. Switching them on asks for their chart.
func switched(tx *kernel.Tx, old, now string) error {
	if now == "true" && old != "true" {
		choiceOf(tx).wanted = true
	}
	if now == "true" || old != "true" {
		return nil
	}
	any, err := anyVoucher(tx.View)
	if err == nil && any {
		err = problem.Conflicted("ledger.setting_fixed")
	}
	return err
}

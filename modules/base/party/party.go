package party

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Term says when a debt is due: days after the date, or after the end of its month.
type Term struct {
	resource.Base
	Code         string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name         string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Days         int64  `zg:"list" zh:"账期天数" en:"Days"`
	FromMonthEnd bool   `zg:"list" zh:"从月末起算" en:"From end of month"`
	Active       bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Terms is the resource of payment terms.
var Terms = resource.Declare[Term](resource.Spec[Term]{
	Name: "base.payment_term", Label: kernel.T("付款条件", "Payment term"), Kind: "setup",
	Empty: kernel.T("什么时候付款，例如 现结、月结 30 天。", "When payment is due, such as cash or 30 days from the end of the month."),
	Quick: []string{"code", "name", "days"},
	Validate: func(t *Term) problem.List {
		var list problem.List
		if t.Days > 3650 {
			list.Add(problem.Rule("term.days").At("/days"))
		}
		return list
	},
})

// Due gives the day on which a debt of the date is due.
func (t *Term) Due(date clock.Date) clock.Date {
	if t == nil {
		return date
	}
	if t.FromMonthEnd {
		date = date.Month().Last()
	}
	return date.AddDays(int(t.Days))
}

// Party is whom the firm deals with.
type Party struct {
	resource.Base
	Code        string       `zg:"list,search,sort,unique,max=40,width=100" zh:"编码" en:"Code" help:"留空时自动编号|Left empty it is numbered"`
	Name        string       `zg:"required,list,search,sort,max=120,width=220" zh:"名称" en:"Name"`
	Short       string       `zg:"search,max=40" zh:"简称" en:"Short name"`
	Customer    bool         `zg:"list,filter,default=true,width=70" zh:"客户" en:"Customer"`
	Supplier    bool         `zg:"list,filter,width=70" zh:"供应商" en:"Supplier"`
	Contact     string       `zg:"list,search,max=60,width=110,section=联系|Contact" zh:"联系人" en:"Contact"`
	Title       string       `zg:"max=60,section=联系|Contact" zh:"职务" en:"Job title"`
	Phone       string       `zg:"list,max=60,right=phone,width=130,section=联系|Contact" zh:"电话" en:"Phone"`
	Fax         string       `zg:"max=60,right=phone,section=联系|Contact" zh:"传真" en:"Fax"`
	Email       string       `zg:"max=120,right=phone,section=联系|Contact" zh:"邮箱" en:"E-mail"`
	Address     string       `zg:"max=200,section=联系|Contact" zh:"地址" en:"Address"`
	City        string       `zg:"list,filter,search,max=60,section=联系|Contact" zh:"城市" en:"City"`
	Region      string       `zg:"filter,max=60,section=联系|Contact" zh:"省/地区" en:"Region"`
	Country     string       `zg:"filter,max=60,section=联系|Contact" zh:"国家" en:"Country"`
	Postcode    string       `zg:"max=20,section=联系|Contact" zh:"邮编" en:"Postcode"`
	TaxNumber   string       `zg:"search,max=20,section=税务与银行|Tax and bank" zh:"税号" en:"Tax number"`
	BankName    string       `zg:"max=80,right=bank,section=税务与银行|Tax and bank" zh:"开户行" en:"Bank"`
	BankAccount string       `zg:"max=40,right=bank,section=税务与银行|Tax and bank" zh:"银行账号" en:"Bank account"`
	TaxMode     string       `zg:"default=none,section=结算|Settlement" zh:"计税方式" en:"Tax" opt:"none|不计税|No tax;excluded|不含税|Tax excluded;included|含税|Tax included"`
	TaxRate     int64        `zg:"ref=base.tax_rate,section=结算|Settlement" zh:"默认税率" en:"Default tax rate"`
	PaymentTerm int64        `zg:"ref=base.payment_term,filter,section=结算|Settlement" zh:"付款条件" en:"Payment term"`
	CreditLimit money.Amount `zg:"right=credit,section=结算|Settlement" zh:"信用额度" en:"Credit limit" help:"0 表示不限|0 means no limit"`
	Owner       int64        `zg:"list,filter,ref=base.person,width=90" zh:"业务员" en:"Salesperson"`
	Department  int64        `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
	Active      bool         `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active"`
	Note        string       `zg:"longtext,max=2000" zh:"备注" en:"Note"`
}

// Parties is the resource.
var Parties = resource.Declare[Party](resource.Spec[Party]{
	Name: "base.party", Path: "base/parties", Label: kernel.T("往来单位", "Party"), Sub: []string{"code", "contact", "city"},
	Empty: kernel.T("客户和供应商都记在这里。", "Customers and suppliers are kept here."),
	Quick: []string{"name", "contact", "phone"},
	Scope: &kernel.Anchor{Owner: "owner", Department: "department"},
	Validate: func(p *Party) problem.List {
		var list problem.List
		if !p.Customer && !p.Supplier {
			list.Add(problem.Rule("party.kind").At("/customer"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, old, p *Party) error {
		if err := numberCode(tx, p); err != nil {
			return err
		}
		return unique(tx, old, p)
	},
})

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares parties and payment terms.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.party", Needs: []string{"base.organisation", "base.tax"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("partners", kernel.T("客户", "Customers"), kernel.MenuItem{Resource: "base.party"})
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.payment_term"})
		return c.Add(Terms.Def, Parties.Def)
	}}
}

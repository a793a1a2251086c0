package party

import (
	"embed"
	"io/fs"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer"
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

// Party is whom the firm deals with. Contact, Birthday, Phone and Address of the head are those of the first contact and place;
// further ones are lines.
type Party struct {
	resource.Base
	Code           string       `zg:"list,search,sort,unique,max=40,width=100" zh:"编码" en:"Code" help:"留空时自动编号|Left empty it is numbered"`
	Name           string       `zg:"required,list,search,sort,max=120,width=220" zh:"名称" en:"Name"`
	Short          string       `zg:"search,max=40" zh:"简称" en:"Short name"`
	Customer       bool         `zg:"list,filter,default=true,width=70" zh:"客户" en:"Customer"`
	Supplier       bool         `zg:"list,filter,width=70" zh:"供应商" en:"Supplier"`
	Tags           string       `zg:"list,filter,search,max=200,width=140" zh:"标签" en:"Tags" help:"多个标签用逗号分开，例如 大客户,老客户|Several tags are parted by commas"`
	Contact        string       `zg:"list,search,max=60,width=110,section=联系|Contact" zh:"联系人" en:"Contact"`
	Title          string       `zg:"max=60,section=联系|Contact" zh:"职务" en:"Job title"`
	Birthday       clock.Date   `zg:"width=100,section=联系|Contact" zh:"联系人生日" en:"Contact's birthday"`
	Phone          string       `zg:"list,max=60,right=phone,width=130,section=联系|Contact" zh:"电话" en:"Phone"`
	Fax            string       `zg:"max=60,right=phone,section=联系|Contact" zh:"传真" en:"Fax"`
	Email          string       `zg:"max=120,right=phone,section=联系|Contact" zh:"邮箱" en:"E-mail"`
	Address        string       `zg:"max=200,section=联系|Contact" zh:"地址" en:"Address"`
	City           string       `zg:"list,filter,search,max=60,section=联系|Contact" zh:"城市" en:"City"`
	Region         string       `zg:"filter,max=60,section=联系|Contact" zh:"省/地区" en:"Region"`
	Country        string       `zg:"filter,max=60,section=联系|Contact" zh:"国家" en:"Country"`
	Postcode       string       `zg:"max=20,section=联系|Contact" zh:"邮编" en:"Postcode"`
	TaxNumber      string       `zg:"search,max=40,section=税务与银行|Tax and bank" zh:"税号" en:"Tax number"`
	InvoiceTitle   string       `zg:"max=120,section=税务与银行|Tax and bank" zh:"开票名称" en:"Invoice title" help:"留空时用名称|Left empty it is the name"`
	InvoiceContact string       `zg:"max=200,right=phone,section=税务与银行|Tax and bank" zh:"开票地址电话" en:"Address and phone on invoices"`
	BankName       string       `zg:"max=80,right=bank,section=税务与银行|Tax and bank" zh:"开户行" en:"Bank"`
	BankAccount    string       `zg:"max=40,right=bank,section=税务与银行|Tax and bank" zh:"银行账号" en:"Bank account"`
	TaxMode        string       `zg:"default=none,section=结算|Settlement" zh:"计税方式" en:"Tax" opt:"none|不计税|No tax;excluded|不含税|Tax excluded;included|含税|Tax included"`
	TaxRate        int64        `zg:"ref=base.tax_rate,section=结算|Settlement" zh:"默认税率" en:"Default tax rate"`
	PaymentTerm    int64        `zg:"ref=base.payment_term,filter,section=结算|Settlement" zh:"付款条件" en:"Payment term"`
	CreditLimit    money.Amount `zg:"right=credit,section=结算|Settlement" zh:"信用额度" en:"Credit limit" help:"0 表示不限|0 means no limit"`
	CreditDays     int64        `zg:"right=credit,section=结算|Settlement" zh:"允许逾期天数" en:"Days overdue allowed" help:"欠款到期后再超过这么多天，算逾期；0 表示不管|A debt that is due for more days than these is too old; 0 means it does not matter"`
	PriceLevel     int64        `zg:"filter,ref=base.price_level,section=结算|Settlement" zh:"价格等级" en:"Price level" help:"留空按零售价|Left empty it pays the list price"`
	Owner          int64        `zg:"list,filter,ref=base.person,width=90" zh:"业务员" en:"Salesperson"`
	Department     int64        `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
	Pooled         bool         `zg:"readonly,filter" zh:"公海" en:"Public pool"`
	Touched        clock.Date   `zg:"readonly,list,sort,width=100" zh:"最近联系" en:"Last contact"`
	Claimed        clock.Date   `zg:"readonly" zh:"领取日期" en:"Claimed on"`
	LeftPool       clock.Date   `zg:"readonly,hidden" zh:"离开公海日期" en:"Left the pool on"`
	Person         int64        `zg:"readonly,filter,ref=base.person" zh:"本公司员工" en:"Employee"` // the person it stands for: neither customer nor supplier
	MergedInto     int64        `zg:"readonly,ref=base.party" zh:"已并入" en:"Merged into"`
	Active         bool         `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active"`
	Note           string       `zg:"longtext,max=2000" zh:"备注" en:"Note"`

	Contacts      []Contact      `lines:"base_party_contact" zh:"其他联系人" en:"Contacts"`
	Addresses     []Address      `lines:"base_party_address" zh:"其他地址" en:"Addresses"`
	Collaborators []Collaborator `lines:"base_party_collaborator" zh:"协作人" en:"Collaborators"`
}

// Contact is a further person at a party.
type Contact struct {
	resource.Line
	Name     string     `zg:"required,enter,max=60,width=110" zh:"姓名" en:"Name"`
	Title    string     `zg:"enter,max=60" zh:"职务" en:"Job title"`
	Phone    string     `zg:"enter,max=60,right=phone,width=130" zh:"电话" en:"Phone"`
	Wechat   string     `zg:"enter,max=60,right=phone" zh:"微信" en:"WeChat"`
	Email    string     `zg:"enter,max=120,right=phone" zh:"邮箱" en:"E-mail"`
	Birthday clock.Date `zg:"enter,width=100" zh:"生日" en:"Birthday"`
	Main     bool       `zg:"width=70" zh:"首要" en:"Main"`
	Note     string     `zg:"enter,max=200" zh:"备注" en:"Note"`
}

// Address is a further place of a party: where goods go, where the invoice goes.
type Address struct {
	resource.Line
	Label   string `zg:"enter,max=40,width=110" zh:"名称" en:"Label"`
	Contact string `zg:"enter,max=60" zh:"收货人" en:"Contact"`
	Phone   string `zg:"enter,max=60,right=phone,width=130" zh:"电话" en:"Phone"`
	Address string `zg:"required,enter,max=200,width=220" zh:"地址" en:"Address"`
	City    string `zg:"enter,max=60" zh:"城市" en:"City"`
	Region  string `zg:"enter,max=60" zh:"省/地区" en:"Region"`
	Usual   bool   `zg:"width=70" zh:"默认" en:"Default"`
}

// Collaborator is a user who sees a party as if it were his own.
type Collaborator struct {
	resource.Line
	Member int64 `zg:"required,enter,ref=base.user,width=130" zh:"操作员" en:"User"`
}

// Parties is the resource.
var Parties = resource.New[Party]("base.party")

func partySpec() resource.Spec[Party] {
	return resource.Spec[Party]{
		Path: "base/parties", Label: kernel.T("往来单位", "Party"), Sub: []string{"code", "contact", "city"},
		Empty: kernel.T("客户和供应商都记在这里。", "Customers and suppliers are kept here."),
		Quick: []string{"name", "contact", "phone"},
		Scope: &kernel.Anchor{Owner: "owner", Department: "department", Open: "pooled",
			Members: &kernel.Members{Table: "base_party_collaborator", Record: "parent", User: "member"}},
		Actions:  poolActions(),
		Compute:  compute,
		Validate: validate,
		Check:    check,
		Saved:    rekey,
		Deleted:  func(tx *kernel.Tx, p *Party) error { return rekey(tx, p, nil) },
		Facts:    facts,
	}
}

// Standing tells how matters stand with a party on its own page: debt, advance, what is left of the credit, the last
// sheet. Without a supplier nothing is told.
var Standing = kernel.NewPort("party.standing", func(*kernel.View, int64) ([]kernel.Fact, error) { return nil, nil })

func facts(v *kernel.View, p *Party) ([]kernel.Fact, error) {
	out, err := similarFacts(v, p)
	if err != nil || p.ID == 0 {
		return out, err
	}
	more, err := Standing.Of(v.Company)(v, p.ID)
	if err != nil {
		return nil, err
	}
	pool, err := poolFacts(v, p)
	return append(append(out, more...), pool...), err
}

// compute writes tags and tax number as they are kept, and tells of tags and twins what needs the other records.
func compute(v *kernel.View, p *Party, _ string) (problem.List, error) {
	if domestic(p.Country) {
		p.TaxNumber = cleanTaxNumber(p.TaxNumber)
	}
	list, err := knownTags(v, p)
	if err != nil {
		return nil, err
	}
	twins, err := noTwin(v, p)
	return append(list, twins...), err
}

func validate(p *Party) problem.List {
	var list problem.List
	if !p.Customer && !p.Supplier && p.Person == 0 {
		list.Add(problem.Rule("party.kind").At("/customer"))
	}
	if p.CreditDays < 0 || p.CreditDays > maxCreditDays {
		list.Add(problem.Rule("party.credit_days").At("/credit_days"))
	}
	if p.Person != 0 && (p.Customer || p.Supplier) {
		list.Add(problem.Rule("party.person_role", "name", p.Name).At("/customer"))
	}
	if p.TaxNumber != "" && domestic(p.Country) {
		list.AddAt("/tax_number", taxProblem(p.TaxNumber))
	}
	main, usual, members := 0, 0, map[int64]bool{}
	for i, c := range p.Contacts {
		if c.Main {
			if main++; main > 1 {
				list.Add(problem.Rule("party.main_twice").At("/contacts/" + strconv.Itoa(i) + "/main"))
			}
		}
	}
	for i, a := range p.Addresses {
		if a.Usual {
			if usual++; usual > 1 {
				list.Add(problem.Rule("party.usual_twice").At("/addresses/" + strconv.Itoa(i) + "/usual"))
			}
		}
	}
	for i, c := range p.Collaborators {
		if members[c.Member] {
			list.Add(problem.Rule("party.collaborator_twice").At("/collaborators/" + strconv.Itoa(i) + "/member"))
		}
		members[c.Member] = true
	}
	return list
}

func check(tx *kernel.Tx, old, p *Party) error {
	if err := guardPool(tx, old, p); err != nil {
		return err
	}
	if err := numberCode(tx, p); err != nil {
		return err
	}
	if err := unique(tx, old, p); err != nil {
		return err
	}
	if err := activeTags(tx, old, p); err != nil || old != nil {
		return err
	}
	return noTwinNow(tx, p)
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares parties and payment terms.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.party", Needs: []string{"base.organisation", "base.tax"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("partners", kernel.T("客户", "Customers"), kernel.MenuItem{Resource: "base.party"}, kernel.MenuItem{
			Label: kernel.T("公海客户", "Public pool"), To: "/r/base.party?filter=pooled:eq:true", Object: "base.party", Act: "read"})
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.payment_term"}, kernel.MenuItem{Resource: Levels.Name}, kernel.MenuItem{Resource: "base.tag"})
		c.AddSetting(similarSetting())
		c.Hooks = append(c.Hooks, transfer.Adviser{Resource: "base.party", Advise: likeOthers})
		c.Hooks = append(c.Hooks, intakeKinds()...)
		c.AddSetting(poolSettings()...)
		c.AddSeal(9, "party.claimed", noteClaims)
		c.AddSeal(10, "party.keys", writeKeys)
		if err := jobs.Register(c, jobs.Kind{Name: recycleKind, Daily: kernel.T("回收没有联系的客户", "Recycle customers nobody spoke to"), Run: recycle},
			jobs.Kind{Name: mergeKind, Run: runMerge}); err != nil {
			return err
		}
		return c.Add(Terms.Def, Levels.Def, Tags.Def, Parties.Define(partySpec))
	}}
}

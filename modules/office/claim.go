package office

import (
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Category says what an expense was for, or an income that is no sale came from, and where the books keep it: on an account, or on the one that plays a role.
type Category struct {
	resource.Base
	Code    string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name    string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Role    string `zg:"required,list,filter,default=expense" zh:"入账用途" en:"Booked as" opt:"expense|日常费用|Everyday expenses;travel|差旅费|Travel;entertainment|业务招待费|Business entertainment;admin_salary|职工薪酬（含福利）|Staff, with welfare;utilities|水电费|Utilities;promotion|广告宣传费|Advertising and promotion;delivery_freight|销售运输费|Freight on sales;bank_charge|银行手续费|Bank charges;interest|利息|Interest;other_revenue|其他收入|Other income"`
	Account int64  `zg:"list,ref=ledger.account" zh:"指定科目" en:"Account" help:"留空则按入账用途找科目|Left empty, the account follows from what it is booked as"`
	Active  bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Categories is the resource.
var Categories = resource.Declare[Category](resource.Spec[Category]{
	Name: "office.expense_category", Path: "office/expense-categories", Label: kernel.T("收支类别", "Category of expense or income"), Kind: "setup",
	Empty: kernel.T("报销、费用单和其他收入单里选的类别，以及记到哪个科目。", "What people choose on claims, expenses and other incomes, and where it is booked."),
	Quick: []string{"code", "name", "role"},
})

// How much of a claim is set off against what the person has open in advances.
const (
	offsetAuto  = "auto"
	offsetNone  = "none"
	offsetFixed = "fixed"
)

// Claim is what somebody paid for the company and wants back.
type Claim struct {
	Paper
	Reason       string       `zg:"required,list,search,max=200,width=220" zh:"报销事由" en:"Reason"`
	Attachments  int64        `zg:"" zh:"附件张数" en:"Attachments"`
	Total        money.Amount `zg:"computed,list,filter,sort,total" zh:"报销金额" en:"Total"`
	Tax          money.Amount `zg:"computed,total" zh:"其中进项税额" en:"Input tax in it"`
	OffsetBy     string       `zg:"required,default=auto" zh:"冲借款方式" en:"Set off advances" opt:"auto|自动冲抵|As far as possible;none|不冲抵|Not at all;fixed|指定金额|By an amount"`
	OffsetAmount money.Amount `zg:"list,total" zh:"冲借款" en:"Set off" help:"用这次报销抵掉的未还借款。改这里即为指定金额|How much of the open advances this claim pays back. Typing here makes it an amount of your own"`
	Payable      money.Amount `zg:"computed,list,total" zh:"应付金额" en:"To be paid"`
	Paid         money.Amount `zg:"readonly,list,total" zh:"已付金额" en:"Paid"`

	Lines []ClaimLine `lines:"office_claim_line" min:"1" zh:"费用明细" en:"Expenses"`
}

// ClaimLine is one expense, with tax.
type ClaimLine struct {
	resource.Line
	Date        clock.Date   `zg:"enter,width=100" zh:"发生日期" en:"Date"`
	Category    int64        `zg:"required,enter,ref=office.expense_category,width=110" zh:"费用类别" en:"Category"`
	Description string       `zg:"enter,max=200,width=200" zh:"说明" en:"Description"`
	Amount      money.Amount `zg:"required,enter,total" zh:"金额" en:"Amount"`
	Tax         money.Amount `zg:"enter,total" zh:"可抵扣税额" en:"Deductible tax" help:"含在金额里|It is part of the amount"`
	Invoice     string       `zg:"enter,max=40,width=170" zh:"发票号码" en:"Tax invoice"`
}

const claimName = "office.claim"

// Claims is the resource.
var Claims = resource.Declare[Claim](resource.Spec[Claim]{
	Name: claimName, Label: kernel.T("费用报销单", "Expense claim"), Sub: []string{"reason", "date"},
	Empty: kernel.T("垫付的费用在这里报销，附上发票号码，可以冲抵借款。", "Claim what you paid for the company; name the invoices, and set it off against your advance."),
	Scope: byPerson, Number: "BX{yy}{mm}{seq:4}", Prints: forms(),
	Machine: machine([]state.State{draft, waiting},
		state.Transition{Action: "pay_off", From: []state.State{posted}, To: paid},
		state.Transition{Action: "owe", From: []state.State{paid}, To: posted},
		state.Transition{Action: "unpost", From: []state.State{posted, paid}, To: draft}),
	States:  states(kernel.T("待付款", "To be paid"), kernel.T("已付清", "Paid"), paid),
	Actions: claimActions(), Compute: computeClaim, Facts: claimFacts, Validate: validateClaim,
	New: func(_ *kernel.View, c *Claim) error {
		c.OffsetBy = offsetAuto
		return nil
	},
	Check: func(tx *kernel.Tx, old, c *Claim) error {
		if old != nil {
			return nil
		}
		return numberTaken(tx, claimTable, c.Number)
	},
	Saved:   keepInvoices,
	Deleted: func(tx *kernel.Tx, c *Claim) error { return freeInvoices(tx, c.ID) },
	Words:   claimWords,
})

func claimActions() []resource.Action[Claim] {
	return append([]resource.Action[Claim]{
		{Name: "post", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true, Run: func(tx *kernel.Tx, c *Claim, _ any) error {
			return ClaimPosted.Publish(tx, c)
		}},
		{Name: "unpost", Label: kernel.T("撤销入账", "Unpost"), Danger: true, Run: func(tx *kernel.Tx, c *Claim, _ any) error {
			c.Paid = 0
			return ClaimUnposted.Publish(tx, c)
		}, Confirm: kernel.T("撤销 {label} 的入账：应付款、冲借款和凭证一起撤销，单据回到草稿。", "Unpost {label}: what is owed, what it set off and its voucher are taken back, it becomes a draft.")},
		voided(func(tx *kernel.Tx, c *Claim, _ any) error { return freeInvoices(tx, c.ID) }),
		{Name: "pay_off", Label: kernel.T("付清", "Paid"), Hidden: true},
		{Name: "owe", Label: kernel.T("重新待付", "Owed again"), Hidden: true},
	}, held[Claim]()...)
}

// computeClaim adds up, and says what of the person's advances the claim pays back.
func computeClaim(v *kernel.View, c *Claim, changed string) (problem.List, error) {
	if err := c.place(v, changed); err != nil {
		return nil, err
	}
	var amounts, taxes []money.Amount
	for i := range c.Lines {
		l := &c.Lines[i]
		l.Invoice = strings.Join(strings.Fields(l.Invoice), "")
		amounts, taxes = append(amounts, l.Amount), append(taxes, l.Tax)
	}
	var err error
	if c.Total, err = money.SumOf(amounts); err == nil {
		c.Tax, err = money.SumOf(taxes)
	}
	if err != nil {
		return problem.List{problem.Rule("office.range").At("/lines")}, nil
	}
	if changed == "/offset_amount" {
		c.OffsetBy = offsetFixed
	}
	list, err := c.setOff(v)
	if err != nil {
		return nil, err
	}
	taken, err := takenInvoices(v, c)
	return append(list, taken...), err
}

// setOff fills what is set off unless the person gave an amount, which may not be more than there is.
func (c *Claim) setOff(v *kernel.View) (problem.List, error) {
	open, err := heldBy(v, c.Person)
	if err != nil {
		return nil, err
	}
	return c.SetOff(open), nil
}

// SetOff decides what is set off when so much is open in advances. office.offset_over when a given amount is more than
// that or than the total.
func (c *Claim) SetOff(open money.Amount) problem.List {
	most := max(min(open, c.Total), 0)
	switch c.OffsetBy {
	case offsetNone:
		c.OffsetAmount = 0
	case offsetFixed:
	default:
		c.OffsetAmount = most
	}
	c.Payable = c.Total - c.OffsetAmount
	if c.OffsetAmount > most {
		return problem.List{problem.Rule("office.offset_over", "amount", c.OffsetAmount, "open", open, "total", c.Total).At("/offset_amount")}
	}
	return nil
}

func validateClaim(c *Claim) problem.List {
	var list problem.List
	seen := map[string]int{}
	for i, l := range c.Lines {
		at := "/lines/" + strconv.Itoa(i)
		if l.Tax > l.Amount {
			list.Add(problem.Rule("office.tax_over", "tax", l.Tax, "amount", l.Amount).At(at + "/tax"))
		}
		if l.Invoice == "" {
			continue
		}
		if len(l.Invoice) != 8 && len(l.Invoice) != 20 || strings.Trim(l.Invoice, "0123456789") != "" {
			list.Add(problem.Rule("office.invoice_digits", "invoice", l.Invoice, "length", len([]rune(l.Invoice))).At(at + "/invoice"))
		}
		if first, ok := seen[l.Invoice]; ok {
			list.Add(problem.Rule("office.invoice_here", "invoice", l.Invoice, "line", first+1).At(at + "/invoice"))
			continue
		}
		seen[l.Invoice] = i
	}
	return list
}

func claimFacts(v *kernel.View, c *Claim) ([]kernel.Fact, error) {
	return openFact(v, c.Person)
}

// openFact shows what a person has open in advances.
func openFact(v *kernel.View, person int64) ([]kernel.Fact, error) {
	open, err := heldBy(v, person)
	if err != nil || open == 0 {
		return nil, err
	}
	return []kernel.Fact{{Pointer: "/person", Label: kernel.T("未还借款", "Open advances"), Kind: kernel.KindAmount, Value: open.String(),
		To: "/report/" + advancesReport + "?person=" + strconv.FormatInt(person, 10)}}, nil
}

// invoices are the numbers that a claim takes, in order of their lines.
func (c *Claim) invoices() []string {
	var out []string
	if c == nil || c.State == void {
		return nil
	}
	for _, l := range c.Lines {
		if l.Invoice != "" {
			out = append(out, l.Invoice)
		}
	}
	return out
}

// takenInvoices tells which numbers of a draft another claim has.
func takenInvoices(v *kernel.View, c *Claim) (problem.List, error) {
	found, err := claimedBy(v, c.ID, c.invoices())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var list problem.List
	for i, l := range c.Lines {
		if by, ok := found[l.Invoice]; ok && l.Invoice != "" {
			list.Add(by.problem(l.Invoice).At("/lines/" + strconv.Itoa(i) + "/invoice"))
		}
	}
	return list, nil
}

// taker is the claim that has an invoice.
type taker struct{ number, person string }

func (t taker) problem(invoice string) *problem.Problem {
	return problem.Conflicted("office.invoice_taken", "invoice", invoice, "number", t.number, "person", t.person)
}

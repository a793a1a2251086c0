package settlement

import (
	"cmp"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Opening brings the debts and the money that a firm starts with. Its date is the first day of the books; each debt
// keeps the date and the due date it really has, so that it ages rightly. People write it on the page of bridge opening,
// which makes it; it has no place in the menu.
type Opening struct {
	resource.Doc
	Receivable money.Amount `zg:"computed,signed,list,total" zh:"期初应收" en:"Receivable"`
	Payable    money.Amount `zg:"computed,signed,list,total" zh:"期初应付" en:"Payable"`
	Funds      money.Amount `zg:"computed,signed,list,total" zh:"期初资金" en:"Money"`

	Debts []OpeningDebt  `lines:"settlement_opening_debt" zh:"期初往来" en:"Debts"`
	Money []OpeningMoney `lines:"settlement_opening_money" zh:"期初资金" en:"Money"`
}

// OpeningDebt is what one party owes or is owed. A negative amount is an advance that lies on the other side's account
// as a credit and is used up by later receipts.
type OpeningDebt struct {
	resource.Line
	Party     int64        `zg:"required,enter,ref=base.party" zh:"往来单位" en:"Party"`
	Side      string       `zg:"required,enter,default=receivable" zh:"方向" en:"Side" opt:"receivable|应收|Receivable;payable|应付|Payable"`
	Reference string       `zg:"enter,max=60" zh:"原单号" en:"Reference"`
	Date      clock.Date   `zg:"enter" zh:"发生日期" en:"Since"`
	DueDate   clock.Date   `zg:"enter" zh:"到期日" en:"Due date"`
	Amount    money.Amount `zg:"required,signed,enter,total" zh:"金额" en:"Amount"`
}

// OpeningMoney is what lies on one money account.
type OpeningMoney struct {
	resource.Line
	MoneyAccount int64        `zg:"required,enter,ref=settlement.money_account" zh:"结算账户" en:"Money account"`
	Amount       money.Amount `zg:"required,signed,enter,total" zh:"金额" en:"Amount"`
}

// Opened and Unopened tell that an opening was posted or taken back, in the same unit.
var (
	Opened   = kernel.NewTopic[*Opening]("settlement.opened")
	Unopened = kernel.NewTopic[*Opening]("settlement.unopened")
)

// Openings is the resource.
var Openings = resource.Declare[Opening](resource.Spec[Opening]{
	Name: "settlement.opening", Label: kernel.T("期初往来与资金", "Opening debts and money"), Number: "QC{yy}{mm}{seq:4}", NumberOn: "post",
	Empty: kernel.T("开始使用时客户欠多少、欠供应商多少、各账户有多少钱。", "What customers owe, what you owe and what money there is when you start."),
	Machine: &state.Machine{Initial: draft, States: []state.State{draft, posted, void}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{draft}, To: posted},
		{Action: "unpost", From: []state.State{posted}, To: draft},
		{Action: "void", From: []state.State{draft}, To: void},
	}},
	States: states,
	Actions: []resource.Action[Opening]{
		{Name: "post", Label: kernel.T("过账", "Post"), Key: "F9", Primary: true, Run: postOpening},
		{Name: "unpost", Label: kernel.T("撤销过账", "Unpost"), Danger: true, Run: unpostOpening,
			Confirm: kernel.T("撤销 {label} 的过账：期初欠款和凭证一起撤销。", "Unpost {label}: its debts and its voucher are taken back.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("作废 {label}，不能恢复。", "Void {label}; this cannot be undone.")},
	},
	Compute:  computeOpening,
	Validate: validateOpening,
})

func computeOpening(_ *kernel.View, o *Opening, _ string) (problem.List, error) {
	sums := map[string][]money.Amount{}
	for _, d := range o.Debts {
		sums[d.Side] = append(sums[d.Side], d.Amount)
	}
	for _, m := range o.Money {
		sums["money"] = append(sums["money"], m.Amount)
	}
	for key, to := range map[string]*money.Amount{Receivable: &o.Receivable, Payable: &o.Payable, "money": &o.Funds} {
		sum, err := money.Sum(sums[key]...)
		if err != nil {
			return problem.List{problem.Rule("settlement.range")}, nil
		}
		*to = sum
	}
	return nil, nil
}

func validateOpening(o *Opening) problem.List {
	var list problem.List
	if len(o.Debts)+len(o.Money) == 0 {
		list.Add(problem.Rule("settlement.empty").At("/debts"))
	}
	for i, d := range o.Debts {
		at := "/debts/" + strconv.Itoa(i)
		if d.Date > o.Date {
			list.Add(problem.Rule("settlement.opening_date").At(at + "/date"))
		}
		if d.DueDate != "" && d.DueDate < d.Date {
			list.Add(problem.Rule("settlement.due_before").At(at + "/due_date"))
		}
	}
	return list
}

func postOpening(tx *kernel.Tx, o *Opening, _ any) error {
	for _, d := range o.Debts {
		date, due := d.Date, d.DueDate
		if date == "" { // nobody knows since when, so nobody can say that it is late
			date, due = o.Date, cmp.Or(due, NoDue)
		}
		_, err := Raise(tx, Item{
			Party: d.Party, Side: d.Side, Source: "settlement.opening", SourceID: o.ID, SourceNumber: d.Reference, Date: date,
			DueDate: due, Amount: d.Amount,
		})
		if err != nil {
			return err
		}
	}
	return Opened.Publish(tx, o)
}

func unpostOpening(tx *kernel.Tx, o *Opening, _ any) error {
	if err := monthOpen(tx, &o.Doc, unpostClosed); err != nil {
		return err
	}
	if err := Unopened.Publish(tx, o); err != nil {
		return err
	}
	return Drop(tx, "settlement.opening", o.ID)
}

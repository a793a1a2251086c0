package sales

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

const quotationName = "sales.quotation"

// LinkOrders is the kind of links from the lines of quotations to those of orders.
const LinkOrders = "orders"

// Quotation is what a customer was offered, at which prices and until when.
type Quotation struct {
	resource.Doc
	Customer   int64      `zg:"required,list,filter,ref=base.party,width=200" zh:"客户" en:"Customer"`
	ValidUntil clock.Date `zg:"list,filter,sort,width=100" zh:"有效期至" en:"Valid until"`
	Edition    int64      `zg:"readonly,list,width=70" zh:"版次" en:"Edition"`
	Previous   int64      `zg:"readonly,filter,ref=sales.quotation" zh:"上一版" en:"Edition before"`
	Refusal    string     `zg:"readonly,max=200" zh:"拒绝原因" en:"Why refused"`
	ordering.Head
	Terms string `zg:"longtext,max=2000" zh:"报价条款" en:"Terms"`

	Lines   []QuotationLine   `lines:"sales_quotation_line" zh:"明细" en:"Lines"`
	Charges []ordering.Charge `lines:"sales_quotation_charge" zh:"其他费用" en:"Charges"`
}

// QuotationLine is one item of a quotation.
type QuotationLine struct {
	ordering.Line
	Ordered money.Qty `zg:"readonly,total" zh:"已订数量" en:"Ordered" help:"按商品的基本单位|In the item's own unit"`
}

// ordered is the hop from a line of a quotation to a line of the order made from it.
var ordered = &links.Kind{
	Name: LinkOrders, Label: kernel.T("订单", "Order"), Back: kernel.T("来自报价单", "From quotation"),
	Source: quotationName, Lines: "lines", Target: orderName, CapQty: "base_qty", DoneQty: "ordered",
}

// sheet is the quotation as package ordering sees it.
func (q *Quotation) sheet() ordering.Sheet {
	s := ordering.Sheet{Doc: &q.Doc, Head: &q.Head, Party: q.Customer, Charges: q.Charges}
	for i := range q.Lines {
		s.Lines = append(s.Lines, &q.Lines[i].Line)
	}
	return s
}

// late tells whether the quotation is no longer valid on a day.
func (q *Quotation) late(day clock.Date) bool { return q.ValidUntil != "" && q.ValidUntil.Before(day) }

// copied gives what an order, or the next edition, takes over as it stands. A day of delivery that has passed is left out.
func (q *Quotation) copied(day clock.Date) (head ordering.Head, lines []ordering.Line, charges []ordering.Charge) {
	head = q.Head
	if head.Promised.Before(day) {
		head.Promised = ""
	}
	for _, l := range q.Lines {
		line := l.Line
		line.Line = resource.Line{}
		lines = append(lines, line)
	}
	for _, c := range q.Charges {
		c.Line = resource.Line{}
		charges = append(charges, c)
	}
	return head, lines, charges
}

// order plans the order of all that was offered.
func (q *Quotation) order(day clock.Date) *Order {
	o := &Order{Customer: q.Customer, Quotation: q.ID}
	o.Date, o.Owner, o.Department, o.Note = day, q.Owner, q.Department, q.Note
	var lines []ordering.Line
	o.Head, lines, o.Charges = q.copied(day)
	for _, l := range lines {
		o.Lines = append(o.Lines, OrderLine{Line: l})
	}
	return o
}

// next plans the next edition: valid for as long as this one was.
func (q *Quotation) next(day clock.Date) *Quotation {
	n := &Quotation{Customer: q.Customer, Previous: q.ID, Edition: q.Edition + 1, Terms: q.Terms}
	n.Date, n.Owner, n.Department, n.Note = day, q.Owner, q.Department, q.Note
	if q.ValidUntil != "" {
		n.ValidUntil = day.AddDays(q.Date.DaysUntil(q.ValidUntil))
	}
	var lines []ordering.Line
	n.Head, lines, n.Charges = q.copied(day)
	for _, l := range lines {
		n.Lines = append(n.Lines, QuotationLine{Line: l})
	}
	return n
}

func quotationMachine() *state.Machine {
	return &state.Machine{
		Initial: "draft", States: []state.State{"draft", "waiting", "sent", "accepted", "refused", "expired", "superseded", "void"},
		Transitions: []state.Transition{
			{Action: "hold", From: []state.State{"draft"}, To: "waiting"},
			{Action: "release", From: []state.State{"waiting"}, To: "draft"},
			{Action: "send", From: []state.State{"draft", "waiting"}, To: "sent"},
			{Action: "accept", From: []state.State{"sent"}, To: "accepted"},
			{Action: "order", From: []state.State{"sent", "accepted", "expired"}, To: "accepted"},
			{Action: "refuse", From: []state.State{"sent", "accepted"}, To: "refused"},
			{Action: "expire", From: []state.State{"sent"}, To: "expired"},
			{Action: "revise", From: []state.State{"sent", "accepted", "refused", "expired"}, To: "superseded"},
			{Action: "restore", From: []state.State{"superseded"}, To: "sent"},
			{Action: "void", From: []state.State{"draft", "waiting", "sent"}, To: "void"},
		},
	}
}

func quotationStates() map[state.State]kernel.StateInfo {
	return map[state.State]kernel.StateInfo{
		"draft":      {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		"waiting":    {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
		"sent":       {Label: kernel.T("已发出", "Sent"), Tone: "live"},
		"accepted":   {Label: kernel.T("已接受", "Accepted"), Tone: "closed"},
		"refused":    {Label: kernel.T("已拒绝", "Refused"), Tone: "dead"},
		"expired":    {Label: kernel.T("已过期", "Expired"), Tone: "dead"},
		"superseded": {Label: kernel.T("已改版", "Superseded"), Tone: "dead"},
		"void":       {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	}
}

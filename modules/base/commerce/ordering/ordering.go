// Package ordering is what an order of a customer and an order to a supplier have in common: head, lines and charges,
// where their defaults come from, their sums and rules, their life, the hop to the documents that fulfil them and the
// two reports on them. A module embeds Head and Line, adds what is its own and gives a Direction.
//
// Invariants
//  1. What was typed stays; choosing another party or item replaces what came from the former one.
//  2. net + tax = gross for each line, each charge and the order (package commerce).
//  3. How much of a line is done is the sum of its live links; an order is closed exactly when all of it is, or when
//     somebody closed it short.
package ordering

import (
	"strconv"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Head is what every order and quotation carries beside resource.Doc and its party. Goods and Charge are as typed; Net, Tax and Gross
// have Discount and Rounding off.
type Head struct {
	Warehouse   int64        `zg:"filter,ref=base.warehouse" zh:"仓库" en:"Warehouse"`
	Promised    clock.Date   `zg:"list,filter,sort,width=100" zh:"交货日期" en:"Promised for"`
	PaymentTerm int64        `zg:"ref=base.payment_term" zh:"付款条件" en:"Payment term"`
	TaxMode     string       `zg:"" zh:"计税方式" en:"Tax" opt:"none|不计税|No tax;excluded|不含税|Tax excluded;included|含税|Tax included"`
	Discount    money.Amount `zg:"" zh:"整单优惠" en:"Whole-sheet discount"`
	Rounding    money.Amount `zg:"" zh:"抹零" en:"Rounding"`
	Goods       money.Amount `zg:"computed,total" zh:"货款" en:"Goods"`
	Charge      money.Amount `zg:"computed" zh:"其他费用" en:"Charges"`
	Net         money.Amount `zg:"computed,total" zh:"不含税金额" en:"Net"`
	Tax         money.Amount `zg:"computed,total" zh:"税额" en:"Tax"`
	Gross       money.Amount `zg:"computed,list,filter,sort,total,width=120" zh:"合计" en:"Total"`
}

// Closing says of an order whether somebody closed it although not all of it was done.
type Closing struct {
	ShortClosed bool `zg:"readonly,filter" zh:"未交齐结案" en:"Closed short"`
}

// Line is one item of an order. Amount is quantity × price less the discount, as typed: with or without tax. Off is the
// line's share, with tax, of what is taken off the whole sheet; Net, Tax and Gross do not have it off. Qty and Price are in
// Unit; BaseQty is Qty in the item's own unit, in which links, stock and reports count. Of items that have a second unit,
// Qty2 is the quantity in that one, and where BySecond says so the amount is Qty2 × price.
type Line struct {
	resource.Line
	Item        int64        `zg:"required,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Spec        string       `zg:"computed,width=140" zh:"规格型号" en:"Specification"`
	Unit        int64        `zg:"ref=base.unit,width=70" zh:"单位" en:"Unit"`
	Description string       `zg:"max=200" zh:"说明" en:"Description"`
	Qty         money.Qty    `zg:"required,enter,total,width=90" zh:"数量" en:"Quantity"`
	BaseQty     money.Qty    `zg:"computed,hidden" zh:"基本数量" en:"Base quantity"`
	Qty2        money.Qty    `zg:"" zh:"副数量" en:"Second quantity"`
	Unit2       int64        `zg:"computed,ref=base.unit" zh:"副单位" en:"Second unit"`
	BySecond    bool         `zg:"computed,hidden" zh:"按副单位计价" en:"Priced by the second unit"`
	Price       money.Price  `zg:"enter,width=100" zh:"单价" en:"Price"`
	Discount    money.Rate   `zg:"width=80" zh:"折扣" en:"Discount" help:"0.1 表示优惠 10%|0.1 is ten percent off"`
	Free        bool         `zg:"width=60" zh:"赠品" en:"Free"`
	Offered     money.Price  `zg:"hidden" zh:"带出的单价" en:"Price offered"`
	TaxRate     int64        `zg:"ref=base.tax_rate" zh:"税率" en:"Tax rate"`
	Rate        money.Rate   `zg:"computed" zh:"适用税率" en:"Rate applied"`
	Amount      money.Amount `zg:"computed,total,width=110" zh:"金额" en:"Amount"`
	Net         money.Amount `zg:"computed,total" zh:"不含税金额" en:"Net"`
	Tax         money.Amount `zg:"computed,total" zh:"税额" en:"Tax"`
	Gross       money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
	Off         money.Amount `zg:"computed" zh:"优惠分摊" en:"Share of discount"`
	Note        string       `zg:"max=200" zh:"备注" en:"Note"`
}

// Charge is an amount beside the goods, such as freight.
type Charge struct {
	resource.Line
	Name    string       `zg:"required,enter,max=60" zh:"费用名称" en:"Charge"`
	Amount  money.Amount `zg:"enter,total" zh:"金额" en:"Amount"`
	TaxRate int64        `zg:"ref=base.tax_rate" zh:"税率" en:"Tax rate"`
	Rate    money.Rate   `zg:"computed" zh:"适用税率" en:"Rate applied"`
	Net     money.Amount `zg:"computed" zh:"不含税金额" en:"Net"`
	Tax     money.Amount `zg:"computed" zh:"税额" en:"Tax"`
	Gross   money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
}

// Sheet is an order as this package sees it. Doc, Head, Lines and Charges point into the module's own record.
type Sheet struct {
	Doc     *resource.Doc
	Head    *Head
	Party   int64
	Lines   []*Line
	Charges []Charge
}

// Direction is what tells the orders of customers from those to suppliers.
type Direction struct {
	Module string // prefix of the codes of problems: "sales"
	Order  string // name of the resource: "sales.order"
	Party  string // field of the order that names the other side: "customer"
	Done   string // field of the lines that says how much of them is fulfilled: "delivered"
	// Role tells whether a party may stand on such an order.
	Role func(*party.Party) bool
}

// LinePath is the JSON pointer of a field of a line.
func LinePath(i int, field string) string { return "/lines/" + strconv.Itoa(i) + "/" + field }

// Machine gives the life of an order. now names the action that confirms and fulfils at once, make the one that makes
// the documents which fulfil it.
func Machine(now, make string) *state.Machine {
	return &state.Machine{
		Initial: "draft", States: []state.State{"draft", "waiting", "confirmed", "closed", "void"},
		Transitions: []state.Transition{
			{Action: "hold", From: []state.State{"draft"}, To: "waiting"},
			{Action: "release", From: []state.State{"waiting"}, To: "draft"},
			{Action: "confirm", From: []state.State{"draft", "waiting"}, To: "confirmed"},
			{Action: now, From: []state.State{"draft"}, To: "draft"}, // which confirms, fulfils and so completes
			{Action: make, From: []state.State{"confirmed"}, To: "confirmed"},
			{Action: "unconfirm", From: []state.State{"confirmed"}, To: "draft"},
			{Action: "close", From: []state.State{"confirmed"}, To: "closed"},
			{Action: "complete", From: []state.State{"confirmed"}, To: "closed"},
			{Action: "resume", From: []state.State{"closed"}, To: "confirmed"},
			{Action: "reopen", From: []state.State{"closed"}, To: "confirmed"},
			{Action: "void", From: []state.State{"draft", "waiting"}, To: "void"},
		},
	}
}

// States says how the states of an order are shown.
func States() map[state.State]kernel.StateInfo {
	return map[state.State]kernel.StateInfo{
		"draft":     {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		"waiting":   {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
		"confirmed": {Label: kernel.T("已确认", "Confirmed"), Tone: "live"},
		"closed":    {Label: kernel.T("已完成", "Closed"), Tone: "closed"},
		"void":      {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	}
}

// Settled gives the action that brings an order's state in line with what was fulfilled, "" when it is: a confirmed one
// of which all is done is to be completed, a closed one of which no longer all is done resumed. Orders that were closed
// short stay closed.
func Settled(s state.State, short, complete bool) string {
	switch {
	case s == "confirmed" && complete:
		return "complete"
	case s == "closed" && !short && !complete:
		return "resume"
	}
	return ""
}

// Validate holds the rules that need nothing but the order.
func (d Direction) Validate(s Sheet) problem.List {
	var list problem.List
	for i, l := range s.Lines {
		if l.Qty < 0 {
			list.Add(problem.Rule(d.Module + ".quantity").At(LinePath(i, "qty")))
		}
		if l.BySecond && l.Qty2 == 0 && l.Qty != 0 {
			list.Add(problem.Rule("item.second_missing").At(LinePath(i, "qty2")))
		}
		if l.Price < 0 {
			list.Add(problem.Rule(d.Module + ".price").At(LinePath(i, "price")))
		}
		if l.Discount < 0 || l.Discount > money.OneRate {
			list.Add(problem.Rule(d.Module + ".discount").At(LinePath(i, "discount")))
		}
	}
	h := s.Head
	if h.Promised != "" && h.Promised.Before(s.Doc.Date) {
		list.Add(problem.Rule(d.Module + ".promised").At("/promised"))
	}
	if h.Gross < 0 {
		field := "/discount"
		if h.Discount == 0 {
			field = "/rounding"
		}
		list.Add(problem.Rule(d.Module+".off", "off", h.Discount+h.Rounding).At(field))
	}
	return list
}

// Sum fills the amounts of lines, charges and head from what was typed. The problem is "commerce.range".
func (s Sheet) Sum() problem.List {
	h := s.Head
	c := commerce.Sheet{Mode: h.TaxMode, Discount: h.Discount, Rounding: h.Rounding}
	for _, l := range s.Lines {
		c.Lines = append(c.Lines, commerce.Line{Qty: l.Measure().Priced(), Price: l.Price, Discount: l.Discount, Rate: l.Rate})
	}
	for _, x := range s.Charges {
		c.Charges = append(c.Charges, commerce.Charge{Amount: x.Amount, Rate: x.Rate})
	}
	t, problems := c.Compute()
	if len(problems) > 0 {
		return problems
	}
	off, err := c.ShareOff()
	if err != nil {
		return problem.List{problem.Rule("commerce.range")}
	}
	for i, l := range c.Lines {
		to := s.Lines[i]
		to.Off = off[i]
		to.Amount, to.Net, to.Tax, to.Gross = l.Amount, l.Net, l.Tax, l.Gross
	}
	for i, x := range c.Charges {
		to := &s.Charges[i]
		to.Net, to.Tax, to.Gross = x.Net, x.Tax, x.Gross
	}
	h.Goods, h.Charge, h.Net, h.Tax, h.Gross = t.Goods, t.Charge, t.Net, t.Tax, t.Gross
	return nil
}

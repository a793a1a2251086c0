package sales

import (
	"strconv"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Order is what a customer ordered. Goods and Charge are as typed; Net, Tax and Gross have Discount and Rounding off.
type Order struct {
	resource.Doc
	Customer      int64        `zg:"required,list,filter,ref=base.party,width=200" zh:"客户" en:"Customer"`
	Warehouse     int64        `zg:"filter,ref=base.warehouse" zh:"仓库" en:"Warehouse"`
	Promised      clock.Date   `zg:"list,filter,sort,width=100" zh:"交货日期" en:"Promised for"`
	CustomerOrder string       `zg:"search,max=60" zh:"客户单号" en:"Customer's order"`
	PaymentTerm   int64        `zg:"ref=base.payment_term" zh:"付款条件" en:"Payment term"`
	TaxMode       string       `zg:"" zh:"计税方式" en:"Tax" opt:"none|不计税|No tax;excluded|不含税|Tax excluded;included|含税|Tax included"`
	Discount      money.Amount `zg:"" zh:"整单优惠" en:"Whole-sheet discount"`
	Rounding      money.Amount `zg:"" zh:"抹零" en:"Rounding"`
	Goods         money.Amount `zg:"computed,total" zh:"货款" en:"Goods"`
	Charge        money.Amount `zg:"computed" zh:"其他费用" en:"Charges"`
	Net           money.Amount `zg:"computed,total" zh:"不含税金额" en:"Net"`
	Tax           money.Amount `zg:"computed,total" zh:"税额" en:"Tax"`
	Gross         money.Amount `zg:"computed,list,filter,sort,total,width=120" zh:"合计" en:"Total"`
	ShortClosed   bool         `zg:"readonly,filter" zh:"未交齐结案" en:"Closed short"`

	Lines   []OrderLine   `lines:"sales_order_line" min:"1" zh:"明细" en:"Lines"`
	Charges []OrderCharge `lines:"sales_order_charge" zh:"其他费用" en:"Charges"`
}

// OrderLine is one item of an order. Amount is quantity × price less the discount, as typed: with or without tax. Off
// is the line's share, with tax, of what is taken off the whole sheet; Net, Tax and Gross do not have it off.
type OrderLine struct {
	resource.Line
	Item        int64        `zg:"required,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Spec        string       `zg:"computed,width=140" zh:"规格型号" en:"Specification"`
	Unit        int64        `zg:"ref=base.unit,width=70" zh:"单位" en:"Unit"`
	Description string       `zg:"max=200" zh:"说明" en:"Description"`
	Qty         money.Qty    `zg:"required,enter,total,width=90" zh:"数量" en:"Quantity"`
	Price       money.Price  `zg:"enter,width=100" zh:"单价" en:"Price"`
	Discount    money.Rate   `zg:"width=80" zh:"折扣" en:"Discount" help:"0.1 表示优惠 10%|0.1 is ten percent off"`
	TaxRate     int64        `zg:"ref=base.tax_rate,width=80" zh:"税率" en:"Tax rate"`
	Rate        money.Rate   `zg:"computed" zh:"适用税率" en:"Rate applied"`
	Amount      money.Amount `zg:"computed,total,width=110" zh:"金额" en:"Amount"`
	Net         money.Amount `zg:"computed,total" zh:"不含税金额" en:"Net"`
	Tax         money.Amount `zg:"computed,total" zh:"税额" en:"Tax"`
	Gross       money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
	Off         money.Amount `zg:"computed" zh:"优惠分摊" en:"Share of discount"`
	Delivered   money.Qty    `zg:"readonly,total,width=90" zh:"已发数量" en:"Delivered"`
	Note        string       `zg:"max=200" zh:"备注" en:"Note"`
}

// OrderCharge is an amount beside the goods, such as freight.
type OrderCharge struct {
	resource.Line
	Name    string       `zg:"required,enter,max=60" zh:"费用名称" en:"Charge"`
	Amount  money.Amount `zg:"enter,total" zh:"金额" en:"Amount"`
	TaxRate int64        `zg:"ref=base.tax_rate" zh:"税率" en:"Tax rate"`
	Rate    money.Rate   `zg:"computed" zh:"适用税率" en:"Rate applied"`
	Net     money.Amount `zg:"computed" zh:"不含税金额" en:"Net"`
	Tax     money.Amount `zg:"computed" zh:"税额" en:"Tax"`
	Gross   money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
}

// Left is what is still to be delivered of a line.
func (l *OrderLine) Left() money.Qty { return max(l.Qty-l.Delivered, 0) }

// Complete tells whether nothing is left to deliver.
func (o *Order) Complete() bool {
	for i := range o.Lines {
		if o.Lines[i].Left() > 0 {
			return false
		}
	}
	return true
}

func linePath(i int, field string) string { return "/lines/" + strconv.Itoa(i) + "/" + field }

// validateOrder holds the rules that need nothing but the order.
func validateOrder(o *Order) problem.List {
	var list problem.List
	for i, l := range o.Lines {
		if l.Qty < 0 {
			list.Add(problem.Rule("sales.quantity").At(linePath(i, "qty")))
		}
		if l.Price < 0 {
			list.Add(problem.Rule("sales.price").At(linePath(i, "price")))
		}
		if l.Discount < 0 || l.Discount > money.OneRate {
			list.Add(problem.Rule("sales.discount").At(linePath(i, "discount")))
		}
	}
	if o.Promised != "" && o.Promised.Before(o.Date) {
		list.Add(problem.Rule("sales.promised").At("/promised"))
	}
	if o.Gross < 0 {
		field := "/discount"
		if o.Discount == 0 {
			field = "/rounding"
		}
		list.Add(problem.Rule("sales.off", "off", o.Discount+o.Rounding).At(field))
	}
	return list
}

// sum fills the amounts of lines, charges and order from what was typed.
func (o *Order) sum() problem.List {
	s := commerce.Sheet{Mode: o.TaxMode, Discount: o.Discount, Rounding: o.Rounding}
	for _, l := range o.Lines {
		s.Lines = append(s.Lines, commerce.Line{Qty: l.Qty, Price: l.Price, Discount: l.Discount, Rate: l.Rate})
	}
	for _, c := range o.Charges {
		s.Charges = append(s.Charges, commerce.Charge{Amount: c.Amount, Rate: c.Rate})
	}
	t, problems := s.Compute()
	if len(problems) > 0 {
		return problems
	}
	off, err := s.ShareOff()
	if err != nil {
		return problem.List{problem.Rule("commerce.range")}
	}
	for i, l := range s.Lines {
		to := &o.Lines[i]
		to.Off = off[i]
		to.Amount, to.Net, to.Tax, to.Gross = l.Amount, l.Net, l.Tax, l.Gross
	}
	for i, c := range s.Charges {
		to := &o.Charges[i]
		to.Net, to.Tax, to.Gross = c.Net, c.Tax, c.Gross
	}
	o.Goods, o.Charge, o.Net, o.Tax, o.Gross = t.Goods, t.Charge, t.Net, t.Tax, t.Gross
	return nil
}

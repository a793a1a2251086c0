package sales

import (
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Order is what a customer ordered.
type Order struct {
	resource.Doc
	Customer      int64  `zg:"required,list,filter,ref=base.party,width=200" zh:"客户" en:"Customer"`
	CustomerOrder string `zg:"search,max=60" zh:"客户单号" en:"Customer's order"`
	Quotation     int64  `zg:"readonly,filter,ref=sales.quotation" zh:"报价单" en:"Quotation"`
	ordering.Head
	ordering.Closing

	Lines   []OrderLine       `lines:"sales_order_line" min:"1" zh:"明细" en:"Lines"`
	Charges []ordering.Charge `lines:"sales_order_charge" zh:"其他费用" en:"Charges"`
}

// OrderLine is one item of an order.
type OrderLine struct {
	ordering.Line
	Delivered money.Qty `zg:"readonly,total" zh:"已发数量" en:"Delivered" help:"按商品的基本单位|In the item's own unit"`
}

// direction is the side of sales orders.
var direction = ordering.Direction{
	Module: "sales", Order: orderName, Party: "customer", Done: "delivered",
	Role: func(p *party.Party) bool { return p.Customer },
}

// Left is what is still to be delivered of a line, in the own unit of its item.
func (l *OrderLine) Left() money.Qty { return max(l.BaseQty-l.Delivered, 0) }

// Complete tells whether nothing is left to deliver.
func (o *Order) Complete() bool {
	return !slices.ContainsFunc(o.Lines, func(l OrderLine) bool { return l.Left() > 0 })
}

// sheet is the order as package ordering sees it.
func (o *Order) sheet() ordering.Sheet {
	s := ordering.Sheet{Doc: &o.Doc, Head: &o.Head, Party: o.Customer, Charges: o.Charges}
	for i := range o.Lines {
		s.Lines = append(s.Lines, &o.Lines[i].Line)
	}
	return s
}

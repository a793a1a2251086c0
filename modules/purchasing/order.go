package purchasing

import (
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Order is what was ordered from a supplier.
type Order struct {
	resource.Doc
	Supplier      int64  `zg:"required,list,filter,ref=base.party,width=200" zh:"供应商" en:"Supplier"`
	SupplierOrder string `zg:"search,max=60" zh:"供应商单号" en:"Supplier's order"`
	Requisition   int64  `zg:"readonly,filter,ref=purchasing.requisition" zh:"请购单" en:"Requisition"`
	ordering.Head
	ordering.Closing

	Lines   []OrderLine       `lines:"purchasing_order_line" min:"1" zh:"明细" en:"Lines"`
	Charges []ordering.Charge `lines:"purchasing_order_charge" zh:"其他费用" en:"Charges"`
}

// OrderLine is one item of an order.
type OrderLine struct {
	ordering.Line
	Received money.Qty `zg:"readonly,total" zh:"已收数量" en:"Received" help:"按商品的基本单位|In the item's own unit"`
}

// direction is the side of purchasing orders.
var direction = ordering.Direction{
	Module: "purchasing", Order: Orders.Name, Party: "supplier", Done: "received",
	Role: func(p *party.Party) bool { return p.Supplier },
}

// Left is what is still to be received of a line, in the own unit of its item.
func (l *OrderLine) Left() money.Qty { return max(l.BaseQty-l.Received, 0) }

// Complete tells whether nothing is left to receive.
func (o *Order) Complete() bool {
	return !slices.ContainsFunc(o.Lines, func(l OrderLine) bool { return l.Left() > 0 })
}

// sheet is the order as package ordering sees it.
func (o *Order) sheet() ordering.Sheet {
	s := ordering.Sheet{Doc: &o.Doc, Head: &o.Head, Party: o.Supplier, Charges: o.Charges}
	for i := range o.Lines {
		s.Lines = append(s.Lines, &o.Lines[i].Line)
	}
	return s
}

// computeOrder fills defaults, from the supplier and the items, and the amounts.
func computeOrder(v *kernel.View, o *Order, changed string) (problem.List, error) {
	s := o.sheet()
	m, err := ordering.Gather(v, s)
	if err != nil {
		return nil, err
	}
	m.FillHead(s, changed == "/supplier", false)
	price, err := prices(v, s)
	if err != nil {
		return nil, err
	}
	for _, n := range m.FillLines(s, changed) {
		l := s.Lines[n]
		l.Price = price(m.Items[l.Item], l.Unit)
	}
	list := m.Measure(s)
	if err := m.FillRates(v, s); err != nil {
		return nil, err
	}
	list = append(list, s.Sum()...)
	if o.State == "draft" {
		list = append(list, direction.Judge(m, s)...)
	}
	return list, nil
}

// prices tells what one of a unit of an item costs on the order: the supplier's price of the day, else what was paid last,
// else the item's purchase price.
func prices(v *kernel.View, s ordering.Sheet) (func(*item.Item, int64) money.Price, error) {
	listed, err := supplierPrices(v, s)
	if err != nil {
		return nil, err
	}
	last, err := direction.LastPrices(v, s, s.Head.TaxMode)
	if err != nil {
		return nil, err
	}
	return func(i *item.Item, unit int64) money.Price {
		if p, ok := listed[i.ID]; ok {
			return i.PriceIn(unit, p)
		}
		if p, ok := last[i.ID]; ok {
			return i.Reprice(p, unit)
		}
		return i.PriceIn(unit, i.PurchasePrice)
	}, nil
}

// orderFacts are the figures that help while an order is typed: what the firm owes the supplier, the stock of each
// line's item and what it cost last.
func orderFacts(v *kernel.View, o *Order) ([]kernel.Fact, error) {
	s := o.sheet()
	supplier, err := ordering.PartyOf(v, o.Supplier)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	if supplier.ID != 0 {
		debt, advance, err := Owed.Of(v.Company)(v, supplier.ID)
		if err != nil {
			return nil, err
		}
		out = append(out,
			kernel.Fact{Pointer: "/supplier", Label: kernel.T("应付", "Owed"), Kind: kernel.KindAmount, Value: debt.String(), Right: "cost"},
			kernel.Fact{Pointer: "/supplier", Label: kernel.T("预付", "Advance"), Kind: kernel.KindAmount, Value: advance.String(), Right: "cost"})
	}
	if len(s.Items()) == 0 {
		return out, nil
	}
	stock, err := OnHand.Of(v.Company)(v, s.Items(), o.Warehouse)
	if err != nil {
		return nil, err
	}
	items, err := item.Items.FindMany(v, s.Items())
	if err != nil {
		return nil, err
	}
	last, err := direction.LastPrices(v, ordering.Sheet{Party: supplier.ID, Lines: s.Lines}, "")
	if err != nil {
		return nil, err
	}
	for i, l := range o.Lines {
		if q, ok := stock[l.Item]; ok {
			out = append(out, kernel.Fact{Pointer: ordering.LinePath(i, "qty"), Label: kernel.T("库存", "On hand"), Kind: kernel.KindQty, Value: q.String()})
			more, err := ordering.UnitFacts(v, i, items[l.Item], q)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		if p, ok := last[l.Item]; ok && items[l.Item] != nil {
			p := items[l.Item].Reprice(p, l.Unit)
			out = append(out, kernel.Fact{Pointer: ordering.LinePath(i, "price"), Label: kernel.T("上次进价", "Last price"), Kind: kernel.KindPrice, Value: p.String(), Right: "cost"})
		}
	}
	return out, nil
}

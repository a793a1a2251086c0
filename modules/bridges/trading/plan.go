package trading

import (
	"slices"
	"strconv"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// delivery plans a delivery of what is left of an order; from says where each of its lines comes from.
func delivery(o *sales.Order, date clock.Date) (doc *stock.Document, from []origin) {
	doc = &stock.Document{Party: o.Customer, Warehouse: o.Warehouse, TaxMode: o.TaxMode, PaymentTerm: o.PaymentTerm}
	doc.Date, doc.Owner, doc.Department, doc.Note = date, o.Owner, o.Department, o.Note
	first := true
	for _, l := range o.Lines {
		first = first && l.Delivered == 0
		if l.Left() == 0 {
			continue
		}
		doc.Lines = append(doc.Lines, stock.DocumentLine{
			Item: l.Item, Qty: l.Left(), Price: l.Price, Discount: l.Discount, TaxRate: l.TaxRate, Note: l.Note,
		})
		from = append(from, origin{order: o.ID, orderLine: l.ID})
	}
	if first {
		doc.Discount, doc.Rounding = o.Discount, o.Rounding
		for _, c := range o.Charges {
			doc.Charges = append(doc.Charges, stock.DocumentCharge{Name: c.Name, Amount: c.Amount, TaxRate: c.TaxRate})
		}
	}
	return doc, from
}

// plan makes the links of a delivery: lines that still hold the item they were made with. It refuses more than what
// the orders have left, and orders that are not open.
func plan(doc *stock.Document, from []origin, orders []*sales.Order) (made []links.Link, list problem.List) {
	lines, owner := map[int64]*sales.OrderLine{}, map[int64]*sales.Order{}
	left := map[int64]money.Qty{}
	for _, o := range orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			lines[l.ID], owner[l.ID], left[l.ID] = l, o, l.Left()
		}
	}
	for i, l := range doc.Lines {
		at := slices.IndexFunc(from, func(o origin) bool { return o.line == l.ID })
		if at < 0 || lines[from[at].orderLine] == nil || lines[from[at].orderLine].Item != l.Item {
			continue
		}
		id := from[at].orderLine
		path := "/lines/" + strconv.Itoa(i) + "/qty"
		switch o := owner[id]; {
		case o.State != "confirmed":
			list.Add(problem.Rule("trading.not_open", "number", o.Number).At(path))
		case l.Qty > left[id]:
			list.Add(problem.Rule("trading.over", "number", o.Number, "left", left[id], "wanted", l.Qty).At(path))
		}
		left[id] -= l.Qty
		made = append(made, links.Link{Source: owner[id].ID, SourceLine: id, Target: doc.ID, TargetLine: l.ID, Qty: l.Qty, Amount: l.Gross})
	}
	return made, list
}

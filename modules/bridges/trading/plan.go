package trading

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// delivery plans a delivery of what is left of an order beside what is coming by line, and no more of each item than is there;
// nil there is no bound. from says where each of its lines comes from.
func delivery(o *sales.Order, date clock.Date, coming, there map[int64]money.Qty) (doc *stock.Document, from []ordering.Origin) {
	doc = &stock.Document{Party: o.Customer, Warehouse: o.Warehouse, TaxMode: o.TaxMode, PaymentTerm: o.PaymentTerm}
	doc.Date, doc.Owner, doc.Department, doc.Note = date, o.Owner, o.Department, o.Note
	first := true
	for _, l := range o.Lines {
		first = first && l.Delivered == 0 && coming[l.ID] == 0
		left := l.Left() - coming[l.ID]
		if has, bound := there[l.Item]; bound {
			left = min(left, has)
			there[l.Item] -= max(left, 0)
		}
		if left <= 0 {
			continue
		}
		q, price := l.Measure().Part(left, l.Price)
		offered := l.Offered
		if l.Price == l.Offered {
			offered = price
		}
		doc.Lines = append(doc.Lines, stock.DocumentLine{
			Item: l.Item, Unit: q.Unit, Qty: q.Qty, Qty2: q.Qty2, Price: price, Discount: l.Discount, Free: l.Free, Offered: offered, TaxRate: l.TaxRate, Note: l.Note,
		})
		from = append(from, ordering.Origin{Order: o.ID, OrderLine: l.ID})
	}
	if first {
		doc.Discount, doc.Rounding = o.Discount, o.Rounding
		for _, c := range o.Charges {
			doc.Charges = append(doc.Charges, stock.DocumentCharge{Name: c.Name, Amount: c.Amount, TaxRate: c.TaxRate})
		}
	}
	return doc, from
}

// plan makes the links of a delivery to the orders its lines came from, as far as they have something left beside what is
// coming by line.
func plan(doc *stock.Document, from []ordering.Origin, orders []*sales.Order, coming map[int64]money.Qty) ([]links.Link, problem.List) {
	var open []ordering.OpenLine
	for _, o := range orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			open = append(open, ordering.OpenLine{Line: l.ID, Item: l.Item, Left: l.Left() - coming[l.ID], Order: o.ID, Number: o.Number, State: o.State})
		}
	}
	var lines []ordering.Target
	for _, l := range doc.Lines {
		lines = append(lines, ordering.Target{ID: l.ID, Item: l.Item, Qty: counted(l), Gross: l.Gross})
	}
	return hop.Plan(lines, from, open)
}

// counted is how much of a line counts towards its order, in the item's own unit: what the storekeeper gave beyond what the
// sheet asked for does not.
func counted(l stock.DocumentLine) money.Qty {
	if l.Asked == 0 || l.Qty <= l.Asked {
		return l.BaseQty
	}
	q, err := money.MulDiv(int64(l.BaseQty), int64(l.Asked), int64(l.Qty))
	if err != nil {
		return l.BaseQty
	}
	return money.Qty(q)
}

// agreements gives what the orders say about the lines that were made from them.
func agreements(from []ordering.Origin, orders []*sales.Order) map[int64]stock.Agreed {
	lines := map[int64]stock.Agreed{}
	for _, o := range orders {
		for _, l := range o.Lines {
			lines[l.ID] = stock.Agreed{Item: l.Item, Quantity: l.Measure(), Price: l.Price, Discount: l.Discount}
		}
	}
	out := map[int64]stock.Agreed{}
	for _, o := range from {
		if a, ok := lines[o.OrderLine]; ok {
			out[o.Line] = a
		}
	}
	return out
}

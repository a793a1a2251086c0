package sales

import (
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// compute fills defaults of an order or a quotation, from the customer and the items, and the amounts. was gives the sheet as
// it is stored; it is asked where prices are not the actor's to see.
func compute(v *kernel.View, s ordering.Sheet, changed string, was func() (ordering.Sheet, error)) (problem.List, error) {
	m, err := ordering.Gather(v, s)
	if err != nil {
		return nil, err
	}
	m.FillHead(s, changed == "/customer", true)
	want := m.FillLines(s, changed)
	if s.Doc.State == "draft" && !v.Actor.Sees(price.Right) {
		old, err := was()
		if err != nil {
			return nil, err
		}
		if want = s.Unseen(old); old.Party != 0 && old.Party != s.Party {
			changed = "/customer"
		}
	}
	if s.Doc.State == "draft" {
		if err := pricing(v, m.Party, m.Items, s).Fill(v, priced(s, want), changed == "/customer" || changed == "/date"); err != nil {
			return nil, err
		}
	}
	list := m.Measure(s)
	if err := m.FillRates(v, s); err != nil {
		return nil, err
	}
	list = append(list, s.Sum()...)
	if s.Doc.State == "draft" {
		list = append(list, direction.Judge(m, s)...)
		if MinPriceRule(v.Company) == Refuse {
			list = append(list, tooCheap(m.Items, s, Refuse)...)
		}
	}
	return list, nil
}

// OwnPrice gives the price of one of a unit of an item as one of its own unit, in which lowest prices are said.
func OwnPrice(it *item.Item, unit int64, price money.Price) money.Price {
	if it == nil {
		return price
	}
	return it.OwnPrice(unit, price)
}

// pricing asks about the prices of a sheet: what was never delivered to the customer may have been ordered.
func pricing(v *kernel.View, customer *party.Party, items map[int64]*item.Item, s ordering.Sheet) price.Ask {
	return price.Ask{Party: customer, Date: s.Doc.Date, Mode: s.Head.TaxMode, Items: items, Ordered: func(q price.Question) (map[int64]item.Priced, error) {
		return direction.LastPricesOf(v, q.Party, q.Items, q.Mode)
	}}
}

// priced gives the lines as the ladder of prices sees them; those at the places of want have no price of their own yet.
func priced(s ordering.Sheet, want []int) []price.Line {
	out := make([]price.Line, len(s.Lines))
	for i, l := range s.Lines {
		out[i] = price.Line{Item: l.Item, Unit: l.Unit, Price: &l.Price, Offered: &l.Offered, Free: l.Free, Fresh: slices.Contains(want, i)}
	}
	return out
}

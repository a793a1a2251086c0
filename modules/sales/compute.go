package sales

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// compute fills defaults of an order or a quotation, from the customer and the items, and the amounts.
func compute(v *kernel.View, s ordering.Sheet, changed string) (problem.List, error) {
	m, err := ordering.Gather(v, s)
	if err != nil {
		return nil, err
	}
	m.FillHead(s, changed == "/customer", true)
	m.FillLines(s, changed, func(i *item.Item) money.Price { return i.Price })
	if err := m.FillRates(v, s); err != nil {
		return nil, err
	}
	list := s.Sum()
	if s.Doc.State == "draft" {
		list = append(list, direction.Judge(m, s)...)
		list = append(list, tooCheap(v.Company, m, s)...)
	}
	return list, nil
}

// tooCheap refuses what is below the lowest price of its item, when the company wants that.
func tooCheap(c *kernel.Company, m *ordering.Masters, s ordering.Sheet) problem.List {
	var list problem.List
	for i, l := range s.Lines {
		if it := m.Items[l.Item]; it != nil && c.Setting(settingMinPrice) == "refuse" && cheap(l, it.MinPrice) {
			list.Add(problem.Rule("sales.min_price", "item", it.Name).At(ordering.LinePath(i, "price")))
		}
	}
	return list
}

// cheap compares what is left of the price after the discount with the item's lowest price; 0 is none.
func cheap(l *ordering.Line, lowest money.Price) bool {
	after, err := money.MulDiv(int64(l.Price), int64(money.OneRate-l.Discount), int64(money.OneRate))
	return err == nil && money.Price(after) < lowest
}

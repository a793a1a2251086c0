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
	m.FillLines(s, changed, (*item.Item).ListPrice)
	list := m.Measure(s)
	if err := m.FillRates(v, s); err != nil {
		return nil, err
	}
	list = append(list, s.Sum()...)
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
		if p := TooCheap(c, m.Items[l.Item], OwnPrice(m.Items[l.Item], l.Unit, l.Price), l.Discount); p != nil {
			list.Add(p.At(ordering.LinePath(i, "price")))
		}
	}
	return list
}

// OwnPrice gives the price of one of a unit of an item as one of its own unit, in which lowest prices are said.
func OwnPrice(it *item.Item, unit int64, price money.Price) money.Price {
	if it == nil {
		return price
	}
	return it.OwnPrice(unit, price)
}

// TooCheap refuses to sell an item at a price of its own unit, less a discount, that is below its lowest, when the company wants that; nil
// when it may be sold, and for no item. A lowest price of 0 is none.
func TooCheap(c *kernel.Company, it *item.Item, price money.Price, discount money.Rate) *problem.Problem {
	if it == nil || c.Setting(settingMinPrice) != "refuse" || !Cheaper(price, discount, it.MinPrice) {
		return nil
	}
	return problem.Rule("sales.min_price", "item", it.Name)
}

// Cheaper tells whether a price less a discount is below another one.
func Cheaper(price money.Price, discount money.Rate, than money.Price) bool {
	after, err := money.MulDiv(int64(price), int64(money.OneRate-discount), int64(money.OneRate))
	return err == nil && money.Price(after) < than
}

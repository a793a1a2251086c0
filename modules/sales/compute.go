package sales

import (
	"cmp"
	"errors"
	"strings"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// masters is what an order refers to, read with one query for each kind. The customer is an empty party when there is
// none or the actor may not see it.
type masters struct {
	customer  *party.Party
	items     map[int64]*item.Item
	units     map[int64]*unit.Unit
	rates     map[int64]*tax.Rate
	warehouse int64
}

// computeOrder fills defaults, from the customer and the items, and the amounts. What was typed stays; choosing another
// customer or item replaces what came from the former one.
func computeOrder(v *kernel.View, o *Order, changed string) (problem.List, error) {
	m, err := gather(v, o)
	if err != nil {
		return nil, err
	}
	m.head(o, changed == "/customer")
	for i := range o.Lines {
		m.line(&o.Lines[i], changed == linePath(i, "item"))
	}
	if err := m.taxes(v, o); err != nil {
		return nil, err
	}
	list := o.sum()
	if o.State == "draft" {
		list = append(list, m.judge(v.Company, o)...)
	}
	return list, nil
}

func gather(v *kernel.View, o *Order) (*masters, error) {
	m := &masters{warehouse: o.Warehouse}
	var err error
	if m.customer, err = customerOf(v, o.Customer); err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range o.Lines {
		ids = append(ids, l.Item)
	}
	if m.items, err = item.Items.FindMany(v, distinct(ids)); err != nil {
		return nil, err
	}
	ids = nil
	for _, l := range o.Lines {
		ids = append(ids, l.Unit)
	}
	for _, i := range m.items {
		ids = append(ids, i.Unit)
	}
	if m.units, err = unit.Units.FindMany(v, distinct(ids)); err != nil {
		return nil, err
	}
	if m.warehouse == 0 {
		m.warehouse, err = firstWarehouse(v)
	}
	return m, err
}

// customerOf reads a customer as far as the actor may see it; else an empty one.
func customerOf(v *kernel.View, id int64) (*party.Party, error) {
	if id == 0 {
		return &party.Party{}, nil
	}
	rec, err := resource.LoadVisible(v, party.Parties.Def, id)
	var p *problem.Problem
	switch {
	case errors.As(err, &p) && p.Kind == problem.NotFound:
		return &party.Party{}, nil
	case err != nil:
		return nil, err
	}
	return rec.(*party.Party), nil
}

// distinct gives the ids in order of first use, without repetitions and without 0.
func distinct(ids []int64) []int64 {
	var out []int64
	seen := map[int64]bool{0: true}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// head takes defaults from the customer; all of them anew when another customer was just chosen.
func (m *masters) head(o *Order, anew bool) {
	c := m.customer
	if anew && c.ID != 0 {
		o.TaxMode, o.PaymentTerm = c.TaxMode, c.PaymentTerm
		if c.Owner != 0 {
			o.Owner, o.Department = c.Owner, c.Department
		}
	}
	for _, d := range []struct {
		to   *int64
		from int64
	}{{&o.PaymentTerm, c.PaymentTerm}, {&o.Owner, c.Owner}, {&o.Department, c.Department}, {&o.Warehouse, m.warehouse}} {
		if *d.to == 0 {
			*d.to = d.from
		}
	}
	if o.TaxMode == "" {
		o.TaxMode = c.TaxMode
	}
	if o.TaxMode == "" {
		o.TaxMode = commerce.TaxNone
	}
}

// line takes defaults from the item. A line without a unit has not had them yet; anew means another item was just chosen.
func (m *masters) line(l *OrderLine, anew bool) {
	i := m.items[l.Item]
	if i == nil {
		return
	}
	l.Spec = i.Spec
	if anew {
		l.Unit, l.Price, l.TaxRate, l.Discount, l.Description = 0, 0, 0, 0, ""
	}
	if l.Unit != 0 {
		return
	}
	l.Unit = i.Unit
	if l.Price == 0 {
		l.Price = i.Price
	}
	if l.TaxRate == 0 {
		l.TaxRate = i.TaxRate
	}
}

// taxes finds the rate of each line and charge; a line without its own has the item's, else the customer's.
func (m *masters) taxes(v *kernel.View, o *Order) error {
	if o.TaxMode == commerce.TaxNone {
		for i := range o.Lines {
			o.Lines[i].Rate = 0
		}
		for i := range o.Charges {
			o.Charges[i].Rate = 0
		}
		return nil
	}
	var ids []int64
	for i := range o.Lines {
		if l := &o.Lines[i]; l.TaxRate == 0 && m.items[l.Item] != nil {
			l.TaxRate = cmp.Or(m.items[l.Item].TaxRate, m.customer.TaxRate)
		}
		ids = append(ids, o.Lines[i].TaxRate)
	}
	for i := range o.Charges {
		ids = append(ids, o.Charges[i].TaxRate)
	}
	var err error
	if m.rates, err = tax.Rates.FindMany(v, distinct(ids)); err != nil {
		return err
	}
	for i := range o.Lines {
		o.Lines[i].Rate = m.rate(o.Lines[i].TaxRate)
	}
	for i := range o.Charges {
		o.Charges[i].Rate = m.rate(o.Charges[i].TaxRate)
	}
	return nil
}

func (m *masters) rate(id int64) money.Rate {
	if r := m.rates[id]; r != nil {
		return r.Rate
	}
	return 0
}

// judge holds the rules that need the masters.
func (m *masters) judge(c *kernel.Company, o *Order) problem.List {
	var list problem.List
	if p := m.customer; p.ID != 0 && !p.Customer {
		list.Add(problem.Rule("sales.not_customer", "name", p.Name).At("/customer"))
	} else if p.ID != 0 && !p.Active {
		list.Add(problem.Rule("sales.inactive", "name", p.Name).At("/customer"))
	}
	for i, l := range o.Lines {
		it := m.items[l.Item]
		if it == nil {
			continue
		}
		if !it.Active {
			list.Add(problem.Rule("sales.inactive", "name", it.Name).At(linePath(i, "item")))
		}
		if u := m.units[l.Unit]; u != nil && decimals(l.Qty) > u.Decimals {
			list.Add(problem.Rule("sales.decimals", "unit", u.Name, "decimals", u.Decimals).At(linePath(i, "qty")))
		}
		if c.Setting(settingMinPrice) == "refuse" && cheap(l, it.MinPrice) {
			list.Add(problem.Rule("sales.min_price", "item", it.Name).At(linePath(i, "price")))
		}
	}
	return list
}

func decimals(q money.Qty) int64 {
	_, fraction, _ := strings.Cut(q.String(), ".")
	return int64(len(fraction))
}

// cheap compares what is left of the price after the discount with the item's lowest price; 0 is none.
func cheap(l OrderLine, lowest money.Price) bool {
	after, err := money.MulDiv(int64(l.Price), int64(money.OneRate-l.Discount), int64(money.OneRate))
	return err == nil && money.Price(after) < lowest
}

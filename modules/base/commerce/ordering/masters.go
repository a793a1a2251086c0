package ordering

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

// Masters is what an order refers to, read with one query for each kind. The party is an empty one when there is none
// or the actor may not see it.
type Masters struct {
	Party     *party.Party
	Items     map[int64]*item.Item
	Units     map[int64]*unit.Unit
	rates     map[int64]*tax.Rate
	warehouse int64
}

// Gather reads the masters of an order.
func Gather(v *kernel.View, s Sheet) (*Masters, error) {
	m := &Masters{warehouse: s.Head.Warehouse}
	var err error
	if m.Party, err = PartyOf(v, s.Party); err != nil {
		return nil, err
	}
	if m.Items, err = item.Items.FindMany(v, s.Items()); err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range s.Lines {
		ids = append(ids, l.Unit)
	}
	for _, i := range m.Items {
		ids = append(ids, i.Unit, i.SecondUnit)
		for _, u := range i.Units {
			ids = append(ids, u.Unit)
		}
	}
	if m.Units, err = unit.Units.FindMany(v, distinct(ids)); err != nil {
		return nil, err
	}
	if m.warehouse == 0 {
		m.warehouse, err = firstWarehouse(v)
	}
	return m, err
}

// PartyOf reads a party as far as the actor may see it; else an empty one.
func PartyOf(v *kernel.View, id int64) (*party.Party, error) {
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

// Items gives the items of an order in order of first use.
func (s Sheet) Items() []int64 {
	var ids []int64
	for _, l := range s.Lines {
		ids = append(ids, l.Item)
	}
	return distinct(ids)
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

// FillHead takes defaults from the party; all of them anew when another party was just chosen. keeper says that the
// party's own person becomes the order's.
func (m *Masters) FillHead(s Sheet, anew, keeper bool) {
	p, h, doc := m.Party, s.Head, s.Doc
	var owner, department int64
	if keeper {
		owner, department = p.Owner, p.Department
	}
	if anew && p.ID != 0 {
		h.TaxMode, h.PaymentTerm = p.TaxMode, p.PaymentTerm
		if owner != 0 {
			doc.Owner, doc.Department = owner, department
		}
	}
	for _, d := range []struct {
		to   *int64
		from int64
	}{{&h.PaymentTerm, p.PaymentTerm}, {&doc.Owner, owner}, {&doc.Department, department}, {&h.Warehouse, m.warehouse}} {
		if *d.to == 0 {
			*d.to = d.from
		}
	}
	h.TaxMode = cmp.Or(h.TaxMode, p.TaxMode, commerce.TaxNone)
}

// FillLines takes defaults from the items and gives the places of the lines that want a price: they have had none yet, are
// no longer free, or are counted in another unit now. A line without a unit has had no defaults yet; changed is the pointer
// of the field that was just typed: where it is a line's item, that line starts anew. What is free costs nothing.
func (m *Masters) FillLines(s Sheet, changed string) (want []int) {
	for n, l := range s.Lines {
		if l.Free {
			l.Price, l.Discount, l.Offered = 0, 0, 0
		}
		i := m.Items[l.Item]
		if i == nil {
			continue
		}
		l.Spec = i.Spec
		if changed == LinePath(n, "item") {
			l.Unit, l.Price, l.TaxRate, l.Discount, l.Description, l.Qty2 = 0, 0, 0, 0, "", 0
		}
		if l.Unit != 0 && changed == LinePath(n, "unit") {
			l.Price, l.Offered = 0, 0
			want = append(want, n)
		}
		if (l.Unit == 0 || changed == LinePath(n, "free")) && l.Price == 0 && !l.Free {
			want = append(want, n)
		}
		if l.Unit == 0 {
			l.Unit = i.Unit
			l.TaxRate = cmp.Or(l.TaxRate, i.TaxRate)
		}
	}
	return want
}

// Measure fills what the lines hold in the own units of their items. A line that was copied from another sheet keeps a unit
// its item is not counted in only by name: such lines are of a time when an item had one unit.
func (m *Masters) Measure(s Sheet) (list problem.List) {
	for n, l := range s.Lines {
		i := m.Items[l.Item]
		if i == nil {
			l.BaseQty = l.Qty
			continue
		}
		if _, known := i.Ratio(l.Unit); !known && l.ID == 0 && l.BaseQty != 0 && l.BaseQty == l.Qty {
			l.Unit = i.Unit
		}
		q := l.Measure()
		for _, p := range q.Fill(i) {
			list.Add(p.At(LinePath(n, p.Path)))
		}
		l.Take(q)
	}
	return list
}

// Measure is the quantity of the line.
func (l *Line) Measure() item.Measure {
	return item.Measure{Unit: l.Unit, Qty: l.Qty, Base: l.BaseQty, Unit2: l.Unit2, Qty2: l.Qty2, BySecond: l.BySecond}
}

// Take puts a quantity into the line.
func (l *Line) Take(q item.Measure) {
	l.Unit, l.Qty, l.BaseQty, l.Unit2, l.Qty2, l.BySecond = q.Unit, q.Qty, q.Base, q.Unit2, q.Qty2, q.BySecond
}

// FillRates finds the tax rate of each line and charge; a line without its own has the item's, else the party's.
func (m *Masters) FillRates(v *kernel.View, s Sheet) error {
	if s.Head.TaxMode == commerce.TaxNone {
		for _, l := range s.Lines {
			l.Rate = 0
		}
		for i := range s.Charges {
			s.Charges[i].Rate = 0
		}
		return nil
	}
	var ids []int64
	for _, l := range s.Lines {
		if l.TaxRate == 0 && m.Items[l.Item] != nil {
			l.TaxRate = cmp.Or(m.Items[l.Item].TaxRate, m.Party.TaxRate)
		}
		ids = append(ids, l.TaxRate)
	}
	for _, c := range s.Charges {
		ids = append(ids, c.TaxRate)
	}
	var err error
	if m.rates, err = tax.Rates.FindMany(v, distinct(ids)); err != nil {
		return err
	}
	for _, l := range s.Lines {
		l.Rate = m.rate(l.TaxRate)
	}
	for i := range s.Charges {
		s.Charges[i].Rate = m.rate(s.Charges[i].TaxRate)
	}
	return nil
}

func (m *Masters) rate(id int64) money.Rate {
	if r := m.rates[id]; r != nil {
		return r.Rate
	}
	return 0
}

// Judge holds the rules that need the masters.
func (d Direction) Judge(m *Masters, s Sheet) problem.List {
	var list problem.List
	if p := m.Party; p.ID != 0 && !d.Role(p) {
		list.Add(problem.Rule(d.Module+".not_"+d.Party, "name", p.Name).At("/" + d.Party))
	} else if p.ID != 0 && !p.Active {
		list.Add(problem.Rule(d.Module+".inactive", "name", p.Name).At("/" + d.Party))
	}
	for i, l := range s.Lines {
		it := m.Items[l.Item]
		if it == nil {
			continue
		}
		if !it.Active {
			list.Add(problem.Rule(d.Module+".inactive", "name", it.Called()).At(LinePath(i, "item")))
		}
		if u := m.Units[l.Unit]; u != nil && decimals(l.Qty) > u.Decimals {
			list.Add(problem.Rule(d.Module+".decimals", "unit", u.Name, "decimals", u.Decimals).At(LinePath(i, "qty")))
		} else if u := m.Units[it.Unit]; u != nil && decimals(l.BaseQty) > u.Decimals {
			list.Add(problem.Rule(d.Module+".decimals", "unit", u.Name, "decimals", u.Decimals).At(LinePath(i, "qty")))
		}
	}
	return list
}

func decimals(q money.Qty) int64 {
	_, fraction, _ := strings.Cut(q.String(), ".")
	return int64(len(fraction))
}

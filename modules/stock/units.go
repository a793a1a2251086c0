package stock

import (
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// place is what of an item lies in a warehouse: in its own unit, and in its second.
type place struct{ qty, qty2 money.Qty }

func (p place) plus(qty, qty2 money.Qty) (out place, err error) {
	if out.qty, err = money.AddOf(p.qty, qty); err == nil {
		out.qty2, err = money.AddOf(p.qty2, qty2)
	}
	return out, err
}

// measure fills what the lines hold in the own units of their items. Counts are written in those.
func measure(k *kind, doc *Document, items map[int64]*item.Item) (list problem.List) {
	if doc.Reverses != 0 {
		return nil
	}
	for i := range doc.Lines {
		l, it := &doc.Lines[i], items[doc.Lines[i].Item]
		switch {
		case it == nil:
			l.BaseQty = l.Qty
		case k.name == KindCount:
			l.Unit2 = it.SecondUnit
			if it.SecondUnit == 0 && l.Counted2 != 0 {
				list.Add(problem.Rule("item.second_unknown", "item", it.Called()).At(at(i, "counted2")))
			}
		default:
			q := l.measure()
			for _, p := range q.Fill(it) {
				list.Add(p.At(at(i, p.Path)))
			}
			l.take(q)
		}
	}
	return list
}

// remeasure takes the ratios of the day of posting: a draft does not keep a unit from being put right.
func remeasure(doc *Document, items map[int64]*item.Item) (list problem.List) {
	if doc.Reverses != 0 || doc.Kind == KindCount {
		return nil
	}
	for i := range doc.Lines {
		l, it := &doc.Lines[i], items[doc.Lines[i].Item]
		if it == nil {
			continue
		}
		q := l.measure()
		for _, p := range q.Fill(it) {
			list.Add(p.At(at(i, p.Path)))
		}
		l.BaseQty = q.Base
	}
	return list
}

// weighed wants the second quantity of goods that have one, where they move.
func weighed(doc *Document, items map[int64]*item.Item) (list problem.List) {
	for i := range doc.Lines {
		l, it := &doc.Lines[i], items[doc.Lines[i].Item]
		if it == nil || it.SecondUnit == 0 || doc.Reverses != 0 {
			continue
		}
		if doc.Kind == KindCount {
			if l.Counted != money.NoQty && (l.Counted == 0) != (l.Counted2 == 0) {
				list.Add(problem.Rule("item.second_missing").At(at(i, "counted2")))
			}
		} else if l.Qty2 == 0 && l.Qty != 0 && (!it.Service || l.BySecond) {
			list.Add(problem.Rule("item.second_missing").At(at(i, "qty2")))
		}
	}
	return list
}

// repricedFrom gives of what the price of a line follows whose unit was just chosen: the price of the line it sends back,
// else nothing, and it is found anew. Of any other line it gives nil.
func repricedFrom(v *kernel.View, k *kind, l *DocumentLine, unit bool) (*item.Priced, error) {
	switch {
	case !unit:
		return nil, nil
	case l.SourceLine == 0:
		return &item.Priced{}, nil
	}
	found, err := HandleOf(k.source).FindMany(v, []int64{l.Source})
	if of := found[l.Source]; of != nil {
		if line := (&original{of}).line(l.SourceLine); line != nil {
			return &item.Priced{Price: line.Price, Unit: line.Unit}, err
		}
	}
	return &item.Priced{Price: l.Price, Unit: l.Unit}, err
}

// secondFact shows the stock in an item's second unit where the second quantity of a line is typed.
func secondFact(v *kernel.View, doc *Document, line int, it *item.Item, have money.Qty) (kernel.Fact, error) {
	names, err := ordering.UnitNames(v, it)
	field := "qty2"
	if doc.Kind == KindCount {
		field = "counted2"
	}
	return kernel.Fact{Pointer: at(line, field), Label: kernel.T("库存", "On hand"), Kind: kernel.KindText, Value: have.String() + " " + names[it.SecondUnit]}, err
}

// needed drops those of the named columns in which no row says anything.
func needed(columns []*kernel.Field, rows []kernel.Row, rare ...string) []*kernel.Field {
	return slices.DeleteFunc(columns, func(f *kernel.Field) bool {
		return slices.Contains(rare, f.Name) && !slices.ContainsFunc(rows, func(r kernel.Row) bool {
			said, ok := r.Values[f.Name]
			return ok && said != ""
		})
	})
}

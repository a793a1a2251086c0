package stock

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// validate holds what can be said of a document without looking at anything else.
func validate(k *kind, doc *Document) problem.List {
	var list problem.List
	if k.name == KindTransfer && doc.Warehouse != 0 && doc.Warehouse == doc.ToWarehouse {
		list.Add(problem.Rule("stock.same_warehouse").At("/to_warehouse"))
	}
	if doc.Reverses != 0 || k.name == KindAdjustment {
		return list
	}
	seen := map[int64]bool{}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if l.Discount > money.OneRate {
			list.Add(problem.Rule("stock.discount").At(at(i, "discount")))
		}
		if k.name == KindCount && l.Item != 0 && seen[l.Item] {
			list.Add(problem.Rule("stock.counted_twice").At(at(i, "item")))
		}
		seen[l.Item] = true
		if l.SourceLine != 0 && l.Source == 0 {
			l.Source = doc.Source
		}
	}
	if doc.Discount != 0 && doc.Discount > doc.Gross+doc.Discount {
		list.Add(problem.Rule("stock.discount").At("/discount"))
	}
	return list
}

// checkPost tells beforehand what posting would refuse; what cannot be found out now, the posting runs into as well and
// can say so.
func checkPost(v *kernel.View, doc *Document) problem.List {
	list, _ := refused(v, doc)
	if items, err := itemsOf(v, doc); err == nil {
		list = slices.Concat(list, weighed(doc, items), overReturned(v, doc, items))
	}
	return slices.Concat(list, uncounted(doc), untaken(v, doc), checkStock(v, doc))
}

// refused is what others have against posting. A mirror takes back what they let pass.
func refused(v *kernel.View, doc *Document) (problem.List, error) {
	if doc.Reverses != 0 || !Refused.Filled(v.Company) {
		return nil, nil
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil, err
	}
	return Refused.Of(v.Company)(v, doc, items)
}

// checkStock tells which lines take more than there is, where that is refused.
func checkStock(v *kernel.View, doc *Document) problem.List {
	k := kindOf(doc.Kind)
	if v.Company.Setting(settingNegative) != "refuse" || k.side != -1 && k.name != KindTransfer && !k.exchanges() {
		return nil
	}
	way := money.Qty(1) // how much a line takes out
	if k.name == KindReceipt {
		way = -1
	}
	var ids []int64
	for _, l := range doc.Lines {
		ids = append(ids, l.Item)
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil
	}
	have, err := free(v, doc, ids)
	if err != nil {
		return nil
	}
	var list problem.List
	for i, l := range doc.Lines {
		it := items[l.Item]
		if it == nil || it.Service {
			continue
		}
		if takes := way * l.BaseQty; takes > 0 && have[l.Item] < takes {
			list.Add(shortage{i, it.Called(), doc.Warehouse, have[l.Item], takes}.problem(v))
		}
		have[l.Item] -= way * l.BaseQty
	}
	return list
}

// shortage is a line that takes more of an item out of a warehouse than there is.
type shortage struct {
	line       int
	item       string // with its specification
	warehouse  int64
	have, want money.Qty
}

// problem is the refusal of an issue: what there is may be below zero, which nobody needs to know.
func (s shortage) problem(v *kernel.View) *problem.Problem {
	place, err := placeName(v, s.warehouse)
	if err != nil {
		place = "?" // the refusal stands without it
	}
	return problem.Rule("stock.short", "item", s.item, "warehouse", place, "have", max(s.have, 0).String(), "want", s.want.String()).At(at(s.line, "qty"))
}

// start fills a count with everything that should be in the warehouse, counted by nobody yet unless the input says that what
// was not counted is there as booked. What was said to be there as booked stays so.
func start(tx *kernel.Tx, doc *Document, in any) error {
	book, err := booked(tx.View, doc.Warehouse)
	if err != nil {
		return err
	}
	listed := map[int64]bool{}
	have := map[int64]place{}
	for _, b := range book {
		have[b.item] = b.place
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		listed[l.Item] = true
		if l.Counted == l.Qty {
			l.Counted = have[l.Item].qty
		}
		if l.Counted2 == l.Qty2 && l.Counted != money.NoQty {
			l.Counted2 = have[l.Item].qty2
		}
		l.Qty, l.Qty2 = have[l.Item].qty, have[l.Item].qty2
	}
	for _, b := range book {
		if !listed[b.item] {
			doc.Lines = append(doc.Lines, DocumentLine{Item: b.item, Qty: b.qty, Counted: money.NoQty, Qty2: b.qty2})
		}
	}
	if in.(*Starting).AsBooked {
		for i := range doc.Lines {
			if l := &doc.Lines[i]; l.Counted == money.NoQty {
				l.Counted, l.Counted2 = l.Qty, l.Qty2
			}
		}
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	for i := range doc.Lines {
		if it := items[doc.Lines[i].Item]; it != nil {
			doc.Lines[i].Unit, doc.Lines[i].Unit2 = it.Unit, it.SecondUnit
		}
	}
	return resource.Save(tx, HandleOf(KindCount).Def, doc) // numbers the new lines
}

// uncounted refuses lines of a count of which nobody said what is there: a count writes off what it does not find.
func uncounted(doc *Document) (list problem.List) {
	for i := range doc.Lines {
		if doc.Kind == KindCount && doc.Lines[i].Counted == money.NoQty {
			list.Add(problem.Rule("stock.uncounted", "line", i+1).At(at(i, "counted")))
		}
	}
	return list
}

// differences tells by how much more is there than booked, where somebody counted.
func differences(doc *Document) {
	for i := range doc.Lines {
		l := &doc.Lines[i]
		l.Difference = money.NoQty
		if l.Counted != money.NoQty && l.Item != 0 {
			l.Difference = l.Counted - l.Qty
		}
	}
}

// forgetDifferences clears what is not stored, so that a count in which nothing changed is no change.
func forgetDifferences(doc *Document) {
	for i := range doc.Lines {
		doc.Lines[i].Difference = 0
	}
}

// fillBook notes what should be there when a line of a count is new. What was counted is compared with this, so that
// goods moved between counting and posting are not taken for a difference.
func fillBook(v *kernel.View, doc *Document) error {
	var ids []int64
	for _, l := range doc.Lines {
		if l.ID == 0 && l.Item != 0 {
			ids = append(ids, l.Item)
		}
	}
	if len(ids) == 0 || doc.Warehouse == 0 || doc.Reverses != 0 {
		return nil
	}
	have, err := placesOf(v, ids, doc.Warehouse)
	if err != nil {
		return err
	}
	for i := range doc.Lines {
		if l := &doc.Lines[i]; l.ID == 0 {
			l.Qty, l.Qty2 = have[l.Item].qty, have[l.Item].qty2
		}
	}
	return nil
}

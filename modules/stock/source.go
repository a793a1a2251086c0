package stock

import (
	"cmp"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// findSource finds the line of the original for those lines that name only the sheet, as a spreadsheet does, or stand on a
// return that names one: one of the same item that no other line sends back, at the same price where there are several, else
// one that is sent back in part already. Such a line costs what it cost then. Another item on a line is another line of the
// original.
func findSource(v *kernel.View, k *kind, doc *Document, changed string) error {
	if k.source == "" || doc.Reverses != 0 {
		return nil
	}
	taken := map[int64]bool{}
	var ids []int64
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if changed == at(i, "item") {
			l.SourceLine = 0
		}
		taken[l.SourceLine] = true
		if l.SourceLine == 0 && l.Item != 0 && cmp.Or(l.Source, doc.Source) != 0 {
			ids = append(ids, cmp.Or(l.Source, doc.Source))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := HandleOf(k.source).FindMany(v, ids)
	if err != nil {
		return err
	}
	for _, of := range found {
		for i := range of.Lines {
			if l := &of.Lines[i]; l.Returned >= l.BaseQty {
				taken[l.ID] = true
			}
		}
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		of := found[cmp.Or(l.Source, doc.Source)]
		if of == nil || l.SourceLine != 0 || l.Item == 0 {
			continue
		}
		if line := (&original{of}).line(cmp.Or(of.sent(l, taken), of.sent(l, nil))); line != nil {
			l.comesFrom(of, line, changed == at(i, "item"))
			taken[line.ID] = true
		}
	}
	return nil
}

// comesFrom notes what a line sends back. One whose item was just chosen has the price it was sold or bought at.
func (l *DocumentLine) comesFrom(of *Document, line *DocumentLine, chosen bool) {
	l.Source, l.SourceLine = of.ID, line.ID
	if chosen {
		l.Price, l.Discount, l.TaxRate, l.Qty2 = line.measure().OwnPrice(line.Price), line.Discount, line.TaxRate, 0
	}
}

// unsold tells which lines of a return that names an original are not on it.
func unsold(doc *Document, items map[int64]*item.Item) (list problem.List) {
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if it := items[l.Item]; it != nil && l.SourceLine == 0 && cmp.Or(l.Source, doc.Source) != 0 {
			list.Add(problem.Rule("stock.return_other", "item", it.Name).At(at(i, "item")))
		}
	}
	return list
}

// overReturned tells beforehand which lines of a return send back more than is left of what they name, or what was not on it.
func overReturned(v *kernel.View, doc *Document, items map[int64]*item.Item) (list problem.List) {
	k := kindOf(doc.Kind)
	if k.source == "" || doc.Reverses != 0 || doc.State == Done {
		return nil
	}
	var ids []int64
	for i := range doc.Lines {
		if doc.Lines[i].SourceLine != 0 {
			ids = append(ids, doc.Lines[i].Source)
		}
	}
	list = unsold(doc, items)
	if len(ids) == 0 {
		return list
	}
	found, err := HandleOf(k.source).FindMany(v, ids)
	if err != nil {
		return list // the posting runs into it as well and can say so
	}
	left := leftOf{}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if of := found[l.Source]; of != nil {
			if line := (&original{of}).line(l.SourceLine); line != nil && line.Item == l.Item {
				list.Add(left.take(line, l, i))
			}
		}
	}
	return list
}

// fillFromSource copies what is left of the original into a return.
func fillFromSource(v *kernel.View, k *kind, doc *Document) error {
	found, err := HandleOf(k.source).FindMany(v, []int64{doc.Source})
	of := found[doc.Source]
	if err != nil || of == nil || of.State != Done {
		return err
	}
	doc.Party, doc.Warehouse, doc.TaxMode, doc.PaymentTerm, doc.Owner = of.Party, of.Warehouse, of.TaxMode, of.PaymentTerm, of.Owner
	doc.Lines = nil
	for _, l := range of.Lines {
		if left := l.BaseQty - l.Returned; left > 0 {
			back := DocumentLine{Item: l.Item, Discount: l.Discount, TaxRate: l.TaxRate, Source: of.ID, SourceLine: l.ID}
			q, price := l.measure().Part(left, l.Price)
			back.take(q)
			back.Price = price
			doc.Lines = append(doc.Lines, back)
		}
	}
	return nil
}

// sent gives the line that l sends back, 0 when there is none that is not taken.
func (doc *Document) sent(l *DocumentLine, taken map[int64]bool) (id int64) {
	for _, of := range doc.Lines {
		if of.Item == l.Item && !taken[of.ID] && (id == 0 || of.Price == l.Price) {
			id = of.ID
			if of.Price == l.Price {
				break
			}
		}
	}
	return id
}

// leftOf counts what the lines of a return take of each line of the original.
type leftOf map[int64]money.Qty

// take refuses a line that sends back more than is left, and counts it otherwise.
func (t leftOf) take(of, l *DocumentLine, line int) *problem.Problem {
	before := of.Returned + t[of.ID]
	if before+l.BaseQty > of.BaseQty {
		return problem.Rule("stock.return_over", "left", max(of.BaseQty-before, 0).String()).At(at(line, "qty"))
	}
	t[of.ID] += l.BaseQty
	return nil
}

package stock

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// right is the field right under which the prices and amounts of a kind stand, "" for kinds without any.
func (k *kind) right() string {
	switch k.price {
	case salePrice:
		return "price"
	case purchasePrice, costPrice:
		return "cost"
	}
	return ""
}

// unseen prices a sheet for an actor who may not see its prices and so cannot have typed them: lines that are new, or that hold
// another item or unit than what is stored, want a price as if their item was just chosen, and lines that send something back
// have the price and discount of what they send back. It marks in want who wants a price, and gives what counts as just
// changed: the customer or the day, where the stored sheet has another. For everybody else it does nothing.
func unseen(v *kernel.View, a asked, changed string) (string, error) {
	doc := a.doc
	if a.kind.price != salePrice && a.kind.price != purchasePrice || v.Actor.Sees(a.kind.right()) || doc.Reverses != 0 {
		return changed, nil
	}
	was := &original{&Document{Doc: resource.Doc{Date: doc.Date}, Party: doc.Party}}
	if doc.ID != 0 {
		found, err := HandleOf(doc.Kind).FindMany(v, []int64{doc.ID})
		if err != nil {
			return changed, err
		}
		if found[doc.ID] != nil {
			was.doc = found[doc.ID]
		}
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		old := was.line(l.ID)
		it := a.items[l.Item]
		switch {
		case l.Free || it == nil || old == nil && l.ID != 0 || old != nil && old.Item == l.Item && old.Unit == l.Unit && old.Free == l.Free && old.SourceLine == l.SourceLine:
		case l.SourceLine != 0:
			if err := l.sentBack(v, a.kind, it); err != nil {
				return changed, err
			}
		default:
			l.Price, l.Offered, a.want[i] = 0, 0, true
			if old != nil && old.Item != l.Item {
				l.Discount = 0
			}
		}
	}
	switch {
	case was.doc.Party != doc.Party:
		changed = "/party"
	case was.doc.Date != doc.Date && changed == "":
		changed = "/date"
	}
	return changed, nil
}

// sentBack gives a line the price and the discount of the line that it sends back, if that is there.
func (l *DocumentLine) sentBack(v *kernel.View, k *kind, it *item.Item) error {
	found, err := HandleOf(k.source).FindMany(v, []int64{l.Source})
	if err != nil || found[l.Source] == nil {
		return err
	}
	if of := (&original{found[l.Source]}).line(l.SourceLine); of != nil && of.Item == l.Item {
		l.Price, l.Discount = it.Reprice(item.Priced{Price: of.Price, Unit: of.Unit}, l.Unit), of.Discount
	}
	return nil
}

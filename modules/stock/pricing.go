package stock

import (
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
)

// asked is a sheet whose lines are to have prices; want says of each whether it has none of its own yet.
type asked struct {
	kind  *kind
	doc   *Document
	party *party.Party
	items map[int64]*item.Item
	want  []bool
}

// fillPrices gives a price to lines without one: what is sold by the ladder of package price, what is bought by the item. For
// another customer or day, lines that hold what was offered are asked about again. What goes back has its original's price.
func fillPrices(v *kernel.View, a asked, changed string) error {
	switch a.kind.price {
	case salePrice:
		return a.ask().Fill(v, a.lines(), changed == "/party" || changed == "/date" && a.doc.State != Done)
	case purchasePrice:
		for i := range a.doc.Lines {
			l := &a.doc.Lines[i]
			if it := a.items[l.Item]; it != nil && a.want[i] && l.Price == 0 && !l.Free {
				l.Price = it.PriceIn(l.Unit, it.PurchasePrice)
			}
		}
	}
	return nil
}

func (a asked) ask() price.Ask {
	return price.Ask{Sheet: a.doc.ID, Party: a.party, Date: a.doc.Date, Mode: a.doc.TaxMode, Items: a.items}
}

// lines are the lines as the ladder sees them.
func (a asked) lines() []price.Line {
	out := make([]price.Line, len(a.doc.Lines))
	for i := range a.doc.Lines {
		l := &a.doc.Lines[i]
		out[i] = price.Line{Item: l.Item, Unit: l.Unit, Price: &l.Price, Offered: &l.Offered, Free: l.Free, Fresh: a.want != nil && a.want[i]}
	}
	return out
}

// saleFacts tells what is known about the prices of a sheet of what is sold.
func saleFacts(v *kernel.View, doc *Document) ([]kernel.Fact, error) {
	p, err := partyOf(v, doc.Party)
	if err != nil {
		return nil, err
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil, err
	}
	a := asked{doc: doc, party: p, items: items}
	return a.ask().Facts(v, a.lines(), func(i int) string { return at(i, "price") })
}

// paid answers what a customer paid last.
func paid(v *kernel.View, q price.Question) (map[int64]item.Priced, error) {
	return commerce.Priced{Def: Deliveries.Def, Party: "party", Where: "o.kind = ? AND o.state = 'posted' AND o.reverses IS NULL AND o.id <> ? AND (o.tax_mode = ? OR ? = '')",
		Args: []any{KindDelivery, q.Sheet, q.Mode, q.Mode}}.Last(v, q.Party, q.Items)
}

package stock

import (
	"cmp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// unpost cancels the moves of a document on their own day; what came after them is costed again without them.
func unpost(tx *kernel.Tx, doc *Document, _ any) error {
	handle := HandleOf(doc.Kind)
	if doc.Reverses != 0 {
		return problem.Conflicted("stock.mirror")
	}
	if err := PeriodOpen.Of(tx.Company)(tx, doc.Date); err != nil {
		return err
	}
	if err := cmp.Or(links.Downstream(tx.View, handle.Def, doc.ID), mayGiveBack(tx, doc)); err != nil {
		return err
	}
	event, b, err := cancel(tx, doc)
	if err != nil {
		return err
	}
	doc.Cost = 0
	for i := range doc.Lines {
		doc.Lines[i].Cost = 0
	}
	if kind := linkOf[kindOf(doc.Kind).source]; kind != "" {
		if err := links.Kill(tx, doc.ID, kind); err != nil {
			return err
		}
	}
	if err := Unposted.Publish(tx, event); err != nil {
		return err
	}
	return b.tellAdjusted()
}

// cancel writes the moves that take a document's moves back.
func cancel(tx *kernel.Tx, doc *Document) (*Event, *book, error) {
	rows, err := movesOf(tx.View, doc.ID)
	if err != nil {
		return nil, nil, err
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return nil, nil, err
	}
	b := newBook(tx, doc.ID)
	lines := map[int64]int{}
	for i := range doc.Lines {
		lines[doc.Lines[i].ID] = i
	}
	for _, r := range rows {
		b.pools[r.pool], b.places[placeKey{r.pool.item, r.warehouse}] = &poolRow{}, place{}
		b.gone[r.id] = true
	}
	if err := b.lock(); err != nil {
		return nil, nil, err
	}
	event := &Event{Doc: doc, Def: HandleOf(doc.Kind).Def}
	dirty := map[poolKey]*poolRow{}
	for _, r := range rows {
		line := lines[r.line]
		it := items[r.pool.item]
		back, err := b.takeBack(r, line, it.Called())
		if err != nil {
			return nil, nil, err
		}
		if !r.neutral() {
			dirty[r.pool] = nil
		}
		event.Lines = append(event.Lines, lineValue(&doc.Lines[line], it, back))
	}
	doc.Whole = false
	heir := map[int64]int64{} // returns that were reversed followed these; they keep what they are worth
	for id := range b.gone {
		heir[id] = 0
	}
	if err := cmp.Or(b.answered(doc), b.refollow(doc.ID, heir)); err != nil {
		return nil, nil, err
	}
	if err := b.settle(sortedPools(dirty)); err != nil {
		return nil, nil, err
	}
	return event, b, b.write()
}

// takeBack cancels one move; its adjustments have their own documents, so they are taken back by one more of those.
func (b *book) takeBack(r *move, line int, name string) (*move, error) {
	at := placeKey{r.pool.item, r.warehouse}
	have := b.places[at]
	b.places[at] = place{have.qty - r.qty, have.qty2 - r.qty2}
	if r.qty > 0 && b.places[at].qty < 0 {
		if b.refuse {
			return nil, shortage{line, name, r.warehouse, have.qty, r.qty}.problem(b.tx.View)
		}
		b.dip(at, dip{line, name, have.qty})
	}
	id, err := b.tx.Company.Store.NextID()
	if err != nil {
		return nil, err
	}
	p := b.pools[r.pool]
	p.seq++
	back := *r
	back.id, back.seq, back.rank, back.cancels, back.follows = id, p.seq, p.seq, r.id, 0
	back.qty, back.qty2, back.value, back.variance = -r.qty, -r.qty2, -r.value, -r.variance
	b.moves = append(b.moves, &back)
	if r.adjValue != 0 || r.adjVariance != 0 {
		return &back, b.correct(r, -r.adjValue, -r.adjVariance)
	}
	return &back, nil
}

// reverse makes the mirror of a document and posts it.
func reverse(tx *kernel.Tx, doc *Document, in any) error {
	handle := HandleOf(doc.Kind)
	if doc.Reverses != 0 {
		return problem.Conflicted("stock.mirror")
	}
	if err := links.Downstream(tx.View, handle.Def, doc.ID); err != nil {
		return err
	}
	date := tx.Today
	if r, ok := in.(*Reversal); ok && r != nil && r.Date != "" {
		date = r.Date
	}
	if date < doc.Date {
		return problem.Rule("stock.reverse_date", "date", string(doc.Date)).At("/date")
	}
	if kind := linkOf[kindOf(doc.Kind).source]; kind != "" {
		if err := links.Kill(tx, doc.ID, kind); err != nil {
			return err
		}
	}
	mirror := mirrorOf(doc)
	mirror.Date = date
	if err := pipeline.Create(tx, handle, mirror); err != nil {
		return err
	}
	if err := links.Make(tx, reverseLink(doc.Kind), []links.Link{{Source: doc.ID, Target: mirror.ID, Amount: doc.Gross}}); err != nil {
		return err
	}
	return pipeline.Follow(tx, handle, mirror, "post")
}

func reverseLink(kind string) string { return "reverses_" + kind }

// mirrorOf gives the document with the opposite of everything.
func mirrorOf(doc *Document) *Document {
	m := &Document{Kind: doc.Kind, Party: doc.Party, Warehouse: doc.Warehouse, ToWarehouse: doc.ToWarehouse, Source: doc.Source,
		TaxMode: doc.TaxMode, PaymentTerm: doc.PaymentTerm, Discount: -doc.Discount, Rounding: -doc.Rounding, Reverses: doc.ID, Reason: doc.Reason}
	m.Owner, m.Department, m.Note = doc.Owner, doc.Department, doc.Note
	for _, l := range doc.Lines {
		n := DocumentLine{Item: l.Item, Unit: l.Unit, Qty: -l.Qty, Price: l.Price, Discount: l.Discount, Free: l.Free, TaxRate: l.TaxRate, Rate: l.Rate, Note: l.Note,
			BaseQty: -l.BaseQty, Qty2: -l.Qty2, Unit2: l.Unit2, BySecond: l.BySecond}
		if doc.Kind == KindCount {
			n.Qty, n.Counted, n.Qty2, n.Counted2 = l.Counted, l.Qty, l.Counted2, l.Qty2
		}
		m.Lines = append(m.Lines, n)
	}
	for _, c := range doc.Charges {
		m.Charges = append(m.Charges, DocumentCharge{Name: c.Name, Amount: -c.Amount, TaxRate: c.TaxRate, Rate: c.Rate})
	}
	m.Handler = doc.Handler
	for _, x := range doc.Money {
		m.Money = append(m.Money, DocumentMoney{MoneyAccount: x.MoneyAccount, Amount: -x.Amount, Note: x.Note})
	}
	return m
}

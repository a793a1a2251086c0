package stock

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock/valuation"
)

// book is what one posting or unposting has in its hands.
type book struct {
	tx        *kernel.Tx
	cause     int64 // the document
	method    valuation.Method
	refuse    bool
	pools     map[poolKey]*poolRow
	places    map[placeKey]place
	moves     []*move // to be written
	gone      map[int64]bool
	histories map[poolKey][]*past
	events    []*Event // adjustments to be told
	dips      map[placeKey]dip
}

// past is a move in the history of a pool: given is the value it is replayed with, now what the replay made of it.
type past struct {
	*move
	fresh bool // made in this unit
	given money.Amount
	now   *valuation.Result
}

func newBook(tx *kernel.Tx, cause int64) *book {
	return &book{tx: tx, cause: cause, method: methodOf(tx.Company), refuse: tx.Company.Setting(settingNegative) == "refuse", dips: map[placeKey]dip{},
		pools: map[poolKey]*poolRow{}, places: map[placeKey]place{}, gone: map[int64]bool{}, histories: map[poolKey][]*past{}}
}

// lock reads pools and places for changing: pools first, both in order.
func (b *book) lock() error {
	if err := lockPools(b.tx, b.pools); err != nil {
		return err
	}
	return lockPlaces(b.tx, b.places)
}

// rewind sets the pools that already have later moves back to the day of the document, and names them.
func (b *book) rewind(doc *Document) ([]poolKey, error) {
	var late []poolKey
	for _, k := range sortedPools(b.pools) {
		if b.pools[k].lastDate <= doc.Date || doc.Kind == KindTransfer && k.scope == 0 {
			continue
		}
		late = append(late, k)
		if err := b.upTo(k, doc.Date); err != nil {
			return nil, err
		}
	}
	return late, nil
}

// upTo gives a pool as it was at the end of a day.
func (b *book) upTo(k poolKey, day clock.Date) error {
	all, err := b.history(k)
	if err != nil {
		return err
	}
	before := slices.IndexFunc(all, func(x *past) bool { return x.date > day })
	if before < 0 {
		before = len(all)
	}
	_, b.pools[k].Pool, err = valuation.Replay(b.method, valuation.Pool{}, inputs(all[:before]))
	return err
}

func inputs(rows []*past) []valuation.Move {
	out := make([]valuation.Move, len(rows))
	for i, r := range rows {
		out[i] = valuation.Move{Qty: r.qty, Value: r.given, Fixed: r.fixed}
	}
	return out
}

func magnitude(v money.Amount) money.Amount { return max(v, -v) }

// history reads the past of a pool once.
func (b *book) history(k poolKey) ([]*past, error) {
	if rows, ok := b.histories[k]; ok {
		return rows, nil
	}
	found, err := historyOf(b.tx.View, k)
	if err != nil {
		return nil, err
	}
	rows := make([]*past, 0, len(found))
	for _, m := range found {
		if !m.neutral() && !b.gone[m.id] {
			rows = append(rows, &past{move: m, given: magnitude(m.value + m.adjValue)})
		}
	}
	b.histories[k] = rows
	return rows, nil
}

// include adds the moves made in this unit to a history, in their place.
func (b *book) include(k poolKey) error {
	rows, err := b.history(k)
	if err != nil {
		return err
	}
	for _, m := range b.moves {
		if m.pool == k && m.cancels == 0 && m.adjusts == 0 && !m.neutral() && !slices.ContainsFunc(rows, func(x *past) bool { return x.move == m }) {
			rows = append(rows, &past{move: m, fresh: true, given: magnitude(m.value)})
		}
	}
	slices.SortStableFunc(rows, func(x, y *past) int {
		return cmp.Or(cmp.Compare(x.date, y.date), cmp.Compare(x.place(), y.place()), cmp.Compare(x.seq, y.seq))
	})
	b.histories[k] = rows
	return nil
}

// maxRounds bounds the chain of pools that pass a changed value on by transfers. Values only pass forward in time, so
// a chain ends; the bound is there for data that breaks this.
const maxRounds = 200

var errNoEnd = errors.New("stock: re-costing does not come to an end")

// settle replays pools whose past has changed, and those that follow them, and writes down the differences.
func (b *book) settle(dirty []poolKey) error {
	for round := 0; len(dirty) > 0; round++ {
		if round == maxRounds {
			return errNoEnd
		}
		changed := map[int64]*past{}
		for _, k := range dirty {
			if err := b.include(k); err != nil {
				return err
			}
			if err := b.replay(k, changed); err != nil {
				return err
			}
		}
		var err error
		if dirty, err = b.pass(changed); err != nil {
			return err
		}
	}
	return b.adjust()
}

// replay values a pool's history again and notes whose value is not what it was.
func (b *book) replay(k poolKey, changed map[int64]*past) error {
	rows := b.histories[k]
	results, closing, err := valuation.Replay(b.method, valuation.Pool{}, inputs(rows))
	if errors.Is(err, money.ErrRange) {
		return problem.Rule("commerce.range")
	}
	if err != nil {
		return err
	}
	p := b.pools[k]
	p.Pool, p.lastDate = closing, ""
	for i, r := range rows {
		before := r.value + r.adjValue
		if results[i].Value != before || r.now != nil && r.now.Value != results[i].Value || r.now == nil && r.replaces != nil {
			changed[r.id] = r
		}
		r.now = &results[i]
		p.lastDate = r.date
	}
	return nil
}

// pass hands changed values to the moves that follow them and names the pools to be replayed for it.
func (b *book) pass(changed map[int64]*past) ([]poolKey, error) {
	if len(changed) == 0 {
		return nil, nil
	}
	pools, err := followersOf(b.tx.View, slices.Sorted(maps.Keys(changed)))
	if err != nil {
		return nil, err
	}
	for _, m := range b.moves {
		if changed[m.follows] != nil {
			pools[m.pool] = true
		}
	}
	dirty := map[poolKey]*poolRow{}
	for k := range pools {
		if err := b.join(k); err != nil {
			return nil, err
		}
		for _, r := range b.histories[k] {
			source := changed[r.follows]
			if source == nil {
				continue
			}
			want, err := follow(r, source)
			if err != nil {
				return nil, err
			}
			if want != r.given {
				r.given = want
				dirty[k] = nil
			}
		}
	}
	return sortedPools(dirty), nil
}

// join takes a pool into the book that the document itself does not touch.
func (b *book) join(k poolKey) error {
	if b.pools[k] == nil {
		one := map[poolKey]*poolRow{k: {}}
		if err := lockPools(b.tx, one); err != nil {
			return err
		}
		b.pools[k] = one[k]
	}
	return b.include(k)
}

// follow gives the value of r after the move it follows has changed.
func follow(r, source *past) (money.Amount, error) {
	if source.replaces != nil {
		return r.share(source)
	}
	delta, err := money.MulDiv(int64(source.now.Value-source.value-source.adjValue), int64(r.qty), int64(source.qty))
	if err != nil {
		return 0, err
	}
	return magnitude(r.value + r.adjValue + money.Amount(delta)), nil
}

// share gives the value of r after a modified document put source in the place of the move that r followed: its part of
// the new value, or what it has where one piece costs what it did. What the document itself made anew (the arrival of a
// transfer) was worth what the source was thought to be worth, and takes its part in any case.
func (r *past) share(source *past) (money.Amount, error) {
	was := source.replaces
	same, err := money.MulDiv(int64(was.value+was.adjValue), int64(source.qty), int64(was.qty))
	if err != nil {
		return 0, err
	}
	if money.Amount(same) == source.now.Value && !r.fresh {
		return magnitude(r.value + r.adjValue), nil
	}
	part, err := money.MulDiv(int64(source.now.Value), int64(r.qty), int64(source.qty))
	return magnitude(money.Amount(part)), err
}

// adjust makes the adjustments of moves whose value is no longer what was booked.
func (b *book) adjust() error {
	for _, k := range sortedPools(b.pools) {
		for _, r := range b.histories[k] {
			if r.now == nil {
				continue
			}
			if r.fresh {
				r.value, r.variance, r.unitCost = r.now.Value, r.now.Variance, r.now.UnitCost
				continue
			}
			value, variance := r.now.Value-r.value-r.adjValue, r.now.Variance-r.variance-r.adjVariance
			if value == 0 && variance == 0 {
				continue
			}
			if err := b.correct(r.move, value, variance); err != nil {
				return err
			}
		}
	}
	return nil
}

// correct notes one adjustment.
func (b *book) correct(of *move, value, variance money.Amount) error {
	id, err := b.tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	p := b.pools[of.pool]
	p.seq++
	b.moves = append(b.moves, &move{id: id, pool: of.pool, date: of.date, seq: p.seq, side: of.side, kind: of.kind, document: of.document,
		line: of.line, warehouse: of.warehouse, value: value, variance: variance, adjusts: of.id})
	return nil
}

// write writes moves and balances, and the documents of adjustments.
func (b *book) write() error {
	if len(b.moves) == 0 {
		return nil
	}
	if err := insertMoves(b.tx, b.moves); err != nil {
		return err
	}
	if err := writePlaces(b.tx, b.places); err != nil {
		return err
	}
	if err := writePools(b.tx, b.pools); err != nil {
		return err
	}
	return b.document()
}

// document makes one adjustment document for each day and kind, and corrects the cost shown on the adjusted ones.
func (b *book) document() error {
	type group struct {
		date clock.Date
		kind string
	}
	groups := map[group][]*move{}
	byKind := map[string][]*move{}
	for _, m := range b.moves {
		if m.adjusts == 0 {
			continue
		}
		groups[group{m.date, m.kind}] = append(groups[group{m.date, m.kind}], m)
		if m.document != b.cause {
			byKind[m.kind] = append(byKind[m.kind], m)
		}
	}
	order := slices.SortedFunc(maps.Keys(groups), func(x, y group) int {
		return cmp.Or(cmp.Compare(x.date, y.date), cmp.Compare(x.kind, y.kind))
	})
	for _, g := range order {
		doc := &Document{Adjusts: g.kind, Reverses: 0}
		doc.Date = g.date
		for _, m := range groups[g] {
			doc.Lines = append(doc.Lines, DocumentLine{Item: m.pool.item, Cost: m.value, Source: m.document, SourceLine: m.line})
			doc.Cost += m.value
		}
		if err := pipeline.Create(b.tx, HandleOf(KindAdjustment), doc); err != nil {
			return err
		}
		items, err := itemsOf(b.tx.View, doc)
		if err != nil {
			return err
		}
		event := &Event{Doc: doc, Def: HandleOf(KindAdjustment).Def}
		for i, m := range groups[g] {
			event.Lines = append(event.Lines, lineValue(&doc.Lines[i], items[m.pool.item], m))
		}
		b.events = append(b.events, event)
	}
	for _, name := range slices.Sorted(maps.Keys(byKind)) {
		if err := correctCosts(b.tx, name, byKind[name]); err != nil {
			return err
		}
	}
	return nil
}

// correctCosts brings the cost on adjusted documents up to date.
func correctCosts(tx *kernel.Tx, name string, moves []*move) error {
	def := HandleOf(name).Def
	var ids []int64
	for _, m := range moves {
		ids = append(ids, m.document)
	}
	recs, err := resource.LockMany(tx, def, ids)
	if err != nil {
		return err
	}
	for _, m := range moves {
		doc, ok := recs[m.document].(*Document)
		if !ok {
			continue
		}
		i := slices.IndexFunc(doc.Lines, func(l DocumentLine) bool { return l.ID == m.line })
		if i < 0 {
			continue
		}
		if err := addCost(doc, i, m.side, m.value); err != nil {
			return err
		}
		if err := resource.Save(tx, def, doc); err != nil {
			return err
		}
	}
	return nil
}

// tellAdjusted publishes the adjustments, after the document that caused them was told.
func (b *book) tellAdjusted() error {
	for _, e := range b.events {
		if err := Adjusted.Publish(b.tx, e); err != nil {
			return err
		}
	}
	return nil
}

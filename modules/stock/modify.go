package stock

import (
	"cmp"
	"maps"
	"slices"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/revise"
	"zhanggui/modules/kernel/store"
)

// Change is what modifying asks for.
type Change = revise.Change

// Modify carries out the action modify where nobody is asked: to see what it does, in a unit that is taken back.
func Modify(tx *kernel.Tx, doc *Document, change *Change) error {
	if doc.State != Done {
		return problem.Conflicted("state.wrong", "action", "modify", "state", string(doc.State), "resource", HandleOf(doc.Kind).Name)
	}
	return modify(tx, doc, change)
}

// modify puts a posted sheet right: what it did is taken back and done again as the sheet now says, in this unit, on the
// same record, whose revision counts up. See doc.go for why it is the same record.
func modify(tx *kernel.Tx, doc *Document, in any) error {
	next, err := Changed(tx.View, doc, in)
	if err != nil {
		return err
	}
	before := resource.Clone(HandleOf(doc.Kind).Def, doc).(*Document)
	if err := modifiable(tx, before, next); err != nil {
		return err
	}
	if !SameMoney(before, next) { // what was paid with the sheet goes back
		if err := mayGiveBack(tx, before); err != nil {
			return err
		}
	}
	if kind := linkOf[kindOf(doc.Kind).source]; kind != "" {
		if err := links.Kill(tx, doc.ID, kind); err != nil {
			return err
		}
	}
	rows, err := movesOf(tx.View, doc.ID)
	if err != nil {
		return err
	}
	back, err := takenBack(tx, before, rows)
	if err != nil {
		return err
	}
	back.Next = next
	if err := Unposted.Publish(tx, back); err != nil {
		return err
	}
	base := doc.Base // what the unit has counted and stamped
	*doc = *next
	doc.Base, doc.Revision = base, doc.Revision+1
	doc.Extra = next.Extra
	def := HandleOf(doc.Kind).Def
	if err := cmp.Or(resource.Save(tx, def, doc), resource.Flush(tx)); err != nil { // numbers the new lines
		return err
	}
	if err := cmp.Or(allowed(tx, before, doc), confirmed(tx, before, doc)); err != nil {
		return err
	}
	event, b, err := redo(tx, doc, rows)
	if err != nil {
		return err
	}
	event.Before = before
	if err := resource.Save(tx, def, doc); err != nil {
		return err
	}
	if err := Posted.Publish(tx, event); err != nil {
		return err
	}
	return b.tellAdjusted()
}

// allowed asks of a modified sheet what posting asks of any; about the money on it only where that changes hands anew.
func allowed(tx *kernel.Tx, before, doc *Document) error {
	same, asked := SameMoney(before, doc), *doc
	if same {
		asked.PaidNow = 0 // it stands in the debts of the party already
	}
	list, err := refused(tx.View, &asked)
	if err != nil {
		return err
	}
	for _, p := range untaken(tx.View, doc) {
		if !same || p.Code != "stock.money_right" { // who took it was asked then
			list.Add(p)
		}
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	return slices.Concat(list, remeasure(doc, items), weighed(doc, items)).Err()
}

// SameMoney tells that a modification leaves alone the money that changed hands with the sheet.
func SameMoney(before, next *Document) bool {
	return before.Party == next.Party && before.Date == next.Date && slices.EqualFunc(before.Money, next.Money, func(a, b DocumentMoney) bool {
		return a.MoneyAccount == b.MoneyAccount && a.Amount == b.Amount && a.Note == b.Note
	})
}

// MoneyAdded gives what a modification lets change hands beside what did before, which it leaves alone; false where it does not
// leave that alone.
func MoneyAdded(before, next *Document) ([]DocumentMoney, bool) {
	if len(next.Money) < len(before.Money) {
		return nil, false
	}
	same := *next
	same.Money = next.Money[:len(before.Money)]
	return next.Money[len(before.Money):], SameMoney(before, &same)
}

// Changed gives a posted sheet as a change would leave it, computed and judged as any draft is; doc stays as it is.
func Changed(v *kernel.View, doc *Document, in any) (*Document, error) {
	next, err := revise.Next(v, HandleOf(doc.Kind).Def, doc.ID, in)
	if err != nil {
		return nil, err
	}
	return next.(*Document), nil
}

// modifiable refuses what cannot be modified, and tells what to do instead.
func modifiable(tx *kernel.Tx, doc, next *Document) error {
	if doc.Reverses != 0 {
		return problem.Conflicted("stock.mirror")
	}
	if revise.Same(HandleOf(doc.Kind).Def, doc, next) {
		return problem.Rule("stock.modify_same")
	}
	if problemOf := PeriodOpen.Of(tx.Company)(tx, doc.Date); problemOf != nil {
		if _, told := problem.From(problemOf); told {
			return problem.Conflicted("stock.modify_closed", "number", doc.Number, "date", string(doc.Date))
		}
		return problemOf
	}
	if err := PeriodOpen.Of(tx.Company)(tx, next.Date); err != nil {
		return err
	}
	if next.Date != doc.Date {
		if err := slip.Asked(tx, next.Date); err != nil {
			return err
		}
	}
	live, err := links.From(tx.View, doc.ID)
	if err != nil {
		return err
	}
	own := HandleOf(doc.Kind)
	loose := map[string]bool{}
	for _, k := range links.Kinds(tx.Company) {
		loose[k.Name] = k.Loose
	}
	var returns []int64
	for _, l := range live {
		if l.Kind == linkOf[doc.Kind] {
			returns = append(returns, l.Target) // asked line by line below
			continue
		}
		if loose[l.Kind] {
			continue // money that changed hands with the sheet goes with it
		}
		if err := links.Downstream(tx.View, own.Def, doc.ID); err != nil {
			return err
		}
	}
	if next.Date > doc.Date {
		if err := notAfter(tx.View, next, returns); err != nil {
			return err
		}
	}
	return returned(doc, next).Err()
}

// notAfter refuses to date a sheet after what came back of it.
func notAfter(v *kernel.View, next *Document, returns []int64) error {
	for _, k := range kinds {
		if k.source != next.Kind || len(returns) == 0 {
			continue
		}
		found, err := HandleOf(k.name).FindMany(v, returns)
		if err != nil {
			return err
		}
		for _, id := range returns {
			if r := found[id]; r != nil && r.Date < next.Date {
				return problem.Conflicted("stock.modify_return_date", "number", r.Number, "date", string(r.Date)).At("/date")
			}
		}
	}
	return nil
}

// returned refuses to take away what was sent back: its line must stay, with the item and at least that quantity, and
// the sheet with the party it came back from.
func returned(doc, next *Document) (list problem.List) {
	for n := range doc.Lines {
		was := &doc.Lines[n]
		if was.Returned == 0 {
			continue
		}
		i := slices.IndexFunc(next.Lines, func(l DocumentLine) bool { return l.ID == was.ID })
		switch {
		case next.Party != doc.Party:
			return problem.List{problem.Rule("stock.modify_returned_party").At("/party")}
		case i < 0:
			list.Add(problem.Rule("stock.modify_returned", "line", was.Pos, "qty", was.Returned.String()).At("/lines"))
		case next.Lines[i].Item != was.Item || next.Lines[i].BaseQty < was.Returned:
			list.Add(problem.Rule("stock.modify_returned", "line", was.Pos, "qty", was.Returned.String()).At(at(i, "qty")))
		}
	}
	return list
}

// takenBack is the event of a sheet that goes back with its moves.
func takenBack(tx *kernel.Tx, doc *Document, rows []*move) (*Event, error) {
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return nil, err
	}
	event := &Event{Doc: doc, Def: HandleOf(doc.Kind).Def}
	for _, r := range rows {
		back := *r
		back.qty, back.value, back.variance = -r.qty, -r.value, -r.variance
		l := doc.lineOf(r.line)
		event.Lines = append(event.Lines, lineValue(l, items[l.Item], &back))
	}
	return event, nil
}

// lineOf gives a line by its id.
func (doc *Document) lineOf(id int64) *DocumentLine {
	return (&original{doc}).line(id)
}

// redo moves the stock of a modified document: of rows, its live moves, stays what is as it should be, pool by pool; the
// others are taken back and made anew in the same place of their day.
func redo(tx *kernel.Tx, doc *Document, rows []*move) (*Event, *book, error) {
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return nil, nil, err
	}
	p := planner{tx: tx, doc: doc, kind: kindOf(doc.Kind), items: items}
	movements, err := p.plan()
	if err != nil {
		return nil, nil, err
	}
	b := newBook(tx, doc.ID)
	r := &redoing{book: b, doc: doc, rows: rows, movements: movements, changed: map[poolKey]bool{}}
	if err := r.run(); err != nil {
		return nil, nil, err
	}
	event := &Event{Doc: doc, Def: HandleOf(doc.Kind).Def}
	for _, m := range movements {
		event.Lines = append(event.Lines, lineValue(m.l, m.item, m.move))
	}
	return event, b, r.costs()
}

// redoing is the second half of a modification: what was moved, and what shall be moved.
type redoing struct {
	*book
	doc       *Document
	rows      []*move
	movements []*movement
	changed   map[poolKey]bool // pools in which something is not as it should be
}

func (r *redoing) run() error {
	r.match()
	for _, row := range r.rows {
		if r.changed[row.pool] {
			r.gone[row.id] = true
			r.pools[row.pool], r.places[placeKey{row.pool.item, row.warehouse}] = &poolRow{}, place{}
		}
	}
	for _, m := range r.movements {
		if m.move == nil {
			r.pools[m.pool(r.tx.Company)], r.places[placeKey{m.item.ID, m.warehouse}] = &poolRow{}, place{}
		}
	}
	if err := r.lock(); err != nil {
		return err
	}
	refuse, had := r.refuse, map[placeKey]money.Qty{}
	for k, p := range r.places {
		had[k] = p.qty
	}
	r.refuse = false // what counts is what is left when all is done
	dirty, err := r.exchange()
	if err != nil {
		return err
	}
	if err := r.enough(had, refuse); err != nil {
		return err
	}
	if err := r.inherit(); err != nil {
		return err
	}
	if err := r.settle(dirty); err != nil {
		return err
	}
	return r.write()
}

func (m *movement) pool(c *kernel.Company) poolKey {
	return poolKey{m.item.ID, scopeOf(c, m.warehouse)}
}

// match finds for each movement the move it was before, and gives it that move where the whole pool stays as it is.
func (r *redoing) match() {
	before := map[*movement]*move{}
	taken := map[int64]bool{}
	for _, m := range r.movements {
		at := slices.IndexFunc(r.rows, func(row *move) bool { return row.line == m.l.ID && row.side == m.side && !taken[row.id] })
		if at >= 0 {
			before[m] = r.rows[at]
			taken[r.rows[at].id] = true
		}
		if at < 0 || !m.is(r.rows[at], r.doc, r.tx.Company) {
			r.changed[m.pool(r.tx.Company)] = true
			if at >= 0 {
				r.changed[r.rows[at].pool] = true
			}
		}
	}
	for _, row := range r.rows {
		if !taken[row.id] {
			r.changed[row.pool] = true
		}
	}
	for again := true; again; { // what arrives is worth what left, so both pools of a transfer change together
		again = false
		for _, m := range r.movements {
			if m.pair == nil {
				continue
			}
			here, there := m.pool(r.tx.Company), m.pair.pool(r.tx.Company)
			if r.changed[here] != r.changed[there] {
				r.changed[here], r.changed[there], again = true, true, true
			}
		}
	}
	for m, row := range before {
		if !r.changed[row.pool] && !r.changed[m.pool(r.tx.Company)] {
			m.move = row
		} else {
			m.before = row
		}
	}
}

// is tells whether a move is the one that the movement would make.
func (m *movement) is(row *move, doc *Document, c *kernel.Company) bool {
	return row.date == doc.Date && row.pool == m.pool(c) && row.warehouse == m.warehouse && row.qty == m.qty && row.qty2 == m.qty2 && row.fixed == (m.how != natural) &&
		(m.how != known || m.follows == row.follows && m.value == magnitude(row.value))
}

// exchange takes back the moves that are not as they should be and makes those that should be; it gives the pools to be
// valued again.
func (r *redoing) exchange() ([]poolKey, error) {
	dirty := map[poolKey]*poolRow{}
	for _, row := range r.rows {
		if !r.gone[row.id] {
			continue
		}
		if _, err := r.takeBack(row, 0, ""); err != nil {
			return nil, err
		}
		if !row.neutral() {
			dirty[row.pool] = nil
		}
	}
	for _, k := range sortedPools(r.pools) { // without what was taken back, up to the day
		if r.doc.Kind == KindTransfer && k.scope == 0 {
			continue
		}
		if err := r.upTo(k, r.doc.Date); err != nil {
			return nil, err
		}
	}
	for _, m := range r.movements {
		if m.move != nil {
			continue
		}
		if err := m.likeBefore(r.doc, r.tx.Company); err != nil {
			return nil, err
		}
		if err := r.take(r.doc, m); err != nil {
			return nil, err
		}
		if m.before != nil {
			m.move.replaces = m.before
			if m.before.pool == m.move.pool && m.before.date == m.move.date {
				m.move.rank = m.before.place()
			}
		}
		if !m.move.neutral() {
			dirty[m.move.pool] = nil
		}
	}
	return sortedPools(dirty), nil
}

// likeBefore gives goods whose worth nobody typed the unit cost at which they came in before.
func (m *movement) likeBefore(doc *Document, c *kernel.Company) error {
	if m.how != present || m.before == nil || m.before.date != doc.Date || m.before.pool != m.pool(c) || m.before.qty == 0 {
		return nil
	}
	value, err := money.MulDiv(int64(m.before.value), int64(m.qty), int64(m.before.qty))
	if err != nil {
		return problem.Rule("commerce.range").At(at(m.line, "qty"))
	}
	m.how, m.value = known, magnitude(money.Amount(value))
	return nil
}

// enough refuses what takes more than there was, or asks, once everything is done.
func (r *redoing) enough(had map[placeKey]money.Qty, refuse bool) error {
	var list problem.List
	clear(r.dips) // on the way there something may have been short that no longer is
	for _, k := range sortedPlaces(r.places) {
		now := r.places[k].qty
		if now >= 0 || now >= had[k] {
			continue
		}
		line := max(slices.IndexFunc(r.doc.Lines, func(l DocumentLine) bool { return l.Item == k.item }), 0)
		items, err := master(r.tx.View, itemsKey{}, item.Items, []int64{k.item})
		if err != nil {
			return err
		}
		list.Add(shortage{line, items[k.item].Called(), k.warehouse, had[k], had[k] - now}.problem(r.tx.View))
		r.dip(k, dip{line, items[k.item].Called(), had[k]})
	}
	if refuse {
		return list.Err()
	}
	before := r.doc.Below
	err := r.answered(r.doc)
	r.doc.Below = cmp.Or(r.doc.Below, before)
	return err
}

// inherit lets what followed the moves that were replaced (returns to a delivery) follow those in their place. Where another item
// or nothing took their place, only returns that were reversed can have followed: they keep what they are worth.
func (r *redoing) inherit() error {
	heir := map[int64]int64{}
	for id := range r.gone {
		heir[id] = 0
	}
	for _, m := range r.moves {
		if m.replaces != nil && m.replaces.pool.item == m.pool.item {
			heir[m.replaces.id] = m.id
		}
	}
	return r.refollow(r.doc.ID, heir)
}

// refollow lets what followed some moves of a document follow others, 0 for none.
func (b *book) refollow(document int64, heir map[int64]int64) error {
	var orphans []int64
	for _, id := range slices.Sorted(maps.Keys(heir)) {
		if heir[id] == 0 {
			orphans = append(orphans, id)
		} else if _, err := b.tx.Exec("UPDATE stock_move SET follows = ? WHERE follows = ? AND follows <> 0 AND document <> ?", heir[id], id, document); err != nil {
			return err
		}
	}
	if len(orphans) > 0 {
		if _, err := b.tx.Exec("UPDATE stock_move SET follows = 0 WHERE "+store.In("follows", orphans)+" AND document <> ?", document); err != nil {
			return err
		}
	}
	for _, rows := range b.histories {
		for _, x := range rows {
			if next, known := heir[x.follows]; known && x.follows != 0 {
				x.follows = next
			}
		}
	}
	return nil
}

// costs writes into the document what its goods are worth now.
func (r *redoing) costs() error {
	r.doc.Cost = 0
	for i := range r.doc.Lines {
		r.doc.Lines[i].Cost = 0
	}
	for _, m := range r.movements {
		value := m.move.value + m.move.adjValue
		for _, adjusted := range r.moves {
			if adjusted.adjusts == m.move.id {
				value += adjusted.value
			}
		}
		if err := addCost(r.doc, m.line, m.move.side, value); err != nil {
			return err
		}
	}
	return nil
}

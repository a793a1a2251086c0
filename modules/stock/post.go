package stock

import (
	"cmp"
	"errors"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/stock/valuation"
)

// how says what a movement is worth.
type how int

const (
	natural how = iota // an issue: what the pool says
	known              // the value is given
	present            // a receipt at the present unit cost
	paired             // the arrival of a transfer: what left the other pool
)

// movement is one move that a line wants to make.
type movement struct {
	line      int
	l         *DocumentLine
	item      *item.Item
	warehouse int64
	side      int64
	qty, qty2 money.Qty
	how       how
	value     money.Amount // a magnitude, with known
	follows   int64
	pair      *movement
	move      *move // as it was made
	before    *move // what it was before the document was modified, where that goes back
}

// post moves the stock of a document, which then tells the others. A delivery that the storekeeper confirms waits for him.
func post(tx *kernel.Tx, doc *Document, _ any) error {
	if err := PeriodOpen.Of(tx.Company)(tx, doc.Date); err != nil {
		return err
	}
	if err := slip.Asked(tx, doc.Date); err != nil {
		return err
	}
	if err := Asking.Of(tx.Company)(tx, doc); err != nil {
		return err
	}
	list, err := refused(tx.View, doc)
	if err = cmp.Or(err, list.Err(), uncounted(doc).Err(), untaken(tx.View, doc).Err()); err != nil {
		return err
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	if list := append(remeasure(doc, items), weighed(doc, items)...); len(list) > 0 {
		return list
	}
	if doc.Whole, err = whole(tx.View, doc); err != nil {
		return err
	}
	if keeperShips(tx.Company, doc, items) {
		return hand(tx, doc, items)
	}
	return leave(tx, doc, &Event{Doc: doc, Def: HandleOf(doc.Kind).Def})
}

// leave moves the goods of a document and tells the others with the event, which gets its lines.
func leave(tx *kernel.Tx, doc *Document, event *Event) error {
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	p := planner{tx: tx, doc: doc, kind: kindOf(doc.Kind), items: items}
	movements, err := p.plan()
	if err != nil {
		return err
	}
	b := newBook(tx, doc.ID)
	if err := b.carry(doc, movements); err != nil {
		return err
	}
	for _, m := range movements {
		event.Lines = append(event.Lines, lineValue(m.l, m.item, m.move))
	}
	doc.Cost = 0
	for i := range doc.Lines {
		doc.Lines[i].Cost = 0
	}
	for _, m := range movements {
		if err := addCost(doc, m.line, m.move.side, m.move.value); err != nil {
			return err
		}
	}
	if err := Posted.Publish(tx, event); err != nil {
		return err
	}
	return b.tellAdjusted()
}

// addCost adds what a move was worth to the cost of its line, in the direction of the kind. Of a transfer only the
// departure counts.
func addCost(doc *Document, line int, side int64, value money.Amount) error {
	k := kindOf(doc.Kind)
	if k.name == KindTransfer && side == 1 {
		return nil
	}
	if k.side == -1 || k.name == KindTransfer {
		value = -value
	}
	var err error
	if doc.Lines[line].Cost, err = money.Add(doc.Lines[line].Cost, value); err == nil {
		doc.Cost, err = money.Add(doc.Cost, value)
	}
	return err
}

// scopeOf gives the cost scope of a warehouse.
func scopeOf(c *kernel.Company, warehouse int64) int64 {
	if c.Setting("stock.pool") == "warehouse" {
		return warehouse
	}
	return 0
}

// methodOf gives the way issues are costed.
func methodOf(c *kernel.Company) valuation.Method {
	if c.Setting("stock.method") == "fifo" {
		return valuation.FIFO
	}
	return valuation.MovingAverage
}

// carry makes the movements in order and writes everything that follows from them.
func (b *book) carry(doc *Document, movements []*movement) error {
	for _, m := range movements {
		b.pools[poolKey{m.item.ID, scopeOf(b.tx.Company, m.warehouse)}] = &poolRow{}
		b.places[placeKey{m.item.ID, m.warehouse}] = place{}
	}
	if err := b.lock(); err != nil {
		return err
	}
	late, err := b.rewind(doc)
	if err != nil {
		return err
	}
	for _, m := range movements {
		if err := b.take(doc, m); err != nil {
			return err
		}
	}
	if err := b.answered(doc); err != nil {
		return err
	}
	if err := b.settle(late); err != nil {
		return err
	}
	return b.write()
}

// take makes one movement.
func (b *book) take(doc *Document, m *movement) error {
	where := placeKey{m.item.ID, m.warehouse}
	have := b.places[where]
	left, err := have.plus(m.qty, m.qty2)
	if err != nil {
		return problem.Rule("commerce.range").At(at(m.line, "qty"))
	}
	if m.qty < 0 && left.qty < 0 {
		if b.refuse {
			return shortage{m.line, m.item.Called(), m.warehouse, have.qty, -m.qty}.problem(b.tx.View)
		}
		b.dip(where, dip{m.line, m.item.Called(), have.qty})
	}
	b.places[where] = left
	id, err := b.tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	k := poolKey{m.item.ID, scopeOf(b.tx.Company, m.warehouse)}
	p := b.pools[k]
	p.seq++
	row := &move{id: id, pool: k, date: doc.Date, seq: p.seq, side: m.side, kind: doc.Kind, document: doc.ID, line: m.l.ID,
		warehouse: m.warehouse, qty: m.qty, qty2: m.qty2, fixed: m.how != natural, follows: m.follows}
	if m.pair != nil {
		row.follows = m.pair.move.id
	}
	m.move = row
	b.moves = append(b.moves, row)
	if row.neutral() {
		return nil
	}
	value, err := m.worth(p.Pool)
	if err != nil {
		return err
	}
	next, res, err := valuation.Apply(b.method, p.Pool, valuation.Move{Qty: m.qty, Value: value, Fixed: row.fixed})
	switch {
	case errors.Is(err, money.ErrRange), errors.Is(err, valuation.ErrMove):
		return problem.Rule("commerce.range").At(at(m.line, "amount"))
	case err != nil:
		return err
	}
	p.Pool, p.lastDate = next, max(p.lastDate, doc.Date)
	row.value, row.variance, row.unitCost = res.Value, res.Variance, res.UnitCost
	return nil
}

// worth is the value given to the valuation, a magnitude.
func (m *movement) worth(p valuation.Pool) (money.Amount, error) {
	switch m.how {
	case known:
		return m.value, nil
	case paired:
		return -m.pair.move.value, nil
	case present:
		return presentCost(p, m.qty, m.item)
	}
	return 0, nil
}

// presentCost is what goods that come in without a value of their own are worth: the average of the pool, its last
// known cost, or what the item is usually bought for.
func presentCost(p valuation.Pool, qty money.Qty, it *item.Item) (money.Amount, error) {
	if p.Qty > 0 {
		v, err := money.MulDiv(int64(p.Value), int64(qty), int64(p.Qty))
		return money.Amount(v), err
	}
	if p.LastCost > 0 {
		return money.Extend(qty, p.LastCost)
	}
	return money.Extend(qty, it.PurchasePrice)
}

// neutral tells a move that changes places inside one pool, or a second quantity alone: it has no value.
func (m *move) neutral() bool {
	return m.kind == KindTransfer && m.pool.scope == 0 || m.qty == 0 && m.qty2 != 0
}

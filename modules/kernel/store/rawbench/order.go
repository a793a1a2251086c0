package rawbench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// sale is one order worked out in memory before the first statement, as the product does.
type sale struct {
	order, party         int64
	lines                [Lines]line
	net, tax, gross, out int64 // 分; out = cost of what leaves
	orderNo, delivNo     int64
	voucherNo            int64
}

type line struct {
	item, quantity, price int64 // scale 6
	net, tax, gross, cost int64 // 分
}

var errShort = errors.New("rawbench: stock is short or the period closed")

// newSale is order n (from 1): whole pieces at prices of two decimals with 13 % tax, so all arithmetic is exact.
func newSale(n int64) *sale {
	s := &sale{order: n * idsPerOrder, party: 1 + n%Parties}
	for i := range s.lines {
		pieces := 1 + (n+int64(i))%9
		net := pieces * 10000 // 100.00 each
		s.lines[i] = line{
			item: 1 + (n*7+int64(i)*131)%Items, quantity: pieces * 1000000, price: 100000000,
			net: net, tax: net * 13 / 100, gross: net + net*13/100, cost: pieces * 600,
		}
		s.net += net
		s.tax += s.lines[i].tax
		s.gross += s.lines[i].gross
		s.out += s.lines[i].cost
	}
	return s
}

// Ids: a block for each order, so that the whole graph is known before anything is written.
func (s *sale) delivery() int64       { return s.order + 1 }
func (s *sale) voucher() int64        { return s.order + 2 }
func (s *sale) orderLine(i int) int64 { return s.order + 10 + int64(i) }
func (s *sale) delivLine(i int) int64 { return s.order + 20 + int64(i) }
func (s *sale) link(i int) int64      { return s.order + 30 + int64(i) }
func (s *sale) key() string           { return fmt.Sprintf("order-%d", s.order) }

// WriteOrder runs the statements of order n (from 1, each only once) on w, inside a transaction that the caller
// began. An error leaves the transaction to the caller to roll back.
func WriteOrder(ctx context.Context, w *Writer, n int64) error {
	s := newSale(n)
	for _, part := range [...]func(*step, *sale){check, documents, stock, books, finish} {
		st := &step{ctx: ctx, w: w}
		if part(st, s); st.err != nil {
			return st.err
		}
	}
	return nil
}

// step runs statements until the first error, which it keeps.
type step struct {
	ctx context.Context
	w   *Writer
	err error
}

func (t *step) exec(statement int, args ...any) {
	if t.err != nil {
		return
	}
	t.w.ran++
	if _, err := t.w.stmts[statement].ExecContext(t.ctx, args...); err != nil {
		t.err = fmt.Errorf("statement %d: %w", statement, err)
	}
}

func (t *step) one(statement int, args ...any) (value int64) {
	if t.err != nil {
		return 0
	}
	t.w.ran++
	if err := t.w.stmts[statement].QueryRowContext(t.ctx, args...).Scan(&value); err != nil {
		t.err = fmt.Errorf("statement %d: %w", statement, err)
	}
	return value
}

// count runs a query and returns how many rows satisfy enough, which reads the row.
func (t *step) count(statement int, enough func(*sql.Rows) (bool, error), args ...any) (found int) {
	if t.err != nil {
		return 0
	}
	t.w.ran++
	rows, err := t.w.stmts[statement].QueryContext(t.ctx, args...)
	if err != nil {
		t.err = fmt.Errorf("statement %d: %w", statement, err)
		return 0
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		ok, err := enough(rows)
		if err != nil {
			t.err = err
			return 0
		}
		if ok {
			found++
		}
	}
	t.err = rows.Err()
	return found
}

// check claims the idempotency key and looks at what must hold: the period is open, the stock suffices.
func check(t *step, s *sale) {
	t.exec(stClaimKey, s.key(), hash(s.key()), int64(instant))
	open := t.one(stPeriod, period)
	items := make([]any, 0, Lines+1)
	for _, l := range s.lines {
		items = append(items, l.item)
	}
	enough := t.count(stOnHand, func(r *sql.Rows) (bool, error) {
		var item, quantity int64
		err := r.Scan(&item, &quantity)
		return quantity >= 9000000, err
	}, append([]any{int64(warehouse)}, items...)...)
	valued := t.count(stPools, func(r *sql.Rows) (bool, error) {
		var item, quantity, value int64
		err := r.Scan(&item, &quantity, &value)
		return value > 0, err
	}, items...)
	if t.err == nil && (open != 1 || enough != Lines || valued != Lines) {
		t.err = errShort
	}
}

func documents(t *step, s *sale) {
	s.orderNo = t.one(stOrderNumber, "order")
	t.exec(stOrder, s.order, fmt.Sprintf("XD2611%06d", s.orderNo), day, s.party, "closed",
		s.net, s.tax, s.gross, int64(maker), int64(1), int64(instant))
	var orderLines, delivLines, links []any
	for i, l := range s.lines {
		orderLines = append(orderLines, s.orderLine(i), s.order, int64(i+1), l.item, l.quantity, l.price, l.net, l.tax, l.gross, int64(0))
		delivLines = append(delivLines, s.delivLine(i), s.delivery(), int64(i+1), l.item, l.quantity, l.price, l.gross, l.cost)
		links = append(links, s.link(i), "fulfils", s.order, s.orderLine(i), s.delivery(), s.delivLine(i), l.quantity, l.gross, nil)
	}
	t.exec(stOrderLines, orderLines...)
	s.delivNo = t.one(stDelivNumber, "delivery")
	t.exec(stDelivery, s.delivery(), fmt.Sprintf("XS2611%06d", s.delivNo), day, s.party, int64(warehouse),
		"posted", s.gross, int64(maker), int64(1), int64(instant))
	t.exec(stDelivLines, delivLines...)
	t.exec(stFulfils, links...)
	t.exec(stProgress, s.order)
}

func stock(t *step, s *sale) {
	var moves, hand, pools []any
	for i, l := range s.lines {
		moves = append(moves, s.delivLine(i), day, l.item, int64(warehouse), -l.quantity, -l.cost, s.delivery(), s.delivLine(i))
		hand = append(hand, l.item, int64(warehouse), "", -l.quantity)
		pools = append(pools, l.item, -l.quantity, -l.cost, int64(6000000))
	}
	t.exec(stMoves, moves...)
	t.exec(stOnHandTake, hand...)
	t.exec(stPoolsTake, pools...)
}

func books(t *step, s *sale) {
	t.exec(stOpenItem, s.order, s.party, day, "2026-12-21", s.delivery(), s.gross, int64(0))
	t.exec(stBills, s.link(Lines), "bills", s.delivery(), int64(0), s.order, int64(0), int64(0), s.gross, nil)
	s.voucherNo = t.one(stVoucherNo, "voucher")
	t.exec(stVoucher, s.voucher(), period, s.voucherNo, day, s.delivery(), int64(0), hash(fmt.Sprint(s.voucherNo, s.gross)))
	var entries, balances []any
	for i, e := range [voucherEntries]struct{ account, party, debit, credit int64 }{
		{receivable, s.party, s.gross, 0}, {revenue, 0, 0, s.net}, {outputTax, 0, 0, s.tax},
		{costOfSale, 0, s.out, 0}, {inventory, 0, 0, s.out},
	} {
		entries = append(entries, s.order+int64(i), s.voucher(), int64(i+1), e.account, e.party, e.debit, e.credit, "销售")
		balances = append(balances, e.account, period, e.party, e.debit, e.credit)
	}
	t.exec(stEntries, entries...)
	t.exec(stBalances, balances...)
}

func finish(t *step, s *sale) {
	diff := fmt.Sprintf(`{"state":[null,"posted"],"gross":[null,%d],"lines":%d,"order":%d}`, s.gross, Lines, s.orderNo)
	t.exec(stAudit, s.order, "delivery", s.delivery(), "post", int64(maker), int64(instant), diff, hash(diff))
	t.exec(stFinishAnswer, fmt.Sprintf(`{"id":%d}`, s.delivery()), s.key())
}

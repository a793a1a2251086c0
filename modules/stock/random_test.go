package stock_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
	"zhanggui/modules/stock/valuation"
)

// Random business with sheets dated in any order, unposted and reversed: afterwards every live move is worth what a
// replay of its pool in order says, and what follows another move is worth the same.
func TestRandomBusiness(t *testing.T) {
	for _, method := range []string{"moving", "fifo"} {
		for _, pool := range []string{"company", "warehouse"} {
			t.Run(method+" "+pool, func(t *testing.T) {
				choices := map[string]string{"stock.method": method, "stock.pool": pool, "stock.negative": "allow"}
				steps := map[string]int{"sqlite": 100, "postgres": 25}
				testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
					s := open(t, c, choices)
					r := rand.New(rand.NewPCG(7, uint64(len(method)+len(pool))))
					var live []*stock.Document
					for range steps[string(c.Store.Dialect())] {
						live = s.step(r, live)
						if t.Failed() {
							return
						}
					}
					s.audit()
					s.replayAll(method)
					s.costs(live)
					s.summaryTies()
				})
			})
		}
	}
}

// step does one random thing and gives the sheets that are posted now.
func (s *shop) step(r *rand.Rand, live []*stock.Document) []*stock.Document {
	if n := len(live); n > 0 && r.IntN(4) == 0 {
		i := r.IntN(n)
		doc := live[i]
		act, body := "unpost", ""
		if r.IntN(3) == 0 {
			act, body = "reverse", fmt.Sprintf(`{"date":"2026-11-%02d"}`, 25+r.IntN(4))
		}
		s.must(s.act(doc, act, body))
		return append(live[:i:i], live[i+1:]...)
	}
	names := []string{"bolt", "nut"}
	one := func(price bool) string {
		p := ""
		if price {
			p = fmt.Sprintf("%d.%02d", r.IntN(30), r.IntN(100))
		}
		return line(names[r.IntN(2)], fmt.Sprintf("%d.%d", 1+r.IntN(9), r.IntN(10)), p)
	}
	date := fmt.Sprintf("2026-11-%02d", 1+r.IntN(24))
	places := []string{`,"warehouse":$main`, `,"warehouse":$shop`}
	head := places[r.IntN(2)]
	switch r.IntN(8) {
	case 0, 1, 2:
		return append(live, s.post(stock.KindReceipt, date, head, one(true), one(true)))
	case 3, 4:
		return append(live, s.post(stock.KindDelivery, date, head, one(true), one(true)))
	case 5:
		return append(live, s.post(stock.KindTransfer, date, `,"warehouse":$main,"to_warehouse":$shop`, one(false)))
	case 6:
		return append(live, s.post(stock.KindTransfer, date, `,"warehouse":$shop,"to_warehouse":$main`, one(false)))
	}
	return append(live, s.post(stock.KindOtherOut, date, head, one(false)))
}

// row is a move as the test reads it.
type row struct {
	id, item, scope, qty, value, variance, follows, adjusts, cancels int64
	fixed                                                            bool
	kind                                                             string
}

func (s *shop) moves() (rows []*row, byID map[int64]*row) {
	byID = map[int64]*row{}
	s.view(func(v *kernel.View) error {
		return v.Each(func(r *sql.Rows) error {
			m := &row{}
			err := r.Scan(&m.id, &m.item, &m.scope, &m.qty, &m.value, &m.variance, &m.follows, &m.adjusts, &m.cancels, &m.fixed, &m.kind)
			rows = append(rows, m)
			byID[m.id] = m
			return err
		}, `SELECT id, item, scope, qty, value, variance, follows, adjusts, cancels, fixed, kind FROM stock_move ORDER BY item, scope, date, seq`)
	})
	return rows, byID
}

func (s *shop) replayAll(method string) {
	s.t.Helper()
	rows, byID := s.moves()
	dead := map[int64]bool{}
	for _, m := range rows {
		if m.cancels != 0 {
			dead[m.id], dead[m.cancels] = true, true
		}
	}
	for _, m := range rows {
		if m.adjusts != 0 {
			dead[m.id] = true
			byID[m.adjusts].value += m.value
			byID[m.adjusts].variance += m.variance
		}
	}
	how := map[string]valuation.Method{"moving": valuation.MovingAverage, "fifo": valuation.FIFO}[method]
	pools := map[[2]int64]valuation.Pool{}
	followers := 0
	for _, m := range rows {
		if dead[m.id] || m.kind == stock.KindTransfer && m.scope == 0 {
			continue
		}
		k := [2]int64{m.item, m.scope}
		next, res, err := valuation.Apply(how, pools[k], valuation.Move{Qty: money.Qty(m.qty), Value: money.Amount(max(m.value, -m.value)), Fixed: m.fixed})
		if err != nil || int64(res.Value) != m.value || int64(res.Variance) != m.variance {
			s.t.Errorf("move %d: stored %d + %d, replayed %d + %d (%v)", m.id, m.value, m.variance, res.Value, res.Variance, err)
		}
		pools[k] = next
		if of := byID[m.follows]; of != nil && !dead[of.id] {
			followers++
			if of.value != -m.value || of.qty != -m.qty {
				s.t.Errorf("move %d: %d for %d, follows %d for %d", m.id, m.value, m.qty, of.value, of.qty)
			}
		}
	}
	if followers == 0 {
		s.t.Error("no move follows another: the test is too tame")
	}
	for k, p := range pools {
		for name, id := range s.ids {
			if id == k[0] {
				s.wantPool(name, k[1], p.Qty.String(), p.Value.String())
			}
		}
	}
}

// costs compares the cost shown on the sheets with their moves.
func (s *shop) costs(live []*stock.Document) {
	s.t.Helper()
	for _, d := range live {
		got := s.load(d)
		var value int64
		s.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&value}, `SELECT COALESCE(CAST(SUM(value) AS BIGINT), 0) FROM stock_move WHERE document = ? AND (kind <> 'transfer' OR side = -1)`, d.ID)
			return err
		})
		if d.Kind != stock.KindReceipt {
			value = -value
		}
		if int64(got.Cost) != value {
			s.t.Errorf("%s %s shows cost %s, its moves say %s", d.Kind, d.Number, got.Cost, money.Amount(value))
		}
	}
}

// summaryTies compares the closing of the stock summary with the pools.
func (s *shop) summaryTies() {
	s.t.Helper()
	for _, from := range []string{"2026-10-01", "2026-11-12"} {
		t := s.report("stock.summary", map[string]string{"from": from, "to": "2026-11-30"})
		var qty, value int64
		s.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&qty, &value}, "SELECT CAST(SUM(qty) AS BIGINT), CAST(SUM(value) AS BIGINT) FROM stock_pool")
			return err
		})
		if t.Totals["closing_qty"] != money.Qty(qty) || t.Totals["closing_value"] != money.Amount(value) {
			s.t.Errorf("summary closes with %v and %v, the pools hold %s and %s", t.Totals["closing_qty"], t.Totals["closing_value"], money.Qty(qty), money.Amount(value))
		}
		now, then := s.report("stock.on_hand", nil), s.report("stock.on_hand", map[string]string{"date": "2026-11-30"})
		for _, on := range []*kernel.Table{now, then} {
			if on.Totals["value"] != money.Amount(value) || on.Totals["qty"] != money.Qty(qty) {
				s.t.Errorf("on hand: %v, the pools hold %s worth %s", on.Totals, money.Qty(qty), money.Amount(value))
			}
		}
	}
}

package battery

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"zhanggui/modules/kernel/store"
)

// whole gives of each order how much there is of what a sale makes.
const whole = `SELECT o.id, o.number, o.state, (SELECT COUNT(*) FROM stock_document d WHERE d.id = l.target AND d.state = 'posted' AND d.number <> ''),
	(SELECT COUNT(*) FROM stock_move m WHERE m.document = l.target), (SELECT COALESCE(SUM(m.qty), 0) FROM stock_move m WHERE m.document = l.target),
	(SELECT COALESCE(SUM(i.amount), 0) FROM settlement_open_item i WHERE i.source = 'stock.delivery' AND i.source_id = l.target),
	(SELECT COALESCE(SUM(v.total), 0) FROM ledger_voucher v WHERE v.source = 'stock.delivery' AND v.source_id = l.target AND v.seq > 0)
	FROM sales_order o LEFT JOIN (SELECT DISTINCT source, target FROM links WHERE kind = 'fulfils' AND dead_at = 0) l ON l.source = o.id ORDER BY o.id`

// complete reads the tables: each order, acknowledged or not, must have its delivery of two moves of two pieces, its debt
// of 50.00 and a voucher of that and of the cost, 30.00; vouchers are numbered without a gap. It
// gives how many orders there are.
func complete(t *testing.T, data string, acknowledged map[int64]string) (orders int) {
	t.Helper()
	st, err := store.Open(context.Background(), store.Config{Path: filepath.Join(data, "main", "company.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	err = st.Read(context.Background(), func(s *store.Snapshot) error {
		err := s.Each(func(rows *sql.Rows) error {
			var id, documents, moves, qty, debt, booked int64
			var number, state string
			if err := rows.Scan(&id, &number, &state, &documents, &moves, &qty, &debt, &booked); err != nil {
				return err
			}
			orders++
			if told, ok := acknowledged[id]; ok && told != number {
				t.Errorf("order %d was acknowledged as %s and is %s", id, told, number)
			}
			delete(acknowledged, id)
			if got := fmt.Sprintf("%s %d %d %d %d %d", state, documents, moves, qty, debt, booked); got != "closed 1 2 -4000000 5000 8000" || number == "" {
				t.Errorf("order %d %s is half done: %s", id, number, got)
			}
			return nil
		}, whole)
		if err != nil {
			return err
		}
		return s.Each(func(rows *sql.Rows) error {
			var period string
			var n, first, last int64
			if err := rows.Scan(&period, &n, &first, &last); err != nil {
				return err
			}
			if first != 1 || last != n {
				t.Errorf("%s: %d vouchers are numbered from %d to %d", period, n, first, last)
			}
			return nil
		}, "SELECT period || ' ' || word, COUNT(*), MIN(seq), MAX(seq) FROM ledger_voucher WHERE seq > 0 GROUP BY period, word")
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, number := range acknowledged {
		t.Errorf("order %d was acknowledged as %s and is lost", id, number)
	}
	return orders
}

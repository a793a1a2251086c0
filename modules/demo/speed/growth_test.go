package speed

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// A day of the past: every customer buys five times and pays. All of it is copied, day after day.
const (
	salesOfDay = 250
	pastIDs    = 50_000_000 // copies have ids that the program will not hand out
)

// journals are the tables to which a sale or a receipt adds rows, in the order in which they refer to each other, and
// the column by which the rows of a day are found.
var journals = [][2]string{{"sales_order", "id"}, {"sales_order_line", "id"}, {"stock_document", "id"}, {"stock_document_line", "id"}, {"stock_move", "id"},
	{"trading_origin", "line"}, {"settlement_open_item", "id"}, {"settlement_payment", "id"}, {"settlement_payment_line", "id"},
	{"settlement_allocation", "id"}, {"settlement_application", "id"}, {"links", "id"}, {"ledger_voucher", "id"}, {"ledger_entry", "id"}, {"audit", "id"}}

// balances are the tables whose rows a sale only changes, or adds once.
var balances = []string{"stock_on_hand", "stock_pool", "ledger_total", "ledger_balance", "ledger_period", "insight_money", "insight_sold", "sequences", "ids", "audit_head"}

// grown is a shop with a past of n sales, all delivered, booked and paid, and a day of sales that nobody has paid yet.
func grown(b *testing.B, n int) *shop {
	s := newShop(b, testkit.SQLite)
	next := func() int64 {
		id, err := s.company.Store.NextID()
		if err != nil {
			b.Fatal(err)
		}
		return id
	}
	for next() < 400_000 { // no amount, price or quantity of the day looks like one of its ids
	}
	before, from := s.rows(), next()
	for i := range int64(salesOfDay) {
		s.call("POST", "/api/v1/sales/orders?action=sell", s.order(i))
	}
	for i := range s.customers {
		s.pay(int64(i), "625.00")
	}
	to := next()
	after := s.rows()
	for table, rows := range after {
		known := slices.Contains(balances, table) || slices.ContainsFunc(journals, func(j [2]string) bool { return j[0] == table })
		if rows != before[table] && !known {
			b.Fatalf("a sale adds to %s, which is not copied", table)
		}
	}
	s.copyDay(from, to, n/salesOfDay, journals)
	for i := range int64(salesOfDay) {
		s.call("POST", "/api/v1/sales/orders?action=sell", s.order(i))
	}
	return s
}

func (s *shop) pay(customer int64, amount string) {
	s.call("POST", "/api/v1/settlement/receipts?action=post",
		object{"party": s.customers[customer%int64(len(s.customers))], "lines": []object{{"money_account": s.account, "amount": amount}}})
}

// rows counts every table.
func (s *shop) rows() map[string]int {
	out := map[string]int{}
	err := s.company.Store.Read(context.Background(), func(q *store.Snapshot) error {
		var names []string
		err := q.Each(func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		}, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
		for _, name := range names {
			n := 0
			if _, err := q.Scan([]any{&n}, "SELECT COUNT(*) FROM "+name); err != nil {
				return err
			}
			out[name] = n
		}
		return err
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	return out
}

// copyDay copies the rows of some tables with ids from from to to once for each of the days before it, the oldest first, and adds them
// to the balances of the ledger and of the money accounts.
func (s *shop) copyDay(from, to int64, days int, tables [][2]string) {
	err := s.company.Store.Write(context.Background(), "past", func(u *store.Unit) error {
		inserts := make([]string, len(tables))
		for i, j := range tables {
			columns, values, err := copied(u, j[0], from, to)
			if err != nil {
				return err
			}
			inserts[i] = "INSERT INTO " + j[0] + " (" + columns + ") SELECT " + values + " FROM " + j[0] + ", (SELECT ? AS day, ? AS ago, ? AS more) WHERE " +
				j[1] + " BETWEEN " + strconv.FormatInt(from, 10) + " AND " + strconv.FormatInt(to, 10)
		}
		for day := 1; day <= days; day++ {
			for _, insert := range inserts {
				if _, err := u.Exec(insert, day, days-day+2, pastIDs+int64(day)*(to-from+1)); err != nil {
					return err
				}
			}
		}
		for _, sums := range []string{
			`INSERT INTO ledger_balance (account, period, party, person, department, item, debit, credit, posted_debit, posted_credit, quantity)
				SELECT e.account, v.period, COALESCE(e.party, 0), COALESCE(e.person, 0), COALESCE(e.department, 0), COALESCE(e.item, 0),
				SUM(e.debit), SUM(e.credit), 0, 0, 0 FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.id > ? GROUP BY 1, 2, 3, 4, 5, 6
				ON CONFLICT DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit`,
			`INSERT INTO ledger_total (account, period, debit, credit, posted_debit, posted_credit, closing_debit, closing_credit)
				SELECT account, period, SUM(debit), SUM(credit), 0, 0, 0, 0 FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.id > ?
				GROUP BY 1, 2 ON CONFLICT DO UPDATE SET debit = ledger_total.debit + excluded.debit, credit = ledger_total.credit + excluded.credit`,
			`INSERT INTO insight_money (money_account, month, amount)
				SELECT l.money_account, SUBSTR(p.date, 1, 7), SUM(l.amount - l.fee) FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id
				WHERE p.id > ? GROUP BY 1, 2 ON CONFLICT DO UPDATE SET amount = insight_money.amount + excluded.amount`,
			`INSERT INTO insight_sold (kind, month, owner, department, net)
				SELECT kind, SUBSTR(date, 1, 7), COALESCE(owner, 0), COALESCE(department, 0), SUM(goods_net) FROM stock_document
				WHERE id > ? AND kind IN ('delivery', 'sales_return') GROUP BY 1, 2, 3, 4 ON CONFLICT DO UPDATE SET net = insight_sold.net + excluded.net`,
		} {
			if _, err := u.Exec(strings.ReplaceAll(sums, "= debit +", "= ledger_balance.debit +"), pastIDs); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.tb.Fatal(err)
	}
}

// copied gives the columns of a table and what a copy of a row has in them: ids of the same day move by "more", dates and
// instants go back by "ago" days, numbers tell the day.
func copied(u *store.Unit, table string, from, to int64) (columns, values string, err error) {
	var names, exprs []string
	err = u.Each(func(rows *sql.Rows) error {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return err
		}
		expr := name
		switch {
		case name == "number" || name == "source_number":
			expr = name + " || '.' || day"
		case name == "date" || name == "due_date" || name == "day":
			expr = "date(" + table + "." + name + ", '-' || ago || ' days')"
		case name == "period":
			expr = "substr(date(date, '-' || ago || ' days'), 1, 7)"
		case table == "ledger_voucher" && name == "seq":
			expr = "seq + 1000 * day"
		case name == "at" || strings.HasSuffix(name, "_at") && name != "dead_at":
			expr = name + " - 86400000 * ago"
		case kind == "INTEGER":
			expr = fmt.Sprintf("CASE WHEN %s BETWEEN %d AND %d THEN %s + more ELSE %s END", name, from, to, name, name)
		}
		names, exprs = append(names, name), append(exprs, expr)
		return nil
	}, "SELECT name, type FROM pragma_table_info('"+table+"')")
	return strings.Join(names, ", "), strings.Join(exprs, ", "), err
}

// BenchmarkGrowth does the same in a shop with 10,000 sales and in one with ten times as many, in turn, and prints what the
// tenfold past makes of the time.
func BenchmarkGrowth(b *testing.B) {
	shops := []*shop{grown(b, 10_000), grown(b, 100_000)}
	var turn int64
	for _, x := range []struct {
		name string
		do   func(s *shop)
	}{
		{"sell-now", func(s *shop) { s.call("POST", "/api/v1/sales/orders?action=sell", s.order(turn)) }},
		{"receipt", func(s *shop) { s.pay(turn, "125.00") }},
		{"trial-balance", func(s *shop) { s.call("GET", "/api/v1/reports/ledger.trial_balance", nil) }},
		{"orders", func(s *shop) { s.call("GET", "/api/v1/sales/orders?limit=50", nil) }},
		{"customer's-deliveries", func(s *shop) {
			s.call("GET", fmt.Sprintf("/api/v1/stock/deliveries?limit=50&filter=party:eq:%d", s.customers[turn%50]), nil)
		}},
		{"order-form", func(s *shop) { s.call("POST", "/api/v1/sales/orders/preview", object{"record": s.order(turn)}) }},
	} {
		b.Run(x.name, func(b *testing.B) {
			var took, worked [2][]time.Duration
			for b.Loop() {
				for i, s := range shops {
					began, before := time.Now(), cpu()
					x.do(s)
					took[i], worked[i] = append(took[i], time.Since(began)), append(worked[i], cpu()-before)
				}
				turn++
			}
			middle := func(all []time.Duration) float64 {
				slices.Sort(all)
				return float64(all[len(all)/2].Microseconds()) / 1000
			}
			small, large := middle(took[0]), middle(took[1])
			b.ReportMetric(small, "ms-10k")
			b.ReportMetric(large, "ms-100k")
			b.ReportMetric(large/small, "ratio")
			b.ReportMetric(middle(worked[1])/max(middle(worked[0]), 0.001), "cpu-ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, s := range shops {
		for _, u := range s.company.Store.Stats().All() {
			if u.Label == "sales.order:create+sell" || u.Label == "settlement.receipt:create+post" {
				b.Logf("%s: %d times, %d statements, held %s", u.Label, u.Count, u.LastStatements, u.Held/time.Duration(u.Count))
			}
		}
	}
}

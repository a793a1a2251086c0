package upgrade

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/store"
)

// unkept are tables that opening and serving a company may write to: they tell of the program, not of the company.
var unkept = []string{"audit", "audit_head", "ids", "jobs", "migrations", "notices", "sessions", "settings"}

// sums are the figures of the books, in the words of an accountant.
var sums = []struct{ name, query string }{
	{"debit of all entries", "SELECT SUM(debit) FROM ledger_entry"},
	{"credit of all entries", "SELECT SUM(credit) FROM ledger_entry"},
	{"debit of all balances", "SELECT SUM(debit) FROM ledger_balance"},
	{"value of the stock", "SELECT SUM(value) FROM stock_pool"},
	{"quantity of all moves", "SELECT SUM(qty) FROM stock_move"},
	{"open debts", "SELECT SUM(open) FROM settlement_open_item"},
	{"gross of all sales orders", "SELECT SUM(gross) FROM sales_order"},
}

// figures tells what an upgrade must leave as it is: the sums, and how many rows each table has.
func figures(t *testing.T, st *store.Store) string {
	t.Helper()
	var out strings.Builder
	err := st.Read(t.Context(), func(s *store.Snapshot) error {
		for _, sum := range sums {
			var n sql.NullInt64
			if _, err := s.Scan([]any{&n}, sum.query); err != nil {
				return err
			}
			fmt.Fprintf(&out, "%s: %d\n", sum.name, n.Int64)
		}
		var tables []string
		err := s.Each(func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			tables = append(tables, name)
			return err
		}, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
		for _, table := range tables {
			var n int64
			if err != nil || slices.Contains(unkept, table) {
				continue
			}
			_, err = s.Scan([]any{&n}, `SELECT COUNT(*) FROM "`+table+`"`)
			fmt.Fprintf(&out, "rows of %s: %d\n", table, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

package rawbench

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
)

func open(t testing.TB) (*sql.DB, *Writer) {
	t.Helper()
	ctx := context.Background()
	db, err := sql.Open("sqlite", DSN(filepath.Join(t.TempDir(), "raw.db")))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	if err := Schema(ctx, db); err != nil {
		t.Fatal(err)
	}
	w, err := NewWriter(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, w
}

func value(t *testing.T, db *sql.DB, query string) (got string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&got); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

// A yardstick that does less than a sale, or a different one, measures nothing: pin what it writes.
func TestOrdersWriteWholeSales(t *testing.T) {
	db, w := open(t)
	ctx := context.Background()
	if err := w.Orders(ctx, 1, 1); err != nil {
		t.Fatal(err)
	}
	if w.ran != 23 || Statements != 23 {
		t.Errorf("statements: ran %d of %d, want 23", w.ran, Statements)
	}
	if err := w.Orders(ctx, 2, 8); err != nil {
		t.Fatal(err)
	}
	if w.ran != 9*23 {
		t.Errorf("statements: ran %d, want %d", w.ran, 9*23)
	}
	// Order n has lines of 1+(n+i)%9 pieces for i in 0..4; nine orders in a row use each of 1..9 five times.
	for _, c := range []struct{ query, want string }{
		{`PRAGMA journal_mode`, "wal"},
		{`PRAGMA synchronous`, "2"},
		{`PRAGMA foreign_keys`, "1"},
		{`SELECT COUNT(*) FROM orders`, "9"},
		{`SELECT COUNT(*) FROM order_lines WHERE delivered = quantity`, "45"},
		{`SELECT COUNT(*) FROM delivery_lines`, "45"},
		{`SELECT COUNT(*) FROM links`, "54"},
		{`SELECT SUM(quantity) FROM moves`, "-225000000"},
		{`SELECT SUM(quantity) FROM on_hand`, "999999775000000"},
		{`SELECT SUM(quantity) FROM pools`, "999999775000000"},
		{`SELECT SUM(value) FROM pools`, "599999865000"},
		{`SELECT SUM(gross) FROM orders`, "2542500"},
		{`SELECT SUM(amount) FROM open_items`, "2542500"},
		{`SELECT SUM(debit) || ' ' || SUM(credit) FROM entries`, "2677500 2677500"},
		{`SELECT SUM(debit) || ' ' || SUM(credit) FROM balances`, "2677500 2677500"},
		{`SELECT MIN(number) || ' ' || MAX(number) || ' ' || COUNT(*) FROM vouchers`, "1 9 9"},
		{`SELECT COUNT(*) FROM audit`, "9"},
		{`SELECT COUNT(*) FROM idempotency WHERE answer <> ''`, "9"},
		{`SELECT COUNT(*) FROM pragma_foreign_key_check`, "0"},
	} {
		if got := value(t, db, c.query); got != c.want {
			t.Errorf("%s = %s, want %s", c.query, got, c.want)
		}
	}
}

func TestOrdersLeaveNothingAfterAnError(t *testing.T) {
	db, w := open(t)
	ctx := context.Background()
	if err := w.Orders(ctx, 3, 1); err != nil {
		t.Fatal(err)
	}
	if err := w.Orders(ctx, 1, 3); err == nil { // 3 again: its key is taken
		t.Fatal("an order was written twice")
	}
	if got := value(t, db, `SELECT COUNT(*) FROM orders`); got != "1" {
		t.Errorf("orders = %s, want 1", got)
	}
	if err := w.Orders(ctx, 4, 1); err != nil {
		t.Errorf("the writer is unusable after a rollback: %v", err)
	}
	if _, err := db.Exec(`UPDATE periods SET open = 0`); err != nil {
		t.Fatal(err)
	}
	if err := w.Orders(ctx, 5, 1); err == nil {
		t.Error("an order went into a closed period")
	}
}

func benchmark(b *testing.B, group int64) {
	_, w := open(b)
	ctx := context.Background()
	next := int64(1)
	for b.Loop() {
		if err := w.Orders(ctx, next, group); err != nil {
			b.Fatal(err)
		}
		next += group
	}
	b.ReportMetric(float64(next-1)/b.Elapsed().Seconds(), "orders/s")
}

// One person saves; each order waits for its own flush to the disk.
func BenchmarkSingleClient(b *testing.B) { benchmark(b, 1) }

// Eight people save at once; one flush serves them all.
func BenchmarkGroupCommitOf8(b *testing.B) { benchmark(b, 8) }

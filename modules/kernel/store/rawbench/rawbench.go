// Package rawbench is the yardstick: one whole sale written with nothing but database/sql and hand-written SQL on
// the product's own SQLite settings. Benchmarks of the product print their figures as a ratio to these.
//
// A sale is an order of five lines, its delivery, the stock moves with on-hand and value, the open item, the
// voucher with its balances, the audit row and the idempotency key: Statements statements in one transaction.
// Nothing of the product imports this package; only benchmarks do.
package rawbench

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"

	_ "github.com/glebarez/go-sqlite" // registers the driver "sqlite"
)

const (
	// Lines is how many lines an order has.
	Lines = 5
	// Statements is how many statements one order takes, without BEGIN, SAVEPOINT, RELEASE and COMMIT.
	Statements = len(statements)
	// Items and Parties are how many items and customers the orders are spread over.
	Items, Parties = 1000, 200

	voucherEntries = 5 // receivable, revenue, output tax, cost of sales, inventory
	idsPerOrder    = 64
	warehouse      = 1
	maker          = 7
	period, day    = "2026-11", "2026-11-21"
	instant        = 1795224000000 // every row carries the same moment: reading a clock is not part of the measure
)

// Accounts of the voucher.
const (
	receivable = 1122
	inventory  = 1405
	revenue    = 5001
	outputTax  = 222101
	costOfSale = 5401
)

// DSN is the writer's address of the database file at path: WAL, synchronous FULL, foreign keys, immediate
// transactions. path is bare; "file:" addresses misread # and %.
func DSN(path string) string {
	return path + "?_time_format=sqlite&_texttotime=1&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)" +
		"&_pragma=journal_size_limit(67108864)&_txlock=immediate"
}

// Schema creates the tables in an empty database and fills in stock for every item.
func Schema(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("rawbench: schema: %w", err)
	}
	_, err := db.ExecContext(ctx, `
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO on_hand SELECT i, ?, '', 1000000000000 FROM n`, Items, warehouse)
	if err != nil {
		return fmt.Errorf("rawbench: stock: %w", err)
	}
	_, err = db.ExecContext(ctx, `INSERT INTO pools SELECT item, quantity, quantity / 10000 * 6, 6000000 FROM on_hand`)
	if err != nil {
		return fmt.Errorf("rawbench: pools: %w", err)
	}
	return nil
}

// Writer is one connection with every statement prepared. It is not safe for concurrent use.
type Writer struct {
	conn  *sql.Conn
	stmts [Statements]*sql.Stmt
	ran   int // statements run so far
}

// NewWriter takes a connection of db and prepares the statements. Close gives the connection back.
func NewWriter(ctx context.Context, db *sql.DB) (*Writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &Writer{conn: conn}
	for i, text := range statements {
		if w.stmts[i], err = conn.PrepareContext(ctx, text); err != nil {
			_ = w.Close()
			return nil, fmt.Errorf("rawbench: statement %d: %w", i, err)
		}
	}
	return w, nil
}

// Close frees the statements and the connection.
func (w *Writer) Close() error {
	for _, s := range w.stmts {
		if s != nil {
			_ = s.Close()
		}
	}
	return w.conn.Close()
}

// Orders writes the orders first … first+count−1 in one transaction and returns when they are on the disk. With
// more than one, each has its own savepoint, as the units of a group commit do.
func (w *Writer) Orders(ctx context.Context, first, count int64) error {
	if err := w.plain(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for n := first; n < first+count; n++ {
		if err := w.unit(ctx, n, count > 1); err != nil {
			_ = w.plain(ctx, "ROLLBACK")
			return fmt.Errorf("rawbench: order %d: %w", n, err)
		}
	}
	return w.plain(ctx, "COMMIT")
}

func (w *Writer) unit(ctx context.Context, n int64, savepoint bool) error {
	if !savepoint {
		return WriteOrder(ctx, w, n)
	}
	if err := w.plain(ctx, "SAVEPOINT unit"); err != nil {
		return err
	}
	if err := WriteOrder(ctx, w, n); err != nil {
		return err
	}
	return w.plain(ctx, "RELEASE unit")
}

func (w *Writer) plain(ctx context.Context, text string) error {
	_, err := w.conn.ExecContext(ctx, text)
	return err
}

// rows is the VALUES list of a multi-row insert: "(?, ?), (?, ?)" for two rows of two columns.
func rows(count, columns int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(row+", ", count), ", ")
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

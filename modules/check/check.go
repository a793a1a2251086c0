package check

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
)

// Findings is what a check found: clean, or one line for each fault. Counts say what was looked at: Kinds of checks were
// carried out on Rows of the tables that are counted.
type Findings struct {
	Clean  bool     `json:"clean"`
	Faults []string `json:"faults"`
	Counts []string `json:"counts"`
	Kinds  int      `json:"-"`
	Rows   int64    `json:"-"`
}

// maxFaults is how many faults of one kind are told one by one.
const maxFaults = 100

// kind is one kind of check. It is carried out when the company has all the modules it needs.
type kind struct {
	name  string
	needs string // modules, separated by spaces
	run   func(*checker) error
}

// kinds gives every kind of check, in the order in which they are told.
func kinds() []kind {
	var all []kind
	for _, some := range [][]kind{kernelKinds, auditKinds, recordKinds, documentKinds, stockKinds, settlementKinds, ledgerKinds, openingKinds, dispatchKinds, officeKinds, insightKinds, customKinds} {
		all = append(all, some...)
	}
	return all
}

// checker carries out one kind of check on one snapshot.
type checker struct {
	*store.Snapshot
	name     string
	modules  map[string]bool
	settings map[string]string
	faults   []string
	notes    []string
	found    int
	needed   bool // the company has what this kind is about
}

// Run checks a company. It never writes. The error is that of ctx; whatever else goes wrong is told as a fault. Whoever
// watches hears how many of the kinds of checks are done.
func Run(ctx context.Context, st *store.Store, watch ...func(done, total int)) (Findings, error) {
	out := Findings{Faults: []string{}, Counts: []string{}}
	all := kinds()
	for i, k := range all {
		for _, tell := range watch {
			tell(i, len(all))
		}
		c := k.check(ctx, st)
		if ctx.Err() != nil {
			return Findings{}, ctx.Err()
		}
		if c.needed {
			out.Kinds++
		}
		out.Faults = append(out.Faults, c.told()...)
		out.Counts = append(out.Counts, c.notes...)
	}
	counts, rows, err := count(ctx, st)
	if ctx.Err() != nil {
		return Findings{}, ctx.Err()
	}
	if err != nil {
		out.Faults = append(out.Faults, "counts: the tables cannot be counted: "+err.Error())
	}
	out.Counts, out.Rows = append(out.Counts, counts...), rows
	out.Clean = len(out.Faults) == 0
	return out, nil
}

// check carries out one kind on a snapshot of its own. What it gives tells its faults, and what it could not compare.
func (k *kind) check(ctx context.Context, st *store.Store) *checker {
	c := &checker{name: k.name}
	err := st.Read(ctx, func(s *store.Snapshot) error {
		c.Snapshot = s
		if err := c.open(); err != nil {
			return err
		}
		if c.needed = c.has(k.needs); !c.needed {
			return nil
		}
		return k.run(c)
	})
	if err != nil {
		c.fault("this cannot be checked: %v", err)
	}
	return c
}

// open reads which modules the company has and what it decided.
func (c *checker) open() error {
	c.modules, c.settings = map[string]bool{}, map[string]string{}
	err := c.Each(func(rows *sql.Rows) error {
		var module string
		err := rows.Scan(&module)
		c.modules[module] = true
		return err
	}, "SELECT DISTINCT module FROM migrations")
	if err != nil {
		return err
	}
	return c.Each(func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		c.settings[name] = value
		return err
	}, "SELECT name, value FROM settings")
}

func (c *checker) has(needs string) bool {
	for _, module := range strings.Fields(needs) {
		if !c.modules[module] {
			return false
		}
	}
	return true
}

// books tells whether the company keeps books.
func (c *checker) books() bool { return c.settings["company.books"] == "true" }

// fault notes one fault.
func (c *checker) fault(format string, args ...any) {
	c.found++
	if c.found <= maxFaults {
		c.faults = append(c.faults, c.name+": "+fmt.Sprintf(format, args...))
	}
}

// told gives the lines of this kind.
func (c *checker) told() []string {
	if more := c.found - len(c.faults); more > 0 {
		return append(c.faults, c.name+": … and "+strconv.Itoa(more)+" more")
	}
	return c.faults
}

// none runs a query that must give no rows; each row is a fault, told by the format with the row's columns. A column
// whose name starts with amount or qty is shown as such.
func (c *checker) none(format, query string, args ...any) error {
	return c.Each(func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values := make([]any, len(columns))
		dest := make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, name := range columns {
			values[i] = shown(name, values[i])
		}
		c.fault(format, values...)
		return nil
	}, query, args...)
}

// shown gives a value as people write it.
func shown(column string, value any) string {
	if n, ok := value.(int64); ok {
		switch {
		case strings.HasPrefix(column, "amount"):
			return money.Amount(n).String()
		case strings.HasPrefix(column, "qty"):
			return money.Qty(n).String()
		}
	}
	switch v := value.(type) {
	case nil:
		return "nothing"
	case []byte:
		return string(v)
	}
	return fmt.Sprint(value)
}

// counted are the tables whose size is told, with the module that has them.
var counted = []struct{ module, table, words string }{
	{"kernel", "audit", "audit rows"}, {"kernel", "links", "links"}, {"base.party", "base_party", "parties"},
	{"base.item", "base_item", "items"}, {"sales", "sales_order", "sales orders"},
	{"purchasing", "purchasing_order", "purchase orders"}, {"stock", "stock_document", "stock documents"},
	{"stock", "stock_move", "stock moves"}, {"settlement", "settlement_open_item", "open items"},
	{"settlement", "settlement_payment", "receipts and payments"}, {"ledger", "ledger_voucher", "vouchers"},
	{"ledger", "ledger_entry", "entries"},
}

// count tells how much there is, table by table and in all.
func count(ctx context.Context, st *store.Store) (out []string, rows int64, err error) {
	err = st.Read(ctx, func(s *store.Snapshot) error {
		c := &checker{Snapshot: s}
		if err := c.open(); err != nil {
			return err
		}
		for _, t := range counted {
			if !c.modules[t.module] {
				continue
			}
			var n int64
			if _, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM "+t.table); err != nil {
				return err
			}
			out = append(out, t.words+": "+strconv.FormatInt(n, 10))
			rows += n
		}
		return nil
	})
	return out, rows, err
}

// Package move copies a company, row by row, from one database to another of whatever kind: from the embedded one to
// PostgreSQL when a firm outgrows one machine, and back.
//
// Invariants
//
//  1. The source is only read, in one snapshot.
//  2. The target gets everything or nothing: it is one unit of work.
//  3. After the copy both are read again; number and contents of the rows of every table must agree.
package move

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"zhanggui/modules/kernel/store"
)

// batch is how many values one statement writes at most; SQLite allows 32,766 of them.
const batch = 4000

// Table is what was copied of one table. Sum is the same for the same rows in any order and on any database.
type Table struct {
	Name string
	Rows int64
	Sum  [16]byte
}

// column is a column of a table; Bool ones hold truth values on PostgreSQL and 0 or 1 in the embedded database.
type column struct {
	Name string
	Bool bool
}

// kept are tables that the target has of its own: both sides carried out the same migrations.
var kept = []string{"migrations"}

// Copy copies all rows into the target, whose own are removed. The two must have been brought to the same schema. Told is
// called before each table.
func Copy(ctx context.Context, from, to *store.Store, told func(table string, done, tables int)) ([]Table, error) {
	var out []Table
	err := from.Read(ctx, func(source *store.Snapshot) error {
		tables, err := schema(source)
		if err != nil {
			return err
		}
		return to.Write(ctx, "move", func(u *store.Unit) error {
			out = out[:0] // a unit may run again
			there, err := schema(&u.Snapshot)
			if err == nil {
				err = same(tables, there)
			}
			if err != nil {
				return err
			}
			names := sorted(tables)
			restore, err := loosen(u)
			if err != nil {
				return err
			}
			if err := clear(u, names); err != nil {
				return err
			}
			for i, name := range names {
				told(name, i, len(names))
				t, err := copyTable(source, u, name, there[name])
				if err != nil {
					return fmt.Errorf("table %s: %w", name, err)
				}
				out = append(out, t)
			}
			return restore()
		})
	})
	if err != nil {
		return nil, err
	}
	return out, compare(ctx, to, out)
}

// Empty removes every row of a database, all or none: what is left of a move that was not good.
func Empty(ctx context.Context, st *store.Store) error {
	return st.Write(ctx, "move:empty", func(u *store.Unit) error {
		tables, err := schema(&u.Snapshot)
		if err != nil {
			return err
		}
		restore, err := loosen(u)
		if err == nil {
			err = clear(u, sorted(tables))
		}
		if err != nil {
			return err
		}
		return restore()
	})
}

func sorted(tables map[string][]column) []string {
	names := make([]string, 0, len(tables))
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// schema lists tables with their columns, those that are kept left out.
func schema(q *store.Snapshot) (map[string][]column, error) {
	query := `SELECT m.name, p.name, 0 FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.name`
	if q.Dialect() == store.Postgres {
		query = `SELECT c.table_name, c.column_name, CASE c.data_type WHEN 'boolean' THEN 1 ELSE 0 END
			FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name COLLATE "C", c.column_name COLLATE "C"`
	}
	out := map[string][]column{}
	err := q.Each(func(rows *sql.Rows) error {
		var table, name string
		var truth int
		err := rows.Scan(&table, &name, &truth)
		if err == nil && !slices.Contains(kept, table) {
			out[table] = append(out[table], column{name, truth == 1})
		}
		return err
	}, query)
	return out, err
}

// same refuses two databases whose tables differ.
func same(a, b map[string][]column) error {
	for name, columns := range a {
		if !slices.EqualFunc(columns, b[name], func(x, y column) bool { return x.Name == y.Name }) {
			return fmt.Errorf("table %s differs: %v and %v", name, columns, b[name])
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("%d tables here, %d there", len(a), len(b))
	}
	return nil
}

// loosen lets rows come in any order; what it gives puts the references in force again and checks every row.
func loosen(u *store.Unit) (restore func() error, err error) {
	if u.Dialect() == store.SQLite {
		_, err := u.Exec("PRAGMA defer_foreign_keys = ON") // until the commit, which checks them
		return func() error { return nil }, err
	}
	var again []string
	err = u.Each(func(rows *sql.Rows) error {
		var table, name, definition string
		err := rows.Scan(&table, &name, &definition)
		again = append(again, "ALTER TABLE "+table+" ADD CONSTRAINT "+name+" "+definition)
		return err
	}, `SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname`)
	if err != nil {
		return nil, err
	}
	for _, statement := range again {
		table, rest, _ := strings.Cut(strings.TrimPrefix(statement, "ALTER TABLE "), " ADD CONSTRAINT ")
		name, _, _ := strings.Cut(rest, " ")
		if _, err := u.Exec("ALTER TABLE " + table + " DROP CONSTRAINT " + name); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, statement := range again {
			if _, err := u.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func clear(u *store.Unit, tables []string) error {
	for _, name := range tables {
		if _, err := u.Exec("DELETE FROM " + name); err != nil {
			return err
		}
	}
	return nil
}

// copyTable writes the rows of one table in statements of many rows.
func copyTable(source *store.Snapshot, u *store.Unit, name string, columns []column) (Table, error) {
	t := Table{Name: name}
	rows := max(1, batch/len(columns))
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	into := "INSERT INTO " + name + " (" + list(columns) + ") VALUES "
	var waiting []any
	flush := func() error {
		n := len(waiting) / len(columns)
		if n == 0 {
			return nil
		}
		_, err := u.Exec(into+strings.TrimSuffix(strings.Repeat(row+", ", n), ", "), waiting...)
		waiting = waiting[:0]
		return err
	}
	err := each(source, name, columns, func(values []any) error {
		t.add(values)
		for i, v := range values {
			if n, whole := v.(int64); whole && columns[i].Bool {
				v = n != 0
			}
			waiting = append(waiting, v)
		}
		if len(waiting) == rows*len(columns) {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	return t, err
}

func list(columns []column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// each reads a table; truth values come as 0 and 1.
func each(q *store.Snapshot, name string, columns []column, fn func(values []any) error) error {
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	return q.Each(func(rows *sql.Rows) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, v := range values {
			if truth, ok := v.(bool); ok {
				values[i] = int64(0)
				if truth {
					values[i] = int64(1)
				}
			}
		}
		return fn(values)
	}, "SELECT "+list(columns)+" FROM "+name)
}

// add counts a row and adds its hash to the sum, 128 bits wide.
func (t *Table) add(values []any) {
	h := sha256.New()
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			h.Write([]byte{0})
		case int64:
			h.Write(binary.BigEndian.AppendUint64([]byte{1}, uint64(v))) //nolint:gosec // only the bits matter
		case string:
			h.Write(binary.BigEndian.AppendUint64([]byte{2}, uint64(len(v))))
			h.Write([]byte(v))
		case []byte:
			h.Write(binary.BigEndian.AppendUint64([]byte{3}, uint64(len(v))))
			h.Write(v)
		default:
			fmt.Fprintf(h, "%T %v", v, v)
		}
	}
	one := h.Sum(nil)
	low, carry := bits.Add64(binary.BigEndian.Uint64(t.Sum[8:]), binary.BigEndian.Uint64(one[8:]), 0)
	high, _ := bits.Add64(binary.BigEndian.Uint64(t.Sum[:]), binary.BigEndian.Uint64(one), carry)
	binary.BigEndian.PutUint64(t.Sum[:], high)
	binary.BigEndian.PutUint64(t.Sum[8:], low)
	t.Rows++
}

// compare reads the target again.
func compare(ctx context.Context, st *store.Store, want []Table) error {
	return st.Read(ctx, func(q *store.Snapshot) error {
		tables, err := schema(q)
		if err != nil {
			return err
		}
		for _, w := range want {
			got := Table{Name: w.Name}
			err := each(q, w.Name, tables[w.Name], func(values []any) error { got.add(values); return nil })
			if err == nil && got != w {
				err = fmt.Errorf("table %s: %d rows were read and %d written, or they differ", w.Name, w.Rows, got.Rows)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

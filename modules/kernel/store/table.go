package store

import (
	"strconv"
	"strings"
	"sync"
)

// maxRows keeps a multi-row statement below every database's limit of parameters and in a small set of shapes.
const maxRows = 128

// Table is a table as the generated statements see it. Columns are in the order of the values.
type Table struct {
	Name    string
	Columns []string

	mu    sync.Mutex
	cache map[int]string
}

// Insert writes rows with as few statements as possible; values holds them one after another, each len(Columns) long.
// When it fails, the unit must fail: on SQLite the statement is not undone by itself (that would copy every page).
func (t *Table) Insert(u *Unit, values []any) error {
	width := len(t.Columns)
	for len(values) > 0 {
		n := min(len(values)/width, maxRows, 30_000/width)
		if _, err := u.Exec(t.insertSQL(n, u.Dialect() == SQLite), values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

func (t *Table) insertSQL(rows int, orFail bool) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	key, verb := rows, "INSERT INTO "
	if orFail {
		key, verb = -rows, "INSERT OR FAIL INTO "
	}
	if sql, ok := t.cache[key]; ok {
		return sql
	}
	sql := verb + t.Name + " (" + strings.Join(t.Columns, ", ") + ") VALUES " + Tuples(rows, len(t.Columns))
	if t.cache == nil {
		t.cache = map[int]string{}
	}
	t.cache[key] = sql
	return sql
}

// Upsert is Insert with an ON CONFLICT clause behind it ("ON CONFLICT (…) DO UPDATE SET …").
func (t *Table) Upsert(u *Unit, values []any, onConflict string) error {
	width := len(t.Columns)
	for len(values) > 0 {
		n := min(len(values)/width, maxRows)
		if _, err := u.Exec(t.insertSQL(n, false)+" "+onConflict, values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

// Tuples gives "(?, ?), (?, ?)".
func Tuples(rows, width int) string {
	one := "(" + Marks(width) + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", rows), ", ")
}

// Marks gives "?, ?, ?".
func Marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// SQL types for multi-row updates: PostgreSQL takes an untyped parameter for text.
const (
	CastInt  = "BIGINT"
	CastText = "TEXT"
	CastBool = "BOOLEAN"
)

// UpdateByID overwrites whole rows; values holds them as Insert does, the id first. casts names each column's type.
func (t *Table) UpdateByID(u *Unit, casts []string, values []any) error {
	width := len(t.Columns)
	for len(values) > 0 {
		n := min(len(values)/width, maxRows)
		if _, err := u.Exec(updateSQL(t.Name, t.Columns, casts, n), values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

// UpdateInts sets integer columns of many rows in few statements. Each row is the id and then a value for each column.
func UpdateInts(u *Unit, table string, columns []string, rows [][]int64) error {
	t := &Table{Name: table, Columns: append([]string{"id"}, columns...)}
	casts := make([]string, len(t.Columns))
	values := make([]any, 0, len(rows)*len(casts))
	for i := range casts {
		casts[i] = CastInt
	}
	for _, row := range rows {
		for _, v := range row {
			values = append(values, v)
		}
	}
	return t.UpdateByID(u, casts, values)
}

func updateSQL(table string, columns, casts []string, rows int) string {
	var b strings.Builder
	b.WriteString("UPDATE " + table + " SET ")
	for i, c := range columns[1:] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c + " = v." + c)
	}
	b.WriteString(" FROM (")
	for i := range rows {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		b.WriteString("SELECT ")
		for j, c := range columns {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString("CAST(? AS " + casts[j] + ") AS " + c)
		}
	}
	b.WriteString(") AS v WHERE " + table + ".id = v.id")
	return b.String()
}

// In gives "column IN (1, 2, 3)" with the ids written out: they are integers, and a list of parameters of changing
// length would fill the statement cache. An empty list matches nothing.
func In(column string, ids []int64) string {
	if len(ids) == 0 {
		return "1 = 0"
	}
	return column + " IN (" + joinInts(ids) + ")"
}

func joinInts(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}

// Package lines cuts a table into the values of fields and tells which rows are about the same thing. It reads no database.
package lines

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
)

// Table is the rows of a task.
type Table struct {
	Kind  *intake.Kind
	Keys  []string // of the mapped columns
	More  []string // of those that cells of others filled
	Lines []*Line
	Split map[string]bool // names that the table itself has for several records
	voice Voice
}

// Voice speaks to the person.
type Voice struct {
	Lang  string
	Words func(*problem.Problem) string // what is wrong
}

// Of cuts the rows of a table whose columns mean the fields with these keys; voice speaks to the person.
func Of(kind *intake.Kind, columns []string, rows []sheet.Row, voice Voice) *Table {
	w := &Table{Kind: kind, Split: map[string]bool{}, voice: voice}
	w.read(columns, rows)
	w.alike()
	return w
}

// Blame notes what is wrong in a line.
func (w *Table) Blame(l *Line, key string, what *problem.Problem) {
	l.Problems = append(l.Problems, intake.Trouble{Column: key, Detail: w.voice.Words(what)})
}

// Line is a row on its way.
type Line struct {
	Row      int
	Cells    []string // of the mapped columns
	Values   map[string]string
	Problems []intake.Trouble
	ID       int64               // of its record, once that is known
	Skip     bool                // nothing is to be written for it
	Bare     bool                // nothing but marks
	Stay     []string            // columns of which its record keeps what it has
	Details  []map[string]string // the lines of its record, one for each row of the import
}

// Height is how many rows the import has for it.
func (l *Line) Height() int { return max(len(l.Details), 1) }

// Keeps reports whether the record keeps what it has in a column.
func (l *Line) Keeps(key string) bool { return slices.Contains(l.Stay, key) }

// read cuts the rows into the values of fields.
func (w *Table) read(columns []string, rows []sheet.Row) {
	var at []int
	for i, key := range columns {
		if w.Kind.Field(key) != nil {
			at = append(at, i)
			w.Keys = append(w.Keys, key)
		}
	}
	for _, row := range rows {
		l := &Line{Row: row.Number, Values: map[string]string{}, Cells: make([]string, len(at))}
		for j, i := range at {
			if i >= len(row.Cells) {
				continue
			}
			f := w.Kind.Field(w.Keys[j])
			l.Cells[j] = strings.TrimSpace(row.Cells[i])
			value, ok := Clean(f, row.Cells[i])
			if !ok {
				w.Blame(l, f.Key, problem.Rule("intake.number", "value", l.Cells[j]))
			}
			if l.Values[f.Key] == "" { // of two columns for one field the first that says something counts
				l.Values[f.Key] = value
			}
		}
		for _, f := range w.Kind.Fields {
			if f.Must && l.Values[f.Key] == "" {
				w.Blame(l, f.Key, problem.Rule("required"))
			}
		}
		if row := w.Kind.Row; row != nil && len(l.Problems) == 0 {
			if column, why := row(l.Values, w.voice.Lang); why != nil {
				w.Blame(l, column, why)
			}
			w.more(l)
		}
		w.Lines = append(w.Lines, l)
	}
}

// more notes the fields that a row fills without a column of their own.
func (w *Table) more(l *Line) {
	for _, f := range w.Kind.Fields {
		if l.Values[f.Key] != "" && !slices.Contains(w.Keys, f.Key) && !slices.Contains(w.More, f.Key) {
			w.More = append(w.More, f.Key)
		}
	}
}

// alike finds rows that name the same thing. Where rows are about a thing, they belong to one record; otherwise the
// second one is bad.
func (w *Table) alike() {
	w.several()
	first := map[string]*Line{}
	for _, l := range w.Lines {
		key := w.identity(l)
		if key == "" || len(l.Problems) > 0 {
			continue
		}
		before := first[key]
		switch {
		case before == nil:
			first[key] = l
		case w.Kind.Only:
			l.Skip = true
		case l.Values["code"] != "":
			w.Blame(l, "code", problem.Rule("import.repeated", "value", l.Values["code"], "row", before.Row))
		default:
			w.Blame(l, "", problem.Rule("intake.same", "value", l.Values[w.Kind.Same[0]], "row", before.Row))
		}
	}
}

// several finds names that the rows about things use for several of them: the phones beside the name differ. A row that
// says neither phone nor code does not say which of them it means.
func (w *Table) several() {
	if !w.Kind.Only || len(w.Kind.Apart) == 0 {
		return
	}
	apart, first := w.Kind.Apart[0], map[string]string{}
	for _, l := range w.Lines {
		key, text := w.Sameness(l), l.Values[apart]
		if key == "" || text == "" || l.Values["code"] != "" {
			continue
		}
		if before := first[key]; before != "" && before != text {
			w.Split[key] = true
		}
		first[key] = text
	}
	for _, l := range w.Lines {
		if l.Values["code"] == "" && l.Values[apart] == "" && w.Split[w.Sameness(l)] {
			w.Blame(l, apart, problem.Rule("intake.which", "name", l.Values[w.Kind.Same[0]], "field", w.Kind.Field(apart).Label))
		}
	}
}

// identity is what tells a row's record from another: its code, else the columns that do without one.
func (w *Table) identity(l *Line) string {
	if code := l.Values["code"]; code != "" {
		return "c\x00" + code
	}
	key := w.Sameness(l)
	if w.Split[key] {
		key += "\x00" + l.Values[w.Kind.Apart[0]]
	}
	return key
}

// Same are the columns that tell records apart, as far as the table has them: a list without specifications means the
// item of that name, whatever its specification.
func (w *Table) Same() []string {
	out := w.Kind.Same[:1:1]
	for _, key := range w.Kind.Same[1:] {
		if slices.Contains(w.Keys, key) {
			out = append(out, key)
		}
	}
	return out
}

// Sameness is what a row says of who it is without a code, "" for nothing.
func (w *Table) Sameness(l *Line) string {
	key, any := "s", false
	for _, column := range w.Same() {
		key += "\x00" + l.Values[column]
		any = any || l.Values[column] != ""
	}
	if !any {
		return ""
	}
	return key
}

// Live gives the lines that have no problem.
func (w *Table) Live() (out []*Line) {
	for _, l := range w.Lines {
		if len(l.Problems) == 0 {
			out = append(out, l)
		}
	}
	return out
}

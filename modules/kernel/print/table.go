package print

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Table is a table of lines cut into pages. Totals and Subtotals have one cell for each column.
type Table struct {
	Sheet   *Sheet
	Label   string
	Columns []Column
	Pages   []Page
	Totals  []Cell
	Filled  bool // it has a line
	Summed  bool // some column has a total
}

// Column is the head of a column.
type Column struct {
	Label, Class string
	field        *kernel.Field // nil where texts are given
	texts        []string      // one for each line
}

// Told is a column of lines that no field holds. Whoever knows it puts it among the company's hooks while the company is set up;
// forms ask for it by its name, as they do for fields.
type Told struct {
	Resource, Lines, Name string
	Label                 kernel.Text
	// Texts gives what stands in the column, one text for each line of the record.
	Texts func(v *kernel.View, rec any) ([]string, error)
}

// told gives a column of that name which somebody else knows, nil where nobody does or where it is empty.
func (s *Sheet) told(l *kernel.LineDef, name string) (*Column, error) {
	for _, hook := range s.v.Company.Hooks {
		c, ok := hook.(*Told)
		if !ok || c.Resource != s.def.Name || c.Lines != l.Name || c.Name != name {
			continue
		}
		texts, err := c.Texts(s.v, s.rec)
		if err != nil || !slices.ContainsFunc(texts, func(one string) bool { return one != "" }) {
			return nil, err
		}
		return &Column{Label: c.Label.In(s.v.Lang), Class: "text", texts: texts}, nil
	}
	return nil, nil
}

// Page is what fits on one sheet of paper; Blank has one element for each row that is left empty on it.
type Page struct {
	Number, Count int
	Rows          []Row
	Blank         []int
	Subtotals     []Cell
	Last          bool
}

// Row is a line; No counts from 1 through all pages.
type Row struct {
	No    int
	Cells []Cell
}

// Cell is a value and its class: "number" or "text".
type Cell struct{ Text, Class string }

// Table gives the named lines with the named columns, rows to a page, all on one page for 0. A column whose name
// starts with ? is left out when it is empty in every line. Lines that the resource does not have give an empty table.
func (s *Sheet) Table(name string, rows int, columns ...string) (*Table, error) {
	l := s.def.LineOf(name)
	if l == nil {
		return &Table{Sheet: s}, nil
	}
	list := resource.Lines(l, s.rec)
	var out []Column
	for _, column := range columns {
		bare, optional := strings.CutPrefix(column, "?")
		f := l.ByName[bare]
		if f == nil {
			c, err := s.told(l, bare)
			if err != nil {
				return nil, err
			}
			if c != nil {
				out = append(out, *c)
			}
			continue
		}
		if !s.v.Actor.Sees(f.Right) || optional && empty(f, list) {
			continue
		}
		out = append(out, s.column(f))
	}
	return s.table(l, out, rows)
}

func (s *Sheet) column(f *kernel.Field) Column {
	return Column{Label: f.Label.In(s.v.Lang), Class: class(f), field: f}
}

// Tables gives all tables of lines with their fields.
func (s *Sheet) Tables() ([]*Table, error) {
	var out []*Table
	for _, l := range s.def.Lines {
		list := resource.Lines(l, s.rec)
		var columns []Column
		for _, f := range l.Fields {
			if f.Name == "id" || f.Name == "parent" || f.Name == "pos" || f.Hidden || !s.v.Actor.Sees(f.Right) || empty(f, list) {
				continue
			}
			columns = append(columns, s.column(f))
		}
		t, err := s.table(l, columns, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// empty reports whether a field is zero in every line.
func empty(f *kernel.Field, list reflect.Value) bool {
	for i := range list.Len() {
		if !list.Index(i).FieldByIndex(f.Index).IsZero() {
			return false
		}
	}
	return true
}

func (s *Sheet) table(l *kernel.LineDef, columns []Column, size int) (*Table, error) {
	t := &Table{Sheet: s, Label: l.Label.In(s.v.Lang), Columns: columns}
	for _, c := range columns {
		t.Summed = t.Summed || summed(c.field)
	}
	list := resource.Lines(l, s.rec)
	t.Filled = list.Len() > 0
	if size == 0 {
		size = max(list.Len(), 1)
	}
	count := max((list.Len()+size-1)/size, 1)
	for n := range count {
		from, to := n*size, min((n+1)*size, list.Len())
		page := Page{Number: n + 1, Count: count, Last: n+1 == count, Blank: make([]int, from+size-to)}
		for i := from; i < to; i++ {
			page.Rows = append(page.Rows, s.row(t.Columns, i+1, list.Index(i)))
		}
		var err error
		if page.Subtotals, err = t.sums(list, from, to); err != nil {
			return nil, err
		}
		t.Pages = append(t.Pages, page)
	}
	var err error
	t.Totals, err = t.sums(list, 0, list.Len())
	return t, err
}

func (s *Sheet) row(columns []Column, no int, line reflect.Value) Row {
	row := Row{No: no}
	for _, c := range columns {
		if c.field == nil {
			row.Cells = append(row.Cells, Cell{c.texts[no-1], c.Class})
			continue
		}
		row.Cells = append(row.Cells, Cell{s.format(c.field, line.FieldByIndex(c.field.Index)), c.Class})
	}
	return row
}

// sums adds up the lines from up to but without to, in the columns that have totals.
func (t *Table) sums(list reflect.Value, from, to int) ([]Cell, error) {
	var out []Cell
	for _, c := range t.Columns {
		cell := Cell{Class: c.Class}
		if summed(c.field) {
			var values []int64
			for i := from; i < to; i++ {
				values = append(values, list.Index(i).FieldByIndex(c.field.Index).Int())
			}
			sum, err := money.SumOf(values)
			if err != nil {
				return nil, fmt.Errorf("print: sum of %s: %w", c.field.Name, err)
			}
			cell.Text = t.Sheet.format(c.field, reflect.ValueOf(sum))
		}
		out = append(out, cell)
	}
	return out, nil
}

// summed reports whether a column has a total.
func summed(f *kernel.Field) bool {
	return f != nil && f.Total && (f.Kind == kernel.KindAmount || f.Kind == kernel.KindQty || f.Kind == kernel.KindInt)
}

func class(f *kernel.Field) string {
	switch f.Kind {
	case kernel.KindAmount, kernel.KindPrice, kernel.KindQty, kernel.KindRate, kernel.KindInt:
		return "number"
	}
	return "text"
}

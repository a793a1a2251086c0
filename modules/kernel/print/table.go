package print

import (
	"fmt"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Table is a table of lines. Totals has one cell for each column.
type Table struct {
	Sheet   *Sheet
	Label   string
	Columns []Column
	Rows    []Row
	Totals  []Cell
	Filled  bool // it has a line
	Summed  bool // some column has a total
}

// Column is the head of a column.
type Column struct {
	Label, Class string
	field        *kernel.Field
}

// Told is a column of lines that no field holds. Whoever knows it puts it among the company's hooks while the company is set up;
// forms ask for it by its name, as they do for fields.
type Told struct {
	Resource, Lines, Name string
	Label                 kernel.Text
	// Texts gives what stands in the column, one text for each line of the record.
	Texts func(v *kernel.View, rec any) ([]string, error)
}

// told gives the label and the texts of a column which somebody else knows, none where nobody does or where it is empty.
func (s *Sheet) told(l *kernel.LineDef, name string) (string, []string, error) {
	for _, hook := range s.v.Company.Hooks {
		c, ok := hook.(*Told)
		if !ok || c.Resource != s.def.Name || c.Lines != l.Name || c.Name != name {
			continue
		}
		texts, err := c.Texts(s.v, s.rec)
		if err != nil || !slices.ContainsFunc(texts, func(one string) bool { return one != "" }) {
			return "", nil, err
		}
		return c.Label.In(s.v.Lang), texts, nil
	}
	return "", nil, nil
}

// Row is a line; No counts from 1 through all pages.
type Row struct {
	No    int
	Cells []Cell
}

// Cell is a value and its class: "number" or "text".
type Cell struct{ Text, Class string }

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
		t, err := s.table(l, columns)
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

func (s *Sheet) table(l *kernel.LineDef, columns []Column) (*Table, error) {
	t := &Table{Sheet: s, Label: l.Label.In(s.v.Lang), Columns: columns}
	list := resource.Lines(l, s.rec)
	t.Filled = list.Len() > 0
	for i := range list.Len() {
		t.Rows = append(t.Rows, s.row(columns, i+1, list.Index(i)))
	}
	for _, c := range columns {
		t.Summed = t.Summed || summed(c.field)
		cell := Cell{Class: c.Class}
		if summed(c.field) {
			var err error
			if cell.Text, err = s.sum(c.field, list, span{0, list.Len()}); err != nil {
				return nil, err
			}
		}
		t.Totals = append(t.Totals, cell)
	}
	return t, nil
}

func (s *Sheet) row(columns []Column, no int, line reflect.Value) Row {
	row := Row{No: no}
	for _, c := range columns {
		row.Cells = append(row.Cells, Cell{s.format(c.field, line.FieldByIndex(c.field.Index)), c.Class})
	}
	return row
}

// span is the lines from up to but without to.
type span struct{ from, to int }

// sum adds up a field of some of the lines.
func (s *Sheet) sum(f *kernel.Field, list reflect.Value, of span) (string, error) {
	var values []int64
	for i := of.from; i < of.to; i++ {
		values = append(values, list.Index(i).FieldByIndex(f.Index).Int())
	}
	sum, err := money.SumOf(values)
	if err != nil {
		return "", fmt.Errorf("print: sum of %s: %w", f.Name, err)
	}
	return s.format(f, reflect.ValueOf(sum)), nil
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

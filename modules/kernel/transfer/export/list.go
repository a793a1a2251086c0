// Package export writes lists, reports and import templates as spreadsheets.
package export

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// batch is how many records are in memory at a time.
const batch = 500

// List asks for the records of a list as a file.
type List struct {
	Def    *kernel.Def
	Query  listing.Query // filters, search and order; page and cursor do not count
	Format sheet.Format
}

// Write writes everything the actor may see of the list, in his language. What an import can take is written so that it
// takes it back unchanged. Write to a file, not to a slow reader: the view's snapshot is held until the end.
func (l List) Write(v *kernel.View, w io.Writer) (rows int64, err error) {
	shape := layout.Of(v.Company, v.Actor, l.Def)
	columns := make([]sheet.Column, len(shape.Columns))
	for i, c := range shape.Columns {
		columns[i] = columnOf(c, v.Lang)
	}
	out, err := sheet.NewWriter(w, sheet.Options{
		Format: l.Format, SheetName: l.Def.Label.In(v.Lang), Title: l.title(v), Columns: columns, Filter: true, Zone: v.Company.Zone(),
	})
	if err != nil {
		return 0, err
	}
	f := &flattener{v: v, layout: shape, out: out, names: newNames(v), row: make([]any, len(columns)), sums: make([]sum, len(columns))}
	var held []any
	err = listing.Stream(v, l.Def, l.oldestFirst(), func(rec any) error {
		if held = append(held, rec); len(held) < batch {
			return nil
		}
		err := f.write(held)
		held = held[:0]
		return err
	})
	if err == nil {
		err = f.write(held)
	}
	if err == nil {
		err = f.totals()
	}
	if err != nil {
		_ = out.Close() // the first error is the one that counts
		return f.rows, err
	}
	return f.rows, out.Close()
}

// oldestFirst is the query in the order in which records were made, unless another was asked for: what refers to an
// earlier record, or costs what an earlier one brought, comes behind it when the file is taken back.
func (l List) oldestFirst() listing.Query {
	q := l.Query
	if q.Sort == "" {
		q.Sort = "id"
		if f := l.Def.ByName["date"]; f != nil && f.Sort {
			q.Sort = "date"
		}
	}
	return q
}

func columnOf(c *layout.Column, lang string) sheet.Column {
	out := sheet.Column{Key: c.Key, Title: c.Title.In(lang), Kind: sheet.Int, Width: 10}
	if c.Field == nil {
		return out
	}
	out.Kind, out.Width = layout.Kind(c.Field), c.Field.Width/8
	if c.Shown {
		out.Kind, out.Width = sheet.Text, max(out.Width, 16)
		return out
	}
	if !c.Field.ReadOnly {
		out.Options = layout.Options(c.Field, lang)
	}
	return out
}

// title is the company, what it is, and when and under which conditions it was written.
func (l List) title(v *kernel.View) []string {
	what := []string{l.Def.Label.In(v.Lang), string(v.Today)}
	if l.Query.Q != "" {
		what = append(what, l.Query.Q)
	}
	words := map[string]string{"eq": "=", "ne": "≠", "ge": "≥", "le": "≤", "gt": ">", "lt": "<", "in": "∈", "has": "∋"}
	for _, f := range l.Query.Filters {
		field := l.Def.ByName[f.Field]
		if field == nil || words[f.Op] == "" || field.Kind == kernel.KindRef || !v.Actor.Sees(field.Right) {
			continue
		}
		what = append(what, field.Label.In(v.Lang)+" "+words[f.Op]+" "+f.Value)
	}
	var out []string
	if company := v.Company.Setting("company.name"); company != "" {
		out = append(out, company)
	}
	return append(out, strings.Join(what, "  "))
}

// sum adds up a column exactly; a total that no integer can hold is left out.
type sum struct {
	value int64
	over  bool
}

func (s *sum) add(n int64) {
	next := s.value + n
	if (n > 0 && next < s.value) || (n < 0 && next > s.value) {
		s.over = true
	}
	s.value = next
}

// flattener turns records into rows.
type flattener struct {
	v       *kernel.View
	layout  *layout.Layout
	out     *sheet.Writer
	names   *names
	row     []any
	sums    []sum
	records int64
	rows    int64
}

func (f *flattener) write(recs []any) error {
	for _, rec := range recs {
		f.noteRefs(rec)
	}
	if err := f.names.read(); err != nil {
		return err
	}
	for _, rec := range recs {
		if err := f.record(rec); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattener) noteRefs(rec any) {
	head := reflect.ValueOf(rec).Elem()
	for _, c := range f.layout.Columns {
		if c.Field == nil || c.Shown || c.Field.Kind != kernel.KindRef {
			continue
		}
		if c.Line == nil {
			f.names.note(c.Field.Ref, head.FieldByIndex(c.Field.Index).Int())
			continue
		}
		list := resource.Lines(c.Line, rec)
		for i := range list.Len() {
			f.names.note(c.Field.Ref, list.Index(i).FieldByIndex(c.Field.Index).Int())
		}
	}
}

// record writes one row, or as many as the longest table of lines has.
func (f *flattener) record(rec any) error {
	f.records++
	height := 1
	for _, l := range f.layout.Def.Lines {
		height = max(height, resource.Lines(l, rec).Len())
	}
	head := reflect.ValueOf(rec).Elem()
	for i := range height {
		for at, c := range f.layout.Columns {
			source := head
			if c.Line != nil {
				list := resource.Lines(c.Line, rec)
				if i >= list.Len() {
					f.row[at] = nil
					continue
				}
				source = list.Index(i)
			}
			f.row[at] = f.cell(c, source)
			if c.Field != nil && c.Field.Total && layout.Kind(c.Field) != sheet.Text && (c.Line != nil || i == 0) {
				f.sums[at].add(source.FieldByIndex(c.Field.Index).Int())
			}
		}
		f.rows++
		if err := f.out.Row(f.row); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattener) cell(c *layout.Column, source reflect.Value) any {
	if c.Field == nil {
		return f.records
	}
	value := source.FieldByIndex(c.Field.Index)
	if c.Field.Kind != kernel.KindRef {
		return layout.Text(c.Field, value, f.v.Lang)
	}
	n := f.names.of(c.Field.Ref, value.Int())
	if c.Shown {
		return n.title
	}
	return n.code
}

// totals writes the sums of the columns that lists add up. A head amount counts once for each document, although it is
// repeated on every row.
func (f *flattener) totals() error {
	row := make([]any, len(f.layout.Columns))
	summed := false
	for i, c := range f.layout.Columns {
		if c.Field == nil || !c.Field.Total || layout.Kind(c.Field) == sheet.Text || f.sums[i].over {
			continue
		}
		v := reflect.New(reflect.TypeFor[int64]()).Elem()
		v.SetInt(f.sums[i].value)
		row[i] = resource.Text(c.Field, v)
		summed = true
	}
	if !summed || f.records == 0 || row[0] != nil {
		return nil
	}
	row[0] = TotalWord
	return f.out.Total(row)
}

// TotalWord stands in front of the last row of an export that has sums; an import passes over it.
const TotalWord = "合计 Total"

// FileName is what an export is called when it is saved.
func FileName(label kernel.Text, v *kernel.View, f sheet.Format) string {
	return fmt.Sprintf("%s-%s%s", label.In(v.Lang), v.Today, f.Ext())
}

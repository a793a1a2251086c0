package export

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// Report asks for a report as a file. Params is canonical text by name; Title are the lines above the head.
type Report struct {
	Report *kernel.Report
	Params map[string]string
	Title  []string
	Format sheet.Format
}

// Write answers the report and writes its rows, totals and notes with the columns the page shows.
func (r Report) Write(v *kernel.View, w io.Writer) (rows int64, err error) {
	table, err := r.Report.Run(v, r.Params)
	if err != nil {
		return 0, err
	}
	all := table.Columns
	if all == nil {
		all = r.Report.Columns
	}
	var fields []*kernel.Field
	var columns []sheet.Column
	for _, f := range all {
		if v.Actor.Sees(f.Right) {
			fields = append(fields, f)
			columns = append(columns, sheet.Column{Key: f.Name, Title: f.Label.In(v.Lang), Kind: layout.Kind(f), Width: f.Width / 8})
		}
	}
	labels, err := reportLabels(v, fields, table.Rows)
	if err != nil {
		return 0, err
	}
	out, err := sheet.NewWriter(w, sheet.Options{Format: r.Format, SheetName: r.Report.Label.In(v.Lang), Columns: columns,
		Title: append([]string{r.Report.Label.In(v.Lang)}, r.Title...), Zone: v.Company.Zone()})
	if err != nil {
		return 0, err
	}
	if err := (reportRows{v, fields, labels, out}).write(table); err != nil {
		_ = out.Close() // the first error is the one that counts
		return 0, err
	}
	return int64(len(table.Rows)), out.Close()
}

type reportRows struct {
	v      *kernel.View
	fields []*kernel.Field
	labels resource.LabelSet
	out    *sheet.Writer
}

func (r reportRows) write(table *kernel.Table) error {
	for _, row := range table.Rows {
		values := r.values(row.Values)
		if text, ok := values[0].(string); ok && row.Level > 0 && text != "" {
			values[0] = strings.Repeat("　", row.Level) + text
		}
		put := r.out.Row
		if row.Kind == "total" {
			put = r.out.Total
		}
		if err := put(values); err != nil {
			return err
		}
	}
	if len(table.Totals) > 0 {
		values := r.values(table.Totals)
		if values[0] == nil || values[0] == "" {
			values[0] = TotalWord
		}
		if err := r.out.Total(values); err != nil {
			return err
		}
	}
	for _, note := range table.Notes {
		if err := r.out.Row([]any{note.In(r.v.Lang)}); err != nil {
			return err
		}
	}
	return nil
}

func (r reportRows) values(from map[string]any) []any {
	out := make([]any, len(r.fields))
	for i, f := range r.fields {
		value, ok := from[f.Name]
		if !ok || value == nil {
			continue
		}
		out[i] = r.value(f, value)
	}
	return out
}

// value writes a figure by the kind of its column; a word in a column of figures stays a word.
func (r reportRows) value(f *kernel.Field, value any) any {
	rv := reflect.ValueOf(value)
	switch {
	case f.Kind == kernel.KindRef && rv.Kind() == reflect.Int64:
		return r.labels[f.Ref][rv.Int()]
	case rv.Kind() == reflect.Int64 && layout.Kind(f) != sheet.Text && f.Kind != kernel.KindDate,
		rv.Kind() == reflect.Bool && f.Kind == kernel.KindBool,
		rv.Kind() == reflect.String && f.Kind == kernel.KindEnum:
		return layout.Text(f, rv, r.v.Lang)
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.Kind() == reflect.Int:
		return rv.Int()
	}
	return fmt.Sprint(value)
}

func reportLabels(v *kernel.View, fields []*kernel.Field, rows []kernel.Row) (resource.LabelSet, error) {
	ids := map[string]map[int64]bool{}
	for _, f := range fields {
		if f.Kind != kernel.KindRef {
			continue
		}
		ids[f.Ref] = map[int64]bool{}
		for _, row := range rows {
			if id, ok := row.Values[f.Name].(int64); ok && id != 0 {
				ids[f.Ref][id] = true
			}
		}
	}
	return resource.LabelsOf(v, ids)
}

package statement

import (
	"io"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/sheet"
)

// kinds of the columns in a spreadsheet, and their widths in characters.
var excelKinds = []struct {
	kind  sheet.Kind
	width int
}{
	{sheet.Date, 11}, {sheet.Text, 12}, {sheet.Text, 16}, {sheet.Text, 28}, {sheet.Text, 16}, {sheet.Decimal, 10}, {sheet.Text, 6}, {sheet.Decimal, 10},
	{sheet.Money, 12}, {sheet.Money, 12}, {sheet.Money, 12}, {sheet.Money, 10}, {sheet.Money, 13},
}

// file is what the statement is called on a disk, without its ending.
func (s *statement) file(lang string) string {
	return files.CleanName(s.title(lang) + " " + s.name + " " + string(s.from) + "_" + string(s.to))
}

// excel writes the statement row by row, however many there are.
func (s *statement) excel(v *kernel.View, w io.Writer) (rows int64, err error) {
	page := s.page(v)
	o := sheet.Options{Format: sheet.XLSX, SheetName: s.title(v.Lang), Zone: v.Company.Zone(), Title: []string{page.Company, page.Title}}
	for _, f := range page.Facts {
		o.Title = append(o.Title, f.Label+" "+f.Text)
	}
	for i, c := range page.Columns {
		o.Columns = append(o.Columns, sheet.Column{Key: columns[i].label.En, Title: c.Label, Kind: excelKinds[i].kind, Width: excelKinds[i].width})
	}
	out, err := sheet.NewWriter(w, o)
	if err != nil {
		return 0, err
	}
	put := func(to func([]any) error, cells []string) error {
		values := make([]any, len(cells))
		for i, text := range cells {
			if text != "" {
				values[i] = text
			}
		}
		rows++
		return to(values)
	}
	err = s.each(v, func(l *line) error {
		if l.kind == "total" {
			return put(out.Total, l.cells(true))
		}
		return put(out.Row, l.cells(true))
	})
	for _, sum := range page.Sums {
		if err == nil {
			err = put(out.Row, []string{"", "", "", sum.Label, sum.Text})
		}
	}
	if err != nil {
		_ = out.Close() // the first error is the one that counts
		return rows, err
	}
	return rows, out.Close()
}

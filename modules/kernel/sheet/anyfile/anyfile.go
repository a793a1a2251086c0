// Package anyfile reads whatever people have their tables in, and tells by the content, never by the name, what that is:
// xlsx, the old .xls, web pages and XML called .xls, and separated values in UTF-8, UTF-16 or GB18030.
//
// A file that makes a reader stumble is a broken file and not a broken program: what panics here is refused.
package anyfile

import (
	"bytes"
	"fmt"

	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/markup"
	"zhanggui/modules/kernel/sheet/table"
	"zhanggui/modules/kernel/sheet/xls"
)

// Format says what a file turned out to be.
type Format string

// The formats.
const (
	XLSX   Format = "xlsx"
	XLS    Format = "xls"
	Markup Format = "html"
	CSV    Format = "csv"
)

// Sheet is one table of a file; Rows are those that hold a value, numbered as a spreadsheet numbers them.
type Sheet struct {
	Name string
	Rows []sheet.Row
}

// File is a file read whole.
type File struct {
	Format Format
	Sheets []Sheet // those with rows
}

// mostSheets bounds how many sheets of one file are read.
const mostSheets = 50

// Read reads a file. Errors are *problem.Problem: sheet.* as sheet.Open and the readers name them, and
// sheet.not_a_sheet with "empty" for a file in which nothing stands.
func Read(data []byte, limits sheet.Limits) (f *File, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, table.Broken(fmt.Sprint("reader: ", r))
		}
	}()
	limits = limits.OrDefault()
	if int64(len(data)) > limits.FileBytes {
		return nil, table.TooLarge(limits.FileBytes)
	}
	f = &File{}
	start := data[:min(len(data), 512)]
	switch {
	case xls.Is(start):
		f.Format = XLS
		list, err := xls.Read(data, limits)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			f.add(s.Name, convert(s.Rows, func(r xls.Row) sheet.Row { return sheet.Row(r) }))
		}
	case markup.Is(start):
		f.Format = Markup
		list, err := markup.Read(data, limits)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			f.add(s.Name, convert(s.Rows, func(r markup.Row) sheet.Row { return sheet.Row(r) }))
		}
	default:
		if err := f.book(data, limits); err != nil {
			return nil, err
		}
	}
	if len(f.Sheets) == 0 {
		return nil, table.NotASheet("empty")
	}
	return f, nil
}

func convert[T any](rows []T, to func(T) sheet.Row) []sheet.Row {
	out := make([]sheet.Row, len(rows))
	for i, r := range rows {
		out[i] = to(r)
	}
	return out
}

func (f *File) add(name string, rows []sheet.Row) {
	if len(rows) > 0 {
		f.Sheets = append(f.Sheets, Sheet{name, rows})
	}
}

// book reads what package sheet knows.
func (f *File) book(data []byte, limits sheet.Limits) error {
	b, err := sheet.Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return err
	}
	if f.Format = CSV; b.Format() == sheet.XLSX {
		f.Format = XLSX
	}
	names := b.Sheets()
	for _, name := range names[:min(len(names), mostSheets)] {
		var rows []sheet.Row
		for row, err := range b.Rows(name) {
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		f.add(name, rows)
	}
	return nil
}

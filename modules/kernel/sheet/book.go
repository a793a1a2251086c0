package sheet

import (
	"bytes"
	"io"
	"iter"
	"strings"

	"zhanggui/modules/kernel/sheet/delimited"
	"zhanggui/modules/kernel/sheet/ooxml"
	"zhanggui/modules/kernel/sheet/table"
)

// csvSheet is the name of the one sheet of a CSV file.
const csvSheet = "CSV"

// Book is an opened file. It reads from the source while rows are taken, and
// it is not safe for concurrent use.
type Book struct {
	xlsx *ooxml.Book     // nil for text
	text *delimited.File // nil for xlsx
}

// Open recognises xlsx, and CSV in UTF-8, UTF-16 with a byte order mark, or
// GB18030, separated by comma, tab or semicolon. Errors: sheet.too_large,
// sheet.too_many_entries, sheet.not_a_sheet (with "found"), sheet.broken.
func Open(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	limits = limits.OrDefault()
	if size > limits.FileBytes {
		return nil, table.TooLarge(limits.FileBytes)
	}
	start := make([]byte, min(size, 512))
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		x, err := ooxml.Open(r, size, limits)
		if err != nil {
			return nil, err
		}
		return &Book{xlsx: x}, nil
	}
	if found := foreign(start); found != "" {
		return nil, table.NotASheet(found)
	}
	t, err := delimited.Open(r, size, limits)
	if err != nil {
		return nil, err
	}
	return &Book{text: t}, nil
}

// foreign names the kinds of file that people take for a table; "" is none.
func foreign(start []byte) string {
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xEF\xBB\xBF")), " \t\r\n")))
	if text == "" {
		return "empty"
	}
	for _, f := range [][2]string{
		{"\xD0\xCF\x11\xE0", "ole"}, {"PK", "zip"}, {"\x1F\x8B", "zip"}, {"Rar!", "zip"}, {"7z\xBC\xAF", "zip"}, {"%PDF-", "pdf"},
	} {
		if bytes.HasPrefix(start, []byte(f[0])) {
			return f[1]
		}
	}
	for _, tag := range []string{"<!doctype", "<html", "<head", "<meta", "<body", "<table", "<style", "<script", "<div", "<?xml", "<!--"} {
		if strings.HasPrefix(text, tag) {
			return "html"
		}
	}
	return ""
}

// Format says what the file is. UTF-16 counts as CSVUTF8.
func (b *Book) Format() Format {
	if b.xlsx != nil {
		return XLSX
	}
	return b.text.Format()
}

// Sheets gives the names of the visible sheets in order; a CSV file has one.
func (b *Book) Sheets() []string {
	if b.xlsx != nil {
		return b.xlsx.Sheets()
	}
	return []string{csvSheet}
}

// Rows gives the rows of a sheet that hold a value, "" being the first sheet.
// It can be ranged over again. An error ends it: sheet.too_many_rows,
// sheet.too_many_columns, sheet.text_too_long, sheet.too_large, sheet.broken,
// sheet.not_a_sheet for an unknown sheet, or that of the source.
func (b *Book) Rows(sheet string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		each := func(number int, cells []string) bool { return yield(Row{number, cells}, nil) }
		var err error
		switch {
		case b.xlsx != nil:
			err = b.xlsx.Rows(sheet, each)
		case sheet != "" && sheet != csvSheet:
			err = table.NotASheet("sheet " + sheet)
		default:
			err = b.text.Rows(each)
		}
		if err != nil {
			yield(Row{}, err)
		}
	}
}

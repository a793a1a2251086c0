package markup

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"zhanggui/modules/kernel/sheet/table"
)

// Row is one row that holds a value.
type Row struct {
	Number int // from 1
	Cells  []string
}

// Sheet is one table with its rows.
type Sheet struct {
	Name string
	Rows []Row
}

// Is reports whether a file looks like HTML or XML.
func Is(start []byte) bool {
	text := strings.ToLower(strings.TrimLeft(utf8Start(start), " \t\r\n"))
	for _, tag := range []string{"<!doctype", "<html", "<head", "<meta", "<body", "<table", "<style", "<script", "<div", "<center", "<font", "<tr", "<?xml", "<!--", "<workbook", "<ss:workbook"} {
		if strings.HasPrefix(text, tag) {
			return true
		}
	}
	return false
}

func utf8Start(start []byte) string {
	if bytes.HasPrefix(start, []byte("\xFF\xFE")) || bytes.HasPrefix(start, []byte("\xFE\xFF")) {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(start[:len(start)&^1])
		if err == nil {
			return string(out)
		}
	}
	return string(bytes.TrimPrefix(start, []byte("\xEF\xBB\xBF")))
}

// Read gives the tables of a page or the sheets of an XML workbook. Errors: sheet.not_a_sheet ("html") where there is no
// table, sheet.too_large, sheet.too_many_rows, sheet.too_many_columns, sheet.text_too_long.
func Read(data []byte, limits table.Limits) ([]Sheet, error) {
	limits = limits.OrDefault()
	if int64(len(data)) > limits.FileBytes {
		return nil, table.TooLarge(limits.FileBytes)
	}
	text := decoded(data)
	g := &gatherer{limits: limits}
	var err error
	if strings.Contains(text[:min(len(text), 4096)], "urn:schemas-microsoft-com:office:spreadsheet") &&
		strings.Contains(strings.ToLower(text[:min(len(text), 4096)]), "workbook") && !strings.Contains(strings.ToLower(text[:min(len(text), 4096)]), "<html") {
		err = g.workbook(text)
	} else {
		err = g.page(text)
	}
	if err != nil {
		return nil, err
	}
	if len(g.sheets) == 0 {
		return nil, table.NotASheet("html")
	}
	return g.sheets, nil
}

// said is what a file says its encoding to be.
var said = regexp.MustCompile(`(?i)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_-]+)`)

func decoded(data []byte) string {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return utf8Start(data)
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if utf8.Valid(data) { // some say gb2312 out of habit
		return string(data)
	}
	var from encoding.Encoding = simplifiedchinese.GB18030
	if m := said.FindSubmatch(data[:min(len(data), 2048)]); m != nil {
		switch strings.ToLower(string(m[1])) {
		case "big5":
			from = traditionalchinese.Big5
		case "utf-8", "utf8":
			return strings.ToValidUTF8(string(data), "\uFFFD")
		}
	}
	out, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// gatherer collects rows within the limits.
type gatherer struct {
	limits table.Limits
	sheets []Sheet
	spent  int64
}

// cellCost is what a cell takes beside its text.
const cellCost = 48

// row adds a row to a sheet unless it is blank.
func (g *gatherer) row(to *Sheet, number int, cells []string) error {
	if cells = table.TrimBlank(cells); len(cells) == 0 {
		return nil
	}
	if len(cells) > g.limits.Columns {
		return table.TooManyColumns(number, g.limits.Columns)
	}
	for i, text := range cells {
		if utf8.RuneCountInString(text) > g.limits.CellRunes {
			return table.TextTooLong(number, i+1, g.limits.CellRunes)
		}
		if g.spent += int64(len(text)) + cellCost; g.spent > g.limits.UnzippedBytes {
			return table.TooLarge(g.limits.UnzippedBytes)
		}
	}
	if len(to.Rows) >= g.limits.Rows {
		return table.TooManyRows(g.limits.Rows)
	}
	to.Rows = append(to.Rows, Row{number, cells})
	return nil
}

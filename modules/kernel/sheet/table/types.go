package table

import (
	"strings"
	"time"
)

// Kind says what a column holds. Values of the wrong form are written as text,
// never dropped.
type Kind int

// The kinds. Decimal, Money, Date and Instant come and go as strings.
const (
	Text    Kind = iota
	Int          // int64 or digits
	Decimal      // "12.5", any number of decimals
	Money        // "1265.80", shown with thousands separators
	Date         // "2026-11-21"
	Instant      // RFC 3339; written to the second in Options.Zone
	Bool         // bool, "true" or "false"
)

// Format is a kind of file.
type Format int

// The formats. CSVGBK is GB18030, the superset that every GBK reader takes and
// that loses no assigned character.
const (
	XLSX Format = iota
	CSVUTF8
	CSVGBK
)

// Ext gives the file extension with its dot.
func (f Format) Ext() string {
	if f == XLSX {
		return ".xlsx"
	}
	return ".csv"
}

// ContentType gives the media type for HTTP.
func (f Format) ContentType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case CSVGBK:
		return "text/csv; charset=gb18030"
	}
	return "text/csv; charset=utf-8"
}

// Column is one column of a table.
type Column struct {
	Key     string // the caller's name for it; not written
	Title   string
	Kind    Kind
	Width   int      // in characters; 0 = by kind
	Options []string // drop-down list in xlsx; left out above 200 characters or with a comma
}

// Options describes the file that a Writer makes.
type Options struct {
	Format    Format
	SheetName string   // xlsx; unusable characters are replaced; "" = Sheet1
	Title     []string // lines above the head: company, period …
	Columns   []Column // at least one
	Totals    bool     // Close adds a row with the sums of the Money columns unless Total was called
	Filter    bool     // filter buttons on the head, xlsx
	Help      [][]string
	Zone      *time.Location // for Instant; nil = UTC
}

// RowStyle says how a row looks; CSV ignores it.
type RowStyle int

// The styles of rows.
const (
	BodyRow RowStyle = iota
	TitleRow
	HeadRow
	TotalRow
)

// Cell is a value in the two forms that the formats need. The zero cell is
// blank.
type Cell struct {
	Text   string // as CSV shows it
	Number string // numeric literal for xlsx; "" = write the text
	Bool   bool   // Text is "true" or "false"
}

// Sink writes the rows of one format; cells beyond the columns do not occur.
// Close completes the file; it does not close what is written to.
type Sink interface {
	Row(style RowStyle, cells []Cell) error
	Close() error
}

// Mark is a problem with one cell of a file, or with a row when Col is 0.
type Mark struct {
	Sheet string // "" is the first visible sheet; ignored in CSV
	Row   int    // as the spreadsheet numbers it, from 1
	Col   int    // from 1
	Text  string
}

// Marking says where the marks of one sheet go.
type Marking struct {
	Sheet  string
	Head   int // row of the head
	Column int // column of the problems
	Last   int // last row with a value
	Marks  []Mark
}

// ProblemsTitle heads the column of problems.
const ProblemsTitle = "问题 / Problems"

// RowTexts joins the problems of each row in the order of the marks, equal
// ones once.
func (m Marking) RowTexts() map[int]string {
	seen, out := map[Mark]bool{}, map[int]string{}
	for _, mark := range m.Marks {
		text := strings.ToValidUTF8(mark.Text, "\uFFFD")
		if key := (Mark{Row: mark.Row, Text: text}); !seen[key] {
			seen[key] = true
			if out[mark.Row] != "" {
				text = out[mark.Row] + "; " + text
			}
			out[mark.Row] = text
		}
	}
	return out
}

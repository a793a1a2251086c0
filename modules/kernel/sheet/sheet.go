package sheet

import "zhanggui/modules/kernel/sheet/table"

// The words of package table that callers need.
type (
	Kind    = table.Kind
	Format  = table.Format
	Column  = table.Column
	Options = table.Options
	Limits  = table.Limits
	Mark    = table.Mark
)

// The kinds of columns, see table.
const (
	Text    = table.Text
	Int     = table.Int
	Decimal = table.Decimal
	Money   = table.Money
	Date    = table.Date
	Instant = table.Instant
	Bool    = table.Bool
)

// The formats, see table.
const (
	XLSX    = table.XLSX
	CSVUTF8 = table.CSVUTF8
	CSVGBK  = table.CSVGBK
)

// ProblemsTitle heads the column that Annotate appends.
const ProblemsTitle = table.ProblemsTitle

// Row is one row of a file that holds a value.
type Row struct {
	Number int      // as the spreadsheet shows it, from 1
	Cells  []string // canonical text, without blank cells at the end
}

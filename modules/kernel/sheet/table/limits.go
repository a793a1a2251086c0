package table

import (
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel/problem"
)

// The hard bounds of the file format; nothing valid lies beyond them.
const (
	MaxRow    = 1_048_576
	MaxColumn = 16_384
)

// Limits bounds what a file may cost. A zero field means its default.
type Limits struct {
	FileBytes     int64 // size of the file; 20 MB
	Entries       int   // entries of the zip container; 1,000
	UnzippedBytes int64 // sum of the unpacked entries; 64 MB
	Rows          int   // rows with a value, per sheet; 200,000
	Columns       int   // last column with a value; 200
	CellRunes     int   // characters in one cell; 32,767
}

// OrDefault fills the zero fields.
func (l Limits) OrDefault() Limits {
	fill(&l.FileBytes, 20<<20)
	fill(&l.Entries, 1000)
	fill(&l.UnzippedBytes, 64<<20)
	fill(&l.Rows, 200_000)
	fill(&l.Columns, 200)
	fill(&l.CellRunes, 32_767)
	return l
}

func fill[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// TooLarge reports a file or its unpacked content above limit bytes.
func TooLarge(limit int64) *problem.Problem {
	size := fmt.Sprintf("%d MB", limit>>20)
	if limit < 1<<20 {
		size = fmt.Sprintf("%d bytes", limit)
	}
	return problem.New(problem.TooLarge, "sheet.too_large", "limit", size)
}

// TooManyRows reports a sheet with more rows than limit.
func TooManyRows(limit int) *problem.Problem {
	return problem.New(problem.TooLarge, "sheet.too_many_rows", "limit", limit)
}

// TooManyColumns reports a value beyond column limit.
func TooManyColumns(row, limit int) *problem.Problem {
	return problem.New(problem.TooLarge, "sheet.too_many_columns", "row", row, "limit", limit)
}

// TextTooLong reports a cell with more than limit characters.
func TextTooLong(row, column, limit int) *problem.Problem {
	return problem.New(problem.TooLarge, "sheet.text_too_long", "row", row, "column", column, "limit", limit)
}

// NotASheet reports a file that is something else; found says what it looks
// like: "empty", "html", "ole" (old .xls or a password), "zip", "pdf", "binary".
func NotASheet(found string) *problem.Problem {
	return problem.BadShape("sheet.not_a_sheet", "found", found)
}

// Broken reports a damaged file; where is for logs and support, not translated.
func Broken(where string) *problem.Problem {
	return problem.BadShape("sheet.broken", "where", where)
}

// TooManyEntries reports a zip container with more entries than limit.
func TooManyEntries(limit int) *problem.Problem {
	return problem.New(problem.TooLarge, "sheet.too_many_entries", "limit", limit)
}

// TrimBlank cuts off cells of nothing but space at the end of a row.
func TrimBlank(cells []string) []string {
	last := len(cells)
	for last > 0 && strings.TrimSpace(cells[last-1]) == "" {
		last--
	}
	return slices.Clip(cells[:last])
}

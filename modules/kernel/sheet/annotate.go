package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"zhanggui/modules/kernel/sheet/excel"
	"zhanggui/modules/kernel/sheet/table"
)

// annotatedCells bounds what Annotate hands to excelize, which keeps a whole
// sheet in memory, blank cells included.
const annotatedCells = 3_000_000

// Annotate writes the same file with the marks: bad cells coloured, with a
// comment (the first 1,000), and a last column with all problems of the row.
// That column is titled in the head, which is taken to be the widest row above
// the first mark. What an earlier Annotate left in the comments and the column
// is replaced, so a corrected file can come back and go out again. CSV keeps
// its encoding and gets only the column. Errors: as Open and Book.Rows;
// sheet.broken also where excelize cannot take the file.
func Annotate(src io.ReaderAt, size int64, w io.Writer, marks []Mark) error {
	book, err := Open(src, size, Limits{})
	if err != nil {
		return err
	}
	if book.xlsx == nil {
		m, err := marking(book, "", marks)
		if err != nil {
			return err
		}
		return book.text.Mark(w, m)
	}
	bySheet := map[string][]Mark{}
	for _, m := range marks {
		if m.Sheet == "" {
			m.Sheet = book.Sheets()[0]
		}
		bySheet[m.Sheet] = append(bySheet[m.Sheet], m)
	}
	markings := make([]table.Marking, 0, len(bySheet))
	for name, list := range bySheet {
		m, err := marking(book, name, list)
		if err != nil {
			return err
		}
		if lastRow, cells := book.xlsx.Extent(); lastRow+cells > annotatedCells {
			return table.TooLarge(Limits{}.OrDefault().UnzippedBytes)
		}
		markings = append(markings, m)
	}
	slices.SortFunc(markings, func(a, b table.Marking) int { return strings.Compare(a.Sheet, b.Sheet) })
	return excel.Mark(src, size, w, markings)
}

// marking looks for the head and the first free column, or the column of an
// earlier Annotate.
func marking(book *Book, sheet string, marks []Mark) (table.Marking, error) {
	first := table.MaxRow + 1
	m := table.Marking{Sheet: sheet, Marks: marks, Head: 1, Column: 1}
	for _, mark := range marks {
		if mark.Row < 1 || mark.Row > table.MaxRow || mark.Col < 0 || mark.Col >= table.MaxColumn {
			return m, fmt.Errorf("sheet: mark outside the sheet: row %d, column %d", mark.Row, mark.Col)
		}
		first = min(first, mark.Row)
		m.Column = max(m.Column, mark.Col+1)
	}
	widest, earlier := 0, 0
	for row, err := range book.Rows(sheet) {
		if err != nil {
			return m, err
		}
		m.Last = row.Number
		m.Column = max(m.Column, len(row.Cells)+1)
		if row.Number >= first || earlier > 0 {
			continue
		}
		filled := 0
		for _, c := range row.Cells {
			if c != "" {
				filled++
			}
		}
		if i := slices.Index(row.Cells, table.ProblemsTitle); i >= 0 {
			m.Head, earlier = row.Number, i+1
		} else if filled > widest {
			m.Head, widest = row.Number, filled
		}
	}
	if earlier > 0 {
		m.Column = earlier
	}
	return m, nil
}

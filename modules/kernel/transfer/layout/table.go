package layout

import (
	"io"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
)

// headRows is how far down the head of a table is looked for.
const headRows = 30

// Table is a file with its columns recognised.
type Table struct {
	Head []string
	Cols []*Column      // by position in the file; nil where nothing fits
	At   map[string]int // position by key
	Rows []sheet.Row    // below the head, without the line of totals
}

// Taken tells what a column of a file was taken for; Field is "" for one that is passed over.
type Taken struct{ Title, Field string }

// Taken tells for every column of the file what it was taken for.
func (t *Table) Taken() []Taken {
	out := make([]Taken, len(t.Head))
	for i, title := range t.Head {
		out[i].Title = title
		if t.Cols[i] != nil {
			out[i].Field = t.Cols[i].Key
		}
	}
	return out
}

// Cell gives the text of a column in a row, "" where the row ends before it.
func (t *Table) Cell(row sheet.Row, key string) string {
	i, ok := t.At[key]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return strings.TrimSpace(row.Cells[i])
}

// Open reads the first sheet of a file. Title lines above the head are passed over: the head is the row of the first
// ones in which most cells name a column.
func Open(shape *Layout, src io.ReaderAt, size int64, mapping map[string]string) (*Table, error) {
	book, err := sheet.Open(src, size, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	var rows []sheet.Row
	for row, err := range book.Rows("") {
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	best, most := -1, 0
	for i, row := range rows[:min(len(rows), headRows)] {
		named := 0
		for _, cell := range row.Cells {
			if find(shape, mapping, cell) != nil {
				named++
			}
		}
		if named > most {
			best, most = i, named
		}
	}
	if best < 0 {
		return nil, problem.Rule("import.no_head", "resource", shape.Def.Name)
	}
	t := &Table{Head: rows[best].Cells, At: map[string]int{}, Rows: rows[best+1:]}
	t.Cols = make([]*Column, len(t.Head))
	for i, cell := range t.Head {
		col := find(shape, mapping, cell)
		if col == nil {
			continue
		}
		if _, twice := t.At[col.Key]; !twice {
			t.Cols[i], t.At[col.Key] = col, i
		}
	}
	if n := len(t.Rows); n > 0 && totalLine(t.Rows[n-1]) {
		t.Rows = t.Rows[:n-1]
	}
	return t, nil
}

// find names the column for a title: as the person mapped it, else by its words.
func find(shape *Layout, mapping map[string]string, title string) *Column {
	title = strings.TrimSpace(title)
	if title == "" {
		return nil
	}
	if key, mapped := mapping[title]; mapped {
		return shape.ByKey(key)
	}
	return shape.ByTitle(title)
}

// totalLine recognises the last line of a list with sums.
func totalLine(row sheet.Row) bool {
	for _, cell := range row.Cells {
		switch strings.ReplaceAll(strings.TrimSpace(cell), " ", "") {
		case "":
			continue
		case "合计", "总计", "合计Total", "Total", "合计：", "合计:":
			return true
		}
		return false
	}
	return false
}

// HeadCols are the columns of the head that the file has and an import takes.
func (t *Table) HeadCols() []*Column {
	var out []*Column
	for _, c := range t.Cols {
		if c != nil && c.Line == nil && c.Writable() {
			out = append(out, c)
		}
	}
	return out
}

// LineCols are the columns of a table of lines that the file has, and those of them that an import takes.
func (t *Table) LineCols(l *kernel.LineDef) (all, writable []*Column) {
	for _, c := range t.Cols {
		if c == nil || c.Line != l || c.Shown {
			continue
		}
		all = append(all, c)
		if c.Writable() {
			writable = append(writable, c)
		}
	}
	return all, writable
}

// Lines are the columns of all tables of lines that the file has.
func (t *Table) Lines() []*Column {
	var out []*Column
	for _, c := range t.Cols {
		if c != nil && c.Line != nil && !c.Shown {
			out = append(out, c)
		}
	}
	return out
}

// HasValue reports whether a row has something in one of the columns.
func (t *Table) HasValue(row sheet.Row, cols []*Column) bool {
	return slices.ContainsFunc(cols, func(c *Column) bool { return t.Cell(row, c.Key) != "" })
}

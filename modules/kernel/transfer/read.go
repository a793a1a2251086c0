package transfer

import (
	"io"
	"strings"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// headRows is how far down the head of a table is looked for.
const headRows = 30

// table is a file with its columns recognised.
type table struct {
	head  []string
	cols  []*layout.Column // by position in the file; nil where nothing fits
	at    map[string]int   // position by key
	rows  []sheet.Row      // below the head, without the line of totals
	bytes int64
}

// Column tells what a column of the file was taken for; Field is "" for one that is passed over.
type Column struct{ Title, Field string }

func (t *table) columns() []Column {
	out := make([]Column, len(t.head))
	for i, title := range t.head {
		out[i].Title = title
		if t.cols[i] != nil {
			out[i].Field = t.cols[i].Key
		}
	}
	return out
}

// cell gives the text of a column in a row, "" where the row ends before it.
func (t *table) cell(row sheet.Row, key string) string {
	i, ok := t.at[key]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return strings.TrimSpace(row.Cells[i])
}

// open reads the first sheet of a file. Title lines above the head are passed over: the head is the row of the first
// ones in which most cells name a column.
func open(shape *layout.Layout, src io.ReaderAt, size int64, mapping map[string]string) (*table, error) {
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
	t := &table{head: rows[best].Cells, at: map[string]int{}, rows: rows[best+1:], bytes: size}
	t.cols = make([]*layout.Column, len(t.head))
	for i, cell := range t.head {
		col := find(shape, mapping, cell)
		if col == nil {
			continue
		}
		if _, twice := t.at[col.Key]; !twice {
			t.cols[i], t.at[col.Key] = col, i
		}
	}
	if n := len(t.rows); n > 0 && totalLine(t.rows[n-1]) {
		t.rows = t.rows[:n-1]
	}
	return t, nil
}

// find names the column for a title: as the person mapped it, else by its words.
func find(shape *layout.Layout, mapping map[string]string, title string) *layout.Column {
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

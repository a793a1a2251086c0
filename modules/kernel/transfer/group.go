package transfer

import (
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// What happens to a record.
const (
	actCreate = "create"
	actUpdate = "update"
	actSame   = "same" // it is there already, just so
)

// record is the rows of a file that make up one record.
type record struct {
	rows  []sheet.Row
	key   string // natural key, "" when the file gives none
	id    int64  // of the existing record
	wave  int    // 0, or more than that of the record of the same file it refers to
	act   string
	bad   bool
	lines map[string][]int // row number of each line by table
	draft *pipeline.Draft
}

// group makes records of rows: every row is one of a master; rows of a document belong together by their sequence
// number, else by the document's number, else because their heads are the same.
func (p *plan) group() {
	t := p.table
	headCols := p.headCols()
	var last *record
	for _, row := range t.rows {
		if last != nil && len(p.def.Lines) > 0 && p.continues(last.rows[0], row, headCols) {
			last.rows = append(last.rows, row)
			p.sameHead(last, row, headCols)
			continue
		}
		last = &record{rows: []sheet.Row{row}, lines: map[string][]int{}}
		if p.def.Code != "" {
			last.key = t.cell(row, p.def.Code)
		}
		p.records = append(p.records, last)
	}
}

// headCols are the writable columns of the head that the file has.
func (p *plan) headCols() []*layout.Column {
	var out []*layout.Column
	for _, c := range p.table.cols {
		if c != nil && c.Line == nil && c.Writable() {
			out = append(out, c)
		}
	}
	return out
}

func (p *plan) continues(first, row sheet.Row, headCols []*layout.Column) bool {
	t := p.table
	if _, ok := t.at[layout.Seq]; ok {
		seq := t.cell(row, layout.Seq)
		return seq == "" || seq == t.cell(first, layout.Seq)
	}
	if number := t.cell(row, p.def.Code); p.def.Code != "" && number != "" {
		return number == t.cell(first, p.def.Code)
	}
	for _, c := range headCols {
		if text := t.cell(row, c.Key); text != "" && text != t.cell(first, c.Key) {
			return false
		}
	}
	return true
}

// sameHead reports a row that says something else about its document than the first one.
func (p *plan) sameHead(rec *record, row sheet.Row, headCols []*layout.Column) {
	for _, c := range headCols {
		if text := p.table.cell(row, c.Key); text != "" && text != p.table.cell(rec.rows[0], c.Key) {
			p.found(rec, cell{row: row.Number, key: c.Key}, problem.Rule("import.head_differs", "row", rec.rows[0].Number))
		}
	}
}

// repeated reports records that the file has twice.
func (p *plan) repeated() {
	first := map[string]*record{}
	for _, rec := range p.records {
		if rec.key == "" {
			continue
		}
		if before := first[rec.key]; before != nil {
			p.found(rec, cell{row: rec.rows[0].Number, key: p.def.Code}, problem.Rule("import.repeated", "value", rec.key, "row", before.rows[0].Number))
			continue
		}
		first[rec.key] = rec
	}
}

// ownRefs are the columns by which records of the resource refer to each other, such as a category's parent.
func (p *plan) ownRefs() []*layout.Column {
	var out []*layout.Column
	for _, c := range p.headCols() {
		if c.Field.Kind == kernel.KindRef && c.Field.Ref == p.def.Name {
			out = append(out, c)
		}
	}
	return out
}

// waves puts records behind those of the same file that they refer to. It depends on the file alone, so that a job
// taken up again cuts the same chunks.
func (p *plan) waves() {
	refs := p.ownRefs()
	if len(refs) == 0 {
		return
	}
	byName := map[string]*record{}
	for _, key := range []string{p.def.Title, p.def.Code} { // what is a code is no title
		for _, rec := range p.records {
			if text := p.table.cell(rec.rows[0], key); key != "" && text != "" {
				byName[text] = rec
			}
		}
	}
	state := map[*record]int{} // 1 while its parents are looked at, 2 when done
	var visit func(rec *record) int
	visit = func(rec *record) int {
		if state[rec] == 2 {
			return rec.wave
		}
		state[rec] = 1
		for _, c := range refs {
			parent := byName[p.table.cell(rec.rows[0], c.Key)]
			switch {
			case parent == nil:
			case state[parent] == 1:
				p.found(rec, cell{row: rec.rows[0].Number, key: c.Key}, problem.Rule("import.circle"))
			default:
				rec.wave = max(rec.wave, visit(parent)+1)
			}
		}
		state[rec] = 2
		return rec.wave
	}
	waves := map[int][]*record{}
	most := 0
	for _, rec := range p.records {
		w := visit(rec)
		waves[w] = append(waves[w], rec)
		most = max(most, w)
	}
	sorted := p.records[:0:0]
	for w := 0; w <= most; w++ {
		sorted = append(sorted, waves[w]...)
	}
	p.records = sorted
}

// cell is a place in the file: a row, and a column by its key, "" for the whole row.
type cell struct {
	row int
	key string
}

// place finds the cell that the path of a problem is about: "/customer", "/lines/2/qty", "/lines".
func (p *plan) place(rec *record, path string) cell {
	out := cell{row: rec.rows[0].Number}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] == "" {
		return out
	}
	line := p.def.LineOf(parts[0])
	if line == nil {
		out.key = parts[0]
		return out
	}
	if len(parts) < 2 {
		return out
	}
	if i, err := strconv.Atoi(parts[1]); err == nil && i >= 0 && i < len(rec.lines[line.Name]) {
		out.row = rec.lines[line.Name][i]
	}
	if len(parts) > 2 {
		out.key = line.Name + "." + parts[2]
	}
	return out
}

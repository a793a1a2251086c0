package plan

import (
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// What happens to a record; they are acts of the pipeline too.
const (
	ActCreate = "create"
	ActUpdate = "update"
	ActSame   = "same" // it is there already, just so
)

// Record is the rows of a file that make up one record.
type Record struct {
	Rows  []sheet.Row
	key   string // natural key, "" when the file gives none
	id    int64  // of the existing record
	Wave  int    // 0, or more than that of the record of the same file it refers to
	Act   string
	loop  bool             // it is its own ancestor
	Bad   bool             // it has problems, which are noted
	lines map[string][]int // row number of each line by table
	Draft *pipeline.Draft
}

// group makes records of rows: every row is one of a master, unless it brings only one more line; rows of a document
// belong together by their sequence number, else by the document's number, else because their heads are the same.
func (p *Plan) group() {
	t := p.table
	headCols := t.HeadCols()
	var last *Record
	for _, row := range t.Rows {
		if last != nil && len(p.Def.Lines) > 0 && p.continues(last.Rows[0], row, headCols) {
			last.Rows = append(last.Rows, row)
			p.sameHead(last, row, headCols)
			continue
		}
		last = &Record{Rows: []sheet.Row{row}, lines: map[string][]int{}}
		last.key = t.Key(p.Def, row)
		p.Records = append(p.Records, last)
	}
}

func (p *Plan) continues(first, row sheet.Row, headCols []*layout.Column) bool {
	t := p.table
	seq, document := t.Cell(row, layout.Seq), p.Def.Kind == "document"
	switch _, numbered := t.At[layout.Seq]; {
	case !document && !t.HasValue(row, t.Lines()):
		return false
	case numbered && (seq != "" || document): // people leave it out of a list of masters
		return seq == "" || seq == t.Cell(first, layout.Seq)
	}
	if number := t.Cell(row, p.Def.Code); p.Def.Code != "" && number != "" {
		for _, name := range p.Def.Key {
			if text := t.Cell(row, name); text != "" && text != t.Cell(first, name) {
				return false
			}
		}
		return true
	}
	for _, c := range headCols {
		if text := t.Cell(row, c.Key); text != "" && text != t.Cell(first, c.Key) {
			return false
		}
	}
	return true
}

// sameHead reports a row that says something else about its document than the first one.
func (p *Plan) sameHead(rec *Record, row sheet.Row, headCols []*layout.Column) {
	for _, c := range headCols {
		if text := p.table.Cell(row, c.Key); text != "" && text != p.table.Cell(rec.Rows[0], c.Key) {
			p.found(rec, cell{row: row.Number, key: c.Key}, problem.Rule("import.head_differs", "row", rec.Rows[0].Number))
		}
	}
}

// repeated reports records that the file has twice.
func (p *Plan) repeated() {
	first := map[string]*Record{}
	for _, rec := range p.Records {
		if rec.key == "" {
			continue
		}
		if before := first[rec.key]; before != nil {
			p.found(rec, cell{row: rec.Rows[0].Number, key: p.Def.Code}, problem.Rule("import.repeated", "value", layout.ShownKey(rec.key), "row", before.Rows[0].Number))
			continue
		}
		first[rec.key] = rec
	}
}

// ownRefs are the columns by which records of the resource refer to each other, such as a category's parent.
func (p *Plan) ownRefs() []*layout.Column {
	var out []*layout.Column
	for _, c := range p.table.HeadCols() {
		if c.Field.Kind == kernel.KindRef && c.Field.Ref == p.Def.Name {
			out = append(out, c)
		}
	}
	return out
}

// waves puts records behind those of the same file that they refer to. It depends on the file alone, so that a job
// taken up again cuts the same chunks.
func (p *Plan) waves() {
	refs := p.ownRefs()
	if len(refs) == 0 {
		return
	}
	byName := map[string]*Record{}
	for _, key := range []string{p.Def.Title, p.Def.Code} { // what is a code is no title
		for _, rec := range p.Records {
			if text := p.table.Cell(rec.Rows[0], key); key != "" && text != "" {
				byName[text] = rec
			}
		}
	}
	state := map[*Record]int{} // 1 while its parents are looked at, 2 when done
	var visit func(rec *Record) int
	visit = func(rec *Record) int {
		if state[rec] == 2 {
			return rec.Wave
		}
		state[rec] = 1
		for _, c := range refs {
			parent := byName[p.table.Cell(rec.Rows[0], c.Key)]
			switch {
			case parent == nil:
			case state[parent] == 1:
				rec.loop = true
				p.found(rec, cell{row: rec.Rows[0].Number, key: c.Key}, problem.Rule("import.circle"))
			default:
				rec.Wave = max(rec.Wave, visit(parent)+1)
			}
		}
		state[rec] = 2
		return rec.Wave
	}
	waves := map[int][]*Record{}
	most := 0
	for _, rec := range p.Records {
		w := visit(rec)
		waves[w] = append(waves[w], rec)
		most = max(most, w)
	}
	sorted := p.Records[:0:0]
	for w := 0; w <= most; w++ {
		sorted = append(sorted, waves[w]...)
	}
	p.Records = sorted
}

// cell is a place in the file: a row, and a column by its key, "" for the whole row.
type cell struct {
	row int
	key string
}

// place finds the cell that the path of a problem is about: "/customer", "/lines/2/qty", "/lines".
func (p *Plan) place(rec *Record, path string) cell {
	out := cell{row: rec.Rows[0].Number}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] == "" {
		return out
	}
	line := p.Def.LineOf(parts[0])
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

package insight

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// cell is one figure of an answer, by the keys of its row and its column. Where sheets are counted by their lines it is one
// sheet, which may come again.
type cell struct {
	row, column string
	n           int64
}

// share is a part of what an analysis adds up: of the sheets of a kind the lines, what was taken off whole sheets, or, where
// nothing is asked of lines, the sheets as they are.
type share struct {
	def        *kernel.Def
	off, whole bool
}

// shares are the parts that the actor may read and that the question is about.
func (q question) shares(v *kernel.View) []share {
	var out []share
	only := q.params["only"]
	for _, d := range []*kernel.Def{q.done, q.back} {
		if !v.Actor.Can(d.Name, "read") || q.measure.counts() && d == q.back {
			continue
		}
		if only != onlyOff && !q.ofLines() {
			out = append(out, share{def: d, whole: true})
			continue
		}
		if only != onlyOff {
			out = append(out, share{def: d})
		}
		if q.measure.off != "" && q.wholeSheets() {
			out = append(out, share{def: d, off: true})
		}
	}
	return out
}

// ofLines tells that sheets must be looked into: a key or a condition is of lines, or the measure is.
func (q question) ofLines() bool {
	about := func(d *dimension) bool { return d != nil && d.lines }
	return about(q.rows) || about(q.columns) || !q.wholeSheets() || q.measure.whole == "" && !q.measure.counts()
}

// wholeSheets tells that no condition on lines keeps a part of a sheet out, so that what was taken off it belongs to the
// answer.
func (q question) wholeSheets() bool {
	return q.params[byItem] == "" && q.params[byCategory] == "" && q.params["only"] != "no_"+byCategory
}

// cells answers the question with one statement: every part of the sheets is grouped by the keys, and the parts follow
// each other. A posted sheet that was taken back later stands there twice, with either sign.
func (q question) cells(v *kernel.View) ([]cell, error) {
	var parts []string
	var args []any
	for _, h := range q.shares(v) {
		text, more := q.part(v, h)
		parts, args = append(parts, text), append(args, more...)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	var out []cell
	err := v.Each(func(rows *sql.Rows) error {
		var c cell
		err := rows.Scan(&c.row, &c.column, &c.n)
		out = append(out, c)
		return err
	}, strings.Join(parts, " UNION ALL "), args...)
	return out, err
}

// part is the statement for one part.
func (q question) part(v *kernel.View, h share) (string, []any) {
	var keys, by []string
	for _, d := range []*dimension{q.rows, q.columns} {
		switch {
		case d == nil:
			keys = append(keys, "''")
		case d.lines && h.off:
			keys = append(keys, off)
		default:
			keys, by = append(keys, d.key), append(by, d.key)
		}
	}
	sum := q.measure.line
	switch {
	case h.off:
		sum = q.measure.off
	case h.whole:
		sum = q.measure.whole
	}
	if h.def == q.back {
		sum = "-(" + sum + ")"
	}
	figure := "COALESCE(CAST(SUM(" + sum + ") AS BIGINT), 0)"
	where, args := q.where(v, h)
	if q.measure.counts() {
		figure, where = "COUNT(*)", where+" AND d.state = 'posted' AND d.reverses IS NULL"
		if q.ofLines() {
			figure, by = "d.id", nil
		}
	}
	text := "SELECT " + strings.Join(keys, ", ") + ", " + figure + q.tables(h, strings.Join(append(keys, where), " ")) + " WHERE " + where
	if len(by) > 0 {
		text += " GROUP BY " + strings.Join(by, ", ")
	}
	return text, args
}

// tables are those that a part needs, as far as its keys and conditions name them.
func (q question) tables(h share, named string) string {
	out := " FROM stock_document d"
	if !h.off && !h.whole {
		out += " JOIN stock_document_line l ON l.parent = d.id"
	}
	if strings.Contains(named, "i.category") {
		out += " JOIN base_item i ON i.id = l.item"
	}
	if strings.Contains(named, "p.region") {
		out += " JOIN base_party p ON p.id = d.party"
	}
	return out
}

// where limits a part to the sheets and lines that the question is about and that the actor may see.
func (q question) where(v *kernel.View, h share) (string, []any) {
	parts := []string{"d.kind = ?", "d.state IN ('posted', 'reversed')", "d.date >= ?", "d.date <= ?"}
	args := []any{h.def.Only.Value, string(q.from), string(q.to)}
	if h.off {
		parts = append(parts, "(d.discount <> 0 OR d.rounding <> 0)")
	}
	for _, d := range q.dimensions() {
		if d.name == byMonth {
			continue
		}
		value := q.params[d.name]
		switch {
		case q.params["only"] == "no_"+d.name && d.ref == "":
			parts = append(parts, d.key+" = ''")
		case q.params["only"] == "no_"+d.name:
			parts = append(parts, d.key+" = 0")
		case value != "" && d.ref == "":
			parts, args = append(parts, d.key+" = ?"), append(args, value)
		case value != "":
			parts, args = append(parts, column(d)+" = ?"), append(args, idOf(q.params, d.name))
		}
	}
	return strings.Join(parts, " AND ") + visible(v, h.def, "d"), args
}

// column is a key without what stands in for nothing, so that an index on it serves.
func column(d *dimension) string {
	return strings.TrimSuffix(strings.TrimPrefix(d.key, "COALESCE("), ", 0)")
}

// sheet is a sheet as the end of a drill names it.
type sheet struct {
	id, party, owner int64
	kind, number     string
	date             clock.Date
}

// sheetsOf reads the heads of sheets that an answer to the actor names.
func sheetsOf(v *kernel.View, ids []int64) (map[int64]sheet, error) {
	out := map[int64]sheet{}
	for len(ids) > 0 {
		n := min(len(ids), 200)
		err := v.Each(func(rows *sql.Rows) error {
			var s sheet
			err := rows.Scan(&s.id, &s.kind, &s.date, &s.number, &s.party, &s.owner)
			out[s.id] = s
			return err
		}, "SELECT id, kind, date, number, COALESCE(party, 0), COALESCE(owner, 0) FROM stock_document WHERE "+store.In("id", ids[:n]))
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

package insight

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// cell is one figure of an answer, by the keys of its row and its column, and the places into which it counts.
type cell struct {
	row, column string
	n           int64
	into        places
}

// places are where a figure counts: in a cell, in a row, in a column and in whole.
type places int

const (
	inCell places = 1 << iota
	inRow
	inColumn
	inAll
	everywhere = inCell | inRow | inColumn | inAll
)

// share is a part of what an analysis adds up: of the sheets of a kind the lines, what was taken off whole sheets, or, where
// nothing is asked of lines, the sheets as they are. It is told apart by rows and columns, nil for not, and counts into places.
type share struct {
	def           *kernel.Def
	off, whole    bool
	rows, columns *dimension
	into          places
}

// shares are the parts that the actor may read and that the question is about.
func (q question) shares(v *kernel.View) []share {
	var out []share
	only := q.params["only"]
	for _, d := range []*kernel.Def{q.done, q.back} {
		s := share{def: d, whole: !q.ofLines(), rows: q.rows, columns: q.columns, into: everywhere}
		switch {
		case !v.Actor.Can(d.Name, "read") || q.measure.counts() && (d == q.back || only == onlyOff):
			continue
		case q.measure.counts():
			out = append(out, q.counted(s)...)
			continue
		case only != onlyOff:
			out = append(out, s)
		}
		if q.measure.off != "" && q.wholeSheets() && (q.ofLines() || only == onlyOff) {
			s.off, s.whole = true, false
			out = append(out, s)
		}
	}
	return out
}

// counted tells apart what sheets are counted by. A sheet of several items stands in several cells and is one all the same,
// so cells add up to a row, a column or the whole only where each sheet stands in one of them; else it is counted anew.
func (q question) counted(s share) (out []share) {
	several := func(d, left *dimension) bool { return d != nil && d != left && d.lines }
	for _, p := range []struct {
		into          places
		rows, columns *dimension
	}{{inCell, q.rows, q.columns}, {inRow, q.rows, nil}, {inColumn, nil, q.columns}, {inAll, nil, nil}} {
		at := slices.IndexFunc(out, func(have share) bool {
			return !several(have.rows, p.rows) && !several(have.columns, p.columns) && (p.rows == nil || have.rows != nil) && (p.columns == nil || have.columns != nil)
		})
		if at >= 0 {
			out[at].into |= p.into
			continue
		}
		s.rows, s.columns, s.into = p.rows, p.columns, p.into
		s.whole = q.wholeSheets() && !several(p.rows, nil) && !several(p.columns, nil)
		out = append(out, s)
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
		err := rows.Scan(&c.row, &c.column, &c.n, &c.into)
		out = append(out, c)
		return err
	}, strings.Join(parts, " UNION ALL "), args...)
	return out, err
}

// part is the statement for one part.
func (q question) part(v *kernel.View, h share) (string, []any) {
	var keys, by []string
	for i, d := range []*dimension{h.rows, h.columns} {
		asked := []*dimension{q.rows, q.columns}[i]
		switch {
		case d == nil && asked != nil && asked.ref != "": // not told apart here; PostgreSQL wants keys of one type
			keys = append(keys, "0")
		case d == nil:
			keys = append(keys, "''")
		case d.lines && h.off:
			keys = append(keys, off)
		default:
			keys, by = append(keys, d.key), append(by, d.key)
		}
	}
	where, args := q.where(v, h)
	figure := q.figure(h)
	if q.measure.counts() {
		where += " AND d.state = 'posted' AND d.reverses IS NULL"
	}
	text := "SELECT " + strings.Join(keys, ", ") + ", " + figure + ", " + strconv.Itoa(int(h.into)) + q.tables(h, strings.Join(append(keys, where), " ")) + " WHERE " + where
	if len(by) > 0 {
		text += " GROUP BY " + strings.Join(by, ", ")
	}
	return text, args
}

// figure is what a part adds up, what was sent back with the opposite sign.
func (q question) figure(h share) string {
	sum := q.measure.line
	switch {
	case q.measure.counts():
		return "COUNT(DISTINCT d.id)"
	case h.off:
		sum = q.measure.off
	case h.whole:
		sum = q.measure.whole
	}
	if h.def == q.back {
		sum = "-(" + sum + ")"
	}
	return "COALESCE(CAST(SUM(" + sum + ") AS BIGINT), 0)"
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

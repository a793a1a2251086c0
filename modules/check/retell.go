package check

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel/money"
)

var auditKinds = []kind{{"audit replay", "kernel", checkRetold}}

// chunk is how many records are retold at a time.
const chunk = 128

// texts are the fields of a record or line as the audit writes them. What is not there is the zero of its kind.
type texts map[string]string

// retold is a record as the audit leads to it. lines are by name of the lines and id.
type retold struct {
	fields  texts
	lines   map[string]map[string]texts
	made    bool     // the audit knows how it came to be
	gone    bool     // it was deleted
	waiting []change // what does not fit yet
}

// change is one row of the audit: of fields and lines what they were and became.
type change struct {
	id     int64
	act    string
	fields map[string][2]string
	lines  map[string]map[string]map[string][2]string
}

// teller retells the records of one resource.
type teller struct {
	*checker
	recorded
	line    map[string]string // line tables by the name of the lines
	records map[int64]*retold
	cleared []clearing
}

// spot is a record, or one of its lines, and the table that holds it.
type spot struct {
	record      int64
	line, table string // line is "" for the record itself
}

// clearing is a reference that the audit knows and the row does not, which is right if its target is gone.
type clearing struct {
	record       int64
	what, target string
}

// checkRetold applies the differences of the audit one after another and compares where they lead with the rows. Moves,
// links and balances have no differences: moves and links are only ever added, balances are recomputed by other kinds.
func checkRetold(c *checker) error {
	known := map[string]bool{}
	told := int64(0)
	all, err := c.recorded()
	if err != nil {
		return err
	}
	for _, r := range all {
		known[r.resource] = true
		n, err := c.retell(r)
		if err != nil {
			return err
		}
		told += n
	}
	c.notes = append(c.notes, "records retold from the audit: "+strconv.FormatInt(told, 10))
	return c.Each(func(rows *sql.Rows) error {
		var resource string
		if err := rows.Scan(&resource); err != nil {
			return err
		}
		if !known[resource] {
			c.fault("the audit tells of records of %s, which this check does not know", resource)
		}
		return nil
	}, "SELECT resource FROM audit WHERE record <> 0 GROUP BY resource ORDER BY resource")
}

// retell goes through all records of a resource that the audit knows, and gives how many there are.
func (c *checker) retell(r recorded) (told int64, err error) {
	t := &teller{checker: c, recorded: r, line: lineTablesOf(r.table)}
	for from := int64(0); ; {
		ids := make([]any, 0, chunk)
		err := c.Each(func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}, "SELECT DISTINCT record FROM audit WHERE resource = ? AND record > ? ORDER BY record LIMIT "+strconv.Itoa(chunk), r.resource, from)
		if err != nil || len(ids) == 0 {
			return told, err
		}
		told += int64(len(ids))
		upTo := ids[len(ids)-1].(int64)
		if err := t.chunk(from, upTo, ids); err != nil {
			return told, err
		}
		from = upTo
	}
}

// chunk retells the records between two ids and compares them.
func (t *teller) chunk(from, upTo int64, ids []any) error {
	t.records, t.cleared = map[int64]*retold{}, nil
	err := t.Each(func(rows *sql.Rows) error {
		var record int64
		var row change
		var diff string
		if err := rows.Scan(&record, &row.id, &row.act, &diff); err != nil {
			return err
		}
		if t.records[record] == nil {
			t.records[record] = t.begin()
		}
		if err := t.parse(&row, diff); err != nil {
			t.fault("%s #%d: row %d of the audit cannot be read: %v", t.resource, record, row.id, err)
			return nil
		}
		t.records[record].take(row)
		return nil
	}, "SELECT record, id, act, diff FROM audit WHERE resource = ? AND record > ? AND record <= ? ORDER BY record, id", t.resource, from, upTo)
	if err != nil {
		return err
	}
	if err := t.complain(); err != nil {
		return err
	}
	for len(ids) < chunk { // one shape of statement
		ids = append(ids, ids[0])
	}
	in := " IN (?" + strings.Repeat(", ?", chunk-1) + ")"
	if err := t.compareHeads(in, ids); err != nil {
		return err
	}
	heads := make(map[int64]texts, len(t.records))
	for record, r := range t.records {
		heads[record] = r.fields
	}
	if err := t.compareAdded(heads, in, ids); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(t.line)) {
		if err := t.compareLines(name, in, ids); err != nil {
			return err
		}
	}
	return t.compareCleared()
}

// begin gives what a record is before its first row of the audit.
func (t *teller) begin() *retold {
	r := &retold{fields: texts{}, lines: map[string]map[string]texts{}}
	for name := range t.line {
		r.lines[name] = map[string]texts{}
	}
	born, ok := unrecorded[t.resource]
	maps.Copy(r.fields, born)
	r.made = ok
	return r
}

// parse reads a difference: {"field":["before","after"],"lines":{"id":{"field":["before","after"]}}}.
func (t *teller) parse(row *change, diff string) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(diff), &parts); err != nil {
		return err
	}
	row.fields, row.lines = make(map[string][2]string, len(parts)), map[string]map[string]map[string][2]string{}
	for name, part := range parts {
		var err error
		if t.line[name] != "" {
			var lines map[string]map[string][2]string
			err = json.Unmarshal(part, &lines)
			row.lines[name] = lines
		} else {
			var pair [2]string
			err = json.Unmarshal(part, &pair)
			row.fields[name] = pair
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// take applies a row, and then the rows that waited for it. Where several programs work on one database, the ids of rows
// need not be in the order of the chain; within one record what each row says was there before tells the order.
func (r *retold) take(row change) {
	r.waiting = append(r.waiting, row)
	for i := 0; i < len(r.waiting); i++ {
		if next := r.waiting[i]; r.misfit(&next) == "" {
			r.apply(&next)
			r.waiting = slices.Delete(r.waiting, i, i+1)
			i = -1
		}
	}
}

// misfit names a field of which a row says that it was something else, "" when there is none.
func (r *retold) misfit(row *change) string {
	if r.gone {
		return "record"
	}
	if name := r.fields.misfit(row.fields); name != "" {
		return name
	}
	for of, lines := range row.lines {
		for id, fields := range lines {
			if name := r.lines[of][id].misfit(fields); name != "" {
				return of + "/" + id + "/" + name
			}
		}
	}
	return ""
}

func (t texts) misfit(fields map[string][2]string) string {
	for name, pair := range fields {
		if _, told := t[name]; late[name] != "" && !told {
			continue
		}
		now := t[name]
		if now != pair[0] && now != unknown && !(zero(now) && zero(pair[0])) && !(pair[0] == "" && clears[name] != "") {
			return name
		}
	}
	return ""
}

// zero tells the texts of a field that holds nothing.
func zero(text string) bool { return text == "" || text == "0" || text == "0.00" || text == "false" }

func (r *retold) apply(row *change) {
	r.made = r.made || strings.HasPrefix(row.act, "create")
	r.gone = row.act == "delete"
	r.fields.apply(row.fields)
	for of, lines := range row.lines {
		for id, fields := range lines {
			if r.lines[of][id] == nil {
				r.lines[of][id] = texts{}
			}
			r.lines[of][id].apply(fields)
			if place, moved := fields["pos"]; moved && place[1] == "" { // every line has a place
				delete(r.lines[of], id)
			}
		}
	}
}

func (t texts) apply(fields map[string][2]string) {
	for name, of := range late {
		_, told := t[name]
		_, tells := fields[name]
		if _, moved := fields["unit"]; moved && !told && !tells {
			t[before(of)] = t[of]
		}
	}
	for name, pair := range fields {
		t[name] = pair[1]
	}
}

// untold tells whether a column that lines were given later holds what it may without a word of the audit.
func (t texts) untold(column string, value any, scale int) bool {
	of := late[column]
	if _, told := t[column]; of == "" || told {
		return false
	}
	return same(value, "", column, scale) || same(value, t[of], column, scale) || same(value, t[before(of)], column, scale)
}

// complain tells of records whose audit does not lead from row to row in any order. They are not compared.
func (t *teller) complain() error {
	for _, record := range slices.Sorted(maps.Keys(t.records)) {
		r := t.records[record]
		if len(r.waiting) > 0 {
			found, err := t.ordered(record)
			if err != nil {
				return err
			}
			if found != nil {
				t.records[record], r = found, found
			}
		}
		if len(r.waiting) == 0 {
			if !r.made {
				t.fault("%s #%d: the audit does not tell how it was made", t.resource, record)
			}
			continue
		}
		row := r.waiting[0]
		t.fault("%s #%d: row %d of the audit does not follow from those before it in %s", t.resource, record, row.id, r.misfit(&row))
		delete(t.records, record)
	}
	return nil
}

func (t *teller) compareHeads(in string, ids []any) error {
	found := map[int64]bool{}
	err := t.each("SELECT * FROM "+t.table+" WHERE id"+in+" ORDER BY id", ids, func(row *stored) {
		id := row.of("id")
		found[id] = true
		r := t.records[id]
		switch {
		case r == nil:
		case r.gone:
			t.fault("%s #%d was deleted and is there", t.resource, id)
			delete(t.records, id)
		default:
			t.compareFields(spot{id, "", t.table}, r.fields, row)
		}
	})
	for _, id := range slices.Sorted(maps.Keys(t.records)) {
		if !found[id] && !t.records[id].gone {
			t.fault("%s #%d is not there, and nobody deleted it", t.resource, id)
		}
		if !found[id] {
			delete(t.records, id)
		}
	}
	return err
}

func (t *teller) compareLines(name, in string, ids []any) error {
	table := t.line[name]
	told := map[int64]texts{}
	for _, r := range t.records {
		for id, fields := range r.lines[name] {
			n, _ := strconv.ParseInt(id, 10, 64) // what is no number is no line either, which is told below
			told[n] = fields
		}
	}
	if err := t.compareAdded(told, "IN (SELECT id FROM "+table+" WHERE parent"+in+")", ids); err != nil {
		return err
	}
	err := t.each("SELECT * FROM "+table+" WHERE parent"+in+" ORDER BY parent, id", ids, func(row *stored) {
		record, id := row.of("parent"), strconv.FormatInt(row.of("id"), 10)
		r := t.records[record]
		switch {
		case r == nil:
			return
		case r.lines[name][id] == nil:
			t.fault("%s #%d: %s #%s is not of the audit", t.resource, record, name, id)
			return
		}
		t.compareFields(spot{record, name + " #" + id + " ", table}, r.lines[name][id], row)
		delete(r.lines[name], id)
	})
	for _, record := range slices.Sorted(maps.Keys(t.records)) {
		for _, id := range slices.Sorted(maps.Keys(t.records[record].lines[name])) {
			t.fault("%s #%d: %s #%s is not there, and nobody deleted it", t.resource, record, name, id)
		}
	}
	return err
}

// stored is a row with all its columns.
type stored struct {
	columns []string
	values  []any
}

func (s *stored) of(column string) int64 {
	n, _ := s.values[slices.Index(s.columns, column)].(int64)
	return n
}

// each reads rows with all their columns. What fn gets is overwritten by the next row.
func (t *teller) each(query string, args []any, fn func(row *stored)) error {
	row := &stored{}
	var dest []any
	return t.Each(func(rows *sql.Rows) (err error) {
		if row.columns == nil {
			if row.columns, err = rows.Columns(); err != nil {
				return err
			}
			row.values, dest = make([]any, len(row.columns)), make([]any, len(row.columns))
			for i := range dest {
				dest[i] = &row.values[i]
			}
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		fn(row)
		return nil
	}, query, args...)
}

// compareFields compares every column of a row with what the audit leads to.
func (t *teller) compareFields(at spot, told texts, row *stored) {
	for i, column := range row.columns {
		text := told[column]
		if text == unknown || bookkeeping[column] || at.line != "" && column == "parent" {
			continue
		}
		scale := scaleOf(at.table, column)
		if same(row.values[i], text, column, scale) || at.line != "" && told.untold(column, row.values[i], scale) {
			continue
		}
		if row.values[i] == nil && clears[column] != "" {
			t.cleared = append(t.cleared, clearing{at.record, at.line + column, text})
			continue
		}
		t.fault("%s #%d: %s%s is %s, the audit leads to %s", t.resource, at.record, at.line, column, readable(row.values[i], scale), orNothing(text))
	}
}

// compareCleared wants the target of each cleared reference to be gone.
func (t *teller) compareCleared() error {
	for _, x := range t.cleared {
		column := x.what[strings.LastIndex(x.what, " ")+1:]
		id, err := strconv.ParseInt(x.target, 10, 64)
		if err != nil {
			return err
		}
		found, err := t.Scan([]any{new(int64)}, "SELECT id FROM "+clears[column]+" WHERE id = ?", id)
		if err != nil {
			return err
		}
		if found {
			t.fault("%s #%d: %s is nothing, the audit leads to %s", t.resource, x.record, x.what, x.target)
		}
	}
	return nil
}

// same tells whether a column holds what a text of the audit stands for.
func same(value any, text, column string, scale int) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case []byte:
		return string(v) == text
	case nil:
		return text == ""
	case bool:
		return text == strconv.FormatBool(v) || !v && text == ""
	case int64:
		if (column == "at" || strings.HasSuffix(column, "_at")) && text != "" {
			at, err := time.Parse(time.RFC3339, text)
			return err == nil && at.UnixMilli() == v
		}
		if v == int64(money.NoQty) && (text == "" || text == "0") {
			return true // nothing was counted yet; in a draft older than this difference it was told as 0
		}
		n, ok := unscaled(text, scale)
		return ok && n == v
	}
	return false
}

// unscaled reads a text as the integer that is stored: a decimal with at most scale places, a yes or no, nothing.
func unscaled(text string, scale int) (int64, bool) {
	switch text {
	case "", "false":
		return 0, true
	case "true":
		return 1, true
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > scale {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", scale-len(fraction)), 10, 64)
	return n, err == nil
}

// readable gives a stored value as people write it.
func readable(value any, scale int) string {
	n, number := value.(int64)
	switch {
	case !number || scale == 0:
		return shown("", value)
	case scale == amountPlaces:
		return money.Amount(n).String()
	case scale == ratePlaces:
		return money.Rate(n).String()
	}
	return money.Qty(n).String()
}

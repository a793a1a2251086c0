package centre

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// row is a sheet as the statement over all kinds gives it.
type row struct {
	kind   int // place in order
	id     int64
	date   clock.Date
	made   clock.Instant
	number string
	party  int64
	person int64
	amount sql.NullInt64
	state  state.State
	maker  int64
	note   string
	red    bool
	marks  int64 // revisions
}

// spot is a place in the list: the newest day first, within it the younger record.
type spot struct {
	day clock.Date
	id  int64
}

const rowColumns = "kind, id, date, created_at, number, party, person, amount, state, created_by, note, red, revision"

// rows reads sheets of some kinds, the newest first, behind a place.
func rows(v *kernel.View, a asked, behind *spot, limit int) (out []row, err error) {
	var parts []string
	var args []any
	for i, k := range a.kinds {
		where, more, err := a.where(v, k)
		if err != nil {
			return nil, err
		}
		if where == "" {
			continue
		}
		if behind != nil {
			where, more = where+" AND (t.date, t.id) < (?, ?)", append(more, string(behind.day), behind.id)
		}
		parts = append(parts, "SELECT * FROM (SELECT "+k.columns(v)+" FROM "+k.def.Table.Name+" t WHERE "+where+
			" ORDER BY t.date DESC, t.id DESC LIMIT "+strconv.Itoa(limit)+") q"+strconv.Itoa(i))
		args = append(args, more...)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	err = v.Each(func(rows *sql.Rows) error {
		var r row
		err := rows.Scan(&r.kind, &r.id, &r.date, (*int64)(&r.made), &r.number, &r.party, &r.person, &r.amount, &r.state, &r.maker, &r.note, &r.red, &r.marks)
		out = append(out, r)
		return err
	}, "SELECT "+rowColumns+" FROM ("+strings.Join(parts, " UNION ALL ")+") x ORDER BY date DESC, id DESC LIMIT "+strconv.Itoa(limit), args...)
	return out, err
}

// columns are what a kind gives of a row, in the order of rowColumns.
func (k kind) columns(v *kernel.View) string {
	column := func(name string) string {
		if k.def.ByName[name] == nil {
			return "CAST(0 AS BIGINT)"
		}
		return "COALESCE(t." + name + ", 0)"
	}
	amount := "CAST(NULL AS BIGINT)"
	if f := k.told(v); f != nil {
		amount = "t." + f.Name
	}
	red := "CAST(0 AS BIGINT)"
	if k.red {
		red = "CAST(CASE WHEN t.reverses IS NULL THEN 0 ELSE 1 END AS BIGINT)"
	}
	return "CAST(" + strconv.Itoa(k.at) + " AS BIGINT) AS kind, t.id AS id, t.date AS date, t.created_at AS created_at, t.number AS number, " + column(k.party) + " AS party, " +
		column(k.person) + " AS person, " + amount + " AS amount, t.state AS state, " + column("created_by") + " AS created_by, t.note AS note, " + red + " AS red, " + column("revision") + " AS revision"
}

// sum is what the sheets of a kind come to.
type sum struct {
	kind               int
	count, open, void  int64
	amount, openAmount money.Amount
}

// sums adds up the sheets of each kind: how many there are, of them not yet in force and void; what is in force, and what
// is not yet.
func sums(v *kernel.View, a asked) (out []sum, err error) {
	var parts []string
	var args []any
	for _, k := range a.kinds {
		where, more, err := a.where(v, k)
		if err != nil {
			return nil, err
		}
		if where == "" {
			continue
		}
		open := in("t.state", k.states("draft", "waiting"))
		void := in("t.state", k.void())
		amount := "CAST(0 AS BIGINT)"
		if f := k.told(v); f != nil {
			amount = "t." + f.Name
		}
		count := func(when string) string {
			return "CAST(COALESCE(SUM(CASE WHEN " + when + " THEN 1 ELSE 0 END), 0) AS BIGINT)"
		}
		parts = append(parts, "SELECT CAST("+strconv.Itoa(k.at)+" AS BIGINT) AS kind, COUNT(*) AS n, "+count(open)+" AS open, "+count(void)+" AS void, "+
			"CAST(COALESCE(SUM(CASE WHEN "+open+" OR "+void+" THEN 0 ELSE "+amount+" END), 0) AS BIGINT) AS amount, "+
			"CAST(COALESCE(SUM(CASE WHEN "+open+" THEN "+amount+" ELSE 0 END), 0) AS BIGINT) AS later FROM "+k.def.Table.Name+" t WHERE "+where)
		args = append(args, more...)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	err = v.Each(func(rows *sql.Rows) error {
		var s sum
		err := rows.Scan(&s.kind, &s.count, &s.open, &s.void, (*int64)(&s.amount), (*int64)(&s.openAmount))
		if s.count > 0 {
			out = append(out, s)
		}
		return err
	}, "SELECT kind, n, open, void, amount, later FROM ("+strings.Join(parts, " UNION ALL ")+") x ORDER BY kind", args...)
	return out, err
}

// in is the condition that a column has one of some words of the program's own.
func in(column string, words []string) string {
	if len(words) == 0 {
		return "1 = 0"
	}
	return column + " IN ('" + strings.Join(words, "', '") + "')"
}

// where is what of a kind is asked for and may be seen; "" where none of it can be.
func (a asked) where(v *kernel.View, k kind) (string, []any, error) {
	parts, args := []string{"t.date >= ?", "t.date <= ?"}, []any{string(a.from), string(a.to)}
	add := func(sql string, more ...any) { parts, args = append(parts, sql), append(args, more...) }
	if only := k.def.Only; only != nil { // first, for so its index begins
		parts, args = append([]string{"t." + only.Field + " = ?"}, parts...), append([]any{only.Value}, args...)
	}
	if seen := resource.Visible(v, k.def, "t"); seen != "" {
		add(seen)
	}
	if len(a.stands) > 0 {
		add(k.stands(a.stands))
	}
	if len(a.makers) > 0 {
		add(store.In("t.created_by", a.makers))
	}
	if len(a.parties) > 0 {
		if k.party == "" {
			return "", nil, nil
		}
		add(store.In("t."+k.party, a.parties))
	}
	for _, word := range search.Words(a.text) {
		sql, more, err := k.found(v, word)
		if err != nil {
			return "", nil, err
		}
		add(sql, more...)
	}
	return strings.Join(parts, " AND "), args, nil
}

// stands is the condition that sheets of a kind stand in one of some ways.
func (k kind) stands(asked []stand) string {
	var parts []string
	for _, s := range stands {
		for _, one := range asked {
			if one != s.stand {
				continue
			}
			part := in("t.state", k.in(s.stand, s.tones))
			switch {
			case one == dead && k.red:
				part = "(" + part + " OR t.reverses IS NOT NULL)"
			case one == done && k.red:
				part = "(" + part + " AND t.reverses IS NULL)"
			}
			parts = append(parts, part)
		}
	}
	text := "(" + strings.Join(parts, " OR ") + ")"
	if !slices.Contains(asked, done) && !slices.Contains(asked, dead) { // an index holds what is not in force yet, and is used by who says so
		text = in("t.state", k.states("draft", "waiting")) + " AND " + text
	}
	return text
}

// few is up to how many records that have a word are named by their ids; of more each row is asked.
const few = 400

// found is the condition that a word stands in the number or the note of a sheet, or in what leads to its party.
func (k kind) found(v *kernel.View, word string) (string, []any, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word) + "%"
	sql, args := `t.note <> '' AND LOWER(t.note) LIKE ? ESCAPE '\'`, []any{like}
	for column, of := range map[string]string{"id": k.def.Name, k.party: "base.party"} {
		if column == "" {
			continue
		}
		more, with, err := has(v, of, word, "t."+column)
		if err != nil {
			return "", nil, err
		}
		sql, args = sql+" OR "+more, append(args, with...)
	}
	return "(" + sql + ")", args, nil
}

// has is the condition that a record of a resource, by the SQL of its id, has a word by which people find it.
func has(v *kernel.View, of, word, id string) (string, []any, error) {
	q := search.Question{Resource: of, Text: word}
	list, err := search.Find(v.Snapshot, q, few+1)
	switch {
	case err != nil:
		return "", nil, err
	case len(list) == 0:
		return "1 = 0", nil, nil
	case len(list) > few:
		sql, args, err := search.Each(v.Snapshot, q, id)
		return "(" + sql + ")", args, err
	}
	ids := make([]int64, len(list))
	for i, f := range list {
		ids[i] = f.Record
	}
	return store.In(id, ids), nil, nil
}

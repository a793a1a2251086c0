package resource

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Filter is one condition on a declared field.
type Filter struct{ Field, Op, Value string }

// Query asks for a page of a list.
type Query struct {
	Q       string
	Filters []Filter
	Sort    string // "-date,number"; the id is always the last key
	Cursor  string
	Limit   int
	Total   bool
}

// Page is a page of records without their lines.
type Page struct {
	Items  []any
	Next   string
	Total  int64
	Totals map[string]string
}

// MaxLimit bounds a page.
const MaxLimit = 500

// sortKey is one key of the order.
type sortKey struct {
	field *kernel.Field
	desc  bool
}

// List reads a page of what the actor may see. Every name in it comes from the declaration.
func List(v *kernel.View, d *kernel.Def, q Query) (*Page, error) {
	keys, err := sortKeys(v, d, q.Sort)
	if err != nil {
		return nil, err
	}
	db, err := filtered(v, d, q)
	if err != nil {
		return nil, err
	}
	page := &Page{}
	if q.Total {
		if err := totals(v, d, db, page); err != nil {
			return nil, err
		}
	}
	if db, err = after(db, keys, q.Cursor); err != nil {
		return nil, err
	}
	limit := min(max(q.Limit, 1), MaxLimit)
	db = db.Select(d.Table.Columns).Order(orderBy(keys)).Limit(limit + 1)
	err = eachRow(db, func(rows *sql.Rows) error {
		rec := reflect.New(d.Type)
		page.Items = append(page.Items, rec.Interface())
		return rows.Scan(pointers(d.Fields, rec.Elem())...)
	})
	if err != nil {
		return nil, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = cursorOf(keys, page.Items[limit-1])
	}
	return page, nil
}

// Stream calls fn for every record of a list in order, lines included, reading it in pages. For exports.
func Stream(v *kernel.View, d *kernel.Def, q Query, fn func(rec any) error) error {
	q.Limit, q.Cursor = MaxLimit, ""
	for {
		page, err := List(v, d, q)
		if err != nil {
			return err
		}
		if err := attachLines(v, d, page.Items); err != nil {
			return err
		}
		for _, rec := range page.Items {
			if err := fn(rec); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.Cursor = page.Next
	}
}

func attachLines(v *kernel.View, d *kernel.Def, recs []any) error {
	for len(recs) > 0 && len(d.Lines) > 0 {
		n := min(len(recs), 128)
		byID := map[int64]any{}
		ids := make([]int64, n)
		for i, rec := range recs[:n] {
			ids[i] = ID(d, rec)
			byID[ids[i]] = rec
		}
		for _, l := range d.Lines {
			if err := loadLines(v, l, ids, byID); err != nil {
				return err
			}
		}
		recs = recs[n:]
	}
	return nil
}

func eachRow(db *store.DB, fn func(rows *sql.Rows) error) error {
	rows, err := db.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// filtered is the table limited by scope, filters and search.
func filtered(v *kernel.View, d *kernel.Def, q Query) (*store.DB, error) {
	db := v.DB().Table(d.Table.Name)
	if scope := Visible(v, d, d.Table.Name); scope != "" {
		db = db.Where(scope)
	}
	if d.Only != nil {
		db = db.Where(d.Only.Field+" = ?", d.Only.Value)
	}
	for _, f := range q.Filters {
		field := d.ByName[f.Field]
		if field == nil || field.NoStore || !(field.Filter || field.Search || f.Field == colID) || !v.Actor.Sees(field.Right) {
			return nil, problem.BadShape("filter.unknown", "field", clip(f.Field))
		}
		cond, args, err := condition(field, f)
		if err != nil {
			return nil, err
		}
		db = db.Where(cond, args...)
	}
	for _, word := range strings.Fields(q.Q) {
		cond, args := searchFor(v, d, word)
		db = db.Where(cond, args...)
	}
	return db, nil
}

var operators = map[string]string{"eq": "=", "ne": "<>", "ge": ">=", "le": "<=", "gt": ">", "lt": "<"}

// condition turns a filter into SQL; names come from the field, values are parameters.
func condition(f *kernel.Field, q Filter) (string, []any, error) {
	switch q.Op {
	case "in":
		var args []any
		for _, text := range strings.Split(q.Value, ",") {
			arg, err := parameter(f, text)
			if err != nil {
				return "", nil, err
			}
			args = append(args, arg)
		}
		if len(args) > 200 {
			return "", nil, problem.BadShape("filter.too_many")
		}
		return f.Name + " IN ?", []any{args}, nil
	case "has":
		if f.Kind != kernel.KindText && f.Kind != kernel.KindLongText {
			return "", nil, problem.BadShape("filter.operator", "op", q.Op)
		}
		return f.Name + " LIKE ? ESCAPE '\\'", []any{"%" + likeEscape(q.Value) + "%"}, nil
	case "empty":
		not := map[bool]string{true: "", false: "NOT "}[q.Value != "0"]
		zero := map[bool]string{true: f.Name + " IS NULL", false: f.Name + " = ''"}[f.Kind == kernel.KindRef]
		return not + "(" + zero + ")", nil, nil
	}
	op, ok := operators[q.Op]
	if !ok {
		return "", nil, problem.BadShape("filter.operator", "op", clip(q.Op))
	}
	arg, err := parameter(f, q.Value)
	if err != nil {
		return "", nil, err
	}
	if arg == nil {
		return f.Name + " IS NULL", nil, nil
	}
	return f.Name + " " + op + " ?", []any{arg}, nil
}

// parameter reads a filter's value by the rules of its field.
func parameter(f *kernel.Field, text string) (any, error) {
	lax := *f
	lax.Signed, lax.Max = true, 0
	v := reflect.New(goType(f.Kind)).Elem()
	if p := Set(&lax, v, text); p != nil {
		return nil, p
	}
	return column(f, v), nil
}

func goType(k kernel.Kind) reflect.Type {
	switch k {
	case kernel.KindBool:
		return reflect.TypeFor[bool]()
	case kernel.KindText, kernel.KindLongText, kernel.KindEnum, kernel.KindDate, kernel.KindMonth, kernel.KindJSON:
		return reflect.TypeFor[string]()
	}
	return reflect.TypeFor[int64]()
}

func likeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

// searchFor matches one word of a search in the searchable fields, or in the search index where the resource has one.
func searchFor(v *kernel.View, d *kernel.Def, word string) (string, []any) {
	if Indexed(d) {
		return d.Table.Name + ".id IN (SELECT record FROM search_index WHERE resource = ? AND content LIKE ? ESCAPE '\\')",
			[]any{d.Name, "%" + likeEscape(strings.ToLower(word)) + "%"}
	}
	var conds []string
	var args []any
	for _, f := range d.Fields {
		if f.Search && !f.NoStore && v.Actor.Sees(f.Right) {
			conds = append(conds, f.Name+" LIKE ? ESCAPE '\\'")
			args = append(args, "%"+likeEscape(word)+"%")
		}
	}
	if len(conds) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

// totals counts the rows and adds up the columns that are shown with a sum.
func totals(v *kernel.View, d *kernel.Def, db *store.DB, page *Page) error {
	selects := []string{"COUNT(*)"}
	var fields []*kernel.Field
	for _, f := range d.Fields {
		if f.Total && f.List && !f.NoStore && v.Actor.Sees(f.Right) {
			selects = append(selects, "CAST(COALESCE(SUM("+f.Name+"), 0) AS BIGINT)")
			fields = append(fields, f)
		}
	}
	sums := make([]int64, len(fields))
	dest := []any{&page.Total}
	for i := range sums {
		dest = append(dest, &sums[i])
	}
	err := eachRow(db.Session(&store.DBSession{}).Select(strings.Join(selects, ", ")), func(rows *sql.Rows) error { return rows.Scan(dest...) })
	page.Totals = map[string]string{}
	for i, f := range fields {
		page.Totals[f.Name] = Text(f, reflect.ValueOf(sums[i]))
	}
	return err
}

func sortKeys(v *kernel.View, d *kernel.Def, text string) ([]sortKey, error) {
	var keys []sortKey
	if text == "" && d.ByName["date"] != nil {
		text = "-date"
	}
	for _, name := range strings.Split(text, ",") {
		bare, desc := strings.CutPrefix(name, "-")
		if bare == "" {
			continue
		}
		f := d.ByName[bare]
		if f == nil || f.NoStore || !(f.Sort || bare == colID) || !v.Actor.Sees(f.Right) {
			return nil, problem.BadShape("sort.unknown", "field", clip(bare))
		}
		keys = append(keys, sortKey{f, desc})
	}
	last := len(keys) == 0 || keys[len(keys)-1].desc
	return append(keys, sortKey{d.ByName[colID], last}), nil
}

func orderBy(keys []sortKey) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = k.field.Name
		if k.desc {
			parts[i] += " DESC"
		}
	}
	return strings.Join(parts, ", ")
}

func cursorOf(keys []sortKey, rec any) string {
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = Text(k.field, Value(k.field, rec))
	}
	text, _ := json.Marshal(values) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// after continues behind a cursor: with one direction as a row value, which an index on the keys serves at any depth;
// else spelt out as (a > x) or (a = x and b < y) ….
func after(db *store.DB, keys []sortKey, cursor string) (*store.DB, error) {
	if cursor == "" {
		return db, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	var values []string
	if err != nil || json.Unmarshal(text, &values) != nil || len(values) != len(keys) {
		return nil, problem.BadShape("cursor.invalid")
	}
	var conds, names []string
	var args, equalArgs []any
	equal, oneWay := "", true
	for i, k := range keys {
		arg, err := parameter(k.field, values[i])
		if err != nil {
			return nil, problem.BadShape("cursor.invalid")
		}
		conds = append(conds, "("+equal+k.field.Name+beyond[k.desc]+"?)")
		args = append(append(args, equalArgs...), arg)
		equal += k.field.Name + " = ? AND "
		names, equalArgs = append(names, k.field.Name), append(equalArgs, arg)
		oneWay = oneWay && k.desc == keys[0].desc
	}
	if oneWay {
		return db.Where("("+strings.Join(names, ", ")+")"+beyond[keys[0].desc]+"("+store.Marks(len(names))+")", equalArgs...), nil
	}
	return db.Where("("+strings.Join(conds, " OR ")+")", args...), nil
}

var beyond = map[bool]string{false: " > ", true: " < "}

// Labels gives the titles of records of one resource by id, for showing references. It does not ask for scope: who
// sees a document sees the names on it.
func Labels(v *kernel.View, d *kernel.Def, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	title := d.ByName[d.Title]
	for len(ids) > 0 {
		n := min(len(ids), 128)
		marks, args := InArgs(ids[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			value := reflect.New(goType(title.Kind)).Elem()
			if err := rows.Scan(&id, scanner{value}); err != nil {
				return err
			}
			out[id] = Text(title, value)
			return nil
		}, "SELECT id, "+d.Title+" FROM "+d.Table.Name+" WHERE id IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

// ByCode finds ids by natural key or, where nothing has that key, by title. Ambiguous texts are left out.
func ByCode(v *kernel.View, d *kernel.Def, texts []string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, field := range []string{d.Code, d.Title} {
		var missing []any
		for _, t := range texts {
			if _, ok := out[t]; !ok && t != "" {
				missing = append(missing, t)
			}
		}
		for len(missing) > 0 && field != "" {
			n := min(len(missing), 128)
			db := v.DB().Table(d.Table.Name).Select([]string{field, colID}).Where(field+" IN ?", missing[:n])
			if scope := Visible(v, d, d.Table.Name); scope != "" {
				db = db.Where(scope)
			}
			seen := map[string]int{}
			err := eachRow(db, func(rows *sql.Rows) error {
				var text string
				var id int64
				err := rows.Scan(&text, &id)
				seen[text]++
				out[text] = id
				return err
			})
			if err != nil {
				return nil, err
			}
			for text, count := range seen {
				if count > 1 {
					delete(out, text)
				}
			}
			missing = missing[n:]
		}
	}
	return out, nil
}

// ParseFilter reads "field:op:value".
func ParseFilter(text string) (Filter, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return Filter{}, problem.BadShape("filter.shape", "value", clip(text))
	}
	return Filter{parts[0], parts[1], parts[2]}, nil
}

// ParseID reads a record id from a path.
func ParseID(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id > 0 && id <= maxSafe
}

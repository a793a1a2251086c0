// Package listing answers questions about many records of one resource: a page of a list, how many there are and what
// they add up to, all of them one after another for an export.
//
//	filters + words + what the actor may see → conditions → the rows behind a cursor, in order, as many as a page holds
//
// Invariants
//  1. Every name in a statement comes from the declaration; what people type is a parameter.
//  2. A page costs what its rows cost, wherever it stands and however few of the table's rows the actor may see: each way
//     in which he comes to see rows (his own, a department's) is read in order through its own index, and the ways merged.
//  3. Counting stops at Counted rows unless all are asked for.
package listing

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// Query asks for a page of a list.
type Query struct {
	Q       string
	Many    bool // that many rows have the words of Q is known
	Filters []Filter
	Sort    string // "-date,number"; the id is always the last key
	Cursor  string
	Limit   int // 0 reads no rows
	Count   Count
}

// Page is a page of records without their lines. Total and Totals are filled as far as the query asks for them; More
// says that there are more than Total rows, which were not added up.
type Page struct {
	Items  []any
	Next   string
	Total  int64
	More   bool
	Totals map[string]string
}

// MaxLimit bounds a page.
const MaxLimit = 500

const colID = "id"

// List reads a page of what the actor may see.
func List(v *kernel.View, d *kernel.Def, q Query) (*Page, error) {
	keys, err := sortKeys(v, d, q.Sort)
	if err != nil {
		return nil, err
	}
	asked, err := ask(v, d, q)
	if err != nil {
		return nil, err
	}
	page := &Page{}
	if q.Count != None {
		if err := asked.count(q.Count, page); err != nil {
			return nil, err
		}
	}
	if q.Limit <= 0 {
		return page, nil
	}
	behind, err := after(keys, q.Cursor)
	if err != nil {
		return nil, err
	}
	limit := min(q.Limit, MaxLimit)
	db, err := asked.rows(behind, orderBy(keys), limit+1)
	if err != nil {
		return nil, err
	}
	err = eachRow(db.Select(d.Table.Columns), func(rows *sql.Rows) error {
		rec := reflect.New(d.Type)
		page.Items = append(page.Items, rec.Interface())
		return rows.Scan(resource.Dest(d.Fields, rec.Elem())...)
	})
	if err != nil {
		return nil, err
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = cursorOf(keys, page.Items[limit-1])
	}
	return page, resource.Attach(v, d, slices.Values(page.Items))
}

// Stream calls fn for every record of a list in order, lines included, reading it in pages. For exports.
func Stream(v *kernel.View, d *kernel.Def, q Query, fn func(rec any) error) error {
	q.Limit, q.Cursor, q.Count = MaxLimit, "", None
	for {
		page, err := List(v, d, q)
		if err != nil {
			return err
		}
		if err := resource.AttachLines(v, d, page.Items); err != nil {
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

// sortKey is one key of the order.
type sortKey struct {
	field *kernel.Field
	desc  bool
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
		if f == nil || !f.Stored() || !(f.Sort || bare == colID) || !v.Actor.Sees(f.Right) {
			return nil, problem.BadShape("sort.unknown", "field", resource.Clip(bare))
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
		values[i] = resource.Text(k.field, resource.Value(k.field, rec))
	}
	text, _ := json.Marshal(values) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// after continues behind a cursor: with one direction as a row value, which an index on the keys serves at any depth;
// else spelt out as (a > x) or (a = x and b < y) ….
func after(keys []sortKey, cursor string) ([]cond, error) {
	if cursor == "" {
		return nil, nil
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
		arg, err := resource.Parameter(k.field, values[i])
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
		return []cond{{"(" + strings.Join(names, ", ") + ")" + beyond[keys[0].desc] + "(" + store.Marks(len(names)) + ")", equalArgs}}, nil
	}
	return []cond{{"(" + strings.Join(conds, " OR ") + ")", args}}, nil
}

var beyond = map[bool]string{false: " > ", true: " < "}

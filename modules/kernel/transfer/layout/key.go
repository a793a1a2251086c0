package layout

import (
	"database/sql"
	"reflect"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
)

// between stands between the parts of a natural key that has several.
const between = "\x00"

// Key gives the natural key of a row as it is written there, "" when none of its cells has a value.
func (t *Table) Key(d *kernel.Def, row sheet.Row) string {
	parts := make([]string, len(d.Key))
	for i, name := range d.Key {
		parts[i] = t.Cell(row, name)
	}
	if key := strings.Join(parts, between); strings.Trim(key, between) != "" {
		return key
	}
	return ""
}

// ShownKey is a natural key as a message names it.
func ShownKey(key string) string {
	return strings.Join(strings.FieldsFunc(key, func(r rune) bool { return r == rune(between[0]) }), " ")
}

// Finder finds records by natural keys as they are written in a file. Refs are the ids by resource and text.
type Finder struct {
	Def  *kernel.Def
	Refs map[string]map[string]int64
	Zone *time.Location
}

// found is how many keys one statement asks for.
const found = 64

// Find gives the ids of the records that are there, by key as written. What the actor may not see is not found.
func (f Finder) Find(v *kernel.View, keys []string) (map[string]int64, error) {
	out := map[string]int64{}
	written := map[string][]string{} // by stored key: it may be written in more than one way
	var wanted [][]any
	for _, key := range keys {
		values, ok := f.stored(key)
		if !ok {
			continue
		}
		if stored := storedKey(values); written[stored] == nil {
			written[stored] = []string{key}
			wanted = append(wanted, values)
		} else {
			written[stored] = append(written[stored], key)
		}
	}
	for len(wanted) > 0 {
		n := min(len(wanted), found)
		err := f.chunk(v, wanted[:n], func(id int64, stored string) {
			for _, key := range written[stored] {
				out[key] = id
			}
		})
		if err != nil {
			return nil, err
		}
		wanted = wanted[n:]
	}
	return out, nil
}

// chunk asks for at most as many keys as found; the statement is the same for fewer.
func (f Finder) chunk(v *kernel.View, wanted [][]any, fn func(id int64, stored string)) error {
	d := f.Def
	columns, conds := make([]string, len(d.Key)), make([]string, len(d.Key))
	for i, name := range d.Key {
		columns[i] = name
		if d.ByName[name].Kind == kernel.KindRef {
			columns[i] = "COALESCE(" + name + ", 0)"
		}
		conds[i] = columns[i] + " = ?"
	}
	one := " OR (" + strings.Join(conds, " AND ") + ")"
	var args []any
	for i := range found {
		args = append(args, wanted[min(i, len(wanted)-1)]...)
	}
	where := "(" + strings.Repeat(one, found)[len(" OR "):] + ")"
	if len(d.Key) == 1 && d.ByName[d.Key[0]].Kind == kernel.KindText {
		where += " AND " + d.Key[0] + " <> ''" // for indexes that hold nothing else
	}
	if d.Only != nil {
		where += " AND " + d.Only.Field + " = ?"
		args = append(args, d.Only.Value)
	}
	if scope := resource.Visible(v, d, d.Table.Name); scope != "" {
		where += " AND " + scope
	}
	return v.Each(func(rows *sql.Rows) error {
		var id int64
		values := make([]string, len(d.Key))
		dest := []any{&id}
		for i := range values {
			dest = append(dest, &values[i])
		}
		err := rows.Scan(dest...)
		fn(id, strings.Join(values, between))
		return err
	}, "SELECT id, "+strings.Join(columns, ", ")+" FROM "+d.Table.Name+" WHERE "+where, args...)
}

// stored turns a key as it is written into the values of its columns; false when a part cannot be one.
func (f Finder) stored(key string) ([]any, bool) {
	var out []any
	for i, text := range strings.Split(key, between) {
		field := f.Def.ByName[f.Def.Key[i]]
		v := reflect.New(f.Def.Type).Elem().FieldByIndex(field.Index)
		switch {
		case field.Kind == kernel.KindRef:
			v.SetInt(f.Refs[field.Ref][text])
		case text != "" && !Blank(text):
			if _, p := Parse(field, v, text, f.Zone); p != nil {
				return nil, false
			}
		}
		if v.Kind() == reflect.String {
			out = append(out, v.String())
		} else {
			out = append(out, v.Int())
		}
	}
	return out, true
}

func storedKey(values []any) string {
	parts := make([]string, len(values))
	for i, value := range values {
		if n, ok := value.(int64); ok {
			value = Number(n).String()
		}
		parts[i], _ = value.(string)
	}
	return strings.Join(parts, between)
}

// Package match finds the records that rows name.
package match

import (
	"cmp"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// oneQuery is how many texts one query asks for.
const oneQuery = 128

// Alike reports whether two names differ in nothing but space and case.
func Alike(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// Codes names the first few of several records.
func Codes(list []Hit) string {
	codes := make([]string, 0, 5)
	for _, h := range list[:min(len(list), 5)] {
		codes = append(codes, h.Code)
	}
	return strings.Join(codes, "、")
}

// Hit is a record that was found.
type Hit struct {
	ID         int64
	Code, Name string   // what it is called by the first of the columns that tell records apart
	Apart      []string // what decides between records of one name
	Active     bool
}

// Search is a look for the visible records of a resource.
type Search struct {
	View  *kernel.View
	Def   *kernel.Def
	Same  []string // columns that tell records apart
	Apart []string // and those that decide between several
}

// Find gives records by code and by what tells them apart, in the order in which they were made.
func (s Search) Find(field string, set map[string]bool) (map[string][]Hit, error) {
	delete(set, "")
	texts, out := slices.Sorted(maps.Keys(set)), map[string][]Hit{}
	scope := resource.Visible(s.View, s.Def, s.Def.Table.Name)
	if scope != "" {
		scope = " AND " + scope
	}
	active := "1"
	if s.Def.ByName["active"] != nil {
		active = "CASE WHEN active THEN 1 ELSE 0 END"
	}
	columns := strings.Join(slices.Concat([]string{"id", cmp.Or(s.Def.Code, "''"), active}, s.Same, s.Apart), ", ")
	for len(texts) > 0 {
		n := min(len(texts), oneQuery)
		args := make([]any, n)
		for i, text := range texts[:n] {
			args[i] = text
		}
		err := s.View.Each(func(rows *sql.Rows) error {
			one, used, parts := Hit{}, 0, make([]string, len(s.Same)+len(s.Apart))
			into := []any{&one.ID, &one.Code, &used}
			for i := range parts {
				into = append(into, &parts[i])
			}
			err := rows.Scan(into...)
			one.Name, one.Apart, one.Active = parts[0], parts[len(s.Same):], used == 1
			for _, key := range []string{"c\x00" + one.Code, "s\x00" + strings.Join(parts[:len(s.Same)], "\x00")} {
				out[key] = append(out[key], one)
			}
			return err
		}, "SELECT "+columns+" FROM "+s.Def.Table.Name+" WHERE "+field+" IN ("+store.Marks(n)+")"+scope+" ORDER BY id", args...)
		if err != nil {
			return nil, err
		}
		texts = texts[n:]
	}
	return out, nil
}

package resource

import (
	"database/sql"
	"reflect"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
)

// Labels gives the titles of records of one resource by id, for showing references. It does not ask for scope: who
// sees a document sees the names on it.
func Labels(v *kernel.View, d *kernel.Def, ids []int64) (map[int64]string, error) {
	return calledBy(v, d, ids, false)
}

// calledBy is Labels; apart says what tells a record from its namesakes behind the title, unless the title says it already.
func calledBy(v *kernel.View, d *kernel.Def, ids []int64, apart bool) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	title := d.ByName[d.Title]
	more := "''"
	if apart && d.Apart != "" {
		more = d.Apart
	}
	for len(ids) > 0 {
		n := min(len(ids), 128)
		marks, args := InArgs(ids[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var behind string
			value := reflect.New(goType(title.Kind)).Elem()
			if err := rows.Scan(&id, scanner{value}, &behind); err != nil {
				return err
			}
			out[id] = Text(title, value)
			if !strings.Contains(out[id], behind) {
				out[id] += " " + behind
			}
			return nil
		}, "SELECT id, "+d.Title+", "+more+" FROM "+d.Table.Name+" WHERE id IN ("+marks+")", args...)
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
	scope := Visible(v, d, d.Table.Name)
	if scope != "" {
		scope = " AND " + scope
	}
	for _, field := range []string{d.Code, d.Title} {
		var missing []any
		for _, t := range texts {
			if _, ok := out[t]; !ok && t != "" {
				missing = append(missing, t)
			}
		}
		for len(missing) > 0 && field != "" {
			n := min(len(missing), 128)
			seen := map[string]int{}
			err := v.Each(func(rows *sql.Rows) error {
				var text string
				var id int64
				err := rows.Scan(&text, &id)
				seen[text]++
				out[text] = id
				return err
			}, "SELECT "+field+", id FROM "+d.Table.Name+" WHERE "+field+" IN ("+store.Marks(n)+")"+scope, missing[:n]...)
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

// ParseID reads a record id from a path.
func ParseID(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id > 0 && id <= maxSafe
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

package resource

import (
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
)

// Indexed reports whether a resource keeps rows in the search index: records that people look up by fragments of
// their names and pinyin initials. Documents are found by their numbers, in their own table.
func Indexed(d *kernel.Def) bool { return d.Kind == "master" && len(searched(d)) > 0 }

func searched(d *kernel.Def) []*kernel.Field {
	var out []*kernel.Field
	for _, f := range d.Fields {
		if f.Search && f.Right == "" && !f.NoStore {
			out = append(out, f)
		}
	}
	return out
}

var searchTable = &store.Table{Name: "search_index", Columns: []string{"record", "resource", "content"}}

// reindex writes the search rows of new and changed records.
func reindex(tx *kernel.Tx, entries []*Entry) error {
	var rows []any
	for _, e := range entries {
		id := ID(e.Def, e.Rec)
		if e.Deleted {
			if _, err := tx.Exec("DELETE FROM search_index WHERE record = ?", id); err != nil {
				return err
			}
			continue
		}
		rows = append(rows, id, e.Def.Name, content(e.Def, e.Rec))
	}
	return searchTable.Upsert(tx.Unit, rows, "ON CONFLICT (record) DO UPDATE SET content = excluded.content")
}

// content is what a record is found by: the searchable texts in lower case and their pinyin initials.
func content(d *kernel.Def, rec any) string {
	var b strings.Builder
	for _, f := range searched(d) {
		text := Text(f, reflect.ValueOf(rec).Elem().FieldByIndex(f.Index))
		if text == "" {
			continue
		}
		b.WriteString(strings.ToLower(text))
		b.WriteByte('\n')
		if initials := search.Initials(text); initials != "" {
			b.WriteString(initials)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

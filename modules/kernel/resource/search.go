package resource

import (
	"reflect"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"zhanggui/modules/kernel"
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
		if initials := Initials(text); initials != "" {
			b.WriteString(initials)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// readings corrects initials that the dictionary's most frequent reading gets wrong in names of places and firms.
var readings = strings.NewReplacer("重庆", "CQ", "厦门", "XM", "长沙", "CS", "长春", "CC", "银行", "YH", "单县", "SX", "重型", "ZX")

// Initials gives the pinyin initials of a Chinese text ("宏发五金" → "hfwj"), "" when it has no Chinese.
func Initials(text string) string {
	var b strings.Builder
	chinese := false
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	for _, r := range readings.Replace(text) {
		switch got := pinyin.SinglePinyin(r, args); {
		case len(got) > 0 && got[0] != "":
			chinese = true
			b.WriteString(got[0])
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		}
	}
	if !chinese && readings.Replace(text) == text {
		return ""
	}
	return strings.ToLower(b.String())
}

package resource

import (
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/search"
)

// Indexed reports whether a resource keeps rows in the search index: records and documents that people look up by
// fragments of their names, numbers and texts and by pinyin initials. What only some may see is in no index.
func Indexed(d *kernel.Def) bool {
	return (d.Kind == "master" || d.Kind == "document") && len(searched(d)) > 0
}

func searched(d *kernel.Def) []*kernel.Field {
	var out []*kernel.Field
	for _, f := range d.Fields {
		if f.Search && f.Right == "" && !f.NoStore {
			out = append(out, f)
		}
	}
	return out
}

// reindex writes the search rows of new records and of those that are called differently now.
func reindex(tx *kernel.Tx, entries []*Entry) error {
	var out []int64
	var in []search.Row
	for _, e := range entries {
		row := IndexRow(e.Def, e.Rec)
		switch {
		case e.Deleted:
			out = append(out, row.Record)
			continue
		case e.written != nil && content(e.Def, e.written) == row.Content:
			continue
		case e.written != nil:
			out = append(out, row.Record)
		}
		in = append(in, row)
	}
	return search.Write(tx.Unit, out, in)
}

// IndexRow is what a record is found by.
func IndexRow(d *kernel.Def, rec any) search.Row {
	return search.Row{Record: ID(d, rec), Resource: d.Name, Content: content(d, rec)}
}

// longestName is up to how many characters a name has.
const longestName = 120

// named tells whether a text is a name, which people look for by its initials. In the remarks of sheets they look for
// words: the initials of sentences would make half of the index.
func named(d *kernel.Def, f *kernel.Field) bool {
	return d.Kind != "document" || f.Max > 0 && f.Max <= longestName
}

// content is what a record is found by: the searchable texts in lower case and the pinyin initials of names.
func content(d *kernel.Def, rec any) string {
	var b strings.Builder
	for _, f := range searched(d) {
		text := Text(f, reflect.ValueOf(rec).Elem().FieldByIndex(f.Index))
		if text == "" {
			continue
		}
		b.WriteString(strings.ToLower(text))
		b.WriteByte('\n')
		if !named(d, f) {
			continue
		}
		if initials := search.Initials(text); initials != "" {
			b.WriteString(initials)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

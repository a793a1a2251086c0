package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// kept is what the program keeps by itself, and whose the document is: an approval is never about it, so that one that is
// under way outlives the leaving of the person whose document it is about.
var kept = []string{"owner", "department", "id", "version", "created_at", "created_by", "updated_at", "updated_by", "state", "number", "revision", "parent", "pos"}

// watched tells whether an approval is about a field: what people write and what is computed from it, not what the
// program notes as progress.
func watched(f *kernel.Field) bool {
	return !f.NoStore && !slices.Contains(kept, f.Name) && (!f.ReadOnly || f.Computed)
}

// watchable tells whether a flow may name "field", "lines" or "lines.field".
func watchable(d *kernel.Def, name string) bool {
	head, tail, deep := strings.Cut(name, ".")
	if l := d.LineOf(head); l != nil {
		f := l.ByName[tail]
		return !deep || f != nil && !f.NoStore
	}
	f := d.ByName[name]
	return f != nil && !f.NoStore
}

// hashOf is the fingerprint of what an approval of the record is about; only narrows it to the names a flow lists.
func hashOf(d *kernel.Def, rec any, only []string) string {
	var b strings.Builder
	write := func(prefix string, fields []*kernel.Field, v reflect.Value) {
		for _, f := range fields {
			take := watched(f)
			if len(only) > 0 {
				take = !f.NoStore && (slices.Contains(only, prefix+f.Name) || prefix != "" && watched(f) && slices.Contains(only, strings.TrimSuffix(prefix, ".")))
			}
			if take && (f.Custom == 0 || !v.FieldByIndex(f.Index).IsZero()) { // that the company has one more field changes no record
				text := resource.Text(f, v.FieldByIndex(f.Index))
				b.WriteString(prefix + f.Name + "=" + strconv.Itoa(len(text)) + ":" + text + "\n")
			}
		}
	}
	write("", d.Fields, reflect.ValueOf(rec).Elem())
	for _, l := range d.Lines {
		list := resource.Lines(l, rec)
		for i := range list.Len() {
			b.WriteString(l.Name + "#" + strconv.Itoa(i) + "\n")
			write(l.Name+".", l.Fields, list.Index(i))
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

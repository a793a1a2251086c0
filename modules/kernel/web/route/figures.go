package route

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// AmountOf is the figure that says how much a document is about, "" when it has none or the actor may not see it.
func AmountOf(d *kernel.Def, rec any, actor *kernel.Actor) string {
	for _, name := range []string{"gross", "amount", "total"} {
		if f := d.ByName[name]; f != nil && f.Kind == kernel.KindAmount && actor.Sees(f.Right) {
			return resource.Text(f, resource.Value(f, rec))
		}
	}
	return ""
}

// TextOf gives a field of a record as text, "" when it has no such field.
func TextOf(d *kernel.Def, rec any, name string) string {
	if f := d.ByName[name]; f != nil {
		return resource.Text(f, resource.Value(f, rec))
	}
	return ""
}

// Telling gives the fields that tell a record from its like: those that it declares; of a sheet also its day, its party and what
// it comes to.
func Telling(d *kernel.Def, actor *kernel.Actor) []string {
	out := slices.Clone(d.Subtext)
	add := func(f *kernel.Field) {
		if f != nil && !slices.Contains(out, f.Name) {
			out = append(out, f.Name)
		}
	}
	if d.Kind != "document" || d.Title != "number" {
		return out
	}
	add(d.ByName["date"])
	for _, f := range d.Fields {
		if f.Ref == "base.party" && f.List {
			add(f)
			break
		}
	}
	for _, name := range []string{"gross", "amount", "total"} {
		if f := d.ByName[name]; f != nil && f.Kind == kernel.KindAmount && actor.Sees(f.Right) {
			add(f)
			break
		}
	}
	return out
}

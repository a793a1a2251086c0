package route

import (
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

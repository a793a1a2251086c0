package custom

import (
	"context"
	"embed"
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/messages"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the definitions. It comes after every module to whose records fields may be added.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "custom", Migrations: files, Setup: func(c *kernel.Company) error {
		r := declare()
		c.Hooks = append(c.Hooks, auth.Reload(reload), boot.Opening(func(ctx context.Context, c *kernel.Company) error {
			offer(c, r.Def)
			return c.View(ctx, kernel.SystemActor(), reload)
		}))
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: Name, Act: "create"})
		return c.Add(r.Def)
	}}
}

// Source gives the resources that a company made itself, complete but for the fields that definitions add. A module that
// has some puts it among the company's hooks while it is set up, and calls Changed when they change.
type Source func(v *kernel.View) ([]*kernel.Def, error)

// offer gives the form what there is to choose from. The declaration is this company's alone.
func offer(c *kernel.Company, d *kernel.Def) {
	rights := map[string]bool{}
	for name, fits := range map[string]func(*kernel.Def) bool{"resource": extensible, "target": choosable} {
		f := d.ByName[name]
		f.Offer = func(x *kernel.Def) (kernel.Option, bool) {
			return kernel.Option{Value: x.Name, Label: x.Label}, fits(x)
		}
		f.Options = offered(f, c.Defs)
	}
	for _, x := range c.Defs {
		for _, f := range x.Fields {
			rights[f.Right] = rights[f.Right] || !f.Hidden // what no screen shows is the program's own
		}
		for _, l := range x.Lines {
			for _, f := range l.Fields {
				rights[f.Right] = true
			}
		}
	}
	delete(rights, "")
	for _, right := range slices.Sorted(maps.Keys(rights)) {
		if !rights[right] {
			continue
		}
		label := kernel.T(messages.Text("zh", "right."+right, nil), messages.Text("en", "right."+right, nil))
		d.ByName["seen_with"].Options = append(d.ByName["seen_with"].Options, kernel.Option{Value: right, Label: label})
	}
}

// offered are the options of a field with those for some resources.
func offered(f *kernel.Field, resources []*kernel.Def) []kernel.Option {
	out := slices.Clone(f.Options)
	for _, d := range resources {
		if option, ok := f.Offer(d); ok {
			out = append(out, option)
		}
	}
	return out
}

// editions are the resources that the company made, and those that its definitions change: by fields of their own, as
// what a field refers to, or because they let people choose among resources.
func editions(c *kernel.Company, all []*Field, made []*kernel.Def) []*kernel.Def {
	e := &editor{made: made, fields: map[string][]*Field{}, targets: map[string]bool{}}
	for _, f := range all {
		e.fields[f.Resource] = append(e.fields[f.Resource], f)
		e.targets[f.Target] = true
	}
	var out []*kernel.Def
	for _, d := range slices.Concat(c.Defs, made) {
		own := *d
		own.Pointed, own.Extended = e.targets[d.Name], len(e.fields[d.Name]) > 0
		changed := own.Pointed || own.Extended || slices.Contains(made, d)
		fields, more := e.edit(place{d.Name, placeHead, d.Type}, d.Fields)
		own.Fields, own.ByName, own.Lines, changed = fields, byName(fields), slices.Clone(d.Lines), changed || more
		for i, l := range d.Lines {
			at := place{d.Name, "", l.Type}
			if i == 0 {
				at.name = placeLine
			}
			line := *l
			if line.Fields, more = e.edit(at, l.Fields); more {
				line.ByName, own.Lines[i], changed = byName(line.Fields), &line, true
			}
		}
		if changed {
			out = append(out, &own)
		}
	}
	return out
}

// editor holds from what editions are made.
type editor struct {
	made    []*kernel.Def
	fields  map[string][]*Field
	targets map[string]bool
}

// place is where fields are added: to the head or the lines of a resource, of a type.
type place struct {
	resource, name string
	of             reflect.Type
}

// edit gives the fields of a place with what is added and offered, and whether that is any change.
func (e *editor) edit(at place, fields []*kernel.Field) (out []*kernel.Field, changed bool) {
	out = slices.Clone(fields)
	for i, f := range out {
		if f.Offer != nil && len(e.made) > 0 {
			wider := *f
			wider.Options = offered(f, e.made)
			out[i], changed = &wider, true
		}
	}
	for _, def := range e.fields[at.resource] {
		if f := fieldOf(def, at.of); f != nil && def.Active && def.Place == at.name {
			out, changed = append(out, f), true
		}
	}
	return out, changed
}

func byName(fields []*kernel.Field) map[string]*kernel.Field {
	out := make(map[string]*kernel.Field, len(fields))
	for _, f := range fields {
		out[f.Name] = f
	}
	return out
}

package desk

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/problem"
)

// option is a name and its label.
type option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// offers is what a design of a resource may name.
type offers struct {
	fields, columns []option
	twice           []string // columns that only say yes or no where another one of the same label says it in words
}

func offersOf(v *kernel.View, d *kernel.Def) offers {
	var out offers
	party := slices.ContainsFunc([]string{"customer", "party", "supplier"}, func(name string) bool { return d.ByName[name] != nil })
	for _, n := range design.Names {
		switch n.Name {
		case design.Party, design.PartyAddress, design.PartyContact, design.PartyPhone:
			if !party {
				continue
			}
		case design.Charges:
			if d.LineOf("charges") == nil {
				continue
			}
		}
		out.fields = append(out.fields, option{n.Name, n.Label.In(v.Lang)})
	}
	for _, f := range d.Fields {
		if f.Name != "id" && f.Name != "version" && f.Kind != kernel.KindJSON && !f.Hidden {
			out.fields = append(out.fields, option{f.Name, f.Label.In(v.Lang)})
		}
	}
	l := d.LineOf("lines")
	if l != nil {
		for _, f := range l.Fields {
			if f.Name != "id" && f.Name != "parent" && f.Name != "pos" && !f.Hidden {
				out.columns = append(out.columns, option{f.Name, f.Label.In(v.Lang)})
			}
		}
	}
	for _, hook := range v.Company.Hooks {
		switch h := hook.(type) {
		case *print.Fact:
			if h.Resource == d.Name {
				out.fields = append(out.fields, option{h.Name, h.Label.In(v.Lang)})
			}
		case *print.Told:
			if h.Resource == d.Name && h.Lines == "lines" {
				out.columns = append(out.columns, option{h.Name, h.Label.In(v.Lang)})
				for _, f := range l.Fields {
					if f.Kind == kernel.KindBool && f.Label == h.Label {
						out.twice = append(out.twice, f.Name)
					}
				}
			}
		}
	}
	return out
}

func has(list []option) func(name string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(list, func(o option) bool { return o.Value == name })
	}
}

// complete adds to a design, switched off, what the resource has and the design does not name, so that it can be
// switched on.
func (o offers) complete(d *design.Design) {
	d.Trim(has(o.fields), has(o.columns))
	for _, f := range o.fields {
		named := func(x design.Field) bool { return x.Name == f.Value }
		if !slices.ContainsFunc(d.Head, named) && !slices.ContainsFunc(d.Foot, named) {
			d.Head = append(d.Head, design.Field{Name: f.Value, Span: 3})
		}
	}
	for _, c := range o.columns {
		if !slices.Contains(o.twice, c.Value) && !slices.ContainsFunc(d.Columns, func(x design.Column) bool { return x.Name == c.Value }) {
			d.Columns = append(d.Columns, design.Column{Name: c.Value, Width: 20 * layout.Millimetre})
		}
	}
	if d.Head == nil {
		d.Head = []design.Field{}
	}
	if d.Columns == nil {
		d.Columns = []design.Column{}
	}
}

// check tells what is wrong with a design of the resource.
func (o offers) check(d *design.Design) problem.List {
	list := d.Check()
	for part, all := range map[string][]design.Field{"head": d.Head, "foot": d.Foot} {
		for i, f := range all {
			if f.Name != design.Words && !has(o.fields)(f.Name) {
				list.Add(unknown(f.Name).At(at(part, i)))
			}
		}
	}
	for i, c := range d.Columns {
		if !has(o.columns)(c.Name) {
			list.Add(unknown(c.Name).At(at("columns", i)))
		}
	}
	return list
}

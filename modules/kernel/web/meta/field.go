package meta

import (
	"zhanggui/modules/kernel"
)

// FieldMeta describes a field to the user interface.
type FieldMeta struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Kind     string   `json:"kind"`
	Required bool     `json:"required,omitempty"`
	ReadOnly bool     `json:"readonly,omitempty"`
	Once     bool     `json:"once,omitempty"`
	Computed bool     `json:"computed,omitempty"`
	List     bool     `json:"list,omitempty"`
	Filter   bool     `json:"filter,omitempty"`
	Sort     bool     `json:"sort,omitempty"`
	Search   bool     `json:"search,omitempty"`
	Enter    bool     `json:"enter,omitempty"`
	Total    bool     `json:"total,omitempty"`
	Signed   bool     `json:"signed,omitempty"`
	Blank    bool     `json:"blank,omitempty"`
	Secret   bool     `json:"secret,omitempty"`
	Width    int      `json:"width,omitempty"`
	Align    string   `json:"align,omitempty"`
	Ref      string   `json:"ref,omitempty"`
	Options  []option `json:"options,omitempty"`
	Help     string   `json:"help,omitempty"`
	Default  string   `json:"default,omitempty"`
	Section  string   `json:"section,omitempty"`
	Max      int      `json:"max,omitempty"`
	Scale    int      `json:"scale,omitempty"`
}

type option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// scales are the decimal places of the kinds.
var scales = map[kernel.Kind]int{kernel.KindAmount: 2, kernel.KindPrice: 6, kernel.KindQty: 6, kernel.KindRate: 8}

// Field describes one field in a language.
func Field(f *kernel.Field, lang string) FieldMeta {
	out := FieldMeta{
		Name: f.Name, Label: f.Label.In(lang), Kind: string(f.Kind), Required: f.Required, ReadOnly: f.ReadOnly, Once: f.Once,
		Computed: f.Computed, List: f.List, Filter: f.Filter, Sort: f.Sort, Search: f.Search, Enter: f.Enter, Total: f.Total,
		Signed: f.Signed, Blank: f.Blank && !f.ReadOnly, Secret: f.Secret, Width: f.Width, Ref: f.Ref, Help: f.Help.In(lang), Default: f.Default, Section: f.Section.In(lang),
		Max: f.Max, Scale: scales[f.Kind],
	}
	if _, number := scales[f.Kind]; number || f.Kind == kernel.KindInt {
		out.Align = "right"
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, option{o.Value, o.Label.In(lang)})
	}
	return out
}

// Fields describes those fields that the actor may see, without the ones named.
func Fields(fields []*kernel.Field, actor *kernel.Actor, lang string, without ...string) []FieldMeta {
	out := make([]FieldMeta, 0, len(fields))
next:
	for _, f := range fields {
		for _, name := range without {
			if f.Name == name {
				continue next
			}
		}
		if !f.Hidden && actor.Sees(f.Right) {
			out = append(out, Field(f, lang))
		}
	}
	return out
}

// carried names the hidden figures among the fields of a line that a client may write and the actor may see.
func carried(fields []*kernel.Field, actor *kernel.Actor) (names []string) {
	for _, f := range fields {
		figure := f.Kind == kernel.KindPrice || f.Kind == kernel.KindAmount || f.Kind == kernel.KindQty
		if f.Hidden && !f.ReadOnly && figure && actor.Sees(f.Right) {
			names = append(names, f.Name)
		}
	}
	return names
}

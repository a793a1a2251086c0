package spec

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"zhanggui/modules/kernel"
)

func text() *huma.Schema    { return &huma.Schema{Type: "string"} }
func integer() *huma.Schema { return &huma.Schema{Type: "integer", Format: "int64"} }

func ref(name string) *huma.Schema { return &huma.Schema{Ref: "#/components/schemas/" + name} }

const decimal = `^-?[0-9]+(\.[0-9]+)?$`

// fieldSchema describes a field: the title in Chinese, the description in English.
func fieldSchema(f *kernel.Field) *huma.Schema {
	s := text()
	switch f.Kind {
	case kernel.KindInt:
		s = integer()
	case kernel.KindRef:
		s = integer()
		s.Nullable = true // refers to nothing
		s.Extensions = map[string]any{"x-ref": f.Ref}
	case kernel.KindBool:
		s = &huma.Schema{Type: "boolean"}
	case kernel.KindAmount, kernel.KindPrice, kernel.KindQty, kernel.KindRate:
		s.Pattern, s.Format = decimal, "decimal"
	case kernel.KindDate:
		s.Format, s.Pattern = "date", `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`
	case kernel.KindMonth:
		s.Pattern = `^([0-9]{4}-[0-9]{2})?$`
	case kernel.KindInstant:
		s.Format = "date-time"
	case kernel.KindEnum:
		for _, o := range f.Options {
			s.Enum = append(s.Enum, o.Value)
		}
		if len(s.Enum) > 0 {
			s.Enum = append(s.Enum, "")
		}
	}
	if f.Max > 0 && s.Type == "string" {
		s.MaxLength = &f.Max
	}
	s.Title, s.Description = f.Label.Zh, f.Label.En
	if f.Help.En != "" {
		s.Description += ". " + f.Help.En
	}
	if f.Right != "" {
		if s.Extensions == nil {
			s.Extensions = map[string]any{}
		}
		s.Extensions["x-right"] = "field." + f.Right
	}
	s.ReadOnly = f.ReadOnly
	return s
}

func object(title, description string) *huma.Schema {
	return &huma.Schema{Type: "object", Title: title, Description: description, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
}

func labels() *huma.Schema {
	return &huma.Schema{Type: "object", Description: "titles of referenced records by field", AdditionalProperties: text(), ReadOnly: true}
}

func names() *huma.Schema { return &huma.Schema{Type: "array", Items: text(), ReadOnly: true} }

// resourceSchemas adds what a resource sends and takes: name, .write, .page, .try, .preview and the inputs of actions.
func resourceSchemas(out map[string]*huma.Schema, d *kernel.Def) {
	read, write := object(d.Label.Zh, d.Label.En), object(d.Label.Zh, d.Label.En+", as it is sent")
	both(read, write, d.Fields, func(f *kernel.Field) bool {
		return !f.ReadOnly && !(f.Name == "number" && d.Number != "")
	})
	for _, l := range d.Lines {
		lineRead, lineWrite := object(l.Label.Zh, l.Label.En), object(l.Label.Zh, l.Label.En+", as it is sent")
		both(lineRead, lineWrite, l.Fields, func(f *kernel.Field) bool { return !f.ReadOnly })
		lineWrite.Properties["id"] = integer()
		lineWrite.Properties["id"].Description = "of an existing line; without it the line is new"
		out[d.Name+"."+l.Name], out[d.Name+"."+l.Name+".write"] = lineRead, lineWrite
		read.Properties[l.Name] = &huma.Schema{Type: "array", Items: ref(d.Name + "." + l.Name), Title: l.Label.Zh, Description: l.Label.En + "; not in lists"}
		write.Properties[l.Name] = &huma.Schema{Type: "array", Items: ref(d.Name + "." + l.Name + ".write"), Title: l.Label.Zh,
			Description: l.Label.En + "; when sent, the whole list"}
	}
	read.Properties["$actions"], read.Properties["$can"], read.Properties["$gate"] = names(), names(), ref("gate")
	read.Required = []string{"id", "version"}
	if d.Family != "" { // each of the family has fields of its own
		read.AdditionalProperties, write.AdditionalProperties = true, true
		for _, l := range d.Lines {
			out[d.Name+"."+l.Name].AdditionalProperties, out[d.Name+"."+l.Name+".write"].AdditionalProperties = true, true
		}
	}
	out[d.Name], out[d.Name+".write"] = read, write
	of := func(envelope, description, property string, with *huma.Schema) {
		s := *out[envelope]
		s.Description, s.Properties = description, maps.Clone(s.Properties)
		s.Properties[property] = with
		out[d.Name+"."+envelope] = &s
	}
	of("page", "A page of "+d.Label.En, "items", &huma.Schema{Type: "array", Items: ref(d.Name)})
	of("try", "A draft to be tried: the id of an existing record and the pointer of the field that was just typed", "record", ref(d.Name+".write"))
	of("preview", "What a draft comes to", "record", ref(d.Name))
	for _, a := range d.Actions {
		if a.Input == nil || a.Hidden {
			continue
		}
		in := object(a.Label.Zh, a.Label.En)
		both(object("", ""), in, a.Input.Fields, func(*kernel.Field) bool { return true })
		out[d.Name+"."+a.Name+".input"] = in
	}
}

// both fills what is read and what may be written. Required is told of what is written; the server has defaults, so it
// is a hint in the description's extension rather than a rule.
func both(read, write *huma.Schema, fields []*kernel.Field, writable func(*kernel.Field) bool) {
	for _, f := range fields {
		read.Properties[f.Name] = fieldSchema(f)
		if writable(f) {
			s := fieldSchema(f)
			s.Nullable = true
			if f.Required {
				if s.Extensions == nil {
					s.Extensions = map[string]any{}
				}
				s.Extensions["x-required"] = true
			}
			write.Properties[f.Name] = s
		}
	}
	read.Properties["$labels"] = labels()
}

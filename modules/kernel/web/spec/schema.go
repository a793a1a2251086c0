package spec

import (
	"encoding/json"
	"fmt"
	"strings"

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
	read.Properties["$actions"], read.Properties["$can"] = names(), names()
	read.Required = []string{"id", "version"}
	out[d.Name], out[d.Name+".write"] = read, write
	page := object("", "A page of "+d.Label.En)
	page.Properties["items"] = &huma.Schema{Type: "array", Items: ref(d.Name)}
	page.Properties["next"] = &huma.Schema{Type: "string", Nullable: true, Description: "the cursor of the next page"}
	page.Properties["total"] = integer()
	page.Properties["totals"] = &huma.Schema{Type: "object", AdditionalProperties: text()}
	page.Required = []string{"items", "next"}
	out[d.Name+".page"] = page
	try := object("", "A draft to be tried")
	try.Properties["id"] = &huma.Schema{Type: "integer", Nullable: true, Description: "of an existing record"}
	try.Properties["record"] = ref(d.Name + ".write")
	try.Properties["changed"] = &huma.Schema{Type: "string", Nullable: true, Description: "pointer of the field that was just typed"}
	out[d.Name+".try"] = try
	preview := object("", "What a draft comes to")
	preview.Properties["record"] = ref(d.Name)
	preview.Properties["problems"] = &huma.Schema{Type: "array", Items: ref("place")}
	preview.Properties["actions"] = names()
	preview.Properties["facts"] = &huma.Schema{Type: "array", Items: ref("fact")}
	out[d.Name+".preview"] = preview
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

// shapes are the envelopes that are the same for every resource, by example: "s" text, "i" integer, "b" bool, "o" any
// object, "@name" a reference, a list of one example; "?" behind a value lets it be null.
const shapes = `{
"nothing": {},
"health": {"status": "s"},
"place": {"pointer": "s", "code": "s", "detail": "s", "level": "s"},
"problem": {"type": "s", "title": "s", "status": "i", "code": "s", "detail": "s", "request_id": "s", "retry_after": "i", "errors": ["@place"]},
"waiting": {"waiting": "b", "detail": "s", "record": "o"},
"fact": {"pointer": "s", "label": "s", "value": "s", "kind": "s"},
"lookup": {"items": [{"id": "i", "label": "s", "code": "s", "facts": ["@fact"]}]},
"timeline": {"items": [{"at": "s", "actor": "s", "on_behalf": "s", "kind": "s", "action": "s", "label": "s", "text": "s",
  "changes": [{"field": "s", "label": "s", "before": "s", "after": "s"}]}]},
"chain": {"items": [{"resource": "s", "id": "i", "label": "s", "kind": "s", "kind_label": "s", "date": "s", "state": "s", "state_label": "s", "amount": "s"}]},
"comment": {"id": "i", "at": "s", "actor": "s", "text": "s"},
"comment.write": {"text": "s"},
"files": {"items": [{"id": "i", "name": "s", "size": "i", "type": "s", "at": "s", "by": "s"}]},
"user": {"id": "i", "name": "s", "login": "s", "lang": "s", "roles": ["s"]},
"session": {"setup_needed": "b", "loopback": "b", "user": "@user?", "company": "o?", "version": "s"},
"login": {"login": "s", "password": "s"},
"password": {"old": "s", "new": "s"},
"lang": {"lang": "s"},
"setup": {"company": "s", "trade": "s", "books": "b", "standard": "s", "vat": "s", "from": "s", "name": "s", "login": "s", "password": "s", "lang": "s", "sample": "b"},
"field": {"name": "s", "label": "s", "kind": "s", "required": "b", "readonly": "b", "once": "b", "computed": "b", "list": "b", "filter": "b", "sort": "b",
  "search": "b", "enter": "b", "total": "b", "signed": "b", "width": "i", "align": "s", "ref": "s", "options": [{"value": "s", "label": "s"}],
  "help": "s", "default": "s", "section": "s", "max": "i", "scale": "i"},
"link": {"label": "s", "to": "s"},
"meta": {"company": {"name": "s", "today": "s", "currency": "s", "books": "b"}, "user": "o", "menu": [{"key": "s", "label": "s", "items": ["@link"]}],
  "create": ["@link"], "resources": "o", "reports": "o"},
"search": {"items": [{"resource": "s", "resource_label": "s", "id": "i", "label": "s", "sub": "s", "to": "s"}], "functions": ["@link"]},
"report": {"title": "s", "subtitle": ["s"], "columns": ["@field"], "rows": ["o"], "totals": "o", "notes": ["s"], "next": "s?"},
"settings": {"groups": [{"key": "s", "label": "s", "items": ["o"]}]},
"settings.write": "o",
"keys": {"items": [{"id": "i", "name": "s", "account": "i", "created_at": "s", "expires_at": "s", "revoked_at": "s"}]},
"key": {"id": "i", "key": "s"},
"key.write": {"name": "s", "account": "i", "expires_at": "s"},
"import": {"rows": "i", "good": "i", "bad": "i", "columns": ["o"], "fields": ["o"], "problems": ["o"], "job": "i?", "marked": "s?"},
"job": {"id": "i", "label": "s", "state": "s", "done": "i", "total": "i", "problem": "s?", "result": "s?"},
"jobs": {"items": ["@job"]},
"object": "o"
}`

func envelopes(out map[string]*huma.Schema) {
	var all map[string]any
	if err := json.Unmarshal([]byte(shapes), &all); err != nil {
		panic(err) // a constant of this package
	}
	for name, example := range all {
		out[name] = shape(example)
	}
}

func shape(example any) *huma.Schema {
	switch x := example.(type) {
	case map[string]any:
		s := object("", "")
		for key, value := range x {
			s.Properties[key] = shape(value)
		}
		return s
	case []any:
		return &huma.Schema{Type: "array", Items: shape(x[0])}
	case string:
		name, nullable := strings.CutSuffix(x, "?")
		s := named(name)
		if nullable && s.Ref != "" {
			return &huma.Schema{AnyOf: []*huma.Schema{s, {Type: "null"}}}
		}
		s.Nullable = nullable
		return s
	}
	panic(fmt.Sprintf("the shape %v is not understood", example))
}

func named(name string) *huma.Schema {
	if target, ok := strings.CutPrefix(name, "@"); ok {
		return ref(target)
	}
	switch name {
	case "i":
		return integer()
	case "b":
		return &huma.Schema{Type: "boolean"}
	case "o":
		return &huma.Schema{Type: "object", AdditionalProperties: true}
	}
	return text()
}

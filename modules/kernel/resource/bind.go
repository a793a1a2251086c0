package resource

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/wire"
)

// Object is a JSON object as it was sent, see package wire.
type Object = wire.Object

// ParseObject reads exactly one JSON object, see package wire.
func ParseObject(data []byte) (*Object, *problem.Problem) { return wire.ParseObject(data) }

// Mode says under which rules input is bound.
type Mode int

// Once-fields may be written on creation and import only; numbers of documents on import only.
const (
	Creating Mode = iota
	Updating
	Importing
)

// Binding says who writes what under which rules.
type Binding struct {
	Actor *kernel.Actor
	Def   *kernel.Def
	Mode  Mode
}

// binder writes one input into one record.
type binder struct {
	actor    *kernel.Actor
	mode     Mode
	typed    bool
	problems problem.List
}

// Bind writes what an actor sent into rec: only writable fields he may see, absent means unchanged, everything
// unknown is refused. It collects all problems.
func Bind(who Binding, rec any, in *Object) problem.List {
	d := who.Def
	b := &binder{actor: who.Actor, mode: who.Mode}
	for _, key := range in.Keys {
		if strings.HasPrefix(key, "$") {
			continue
		}
		path := "/" + key
		if l := d.LineOf(key); l != nil {
			b.lines(d, l, rec, in.Values[key])
			continue
		}
		if key == "number" && d.Number != "" && who.Mode != Importing {
			b.problems.Add(problem.Rule("field.readonly").At(path))
			continue
		}
		b.field(d.ByName[key], reflect.ValueOf(rec).Elem(), in.Values[key], path)
	}
	return b.problems
}

// BindInput writes an action's input.
func BindInput(actor *kernel.Actor, def *kernel.InputDef, in any, o *Object) problem.List {
	b := &binder{actor: actor, mode: Creating}
	for _, key := range o.Keys {
		if !strings.HasPrefix(key, "$") {
			b.field(def.ByName[key], reflect.ValueOf(in).Elem(), o.Values[key], "/"+key)
		}
	}
	for _, f := range def.Fields {
		b.required(f, reflect.ValueOf(in).Elem().FieldByIndex(f.Index), "/"+f.Name)
	}
	return b.problems
}

func (b *binder) field(f *kernel.Field, rec reflect.Value, value any, path string) {
	switch {
	case f == nil, f != nil && !b.actor.Sees(f.Right):
		b.problems.Add(problem.BadShape("field.unknown").At(path))
		return
	case f.ReadOnly, f.Once && b.mode == Updating:
		b.problems.Add(problem.Rule("field.readonly").At(path))
		return
	}
	b.problems.AddAt(path, assign(f, rec.FieldByIndex(f.Index), value))
}

// assign puts a JSON value into a field. Decimals must be strings: a JSON number may already have lost digits.
func assign(f *kernel.Field, v reflect.Value, value any) *problem.Problem {
	switch x := value.(type) {
	case nil:
		return Set(f, v, "")
	case string:
		if f.Kind == kernel.KindBool || f.Kind == kernel.KindInt {
			return problem.BadShape("field.type")
		}
		return Set(f, v, x)
	case json.Number:
		if f.Kind != kernel.KindInt && f.Kind != kernel.KindRef {
			return problem.BadShape("field.type")
		}
		return Set(f, v, x.String())
	case bool:
		if f.Kind != kernel.KindBool {
			return problem.BadShape("field.type")
		}
		v.SetBool(x)
		return nil
	}
	return problem.BadShape("field.type")
}

// lines replaces the list: a line with an id keeps what is not sent, a line without one is new, a missing one goes.
func (b *binder) lines(d *kernel.Def, l *kernel.LineDef, rec any, value any) {
	list, ok := value.([]any)
	if !ok {
		b.problems.Add(problem.BadShape("field.type").At("/" + l.Name))
		return
	}
	old := Lines(l, rec)
	byID := map[int64]reflect.Value{}
	for i := range old.Len() {
		byID[old.Index(i).FieldByIndex(l.ByName[colID].Index).Int()] = old.Index(i)
	}
	out := reflect.MakeSlice(old.Type(), 0, len(list))
	for i, item := range list {
		path := "/" + l.Name + "/" + strconv.Itoa(i)
		o, ok := item.(*Object)
		if !ok {
			b.problems.Add(problem.BadShape("field.type").At(path))
			continue
		}
		line := reflect.New(l.Type).Elem()
		if raw, sent := o.Values[colID]; sent && raw != nil {
			n, _ := raw.(json.Number)
			id, err := strconv.ParseInt(n.String(), 10, 64)
			existing, known := byID[id]
			if err != nil || !known {
				b.problems.Add(problem.BadShape("line.unknown").At(path + "/id"))
				continue
			}
			line.Set(existing)
			delete(byID, id)
		} else {
			applyDefaults(l.Fields, line)
		}
		for _, key := range o.Keys {
			if key != colID && !strings.HasPrefix(key, "$") {
				b.field(l.ByName[key], line, o.Values[key], path+"/"+key)
			}
		}
		line.FieldByIndex(l.ByName[colPos].Index).SetInt(int64(i + 1))
		out = reflect.Append(out, line)
	}
	old.Set(out)
}

// Defaults fills the declared defaults of an empty record.
func Defaults(d *kernel.Def, rec any) { applyDefaults(d.Fields, reflect.ValueOf(rec).Elem()) }

func applyDefaults(fields []*kernel.Field, v reflect.Value) {
	for _, f := range fields {
		if f.Default != "" || f.Blank {
			_ = Set(f, v.FieldByIndex(f.Index), f.Default)
		}
	}
}

// Required collects what is missing in a record and its lines. Of the company's own fields only somebody who fills in a
// form or a file can know: programs are not asked for them.
func Required(d *kernel.Def, rec any, typed bool) problem.List {
	b := &binder{typed: typed}
	v := reflect.ValueOf(rec).Elem()
	for _, f := range d.Fields {
		b.required(f, v.FieldByIndex(f.Index), "/"+f.Name)
	}
	for _, l := range d.Lines {
		lines := Lines(l, rec)
		if lines.Len() < l.Min {
			b.problems.Add(problem.Rule("lines.min", "min", l.Min).At("/" + l.Name))
		}
		for i := range lines.Len() {
			for _, f := range l.Fields {
				b.required(f, lines.Index(i).FieldByIndex(f.Index), "/"+l.Name+"/"+strconv.Itoa(i)+"/"+f.Name)
			}
		}
	}
	return b.problems
}

func (b *binder) required(f *kernel.Field, v reflect.Value, path string) {
	if f.Required && !f.ReadOnly && v.IsZero() && (f.Custom == 0 || b.typed) {
		b.problems.Add(problem.Rule("required").At(path))
	}
}

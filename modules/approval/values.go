package approval

import (
	"reflect"

	"zhanggui/modules/approval/condition"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// shapeOf is what a condition may name: the record's fields, its lines, what its references are called and say of
// themselves, the action's input and the initiator.
func shapeOf(c *kernel.Company, d *kernel.Def, a *kernel.Action) condition.Shape {
	out := fieldTypes(c, d.Fields)
	for _, l := range d.Lines {
		out[l.Name] = condition.List(fieldTypes(c, l.Fields))
	}
	for _, f := range figuresOf(c, d.Name) {
		out[f.Field.Name] = typeOf(&f.Field)
	}
	if a.Input != nil {
		out["input"] = fieldTypes(c, a.Input.Fields)
	}
	out["initiator"] = condition.Shape{"user": condition.Whole, "name": condition.Text, "department": condition.Whole,
		"department_name": condition.Text, "roles": condition.List(condition.Text)}
	return out
}

func fieldTypes(c *kernel.Company, fields []*kernel.Field) condition.Shape {
	out := condition.Shape{}
	for _, f := range fields {
		if f.NoStore {
			continue
		}
		out[f.Name] = typeOf(f)
		target := c.Def(f.Ref)
		if f.Kind != kernel.KindRef || target == nil {
			continue
		}
		for name, x := range reachable(f, target) {
			if _, own := out[name]; !own {
				out[name] = typeOf(x)
			}
		}
	}
	for _, f := range fields { // what the record says itself goes before what a reference says
		if !f.NoStore {
			out[f.Name] = typeOf(f)
		}
	}
	return out
}

// reachable is what can be asked of the record a reference points at: "<ref>_name" and "<ref>_<field>".
func reachable(f *kernel.Field, target *kernel.Def) map[string]*kernel.Field {
	out := map[string]*kernel.Field{}
	for _, x := range target.Fields {
		if !x.NoStore && x.Kind != kernel.KindRef && x.Kind != kernel.KindJSON && x.Kind != kernel.KindLongText {
			out[f.Name+"_"+x.Name] = x
		}
	}
	if title := target.ByName[target.Title]; title != nil {
		out[f.Name+"_name"] = title
	}
	return out
}

func typeOf(f *kernel.Field) condition.Type {
	switch f.Kind {
	case kernel.KindAmount, kernel.KindPrice, kernel.KindQty, kernel.KindRate:
		return condition.Figure
	case kernel.KindInt, kernel.KindRef:
		return condition.Whole
	case kernel.KindBool:
		return condition.Truth
	}
	return condition.Text
}

func valueOf(f *kernel.Field, v reflect.Value) any {
	switch f.Kind {
	case kernel.KindAmount:
		return condition.Scaled(v.Int(), 2)
	case kernel.KindPrice, kernel.KindQty:
		return condition.Scaled(v.Int(), 6)
	case kernel.KindRate:
		return condition.Scaled(v.Int(), 8)
	case kernel.KindInt, kernel.KindRef:
		return int(v.Int())
	case kernel.KindBool:
		return v.Bool()
	}
	return resource.Text(f, v)
}

// subject is a record about which conditions are asked.
type subject struct {
	v         *kernel.View
	def       *kernel.Def
	rec       any
	act       *kernel.Action
	input     any
	initiator int64
}

// values gives what the names of a condition stand for; what it does not name is not read.
func (s subject) values(names map[string]bool) (map[string]any, error) {
	out, err := s.fields(s.def.Fields, reflect.ValueOf(s.rec).Elem(), names)
	if err != nil {
		return nil, err
	}
	for _, l := range s.def.Lines {
		if !names[l.Name] {
			continue
		}
		list := resource.Lines(l, s.rec)
		rows := make([]any, list.Len())
		for i := range list.Len() {
			if rows[i], err = s.fields(l.Fields, list.Index(i), names); err != nil {
				return nil, err
			}
		}
		out[l.Name] = rows
	}
	for _, f := range figuresOf(s.v.Company, s.def.Name) {
		if !names[f.Field.Name] {
			continue
		}
		value, err := f.Value(s.v, s.rec)
		if err != nil {
			return nil, err
		}
		out[f.Field.Name] = valueOf(&f.Field, reflect.ValueOf(value))
	}
	if names["input"] && s.act.Input != nil {
		in := s.input
		if in == nil {
			in = reflect.New(s.act.Input.Type).Interface()
		}
		if out["input"], err = s.fields(s.act.Input.Fields, reflect.ValueOf(in).Elem(), names); err != nil {
			return nil, err
		}
	}
	if names["initiator"] {
		out["initiator"], err = s.person()
	}
	return out, err
}

func (s subject) fields(fields []*kernel.Field, v reflect.Value, names map[string]bool) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range fields {
		if f.NoStore {
			continue
		}
		value := v.FieldByIndex(f.Index)
		target := s.v.Company.Def(f.Ref)
		if f.Kind == kernel.KindRef && target != nil {
			if err := s.reference(out, f, value.Int(), names); err != nil {
				return nil, err
			}
		}
	}
	for _, f := range fields {
		if !f.NoStore && names[f.Name] {
			out[f.Name] = valueOf(f, v.FieldByIndex(f.Index))
		}
	}
	return out, nil
}

// reference fills what the condition asks of the record that a reference points at; an empty one has empty values.
func (s subject) reference(out map[string]any, f *kernel.Field, id int64, names map[string]bool) error {
	target := s.v.Company.Def(f.Ref)
	var rec any
	for name, x := range reachable(f, target) {
		if !names[name] {
			continue
		}
		if rec == nil {
			rec = reflect.New(target.Type).Interface()
			if id != 0 {
				loaded, err := referred(s.v, target, id)
				if err != nil {
					return err
				}
				if loaded != nil {
					rec = loaded
				}
			}
		}
		out[name] = valueOf(x, resource.Value(x, rec))
	}
	return nil
}

// referred reads a record that others point at, once for each view.
func referred(v *kernel.View, d *kernel.Def, id int64) (any, error) {
	type key struct {
		def *kernel.Def
		id  int64
	}
	return kernel.Memo(v, key{d, id}, func() (any, error) {
		found, err := resource.LoadMany(v, d, []int64{id}, false)
		return found[id], err
	})
}

// person is what conditions may know of the initiator.
func (s subject) person() (map[string]any, error) {
	o, err := organisationOf(s.v)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"user": int(s.initiator), "name": "", "department": 0, "department_name": "", "roles": []any{}}
	u := o.users[s.initiator]
	if u == nil {
		return out, nil
	}
	roles := make([]any, len(u.roles))
	for i, r := range u.roles {
		roles[i] = r
	}
	out["name"], out["roles"] = u.name, roles
	department, err := o.department(u)
	if err != nil || department == nil {
		return out, err
	}
	out["department"], out["department_name"] = int(department.ID), department.Name
	return out, nil
}

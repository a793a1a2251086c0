package resource

import (
	"maps"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/wire"
)

// LabelSet holds the titles of referenced records: resource → id → title.
type LabelSet map[string]map[int64]string

// CollectLabels reads what everything the records refer to is called, one query for each resource. What tells namesakes
// apart (kernel.Def.Apart) is said with the title, unless it has a column of its own beside the reference.
func CollectLabels(v *kernel.View, d *kernel.Def, recs []any, withLines bool) (LabelSet, error) {
	ids, apart := map[string]map[int64]bool{}, map[string]bool{}
	note := func(fields []*kernel.Field, rec reflect.Value) {
		for _, f := range fields {
			if f.Kind != kernel.KindRef || !v.Actor.Sees(f.Right) {
				continue
			}
			if id := rec.FieldByIndex(f.Index).Int(); id != 0 {
				if ids[f.Ref] == nil {
					ids[f.Ref] = map[int64]bool{}
				}
				ids[f.Ref][id] = true
				apart[f.Ref] = apart[f.Ref] || alone(v, f, fields)
			}
		}
	}
	for _, rec := range recs {
		note(d.Fields, reflect.ValueOf(rec).Elem())
		for _, l := range d.Lines {
			list := Lines(l, rec)
			for i := 0; withLines && i < list.Len(); i++ {
				note(l.Fields, list.Index(i))
			}
		}
	}
	return labelsOf(v, ids, apart)
}

// alone reports whether a reference stands without a column for what tells the records it may name apart.
func alone(v *kernel.View, f *kernel.Field, beside []*kernel.Field) bool {
	target := v.Company.Def(f.Ref)
	return target != nil && target.Apart != "" &&
		!slices.ContainsFunc(beside, func(one *kernel.Field) bool { return one.Name == target.Apart })
}

// LabelsOf reads titles for sets of ids by resource.
func LabelsOf(v *kernel.View, ids map[string]map[int64]bool) (LabelSet, error) {
	return labelsOf(v, ids, nil)
}

// NamesOf is LabelsOf for where records stand by their names alone: what tells namesakes apart is said with the title.
func NamesOf(v *kernel.View, ids map[string]map[int64]bool) (LabelSet, error) {
	apart := make(map[string]bool, len(ids))
	for name := range ids {
		apart[name] = true
	}
	return labelsOf(v, ids, apart)
}

func labelsOf(v *kernel.View, ids map[string]map[int64]bool, apart map[string]bool) (LabelSet, error) {
	out := LabelSet{}
	for name, set := range ids {
		target := v.Company.Def(name)
		if target == nil {
			continue
		}
		labels, err := calledBy(v, target, slices.Collect(maps.Keys(set)), apart[name])
		if err != nil {
			return nil, err
		}
		out[name] = labels
	}
	return out, nil
}

// Renderer writes records as JSON for one actor: what he may see, in the order of the declaration, with $labels.
type Renderer struct {
	Actor  *kernel.Actor
	Def    *kernel.Def
	Labels LabelSet
}

// Record appends a record without its lines. more appends further members (",…") before the closing brace; it may be nil.
func (r Renderer) Record(out []byte, rec any, more func([]byte) []byte) []byte {
	out = r.fields(out, r.Def.Fields, reflect.ValueOf(rec).Elem())
	if more != nil {
		out = more(out)
	}
	return append(out, '}')
}

// Document is Record with the lines.
func (r Renderer) Document(out []byte, rec any, more func([]byte) []byte) []byte {
	return r.Record(out, rec, func(out []byte) []byte {
		for _, l := range r.Def.Lines {
			out = append(out, `,"`+l.Name+`":[`...)
			list := Lines(l, rec)
			for i := range list.Len() {
				if i > 0 {
					out = append(out, ',')
				}
				out = append(r.fields(out, l.Fields, list.Index(i)), '}')
			}
			out = append(out, ']')
		}
		if more != nil {
			out = more(out)
		}
		return out
	})
}

// fields opens the object and leaves it open.
func (r Renderer) fields(out []byte, fields []*kernel.Field, v reflect.Value) []byte {
	out = append(out, '{')
	first := true
	for _, f := range fields {
		if !r.Actor.Sees(f.Right) {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(append(append(out, '"'), f.Name...), `":`...)
		out = wire.AppendValue(out, JSON(f, v.FieldByIndex(f.Index)))
	}
	out = append(out, `,"$labels":{`...)
	first = true
	for _, f := range fields {
		if f.Kind != kernel.KindRef || !r.Actor.Sees(f.Right) {
			continue
		}
		label, ok := r.Labels[f.Ref][v.FieldByIndex(f.Index).Int()]
		if !ok {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = wire.AppendValue(append(append(append(out, '"'), f.Name...), `":`...), label)
	}
	return append(out, '}')
}

// Package revise holds what putting a posted sheet right has in common, whatever the sheet: what is asked for, the sheet as
// it would then be, and whether anything is different at all. What a modification takes back and does again is the
// business of the module that owns the sheet.
//
// Invariant: Next judges the changed sheet exactly as a draft of its kind is judged, and changes nothing.
package revise

import (
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Change is what modifying asks for: the fields that are to be different, lines keyed by id, as a JSON object.
type Change struct {
	Sheet string `zg:"required,longtext,max=4000000" zh:"改后的单据" en:"The sheet as it shall be"`
}

// Next gives a posted sheet as a change would leave it, computed and judged as any draft is. Problems of the changed sheet
// come back as they would for a draft; nil or something else than a Change is refused with required.
func Next(v *kernel.View, d *kernel.Def, id int64, in any) (any, error) {
	draft, err := Draft(v, d, id, in)
	if err != nil {
		return nil, err
	}
	return draft.Rec, draft.Problems.Err()
}

// Draft is Next for a caller that deals with the problems of the changed sheet itself.
func Draft(v *kernel.View, d *kernel.Def, id int64, in any) (*pipeline.Draft, error) {
	change, _ := in.(*Change)
	if change == nil {
		return nil, problem.Rule("required").At("/sheet")
	}
	body, p := resource.ParseObject([]byte(change.Sheet))
	if p != nil {
		return nil, p
	}
	return pipeline.Prepare(v, pipeline.Command{Def: d, Act: "update", ID: id, Input: body}, "")
}

// Same tells whether b says what a says: every field and line that people write is as it was.
func Same(d *kernel.Def, a, b any) bool {
	same := func(fields []*kernel.Field, a, b reflect.Value) bool {
		return !slices.ContainsFunc(fields, func(f *kernel.Field) bool {
			return f.Custom == 0 && !f.ReadOnly && !reflect.DeepEqual(a.FieldByIndex(f.Index).Interface(), b.FieldByIndex(f.Index).Interface())
		})
	}
	was, now := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	if !same(d.Fields, was, now) || !reflect.DeepEqual(was.FieldByName("Extra").Interface(), now.FieldByName("Extra").Interface()) {
		return false
	}
	for _, l := range d.Lines {
		a, b := resource.Lines(l, a), resource.Lines(l, b)
		if a.Len() != b.Len() {
			return false
		}
		id := l.ByName["id"].Index
		for i := range a.Len() {
			if a.Index(i).FieldByIndex(id).Int() != b.Index(i).FieldByIndex(id).Int() || !same(l.Fields, a.Index(i), b.Index(i)) {
				return false
			}
		}
	}
	return true
}

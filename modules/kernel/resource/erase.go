package resource

import (
	"fmt"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// eraseAction turns a typed action into what the pipeline calls.
func eraseAction[T any](a Action[T]) (*kernel.Action, error) {
	out := &kernel.Action{
		Name: a.Name, Label: a.Label, Confirm: a.Confirm, Key: a.Key, Primary: a.Primary, Danger: a.Danger,
		Hidden: a.Hidden, Prepare: a.Prepare, Gone: a.Gone, Does: a.Does,
	}
	if a.Label.Zh == "" || a.Label.En == "" {
		return nil, fmt.Errorf("action %s needs labels", a.Name)
	}
	if a.In != nil {
		t := reflect.TypeOf(a.In)
		if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
			return nil, fmt.Errorf("action %s: In must be a pointer to a struct", a.Name)
		}
		fields, errs := fieldsOf(t.Elem(), nil, nil)
		if len(errs) > 0 {
			return nil, errs[0]
		}
		out.Input = &kernel.InputDef{Fields: fields, ByName: byName(fields), Type: t.Elem()}
	}
	if a.Run != nil {
		out.Run = func(tx *kernel.Tx, rec, in any) error { return a.Run(tx, rec.(*T), in) }
	}
	if a.Stale != nil {
		out.Stale = func(tx *kernel.Tx, rec any, seen int64) error { return a.Stale(tx, rec.(*T), seen) }
	}
	if a.Check != nil {
		out.Check = func(v *kernel.View, rec any) problem.List { return a.Check(v, rec.(*T)) }
	}
	return out, nil
}

// typed gives back the record, nil for an absent one.
func typed[T any](rec any) *T {
	if rec == nil {
		return nil
	}
	return rec.(*T)
}

func eraseHooks[T any](d *kernel.Def, s Spec[T]) {
	if s.New != nil {
		d.New = func(v *kernel.View, rec any) error { return s.New(v, rec.(*T)) }
	}
	if s.Compute != nil {
		d.Compute = func(v *kernel.View, rec any, changed string) (problem.List, error) {
			return s.Compute(v, rec.(*T), changed)
		}
	}
	if s.Validate != nil {
		d.Validate = func(rec any) problem.List { return s.Validate(rec.(*T)) }
	}
	if s.Check != nil {
		d.Check = func(tx *kernel.Tx, old, rec any) error { return s.Check(tx, typed[T](old), rec.(*T)) }
	}
	if s.Saved != nil {
		d.Saved = func(tx *kernel.Tx, old, rec any) error { return s.Saved(tx, typed[T](old), rec.(*T)) }
	}
	if s.Deleted != nil {
		d.Deleted = func(tx *kernel.Tx, rec any) error { return s.Deleted(tx, rec.(*T)) }
	}
	if s.Words != nil {
		d.Words = func(v *kernel.View, rec any, field string) (string, bool) { return s.Words(v, rec.(*T), field) }
	}
	if s.Frozen != nil {
		d.Frozen = func(rec any) bool { return s.Frozen(rec.(*T)) }
	}
	if s.Facts != nil {
		d.Facts = func(v *kernel.View, rec any) ([]kernel.Fact, error) { return s.Facts(v, rec.(*T)) }
	}
}

// verify checks what can be known before a company exists.
func verify(d *kernel.Def) []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if d.Label.Zh == "" || d.Label.En == "" {
		bad("needs labels")
	}
	if d.ByName[colID] == nil || d.ByName[colVersion] == nil {
		bad("must embed resource.Base")
	}
	for _, name := range slices.Concat([]string{d.Title, d.Code, d.Apart}, d.Key, d.Subtext, d.Quick) {
		if name != "" && d.ByName[name] == nil {
			bad("names the unknown field %q", name)
		}
	}
	for _, l := range d.Lines {
		if l.ByName[colParent] == nil || l.ByName[colPos] == nil {
			bad("lines %s must embed resource.Line", l.Name)
		}
	}
	if d.Machine == nil {
		return errs
	}
	if err := d.Machine.Verify(); err != nil {
		bad("%w", err)
	}
	for _, s := range d.Machine.States {
		if info := d.States[s]; info.Label.Zh == "" || info.Label.En == "" || info.Tone == "" {
			bad("state %s needs labels and a tone", s)
		}
	}
	for _, t := range d.Machine.Transitions {
		if d.Action(t.Action) == nil {
			bad("transition %s has no action", t.Action)
		}
	}
	return errs
}

package pipeline

import (
	"database/sql"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Draft is a record after the first half, not yet written.
type Draft struct {
	Def      *kernel.Def
	ID       int64 // 0 for a new record
	Version  int64 // of the record it was made from
	Rec      any
	Problems problem.List
}

// Prepare makes a draft from a command's input: for a new record (id 0) or on top of an existing one. changed is the
// pointer of the field that was just typed, "" when the whole is to be saved.
func Prepare(v *kernel.View, cmd Command, changed string) (*Draft, error) {
	d := v.Own(cmd.Def)
	draft := &Draft{Def: d, ID: cmd.ID}
	var old any
	mode := resource.Creating
	if cmd.Import {
		mode = resource.Importing
	}
	if cmd.ID == 0 {
		draft.Rec = reflect.New(d.Type).Interface()
		if err := blank(v, d, draft.Rec); err != nil {
			return nil, err
		}
	} else {
		rec, err := resource.LoadVisible(v, d, cmd.ID)
		if err != nil {
			return nil, err
		}
		draft.Rec, draft.Version = rec, resource.VersionOf(d, rec)
		mode, old = resource.Updating, resource.Clone(d, rec)
	}
	draft.Problems = resource.Bind(resource.Binding{Actor: v.Actor, Def: d, Mode: mode}, draft.Rec, cmd.Input)
	if len(draft.Problems) > 0 && problem.Status(draft.Problems) == 400 {
		return draft, nil // what could not be read must not be judged
	}
	more, err := settle(v, d, draft.Rec, settling{changed, true})
	if err != nil {
		return nil, err
	}
	draft.Problems = append(draft.Problems, more...)
	refs, err := references(v, d, old, draft.Rec)
	draft.Problems = append(draft.Problems, refs...)
	return draft, err
}

// blank fills what a new record starts with.
func blank(v *kernel.View, d *kernel.Def, rec any) error {
	resource.Defaults(d, rec)
	if d.Only != nil {
		resource.Value(d.ByName[d.Only.Field], rec).SetString(d.Only.Value)
	}
	if d.Machine != nil {
		resource.Value(d.ByName["state"], rec).SetString(string(d.Machine.Initial))
	}
	if f := d.ByName["date"]; f != nil {
		resource.Value(f, rec).SetString(string(v.Today))
	}
	if d.Scope != nil && d.Scope.Owner != "" {
		resource.Value(d.ByName[d.Scope.Owner], rec).SetInt(v.Actor.PersonID)
	}
	if d.Scope != nil && d.Scope.Department != "" {
		resource.Value(d.ByName[d.Scope.Department], rec).SetInt(v.Actor.Department)
	}
	if d.New != nil {
		return d.New(v, rec)
	}
	return nil
}

// settling tells of what a record comes from: the field that was just typed, and whether somebody typed at all.
type settling struct {
	changed string
	typed   bool
}

// settle computes and judges a record.
func settle(v *kernel.View, d *kernel.Def, rec any, from settling) (problem.List, error) {
	var list problem.List
	if d.Compute != nil {
		found, err := d.Compute(v, rec, from.changed)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	list = append(list, resource.Required(d, rec, from.typed)...)
	if d.Validate != nil {
		list = append(list, d.Validate(rec)...)
	}
	return list, nil
}

// reference is where an id was used.
type reference struct {
	path string
	id   int64
}

// pointers gives what a record and its lines point at by fields that people write, by the resource pointed at.
func pointers(d *kernel.Def, rec any) (used map[string][]reference, order []string) {
	used = map[string][]reference{}
	note := func(fields []*kernel.Field, value reflect.Value, path string) {
		for _, f := range fields {
			id := int64(0)
			if f.Kind == kernel.KindRef && !f.ReadOnly {
				id = value.FieldByIndex(f.Index).Int()
			}
			if id == 0 {
				continue
			}
			if used[f.Ref] == nil {
				order = append(order, f.Ref)
			}
			used[f.Ref] = append(used[f.Ref], reference{path + "/" + f.Name, id})
		}
	}
	note(d.Fields, reflect.ValueOf(rec).Elem(), "")
	for _, l := range d.Lines {
		list := resource.Lines(l, rec)
		for i := range list.Len() {
			note(l.Fields, list.Index(i), "/"+l.Name+"/"+strconv.Itoa(i))
		}
	}
	return used, order
}

// references checks that every record newly pointed at exists and may be seen by the actor. What the record pointed at
// before, old, was chosen by somebody who saw it: a colleague who does not may still change the rest. Nil is no old record.
func references(v *kernel.View, d *kernel.Def, old, rec any) (problem.List, error) {
	used, order := pointers(d, rec)
	before := map[string][]reference{}
	if old != nil {
		before, _ = pointers(d, old)
	}
	var out problem.List
	for _, name := range order {
		target := v.Company.Def(name)
		if target == nil {
			continue
		}
		fresh := slices.DeleteFunc(used[name], func(r reference) bool {
			return slices.ContainsFunc(before[name], func(b reference) bool { return b.id == r.id })
		})
		ids := make([]int64, len(fresh))
		for i, r := range fresh {
			ids[i] = r.id
		}
		exists, err := existing(v, target, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range fresh {
			if !exists[r.id] {
				out.Add(problem.Rule("ref.missing", "resource", name).At(r.path))
			}
		}
	}
	return out, nil
}

// present is the key of the records of one resource that this view has and shows to its actor, as far as it is known.
type present struct{ resource string }

// Foresee looks at once which records will be found when drafts refer to them, instead of one draft at a time.
func Foresee(v *kernel.View, target *kernel.Def, ids []int64) error {
	_, err := existing(v, target, ids)
	return err
}

// existing tells which records are there for the actor. Each is looked for once for each view.
func existing(v *kernel.View, target *kernel.Def, ids []int64) (map[int64]bool, error) {
	out, _ := kernel.Memo(v, present{target.Name}, func() (map[int64]bool, error) { return map[int64]bool{}, nil })
	scope := resource.Visible(v, target, target.Table.Name)
	missing := map[int64]bool{}
	for _, id := range ids {
		if !out[id] && (scope != "" || !resource.Remembered(v, target, id)) { // what the rules have just read is there
			missing[id] = true
		} else {
			out[id] = true
		}
	}
	if scope != "" {
		scope = " AND " + scope
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(missing)), 128) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, "SELECT id FROM "+target.Table.Name+" WHERE id IN ("+marks+")"+scope, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Actions lists what the actor may do with a record as it stands, in the order of the declaration.
func Actions(actor *kernel.Actor, d *kernel.Def, rec any) []string {
	out := []string{}
	for _, a := range d.Actions {
		if a.Hidden || !actor.Can(d.Name, a.Name) {
			continue
		}
		if _, ok := nextState(d, rec, a.Name); ok {
			out = append(out, a.Name)
		}
	}
	return out
}

// CanWrite tells whether the actor may change or delete a record as it stands.
func CanWrite(actor *kernel.Actor, d *kernel.Def, rec any) []string {
	return slices.DeleteFunc([]string{"update", "delete"}, func(act string) bool {
		return !d.CanEdit(stateOf(d, rec)) || d.Frozen != nil && d.Frozen(rec) || !actor.Can(d.Name, act) || act == "delete" && (d.NoDelete || numbered(d, rec))
	})
}

// numbered reports whether a record took the number of what comes into force: moves and vouchers go on naming it.
func numbered(d *kernel.Def, rec any) bool {
	return d.NumberOn != "" && !resource.Value(d.ByName["number"], rec).IsZero()
}

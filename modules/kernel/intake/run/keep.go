package run

import (
	"context"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/intake/match"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/layout"
)

// keep compares lines with the records that they name. What stands there stays, and is told of, unless the person said
// that the table counts; what is empty is filled. A record that the rows are only about gets nothing but its marks.
func (w *work) keep(ctx context.Context) error {
	var ids []int64
	for _, l := range w.Live() {
		if l.ID != 0 {
			ids = append(ids, l.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return w.c.View(ctx, w.actor, func(v *kernel.View) error {
		records, err := resource.LoadMany(v, w.def, ids, false)
		if err != nil {
			return err
		}
		refs, err := w.references(v)
		if err != nil {
			return err
		}
		marked := map[int64]bool{}
		for _, l := range w.Live() {
			rec := records[l.ID]
			switch {
			case rec == nil:
			case w.task.Kind.Only:
				l.Bare = !marked[l.ID] && w.lacksMark(rec) && w.actor.Can(w.def.Name, "update")
				marked[l.ID], l.Skip = true, !l.Bare
			case !w.task.Overwrite:
				if err := w.compare(v, l, rec, refs); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// lacksMark reports whether a record that has one of the kind's marks lacks one that the kind sets.
func (w *work) lacksMark(rec any) bool {
	has, lacks := false, false
	for key, value := range w.task.Kind.Fixed {
		f := w.def.ByName[key]
		if f == nil {
			continue
		}
		none := resource.Value(f, rec).IsZero()
		has, lacks = has || !none, lacks || none && value == "true"
	}
	return has && lacks
}

// references finds what the cells of each column that refers to something mean.
func (w *work) references(v *kernel.View) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	for _, key := range slices.Concat(w.Keys, w.More) {
		f := w.def.ByName[key]
		if f == nil || f.Kind != kernel.KindRef || w.task.Kind.Field(key).Extra {
			continue
		}
		set := map[string]bool{}
		for _, l := range w.Live() {
			set[l.Values[key]] = true
		}
		delete(set, "")
		ids, err := layout.ByText(v, f.Ref, set)
		if err != nil {
			return nil, err
		}
		out[key] = ids
	}
	return out, nil
}

// compare notes which cells of a line say something else than its record.
func (w *work) compare(v *kernel.View, l *lines.Line, rec any, refs map[string]map[string]int64) error {
	for _, key := range slices.Concat(w.Keys, w.More) {
		f, column := w.def.ByName[key], w.task.Kind.Field(key)
		text := l.Values[key]
		if f == nil || column.Extra || text == "" || key == w.def.Code || !w.actor.Sees(f.Right) {
			continue
		}
		now := resource.Value(f, rec)
		if now.IsZero() || l.Keeps(key) {
			continue
		}
		stands, same := "", false
		if f.Kind == kernel.KindRef {
			labels, err := resource.Labels(v, w.c.Def(f.Ref), []int64{now.Int()})
			if err != nil {
				return err
			}
			stands, same = labels[now.Int()], refs[key][text] == now.Int()
		} else {
			given := reflect.New(now.Type()).Elem()
			if _, wrong := layout.Parse(f, given, text, w.c.Zone()); wrong != nil {
				continue // the import says so
			}
			stands, same = layout.Text(f, now, w.actor.Lang), given.Equal(now)
		}
		if same {
			continue
		}
		l.Stay = append(l.Stay, key)
		if key != w.task.Kind.Same[0] || !match.Alike(text, stands) {
			w.note(intake.Kept{Row: l.Row, Name: l.Values[w.task.Kind.Same[0]], Label: column.Label.In(w.actor.Lang), Stands: stands, Given: text})
		}
	}
	return nil
}

// note tells of a value that stands.
func (w *work) note(k intake.Kept) {
	if w.out.KeptCount++; w.out.KeptCount <= shown {
		w.out.Kept = append(w.out.Kept, k)
	}
}

// detail lets the kind make lines of what rows say in columns of its own.
func (w *work) detail(ctx context.Context) error {
	if w.task.Kind.Lines == nil {
		return nil
	}
	var list []*intake.Detail
	var of []*lines.Line
	for _, l := range w.Live() {
		if !l.Skip && !l.Bare {
			list = append(list, &intake.Detail{Placed: intake.Placed{ID: l.ID, Row: l.Row, Values: l.Values}, Overwrite: w.task.Overwrite})
			of = append(of, l)
		}
	}
	err := w.c.View(ctx, w.actor, func(v *kernel.View) error { return w.task.Kind.Lines(v, list) })
	for i, d := range list {
		of[i].Details = d.Cells
		for _, s := range d.Kept {
			w.note(intake.Kept{Row: d.Row, Name: d.Values[w.task.Kind.Same[0]], Label: s.Label, Stands: s.Value, Given: s.Given})
		}
	}
	return err
}

package resource

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Entry is a record that one unit made, changed or deleted.
type Entry struct {
	Def     *kernel.Def
	Rec     any
	Before  any // as it was when the unit first saw it; nil for a new record
	Actions []string
	Deleted bool
	dirty   bool
	counted bool // has its new version
	written any  // as it stands in the database now; nil when it does not
}

// Touched reports whether the unit wrote or acted on the record.
func (e *Entry) Touched() bool { return e.dirty || e.Deleted || len(e.Actions) > 0 || e.Before == nil }

// Work is what one unit has in its hands: each record once, written in the order of first use when the unit is sealed.
type Work struct {
	Entries []*Entry
	byID    map[int64]*Entry
}

type workKey struct{}

// WorkOf gives the unit's work.
func WorkOf(tx *kernel.Tx) *Work {
	return kernel.Local(tx, workKey{}, func() *Work { return &Work{byID: map[int64]*Entry{}} })
}

// Entry gives the entry of an id, nil when the unit has not seen it.
func (w *Work) Entry(id int64) *Entry { return w.byID[id] }

// Lock gives the record for changing.
func Lock(tx *kernel.Tx, d *kernel.Def, id int64) (any, error) {
	recs, err := LockMany(tx, d, []int64{id})
	if err != nil {
		return nil, err
	}
	if rec, ok := recs[id]; ok {
		return rec, nil
	}
	return nil, problem.Missing(d.Name, id)
}

// LockMany gives records for changing, locked in the order of their ids.
func LockMany(tx *kernel.Tx, d *kernel.Def, ids []int64) (map[int64]any, error) {
	d = tx.Own(d)
	w := WorkOf(tx)
	out := map[int64]any{}
	var missing []int64
	for _, id := range ids {
		if e := w.byID[id]; e != nil && e.Def == d {
			if !e.Deleted {
				out[id] = e.Rec
			}
		} else if !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	loaded, err := LoadMany(tx.View, d, missing, true)
	if err != nil {
		return nil, err
	}
	for _, id := range missing {
		if rec, ok := loaded[id]; ok {
			before := Clone(d, rec)
			e := &Entry{Def: d, Rec: rec, Before: before, written: before}
			w.Entries = append(w.Entries, e)
			w.byID[id] = e
			out[id] = rec
		}
	}
	return out, nil
}

// Save notes that rec is new (its id is 0 or unknown to the database) or changed. New records get their ids here.
func Save(tx *kernel.Tx, d *kernel.Def, rec any) error {
	d = tx.Own(d)
	w := WorkOf(tx)
	id := Value(d.ByName[colID], rec)
	if id.Int() == 0 {
		next, err := tx.Company.Store.NextID()
		if err != nil {
			return err
		}
		id.SetInt(next)
	}
	delete(masters(tx.View, d), id.Int())
	e := w.byID[id.Int()]
	if e == nil {
		e = &Entry{Def: d, Rec: rec}
		w.Entries = append(w.Entries, e)
		w.byID[id.Int()] = e
		stamp(tx, d, rec, "created")
	}
	e.dirty = true
	if !e.counted {
		e.counted = true
		Value(d.ByName[colVersion], rec).SetInt(VersionOf(d, rec) + 1)
		stamp(tx, d, rec, "updated")
	}
	return numberLines(tx, d, rec)
}

// Note notes that a field of rec, which the unit has locked, changed without making a new version: the audit tells of it,
// and nobody's form grows stale. The field must be one that no form may write and that the resource's Check keeps.
func Note(tx *kernel.Tx, d *kernel.Def, rec any) {
	delete(masters(tx.View, d), ID(d, rec))
	if e := WorkOf(tx).byID[ID(d, rec)]; e != nil {
		e.dirty = true
	}
}

func stamp(tx *kernel.Tx, d *kernel.Def, rec any, what string) {
	if f := d.ByName[what+"_at"]; f != nil {
		Value(f, rec).SetInt(int64(tx.Now))
	}
	if f := d.ByName[what+"_by"]; f != nil {
		Value(f, rec).SetInt(tx.Behalf.UserID)
	}
}

// numberLines gives lines their ids, parent and place.
func numberLines(tx *kernel.Tx, d *kernel.Def, rec any) error {
	parent := ID(d, rec)
	for _, l := range d.Lines {
		list := Lines(l, rec)
		for i := range list.Len() {
			line := list.Index(i)
			if id := line.FieldByIndex(l.ByName[colID].Index); id.Int() == 0 {
				next, err := tx.Company.Store.NextID()
				if err != nil {
					return err
				}
				id.SetInt(next)
			}
			line.FieldByIndex(l.ByName[colParent].Index).SetInt(parent)
			line.FieldByIndex(l.ByName[colPos].Index).SetInt(int64(i + 1))
		}
	}
	return nil
}

// Delete notes that rec goes.
func Delete(tx *kernel.Tx, d *kernel.Def, rec any) {
	delete(masters(tx.View, d), ID(d, rec))
	if e := WorkOf(tx).byID[ID(d, rec)]; e != nil {
		e.Deleted = true
	}
}

// Flush writes what is noted so far. The seal does it at the end; a query that must see the rows asks for it earlier.
func Flush(tx *kernel.Tx) error {
	w := WorkOf(tx)
	var indexed []*Entry
	for _, e := range w.Entries {
		if (e.dirty || e.Deleted) && Indexed(e.Def) && (e.Deleted || !reflect.DeepEqual(e.written, e.Rec)) {
			indexed = append(indexed, e)
		}
	}
	if len(indexed) > 0 {
		if err := reindex(tx, indexed); err != nil {
			return err
		}
	}
	for i := 0; i < len(w.Entries); {
		e := w.Entries[i]
		run := 1
		switch {
		case e.Deleted:
			if err := deleteRows(tx, e); err != nil {
				return err
			}
		case e.written == nil && e.dirty:
			for i+run < len(w.Entries) && w.Entries[i+run].insertsLike(e) {
				run++
			}
			if err := insertRows(tx, w.Entries[i:i+run]); err != nil {
				return err
			}
		case e.dirty && !reflect.DeepEqual(e.written, e.Rec):
			if err := updateRows(tx, e); err != nil {
				return err
			}
		}
		i += run
	}
	return nil
}

func (e *Entry) insertsLike(first *Entry) bool {
	return e.Def == first.Def && e.written == nil && e.dirty && !e.Deleted
}

func insertRows(tx *kernel.Tx, entries []*Entry) error {
	d := entries[0].Def
	var head []any
	lines := make([][]any, len(d.Lines))
	for _, e := range entries {
		head = appendColumns(head, d.Fields, reflect.ValueOf(e.Rec).Elem())
		for i, l := range d.Lines {
			list := Lines(l, e.Rec)
			for j := range list.Len() {
				lines[i] = appendColumns(lines[i], l.Fields, list.Index(j))
			}
		}
		e.written = Clone(d, e.Rec)
	}
	if err := d.Table.Insert(tx.Unit, head); err != nil {
		return err
	}
	for i, l := range d.Lines {
		if err := l.Table.Insert(tx.Unit, lines[i]); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := writeExtra(tx, e, reflect.Value{}); err != nil {
			return err
		}
	}
	return nil
}

// writeExtra stores what the company's own fields hold in a record and its lines, as far as it is not what it was.
func writeExtra(tx *kernel.Tx, e *Entry, before reflect.Value) error {
	if !e.Def.Extended {
		return nil
	}
	after := reflect.ValueOf(e.Rec).Elem()
	if err := extra.Write(tx, e.Def.Fields, extra.Change{ID: ID(e.Def, e.Rec), Before: before, After: after}); err != nil {
		return err
	}
	for _, l := range e.Def.Lines {
		old := map[int64]reflect.Value{}
		var changes []extra.Change
		eachLine(l, before, func(id int64, line reflect.Value) { old[id] = line })
		eachLine(l, after, func(id int64, line reflect.Value) {
			changes = append(changes, extra.Change{ID: id, Before: old[id], After: line})
			delete(old, id)
		})
		if err := extra.Write(tx, l.Fields, changes...); err != nil {
			return err
		}
		if err := extra.Forget(tx, l.Type, slices.Collect(maps.Keys(old))...); err != nil {
			return err
		}
	}
	return nil
}

func eachLine(l *kernel.LineDef, rec reflect.Value, fn func(id int64, line reflect.Value)) {
	if !rec.IsValid() {
		return
	}
	list := rec.FieldByIndex(l.Index)
	for i := range list.Len() {
		fn(list.Index(i).FieldByIndex(l.ByName[colID].Index).Int(), list.Index(i))
	}
}

func appendColumns(out []any, fields []*kernel.Field, v reflect.Value) []any {
	for _, f := range fields {
		if f.Stored() {
			out = append(out, column(f, v.FieldByIndex(f.Index)))
		}
	}
	return out
}

func deleteRows(tx *kernel.Tx, e *Entry) error {
	if e.written == nil {
		return nil
	}
	id := ID(e.Def, e.Rec)
	if err := extra.Remove(tx, e.Def, id); err != nil {
		return err
	}
	for _, l := range e.Def.Lines {
		var lines []int64
		if e.Def.Extended {
			eachLine(l, reflect.ValueOf(e.written).Elem(), func(id int64, _ reflect.Value) { lines = append(lines, id) })
		}
		if err := extra.Forget(tx, l.Type, lines...); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM "+l.Table.Name+" WHERE parent = ?", id); err != nil {
			return err
		}
	}
	_, err := tx.Exec("DELETE FROM "+e.Def.Table.Name+" WHERE id = ?", id)
	e.written = nil
	e.dirty = false
	return err
}

// updateRows writes the head if it differs and of the lines only those that do.
func updateRows(tx *kernel.Tx, e *Entry) error {
	d := e.Def
	fields := changed(d.Fields, []reflect.Value{reflect.ValueOf(e.written).Elem()}, []reflect.Value{reflect.ValueOf(e.Rec).Elem()})
	if len(fields) > 0 { // else only lines changed since the unit last wrote it
		args := append(appendColumns(nil, fields, reflect.ValueOf(e.Rec).Elem()), ID(d, e.Rec), VersionOf(d, e.written))
		sets := make([]string, len(fields))
		for i, f := range fields {
			sets[i] = f.Name + " = ?"
		}
		n, err := tx.Exec("UPDATE "+d.Table.Name+" SET "+strings.Join(sets, ", ")+" WHERE id = ? AND version = ?", args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Conflicted("version")
		}
	}
	for _, l := range d.Lines {
		if err := updateLines(tx, l, Lines(l, e.written), Lines(l, e.Rec)); err != nil {
			return err
		}
	}
	before := e.written
	e.written = Clone(d, e.Rec)
	return writeExtra(tx, e, reflect.ValueOf(before).Elem())
}

func updateLines(tx *kernel.Tx, l *kernel.LineDef, old, now reflect.Value) error {
	idAt := l.ByName[colID].Index
	before := map[int64]reflect.Value{}
	for i := range old.Len() {
		before[old.Index(i).FieldByIndex(idAt).Int()] = old.Index(i)
	}
	var inserts []any
	var olds, news []reflect.Value
	for i := range now.Len() {
		line := now.Index(i)
		id := line.FieldByIndex(idAt).Int()
		was, known := before[id]
		delete(before, id)
		switch {
		case !known:
			inserts = appendColumns(inserts, l.Fields, line)
		case !was.Equal(line):
			olds, news = append(olds, was), append(news, line)
		}
	}
	for id := range before {
		if _, err := tx.Exec("DELETE FROM "+l.Table.Name+" WHERE id = ?", id); err != nil {
			return err
		}
	}
	fields := append([]*kernel.Field{l.ByName[colID]}, changed(l.Fields, olds, news)...)
	if len(news) > 0 && len(fields) > 1 {
		var values []any
		for _, line := range news {
			values = appendColumns(values, fields, line)
		}
		if err := tableOf(l.Table.Name, fields).UpdateByID(tx.Unit, castsOf(fields), values); err != nil {
			return err
		}
	}
	return l.Table.Insert(tx.Unit, inserts)
}

// changed are the stored fields in which a row differs from what it was: an index of a column that is not written
// need not be touched.
func changed(fields []*kernel.Field, before, after []reflect.Value) []*kernel.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *kernel.Field) bool {
		same := true
		for i := range after {
			same = same && reflect.DeepEqual(before[i].FieldByIndex(f.Index).Interface(), after[i].FieldByIndex(f.Index).Interface())
		}
		return !f.Stored() || same
	})
}

// castsOf names the SQL type of each stored column, for multi-row updates.
func castsOf(fields []*kernel.Field) []string {
	var out []string
	for _, f := range fields {
		if !f.Stored() {
			continue
		}
		switch f.Kind {
		case kernel.KindBool:
			out = append(out, store.CastBool)
		case kernel.KindText, kernel.KindLongText, kernel.KindEnum, kernel.KindDate, kernel.KindMonth, kernel.KindJSON:
			out = append(out, store.CastText)
		default:
			out = append(out, store.CastInt)
		}
	}
	return out
}

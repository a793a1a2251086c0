package resource

import (
	"database/sql"
	"iter"
	"maps"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Find reads a record with its lines, regardless of scope: for code that decides. problem.Missing when there is none.
func (r *Resource[T]) Find(v *kernel.View, id int64) (*T, error) {
	return of[T](Load(v, r.Def, id))
}

func of[T any](rec any, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return rec.(*T), nil
}

// FindMany reads records with their lines by id; what does not exist is not in the map. Masters are read once for each
// view: treat what it returns as read-only.
func (r *Resource[T]) FindMany(v *kernel.View, ids []int64) (map[int64]*T, error) {
	recs, err := recall(v, r.Def, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]*T, len(recs))
	for id, rec := range recs {
		out[id] = rec.(*T)
	}
	return out, nil
}

// remembered is the key of a view's masters of one resource.
type remembered struct{ resource string }

func masters(v *kernel.View, d *kernel.Def) map[int64]any {
	m, _ := kernel.Memo(v, remembered{d.Name}, func() (map[int64]any, error) { return map[int64]any{}, nil })
	return m
}

// Remembered reports whether this view has read the master.
func Remembered(v *kernel.View, d *kernel.Def, id int64) bool { return masters(v, d)[id] != nil }

// recall is LoadMany that reads each master once for each view. Save makes a unit forget what it changes.
func recall(v *kernel.View, d *kernel.Def, ids []int64) (map[int64]any, error) {
	if d.Kind == "document" || d.Kind == "" {
		return LoadMany(v, d, ids, false)
	}
	known := masters(v, d)
	var missing []int64
	for _, id := range ids {
		if known[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		loaded, err := LoadMany(v, d, missing, false)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, loaded)
	}
	out := make(map[int64]any, len(ids))
	for _, id := range ids {
		if rec := known[id]; rec != nil {
			out[id] = rec
		}
	}
	return out, nil
}

// Lock gives the record for changing inside the unit: the same pointer to everybody in it. Save it after changing it.
func (r *Resource[T]) Lock(tx *kernel.Tx, id int64) (*T, error) {
	return of[T](Lock(tx, r.Def, id))
}

// Where reads the records that match a condition written in a query.go file, with their lines, in order of id.
func (r *Resource[T]) Where(v *kernel.View, condition string, args ...any) ([]*T, error) {
	ids, err := v.IDs("SELECT id FROM "+r.Table.Name+" WHERE "+condition+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	recs, err := r.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*T, 0, len(ids))
	for _, id := range ids {
		out = append(out, recs[id])
	}
	return out, nil
}

// Save notes that rec is new or changed; it is written when the unit is sealed.
func (r *Resource[T]) Save(tx *kernel.Tx, rec *T) error { return Save(tx, r.Def, rec) }

// Load reads one record regardless of scope.
func Load(v *kernel.View, d *kernel.Def, id int64) (any, error) {
	recs, err := LoadMany(v, d, []int64{id}, false)
	if err != nil {
		return nil, err
	}
	if rec, ok := recs[id]; ok {
		return rec, nil
	}
	return nil, problem.Missing(d.Name, id)
}

// LoadVisible reads one record if the actor may see it; else it does not exist for him.
func LoadVisible(v *kernel.View, d *kernel.Def, id int64) (any, error) {
	if err := See(v, d, id); err != nil {
		return nil, err
	}
	return Load(v, d, id)
}

// See is problem.Missing when the actor may not see the record.
func See(v *kernel.View, d *kernel.Def, id int64) error {
	return within(v, d, id, Visible(v, d, d.Table.Name))
}

// Hold is See for those who mean to change what hangs on the record: that it stands open to everybody is not enough.
func Hold(v *kernel.View, d *kernel.Def, id int64) error {
	return within(v, d, id, Held(v, d, d.Table.Name))
}

func within(v *kernel.View, d *kernel.Def, id int64, filter string) error {
	args := []any{id}
	if d.Only != nil {
		if filter != "" {
			filter += " AND "
		}
		filter += d.Only.Field + " = ?"
		args = append(args, d.Only.Value)
	}
	if filter == "" {
		return nil
	}
	found, err := v.Scan([]any{new(int64)}, "SELECT id FROM "+d.Table.Name+" WHERE id = ? AND "+filter, args...)
	if err == nil && !found {
		return problem.Missing(d.Name, id)
	}
	return err
}

// LoadMany reads records with their lines; lock takes row locks on databases that have them.
func LoadMany(v *kernel.View, d *kernel.Def, ids []int64, lock bool) (map[int64]any, error) {
	d = v.Own(d)
	out := make(map[int64]any, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), 128)
		if err := (loader{v, d, lock}).chunk(ids[:n], out); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

// loader reads records of one resource, with row locks or without.
type loader struct {
	v    *kernel.View
	d    *kernel.Def
	lock bool
}

func (l loader) chunk(ids []int64, out map[int64]any) error {
	v, d := l.v, l.d
	suffix := ""
	if l.lock && v.Dialect() == store.Postgres {
		suffix = " ORDER BY id FOR UPDATE"
	}
	marks, args := InArgs(ids)
	query := "SELECT " + strings.Join(d.Table.Columns, ", ") + " FROM " + d.Table.Name + " WHERE id IN (" + marks + ")" + suffix
	err := v.Each(func(rows *sql.Rows) error {
		rec := reflect.New(d.Type)
		if err := rows.Scan(Dest(d.Fields, rec.Elem())...); err != nil {
			return err
		}
		out[rec.Elem().FieldByIndex(d.ByName[colID].Index).Int()] = rec.Interface()
		return nil
	}, query, args...)
	if err != nil {
		return err
	}
	for _, l := range d.Lines {
		if err := loadLines(v, l, ids, out); err != nil {
			return err
		}
	}
	if err := Attach(v, d, maps.Values(out)); err != nil {
		return err
	}
	return attachToLines(v, d, maps.Values(out))
}

// Attach reads what the company's own fields hold in records that were read by their columns alone.
func Attach(v *kernel.View, d *kernel.Def, recs iter.Seq[any]) error {
	if !d.Extended {
		return nil
	}
	heads := map[int64]reflect.Value{}
	for rec := range recs {
		heads[ID(d, rec)] = reflect.ValueOf(rec).Elem()
	}
	return extra.Load(v, d.Fields, heads)
}

func attachToLines(v *kernel.View, d *kernel.Def, recs iter.Seq[any]) error {
	for _, l := range d.Lines {
		lines := map[int64]reflect.Value{}
		for rec := range recs {
			if d.Extended {
				eachLine(l, reflect.ValueOf(rec).Elem(), func(id int64, line reflect.Value) { lines[id] = line })
			}
		}
		if err := extra.Load(v, l.Fields, lines); err != nil {
			return err
		}
	}
	return nil
}

// AttachLines reads the lines of records that were read without them.
func AttachLines(v *kernel.View, d *kernel.Def, recs []any) error {
	for len(recs) > 0 && len(d.Lines) > 0 {
		n := min(len(recs), 128)
		byID := map[int64]any{}
		ids := make([]int64, n)
		for i, rec := range recs[:n] {
			ids[i] = ID(d, rec)
			byID[ids[i]] = rec
		}
		for _, l := range d.Lines {
			if err := loadLines(v, l, ids, byID); err != nil {
				return err
			}
		}
		if err := attachToLines(v, d, maps.Values(byID)); err != nil {
			return err
		}
		recs = recs[n:]
	}
	return nil
}

func loadLines(v *kernel.View, l *kernel.LineDef, ids []int64, out map[int64]any) error {
	marks, args := InArgs(ids)
	query := "SELECT " + strings.Join(l.Table.Columns, ", ") + " FROM " + l.Table.Name + " WHERE parent IN (" + marks + ") ORDER BY parent, pos, id"
	return v.Each(func(rows *sql.Rows) error {
		line := reflect.New(l.Type).Elem()
		if err := rows.Scan(Dest(l.Fields, line)...); err != nil {
			return err
		}
		rec, ok := out[line.FieldByIndex(l.ByName[colParent].Index).Int()]
		if !ok {
			return nil
		}
		list := Lines(l, rec)
		list.Set(reflect.Append(list, line))
		return nil
	}, query, args...)
}

// Dest gives where to scan the stored fields of a record or line to, in the order of the columns.
func Dest(fields []*kernel.Field, v reflect.Value) []any {
	out := make([]any, 0, len(fields))
	for _, f := range fields {
		if f.Stored() {
			out = append(out, scanner{v.FieldByIndex(f.Index)})
		}
	}
	return out
}

// InArgs gives placeholders and arguments for IN (…). The number of placeholders is rounded up to a power of two by
// repeating the last id, so that prepared statements have few shapes. ids must not be empty; 512 are still quick.
func InArgs(ids []int64) (marks string, args []any) {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	args = make([]any, n)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	return store.Marks(n), args
}

// Visible gives the condition that limits a table, known in the query by alias, to what the actor may see; "" means
// everything. It is the only way for hand-written SQL to name a scoped table.
func Visible(v *kernel.View, d *kernel.Def, alias string) string {
	return visible(v, d, alias, Opened(v, d, alias))
}

// Held is Visible without the rows that merely stand open to everybody: what belongs to a record, its money and its papers,
// is no more open than the record was before.
func Held(v *kernel.View, d *kernel.Def, alias string) string { return visible(v, d, alias, "") }

func visible(v *kernel.View, d *kernel.Def, alias, opened string) string {
	if d.Scope == nil || v.Actor.System {
		return ""
	}
	if d.Scope.Through != "" {
		target := v.Company.Def(d.Scope.Resource)
		inner := Held(v, target, "scoped")
		if inner == "" {
			return ""
		}
		return alias + "." + d.Scope.Through + " IN (SELECT scoped.id FROM " + target.Table.Name + " scoped WHERE " + inner + ")"
	}
	if v.Actor.Perms.Scope(d.Name) == kernel.ScopeAll {
		return ""
	}
	var parts []string
	for _, own := range Owned(v, d) {
		parts = append(parts, store.In(alias+"."+own.Column, own.IDs))
	}
	for _, more := range []string{Listed(v, d, alias), opened} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// Ownership is a column that tells whose a row is, and the owners in it whose rows the actor may see.
type Ownership struct {
	Column string
	IDs    []int64
}

// Owned gives by what the actor sees some rows of a resource that its own columns anchor: any of it is enough.
func Owned(v *kernel.View, d *kernel.Def) []Ownership {
	var out []Ownership
	a, level := v.Actor, v.Actor.Perms.Scope(d.Name)
	if level >= kernel.ScopeOwn && d.Scope.Owner != "" && a.PersonID != 0 {
		out = append(out, Ownership{d.Scope.Owner, []int64{a.PersonID}})
	}
	if departments := a.Departments(level); d.Scope.Department != "" && len(departments) > 0 {
		out = append(out, Ownership{d.Scope.Department, departments})
	}
	return out
}

// Listed is the condition for rows in whose list of members the actor stands, "" where there is no such list.
func Listed(v *kernel.View, d *kernel.Def, alias string) string {
	m := d.Scope.Members
	if m == nil || v.Actor.Perms.Scope(d.Name) < kernel.ScopeOwn {
		return ""
	}
	return alias + ".id IN (SELECT " + m.Record + " FROM " + m.Table + " WHERE " + store.In(m.User, []int64{v.Actor.UserID}) + ")"
}

// Opened is the condition for rows that stand open to everybody, "" where there are none.
func Opened(v *kernel.View, d *kernel.Def, alias string) string {
	if d.Scope == nil || d.Scope.Open == "" || v.Actor.System || v.Actor.Perms.Scope(d.Name) < kernel.ScopeOwn {
		return ""
	}
	return alias + "." + d.Scope.Open
}

package transfer

import (
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/transfer/layout"
)

// builder turns records of a file into commands, within one view.
type builder struct {
	*plan
	v *kernel.View
	// refs of the resource itself; nil leaves out what refers to records of the same file that are not made yet
	own     map[string]int64
	late    bool            // own is complete
	scratch reflect.Value   // a record to read cells into
	lines   []reflect.Value // and a line of each table
	current map[int64]any   // the existing records
}

func (p *plan) builder(v *kernel.View, records []*record) (*builder, error) {
	b := &builder{plan: p, v: v, scratch: reflect.New(p.def.Type).Elem()}
	for _, l := range p.def.Lines {
		b.lines = append(b.lines, reflect.New(l.Type).Elem())
	}
	var ids []int64
	for _, rec := range records {
		if rec.id != 0 {
			ids = append(ids, rec.id)
		}
	}
	var err error
	b.current, err = resource.LoadMany(v, p.def, ids, false)
	return b, err
}

// prepare is the reading half of a record: its draft, or problems at their cells.
func (b *builder) prepare(rec *record) error {
	current := b.current[rec.id]
	rec.draft, rec.act = nil, actCreate
	if current != nil {
		rec.act = actUpdate
	}
	if p := b.allowed(rec, current); p != nil {
		b.found(rec, cell{row: rec.rows[0].Number, key: b.def.Code}, p)
		return nil
	}
	in := b.input(rec, current)
	if rec.bad {
		return nil
	}
	if current != nil {
		if len(in.Keys) == 0 {
			rec.act = actSame
			return nil
		}
		if !b.def.CanEdit(stateOf(b.def, current)) {
			b.found(rec, cell{row: rec.rows[0].Number, key: b.def.Code}, problem.Conflicted("import.not_draft", "value", rec.key))
			return nil
		}
	}
	draft, err := pipeline.Prepare(b.v, b.command(rec, in), "")
	if err != nil {
		return err
	}
	for _, p := range draft.Problems {
		at := b.place(rec, p.Path)
		if !b.late && rec.wave > 0 && b.refersToFile(rec, at.key) {
			continue // what it points at comes with the same file
		}
		b.found(rec, at, p)
	}
	rec.draft = draft
	return nil
}

// command is what the pipeline is asked for. An unchanged version between prepare and apply is checked by the pipeline.
func (b *builder) command(rec *record, in *resource.Object) pipeline.Command {
	cmd := pipeline.Command{Def: b.def, Act: rec.act, ID: rec.id, Input: in, Import: true}
	if rec.act == actCreate {
		cmd.ID, cmd.Then = 0, b.req.Then
	}
	return cmd
}

// allowed tells why the record may not be written at all, nil when it may.
func (b *builder) allowed(rec *record, current any) *problem.Problem {
	switch {
	case current != nil && b.req.Mode == Create:
		return problem.Rule("import.exists", "value", rec.key)
	case current == nil && b.req.Mode == Update:
		return problem.Rule("import.unknown", "value", rec.key)
	case current == nil && b.def.NoCreate:
		return problem.Rule("import.no_create", "resource", b.def.Name)
	case !b.actor.Can(b.def.Name, rec.act):
		return problem.New(problem.Forbidden, "forbidden", "resource", b.def.Name, "act", rec.act)
	}
	return nil
}

func stateOf(d *kernel.Def, rec any) state.State {
	if d.Machine == nil {
		return ""
	}
	return state.State(resource.Value(d.ByName["state"], rec).String())
}

// input is what the file says about a record: for an existing one only what differs.
func (b *builder) input(rec *record, current any) *resource.Object {
	in := &resource.Object{}
	for _, c := range b.headCols() {
		text := b.table.cell(rec.rows[0], c.Key)
		if text == "" {
			continue
		}
		at := cell{row: rec.rows[0].Number, key: c.Key}
		value, scratch, ok := b.value(rec, c, b.scratch, field{text, at})
		if !ok {
			continue
		}
		if current != nil {
			now := reflect.ValueOf(current).Elem().FieldByIndex(c.Field.Index)
			if now.Equal(scratch) {
				continue
			}
			if c.Field.Once {
				b.found(rec, at, problem.Rule("field.readonly"))
				continue
			}
		}
		in.Put(c.Field.Name, value)
	}
	for i, l := range b.def.Lines {
		b.lineInput(rec, current, i, in)
		if _, given := in.Values[l.Name]; !given {
			rec.lines[l.Name] = rec.lines[l.Name][:0]
		}
	}
	return in
}

// field is the text of a cell and where it stands.
type field struct {
	text string
	at   cell
}

// value reads a cell: what to put into the input, and the value as the record holds it. It is not ok when the cell is
// wrong, which has been noted, or points at a record of the same file that is not made yet.
func (b *builder) value(rec *record, c *layout.Column, into reflect.Value, f field) (any, reflect.Value, bool) {
	v := into.FieldByIndex(c.Field.Index)
	v.SetZero()
	if layout.Blank(f.text) {
		return nil, v, true
	}
	if c.Field.Kind == kernel.KindRef {
		ids := b.refs[c.Field.Ref]
		if c.Line == nil && c.Field.Ref == b.def.Name && rec.wave > 0 {
			if ids = b.own; !b.late {
				return nil, v, false
			}
		}
		id := ids[f.text]
		if id == 0 {
			b.found(rec, f.at, problem.Rule("import.ref", "value", f.text, "resource", c.Field.Ref))
			return nil, v, false
		}
		v.SetInt(id)
		return layout.Number(id), v, true
	}
	value, p := layout.Parse(c.Field, v, f.text, b.c.Zone())
	if p != nil {
		b.found(rec, f.at, p)
		return nil, v, false
	}
	return value, v, true
}

func (b *builder) refersToFile(rec *record, key string) bool {
	for _, c := range b.ownRefs() {
		if c.Key == key && b.table.cell(rec.rows[0], key) != "" {
			return true
		}
	}
	return false
}

// lineCols are the columns of a table of lines that the file has.
func (p *plan) lineCols(l *kernel.LineDef) (all, writable []*layout.Column) {
	for _, c := range p.table.cols {
		if c == nil || c.Line != l || c.Shown {
			continue
		}
		all = append(all, c)
		if c.Writable() {
			writable = append(writable, c)
		}
	}
	return all, writable
}

// lineInput puts the lines of one table. A row without a value in any of the table's columns has no line there. Lines of
// an existing document keep their ids by position.
func (b *builder) lineInput(rec *record, current any, index int, in *resource.Object) {
	l := b.def.Lines[index]
	all, writable := b.lineCols(l)
	if len(writable) == 0 {
		return
	}
	rec.lines[l.Name] = rec.lines[l.Name][:0]
	now := reflect.Value{}
	if current != nil {
		now = resource.Lines(l, current)
	}
	list := []any{}
	changed := false
	for _, row := range rec.rows {
		if !b.hasLine(row, all) {
			continue
		}
		line := &resource.Object{}
		was := reflect.Value{}
		if now.IsValid() && len(list) < now.Len() {
			was = now.Index(len(list))
			line.Put("id", layout.Number(was.FieldByIndex(l.ByName["id"].Index).Int()))
		}
		for _, c := range writable {
			text := strings.TrimSpace(b.table.cell(row, c.Key))
			if text == "" && !was.IsValid() {
				continue
			}
			if text == "" {
				text = "(blank)"
			}
			value, scratch, ok := b.value(rec, c, b.lines[index], field{text, cell{row: row.Number, key: c.Key}})
			if !ok {
				continue
			}
			changed = changed || !was.IsValid() || !was.FieldByIndex(c.Field.Index).Equal(scratch)
			line.Put(c.Field.Name, value)
		}
		rec.lines[l.Name] = append(rec.lines[l.Name], row.Number)
		list = append(list, line)
	}
	if !now.IsValid() || changed || len(list) != now.Len() {
		in.Put(l.Name, list)
	}
}

func (b *builder) hasLine(row sheet.Row, all []*layout.Column) bool {
	for _, c := range all {
		if b.table.cell(row, c.Key) != "" {
			return true
		}
	}
	return false
}

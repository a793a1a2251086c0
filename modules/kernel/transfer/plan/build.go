package plan

import (
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/layout"
)

// builder turns records of a file into commands, within one view.
type builder struct {
	*Plan
	v *kernel.View
	// refs of the resource itself; nil leaves out what refers to records of the same file that are not made yet
	own     map[string]int64
	late    bool            // own is complete
	scratch reflect.Value   // a record to read cells into
	lines   []reflect.Value // and a line of each table
	current map[int64]any   // the existing records
	wrong   map[cell]bool   // cells of the record that could not be read
}

func (p *Plan) builder(v *kernel.View, records []*Record) (*builder, error) {
	b := &builder{Plan: p, v: v, scratch: reflect.New(p.Def.Type).Elem()}
	for _, l := range p.Def.Lines {
		b.lines = append(b.lines, reflect.New(l.Type).Elem())
	}
	var ids []int64
	for _, rec := range records {
		if rec.id != 0 {
			ids = append(ids, rec.id)
		}
	}
	var err error
	b.current, err = resource.LoadMany(v, p.Def, ids, false)
	return b, err
}

// prepare is the reading half of a record: its draft, or problems at their cells.
func (b *builder) prepare(rec *Record) error {
	current := b.current[rec.id]
	rec.Draft, rec.Act = nil, ActCreate
	if current != nil {
		rec.Act = ActUpdate
	}
	if p := b.allowed(rec, current); p != nil {
		b.found(rec, cell{row: rec.Rows[0].Number, key: b.Def.Code}, p)
		return nil
	}
	b.wrong = map[cell]bool{}
	in := b.input(rec, current)
	if current != nil {
		if len(in.Keys) == 0 && len(b.wrong) == 0 {
			rec.Act = ActSame
			return nil
		}
		if !b.Def.CanEdit(layout.StateOf(b.Def, current)) {
			b.found(rec, cell{row: rec.Rows[0].Number, key: b.Def.Code}, problem.Conflicted("import.not_draft", "value", layout.ShownKey(rec.key)))
			return nil
		}
	}
	draft, err := pipeline.Prepare(b.v, b.command(rec, in), "")
	if err != nil {
		return err
	}
	for _, p := range draft.Problems {
		at := b.place(rec, p.Path)
		if !b.late && rec.Wave > 0 && b.refersToFile(rec, at.key) {
			continue // what it points at comes with the same file
		}
		if b.wrong[at] {
			continue // it has been said what is wrong there
		}
		b.found(rec, at, p)
	}
	rec.Draft = draft
	if !b.Req.DryRun || rec.Act != ActCreate || rec.Bad {
		return nil
	}
	list, err := layout.Advice(b.v, b.Def, draft.Rec)
	for _, what := range list {
		at := b.place(rec, what.Path)
		b.warnings.Add(b.table.Locate(b.layout, at.row, at.key, b.actor.Lang), what)
	}
	return err
}

// command is what the pipeline is asked for. An unchanged version between prepare and apply is checked by the pipeline.
func (b *builder) command(rec *Record, in *resource.Object) pipeline.Command {
	cmd := pipeline.Command{Def: b.Def, Act: rec.Act, ID: rec.id, Input: in, Import: true}
	if rec.Act == ActCreate {
		cmd.ID, cmd.Then = 0, b.Req.Then
	}
	return cmd
}

// allowed tells why the record may not be written at all, nil when it may.
func (b *builder) allowed(rec *Record, current any) *problem.Problem {
	switch {
	case current != nil && b.Req.Mode == Create:
		return problem.Rule("import.exists", "value", layout.ShownKey(rec.key))
	case current == nil && b.Req.Mode == Update:
		return problem.Rule("import.unknown", "value", layout.ShownKey(rec.key))
	case current == nil && b.Def.NoCreate:
		return problem.Rule("import.no_create", "resource", b.Def.Name)
	case !b.actor.Can(b.Def.Name, rec.Act):
		return problem.New(problem.Forbidden, "forbidden", "resource", b.Def.Name, "act", rec.Act)
	}
	return nil
}

// input is what the file says about a record: for an existing one only what differs.
func (b *builder) input(rec *Record, current any) *resource.Object {
	in := &resource.Object{}
	for _, c := range b.table.HeadCols() {
		text := b.table.Cell(rec.Rows[0], c.Key)
		if text == "" {
			continue
		}
		at := cell{row: rec.Rows[0].Number, key: c.Key}
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
	for i := range b.Def.Lines {
		b.lineInput(rec, current, i, in)
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
func (b *builder) value(rec *Record, c *layout.Column, into reflect.Value, f field) (any, reflect.Value, bool) {
	v := into.FieldByIndex(c.Field.Index)
	v.SetZero()
	if layout.Blank(f.text) {
		_ = resource.Set(c.Field, v, "") // nothing fits every kind
		return nil, v, true
	}
	if c.Field.Kind == kernel.KindRef {
		ids := b.refs[c.Field.Ref]
		if c.Line == nil && c.Field.Ref == b.Def.Name && (rec.Wave > 0 || rec.loop) {
			if ids = b.own; !b.late {
				return nil, v, false
			}
		}
		id := ids[f.text]
		if id == 0 {
			b.wrong[f.at] = true
			b.found(rec, f.at, problem.Rule("import.ref", "value", f.text, "resource", c.Field.Ref))
			return nil, v, false
		}
		v.SetInt(id)
		return layout.Number(id), v, true
	}
	value, p := layout.Parse(c.Field, v, f.text, b.c.Zone())
	if p != nil {
		b.wrong[f.at] = true
		b.found(rec, f.at, p)
		return nil, v, false
	}
	return value, v, true
}

func (b *builder) refersToFile(rec *Record, key string) bool {
	for _, c := range b.ownRefs() {
		if c.Key == key && b.table.Cell(rec.Rows[0], key) != "" {
			return true
		}
	}
	return false
}

// lineInput puts the lines of one table. A row without a value in any of the table's columns has no line there. Lines of
// an existing document keep their ids by position.
func (b *builder) lineInput(rec *Record, current any, index int, in *resource.Object) {
	l := b.Def.Lines[index]
	all, writable := b.table.LineCols(l)
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
	for _, row := range rec.Rows {
		if !b.table.HasValue(row, all) {
			continue
		}
		line := &resource.Object{}
		was := reflect.Value{}
		if now.IsValid() && len(list) < now.Len() {
			was = now.Index(len(list))
			line.Put("id", layout.Number(was.FieldByIndex(l.ByName["id"].Index).Int()))
		}
		for _, c := range writable {
			text := strings.TrimSpace(b.table.Cell(row, c.Key))
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

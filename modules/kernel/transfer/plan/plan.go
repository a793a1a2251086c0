package plan

import (
	"context"
	"io"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/layout"
)

// The modes: records that exist are changed (default), or refused, or the only ones that are taken.
const (
	Upsert = "upsert"
	Create = "create"
	Update = "update"
)

// Request asks for an import.
type Request struct {
	Def     *kernel.Def
	Source  io.ReaderAt
	Size    int64
	Name    string            // of the file
	Mapping map[string]string // title in the file → key of a column, "" to pass over it
	Mode    string            // "" is Upsert
	Then    string            // an action to carry out on every new record
	DryRun  bool
	Key     string // idempotency key, "" for none: the same file under the same key is written once
	Origin  int64  // what several imports are parts of and are taken back with, 0 for none
}

// Plan is one file on its way in. Records are in the order in which they are written.
type Plan struct {
	Def     *kernel.Def
	Req     Request
	Records []*Record
	c       *kernel.Company
	actor   *kernel.Actor
	layout  *layout.Layout
	table   *layout.Table

	finds, warnings *layout.Findings
	refs            map[string]map[string]int64
}

// New reads the file and cuts it into records. Errors are about the file as a whole: sheet.*, import.no_head,
// import.empty.
func New(c *kernel.Company, actor *kernel.Actor, req Request) (*Plan, error) {
	p := &Plan{c: c, actor: actor, Def: req.Def, Req: req, layout: layout.Of(c, actor, req.Def), finds: &layout.Findings{}, warnings: &layout.Findings{}, refs: map[string]map[string]int64{}}
	var err error
	if p.table, err = layout.Open(p.layout, req.Source, req.Size, req.Mapping); err != nil {
		return nil, err
	}
	if len(p.table.Rows) == 0 {
		return nil, problem.Rule("import.empty")
	}
	p.group()
	p.waves()
	p.repeated()
	return p, nil
}

// Rows is how many rows with values the table has.
func (p *Plan) Rows() int { return len(p.table.Rows) }

// Taken tells what the columns of the file were taken for.
func (p *Plan) Taken() []layout.Taken { return p.table.Taken() }

// Fields are the columns that could be given.
func (p *Plan) Fields() []*layout.Column { return p.layout.Writable() }

// Count is the number of problems, of which at most layout.MaxFound are kept.
func (p *Plan) Count() int { return p.finds.Count() }

// Problems gives the problems that were kept in the order of the file.
func (p *Plan) Problems() []layout.Found { return p.finds.Sorted() }

// Warnings gives what was noted without refusing anything, in the order of the file.
func (p *Plan) Warnings() []layout.Found { return p.warnings.Sorted() }

// found notes a problem of a record.
func (p *Plan) found(rec *Record, at cell, what *problem.Problem) {
	rec.Bad = true
	p.finds.Add(p.table.Locate(p.layout, at.row, at.key, p.actor.Lang), what)
}

// Annotate writes the file with a mark at every problem.
func (p *Plan) Annotate(w io.Writer) error {
	return sheet.Annotate(p.Req.Source, p.Req.Size, w, p.marks())
}

// marks turns problems and warnings into marks for the file.
func (p *Plan) marks() []sheet.Mark {
	var out []sheet.Mark
	for _, f := range append(p.Problems(), p.Warnings()...) {
		out = append(out, sheet.Mark{Row: f.Row, Col: f.Col, Text: f.Words(p.c, p.actor.Lang)})
	}
	return out
}

// lookUp finds the ids of everything that the records name, and which of them exist.
func (p *Plan) lookUp(ctx context.Context, records []*Record) error {
	texts := map[string]map[string]bool{}
	for _, c := range p.table.Cols {
		if c == nil || !c.Writable() || c.Field.Kind != kernel.KindRef {
			continue
		}
		if texts[c.Field.Ref] == nil {
			texts[c.Field.Ref] = map[string]bool{}
		}
		for _, rec := range records {
			for _, row := range rec.Rows {
				if text := p.table.Cell(row, c.Key); text != "" {
					texts[c.Field.Ref][text] = true
				}
			}
		}
	}
	return p.c.View(ctx, p.actor, func(v *kernel.View) error {
		for name, set := range texts {
			ids, err := layout.ByText(v, name, set)
			if err != nil {
				return err
			}
			p.refs[name] = ids
		}
		return p.existing(v, records)
	})
}

// existing finds the records that are there already, by their natural key.
func (p *Plan) existing(v *kernel.View, records []*Record) error {
	byKey := map[string][]*Record{}
	var keys []string
	for _, rec := range records {
		if rec.key != "" {
			if byKey[rec.key] == nil {
				keys = append(keys, rec.key)
			}
			byKey[rec.key] = append(byKey[rec.key], rec)
		}
	}
	ids, err := layout.Finder{Def: p.Def, Refs: p.refs, Zone: p.c.Zone()}.Find(v, keys)
	for key, id := range ids {
		for _, rec := range byKey[key] {
			rec.id = id
		}
	}
	return err
}

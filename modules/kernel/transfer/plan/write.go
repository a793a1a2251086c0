package plan

import (
	"errors"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/layout"
)

// ErrRefused ends the writing half when its problems have been noted at their cells.
var ErrRefused = errors.New("transfer: refused")

// Again forgets what an earlier run of the same unit found.
func (p *Plan) Again() {
	p.finds = &layout.Findings{}
	for _, rec := range p.Records {
		rec.Bad = false
	}
}

// Forget lets go of what was prepared.
func (p *Plan) Forget(records []*Record) {
	for _, rec := range records {
		rec.Draft = nil
	}
}

// Existing gives the ids of the records that are to be changed.
func Existing(records []*Record) []int64 {
	var ids []int64
	for _, rec := range records {
		if rec.Act == ActUpdate {
			ids = append(ids, rec.id)
		}
	}
	return ids
}

// Late prepares the records of a wave, the first of the given ones, inside the unit, where those that they refer to have just been made.
func (p *Plan) Late(tx *kernel.Tx, records []*Record, wave int) error {
	if err := resource.Flush(tx); err != nil {
		return err
	}
	set := map[string]bool{}
	var part []*Record
	for _, rec := range records {
		if rec.Wave != wave {
			break
		}
		part = append(part, rec)
		for _, c := range p.ownRefs() {
			if text := p.table.Cell(rec.Rows[0], c.Key); text != "" {
				set[text] = true
			}
		}
	}
	own, err := layout.ByText(tx.View, p.Def.Name, set)
	if err != nil {
		return err
	}
	b, err := p.builder(tx.View, part)
	if err != nil {
		return err
	}
	b.own, b.late = own, true
	for _, rec := range part {
		if err := b.prepare(rec); err != nil {
			return err
		}
	}
	return nil
}

// Blame notes why a record was refused. It gives the error back when the unit cannot go on after it.
func (p *Plan) Blame(rec *Record, err error) error {
	list, ok := problem.From(err)
	if !ok {
		return fmt.Errorf("import of row %d: %w", rec.Rows[0].Number, err)
	}
	goOn := p.Count() < layout.MaxFound
	for _, what := range list {
		p.found(rec, p.place(rec, what.Path), what)
		goOn = goOn && (what.Kind == problem.Unprocessable || what.Kind == problem.Shape)
	}
	if !goOn {
		return ErrRefused
	}
	return nil
}

// Command is what the pipeline is asked for to write a prepared record.
func (p *Plan) Command(rec *Record) pipeline.Command {
	return (&builder{Plan: p}).command(rec, nil)
}

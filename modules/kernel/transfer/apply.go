package transfer

import (
	"context"
	"errors"
	"io"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/batch"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/transfer/plan"
)

// What one unit takes: about two seconds of the writer for a whole import, less for a part of one, which others wait
// behind. Rows whose records are acted on as well weigh more.
const (
	oneUnit   = 1000
	chunkRows = 500
	actedOn   = 10
)

// Request asks for an import.
type Request = plan.Request

// The modes of an import, see plan.
const (
	Upsert = plan.Upsert
	Create = plan.Create
	Update = plan.Update
)

// Found is a problem at its cell.
type Found = layout.Found

// Adviser warns, through the company's hooks, of what a dry run should tell of new records.
type Adviser = layout.Adviser

// Shown is how many problems a report lists.
const Shown = 500

// Report is what came of an import. Rows counts the rows of the file, Good and Bad its records.
type Report struct {
	Rows, Good, Bad        int
	Created, Updated, Same int
	Waiting                int // held for approval
	Columns                []layout.Taken
	Fields                 []*layout.Column // what could be given, to map columns to
	Problems               []Found          // at most Shown
	Count                  int              // of all problems
	Warnings               []Found          // of a dry run: what refuses nothing, at most Shown
	Batch                  int64            // 0 when nothing was written
	Job                    int64            // the job that writes, 0 when it is done already
	plan                   *plan.Plan
}

// Annotate writes the file of the import with every problem marked at its cell.
func (r *Report) Annotate(w io.Writer) error { return r.plan.Annotate(w) }

// permitted refuses an import as a whole.
func permitted(actor *kernel.Actor, req Request) error {
	d := req.Def
	if !actor.Can(d.Name, "import") {
		return problem.New(problem.Forbidden, "forbidden", "resource", d.Name, "act", "import")
	}
	switch req.Mode {
	case "", Upsert, Create, Update:
	default:
		return problem.BadShape("query.invalid", "name", "mode")
	}
	if req.Then == "" {
		return nil
	}
	action := d.Action(req.Then)
	if action == nil || action.Hidden && !actor.System {
		return problem.New(problem.NotFound, "action.unknown", "action", req.Then)
	}
	if !actor.Can(d.Name, req.Then) {
		return problem.New(problem.Forbidden, "forbidden", "resource", d.Name, "act", req.Then)
	}
	return nil
}

func weight(r Request, rows int) int {
	if r.Then != "" {
		return rows * actedOn
	}
	return rows
}

// Import reads a file and, unless it is a dry run or has problems, writes its records: a small one before it returns,
// a large one as a job. Everything that is wrong is in the report, at its cell; an error is about the file as a whole
// (sheet.*, import.no_head, import.empty), a missing right, or internal.
func Import(ctx context.Context, c *kernel.Company, actor *kernel.Actor, req Request) (*Report, error) {
	if err := permitted(actor, req); err != nil {
		return nil, err
	}
	digest := ""
	if !req.DryRun {
		content, err := files.Put(c.Files, io.NewSectionReader(req.Source, 0, req.Size))
		if err != nil {
			return nil, err
		}
		digest = content.Digest
	}
	b := batchOf(req, digest)
	p, err := plan.New(c, actor, req)
	if err != nil {
		return nil, err
	}
	if earlier, err := done(ctx, c, actor, b, req.Key); err != nil || earlier != nil {
		return replay(p, earlier), err
	}
	if weight(req, p.Rows()) > oneUnit && !req.DryRun && p.Count() == 0 {
		return order(ctx, p, c, actor, b)
	}
	if err := p.Prepare(ctx, p.Records, func(int) {}); err != nil {
		return nil, err
	}
	if req.DryRun || p.Count() > 0 {
		return report(p), nil
	}
	waiting := 0
	err = pipeline.Unit(ctx, c, actor, "import:"+req.Def.Name, func(tx *kernel.Tx) error {
		p.Again()
		b = batchOf(req, digest)
		b.State = batch.Done
		if err := b.Insert(tx, req.Key); err != nil {
			return err
		}
		waiting, err = apply(tx, p, b, p.Records)
		return err
	})
	if err != nil && !(errors.Is(err, plan.ErrRefused) && p.Count() > 0) {
		return nil, err
	}
	out := report(p)
	if err == nil {
		out.Batch, out.Waiting = b.ID, waiting
	}
	return out, nil
}

func batchOf(req Request, digest string) *batch.Batch {
	return &batch.Batch{Resource: req.Def.Name, File: req.Name, Digest: digest, Mode: req.Mode, Then: req.Then, Mapping: req.Mapping, Origin: req.Origin}
}

// done finds the batch that was written under the key before, nil when there is none.
func done(ctx context.Context, c *kernel.Company, actor *kernel.Actor, b *batch.Batch, key string) (earlier *batch.Batch, err error) {
	if key == "" || b.Digest == "" {
		return nil, nil
	}
	err = c.View(ctx, actor, func(v *kernel.View) (err error) {
		earlier, err = b.Earlier(v, key)
		return err
	})
	return earlier, err
}

// replay reports an import that was written before.
func replay(p *plan.Plan, b *batch.Batch) *Report {
	if b == nil {
		return nil
	}
	return &Report{Rows: p.Rows(), Columns: p.Taken(), Fields: p.Fields(), Batch: b.ID, Job: b.Job, plan: p,
		Good: int(b.Created + b.Updated + b.Same), Created: int(b.Created), Updated: int(b.Updated), Same: int(b.Same)}
}

func report(p *plan.Plan) *Report {
	r := &Report{Rows: p.Rows(), Columns: p.Taken(), Fields: p.Fields(), Count: p.Count(), plan: p}
	for _, rec := range p.Records {
		if rec.Bad {
			r.Bad++
		} else {
			r.Good++
		}
	}
	r.Created, r.Updated, r.Same = acts(p.Records)
	all := p.Problems()
	r.Problems = all[:min(len(all), Shown)]
	warnings := p.Warnings()
	r.Warnings = warnings[:min(len(warnings), Shown)]
	return r
}

// acts counts what is to be done with the records that have no problems.
func acts(records []*plan.Record) (created, updated, same int) {
	for _, rec := range records {
		switch {
		case rec.Bad:
		case rec.Act == plan.ActCreate:
			created++
		case rec.Act == plan.ActUpdate:
			updated++
		case rec.Act == plan.ActSame:
			same++
		}
	}
	return created, updated, same
}

// order makes a job of the import.
func order(ctx context.Context, p *plan.Plan, c *kernel.Company, actor *kernel.Actor, b *batch.Batch) (*Report, error) {
	err := pipeline.Unit(ctx, c, actor, "import:order", func(tx *kernel.Tx) (err error) {
		b.State = batch.Running
		if b.ID, err = c.Store.NextID(); err != nil {
			return err
		}
		label := p.Def.Label.In(actor.Lang) + " ← " + p.Req.Name
		if b.Job, err = jobs.Enqueue(tx, jobs.Order{Kind: jobImport, Label: label, Input: batch.Order{Batch: b.ID}}); err != nil {
			return err
		}
		return b.Insert(tx, p.Req.Key)
	})
	if err != nil {
		return nil, err
	}
	out := report(p)
	out.Batch, out.Job = b.ID, b.Job
	return out, nil
}

// apply writes prepared records in a unit and notes them in the batch. Broken rules are noted at their cells, as many as
// can be found, and end in plan.ErrRefused.
func apply(tx *kernel.Tx, p *plan.Plan, b *batch.Batch, records []*plan.Record) (waiting int, err error) {
	tx.Reason = "import " + b.File
	if _, err := resource.LockMany(tx, p.Def, plan.Existing(records)); err != nil {
		return 0, err
	}
	notes := &batch.Notes{Batch: b.ID}
	wave := 0
	for i, rec := range records {
		if rec.Wave != wave {
			wave = rec.Wave
			if err := p.Late(tx, records[i:], wave); err != nil {
				return 0, err
			}
		}
		if rec.Act == plan.ActSame || rec.Bad {
			continue
		}
		out, err := pipeline.Apply(tx, p.Command(rec), rec.Draft, nil)
		if err != nil {
			if err := p.Blame(rec, err); err != nil {
				return 0, err
			}
			continue
		}
		if out.Waiting {
			waiting++
		}
		if resource.ID(p.Def, out.Rec) == 0 {
			continue // a new record that waits is not there yet
		}
		notes.Add(p.Def, out.Rec, rec.Act == plan.ActCreate)
	}
	if p.Count() > 0 {
		return 0, plan.ErrRefused
	}
	if err := notes.Insert(tx); err != nil {
		return 0, err
	}
	created, updated, same := acts(records)
	return waiting, b.Count(tx, created, updated, same)
}

// chunks cuts the records of a job. The cut depends on the file alone.
func chunks(p *plan.Plan) [][]*plan.Record {
	var out [][]*plan.Record
	rows, from := 0, 0
	for i, rec := range p.Records {
		if rows += weight(p.Req, len(rec.Rows)); rows >= chunkRows || i == len(p.Records)-1 {
			out = append(out, p.Records[from:i+1])
			rows, from = 0, i+1
		}
	}
	return out
}

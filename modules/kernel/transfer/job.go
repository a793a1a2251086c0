package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/transfer/batch"
	"zhanggui/modules/kernel/transfer/plan"
)

const (
	jobImport = "transfer.import"
	// keptDrafts is up to how many records stay prepared in memory between check and writing; a larger import prepares
	// every chunk again.
	keptDrafts = 20_000
)

// work is one import as a job.
type work struct {
	run     *jobs.Run
	batch   *batch.Batch
	plan    *plan.Plan
	waiting int
}

func runImport(ctx context.Context, r *jobs.Run) error {
	var in batch.Order
	if err := r.Input(&in); err != nil {
		return err
	}
	w := &work{run: r}
	src, err := w.open(ctx, in.Batch)
	if err != nil {
		return errors.Join(err, w.end(ctx, batch.Part))
	}
	defer src.Close()
	err = w.write(ctx)
	switch {
	case err == nil:
		err = w.end(ctx, batch.Done)
	case errors.Is(err, plan.ErrRefused):
		if err = errors.Join(w.end(ctx, batch.Part), w.annotate()); err == nil {
			err = problem.Rule("import.problems", "count", w.plan.Count())
		}
	default:
		err = errors.Join(err, w.end(ctx, batch.Part))
	}
	return err
}

// open reads the file of the batch again, as the person who started the job.
func (w *work) open(ctx context.Context, id int64) (*os.File, error) {
	c := w.run.Company
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		w.batch, err = batch.Find(v, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	d := c.Def(w.batch.Resource)
	if d == nil {
		return nil, fmt.Errorf("transfer: no resource %s", w.batch.Resource)
	}
	f, err := os.Open(files.Path(c.Files, w.batch.Digest))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		req := Request{Def: d, Source: f, Size: info.Size(), Name: w.batch.File, Mapping: w.batch.Mapping, Mode: w.batch.Mode, Then: w.batch.Then}
		if err = permitted(w.run.Actor, req); err == nil {
			w.plan, err = plan.New(c, w.run.Actor, req)
		}
	}
	if err != nil {
		_ = f.Close() // it was only read
		return nil, err
	}
	return f, nil
}

// write checks everything that is still to be done, and then writes it chunk by chunk.
func (w *work) write(ctx context.Context) error {
	p := w.plan
	var done map[int]bool
	err := w.run.Company.View(ctx, w.run.Actor, func(v *kernel.View) (err error) {
		done, err = w.batch.Done(v)
		return err
	})
	if err != nil {
		return err
	}
	parts := chunks(p)
	var rest []*plan.Record
	for i, part := range parts {
		if !done[i] {
			rest = append(rest, part...)
		}
	}
	all := int64(len(p.Records))
	w.run.Progress(all-int64(len(rest)), 2*all)
	if err := p.Prepare(ctx, rest, func(n int) { w.run.Advance(int64(n)) }); err != nil {
		return err
	}
	if p.Count() > 0 {
		return plan.ErrRefused
	}
	if frugal := len(rest) > keptDrafts; frugal {
		p.Forget(rest)
	}
	w.run.Progress(2*all-int64(len(rest)), 2*all)
	for i, part := range parts {
		if done[i] {
			continue
		}
		if err := w.part(ctx, i, part); err != nil {
			return err
		}
		w.run.Advance(int64(len(part)))
	}
	return nil
}

// part writes one chunk, unless the job is to stop.
func (w *work) part(ctx context.Context, i int, part []*plan.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if slices.ContainsFunc(part, func(rec *plan.Record) bool { return rec.Draft == nil && rec.Act != plan.ActSame }) {
		if err := w.plan.Prepare(ctx, part, func(int) {}); err != nil {
			return err
		}
		if w.plan.Count() > 0 {
			return plan.ErrRefused
		}
	}
	waiting := 0
	err := pipeline.Unit(ctx, w.run.Company, w.run.Actor, "import:"+w.plan.Def.Name, func(tx *kernel.Tx) error {
		w.plan.Again()
		first, err := w.batch.Once(tx, i)
		if err != nil || !first {
			return err
		}
		waiting, err = apply(tx, w.plan, w.batch, part)
		return err
	})
	if err == nil {
		w.waiting += waiting
		w.plan.Forget(part)
	}
	return err
}

// end notes how the batch ended. That of a job which only the end of the program interrupts goes on when the job does,
// and notes its end then.
func (w *work) end(ctx context.Context, state string) error {
	if w.batch == nil || jobs.Interrupted(ctx) {
		return nil
	}
	return pipeline.Unit(context.WithoutCancel(ctx), w.run.Company, w.run.Actor, "import:end", func(tx *kernel.Tx) error {
		if err := w.batch.Become(tx, state); err != nil {
			return err
		}
		b, err := batch.Find(tx.View, w.batch.ID)
		if err == nil {
			w.run.Output(map[string]int64{"batch": b.ID, "created": b.Created, "updated": b.Updated, "same": b.Same, "waiting": int64(w.waiting)})
		}
		return err
	})
}

// annotate leaves the file with its problems as the result of the job.
func (w *work) annotate() error {
	f, err := w.run.Create(w.batch.File)
	if err != nil {
		return err
	}
	return errors.Join(w.plan.Annotate(f), f.Close())
}

package spool

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/outlet"
)

// The kind of jobs that bring sheets to printers.
const jobSend = "print.send"

// work empties the queues of all printers beside each other, as far as the printers answer.
func work(ctx context.Context, r *jobs.Run) error {
	var printers []int64
	err := pipeline.Unit(ctx, r.Company, r.Actor, "print:due", func(tx *kernel.Tx) (err error) {
		if printers, err = due(tx); err == nil && len(printers) == 0 {
			err = next(tx)
		}
		return err
	})
	if err != nil || len(printers) == 0 {
		return err
	}
	errs := make([]error, len(printers))
	var all sync.WaitGroup
	for i, printer := range printers {
		all.Go(func() { errs[i] = serve(ctx, r, printer) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return pipeline.Unit(context.WithoutCancel(ctx), r.Company, r.Actor, "print:next", next)
}

// serve sends what waits for one printer, one sheet after the other, until it fails or nothing is due.
func serve(ctx context.Context, r *jobs.Run, printer int64) error {
	mine := underwayOf(r.Company)
	for ctx.Err() == nil {
		var s *sheet
		err := pipeline.Unit(ctx, r.Company, r.Actor, "print:take", func(tx *kernel.Tx) (err error) {
			mine.note(s, false) // the unit runs once more
			s, err = take(tx, printer)
			mine.note(s, true)
			return err
		})
		if err != nil || s == nil {
			mine.note(s, false)
			return err
		}
		state, why, cause := deliver(ctx, r, s)
		if cause != nil {
			r.Company.Log.Warn("a sheet was not printed", "job", s.id, "printer", printer, "reason", why, "error", cause)
		}
		// What a printer took is noted even while the program is being ended.
		err = pipeline.Unit(context.WithoutCancel(ctx), r.Company, r.Actor, "print:settle", func(tx *kernel.Tx) error {
			if err := settle(tx, s, state, why); err != nil || state != done {
				return err
			}
			return printed(tx, s)
		})
		mine.note(s, false)
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// underway are the sheets that this process is sending. Nobody takes them for left behind, even when the clock jumps ahead
// because the machine slept.
type underway struct {
	mu  sync.Mutex
	ids map[int64]bool
}

type underwayKey struct{}

func underwayOf(c *kernel.Company) *underway {
	u, _ := kernel.Cache(c, underwayKey{}, func() (*underway, error) { return &underway{ids: map[int64]bool{}}, nil }) // it never fails
	return u
}

// note tells that a sheet is being sent, or is not any more; nil is no sheet.
func (u *underway) note(s *sheet, sends bool) {
	if s == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if delete(u.ids, s.id); sends {
		u.ids[s.id] = true
	}
}

func (u *underway) all() (out []int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Collect(maps.Keys(u.ids))
}

// deliver sends a sheet, which stays nobody else's as long as the printer takes something.
func deliver(ctx context.Context, r *jobs.Run, s *sheet) (state, why string, cause error) {
	return send(ctx, outlet.Sender{Flows: claimed(ctx, r.Company, s.id)}, s)
}

// claimed gives what renews the claim to a sheet that is being sent, whenever half of it is over.
func claimed(ctx context.Context, c *kernel.Company, id int64) func() {
	last := c.Clock.Now()
	return func() {
		now := c.Clock.Now()
		if now.Sub(last) < held/2 {
			return
		}
		last = now
		err := pipeline.Unit(ctx, c, kernel.SystemActor(), "print:keep", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE print_queue SET due_at = ? WHERE id = ? AND state = ?", int64(after(tx.Now, held)), id, sending)
			return err
		})
		if err != nil {
			c.Log.Warn("a sheet that is being printed was not kept", "job", id, "error", err)
		}
	}
}

// send brings a sheet to its printer and judges what became of it.
func send(ctx context.Context, by outlet.Sender, s *sheet) (state, why string, cause error) {
	data, err := base64.StdEncoding.DecodeString(s.data)
	if err != nil {
		return failed, outlet.Refused, err
	}
	if !s.active {
		return failed, inactive, nil
	}
	err = by.Send(ctx, s.at, bytes.Repeat(data, int(s.copies)))
	var f *outlet.Failure
	switch {
	case err == nil:
		return done, "", nil
	case !errors.As(err, &f):
		return unsure, outlet.Broken, err
	case f.Begun:
		return unsure, f.Reason, err
	case f.Reason == outlet.Forbidden || f.Reason == outlet.Unknown:
		return failed, f.Reason, err
	}
	return waiting, f.Reason, err
}

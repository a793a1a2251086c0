package spool

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/outlet"
	"zhanggui/modules/kernel/print/spool/claim"
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
	mine, held := claim.Of(r.Company), int64(0)
	for ctx.Err() == nil {
		var s *sheet
		err := pipeline.Unit(ctx, r.Company, r.Actor, "print:take", func(tx *kernel.Tx) (err error) {
			mine.Note(held, false) // the unit runs once more
			if s, err = take(tx, printer); s != nil {
				held = s.id
				mine.Note(held, true)
			}
			return err
		})
		if err != nil || s == nil {
			mine.Note(held, false)
			return err
		}
		state, why, cause := send(ctx, outlet.Sender{Flows: claim.Renew(ctx, r.Company, s.id)}, s)
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
		mine.Note(held, false)
		if err != nil {
			return err
		}
	}
	return ctx.Err()
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

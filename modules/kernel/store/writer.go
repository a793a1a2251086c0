package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"zhanggui/modules/kernel/problem"
)

// Bounds of one commit: what waits longer than this is paid by everybody behind it.
const (
	maxBatch      = 64
	maxBatchTime  = 10 * time.Millisecond
	idleBeforeWAL = 3 * time.Second
)

// request is one queued unit.
type request struct {
	ctx   context.Context
	label string
	fn    func(*Unit) error
	done  chan error
	unit  *Unit
	err   error
}

// writer owns the writing connection of a SQLite database.
type writer struct {
	s       *session
	queue   chan *request
	stop    chan struct{}
	stopped chan struct{}
	stats   *Stats
}

func newWriter(s *session, stats *Stats) *writer {
	w := &writer{s: s, queue: make(chan *request, 4096), stop: make(chan struct{}), stopped: make(chan struct{}), stats: stats}
	go w.loop()
	return w
}

// do queues a unit and waits for its commit.
func (w *writer) do(ctx context.Context, label string, fn func(*Unit) error) error {
	r := &request{ctx: ctx, label: label, fn: fn, done: make(chan error, 1)}
	select {
	case <-w.stop:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- r:
	case <-w.stop:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.done:
		return err
	case <-w.stopped:
		select {
		case err := <-r.done:
			return err
		default:
			return ErrClosed
		}
	}
}

func (w *writer) loop() {
	defer close(w.stopped)
	idle := time.NewTimer(idleBeforeWAL)
	defer idle.Stop()
	dirty := false
	for {
		select {
		case r := <-w.queue:
			w.batch(r)
			dirty = true
			idle.Reset(idleBeforeWAL)
		case <-idle.C:
			if dirty {
				_ = w.s.raw("PRAGMA wal_checkpoint(TRUNCATE)")
				dirty = false
			}
		case <-w.stop:
			for {
				select {
				case r := <-w.queue:
					w.batch(r)
				default:
					return
				}
			}
		}
	}
}

// batch runs the first unit and whoever waits behind it in one transaction. A savepoint for each unit would copy every
// page that it touches, so the units first run without: only when one fails after it has written is the transaction
// taken back and its units run apart.
func (w *writer) batch(first *request) {
	start := time.Now()
	if err := w.s.raw("BEGIN IMMEDIATE"); err != nil {
		first.done <- err
		return
	}
	var ran []*request
	for r := first; r != nil; r = w.next(len(ran), start) {
		if err := r.ctx.Err(); err != nil {
			r.done <- err
			continue
		}
		ran = append(ran, r)
		if w.run(r); r.err == nil || !w.s.wrote && isProblem(r.err) {
			continue
		}
		_ = w.s.raw("ROLLBACK")
		if len(ran) == 1 { // nobody else was in the transaction
			r.done <- r.err
			return
		}
		w.apart(ran)
		return
	}
	w.finish(ran, true)
}

// isProblem tells an answer to the caller from a failure of the database, which may have ended the transaction.
func isProblem(err error) bool {
	var one *problem.Problem
	var many problem.List
	return errors.As(err, &one) || errors.As(err, &many)
}

// apart runs the units of a batch in which one failed, each in a savepoint of its own.
func (w *writer) apart(ran []*request) {
	alive := w.s.raw("BEGIN IMMEDIATE") == nil
	for i := 0; i < len(ran) && alive; i++ {
		if alive = w.s.raw("SAVEPOINT unit") == nil; alive {
			w.run(ran[i])
			alive = (ran[i].err == nil || w.s.raw("ROLLBACK TO unit") == nil) && w.s.raw("RELEASE unit") == nil
		}
	}
	w.finish(ran, alive)
}

func (w *writer) finish(ran []*request, alive bool) {
	if alive && w.commit() == nil {
		w.settle(ran)
		return
	}
	_ = w.s.raw("ROLLBACK")
	w.again(ran)
}

// next takes one more waiting unit, or nil when the batch is full, late or nobody waits.
func (w *writer) next(n int, start time.Time) *request {
	if n >= maxBatch || time.Since(start) > maxBatchTime {
		return nil
	}
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// run executes one unit inside the open transaction.
func (w *writer) run(r *request) {
	begin := time.Now()
	w.s.count, w.s.wrote = 0, false
	r.unit = &Unit{Snapshot: Snapshot{w.s}}
	r.err = protect(r.fn, r.unit)
	w.stats.record(r.label, w.s.count, time.Since(begin))
}

func (w *writer) commit() error {
	if err := w.s.faults.at(PointCommit); err != nil {
		return err
	}
	if err := w.s.raw("COMMIT"); err != nil {
		return err
	}
	_ = w.s.faults.at(PointCommitted) // only a crash can be planted here: the commit has happened
	return nil
}

// settle tells every caller of a committed batch how its own unit ended.
func (w *writer) settle(ran []*request) {
	for _, r := range ran {
		if r.err == nil {
			for _, fn := range r.unit.after {
				fn()
			}
		}
		r.done <- r.err
	}
}

// again runs the units of a lost batch one by one, each in a transaction of its own, so that one bad unit cannot
// take its neighbours with it.
func (w *writer) again(ran []*request) {
	for _, r := range ran {
		if err := w.s.raw("BEGIN IMMEDIATE"); err != nil {
			r.done <- err
			continue
		}
		if w.run(r); r.err == nil {
			r.err = w.commit()
		}
		if r.err != nil {
			_ = w.s.raw("ROLLBACK")
		}
		w.settle([]*request{r})
	}
}

// protect turns a panic in a unit into an error: one request's bug must not stop the only writer.
func protect(fn func(*Unit) error, u *Unit) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: string(debug.Stack())}
		}
	}()
	return fn(u)
}

// PanicError is a bug that surfaced inside a unit. The unit was rolled back.
type PanicError struct {
	Value any
	Stack string
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in a unit of work: %v\n%s", e.Value, e.Stack)
}

func (w *writer) close() {
	close(w.stop)
	<-w.stopped
	_ = w.s.raw("PRAGMA wal_checkpoint(TRUNCATE)")
	w.s.close()
}

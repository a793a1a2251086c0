package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
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

// batch runs the first unit and whoever waits behind it in one transaction.
func (w *writer) batch(first *request) {
	start := time.Now()
	if err := w.s.raw("BEGIN IMMEDIATE"); err != nil {
		first.done <- err
		return
	}
	var ran []*request
	alive := true
	for r := first; r != nil && alive; r = w.next(len(ran), start) {
		if err := r.ctx.Err(); err != nil {
			r.done <- err
			continue
		}
		ran = append(ran, r)
		alive = w.run(r, len(ran) > 1)
	}
	if alive {
		if w.commit() == nil {
			w.settle(ran)
			return
		}
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

// run executes one unit and reports whether the transaction is still alive. The first unit of a batch needs no
// savepoint of its own: when it fails nothing else is lost with the transaction, which is then begun anew.
func (w *writer) run(r *request, savepoint bool) bool {
	begin := time.Now()
	w.s.count = 0
	r.unit = &Unit{Snapshot: Snapshot{w.s}}
	if savepoint {
		if r.err = w.s.raw("SAVEPOINT unit"); r.err != nil {
			return false
		}
	}
	r.err = protect(r.fn, r.unit)
	w.stats.record(r.label, w.s.count, time.Since(begin))
	if !savepoint {
		return r.err == nil || w.s.raw("ROLLBACK") == nil && w.s.raw("BEGIN IMMEDIATE") == nil
	}
	if r.err == nil {
		if r.err = w.s.raw("RELEASE unit"); r.err == nil {
			return true
		}
		return false
	}
	if w.s.raw("ROLLBACK TO unit") != nil || w.s.raw("RELEASE unit") != nil {
		return false
	}
	return true
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
		alive := w.run(r, false)
		if alive && r.err == nil {
			if err := w.commit(); err == nil {
				w.settle([]*request{r})
				continue
			} else {
				r.err = err
			}
		}
		_ = w.s.raw("ROLLBACK")
		if r.err == nil {
			r.err = errors.New("store: the transaction was lost")
		}
		r.done <- r.err
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

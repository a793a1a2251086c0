package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs/failure"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Rhythm of the runner.
const (
	workers     = 2                      // of each lane
	beat        = 250 * time.Millisecond // how often progress is written at most
	lease       = time.Minute            // how long a silent process keeps a job
	renewBeats  = 40                     // beats after which the lease is renewed without progress
	poll        = 2 * time.Second        // how soon a job of a dead process is noticed
	maxAttempts = 5
)

var (
	errCancelled = errors.New("jobs: cancelled")
	errLost      = errors.New("jobs: another process has taken the job over")
)

// Runner works off the jobs of one company in this process.
type Runner struct {
	c    *kernel.Company
	hub  *hub
	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup
}

// Start begins to work. On SQLite, whose file belongs to one process, jobs that an earlier process left running are
// taken up at once; on PostgreSQL when their lease has run out.
func Start(ctx context.Context, c *kernel.Company) (*Runner, error) {
	if c.Store.Dialect() == store.SQLite {
		err := c.Store.Write(ctx, "job:recover", func(u *store.Unit) error {
			_, err := u.Exec("UPDATE jobs SET lease_until = 0 WHERE state = ?", Running)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	r := &Runner{c: c, hub: hubOf(c)}
	r.ctx, r.stop = context.WithCancel(ctx)
	for lane, wake := range r.hub.lanes.All() {
		for range workers {
			r.done.Go(func() { r.work(lane, wake) })
		}
	}
	return r, nil
}

// Stop interrupts what runs, which the next start takes up again, and waits.
func (r *Runner) Stop() {
	r.stop()
	r.done.Wait()
}

func (r *Runner) work(lane string, wake <-chan struct{}) {
	for r.ctx.Err() == nil {
		if lane == "" {
			if err := r.daily(); err != nil && r.ctx.Err() == nil {
				r.c.Log.Error("the work of the day was not queued", "error", err)
			}
		}
		j, err := r.claim(lane)
		if err != nil && r.ctx.Err() == nil {
			r.c.Log.Error("no job could be taken", "error", err)
		}
		if j != nil {
			r.hub.lanes.Ring(j.Kind) // there may be one for the neighbour too
			r.run(j)
			continue
		}
		timer := time.NewTimer(poll)
		select {
		case <-wake:
		case <-timer.C:
		case <-r.ctx.Done():
		}
		timer.Stop()
	}
}

// due is what of a lane nobody holds, and what waits for no later hour: a job that waits holds the lease itself until then.
// What runs in this process is not due, although its lease ran out while the machine slept.
func (h *hub) due(now clock.Instant, lane string) (string, []any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	where, args := h.lanes.Where(lane)
	where, args = "WHERE state IN ('"+Queued+"', '"+Running+"') AND lease_until < ?"+where, append([]any{int64(now)}, args...)
	for id := range h.running {
		where, args = where+" AND id <> ?", append(args, id)
	}
	return where + " ORDER BY id LIMIT 1", args
}

// claim takes the oldest job of a lane that is due, nil when there is none. It looks before it writes: an idle company must
// not wake its disk.
func (r *Runner) claim(lane string) (*Job, error) {
	now := clock.InstantOf(r.c.Clock.Now())
	due, args := r.hub.due(now, lane)
	var found []*Job
	err := r.c.Store.Read(r.ctx, func(s *store.Snapshot) (err error) {
		found, err = read(s, due, args...)
		return err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var j *Job
	err = r.c.Store.Write(r.ctx, "job:claim", func(u *store.Unit) error {
		j = nil
		lock := ""
		if u.Dialect() == store.Postgres {
			lock = " FOR UPDATE SKIP LOCKED"
		}
		got, err := read(&u.Snapshot, due+lock, args...)
		if err != nil || len(got) == 0 {
			return err
		}
		j = got[0]
		j.Attempts++
		state := Running
		switch {
		case j.Cancelled:
			state = Cancelled
		case j.Attempts > maxAttempts:
			state = Failed
		}
		reason := ""
		if state == Failed {
			reason = failure.Encode(problem.New(problem.Unavailable, "job.attempts"))
		}
		_, err = u.Exec("UPDATE jobs SET state = ?, attempts = ?, lease_until = ?, problem = ? WHERE id = ?",
			state, j.Attempts, int64(now)+lease.Milliseconds(), reason, j.ID)
		if state != Running {
			j = nil
		}
		return err
	})
	return j, err
}

// Run is a job at work.
type Run struct {
	Company *kernel.Company
	Actor   *kernel.Actor
	Job     *Job

	done, total atomic.Int64
	mu          sync.Mutex
	result      string
	output      any
}

// Input reads what the job was ordered with.
func (r *Run) Input(into any) error { return json.Unmarshal(r.Job.Input, into) }

// Progress tells how far the job is; it is shown with a delay of at most a quarter of a second.
func (r *Run) Progress(done, total int64) {
	r.total.Store(total)
	r.done.Store(done)
}

// Advance adds to what is done.
func (r *Run) Advance(n int64) { r.done.Add(n) }

// Interrupted tells that the context of a job ended because the program does: the job will go on later.
func Interrupted(ctx context.Context) bool {
	return ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled)
}

// Create makes the file that people can fetch; the last one made counts. The caller closes it.
func (r *Run) Create(name string) (*os.File, error) {
	name = files.CleanName(name)
	f, err := create(r.Company, r.Job.ID, name)
	if err == nil {
		r.mu.Lock()
		r.result = name
		r.mu.Unlock()
	}
	return f, err
}

// Output keeps a small answer that is shown with the job; it is stored as JSON.
func (r *Run) Output(value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.output = value
}

func (r *Runner) run(j *Job) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	r.hub.mu.Lock()
	r.hub.running[j.ID] = cancel
	r.hub.mu.Unlock()
	defer func() {
		r.hub.mu.Lock()
		delete(r.hub.running, j.ID)
		r.hub.mu.Unlock()
	}()
	run := &Run{Company: r.c, Job: j, result: j.Result}
	run.Progress(j.Done, j.Total)
	stop, beating := make(chan struct{}), sync.WaitGroup{}
	began := r.c.Clock.Now()
	beating.Go(func() { r.beats(run, stop, cancel, began) })
	err := r.call(ctx, run)
	close(stop)
	beating.Wait()
	if err := r.finish(ctx, run, err); err != nil && r.ctx.Err() == nil {
		r.c.Log.Error("the end of a job was not noted", "job", j.ID, "error", err)
	}
}

func (r *Runner) call(ctx context.Context, run *Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a job: %v\n%s", p, debug.Stack())
		}
	}()
	kind, ok := r.hub.kind(run.Job.Kind)
	if !ok {
		return fmt.Errorf("jobs: unknown kind %s", run.Job.Kind)
	}
	if err = auth.Current(ctx, r.c); err != nil {
		return err
	}
	err = r.c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		run.Actor, err = Actors.Of(r.c)(v, run.Job.Account)
		return err
	})
	if err != nil {
		return err
	}
	return kind.Run(ctx, run)
}

// beats writes progress, keeps the lease and looks whether somebody wants the job to stop.
func (r *Runner) beats(run *Run, stop chan struct{}, cancel context.CancelCauseFunc, renewed time.Time) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	var shownDone, shownTotal, silent int64
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		done, total := run.done.Load(), run.total.Load()
		now := r.c.Clock.Now()
		slept := now.Sub(renewed) > lease/2 // the machine did: nobody else may take the job for dead
		if silent++; done == shownDone && total == shownTotal && silent < renewBeats && !slept {
			continue
		}
		renewed = now
		silent, shownDone, shownTotal = 0, done, total
		var cancelled int64
		found := true
		err := r.c.Store.Write(context.WithoutCancel(r.ctx), "job:beat", func(u *store.Unit) (err error) {
			until := int64(clock.InstantOf(now)) + lease.Milliseconds()
			found, err = u.Scan([]any{&cancelled}, "UPDATE jobs SET done = ?, total = ?, lease_until = ? WHERE id = ? AND state = ? AND attempts = ? RETURNING cancelled",
				done, total, until, run.Job.ID, Running, run.Job.Attempts)
			return err
		})
		switch {
		case err != nil:
			r.c.Log.Warn("progress not written", "job", run.Job.ID, "error", err)
		case !found:
			cancel(errLost)
		case cancelled != 0:
			cancel(errCancelled)
		}
	}
}

// finish writes how a job ended. A shutdown puts it back into the queue without counting the attempt.
func (r *Runner) finish(ctx context.Context, run *Run, err error) error {
	j := run.Job
	state, reason, attempts, finished := Done, "", j.Attempts, clock.InstantOf(r.c.Clock.Now())
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errLost):
		return nil
	case err == nil:
	case errors.Is(cause, errCancelled):
		state = Cancelled
	case r.ctx.Err() != nil:
		state, attempts, finished = Queued, j.Attempts-1, 0
	default:
		state, reason = Failed, failure.Encode(err)
		if _, known := problem.From(err); !known {
			r.c.Log.Error("job failed", "job", j.ID, "kind", j.Kind, "error", err)
		}
	}
	output := ""
	run.mu.Lock()
	result, value := run.result, run.output
	run.mu.Unlock()
	if value != nil {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		output = string(text)
	}
	kind, _ := r.hub.kind(j.Kind)
	return r.c.Store.Write(context.WithoutCancel(ctx), "job:finish", func(u *store.Unit) error {
		if kind.Quiet && state == Done {
			_, err := u.Exec("DELETE FROM jobs WHERE id = ? AND state = ? AND attempts = ?", j.ID, Running, j.Attempts)
			return err
		}
		_, err := u.Exec("UPDATE jobs SET state = ?, problem = ?, attempts = ?, finished_at = ?, done = ?, total = ?, result = ?, output = ?, lease_until = 0 WHERE id = ? AND state = ? AND attempts = ?",
			state, reason, attempts, int64(finished), run.done.Load(), run.total.Load(), result, output, j.ID, Running, j.Attempts)
		return err
	})
}

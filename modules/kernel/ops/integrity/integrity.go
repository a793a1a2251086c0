// Package integrity lets the company be recomputed from its raw rows once a week and on demand, as a job, and keeps what
// came of it. What does not agree is told to those who look after the program.
//
// Invariants
//  1. What is shown is the outcome of the last run that came to its end; one that was cancelled or broke off says nothing.
//  2. A run never writes to what it looks at.
package integrity

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Found is what a run found: Kinds of checks over Rows, and one line for each fault.
type Found struct {
	Kinds  int
	Rows   int64
	Faults []string
}

// Checker recomputes a company; watch hears how far it is.
type Checker func(ctx context.Context, watch func(done, total int)) (Found, error)

// Check is the port through which whoever opens the company supplies the checker; without one there are no runs.
var Check = kernel.NewPort[Checker]("integrity.check", nil)

// The kinds of jobs.
const (
	Job   = "ops.integrity"
	watch = "ops.watch"
)

const (
	// rhythm is a week with a little slack, so that a run that began late does not push the next one to the day after.
	rhythm = 7*24*time.Hour - 12*time.Hour
	// quietHour is when the weekly run begins; where no program runs then, it begins with the next start.
	quietHour = 3
	// most is how many faults are kept.
	most = 200
)

// Kinds are the jobs to register.
func Kinds() []jobs.Kind {
	return []jobs.Kind{{Name: Job, Lane: jobs.Long, Run: run}, {Name: watch, Daily: kernel.T("安排核对账目", "Plan the check of the books"), Quiet: true, Run: plan}}
}

// Outcome is what is kept of a run.
type Outcome struct {
	At     clock.Instant `json:"at"` // when it ended
	Millis int64         `json:"ms"`
	Kinds  int           `json:"kinds"`
	Rows   int64         `json:"rows"`
	Count  int           `json:"count"` // of all faults
	Faults []string      `json:"faults"`
}

// Standing is what is known of the runs.
type Standing struct {
	Last    *Outcome // nil while no run came to its end
	Running int64    // the job that runs or waits to be taken now, 0 for none
	Next    clock.Instant
	Offered bool // there is a checker
}

// Look reads how the runs stand.
func Look(v *kernel.View) (Standing, error) {
	out := Standing{Offered: Check.Of(v.Company) != nil}
	var text string
	found, err := v.Scan([]any{&text}, "SELECT output FROM jobs WHERE kind = ? AND state = ? ORDER BY finished_at DESC, id DESC LIMIT 1", Job, jobs.Done)
	if err == nil && found {
		out.Last = &Outcome{}
		err = json.Unmarshal([]byte(text), out.Last)
	}
	if err == nil {
		_, err = v.Scan([]any{&out.Running}, "SELECT id FROM jobs WHERE kind = ? AND (state = ? OR state = ? AND lease_until <= ?) ORDER BY id DESC LIMIT 1",
			Job, jobs.Running, jobs.Queued, int64(v.Now))
	}
	if err == nil {
		_, err = v.Scan([]any{&out.Next}, "SELECT lease_until FROM jobs WHERE kind = ? AND state = ? AND lease_until > ? ORDER BY lease_until LIMIT 1",
			Job, jobs.Queued, int64(v.Now))
	}
	return out, err
}

// Order queues a run for the person who asks for it. While one runs already, that one is given: there is nothing to gain
// from two. Without a checker it is the problem ops.unchecked.
func Order(tx *kernel.Tx) (int64, error) {
	if Check.Of(tx.Company) == nil {
		return 0, problem.New(problem.Unavailable, "ops.unchecked")
	}
	now, err := Look(tx.View)
	if err != nil || now.Running != 0 {
		return now.Running, err
	}
	return jobs.Enqueue(tx, jobs.Order{Kind: Job, Label: messages.Text(tx.Lang, "ops.integrity", nil)})
}

// run recomputes the company and keeps what came of it.
func run(ctx context.Context, r *jobs.Run) error {
	check := Check.Of(r.Company)
	if check == nil {
		return problem.New(problem.Unavailable, "ops.unchecked")
	}
	began := r.Company.Clock.Now()
	found, err := check(ctx, func(done, total int) { r.Progress(int64(done), int64(total)) })
	if err != nil {
		return err
	}
	ended := r.Company.Clock.Now()
	out := Outcome{At: clock.InstantOf(ended), Millis: ended.Sub(began).Milliseconds(), Kinds: found.Kinds, Rows: found.Rows,
		Count: len(found.Faults), Faults: append([]string{}, found.Faults[:min(len(found.Faults), most)]...)}
	r.Output(out)
	if out.Count == 0 {
		return nil
	}
	return pipeline.Unit(ctx, r.Company, r.Actor, "ops:faults", func(tx *kernel.Tx) error {
		keepers, err := mail.Keepers.Of(tx.Company)(tx.View)
		if err != nil {
			return err
		}
		return notify.Tell(tx, notify.Message{To: keepers, Code: "ops.faults", Args: map[string]string{"count": strconv.Itoa(out.Count)}, Link: "/operations", Unseen: true})
	})
}

// plan sees to it that the next weekly run is queued.
func plan(ctx context.Context, r *jobs.Run) error {
	if Check.Of(r.Company) == nil {
		return nil
	}
	return r.Company.Store.Write(ctx, "ops:plan", func(u *store.Unit) error {
		tx := r.Company.Begin(u, kernel.SystemActor())
		var last int64
		if _, err := tx.Scan([]any{&last}, "SELECT MAX(finished_at) FROM jobs WHERE kind = ? AND state = ? HAVING COUNT(*) > 0", Job, jobs.Done); err != nil {
			return err
		}
		if tx.Now.Time().Sub(clock.Instant(last).Time()) < rhythm {
			return nil
		}
		var waits int64
		if found, err := tx.Scan([]any{&waits}, "SELECT id FROM jobs WHERE kind = ? AND state IN (?, ?) LIMIT 1", Job, jobs.Queued, jobs.Running); err != nil || found {
			return err
		}
		label := messages.Text(r.Company.Setting("company.language"), "ops.integrity", nil)
		return jobs.Ensure(tx, jobs.Order{Kind: Job, Label: label, At: quiet(tx.Now.Time(), r.Company.Zone())})
	})
}

// quiet is the next quiet hour of the company.
func quiet(now time.Time, zone *time.Location) clock.Instant {
	local := now.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), quietHour, 0, 0, 0, zone)
	if !at.After(now) {
		at = time.Date(local.Year(), local.Month(), local.Day()+1, quietHour, 0, 0, 0, zone)
	}
	return clock.InstantOf(at)
}

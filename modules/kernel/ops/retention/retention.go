// Package retention is the one place that says what the program forgets, when and why. Modules put their rules among the
// company's hooks; a job of every day follows them. What people wrote, and the audit, is under no rule.
//
// Invariants
//  1. A unit removes a bounded number of rows: nobody waits for the writer.
//  2. A row goes only when its own age is past the rule's days and nothing that still runs needs it.
package retention

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
)

// Rule says how long something is kept. Its rows are those of Table whose column Age, an instant, is set and older than
// Days, as far as Where, a condition on t, holds for them.
type Rule struct {
	Name  string
	What  kernel.Text
	Why   kernel.Text
	Days  int
	Table string
	Key   string // the columns that tell rows apart, separated by commas
	Age   string
	Where string // "" is all
	Bytes string // what a row takes, roughly, as SQL; "" is not told
	// Sweep replaces the removal of rows where there is more to it: it forgets at most so many that are older than an
	// instant and tells how many it forgot.
	Sweep func(ctx context.Context, c *kernel.Company, before clock.Instant, most int) (int64, error)
	// After, when set, runs in the unit that removes rows.
	After func(tx *kernel.Tx) error
}

// Job is the kind of the job of every day.
const Job = "ops.retention"

// batch is how many rows one unit removes: a few milliseconds of the writer.
const batch = 200

// Kinds are the jobs to register.
func Kinds() []jobs.Kind {
	return []jobs.Kind{{Name: Job, Daily: kernel.T("清理过期的记录", "Clear what is kept no longer"), Run: run}}
}

// Rules gives the rules of a company, in the order of their names.
func Rules(c *kernel.Company) (out []Rule) {
	for _, hook := range c.Hooks {
		if r, ok := hook.(Rule); ok {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Gone is how many rows a run forgot, by rule.
type Gone struct {
	At   clock.Instant    `json:"at"`
	Rows map[string]int64 `json:"rows"`
}

// run follows the rules. One that cannot be followed does not keep the others from it.
func run(ctx context.Context, r *jobs.Run) error {
	gone := Gone{Rows: map[string]int64{}}
	var failed error
	for _, rule := range Rules(r.Company) {
		n, err := rule.follow(ctx, r.Company, r.Advance)
		gone.Rows[rule.Name] = n
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			r.Company.Log.Error("what is kept no longer was not removed", "rule", rule.Name, "error", err)
			failed = err
		}
	}
	gone.At = clock.InstantOf(r.Company.Clock.Now())
	r.Output(gone)
	return failed
}

// Before is up to when things are forgotten.
func (r *Rule) Before(now clock.Instant) clock.Instant {
	return clock.InstantOf(now.Time().Add(-time.Duration(r.Days) * 24 * time.Hour))
}

func (r *Rule) follow(ctx context.Context, c *kernel.Company, told func(int64)) (all int64, err error) {
	before := r.Before(clock.InstantOf(c.Clock.Now()))
	for err = ctx.Err(); err == nil; err = ctx.Err() {
		n, err := r.step(ctx, c, before)
		all += n
		told(n)
		if err != nil || n < batch {
			return all, err
		}
	}
	return all, err
}

// step forgets one batch.
func (r *Rule) step(ctx context.Context, c *kernel.Company, before clock.Instant) (n int64, err error) {
	if r.Sweep != nil {
		return r.Sweep(ctx, c, before, batch)
	}
	found := false
	err = c.Store.Read(ctx, func(s *store.Snapshot) (err error) { // it looks before it writes: an idle company must not wake its disk
		found, err = s.Scan([]any{new(int64)}, "SELECT 1 FROM "+r.rows()+" LIMIT 1", int64(before))
		return err
	})
	if err != nil || !found && r.After == nil {
		return 0, err
	}
	err = pipeline.Unit(ctx, c, kernel.SystemActor(), "retention:"+r.Name, func(tx *kernel.Tx) (err error) {
		n, err = tx.Exec("DELETE FROM "+r.Table+" WHERE ("+r.Key+") IN (SELECT "+r.Key+" FROM "+r.rows()+" ORDER BY "+r.Age+" LIMIT ?)", int64(before), batch)
		if err == nil && r.After != nil {
			err = r.After(tx)
		}
		return err
	})
	return n, err
}

// rows are those that the rule forgets, with the one argument of what is too old.
func (r *Rule) rows() string {
	where := ""
	if r.Where != "" {
		where = " AND " + r.Where
	}
	return r.Table + " AS t WHERE t." + r.Age + " > 0 AND t." + r.Age + " < ?" + where
}

// Kept is what there is under a rule.
type Kept struct {
	Rule Rule
	Rows int64
	Size int64
	Gone int64 // in the last run
}

// Table tells what there is under each rule, and when the last run ended. It counts rows: ask rarely.
func Table(v *kernel.View) (out []Kept, last clock.Instant, err error) {
	var text string
	gone := Gone{}
	found, err := v.Scan([]any{&text}, "SELECT output FROM jobs WHERE kind = ? AND state = ? ORDER BY finished_at DESC, id DESC LIMIT 1", Job, jobs.Done)
	if err == nil && found {
		err = json.Unmarshal([]byte(text), &gone)
	}
	for _, rule := range Rules(v.Company) {
		if err != nil {
			return nil, 0, err
		}
		k := Kept{Rule: rule, Gone: gone.Rows[rule.Name]}
		where := ""
		if rule.Where != "" {
			where = " WHERE " + rule.Where
		}
		bytes := cmp.Or(rule.Bytes, "0")
		_, err = v.Scan([]any{&k.Rows, &k.Size}, "SELECT COUNT(*), CAST(COALESCE(SUM("+bytes+"), 0) AS bigint) FROM "+rule.Table+" AS t"+where)
		out = append(out, k)
	}
	return out, gone.At, err
}

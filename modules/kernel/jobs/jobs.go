package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs/failure"
	"zhanggui/modules/kernel/jobs/lanes"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// The states of a job.
const (
	Queued    = "queued"
	Running   = "running"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// Kind is a sort of work. Run may be called again for a job that was interrupted.
type Kind struct {
	Name string
	// Daily, when set, is the label under which the kind is queued once each day of the company, as the system, by
	// whichever process comes first. A day on which no process runs is left out.
	Daily kernel.Text
	Quiet bool   // no list shows it, and nothing is left of it once it is done
	Lane  string // whose workers do it; what waits for something outside of the program has one of its own
	Run   func(ctx context.Context, r *Run) error
}

// Long is the lane of what goes on for minutes: imports, large exports, checks. Kinds without a lane take moments.
const Long = "long"

// Order asks for a job. Input is stored as JSON.
type Order struct {
	Kind  string
	Label string // what people read in the list of jobs
	Input any
	At    clock.Instant // not before; zero is at once
}

// Job is a row of the list. Result is the name of the file it left, "" for none.
type Job struct {
	ID         int64
	Kind       string
	Label      string
	State      string
	Account    int64
	Input      json.RawMessage
	Done       int64
	Total      int64
	Problems   problem.List
	Result     string
	Output     json.RawMessage
	Attempts   int64
	CreatedAt  clock.Instant
	FinishedAt clock.Instant
	Cancelled  bool // asked to stop

	at clock.Instant // until when it waits, while it is new
}

// Finished reports whether nothing more will happen.
func (j *Job) Finished() bool { return j.State != Queued && j.State != Running }

// Actors is the port that turns the account of a job into the actor it runs as. By default it asks the accounts for
// logging in; a job of no account, or of a company without accounts, runs as the system.
var Actors = kernel.NewPort("jobs.actors", actorOf)

func actorOf(v *kernel.View, account int64) (*kernel.Actor, error) {
	if account == 0 || !auth.Accounts.Filled(v.Company) {
		return kernel.SystemActor(), nil
	}
	a, found, err := auth.Accounts.Of(v.Company).ByID(v, account)
	if err != nil {
		return nil, err
	}
	if !found || a.Disabled {
		return nil, problem.Rule("job.account")
	}
	actor := &kernel.Actor{UserID: a.ID, PersonID: a.PersonID, Department: a.Department, Below: a.Below, Listed: a.Listed,
		Name: a.Name, Login: a.Login, Lang: a.Lang, Roles: a.Roles}
	if v.Company.Rights != nil {
		actor.Perms = v.Company.Rights.For(a.Roles)
	}
	return actor, nil
}

// hub is what one company's jobs share in this process.
type hub struct {
	mu      sync.Mutex
	kinds   map[string]Kind
	running map[int64]context.CancelCauseFunc
	lanes   *lanes.Lanes
	day     clock.Date // up to which the daily kinds are known to be queued
}

type hubKey struct{}

func hubOf(c *kernel.Company) *hub {
	h, _ := kernel.Cache(c, hubKey{}, func() (*hub, error) {
		return &hub{kinds: map[string]Kind{}, running: map[int64]context.CancelCauseFunc{}, lanes: lanes.New()}, nil
	})
	return h
}

func (h *hub) kind(name string) (Kind, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.kinds[name]
	return k, ok
}

// quiet names the kinds that no list shows.
func (h *hub) quiet() (out []any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.kinds {
		if k.Quiet {
			out = append(out, k.Name)
		}
	}
	return out
}

func (h *hub) cancel(id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if stop := h.running[id]; stop != nil {
		stop(errCancelled)
	}
}

// Register declares kinds; only while the company is being set up.
func Register(c *kernel.Company, kinds ...Kind) error {
	h := hubOf(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range kinds {
		if _, twice := h.kinds[k.Name]; twice {
			return fmt.Errorf("kind of job %s is declared twice", k.Name)
		}
		h.kinds[k.Name] = k
		h.lanes.Put(k.Name, k.Lane)
	}
	return nil
}

// Enqueue orders a job in the unit; it starts after the commit. The person on whose behalf the unit runs owns it.
func Enqueue(tx *kernel.Tx, o Order) (int64, error) {
	h := hubOf(tx.Company)
	if _, ok := h.kind(o.Kind); !ok {
		return 0, fmt.Errorf("jobs: unknown kind %s", o.Kind)
	}
	input, err := json.Marshal(o.Input)
	if err != nil {
		return 0, err
	}
	id, err := insert(tx.Company, tx.Unit, &Job{Kind: o.Kind, Label: o.Label, Account: tx.Behalf.UserID, Input: input, CreatedAt: tx.Now, at: o.At})
	tx.Unit.AfterCommit(func() { h.lanes.Ring(o.Kind) })
	return id, err
}

// Ensure orders a job as the system, unless one of its kind waits already that begins no later. That one cannot begin
// before this unit has ended, so it finds what the unit leaves for it.
func Ensure(tx *kernel.Tx, o Order) error {
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR SHARE"
	}
	found, err := tx.Scan([]any{new(int64)}, "SELECT id FROM jobs WHERE kind = ? AND state = ? AND cancelled = 0 AND lease_until <= ? ORDER BY id LIMIT 1"+lock,
		o.Kind, Queued, max(int64(o.At), int64(tx.Now)))
	if err != nil || found {
		return err
	}
	if _, err := insert(tx.Company, tx.Unit, &Job{Kind: o.Kind, Label: o.Label, Input: json.RawMessage("null"), CreatedAt: tx.Now, at: o.At}); err != nil {
		return err
	}
	tx.Unit.AfterCommit(func() { hubOf(tx.Company).lanes.Ring(o.Kind) })
	return nil
}

func insert(c *kernel.Company, u *store.Unit, j *Job) (int64, error) {
	id, err := c.Store.NextID()
	if err != nil {
		return 0, err
	}
	_, err = u.Exec(`INSERT INTO jobs (id, kind, label, state, account, input, done, total, problem, result, output, attempts,
		lease_until, created_at, finished_at, cancelled) VALUES (?, ?, ?, ?, ?, ?, 0, 0, '', '', '', 0, ?, ?, 0, 0)`,
		id, j.Kind, j.Label, Queued, j.Account, string(j.Input), int64(j.at), int64(j.CreatedAt))
	return id, err
}

const columns = "SELECT id, kind, label, state, account, input, done, total, problem, result, output, attempts, created_at, finished_at, cancelled FROM jobs "

func read(s *store.Snapshot, where string, args ...any) ([]*Job, error) {
	var out []*Job
	err := s.Each(func(rows *sql.Rows) error {
		j := &Job{}
		var input, found, output string
		var created, finished, cancelled int64
		err := rows.Scan(&j.ID, &j.Kind, &j.Label, &j.State, &j.Account, &input, &j.Done, &j.Total, &found, &j.Result, &output,
			&j.Attempts, &created, &finished, &cancelled)
		if err != nil {
			return err
		}
		j.Input, j.CreatedAt, j.FinishedAt, j.Cancelled = json.RawMessage(input), clock.Instant(created), clock.Instant(finished), cancelled != 0
		if output != "" {
			j.Output = json.RawMessage(output)
		}
		j.Problems, err = failure.Decode(found)
		out = append(out, j)
		return err
	}, columns+where, args...)
	return out, err
}

// mine limits jobs to those of the actor; who may see "system:jobs" sees all.
func mine(a *kernel.Actor) (string, []any) {
	if a.Can("system", "jobs") {
		return "1 = 1", nil
	}
	return "account = ?", []any{a.UserID}
}

// Get gives a job that the actor may see; problem.Missing otherwise.
func Get(v *kernel.View, id int64) (*Job, error) {
	where, args := mine(v.Actor)
	found, err := read(v.Snapshot, "WHERE id = ? AND "+where, append([]any{id}, args...)...)
	if err == nil && len(found) == 0 {
		err = problem.Missing("job", id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// List gives the actor's jobs, newest first.
func List(v *kernel.View, limit int) ([]*Job, error) {
	where, args := mine(v.Actor)
	unlisted := append([]any{deposited}, hubOf(v.Company).quiet()...)
	return read(v.Snapshot, "WHERE kind NOT IN ("+store.Marks(len(unlisted))+") AND "+where+" ORDER BY id DESC LIMIT ?", append(append(unlisted, args...), limit)...)
}

// Open opens the file that a job left and gives the name to send it under; problem.Missing when there is none.
func Open(c *kernel.Company, j *Job) (*os.File, string, error) {
	if j.Result == "" {
		return nil, "", problem.Missing("file", j.ID)
	}
	f, err := os.Open(path(c, j.ID, j.Result))
	if errors.Is(err, os.ErrNotExist) {
		err = problem.Missing("file", j.ID)
	}
	return f, j.Result, err
}

// deposited is the kind of jobs that are nothing but a file.
const deposited = "file"

// Deposit keeps a file for the actor to fetch, as a job that is done; lists do not show it. It is kept like the results
// of jobs.
func Deposit(ctx context.Context, c *kernel.Company, actor *kernel.Actor, name string, write func(io.Writer) error) (int64, error) {
	id, err := c.Store.NextID()
	if err != nil {
		return 0, err
	}
	name = files.CleanName(name)
	f, err := create(c, id, name)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		_ = os.Remove(path(c, id, name)) // the first error is the one that counts
		return 0, err
	}
	return id, c.Store.Write(ctx, "job:deposit", func(u *store.Unit) error {
		now := int64(clock.InstantOf(c.Clock.Now()))
		_, err := u.Exec(`INSERT INTO jobs (id, kind, label, state, account, input, done, total, problem, result, output, attempts,
			lease_until, created_at, finished_at, cancelled) VALUES (?, ?, ?, ?, ?, '{}', 1, 1, '', ?, '', 1, 0, ?, ?, 0)`,
			id, deposited, name, Done, actor.UserID, name, now, now)
		return err
	})
}

func create(c *kernel.Company, id int64, name string) (*os.File, error) {
	place := path(c, id, name)
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(place, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
}

// path is where the file of a job lies; its name has been cleaned.
func path(c *kernel.Company, id int64, name string) string {
	return filepath.Join(Results(c), fmt.Sprintf("%d-%s", id, name))
}

// Results is the folder of the files that jobs left.
func Results(c *kernel.Company) string { return filepath.Join(c.Files, "jobs") }

// Cancel stops a job: at once when it waits, at its next step when it runs. A finished job is problem.Conflict.
func Cancel(ctx context.Context, c *kernel.Company, actor *kernel.Actor, id int64) error {
	return c.Store.Write(ctx, "job:cancel", func(u *store.Unit) error {
		tx := c.Begin(u, actor)
		j, err := Get(tx.View, id)
		if err != nil {
			return err
		}
		if j.Finished() {
			return problem.Conflicted("job.finished")
		}
		u.AfterCommit(func() { hubOf(c).cancel(id) })
		_, err = u.Exec("UPDATE jobs SET cancelled = 1, finished_at = CASE WHEN state = ? THEN ? ELSE finished_at END, state = CASE WHEN state = ? THEN ? ELSE state END WHERE id = ? AND state IN (?, ?)",
			Queued, int64(tx.Now), Queued, Cancelled, id, Queued, Running)
		return err
	})
}

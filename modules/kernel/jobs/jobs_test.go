package jobs_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

type input struct {
	Text string `json:"text"`
}

// probe is what the kinds of the test module share with a test.
type probe struct {
	started chan int64
	release chan struct{}
	runs    atomic.Int64
	days    atomic.Int64
}

func module(p *probe) kernel.Module {
	return kernel.Module{Name: "test", Setup: func(c *kernel.Company) error {
		return jobs.Register(c,
			jobs.Kind{Name: "write", Run: func(_ context.Context, r *jobs.Run) error {
				var in input
				if err := r.Input(&in); err != nil {
					return err
				}
				r.Progress(1, 2)
				r.Advance(1)
				r.Output(map[string]string{"who": r.Actor.Name, "text": in.Text})
				f, err := r.Create("../evil/result.txt")
				if err != nil {
					return err
				}
				_, err = f.WriteString(in.Text)
				return errors.Join(err, f.Close())
			}},
			jobs.Kind{Name: "refuse", Run: func(context.Context, *jobs.Run) error {
				return problem.Rule("test.no", "label", kernel.T("甲", "A"), "n", 7).At("/x")
			}},
			jobs.Kind{Name: "break", Run: func(context.Context, *jobs.Run) error { return errors.New("secret") }},
			jobs.Kind{Name: "daily", Daily: kernel.T("每天", "Daily"), Run: func(context.Context, *jobs.Run) error {
				p.days.Add(1)
				return nil
			}},
			jobs.Kind{Name: "outside", Lane: "outside", Run: func(ctx context.Context, r *jobs.Run) error {
				p.started <- r.Job.Attempts
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-p.release:
					return nil
				}
			}},
			jobs.Kind{Name: "minutes", Lane: jobs.Long, Run: func(context.Context, *jobs.Run) error { return nil }},
			jobs.Kind{Name: "panic", Run: func(context.Context, *jobs.Run) error { panic("secret") }},
			jobs.Kind{Name: "long", Run: func(ctx context.Context, r *jobs.Run) error {
				p.runs.Add(1)
				p.started <- r.Job.Attempts
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-p.release:
					return nil
				}
			}})
	}}
}

type world struct {
	c     *kernel.Company
	probe *probe
	clock *clock.Manual
}

func both(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, open := range []func(testing.TB, testkit.Options) *kernel.Company{testkit.SQLite, testkit.Postgres} {
		t.Run("", func(t *testing.T) {
			w := &world{probe: &probe{started: make(chan int64, 10), release: make(chan struct{})}, clock: clock.Fixed(testkit.Now)}
			w.c = open(t, testkit.Options{Modules: []kernel.Module{module(w.probe)}, Clock: w.clock})
			fn(t, w)
		})
	}
}

func (w *world) start(t *testing.T) *jobs.Runner {
	t.Helper()
	r, err := jobs.Start(context.Background(), w.c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func (w *world) order(t *testing.T, kind string, who *kernel.Actor) int64 {
	t.Helper()
	var id int64
	err := pipeline.Unit(context.Background(), w.c, who, "test", func(tx *kernel.Tx) (err error) {
		id, err = jobs.Enqueue(tx, jobs.Order{Kind: kind, Label: "做 " + kind, Input: input{"内容"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) get(t *testing.T, id int64) *jobs.Job {
	t.Helper()
	var j *jobs.Job
	err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		j, err = jobs.Get(v, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (w *world) wait(t *testing.T, id int64, until func(*jobs.Job) bool) *jobs.Job {
	t.Helper()
	for range 500 {
		if j := w.get(t, id); until(j) {
			return j
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("job %d hangs: %+v", id, w.get(t, id))
	return nil
}

func finished(j *jobs.Job) bool { return j.Finished() }

func TestResults(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.start(t)
		j := w.wait(t, w.order(t, "write", kernel.SystemActor()), finished)
		if j.State != jobs.Done || j.Done != 2 || j.Total != 2 || j.Result != "result.txt" || string(j.Output) != `{"text":"内容","who":"system"}` || j.FinishedAt == 0 {
			t.Errorf("%+v", j)
		}
		f, name, err := jobs.Open(w.c, j)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if text, _ := io.ReadAll(f); string(text) != "内容" || name != "result.txt" {
			t.Errorf("%q %q", text, name)
		}
		j = w.wait(t, w.order(t, "refuse", kernel.SystemActor()), finished)
		if j.State != jobs.Failed || len(j.Problems) != 1 || j.Problems[0].Path != "/x" || j.Problems[0].Args["label"] != kernel.T("甲", "A") {
			t.Errorf("%+v", j)
		}
		for _, kind := range []string{"break", "panic"} {
			j = w.wait(t, w.order(t, kind, kernel.SystemActor()), finished)
			if j.State != jobs.Failed || len(j.Problems) != 1 || j.Problems[0].Code != "job.failed" || len(j.Problems[0].Args) != 0 {
				t.Errorf("%s: %+v", kind, j)
			}
		}
		if _, _, err := jobs.Open(w.c, j); err == nil {
			t.Error("a job without a file has one")
		}
	})
}

func TestOnlyOwnJobs(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		mine, other := &kernel.Actor{UserID: 5, Name: "m"}, &kernel.Actor{UserID: 6, Name: "o"}
		id := w.order(t, "write", mine)
		for _, x := range []struct {
			who  *kernel.Actor
			want int
		}{{mine, 1}, {other, 0}, {kernel.SystemActor(), 1}} {
			err := w.c.View(context.Background(), x.who, func(v *kernel.View) error {
				list, err := jobs.List(v, 10)
				if len(list) != x.want {
					t.Errorf("%s sees %d jobs, want %d", x.who.Name, len(list), x.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := jobs.Cancel(context.Background(), w.c, other, id)
		if list, ok := problem.From(err); !ok || list[0].Kind != problem.NotFound {
			t.Errorf("somebody else cancels: %v", err)
		}
	})
}

func TestCancel(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		queued := w.order(t, "long", kernel.SystemActor())
		if err := jobs.Cancel(context.Background(), w.c, kernel.SystemActor(), queued); err != nil {
			t.Fatal(err)
		}
		if j := w.get(t, queued); j.State != jobs.Cancelled || j.FinishedAt == 0 {
			t.Errorf("%+v", j)
		}
		w.start(t)
		running := w.order(t, "long", kernel.SystemActor())
		<-w.probe.started
		if err := jobs.Cancel(context.Background(), w.c, kernel.SystemActor(), running); err != nil {
			t.Fatal(err)
		}
		if j := w.wait(t, running, finished); j.State != jobs.Cancelled {
			t.Errorf("%+v", j)
		}
		if err := jobs.Cancel(context.Background(), w.c, kernel.SystemActor(), running); err == nil {
			t.Error("a finished job was cancelled")
		}
		if n := w.probe.runs.Load(); n != 1 {
			t.Errorf("%d runs, want 1", n)
		}
	})
}

// TestALaneHoldsNobodyElseUp: a printer or a vendor that says nothing keeps the workers of its lane, and nobody else waits.
func TestALaneHoldsNobodyElseUp(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.start(t)
		silent := []int64{w.order(t, "outside", kernel.SystemActor()), w.order(t, "outside", kernel.SystemActor())}
		<-w.probe.started
		<-w.probe.started
		third := w.order(t, "outside", kernel.SystemActor())
		for _, kind := range []string{"minutes", "write", "minutes", "write"} {
			if j := w.wait(t, w.order(t, kind, kernel.SystemActor()), finished); j.State != jobs.Done {
				t.Errorf("%s: %+v", kind, j)
			}
		}
		for _, id := range silent {
			if j := w.get(t, id); j.State != jobs.Running {
				t.Errorf("%+v", j)
			}
		}
		if j := w.get(t, third); j.State != jobs.Queued {
			t.Errorf("a third one of the lane began: %+v", j)
		}
		close(w.probe.release)
		for _, id := range append(silent, third) {
			if j := w.wait(t, id, finished); j.State != jobs.Done || j.Attempts != 1 {
				t.Errorf("%+v", j)
			}
		}
	})
}

func TestGoesOnAfterTheProgramEnded(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		first := w.start(t)
		id := w.order(t, "long", kernel.SystemActor())
		<-w.probe.started
		first.Stop()
		if j := w.get(t, id); j.State != jobs.Queued || j.Attempts != 0 {
			t.Fatalf("after an orderly end: %+v", j)
		}
		// A crash leaves the row as it was; the lease of a dead process runs out.
		err := pipeline.Unit(context.Background(), w.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE jobs SET state = 'running', attempts = 1, lease_until = ? WHERE id = ?", int64(tx.Now)+60_000, id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(2 * time.Minute)
		w.start(t)
		if n := <-w.probe.started; n != 2 {
			t.Errorf("attempt %d, want 2", n)
		}
		close(w.probe.release)
		if j := w.wait(t, id, finished); j.State != jobs.Done {
			t.Errorf("%+v", j)
		}
	})
}

func TestGivesUpAfterManyAttempts(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		id := w.order(t, "long", kernel.SystemActor())
		err := pipeline.Unit(context.Background(), w.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE jobs SET state = 'running', attempts = 5, lease_until = 0 WHERE id = ?", id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.start(t)
		if j := w.wait(t, id, finished); j.State != jobs.Failed || j.Problems[0].Code != "job.attempts" || w.probe.runs.Load() != 0 {
			t.Errorf("%+v", j)
		}
	})
}

func TestDailyOnceADayHoweverManyProcesses(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.start(t)
		w.start(t)
		until := func(want int64) {
			t.Helper()
			for end := time.Now().Add(20 * time.Second); w.probe.days.Load() < want && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			time.Sleep(100 * time.Millisecond) // a second time would come at once
			if got := w.probe.days.Load(); got != want {
				t.Fatalf("ran %d times, want %d", got, want)
			}
		}
		until(1)
		w.clock.Advance(24 * time.Hour)
		until(2)
		w.clock.Advance(-24 * time.Hour) // a clock that jumps back brings no second one
		until(2)
	})
}

// TestTheMachineSleeps: a lease that ran out while the machine slept costs no job that still runs here: it is renewed at
// once, nobody else in this process takes the job, and what was due meanwhile is done.
func TestTheMachineSleeps(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.start(t)
		id := w.order(t, "long", kernel.SystemActor())
		if n := <-w.probe.started; n != 1 {
			t.Fatalf("attempt %d, want 1", n)
		}
		w.clock.Advance(20 * time.Hour)
		w.order(t, "write", kernel.SystemActor()) // wakes the other worker before the lease is renewed
		want := int64(clock.InstantOf(w.clock.Now())) + 60_000
		var until int64
		for end := time.Now().Add(10 * time.Second); until != want && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			err := w.c.Store.Read(context.Background(), func(s *store.Snapshot) error {
				_, err := s.Scan([]any{&until}, "SELECT lease_until FROM jobs WHERE id = ?", id)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if until != want {
			t.Errorf("the lease lasts until %d, want %d", until, want)
		}
		for end := time.Now().Add(10 * time.Second); w.probe.days.Load() < 2 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		close(w.probe.release)
		if j := w.wait(t, id, finished); j.State != jobs.Done || j.Attempts != 1 || w.probe.runs.Load() != 1 {
			t.Errorf("%d runs, %+v", w.probe.runs.Load(), j)
		}
		if got := w.probe.days.Load(); got != 2 {
			t.Errorf("the work of the day ran %d times on two days", got)
		}
	})
}

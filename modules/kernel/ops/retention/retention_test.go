package retention_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/endpoints"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
)

// firm is a company of the kernel with everything that it forgets, on a clock of its own.
type firm struct {
	t  testing.TB
	c  *kernel.Company
	on *clock.Manual
}

func newFirm(t testing.TB, open func(testing.TB, testkit.Options) *kernel.Company) *firm {
	on := clock.Fixed(testkit.Now)
	return &firm{t, open(t, testkit.Options{Clock: on, Modules: []kernel.Module{transfer.Module(), notify.Module(), mail.Module(), endpoints.Module(), ops.Module()}}), on}
}

func both(t *testing.T, fn func(f *firm)) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			fn(newFirm(t, open))
		})
	}
}

func (f *firm) exec(query string, args ...any) {
	f.t.Helper()
	err := f.c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
		_, err := u.Exec(query, args...)
		return err
	})
	if err != nil {
		f.t.Fatalf("%s: %v", query, err)
	}
}

func (f *firm) count(from string) (n int64) {
	f.t.Helper()
	err := f.c.Store.Read(context.Background(), func(s *store.Snapshot) error {
		_, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM "+from)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// ago is an instant so many days and a little more before now.
func (f *firm) ago(days int) int64 {
	return int64(clock.InstantOf(f.on.Now().Add(-time.Duration(days)*24*time.Hour - time.Minute)))
}

// cleared lets a day pass and waits until its clearing is done.
func (f *firm) cleared() retention.Gone {
	f.t.Helper()
	out := retention.Gone{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	runner, err := jobs.Start(ctx, f.c)
	if err != nil {
		f.t.Fatal(err)
	}
	defer runner.Stop()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var kept []retention.Kept
		err := f.c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
			kept, out.At, err = retention.Table(v)
			return err
		})
		if err != nil {
			f.t.Fatal(err)
		}
		if out.At == clock.InstantOf(f.on.Now()) {
			out.Rows = map[string]int64{}
			for _, k := range kept {
				out.Rows[k.Rule.Name] = k.Gone
			}
			return out
		}
		if time.Since(began) > 30*time.Second {
			f.t.Fatal("nothing was cleared")
		}
	}
}

func (f *firm) key(n int, name string, record, at int64) {
	f.exec("INSERT INTO idempotency (actor, name, hash, record, waiting, at) VALUES (?, ?, 'h', ?, 0, ?)", n, name, record, at)
}

func (f *firm) job(id int64, state, result string, ended int64) {
	f.exec(`INSERT INTO jobs (id, kind, label, state, account, input, done, total, problem, result, output, attempts, lease_until, created_at, finished_at, cancelled)
		VALUES (?, 'test.none', 'x', ?, 7, '{}', 0, 0, '', ?, '', 1, 9007199254740000, ?, ?, 0)`, id, state, result, ended, ended)
}

// batch is an import that stands in a state, with two of its chunks done.
func (f *firm) batch(id int64, state string, at int64) {
	f.exec(`INSERT INTO import_batch (id, resource, file_name, digest, mode, act, mapping, state, account, account_name, at, job, created, updated, same)
		VALUES (?, 'x', 'x.xlsx', 'd', '', '', '{}', ?, 7, 'x', ?, 0, 2, 0, 0)`, id, state, at)
	f.exec("INSERT INTO import_record (batch, record, version, fresh, undone) VALUES (?, 1, 1, 1, 0)", id)
	for chunk := range 2 {
		f.key(7, fmt.Sprintf("import:%d:%d", id, chunk), id, at)
	}
}

// fill puts rows on both sides of each bound, and gives the folder of the jobs' files.
func (f *firm) fill() (folder string) {
	for n := range 1203 { // six batches and a few
		f.key(n, "old", 1, f.ago(30))
	}
	f.key(1, "young", 1, f.ago(29))
	f.batch(11, "running", f.ago(90))
	f.batch(12, "done", f.ago(31))
	f.batch(13, "done", f.ago(29))
	for n, expires := range []int64{f.ago(0), f.ago(0), f.ago(-2)} {
		f.exec("INSERT INTO sessions (token, account, created_at, seen_at, expires_at, address, agent) VALUES (?, 7, 1, 1, ?, '', '')", fmt.Sprint("t", n), expires)
	}
	f.exec("INSERT INTO attempts (name, failed, last_at, until_at) VALUES ('a', 3, ?, 0), ('b', 3, ?, 0)", f.ago(1), f.ago(0))
	for n, days := range []int{181, 180, 179} {
		f.exec("INSERT INTO notices (id, account, at, code, args, resource, target, read_at) VALUES (?, 7, ?, 'x', '{}', '', '', 0)", n+1, f.ago(days))
	}
	for n, state := range []string{"sent", "waiting", "failed", "sent"} {
		days := []int{91, 91, 90, 89}[n]
		f.exec("INSERT INTO mail_queue (id, account, queued_at, state, tries, due_at, done_at, error) VALUES (?, 7, 1, ?, 1, ?, ?, '')",
			n+1, state, map[bool]int64{true: 9007199254740000}[state == "waiting"], f.ago(days))
	}
	f.job(1, jobs.Done, "", f.ago(181))
	f.job(2, jobs.Failed, "", f.ago(179))
	f.job(3, jobs.Running, "", f.ago(400))
	f.job(4, jobs.Done, "a.xlsx", f.ago(31))
	f.job(5, jobs.Done, "b.xlsx", f.ago(29))
	f.job(6, jobs.Running, "c.xlsx", f.ago(400)) // taken up again: its file is needed
	f.job(7, jobs.Cancelled, "d.xlsx", f.ago(200))
	folder = filepath.Join(f.c.Files, "jobs")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		f.t.Fatal(err)
	}
	for _, name := range []string{"4-a.xlsx", "5-b.xlsx", "6-c.xlsx", "7-d.xlsx"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	return folder
}

// TestWhatIsForgottenAndWhatIsNot puts rows on both sides of each bound and one of each kind that something still needs.
func TestWhatIsForgottenAndWhatIsNot(t *testing.T) {
	both(t, func(f *firm) {
		folder := f.fill()
		got := f.cleared()
		want := map[string]int64{"idempotency": 1203, "import.chunks": 2, "sessions": 2, "attempts": 1, "notices": 2, "mail": 2, "job.results": 2, "jobs": 2}
		for name, n := range want {
			if got.Rows[name] != n {
				f.t.Errorf("%s: %d were forgotten, want %d", name, got.Rows[name], n)
			}
		}
		if len(got.Rows) != len(want) {
			f.t.Errorf("rules %v, want those of %v", got.Rows, want)
		}
		for from, n := range map[string]int64{
			"idempotency WHERE name = 'young'": 1, "idempotency WHERE name LIKE 'import:11:%'": 2, "idempotency WHERE name LIKE 'import:12:%'": 0,
			"idempotency WHERE name LIKE 'import:13:%'": 2, "import_batch": 3, "import_record": 3, "sessions": 1, "attempts": 1, "notices": 1, "mail_queue": 2,
			"mail_queue WHERE state = 'waiting'": 1, "jobs WHERE kind = 'test.none'": 5, "jobs WHERE id = 4 AND result = ''": 1, "jobs WHERE id = 7": 0,
			"jobs WHERE id IN (5, 6) AND result <> ''": 2,
		} {
			if got := f.count(from); got != n {
				f.t.Errorf("%s: %d rows, want %d", from, got, n)
			}
		}
		left, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || len(left) != 2 || !strings.HasSuffix(left[0], "5-b.xlsx") || !strings.HasSuffix(left[1], "6-c.xlsx") {
			f.t.Errorf("files %v %v", left, err)
		}
		for _, u := range f.c.Store.Stats().All() {
			if rule, ok := strings.CutPrefix(u.Label, "retention:"); ok && (u.Count > 7 || u.MaxStatements > 4) {
				f.t.Errorf("%s: %d units, at most %d statements in one", rule, u.Count, u.MaxStatements)
			}
		}
		f.on.Advance(24 * time.Hour)
		for name, n := range f.cleared().Rows { // the next day only what has come of age since
			if want := map[string]int64{"idempotency": 1, "import.chunks": 2, "attempts": 1, "notices": 1, "mail": 1, "job.results": 1, "jobs": 1}[name]; n != want {
				f.t.Errorf("%s: %d were forgotten on the next day, want %d", name, n, want)
			}
		}
	})
}

// TestARuleThatFailsKeepsNobodyBack: the others are followed, and the job says that something went wrong.
func TestARuleThatFailsKeepsNobodyBack(t *testing.T) {
	bad := kernel.Module{Name: "bad", Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, retention.Rule{Name: "aaa", Days: 1, Table: "nowhere", Key: "id", Age: "at"},
			retention.Rule{Name: "sessions", Table: "sessions", Key: "token", Age: "expires_at"})
		return jobs.Register(c, retention.Kinds()...)
	}}
	f := &firm{t: t, on: clock.Fixed(testkit.Now)}
	f.c = testkit.SQLite(t, testkit.Options{Clock: f.on, Modules: []kernel.Module{bad}})
	f.exec("INSERT INTO sessions (token, account, created_at, seen_at, expires_at, address, agent) VALUES ('x', 7, 1, 1, ?, '', '')", f.ago(0))
	runner, err := jobs.Start(t.Context(), f.c)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	for began := time.Now(); f.count("jobs WHERE kind = 'ops.retention' AND state = 'failed'") == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("the job did not fail")
		}
	}
	if n := f.count("sessions"); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// BenchmarkClear tells how long one unit of clearing holds the writer while a hundred thousand marks lie there, half of them old.
func BenchmarkClear(b *testing.B) {
	f := newFirm(b, testkit.SQLite)
	for b.Loop() {
		b.StopTimer()
		f.exec(`INSERT INTO idempotency (actor, name, hash, record, waiting, at)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			SELECT 7, 'key-' || i || '-' || ?, '0123456789abcdef0123456789abcdef', i, 0, CASE WHEN i % 2 = 0 THEN ? ELSE ? END FROM n`, f.on.Now().Unix(), f.ago(31), f.ago(1))
		b.StartTimer()
		if n := f.cleared().Rows["idempotency"]; n < 50000 {
			b.Fatalf("%d were cleared", n)
		}
		b.StopTimer()
		f.exec("DELETE FROM idempotency")
		f.on.Advance(24 * time.Hour)
		b.StartTimer()
	}
	for _, u := range f.c.Store.Stats().All() {
		if u.Label == "retention:idempotency" {
			b.ReportMetric(float64(u.Held.Microseconds())/float64(u.Count)/1000, "ms-held/unit")
			b.ReportMetric(float64(u.MaxHeld.Microseconds())/1000, "ms-held-max")
		}
	}
}

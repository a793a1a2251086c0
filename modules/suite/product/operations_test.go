package product

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/figures"
	"zhanggui/modules/kernel/ops/integrity"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// watched is a company that is looked after, on a clock of its own, in a data folder as the program keeps one.
type watched struct {
	*face
	c    *kernel.Company
	on   *clock.Manual
	data string
}

const watchedSetup = `{"company":"标记甲公司","name":"标记乙老板","login":"markedboss","password":"marked horse 7","books":true,"sample":true}`

func newWatched(t *testing.T, open func(testing.TB, testkit.Options) *kernel.Company) *watched {
	t.Helper()
	w := &watched{on: clock.Fixed(testkit.Now), data: t.TempDir()}
	options := wholeProduct(t)
	options.Clock, options.Path = w.on, filepath.Join(w.data, "main", "company.db")
	w.c = open(t, options)
	if w.c.Store.Dialect() == store.Postgres {
		w.data = filepath.Dir(w.c.Files)
	}
	err := integrity.Check.Fill(w.c, func(ctx context.Context, watch func(int, int)) (integrity.Found, error) {
		found, err := check.Run(ctx, w.c.Store, watch)
		return integrity.Found{Kinds: found.Kinds, Rows: found.Rows, Faults: found.Faults}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(w.c, web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.face = &face{t: t, server: server.Handler()}
	if w.doc, err = testkit.NewInterface(w.ask("GET", "/api/openapi.json", "").Body.Bytes()); err != nil {
		t.Fatal(err)
	}
	made := w.ask("POST", "/api/v1/setup", watchedSetup)
	for _, c := range made.Result().Cookies() {
		if c.Name == "zg_session" {
			w.cookie = c
		}
	}
	if made.Code != http.StatusCreated || w.cookie == nil {
		t.Fatalf("set-up: %d %s", made.Code, made.Body)
	}
	return w
}

func (w *watched) figures() (f figures.Figures) {
	w.t.Helper()
	w.on.Advance(31 * time.Second) // what is kept for half a minute is measured anew
	w.get("/api/v1/system/operations?lang=en", &f)
	return f
}

func (w *watched) exec(query string, args ...any) {
	w.t.Helper()
	err := w.c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
		_, err := u.Exec(query, args...)
		return err
	})
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// codes are what the page warns of, with the level.
func codes(f figures.Figures) string {
	var out []string
	for _, w := range f.Warnings {
		if w.Text == "" || w.Text == w.Code || strings.Contains(w.Text, "{") {
			out = append(out, "wordless")
		}
		if w.Code != "ops.disk_slow" { // how fast the disk of a test machine is says nothing of the program
			out = append(out, w.Level+" "+w.Code)
		}
	}
	return strings.Join(out, ", ")
}

// settled lets the jobs of the day run to their end.
func (w *watched) settled() {
	w.t.Helper()
	runner, err := jobs.Start(context.Background(), w.c)
	if err != nil {
		w.t.Fatal(err)
	}
	defer runner.Stop()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var open, today int64
		err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&open}, "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running') AND lease_until <= ?", int64(v.Now)+2*time.Minute.Milliseconds())
			if err == nil {
				_, err = v.Scan([]any{&today}, "SELECT COUNT(*) FROM job_days WHERE day = ?", string(v.Today))
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		if open == 0 && today > 0 {
			return
		}
		if time.Since(began) > time.Minute {
			w.t.Fatalf("%d jobs do not end", open)
		}
	}
}

// TestOperationsSayWhatIsWrong walks a company from its first minute through one trouble after the other.
func TestOperationsSayWhatIsWrong(t *testing.T) {
	w := newWatched(t, testkit.SQLite)
	f := w.figures()
	if got := codes(f); f.Verdict != "wrong" || got != "wrong backup.warn_stale, look backup.warn_one_disk" {
		t.Errorf("in its first minute: %s: %s", f.Verdict, got)
	}
	d := f.Database
	if d.Kind != "sqlite" || d.Size < 100_000 || !slices.Contains(d.Settings, figures.Named{Name: "journal_mode", Value: "wal"}) ||
		!slices.Contains(d.Settings, figures.Named{Name: "synchronous", Value: "2"}) || !slices.Contains(d.Schema, figures.Named{Name: "ops", Value: "1"}) {
		t.Errorf("database %+v", d)
	}
	if f.Program.Version != "test" || f.People.Users != 1 || f.People.Sessions != 1 || f.People.Hour != 1 || len(f.Units) == 0 || len(f.Disks) != 1 || f.Integrity.State != "never" {
		t.Errorf("%+v %+v %d units %+v %s", f.Program, f.People, len(f.Units), f.Disks, f.Integrity.State)
	}
	second := t.TempDir()
	if a := w.ask("PUT", "/api/v1/settings", `{"backup.folder":`+jsonText(second)+`}`); a.Code != http.StatusOK && a.Code != http.StatusNoContent {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	w.settled()
	f = w.figures()
	if got := codes(f); got != "look backup.warn_same_disk" || f.Verdict != "look" || f.Backups.Count != 1 || f.Backups.Last == 0 || f.Backups.Next != "2026-11-22" || f.Backups.Second != "same_disk" {
		t.Errorf("after the first night: %s: %s, backups %+v", f.Verdict, got, f.Backups)
	}
	if f.Integrity.Next.String() != "2026-11-21T19:00:00.000Z" { // three in the morning in Shanghai
		t.Errorf("the next check is at %s", f.Integrity.Next)
	}
	w.troubled(f.At)
	w.on.Advance(-24 * time.Hour * 3)
	if f = w.figures(); !strings.Contains(codes(f), "wrong ops.clock_back") || f.Clock.Back < 2*24*time.Hour.Milliseconds() {
		t.Errorf("with the clock set back: %s, %d ms", codes(f), f.Clock.Back)
	}
}

// troubled puts the traces of troubles into the tables, each with one on the safe side of its bound.
func (w *watched) troubled(now clock.Instant) {
	w.t.Helper()
	job := func(id int64, kind, state string, account, at int64) {
		w.exec(`INSERT INTO jobs (id, kind, label, state, account, input, done, total, problem, result, output, attempts, lease_until, created_at, finished_at, cancelled)
			VALUES (?, ?, ?, ?, ?, '{}', 0, 0, '[{"kind":422,"code":"backup.empty"}]', '', '', 1, 0, ?, ?, 0)`, id, kind, "Label of "+kind, state, account, at, at)
	}
	hour := time.Hour.Milliseconds()
	job(1<<40, "a.mended", "failed", 0, int64(now)-hour)
	job(1<<40+1, "a.mended", "done", 0, int64(now))
	job(1<<40+2, "b.old", "failed", 0, int64(now)-8*24*hour)
	job(1<<40+3, "c.personal", "failed", 7, int64(now)-hour)
	if f := w.figures(); codes(f) != "look backup.warn_same_disk" || f.Jobs.Failed != 2 || len(f.Jobs.Troubled) != 2 || f.Jobs.Troubled[0].Text == "" {
		w.t.Errorf("with failures that need nobody: %s, %+v", codes(f), f.Jobs)
	}
	job(1<<40+4, "d.broken", "failed", 0, int64(now)-hour)
	job(1<<40+5, "e.stuck", "queued", 7, int64(now)-hour)
	for id, state := range []string{"waiting", "failed", "sent", "waiting"} {
		w.exec("INSERT INTO mail_queue (id, account, queued_at, state, tries, due_at, done_at, error) VALUES (?, 1, ?, ?, ?, 9007199254740000, ?, '')",
			id+1, int64(now)-2*hour, state, map[bool]int{true: 1}[id < 3], int64(now))
	}
	f := w.figures()
	if got := codes(f); got != "wrong ops.jobs_failed, look backup.warn_same_disk, look ops.jobs_stuck, look ops.mail_failing" || f.Jobs.Stuck != 1 ||
		f.Mail.Waiting != 2 || f.Mail.Late != 1 || f.Mail.Failed != 1 || !strings.Contains(f.Warnings[0].Text, "Label of d.broken.") {
		w.t.Errorf("%s, %+v, %+v, %q", got, f.Jobs, f.Mail, f.Warnings[0].Text)
	}
	w.exec("DELETE FROM jobs WHERE id >= ?", int64(1)<<40)
	w.exec("DELETE FROM mail_queue")
}

// TestTheBooksAreCheckedAndFaultsAreTold: on demand, weekly, and what does not agree makes the page red and is told once.
func TestTheBooksAreCheckedAndFaultsAreTold(t *testing.T) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t, open)
			w.settled()
			if a := w.ask("POST", "/api/v1/system/operations/integrity", ""); a.Code != http.StatusAccepted {
				t.Fatalf("%d %s", a.Code, a.Body)
			}
			first := w.figures().Integrity.Job
			if a := w.ask("POST", "/api/v1/system/operations/integrity", ""); first == 0 || a.Body.String() != fmt.Sprintf(`{"job":%d}`, first) {
				t.Errorf("a second order beside job %d: %s", first, a.Body)
			}
			w.settled()
			f := w.figures()
			if i := f.Integrity; i.State != "clean" || i.Count != 0 || i.Kinds < 40 || i.Rows < 50 || i.Job != 0 {
				t.Errorf("%+v", i)
			}
			w.exec("UPDATE ledger_account SET name = 'x' WHERE code = '1001'") // behind the program's back
			for range 2 {                                                      // somebody looks in between, or the session would end
				w.on.Advance(84 * time.Hour)
				w.figures()
			}
			w.settled() // the weekly run, planned on the first day for a night on which the program was off
			f = w.figures()
			if i := f.Integrity; i.State != "faulty" || i.Count != 1 || len(i.Faults) != 1 || !strings.Contains(i.Faults[0], "ledger.account") || f.Verdict != "wrong" || !strings.Contains(codes(f), "wrong ops.faults") {
				t.Errorf("%+v, %s", i, codes(f))
			}
			var told struct{ Items []struct{ Text, To string } }
			w.get("/api/v1/notices?lang=en", &told)
			n := 0
			for _, one := range told.Items {
				if one.To == "/operations" && strings.HasPrefix(one.Text, "The check of the books found 1 places") {
					n++
				}
			}
			if n != 1 {
				t.Errorf("the administrator is told %d times: %+v", n, told)
			}
			for day := range 7 { // the next one is planned on the seventh day
				if next := w.figures().Integrity.Next; next != 0 {
					t.Errorf("on day %d the next run is planned for %s", day, next)
				}
				w.on.Advance(24 * time.Hour)
				w.settled()
			}
			if next := w.figures().Integrity.Next.Time().In(w.c.Zone()); next.Hour() != 3 || next.Sub(w.on.Now()) > 24*time.Hour {
				t.Errorf("the next run is at %s, now it is %s", next, w.on.Now())
			}
		})
	}
}

// TestMetricsAreForWhoeverMayReadThem: off they are not there, on they ask for the right, and they name nobody.
func TestMetricsAreForWhoeverMayReadThem(t *testing.T) {
	w := newWatched(t, testkit.SQLite)
	if a := w.ask("GET", "/metrics", ""); a.Code != http.StatusNotFound {
		t.Errorf("switched off: %d", a.Code)
	}
	if a := w.ask("PUT", "/api/v1/settings", `{"system.metrics":true}`); a.Code >= 300 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	w.ask("GET", "/api/v1/no/such/标记甲", "")
	w.ask("GET", "/api/v1/base/parties?q=标记甲", "")
	a := w.ask("GET", "/metrics", "")
	for _, want := range []string{`zhanggui_requests_total{route="/api/v1/base/parties",method="GET",status="200"} 1`, `zhanggui_requests_total{route="other",method="GET",status="404"} 1`,
		"zhanggui_sessions 1\n", "zhanggui_writer_queue 0\n", `zhanggui_jobs{state="failed"} 0`, `zhanggui_units_total{unit="`, `zhanggui_request_duration_seconds_bucket{le="+Inf"} `,
		"zhanggui_integrity_faults 0\n", `zhanggui_disk_free_bytes{disk="data"} `, "# TYPE zhanggui_requests_total counter\n"} {
		if !strings.Contains(a.Body.String(), want) {
			t.Errorf("%q is not in the metrics", want)
		}
	}
	if a.Code != http.StatusOK || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain; version=0.0.4") || strings.Contains(a.Body.String(), "标记") || strings.Contains(a.Body.String(), "marked") {
		t.Errorf("%d %s\n%s", a.Code, a.Header(), a.Body)
	}
	cookie := w.cookie
	if w.cookie = nil; w.ask("GET", "/metrics", "").Code != http.StatusUnauthorized {
		t.Error("strangers read metrics")
	}
	w.cookie = cookie
	for _, role := range []string{"boss", "accountant", "auditor"} {
		for _, act := range []string{"metrics", "operations"} {
			if shippedRights(t).For([]string{role}).Can("system", act) {
				t.Errorf("the %s has the right to %s", role, act)
			}
		}
	}
}

// unzipped reads a bundle: its entries by name.
func unzipped(t *testing.T, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range z.File {
		f, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		out[e.Name] = string(text)
	}
	return out
}

// marked is a text that stands nowhere by itself.
func marked(n int) string { return fmt.Sprintf("mk%04dzq", n) }

// TestTheBundleHoldsNothingOfTheBusiness marks every text of every table, every setting that is free text, and the log, and
// looks for the marks, and for the amounts that were marked, in each entry of the bundle.
func TestTheBundleHoldsNothingOfTheBusiness(t *testing.T) {
	w := newWatched(t, testkit.SQLite)
	w.settled()
	n := w.mark()
	if n < 200 {
		t.Fatalf("only %d columns were marked", n)
	}
	logs := filepath.Join(w.data, "logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		t.Fatal(err)
	}
	log := `{"time":"2026-11-21T10:00:00Z","level":"ERROR","msg":"job failed","user":"mk0001zq","error":"no mk0002zq for 987654.32","path":"/mk0003zq","status":500}` + "\nmk0004zq\n"
	if err := os.WriteFile(filepath.Join(logs, "zhanggui.log"), []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	w.on.Advance(31 * time.Second)
	a := w.ask("GET", "/api/v1/system/operations/bundle", "")
	if a.Code != http.StatusOK {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	parts := unzipped(t, a.Body.Bytes())
	for _, name := range []string{"README.txt", "operations.json", "settings.json", "schema.json", "rows.json", "build.txt", "goroutines.txt", "logs/zhanggui.log"} {
		if len(parts[name]) < 60 {
			t.Errorf("%s holds %q", name, parts[name])
		}
	}
	secrets := []string{"mk0", "mk1", "mk2", "mk3", "zq", "标记", "marked", "98765432", "987654", "192.168.77.7", w.data}
	for name, text := range parts {
		for _, secret := range secrets {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s tells %q: %s", name, secret, text[max(0, at-60):min(len(text), at+60)])
			}
		}
	}
	rows := map[string]int64{}
	if err := json.Unmarshal([]byte(parts["rows.json"]), &rows); err != nil || rows["base_user"] != 1 || rows["audit_head"] != 1 {
		t.Errorf("rows %v %v", rows, err)
	}
	if text := parts["settings.json"]; !strings.Contains(text, `"company.name": "(filled in)"`) || !strings.Contains(text, `"system.metrics": "false"`) {
		t.Errorf("settings %s", text)
	}
	if w.ask("GET", "/api/v1/system/operations", "").Code != http.StatusOK { // the page itself bears such rows
		t.Error("the page is not served")
	}
}

// programs are columns that hold words of the program, or without which the page is not served.
var programs = []string{"migrations.", "job_days.", "sqlite", "jobs.kind", "jobs.state", "jobs.output", "jobs.problem", "settings.name", "sessions.token", "base_user.roles", "mail_queue.state"}

// mark writes a mark into every text column of every row, marks the settings that are free text, sets prices and limits to a
// figure that stands nowhere else, and leaves a failed job and a fault that quote the business. It gives how many columns
// it marked.
func (w *watched) mark() (n int) {
	w.t.Helper()
	type column struct{ table, name string }
	var columns []column
	err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			var c column
			err := rows.Scan(&c.table, &c.name)
			columns = append(columns, c)
			return err
		}, "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT' ORDER BY m.name, c.cid")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range columns {
		if slices.ContainsFunc(programs, func(p string) bool { return strings.HasPrefix(c.table+"."+c.name, p) }) {
			continue
		}
		n++
		w.exec("UPDATE OR IGNORE "+c.table+" SET "+c.name+" = ?", marked(n))
	}
	w.exec("UPDATE base_item SET price = 98765432000000")
	w.exec("UPDATE base_party SET credit_limit = 98765432")
	values := map[string]string{}
	for _, s := range w.c.Settings {
		if values[s.Name] = w.c.Setting(s.Name); s.Kind == kernel.KindText || s.Kind == kernel.KindLongText {
			values[s.Name] = marked(n)
		}
	}
	values["company.zone"] = "Asia/Shanghai"
	w.c.PutSettings(values)
	now := int64(clock.InstantOf(w.on.Now()))
	for id, state := range []string{"failed", "done"} {
		kind := []string{"transfer.import", integrity.Job}[id]
		w.exec(`INSERT INTO jobs (id, kind, label, state, account, input, done, total, problem, result, output, attempts, lease_until, created_at, finished_at, cancelled)
			VALUES (?, ?, 'mk3001zq', ?, 0, '{"x":"mk3002zq"}', 0, 0, ?, 'mk3003zq', ?, 1, 0, ?, ?, 0)`, int64(1)<<40+int64(id), kind, state,
			[]string{`[{"kind":422,"code":"import.left","args":{"title":"mk3004zq"}}]`, ""}[id],
			[]string{"", `{"at":"2026-11-21T02:00:00.000Z","ms":7,"kinds":40,"rows":100,"count":2,"faults":["ledger: mk3005zq owes 9876543.21","mk3006zq: is bad"]}`}[id], now, now)
	}
	return n
}

package ops

import (
	"cmp"
	"database/sql"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/jobs/failure"
	"zhanggui/modules/kernel/ops/figures"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/transfer/layout"
)

// pragmas are read back and told; each is a table of one row.
var pragmas = []string{"journal_mode", "synchronous", "foreign_keys", "cache_size", "page_size"}

func database(v *kernel.View, f *figures.Figures) error {
	d := &f.Database
	d.Kind = string(v.Dialect())
	if v.Dialect() == store.Postgres {
		d.Settings = []figures.Named{{Name: "synchronous_commit"}, {Name: "fsync"}, {Name: "full_page_writes"}}
		_, err := v.Scan([]any{&d.Version, &d.Size, &d.Settings[0].Value, &d.Settings[1].Value, &d.Settings[2].Value},
			`SELECT current_setting('server_version'), pg_database_size(current_database()), current_setting('synchronous_commit'),
			current_setting('fsync'), current_setting('full_page_writes')`)
		return err
	}
	values := make([]string, len(pragmas))
	var pages, free, size int64
	dest := []any{&d.Version, &pages, &free, &size}
	query := "SELECT sqlite_version(), (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count), (SELECT page_size FROM pragma_page_size)"
	for i, p := range pragmas {
		query += ", (SELECT CAST(" + p + " AS TEXT) FROM pragma_" + p + ")"
		dest = append(dest, &values[i])
	}
	if _, err := v.Scan(dest, query); err != nil {
		return err
	}
	for i, p := range pragmas {
		d.Settings = append(d.Settings, figures.Named{Name: p, Value: values[i]})
	}
	d.Size, d.Free = pages*size, free*size
	if info, err := os.Stat(v.Company.Store.Path() + "-wal"); err == nil {
		d.Log = info.Size()
	}
	return nil
}

func schema(v *kernel.View, f *figures.Figures) error {
	return v.Each(func(rows *sql.Rows) error {
		var name string
		var version int64
		err := rows.Scan(&name, &version)
		f.Database.Schema = append(f.Database.Schema, figures.Named{Name: name, Value: strconv.FormatInt(version, 10)})
		return err
	}, "SELECT module, MAX(version) FROM migrations GROUP BY module ORDER BY module")
}

// times compares the clock with that of the database and with the last thing that was recorded.
func times(v *kernel.View, f *figures.Figures) error {
	f.Clock = figures.Clock{Zone: v.Company.Zone().String(), Today: string(v.Today)}
	if v.Dialect() == store.Postgres {
		var there int64
		if _, err := v.Scan([]any{&there}, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)"); err != nil {
			return err
		}
		f.Clock.Ahead = there - v.Company.Clock.Now().UnixMilli()
	}
	var last int64
	_, err := v.Scan([]any{&last}, "SELECT at FROM audit ORDER BY id DESC LIMIT 1")
	f.Clock.Back = max(0, last-int64(v.Now))
	return err
}

// still is how long after its time a job that nobody takes stands still.
const still = 10 * time.Minute

// mostTroubled is how many jobs in trouble are told one by one.
const mostTroubled = 20

func jobsOf(v *kernel.View, f *figures.Figures) error {
	week, stuck := int64(v.Now)-7*24*time.Hour.Milliseconds(), int64(v.Now)-still.Milliseconds()
	counts := map[string]*int64{jobs.Queued: &f.Jobs.Queued, jobs.Running: &f.Jobs.Running, jobs.Done: &f.Jobs.Done}
	err := v.Each(func(rows *sql.Rows) error {
		var state string
		var n, late, planned int64
		err := rows.Scan(&state, &n, &late, &planned)
		if into := counts[state]; into != nil {
			*into = n - planned
		}
		f.Jobs.Stuck += late
		return err
	}, `SELECT state, COUNT(*), COALESCE(SUM(CASE WHEN state IN ('queued', 'running') AND lease_until < ? AND created_at < ? THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state = 'queued' AND lease_until > ? THEN 1 ELSE 0 END), 0) FROM jobs GROUP BY state`, stuck, stuck, int64(v.Now))
	if err == nil {
		_, err = v.Scan([]any{&f.Jobs.Failed}, "SELECT COUNT(*) FROM jobs WHERE state = 'failed' AND finished_at >= ?", week)
	}
	f.Jobs.Troubled = []figures.Job{}
	if err != nil || f.Jobs.Failed+f.Jobs.Stuck == 0 {
		return err
	}
	return v.Each(func(rows *sql.Rows) error {
		var j figures.Job
		var at int64
		var found string
		if err := rows.Scan(&j.ID, &j.Kind, &j.Label, &j.State, &at, &j.Tries, &found); err != nil {
			return err
		}
		j.At = clock.Instant(at)
		if j.State != jobs.Failed {
			j.State = "stuck"
		}
		list, err := failure.Decode(found)
		if len(list) > 0 {
			j.Text = layout.Found{Problem: list[0]}.Words(v.Company, v.Lang)
		}
		f.Jobs.Troubled = append(f.Jobs.Troubled, j)
		return err
	}, `SELECT id, kind, label, state, CASE WHEN finished_at > 0 THEN finished_at ELSE created_at END, attempts, problem FROM jobs
		WHERE state = 'failed' AND finished_at >= ? OR state IN ('queued', 'running') AND lease_until < ? AND created_at < ? ORDER BY id DESC LIMIT ?`,
		week, stuck, stuck, mostTroubled)
}

// broken names the jobs of the program itself that failed within the week and whose kind has not come to its end since.
func broken(v *kernel.View, f *figures.Figures) error {
	var labels []string
	err := v.Each(func(rows *sql.Rows) error {
		var label string
		err := rows.Scan(&label)
		labels = append(labels, label)
		return err
	}, `SELECT MAX(j.label) FROM jobs j WHERE j.state = 'failed' AND j.account = 0 AND j.finished_at >= ?
		AND NOT EXISTS (SELECT 1 FROM jobs d WHERE d.kind = j.kind AND d.state = 'done' AND d.finished_at > j.finished_at) GROUP BY j.kind ORDER BY 1`,
		int64(v.Now)-7*24*time.Hour.Milliseconds())
	f.Jobs.Broken = strings.Join(labels, map[bool]string{true: ", ", false: "、"}[v.Lang == "en"])
	return err
}

func mailOf(v *kernel.View, f *figures.Figures) error {
	hour, week := int64(v.Now)-time.Hour.Milliseconds(), int64(v.Now)-7*24*time.Hour.Milliseconds()
	_, err := v.Scan([]any{&f.Mail.Waiting, &f.Mail.Late, &f.Mail.Failed}, `SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state = 'waiting' AND tries > 0 AND queued_at < ? THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state = 'failed' AND done_at >= ? THEN 1 ELSE 0 END), 0) FROM mail_queue WHERE state IN ('waiting', 'failed')`, hour, week)
	return err
}

// due tells on which day the next backup is made.
func due(v *kernel.View, f *figures.Figures) error {
	if !f.Backups.Here {
		return nil
	}
	var day clock.Date
	_, err := v.Scan([]any{&day}, "SELECT day FROM job_days WHERE kind = 'backup'")
	f.Backups.Next = string(v.Today)
	if day == v.Today {
		f.Backups.Next = string(v.Today.AddDays(1))
	}
	return err
}

// units are the kinds of units, those first that held the writer longest in all.
func (w *watcher) units() []figures.Unit {
	by := map[string]*figures.Unit{}
	for _, u := range w.c.Store.Stats().All() {
		label := w.common(u.Label)
		if by[label] == nil {
			by[label] = &figures.Unit{Label: label}
		}
		one := by[label]
		one.Count += u.Count
		one.AllStatements += u.Statements
		one.MostStatements = max(one.MostStatements, u.MaxStatements)
		one.MostHeld = max(one.MostHeld, u.MaxHeld.Microseconds())
		one.AllHeld += u.Held.Microseconds()
	}
	out := []figures.Unit{}
	for _, label := range slices.Sorted(maps.Keys(by)) {
		one, n := by[label], max(by[label].Count, 1)
		one.Statements, one.Held = (one.AllStatements+n/2)/n, one.AllHeld/n
		out = append(out, *one)
	}
	slices.SortStableFunc(out, func(a, b figures.Unit) int { return cmp.Compare(b.AllHeld, a.AllHeld) })
	return out
}

// common is the label of a unit without what a company called its own registers.
func (w *watcher) common(label string) string {
	for _, d := range w.c.Defs {
		if d.Family == "" {
			continue
		}
		if at := strings.Index(label, d.Family); at >= 0 {
			_, rest, more := strings.Cut(label[at:], ":")
			if label = label[:at] + d.Family + "*"; more {
				label += ":" + rest
			}
		}
	}
	return label
}

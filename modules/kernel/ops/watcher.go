package ops

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/endpoints"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops/figures"
	"zhanggui/modules/kernel/ops/integrity"
	"zhanggui/modules/kernel/ops/machine"
	"zhanggui/modules/kernel/ops/meter"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/store"
)

// watcher is what one company's figures need beyond its database.
type watcher struct {
	c        *kernel.Company
	started  time.Time
	requests *meter.Meter

	mu   sync.Mutex
	kept slow
}

// fresh is how long figures are kept that must be counted; paced how long the pace of the disk is, which is measured by
// writing to it.
const (
	fresh = 30 * time.Second
	paced = 5 * time.Minute
)

// slow are the figures that are kept for a while. They hold no words: those are made in the language of whoever looks.
type slow struct {
	at        time.Time
	synced    time.Time // when the disk was measured
	sync      time.Duration
	files     figures.Files
	backups   figures.Backups
	doubts    []endpoints.Doubt
	disks     []figures.Disk
	retention []retention.Kept
	cleared   clock.Instant
}

// dataFolder is where the company's files lie. On PostgreSQL the database is elsewhere.
func dataFolder(c *kernel.Company) string {
	if c.Store.Dialect() == store.SQLite {
		return backup.Data(c)
	}
	return filepath.Dir(filepath.Dir(c.Files))
}

// logFolder is where the program keeps its log.
func logFolder(c *kernel.Company) string { return filepath.Join(dataFolder(c), "logs") }

// look gives the slow figures, measured anew when they are too old. Two who ask at once wait for one measurement.
func (w *watcher) look(ctx context.Context) (slow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.c.Clock.Now()
	if age := now.Sub(w.kept.at); !w.kept.at.IsZero() && age >= 0 && age < fresh {
		return w.kept, nil
	}
	out := slow{at: now, synced: w.kept.synced, sync: w.kept.sync}
	err := w.c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		if _, err = v.Scan([]any{&out.files.Count, &out.files.Size}, "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS bigint) FROM files WHERE deleted_at = 0"); err != nil {
			return err
		}
		out.retention, out.cleared, err = retention.Table(v)
		return err
	})
	if err == nil {
		err = w.archives(ctx, &out)
	}
	if err != nil {
		return out, err
	}
	data := dataFolder(w.c)
	if age := now.Sub(out.synced); w.c.Store.Dialect() == store.SQLite && (out.synced.IsZero() || age < 0 || age >= paced) {
		out.synced = now
		if out.sync, err = machine.Sync(data, clock.System()); err != nil {
			w.c.Log.Warn("the disk was not measured", "error", err)
		}
	}
	out.disks = append(out.disks, disk("data", data)...)
	if out.backups.Second == "ok" {
		out.disks = append(out.disks, disk("second", w.c.Setting(backup.SecondFolder))...)
	}
	for i := range out.retention {
		if out.retention[i].Rule.Name == results {
			_, out.retention[i].Size = filled(jobs.Results(w.c))
		}
	}
	out.retention = append(out.retention, written(logFolder(w.c))...)
	w.kept = out
	return out, nil
}

// archives looks at the backups and what is wrong with them.
func (w *watcher) archives(ctx context.Context, out *slow) error {
	if w.c.Store.Dialect() != store.SQLite {
		out.doubts = []endpoints.Doubt{{Code: "backup.postgres"}}
		out.backups.Second = "none"
		return nil
	}
	facts, err := archive.Mark(ctx, w.c.Store)
	if err != nil {
		return err
	}
	second := w.c.Setting(backup.SecondFolder)
	kept := backup.List(backup.Folder(backup.Data(w.c)), second, facts.ID)
	out.backups.Here = true
	for _, k := range kept {
		out.backups.Count++
		out.backups.Size += k.Size
		if k.Good() && !k.Upload {
			out.backups.Last = max(out.backups.Last, k.Manifest.Made)
		}
	}
	out.backups.Second = "ok"
	if second == "" {
		out.backups.Second = "none"
	}
	if facts.ID == "" { // nothing to back up yet
		return nil
	}
	for _, d := range endpoints.Doubts(w.c, kept, facts.Mark) {
		switch d.Code {
		case "backup.warn_second":
			out.backups.Second = "missing"
		case "backup.warn_same_disk":
			out.backups.Second = "same_disk"
		}
		out.doubts = append(out.doubts, d)
	}
	return nil
}

// Levels of warnings.
const (
	fine  = "ok"
	hint  = "look"
	wrong = "wrong"
)

// How little room on a disk is too little: below the first nothing can be written soon.
const (
	roomWrong = 500 << 20
	roomHint  = 2 << 30
)

func disk(what, folder string) []figures.Disk {
	room, ok := machine.Disk(folder)
	if !ok {
		return nil
	}
	d := figures.Disk{What: what, Free: room.Free, Total: room.Total, Level: fine}
	switch {
	case room.Free < roomWrong:
		d.Level = wrong
	case room.Free < roomHint:
		d.Level = hint
	}
	return []figures.Disk{d}
}

// written are the files that look after themselves: the log turns over when it is full.
func written(logs string) []retention.Kept {
	all := retention.Kept{Rule: retention.Rule{Name: "logs", Days: 90, What: kernel.T("日志文件", "Log files"),
		Why: kernel.T("写满一个换下一个，最多留六个；里面没有单据的内容。", "When one is full the next begins, and six are kept at most; they hold nothing of documents.")}}
	if all.Rows, all.Size = filled(logs); all.Rows == 0 {
		return nil
	}
	return []retention.Kept{all}
}

// filled counts the files of a folder, and their bytes.
func filled(folder string) (n, size int64) {
	entries, _ := os.ReadDir(folder) // a folder that is not there has none
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n++
			size += info.Size()
		}
	}
	return n, size
}

// Gather measures everything, in words of a language.
func (w *watcher) gather(ctx context.Context, lang string) (*figures.Figures, error) {
	kept, err := w.look(ctx)
	if err != nil {
		return nil, err
	}
	now := w.c.Clock.Now()
	f := &figures.Figures{At: clock.InstantOf(now), Files: kept.files, Backups: kept.backups, Disks: append([]figures.Disk{}, kept.disks...), Units: w.units(),
		Program: figures.Program{Version: w.c.Version, Go: runtime.Version(), System: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.NumCPU(),
			Started: clock.InstantOf(w.started), Uptime: int64(now.Sub(w.started) / time.Second)}}
	used := machine.Used()
	f.Memory = figures.Memory(used)
	f.Database.Sync = kept.sync.Microseconds()
	f.Database.Queue, f.Database.Connections = w.c.Store.Load()
	f.Retention.At = kept.cleared
	for _, k := range kept.retention {
		f.Retention.Items = append(f.Retention.Items, figures.Kept{Name: k.Rule.Name, What: k.Rule.What.In(lang), Why: k.Rule.Why.In(lang), Days: k.Rule.Days,
			Rows: k.Rows, Size: k.Size, Gone: k.Gone})
	}
	actor := kernel.SystemActor()
	actor.Lang = lang
	err = w.c.View(ctx, actor, func(v *kernel.View) error { return read(v, f) })
	if err != nil {
		return nil, err
	}
	f.People.Streams = notify.Watching(w.c)
	judge(f, kept.doubts, words{w.c, lang})
	return f, nil
}

// read asks the database, a dozen statements whatever there is.
func read(v *kernel.View, f *figures.Figures) error {
	for _, ask := range []func(*kernel.View, *figures.Figures) error{database, schema, times, jobsOf, broken, mailOf, peopleOf, integrityOf, due} {
		if err := ask(v, f); err != nil {
			return err
		}
	}
	return nil
}

func integrityOf(v *kernel.View, f *figures.Figures) error {
	now, err := integrity.Look(v)
	f.Integrity = figures.Integrity{State: "never", Job: now.Running, Next: now.Next, Faults: []string{}}
	if !now.Offered {
		f.Integrity.State = "none"
	}
	if last := now.Last; last != nil {
		f.Integrity.State = "clean"
		if last.Count > 0 {
			f.Integrity.State = "faulty"
		}
		f.Integrity.At, f.Integrity.Millis, f.Integrity.Kinds, f.Integrity.Rows = last.At, last.Millis, last.Kinds, last.Rows
		f.Integrity.Count, f.Integrity.Faults = last.Count, append(f.Integrity.Faults, last.Faults...)
	}
	return err
}

func peopleOf(v *kernel.View, f *figures.Figures) error {
	ago := func(d time.Duration) int64 { return int64(clock.InstantOf(v.Now.Time().Add(-d))) }
	p := &f.People
	_, err := v.Scan([]any{&p.Sessions, &p.Hour, &p.Day, &p.Week}, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN seen_at >= ? THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN seen_at >= ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN seen_at >= ? THEN 1 ELSE 0 END), 0) FROM sessions WHERE expires_at >= ?`,
		ago(time.Hour), ago(24*time.Hour), ago(7*24*time.Hour), int64(v.Now))
	if err == nil {
		_, err = v.Scan([]any{&p.Keys}, "SELECT COUNT(*) FROM api_keys WHERE revoked_at = 0 AND (expires_at = 0 OR expires_at >= ?)", int64(v.Now))
	}
	if err == nil {
		p.Users, err = auth.Accounts.Of(v.Company).Count(v)
	}
	return err
}

package backup_test

import (
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// BenchmarkBackup backs up a company of about 145 MB while one unit after the other is written, and tells the longest that
// one of them waited for its commit, besides the longest without a backup.
func BenchmarkBackup(b *testing.B) {
	c := testkit.SQLite(b, testkit.Options{Path: b.TempDir() + "/main/company.db"})
	write := func(what string) (took time.Duration) {
		began := time.Now()
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "bench", func(tx *kernel.Tx) error { return audit.Note(tx, "bench", "note", what) })
		if err != nil {
			b.Error(err)
		}
		return time.Since(began)
	}
	text := strings.Repeat("六角螺栓 M8×30 304 ", 8)
	for chunk := range 60 {
		err := c.Store.Write(context.Background(), "bench", func(u *store.Unit) error {
			for i := range 9_000 {
				id := chunk*9_000 + i
				if _, err := u.Exec("INSERT INTO comments (id, resource, record, author, author_name, at, content) VALUES (?, 'bench', ?, 1, '', ?, ?)", id, id*7919%100_000, id, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	write("the company begins")
	info, err := os.Stat(c.Store.Path())
	if err != nil {
		b.Fatal(err)
	}
	worstOf := func(during func()) time.Duration {
		var worst, stop atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for stop.Load() == 0 {
				worst.Store(max(worst.Load(), int64(write("while it is backed up"))))
			}
		}()
		during()
		stop.Add(1)
		<-done
		return time.Duration(worst.Load())
	}
	idle := worstOf(func() { time.Sleep(3 * time.Second) })
	o := backup.Of(c, backup.Demand)
	var worst time.Duration
	var packed int64
	for b.Loop() {
		worst = max(worst, worstOf(func() {
			made, err := backup.Make(b.Context(), o)
			if err != nil {
				b.Fatal(err)
			}
			if zip, err := os.Stat(made.Path); err == nil {
				packed = zip.Size()
			}
		}))
		o.Now = o.Now.Add(time.Minute)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(float64(packed)/1e6, "MB-packed")
	b.ReportMetric(float64(idle.Milliseconds()), "ms-worst-write-without")
	b.ReportMetric(float64(worst.Milliseconds()), "ms-worst-write")
}

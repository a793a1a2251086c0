package endpoints

import (
	"context"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
)

// The careful have an archive made again and again while they work. It is an archive of the day, of which retention keeps
// the newest, so that the folder does not fill up.
const (
	settingOften = "backup.often"
	jobOften     = "backup.often"
	// pause lies between the beginnings of two: with what one takes, no more than five minutes are lost.
	pause = 4 * time.Minute
	// overdue is when something should have been backed up long since.
	overdue = 6 * time.Minute
)

func oftenChoice() *kernel.Setting {
	return &kernel.Setting{Group: kernel.T("数据备份", "Backups"), Field: kernel.Field{Name: settingOften, Kind: kernel.KindBool,
		Label: kernel.T("五分钟备份一次", "Back up every five minutes"),
		Help: kernel.T("有改动就备份，最多丢五分钟的内容；每天只留最后一份。请同时设好第二个备份文件夹。数据很大、电脑较慢时会占用一些性能。",
			"Whenever something was changed, so that no more than five minutes are lost; of each day the last one stays. Set a second folder as well. Large data on a slow machine make it felt.")},
		Fixed: func(tx *kernel.Tx, _, value string) error {
			if value != "true" {
				return nil
			}
			return again(tx, tx.Now)
		}}
}

// again queues the next one, unless there is one already.
func again(tx *kernel.Tx, at clock.Instant) error {
	var waiting int64
	if _, err := tx.Scan([]any{&waiting}, "SELECT COUNT(*) FROM jobs WHERE kind = ? AND state = 'queued'", jobOften); err != nil || waiting > 0 {
		return err
	}
	_, err := jobs.Enqueue(tx, jobs.Order{Kind: jobOften, Label: kernel.T("五分钟备份", "Backup of the last minutes").In(tx.Company.Setting("company.language")), At: at})
	return err
}

// resume takes the habit up again in a company that was opened: a restored one knows nothing of what was queued.
func resume(ctx context.Context, c *kernel.Company) error {
	if c.Setting(settingOften) != "true" || c.Store.Dialect() != store.SQLite {
		return nil
	}
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "system:backup-often", func(tx *kernel.Tx) error { return again(tx, tx.Now) })
}

// often makes an archive when something was recorded since the newest one. What goes wrong is logged, and the page warns of
// it: a list of jobs that grows by one failure every four minutes helps nobody.
func often(ctx context.Context, r *jobs.Run) error {
	c := r.Company
	if c.Setting(settingOften) != "true" || c.Store.Dialect() != store.SQLite {
		return nil
	}
	next := clock.InstantOf(c.Clock.Now().Add(pause))
	err := pipeline.Unit(ctx, c, kernel.SystemActor(), "system:backup-often", func(tx *kernel.Tx) error { return again(tx, next) })
	if err != nil {
		return err
	}
	o := backup.Of(c, backup.Daily)
	o.Changed = true
	made, err := backup.Make(ctx, o)
	if err == nil {
		err = made.Copied
	}
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("no backup of the last minutes", "error", err)
	}
	return ctx.Err()
}

// late tells whether the habit does not do what it promises: something was recorded after the newest archive, long since.
func late(c *kernel.Company, kept []backup.Kept, mark string) bool {
	if c.Setting(settingOften) != "true" {
		return false
	}
	for _, k := range kept {
		if k.Good() && !k.Upload && !k.Locked {
			return k.Manifest.Mark != mark && c.Clock.Now().Sub(k.Manifest.Made.Time()) > overdue
		}
	}
	return true
}

package jobs

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// KeepResults is for how many days the file that a job left can be fetched.
const KeepResults = 30

// Sweep removes the files of at most so many jobs that ended before an instant, and tells how many. A job that has not
// ended keeps its file.
func Sweep(ctx context.Context, c *kernel.Company, before clock.Instant, most int) (int64, error) {
	var old []*Job
	err := c.Store.Read(ctx, func(s *store.Snapshot) (err error) {
		old, err = read(s, "WHERE result <> '' AND state IN ('"+Done+"', '"+Failed+"', '"+Cancelled+"') AND finished_at > 0 AND finished_at < ? ORDER BY finished_at LIMIT ?",
			int64(before), most)
		return err
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	var ids []int64
	for _, j := range old {
		if err := os.Remove(path(c, j.ID, j.Result)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.Log.Warn("the file of an old job was not removed", "job", j.ID, "error", err)
			continue
		}
		ids = append(ids, j.ID)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	var n int64
	err = c.Store.Write(ctx, "retention:job.results", func(u *store.Unit) (err error) {
		n, err = u.Exec("UPDATE jobs SET result = '' WHERE " + store.In("id", ids))
		return err
	})
	return n, err
}

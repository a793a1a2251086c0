package endpoints

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/remote"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/web/route"
)

// Module backs a company up every day and on demand, and lets it be restored.
func Module() kernel.Module {
	return kernel.Module{Name: "backup", Setup: func(c *kernel.Company) error {
		c.AddSetting(&kernel.Setting{Group: kernel.T("数据备份", "Backups"), Fixed: folderFits, Field: kernel.Field{
			Name: backup.SecondFolder, Kind: kernel.KindText, Max: 400, Label: kernel.T("第二个备份文件夹", "Second folder for backups"),
			Help: kernel.T("每份备份再存一份到这里：U 盘、另一块硬盘或网盘同步的文件夹，写完整路径，例如 E:\\备份。",
				"Each backup is copied there too: a USB stick, another disk or a folder that is synchronised to the cloud. Give the whole path, such as E:\\Backups.")}})
		c.AddSetting(oftenChoice())
		c.AddSetting(remote.Choices()...)
		c.Hooks = append(c.Hooks, remote.Secret(), route.Source(routes), boot.Opening(tidy), boot.Opening(resume))
		return jobs.Register(c,
			jobs.Kind{Name: restore.JobBackup, Daily: kernel.T("每日备份", "Backup of the day"), Run: run},
			jobs.Kind{Name: jobOften, Quiet: true, Run: often},
			jobs.Kind{Name: restore.JobRestore, Run: stage})
	}}
}

// tidy removes what a backup left that died with the program. A company that is proved before it takes the place of another
// leaves alone what that one is still at.
func tidy(_ context.Context, c *kernel.Company) error {
	if filepath.Base(filepath.Dir(c.Store.Path())) != restore.Company {
		return nil
	}
	if c.Store.Dialect() != store.SQLite {
		return nil
	}
	if err := backup.Tidy(backup.Folder(backup.Data(c))); err != nil {
		c.Log.Warn("unfinished backups not removed", "error", err)
	}
	return nil
}

// folderFits refuses a second folder that no archive could be put into, or that would share the fate of the first.
func folderFits(tx *kernel.Tx, old, value string) error {
	if value == "" || value == old {
		return nil
	}
	refuse := func(code string) error { return problem.Rule(code, "folder", value).At("/" + backup.SecondFolder) }
	if info, err := os.Stat(value); err != nil || !info.IsDir() || !filepath.IsAbs(value) {
		return refuse("backup.folder_missing")
	}
	if data, err := filepath.Abs(backup.Data(tx.Company)); err == nil {
		if inside, err := filepath.Rel(data, value); err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
			return refuse("backup.folder_inside")
		}
	}
	probe, err := os.CreateTemp(value, "zhanggui-probe-*")
	if err != nil {
		return refuse("backup.folder_readonly")
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return nil
}

// ordered is the input of a backup on demand; one of the day has none.
type ordered struct {
	Why string `json:"why"`
}

// run makes an archive. A day on which there is nothing to back up yet, or another database that has its own tools, is no
// failure unless somebody asked.
func run(ctx context.Context, r *jobs.Run) error {
	in := ordered{}
	if err := r.Input(&in); err != nil {
		return err
	}
	o := backup.Of(r.Company, backup.Daily)
	o.Progress = func(done int64) { r.Progress(done, 100) }
	if in.Why == backup.Demand {
		o.Why = backup.Demand
	}
	made, err := backup.Make(ctx, o)
	if list, ok := problem.From(err); ok && o.Why == backup.Daily && (list[0].Code == "backup.empty" || list[0].Code == "backup.postgres") {
		return nil
	}
	if err != nil {
		return err
	}
	err = sendOff(ctx, r.Company, made.Path)
	if made.Copied != nil {
		err = errors.Join(archive.Told(problem.Rule("backup.copy", "folder", o.Second), made.Copied), err)
	}
	if err != nil {
		return err
	}
	o.Progress(100)
	r.Output(map[string]any{"name": filepath.Base(made.Path)})
	return nil
}

// chosen is the input of a restore.
type chosen struct {
	Name string `json:"name"`
	By   string `json:"by"`
}

// stage puts the chosen archive beside the company and hands it to whoever serves. It is never taken up again: somebody
// must want it now.
func stage(ctx context.Context, r *jobs.Run) error {
	in := chosen{}
	if err := r.Input(&in); err != nil {
		return err
	}
	seat := restore.SeatOf(r.Company)
	switch {
	case r.Job.Attempts > 1:
		return problem.Conflicted("backup.interrupted")
	case seat == nil:
		return problem.New(problem.Unavailable, "backup.unserved")
	}
	path, err := find(r.Company, in.Name)
	if err != nil {
		return err
	}
	next, err := restore.Stage(ctx, path, seat.Plan, func(done int64) { r.Progress(done, 100) })
	if err != nil {
		return err
	}
	next.By = in.By
	if !seat.Take(next) {
		_ = next.Drop()
		return problem.Conflicted("backup.interrupted")
	}
	return nil
}

// find gives the path of an archive by its name.
func find(c *kernel.Company, name string) (string, error) {
	if c.Store.Dialect() != store.SQLite {
		return "", problem.Rule("backup.postgres")
	}
	return backup.Find(name, backup.Folder(backup.Data(c)), c.Setting(backup.SecondFolder))
}

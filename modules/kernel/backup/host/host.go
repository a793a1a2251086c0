// Package host is what a program that opens companies does for their backups: it proves that it can open a restored one,
// lets it take the place of the one that is served, and backs up when it ends. The command line and the server share it.
package host

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/store"
)

// Program is one data folder with the program that opens it.
type Program struct {
	Data    string
	Modules []kernel.Module
	Version string
	Log     *slog.Logger
	// Open opens the company that lies in the data folder.
	Open func(ctx context.Context) (*kernel.Company, error)
	// Check recomputes a company and gives what does not agree.
	Check func(ctx context.Context, st *store.Store) ([]string, error)
}

// Plan says how the program restores into its data folder.
func (p *Program) Plan() restore.Plan {
	return restore.Plan{Data: p.Data, Schema: p.schema(), Prove: p.prove, Now: clock.System().Now}
}

// schema names the migrations that the program knows.
func (p *Program) schema() (out []string) {
	all, _ := boot.Migrations(p.Modules) // a mistake in the files shows when the company is opened
	for _, m := range all {
		names, _ := fs.Glob(m.Files, "*.sql")
		for _, name := range names {
			digits, _, _ := strings.Cut(name, "_")
			version, _ := strconv.Atoi(digits)
			out = append(out, m.Module+"/"+strconv.Itoa(version))
		}
	}
	return out
}

// prove opens the company in a folder as it would be served, and has it checked.
func (p *Program) prove(ctx context.Context, folder string) error {
	rights, err := boot.Shipped()
	if err != nil {
		return err
	}
	c, err := boot.Open(ctx, boot.Config{Path: filepath.Join(folder, archive.Database), Files: filepath.Join(folder, "files"),
		Modules: p.Modules, Rights: rights, Log: p.Log, Version: p.Version})
	if err != nil {
		return restore.Unfit(err)
	}
	defer c.Store.Close()
	if err := restore.Settle(ctx, c); err != nil {
		return err
	}
	faults, err := p.Check(ctx, c.Store)
	if err == nil && len(faults) > 0 {
		err = problem.Rule("backup.unsound", "count", len(faults), "first", faults[0])
	}
	return err
}

// Make makes an archive of the company in the data folder, also while it is being served, without opening it for work. With
// out it is a file of that name, otherwise one among the backups. Where no company is, that is the problem backup.nothing.
func (p *Program) Make(ctx context.Context, why, out string) (*backup.Made, error) {
	db := p.database()
	if _, err := os.Stat(db); err != nil {
		return nil, problem.Rule("backup.nothing", "folder", p.Data)
	}
	st, err := store.Open(ctx, store.Config{Path: db, Log: p.Log})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	o := backup.Order{Store: st, Files: filepath.Join(filepath.Dir(db), "files"), Version: p.Version, Why: why, Now: clock.System().Now(),
		Folder: backup.Folder(p.Data), Out: out}
	err = st.Read(ctx, func(s *store.Snapshot) error {
		values, err := settings.Stored(s)
		o.Second = values[backup.SecondFolder]
		o.Key = backup.KeyOf(func(name string) string { return values[name] })
		return err
	})
	if err != nil {
		return nil, err
	}
	return backup.Make(ctx, o)
}

func (p *Program) database() string { return filepath.Join(p.Data, restore.Company, archive.Database) }

// Present backs up the company that nobody serves before another one takes its place, and gives the archive's name. Where
// that fails although there is something, its folder must be kept.
func (p *Program) Present(ctx context.Context) (name string, keep bool) {
	made, err := p.Make(ctx, backup.BeforeRestore, "")
	if list, ok := problem.From(err); ok && (list[0].Code == "backup.empty" || list[0].Code == "backup.nothing") {
		return "", false
	}
	if err != nil {
		p.Log.Warn("the present could not be backed up", "error", err)
		return "", true
	}
	return filepath.Base(made.Path), false
}

// Yield backs up the company that goes, now that nobody writes to it any more, and tells whether the next one may take its
// place. Without that backup it stays.
func (p *Program) Yield(ctx context.Context, c *kernel.Company, next *restore.Staged) (bool, error) {
	if ctx.Err() != nil { // the program is being ended: nothing is replaced behind people's backs
		return false, next.Drop()
	}
	if _, err := backup.Make(ctx, backup.Of(c, backup.BeforeRestore)); err != nil {
		p.Log.Error("no restore: the present could not be backed up", "error", err)
		return false, errors.Join(p.outcome(next, "backup.present"), next.Drop())
	}
	return true, nil
}

// Succeed puts the next company in the place of the one that was closed, and opens it. When it does not open, the former
// one is back and opened.
func (p *Program) Succeed(ctx context.Context, next *restore.Staged) (*kernel.Company, error) {
	err := next.Swap()
	if err == nil {
		var c *kernel.Company
		if c, err = p.Open(ctx); err == nil {
			_, err = next.Confirm(false)
			if err = errors.Join(err, p.Restored(ctx, c, next)); err != nil {
				c.Store.Close()
				return nil, err
			}
			return c, nil
		}
		if back := next.Back(); back != nil {
			return nil, errors.Join(err, back)
		}
	}
	p.Log.Error("the restored company did not start", "error", err)
	if err := p.outcome(next, "backup.taken_back"); err != nil {
		return nil, err
	}
	return p.Open(ctx)
}

// Restored writes into the audit of a company that it was put in the place of another, and keeps the outcome.
func (p *Program) Restored(ctx context.Context, c *kernel.Company, from *restore.Staged) error {
	err := pipeline.Unit(ctx, c, kernel.SystemActor(), "system:restore", func(tx *kernel.Tx) error {
		return audit.Note(tx, "system", "restore", from.Archive+" · "+from.By)
	})
	return errors.Join(err, p.outcome(from, ""))
}

func (p *Program) outcome(of *restore.Staged, why string) error {
	m := of.Manifest
	return restore.Outcome{At: clock.InstantOf(clock.System().Now()), Archive: of.Archive, Company: m.Company, Made: m.Made, By: of.By, Why: why}.Note(backup.Folder(p.Data))
}

// Quit makes the last backup, when something was recorded since the one before. It must not keep the program from ending:
// what goes wrong is logged.
func (p *Program) Quit(ctx context.Context, c *kernel.Company) {
	if c.Store.Dialect() != store.SQLite {
		return
	}
	o := backup.Of(c, backup.Quit)
	o.Changed = true
	made, err := backup.Make(context.WithoutCancel(ctx), o)
	if list, ok := problem.From(err); ok && list[0].Code == "backup.empty" {
		return
	}
	if err == nil {
		err = made.Copied
	}
	if err != nil {
		p.Log.Error("no whole backup at the end", "error", err)
	}
}

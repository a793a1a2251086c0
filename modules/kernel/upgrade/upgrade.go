package upgrade

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/host"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// The steps of an upgrade that people are told, as codes of messages.
const (
	Snapshot  = "upgrade.snapshot"
	Migrating = "upgrade.migrating"
	Checking  = "upgrade.checking"
)

// Upgrader opens the company of one program.
type Upgrader struct {
	*host.Program
	// DSN is set when the company lies in PostgreSQL.
	DSN string
	// Open opens the company as it lies there, and carries out what migrations it lacks.
	Open func(ctx context.Context) (*kernel.Company, error)
	// Tell hears each step. It is not called when there is nothing to upgrade.
	Tell func(step string)
	// Room tells how many bytes may still be written in a folder; nil asks the system.
	Room func(folder string) (free int64, known bool)
}

// Company opens the company, after it was upgraded where that is needed. The problems: upgrade.newer when a newer program
// wrote it, upgrade.room and upgrade.snapshot_failed when there is no archive of the present, upgrade.failed and
// upgrade.unsound when the company does not stand the upgrade. After each of them it is as it was.
func (u *Upgrader) Company(ctx context.Context) (*kernel.Company, error) {
	if u.Tell == nil {
		u.Tell = func(string) {}
	}
	if u.Room == nil {
		u.Room = room
	}
	if u.DSN != "" {
		return u.elsewhere(ctx)
	}
	now, err := u.state(ctx)
	if err != nil {
		return nil, err
	}
	if !now.founded || len(now.missing) == 0 {
		c, err := u.Open(ctx)
		if err != nil {
			return nil, err
		}
		return u.signed(ctx, c, now.written)
	}
	return u.beside(ctx, now)
}

func (u *Upgrader) database() string {
	return filepath.Join(u.Data, restore.Company, archive.Database)
}

// state looks at the database that is there. None at all is a state too.
func (u *Upgrader) state(ctx context.Context) (state, error) {
	if _, err := os.Stat(u.database()); u.DSN == "" && errors.Is(err, fs.ErrNotExist) {
		return state{}, nil
	}
	st, err := store.Open(ctx, store.Config{Path: u.database(), DSN: u.DSN, Log: u.Log, Readers: 1})
	if err != nil {
		return state{}, err
	}
	defer st.Close()
	now, err := look(ctx, st, u.Plan().Schema)
	if err == nil && len(now.unknown) > 0 {
		err = problem.New(problem.Unavailable, "upgrade.newer", "written", named(now.written), "version", u.Version)
	}
	return now, err
}

// named is how a version is told that may not be known.
func named(version string) string {
	if version == "" {
		return "?"
	}
	return version
}

// signed notes in an opened company that this program opened it.
func (u *Upgrader) signed(ctx context.Context, c *kernel.Company, before string) (*kernel.Company, error) {
	if before == u.Version {
		return c, nil
	}
	if err := u.sign(ctx, c, before, before != ""); err != nil {
		c.Store.Close()
		return nil, err
	}
	return c, nil
}

// sign writes the version of the program into the company, and into the audit when told is set.
func (u *Upgrader) sign(ctx context.Context, c *kernel.Company, before string, told bool) error {
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "system:upgrade", func(tx *kernel.Tx) error {
		if err := errors.Join(note(tx.Unit, tx.Now, writer, u.Version), note(tx.Unit, tx.Now, pending, "")); err != nil || !told {
			return err
		}
		return audit.Note(tx, "system", "upgrade", named(before)+" → "+u.Version)
	})
}

// beside upgrades the archive of the company and puts it in its place.
func (u *Upgrader) beside(ctx context.Context, now state) (*kernel.Company, error) {
	out := Outcome{From: now.written, To: u.Version}
	next, err := u.prepare(ctx, now, &out)
	if err != nil {
		return nil, u.failed(ctx, out, err)
	}
	if err = next.Swap(); err == nil {
		var c *kernel.Company
		if c, err = u.Open(ctx); err == nil {
			if _, err = next.Confirm(false); err == nil {
				u.outcome(out, nil)
				return c, nil
			}
			c.Store.Close()
		}
		err = errors.Join(err, next.Back())
	}
	return nil, u.failed(ctx, out, err)
}

// prepare makes the archive and proves the upgraded company beside the present one.
func (u *Upgrader) prepare(ctx context.Context, now state, out *Outcome) (*restore.Staged, error) {
	u.Tell(Snapshot)
	made, err := u.archive(ctx)
	if err != nil {
		return nil, err
	}
	out.Archive = filepath.Base(made.Path)
	u.supersede(now.second, made)
	plan := u.Plan()
	plan.Contents = filepath.Join(filepath.Dir(u.database()), "files")
	plan.Prove = func(ctx context.Context, folder string) error { return u.prove(ctx, folder, now.written) }
	return restore.Stage(ctx, made.Path, plan, func(int64) {})
}

// archive makes an archive of the company as it is.
func (u *Upgrader) archive(ctx context.Context) (*backup.Made, error) {
	need, err := u.needed()
	if err != nil {
		return nil, err
	}
	if free, known := u.Room(u.Data); known && free < need {
		return nil, tooFull(need, free)
	}
	return u.Make(ctx, backup.Upgrade, "")
}

// supersede removes the archives of earlier attempts at the same mark, now that a newer one is whole: a program that is
// started over and over does not fill the disk. One that has attachments which were lost since stays. What cannot be removed is left to retention.
func (u *Upgrader) supersede(second string, made *backup.Made) {
	folder := backup.Folder(u.Data)
	for _, kept := range backup.List(folder, "", made.Manifest.ID) {
		if kept.Name == filepath.Base(made.Path) || kept.Why != backup.Upgrade || kept.Upload || !kept.Good() ||
			kept.Manifest.ID != made.Manifest.ID || kept.Manifest.Mark != made.Manifest.Mark ||
			len(kept.Manifest.Lost) < len(made.Manifest.Lost) {
			continue
		}
		_ = os.Remove(filepath.Join(folder, kept.Name))
		if second != "" && made.Copied == nil {
			_ = os.Remove(filepath.Join(second, kept.Name))
			_ = os.Remove(filepath.Join(second, kept.Name+sealed.Suffix))
		}
	}
}

// tooFull gives a full disk the problem that people can act on, and leaves any other error.
func (u *Upgrader) tooFull(err error) error {
	list, told := problem.From(err)
	if !files.Full(err) && (!told || list[0].Code != "backup.full" && list[0].Code != "store.full") {
		return err
	}
	need, unknown := u.needed()
	free, _ := u.Room(u.Data)
	if unknown != nil {
		return err
	}
	return archive.Told(tooFull(max(need, free+1<<20), free), err) // it was not enough, whatever is free by now
}

func tooFull(need, free int64) *problem.Problem {
	return problem.New(problem.Unavailable, "upgrade.room", "need", megabytes(need), "free", megabytes(free))
}

func megabytes(n int64) string { return strconv.FormatInt((n+1<<20-1)>>20, 10) + " MB" }

// needed is how much room an upgrade takes at most: the archive, the copy it is made of and checked with, and the staged
// company. Attachments are in the archive only, also those that lie behind a link.
func (u *Upgrader) needed() (int64, error) {
	db, contents := int64(0), int64(0)
	for _, part := range []string{"", "-wal"} {
		if info, err := os.Stat(u.database() + part); err == nil {
			db += info.Size()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
	}
	folder, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(u.database()), "files"))
	if err == nil {
		contents, err = size(folder)
	}
	if errors.Is(err, fs.ErrNotExist) { // there are none
		err = nil
	}
	return 3*db + contents + 32<<20, err
}

// size adds up the files in a folder.
func size(folder string) (sum int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}

// prove opens the staged company, which carries out the migrations, has it checked and signs it.
func (u *Upgrader) prove(ctx context.Context, folder, before string) error {
	rights, err := boot.Shipped()
	if err != nil {
		return err
	}
	u.Tell(Migrating)
	c, err := boot.Open(ctx, boot.Config{Path: filepath.Join(folder, archive.Database), Files: filepath.Join(folder, "files"),
		Modules: u.Modules, Rights: rights, Log: u.Log, Version: u.Version})
	if err != nil {
		return err
	}
	defer c.Store.Close()
	u.Tell(Checking)
	faults, err := u.Check(ctx, c.Store)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return problem.New(problem.Unavailable, "upgrade.unsound", "count", len(faults), "first", faults[0])
	}
	return u.sign(ctx, c, before, true)
}

// failed keeps why there was no upgrade, and gives people a problem for what they could make nothing of.
func (u *Upgrader) failed(ctx context.Context, out Outcome, err error) error {
	if ctx.Err() != nil {
		return ctx.Err() // the program is being ended; the next start tries again
	}
	err = u.tooFull(err)
	list, known := problem.From(err)
	if !known {
		p := problem.New(problem.Unavailable, "upgrade.failed")
		if out.Archive == "" {
			p = problem.New(problem.Unavailable, "upgrade.snapshot_failed")
		}
		err, list = archive.Told(p, err), problem.List{p}
	}
	u.Log.Error("no upgrade; the company is as it was", "error", err)
	u.outcome(out, list[0])
	return err
}

// outcome keeps how the upgrade ended. The company is what it is, so that a failure is logged only.
func (u *Upgrader) outcome(out Outcome, p *problem.Problem) {
	out.At = clock.InstantOf(clock.System().Now())
	if p != nil {
		out.Why, out.Args = p.Code, p.Args
	}
	if err := out.note(backup.Folder(u.Data)); err != nil {
		u.Log.Error("the outcome of the upgrade is not kept", "error", err)
	}
}

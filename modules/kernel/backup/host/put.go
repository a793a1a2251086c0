package host

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Wish is an archive that is to take the place of the company which nobody serves. Passphrase is for a locked one.
type Wish struct{ File, Passphrase, By string }

// Put is what came of a wish, as far as it came.
type Put struct {
	Manifest archive.Manifest
	Present  string // name of the archive of what was there before, "" when there was nothing or none could be made
	Kept     string // folder of what could not be archived
	Apart    bool   // there was no company: this one keeps its copies apart from the one it was made of
}

// Put restores an archive into the data folder. What is there is backed up first; where that is not possible because it is
// damaged, its folder is kept. A locked archive without a passphrase is the problem backup.passphrase_file.
func (p *Program) Put(ctx context.Context, w Wish) (out Put, err error) {
	if w.File, err = p.unlocked(ctx, w); err != nil {
		return out, err
	}
	next, err := restore.Stage(ctx, w.File, p.Plan(), func(int64) {})
	if err != nil {
		return out, err
	}
	next.By = w.By
	keep := false
	out.Manifest = next.Manifest
	out.Present, keep = p.Present(ctx)
	if err := next.Swap(); err != nil {
		return out, err
	}
	c, err := p.Open(ctx)
	if err != nil {
		return out, errors.Join(restore.Unfit(err), next.Back())
	}
	defer c.Store.Close()
	out.Kept, err = next.Confirm(keep)
	if out.Apart = out.Present == "" && !keep; out.Apart {
		err = errors.Join(err, apart(ctx, c))
	}
	return out, errors.Join(err, p.Restored(ctx, c, next))
}

// apart ends the copying to other places. Somebody who only tries a backup must not push the real company's archives out of
// the second folder or off the server: both would count as the last ones of the same day.
func apart(ctx context.Context, c *kernel.Company) error {
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "system:apart", func(tx *kernel.Tx) error {
		for _, name := range backup.Places {
			if _, err := tx.Exec("DELETE FROM settings WHERE name = ?", name); err != nil {
				return err
			}
		}
		return audit.Note(tx, "system", "apart", strings.Join(backup.Places, " "))
	})
}

// unlocked gives the archive to restore: the file, or what a locked one holds, brought among the backups.
func (p *Program) unlocked(ctx context.Context, w Wish) (string, error) {
	if !sealed.Is(w.File) {
		return w.File, nil
	}
	if w.Passphrase == "" {
		return "", problem.Rule("backup.passphrase_file")
	}
	folder := backup.Folder(p.Data)
	name, err := backup.Unlock(ctx, folder, w.File, w.Passphrase)
	return filepath.Join(folder, name), err
}

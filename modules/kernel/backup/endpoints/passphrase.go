package endpoints

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/web/route"
)

// phrase sets the passphrase of what leaves the data folder, or does away with it. What was locked before keeps the
// passphrase that it was locked with.
func phrase(r *route.Request) error {
	if r.Company.Store.Dialect() != store.SQLite {
		return problem.Rule("backup.postgres")
	}
	in, err := r.Strings("passphrase", "password")
	if err != nil {
		return err
	}
	key := &sealed.Key{}
	if in["passphrase"] != "" {
		if key, err = sealed.NewKey(in["passphrase"]); err != nil {
			return err
		}
	}
	if err := auth.StepUp(r.Context(), r.Company, r.Actor, auth.Proof{Password: in["password"]}); err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "system:passphrase", func(tx *kernel.Tx) error {
		for name, value := range map[string]string{sealed.SettingRecipient: key.Recipient, sealed.SettingIdentity: key.Identity} {
			_, err := tx.Exec(`INSERT INTO settings (name, value, changed_at, changed_by) VALUES (?, ?, ?, ?)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
				name, value, int64(tx.Now), tx.Behalf.UserID)
			if err != nil {
				return err
			}
		}
		all, err := settings.Stored(tx.Snapshot)
		if err != nil {
			return err
		}
		tx.Unit.AfterCommit(func() { tx.Company.PutSettings(all) })
		auth.Refresh(tx)
		return audit.Note(tx, "system", "passphrase", map[bool]string{true: "set", false: "removed"}[key.Identity != ""])
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]bool{"locked": key.Identity != ""})
}

// opened gives the name of the archive to restore: the chosen one, or what a locked one holds. One who tries passphrases is
// slowed.
func opened(r *route.Request, name, passphrase string) (string, error) {
	path, err := find(r.Company, name)
	if err != nil || !sealed.Is(path) {
		return name, err
	}
	name, err = backup.Unlock(r.Context(), backup.Folder(backup.Data(r.Company)), path, passphrase)
	if list, known := problem.From(err); known && list[0].Code == "backup.passphrase_wrong" {
		time.Sleep(time.Second)
	}
	return filepath.Base(name), err
}

// leaving gives the file to send for an archive that leaves the data folder: itself, or a locked copy that goes with done.
func leaving(r *route.Request, path string) (file string, done func(), err error) {
	key := backup.KeyOf(r.Company.Setting)
	if key == nil || sealed.Is(path) {
		return path, func() {}, nil
	}
	work, err := os.MkdirTemp(backup.Folder(backup.Data(r.Company)), backup.SendingFolder)
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(work) }
	file = filepath.Join(work, filepath.Base(path)+sealed.Suffix)
	if err := sealed.Seal(r.Context(), path, file, *key); err != nil {
		done()
		return "", nil, err
	}
	return file, done, nil
}

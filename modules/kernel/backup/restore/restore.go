package restore

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/place"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Company is the folder of the company inside of a data folder.
const Company = "main"

// Prefixes of folders that only exist while a company is being replaced.
const (
	stagedPrefix   = "restore-"
	replacedPrefix = "replaced-"
	journalName    = "restore.json"
	stampForm      = "20060102-150405.000"
)

// passing are the names that Stage gives such folders.
var passing = regexp.MustCompile(`^(` + stagedPrefix + `|` + replacedPrefix + `)\d{8}-\d{6}\.\d{3}$`)

// Plan says where a company is to be restored and what this program is able to open.
type Plan struct {
	Data   string
	Schema []string // the migrations that the program knows: "module/1"
	// Prove opens the company in a folder as the program would, brings it up to date, calls Settle and has it checked.
	Prove func(ctx context.Context, folder string) error
	// Contents, when set, is the folder of attachments that the staged company goes on with instead of those of the archive,
	// in the folder of the live company. What else lies there beside the database goes along.
	Contents string
	Now      func() time.Time
}

// Staged is a company that waits beside the live one.
type Staged struct {
	Manifest archive.Manifest
	Archive  string // name of the file it came from
	By       string // who asked for it
	data     string
	folder   string // relative, like replaced
	replaced string
}

// journal is what is written down before anything is renamed. Replaced is "" when there was no company.
type journal struct {
	Staged   string `json:"staged"`
	Replaced string `json:"replaced"`
}

// Stage unpacks an archive beside the live company and proves it. On an error nothing is left of it. The problems are those
// of archive.Open, store.full where the disk has no room for it, and backup.unfit or what Prove says.
func Stage(ctx context.Context, file string, p Plan, progress func(done int64)) (*Staged, error) {
	a, err := archive.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := a.Known(p.Schema); err != nil {
		return nil, err
	}
	progress(20)
	stamp := p.Now().UTC().Format(stampForm)
	s := &Staged{Manifest: a.Manifest, Archive: filepath.Base(file), data: p.Data, folder: stagedPrefix + stamp, replaced: replacedPrefix + stamp}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, err
	}
	if err = os.Mkdir(s.path(), 0o700); err != nil {
		return nil, err
	}
	if err = a.Unpack(ctx, s.path(), p.Contents == ""); err == nil && p.Contents != "" {
		err = s.carry(ctx, p.Contents)
	}
	if err == nil {
		progress(60)
		err = p.Prove(ctx, s.path())
	}
	if files.Full(err) {
		err = archive.Told(problem.New(problem.Unavailable, "store.full"), err)
	}
	if err != nil {
		return nil, errors.Join(err, s.Drop())
	}
	progress(100)
	return s, nil
}

// Settle readies a restored company for its first day: nobody is logged in, and the backup or restore that was under way
// when the archive was made is not taken up again.
func Settle(ctx context.Context, c *kernel.Company) error {
	return c.Store.Write(ctx, "restore:settle", func(u *store.Unit) error {
		if _, err := u.Exec("DELETE FROM entries"); err != nil {
			return err
		}
		if _, err := u.Exec("DELETE FROM sessions"); err != nil {
			return err
		}
		if _, err := u.Exec("UPDATE devices SET trusted_until = 0"); err != nil { // trust that was taken away since stays away
			return err
		}
		_, err := u.Exec("UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE kind IN (?, ?) AND state IN ('queued', 'running')",
			int64(clock.InstantOf(c.Clock.Now())), JobBackup, JobRestore)
		return err
	})
}

// The kinds of jobs that an archive must not take up again.
const (
	JobBackup  = "backup"
	JobRestore = "backup.restore"
)

func (s *Staged) path() string { return filepath.Join(s.data, s.folder) }
func (s *Staged) main() string { return filepath.Join(s.data, Company) }
func (s *Staged) old() string  { return filepath.Join(s.data, s.replaced) }

// Drop removes a staged company that will not be used.
func (s *Staged) Drop() error { return place.Remove(s.path()) }

// Swap puts the staged company in the place of the live one, which must be closed. When it fails, the live one is where it
// was. Confirm or Back must follow.
func (s *Staged) Swap() error {
	if !exists(s.main()) {
		s.replaced = ""
	}
	if err := s.note(); err != nil {
		return errors.Join(err, s.Drop())
	}
	if s.replaced != "" {
		if err := move(s.main(), s.old()); err != nil {
			return errors.Join(err, Recover(s.data))
		}
	}
	if err := move(s.path(), s.main()); err != nil {
		return errors.Join(err, Recover(s.data))
	}
	return nil
}

// Confirm ends a change that went well: the replaced company goes, unless it is kept; then it gives the folder.
func (s *Staged) Confirm(keep bool) (string, error) {
	err := s.forget()
	switch {
	case err != nil || s.replaced == "":
		return "", err
	case keep:
		kept := filepath.Join(s.data, "kept-"+s.replaced[len(replacedPrefix):])
		return kept, move(s.old(), kept)
	}
	if place.SyncFolder(s.data) == nil { // or else a power cut may bring back the journal, which wants the replaced company
		_ = place.Remove(s.old()) // what stays is removed at the next start
	}
	return "", nil
}

// Back takes a change back: the restored company, closed again, goes, and the replaced one is there as it was.
func (s *Staged) Back() error { return Recover(s.data) }

func (s *Staged) note() error {
	text, err := json.Marshal(journal{s.folder, s.replaced})
	if err != nil {
		return err
	}
	return write(filepath.Join(s.data, journalName), text)
}

func (s *Staged) forget() error { return os.Remove(filepath.Join(s.data, journalName)) }

// write makes a small file that is whole or not there.
func write(path string, text []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return place.SyncFolder(filepath.Dir(path))
}

// Recover takes back a change that was not confirmed, and removes what earlier ones left. Who owns a data folder calls it
// before anything is opened.
func Recover(data string) error {
	path := filepath.Join(data, journalName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return litter(data)
	}
	var j journal
	if err == nil {
		err = json.Unmarshal(text, &j)
	}
	if err != nil {
		return err
	}
	live, staged, old := filepath.Join(data, Company), filepath.Join(data, j.Staged), filepath.Join(data, j.Replaced)
	if j.Replaced != "" && exists(old) {
		if exists(live) {
			if err := errors.Join(place.Remove(staged), move(live, staged)); err != nil {
				return err
			}
		}
		if err := move(old, live); err != nil {
			return err
		}
	}
	if err := errors.Join(place.Remove(staged), os.Remove(path), place.SyncFolder(data)); err != nil {
		return err
	}
	return litter(data)
}

// litter removes folders of changes that ended, and none that only begins like one. Without a company nothing is removed:
// somebody may want to look.
func litter(data string) error {
	if !exists(filepath.Join(data, Company)) {
		return nil
	}
	entries, err := os.ReadDir(data)
	for _, entry := range entries {
		if entry.IsDir() && passing.MatchString(entry.Name()) {
			err = errors.Join(err, place.Remove(filepath.Join(data, entry.Name())))
		}
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// rename waits for those who look into every new file, virus scanners above all: Windows lets nobody move what is open.
func rename(from, to string) (err error) {
	for range 50 {
		if err = os.Rename(from, to); err == nil || !errors.Is(err, fs.ErrPermission) {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// Unfit is the problem of a company that this program cannot open, with the cause for the log.
func Unfit(cause error) error {
	if _, known := problem.From(cause); known || cause == nil {
		return cause
	}
	return archive.Told(problem.Rule("backup.unfit"), cause)
}

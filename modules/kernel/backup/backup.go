package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/place"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Why an archive was made.
const (
	Daily         = "daily"
	Quit          = "quit"
	Upgrade       = "upgrade"
	Demand        = "demand"
	BeforeRestore = "before-restore"
)

// part marks what is being made.
const part = ".part"

// nameForm is how archives are called: the company, the moment on its own clock, why, and whether somebody brought it.
var nameForm = regexp.MustCompile(`^zhanggui-([0-9a-f]{8})-(\d{8}-\d{6})-(daily|quit|upgrade|demand|before-restore)(-upload)?(?:-\d+)?\.zip(?:\.age)?$`)

const stampForm = "20060102-150405"

// Folder is where the archives of a data folder lie.
func Folder(data string) string { return filepath.Join(data, "backups") }

// Order asks for an archive of an open database.
type Order struct {
	Store   *store.Store
	Files   string // folder of attachments
	Version string
	Why     string
	Now     time.Time
	Folder  string
	Second  string // another folder that gets a copy, "" for none
	// Key locks the copies that leave the data folder; nil for none. The archive beside the database stays open to all who
	// can read that anyway.
	Key *sealed.Key
	// Out, when set, is the file to make instead of one in the folders; it must not be there yet.
	Out string
	// Changed makes nothing when nothing was recorded since the newest archive.
	Changed bool
	// Progress hears how far it is, of a hundred.
	Progress func(done int64)
}

// SecondFolder is the setting that names another folder for copies.
const SecondFolder = "backup.folder"

// Places are the settings that send copies out of the data folder: the second folder, and the kind of server.
var Places = []string{SecondFolder, "backup.remote"}

// Of is the order for an archive of an open company.
func Of(c *kernel.Company, why string) Order {
	return Order{Store: c.Store, Files: c.Files, Version: c.Version, Why: why, Now: c.Clock.Now(), Folder: Folder(Data(c)), Second: c.Setting(SecondFolder), Key: KeyOf(c.Setting)}
}

// KeyOf gives the key of a company by its settings, nil when there is no passphrase.
func KeyOf(setting func(name string) string) *sealed.Key {
	k := &sealed.Key{Recipient: setting(sealed.SettingRecipient), Identity: setting(sealed.SettingIdentity)}
	if k.Recipient == "" || k.Identity == "" {
		return nil
	}
	return k
}

// Data is the data folder of a company that keeps its database in a folder of its own.
func Data(c *kernel.Company) string { return filepath.Dir(filepath.Dir(c.Store.Path())) }

// Made is what came of an order. Path is "" when nothing had changed.
type Made struct {
	Path     string
	Manifest *archive.Manifest
	// Copied tells why the second folder got no copy, nil when it did or none is wanted.
	Copied error
}

// Make makes one archive, checks it and lets retention follow. A company that was not set up yet is the problem
// backup.empty, one on PostgreSQL backup.postgres.
func Make(ctx context.Context, o Order) (*Made, error) {
	if o.Store.Dialect() != store.SQLite {
		return nil, problem.Rule("backup.postgres")
	}
	if o.Progress == nil {
		o.Progress = func(int64) {}
	}
	before, err := archive.Mark(ctx, o.Store)
	if err == nil && before.ID == "" {
		err = problem.Rule("backup.empty")
	}
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return nil, roomed(err)
	}
	lock := flock.New(filepath.Join(o.Folder, "lock"))
	if ok, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil || !ok {
		return nil, errors.Join(err, ctx.Err())
	}
	defer func() { _ = lock.Unlock() }()
	if err := sweep(o.Folder); err != nil {
		return nil, err
	}
	if newest := newest(o.Folder, before.ID); o.Changed && newest != nil && newest.Mark == before.Mark {
		return &Made{Manifest: newest}, nil
	}
	made, err := o.make(ctx, before)
	if err != nil {
		return nil, roomed(err)
	}
	if o.Out == "" {
		made.Copied = o.copySecond(ctx, made)
		prune(o.Folder, made.Manifest.ID)
		if o.Second != "" && made.Copied == nil {
			prune(o.Second, made.Manifest.ID)
		}
	}
	return made, nil
}

// roomed gives a full disk the problem that people can act on.
func roomed(err error) error {
	if files.Full(err) {
		return archive.Told(problem.New(problem.Unavailable, "backup.full"), err)
	}
	return err
}

// make copies, packs and checks in a folder that goes in any case, and names the archive at the end.
func (o *Order) make(ctx context.Context, before archive.Facts) (*Made, error) {
	work, err := os.MkdirTemp(o.Folder, "making-*"+part)
	if err != nil {
		return nil, err
	}
	defer func() { _ = place.Remove(work) }()
	copied := filepath.Join(work, archive.Database)
	if err := o.Store.CopyTo(ctx, copied); err != nil {
		return nil, err
	}
	o.Progress(20)
	facts, digests, err := archive.Inspect(ctx, copied, false)
	if err != nil {
		return nil, err
	}
	if facts.ID != before.ID || facts.Length() < before.Length() {
		return nil, fmt.Errorf("the copy of the database ends at %s, before it was asked for at %s", facts.Mark, before.Mark)
	}
	o.Progress(30)
	place := filepath.Join(work, "archive.zip")
	m, err := archive.Create(ctx, place, work, archive.Order{
		Contents: archive.Contents{Database: copied, Files: o.Files, Digests: digests},
		Version:  o.Version, Why: o.Why, Made: clock.InstantOf(o.Now), Facts: facts,
	})
	if err != nil {
		return nil, err
	}
	o.Progress(90)
	final := o.Out
	if final == "" {
		final = free(o.Folder, Name(m, false))
	}
	if o.Out != "" {
		err = o.copyOut(ctx, place, final)
	} else {
		err = errors.Join(os.Rename(place, final), syncFolder(o.Folder))
	}
	return &Made{Path: final, Manifest: m}, err
}

// Name is what an archive is called.
func Name(m *archive.Manifest, upload bool) string {
	zone, err := time.LoadLocation(m.Zone)
	if err != nil || m.Zone == "" {
		zone = time.FixedZone("Asia/Shanghai", 8*3600)
	}
	tail := ""
	if upload {
		tail = "-upload"
	}
	return fmt.Sprintf("zhanggui-%s-%s-%s%s.zip", short(m.ID), m.Made.Time().In(zone).Format(stampForm), m.Why, tail)
}

// short is the company's id as far as names of files tell it.
func short(id string) string { return fmt.Sprintf("%.8s", id+"00000000") }

// free gives a path in the folder that nothing has yet.
func free(folder, name string) string {
	path := filepath.Join(folder, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		stem, end, _ := strings.Cut(name, ".")
		path = filepath.Join(folder, fmt.Sprintf("%s-%d.%s", stem, n, end))
	}
}

// copySecond puts a copy into the second folder and reads it back.
func (o *Order) copySecond(ctx context.Context, made *Made) error {
	if o.Second == "" {
		return nil
	}
	name := filepath.Base(made.Path)
	if o.Key != nil {
		name += sealed.Suffix
	}
	err := sweepSecond(o.Second, short(made.Manifest.ID))
	if err == nil {
		err = o.copyOut(ctx, made.Path, free(o.Second, name))
	}
	return roomed(err)
}

// copyOut copies an archive to where it leaves the data folder, locked when there is a key.
func (o *Order) copyOut(ctx context.Context, from, to string) error {
	if o.Key == nil {
		return copyFile(ctx, from, to)
	}
	if _, err := os.Lstat(to); err == nil {
		return problem.Conflicted("backup.exists", "path", to)
	}
	_ = os.Remove(to + part)
	if err := sealed.Seal(ctx, from, to+part, *o.Key); err != nil {
		return err
	}
	return errors.Join(os.Rename(to+part, to), syncFolder(filepath.Dir(to)))
}

// copyFile copies an archive under a name that says nothing until it is on the disk and its seal was read back.
func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	if _, err := os.Lstat(to); err == nil {
		return problem.Conflicted("backup.exists", "path", to)
	}
	unfinished := to + part
	out, err := os.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(unfinished) }() // gone already when all went well
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	a, err := archive.Open(ctx, unfinished)
	if err != nil {
		return err
	}
	a.Close()
	return errors.Join(os.Rename(unfinished, to), syncFolder(filepath.Dir(to)))
}

// SendingFolder is the pattern of folders in which copies are locked before they are sent. They are in use while backups
// are made, so that only Tidy removes what is left of them.
const SendingFolder = "sending-*" + part

// sweep removes what an interrupted backup left.
func sweep(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, "*"+part))
	for _, path := range left {
		if sending, _ := filepath.Match(SendingFolder, filepath.Base(path)); !sending {
			err = errors.Join(err, place.Remove(path))
		}
	}
	return err
}

// sweepSecond removes copies that an interrupted backup of the company left. The folder is shared with others: what is not
// certainly its own stays.
func sweepSecond(folder, id string) error {
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		if entry.Type().IsRegular() && unfinished(entry.Name(), id) {
			err = errors.Join(err, os.Remove(filepath.Join(folder, entry.Name())))
		}
	}
	return err
}

// Tidy removes what an interrupted backup or sending left, unless a backup is being made just now.
func Tidy(folder string) error {
	if _, err := os.Stat(folder); err != nil {
		return nil //nolint:nilerr // there is nothing to tidy
	}
	lock := flock.New(filepath.Join(folder, "lock"))
	ok, err := lock.TryLock()
	if err != nil || !ok {
		return err
	}
	left, err := filepath.Glob(filepath.Join(folder, SendingFolder))
	for _, path := range left {
		err = errors.Join(err, place.Remove(path))
	}
	return errors.Join(err, sweep(folder), lock.Unlock())
}

package restore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/place"
)

// ofDatabase are the files that the database consists of. An archive holds them as one.
var ofDatabase = []string{archive.Database, archive.Database + "-wal", archive.Database + "-shm", archive.Database + "-journal"}

// carry gives the staged company the attachments of the live one and all else that lies beside its database.
func (s *Staged) carry(ctx context.Context, contents string) error {
	if _, err := os.Stat(contents); err != nil && exists(contents) { // a link to a disk that is not plugged in
		return err
	}
	if err := share(ctx, contents, filepath.Join(s.path(), "files")); err != nil {
		return err
	}
	beside, err := os.ReadDir(filepath.Dir(contents))
	if err != nil {
		return err
	}
	for _, entry := range beside {
		if name := entry.Name(); name != filepath.Base(contents) && !slices.Contains(ofDatabase, name) {
			if err := share(ctx, filepath.Join(filepath.Dir(contents), name), filepath.Join(s.path(), name)); err != nil {
				return err
			}
		}
	}
	return s.complete()
}

// complete compares the attachments of the staged company with those that the archive has: none may be missing.
func (s *Staged) complete() error {
	missing, first := 0, ""
	for _, e := range s.Manifest.Entries {
		if e.Name == archive.Database {
			continue
		}
		info, err := os.Stat(filepath.Join(s.path(), filepath.FromSlash(e.Name)))
		if err != nil || info.Size() != e.Size {
			missing++
			first = e.Name
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d attachments did not come along, such as %s", missing, len(s.Manifest.Entries)-1, first)
	}
	return nil
}

// share gives a file or a folder a second place: a second name for each file where the file system has such, a copy
// elsewhere. A link stays a link to the same. What is not there has no second place.
func share(ctx context.Context, from, to string) error {
	if !exists(from) {
		return nil
	}
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		second := filepath.Join(to, inside)
		switch {
		case entry.IsDir():
			return os.MkdirAll(second, 0o700)
		case entry.Type()&(fs.ModeSymlink|fs.ModeIrregular) != 0: // the second is what Windows calls a junction
			return relink(ctx, path, second)
		case !entry.Type().IsRegular():
			return nil
		}
		if os.Link(path, second) == nil {
			return nil
		}
		return duplicate(path, second)
	})
}

// relink makes a second link to what a link points to, be it there or not. Where the system lets this user make no links, as
// Windows does, a folder comes along with all that is in it.
func relink(ctx context.Context, path, second string) error {
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	what, found := os.Stat(path)
	if err := os.Symlink(target, second); err != nil {
		if found == nil && what.IsDir() {
			return through(ctx, path, second)
		}
		return err
	}
	if again, err := os.Stat(second); found != nil || err == nil && os.SameFile(what, again) {
		return nil
	}
	real, err := filepath.EvalSymlinks(path) // the link was told from where it stands
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(second), os.Symlink(real, second))
}

// through shares what is in the folder that a link points to.
func through(ctx context.Context, path, second string) error {
	inside, err := os.ReadDir(path)
	err = errors.Join(err, os.MkdirAll(second, 0o700))
	for _, entry := range inside {
		if err == nil {
			err = share(ctx, filepath.Join(path, entry.Name()), filepath.Join(second, entry.Name()))
		}
	}
	return err
}

func duplicate(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// move renames a folder of a data folder, and has that outlast a power cut.
func move(from, to string) error {
	if err := rename(from, to); err != nil {
		return err
	}
	return place.SyncFolder(filepath.Dir(to))
}

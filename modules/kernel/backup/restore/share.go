package restore

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// share gives a folder the files of another one: a second name for each where the file system has such, a copy elsewhere. A
// folder that is not there has none.
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
		place := filepath.Join(to, inside)
		switch {
		case entry.IsDir():
			return os.MkdirAll(place, 0o700)
		case !entry.Type().IsRegular():
			return nil
		}
		if os.Link(path, place) == nil {
			return nil
		}
		return duplicate(path, place)
	})
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

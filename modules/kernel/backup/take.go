package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/problem"
)

// Take brings an archive into the folder, from a stream of at most most bytes, and checks it as one that was just made. Of
// a locked one only the header can be checked.
func Take(ctx context.Context, folder string, in io.Reader, most int64) (string, error) {
	return bring(ctx, folder, func(place string) error {
		out, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		n, err := io.Copy(out, io.LimitReader(in, most+1))
		if err = errors.Join(err, out.Sync(), out.Close()); err == nil && n > most {
			err = problem.New(problem.TooLarge, "body.too_large", "max", fmt.Sprintf("%d GB", most>>30))
		}
		return err
	})
}

// Unlock brings what a locked archive holds into the folder, and checks it. The problems are those of sealed.Open.
func Unlock(ctx context.Context, folder, path, passphrase string) (string, error) {
	return bring(ctx, folder, func(place string) error { return sealed.Open(ctx, path, place, passphrase) })
}

// bring lets an archive be put into a folder that goes in any case, checks it and names it.
func bring(ctx context.Context, folder string, put func(place string) error) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", roomed(err)
	}
	lock := flock.New(filepath.Join(folder, "lock"))
	if ok, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil || !ok {
		return "", errors.Join(err, ctx.Err())
	}
	defer func() { _ = lock.Unlock() }()
	work, err := os.MkdirTemp(folder, "upload-*"+part)
	if err != nil {
		return "", roomed(err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	place := filepath.Join(work, "archive.zip")
	if err := put(place); err != nil {
		return "", roomed(err)
	}
	name := ""
	if sealed.Is(place) {
		h, err := sealed.Peek(place)
		if err != nil {
			return "", err
		}
		name = Name(h.Manifest(), true) + sealed.Suffix
	} else {
		m, err := whole(ctx, place, filepath.Join(work, "check"))
		if err != nil {
			return "", roomed(err)
		}
		name = Name(m, true)
	}
	if !nameForm.MatchString(name) {
		return "", problem.Rule("backup.foreign", "name", "archive.zip")
	}
	final := free(folder, name)
	return filepath.Base(final), errors.Join(os.Rename(place, final), syncFolder(folder))
}

// whole opens an archive as a restore would, and keeps nothing of it.
func whole(ctx context.Context, place, scratch string) (*archive.Manifest, error) {
	a, err := archive.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	m := a.Manifest
	return &m, a.Unpack(ctx, scratch, false)
}

// peek reads what an archive says of itself, be it locked or not.
func peek(path string) (m *archive.Manifest, locked bool, err error) {
	if sealed.Is(path) {
		h, err := sealed.Peek(path)
		if err != nil {
			return nil, true, err
		}
		return h.Manifest(), true, nil
	}
	a, err := archive.Peek(path)
	if err != nil {
		return nil, false, err
	}
	defer a.Close()
	found := a.Manifest
	found.Entries, found.Rows = nil, nil
	return &found, false, nil
}

package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// crash is the file into which the runtime writes why the whole program ends, and what an earlier one left there.
type crash struct{ path, left string }

const (
	crashName = "crash.txt"
	crashForm = "crash-20060102-150405.txt"
	crashes   = 5 // how many are kept
)

// watch keeps what is there under the time it was written and lets the runtime write a new one.
func watch(folder string) (*crash, error) {
	c := &crash{path: filepath.Join(folder, crashName)}
	if info, err := os.Stat(c.path); err == nil && info.Size() > 0 {
		c.left = filepath.Join(folder, info.ModTime().Format(crashForm))
		if err := os.Rename(c.path, c.left); err != nil {
			return nil, err
		}
		forget(folder)
	}
	f, err := os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	// The runtime takes a handle of its own.
	return c, errors.Join(debug.SetCrashOutput(f, debug.CrashOptions{}), f.Close())
}

// forget removes all but the newest. What cannot be removed is small.
func forget(folder string) {
	old, _ := filepath.Glob(filepath.Join(folder, "crash-*.txt"))
	slices.Sort(old)
	for _, name := range old[:max(0, len(old)-crashes)] {
		_ = os.Remove(name)
	}
}

// close ends the watch of a program that ends in order.
func (c *crash) close() error {
	err := debug.SetCrashOutput(nil, debug.CrashOptions{})
	if gone := os.Remove(c.path); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

package place

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Remove removes a folder with all that is in it; nothing there is no error. Where the system refuses to delete the newer
// way, as Wine does, every file is deleted by its name.
func Remove(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	return oneByOne(path)
}

// oneByOne follows no links: what they point to stays.
func oneByOne(path string) error {
	var all []string
	err := filepath.WalkDir(path, func(name string, _ fs.DirEntry, err error) error {
		if err == nil {
			all = append(all, name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, name := range slices.Backward(all) {
		if gone := os.Remove(name); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

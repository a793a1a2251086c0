//go:build !windows

package backup

import (
	"os"
	"syscall"
)

// SameDisk tells whether two folders lie on one disk, as far as the system says: on one device. What cannot be told counts
// as the same.
func SameDisk(a, b string) bool {
	one, err1 := os.Stat(a)
	two, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return true
	}
	x, ok1 := one.Sys().(*syscall.Stat_t)
	y, ok2 := two.Sys().(*syscall.Stat_t)
	return !ok1 || !ok2 || x.Dev == y.Dev
}

// syncFolder makes a rename in the folder last.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every file system lets folders be synced
	return f.Close()
}

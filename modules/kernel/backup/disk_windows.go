package backup

import (
	"path/filepath"
	"strings"
)

// SameDisk tells whether two folders lie on one disk, as far as the system says: under one drive letter or share. What
// cannot be told counts as the same.
func SameDisk(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err1 != nil || err2 != nil || strings.EqualFold(filepath.VolumeName(x), filepath.VolumeName(y))
}

// syncFolder has nothing to do: the system keeps renames by itself.
func syncFolder(string) error { return nil }

//go:build !windows

package upgrade

import "syscall"

// room is how many bytes this user may still write in a folder, as far as the system says.
func room(folder string) (free int64, known bool) {
	var fs syscall.Statfs_t
	if syscall.Statfs(folder, &fs) != nil {
		return 0, false
	}
	return int64(fs.Bavail) * int64(fs.Bsize), true //nolint:unconvert // the types differ between systems
}

//go:build linux || darwin

package machine

import "syscall"

func disk(folder string) (Room, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return Room{}, false
	}
	block := int64(s.Bsize) //nolint:unconvert // another type on the other system
	return Room{Free: int64(s.Bavail) * block, Total: int64(s.Blocks) * block}, true
}

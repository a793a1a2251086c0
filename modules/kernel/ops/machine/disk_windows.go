package machine

import "golang.org/x/sys/windows"

func disk(folder string) (Room, bool) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return Room{}, false
	}
	var free, total, all uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, &total, &all); err != nil {
		return Room{}, false
	}
	return Room{Free: int64(free), Total: int64(total)}, true //nolint:gosec // no disk is that large
}

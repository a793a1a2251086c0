package upgrade

import "golang.org/x/sys/windows"

// room is how many bytes this user may still write in a folder, as far as the system says.
func room(folder string) (free int64, known bool) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, false
	}
	var most uint64
	if windows.GetDiskFreeSpaceEx(name, &most, nil, nil) != nil {
		return 0, false
	}
	return int64(min(most, 1<<62)), true
}

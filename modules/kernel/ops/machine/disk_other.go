//go:build !linux && !darwin && !windows

package machine

// disk is not known here.
func disk(string) (Room, bool) { return Room{}, false }

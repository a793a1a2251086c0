//go:build !windows

package place

import "os"

// SyncFolder makes a rename in the folder, or a removal, outlast a power cut.
func SyncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every file system lets folders be synced
	return f.Close()
}

package place

import (
	"path/filepath"
	"testing"
)

// TestSyncedFolders: a program that synchronises is known by the name of its folder or by what it leaves there.
func TestSyncedFolders(t *testing.T) {
	left := filepath.FromSlash("/srv/team/.stfolder")
	exists := func(path string) bool { return path == left }
	for path, want := range map[string]string{
		"/home/wang/Documents/zhanggui": "", "/data/onedrives/x": "", "/home/wang/mydropbox": "", "/srv/teams/data": "",
		"/c/Users/wang/OneDrive/Desktop/data": "OneDrive", "/c/Users/wang/OneDrive - 和顺五金/data": "OneDrive", "/home/wang/Dropbox/data": "Dropbox",
		"/home/wang/Dropbox (Firm)": "Dropbox", "/Users/wang/Library/Mobile Documents/x": "iCloud", "/Users/wang/Library/CloudStorage/GoogleDrive-a@b/x": "Google Drive",
		"/d/我的坚果云/账": "坚果云", "/d/BaiduSyncdisk/data": "百度网盘", "/srv/team/firm/data": "Syncthing", "/srv/team": "Syncthing",
	} {
		if got := synced(filepath.FromSlash(path), exists); got != want {
			t.Errorf("%s is synchronised by %q, want %q", path, got, want)
		}
	}
}

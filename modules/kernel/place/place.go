// Package place tells whether the embedded database may live in a folder. On a network drive the locks of a database are
// not kept, and a program that synchronises a folder copies half of what is being written and brings back what was
// before: either one loses vouchers without a word.
package place

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zhanggui/modules/kernel/problem"
)

// Fit says why a database may not live in a folder, which need not exist yet: nothing when it may. Where the system does
// not tell what kind of disk it is, it may.
func Fit(path string) error {
	path = real(path)
	if kind := remote(path); kind != "" {
		return problem.Rule("place.network", "path", path, "by", kind, "instead", Own())
	}
	if by := synced(path, exists); by != "" {
		return problem.Rule("place.synced", "path", path, "by", by, "instead", Own())
	}
	return nil
}

// Own is a folder of the user on this machine, where a company finds its place when the one beside the program is none.
func Own() string {
	home, err := os.UserConfigDir()
	if err != nil {
		return "data"
	}
	return filepath.Join(home, "zhanggui")
}

// real follows links as far as the folders of a path exist.
func real(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	rest := ""
	for dir := path; ; dir = filepath.Dir(dir) {
		if found, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(found, rest)
		}
		if dir == filepath.Dir(dir) {
			return path
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// services name the folders that programs synchronise, in small letters; of those that end with a star the beginning.
var services = []struct{ name, folders string }{
	{"OneDrive", "onedrive|onedrive - *|onedrive-*"},
	{"Dropbox", "dropbox|dropbox (*"},
	{"Google Drive", "google drive|googledrive|googledrive-*|我的云端硬盘"},
	{"iCloud", "iclouddrive|icloud drive|mobile documents"},
	{"坚果云", "我的坚果云|坚果云|nutstore|nutstore files"},
	{"百度网盘", "baidusyncdisk|百度网盘同步空间"},
	{"WPS 云盘", "wps云盘|wpsdrive|wps cloud files"},
	{"腾讯微云", "微云同步助手|腾讯微云"},
	{"阿里云盘", "阿里云盘"},
	{"Nextcloud", "nextcloud|owncloud"},
	{"Synology Drive", "synologydrive|cloudstation"},
}

// marks are what such programs leave in the topmost folder that they synchronise.
var marks = []struct{ name, file string }{
	{"Syncthing", ".stfolder"}, {"Dropbox", ".dropbox.cache"}, {"Resilio Sync", ".sync"}, {"Seafile", ".seafile-data"}, {"Nextcloud", ".nextcloudsync.log"},
}

// synced names the program that synchronises a folder.
func synced(path string, exists func(string) bool) string {
	for dir := path; ; dir = filepath.Dir(dir) {
		base := strings.ToLower(filepath.Base(dir))
		for _, s := range services {
			if slices.ContainsFunc(strings.Split(s.folders, "|"), func(name string) bool {
				beginning, open := strings.CutSuffix(name, "*")
				return base == name || open && strings.HasPrefix(base, beginning)
			}) {
				return s.name
			}
		}
		for _, m := range marks {
			if exists(filepath.Join(dir, m.file)) {
				return m.name
			}
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

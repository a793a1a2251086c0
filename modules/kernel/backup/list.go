package backup

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/problem"
)

// Kept is an archive that lies in a folder. Manifest is nil when it cannot be read any more: on a failing stick, say.
type Kept struct {
	Name     string
	Why      string
	Size     int64
	Upload   bool
	Second   bool // it lies in the second folder
	Here     bool // it lies in the data folder
	Locked   bool // it opens with the passphrase only
	Manifest *archive.Manifest
	order    string
}

// Good tells whether the archive could be opened.
func (k *Kept) Good() bool { return k.Manifest != nil }

// list reads what archives a folder has, newest first.
func list(folder string) []Kept {
	entries, _ := os.ReadDir(folder) // a folder that is not there has none
	var out []Kept
	for _, entry := range entries {
		_, item, upload, ok := parse(entry.Name())
		if !ok || !entry.Type().IsRegular() {
			continue
		}
		one := Kept{Name: entry.Name(), Why: item.Why, Upload: upload, order: item.At.Format(stampForm) + entry.Name()}
		if info, err := entry.Info(); err == nil {
			one.Size = info.Size()
		}
		one.Manifest, one.Locked, _ = peek(filepath.Join(folder, entry.Name())) // what does not open has no manifest
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Kept) int { return cmp.Compare(b.order, a.order) })
	return out
}

// List gives the archives of the data folder, and those of the second folder that are of the same company, newest first.
func List(folder, second, id string) []Kept {
	out := list(folder)
	for i := range out {
		out[i].Here = true
	}
	if second == "" {
		return out
	}
	for _, one := range list(second) {
		if whose, _, _, _ := parse(one.Name); id == "" || whose != short(id) {
			continue
		}
		one.Second = true
		plain := strings.TrimSuffix(one.Name, sealed.Suffix)
		if i := slices.IndexFunc(out, func(k Kept) bool { return k.Name == plain && (k.Good() || plain == one.Name) }); i < 0 {
			out = append(out, one)
		} else if out[i].Second = true; !out[i].Good() {
			out[i].Manifest = one.Manifest
		}
	}
	slices.SortStableFunc(out, func(a, b Kept) int { return cmp.Compare(b.order, a.order) })
	return out
}

// Find gives the path of an archive by its name, in one of the folders; problem.Missing when there is none. Where both
// have it, the one that opens counts.
func Find(name string, folders ...string) (string, error) {
	found := ""
	if _, _, _, ok := parse(name); ok {
		for _, folder := range folders {
			path := filepath.Join(folder, name)
			info, err := os.Lstat(path)
			if folder == "" || err != nil || !info.Mode().IsRegular() {
				continue
			}
			if _, _, err = peek(path); err == nil {
				return path, nil
			}
			found = cmp.Or(found, path)
		}
	}
	if found == "" {
		return "", problem.New(problem.NotFound, "backup.missing", "name", name)
	}
	return found, nil
}

// newest gives the manifest of a company's newest archive of its own, nil when there is none.
func newest(folder, id string) *archive.Manifest {
	for _, one := range list(folder) {
		if whose, _, upload, _ := parse(one.Name); !upload && whose == short(id) && one.Good() {
			return one.Manifest
		}
	}
	return nil
}

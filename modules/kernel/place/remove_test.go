package place

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRemove: both ways remove a whole tree and what a link is, but not what it points to.
func TestRemove(t *testing.T) {
	for name, remove := range map[string]func(string) error{"at once": Remove, "one by one": oneByOne} {
		root := t.TempDir()
		stays, goes := filepath.Join(root, "stays", "a"), filepath.Join(root, "goes")
		for _, file := range []string{stays, filepath.Join(goes, "b"), filepath.Join(goes, "deep", "er", "c")} {
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Dir(stays), filepath.Join(goes, "link")); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := remove(goes); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := os.Lstat(goes); !os.IsNotExist(err) {
			t.Errorf("%s: it is there: %v", name, err)
		}
		if _, err := os.Stat(stays); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

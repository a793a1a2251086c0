package restore

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLinksAreKept: a link stands for the same from another place, one that points nowhere stays such, and where no link can
// be made the folder comes along.
func TestLinksAreKept(t *testing.T) {
	root := t.TempDir()
	deep, staged := filepath.Join(root, "a", "b"), filepath.Join(root, "staged")
	far := filepath.Join(root, "a", "far", "00")
	for _, folder := range []string{deep, staged, far} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(far, "x"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"near": filepath.Join("..", "far"), "nowhere": "gone"} {
		if err := os.Symlink(target, filepath.Join(deep, name)); err != nil {
			t.Fatal(err)
		}
		if err := share(t.Context(), filepath.Join(deep, name), filepath.Join(staged, name)); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(staged, "near", "00", "x")); string(text) != "x" {
		t.Errorf("%q %v", text, err)
	}
	if to, err := os.Readlink(filepath.Join(staged, "nowhere")); to != "gone" {
		t.Errorf("%q %v", to, err)
	}
	if err := through(t.Context(), filepath.Join(deep, "near"), filepath.Join(staged, "whole")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(filepath.Join(staged, "whole", "00", "x")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v %v", info, err)
	}
	if info, err := os.Lstat(filepath.Join(staged, "whole")); err != nil || !info.IsDir() {
		t.Errorf("%v %v", info, err)
	}
}

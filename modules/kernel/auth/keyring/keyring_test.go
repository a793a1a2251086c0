package keyring

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"zhanggui/modules/kernel"
)

// TestWhereTheKeyLies: outside of what a backup takes, and where all programs of an installation find them.
func TestWhereTheKeyLies(t *testing.T) {
	root := t.TempDir()
	for files, want := range map[string]string{
		"data/main/files": "data/keys", "mnt/share": "mnt/share/.keys", "var/lib/zhanggui/files": "var/lib/zhanggui/files/.keys",
	} {
		c := &kernel.Company{Files: filepath.Join(root, files)}
		if got := Folder(c); got != filepath.Join(root, want) {
			t.Errorf("%s: %s", files, got)
		}
	}
	from, to := &kernel.Company{Files: filepath.Join(root, "a", "main", "files")}, &kernel.Company{Files: filepath.Join(root, "share")}
	if err := Carry(from, to); err != nil {
		t.Errorf("without a key: %v", err)
	}
	key, err := keyOf(from, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := Carry(from, to); err != nil {
		t.Fatal(err)
	}
	got, err := keyOf(to, false)
	if err != nil || !bytes.Equal(got, key) {
		t.Errorf("the key did not come along: %v", err)
	}
	if info, err := os.Stat(filepath.Join(Folder(to), keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	other := &kernel.Company{Files: filepath.Join(root, "b", "main", "files")}
	if _, err := keyOf(other, true); err != nil {
		t.Fatal(err)
	}
	if err := Carry(other, to); err != nil {
		t.Fatal(err)
	}
	if got, _ := keyOf(to, false); !bytes.Equal(got, key) {
		t.Error("a key that was there was replaced")
	}
}

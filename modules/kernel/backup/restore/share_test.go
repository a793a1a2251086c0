package restore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zhanggui/modules/kernel/backup/restore"
)

// TestAttachmentsBehindALink goes on with attachments that lie on another disk, and with what else lies beside the database.
func TestAttachmentsBehindALink(t *testing.T) {
	for name, target := range map[string]func(h *house) string{
		"whole":    func(h *house) string { return filepath.Join(filepath.Dir(h.archive), "..", "far") },
		"relative": func(*house) string { return filepath.Join("..", "far") },
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			main, far := filepath.Join(h.data, "main"), filepath.Join(h.data, "far")
			h.plan.Contents = filepath.Join(main, "files")
			if err := os.Rename(h.plan.Contents, far); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target(h), h.plan.Contents); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(main, "company.db.moved-20260101-000000"), "old")
			write(t, filepath.Join(main, "mine", "note.txt"), "mine")
			before := prints(t, far)
			s := h.stage(t)
			swapped(t, s)
			if _, err := s.Confirm(false); err != nil {
				t.Fatal(err)
			}
			if to, err := os.Readlink(h.plan.Contents); err != nil || to != target(h) {
				t.Errorf("the attachments link to %q: %v", to, err)
			}
			if seen, err := filepath.Glob(filepath.Join(main, "files", "??", "*")); err != nil || len(seen) != 2 {
				t.Errorf("attachments %v %v", seen, err)
			}
			if got := prints(t, far); got != before {
				t.Errorf("the far disk has\n%s\nand had\n%s", got, before)
			}
			for path, want := range map[string]string{"company.db.moved-20260101-000000": "old", "mine/note.txt": "mine"} {
				if got, err := os.ReadFile(filepath.Join(main, path)); string(got) != want {
					t.Errorf("%s: %q %v", path, got, err)
				}
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestNoAttachmentIsLeftBehind stages nothing that lacks an attachment which the archive has, and says so of a full disk.
func TestNoAttachmentIsLeftBehind(t *testing.T) {
	h := build(t)
	h.plan.Contents = filepath.Join(h.data, "main", "files")
	seen, err := filepath.Glob(filepath.Join(h.plan.Contents, "??", "*"))
	if err != nil || len(seen) != 2 {
		t.Fatal(seen, err)
	}
	prove := h.plan.Prove
	h.plan.Prove = func(context.Context, string) error {
		return &os.PathError{Op: "write", Path: "company.db", Err: syscall.ENOSPC}
	}
	if _, err := restore.Stage(t.Context(), h.archive, h.plan, func(int64) {}); code(err) != "store.full" {
		t.Errorf("a full disk: %v", err)
	}
	h.plan.Prove = prove
	for _, path := range seen {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	live := prints(t, h.data)
	if s, err := restore.Stage(t.Context(), h.archive, h.plan, func(int64) {}); s != nil || !strings.HasPrefix(fmt.Sprint(err), "1 of 1 attachments did not come along") {
		t.Errorf("%v", err)
	}
	if err := os.RemoveAll(h.plan.Contents); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(h.data, "unplugged"), h.plan.Contents); err != nil {
		t.Fatal(err)
	}
	if s, err := restore.Stage(t.Context(), h.archive, h.plan, func(int64) {}); s != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a disk that is not there: %v", err)
	}
	if err := os.Remove(h.plan.Contents); err != nil {
		t.Fatal(err)
	}
	if got := prints(t, h.data); got != live {
		t.Errorf("the live data changed:\n%s\n%s", got, live)
	}
}

// TestOnlyOwnFoldersAreLitter removes what the program makes and leaves what only begins like it.
func TestOnlyOwnFoldersAreLitter(t *testing.T) {
	data := t.TempDir()
	write(t, filepath.Join(data, "main", "company.db"), "")
	own := []string{"restore-20260102-030405.678", "replaced-20260102-030405.678"}
	others := []string{"restore-points", "replaced-parts", "restore-20260102", "restore-20260102-030405.678-mine", "replaced-20260102-030405"}
	for _, name := range append(own, others...) {
		write(t, filepath.Join(data, name, "file"), name)
	}
	if err := restore.Recover(data); err != nil {
		t.Fatal(err)
	}
	for _, name := range own {
		if _, err := os.Stat(filepath.Join(data, name)); !os.IsNotExist(err) {
			t.Errorf("%s stays", name)
		}
	}
	for _, name := range others {
		if _, err := os.Stat(filepath.Join(data, name, "file")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

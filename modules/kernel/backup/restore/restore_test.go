package restore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
)

func open(t *testing.T, folder string) *kernel.Company {
	t.Helper()
	c, err := boot.Open(context.Background(), boot.Config{Path: filepath.Join(folder, "company.db"), Files: filepath.Join(folder, "files"), Clock: clock.Fixed(testkit.Now), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Store.Close)
	return c
}

func note(t *testing.T, c *kernel.Company, what string) {
	t.Helper()
	content, err := files.Put(c.Files, strings.NewReader("file of "+what))
	if err != nil {
		t.Fatal(err)
	}
	err = pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		if _, err := files.Attach(tx, &kernel.Def{Name: "test"}, 1, files.File{Name: what, Digest: content.Digest}); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO sessions (token, account, created_at, seen_at, expires_at, address, agent) VALUES (?, 1, 1, 1, 1, '', '')", what)
		return errors.Join(err, audit.Note(tx, "test", "note", what))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func noted(t *testing.T, c *kernel.Company) (notes, sessions int64) {
	t.Helper()
	err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&notes, &sessions}, "SELECT (SELECT COUNT(*) FROM audit WHERE act = 'note'), (SELECT COUNT(*) FROM sessions)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return notes, sessions
}

// house is a data folder with a company of two notes, and an archive of it that has one.
type house struct {
	data, archive string
	plan          restore.Plan
}

func build(t *testing.T) *house {
	h := &house{data: t.TempDir()}
	main := filepath.Join(h.data, restore.Company)
	c := open(t, main)
	note(t, c, "one")
	made, err := backup.Make(t.Context(), backup.Of(c, backup.Demand))
	if err != nil {
		t.Fatal(err)
	}
	h.archive = made.Path
	note(t, c, "two")
	c.Store.Close()
	h.plan = restore.Plan{Data: h.data, Schema: made.Manifest.Schema, Now: clock.Fixed(testkit.Now).Now, Prove: func(ctx context.Context, folder string) error {
		c, err := boot.Open(ctx, boot.Config{Path: filepath.Join(folder, "company.db"), Files: filepath.Join(folder, "files"), Clock: clock.Fixed(testkit.Now)})
		if err != nil {
			return restore.Unfit(err)
		}
		defer c.Store.Close()
		return restore.Settle(ctx, c)
	}}
	return h
}

func (h *house) stage(t *testing.T) *restore.Staged {
	t.Helper()
	s, err := restore.Stage(t.Context(), h.archive, h.plan, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holds compares the company in a data folder with what it should hold, and that nothing else lies about.
func (h *house) holds(t *testing.T, where string, notes, sessions int64) {
	t.Helper()
	entries, err := os.ReadDir(h.data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "main" && e.Name() != "backups" {
			t.Errorf("%s: %s lies about", where, e.Name())
		}
	}
	c := open(t, filepath.Join(h.data, restore.Company))
	if n, s := noted(t, c); n != notes || s != sessions {
		t.Errorf("%s: %d notes and %d sessions, want %d and %d", where, n, s, notes, sessions)
	}
	c.Store.Close()
}

// prints hashes all files of a folder, by name.
func prints(t *testing.T, folder string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		fmt.Fprintln(&out, path, hex.EncodeToString(sum[:]))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func code(err error) string {
	if list, ok := problem.From(err); ok {
		return list[0].Code
	}
	return fmt.Sprint(err)
}

func TestInPlace(t *testing.T) {
	h := build(t)
	s := h.stage(t)
	if err := s.Swap(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Confirm(false); err != nil {
		t.Fatal(err)
	}
	h.holds(t, "restored", 1, 0)
	attached, err := filepath.Glob(filepath.Join(h.data, "main", "files", "??", "*"))
	if err != nil || len(attached) != 1 {
		t.Errorf("%v %v", attached, err)
	}
}

func TestIntoANewFolder(t *testing.T) {
	h := build(t)
	live := prints(t, h.data)
	fresh := filepath.Join(t.TempDir(), "fresh")
	h.data, h.plan.Data = fresh, fresh
	s := h.stage(t)
	if err := s.Swap(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Confirm(false); err != nil {
		t.Fatal(err)
	}
	h.holds(t, "new folder", 1, 0)
	if s := h.stage(t); s.Drop() != nil {
		t.Error("a staged company that is not wanted stays")
	}
	h.holds(t, "dropped", 1, 0)
	if got := prints(t, filepath.Dir(filepath.Dir(h.archive))); got != live {
		t.Errorf("the company that the archive came from changed:\n%s\n%s", got, live)
	}
}

func TestKeptFolder(t *testing.T) {
	h := build(t)
	s := h.stage(t)
	if err := s.Swap(); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Confirm(true)
	if err != nil || !strings.HasPrefix(filepath.Base(kept), "kept-") {
		t.Fatalf("%q %v", kept, err)
	}
	if err := restore.Recover(h.data); err != nil {
		t.Fatal(err)
	}
	c := open(t, kept)
	if n, _ := noted(t, c); n != 2 {
		t.Errorf("%d notes in the folder that was to be kept", n)
	}
}

// TestInterrupted leaves the folder as a kill at each step of a change, or of taking it back, would, and starts anew.
func TestInterrupted(t *testing.T) {
	move := func(t *testing.T, from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	one := func(t *testing.T, pattern string) string {
		t.Helper()
		found, _ := filepath.Glob(pattern)
		if len(found) != 1 {
			t.Fatalf("%s: %v", pattern, found)
		}
		return found[0]
	}
	for _, x := range []struct {
		name  string
		notes int64
		at    func(t *testing.T, h *house, s *restore.Staged)
	}{
		{"staged", 2, func(*testing.T, *house, *restore.Staged) {}},
		{"written down", 2, func(t *testing.T, h *house, s *restore.Staged) {
			swapped(t, s)
			move(t, filepath.Join(h.data, "main"), filepath.Join(h.data, filepath.Base(stagedOf(h))))
			move(t, one(t, filepath.Join(h.data, "replaced-*")), filepath.Join(h.data, "main"))
		}},
		{"the live one is away", 2, func(t *testing.T, h *house, s *restore.Staged) {
			swapped(t, s)
			move(t, filepath.Join(h.data, "main"), filepath.Join(h.data, filepath.Base(stagedOf(h))))
		}},
		{"swapped, not confirmed", 2, func(t *testing.T, _ *house, s *restore.Staged) { swapped(t, s) }},
		{"taken back by the program", 2, func(t *testing.T, _ *house, s *restore.Staged) {
			swapped(t, s)
			if err := s.Back(); err != nil {
				t.Fatal(err)
			}
		}},
		{"confirmed, the old one still there", 1, func(t *testing.T, h *house, s *restore.Staged) {
			swapped(t, s)
			if err := os.Remove(filepath.Join(h.data, "restore.json")); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			h := build(t)
			x.at(t, h, h.stage(t))
			for range 2 { // to recover twice is no worse
				if err := restore.Recover(h.data); err != nil {
					t.Fatal(err)
				}
			}
			sessions := x.notes
			if x.notes == 1 {
				sessions = 0
			}
			h.holds(t, x.name, x.notes, sessions)
		})
	}
}

func swapped(t *testing.T, s *restore.Staged) {
	t.Helper()
	if err := s.Swap(); err != nil {
		t.Fatal(err)
	}
}

// stagedOf is what the folder of a staged company is called on the day of the tests.
func stagedOf(h *house) string {
	return filepath.Join(h.data, "restore-"+testkit.Now.UTC().Format("20060102-150405.000"))
}

func TestWhatTheProgramCannotOpen(t *testing.T) {
	h := build(t)
	live := prints(t, h.data)
	prove := h.plan.Prove
	for name, x := range map[string]struct {
		change func()
		code   string
	}{
		"an unknown migration": {func() { h.plan.Schema = nil }, "backup.newer"},
		"does not open":        {func() { h.plan.Prove = func(context.Context, string) error { return restore.Unfit(errors.New("no")) } }, "backup.unfit"},
		"check finds something": {func() {
			h.plan.Prove = func(context.Context, string) error { return problem.Rule("backup.unsound", "count", 1, "first", "x") }
		}, "backup.unsound"},
	} {
		schema := h.plan.Schema
		x.change()
		if _, err := restore.Stage(t.Context(), h.archive, h.plan, func(int64) {}); code(err) != x.code {
			t.Errorf("%s: %v, want %s", name, err, x.code)
		}
		h.plan.Schema, h.plan.Prove = schema, prove
		if got := prints(t, h.data); got != live {
			t.Errorf("%s: the live data changed", name)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Nanosecond)
	defer stop()
	<-ctx.Done()
	if _, err := restore.Stage(ctx, h.archive, h.plan, func(int64) {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("interrupted: %v", err)
	}
	if got := prints(t, h.data); got != live {
		t.Error("interrupted: the live data changed")
	}
}

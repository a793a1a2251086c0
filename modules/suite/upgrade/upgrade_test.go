package upgrade

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/upgrade"
)

// TestEveryFixtureIsUpgraded opens each kept state with the present program and with one that is to come: the figures are
// the same, all books agree, and what it was before lies among the backups.
func TestEveryFixtureIsUpgraded(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			data := moveIn(t, name)
			var told []string
			c, err := upgrader(t, data, present, &told).Company(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			clean(t, c.Store, name)
			goesOnAsBefore(t, c)
			c.Store.Close()
			before := tree(t, filepath.Join(data, "main", "files"))
			had := len(archives(t, data))
			told = nil
			c, err = upgrader(t, data, future, &told).Company(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{upgrade.Snapshot, upgrade.Migrating, upgrade.Checking}; !slices.Equal(told, want) {
				t.Errorf("told %v, want %v", told, want)
			}
			clean(t, c.Store, name)
			if n := number(t, c.Store, "SELECT COUNT(*) FROM future_note"); n < 100 {
				t.Errorf("%d rows of the migration", n)
			}
			if n := number(t, c.Store, "SELECT COUNT(*) FROM audit WHERE resource = 'system' AND act = 'upgrade' AND reason LIKE '%present → future%'"); n != 1 {
				t.Errorf("the audit tells of the upgrade %d times", n)
			}
			c.Store.Close()
			if got := tree(t, filepath.Join(data, "main", "files")); !slices.Equal(got, before) {
				t.Errorf("attachments are %v, were %v", got, before)
			}
			tidy(t, data)
			if got := archives(t, data); len(got) != had+1 {
				t.Fatalf("archives before the upgrade: %v", got)
			}
			kept, err := archive.Open(t.Context(), archives(t, data)[had])
			if err != nil {
				t.Fatal(err)
			}
			kept.Close()
			if kept.Version != future || kept.Why != backup.Upgrade || slices.Contains(kept.Schema, "future/1") {
				t.Errorf("%+v", kept.Manifest)
			}
			last := upgrade.Last(backup.Folder(data))
			if last == nil || last.From != present || last.To != future || last.Why != "" || last.Archive != filepath.Base(archives(t, data)[had]) {
				t.Errorf("the outcome is %+v", last)
			}
			told = nil
			c, err = upgrader(t, data, future, &told).Company(t.Context())
			if err != nil || len(told) > 0 {
				t.Fatalf("the second start: %v, told %v", err, told)
			}
			c.Store.Close()
		})
	}
}

// goesOnAsBefore: who had vouchers and never chose may review his own as he always could, what was chosen stays, and no count
// from before is called full, so nobody is asked about anything.
func goesOnAsBefore(t *testing.T, c *kernel.Company) {
	t.Helper()
	for name, want := range map[string]string{"ledger.two_people": "false", "stock.negative": "refuse"} {
		if got := c.Setting(name); got != want {
			t.Errorf("after the upgrade %s is %q, want %q", name, got, want)
		}
	}
	if n := number(t, c.Store, "SELECT COUNT(*) FROM stock_document WHERE whole"); n != 0 {
		t.Errorf("%d counts are called full", n)
	}
}

// refused opens a company that must not open and gives the problem.
func refused(t *testing.T, u *upgrade.Upgrader) *problem.Problem {
	t.Helper()
	c, err := u.Company(t.Context())
	if err == nil {
		c.Store.Close()
		t.Fatal("it opened")
	}
	list, ok := problem.From(err)
	if !ok {
		t.Fatalf("people are told nothing: %v", err)
	}
	return list[0]
}

// TestAFailedUpgradeLeavesTheCompanyAsItWas tries migrations that fail, and one that makes the books disagree, twice each.
func TestAFailedUpgradeLeavesTheCompanyAsItWas(t *testing.T) {
	name := fixtures(t)[0]
	for version, code := range map[string]string{broken: "upgrade.failed", harmful: "upgrade.unsound"} {
		t.Run(version, func(t *testing.T) {
			data := moveIn(t, name)
			var told []string
			c, err := upgrader(t, data, present, &told).Company(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			c.Store.Close()
			before, had := tree(t, filepath.Join(data, "main")), len(archives(t, data))
			for range 2 {
				p := refused(t, upgrader(t, data, version, &told))
				if p.Code != code {
					t.Fatalf("%s, want %s", p.Code, code)
				}
				if first, _ := p.Args["first"].(string); version == harmful && !strings.HasPrefix(first, "pools: pool item") {
					t.Errorf("the check names %v", p.Args)
				}
				if got := tree(t, filepath.Join(data, "main")); !slices.Equal(got, before) {
					t.Errorf("the company is\n%v\nand was\n%v", got, before)
				}
				if last := upgrade.Last(backup.Folder(data)); last == nil || last.Why != code || last.To != version {
					t.Errorf("the outcome is %+v", last)
				}
				tidy(t, data)
			}
			if got := archives(t, data); len(got) != had+1 {
				t.Errorf("two attempts left %v", got)
			}
			if c, err = upgrader(t, data, present, &told).Company(t.Context()); err != nil {
				t.Fatal(err)
			}
			clean(t, c.Store, name)
			c.Store.Close()
		})
	}
}

// TestAnOlderProgramRefuses opens with the present program what a newer one wrote.
func TestAnOlderProgramRefuses(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	var told []string
	c, err := upgrader(t, data, future, &told).Company(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Store.Close()
	before := tree(t, filepath.Join(data, "main"))
	p := refused(t, upgrader(t, data, present, &told))
	if p.Code != "upgrade.newer" || p.Args["written"] != future || p.Args["version"] != present {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	if got := tree(t, filepath.Join(data, "main")); !slices.Equal(got, before) {
		t.Errorf("the company is\n%v\nand was\n%v", got, before)
	}
}

// TestWithoutAnArchiveNothingIsMigrated has no room for the archive, and no place.
func TestWithoutAnArchiveNothingIsMigrated(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	before := tree(t, filepath.Join(data, "main"))
	var told []string
	u := upgrader(t, data, future, &told)
	u.Room = func(string) (int64, bool) { return 5 << 20, true }
	if p := refused(t, u); p.Code != "upgrade.room" || p.Args["free"] != "5 MB" {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	if err := os.RemoveAll(filepath.Join(data, "backups")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "backups"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if p := refused(t, upgrader(t, data, future, &told)); p.Code != "upgrade.snapshot_failed" {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	if slices.Contains(told, upgrade.Migrating) {
		t.Errorf("told %v", told)
	}
	if got := tree(t, filepath.Join(data, "main")); !slices.Equal(got, before) {
		t.Errorf("the company is\n%v\nand was\n%v", got, before)
	}
}

// TestEveryAttemptHasItsOwnArchive changes between two attempts what leaves no row in the audit: the archive has it.
func TestEveryAttemptHasItsOwnArchive(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	had := len(archives(t, data))
	second := t.TempDir()
	var told []string
	for round, text := range []string{"first", "then"} {
		st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "main", "company.db")})
		if err != nil {
			t.Fatal(err)
		}
		err = st.Write(t.Context(), "test", func(u *store.Unit) error {
			query := "INSERT INTO settings (name, value, changed_at, changed_by) VALUES (?, ?, 0, 0) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
			_, err := u.Exec(query, "test.note", text)
			if err == nil {
				_, err = u.Exec(query, backup.SecondFolder, second)
			}
			return err
		})
		st.Close()
		if err != nil {
			t.Fatal(err)
		}
		refused(t, upgrader(t, data, harmful, &told))
		tidy(t, data)
		found := archives(t, data)
		if copies, err := filepath.Glob(filepath.Join(second, "*.zip")); len(found) != had+1 || len(copies) != 1 || filepath.Base(copies[0]) != filepath.Base(found[had]) {
			t.Fatalf("attempt %d leaves %v and the copies %v %v", round+1, found, copies, err)
		}
		a, err := archive.Open(t.Context(), found[had])
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		err = a.Unpack(t.Context(), filepath.Join(folder, "x"), true)
		a.Close()
		if err != nil {
			t.Fatal(err)
		}
		if st, err = store.Open(t.Context(), store.Config{Path: filepath.Join(folder, "x", "company.db")}); err != nil {
			t.Fatal(err)
		}
		if n := number(t, st, "SELECT COUNT(*) FROM settings WHERE name = 'test.note' AND value = '"+text+"'"); n != 1 {
			t.Errorf("the archive of attempt %d has not what was written before it", round+1)
		}
		st.Close()
		if round == 0 {
			time.Sleep(1100 * time.Millisecond) // the second has a name of its own
		}
	}
}

// TestUpgradeWithAttachmentsElsewhere upgrades a company whose attachments lie behind a link, and counts the room for them.
func TestUpgradeWithAttachmentsElsewhere(t *testing.T) {
	data := moveIn(t, fixtures(t)[0])
	far, near := filepath.Join(t.TempDir(), "far"), filepath.Join(data, "main", "files")
	if err := errors.Join(os.Rename(near, far), os.Symlink(far, near), os.WriteFile(filepath.Join(far, "large"), nil, 0o600), os.Truncate(filepath.Join(far, "large"), 500<<20)); err != nil {
		t.Fatal(err)
	}
	var told []string
	u := upgrader(t, data, future, &told)
	u.Room = func(string) (int64, bool) { return 500 << 20, true }
	if p := refused(t, u); p.Code != "upgrade.room" {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	if err := os.Remove(filepath.Join(far, "large")); err != nil {
		t.Fatal(err)
	}
	before := tree(t, far)
	full := upgrader(t, data, future, &told)
	full.Check = func(context.Context, *store.Store) ([]string, error) { return nil, syscall.ENOSPC }
	if p := refused(t, full); p.Code != "upgrade.room" {
		t.Errorf("a disk that fills up: %s %v", p.Code, p.Args)
	}
	c, err := upgrader(t, data, future, &told).Company(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clean(t, c.Store, fixtures(t)[0])
	c.Store.Close()
	if to, err := os.Readlink(near); err != nil || to != far {
		t.Errorf("the attachments are at %q: %v", to, err)
	}
	if got := tree(t, far); !slices.Equal(got, before) {
		t.Errorf("attachments are %v, were %v", got, before)
	}
	tidy(t, data)
}

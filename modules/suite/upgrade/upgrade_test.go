package upgrade

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/problem"
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

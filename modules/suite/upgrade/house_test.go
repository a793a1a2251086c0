package upgrade

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/host"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/upgrade"
)

// stray is an attachment that no record names: an upgrade must not lose it.
const stray = "files/00/0000000000000000000000000000000000000000000000000000000000000000"

// moveIn puts a fixture into an empty data folder, as an earlier program left it.
func moveIn(t *testing.T, name string) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	settle(t, name, data)
	return data
}

func settle(t *testing.T, name, data string) {
	t.Helper()
	a, err := archive.Open(t.Context(), filepath.Join("testdata", name, "company.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Unpack(t.Context(), filepath.Join(data, "main"), true); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "main", filepath.FromSlash(stray))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("stray"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// expected are the figures that a fixture was kept with.
func expected(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name, "figures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// upgrader is a version of the program on a data folder. The steps that it tells are added to told.
func upgrader(t *testing.T, data, version string, told *[]string) *upgrade.Upgrader {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	open := func(ctx context.Context) (*kernel.Company, error) {
		rights, err := boot.Shipped()
		if err != nil {
			return nil, err
		}
		main := filepath.Join(data, "main")
		return boot.Open(ctx, boot.Config{Path: filepath.Join(main, "company.db"), Files: filepath.Join(main, "files"), Modules: modulesOf(version),
			Rights: rights, Log: log, Version: version})
	}
	return &upgrade.Upgrader{Open: open, Tell: func(step string) { *told = append(*told, step) },
		Program: &host.Program{Data: data, Modules: modulesOf(version), Version: version, Log: log, Open: open,
			Check: func(ctx context.Context, st *store.Store) ([]string, error) {
				found, err := check.Run(ctx, st)
				return found.Faults, err
			}}}
}

// clean holds that a company agrees with itself and has the figures of its fixture.
func clean(t *testing.T, st *store.Store, name string) {
	t.Helper()
	if found, err := check.Run(t.Context(), st); err != nil || !found.Clean {
		t.Errorf("check: %v %v", err, found.Faults)
	}
	same(t, st, name)
}

// own are tables that the program keeps for itself and may fill anew with a version: what shipped roles may do, and on
// which day a daily job was done.
var own = []string{"rows of base_role_right: ", "rows of job_days: "}

// same holds the figures alone: each that the fixture was kept with is there. A later version may have more tables.
func same(t *testing.T, st *store.Store, name string) {
	t.Helper()
	got := strings.SplitAfter(figures(t, st), "\n")
	kept := 0
	for line := range strings.Lines(expected(t, name)) {
		if slices.ContainsFunc(own, func(table string) bool { return strings.HasPrefix(line, table) }) {
			continue
		}
		kept++
		if !slices.Contains(got, line) {
			t.Errorf("%s has no longer %s", name, line)
		}
	}
	if kept < 100 {
		t.Errorf("%s was kept with %d figures", name, kept)
	}
}

// number reads one number out of a database.
func number(t *testing.T, st *store.Store, query string) (n int64) {
	t.Helper()
	err := st.Read(t.Context(), func(s *store.Snapshot) error {
		_, err := s.Scan([]any{&n}, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tree lists the files under a folder with their hashes.
func tree(t *testing.T, folder string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		sum := sha256.Sum256(text)
		inside, _ := filepath.Rel(folder, path)
		out = append(out, inside+" "+hex.EncodeToString(sum[:8]))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// archives names the archives made before upgrades.
func archives(t *testing.T, data string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "backups", "*-upgrade*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tidy holds that a data folder has nothing in it but what belongs there.
func tidy(t *testing.T, data string) {
	t.Helper()
	for _, folder := range []string{data, filepath.Join(data, "backups")} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !slices.Contains([]string{"main", "backups", "lock", "owner.json", "upgraded.json", "logs"}, e.Name()) && !strings.HasSuffix(e.Name(), ".zip") {
				t.Errorf("%s lies about", filepath.Join(folder, e.Name()))
			}
		}
	}
}

package upgrade

import (
	"context"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/demo/firm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/cli"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// childEnv makes this test's own binary the program: the version that it is to be, "" for a test.
const childEnv = "ZHANGGUI_UPGRADE_CHILD"

var makeFixture = flag.String("make", "", "make the fixture of this version")

func TestMain(m *testing.M) {
	if version := os.Getenv(childEnv); version != "" {
		os.Exit(cli.Main(program(version)))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// Versions of the program that these tests play.
const (
	present = "present" // what the repository builds
	future  = "future"  // one more module with one migration, which takes a while
	broken  = "broken"  // the last statement of its migration fails
	harmful = "harmful" // its migration makes the stock disagree with its moves
)

// migrations are what each version has in addition to the present one.
var migrations = map[string]string{
	future: "CREATE TABLE future_note (id $id, content $text NOT NULL) $strict;\n" +
		"INSERT INTO future_note (id, content) SELECT id, 'row ' || id FROM audit;\n" +
		"ALTER TABLE base_item ADD COLUMN future $int NOT NULL DEFAULT 0;\n",
	broken:  "CREATE TABLE future_note (id $id) $strict;\nDELETE FROM comments;\nINSERT INTO no_such_table (id) VALUES (1);\n",
	harmful: "UPDATE stock_pool SET value = value + 1 WHERE qty > 0;\n",
}

func modulesOf(version string) []kernel.Module {
	all := modules.All()
	if text, more := migrations[version]; more {
		var files fs.FS = fstest.MapFS{"0001_future.sql": {Data: []byte(text)}}
		all = append(all, kernel.Module{Name: "future", Migrations: files})
	}
	return all
}

func program(version string) cli.Product {
	return cli.Product{
		Modules: modulesOf(version), Version: version,
		Check: func(ctx context.Context, st *store.Store, _ ...func(done, total int)) (cli.Findings, error) {
			found, err := check.Run(ctx, st)
			return cli.Findings(found), err
		},
		Play: func(ctx context.Context, c *kernel.Company, hand *clock.Manual, p cli.Play, to cli.Writers) error {
			return firm.Play(ctx, c, hand, firm.Options{Until: p.Until, Months: 1, Scale: p.Scale, Lang: p.Lang, Out: to.Out, Progress: to.Words})
		},
	}
}

// TestFixtureIsThere makes a fixture when asked to, and holds that the repository has at least one.
func TestFixtureIsThere(t *testing.T) {
	if *makeFixture != "" {
		data := filepath.Join(t.TempDir(), "data")
		command(t, present, "demo", "--data", data, "--scale", "1", "--until", "2026-10")
		folder := filepath.Join("testdata", *makeFixture)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		command(t, present, "backup", "--data", data, "--out", filepath.Join(folder, "company.zip"))
		st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "main", "company.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		if err := os.WriteFile(filepath.Join(folder, "figures.txt"), []byte(figures(t, st)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(fixtures(t)) == 0 {
		t.Fatal("testdata has no fixture")
	}
	for _, name := range fixtures(t) {
		if info, err := os.Stat(filepath.Join("testdata", name, "company.zip")); err != nil || info.Size() > 600_000 {
			t.Errorf("%s: %v, at most 600 kB", name, err)
		}
	}
}

// command runs a version of the program in this process.
func command(t *testing.T, version string, args ...string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	words := &writer{}
	if code := cli.Run(ctx, program(version), args, io.Discard, words); code != 0 {
		t.Fatalf("%v: exit code %d\n%s", args, code, words)
	}
}

type writer struct{ text []byte }

func (w *writer) Write(p []byte) (int, error) { w.text = append(w.text, p...); return len(p), nil }
func (w *writer) String() string              { return string(w.text) }

// fixtures names the states that are kept.
func fixtures(t *testing.T) (out []string) {
	t.Helper()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

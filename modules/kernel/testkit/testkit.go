// Package testkit opens real companies for tests: on SQLite always, and on PostgreSQL when ZHANGGUI_TEST_PG names a
// server. With ZHANGGUI_REQUIRE set, a missing PostgreSQL fails the test instead of leaving half of it out.
package testkit

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// Now is the day on which test companies live unless a test moves the clock.
var Now = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)

// Options of a test company.
type Options struct {
	Modules []kernel.Module
	Rights  kernel.Rights
	Faults  *store.Faults
	Clock   clock.Clock
	Path    string // SQLite file; "" is a fresh one
}

// Both runs the test on SQLite and on PostgreSQL.
func Both(t *testing.T, o Options, fn func(t *testing.T, c *kernel.Company)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t, o)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t, o)) })
}

// SQLite opens a company in a temporary folder.
func SQLite(t testing.TB, o Options) *kernel.Company {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "company.db")
	}
	return open(t, o, "")
}

// Postgres opens a company in a database of its own, which goes when the test ends.
func Postgres(t testing.TB, o Options) *kernel.Company {
	t.Helper()
	return open(t, o, database(t, func(admin *sql.DB, server string) (string, error) { return clone(admin, server, o) }))
}

// Programs opens one company on PostgreSQL in several programs, as a firm does that runs more than one.
func Programs(t testing.TB, o Options, n int) []*kernel.Company {
	t.Helper()
	dsn := database(t, func(admin *sql.DB, server string) (string, error) { return clone(admin, server, o) })
	out := make([]*kernel.Company, n)
	for i := range out {
		out[i] = open(t, o, dsn)
	}
	return out
}

// EmptyPostgres gives the address of a database without any table, which goes when the test ends.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return database(t, func(admin *sql.DB, _ string) (string, error) {
		name := fresh()
		_, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
		return name, err
	})
}

// database makes a database for one test and gives its address.
func database(t testing.TB, create func(admin *sql.DB, server string) (string, error)) string {
	t.Helper()
	server := os.Getenv("ZHANGGUI_TEST_PG")
	if server == "" {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("PostgreSQL is required here: set ZHANGGUI_TEST_PG to a server's address")
		}
		t.Skip("SKIPPED: no PostgreSQL; set ZHANGGUI_TEST_PG=postgres://… to run this test there too")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name, err := create(admin, server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		_ = admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, o Options, dsn string) *kernel.Company {
	t.Helper()
	if o.Clock == nil {
		o.Clock = clock.Fixed(Now)
	}
	c, err := boot.Open(context.Background(), boot.Config{
		Path: o.Path, DSN: dsn, Files: t.TempDir(), Modules: o.Modules, Rights: o.Rights, Clock: o.Clock, Faults: o.Faults, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Store.Close)
	return c
}

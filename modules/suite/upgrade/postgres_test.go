package upgrade

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/upgrade"

	"context"
)

// emptyPostgres makes an empty database that goes when the test ends.
func emptyPostgres(t *testing.T) (dsn string) {
	t.Helper()
	server := os.Getenv("ZHANGGUI_TEST_PG")
	if server == "" {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("PostgreSQL is required here: set ZHANGGUI_TEST_PG to a server's address")
		}
		t.Skip("SKIPPED: no PostgreSQL; set ZHANGGUI_TEST_PG=postgres://… to run this test too")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("zhanggui_upgrade_%d", time.Now().UnixNano())
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
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

// on is a version of the program on a database in PostgreSQL.
func on(t *testing.T, dsn, version string, told *[]string) *upgrade.Upgrader {
	t.Helper()
	files := t.TempDir()
	u := upgrader(t, files, version, told)
	u.DSN = dsn
	u.Open = func(ctx context.Context) (*kernel.Company, error) {
		rights, err := boot.Shipped()
		if err != nil {
			return nil, err
		}
		return boot.Open(ctx, boot.Config{DSN: dsn, Files: files, Modules: modulesOf(version), Rights: rights, Log: slog.New(slog.DiscardHandler), Version: version})
	}
	return u
}

// unchecked is how many marks of an upgrade that was not checked a database has.
func unchecked(t *testing.T, dsn string) int64 {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	return number(t, st, "SELECT COUNT(*) FROM settings WHERE name = 'system.unchecked'")
}

// TestUpgradeOnPostgres migrates in one transaction and serves nothing that was not found sound, now or at a later start.
func TestUpgradeOnPostgres(t *testing.T) {
	dsn := emptyPostgres(t)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("abacus-12345\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, present, "init", "--db", dsn, "--data", t.TempDir(), "--company", "PG", "--admin", "boss", "--password-file", file)
	var told []string
	if p := refused(t, on(t, dsn, broken, &told)); p.Code != "upgrade.failed_postgres" {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	if n := unchecked(t, dsn); n != 0 {
		t.Error("what was rolled back is still marked as not checked")
	}
	c, err := on(t, dsn, present, &told).Company(t.Context())
	if err != nil {
		t.Fatalf("after a failed upgrade the former program: %v", err)
	}
	if err := c.Store.Write(t.Context(), "spoil", func(u *store.Unit) error {
		_, err := u.Exec("UPDATE audit SET reason = reason || ' ' WHERE id = (SELECT MAX(id) FROM audit)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	c.Store.Close()
	late := on(t, dsn, future, &told) // it fails after its migrations
	open := late.Open
	late.Open = func(ctx context.Context) (*kernel.Company, error) {
		if c, err := open(ctx); err == nil {
			c.Store.Close()
		}
		return nil, errors.New("late")
	}
	if p := refused(t, late); p.Code != "upgrade.unopened_postgres" || unchecked(t, dsn) != 1 {
		t.Errorf("%s %v", p.Code, p.Args)
	}
	for range 2 { // nothing is missing, and it is refused all the same
		if p := refused(t, on(t, dsn, future, &told)); p.Code != "upgrade.unsound_postgres" || p.Args["count"] == 0 {
			t.Errorf("%s %v", p.Code, p.Args)
		}
	}
	st, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Write(t.Context(), "mend", func(u *store.Unit) error {
		_, err := u.Exec("UPDATE audit SET reason = rtrim(reason) WHERE id = (SELECT MAX(id) FROM audit)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	st.Close()
	if c, err = on(t, dsn, future, &told).Company(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := number(t, c.Store, "SELECT COUNT(*) FROM settings WHERE name = 'system.unchecked'"); n != 0 {
		t.Error("the mark stays")
	}
	c.Store.Close()
	if p := refused(t, on(t, dsn, present, &told)); p.Code != "upgrade.newer" || p.Args["written"] != future {
		t.Errorf("%s %v", p.Code, p.Args)
	}
}

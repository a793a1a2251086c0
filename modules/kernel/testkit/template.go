package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io/fs"
	"net/url"

	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/store"
)

// clone makes a fresh database with the tables of the modules. To copy a template takes a fraction of what it takes to
// make a thousand tables and indexes.
func clone(admin *sql.DB, server string, o Options) (string, error) {
	name := fresh()
	var err error
	for range 3 { // tests of another version may drop the template in between
		var like string
		if like, err = template(admin, server, o); err != nil {
			return "", err
		}
		if _, err = admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + like + " STRATEGY file_copy"); err == nil {
			return name, nil
		}
	}
	return "", err
}

// fresh is a name that no database has.
func fresh() string {
	random := make([]byte, 6)
	_, _ = rand.Read(random)
	return "zg_" + hex.EncodeToString(random)
}

// template is the database to copy, made once for each server and set of tables. Those of an older version go.
func template(admin *sql.DB, server string, o Options) (string, error) {
	all, err := boot.Migrations(o.Modules)
	if err != nil {
		return "", err
	}
	prefix, text, err := fingerprints(all)
	if err != nil {
		return "", err
	}
	name, ctx := prefix+text, context.Background()
	conn, err := admin.Conn(ctx) // the lock belongs to one connection
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7264)"); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock(7264)") }()
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	if err := dropOlder(ctx, conn, prefix); err != nil {
		return "", err
	}
	unfinished := prefix + "new"
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+unfinished+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return "", err
	}
	if err := migrate(ctx, server, unfinished, all); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
	return name, err
}

// fingerprints are those of the names of the modules, as the beginning of a database's name, and of their tables.
func fingerprints(all []store.Migrations) (prefix, text string, err error) {
	names, tables := sha256.New(), sha256.New()
	for _, m := range all {
		names.Write([]byte(m.Module + "\n"))
		err := fs.WalkDir(m.Files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(m.Files, path)
			tables.Write([]byte(m.Module + "/" + path + "\n"))
			tables.Write(body)
			return err
		})
		if err != nil {
			return "", "", err
		}
	}
	return "zgt_" + hex.EncodeToString(names.Sum(nil)[:6]) + "_", hex.EncodeToString(tables.Sum(nil)[:6]), nil
}

func dropOlder(ctx context.Context, conn *sql.Conn, prefix string) error {
	rows, err := conn.QueryContext(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
	if err != nil {
		return err
	}
	var old []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		old = append(old, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range old {
		if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

// migrate makes the tables.
func migrate(ctx context.Context, server, name string, all []store.Migrations) error {
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	u.Path = "/" + name
	st, err := store.Open(ctx, store.Config{DSN: u.String()})
	if err != nil {
		return err
	}
	defer st.Close()
	return st.Migrate(ctx, all)
}

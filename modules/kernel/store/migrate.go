package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/clock"
)

// Migrations is what one module brings: files named NNNN_words.sql, applied in order, each once.
type Migrations struct {
	Module string
	Files  fs.FS
}

// bootstrap creates the three tables the store itself needs. It is idempotent.
var bootstrap = []string{
	"CREATE TABLE IF NOT EXISTS migrations (module $text NOT NULL, version $int NOT NULL, name $text NOT NULL, checksum $text NOT NULL, applied_at $int NOT NULL, PRIMARY KEY (module, version)) $strict",
	"CREATE TABLE IF NOT EXISTS ids (one $int PRIMARY KEY, next $int NOT NULL) $strict",
	"INSERT INTO ids (one, next) VALUES (1, 1000) ON CONFLICT DO NOTHING",
}

var macros = map[Dialect]*strings.Replacer{
	SQLite:   strings.NewReplacer("$id", "INTEGER PRIMARY KEY", "$int", "INTEGER", "$text", "TEXT", "$bool", "INTEGER", "$blob", "BLOB", "$strict", "STRICT", "$sqlite", "", "$postgres", "--"),
	Postgres: strings.NewReplacer("$id", "BIGINT PRIMARY KEY", "$int", "BIGINT", "$text", `TEXT COLLATE "C"`, "$bool", "BOOLEAN", "$blob", "BYTEA", "$strict", "", "$sqlite", "--", "$postgres", ""),
}

// Migrate brings the database up to what the modules declare, in the order given, in one transaction.
// It refuses a database that knows migrations this program does not: that one was written by a newer program.
func (st *Store) Migrate(ctx context.Context, all []Migrations) error {
	err := st.Write(ctx, "migrate", func(u *Unit) error {
		if st.dialect == Postgres {
			if _, err := u.Exec("SELECT pg_advisory_xact_lock(7263)"); err != nil {
				return err
			}
		}
		for _, sql := range bootstrap {
			if err := u.script(sql); err != nil {
				return err
			}
		}
		return u.migrate(all)
	})
	if err != nil {
		return err
	}
	return st.openIDs(ctx)
}

func (u *Unit) migrate(all []Migrations) error {
	applied := map[string]string{}
	rows, err := u.Query("SELECT module, version, checksum FROM migrations")
	if err != nil {
		return err
	}
	for rows.Next() {
		var module, checksum string
		var version int
		if err := rows.Scan(&module, &version, &checksum); err != nil {
			_ = rows.Close()
			return err
		}
		applied[module+"/"+strconv.Itoa(version)] = checksum
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, m := range all {
		if err := u.migrateModule(m, applied); err != nil {
			return fmt.Errorf("migrating %s: %w", m.Module, err)
		}
	}
	for key := range applied {
		return fmt.Errorf("store: this database was written by a newer program (it knows migration %s)", key)
	}
	return nil
}

// migrateModule applies what is missing and removes what it knows from applied.
func (u *Unit) migrateModule(m Migrations, applied map[string]string) error {
	names, err := fs.Glob(m.Files, "*.sql")
	if err != nil {
		return err
	}
	sort.Strings(names)
	for _, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(digits)
		if err != nil {
			return fmt.Errorf("%s: a migration is named NNNN_words.sql", name)
		}
		text, err := fs.ReadFile(m.Files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		checksum := hex.EncodeToString(sum[:])
		key := m.Module + "/" + strconv.Itoa(version)
		if old, ok := applied[key]; ok {
			if old != checksum {
				return fmt.Errorf("%s was changed after it was applied", name)
			}
			delete(applied, key)
			continue
		}
		if err := u.script(string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		_, err = u.Exec("INSERT INTO migrations (module, version, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
			m.Module, version, name, checksum, clock.System().Now().UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
}

// script runs statements separated by a semicolon at the end of a line. Lines that start with -- are comments; so is, to
// the other database, a line that starts with $sqlite or $postgres.
func (u *Unit) script(text string) error {
	var statement strings.Builder
	for line := range strings.Lines(macros[u.s.dialect].Replace(text) + ";\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "--") {
			continue
		}
		statement.WriteString(strings.TrimSuffix(trimmed, ";"))
		statement.WriteByte('\n')
		if !strings.HasSuffix(trimmed, ";") {
			continue
		}
		if sql := strings.TrimSpace(statement.String()); sql != "" {
			if _, err := u.s.conn.ExecContext(u.s.ctx, sql); err != nil {
				return fmt.Errorf("%w in:\n%s", err, sql)
			}
		}
		statement.Reset()
	}
	return nil
}

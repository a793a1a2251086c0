package archive

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// What an archive says it is. A program refuses a format above its own.
const (
	Product = "zhanggui"
	Format  = 1
)

// Names of the entries that every archive has.
const (
	manifestName = "manifest.json"
	Database     = "company.db"
)

var contentName = regexp.MustCompile(`^files/([0-9a-f]{2})/([0-9a-f]{64})$`)

// Manifest tells what an archive holds.
type Manifest struct {
	Product string        `json:"product"`
	Format  int           `json:"format"`
	Version string        `json:"version"` // of the program that made it
	Made    clock.Instant `json:"made"`
	Why     string        `json:"why"` // daily, quit, upgrade, demand, before-restore
	Facts
	Lost    []string `json:"lost"` // contents that records name and the folder no longer has, or has broken
	Entries []Entry  `json:"entries"`
}

// Entry is one file of the archive.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Facts are what the database says of itself.
type Facts struct {
	Company string           `json:"company"`
	ID      string           `json:"id"` // hash of the company's first audit row; no other company has it
	Zone    string           `json:"zone"`
	Schema  []string         `json:"schema"` // the migrations it knows: "module/1"
	Mark    string           `json:"mark"`   // end of the audit: equal marks mean that nothing was recorded in between
	Rows    map[string]int64 `json:"rows"`
}

// Equal reports whether two databases say the same of themselves.
func (f *Facts) Equal(g *Facts) bool {
	return f.Company == g.Company && f.ID == g.ID && f.Zone == g.Zone && f.Mark == g.Mark && slices.Equal(f.Schema, g.Schema) && maps.Equal(f.Rows, g.Rows)
}

// Inspect reads the facts of a database file and the digests of the contents that its records name. With deep, it first
// lets the database check itself. The file must be nobody else's: it is left in the program's own mode.
func Inspect(ctx context.Context, path string, deep bool) (f Facts, digests []string, err error) {
	st, err := store.Open(ctx, store.Config{Path: path, Readers: 1})
	if err != nil {
		return f, nil, err
	}
	defer st.Close()
	err = st.Read(ctx, func(s *store.Snapshot) error {
		if deep {
			if err := sound(s); err != nil {
				return err
			}
		}
		if f, err = facts(s); err != nil {
			return err
		}
		digests, err = texts(s, "SELECT DISTINCT digest FROM files ORDER BY digest")
		return err
	})
	return f, digests, err
}

// sound lets SQLite look through all pages, indexes and references.
func sound(s *store.Snapshot) error {
	said, err := texts(s, "PRAGMA integrity_check(3)")
	if err == nil && !slices.Equal(said, []string{"ok"}) {
		err = fmt.Errorf("the database is damaged: %s", strings.Join(said, "; "))
	}
	if err != nil {
		return err
	}
	dangling := 0
	err = s.Each(func(*sql.Rows) error {
		dangling++
		return nil
	}, "PRAGMA foreign_key_check")
	if err == nil && dangling > 0 {
		err = fmt.Errorf("the database has %d references to rows that are not there", dangling)
	}
	return err
}

// head reads what the database says of itself, without counting.
func head(s *store.Snapshot) (f Facts, err error) {
	read := func(into *string, query string, args ...any) {
		if err == nil {
			_, err = s.Scan([]any{into}, query, args...)
		}
	}
	var length, hash string
	read(&f.ID, "SELECT hash FROM audit ORDER BY id LIMIT 1")
	read(&f.Company, "SELECT value FROM settings WHERE name = ?", "company.name")
	read(&f.Zone, "SELECT value FROM settings WHERE name = ?", "company.zone")
	read(&length, "SELECT length FROM audit_head")
	read(&hash, "SELECT hash FROM audit_head")
	f.Mark = length + ":" + hash
	return f, err
}

// Mark reads the end of the audit of a live company.
func Mark(ctx context.Context, st *store.Store) (f Facts, err error) {
	err = st.Read(ctx, func(s *store.Snapshot) error {
		f, err = head(s)
		return err
	})
	return f, err
}

// Length is how many rows the audit had at a mark.
func (f *Facts) Length() int64 {
	text, _, _ := strings.Cut(f.Mark, ":")
	n, _ := strconv.ParseInt(text, 10, 64) // what is no number is no length
	return n
}

func facts(s *store.Snapshot) (Facts, error) {
	f, err := head(s)
	if err != nil {
		return f, err
	}
	if f.Schema, err = texts(s, "SELECT module || '/' || version FROM migrations ORDER BY module, version"); err != nil {
		return f, err
	}
	tables, err := texts(s, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	f.Rows = map[string]int64{}
	for _, table := range tables {
		var n int64
		if err == nil {
			_, err = s.Scan([]any{&n}, `SELECT COUNT(*) FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`)
		}
		f.Rows[table] = n
	}
	return f, err
}

func texts(s *store.Snapshot, query string) (out []string, err error) {
	err = s.Each(func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		out = append(out, text)
		return err
	}, query)
	return out, err
}

// Known refuses what a newer program made: a format or a migration that this one does not know.
func (m *Manifest) Known(schema []string) error {
	if m.Format > Format {
		return problem.Rule("backup.newer", "version", m.Version)
	}
	for _, migration := range m.Schema {
		if !slices.Contains(schema, migration) {
			return problem.Rule("backup.newer", "version", m.Version)
		}
	}
	return nil
}

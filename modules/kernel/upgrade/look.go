package upgrade

import (
	"context"
	"database/sql"
	"slices"
	"strconv"

	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/store"
)

// Names under which the settings keep what no person chooses.
const (
	writer  = "system.program"   // version of the program that last opened the company
	pending = "system.unchecked" // version from which an upgrade on PostgreSQL came that was not checked yet
)

// state is how a database stands to a program.
type state struct {
	missing, unknown []string
	founded          bool   // there is a company in it
	written          string // version of the program that last opened it, "" when it did not say
	pending          bool
	facts            archive.Facts
	second           string // the other folder for backups, "" for none
}

// look compares a database with the migrations that the program knows. One without any table is new: nothing is missing.
func look(ctx context.Context, st *store.Store, known []string) (out state, err error) {
	err = st.Read(ctx, func(s *store.Snapshot) error {
		var tables int64
		query := "SELECT COUNT(*) FROM sqlite_master WHERE name = 'migrations'"
		if st.Dialect() == store.Postgres {
			query = "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'migrations' AND table_schema = ANY (current_schemas(false))"
		}
		if _, err := s.Scan([]any{&tables}, query); err != nil || tables == 0 {
			return err
		}
		var applied []string
		err := s.Each(func(rows *sql.Rows) error {
			var module string
			var version int
			err := rows.Scan(&module, &version)
			applied = append(applied, module+"/"+strconv.Itoa(version))
			return err
		}, "SELECT module, version FROM migrations ORDER BY module, version")
		if err != nil || len(applied) == 0 {
			return err
		}
		for _, name := range known {
			if !slices.Contains(applied, name) {
				out.missing = append(out.missing, name)
			}
		}
		for _, name := range applied {
			if !slices.Contains(known, name) {
				out.unknown = append(out.unknown, name)
			}
		}
		values, err := settings.Stored(s)
		out.written = values[writer]
		_, out.pending = values[pending]
		out.second = values[backup.SecondFolder]
		return err
	})
	if err == nil && len(out.missing)+len(out.unknown) > 0 {
		out.facts, err = archive.Mark(ctx, st)
		out.founded = out.facts.ID != ""
	}
	return out, err
}

// note writes what no person chooses; "" forgets it.
func note(u *store.Unit, at clock.Instant, name, value string) error {
	if value == "" {
		_, err := u.Exec("DELETE FROM settings WHERE name = ?", name)
		return err
	}
	_, err := u.Exec(`INSERT INTO settings (name, value, changed_at, changed_by) VALUES (?, ?, ?, 0)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = 0`, name, value, int64(at))
	return err
}

// Package trip moves a whole company: its rows by package move, its files, and the proof that it is sound at the other end.
// Whatever fails leaves the source as it is and the target empty.
package trip

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/keyring"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/move"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Place is one end of the way.
type Place struct {
	// Name is what people call it; it holds no password.
	Name string
	// Database is the file of the embedded database, "" on PostgreSQL.
	Database string
	Open     func(ctx context.Context) (*kernel.Company, error)
}

// Trip is a move from one place to another.
type Trip struct {
	From, To Place
	// Check recomputes the copy and gives what does not agree.
	Check func(ctx context.Context, st *store.Store) ([]string, error)
	// Told hears of each table, and of the check as table "" when all are done.
	Told func(table string, done, tables int)
}

// Moved is what came of it. Aside is the former embedded database under its new name, "" where it stays.
type Moved struct {
	Tables int    `json:"tables"`
	Rows   int64  `json:"rows"`
	Files  int    `json:"files"`
	Aside  string `json:"aside,omitempty"`
}

// Run moves. Problems: move.nothing, move.occupied, move.unsound. An embedded database whose company is on PostgreSQL now
// is put aside, so that nobody goes on in both.
func (t *Trip) Run(ctx context.Context) (Moved, error) {
	from, err := t.From.Open(ctx)
	if err != nil {
		return Moved{}, err
	}
	defer from.Store.Close()
	if empty, err := auth.Needed(ctx, from); err != nil || empty {
		return Moved{}, cmpErr(err, problem.Rule("move.nothing", "folder", t.From.Name))
	}
	out, err := t.fill(ctx, from)
	if err != nil {
		return Moved{}, err
	}
	from.Store.Close()
	if t.From.Database != "" && t.To.Database == "" {
		out.Aside, err = aside(t.From.Database)
	}
	return out, err
}

func cmpErr(err error, p *problem.Problem) error {
	if err != nil {
		return err
	}
	return p
}

// fill copies into the target, which must hold no company, and proves it.
func (t *Trip) fill(ctx context.Context, from *kernel.Company) (Moved, error) {
	to, err := t.To.Open(ctx)
	if err != nil {
		return Moved{}, err
	}
	defer to.Store.Close()
	if empty, err := auth.Needed(ctx, to); err != nil || !empty {
		return Moved{}, cmpErr(err, problem.Rule("move.occupied", "to", t.To.Name))
	}
	out, err := t.copy(ctx, from, to)
	if err == nil {
		return out, nil
	}
	err = errors.Join(err, move.Empty(context.WithoutCancel(ctx), to.Store))
	if t.To.Database != "" { // what holds no company is not left lying about
		to.Store.Close()
		for _, end := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(t.To.Database + end)
		}
	}
	return Moved{}, err
}

func (t *Trip) copy(ctx context.Context, from, to *kernel.Company) (out Moved, err error) {
	tables, err := move.Copy(ctx, from.Store, to.Store, t.Told)
	if err != nil {
		return out, err
	}
	for _, table := range tables {
		out.Tables++
		out.Rows += table.Rows
	}
	if out.Files, err = copyFiles(ctx, from.Files, to.Files); err == nil {
		err = keyring.Carry(from, to)
	}
	if err != nil {
		return out, err
	}
	t.Told("", out.Tables, out.Tables)
	faults, err := t.Check(ctx, to.Store)
	if err == nil && len(faults) > 0 {
		err = problem.Rule("move.unsound", "count", len(faults), "first", faults[0])
	}
	return out, err
}

// copyFiles copies attachments and results of jobs that are not there yet, and gives how many files lie in the source.
func copyFiles(ctx context.Context, from, to string) (int, error) {
	count := 0
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == from {
			return fs.SkipAll // nobody has attached anything
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == keyring.Hidden {
				return fs.SkipDir
			}
			return nil
		}
		count++
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return copyFile(path, filepath.Join(to, name))
	})
	return count, err
}

func copyFile(from, to string) error {
	have, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info, err := os.Stat(to); err == nil && have.Size() == info.Size() {
		return nil // the same folder, or copied by a move that was broken off: names are digests
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	in, err := os.Open(from) //nolint:gosec // a file of the company
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	part := to + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the target
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, to)
}

// mark stands in the name of an embedded database whose company is on PostgreSQL now.
const mark = ".moved-"

func aside(db string) (string, error) {
	name := db + mark + clock.System().Now().Format("20060102-150405")
	for _, end := range []string{"-wal", "-shm"} { // of no use after the last connection
		_ = os.Remove(db + end)
	}
	for attempt := 0; ; attempt++ {
		err := os.Rename(db, name)
		if err == nil || attempt == 20 {
			return name, err
		}
		time.Sleep(100 * time.Millisecond) // a virus scanner may hold it for a moment
	}
}

// Stayed refuses to begin an empty company where one was moved away from: the problem move.moved.
func Stayed(db string) error {
	if _, err := os.Stat(db); err == nil {
		return nil
	}
	old, _ := filepath.Glob(db + mark + "*") // a wrong pattern finds nothing
	if len(old) == 0 {
		return nil
	}
	return problem.Rule("move.moved", "file", filepath.Base(old[len(old)-1]), "folder", filepath.Dir(db))
}

// IsDSN tells a PostgreSQL connection string from a folder.
func IsDSN(to string) bool {
	return strings.HasPrefix(to, "postgres://") || strings.HasPrefix(to, "postgresql://") || strings.Contains(to, "host=")
}

// NameOf is a connection string without user and password; a folder stays as it is.
func NameOf(to string) string {
	head, rest, address := strings.Cut(to, "://")
	switch {
	case !IsDSN(to):
		return to
	case !address:
		return "PostgreSQL"
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return head + "://" + rest
}

package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
)

// Dialect names the SQL in use.
type Dialect string

// The two databases.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// session is one connection with its prepared statements. It is used by one goroutine at a time.
// It implements gorm.ConnPool, so that what GORM does is counted and can be made to fail like everything else.
type session struct {
	ctx     context.Context
	conn    *sql.Conn
	dialect Dialect
	stmts   map[string]*sql.Stmt
	gorm    *gorm.DB
	count   int
	wrote   bool // something other than a SELECT was run since the unit began
	faults  *Faults
}

// maxStatements bounds the prepared statements of a connection; generated SQL has few shapes, so reaching it is rare.
const maxStatements = 512

func (s *session) stmt(query string) (*sql.Stmt, error) {
	if st, ok := s.stmts[query]; ok {
		return st, nil
	}
	if len(s.stmts) >= maxStatements {
		for q, st := range s.stmts {
			_ = st.Close()
			delete(s.stmts, q)
		}
	}
	st, err := s.conn.PrepareContext(s.ctx, query)
	if err != nil {
		return nil, err
	}
	s.stmts[query] = st
	return st, nil
}

func (s *session) before(query string) error {
	s.count++
	s.wrote = s.wrote || !strings.HasPrefix(query, "SELECT")
	s.faults.see(query)
	return s.faults.at(PointStatement)
}

// ExecContext runs a statement; ? are the placeholders on both databases.
func (s *session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := s.before(query); err != nil {
		return nil, err
	}
	if s.dialect == Postgres {
		return s.conn.ExecContext(ctx, numbered(query), args...)
	}
	st, err := s.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (s *session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := s.before(query); err != nil {
		return nil, err
	}
	if s.dialect == Postgres {
		return s.conn.QueryContext(ctx, numbered(query), args...)
	}
	st, err := s.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext is part of gorm.ConnPool.
func (s *session) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s.count++
	s.wrote = true
	if s.dialect == Postgres {
		query = numbered(query)
	}
	return s.conn.QueryRowContext(ctx, query, args...)
}

// PrepareContext is part of gorm.ConnPool.
func (s *session) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	s.wrote = true
	return s.conn.PrepareContext(ctx, query)
}

// raw runs transaction control, which is neither counted nor cached.
func (s *session) raw(query string) error {
	if s.dialect == Postgres {
		_, err := s.conn.ExecContext(s.ctx, query)
		return err
	}
	st, err := s.stmt(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(s.ctx)
	return err
}

func (s *session) close() {
	for _, st := range s.stmts {
		_ = st.Close()
	}
	_ = s.conn.Close()
}

var numberedCache sync.Map

// numbered turns ? into $1, $2 … outside of quotes. GORM already writes $n; such text has no ? and passes through.
func numbered(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	if done, ok := numberedCache.Load(query); ok {
		return done.(string)
	}
	var b strings.Builder
	n, quoted := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			quoted = !quoted
			b.WriteRune(r)
		case r == '?' && !quoted:
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		default:
			b.WriteRune(r)
		}
	}
	out := b.String()
	if len(out) < 4096 {
		numberedCache.Store(query, out)
	}
	return out
}

// Snapshot is a consistent view for reading. It lives as long as the closure that receives it.
type Snapshot struct{ s *session }

// Context ends when the reader goes away.
func (q *Snapshot) Context() context.Context { return q.s.ctx }

// Dialect tells which SQL is spoken, for the few places that must differ.
func (q *Snapshot) Dialect() Dialect { return q.s.dialect }

// Query runs a SELECT with ? placeholders. The caller closes the rows before the next statement.
func (q *Snapshot) Query(query string, args ...any) (*sql.Rows, error) {
	return q.s.QueryContext(q.s.ctx, query, args...)
}

// Scan reads the first row into dest; found is false when there is none.
func (q *Snapshot) Scan(dest []any, query string, args ...any) (found bool, err error) {
	rows, err := q.Query(query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(dest...); err != nil {
		return false, err
	}
	return true, rows.Err()
}

// Each calls fn for every row; fn scans it.
func (q *Snapshot) Each(fn func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := q.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// IDs reads a query of one column of ids.
func (q *Snapshot) IDs(query string, args ...any) ([]int64, error) {
	var out []int64
	err := q.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, query, args...)
	return out, err
}

// DB is GORM. Packages outside of the store name it by this alias, so that the import stays here.
type DB = gorm.DB

// DBSession is GORM's session option.
type DBSession = gorm.Session

// Gorm gives GORM over the same snapshot or unit.
func (q *Snapshot) Gorm() *gorm.DB {
	return q.s.gormDB().Session(&gorm.Session{NewDB: true, Context: q.s.ctx})
}

// Statements is how many statements this session has run since it was handed out.
func (q *Snapshot) Statements() int { return q.s.count }

// Unit is a unit of work: everything in it happens or nothing.
type Unit struct {
	Snapshot
	after []func()
}

// Exec runs a statement and returns how many rows it touched.
func (u *Unit) Exec(query string, args ...any) (int64, error) {
	res, err := u.s.ExecContext(u.s.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// AfterCommit registers what may only happen once the unit is durable: caches, wake-ups. It must not fail or block.
func (u *Unit) AfterCommit(fn func()) { u.after = append(u.after, fn) }

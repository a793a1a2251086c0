package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// ErrClosed is returned to units that come after Close.
var ErrClosed = errors.New("store: closed")

// Config says where the company lives.
type Config struct {
	// Path is the SQLite file; DSN, when set, is a PostgreSQL connection string and wins.
	Path, DSN string
	// Readers is the number of reading connections; 0 means as many as cores, at least 2. More starve the writer.
	Readers int
	Faults  *Faults
	Log     *slog.Logger
}

// Store is one company's database.
type Store struct {
	dialect Dialect
	db      *sql.DB // PostgreSQL: everything; SQLite: the readers
	wdb     *sql.DB // SQLite: the writer's handle
	writer  *writer
	queue   chan *request // the writer's
	readers chan *session
	ids     *ids
	stats   *Stats
	cfg     Config
	closed  atomic.Bool
}

const sqliteOptions = "?_time_format=sqlite&_texttotime=1&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=temp_store(2)&_pragma=cache_size(-16384)&_pragma=journal_size_limit(67108864)&_pragma=wal_autocheckpoint(4000)"

// Open opens the database and checks that it is one this program may use.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Readers == 0 {
		cfg.Readers = max(2, runtime.NumCPU())
	}
	st := &Store{cfg: cfg, stats: newStats(), readers: make(chan *session, 64)}
	open := st.openSQLite
	if cfg.DSN != "" {
		open = st.openPostgres
	}
	if err := open(ctx); err != nil {
		st.Close()
		return nil, err
	}
	return st, nil
}

func (st *Store) openSQLite(ctx context.Context) error {
	st.dialect = SQLite
	if err := os.MkdirAll(filepath.Dir(st.cfg.Path), 0o700); err != nil {
		return err
	}
	var err error
	if st.wdb, err = sql.Open("sqlite", st.cfg.Path+sqliteOptions+"&_txlock=immediate"); err != nil {
		return err
	}
	st.wdb.SetMaxOpenConns(1)
	ws, err := st.newSession(ctx, st.wdb)
	if err != nil {
		return err
	}
	if err := checkSQLite(ctx, ws); err != nil {
		return err
	}
	ws.faults, ws.ctx = st.cfg.Faults, context.Background()
	st.writer = newWriter(ws, st.stats)
	st.queue = st.writer.queue
	if st.db, err = sql.Open("sqlite", st.cfg.Path+sqliteOptions+"&_pragma=query_only(1)&_pragma=cache_size(-8192)"); err != nil {
		return err
	}
	st.db.SetMaxOpenConns(st.cfg.Readers)
	for range st.cfg.Readers {
		rs, err := st.newSession(ctx, st.db)
		if err != nil {
			return err
		}
		st.readers <- rs
	}
	return nil
}

// checkSQLite reads back what the DSN asked for: a silently ignored pragma would cost data later.
func checkSQLite(ctx context.Context, s *session) error {
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
	for pragma, value := range want {
		var got string
		if err := s.conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return err
		}
		if got != value {
			return fmt.Errorf("store: pragma %s is %q, need %q", pragma, got, value)
		}
	}
	var version string
	if err := s.conn.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	var a, b, c int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &a, &b, &c); err != nil {
		return err
	}
	if a*1_000_000+b*1_000+c < 3_053_003 {
		return fmt.Errorf("store: SQLite %s has a known corruption bug; 3.53.3 or newer is needed", version)
	}
	return nil
}

func (st *Store) openPostgres(ctx context.Context) error {
	st.dialect, st.cfg.Path = Postgres, ""
	var err error
	if st.db, err = sql.Open("pgx", st.cfg.DSN); err != nil {
		return err
	}
	st.db.SetMaxOpenConns(32)
	st.db.SetMaxIdleConns(16)
	var version int
	if err := st.db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return err
	}
	if version < 150_000 {
		return fmt.Errorf("store: PostgreSQL %d is too old; 15 or newer is needed", version/10_000)
	}
	return nil
}

func (st *Store) newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{ctx: ctx, conn: conn, dialect: st.dialect, stmts: map[string]*sql.Stmt{}}, nil
}

// gormDB opens GORM over the session when it is first asked for.
func (s *session) gormDB() *gorm.DB {
	if s.gorm != nil {
		return s.gorm
	}
	config := &gorm.Config{
		SkipDefaultTransaction: true, TranslateError: true, DisableAutomaticPing: true, Logger: logger.Discard,
		NowFunc: func() time.Time { return clock.System().Now().UTC() },
	}
	var dialector gorm.Dialector = &sqlite.Dialector{Conn: s}
	if s.dialect == Postgres {
		dialector = postgres.New(postgres.Config{Conn: s})
	}
	db, err := gorm.Open(dialector, config)
	if err != nil {
		db = &gorm.DB{Config: config, Error: err}
	}
	s.gorm = db
	return db
}

// Dialect tells which SQL this company speaks.
func (st *Store) Dialect() Dialect { return st.dialect }

// Path is the SQLite file, "" on PostgreSQL.
func (st *Store) Path() string { return st.cfg.Path }

// CopyTo writes a consistent copy of the embedded database to a new file, on a connection of its own: units go on.
func (st *Store) CopyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", st.cfg.Path+"?_pragma=busy_timeout(10000)")
	if err == nil {
		_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
		err = errors.Join(err, db.Close())
	}
	return translate(err)
}

// Stats are the unit statistics since start.
func (st *Store) Stats() *Stats { return st.stats }

// Load is how many units wait for the writer of the embedded database, and how many connections are open for anything else.
func (st *Store) Load() (waiting, open int) { return len(st.queue), st.db.Stats().OpenConnections }

// Write runs fn as one unit of work and returns after its commit. fn may run more than once.
func (st *Store) Write(ctx context.Context, label string, fn func(*Unit) error) error {
	if st.dialect == SQLite {
		return translate(st.writer.do(ctx, label, fn))
	}
	return translate(st.writePostgres(ctx, label, fn))
}

// Read runs fn on a consistent snapshot. Keep it short: an open snapshot keeps the log from being truncated.
func (st *Store) Read(ctx context.Context, fn func(*Snapshot) error) error {
	if st.dialect == Postgres {
		return translate(st.readPostgres(ctx, fn))
	}
	var s *session
	select {
	case s = <-st.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { st.readers <- s }()
	s.ctx, s.count = context.Background(), 0
	if err := s.raw("BEGIN"); err != nil {
		return translate(err)
	}
	s.ctx = ctx
	defer func() {
		s.ctx = context.Background()
		_ = s.raw("ROLLBACK")
	}()
	return translate(fn(&Snapshot{s}))
}

// Close waits for queued units and closes every connection. Closing twice is harmless.
func (st *Store) Close() {
	if st.closed.Swap(true) {
		return
	}
	if st.writer != nil {
		st.writer.close()
	}
	if st.dialect == SQLite && st.db != nil {
		for range st.cfg.Readers {
			select {
			case s := <-st.readers:
				s.close()
			case <-time.After(5 * time.Second):
			}
		}
	}
	for _, db := range []*sql.DB{st.db, st.wdb} {
		if db != nil {
			_ = db.Close()
		}
	}
}

// refused is a problem with the database error that caused it: people see the problem, the log the cause.
type refused struct {
	problem *problem.Problem
	cause   error
}

func (r *refused) Error() string { return r.problem.Error() + ": " + r.cause.Error() }
func (r *refused) Unwrap() error { return r.problem }

// translate gives the database's ways of saying "full", "not now" and "twice" a problem the caller can show.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var lite *driver.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return &refused{problem.New(problem.Unavailable, "store.full"), err}
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN:
			return &refused{problem.New(problem.Unavailable, "store.unavailable"), err}
		}
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return &refused{problem.Conflicted("duplicate", "what", constraintOf(lite.Error())), err}
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return &refused{problem.Conflicted("in_use"), err}
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "23505":
			return &refused{problem.Conflicted("duplicate", "what", pg.ConstraintName), err}
		case "23503":
			return &refused{problem.Conflicted("in_use"), err}
		case "53100", "57P03", "53300":
			return &refused{problem.New(problem.Unavailable, "store.unavailable"), err}
		}
	}
	return err
}

// constraintOf takes "party.code" out of "… UNIQUE constraint failed: party.code (2067)".
func constraintOf(message string) string {
	const mark = "failed: "
	i := strings.LastIndex(message, mark)
	if i < 0 {
		return ""
	}
	what, _, _ := strings.Cut(message[i+len(mark):], " (")
	return what
}

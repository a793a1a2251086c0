package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// maxAttempts bounds the retries of a unit that lost a deadlock or a serialization race.
const maxAttempts = 10

func (st *Store) writePostgres(ctx context.Context, label string, fn func(*Unit) error) error {
	var err error
	for attempt := range maxAttempts {
		if err = ctx.Err(); err != nil {
			return err
		}
		if err = st.tryPostgres(ctx, label, fn); err == nil || !retryable(err) {
			return err
		}
		time.Sleep(time.Duration(1+rand.IntN(5<<attempt)) * time.Millisecond) //nolint:gosec // jitter, not a secret
	}
	return err
}

func (st *Store) tryPostgres(ctx context.Context, label string, fn func(*Unit) error) error {
	s, err := st.newSession(ctx, st.db)
	if err != nil {
		return err
	}
	defer s.close()
	// Once begun, the unit does not depend on the caller's patience.
	s.ctx, s.faults = context.WithoutCancel(ctx), st.cfg.Faults
	defer func(begin time.Time) { st.stats.record(label, s.count, time.Since(begin)) }(time.Now())
	if err := s.raw("BEGIN"); err != nil {
		return err
	}
	unit := &Unit{Snapshot: Snapshot{s}}
	err = protect(fn, unit)
	if err == nil {
		err = s.faults.at(PointCommit)
	}
	if err != nil {
		_ = s.raw("ROLLBACK")
		return err
	}
	if err := s.raw("COMMIT"); err != nil {
		return err
	}
	for _, after := range unit.after {
		after()
	}
	return nil
}

func (st *Store) readPostgres(ctx context.Context, fn func(*Snapshot) error) error {
	s, err := st.newSession(ctx, st.db)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.raw("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err != nil {
		return err
	}
	defer func() {
		s.ctx = context.WithoutCancel(ctx)
		_ = s.raw("ROLLBACK")
	}()
	return fn(&Snapshot{s})
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") || errors.Is(err, sql.ErrConnDone)
}

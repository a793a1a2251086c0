package upgrade

import (
	"context"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// elsewhere opens a company on PostgreSQL. The migrations are one transaction: when they fail, nothing has changed. Before
// them a mark is set that only a clean check removes, so that a company which does not agree is served by no later start.
func (u *Upgrader) elsewhere(ctx context.Context) (*kernel.Company, error) {
	now, err := u.state(ctx)
	if err != nil {
		return nil, err
	}
	upgrades := now.founded && len(now.missing) > 0
	if upgrades {
		u.Tell(Migrating)
		if err := u.mark(ctx, named(now.written)); err != nil {
			return nil, err
		}
	}
	c, err := u.Open(ctx)
	if err != nil {
		if upgrades {
			err = u.undone(ctx, now, err)
		}
		return nil, err
	}
	if !upgrades && !now.pending {
		return u.signed(ctx, c, now.written)
	}
	u.Tell(Checking)
	faults, err := u.Check(ctx, c.Store)
	if err == nil && len(faults) > 0 {
		err = problem.New(problem.Unavailable, "upgrade.unsound_postgres", "count", len(faults), "first", faults[0])
	}
	if err == nil {
		err = u.sign(ctx, c, now.written, true)
	}
	if err != nil {
		c.Store.Close()
		return nil, err
	}
	return c, nil
}

// undone looks what became of migrations after which the company did not open. When they were rolled back, the mark that
// this start set goes too; otherwise the database may have the new form, and people are not told that it has not.
func (u *Upgrader) undone(ctx context.Context, before state, cause error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second) // the program may be being ended
	defer stop()
	code := "upgrade.unopened_postgres"
	now, err := u.state(ctx)
	if err == nil && len(now.missing) == len(before.missing) {
		code = "upgrade.failed_postgres"
		if !before.pending {
			err = u.mark(ctx, "")
		}
	}
	if err != nil {
		u.Log.Error("the mark of the upgrade may stay", "error", err)
	}
	if _, known := problem.From(cause); known {
		return cause
	}
	return archive.Told(problem.New(problem.Unavailable, code), cause)
}

// mark notes before the migrations that what comes of them was not checked; "" takes that back.
func (u *Upgrader) mark(ctx context.Context, before string) error {
	st, err := store.Open(ctx, store.Config{DSN: u.DSN, Log: u.Log, Readers: 1})
	if err != nil {
		return err
	}
	defer st.Close()
	return st.Write(ctx, "upgrade:mark", func(w *store.Unit) error {
		return note(w, clock.InstantOf(clock.System().Now()), pending, before)
	})
}

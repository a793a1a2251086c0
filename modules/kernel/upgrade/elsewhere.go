package upgrade

import (
	"context"

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
		if err := u.mark(ctx, now.written); err != nil {
			return nil, err
		}
	}
	c, err := u.Open(ctx)
	if err != nil {
		if _, known := problem.From(err); upgrades && !known {
			err = archive.Told(problem.New(problem.Unavailable, "upgrade.failed_postgres"), err)
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

// mark notes before the migrations that what comes of them was not checked.
func (u *Upgrader) mark(ctx context.Context, before string) error {
	st, err := store.Open(ctx, store.Config{DSN: u.DSN, Log: u.Log, Readers: 1})
	if err != nil {
		return err
	}
	defer st.Close()
	return st.Write(ctx, "upgrade:mark", func(w *store.Unit) error {
		return note(w, clock.InstantOf(clock.System().Now()), pending, named(before))
	})
}

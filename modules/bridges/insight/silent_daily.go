package insight

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
)

const silentKind = "insight.silent"

var silentTable = &store.Table{Name: "insight_silent", Columns: []string{"account", "date", "customers"}}

// countSilent counts once a day, for every account that may know, the rows of its report of silent customers: each asks
// two years of sheets, which is too much to ask whenever somebody opens his home page.
func countSilent(ctx context.Context, r *jobs.Run) error {
	var accounts []int64
	err := r.Company.View(ctx, r.Actor, func(v *kernel.View) (err error) {
		accounts, err = openAccounts(v)
		return err
	})
	if err != nil {
		return err
	}
	for i, account := range accounts {
		if err := countSilentOf(ctx, r, account); err != nil {
			return err
		}
		r.Progress(int64(i+1), int64(len(accounts)))
	}
	return nil
}

func countSilentOf(ctx context.Context, r *jobs.Run, account int64) error {
	var actor *kernel.Actor
	err := r.Company.View(ctx, r.Actor, func(v *kernel.View) (err error) {
		actor, err = jobs.Actors.Of(r.Company)(v, account)
		return err
	})
	if err != nil || !actor.Can(silentReport, "read") {
		return err
	}
	count := 0
	err = r.Company.View(ctx, actor, func(v *kernel.View) error {
		t, err := runSilent(v, nil)
		if err == nil {
			count = len(t.Rows)
		}
		return err
	})
	if err != nil {
		return err
	}
	return pipeline.Unit(ctx, r.Company, r.Actor, silentKind, func(tx *kernel.Tx) error {
		return silentTable.Upsert(tx.Unit, []any{account, string(tx.Today), int64(count)},
			"ON CONFLICT (account) DO UPDATE SET date = excluded.date, customers = excluded.customers")
	})
}

package crm

import (
	"context"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
)

const (
	remindKind   = "crm.remind"
	remindNotice = "crm.notice_today"
	// remindAgain keeps a job that was interrupted from telling twice, and from keeping silent on the next day.
	remindAgain = 12 * time.Hour
)

// remindAll tells everybody once a day how much there is to see to, if anything: the rows of his own reminders.
func remindAll(ctx context.Context, r *jobs.Run) error {
	var accounts []int64
	err := r.Company.View(ctx, r.Actor, func(v *kernel.View) (err error) {
		accounts, err = accountsWithPerson(v)
		return err
	})
	if err != nil {
		return err
	}
	for i, account := range accounts {
		if err := remindOne(ctx, r, account); err != nil {
			return err
		}
		r.Progress(int64(i+1), int64(len(accounts)))
	}
	return nil
}

func remindOne(ctx context.Context, r *jobs.Run, account int64) error {
	var actor *kernel.Actor
	err := r.Company.View(ctx, r.Actor, func(v *kernel.View) (err error) {
		actor, err = jobs.Actors.Of(r.Company)(v, account)
		return err
	})
	if err != nil || !actor.Can(remindersReport, "read") {
		return err
	}
	count := 0
	err = r.Company.View(ctx, actor, func(v *kernel.View) error {
		t, err := runReminders(v, nil)
		if err == nil {
			count = len(t.Rows)
		}
		return err
	})
	if err != nil || count == 0 {
		return err
	}
	return pipeline.Unit(ctx, r.Company, r.Actor, remindKind, func(tx *kernel.Tx) error {
		told, err := notify.Told(tx.View, account, remindNotice, clock.InstantOf(tx.Now.Time().Add(-remindAgain)))
		if err != nil || told {
			return err
		}
		return notify.Tell(tx, notify.Message{To: []int64{account}, Code: remindNotice, Count: int64(count), Link: "/report/" + remindersReport})
	})
}

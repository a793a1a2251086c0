package mail

import (
	"database/sql"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/store"
)

// The states of a queued mail.
const (
	waiting = "waiting"
	sent    = "sent"
	failed  = "failed"
	dropped = "dropped"
)

const (
	// calm is how long a notice waits before it is mailed: what somebody reads at once needs no mail.
	calm = 30 * time.Second
	// held is how long a mail that is being sent is nobody else's.
	held = 10 * time.Minute
	// keep is for how many days the queue remembers what it has done.
	keep = 90

	batchSize = 20
	mostTries = 10
)

// pause is how long is waited after so many tries: 1, 2, 4 … minutes, eight hours and a half in all.
func pause(tries int64) time.Duration { return time.Minute << (min(tries, mostTries) - 1) }

func after(at clock.Instant, d time.Duration) clock.Instant { return clock.InstantOf(at.Time().Add(d)) }

var table = &store.Table{Name: "mail_queue", Columns: []string{"id", "account", "queued_at", "state", "tries", "due_at", "done_at", "error"}}

// queue takes up the notices of those who want them by e-mail. That mail cannot be sent is not sent by mail.
func queue(tx *kernel.Tx, news notify.News) error {
	mode := tx.Company.Setting(setNotices)
	if mode == toNobody || news.Code == tellFailed {
		return nil
	}
	wishes, err := wishesOf(tx.View, news.Accounts)
	if err != nil {
		return err
	}
	due := after(tx.Now, calm)
	var rows []any
	for i, id := range news.IDs {
		wanted, said := wishes[news.Accounts[i]]
		if wanted || !said && mode == toEverybody {
			rows = append(rows, id, news.Accounts[i], int64(tx.Now), waiting, int64(0), int64(due), int64(0), "")
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := table.Insert(tx.Unit, rows); err != nil {
		return err
	}
	return arrange(tx, due)
}

// arrange makes sure that the queue is worked off from an instant on.
func arrange(tx *kernel.Tx, at clock.Instant) error {
	return jobs.Ensure(tx, jobs.Order{Kind: jobSend, Label: jobSend, At: at})
}

// wishesOf gives what accounts have said about getting mail; who said nothing is not in it.
func wishesOf(v *kernel.View, accounts []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := v.Each(func(rows *sql.Rows) error {
		var account int64
		var wanted bool
		err := rows.Scan(&account, &wanted)
		out[account] = wanted
		return err
	}, "SELECT account, wanted FROM mail_wishes WHERE "+store.In("account", accounts))
	return out, err
}

// wish notes what the caller wants.
func wish(tx *kernel.Tx, wanted bool) error {
	_, err := tx.Exec("INSERT INTO mail_wishes (account, wanted) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET wanted = excluded.wanted", tx.Behalf.UserID, wanted)
	return err
}

// item is a queued mail.
type item struct {
	id, account, tries int64
	queued             clock.Instant
}

// take gives the mails that are due, at most a batch, each with its try noted.
func take(tx *kernel.Tx) ([]item, error) {
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	var out []item
	var ids []int64
	err := tx.Each(func(rows *sql.Rows) error {
		var it item
		var queued int64
		err := rows.Scan(&it.id, &it.account, &it.tries, &queued)
		it.tries++
		it.queued = clock.Instant(queued)
		out, ids = append(out, it), append(ids, it.id)
		return err
	}, "SELECT id, account, tries, queued_at FROM mail_queue WHERE state = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?"+lock, waiting, int64(tx.Now), batchSize)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	_, err = tx.Exec("UPDATE mail_queue SET tries = tries + 1, error = '', due_at = ? WHERE "+store.In("id", ids), int64(after(tx.Now, held)))
	return out, err
}

// settle notes how a mail fared.
func settle(tx *kernel.Tx, o outcome) error {
	due, done := int64(0), int64(tx.Now)
	if o.state == waiting {
		due, done = int64(after(tx.Now, pause(o.tries))), 0
	}
	_, err := tx.Exec("UPDATE mail_queue SET state = ?, due_at = ?, done_at = ?, error = ? WHERE id = ?", o.state, due, done, o.why, o.id)
	return err
}

// next arranges for what still waits.
func next(tx *kernel.Tx) error {
	var due int64
	found, err := tx.Scan([]any{&due}, "SELECT due_at FROM mail_queue WHERE state = ? ORDER BY due_at LIMIT 1", waiting)
	if err != nil || !found {
		return err
	}
	return arrange(tx, clock.Instant(due))
}

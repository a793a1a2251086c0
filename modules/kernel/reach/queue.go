package reach

import (
	"database/sql"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/reach/choice"
	"zhanggui/modules/kernel/store"
)

// The states of a queued message.
const (
	waiting = "waiting"
	sent    = "sent"
	failed  = "failed"
	dropped = "dropped"
)

const (
	// held is how long a message that is being sent is nobody else's.
	held = 5 * time.Minute
	// keep is for how many days the queue remembers what it has done.
	keep = 90

	batchSize = 10
	mostTries = 8
)

// pause is how long is waited after so many tries: 1, 2, 4 … minutes, two hours in all.
func pause(tries int64) time.Duration { return time.Minute << (min(tries, mostTries) - 1) }

var table = &store.Table{Name: "reach_queue", Columns: []string{"id", "notice", "account", "channel", "queued_at", "state", "tries", "due_at", "done_at", "error", "mark"}}

// queue takes up the notices of those who are known somewhere.
func queue(tx *kernel.Tx, news notify.News) error {
	var rows []any
	for _, name := range choice.Order {
		if !choice.On(tx.Company, name) {
			continue
		}
		known, err := outsideOf(tx.View, name, news.Accounts)
		if err != nil {
			return err
		}
		for i, notice := range news.IDs {
			if _, ok := known[news.Accounts[i]]; !ok {
				continue
			}
			id, err := tx.Company.Store.NextID()
			if err != nil {
				return err
			}
			rows = append(rows, id, notice, news.Accounts[i], name, int64(tx.Now), waiting, int64(0), int64(tx.Now), int64(0), "", "")
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := table.Insert(tx.Unit, rows); err != nil {
		return err
	}
	return arrange(tx, 0)
}

// arrange makes sure that the queue is worked off from an instant on, at once for 0.
func arrange(tx *kernel.Tx, at clock.Instant) error {
	return jobs.Ensure(tx, jobs.Order{Kind: jobSend, Label: jobSend, At: at})
}

// item is a queued message.
type item struct {
	id, notice, account, tries int64
	channel                    string
}

// take gives the messages that are due, at most a batch, each with its try noted.
func take(tx *kernel.Tx) ([]item, error) {
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	var out []item
	var ids []int64
	err := tx.Each(func(rows *sql.Rows) error {
		var it item
		err := rows.Scan(&it.id, &it.notice, &it.account, &it.tries, &it.channel)
		it.tries++
		out, ids = append(out, it), append(ids, it.id)
		return err
	}, "SELECT id, notice, account, tries, channel FROM reach_queue WHERE state = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?"+lock, waiting, int64(tx.Now), batchSize)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	_, err = tx.Exec("UPDATE reach_queue SET tries = tries + 1, error = '', due_at = ? WHERE "+store.In("id", ids), int64(after(tx.Now, held)))
	return out, err
}

// settle notes how a message fared.
func settle(tx *kernel.Tx, o outcome) error {
	due, done := int64(0), int64(tx.Now)
	if o.state == waiting {
		due, done = int64(after(tx.Now, pause(o.tries))), 0
	}
	_, err := tx.Exec("UPDATE reach_queue SET state = ?, due_at = ?, done_at = ?, error = ? WHERE id = ?", o.state, due, done, o.why, o.id)
	return err
}

// next arranges for what still waits.
func next(tx *kernel.Tx) error {
	var due int64
	found, err := tx.Scan([]any{&due}, "SELECT due_at FROM reach_queue WHERE state = ? ORDER BY due_at LIMIT 1", waiting)
	if err != nil || !found {
		return err
	}
	return arrange(tx, clock.Instant(due))
}

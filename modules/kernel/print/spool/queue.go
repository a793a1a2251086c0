package spool

import (
	"database/sql"
	"encoding/base64"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/print/outlet"
	"zhanggui/modules/kernel/print/spool/claim"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// The states of what is to be printed.
const (
	waiting   = "waiting"
	sending   = claim.Sending
	done      = "done"
	failed    = "failed"
	cancelled = "cancelled"
	unsure    = "unsure" // a part of it may have been printed
)

const (
	// patience is for how long a printer that is off is waited for.
	patience = 12 * time.Hour

	mostCopies = 20
)

// Reasons beside those of package outlet.
const (
	interrupted = "interrupted" // the program ended meanwhile
	late        = "late"
	inactive    = "inactive"
)

// pause is how long is waited after so many tries: 5, 10, 20 … seconds, a minute at most.
func pause(tries int64) time.Duration { return min(5*time.Second<<min(tries-1, 6), time.Minute) }

func after(at clock.Instant, d time.Duration) clock.Instant { return clock.InstantOf(at.Time().Add(d)) }

// order is what somebody wants printed.
type order struct {
	printer  int64
	resource string
	record   int64
	title    string
	copies   int64
	key      string // of the caller; the same one prints once
	hash     string // what is ordered under the key
	data     []byte
}

// put queues an order and gives its id, the same one for the same key. Another order under the key is refused.
func put(tx *kernel.Tx, o order) (int64, error) {
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(`INSERT INTO print_queue (id, printer, account, resource, record, title, copies, name, hash, state, tries, queued_at, due_at, done_at, error, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0, '', ?) ON CONFLICT (account, name) DO NOTHING`,
		id, o.printer, tx.Behalf.UserID, o.resource, o.record, o.title, o.copies, o.key, o.hash, waiting, int64(tx.Now), int64(tx.Now),
		base64.StdEncoding.EncodeToString(o.data))
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return ordered(tx.View, tx.Behalf.UserID, o)
	}
	return id, arrange(tx, tx.Now)
}

// ordered gives what an account ordered with the key of an order, 0 for nothing yet. Another order under the key is refused.
func ordered(v *kernel.View, account int64, o order) (int64, error) {
	var id int64
	var was string
	found, err := v.Scan([]any{&id, &was}, "SELECT id, hash FROM print_queue WHERE account = ? AND name = ?", account, o.key)
	if err == nil && found && was != o.hash {
		err = problem.Rule("idempotency.mismatch")
	}
	return id, err
}

// arrange makes sure that the queue is worked off from an instant on.
func arrange(tx *kernel.Tx, at clock.Instant) error {
	if at <= tx.Now {
		at = 0 // at once
	}
	return jobs.Ensure(tx, jobs.Order{Kind: jobSend, Label: jobSend, At: at})
}

// head is what stands first before its printer.
const head = "NOT EXISTS (SELECT 1 FROM print_queue e WHERE e.printer = q.printer AND e.id < q.id AND e.state IN ('" + waiting + "', '" + sending + "'))"

// due gives the printers before which something is due. What was being sent by a program that ended is unsure from now on,
// and for what waited too long nobody waits any more.
func due(tx *kernel.Tx) (out []int64, err error) {
	for _, over := range []struct {
		state, why, was, column string
		before                  clock.Instant
		but                     []int64
	}{{unsure, interrupted, sending, "due_at", tx.Now, claim.Of(tx.Company).All()}, {failed, late, waiting, "queued_at", after(tx.Now, -patience), nil}} {
		_, err := tx.Exec("UPDATE print_queue SET state = ?, error = ?, due_at = 0, done_at = ? WHERE state = ? AND "+over.column+" <= ? AND NOT "+store.In("id", over.but),
			over.state, over.why, int64(tx.Now), over.was, int64(over.before))
		if err != nil {
			return nil, err
		}
	}
	err = tx.Each(func(rows *sql.Rows) error {
		var printer int64
		err := rows.Scan(&printer)
		out = append(out, printer)
		return err
	}, "SELECT DISTINCT printer FROM print_queue q WHERE state = ? AND due_at <= ? AND "+head, waiting, int64(tx.Now))
	return out, err
}

// sheet is something on its way to a printer.
type sheet struct {
	id, copies, tries int64
	account           int64
	resource          string
	record            int64
	queued            clock.Instant
	data              string
	at                outlet.Place
	active            bool
}

// take gives what stands first before a printer, nil when nothing is due, and notes the try.
func take(tx *kernel.Tx, printer int64) (*sheet, error) {
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	s := &sheet{}
	found, err := tx.Scan([]any{&s.id, &s.copies, &s.tries, &s.account, &s.resource, &s.record, (*int64)(&s.queued), &s.data},
		"SELECT id, copies, tries, account, resource, record, queued_at, data FROM print_queue q WHERE printer = ? AND state = ? AND due_at <= ? AND "+head+" ORDER BY id LIMIT 1"+lock,
		printer, waiting, int64(tx.Now))
	if err != nil || !found {
		return nil, err
	}
	if _, err = tx.Scan([]any{&s.at.Way, &s.at.Address, &s.active}, "SELECT way, address, active FROM system_printer WHERE id = ?", printer); err != nil {
		return nil, err
	}
	s.tries++
	until := after(tx.Now, claim.Held)
	if _, err = tx.Exec("UPDATE print_queue SET state = ?, tries = ?, due_at = ? WHERE id = ?", sending, s.tries, int64(until), s.id); err != nil {
		return nil, err
	}
	return s, arrange(tx, until)
}

// settle notes how a sheet fared.
func settle(tx *kernel.Tx, s *sheet, state, why string) error {
	due, over, data := int64(0), int64(tx.Now), s.data
	if state == waiting && s.queued <= after(tx.Now, -patience) {
		state, why = failed, late
	}
	switch state {
	case waiting:
		due, over = int64(after(tx.Now, pause(s.tries))), 0
	case done:
		data = ""
	}
	_, err := tx.Exec("UPDATE print_queue SET state = ?, due_at = ?, done_at = ?, error = ?, data = ? WHERE id = ? AND state = ?", state, due, over, why, data, s.id, sending)
	return err
}

// next arranges for what still waits.
func next(tx *kernel.Tx) error {
	var at int64
	found, err := tx.Scan([]any{&at}, "SELECT due_at FROM print_queue q WHERE state = ? OR state = ? AND "+head+" ORDER BY due_at LIMIT 1", sending, waiting)
	if err != nil || !found {
		return err
	}
	return arrange(tx, clock.Instant(at))
}

// cancel takes back what is not being sent.
func cancel(tx *kernel.Tx, id int64) error {
	n, err := tx.Exec("UPDATE print_queue SET state = ?, data = '', due_at = 0, done_at = ? WHERE id = ? AND state IN (?, ?, ?)", cancelled, int64(tx.Now), id, waiting, unsure, failed)
	if err == nil && n == 0 {
		err = problem.Conflicted("spool.not_waiting")
	}
	return err
}

// again tries at once what waits, and once more what may have been printed or was given up, because somebody says so.
func again(tx *kernel.Tx, id int64) error {
	n, err := tx.Exec("UPDATE print_queue SET state = ?, tries = 0, error = '', queued_at = ?, due_at = ?, done_at = 0 WHERE id = ? AND state IN (?, ?, ?) AND data <> ''",
		waiting, int64(tx.Now), int64(tx.Now), id, waiting, unsure, failed)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Conflicted("spool.over")
	}
	return arrange(tx, tx.Now)
}

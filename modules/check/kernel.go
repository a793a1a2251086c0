package check

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/store"
)

var kernelKinds = []kind{
	{"file", "", checkFile},
	{"audit", "kernel", checkAudit},
}

// checkFile lets the embedded database look at its own pages, indexes and foreign keys. PostgreSQL keeps them itself.
func checkFile(c *checker) error {
	if c.Dialect() != store.SQLite {
		return nil
	}
	err := c.Each(func(rows *sql.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil || line == "ok" {
			return err
		}
		c.fault("%s", line)
		return nil
	}, "PRAGMA integrity_check("+strconv.Itoa(maxFaults)+")")
	if err != nil {
		return err
	}
	return c.Each(func(rows *sql.Rows) error {
		var table, target string
		var id sql.NullInt64
		var constraint int64
		if err := rows.Scan(&table, &id, &target, &constraint); err != nil {
			return err
		}
		c.fault("%s #%d points at a row of %s that does not exist", table, id.Int64, target)
		return nil
	}, "PRAGMA foreign_key_check")
}

// link is one row of the audit that has not found its place in the chain.
type auditRow struct {
	id         int64
	body, hash string
}

// chain follows the audit from row to row. Units that were at work at the same time may stand in the table in another
// order than in the chain, so rows that do not fit yet wait for a while.
type chain struct {
	c       *checker
	head    string
	waiting []auditRow
	length  int64
}

// maxWaiting bounds the rows that wait for their predecessor.
const maxWaiting = 1024

// checkAudit follows the hash chain of the audit and compares its end with the head.
func checkAudit(c *checker) error {
	order := "id" // one writer makes ids in the order of the chain
	if c.Dialect() == store.Postgres {
		order = "at, id"
	}
	walk := &chain{c: c}
	err := c.Each(func(rows *sql.Rows) error {
		var id, at, actor, behalf, record int64
		var name, resource, act, diff, reason, address, request, hash string
		err := rows.Scan(&id, &at, &actor, &behalf, &name, &resource, &record, &act, &diff, &reason, &address, &request, &hash)
		if err != nil {
			return err
		}
		number := func(n int64) string { return strconv.FormatInt(n, 10) }
		walk.add(auditRow{id, lengthPrefixed(number(id), number(at), number(actor), number(behalf), name, resource, number(record), act,
			diff, reason, address, request), hash})
		return nil
	}, `SELECT id, at, actor, behalf, actor_name, resource, record, act, diff, reason, address, request, hash FROM audit ORDER BY `+order)
	if err != nil {
		return err
	}
	for len(walk.waiting) > 0 {
		walk.skip()
	}
	var head string
	var length int64
	found, err := c.Scan([]any{&head, &length}, "SELECT hash, length FROM audit_head WHERE one = 1")
	if err != nil {
		return err
	}
	switch {
	case !found:
		c.fault("the head of the chain is missing")
	case length != walk.length:
		c.fault("the head counts %d rows, there are %d", length, walk.length)
	case head != walk.head:
		c.fault("the last row does not lead to the head of the chain: rows at the end were changed or removed")
	}
	return nil
}

// lengthPrefixed is the text of a row that is hashed: each column with its length in front.
func lengthPrefixed(columns ...string) string {
	var b strings.Builder
	for _, text := range columns {
		b.WriteString(strconv.Itoa(len(text)) + ":" + text)
	}
	return b.String()
}

// follows reports whether a row comes right after the head.
func (w *chain) follows(r auditRow) bool {
	sum := sha256.Sum256([]byte(w.head + "\n" + r.body))
	return hex.EncodeToString(sum[:]) == r.hash
}

func (w *chain) add(r auditRow) {
	w.length++
	if !w.follows(r) {
		w.waiting = append(w.waiting, r)
		if len(w.waiting) == maxWaiting || w.c.Dialect() == store.SQLite {
			w.skip()
		}
		return
	}
	w.head = r.hash
	w.settle()
}

// settle takes waiting rows that have become due.
func (w *chain) settle() {
	for i := 0; i < len(w.waiting); i++ {
		if w.follows(w.waiting[i]) {
			w.head = w.waiting[i].hash
			w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
			i = -1
		}
	}
}

// skip blames the row that waits longest and goes on behind it.
func (w *chain) skip() {
	bad := w.waiting[0]
	w.waiting = w.waiting[1:]
	w.c.fault("row %d does not follow from the row before it: one of them was changed, or rows between them were removed", bad.id)
	w.head = bad.hash
	w.settle()
}

// Package batch keeps what an import wrote, so that it can be listed and taken back.
package batch

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// The states of a batch. Part means that it stopped after some of its chunks.
const (
	Running = "running"
	Done    = "done"
	Part    = "part"
	Undone  = "undone"
)

// Batch is one import that was written.
type Batch struct {
	ID       int64
	Resource string
	File     string
	Digest   string
	Mode     string
	Then     string
	Mapping  map[string]string
	State    string
	Account  int64
	By       string
	At       clock.Instant
	Job      int64
	Created  int64
	Updated  int64
	Same     int64
	Origin   int64 // what it is a part of, 0 for nothing
}

// hash is what makes two imports the same.
func (b *Batch) hash() string {
	return strings.Join([]string{b.Resource, b.Digest, b.Mode, b.Then, encodeMapping(b.Mapping)}, "|")
}

// Earlier gives the batch that the actor wrote under an idempotency key, nil when there is none. Another import under
// the same key is refused: idempotency.mismatch.
func (b *Batch) Earlier(v *kernel.View, key string) (*Batch, error) {
	var hash string
	var id int64
	found, err := v.Scan([]any{&hash, &id}, "SELECT hash, record FROM idempotency WHERE actor = ? AND name = ?", v.Actor.UserID, key)
	if err != nil || !found {
		return nil, err
	}
	if hash != b.hash() {
		return nil, problem.Rule("idempotency.mismatch")
	}
	return Find(v, id)
}

// Insert writes the batch; it gets its id unless it has one. A key that was used meanwhile is problem.Conflict.
func (b *Batch) Insert(tx *kernel.Tx, key string) error {
	if b.ID == 0 {
		id, err := tx.Company.Store.NextID()
		if err != nil {
			return err
		}
		b.ID = id
	}
	b.Account, b.By, b.At = tx.Behalf.UserID, tx.Behalf.Name, tx.Now
	_, err := tx.Exec(`INSERT INTO import_batch (id, resource, file_name, digest, mode, act, mapping, state, account, account_name, at, job,
		origin, created, updated, same) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)`,
		b.ID, b.Resource, b.File, b.Digest, b.Mode, b.Then, encodeMapping(b.Mapping), b.State, b.Account, b.By, int64(b.At), b.Job, b.Origin)
	if err != nil || key == "" {
		return err
	}
	_, err = tx.Exec("INSERT INTO idempotency (actor, name, hash, record, waiting, at) VALUES (?, ?, ?, ?, 0, ?)", b.Account, key, b.hash(), b.ID, int64(tx.Now))
	return err
}

// Count adds what a unit did to the batch.
func (b *Batch) Count(tx *kernel.Tx, created, updated, same int) error {
	_, err := tx.Exec("UPDATE import_batch SET created = created + ?, updated = updated + ?, same = same + ? WHERE id = ?", created, updated, same, b.ID)
	return err
}

// Become notes the state of the batch.
func (b *Batch) Become(tx *kernel.Tx, state string) error {
	_, err := tx.Exec("UPDATE import_batch SET state = ? WHERE id = ?", state, b.ID)
	return err
}

func read(v *kernel.View, where string, args ...any) ([]*Batch, error) {
	var out []*Batch
	err := v.Each(func(rows *sql.Rows) error {
		b := &Batch{}
		var at int64
		var mapping string
		err := rows.Scan(&b.ID, &b.Resource, &b.File, &b.Digest, &b.Mode, &b.Then, &mapping, &b.State, &b.Account, &b.By, &at, &b.Job,
			&b.Created, &b.Updated, &b.Same, &b.Origin)
		if err != nil {
			return err
		}
		b.At = clock.Instant(at)
		out = append(out, b)
		return json.Unmarshal([]byte(mapping), &b.Mapping)
	}, `SELECT id, resource, file_name, digest, mode, act, mapping, state, account, account_name, at, job, created, updated, same, origin
		FROM import_batch `+where, args...)
	return out, err
}

// mine limits batches to the actor's own; who may import as the company ("system:import") sees all.
func mine(a *kernel.Actor) (string, []any) {
	if a.Can("system", "import") {
		return "1 = 1", nil
	}
	return "account = ?", []any{a.UserID}
}

// List lists imports, newest first, without those that are parts of something.
func List(v *kernel.View, limit int) ([]*Batch, error) {
	where, args := mine(v.Actor)
	return read(v, "WHERE origin = 0 AND "+where+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
}

// Parts lists the imports that are parts of something, newest first.
func Parts(v *kernel.View, origin int64) ([]*Batch, error) {
	where, args := mine(v.Actor)
	return read(v, "WHERE origin = ? AND origin <> 0 AND "+where+" ORDER BY id DESC", append([]any{origin}, args...)...)
}

// Find gives one import that the actor may see; problem.Missing otherwise.
func Find(v *kernel.View, id int64) (*Batch, error) {
	where, args := mine(v.Actor)
	found, err := read(v, "WHERE id = ? AND "+where, append([]any{id}, args...)...)
	if err == nil && len(found) == 0 {
		err = problem.Missing("import", id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// key names a chunk for the table of things done once.
func (b *Batch) key(chunk int) string {
	return "import:" + strconv.FormatInt(b.ID, 10) + ":" + strconv.Itoa(chunk)
}

// Done finds the chunks that have been committed.
func (b *Batch) Done(v *kernel.View) (map[int]bool, error) {
	out := map[int]bool{}
	prefix := "import:" + strconv.FormatInt(b.ID, 10) + ":"
	err := v.Each(func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		var n int
		_, err := fmt.Sscanf(name, prefix+"%d", &n)
		out[n] = true
		return err
	}, "SELECT name FROM idempotency WHERE actor = ? AND name LIKE ?", b.Account, prefix+"%")
	return out, err
}

// Once claims a chunk; false when it was done before.
func (b *Batch) Once(tx *kernel.Tx, chunk int) (bool, error) {
	n, err := tx.Exec(`INSERT INTO idempotency (actor, name, hash, record, waiting, at) VALUES (?, ?, '', ?, 0, ?) ON CONFLICT DO NOTHING`,
		b.Account, b.key(chunk), b.ID, int64(tx.Now))
	return n == 1, err
}

// Notes collects what a unit wrote.
type Notes struct {
	Batch int64
	rows  []any
}

var recordTable = &store.Table{Name: "import_record", Columns: []string{"batch", "record", "version", "fresh", "undone"}}

// Add notes a written record with the version it has now.
func (n *Notes) Add(d *kernel.Def, rec any, fresh bool) {
	made := int64(0)
	if fresh {
		made = 1
	}
	n.rows = append(n.rows, n.Batch, resource.ID(d, rec), resource.VersionOf(d, rec), made, int64(0))
}

// Insert writes the notes.
func (n *Notes) Insert(tx *kernel.Tx) error { return recordTable.Insert(tx.Unit, n.rows) }

func encodeMapping(m map[string]string) string {
	text, _ := json.Marshal(m) // a map of strings always marshals
	return string(text)
}

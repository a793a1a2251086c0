// Package audit writes who changed what: one row for each record that a unit touched, with the field diff, chained by
// hashes so that a row changed or removed afterwards is found.
package audit

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"reflect"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/wire"
)

var table = &store.Table{Name: "audit", Columns: []string{
	"id", "at", "actor", "behalf", "actor_name", "resource", "record", "act", "diff", "reason", "address", "request", "hash"}}

// Write is the last step of the seal. The head of the chain is locked until the commit, which orders the units.
func Write(tx *kernel.Tx) error {
	var rows []any
	var bodies []string
	for _, e := range resource.WorkOf(tx).Entries {
		if !e.Touched() {
			continue
		}
		id, err := tx.Company.Store.NextID()
		if err != nil {
			return err
		}
		row := []any{id, int64(tx.Now), tx.Actor.UserID, tx.Behalf.UserID, tx.Behalf.Name, e.Def.Name, resource.ID(e.Def, e.Rec),
			act(e), string(diff(e)), tx.Reason, tx.Behalf.Address, tx.Behalf.RequestID}
		rows = append(rows, row...)
		rows = append(rows, "")
		bodies = append(bodies, Body(row))
	}
	return appendChain(tx, rows, bodies)
}

// Note writes an audit row that is about no field: a login, an export, a permission that was refused.
func Note(tx *kernel.Tx, what, act, detail string) error {
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	row := []any{id, int64(tx.Now), tx.Actor.UserID, tx.Behalf.UserID, tx.Behalf.Name, what, int64(0), act, "{}", detail,
		tx.Behalf.Address, tx.Behalf.RequestID}
	return appendChain(tx, append(row, ""), []string{Body(row)})
}

func appendChain(tx *kernel.Tx, rows []any, bodies []string) error {
	if len(bodies) == 0 {
		return nil
	}
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE"
	}
	var head string
	if _, err := tx.Scan([]any{&head}, "SELECT hash FROM audit_head WHERE one = 1"+lock); err != nil {
		return err
	}
	width := len(table.Columns)
	for i, body := range bodies {
		head = Chain(head, body)
		rows[(i+1)*width-1] = head
	}
	if err := table.Insert(tx.Unit, rows); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE audit_head SET hash = ?, length = length + ? WHERE one = 1", head, len(bodies))
	return err
}

// Body is the text of a row that is hashed: its columns except the hash, each with its length in front.
func Body(row []any) string {
	var b strings.Builder
	for _, v := range row {
		var text string
		switch x := v.(type) {
		case int64:
			text = strconv.FormatInt(x, 10)
		case string:
			text = x
		}
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	return b.String()
}

// Chain is the hash of a row behind the hash of the row before it.
func Chain(before, body string) string {
	sum := sha256.Sum256([]byte(before + "\n" + body))
	return hex.EncodeToString(sum[:])
}

func act(e *resource.Entry) string {
	switch {
	case e.Deleted:
		return "delete"
	case e.Before == nil:
		return strings.Join(append([]string{"create"}, e.Actions...), ",")
	case len(e.Actions) > 0:
		return strings.Join(e.Actions, ",")
	}
	return "update"
}

// diff is {"field":["before","after"],"lines":{"id":{"field":[…]}}}; for new and deleted records one side is empty.
func diff(e *resource.Entry) []byte {
	d := e.Def
	var before, after any
	if e.Before != nil {
		before = e.Before
	}
	if !e.Deleted {
		after = e.Rec
	}
	out := append([]byte{'{'}, fieldDiff(nil, d.Fields, structOf(before), structOf(after))...)
	for _, l := range d.Lines {
		lines := lineDiff(l, before, after)
		if len(lines) == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, `"`+l.Name+`":{`...), lines...), '}')
	}
	return append(out, '}')
}

func structOf(rec any) reflect.Value {
	if rec == nil {
		return reflect.Value{}
	}
	return reflect.ValueOf(rec).Elem()
}

// bookkeeping are the columns of every record and line whose change says nothing. They are embedded; a field of the record
// itself may have such a name too, as the parent of an account has.
var bookkeeping = map[string]bool{"id": true, "version": true, "created_at": true, "created_by": true, "updated_at": true,
	"updated_by": true, "parent": true}

func fieldDiff(out []byte, fields []*kernel.Field, before, after reflect.Value) []byte {
	for _, f := range fields {
		if len(f.Index) > 1 && bookkeeping[f.Name] || f.NoStore {
			continue
		}
		var a, b string
		if after.IsValid() {
			v := after.FieldByIndex(f.Index)
			if !before.IsValid() && v.IsZero() && !f.Blank {
				continue
			}
			b = resource.Text(f, v)
		}
		if before.IsValid() {
			a = resource.Text(f, before.FieldByIndex(f.Index))
		}
		if a == b {
			continue
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = append(out, `"`+f.Name+`":[`...)
		out = append(wire.AppendValue(out, a), ',')
		out = append(wire.AppendValue(out, b), ']')
	}
	return out
}

func lineDiff(l *kernel.LineDef, before, after any) []byte {
	old := map[int64]reflect.Value{}
	var order []int64
	at := l.ByName["id"].Index
	if before != nil {
		list := resource.Lines(l, before)
		for i := range list.Len() {
			id := list.Index(i).FieldByIndex(at).Int()
			old[id] = list.Index(i)
			order = append(order, id)
		}
	}
	var out []byte
	add := func(id int64, body []byte) {
		if len(body) == 0 {
			return
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = append(append(append(append(out, '"'), strconv.FormatInt(id, 10)...), `":{`...), body...)
		out = append(out, '}')
	}
	if after != nil {
		list := resource.Lines(l, after)
		for i := range list.Len() {
			id := list.Index(i).FieldByIndex(at).Int()
			add(id, fieldDiff(nil, l.Fields, old[id], list.Index(i)))
			delete(old, id)
		}
	}
	for _, id := range order {
		if was, gone := old[id]; gone {
			add(id, fieldDiff(nil, l.Fields, was, reflect.Value{}))
		}
	}
	return out
}

// Event is one row for the timeline.
type Event struct {
	At     clock.Instant
	Actor  string
	Act    string
	Diff   string
	Reason string
}

// Of gives what happened to a record, newest first, at most limit rows.
func Of(v *kernel.View, d *kernel.Def, id int64, limit int) ([]Event, error) {
	var out []Event
	err := v.Each(func(rows *sql.Rows) error {
		var e Event
		var at int64
		if err := rows.Scan(&at, &e.Actor, &e.Act, &e.Diff, &e.Reason); err != nil {
			return err
		}
		e.At = clock.Instant(at)
		out = append(out, e)
		return nil
	}, "SELECT at, actor_name, act, diff, reason FROM audit WHERE resource = ? AND record = ? ORDER BY at DESC, id DESC LIMIT ?", d.Name, id, limit)
	return out, err
}

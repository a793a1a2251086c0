package approval

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

func (o *people) readUsers() error {
	return o.v.Each(func(rows *sql.Rows) error {
		u := &user{}
		var person sql.NullInt64
		var roles string
		err := rows.Scan(&u.id, &u.name, &person, &roles, &u.lang, &u.disabled)
		u.person, u.roles = person.Int64, strings.Split(roles, ",")
		o.users[u.id] = u
		o.order = append(o.order, u.id)
		if _, taken := o.byPerson[u.person]; u.person != 0 && !u.disabled && !taken {
			o.byPerson[u.person] = u.id
		}
		return err
	}, "SELECT id, name, person, roles, lang, disabled FROM base_user ORDER BY id")
}

// readDeputies keeps the newest delegation of each user that holds today.
func (o *people) readDeputies() error {
	return o.v.Each(func(rows *sql.Rows) error {
		var from, to int64
		err := rows.Scan(&from, &to)
		o.deputies[from] = to
		return err
	}, "SELECT from_user, to_user FROM approval_delegation WHERE active AND from_date <= ? AND to_date >= ? ORDER BY id", string(o.v.Today), string(o.v.Today))
}

// inForce reads the flows that are switched on.
func inForce(v *kernel.View) (map[act][]listed, error) {
	out, count := map[act][]listed{}, 0
	err := v.Each(func(rows *sql.Rows) error {
		var l listed
		var key act
		err := rows.Scan(&l.flow, &l.version, &l.name, &l.further, &key.target, &key.name)
		l.at = count
		count++
		out[key] = append(out[key], l)
		return err
	}, "SELECT f.id, f.in_force, f.name, f.further, v.target, v.act FROM approval_flow f JOIN approval_flow_version v ON v.id = f.in_force WHERE f.active ORDER BY f.position, f.id")
	return out, err
}

// needing gives the other flows in force that need a choice of the company.
func needing(v *kernel.View, needs string, but int64) ([]*Flow, error) {
	return Flows.Where(v, "active AND needs = ? AND id <> ?", needs, but)
}

// Asks tells whether a flow in force that goes with a choice of the company stands before acts on a kind of sheet.
func Asks(v *kernel.View, setting, target string) (bool, error) {
	return v.Scan([]any{new(int64)}, `SELECT f.id FROM approval_flow f JOIN approval_flow_version v ON v.id = f.in_force
		WHERE f.active AND v.target = ? AND f.needs LIKE ? LIMIT 1`, target, setting+"=%")
}

// jointOf gives the version made of some versions, nil where nobody has met these flows together yet.
func jointOf(v *kernel.View, parts string) (*Version, error) {
	found, err := Versions.Where(v, "parts = ? AND parts <> ''", parts)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

const open = "state IN ('waiting', 'granted', 'failed', 'returned')"

// openRequests gives the ids of the requests about a record that are not over.
func openRequests(tx *kernel.Tx, target string, record int64) ([]int64, error) {
	if err := flushRequests(tx); err != nil {
		return nil, err
	}
	return openOf(tx.View, target, record)
}

// openOf is openRequests for whoever only looks.
func openOf(v *kernel.View, target string, record int64) ([]int64, error) {
	return v.IDs("SELECT id FROM approval_request WHERE record = ? AND target = ? AND "+open+" ORDER BY id", record, target)
}

// flushRequests writes the unit's requests, for a query that must see them.
func flushRequests(tx *kernel.Tx) error {
	for _, e := range resource.WorkOf(tx).Entries {
		if e.Def.Name == Requests.Name && e.Touched() {
			return resource.Flush(tx)
		}
	}
	return nil
}

// requestsOf gives the requests that wait for a user.
func requestsOf(tx *kernel.Tx, user int64) ([]int64, error) {
	return tx.IDs("SELECT DISTINCT t.parent FROM approval_task t JOIN approval_request r ON r.id = t.parent WHERE t.assignee = ? AND t.state IN ('pending', 'queued') AND r.state = 'waiting' ORDER BY t.parent", user)
}

// delegationsOf gives the delegations from or to a user that hold today or later.
func delegationsOf(v *kernel.View, user int64) ([]*Delegation, error) {
	return Delegations.Where(v, "active AND to_date >= ? AND (from_user = ? OR to_user = ?)", string(v.Today), user, user)
}

// membersOf lists who sees a request as his own: whoever has or had a task in it, and who began it.
var membersOf = &kernel.Members{
	Table:  "(SELECT parent, assignee AS member FROM approval_task UNION ALL SELECT id, initiator FROM approval_request) members",
	Record: "parent", User: "member",
}

// spot is a line of a box: a request and the task that put it there.
type spot struct{ request, task, read int64 }

// boxes are the conditions of the inbox; each is answered from an index, the newest first.
var boxes = map[string]string{
	"todo":    "SELECT t.parent, t.id, t.read_at FROM approval_task t WHERE t.assignee = ? AND t.state = 'pending'",
	"decided": "SELECT t.parent, t.id, t.read_at FROM approval_task t WHERE t.assignee = ? AND t.state NOT IN ('pending', 'queued', 'skipped', 'cancelled', 'sent')",
	"copied":  "SELECT t.parent, t.id, t.read_at FROM approval_task t WHERE t.assignee = ? AND t.state = 'sent'",
	"mine":    "SELECT t.id, t.id, 1 FROM approval_request t WHERE t.initiator = ?",
	"all":     "SELECT t.id, t.id, 1 FROM approval_request t WHERE t.state <> ?",
}

// page reads one page of a box behind a place, and one more to know whether there is another.
func page(v *kernel.View, box string, before int64, limit int) ([]spot, error) {
	args := []any{v.Actor.UserID}
	query := boxes[box]
	if box == "all" {
		args[0] = ""
		if scope := resource.Visible(v, Requests.Def, "t"); scope != "" {
			query += " AND " + scope
		}
	}
	if before > 0 {
		query += " AND t.id < ?"
		args = append(args, before)
	}
	var out []spot
	err := v.Each(func(rows *sql.Rows) error {
		var s spot
		err := rows.Scan(&s.request, &s.task, &s.read)
		out = append(out, s)
		return err
	}, query+" ORDER BY t.id DESC LIMIT ?", append(args, limit+1)...)
	return out, err
}

// trailsOf gives the ids of the requests about a record, the oldest first.
func trailsOf(v *kernel.View, target string, record int64) ([]int64, error) {
	return v.IDs("SELECT id FROM approval_request WHERE record = ? AND target = ? ORDER BY id", record, target)
}

// WaitingFor counts what waits for the actor.
func WaitingFor(v *kernel.View) (int64, error) {
	var n int64
	_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM approval_task t WHERE "+store.In("t.assignee", []int64{v.Actor.UserID})+" AND t.state = 'pending'")
	return n, err
}

// visibleOf tells which of the records the actor could open.
func visibleOf(v *kernel.View, d *kernel.Def, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	if d.Internal || !v.Actor.Can(d.Name, "read") {
		return out, nil
	}
	scope := resource.Visible(v, d, d.Table.Name)
	if scope == "" {
		for _, id := range ids {
			out[id] = true
		}
		return out, nil
	}
	marks, args := resource.InArgs(ids)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, "SELECT id FROM "+d.Table.Name+" WHERE id IN ("+marks+") AND "+scope, args...)
	return out, err
}

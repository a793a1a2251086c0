package guard

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// auditedIn reads what the audit says of some resources, the newest rows first. Exports stand on no record, which is how
// the index finds them among everything else that is told of a list.
func auditedIn(v *kernel.View, s span, exports bool, resources []string) ([]entry, error) {
	query := "SELECT id, at, record, actor_name, resource, act, diff, reason, address FROM audit WHERE resource IN (" + store.Marks(len(resources)) + ")"
	var args []any
	for _, name := range resources {
		args = append(args, name)
	}
	if exports {
		query += " AND record = 0 AND act = 'export'"
	} else {
		query += " AND act <> 'export'"
	}
	query += " AND at >= ? AND at < ?"
	args = append(args, s.from, s.to)
	if s.user != 0 {
		query += " AND behalf = ?"
		args = append(args, s.user)
	}
	args = append(args, mostRows+1)
	var out []entry
	err := v.Each(func(rows *sql.Rows) error {
		var e entry
		var at int64
		err := rows.Scan(&e.id, &at, &e.record, &e.who, &e.resource, &e.act, &e.diff, &e.why, &e.where)
		e.at = clock.Instant(at)
		out = append(out, e)
		return err
	}, query+" ORDER BY at DESC, id DESC LIMIT ?", args...)
	return out, err
}

type refusal struct {
	account, times int64
	address, kind  string
	last           clock.Instant
}

func refusedIn(v *kernel.View, s span) ([]refusal, error) {
	query := "SELECT account, address, kind, last_at, times FROM refused_logins WHERE day >= ? AND day <= ?"
	args := []any{string(s.days[0]), string(s.days[1])}
	if s.user != 0 {
		query += " AND account = ?"
		args = append(args, s.user)
	}
	args = append(args, mostRows+1)
	var out []refusal
	err := v.Each(func(rows *sql.Rows) error {
		var r refusal
		var last int64
		err := rows.Scan(&r.account, &r.address, &r.kind, &last, &r.times)
		r.last = clock.Instant(last)
		out = append(out, r)
		return err
	}, query+" ORDER BY last_at DESC, account DESC, address LIMIT ?", args...)
	return out, err
}

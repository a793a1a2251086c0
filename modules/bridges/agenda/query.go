package agenda

import (
	"database/sql"
	"slices"

	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/office"
	"zhanggui/modules/sales"
)

// most is how many entries of one kind a calendar shows at most.
const most = 500

// seen ends a condition with what the actor may see of a resource and, unless he asked for all, what is his.
func seen(v *kernel.View, d *kernel.Def, alias string, s office.Span) (string, []any) {
	where, args := "", []any{}
	if s.Mine {
		where, args = " AND "+alias+".owner = ?", []any{v.Actor.PersonID}
	}
	if scope := resource.Visible(v, d, alias); scope != "" {
		where += " AND " + scope
	}
	return where, args
}

// followUps gives what is planned.
func followUps(v *kernel.View, s office.Span) ([]office.Entry, error) {
	where, args := seen(v, crm.FollowUps.Def, "f", s)
	var out []office.Entry
	err := v.Each(func(rows *sql.Rows) error {
		var e office.Entry
		err := rows.Scan(&e.Record, &e.Day, &e.Time, &e.Title, &e.Note)
		e.Late = e.Day.Before(v.Today)
		out = append(out, e)
		return err
	}, `SELECT f.id, f.plan_at, f.plan_time, f.subject, COALESCE(p.name, l.name, '') FROM crm_follow_up f
		LEFT JOIN base_party p ON p.id = f.customer LEFT JOIN crm_lead l ON l.id = f.lead
		WHERE f.state = 'planned' AND f.plan_at >= ? AND f.plan_at <= ?`+where+" ORDER BY f.plan_at, f.id LIMIT ?",
		slices.Concat([]any{string(s.First), string(s.Last)}, args, []any{most})...)
	return out, err
}

// quotations gives those that customers have and that hold until a day.
func quotations(v *kernel.View, s office.Span) ([]office.Entry, error) {
	where, args := seen(v, sales.Quotations.Def, "q", s)
	var out []office.Entry
	err := v.Each(func(rows *sql.Rows) error {
		var e office.Entry
		err := rows.Scan(&e.Record, &e.Day, &e.Title, &e.Note)
		out = append(out, e)
		return err
	}, `SELECT q.id, q.valid_until, q.number, p.name FROM sales_quotation q JOIN base_party p ON p.id = q.customer
		WHERE q.state = 'sent' AND q.valid_until >= ? AND q.valid_until <= ?`+where+" ORDER BY q.valid_until, q.id LIMIT ?",
		slices.Concat([]any{string(s.First), string(s.Last)}, args, []any{most})...)
	return out, err
}

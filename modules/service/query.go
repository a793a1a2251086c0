package service

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// numberTaken refuses an imported number that another ticket has; the database's constraint stands behind it.
func numberTaken(tx *kernel.Tx, number string) error {
	if number == "" {
		return nil
	}
	taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM service_ticket WHERE number = ? AND number <> ''", number)
	if err == nil && taken {
		return problem.Conflicted("service.number", "number", number).At("/number")
	}
	return err
}

// visible is the condition on tickets t: what the actor may see.
func visible(v *kernel.View) string {
	if scope := resource.Visible(v, handle(v.Company).Def, "t"); scope != "" {
		return " AND " + scope
	}
	return ""
}

const unsolved = "t.state IN ('new', 'working')"

// openOf counts the customer's unsolved tickets beside one.
func openOf(v *kernel.View, beside *Ticket) (int64, error) {
	var n int64
	_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM service_ticket t WHERE t.customer = ? AND t.id <> ? AND "+unsolved+visible(v), beside.Customer, beside.ID)
	return n, err
}

// conditions collects WHERE conditions with their arguments.
type conditions struct {
	parts []string
	args  []any
}

// param adds a condition when the parameter was given.
func (c *conditions) param(condition, value string) {
	if value != "" {
		c.parts, c.args = append(c.parts, condition), append(c.args, value)
	}
}

// ref adds a condition on an id when the parameter was given.
func (c *conditions) ref(condition string, id int64) {
	if id != 0 {
		c.parts, c.args = append(c.parts, condition), append(c.args, id)
	}
}

// unsolvedTickets gives what is to be done, the most urgent first.
func unsolvedTickets(v *kernel.View, params map[string]string) ([]*Ticket, error) {
	c := conditions{parts: []string{unsolved}}
	c.param("t.kind = ?", params["kind"])
	c.ref("t.owner = ?", idOf(params, "owner"))
	c.ref("t.customer = ?", idOf(params, "customer"))
	if params["overdue_only"] == "true" {
		c.param("t.due < ?", string(v.Today))
	}
	var out []*Ticket
	err := v.Each(func(rows *sql.Rows) error {
		t := &Ticket{}
		var owner sql.NullInt64
		err := rows.Scan(&t.ID, &t.Number, &t.Date, &t.State, &t.Kind, &t.Priority, &t.Due, &t.Customer, &t.Subject, &owner)
		t.Owner = owner.Int64
		out = append(out, t)
		return err
	}, "SELECT t.id, t.number, t.date, t.state, t.kind, t.priority, t.due, t.customer, t.subject, t.owner FROM service_ticket t WHERE "+
		strings.Join(c.parts, " AND ")+visible(v)+
		" ORDER BY t.due, CASE t.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END, t.date, t.id", c.args...)
	return out, err
}

// tally is what a group of tickets comes to: how many there are and were complaints, solved, late and rated, and the sums
// of days and scores.
type tally struct {
	id                                                 int64
	text                                               string
	opened, complaints, solved, late, days, rated, sum int64
}

func (t *tally) add(o tally) {
	t.opened, t.complaints, t.solved, t.late = t.opened+o.opened, t.complaints+o.complaints, t.solved+o.solved, t.late+o.late
	t.days, t.rated, t.sum = t.days+o.days, t.rated+o.rated, t.sum+o.sum
}

// tallies groups the tickets received in some days; those that were void count nowhere.
func tallies(v *kernel.View, by key, from, to clock.Date) ([]tally, error) {
	var out []tally
	err := v.Each(func(rows *sql.Rows) error {
		var g tally
		var id sql.NullInt64
		first := any(&g.text)
		if by.ref {
			first = &id
		}
		err := rows.Scan(first, &g.opened, &g.complaints, &g.solved, &g.late, &g.days, &g.rated, &g.sum)
		g.id = id.Int64
		out = append(out, g)
		return err
	}, "SELECT "+by.expression+`, COUNT(*), CAST(SUM(CASE WHEN t.kind = 'complaint' THEN 1 ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN t.solved <> '' THEN 1 ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN t.due < CASE WHEN t.solved <> '' THEN t.solved ELSE ? END THEN 1 ELSE 0 END) AS BIGINT),
		CAST(SUM(t.days) AS BIGINT), CAST(SUM(CASE WHEN t.score <> '' THEN 1 ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN t.score <> '' THEN CAST(t.score AS BIGINT) ELSE 0 END) AS BIGINT)
		FROM service_ticket t WHERE t.state <> 'void' AND t.date >= ? AND t.date <= ?`+visible(v)+" GROUP BY "+by.expression,
		string(v.Today), string(from), string(to))
	return out, err
}

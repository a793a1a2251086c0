package crm

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// accountsOfPerson lists who sees a target as his own: the accounts of the person whom it is about.
var accountsOfPerson = &kernel.Members{
	Table:  "(SELECT t.id AS target, u.id AS member FROM crm_target t JOIN base_user u ON u.person = t.person) accounts",
	Record: "target", User: "member",
}

// and puts a scope filter behind a condition.
func and(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// lastPosition is the greatest position of a stage, 0 when there is none.
func lastPosition(v *kernel.View) (n int64, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COALESCE(MAX(position), 0) FROM crm_stage")
	return n, err
}

// stageAt names the stage at a position, but for one; "" when it is free.
func stageAt(v *kernel.View, position, except int64) (name string, err error) {
	_, err = v.Scan([]any{&name}, "SELECT name FROM crm_stage WHERE position = ? AND id <> ?", position, except)
	return name, err
}

// firstStage is the stage in which an opportunity begins, 0 when there is none.
func firstStage(v *kernel.View) (id int64, err error) {
	_, err = v.Scan([]any{&id}, "SELECT id FROM crm_stage WHERE active ORDER BY position LIMIT 1")
	return id, err
}

// targetTaken tells whether the person has another target of that measure for the month.
func targetTaken(v *kernel.View, t *Target) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM crm_target WHERE person = ? AND month = ? AND measure = ? AND id <> ?",
		t.Person, string(t.Month), t.Measure, t.ID)
}

// followUpsOf gives the follow-ups of a lead, everybody's: what a lead becomes has all that was said with it.
func followUpsOf(v *kernel.View, lead int64) ([]int64, error) {
	return v.IDs("SELECT id FROM crm_follow_up WHERE lead = ? ORDER BY id", lead)
}

// shownTwins is how many leads that are like one are shown beside a field.
const shownTwins = 5

// twins finds the leads that share a value, and tells of each whether the actor may see it.
func (p probe) twins(v *kernel.View, except int64) ([]twin, error) {
	seen := "1 = 1"
	if scope := resource.Visible(v, Leads.Def, "l"); scope != "" {
		seen = scope
	}
	if !v.Actor.Can(Leads.Name, "read") {
		seen = "1 = 0"
	}
	args := []any{except}
	for _, value := range p.values {
		args = append(args, value)
	}
	var out []twin
	err := v.Each(func(rows *sql.Rows) error {
		var t twin
		var owner sql.NullInt64
		err := rows.Scan(&t.id, &t.number, &t.name, &owner, &t.seen)
		t.owner = owner.Int64
		out = append(out, t)
		return err
	}, "SELECT l.id, l.number, l.name, l.owner, CASE WHEN "+seen+" THEN 1 ELSE 0 END FROM crm_lead l WHERE l.id <> ? AND l."+p.column+" IN ("+store.Marks(len(p.values))+
		") AND l."+p.column+" <> '' AND l.state <> 'converted' ORDER BY l.id LIMIT "+store.Marks(1), append(args, shownTwins)...)
	return out, err
}

// narrowed is what reports about opportunities ask for besides: whose, and from which days.
type narrowed struct {
	owner, department int64
	from, to          clock.Date
}

// where is the condition on o, an opportunity, that the actor may see.
func (n narrowed) where(v *kernel.View) (string, []any) {
	parts, args := []string{"1 = 1"}, []any{}
	add := func(sql string, arg any) { parts, args = append(parts, sql), append(args, arg) }
	if n.owner != 0 {
		add("o.owner = ?", n.owner)
	}
	if n.department != 0 {
		add("o.department = ?", n.department)
	}
	if n.from != "" {
		add("o.date >= ?", string(n.from))
	}
	if n.to != "" {
		add("o.date <= ?", string(n.to))
	}
	return " WHERE " + strings.Join(parts, " AND ") + and(v, Opportunities.Def, "o"), args
}

// heap is how many opportunities there are of a sort, and what they come to.
type heap struct {
	count            int64
	amount, weighted money.Amount
}

// heaps adds up opportunities by state and stage.
func heaps(v *kernel.View, n narrowed) (open map[int64]heap, ended map[string]heap, err error) {
	where, args := n.where(v)
	open, ended = map[int64]heap{}, map[string]heap{}
	err = v.Each(func(rows *sql.Rows) error {
		var state string
		var stage int64
		var h heap
		if err := rows.Scan(&state, &stage, &h.count, (*int64)(&h.amount), (*int64)(&h.weighted)); err != nil {
			return err
		}
		if state == string(StateOpen) {
			open[stage] = h
			return nil
		}
		sum, err := money.Add(ended[state].amount, h.amount)
		ended[state] = heap{count: ended[state].count + h.count, amount: sum}
		return err
	}, "SELECT o.state, o.stage, COUNT(*), CAST(SUM(o.amount) AS BIGINT), CAST(SUM(o.weighted) AS BIGINT) FROM crm_opportunity o"+where+
		" GROUP BY o.state, o.stage", args...)
	return open, ended, err
}

// passage is how many opportunities have been in a stage, and how many of those went on to a later one or were won.
type passage struct{ entered, advanced int64 }

func passages(v *kernel.View, n narrowed) (map[int64]passage, error) {
	where, args := n.where(v)
	out := map[int64]passage{}
	err := v.Each(func(rows *sql.Rows) error {
		var stage int64
		var p passage
		err := rows.Scan(&stage, &p.entered, &p.advanced)
		out[stage] = p
		return err
	}, `SELECT y.stage, COUNT(*), CAST(SUM(CASE WHEN y.won = 1 OR y.furthest > y.position THEN 1 ELSE 0 END) AS BIGINT) FROM (
			SELECT x.stage, x.position, x.won, MAX(x.position) OVER (PARTITION BY x.id) AS furthest FROM (
				SELECT o.id, m.stage, s.position, MAX(CASE WHEN o.state = 'won' THEN 1 ELSE 0 END) AS won FROM crm_opportunity o
				JOIN crm_opportunity_move m ON m.parent = o.id JOIN crm_stage s ON s.id = m.stage`+where+` GROUP BY o.id, m.stage, s.position) x) y
		GROUP BY y.stage`, args...)
	return out, err
}

// stagesInOrder gives all stages from the first to the last.
func stagesInOrder(v *kernel.View) ([]*Stage, error) {
	ids, err := v.IDs("SELECT id FROM crm_stage ORDER BY position")
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := Stages.FindMany(v, ids)
	var out []*Stage
	for _, id := range ids {
		out = append(out, found[id])
	}
	return out, err
}

// outlook is what is expected of a person's opportunities in a month; "" and 0 are unknown.
type outlook struct {
	month clock.Month
	owner int64
	heap
}

// outlooks adds up open opportunities by the month in which they are expected and by person.
func outlooks(v *kernel.View, n narrowed, from, to clock.Month) ([]outlook, error) {
	where, args := n.where(v)
	where += " AND o.state = 'open'"
	if from != "" {
		where, args = where+" AND o.expected >= ?", append(args, string(from.First()))
	}
	if to != "" {
		where, args = where+" AND o.expected <= ?", append(args, string(to.Last()))
	}
	var out []outlook
	err := v.Each(func(rows *sql.Rows) error {
		var l outlook
		err := rows.Scan((*string)(&l.month), &l.owner, &l.count, (*int64)(&l.amount), (*int64)(&l.weighted))
		out = append(out, l)
		return err
	}, `SELECT x.month, x.owner, COUNT(*), CAST(SUM(x.amount) AS BIGINT), CAST(SUM(x.weighted) AS BIGINT) FROM (
			SELECT SUBSTR(o.expected, 1, 7) AS month, COALESCE(o.owner, 0) AS owner, o.amount, o.weighted FROM crm_opportunity o`+where+`) x
		GROUP BY x.month, x.owner ORDER BY CASE WHEN x.month = '' THEN 1 ELSE 0 END, x.month, x.owner`, args...)
	return out, err
}

// meant adds up the targets of a measure for some months by person.
func meant(v *kernel.View, measure string, from, to clock.Month) (map[int64]Target, error) {
	out := map[int64]Target{}
	err := v.Each(func(rows *sql.Rows) error {
		var t Target
		err := rows.Scan(&t.Person, (*int64)(&t.Amount), &t.Customers)
		out[t.Person] = t
		return err
	}, "SELECT t.person, CAST(SUM(t.amount) AS BIGINT), CAST(SUM(t.customers) AS BIGINT) FROM crm_target t WHERE t.measure = ? AND t.month >= ? AND t.month <= ?"+
		and(v, Targets.Def, "t")+" GROUP BY t.person", measure, string(from), string(to))
	return out, err
}

// due gives a person's planned follow-ups up to a day.
func due(v *kernel.View, person int64, until clock.Date) ([]*FollowUp, error) {
	return FollowUps.Where(v, "owner = ? AND state = 'planned' AND plan_at <= ?"+and(v, FollowUps.Def, "crm_follow_up"), person, string(until))
}

// accountsWithPerson lists who can log in and stands for a person.
func accountsWithPerson(v *kernel.View) ([]int64, error) {
	return v.IDs("SELECT id FROM base_user WHERE person IS NOT NULL AND NOT disabled ORDER BY id")
}

package office

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/kernel/store"
)

// The questions after an imported number, by kind of paper; the database's constraints stand behind them.
const (
	claimTable   = "SELECT id FROM office_claim WHERE number = ?"
	advanceTable = "SELECT id FROM office_advance WHERE number = ?"
	leaveTable   = "SELECT id FROM office_leave WHERE number = ?"
	requestTable = "SELECT id FROM office_request WHERE number = ?"
)

func numberTaken(tx *kernel.Tx, question, number string) error {
	if number == "" {
		return nil
	}
	taken, err := tx.Scan([]any{new(int64)}, question, number)
	if err == nil && taken {
		return problem.Conflicted("office.number", "number", number).At("/number")
	}
	return err
}

// heldBy is what a person has open in the advances that the actor may see.
func heldBy(v *kernel.View, person int64) (money.Amount, error) {
	var open money.Amount
	if person == 0 {
		return 0, nil
	}
	c := conditions{}
	c.add("a.person = ? AND a.open <> 0", person)
	_, err := v.Scan([]any{(*int64)(&open)}, "SELECT CAST(COALESCE(SUM(a.open), 0) AS BIGINT) FROM office_advance a"+
		c.where(v, v.Company.Def(advanceName), "a"), c.args...)
	return open, err
}

// claimedBy gives the claims, but for one, that have some invoices. It asks for no scope: whoever claims an invoice a
// second time must learn who was first.
func claimedBy(v *kernel.View, but int64, invoices []string) (map[string]taker, error) {
	out := map[string]taker{}
	for part := range slices.Chunk(invoices, 128) {
		args := []any{but}
		for _, invoice := range part {
			args = append(args, invoice)
		}
		err := v.Each(func(rows *sql.Rows) error {
			var invoice string
			var by taker
			err := rows.Scan(&invoice, &by.number, &by.person)
			out[invoice] = by
			return err
		}, "SELECT i.invoice, c.number, p.name FROM office_claim_invoice i JOIN office_claim c ON c.id = i.claim JOIN base_person p ON p.id = c.person "+
			"WHERE i.claim <> ? AND i.invoice IN ("+store.Marks(len(part))+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keepInvoices takes the invoices of a claim that was written, and lets go of those that are no longer on it. Of two
// claims at once that want one number the database lets the second wait for the first.
func keepInvoices(tx *kernel.Tx, old, c *Claim) error {
	had, has := old.invoices(), c.invoices()
	for _, invoice := range had {
		if slices.Contains(has, invoice) {
			continue
		}
		if _, err := tx.Exec("DELETE FROM office_claim_invoice WHERE invoice = ? AND claim = ?", invoice, c.ID); err != nil {
			return err
		}
	}
	slices.Sort(has) // one order for everybody, so that no two claims wait for each other
	for _, invoice := range has {
		if slices.Contains(had, invoice) {
			continue
		}
		n, err := tx.Exec("INSERT INTO office_claim_invoice (invoice, claim) VALUES (?, ?) ON CONFLICT (invoice) DO NOTHING", invoice, c.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return refuseInvoice(tx, c, invoice)
		}
	}
	return nil
}

// refuseInvoice names the claim that has an invoice, also one that the same unit has just made.
func refuseInvoice(tx *kernel.Tx, c *Claim, invoice string) error {
	if err := sequence.Assign(tx); err != nil {
		return err
	}
	if err := resource.Flush(tx); err != nil {
		return err
	}
	found, err := claimedBy(tx.View, c.ID, []string{invoice})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(c.Lines, func(l ClaimLine) bool { return l.Invoice == invoice })
	return found[invoice].problem(invoice).At("/lines/" + strconv.Itoa(at) + "/invoice")
}

func freeInvoices(tx *kernel.Tx, claim int64) error {
	_, err := tx.Exec("DELETE FROM office_claim_invoice WHERE claim = ?", claim)
	return err
}

// overlapping gives a leave of the same person that is not void and shares half a day with l, nil when there is none.
func overlapping(tx *kernel.Tx, l *Leave) (*Leave, error) {
	if err := resource.Flush(tx); err != nil { // what this unit wrote counts too
		return nil, err
	}
	s, other := l.span(), &Leave{}
	found, err := tx.Scan([]any{&other.Number, &other.FromDate, &other.ToDate}, `SELECT number, from_date, to_date FROM office_leave
		WHERE person = ? AND id <> ? AND state <> 'void' AND from_date <= ? AND to_date >= ? AND from_date || from_half <= ? AND to_date || to_half >= ?
		ORDER BY from_date LIMIT 1`, l.Person, l.ID, string(s.to), string(s.from), s.end(), s.start())
	if err != nil || !found {
		return nil, err
	}
	return other, nil
}

// conditions collects WHERE conditions with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(condition string, args ...any) {
	c.parts, c.args = append(c.parts, condition), append(c.args, args...)
}

// ref adds a condition on an id when the parameter was given.
func (c *conditions) ref(condition, value string) {
	if id, err := strconv.ParseInt(value, 10, 64); err == nil && id != 0 {
		c.add(condition, id)
	}
}

// where ends the conditions with what the actor may see of a resource.
func (c *conditions) where(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		c.add(scope)
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// openAdvances gives the advances that are not settled, by person and the oldest first.
func openAdvances(v *kernel.View, params map[string]string) ([]*Advance, error) {
	c := conditions{}
	c.add("a.open <> 0")
	c.ref("a.person = ?", params["person"])
	c.ref("a.department = ?", params["department"])
	if params["overdue"] == "true" {
		c.add("a.due <> '' AND a.due < ?", string(v.Today))
	}
	var out []*Advance
	err := v.Each(func(rows *sql.Rows) error {
		a := &Advance{}
		var department sql.NullInt64
		err := rows.Scan(&a.ID, &a.Number, &a.Date, &a.Person, &department, &a.Due, &a.Purpose, (*int64)(&a.Amount), (*int64)(&a.Returned), (*int64)(&a.Open))
		a.Department = department.Int64
		out = append(out, a)
		return err
	}, "SELECT a.id, a.number, a.date, a.person, a.department, a.due, a.purpose, a.amount, a.returned, a.open FROM office_advance a JOIN base_person p ON p.id = a.person"+
		c.where(v, v.Company.Def(advanceName), "a")+" ORDER BY p.code, a.date, a.id", c.args...)
	return out, err
}

// leavesIn gives the approved leaves that touch the year that begins on a day, by person.
func leavesIn(v *kernel.View, first clock.Date, params map[string]string) ([]*Leave, error) {
	c := conditions{}
	c.add("l.state = 'posted' AND l.to_date >= ? AND l.from_date <= ?", string(first), string(first[:4])+"-12-31")
	c.ref("l.person = ?", params["person"])
	c.ref("l.department = ?", params["department"])
	var out []*Leave
	err := v.Each(func(rows *sql.Rows) error {
		l := &Leave{}
		err := rows.Scan(&l.ID, &l.Person, &l.Kind, &l.FromDate, &l.FromHalf, &l.ToDate, &l.ToHalf, (*int64)(&l.Days))
		out = append(out, l)
		return err
	}, "SELECT l.id, l.person, l.kind, l.from_date, l.from_half, l.to_date, l.to_half, l.days FROM office_leave l JOIN base_person p ON p.id = l.person"+
		c.where(v, v.Company.Def(leaveName), "l")+" ORDER BY p.code, l.person, l.from_date, l.id", c.args...)
	return out, err
}

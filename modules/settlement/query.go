package settlement

import (
	"database/sql"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// and puts a scope filter behind a condition.
func and(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// openOf asks for the open items of a party and side whose open amount has the sign given.
type openOf struct {
	party int64
	side  string
	sign  money.Amount
}

// place is where a page of open items ended.
type place struct {
	date string
	id   int64
}

const pageOfItems = 128

// page gives the next open items behind a place, the oldest first, those that the unit itself changed included: as
// many as add up to need (a magnitude), at most pageOfItems. The place moves on.
func (q openOf) page(tx *kernel.Tx, need money.Amount, behind *place) ([]int64, error) {
	if err := flushItems(tx, q.party, q.side); err != nil {
		return nil, err
	}
	compare := map[money.Amount]string{1: "i.open <> 0 AND i.open > 0", -1: "i.open < 0"}[q.sign]
	rows, err := tx.Query("SELECT i.id, i.date, i.open FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND "+compare+
		" AND i.date >= ? AND (i.date > ? OR i.id > ?)"+and(tx.View, OpenItems.Def, "i")+" ORDER BY i.date, i.id LIMIT ?",
		q.party, q.side, behind.date, behind.date, behind.id, pageOfItems)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for need > 0 && rows.Next() {
		var open money.Amount
		if err := rows.Scan(&behind.id, &behind.date, (*int64)(&open)); err != nil {
			return nil, err
		}
		need -= min(q.sign*open, need)
		out = append(out, behind.id)
	}
	return out, rows.Err()
}

// flushItems writes what the unit holds when it raised or changed a debt of the party, which the query must see.
func flushItems(tx *kernel.Tx, party int64, side string) error {
	for _, e := range resource.WorkOf(tx).Entries {
		if it, ok := e.Rec.(*OpenItem); ok && it.Party == party && it.Side == side && e.Touched() {
			return resource.Flush(tx)
		}
	}
	return nil
}

// ItemsOf gives the debts of a document, locked, those of this unit included.
func ItemsOf(tx *kernel.Tx, source string, id int64) ([]*OpenItem, error) {
	var ids []int64
	for _, e := range resource.WorkOf(tx).Entries {
		if it, ok := e.Rec.(*OpenItem); ok && it.Source == source && it.SourceID == id {
			ids = append(ids, it.ID)
		}
	}
	err := tx.Each(func(rows *sql.Rows) error {
		var item int64
		err := rows.Scan(&item)
		ids = append(ids, item)
		return err
	}, "SELECT i.id FROM settlement_open_item i WHERE i.source_id = ? AND i.source = ?"+and(tx.View, OpenItems.Def, "i"), id, source)
	if err != nil {
		return nil, err
	}
	ids = distinct(ids)
	locked, err := resource.LockMany(tx, OpenItems.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*OpenItem
	for _, id := range ids {
		if it, ok := locked[id].(*OpenItem); ok {
			out = append(out, it)
		}
	}
	return out, nil
}

// oldestOpen gives what is open between the firm and a party on a side, the oldest first: as much of each item as tells what
// would be settled.
func oldestOpen(v *kernel.View, party int64, side string) (out []*OpenItem, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		it := &OpenItem{}
		err := rows.Scan(&it.ID, &it.SourceNumber, (*int64)(&it.Open))
		out = append(out, it)
		return err
	}, "SELECT i.id, i.source_number, i.open FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND i.open <> 0"+
		and(v, OpenItems.Def, "i")+" ORDER BY i.date, i.id", party, side)
	return out, err
}

// liesOn is what lies on a money account by all that is posted, whatever its day, but one sheet that is just being written.
func liesOn(v *kernel.View, account, but int64) (sum money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&sum)}, "SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ("+moneyRows+") x WHERE x.money_account = ? AND x.id <> ?", account, but)
	return sum, err
}

// settlers gives the numbers of the receipts and payments that settle an item. It asks for no scope: a refusal must
// name what is in the way.
func settlers(v *kernel.View, item int64) ([]string, error) {
	var out []string
	err := v.Each(func(rows *sql.Rows) error {
		var number string
		err := rows.Scan(&number)
		out = append(out, number)
		return err
	}, `SELECT DISTINCT p.number FROM links l JOIN settlement_payment p ON p.id = l.target
		WHERE l.source = ? AND l.dead_at = 0 ORDER BY p.number`, item)
	return out, err
}

// applicationsOf gives the applications of a payment, locked.
func applicationsOf(tx *kernel.Tx, payment int64) ([]*Application, error) {
	ids, err := tx.IDs("SELECT id FROM settlement_application WHERE payment = ? ORDER BY id", payment)
	if err != nil {
		return nil, err
	}
	locked, err := resource.LockMany(tx, Applications.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*Application
	for _, id := range ids {
		if a, ok := locked[id].(*Application); ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// Debt tells what a customer owes and what it paid in advance; both are positive as a rule. It asks for no scope: it
// answers rules (credit), and who may write a sheet for a customer may know its debt.
func Debt(v *kernel.View, party int64) (receivable, advance money.Amount, err error) {
	return debtOf(v, Receivable, party)
}

// Overdue gives the day since which the oldest open debt of a customer is due, "" when none is due before a day. Like Debt it
// asks for no scope.
func Overdue(v *kernel.View, party int64, before clock.Date) (since clock.Date, err error) {
	_, err = v.Scan([]any{(*string)(&since)}, `SELECT i.due_date FROM settlement_open_item i
		WHERE i.party = ? AND i.side = ? AND i.open <> 0 AND i.open > 0 AND i.due_date < ? ORDER BY i.due_date LIMIT 1`, party, Receivable, string(before))
	return since, err
}

// Owed tells what the firm owes a supplier and what it paid in advance.
func Owed(v *kernel.View, party int64) (payable, advance money.Amount, err error) {
	return debtOf(v, Payable, party)
}

func debtOf(v *kernel.View, side string, party int64) (debt, advance money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&debt), (*int64)(&advance)}, `SELECT
		(SELECT CAST(COALESCE(SUM(i.open), 0) AS BIGINT) FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND i.open <> 0),
		(SELECT CAST(COALESCE(SUM(p.unapplied), 0) AS BIGINT) FROM settlement_payment p WHERE p.party = ? AND p.kind = ? AND p.unapplied <> 0)`,
		party, side, party, kindOf(side))
	return debt, advance, err
}

// kindOf is the kind of payment that settles a side.
func kindOf(side string) string {
	if side == Payable {
		return KindPayment
	}
	return KindReceipt
}

// dealing tells which of some customers have an open debt or one that was made after a day. It asks for no scope: it
// answers a rule.
func dealing(v *kernel.View, customers []int64, since clock.Date) (map[int64]bool, error) {
	out := map[int64]bool{}
	marks, args := resource.InArgs(customers)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, "SELECT DISTINCT i.party FROM settlement_open_item i WHERE i.party IN ("+marks+") AND i.side = ? AND (i.open <> 0 OR i.date > ?)",
		append(args, Receivable, string(since))...)
	return out, err
}

// partyDebt is what stands between the firm and one party.
type partyDebt struct {
	party                               int64
	receivable, received, payable, paid money.Amount
}

// debts gives every party with an open debt or advance, in order of its name; party 0 means all.
func debts(v *kernel.View, party int64) ([]partyDebt, error) {
	var out []partyDebt
	err := v.Each(func(rows *sql.Rows) error {
		var d partyDebt
		err := rows.Scan(&d.party, (*int64)(&d.receivable), (*int64)(&d.payable), (*int64)(&d.received), (*int64)(&d.paid))
		out = append(out, d)
		return err
	}, `SELECT x.party, CAST(SUM(x.a) AS BIGINT), CAST(SUM(x.b) AS BIGINT), CAST(SUM(x.c) AS BIGINT), CAST(SUM(x.d) AS BIGINT) FROM (
		SELECT i.party, CASE WHEN i.side = 'receivable' THEN i.open ELSE 0 END AS a, CASE WHEN i.side = 'payable' THEN i.open ELSE 0 END AS b,
			0 AS c, 0 AS d FROM settlement_open_item i WHERE i.side IN ('receivable', 'payable') AND i.open <> 0`+and(v, OpenItems.Def, "i")+`
		UNION ALL
		SELECT p.party, 0, 0, CASE WHEN p.kind = 'receipt' THEN p.unapplied ELSE 0 END, CASE WHEN p.kind = 'payment' THEN p.unapplied ELSE 0 END
			FROM settlement_payment p WHERE p.kind IN ('receipt', 'payment') AND p.unapplied <> 0`+and(v, Receipts.Def, "p")+`
		) x JOIN base_party q ON q.id = x.party WHERE (? = 0 OR x.party = ?) GROUP BY x.party, q.name ORDER BY q.name, x.party`, party, party)
	return out, err
}

// openItems lists what is open now, the oldest first; an empty side and party 0 mean all.
func openItems(v *kernel.View, side string, party int64) ([]*OpenItem, error) {
	var out []*OpenItem
	err := v.Each(func(rows *sql.Rows) error {
		var it OpenItem
		out = append(out, &it)
		return rows.Scan(&it.ID, &it.Party, &it.Side, &it.Source, &it.SourceID, &it.SourceNumber, (*string)(&it.Date), (*string)(&it.DueDate),
			(*int64)(&it.Amount), (*int64)(&it.Settled), (*int64)(&it.Open))
	}, `SELECT i.id, i.party, i.side, i.source, i.source_id, i.source_number, i.date, i.due_date, i.amount, i.settled, i.open
		FROM settlement_open_item i WHERE i.side IN ('receivable', 'payable') AND i.open <> 0 AND (? = '' OR i.side = ?) AND (? = 0 OR i.party = ?)`+
		and(v, OpenItems.Def, "i")+" ORDER BY i.date, i.id", side, side, party, party)
	return out, err
}

// asOf asks about a side at a day; party 0 means all.
type asOf struct {
	side  string
	day   clock.Date
	party int64
}

// spread asks for what was open at a day, spread over ages counted from the column since (due_date or date).
type spread struct {
	asOf
	since  string
	notDue bool         // what is not due yet apart
	edges  []clock.Date // of each bucket the earliest day
}

// part is what of a party's debts of one age, or of its advances, was open at a day. Age counts the buckets from 0 and
// is -1 for what is not due.
type part struct {
	party   int64
	age     int
	amount  money.Amount
	advance bool
}

// age is the SQL expression for the bucket of an open item, with its parameters.
func (q spread) age() (string, []any) {
	expr, args := "CASE", []any{}
	if q.notDue {
		expr, args = expr+" WHEN i."+q.since+" >= ? THEN -1", append(args, string(q.day))
	}
	for i, edge := range q.edges {
		expr, args = expr+" WHEN i."+q.since+" >= ? THEN "+strconv.Itoa(i), append(args, string(edge))
	}
	return expr + " ELSE " + strconv.Itoa(len(q.edges)) + " END", args
}

// openAt gives what was open at the end of a day: debts dated until then less what payments dated until then settle,
// and of those payments what settles nothing that was there. Only what is open today or was settled by something
// later is looked at, so a question about today reads today's open items.
func openAt(v *kernel.View, q spread) ([]part, error) {
	kind, linkKind := kindOf(q.side), (&Payment{Kind: kindOf(q.side)}).link()
	var out []part
	scan := func(advance bool) func(rows *sql.Rows) error {
		return func(rows *sql.Rows) error {
			p := part{advance: advance}
			err := rows.Scan(&p.party, &p.age, (*int64)(&p.amount))
			if p.amount != 0 {
				out = append(out, p)
			}
			return err
		}
	}
	day := string(q.day)
	age, args := q.age()
	args = append(args, linkKind, day, q.side, day, q.party, q.party, q.side, linkKind, kind, day)
	err := v.Each(scan(false), `SELECT x.party, x.age, CAST(SUM(x.rest) AS BIGINT) FROM (SELECT i.party, `+age+` AS age,
			CASE WHEN i.settled = 0 THEN i.amount ELSE i.amount - CAST(COALESCE((SELECT SUM(l.amount) FROM links l JOIN settlement_payment p
				ON p.id = l.target WHERE l.source = i.id AND l.kind = ? AND l.dead_at = 0 AND p.date <= ?), 0) AS BIGINT) END AS rest
		FROM settlement_open_item i WHERE i.side = ? AND i.date <= ? AND (? = 0 OR i.party = ?) AND i.id IN (
			SELECT o.id FROM settlement_open_item o WHERE o.side = ? AND o.open <> 0
			UNION SELECT l.source FROM settlement_payment p JOIN links l ON l.target = p.id AND l.kind = ?
				WHERE p.kind = ? AND p.date > ? AND l.dead_at = 0)`+and(v, OpenItems.Def, "i")+`) x GROUP BY x.party, x.age ORDER BY x.party, x.age`, args...)
	if err != nil {
		return nil, err
	}
	err = v.Each(scan(true), `SELECT x.party, 0, CAST(SUM(x.rest) AS BIGINT) FROM (SELECT p.party,
			p.amount + p.discount - CAST(COALESCE((SELECT SUM(l.amount) FROM links l
				JOIN settlement_open_item i ON i.id = l.source WHERE l.target = p.id AND l.kind = ? AND l.dead_at = 0 AND i.date <= ?), 0) AS BIGINT) AS rest
		FROM settlement_payment p WHERE p.kind = ? AND p.state = 'posted' AND p.date <= ? AND (? = 0 OR p.party = ?) AND p.id IN (
			SELECT o.id FROM settlement_payment o WHERE o.kind = ? AND o.unapplied <> 0
			UNION SELECT l.target FROM settlement_open_item i JOIN links l ON l.source = i.id AND l.kind = ?
				WHERE i.side = ? AND i.date > ? AND l.dead_at = 0)`+and(v, Receipts.Def, "p")+`) x GROUP BY x.party ORDER BY x.party`,
		linkKind, day, kind, day, q.party, q.party, kind, linkKind, q.side, day)
	return out, err
}

// debtBefore is a party's balance at the beginning of a day: debts less what was paid and forgiven.
func debtBefore(v *kernel.View, q asOf) (money.Amount, error) {
	var sum money.Amount
	_, err := v.Scan([]any{(*int64)(&sum)}, `SELECT
		(SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT) FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND i.date < ?`+
		and(v, OpenItems.Def, "i")+`) -
		(SELECT CAST(COALESCE(SUM(p.amount + p.discount), 0) AS BIGINT) FROM settlement_payment p WHERE p.party = ? AND p.kind = ?
			AND p.state = 'posted' AND p.date < ?`+and(v, Receipts.Def, "p")+`)`,
		q.party, q.side, string(q.day), q.party, kindOf(q.side), string(q.day))
	return sum, err
}

// statement asks for what happened between two days, both included.
type statement struct {
	side     string
	from, to clock.Date
	party    int64
}

// statementEntry is one row of a statement of account.
type statementEntry struct {
	date                    clock.Date
	source, number, note    string
	id                      int64
	charged, paid, discount money.Amount
}

func statementEntries(v *kernel.View, q statement) ([]statementEntry, error) {
	var out []statementEntry
	err := v.Each(func(rows *sql.Rows) error {
		var e statementEntry
		var order, key int64
		err := rows.Scan((*string)(&e.date), &order, &key, &e.source, &e.id, &e.number, &e.note, (*int64)(&e.charged), (*int64)(&e.paid), (*int64)(&e.discount))
		out = append(out, e)
		return err
	}, `SELECT i.date AS d, 0 AS o, i.id AS k, i.source, i.source_id, i.source_number, i.note, i.amount, 0, 0 FROM settlement_open_item i
		WHERE i.party = ? AND i.side = ? AND i.date >= ? AND i.date <= ?`+and(v, OpenItems.Def, "i")+`
		UNION ALL
		SELECT p.date, p.id, `+PaymentPlace+`, 'settlement.' || p.kind, p.id, p.number, p.note, 0, p.amount, p.discount FROM settlement_payment p
		WHERE p.party = ? AND p.kind = ? AND p.state = 'posted' AND p.date >= ? AND p.date <= ?`+and(v, Receipts.Def, "p")+`
		ORDER BY d, k, o`,
		q.party, q.side, string(q.from), string(q.to), q.party, kindOf(q.side), string(q.from), string(q.to))
	return out, err
}

// moneyRows is every change of every money account: signed amounts, what is kept as a fee taken off. way is the column of
// the journal it stands in, whatever its sign: 1 for what comes, -1 for what goes.
const moneyRows = `SELECT l.money_account, p.date, p.kind, p.id, p.number, p.party, p.note,
		CASE WHEN p.kind = 'payment' THEN -l.amount - l.fee ELSE l.amount - l.fee END AS amount, l.pos,
		CASE WHEN p.kind = 'payment' THEN -1 ELSE 1 END AS way
	FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id WHERE p.state = 'posted'
	UNION ALL
	SELECT m.money_account, o.date, 'opening', o.id, o.number, 0, o.note, m.amount, m.pos, 1
	FROM settlement_opening o JOIN settlement_opening_money m ON m.parent = o.id WHERE o.state = 'posted'
	UNION ALL
	SELECT c.money_account, c.date, c.kind, c.id, c.number, COALESCE(c.party, 0), c.note,
		CASE WHEN c.kind = 'expense' THEN -c.amount ELSE c.amount END, 0, CASE WHEN c.kind = 'expense' THEN -1 ELSE 1 END
	FROM settlement_cash c WHERE c.state = 'posted'
	UNION ALL
	SELECT t.from_account, t.date, 'transfer', t.id, t.number, 0, t.note, -t.amount - t.fee, 0, -1 FROM settlement_transfer t WHERE t.state = 'posted'
	UNION ALL
	SELECT t.to_account, t.date, 'transfer', t.id, t.number, 0, t.note, t.amount, 1, 1 FROM settlement_transfer t WHERE t.state = 'posted'`

// firstAccount is the money account that a new sheet begins with: the first in use; 0 when there is none.
func firstAccount(v *kernel.View) (id int64, err error) {
	_, err = v.Scan([]any{&id}, "SELECT id FROM settlement_money_account WHERE active = ? ORDER BY code LIMIT 1", true)
	return id, err
}

// usualAccount is the money account in use that a party's latest posted sheet of a kind named first, else firstAccount.
func usualAccount(v *kernel.View, kind string, party int64) (id int64, err error) {
	if kind == KindReceipt && collects(v.Actor) {
		return firstHeld(v)
	}
	_, err = v.Scan([]any{&id}, `SELECT l.money_account FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id
		JOIN settlement_money_account a ON a.id = l.money_account WHERE p.party = ? AND p.kind = ? AND p.state = 'posted' AND a.active = ?`+
		and(v, v.Company.Def("settlement.receipt"), "p")+" ORDER BY p.date DESC, p.id DESC, l.pos LIMIT 1", party, kind, true)
	if err != nil || id != 0 {
		return id, err
	}
	return firstAccount(v)
}

// fund is the movement of one money account in a time.
type fund struct {
	account          int64
	opening, in, out money.Amount
}

// fundsIn gives every money account that is in use or has a balance. Money accounts have a permission, not a scope:
// their balances are whole or not shown at all.
func fundsIn(v *kernel.View, from, to clock.Date) ([]fund, error) {
	var out []fund
	err := v.Each(func(rows *sql.Rows) error {
		var f fund
		err := rows.Scan(&f.account, (*int64)(&f.opening), (*int64)(&f.in), (*int64)(&f.out))
		out = append(out, f)
		return err
	}, `SELECT a.id, CAST(COALESCE(SUM(CASE WHEN x.date < ? THEN x.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN x.date >= ? AND x.way = 1 THEN x.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN x.date >= ? AND x.way = -1 THEN -x.amount ELSE 0 END), 0) AS BIGINT)
		FROM settlement_money_account a LEFT JOIN (`+moneyRows+`) x ON x.money_account = a.id AND x.date <= ?
		GROUP BY a.id, a.code ORDER BY a.code`, string(from), string(from), string(from), string(to))
	return out, err
}

// fundsBefore is what lay on a money account at the beginning of a day.
func fundsBefore(v *kernel.View, account int64, day clock.Date) (money.Amount, error) {
	var sum money.Amount
	_, err := v.Scan([]any{(*int64)(&sum)}, "SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM ("+moneyRows+
		") x WHERE x.money_account = ? AND x.date < ?", account, string(day))
	return sum, err
}

// moneyMove is one line of the money journal.
type moneyMove struct {
	account      int64
	date         clock.Date
	kind         string
	id, party    int64
	number, note string
	amount       money.Amount
	way          int64
}

// moneyMoves gives the lines of one account, of all accounts for 0, in the order of the journal.
func moneyMoves(v *kernel.View, account int64, from, to clock.Date) ([]moneyMove, error) {
	var out []moneyMove
	err := v.Each(func(rows *sql.Rows) error {
		var m moneyMove
		err := rows.Scan(&m.account, (*string)(&m.date), &m.kind, &m.id, &m.number, &m.party, &m.note, (*int64)(&m.amount), &m.way)
		out = append(out, m)
		return err
	}, "SELECT x.money_account, x.date, x.kind, x.id, x.number, x.party, x.note, x.amount, x.way FROM ("+moneyRows+
		") x WHERE (? = 0 OR x.money_account = ?) AND x.date >= ? AND x.date <= ? ORDER BY x.date, x.id, x.pos", account, account, string(from), string(to))
	return out, err
}

// openOfSource gives what is open of the debts of a document that the actor may see.
func openOfSource(v *kernel.View, sheet Sheet) (open money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&open)}, "SELECT CAST(COALESCE(SUM(i.open), 0) AS BIGINT) FROM settlement_open_item i WHERE i.source_id = ? AND i.source = ?"+
		and(v, OpenItems.Def, "i"), sheet.ID, sheet.Resource)
	return open, err
}

// FirstAccount gives the money account that is offered first: in use and first by its code, of a collector among those he holds; 0 for none.
func FirstAccount(v *kernel.View) (int64, error) { return firstHeld(v) }

// PaymentPlace is SQL for the place of payment p in its day on a statement of account, where debts stand at their id: payments
// stand at theirs, so that what was written down first comes first. Money that changed hands with a sheet anew, when the
// sheet was modified, stays behind the debt of the sheet, as it did when it came with it.
const PaymentPlace = `COALESCE((SELECT MIN(x.id) FROM links h JOIN settlement_open_item x ON x.source_id = h.source
	WHERE h.target = p.id AND h.dead_at = 0 AND x.date = p.date AND x.id < p.id), p.id)`

// placeOfDebt gives the day and the place in it at which a document made its debt; found is false where it made none.
func placeOfDebt(v *kernel.View, side string, sheet Sheet) (day clock.Date, at int64, found bool, err error) {
	found, err = v.Scan([]any{&at, (*string)(&day)}, "SELECT id, date FROM settlement_open_item WHERE source_id = ? AND source = ? AND side = ? ORDER BY id LIMIT 1",
		sheet.ID, sheet.Resource, side)
	return day, at, found, err
}

// debtBeforeSheet is a party's balance at a place of a day of the statement of account, without the money of the sheet itself.
func debtBeforeSheet(v *kernel.View, q Before, day clock.Date, at int64) (sum money.Amount, err error) {
	marks, own := resource.InArgs(append([]int64{0}, q.Money...))
	args := append([]any{q.Party, q.Side, string(day), string(day), at, q.Party, kindOf(q.Side), string(day), string(day), at}, own...)
	_, err = v.Scan([]any{(*int64)(&sum)}, `SELECT
		(SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT) FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND (i.date < ? OR i.date = ? AND i.id < ?)) -
		(SELECT CAST(COALESCE(SUM(p.amount + p.discount), 0) AS BIGINT) FROM settlement_payment p WHERE p.party = ? AND p.kind = ?
			AND p.state = 'posted' AND (p.date < ? OR p.date = ? AND `+PaymentPlace+" < ?) AND p.id NOT IN ("+marks+"))", args...)
	return sum, err
}

// paidWith adds up payments that are posted.
func paidWith(v *kernel.View, ids []int64) (sum money.Amount, err error) {
	marks, args := resource.InArgs(append([]int64{0}, ids...))
	_, err = v.Scan([]any{(*int64)(&sum)}, "SELECT CAST(COALESCE(SUM(p.amount + p.discount), 0) AS BIGINT) FROM settlement_payment p WHERE p.state = 'posted' AND p.id IN ("+
		marks+")", args...)
	return sum, err
}

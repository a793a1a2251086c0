package ledger

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
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

const totalConflict = `ON CONFLICT (account, period) DO UPDATE SET debit = ledger_total.debit + excluded.debit,
	credit = ledger_total.credit + excluded.credit, posted_debit = ledger_total.posted_debit + excluded.posted_debit,
	posted_credit = ledger_total.posted_credit + excluded.posted_credit, closing_debit = ledger_total.closing_debit + excluded.closing_debit,
	closing_credit = ledger_total.closing_credit + excluded.closing_credit`

const balanceConflict = `ON CONFLICT (account, period, party, person, department, item) DO UPDATE SET
	debit = ledger_balance.debit + excluded.debit, credit = ledger_balance.credit + excluded.credit,
	posted_debit = ledger_balance.posted_debit + excluded.posted_debit, posted_credit = ledger_balance.posted_credit + excluded.posted_credit,
	quantity = ledger_balance.quantity + excluded.quantity`

func sortByCode(list []*Account) {
	slices.SortFunc(list, func(a, b *Account) int { return strings.Compare(a.Code, b.Code) })
}

// loadChart reads all accounts and roles.
func loadChart(v *kernel.View) (*chart, error) {
	ch := &chart{byID: map[int64]*Account{}, roles: map[string][]*Role{}}
	list, err := accounts(v.Company).Where(v, "1 = 1")
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		ch.byID[a.ID] = a
		ch.sorted = append(ch.sorted, a)
	}
	sortByCode(ch.sorted)
	rows, err := roles(v.Company).Where(v, "1 = 1")
	for _, r := range rows {
		ch.roles[r.Role] = append(ch.roles[r.Role], r)
	}
	return ch, err
}

func found(v *kernel.View, query string, args ...any) (bool, error) {
	return v.Scan([]any{new(int64)}, query, args...)
}

func anyAccount(v *kernel.View) (bool, error) {
	return found(v, "SELECT id FROM ledger_account LIMIT 1")
}
func anyVoucher(v *kernel.View) (bool, error) {
	return found(v, "SELECT id FROM ledger_voucher LIMIT 1")
}

func accountID(v *kernel.View, code string) (int64, error) {
	var id int64
	_, err := v.Scan([]any{&id}, "SELECT id FROM ledger_account WHERE code = ?", code)
	return id, err
}

// unused gives the refusal when the account has entries.
func unused(tx *kernel.Tx, account int64, refusal *problem.Problem) error {
	used, err := found(tx.View, "SELECT id FROM ledger_entry WHERE account = ? LIMIT 1", account)
	if err == nil && used {
		return refusal
	}
	return err
}

// siblings counts the other accounts under the same parent.
func siblings(tx *kernel.Tx, a *Account) (n int64, err error) {
	_, err = tx.Scan([]any{&n}, "SELECT COUNT(*) FROM ledger_account WHERE parent = ? AND id <> ?", a.Parent, a.ID)
	return n, err
}

// lockRolesOf gives the role rows that point at an account, for changing.
func lockRolesOf(tx *kernel.Tx, account int64) ([]*Role, error) {
	list, err := tx.IDs("SELECT id FROM ledger_role WHERE account = ? ORDER BY id", account)
	if err != nil {
		return nil, err
	}
	recs, err := resource.LockMany(tx, tx.Company.Def(nameRole), list)
	var out []*Role
	for _, id := range list {
		if r, ok := recs[id].(*Role); ok && r.Account == account {
			out = append(out, r)
		}
	}
	return out, err
}

// uniqueRole refuses a second row for the same role and keys.
func uniqueRole(tx *kernel.Tx, r *Role) error {
	twice, err := found(tx.View, `SELECT id FROM ledger_role WHERE role = ? AND COALESCE(category, 0) = ? AND COALESCE(party, 0) = ?
		AND COALESCE(warehouse, 0) = ? AND COALESCE(money_account, 0) = ? AND id <> ?`, r.Role, r.Category, r.Party, r.Warehouse, r.MoneyAccount, r.ID)
	if err == nil && twice {
		return problem.Conflicted("ledger.role_twice", "role", r.Role).At("/role")
	}
	return err
}

// periodState gives "" for a month without a row. On PostgreSQL the row is held against a close until the commit.
func periodState(tx *kernel.Tx, month clock.Month) (state.State, error) {
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR SHARE"
	}
	var s string
	_, err := tx.Scan([]any{&s}, "SELECT state FROM ledger_period WHERE month = ?"+lock, string(month))
	return state.State(s), err
}

// insertPeriod adds an open month. It is no command of a person, and two units may need the month at once: hence not
// through the pipeline, which would fail the second.
func insertPeriod(tx *kernel.Tx, month clock.Month) error {
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO ledger_period (id, version, created_at, updated_at, month, state, closed_at)
		VALUES (?, 1, ?, ?, ?, 'open', 0) ON CONFLICT (month) DO NOTHING`, id, int64(tx.Now), int64(tx.Now), string(month))
	return err
}

func lastClosed(tx *kernel.Tx) (clock.Month, error) {
	var month string
	_, err := tx.Scan([]any{&month}, "SELECT COALESCE(MAX(month), '') FROM ledger_period WHERE state = 'closed'")
	return clock.Month(month), err
}

// openBefore gives an earlier month that is still open, "" when there is none.
func openBefore(v *kernel.View, month clock.Month) (clock.Month, error) {
	var m string
	_, err := v.Scan([]any{&m}, "SELECT month FROM ledger_period WHERE state = 'open' AND month < ? ORDER BY month LIMIT 1", string(month))
	return clock.Month(m), err
}

func unpostedIDs(v *kernel.View, month clock.Month) ([]int64, error) {
	return v.IDs("SELECT id FROM ledger_voucher WHERE period = ? AND state IN ('draft', 'reviewed') ORDER BY id", string(month))
}

// unposted counts the vouchers of a month that hinder its closing and names the first.
func unposted(v *kernel.View, month clock.Month) (number string, count int64, err error) {
	_, err = v.Scan([]any{&count, &number}, `SELECT COUNT(*), COALESCE(MIN(number), '') FROM ledger_voucher
		WHERE period = ? AND state IN ('draft', 'reviewed')`, string(month))
	return number, count, err
}

// wholeTotals adds up all turnover until the end of a month.
func wholeTotals(v *kernel.View, month clock.Month) (debit, credit money.Amount, err error) {
	var d, c int64
	_, err = v.Scan([]any{&d, &c}, `SELECT CAST(COALESCE(SUM(debit), 0) AS BIGINT), CAST(COALESCE(SUM(credit), 0) AS BIGINT)
		FROM ledger_total WHERE period <= ?`, string(month))
	return money.Amount(d), money.Amount(c), err
}

// profitLeft reports whether income or expense accounts have a balance at the end of a month.
func profitLeft(v *kernel.View, month clock.Month) (bool, error) {
	return found(v, `SELECT t.account FROM ledger_total t JOIN ledger_account a ON a.id = t.account
		WHERE a.kind IN ('income', 'expense') AND t.period <= ? GROUP BY t.account HAVING SUM(t.debit - t.credit) <> 0 LIMIT 1`, string(month))
}

func hasClosing(v *kernel.View, p *Period) (bool, error) {
	return found(v, `SELECT id FROM ledger_voucher WHERE source = 'ledger.period' AND source_id = ? AND state <> 'void'
		AND reverses IS NULL AND reversed_by IS NULL LIMIT 1`, p.ID)
}

func unpostedClosing(v *kernel.View, period int64) ([]int64, error) {
	return v.IDs(`SELECT id FROM ledger_voucher WHERE source = 'ledger.period' AND source_id = ? AND state IN ('draft', 'reviewed')
		AND reverses IS NULL ORDER BY id`, period)
}

// profitBalances sums income and expense accounts and the profit of the year until the end of a month, by dimension.
func profitBalances(v *kernel.View, month clock.Month, current int64) (map[balanceKey]money.Amount, error) {
	out := map[balanceKey]money.Amount{}
	err := v.Each(func(rows *sql.Rows) error {
		var k balanceKey
		var amount int64
		err := rows.Scan(&k.account, &k.party, &k.person, &k.department, &k.item, &amount)
		out[k] = money.Amount(amount)
		return err
	}, `SELECT b.account, b.party, b.person, b.department, b.item, CAST(SUM(b.debit - b.credit) AS BIGINT)
		FROM ledger_balance b JOIN ledger_account a ON a.id = b.account
		WHERE (a.kind IN ('income', 'expense') OR a.id = ?) AND b.period <= ?
		GROUP BY b.account, b.party, b.person, b.department, b.item`, current, string(month))
	return out, err
}

// liveVouchers locks the vouchers that stand for the planned sources now: neither void nor red nor reversed. Documents
// that were made in this very unit have none.
func liveVouchers(tx *kernel.Tx, plans *plans) (map[sourceKey]*Voucher, error) {
	byResource := map[string][]int64{}
	var names []string
	for _, p := range plans.order {
		if e := resource.WorkOf(tx).Entry(p.ID); e != nil && e.Def.Name == p.Resource && e.Before == nil {
			continue
		}
		if byResource[p.Resource] == nil {
			names = append(names, p.Resource)
		}
		byResource[p.Resource] = append(byResource[p.Resource], p.ID)
	}
	var all []int64
	for _, name := range names {
		for list := byResource[name]; len(list) > 0; {
			n := min(len(list), 128)
			marks, args := resource.InArgs(list[:n])
			more, err := tx.IDs(`SELECT id FROM ledger_voucher WHERE source = ? AND source_id IN (`+marks+`) AND state <> 'void'
				AND reverses IS NULL AND reversed_by IS NULL ORDER BY id`, append([]any{name}, args...)...)
			if err != nil {
				return nil, err
			}
			all, list = append(all, more...), list[n:]
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	recs, err := resource.LockMany(tx, tx.Company.Def(nameVoucher), all)
	out := map[sourceKey]*Voucher{}
	for _, id := range all {
		v, ok := recs[id].(*Voucher)
		if !ok {
			continue
		}
		key := sourceKey{v.Source, v.SourceID, v.Part}
		if out[key] == nil || out[key].State == Posted {
			out[key] = v
		}
	}
	return out, err
}

// pair is turnover on both sides, in 分.
type pair struct{ debit, credit int64 }

// net is debit positive.
func (p pair) net() money.Amount { return money.Amount(p.debit - p.credit) }

func (p pair) minus(o pair) pair { return pair{p.debit - o.debit, p.credit - o.credit} }

// cutKey names a row of a cut: the account and, when asked for, one dimension.
type cutKey struct{ account, dimension int64 }

// cut asks for all turnover before some dates, by account and perhaps one dimension.
type cut struct {
	dimension string // column: party, person, department or item; "" is none
	accounts  []int64
	filters   map[string]int64 // dimension → only this record
	posted    bool             // posted vouchers only
	income    bool             // without closing vouchers; only without dimension
	dates     []clock.Date     // each means: everything before this day
}

// run sums whole months from the balances and the days of a started month from the entries.
func (q cut) run(v *kernel.View) (map[cutKey][]pair, error) {
	out := map[cutKey][]pair{}
	at := func(k cutKey) []pair {
		if out[k] == nil {
			out[k] = make([]pair, len(q.dates))
		}
		return out[k]
	}
	query, args := q.months()
	err := v.Each(func(rows *sql.Rows) error {
		var k cutKey
		got := make([]pair, len(q.dates))
		dest := []any{&k.account, &k.dimension}
		for i := range got {
			dest = append(dest, &got[i].debit, &got[i].credit)
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		copy(at(k), got)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	for i, d := range q.dates {
		if first := d.Month().First(); first != d {
			if err := q.days(v, first, d, func(k cutKey, p pair) {
				row := at(k)
				row[i].debit += p.debit
				row[i].credit += p.credit
			}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (q cut) months() (string, []any) {
	table, dimension := "ledger_total", "0"
	if q.dimension != "" || len(q.filters) > 0 {
		table = "ledger_balance"
	}
	group := "account"
	if q.dimension != "" {
		dimension, group = q.dimension, "account, "+q.dimension
	}
	debit, credit := "debit", "credit"
	switch {
	case q.posted:
		debit, credit = "posted_debit", "posted_credit"
	case q.income:
		debit, credit = "debit - closing_debit", "credit - closing_credit" // #nosec G101 -- names of columns
	}
	var b strings.Builder
	var args []any
	b.WriteString("SELECT account, " + dimension)
	last := clock.Month("")
	for _, d := range q.dates {
		m := d.Month()
		last = max(last, m)
		b.WriteString(", CAST(SUM(CASE WHEN period < ? THEN " + debit + " ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN period < ? THEN " + credit + " ELSE 0 END) AS BIGINT)")
		args = append(args, string(m), string(m))
	}
	b.WriteString(" FROM " + table + " WHERE period < ?")
	args = append(args, string(last))
	where, more := q.where("")
	b.WriteString(where + " GROUP BY " + group)
	return b.String(), append(args, more...)
}

func (q cut) where(alias string) (string, []any) {
	var b strings.Builder
	var args []any
	if q.accounts != nil {
		b.WriteString(" AND " + store.In(alias+"account", q.accounts))
	}
	for _, name := range dimensionNames {
		if id := q.filters[name]; id != 0 {
			b.WriteString(" AND " + alias + name + " = ?")
			args = append(args, id)
		}
	}
	return b.String(), args
}

// days sums the entries of first ≤ day < end.
func (q cut) days(v *kernel.View, first, end clock.Date, each func(cutKey, pair)) error {
	dimension, group := "0", "e.account"
	if q.dimension != "" {
		dimension = "COALESCE(e." + q.dimension + ", 0)"
		group += ", " + dimension
	}
	join := ""
	switch {
	case q.posted:
		join = " JOIN ledger_voucher v ON v.id = e.parent AND v.state = 'posted'"
	case q.income:
		join = " JOIN ledger_voucher v ON v.id = e.parent AND v.kind <> 'closing'"
	}
	where, args := q.where("e.")
	return v.Each(func(rows *sql.Rows) error {
		var k cutKey
		var p pair
		if err := rows.Scan(&k.account, &k.dimension, &p.debit, &p.credit); err != nil {
			return err
		}
		each(k, p)
		return nil
	}, "SELECT e.account, "+dimension+", CAST(SUM(e.debit) AS BIGINT), CAST(SUM(e.credit) AS BIGINT) FROM ledger_entry e"+join+
		" WHERE e.day >= ? AND e.day < ?"+where+" GROUP BY "+group, append([]any{string(first), string(end)}, args...)...)
}

// entryRow is one entry as the books list it.
type entryRow struct {
	voucher                                  int64
	day                                      clock.Date
	number, summary, state                   string
	account, party, person, department, item int64
	debit, credit                            money.Amount
	quantity                                 money.Qty
}

// maxRows bounds a listing: what is longer is read by narrowing the dates.
const maxRows = 20_000

var maxRowsText = strconv.Itoa(maxRows)

// dimensionNames are the columns by which entries and balances are analysed.
var dimensionNames = []string{"party", "person", "department", "item"}

// entries lists what was booked from one day to another, both included, in the order of the books.
func (q cut) entries(v *kernel.View, from, to clock.Date) ([]entryRow, error) {
	posted := ""
	if q.posted {
		posted = " AND v.state = 'posted'"
	}
	where, args := q.where("e.")
	args = append([]any{string(from), string(to)}, args...)
	var out []entryRow
	err := v.Each(func(rows *sql.Rows) error {
		var r entryRow
		var day string
		var debit, credit, quantity int64
		err := rows.Scan(&r.voucher, &day, &r.number, &r.summary, &r.state, &r.account, &r.party, &r.person, &r.department, &r.item,
			&debit, &credit, &quantity)
		r.day, r.debit, r.credit, r.quantity = clock.Date(day), money.Amount(debit), money.Amount(credit), money.Qty(quantity)
		out = append(out, r)
		return err
	}, `SELECT v.id, e.day, v.number, e.summary, v.state, e.account, COALESCE(e.party, 0), COALESCE(e.person, 0), COALESCE(e.department, 0),
		COALESCE(e.item, 0), e.debit, e.credit, e.quantity FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent
		WHERE e.day >= ? AND e.day <= ?`+where+posted+` ORDER BY e.day, v.word, v.seq, e.pos LIMIT `+maxRowsText, args...)
	return out, err
}

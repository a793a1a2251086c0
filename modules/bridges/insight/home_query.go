package insight

import (
	"database/sql"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
)

// visible puts a scope filter behind a condition.
func visible(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// span are some days, both included.
type span struct{ from, to clock.Date }

// trade is what some sheets come to: goods without tax and charges, their cost, and how many sheets there are. One that
// was taken back stands there twice, with either sign, and is none.
type trade struct {
	net, cost money.Amount
	sheets    int64
}

// traded adds up the posted sheets of a kind. The index stock_document_traded holds all that it reads.
func traded(v *kernel.View, d *kernel.Def, s span) (t trade, err error) {
	_, err = v.Scan([]any{(*int64)(&t.net), (*int64)(&t.cost), &t.sheets}, `SELECT CAST(COALESCE(SUM(d.goods_net), 0) AS BIGINT), CAST(COALESCE(SUM(d.cost), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN d.goods_net > 0 THEN 1 WHEN d.goods_net < 0 THEN -1 ELSE 0 END), 0) AS BIGINT)
		FROM stock_document d WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date >= ? AND d.date <= ?`+visible(v, d, "d"),
		d.Only.Value, string(s.from), string(s.to))
	return t, err
}

// netOf adds up the same sheets for their goods alone. Days from the first of a month on are read from the months as they
// are kept; of the last one the shorter part, what is in it or what is beyond it, from its sheets.
func netOf(v *kernel.View, d *kernel.Def, s span) (sum money.Amount, err error) {
	if s.from != s.from.Month().First() {
		text, args := netOfSheets(v, d, s)
		_, err = v.Scan([]any{(*int64)(&sum)}, "SELECT CAST("+text+" AS BIGINT)", args...)
		return sum, err
	}
	last, sign, rest := s.to.Month(), " - ", span{s.to.AddDays(1), s.to.Month().Last()}
	if s.to[8:] < "16" {
		last, sign, rest = last.Prev(), " + ", span{last.First(), s.to}
	}
	text := "COALESCE((SELECT SUM(k.net) FROM insight_sold k WHERE k.kind = ? AND k.month >= ? AND k.month <= ?" + visible(v, d, "k") + "), 0)"
	args := []any{d.Only.Value, string(s.from.Month()), string(last)}
	if rest.from <= rest.to {
		part, more := netOfSheets(v, d, rest)
		text, args = text+sign+part, append(args, more...)
	}
	_, err = v.Scan([]any{(*int64)(&sum)}, "SELECT CAST("+text+" AS BIGINT)", args...)
	return sum, err
}

func netOfSheets(v *kernel.View, d *kernel.Def, s span) (string, []any) {
	return "COALESCE((SELECT SUM(d.goods_net) FROM stock_document d WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date >= ? AND d.date <= ?" +
		visible(v, d, "d") + "), 0)", []any{d.Only.Value, string(s.from), string(s.to)}
}

// debt is what is open on a side, what of it is past its day, and how many parties owe that. Whoever only has something to
// get back is not late.
type debt struct {
	open, late money.Amount
	parties    int64
}

func debtOn(v *kernel.View, side string) (d debt, err error) {
	_, err = v.Scan([]any{(*int64)(&d.open), (*int64)(&d.late), &d.parties}, `SELECT CAST(COALESCE(SUM(x.open), 0) AS BIGINT),
			CAST(COALESCE(SUM(x.late), 0) AS BIGINT), COUNT(CASE WHEN x.late > 0 THEN 1 END)
		FROM (SELECT SUM(i.open) AS open, SUM(CASE WHEN i.due_date < ? THEN i.open ELSE 0 END) AS late
			FROM settlement_open_item i WHERE i.side = ? AND i.open <> 0`+visible(v, settlement.OpenItems.Def, "i")+" GROUP BY i.party) x", string(v.Today), side)
	return d, err
}

// debtor is a party that should have paid.
type debtor struct {
	party int64
	since clock.Date
	open  money.Amount
}

// debtors gives those who should have paid longest ago.
func debtors(v *kernel.View, most int) (out []debtor, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var d debtor
		err := rows.Scan(&d.party, &d.since, (*int64)(&d.open))
		out = append(out, d)
		return err
	}, `SELECT i.party, MIN(i.due_date), CAST(SUM(i.open) AS BIGINT) FROM settlement_open_item i
		WHERE i.side = 'receivable' AND i.open <> 0 AND i.due_date < ?`+visible(v, settlement.OpenItems.Def, "i")+`
		GROUP BY i.party HAVING SUM(i.open) > 0 ORDER BY MIN(i.due_date), i.party LIMIT ?`, string(v.Today), most)
	return out, err
}

// paidOn adds up the posted receipts or payments of a day.
func paidOn(v *kernel.View, d *kernel.Def, day clock.Date) (sum money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&sum)}, `SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM settlement_payment p
		WHERE p.kind = ? AND p.date = ? AND p.state = 'posted'`+visible(v, d, "p"), d.Only.Value, string(day))
	return sum, err
}

// fund is what lay on a money account at the beginning of the month, and what lies there at the end of today.
type fund struct {
	account     int64
	before, now money.Amount
}

// funds gives the money accounts that have moved, by code: the months as they are kept, less what lies ahead in this one,
// which is found by its day (the cross join keeps SQLite from walking all lines of an account). Money accounts have a
// permission, not a scope: their balances are whole or not shown at all.
func funds(v *kernel.View) (out []fund, err error) {
	month := v.Today.Month()
	today, end := string(v.Today), string(month.Last())
	err = v.Each(func(rows *sql.Rows) error {
		var f fund
		err := rows.Scan(&f.account, (*int64)(&f.before), (*int64)(&f.now))
		out = append(out, f)
		return err
	}, `SELECT a.id, y.before, y.now FROM (SELECT x.money_account, CAST(SUM(x.before) AS BIGINT) AS before, CAST(SUM(x.now) AS BIGINT) AS now FROM (
			SELECT money_account, SUM(CASE WHEN month < ? THEN amount ELSE 0 END) AS before, SUM(amount) AS now FROM insight_money WHERE month <= ? GROUP BY money_account
			UNION ALL SELECT l.money_account, 0, CASE p.kind WHEN 'payment' THEN l.amount ELSE -l.amount END + l.fee
				FROM settlement_payment p CROSS JOIN settlement_payment_line l
				WHERE l.parent = p.id AND p.kind IN ('receipt', 'payment') AND p.state = 'posted' AND p.date > ? AND p.date <= ?
			UNION ALL SELECT m.money_account, 0, -m.amount FROM settlement_opening o CROSS JOIN settlement_opening_money m
				WHERE m.parent = o.id AND o.state = 'posted' AND o.date > ? AND o.date <= ?) x GROUP BY x.money_account) y
		JOIN settlement_money_account a ON a.id = y.money_account ORDER BY a.code, a.id`, string(month), string(month), today, end, today, end)
	return out, err
}

// stockValue is what the goods in stock are worth.
func stockValue(v *kernel.View) (sum money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&sum)}, "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM stock_pool")
	return sum, err
}

// shortage is an item of which less is there than should be.
type shortage struct {
	item         int64
	unit         string
	qty, minimum money.Qty
}

// shortages gives the active items below their minimum, those that are gone first.
func shortages(v *kernel.View) (out []shortage, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var s shortage
		err := rows.Scan(&s.item, &s.unit, (*int64)(&s.qty), (*int64)(&s.minimum))
		out = append(out, s)
		return err
	}, `SELECT x.id, u.name, x.qty, x.min_stock FROM (SELECT i.id, i.code, i.unit, i.min_stock,
			CAST(COALESCE((SELECT SUM(h.qty) FROM stock_on_hand h WHERE h.item = i.id), 0) AS BIGINT) AS qty
			FROM base_item i WHERE i.active AND i.min_stock > 0`+visible(v, item.Items.Def, "i")+`) x
		JOIN base_unit u ON u.id = x.unit WHERE x.qty < x.min_stock ORDER BY CASE WHEN x.qty <= 0 THEN 0 ELSE 1 END, x.code, x.id`)
	return out, err
}

// inStates counts the records of a document in some states.
func inStates(v *kernel.View, d *kernel.Def, states string) (n int64, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+d.Table.Name+" t WHERE t.state IN ("+states+")"+visible(v, d, "t"))
	return n, err
}

// unbooked counts the vouchers of a month that are not posted.
func unbooked(v *kernel.View, month clock.Month) (n int64, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COUNT(*) FROM ledger_voucher t WHERE t.period = ? AND t.state IN ('draft', 'reviewed')"+visible(v, ledger.Vouchers.Def, "t"), string(month))
	return n, err
}

// openAccounts lists who can log in.
func openAccounts(v *kernel.View) ([]int64, error) {
	return v.IDs("SELECT id FROM base_user WHERE NOT disabled ORDER BY id")
}

// silentKept is how many silent customers the actor had when they were counted last; a count from before yesterday is none.
func silentKept(v *kernel.View) (n int64, known bool, err error) {
	known, err = v.Scan([]any{&n}, "SELECT customers FROM insight_silent WHERE account = ? AND date >= ?", v.Actor.UserID, string(v.Today.AddDays(-1)))
	return n, known, err
}

// anyOf tells whether a table has a row that fulfils a condition. It tells no more than that, so nobody's scope is asked.
func anyOf(v *kernel.View, table, condition string) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT 1 FROM "+table+" t WHERE "+condition+" LIMIT 1")
}

// newestOpening gives the newest opening balance among those the actor may see that is still a draft, 0 for none.
func newestOpening(v *kernel.View) (int64, error) {
	var id int64
	_, err := v.Scan([]any{&id}, "SELECT o.id FROM opening_balance o WHERE o.state = 'draft'"+visible(v, v.Company.Def(openingBalance), "o")+" ORDER BY o.id DESC LIMIT 1")
	return id, err
}

package daily

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
)

// visible puts a scope filter behind a condition.
func visible(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// traded is what the posted sheets of a kind come to on a day: in all, the goods without tax, and what these cost. A sheet
// that was taken back stands there twice, with either sign, and is not counted.
type traded struct {
	gross, net, cost money.Amount
	sheets           int64
}

func tradedOn(v *kernel.View, d *kernel.Def, day clock.Date) (t traded, err error) {
	_, err = v.Scan([]any{(*int64)(&t.gross), (*int64)(&t.net), (*int64)(&t.cost), &t.sheets}, `SELECT CAST(COALESCE(SUM(d.gross), 0) AS BIGINT),
			CAST(COALESCE(SUM(d.goods_net), 0) AS BIGINT), CAST(COALESCE(SUM(d.cost), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN d.state = 'posted' AND d.reverses IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM stock_document d WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date = ?`+visible(v, d, "d"), d.Only.Value, string(day))
	return t, err
}

// taken is what receipts of a day brought to an account; fees were kept by the bank or wallet.
type taken struct {
	account     int64
	amount, fee money.Amount
	receipts    int64
}

func takenOn(v *kernel.View, day clock.Date) (out []taken, err error) {
	d := settlement.Receipts.Def
	err = v.Each(func(rows *sql.Rows) error {
		var t taken
		err := rows.Scan(&t.account, (*int64)(&t.amount), (*int64)(&t.fee), &t.receipts)
		out = append(out, t)
		return err
	}, `SELECT a.id, x.amount, x.fee, x.receipts FROM (SELECT l.money_account, CAST(SUM(l.amount) AS BIGINT) AS amount, CAST(SUM(l.fee) AS BIGINT) AS fee,
			COUNT(DISTINCT p.id) AS receipts FROM settlement_payment p CROSS JOIN settlement_payment_line l
			WHERE l.parent = p.id AND p.kind = ? AND p.date = ? AND p.state = 'posted'`+visible(v, d, "p")+` GROUP BY l.money_account) x
		JOIN settlement_money_account a ON a.id = x.money_account ORDER BY a.code, a.id`, d.Only.Value, string(day))
	return out, err
}

// collected is what the receipts of a day took off what customers owe, with what was let off, and how many there are. One that
// only sets debts off against each other brought nothing and is not counted.
func collected(v *kernel.View, day clock.Date) (sum money.Amount, receipts int64, err error) {
	d := settlement.Receipts.Def
	_, err = v.Scan([]any{(*int64)(&sum), &receipts}, `SELECT CAST(COALESCE(SUM(p.amount + p.discount), 0) AS BIGINT), COUNT(CASE WHEN p.amount <> 0 OR p.discount <> 0 THEN 1 END) FROM settlement_payment p
		WHERE p.kind = ? AND p.date = ? AND p.state = 'posted'`+visible(v, d, "p"), d.Only.Value, string(day))
	return sum, receipts, err
}

// raisedOn is what customers came to owe on a day, less what returns took off. What was owed before the firm began is of no day.
func raisedOn(v *kernel.View, day clock.Date) (sum money.Amount, items int64, err error) {
	_, err = v.Scan([]any{(*int64)(&sum), &items}, `SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT), COUNT(*) FROM settlement_open_item i
		WHERE i.side = 'receivable' AND i.source <> 'settlement.opening' AND i.date = ?`+visible(v, settlement.OpenItems.Def, "i"), string(day))
	return sum, items, err
}

// left are the sheets of a kind up to a day that stand in some states of the program's own: amount is the column that adds up.
func left(v *kernel.View, d *kernel.Def, amount string, states []string, day clock.Date) (sum money.Amount, sheets int64, err error) {
	_, err = v.Scan([]any{(*int64)(&sum), &sheets}, "SELECT CAST(COALESCE(SUM(t."+amount+"), 0) AS BIGINT), COUNT(*) FROM "+d.Table.Name+
		" t WHERE t."+d.Only.Field+" = ? AND t.state IN ('"+strings.Join(states, "', '")+"') AND t.date <= ?"+visible(v, d, "t"), d.Only.Value, string(day))
	return sum, sheets, err
}

// part is what one customer or one item stands for in a day's sales.
type part struct {
	id    int64
	gross money.Amount
}

// most gives those of whom a day sold most, less what they sent back; back is left out by whoever may not see returns. key is
// a column of the sheet d or its line l.
func most(v *kernel.View, kinds []*kernel.Def, key string, day clock.Date) (out []part, err error) {
	var text string
	var args []any
	for i, d := range kinds {
		sign := []string{"", "-"}[i]
		from, sum := " FROM stock_document d", "d.gross - COALESCE((SELECT SUM(c.gross) FROM stock_document_charge c WHERE c.parent = d.id), 0)"
		if key == "l.item" {
			from, sum = from+" JOIN stock_document_line l ON l.parent = d.id", "l.gross"
		}
		if i > 0 {
			text += " UNION ALL "
		}
		text += "SELECT " + key + " AS id, " + sign + "(" + sum + ") AS gross" + from + " WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date = ?" + visible(v, d, "d")
		args = append(args, d.Only.Value, string(day))
	}
	err = v.Each(func(rows *sql.Rows) error {
		var p part
		err := rows.Scan(&p.id, (*int64)(&p.gross))
		out = append(out, p)
		return err
	}, "SELECT id, CAST(SUM(gross) AS BIGINT) AS sold FROM ("+text+") x WHERE id IS NOT NULL GROUP BY id HAVING SUM(gross) > 0 ORDER BY sold DESC, id LIMIT 5", args...)
	return out, err
}

// readers are the open accounts with the roles and logins of each.
type reader struct {
	id           int64
	login, roles string
}

func accounts(v *kernel.View) (out []reader, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var r reader
		err := rows.Scan(&r.id, &r.login, &r.roles)
		out = append(out, r)
		return err
	}, "SELECT id, login, roles FROM base_user WHERE NOT disabled ORDER BY id")
	return out, err
}

// toldOn tells whether an account was told of a day already.
func toldOn(v *kernel.View, account int64, day clock.Date) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT account FROM daily_told WHERE account = ? AND day >= ?", account, string(day))
}

// tick notes that an account is told of a day; false when it was told before.
func tick(tx *kernel.Tx, account int64, day clock.Date) (bool, error) {
	n, err := tx.Exec(`INSERT INTO daily_told (account, day) VALUES (?, ?)
		ON CONFLICT (account) DO UPDATE SET day = excluded.day WHERE daily_told.day < excluded.day`, account, string(day))
	return n > 0, err
}

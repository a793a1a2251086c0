package check

import "errors"

var openingKinds = []kind{{"opening balances", "bridges.opening", checkOpenings}}

// checkOpenings compares opening balances with their rows, and with the sheets and the voucher they have made.
func checkOpenings(c *checker) error {
	opening := []key{named("opening", "opening", "opening_balance", "number")}
	figures := []figure{amount("stock_value", "stock"), amount("receivable", "receivable"), amount("payable", "payable"), amount("funds", "money")}
	const signed = "stock_value + receivable - payable + funds + other_debit - other_credit"
	err := errors.Join(
		c.compare(comparison{
			what: "rows of", keys: opening,
			figures: append([]figure{amount("other_debit", "other debit"), amount("other_credit", "other credit")}, figures...),
			kept:    "SELECT id AS opening, stock_value, receivable, payable, funds, other_debit, other_credit FROM opening_balance",
			found: `SELECT parent AS opening, amount AS stock_value, 0 AS receivable, 0 AS payable, 0 AS funds, 0 AS other_debit, 0 AS other_credit FROM opening_stock
				UNION ALL SELECT parent, 0, amount, 0, 0, 0, 0 FROM opening_receivable UNION ALL SELECT parent, 0, 0, amount, 0, 0, 0 FROM opening_payable
				UNION ALL SELECT parent, 0, 0, 0, amount, 0, 0 FROM opening_money UNION ALL SELECT parent, 0, 0, 0, 0, debit, credit FROM opening_other`,
		}),
		c.compare(comparison{
			what: "sheets of", keys: opening, figures: figures,
			kept: "SELECT id AS opening, stock_value, receivable, payable, funds FROM opening_balance WHERE state = 'posted'",
			found: `SELECT k.source AS opening, d.goods AS stock_value, 0 AS receivable, 0 AS payable, 0 AS funds FROM links k
				JOIN stock_document d ON d.id = k.target WHERE k.kind = 'opens_stock' AND k.dead_at = 0
				UNION ALL SELECT k.source, 0, o.receivable, o.payable, o.funds FROM links k JOIN settlement_opening o ON o.id = k.target
				WHERE k.kind = 'opens_debts' AND k.dead_at = 0`,
		}),
		c.none("opening balance %s #%s: difference %s, its sections make %s", "SELECT number, id, difference AS amount_a, "+signed+
			" AS amount_b FROM opening_balance WHERE difference <> "+signed+" ORDER BY id"))
	if err != nil || !c.books() {
		return err
	}
	since, err := c.since()
	if err != nil {
		return err
	}
	const voucher = "FROM ledger_voucher v WHERE v.source = 'opening.balance' AND v.source_id = b.id AND " + liveVoucher
	return errors.Join(
		c.none("opening balance %s #%s is posted and has no voucher", `SELECT b.number, b.id FROM opening_balance b WHERE b.created_at >= ? AND b.state = 'posted'
			AND (b.stock_value <> 0 OR b.receivable <> 0 OR b.payable <> 0 OR b.funds <> 0 OR b.other_debit <> 0 OR b.other_credit <> 0)
			AND NOT EXISTS (SELECT 1 `+voucher+") ORDER BY b.id", since),
		c.none("opening balance %s #%s is %s and has a voucher", "SELECT b.number, b.id, b.state FROM opening_balance b WHERE b.state <> 'posted' AND EXISTS (SELECT 1 "+
			voucher+") ORDER BY b.id"))
}

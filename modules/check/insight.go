package check

var insightKinds = []kind{{"money by month", "bridges.insight settlement", checkMoneyByMonth}, {"sold by month", "bridges.insight stock", checkSoldByMonth}}

// moneyMoved is each change of a money account by the sheets that moved money, with the month.
const moneyMoved = `SELECT l.money_account, SUBSTR(p.date, 1, 7) AS month, CASE p.kind WHEN 'payment' THEN -l.amount ELSE l.amount END - l.fee AS amount
	FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id WHERE p.state = 'posted'
	UNION ALL SELECT m.money_account, SUBSTR(o.date, 1, 7), m.amount FROM settlement_opening o JOIN settlement_opening_money m ON m.parent = o.id
	WHERE o.state = 'posted'
	UNION ALL SELECT money_account, SUBSTR(date, 1, 7), CASE kind WHEN 'expense' THEN -amount ELSE amount END FROM settlement_cash WHERE state = 'posted'
	UNION ALL SELECT from_account, SUBSTR(date, 1, 7), -amount - fee FROM settlement_transfer WHERE state = 'posted'
	UNION ALL SELECT to_account, SUBSTR(date, 1, 7), amount FROM settlement_transfer WHERE state = 'posted'`

// checkMoneyByMonth compares what is kept of each money account and month with the sheets that moved money.
func checkMoneyByMonth(c *checker) error {
	return c.compare(comparison{
		what: "money", keys: []key{named("money_account", "account", "settlement_money_account", "code"), plain("month", "month")},
		figures: []figure{amount("amount", "amount")},
		kept:    "SELECT money_account, month, amount FROM insight_money",
		found:   moneyMoved,
	})
}

// checkSoldByMonth compares what is kept of what was sold in each month, by whose it is, with the sheets.
func checkSoldByMonth(c *checker) error {
	return c.compare(comparison{
		what: "goods", keys: []key{plain("kind", "kind"), plain("month", "month"), plain("owner", "person"), plain("department", "department")},
		figures: []figure{amount("net", "net")},
		kept:    "SELECT kind, month, owner, department, net FROM insight_sold",
		found: `SELECT kind, SUBSTR(date, 1, 7) AS month, COALESCE(owner, 0) AS owner, COALESCE(department, 0) AS department, goods_net AS net
			FROM stock_document WHERE kind IN ('delivery', 'sales_return') AND state IN ('posted', 'reversed')`,
	})
}

package check

var insightKinds = []kind{{"money by month", "bridges.insight settlement", checkMoneyByMonth}}

// checkMoneyByMonth compares what is kept of each money account and month with the sheets that moved money.
func checkMoneyByMonth(c *checker) error {
	return c.compare(comparison{
		what: "money", keys: []key{named("money_account", "account", "settlement_money_account", "code"), plain("month", "month")},
		figures: []figure{amount("amount", "amount")},
		kept:    "SELECT money_account, month, amount FROM insight_money",
		found: `SELECT l.money_account, SUBSTR(p.date, 1, 7) AS month, CASE p.kind WHEN 'payment' THEN -l.amount ELSE l.amount END - l.fee AS amount
			FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id WHERE p.state = 'posted'
			UNION ALL SELECT m.money_account, SUBSTR(o.date, 1, 7), m.amount FROM settlement_opening o JOIN settlement_opening_money m ON m.parent = o.id
			WHERE o.state = 'posted'`,
	})
}

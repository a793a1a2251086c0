package check

import "errors"

var settlementKinds = []kind{
	{"open items", "settlement", checkOpenItems},
	{"debts", "settlement stock", checkDebts},
	{"payments", "settlement", checkPayments},
	{"money with sheets", "settlement stock", checkCounter},
}

// checkOpenItems looks at each debt by itself.
func checkOpenItems(c *checker) error {
	const name = "SELECT o.id, o.source_number, "
	return errors.Join(
		c.none("open item #%s of %s: amount %s, settled %s, but open %s", name+`o.amount AS amount_a, o.settled AS amount_b, o.open AS amount_c
			FROM settlement_open_item o WHERE o.open <> o.amount - o.settled ORDER BY o.id`),
		c.none("open item #%s of %s: amount %s, but settled %s", name+`o.amount AS amount_a, o.settled AS amount_b FROM settlement_open_item o
			WHERE o.amount > 0 AND (o.settled < 0 OR o.settled > o.amount) OR o.amount < 0 AND (o.settled > 0 OR o.settled < o.amount) ORDER BY o.id`),
		c.none("open item #%s of %s: the side is %s", name+`o.side FROM settlement_open_item o WHERE o.side NOT IN ('receivable', 'payable') ORDER BY o.id`))
}

// checkDebts compares the debts with the documents that made them.
func checkDebts(c *checker) error {
	keys := []key{plain("source", "of"), plain("source_id", "#"), plain("side", "side"), named("party", "party", "base_party", "code")}
	papers := c.papersOwe()
	err := c.compare(comparison{
		what: "debt", keys: keys, figures: []figure{amount("amount", "amount")},
		kept: "SELECT source, source_id, side, party, amount FROM settlement_open_item",
		found: `SELECT 'stock.' || kind AS source, id AS source_id, CASE WHEN kind IN ('delivery', 'sales_return') THEN 'receivable' ELSE 'payable' END AS side,
			party, CASE WHEN kind IN ('delivery', 'receipt') THEN gross ELSE -gross END AS amount FROM stock_document
			WHERE kind IN ('delivery', 'sales_return', 'receipt', 'purchase_return') AND state IN ('posted', 'reversed')
			UNION ALL SELECT 'settlement.opening', o.id, d.side, d.party, d.amount
			FROM settlement_opening o JOIN settlement_opening_debt d ON d.parent = o.id WHERE o.state = 'posted'` + papers,
	})
	if err != nil {
		return err
	}
	return c.none("open item #%s is called %s, its document %s", `SELECT o.id, o.source_number, d.number FROM settlement_open_item o
		JOIN stock_document d ON d.id = o.source_id AND o.source = 'stock.' || d.kind WHERE o.source_number <> d.number ORDER BY o.id`)
}

// checkPayments looks at receipts, payments and openings.
func checkPayments(c *checker) error {
	payment := []key{named("payment", "payment", "settlement_payment", "number")}
	err := c.compare(comparison{
		what: "money", keys: payment, figures: []figure{amount("amount", "amount"), amount("fee", "fee")},
		kept:  "SELECT id AS payment, amount, fee FROM settlement_payment",
		found: "SELECT parent AS payment, amount, fee FROM settlement_payment_line",
	})
	if err != nil {
		return err
	}
	err = c.compare(comparison{
		what: "what it settles", keys: payment, figures: []figure{amount("settled", "settled")},
		kept:  "SELECT id AS payment, settled FROM settlement_payment",
		found: "SELECT target AS payment, amount AS settled FROM links WHERE dead_at = 0 AND kind IN ('settles', 'settles_payable')",
	})
	if err != nil {
		return err
	}
	err = c.compare(comparison{
		what: "opening", keys: []key{named("opening", "opening", "settlement_opening", "number")},
		figures: []figure{amount("receivable", "receivable"), amount("payable", "payable"), amount("funds", "money")},
		kept:    "SELECT id AS opening, receivable, payable, funds FROM settlement_opening",
		found: `SELECT parent AS opening, CASE side WHEN 'receivable' THEN amount ELSE 0 END AS receivable,
			CASE side WHEN 'payable' THEN amount ELSE 0 END AS payable, 0 AS funds FROM settlement_opening_debt
			UNION ALL SELECT parent, 0, 0, amount FROM settlement_opening_money`,
	})
	if err != nil {
		return err
	}
	err = c.compare(comparison{
		what: "expense or income", keys: []key{named("sheet", "sheet", "settlement_cash", "number")},
		figures: []figure{amount("amount", "amount"), amount("tax", "tax")},
		kept:    "SELECT id AS sheet, amount, tax FROM settlement_cash",
		found:   "SELECT parent AS sheet, amount, tax FROM settlement_cash_line",
	})
	if err != nil {
		return err
	}
	const name = "SELECT p.number, p.id, "
	return errors.Join(
		c.none("payment %s #%s: amount %s and discount %s, but settled %s and unapplied %s", name+`p.amount AS amount_a, p.discount AS amount_b,
			p.settled AS amount_c, p.unapplied AS amount_d FROM settlement_payment p
			WHERE p.state = 'posted' AND p.settled + p.unapplied <> p.amount + p.discount ORDER BY p.id`),
		c.none("payment %s #%s is %s, but settled %s and unapplied %s", name+`p.state, p.settled AS amount_a, p.unapplied AS amount_b
			FROM settlement_payment p WHERE p.state <> 'posted' AND (p.settled <> 0 OR p.unapplied <> 0) ORDER BY p.id`),
		c.none("payment %s #%s settles #%s, a debt of another party or side", name+`o.id FROM links l JOIN settlement_payment p ON p.id = l.target
			JOIN settlement_open_item o ON o.id = l.source WHERE l.dead_at = 0 AND l.kind IN ('settles', 'settles_payable')
			AND (o.party <> p.party OR o.side <> CASE p.kind WHEN 'receipt' THEN 'receivable' ELSE 'payable' END) ORDER BY l.id`),
		c.none("application #%s belongs to payment #%s, which is not posted or of another party", `SELECT a.id, a.payment FROM settlement_application a
			LEFT JOIN settlement_payment p ON p.id = a.payment AND p.state = 'posted' AND p.party = a.party AND p.kind = a.kind
			WHERE p.id IS NULL ORDER BY a.id`))
}

// counterOf gives the kind of money sheet that goes with a kind of stock document.
var counterOf = map[string]string{"delivery": "receipt", "sales_return": "receipt", "receipt": "payment", "purchase_return": "payment"}

// checkCounter compares the money written on sheets with the receipts and payments that were made of it.
func checkCounter(c *checker) error {
	document := []key{named("document", "sheet", "stock_document", "number")}
	err := c.compare(comparison{
		what: "paid now", keys: document, figures: []figure{amount("paid_now", "amount")},
		kept:  "SELECT id AS document, paid_now FROM stock_document",
		found: "SELECT parent AS document, amount AS paid_now FROM stock_document_money",
	})
	if err != nil {
		return err
	}
	return c.compare(comparison{
		what: "money of the sheet", figures: []figure{amount("amount", "amount")},
		keys: append(document, named("money_account", "account", "settlement_money_account", "code")),
		kept: `SELECT d.id AS document, m.money_account, CASE WHEN d.kind IN ('delivery', 'receipt') THEN m.amount ELSE -m.amount END AS amount
			FROM stock_document d JOIN stock_document_money m ON m.parent = d.id WHERE d.state IN ('sent', 'posted', 'reversed')`,
		found: `SELECT l.source AS document, x.money_account, x.amount FROM links l JOIN settlement_payment p ON p.id = l.target AND p.state = 'posted'
			JOIN settlement_payment_line x ON x.parent = p.id
			WHERE l.dead_at = 0 AND l.kind IN ('counter_delivery', 'counter_sales_return', 'counter_receipt', 'counter_purchase_return')`,
	})
}

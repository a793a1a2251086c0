package check

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
)

var ledgerKinds = []kind{
	{"vouchers", "ledger", checkVouchers},
	{"entries", "ledger", checkEntries},
	{"voucher numbers", "ledger", checkVoucherNumbers},
	{"periods", "ledger", checkPeriods},
	{"chart", "ledger", checkChart},
	{"balances", "ledger", checkBalances},
	{"totals", "ledger", checkTotals},
	{"vouchers of documents", "ledger stock settlement", checkVouchered},
	{"control accounts", "ledger settlement", checkControl},
	{"inventory accounts", "ledger stock", checkInventory},
	{"money accounts", "ledger settlement", checkMoney},
}

// checkVouchers looks at each voucher with its lines.
func checkVouchers(c *checker) error {
	const name = "SELECT v.period, v.number, v.id, "
	const sums = `FROM ledger_voucher v LEFT JOIN (SELECT parent, COUNT(*) AS n, CAST(SUM(debit) AS BIGINT) AS debit, CAST(SUM(credit) AS BIGINT) AS credit
		FROM ledger_entry GROUP BY parent) e ON e.parent = v.id WHERE `
	return errors.Join(
		c.none("voucher %s %s #%s: debit %s, credit %s", name+"e.debit AS amount_a, e.credit AS amount_b "+sums+"e.debit <> e.credit ORDER BY v.id"),
		c.none("voucher %s %s #%s has %s lines", name+"COALESCE(e.n, 0) "+sums+"COALESCE(e.n, 0) < 2 ORDER BY v.id"),
		c.none("voucher %s %s #%s: total kept %s, recomputed %s", name+"v.total AS amount_a, e.debit AS amount_b "+sums+"v.total <> e.debit ORDER BY v.id"),
		c.none("voucher %s %s #%s is dated %s", name+"v.date FROM ledger_voucher v WHERE SUBSTR(v.date, 1, 7) <> v.period ORDER BY v.id"),
		c.none("voucher %s %s #%s is a red voucher of #%s, which is not posted or does not say so", name+`v.reverses FROM ledger_voucher v
			LEFT JOIN ledger_voucher o ON o.id = v.reverses AND o.state = 'posted' AND o.reversed_by = v.id
			WHERE v.reverses IS NOT NULL AND v.state <> 'void' AND o.id IS NULL ORDER BY v.id`),
		c.none("voucher %s %s #%s is said to be cancelled by #%s, which is void or about another", name+`v.reversed_by FROM ledger_voucher v
			LEFT JOIN ledger_voucher r ON r.id = v.reversed_by AND r.state <> 'void' AND r.reverses = v.id
			WHERE v.reversed_by IS NOT NULL AND v.reversed_by <> 0 AND r.id IS NULL ORDER BY v.id`),
		c.compare(comparison{
			what: "red voucher", keys: []key{named("original", "of", "ledger_voucher", "number"), named("account", "account", "ledger_account", "code"), plain("party", "party")},
			figures: []figure{amount("debit", "debit"), amount("credit", "credit")},
			kept: `SELECT v.reverses AS original, e.account, COALESCE(e.party, 0) AS party, -e.debit AS debit, -e.credit AS credit
				FROM ledger_voucher v JOIN ledger_entry e ON e.parent = v.id WHERE v.reverses IS NOT NULL AND v.state <> 'void'`,
			found: `SELECT o.id AS original, e.account, COALESCE(e.party, 0) AS party, e.debit, e.credit FROM ledger_voucher v
				JOIN ledger_voucher o ON o.id = v.reverses JOIN ledger_entry e ON e.parent = o.id WHERE v.state <> 'void'`,
		}))
}

// checkEntries looks at each line by itself.
func checkEntries(c *checker) error {
	const name = "SELECT v.period, v.number, e.id, "
	const from = " FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account WHERE "
	return errors.Join(
		c.none("voucher %s %s line #%s: debit %s and credit %s; one of them must be zero, and not both", name+"e.debit AS amount_a, e.credit AS amount_b"+from+
			"(e.debit = 0) = (e.credit = 0) ORDER BY e.id"),
		c.none("voucher %s %s line #%s is on account %s, which has accounts beneath it", name+"a.code"+from+"NOT a.leaf ORDER BY e.id"),
		c.none("voucher %s %s line #%s carries a dimension that account %s does not have", name+"a.code"+from+`(e.party IS NOT NULL AND NOT a.by_party OR
			e.person IS NOT NULL AND NOT a.by_person OR e.department IS NOT NULL AND NOT a.by_department OR e.item IS NOT NULL AND NOT a.by_item) ORDER BY e.id`),
		c.none("voucher %s %s line #%s counts on %s, its voucher is dated %s and %s", name+"e.day, v.date, v.state"+from+
			"e.day <> CASE WHEN v.state = 'void' OR v.kind = 'opening' THEN '' ELSE v.date END ORDER BY e.id"))
}

// checkVoucherNumbers: per period and word they run from 1 without a gap, and the counter stands at the last.
func checkVoucherNumbers(c *checker) error {
	err := errors.Join(
		c.none("period %s word %s: %s vouchers, numbered from %s to %s", `SELECT period, word, COUNT(*), MIN(seq), MAX(seq) FROM ledger_voucher
			GROUP BY period, word HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*) ORDER BY period, word`),
		c.none("voucher %s #%s is number %s of word %s in %s", `SELECT number, id, seq, word, period FROM ledger_voucher
			WHERE number <> word || '-' || seq ORDER BY id`),
		c.none("period %s: number %s of word %s is there %s times", `SELECT period, seq, word, COUNT(*) FROM ledger_voucher
			GROUP BY period, word, seq HAVING COUNT(*) > 1 ORDER BY period, word, seq`))
	if err != nil {
		return err
	}
	return c.none("period %s word %s: the counter stands at %s, the last voucher is %s", `SELECT v.period, v.word, s.last, v.seq FROM
		(SELECT period, word, MAX(seq) AS seq FROM ledger_voucher GROUP BY period, word) v
		LEFT JOIN sequences s ON s.name = 'ledger.voucher|' || v.period || '|' || v.word WHERE s.last IS NULL OR s.last <> v.seq ORDER BY v.period, v.word`)
}

// checkPeriods: a closed period holds nothing unposted, its sides agree, and none before it is open.
func checkPeriods(c *checker) error {
	return errors.Join(
		c.none("period %s is %s", "SELECT month, state FROM ledger_period WHERE state NOT IN ('open', 'closed') ORDER BY month"),
		c.none("period %s is closed, voucher %s #%s in it is %s", `SELECT p.month, v.number, v.id, v.state FROM ledger_voucher v
			JOIN ledger_period p ON p.month = v.period WHERE p.state = 'closed' AND v.state IN ('draft', 'reviewed') ORDER BY v.id`),
		c.none("period %s is open, %s after it is closed", `SELECT p.month, MIN(q.month) FROM ledger_period p JOIN ledger_period q ON q.month > p.month
			WHERE p.state = 'open' AND q.state = 'closed' GROUP BY p.month ORDER BY p.month`),
		c.none("period %s has vouchers and is not there", `SELECT DISTINCT v.period FROM ledger_voucher v LEFT JOIN ledger_period p ON p.month = v.period
			WHERE p.id IS NULL ORDER BY v.period`),
		c.none("voucher %s %s #%s is of %s, but was posted without a date", "SELECT period, number, id, date FROM ledger_voucher WHERE state = 'posted' AND posted_at = 0 ORDER BY id"))
}

// checkChart: an account is a leaf exactly when nothing is beneath it, and roles lead to leaves.
func checkChart(c *checker) error {
	const child = "EXISTS (SELECT 1 FROM ledger_account b WHERE b.parent = a.id)"
	return errors.Join(
		c.none("account %s is a leaf, but there are accounts beneath it", "SELECT a.code FROM ledger_account a WHERE a.leaf AND "+child+" ORDER BY a.code"),
		c.none("account %s is no leaf, but nothing is beneath it", "SELECT a.code FROM ledger_account a WHERE NOT a.leaf AND NOT "+child+" ORDER BY a.code"),
		c.none("role %s leads to account %s, which has accounts beneath it", `SELECT r.role, a.code FROM ledger_role r JOIN ledger_account a ON a.id = r.account
			WHERE NOT a.leaf ORDER BY r.role, r.id`))
}

// counting are the entries that stand in the balances, each with its period: openings come before every month.
const counting = `FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.state IN ('draft', 'reviewed', 'posted')`

const (
	inPeriod = "CASE v.kind WHEN 'opening' THEN '' ELSE v.period END AS period"
	inBooks  = "CASE v.state WHEN 'posted' THEN e.debit ELSE 0 END AS posted_debit, CASE v.state WHEN 'posted' THEN e.credit ELSE 0 END AS posted_credit"
)

var accountKey = named("account", "account", "ledger_account", "code")

func checkBalances(c *checker) error {
	return c.compare(comparison{
		what: "balance", keys: []key{accountKey, plain("period", "period"), plain("party", "party"), plain("person", "person"),
			plain("department", "department"), plain("item", "item")},
		figures: []figure{amount("debit", "debit"), amount("credit", "credit"), amount("posted_debit", "posted debit"),
			amount("posted_credit", "posted credit"), quantity("quantity", "quantity")},
		kept: "SELECT account, period, party, person, department, item, debit, credit, posted_debit, posted_credit, quantity FROM ledger_balance",
		found: "SELECT e.account, " + inPeriod + `, COALESCE(e.party, 0) AS party, COALESCE(e.person, 0) AS person, COALESCE(e.department, 0) AS department,
			COALESCE(e.item, 0) AS item, e.debit, e.credit, ` + inBooks + ", CASE WHEN e.credit <> 0 THEN -e.quantity ELSE e.quantity END AS quantity " + counting,
	})
}

func checkTotals(c *checker) error {
	return c.compare(comparison{
		what: "total", keys: []key{accountKey, plain("period", "period")},
		figures: []figure{amount("debit", "debit"), amount("credit", "credit"), amount("posted_debit", "posted debit"),
			amount("posted_credit", "posted credit"), amount("closing_debit", "closing debit"), amount("closing_credit", "closing credit")},
		kept: "SELECT account, period, debit, credit, posted_debit, posted_credit, closing_debit, closing_credit FROM ledger_total",
		found: "SELECT e.account, " + inPeriod + ", e.debit, e.credit, " + inBooks + `, CASE v.kind WHEN 'closing' THEN e.debit ELSE 0 END AS closing_debit,
			CASE v.kind WHEN 'closing' THEN e.credit ELSE 0 END AS closing_credit ` + counting,
	})
}

// liveVoucher is a voucher that stands for its document.
const liveVoucher = "v.state <> 'void' AND v.reverses IS NULL AND COALESCE(v.reversed_by, 0) = 0"

// checkVouchered: a posted sheet that makes a debt or moves money has one live voucher, any other document has none.
func checkVouchered(c *checker) error {
	if !c.books() {
		return nil
	}
	since, err := c.since()
	if err != nil {
		return err
	}
	const live = "SELECT 1 FROM ledger_voucher v WHERE v.source_id = d.id AND v.part = '' AND " + liveVoucher + " AND v.source = "
	err = errors.Join(
		c.none("%s %s #%s is posted and has no voucher", `SELECT d.kind, d.number, d.id FROM stock_document d WHERE d.created_at >= ?
			AND d.kind IN ('delivery', 'sales_return', 'receipt', 'purchase_return') AND d.state IN ('posted', 'reversed') AND d.gross <> 0
			AND NOT EXISTS (`+live+"'stock.' || d.kind) ORDER BY d.id", since),
		c.none("%s %s #%s is posted and has no voucher", `SELECT d.kind, d.number, d.id FROM settlement_payment d WHERE d.created_at >= ?
			AND d.state = 'posted' AND d.amount <> 0 AND NOT EXISTS (`+live+"'settlement.' || d.kind) ORDER BY d.id", since),
		c.none("%s %s #%s is posted and has no voucher", `SELECT d.kind, d.number, d.id FROM settlement_cash d WHERE d.created_at >= ?
			AND d.state = 'posted' AND d.amount <> 0 AND NOT EXISTS (`+live+"'settlement.' || d.kind) ORDER BY d.id", since),
		c.none("transfer %s #%s is posted and has no voucher", `SELECT d.number, d.id FROM settlement_transfer d WHERE d.created_at >= ?
			AND d.state = 'posted' AND NOT EXISTS (`+live+"'settlement.transfer') ORDER BY d.id", since),
		c.none("opening %s #%s is posted and has no voucher", `SELECT d.number, d.id FROM settlement_opening d WHERE d.created_at >= ?
			AND d.state = 'posted' AND NOT EXISTS (SELECT 1 FROM links k WHERE k.target = d.id AND k.kind = 'opens_debts' AND k.dead_at = 0)
			AND NOT EXISTS (`+live+"'settlement.opening') ORDER BY d.id", since))
	if err != nil {
		return err
	}
	return errors.Join(
		c.none("%s #%s has %s live vouchers", "SELECT v.source, v.source_id, COUNT(*) FROM ledger_voucher v WHERE v.source <> '' AND v.source <> 'ledger.period' AND "+
			liveVoucher+" GROUP BY v.source, v.source_id, v.part HAVING COUNT(*) > 1 ORDER BY v.source, v.source_id"),
		c.none("voucher %s %s is of %s #%s, which is %s", "SELECT v.period, v.number, v.source, v.source_id, d.state FROM ledger_voucher v JOIN stock_document d ON v.source = 'stock.' || d.kind AND v.source_id = d.id WHERE d.state NOT IN ('posted', 'reversed') AND "+
			liveVoucher+" ORDER BY v.id"),
		c.none("voucher %s %s is of %s #%s, which is %s", "SELECT v.period, v.number, v.source, v.source_id, d.state FROM ledger_voucher v JOIN settlement_payment d ON v.source = 'settlement.' || d.kind AND v.source_id = d.id WHERE d.state <> 'posted' AND "+
			liveVoucher+" ORDER BY v.id"),
		c.none("voucher %s %s is of %s #%s, which is %s", "SELECT v.period, v.number, v.source, v.source_id, d.state FROM ledger_voucher v JOIN settlement_cash d ON v.source = 'settlement.' || d.kind AND v.source_id = d.id WHERE d.state <> 'posted' AND "+
			liveVoucher+" ORDER BY v.id"),
		c.none("voucher %s %s is of %s #%s, which is %s", "SELECT v.period, v.number, v.source, v.source_id, d.state FROM ledger_voucher v JOIN settlement_transfer d ON v.source = 'settlement.transfer' AND v.source_id = d.id WHERE d.state <> 'posted' AND "+
			liveVoucher+" ORDER BY v.id"))
}

// since is when the books were set up, as an instant: what was posted before has no vouchers.
func (c *checker) since() (int64, error) {
	var at int64
	_, err := c.Scan([]any{&at}, "SELECT COALESCE(MIN(created_at), 0) FROM ledger_account")
	return at, err
}

// older reports whether something was made before the books: then accounts and debts have no common beginning, which is
// noted.
func (c *checker) older(tables ...string) (bool, error) {
	since, err := c.since()
	for _, table := range tables {
		if err != nil {
			return false, err
		}
		var id int64
		found, scanErr := c.Scan([]any{&id}, "SELECT id FROM "+table+" WHERE created_at < ? LIMIT 1", since)
		if found {
			c.notes = append(c.notes, c.name+": not compared, because there was business before the books")
		}
		if found || scanErr != nil {
			return found, scanErr
		}
	}
	return false, err
}

// accountsOf gives the accounts that play a role, and whether all of them are kept by the dimension.
func (c *checker) accountsOf(dimension string, roles ...string) (ids []string, all bool, err error) {
	all = true
	err = c.Each(func(rows *sql.Rows) error {
		var id int64
		var by bool
		err := rows.Scan(&id, &by)
		ids, all = append(ids, strconv.FormatInt(id, 10)), all && by
		return err
	}, "SELECT DISTINCT a.id, a."+dimension+" FROM ledger_role r JOIN ledger_account a ON a.id = r.account WHERE r.role IN ('"+strings.Join(roles, "', '")+"') ORDER BY a.id")
	return ids, all && len(ids) > 0, err
}

// control is a pair of roles that together hold what one side of the parties owes, debit positive for the customers.
type control struct{ side, kind, debt, advance string }

var controls = []control{
	{"receivable", "receipt", "receivable", "customer_advance"}, {"payable", "payment", "payable", "supplier_advance"},
}

// checkControl compares the accounts of customers and suppliers with the open items less the advances. Vouchers that
// people wrote by hand are left out: no debt stands behind them.
func checkControl(c *checker) error {
	if !c.books() {
		return nil
	}
	if old, err := c.older("settlement_open_item", "settlement_payment", "settlement_opening"); err != nil || old {
		return err
	}
	for _, k := range controls {
		debt, _, err := c.accountsOf("by_party", k.debt)
		if err != nil {
			return err
		}
		advance, _, err := c.accountsOf("by_party", k.advance)
		if err != nil {
			return err
		}
		open := "SELECT party, open AS balance FROM settlement_open_item WHERE side = '" + k.side + "' AND " + notEmployed
		left := "SELECT party, -unapplied AS balance FROM settlement_payment WHERE state = 'posted' AND kind = '" + k.kind + "' AND " + notEmployed
		if overlap(debt, advance) {
			err = c.control(k, k.side+" and advances", open+" UNION ALL "+left, k.debt, k.advance)
		} else if err = c.control(k, k.side, open, k.debt); err == nil {
			err = c.control(k, k.side+" advances", left, k.advance)
		}
		if err != nil {
			return err
		}
	}
	return c.controlEmployees()
}

// notEmployed leaves out the parties that stand for people of the firm, who have accounts of their own.
const notEmployed = "party NOT IN (SELECT b.id FROM base_party b WHERE b.person IS NOT NULL)"

// controlEmployees compares what people of the firm hold and are owed, one against the other, with the accounts of both.
func (c *checker) controlEmployees() error {
	accounts, byParty, err := c.accountsOf("by_party", "employee_advance", "other_payable")
	if err != nil || !byParty {
		return err
	}
	const employed = "party IN (SELECT b.id FROM base_party b WHERE b.person IS NOT NULL)"
	return c.compare(comparison{
		what: "employees", keys: []key{named("party", "party", "base_party", "code")}, figures: []figure{amount("balance", "balance")},
		kept: "SELECT e.party, e.debit - e.credit AS balance " + counting + " AND v.source <> '' AND e." + employed + " AND e.account IN (" + strings.Join(accounts, ", ") + ")",
		found: "SELECT party, CASE side WHEN 'receivable' THEN open ELSE -open END AS balance FROM settlement_open_item WHERE " + employed +
			" UNION ALL SELECT party, CASE kind WHEN 'receipt' THEN -unapplied ELSE unapplied END FROM settlement_payment WHERE state = 'posted' AND " + employed,
	})
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func (c *checker) control(k control, what, debts string, roles ...string) error {
	accounts, byParty, err := c.accountsOf("by_party", roles...)
	if err != nil || len(accounts) == 0 {
		return err
	}
	sign := "e.debit - e.credit"
	if k.side == "payable" {
		sign = "e.credit - e.debit"
	}
	party, who := "COALESCE(e.party, 0)", "party"
	if !byParty {
		party, who = "0", "0"
	}
	return c.compare(comparison{
		what: what, keys: []key{named("party", "party", "base_party", "code")}, figures: []figure{amount("balance", "balance")},
		kept:  "SELECT " + party + " AS party, " + sign + " AS balance " + counting + " AND v.source <> '' AND e.account IN (" + strings.Join(accounts, ", ") + ")",
		found: "SELECT " + who + " AS party, balance FROM (" + debts + ") d",
	})
}

// moneyRoles are those under which the books keep the firm's own money. What lies on a private card its holder owes.
var moneyRoles = []string{"cash", "bank", "wechat", "alipay"}

// checkMoney compares the accounts of money, all together, with what the sheets moved: which of them an account of money is
// booked on may change in the course of time. Vouchers that people wrote by hand are left out, as above. An account that
// plays another role as well cannot be compared.
func checkMoney(c *checker) error {
	if !c.books() {
		return nil
	}
	if old, err := c.older("settlement_payment", "settlement_opening", "settlement_cash", "settlement_transfer"); err != nil || old {
		return err
	}
	accounts, _, err := c.accountsOf("by_party", moneyRoles...)
	if err != nil || len(accounts) == 0 {
		return err
	}
	in := " IN (" + strings.Join(accounts, ", ") + ")"
	shared, err := c.Scan([]any{new(int64)}, "SELECT 1 FROM ledger_role WHERE account"+in+" AND role NOT IN ('"+strings.Join(moneyRoles, "', '")+"') LIMIT 1")
	if err != nil || shared {
		return err
	}
	return c.compare(comparison{
		what: "money accounts", keys: []key{plain("account", "of all sheets")}, figures: []figure{amount("balance", "balance")},
		kept: "SELECT '' AS account, e.debit - e.credit AS balance " + counting + " AND v.source <> '' AND e.account" + in,
		found: "SELECT '' AS account, m.amount AS balance FROM (" + moneyMoved +
			") m JOIN settlement_money_account a ON a.id = m.money_account WHERE a.kind <> 'private'",
	})
}

// checkInventory compares the accounts of the goods with what the pools are worth.
func checkInventory(c *checker) error {
	if !c.books() {
		return nil
	}
	if old, err := c.older("stock_document"); err != nil || old {
		return err
	}
	accounts, byItem, err := c.accountsOf("by_item", "inventory")
	if err != nil || len(accounts) == 0 {
		return err
	}
	item, which := "COALESCE(e.item, 0)", "item"
	if !byItem {
		item, which = "0", "0"
	}
	return c.compare(comparison{
		what: "inventory", keys: []key{named("item", "item", "base_item", "code")}, figures: []figure{amount("value", "value")},
		kept:  "SELECT " + item + " AS item, e.debit - e.credit AS value " + counting + " AND v.source <> '' AND e.account IN (" + strings.Join(accounts, ", ") + ")",
		found: "SELECT " + which + " AS item, value FROM stock_pool",
	})
}

package check

import (
	"errors"
	"strconv"
)

var officeKinds = []kind{
	{"claims", "office", checkClaims},
	{"claimed invoices", "office", checkClaimedInvoices},
	{"advances", "office", checkAdvances},
	{"announcements", "office", checkAnnouncements},
	{"shared files", "office", checkSharedFiles},
}

// papersOwe are the debts that claims and advances make: a claim owes what is to be paid and takes back what it sets off;
// an advance is owed to the person until it is handed out, and by him until it is returned. "" without such papers.
func (c *checker) papersOwe() string {
	if !c.has("office") {
		return ""
	}
	return ` UNION ALL SELECT 'office.claim', p.id, 'payable', b.id, p.payable FROM office_claim p JOIN base_party b ON b.person = p.person
			WHERE p.state IN ('posted', 'paid')
		UNION ALL SELECT 'office.claim', p.id, 'receivable', b.id, -p.offset_amount FROM office_claim p JOIN base_party b ON b.person = p.person
			WHERE p.state IN ('posted', 'paid')
		UNION ALL SELECT 'office.advance', p.id, s.side, b.id, p.amount FROM office_advance p JOIN base_party b ON b.person = p.person
			JOIN (SELECT 'receivable' AS side UNION ALL SELECT 'payable') s ON 1 = 1 WHERE p.state IN ('posted', 'closed')`
}

// checkClaims looks at each claim with its lines.
func checkClaims(c *checker) error {
	err := c.compare(comparison{
		what: "figures of", keys: []key{named("claim", "claim", "office_claim", "number")}, figures: []figure{amount("total", "total"), amount("tax", "tax")},
		kept: "SELECT id AS claim, total, tax FROM office_claim", found: "SELECT parent AS claim, amount AS total, tax FROM office_claim_line",
	})
	const name = "SELECT number, id, "
	err = errors.Join(err,
		c.none("claim %s #%s: total %s, set off %s, but to be paid %s", name+`total AS amount_a, offset_amount AS amount_b, payable AS amount_c
			FROM office_claim WHERE payable <> total - offset_amount OR offset_amount < 0 OR state IN ('posted', 'paid') AND payable < 0 ORDER BY id`),
		c.none("claim %s #%s is %s, to be paid are %s and paid %s", name+`state, payable AS amount_a, paid AS amount_b FROM office_claim
			WHERE state = 'paid' AND paid <> payable OR state NOT IN ('posted', 'paid') AND paid <> 0 ORDER BY id`))
	if err != nil || !c.has("settlement ledger") {
		return err
	}
	if err := c.checkClaimVouchers(); err != nil {
		return err
	}
	return c.compare(comparison{
		what: "figures of", keys: []key{named("claim", "claim", "office_claim", "number")}, figures: []figure{amount("paid", "paid")},
		kept:  "SELECT id AS claim, paid FROM office_claim",
		found: "SELECT source_id AS claim, settled AS paid FROM settlement_open_item WHERE source = 'office.claim' AND side = 'payable'",
	})
}

// checkClaimVouchers: a posted claim has a live voucher, any other has none.
func (c *checker) checkClaimVouchers() error {
	if !c.books() {
		return nil
	}
	since, err := c.since()
	if err != nil {
		return err
	}
	const voucher = "EXISTS (SELECT 1 FROM ledger_voucher v WHERE v.source = 'office.claim' AND v.source_id = p.id AND " + liveVoucher + ")"
	return errors.Join(
		c.none("claim %s #%s is %s and has no voucher", "SELECT p.number, p.id, p.state FROM office_claim p WHERE p.created_at >= ? AND p.state IN ('posted', 'paid') AND NOT "+
			voucher+" ORDER BY p.id", since),
		c.none("claim %s #%s is %s and has a voucher", "SELECT p.number, p.id, p.state FROM office_claim p WHERE p.state NOT IN ('posted', 'paid') AND "+voucher+" ORDER BY p.id"))
}

// checkClaimedInvoices: each invoice of a claim that is not void is noted as taken by it, and no other is.
func checkClaimedInvoices(c *checker) error {
	return errors.Join(
		c.none("claim %s #%s has the invoice %s, which is not noted as taken by it", `SELECT p.number, p.id, l.invoice FROM office_claim p
			JOIN office_claim_line l ON l.parent = p.id LEFT JOIN office_claim_invoice i ON i.invoice = l.invoice AND i.claim = p.id
			WHERE p.state <> 'void' AND l.invoice <> '' AND i.invoice IS NULL ORDER BY p.id, l.id`),
		c.none("the invoice %s is noted as taken by claim #%s, which does not have it or is void", `SELECT i.invoice, i.claim FROM office_claim_invoice i
			WHERE NOT EXISTS (SELECT 1 FROM office_claim p JOIN office_claim_line l ON l.parent = p.id WHERE p.id = i.claim AND p.state <> 'void'
				AND l.invoice = i.invoice) ORDER BY i.invoice`))
}

// checkAdvances looks at each advance, and at what is settled of its debts.
func checkAdvances(c *checker) error {
	const name = "SELECT number, id, "
	err := errors.Join(
		c.none("advance %s #%s is %s: amount %s, returned %s, but open %s", name+`state, amount AS amount_a, returned AS amount_b, open AS amount_c FROM office_advance
			WHERE state IN ('posted', 'closed') AND open <> amount - returned OR state NOT IN ('posted', 'closed') AND open <> 0
				OR state = 'closed' AND open <> 0 OR state = 'posted' AND open = 0 ORDER BY id`))
	if err != nil || !c.has("settlement") {
		return err
	}
	return c.compare(comparison{
		what: "figures of", keys: []key{named("advance", "advance", "office_advance", "number")}, figures: []figure{amount("handed", "handed out"), amount("returned", "returned")},
		kept: "SELECT id AS advance, handed, returned FROM office_advance",
		found: `SELECT source_id AS advance, CASE side WHEN 'payable' THEN settled ELSE 0 END AS handed,
			CASE side WHEN 'receivable' THEN settled ELSE 0 END AS returned FROM settlement_open_item WHERE source = 'office.advance'`,
	})
}

func number(column, word string) figure {
	return figure{column, word, func(n int64) string { return strconv.FormatInt(n, 10) }}
}

// checkAnnouncements counts whom each announcement reached and who has read it.
func checkAnnouncements(c *checker) error {
	return c.compare(comparison{
		what: "figures of", keys: []key{named("announcement", "announcement", "office_announcement", "number")}, figures: []figure{number("told", "told"), number("seen", "read")},
		kept:  "SELECT id AS announcement, told, seen FROM office_announcement",
		found: "SELECT announcement, 1 AS told, CASE WHEN read_at <> 0 THEN 1 ELSE 0 END AS seen FROM office_announcement_reader",
	})
}

// checkSharedFiles: folders lie where they say, what is open is for everybody, and each version of a file is one of its
// attachments.
func checkSharedFiles(c *checker) error {
	return errors.Join(
		c.none("folder %s #%s lies at %s", `SELECT f.path, f.id, CASE WHEN p.id IS NULL THEN f.name ELSE p.path || '/' || f.name END FROM office_folder f
			LEFT JOIN office_folder p ON p.id = f.parent WHERE f.path <> CASE WHEN p.id IS NULL THEN f.name ELSE p.path || '/' || f.name END ORDER BY f.id`),
		c.none("shared file %s #%s is for %s, but is kept otherwise", `SELECT title, id, audience FROM office_shared_file WHERE open <> (audience = 'everybody') ORDER BY id`),
		c.none("shared file %s #%s: versions kept %s, found %s", `SELECT f.title, f.id, f.latest, COUNT(v.id) FROM office_shared_file f
			LEFT JOIN office_shared_file_version v ON v.parent = f.id GROUP BY f.title, f.id, f.latest HAVING f.latest <> COUNT(v.id) ORDER BY f.id`),
		c.none("shared file %s #%s: version %s is none of its attachments", `SELECT f.title, f.id, v.revision FROM office_shared_file f
			JOIN office_shared_file_version v ON v.parent = f.id WHERE NOT EXISTS (SELECT 1 FROM files a WHERE a.id = v.file AND a.resource = 'office.shared_file'
				AND a.record = f.id AND a.deleted_at = 0) ORDER BY f.id, v.id`))
}

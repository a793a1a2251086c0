package statement

import (
	"database/sql"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// chunk is how many sheets and payments a walk reads at once.
const chunk = 1000

func and(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// query is a statement that is asked for.
type query struct {
	party    int64
	side     string
	from, to clock.Date
}

// payment is the kind of payment that settles the side.
func (q query) payment() string {
	if q.side == settlement.Payable {
		return settlement.KindPayment
	}
	return settlement.KindReceipt
}

// place is where a chunk ended: behind an entry of a day, by its key; order is 0 for a debt and tells payments of one key apart.
type place struct {
	date       string
	order, key int64
}

// entry is a debt or a payment.
type entry struct {
	place
	source, number          string
	id                      int64
	charged, paid, discount money.Amount
}

// moved holds for payments that changed what is owed; those that only set sheets off against each other are nobody else's business.
const moved = "(p.amount <> 0 OR p.discount <> 0)"

// payments is the condition of payments of a party and a kind, the next two arguments, that may be told.
func payments(v *kernel.View, alias string) string {
	return alias + ".party = ? AND " + alias + ".kind = ? AND " + alias + ".state = 'posted' AND " + strings.ReplaceAll(moved, "p.", alias+".") +
		and(v, settlement.Receipts.Def, alias)
}

// entries gives the next entries behind a place: of either kind no more than are wanted are read, of payments so many days as have
// that many behind the day of the place.
func entries(v *kernel.View, q query, behind place, limit int) ([]entry, error) {
	from := string(q.from)
	if behind.date > from {
		from = behind.date
	}
	var out []entry
	err := v.Each(func(rows *sql.Rows) error {
		var e entry
		err := rows.Scan(&e.date, &e.order, &e.key, &e.source, &e.id, &e.number, (*int64)(&e.charged), (*int64)(&e.paid), (*int64)(&e.discount))
		out = append(out, e)
		return err
	}, `SELECT x.d, x.o, x.k, x.source, x.id, x.number, x.charged, x.paid, x.discount FROM (
		SELECT * FROM (SELECT i.date AS d, 0 AS o, i.id AS k, i.source AS source, i.source_id AS id, i.source_number AS number,
			i.amount AS charged, 0 AS paid, 0 AS discount FROM settlement_open_item i
			WHERE i.party = ? AND i.side = ? AND i.date >= ? AND i.date <= ? AND (i.date > ? OR i.date = ? AND i.id > ?)`+and(v, settlement.OpenItems.Def, "i")+`
			ORDER BY i.date, i.id LIMIT ?) debts
		UNION ALL
		SELECT * FROM (SELECT p.date AS d, p.id AS o, `+settlement.PaymentPlace+` AS k, 'settlement.' || p.kind, p.id AS id, p.number, 0, p.amount, p.discount
			FROM settlement_payment p WHERE `+payments(v, "p")+` AND p.date >= ? AND p.date <= COALESCE((SELECT s.date FROM settlement_payment s
				WHERE `+payments(v, "s")+` AND s.date >= ? AND s.date > ? AND s.date <= ? ORDER BY s.date LIMIT 1 OFFSET ?), ?)) paid
			WHERE paid.d > ? OR paid.d = ? AND (paid.k > ? OR paid.k = ? AND paid.o > ?)
		) x ORDER BY x.d, x.k, x.o LIMIT ?`,
		q.party, q.side, from, string(q.to), behind.date, behind.date, behind.key, limit,
		q.party, q.payment(), from, q.party, q.payment(), from, behind.date, string(q.to), limit, string(q.to),
		behind.date, behind.date, behind.key, behind.key, behind.order, limit)
	return out, err
}

// sums are what happened in some days, by what it was.
type sums struct{ sold, returned, other, paid, discount money.Amount }

// net is what the sums add to a debt.
func (s sums) net() (money.Amount, error) {
	return money.Sum(s.sold, -s.returned, s.other, -s.paid, -s.discount)
}

// before gives what was owed at the beginning of a day.
func before(v *kernel.View, q query, day clock.Date) (money.Amount, error) {
	s, err := summed(v, query{party: q.party, side: q.side, to: day.AddDays(-1)})
	if err != nil {
		return 0, err
	}
	return s.net()
}

// summed adds up the days of a statement.
func summed(v *kernel.View, q query) (s sums, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var source string
		var amount money.Amount
		if err := rows.Scan(&source, (*int64)(&amount)); err != nil {
			return err
		}
		var failed error
		switch source {
		case stock.Deliveries.Name, stock.Receipts.Name:
			s.sold, failed = money.Add(s.sold, amount)
		case stock.SalesReturns.Name, stock.PurchaseReturns.Name:
			s.returned, failed = money.Sub(s.returned, amount)
		default:
			s.other, failed = money.Add(s.other, amount)
		}
		return failed
	}, `SELECT i.source, CAST(SUM(i.amount) AS BIGINT) FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND i.date >= ? AND i.date <= ?`+
		and(v, settlement.OpenItems.Def, "i")+" GROUP BY i.source", q.party, q.side, string(q.from), string(q.to))
	if err != nil {
		return s, err
	}
	_, err = v.Scan([]any{(*int64)(&s.paid), (*int64)(&s.discount)}, `SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT), CAST(COALESCE(SUM(p.discount), 0) AS BIGINT)
		FROM settlement_payment p WHERE p.party = ? AND p.kind = ? AND p.state = 'posted' AND p.date >= ? AND p.date <= ?`+and(v, settlement.Receipts.Def, "p"),
		q.party, q.payment(), string(q.from), string(q.to))
	return s, err
}

// upTo is what the entries of the period up to a place, itself included, add to the debt.
func upTo(v *kernel.View, q query, at place) (sum money.Amount, err error) {
	_, err = v.Scan([]any{(*int64)(&sum)}, `SELECT
		(SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT) FROM settlement_open_item i WHERE i.party = ? AND i.side = ? AND i.date >= ?
			AND (i.date < ? OR i.date = ? AND i.id <= ?)`+and(v, settlement.OpenItems.Def, "i")+`) -
		(SELECT CAST(COALESCE(SUM(y.paid), 0) AS BIGINT) FROM (SELECT p.amount + p.discount AS paid, p.date AS d, p.id AS o, `+settlement.PaymentPlace+` AS k
			FROM settlement_payment p WHERE p.party = ? AND p.kind = ? AND p.state = 'posted' AND p.date >= ? AND p.date <= ?`+and(v, settlement.Receipts.Def, "p")+`) y
			WHERE y.d < ? OR y.k < ? OR y.k = ? AND y.o <= ?)`,
		q.party, q.side, string(q.from), at.date, at.date, at.key, q.party, q.payment(), string(q.from), at.date, at.date, at.key, at.key, at.order)
	return sum, err
}

// detail is a line of a sheet, a charge, or what was taken off.
type detail struct {
	name, spec, unit string
	qty              money.Qty
	price            money.Price
	amount           money.Amount
	goods            bool // it has a quantity and a price
}

// details gives the lines, charges and discounts of sheets, which the actor sees on his statement already, by sheet.
func details(v *kernel.View, ids []int64, words func(string) string) (map[int64][]detail, error) {
	out := map[int64][]detail{}
	if len(ids) == 0 {
		return out, nil
	}
	marks, args := resource.InArgs(ids)
	add := func(rows *sql.Rows) error {
		var sheet int64
		var kind string
		d := detail{goods: true}
		err := rows.Scan(&sheet, &kind, &d.name, &d.spec, &d.unit, (*int64)(&d.qty), (*int64)(&d.price), (*int64)(&d.amount))
		if d.goods = d.spec != chargeMark; !d.goods {
			d.spec = ""
		}
		if kind == stock.KindSalesReturn || kind == stock.KindPurchaseReturn {
			d.qty, d.amount = -d.qty, -d.amount
		}
		out[sheet] = append(out[sheet], d)
		return err
	}
	scope := and(v, stock.Documents.Def, "o")
	err := v.Each(add, `SELECT o.id, o.kind, i.name, i.spec, COALESCE(u.name, ''), CASE WHEN l.by_second THEN l.qty2 ELSE l.qty END, l.price, l.gross
		FROM stock_document o JOIN stock_document_line l ON l.parent = o.id JOIN base_item i ON i.id = l.item
		LEFT JOIN base_unit u ON u.id = CASE WHEN l.by_second THEN l.unit2 ELSE COALESCE(l.unit, i.unit) END
		WHERE o.id IN (`+marks+")"+scope+" ORDER BY o.id, l.pos, l.id", args...)
	if err == nil {
		err = v.Each(add, `SELECT o.id, o.kind, c.name, '`+chargeMark+`', '', 0, 0, c.gross FROM stock_document o JOIN stock_document_charge c ON c.parent = o.id
			WHERE o.id IN (`+marks+")"+scope+" ORDER BY o.id, c.pos, c.id", args...)
	}
	if err != nil {
		return nil, err
	}
	return out, v.Each(func(rows *sql.Rows) error {
		var sheet int64
		var kind string
		var discount, rounding money.Amount
		err := rows.Scan(&sheet, &kind, (*int64)(&discount), (*int64)(&rounding))
		if kind == stock.KindSalesReturn || kind == stock.KindPurchaseReturn {
			discount, rounding = -discount, -rounding
		}
		if discount != 0 {
			out[sheet] = append(out[sheet], detail{name: words("discount"), amount: -discount})
		}
		if rounding != 0 {
			out[sheet] = append(out[sheet], detail{name: words("rounding"), amount: -rounding})
		}
		return err
	}, "SELECT o.id, o.kind, o.discount, o.rounding FROM stock_document o WHERE o.id IN ("+marks+") AND (o.discount <> 0 OR o.rounding <> 0)"+scope+" ORDER BY o.id", args...)
}

// chargeMark tells charges from goods in the rows of one query.
const chargeMark = "\x01"

// purse is money on an account of a kind.
type purse struct {
	kind   string
	amount money.Amount
}

// purses gives where the money of payments came or went.
func purses(v *kernel.View, ids []int64) (map[int64][]purse, error) {
	out := map[int64][]purse{}
	if len(ids) == 0 {
		return out, nil
	}
	marks, args := resource.InArgs(ids)
	return out, v.Each(func(rows *sql.Rows) error {
		var id int64
		var p purse
		err := rows.Scan(&id, &p.kind, (*int64)(&p.amount))
		out[id] = append(out[id], p)
		return err
	}, `SELECT p.id, a.kind, l.amount FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id
		JOIN settlement_money_account a ON a.id = l.money_account WHERE p.id IN (`+marks+")"+and(v, settlement.Receipts.Def, "p")+" ORDER BY p.id, l.pos, l.id", args...)
}

// standing is a party with what it owed before some days, what they added, and what it owes after.
type standing struct {
	id               int64
	name, owner      string
	opening, closing money.Amount
	entries          int64
}

// mostParties is up to how many parties are offered for a batch.
const mostParties = 5000

// standings gives the parties that owed something before a period, or moved in it; owner 0 is everybody's.
func standings(v *kernel.View, q query, owner int64) ([]standing, error) {
	var out []standing
	from, to := string(q.from), string(q.to)
	err := v.Each(func(rows *sql.Rows) error {
		var s standing
		err := rows.Scan(&s.id, &s.name, &s.owner, (*int64)(&s.opening), (*int64)(&s.closing), &s.entries)
		out = append(out, s)
		return err
	}, `SELECT b.id, b.name, COALESCE(h.name, ''), CAST(SUM(x.old) AS BIGINT), CAST(SUM(x.old + x.fresh) AS BIGINT), CAST(SUM(x.n) AS BIGINT) FROM (
		SELECT i.party AS party, CASE WHEN i.date < ? THEN i.amount ELSE 0 END AS old, CASE WHEN i.date < ? THEN 0 ELSE i.amount END AS fresh,
			CASE WHEN i.date < ? THEN 0 ELSE 1 END AS n FROM settlement_open_item i WHERE i.side = ? AND i.date <= ?`+and(v, settlement.OpenItems.Def, "i")+`
		UNION ALL
		SELECT p.party, CASE WHEN p.date < ? THEN -p.amount - p.discount ELSE 0 END, CASE WHEN p.date < ? THEN 0 ELSE -p.amount - p.discount END,
			CASE WHEN p.date < ? THEN 0 ELSE 1 END FROM settlement_payment p WHERE p.kind = ? AND p.state = 'posted' AND p.date <= ? AND `+moved+and(v, settlement.Receipts.Def, "p")+`
		) x JOIN base_party b ON b.id = x.party LEFT JOIN base_person h ON h.id = b.owner WHERE (? = 0 OR b.owner = ?)`+and(v, party.Parties.Def, "b")+`
		GROUP BY b.id, b.name, h.name HAVING SUM(x.old) <> 0 OR SUM(x.n) > 0 ORDER BY b.name, b.id LIMIT ?`,
		from, from, from, q.side, to, from, from, from, q.payment(), to, owner, owner, mostParties)
	return out, err
}

// goods are the items of a price list: in use, of a category or one below it, or those named.
func goods(v *kernel.View, category int64, ids []int64, limit int) ([]int64, error) {
	condition, args := "i.active = ?", []any{true}
	switch {
	case len(ids) > 0:
		marks, more := resource.InArgs(ids)
		condition, args = condition+" AND i.id IN ("+marks+")", append(args, more...)
	case category != 0:
		condition, args = condition+` AND i.category IN (WITH RECURSIVE below (id) AS (SELECT c.id FROM base_item_category c WHERE c.id = ?
			UNION SELECT c.id FROM base_item_category c JOIN below b ON c.parent = b.id) SELECT id FROM below)`, append(args, category)
	}
	return v.IDs("SELECT i.id FROM base_item i WHERE "+condition+and(v, item.Items.Def, "i")+" ORDER BY i.code, i.id LIMIT ?", append(args, limit)...)
}

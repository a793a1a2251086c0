package firm

import (
	"database/sql"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/ledger"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// idOf finds a master by its code; the code of a period is its month, that of a flow its name, that of a user his login, that
// of a folder its path.
func idOf(v *kernel.View, d *kernel.Def, code string) (int64, error) {
	column := map[string]string{"ledger.period": "month", "approval.flow": "name", "base.user": "login", "office.folder": "path"}[d.Name]
	if column == "" {
		column = "code"
	}
	var id int64
	found, err := v.Scan([]any{&id}, "SELECT id FROM "+d.Table.Name+" WHERE "+column+" = ?", code)
	if err == nil && !found {
		err = problem.Rule("ref.missing", "resource", d.Name, "code", code)
	}
	return id, err
}

// draftOf gives the newest draft of a kind of sheet for a party.
func draftOf(v *kernel.View, kind string, partner int64) (*stock.Document, error) {
	list, err := stock.HandleOf(kind).Where(v, "kind = ? AND party = ? AND state = 'draft'", kind, partner)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// askedFor gives the request that waits about a record, nil for none.
func askedFor(v *kernel.View, record int64) (*approval.Request, error) {
	list, err := approval.Requests.Where(v, "record = ? AND state = 'waiting'", record)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// partyOf gives the party that stands for a person in the debts, 0 for none.
func partyOf(v *kernel.View, person int64) (id int64, err error) {
	_, err = v.Scan([]any{&id}, "SELECT id FROM "+party.Parties.Table.Name+" WHERE person = ?", person)
	return id, err
}

// offerOf gives the newest quotation to a customer.
func offerOf(v *kernel.View, customer int64) (*sales.Quotation, error) {
	list, err := sales.Quotations.Where(v, "customer = ?", customer)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// orderFrom gives the order that was made from a quotation.
func orderFrom(v *kernel.View, quotation int64) (*sales.Order, error) {
	list, err := sales.Orders.Where(v, "quotation = ?", quotation)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// orderFor gives the purchase order that was made from a requisition.
func orderFor(v *kernel.View, requisition int64) (*purchasing.Order, error) {
	list, err := purchasing.Orders.Where(v, "requisition = ?", requisition)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[len(list)-1], nil
}

// bySheet counts the sheets that are not void, by resource.
func bySheet(v *kernel.View) (map[string]int64, error) {
	out := map[string]int64{}
	for _, d := range v.Company.Defs {
		if d.Kind != "document" && d.Name != "crm.follow_up" || d.Internal || d.Name == "stock.document" || d.ByName["state"] == nil {
			continue
		}
		where, args := "", []any{}
		if d.Only != nil {
			where, args = " AND "+d.Only.Field+" = ?", []any{d.Only.Value}
		}
		var n int64
		if _, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+d.Table.Name+" WHERE state <> 'void'"+where, args...); err != nil {
			return nil, err
		}
		out[d.Name] = n
	}
	return out, nil
}

// balances gives what stands on accounts whose code begins with a text, debit positive, and what moved on them since a day.
func balances(v *kernel.View, code string, from clock.Date) (all, since money.Amount, err error) {
	_, err = v.Scan([]any{&all, &since}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN v.date >= ? AND v.kind <> 'closing' THEN e.debit - e.credit ELSE 0 END), 0) AS BIGINT)
		FROM `+ledger.Vouchers.Lines[0].Table.Name+` e JOIN `+ledger.Vouchers.Table.Name+` v ON v.id = e.parent
		JOIN `+ledger.Accounts.Table.Name+` a ON a.id = e.account WHERE v.state <> 'void' AND a.code LIKE ?`, string(from), code+"%")
	return all, since, err
}

// pools adds up what the stock is worth.
func pools(v *kernel.View) (value money.Amount, err error) {
	_, err = v.Scan([]any{&value}, "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM stock_pool")
	return value, err
}

// lowest counts the items that lie below their minimum, and those of them that have run out.
func lowest(v *kernel.View) (low, out int64, err error) {
	err = v.Each(func(rows *sql.Rows) error { return rows.Scan(&low, &out) }, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN have <= 0 THEN 1 ELSE 0 END), 0)
		FROM (SELECT i.id, i.min_stock, COALESCE((SELECT SUM(h.qty) FROM stock_on_hand h WHERE h.item = i.id), 0) AS have FROM base_item i WHERE i.min_stock > 0) x
		WHERE have < min_stock`)
	return low, out, err
}

// talkAfter gives the talk that was planned when another was held.
func talkAfter(v *kernel.View, talk int64) (id int64, err error) {
	_, err = v.Scan([]any{&id}, "SELECT id FROM "+crm.FollowUps.Table.Name+" WHERE previous = ?", talk)
	return id, err
}

// held is a customer with the person whose it is.
type held struct{ party, owner int64 }

// quiet gives some customers who owe nothing and with whom nothing is going on, those of the longest silence first.
func quiet(v *kernel.View, most int) (list []held, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var h held
		err := rows.Scan(&h.party, &h.owner)
		list = append(list, h)
		return err
	}, "SELECT p.id, p.owner FROM "+party.Parties.Table.Name+` p WHERE p.customer AND p.owner IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM settlement_open_item o WHERE o.party = p.id AND o.open <> 0)
		AND NOT EXISTS (SELECT 1 FROM sales_order s WHERE s.customer = p.id AND s.state NOT IN ('closed', 'void'))
		AND NOT EXISTS (SELECT 1 FROM crm_opportunity c WHERE c.customer = p.id AND c.state = 'open')
		AND NOT EXISTS (SELECT 1 FROM crm_follow_up f WHERE f.customer = p.id AND f.state = 'planned')
		ORDER BY p.touched, p.id LIMIT ?`, most)
	return list, err
}

// onHoliday tells whether a day is a legal holiday, as the company has them.
func onHoliday(v *kernel.View, day clock.Date) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT 1 FROM office_holiday WHERE kind <> 'work' AND from_date <= ? AND to_date >= ? LIMIT 1", string(day), string(day))
}

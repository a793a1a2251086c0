package price

import (
	"database/sql"
	"slices"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// agreed gives the prices of the customer's own on the day of a sheet, as far as the actor may see them.
func agreed(v *kernel.View, a Ask, items []int64) (map[int64]money.Price, error) {
	out := map[int64]money.Price{}
	scope := resource.Visible(v, CustomerPrices.Def, "p")
	if scope != "" {
		scope = " AND " + scope
	}
	for part := range slices.Chunk(items, 512) {
		marks, ids := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var id, price int64
			err := rows.Scan(&id, &price)
			out[id] = money.Price(price) // the latest comes last
			return err
		}, "SELECT p.item, p.price FROM base_customer_price p WHERE p.party = ? AND p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?) AND p.item IN ("+marks+")"+scope+
			" ORDER BY p.valid_from", append([]any{a.Party.ID, string(a.Date), string(a.Date)}, ids...)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Agreed gives the prices that a customer has of his own today, of one of the items' own units, as far as the actor may see
// them.
func Agreed(v *kernel.View, customer int64, items []int64) (map[int64]money.Price, error) {
	if customer == 0 || len(items) == 0 || !v.Actor.Can(CustomerPrices.Name, "read") {
		return nil, nil
	}
	return agreed(v, Ask{Party: &party.Party{Base: resource.Base{ID: customer}}, Date: v.Today}, items)
}

// apart refuses a price for days on which the customer has another one.
func apart(tx *kernel.Tx, p *CustomerPrice) error {
	var from, to string
	found, err := tx.Scan([]any{&from, &to}, `SELECT p.valid_from, p.valid_to FROM base_customer_price p WHERE p.party = ? AND p.item = ? AND p.id <> ?
		AND (p.valid_to = '' OR p.valid_to >= ?) AND (? = '' OR p.valid_from <= ?) ORDER BY p.valid_from LIMIT 1`,
		p.Party, p.Item, p.ID, string(p.ValidFrom), string(p.ValidTo), string(p.ValidTo))
	switch {
	case err != nil || !found:
		return err
	case to == "":
		return problem.Conflicted("price.overlap_open", "from", from).At("/valid_from")
	}
	return problem.Conflicted("price.overlap", "from", from, "to", to).At("/valid_from")
}

package purchasing

import (
	"database/sql"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// supplierPrices gives what the supplier of an order asks for its items on its date, as far as the actor may see it.
func supplierPrices(v *kernel.View, s ordering.Sheet) (map[int64]money.Price, error) {
	out := map[int64]money.Price{}
	scope := resource.Visible(v, SupplierPrices.Def, "p")
	if scope != "" {
		scope = " AND " + scope
	}
	items := s.Items()
	for s.Party != 0 && len(items) > 0 {
		n := min(len(items), 128)
		marks, args := resource.InArgs(items[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id, price int64
			err := rows.Scan(&id, &price)
			out[id] = money.Price(price) // the latest comes last
			return err
		}, "SELECT p.item, p.price FROM purchasing_supplier_price p WHERE p.supplier = ? AND p.valid_from <= ? AND p.item IN ("+marks+")"+scope+
			" ORDER BY p.valid_from", append([]any{s.Party, string(s.Doc.Date)}, args...)...)
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return out, nil
}

// onePrice refuses a second price of the same day; the database's constraint stands behind it.
func onePrice(tx *kernel.Tx, p *SupplierPrice) error {
	found, err := tx.Scan([]any{new(int64)}, "SELECT p.id FROM purchasing_supplier_price p WHERE p.supplier = ? AND p.item = ? AND p.valid_from = ? AND p.id <> ?",
		p.Supplier, p.Item, string(p.ValidFrom), p.ID)
	if err == nil && found {
		return problem.Conflicted("purchasing.price_twice", "date", p.ValidFrom).At("/valid_from")
	}
	return err
}

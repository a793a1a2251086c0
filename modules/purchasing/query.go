package purchasing

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
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

// stockedItems gives the active items that are kept in stock, by code, with what the list shows of them.
func stockedItems(v *kernel.View, category int64) (out []shortage, err error) {
	where, args := "", []any(nil)
	if category != 0 {
		where, args = " AND i.category = ?", []any{category}
	}
	err = v.Each(func(rows *sql.Rows) error {
		var s shortage
		var unit, supplier sql.NullInt64
		err := rows.Scan(&s.item, &s.code, &s.spec, &unit, &supplier, (*int64)(&s.minStock), (*int64)(&s.price))
		s.unit, s.supplier = unit.Int64, supplier.Int64
		out = append(out, s)
		return err
	}, "SELECT i.id, i.code, i.spec, i.unit, i.supplier, i.min_stock, i.purchase_price FROM base_item i WHERE i.active AND NOT i.service"+where+" ORDER BY i.code, i.id", args...)
	return out, err
}

// requestedQty gives how much of each item is asked for and not on a confirmed order yet: what is left of requisitions
// in force or waiting for agreement, and what orders made from requisitions hold before they are confirmed. Like stock on
// hand it is a balance that names nobody's sheet: what is missing does not depend on who asks.
func requestedQty(v *kernel.View, warehouse int64) (map[int64]money.Qty, error) {
	requisition, order, args := "", "", []any(nil)
	if warehouse != 0 {
		requisition, order, args = " AND r.warehouse = ?", " AND o.warehouse = ?", []any{warehouse, warehouse}
	}
	out := map[int64]money.Qty{}
	err := v.Each(func(rows *sql.Rows) error {
		var item, qty int64
		if err := rows.Scan(&item, &qty); err != nil {
			return err
		}
		sum, err := money.AddOf(out[item], money.Qty(qty))
		out[item] = sum
		return err
	}, `SELECT l.item, CAST(SUM(l.base_qty - l.ordered) AS BIGINT) FROM purchasing_requisition r JOIN purchasing_requisition_line l ON l.parent = r.id
		WHERE r.state IN ('waiting', 'submitted') AND l.base_qty > l.ordered`+requisition+` GROUP BY l.item
		UNION ALL SELECT l.item, CAST(SUM(l.base_qty) AS BIGINT) FROM purchasing_order o JOIN purchasing_order_line l ON l.parent = o.id
		WHERE o.state IN ('draft', 'waiting') AND o.requisition IS NOT NULL`+order+` GROUP BY l.item`, args...)
	return out, err
}

// offer is who is likely to supply an item, 0 when nobody is known, and what it cost last.
type offer struct {
	supplier int64
	price    money.Price
}

// offersFor tells for each item who is likely to supply it: its main supplier, else who was ordered from last, else whose
// price is the latest; and what it cost last, else the latest price of a supplier. All of it as far as the actor sees it.
func offersFor(v *kernel.View, ids []int64, main func(int64) int64) (map[int64]offer, error) {
	out := map[int64]offer{}
	if len(ids) == 0 {
		return out, nil
	}
	// Backwards through the lines of each item to the first that counts: CROSS JOIN keeps SQLite from going through the orders.
	last, err := latest(v, Orders.Def, ids, `SELECT i.id, o.supplier, l.price, l.qty, CASE WHEN l.by_second THEN l.qty ELSE l.base_qty END FROM base_item i JOIN purchasing_order_line l ON l.id = (
		SELECT x.id FROM purchasing_order_line x CROSS JOIN purchasing_order o WHERE x.item = i.id AND o.id = x.parent AND o.state IN ('confirmed', 'closed')%[2]s
		ORDER BY x.id DESC LIMIT 1) JOIN purchasing_order o ON o.id = l.parent WHERE i.id IN (%[1]s)`, "o")
	if err != nil {
		return nil, err
	}
	listed, err := latest(v, SupplierPrices.Def, ids, `SELECT p.item, p.supplier, p.price, 1, 1 FROM purchasing_supplier_price p
		WHERE p.item IN (%s) AND p.valid_from <= '`+string(v.Today)+`'%s ORDER BY p.valid_from, p.id`, "p")
	if err != nil {
		return nil, err
	}
	var suppliers []int64
	for _, id := range ids {
		a, b := last[id], listed[id]
		out[id] = offer{cmp.Or(main(id), a.supplier, b.supplier), cmp.Or(a.price, b.price)}
		suppliers = append(suppliers, out[id].supplier)
	}
	seen, err := seenParties(v, suppliers)
	for id, o := range out {
		if !seen[o.supplier] {
			out[id] = offer{0, o.price}
		}
	}
	return out, err
}

// latest reads rows of item, supplier, price, and the quantity it was agreed for in the unit and in the own unit, of which the last of each item counts. The query has places for the
// items and for the condition on what the actor sees of the resource, known as alias.
func latest(v *kernel.View, d *kernel.Def, ids []int64, query, alias string) (map[int64]offer, error) {
	out := map[int64]offer{}
	scope := resource.Visible(v, d, alias)
	if scope != "" {
		scope = " AND " + scope
	}
	for part := range slices.Chunk(ids, 512) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var item int64
			var o offer
			var price, qty, base int64 // a price is one of the unit it was agreed in
			if err := rows.Scan(&item, &o.supplier, &price, &qty, &base); err != nil {
				return err
			}
			if base == 0 {
				qty, base = 1, 1
			}
			own, err := money.MulDiv(price, qty, base)
			o.price = money.Price(own)
			out[item] = o
			return err
		}, fmt.Sprintf(query, marks, scope), args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// seenParties tells which parties the actor may see.
func seenParties(v *kernel.View, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	scope := resource.Visible(v, party.Parties.Def, "p")
	if scope == "" {
		for _, id := range ids {
			out[id] = true
		}
		return out, nil
	}
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), 512) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, "SELECT p.id FROM base_party p WHERE p.id IN ("+marks+") AND "+scope, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unitUsed tells whether a unit of an item stands on an order or a requisition, of anybody, that is not void.
func unitUsed(tx *kernel.Tx, c *item.UnitChange) error {
	found, err := tx.Scan([]any{new(int64)}, `SELECT l.id FROM purchasing_order_line l JOIN purchasing_order o ON o.id = l.parent WHERE l.item = ? AND l.unit = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM purchasing_requisition_line l JOIN purchasing_requisition r ON r.id = l.parent WHERE l.item = ? AND l.unit = ? AND r.state <> 'void' LIMIT 1`,
		c.Item, c.Unit, c.Item, c.Unit)
	c.Used = c.Used || found
	return err
}

// rateUsed tells whether a tax rate stands on an order, of anybody, that is not void.
func rateUsed(tx *kernel.Tx, c *tax.RateChange) error {
	found, err := tx.Scan([]any{new(int64)}, `SELECT l.id FROM purchasing_order_line l JOIN purchasing_order o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM purchasing_order_charge l JOIN purchasing_order o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void' LIMIT 1`, c.Rate, c.Rate)
	c.Used = c.Used || found
	return err
}

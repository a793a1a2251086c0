package stock

import (
	"database/sql"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// free gives what lies in the warehouse of a sheet and is not promised to deliveries that wait for the storekeeper, other than
// the sheet itself.
func free(v *kernel.View, doc *Document, items []int64) (map[int64]money.Qty, error) {
	have, err := OnHand(v, items, doc.Warehouse)
	if err != nil || v.Company.Setting(settingShips) != "storekeeper" {
		return have, err
	}
	promised, err := Promised(v, items, doc.Warehouse, doc.ID)
	for id, q := range promised {
		have[id] -= q
	}
	return have, err
}

// There gives what of goods lies free in a warehouse, 0 where it is less than nothing. What is kept in no stock is not in it.
func There(v *kernel.View, warehouse int64, goods []int64) (map[int64]money.Qty, error) {
	have, err := free(v, &Document{Warehouse: warehouse}, goods)
	if err != nil {
		return nil, err
	}
	items, err := item.Items.FindMany(v, goods)
	out := map[int64]money.Qty{}
	for id, it := range items {
		if !it.Service {
			out[id] = max(have[id], 0)
		}
	}
	return out, err
}

// Promised gives what deliveries that wait for the storekeeper will take of items out of a warehouse, but for one of them. What
// exchanges among them will bring back is not there yet.
func Promised(v *kernel.View, items []int64, warehouse, but int64) (map[int64]money.Qty, error) {
	out := map[int64]money.Qty{}
	for len(items) > 0 {
		n := min(len(items), 128)
		marks, args := resource.InArgs(items[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id, qty int64
			err := rows.Scan(&id, &qty)
			out[id] += money.Qty(qty)
			return err
		}, `SELECT l.item, CAST(SUM(CASE WHEN l.base_qty > 0 THEN l.base_qty ELSE 0 END) AS BIGINT) FROM stock_document o JOIN stock_document_line l ON l.parent = o.id
			WHERE o.state = 'sent' AND o.warehouse = ? AND o.id <> ? AND l.item IN (`+marks+`) GROUP BY l.item`, append([]any{warehouse, but}, args...)...)
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return out, nil
}

// WaitingFor is what the deliveries of a customer that wait for the storekeeper come to. Money that came with them stands in the
// customer's advances already.
func WaitingFor(v *kernel.View, customer int64) (money.Amount, error) {
	var sum int64
	_, err := v.Scan([]any{&sum}, `SELECT CAST(COALESCE(SUM(gross), 0) AS BIGINT) FROM stock_document WHERE kind = 'delivery' AND state = 'sent' AND party = ?`, customer)
	return money.Amount(sum), err
}

package stock

import (
	"database/sql"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// placesOf gives what of items lies in a warehouse, or in all of them for 0, with the second quantities.
func placesOf(v *kernel.View, items []int64, warehouse int64) (map[int64]place, error) {
	out := map[int64]place{}
	for len(items) > 0 {
		n := min(len(items), 128)
		marks, args := resource.InArgs(items[:n])
		where := ""
		if warehouse != 0 {
			where, args = " AND warehouse = ?", append(args, warehouse)
		}
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var p place
			err := rows.Scan(&id, (*int64)(&p.qty), (*int64)(&p.qty2))
			out[id] = p
			return err
		}, "SELECT item, CAST(SUM(qty) AS BIGINT), CAST(SUM(qty2) AS BIGINT) FROM stock_on_hand WHERE item IN ("+marks+")"+where+" GROUP BY item", args...)
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return out, nil
}

// unitUsed tells whether a unit of an item stands on a sheet, of anybody, that took effect.
func unitUsed(tx *kernel.Tx, c *item.UnitChange) error {
	found, err := tx.Scan([]any{new(int64)}, `SELECT l.id FROM stock_document_line l JOIN stock_document o ON o.id = l.parent
		WHERE l.item = ? AND l.unit = ? AND o.state IN ('sent', 'posted', 'reversed') LIMIT 1`, c.Item, c.Unit)
	c.Used = c.Used || found
	return err
}

// rateUsed tells whether a tax rate stands on a sheet, of anybody, that took effect.
func rateUsed(tx *kernel.Tx, c *tax.RateChange) error {
	const effect = " WHERE l.tax_rate = ? AND o.state IN ('sent', 'posted', 'reversed')"
	found, err := tx.Scan([]any{new(int64)}, "SELECT l.id FROM stock_document_line l JOIN stock_document o ON o.id = l.parent"+effect+
		" UNION ALL SELECT l.id FROM stock_document_charge l JOIN stock_document o ON o.id = l.parent"+effect+" LIMIT 1", c.Rate, c.Rate)
	c.Used = c.Used || found
	return err
}

package stock

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// pooled is what of an item there is and what it is worth.
type pooled struct {
	qty   money.Qty
	value money.Amount
	last  money.Price // what the last one cost
}

// pooledOf reads what the goods of a warehouse are worth, which is kept for the whole company or for each warehouse.
func pooledOf(v *kernel.View, items []int64, warehouse int64) (map[int64]pooled, error) {
	out := map[int64]pooled{}
	for len(items) > 0 {
		n := min(len(items), 128)
		marks, args := resource.InArgs(items[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var p pooled
			err := rows.Scan(&id, (*int64)(&p.qty), (*int64)(&p.value), (*int64)(&p.last))
			out[id] = p
			return err
		}, "SELECT item, qty, value, last_cost FROM stock_pool WHERE scope = ? AND item IN ("+marks+")", append([]any{scopeOf(v.Company, warehouse)}, args...)...)
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return out, nil
}

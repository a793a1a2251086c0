package trading

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock"
)

// waiting gives by line of some orders what deliveries are to bring that wait for the storekeeper, beside one of them and, where
// that is the rest of another, those that it comes from, which are just leaving.
func waiting(v *kernel.View, orders []int64, but *stock.Document) (map[int64]money.Qty, error) {
	out := map[int64]money.Qty{}
	err := v.Each(func(rows *sql.Rows) error {
		var line, qty int64
		err := rows.Scan(&line, &qty)
		out[line] = money.Qty(qty)
		return err
	}, `SELECT o.order_line, CAST(SUM(l.base_qty) AS BIGINT) FROM trading_origin o JOIN stock_document d ON d.id = o.document AND d.state = 'sent'
		JOIN stock_document_line l ON l.id = o.line WHERE `+store.In("o.orders", orders)+`
		AND d.id NOT IN (?, ?) AND (d.rest_of IS NULL OR d.rest_of <> ?) GROUP BY o.order_line`, but.ID, but.RestOf, but.RestOf)
	return out, err
}

// coming gives the number of a delivery that waits for the storekeeper and brings something of an order.
func coming(v *kernel.View, order int64) (number string, err error) {
	_, err = v.Scan([]any{&number}, `SELECT d.number FROM trading_origin o JOIN stock_document d ON d.id = o.document AND d.state = 'sent'
		WHERE o.orders = ? ORDER BY d.id LIMIT 1`, order)
	return number, err
}

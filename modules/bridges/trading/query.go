package trading

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
)

// origin says which line of which order a line of a delivery was made from.
type origin struct{ line, document, order, orderLine int64 }

var originTable = &store.Table{Name: "trading_origin", Columns: []string{"line", "document", "orders", "order_line"}}

func saveOrigins(tx *kernel.Tx, list []origin) error {
	var rows []any
	for _, o := range list {
		rows = append(rows, o.line, o.document, o.order, o.orderLine)
	}
	return originTable.Insert(tx.Unit, rows)
}

func origins(tx *kernel.Tx, document int64) ([]origin, error) {
	var out []origin
	err := tx.Each(func(rows *sql.Rows) error {
		o := origin{document: document}
		err := rows.Scan(&o.line, &o.order, &o.orderLine)
		out = append(out, o)
		return err
	}, "SELECT line, orders, order_line FROM trading_origin WHERE document = ? ORDER BY line", document)
	return out, err
}

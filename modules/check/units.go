package check

import (
	"database/sql"
	"errors"
	"math/big"

	"zhanggui/modules/kernel/money"
)

// measured are the lines that are written in units of their items, of sheets that are more than drafts.
var measured = []struct{ module, table, live string }{
	{"stock", "stock_document", "o.state IN ('posted', 'reversed') AND o.kind NOT IN ('count', 'adjustment')"},
	{"sales", "sales_order", "o.state NOT IN ('draft', 'void')"},
	{"sales", "sales_quotation", "o.state NOT IN ('draft', 'void')"},
	{"purchasing", "purchasing_order", "o.state NOT IN ('draft', 'void')"},
	{"purchasing", "purchasing_requisition", "o.state NOT IN ('draft', 'void')"},
}

// checkUnits multiplies what was typed with what its unit holds and compares it with the kept quantity in the own unit, and
// looks for units and barcodes that cannot be. A line in a unit that its item does not have is of a time when that was but a
// word: it holds what was typed.
func checkUnits(c *checker) error {
	err := errors.Join(
		c.none("item %s: unit %s holds %s of the item's own", `SELECT i.code, u.unit, u.ratio AS qty FROM base_item_unit u JOIN base_item i ON i.id = u.parent WHERE u.ratio <= 0 ORDER BY u.id`),
		c.none("item %s: unit %s is its own unit", `SELECT i.code, u.unit FROM base_item_unit u JOIN base_item i ON i.id = u.parent WHERE u.unit = i.unit ORDER BY u.id`),
		c.none("item %s: unit %s stands %s times", `SELECT i.code, u.unit, COUNT(*) FROM base_item_unit u JOIN base_item i ON i.id = u.parent GROUP BY i.code, u.parent, u.unit HAVING COUNT(*) > 1 ORDER BY i.code, u.unit`),
		c.none("barcode %s belongs to item %s and to a unit of item %s", `SELECT i.barcode, i.code, o.code FROM base_item i JOIN base_item_unit u ON u.barcode = i.barcode
			JOIN base_item o ON o.id = u.parent WHERE i.barcode <> '' ORDER BY i.barcode`))
	for _, m := range measured {
		if err == nil && c.has(m.module) {
			err = c.measured(m.table, m.live)
		}
	}
	return err
}

func (c *checker) measured(table, live string) error {
	return c.Each(func(rows *sql.Rows) error {
		var id, line, qty, ratio, base int64
		var number string
		if err := rows.Scan(&number, &id, &line, &qty, &ratio, &base); err != nil {
			return err
		}
		want := new(big.Int).Mul(big.NewInt(qty), big.NewInt(ratio))
		if kept := new(big.Int).Mul(big.NewInt(base), big.NewInt(1_000_000)); kept.Cmp(want) != 0 {
			c.fault("%s %s #%d: line #%d holds %s of the own unit, recomputed %s × %s", table, number, id, line,
				money.Qty(base), money.Qty(qty), money.Qty(ratio))
		}
		return nil
	}, `SELECT o.number, o.id, l.id, l.qty, COALESCE(u.ratio, 1000000), l.base_qty FROM `+table+` o JOIN `+table+`_line l ON l.parent = o.id
		LEFT JOIN base_item_unit u ON u.parent = l.item AND u.unit = l.unit
		WHERE `+live+` AND (u.ratio IS NOT NULL OR l.base_qty <> l.qty) ORDER BY l.id`)
}

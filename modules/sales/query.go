package sales

import (
	"database/sql"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// outdated gives the sent quotations that the actor sees and whose day has passed, the oldest first.
func outdated(v *kernel.View) (ids []int64, err error) {
	scope := resource.Visible(v, Quotations.Def, "q")
	if scope != "" {
		scope = " AND " + scope
	}
	return v.IDs("SELECT q.id FROM sales_quotation q WHERE q.state = 'sent' AND q.valid_until <> '' AND q.valid_until < ?"+scope+" ORDER BY q.id", string(v.Today))
}

// Undelivered gives how much of each item customers have ordered and not yet had, from a warehouse or from all of them
// for 0.
func Undelivered(v *kernel.View, warehouse int64) (map[int64]money.Qty, error) {
	return direction.OpenQty(v, warehouse)
}

// dealing tells which of some customers have an order that is not delivered yet, or any that was made after a day. It asks
// for no scope: it answers a rule.
func dealing(v *kernel.View, customers []int64, since clock.Date) (map[int64]bool, error) {
	out := map[int64]bool{}
	marks, args := resource.InArgs(customers)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, "SELECT DISTINCT o.customer FROM sales_order o WHERE o.customer IN ("+marks+") AND (o.state IN ('waiting', 'confirmed') OR o.state <> 'void' AND o.date > ?)",
		append(args, string(since))...)
	return out, err
}

// unitUsed tells whether a unit of an item stands on an order or a quotation, of anybody, that is not void.
func unitUsed(tx *kernel.Tx, c *item.UnitChange) error {
	found, err := tx.Scan([]any{new(int64)}, `SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.parent WHERE l.item = ? AND l.unit = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM sales_quotation_line l JOIN sales_quotation o ON o.id = l.parent WHERE l.item = ? AND l.unit = ? AND o.state <> 'void' LIMIT 1`,
		c.Item, c.Unit, c.Item, c.Unit)
	c.Used = c.Used || found
	return err
}

// rateUsed tells whether a tax rate stands on an order or a quotation, of anybody, that is not void.
func rateUsed(tx *kernel.Tx, c *tax.RateChange) error {
	found, err := tx.Scan([]any{new(int64)}, `SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM sales_order_charge l JOIN sales_order o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM sales_quotation_line l JOIN sales_quotation o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void'
		UNION ALL SELECT l.id FROM sales_quotation_charge l JOIN sales_quotation o ON o.id = l.parent WHERE l.tax_rate = ? AND o.state <> 'void' LIMIT 1`,
		c.Rate, c.Rate, c.Rate, c.Rate)
	c.Used = c.Used || found
	return err
}

package sales

import (
	"database/sql"
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// firstWarehouse is the one that sheets start with: the first active by code, 0 when there is none.
func firstWarehouse(v *kernel.View) (int64, error) {
	return kernel.Memo(v, "sales.first_warehouse", func() (int64, error) {
		var id int64
		_, err := v.Scan([]any{&id}, "SELECT id FROM base_warehouse WHERE active ORDER BY code LIMIT 1")
		return id, err
	})
}

// numberTaken refuses an imported number that another order has; the database's constraint stands behind it.
func numberTaken(tx *kernel.Tx, old, o *Order) error {
	if old != nil || o.Number == "" {
		return nil
	}
	taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM sales_order o WHERE number = ?", o.Number)
	if err == nil && taken {
		return problem.Conflicted("sales.number", "number", o.Number).At("/number")
	}
	return err
}

// visible is the condition on sales_order o: what the actor may see.
func visible(v *kernel.View) string {
	if scope := resource.Visible(v, v.Company.Def(orderName), "o"); scope != "" {
		return " AND " + scope
	}
	return ""
}

// lastPrices gives the price of each item on the customer's latest order of it that the actor may see.
func lastPrices(v *kernel.View, customer int64, items []int64) (map[int64]money.Price, error) {
	out := map[int64]money.Price{}
	for customer != 0 && len(items) > 0 {
		n := min(len(items), 128)
		marks, args := resource.InArgs(items[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var id, price int64
			err := rows.Scan(&id, &price)
			out[id] = money.Price(price)
			return err
		}, `SELECT l.item, l.price FROM sales_order_line l WHERE l.id IN (
			SELECT MAX(x.id) FROM sales_order_line x JOIN sales_order o ON o.id = x.parent
			WHERE o.customer = ? AND o.state IN ('confirmed', 'closed') AND x.item IN (`+marks+`)`+visible(v)+` GROUP BY x.item)`,
			append([]any{customer}, args...)...)
		if err != nil {
			return nil, err
		}
		items = items[n:]
	}
	return out, nil
}

// openLine is a line of a confirmed order with something left.
type openLine struct {
	order, customer, item int64
	number, date          string
	promised              string
	qty, delivered, gross int64
}

// conditions collects WHERE conditions with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(condition string, arg any) {
	c.parts = append(c.parts, condition)
	c.args = append(c.args, arg)
}

// param adds a condition when the parameter was given.
func (c *conditions) param(condition, value string) {
	if value != "" {
		c.add(condition, value)
	}
}

// ref adds a condition on an id when the parameter was given.
func (c *conditions) ref(condition, value string) {
	if id, err := strconv.ParseInt(value, 10, 64); err == nil && id != 0 {
		c.add(condition, id)
	}
}

func openLines(v *kernel.View, params map[string]string) ([]openLine, error) {
	c := conditions{parts: []string{"o.state = 'confirmed'", "l.qty > l.delivered"}}
	c.ref("o.customer = ?", params["customer"])
	c.ref("l.item = ?", params["item"])
	c.param("o.promised <= ?", params["until"])
	var out []openLine
	err := v.Each(func(rows *sql.Rows) error {
		var l openLine
		err := rows.Scan(&l.order, &l.number, &l.date, &l.promised, &l.customer, &l.item, &l.qty, &l.delivered, &l.gross)
		out = append(out, l)
		return err
	}, `SELECT o.id, o.number, o.date, o.promised, o.customer, l.item, l.qty, l.delivered, l.gross
		FROM sales_order o JOIN sales_order_line l ON l.parent = o.id
		WHERE `+strings.Join(c.parts, " AND ")+visible(v)+`
		ORDER BY CASE WHEN o.promised = '' THEN 1 ELSE 0 END, o.promised, o.date, o.id, l.pos`, c.args...)
	return out, err
}

// groupKey is a key that the summary can group by: its expression, and the resource it names, "" for a text.
type groupKey struct {
	expression, ref string
	label           kernel.Text
}

// groupKeys is the closed list of keys; a parameter only ever picks one of them.
var groupKeys = map[string]groupKey{
	"item":       {"l.item", "base.item", kernel.T("商品", "Item")},
	"category":   {"i.category", "base.item_category", kernel.T("商品分类", "Item category")},
	"customer":   {"o.customer", party.Parties.Name, kernel.T("客户", "Customer")},
	"owner":      {"o.owner", "base.person", kernel.T("业务员", "Salesperson")},
	"department": {"o.department", "base.department", kernel.T("部门", "Department")},
	"month":      {"substr(o.date, 1, 7)", "", kernel.T("月份", "Month")},
	"date":       {"o.date", "", kernel.T("日期", "Date")},
}

// group is one row of the summary: its keys, as ids or texts, and its figures. off is what whole-sheet discount and
// rounding took, gross is what is left to pay for the goods.
type group struct {
	ids    [2]int64
	texts  [2]string
	orders int64
	qty    money.Qty
	goods  money.Amount
	off    money.Amount
	gross  money.Amount
}

// summed groups the lines of confirmed and closed orders; without keys it gives one row for everything.
func summed(v *kernel.View, keys []groupKey, params map[string]string) ([]group, error) {
	c := conditions{parts: []string{"o.state IN ('confirmed', 'closed')"}}
	c.param("o.date >= ?", params["from"])
	c.param("o.date <= ?", params["to"])
	c.ref("o.customer = ?", params["customer"])
	c.ref("l.item = ?", params["item"])
	selected, by := "", ""
	for i, k := range keys {
		selected += k.expression + ", "
		if i == 0 {
			by = " GROUP BY " + k.expression
		} else {
			by += ", " + k.expression
		}
	}
	var out []group
	err := v.Each(func(rows *sql.Rows) error {
		var g group
		var ids [2]sql.NullInt64
		var dest []any
		for i, k := range keys {
			if k.ref != "" {
				dest = append(dest, &ids[i])
			} else {
				dest = append(dest, &g.texts[i])
			}
		}
		var qty, goods, off, gross sql.NullInt64
		err := rows.Scan(append(dest, &g.orders, &qty, &goods, &off, &gross)...)
		g.ids = [2]int64{ids[0].Int64, ids[1].Int64}
		g.qty, g.goods, g.off, g.gross = money.Qty(qty.Int64), money.Amount(goods.Int64), money.Amount(off.Int64), money.Amount(gross.Int64)
		out = append(out, g)
		return err
	}, `SELECT `+selected+`COUNT(DISTINCT o.id), CAST(SUM(l.qty) AS BIGINT), CAST(SUM(l.amount) AS BIGINT),
			CAST(SUM(l.off) AS BIGINT), CAST(SUM(l.gross - l.off) AS BIGINT)
		FROM sales_order o JOIN sales_order_line l ON l.parent = o.id JOIN base_item i ON i.id = l.item
		WHERE `+strings.Join(c.parts, " AND ")+visible(v)+by, c.args...)
	return out, err
}

package ordering

import (
	"database/sql"
	"strconv"
	"strings"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// firstWarehouse is the one that sheets start with: the first active by code, 0 when there is none.
func firstWarehouse(v *kernel.View) (int64, error) {
	return kernel.Memo(v, "ordering.first_warehouse", func() (int64, error) {
		var id int64
		_, err := v.Scan([]any{&id}, "SELECT id FROM base_warehouse WHERE active ORDER BY code LIMIT 1")
		return id, err
	})
}

// NumberTaken refuses an imported number that another order has; the database's constraint stands behind it.
func (d Direction) NumberTaken(tx *kernel.Tx, number string) error {
	if number == "" {
		return nil
	}
	taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM "+tx.Company.Def(d.Order).Table.Name+" WHERE number = ? AND number <> ''", number)
	if err == nil && taken {
		return problem.Conflicted(d.Module+".number", "number", number).At("/number")
	}
	return err
}

// from is the FROM clause of the orders (o) and their lines (l).
func (d Direction) from(v *kernel.View) string {
	def := v.Company.Def(d.Order)
	return " FROM " + def.Table.Name + " o JOIN " + def.LineOf("lines").Table.Name + " l ON l.parent = o.id "
}

// visible is the condition on orders o: what the actor may see.
func (d Direction) visible(v *kernel.View) string {
	if scope := resource.Visible(v, v.Company.Def(d.Order), "o"); scope != "" {
		return " AND " + scope
	}
	return ""
}

// LastPrices gives the price of each item on the party's latest confirmed order of it that the actor may see, as one of the
// unit it was ordered in. mode limits it to orders of that tax mode, "" takes any.
func (d Direction) LastPrices(v *kernel.View, s Sheet, mode string) (map[int64]item.Priced, error) {
	return d.LastPricesOf(v, s.Party, s.Items(), mode)
}

// LastPricesOf is LastPrices for a party and items.
func (d Direction) LastPricesOf(v *kernel.View, party int64, items []int64, mode string) (map[int64]item.Priced, error) {
	if party == 0 {
		return nil, nil
	}
	return commerce.Priced{Def: v.Company.Def(d.Order), Party: d.Party, Where: "(o.tax_mode = ? OR ? = '') AND o.state IN ('confirmed', 'closed')",
		Args: []any{mode, mode}}.Last(v, party, items)
}

// Paid gives the lines of confirmed and closed orders that the actor may see, the latest first.
func (d Direction) Paid(v *kernel.View, h commerce.History) ([]commerce.Paid, error) {
	return commerce.Priced{Def: v.Company.Def(d.Order), Party: d.Party, Where: "o.state IN ('confirmed', 'closed')"}.Paid(v, h)
}

// SaveOrigins remembers where the lines of a new document come from.
func (h Hop) SaveOrigins(tx *kernel.Tx, list []Origin) error {
	var rows []any
	for _, o := range list {
		rows = append(rows, o.Line, o.Document, o.Order, o.OrderLine)
	}
	return h.Origins.Insert(tx.Unit, rows)
}

// OriginsOf tells where the lines of a document come from.
func (h Hop) OriginsOf(v *kernel.View, document int64) ([]Origin, error) {
	var out []Origin
	err := v.Each(func(rows *sql.Rows) error {
		o := Origin{Document: document}
		err := rows.Scan(&o.Line, &o.Order, &o.OrderLine)
		out = append(out, o)
		return err
	}, "SELECT line, orders, order_line FROM "+h.Origins.Name+" WHERE document = ? ORDER BY line", document)
	return out, err
}

// Coming gives the documents that were made from an order, or the orders that a document was made from: links.Kind.Coming.
func (h Hop) Coming(v *kernel.View, id int64, up bool) ([]int64, error) {
	if up {
		return v.IDs("SELECT DISTINCT orders FROM "+h.Origins.Name+" WHERE document = ? ORDER BY orders", id)
	}
	return v.IDs("SELECT DISTINCT document FROM "+h.Origins.Name+" WHERE orders = ? ORDER BY document", id)
}

// openRow is a line of a confirmed order with something left.
type openRow struct {
	order, party, item     int64
	number, date, promised string
	qty, done, gross       int64
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

func (d Direction) openRows(v *kernel.View, params map[string]string) ([]openRow, error) {
	c := conditions{parts: []string{"o.state = 'confirmed'", "l.base_qty > l." + d.Done}}
	c.ref("o."+d.Party+" = ?", params[d.Party])
	c.ref("l.item = ?", params["item"])
	c.param("o.promised <= ?", params["until"])
	var out []openRow
	err := v.Each(func(rows *sql.Rows) error {
		var l openRow
		err := rows.Scan(&l.order, &l.number, &l.date, &l.promised, &l.party, &l.item, &l.qty, &l.done, &l.gross)
		out = append(out, l)
		return err
	}, "SELECT o.id, o.number, o.date, o.promised, o."+d.Party+", l.item, l.base_qty, l."+d.Done+", l.gross"+d.from(v)+
		"WHERE "+strings.Join(c.parts, " AND ")+d.visible(v)+
		" ORDER BY CASE WHEN o.promised = '' THEN 1 ELSE 0 END, o.promised, o.date, o.id, l.pos", c.args...)
	return out, err
}

// OpenQty gives how much of each item is ordered and not yet done, in a warehouse or in all of them for 0. Like stock on
// hand it is a balance: it names no order and counts those of everybody, for what is missing does not depend on who asks.
func (d Direction) OpenQty(v *kernel.View, warehouse int64) (map[int64]money.Qty, error) {
	c := conditions{parts: []string{"o.state = 'confirmed'", "l.base_qty > l." + d.Done}}
	if warehouse != 0 {
		c.add("o.warehouse = ?", warehouse)
	}
	out := map[int64]money.Qty{}
	err := v.Each(func(rows *sql.Rows) error {
		var item, qty int64
		err := rows.Scan(&item, &qty)
		out[item] = money.Qty(qty)
		return err
	}, "SELECT l.item, CAST(SUM(l.base_qty - l."+d.Done+") AS BIGINT)"+d.from(v)+"WHERE "+strings.Join(c.parts, " AND ")+" GROUP BY l.item", c.args...)
	return out, err
}

// groupKey is a key that the summary can group by: its expression, and the resource it names, "" for a text.
type groupKey struct {
	expression, ref string
	label           kernel.Text
}

// key gives one of the closed list of keys; a parameter only ever picks one of them.
func (d Direction) key(v *kernel.View, name string) (groupKey, bool) {
	switch name {
	case "item":
		return groupKey{"l.item", "base.item", kernel.T("商品", "Item")}, true
	case "category":
		return groupKey{"i.category", "base.item_category", kernel.T("商品分类", "Item category")}, true
	case d.Party:
		return groupKey{"o." + d.Party, party.Parties.Name, v.Company.Def(d.Order).ByName[d.Party].Label}, true
	case "owner":
		return groupKey{"o.owner", "base.person", v.Company.Def(d.Order).ByName["owner"].Label}, true
	case "department":
		return groupKey{"o.department", "base.department", kernel.T("部门", "Department")}, true
	case "month":
		return groupKey{"substr(o.date, 1, 7)", "", kernel.T("月份", "Month")}, true
	case "date":
		return groupKey{"o.date", "", kernel.T("日期", "Date")}, true
	}
	return groupKey{}, false
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
func (d Direction) summed(v *kernel.View, keys []groupKey, params map[string]string) ([]group, error) {
	c := conditions{parts: []string{"o.state IN ('confirmed', 'closed')"}}
	c.param("o.date >= ?", params["from"])
	c.param("o.date <= ?", params["to"])
	c.ref("o."+d.Party+" = ?", params[d.Party])
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
	}, "SELECT "+selected+`COUNT(DISTINCT o.id), CAST(SUM(l.base_qty) AS BIGINT), CAST(SUM(l.amount) AS BIGINT),
		CAST(SUM(l.off) AS BIGINT), CAST(SUM(l.gross - l.off) AS BIGINT)`+d.from(v)+
		"JOIN base_item i ON i.id = l.item WHERE "+strings.Join(c.parts, " AND ")+d.visible(v)+by, c.args...)
	return out, err
}

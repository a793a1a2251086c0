package insight

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// tradedByMonth adds up the posted sheets of a kind by month, as traded does.
func tradedByMonth(v *kernel.View, d *kernel.Def, s span) (map[clock.Month]trade, error) {
	out := map[clock.Month]trade{}
	err := v.Each(func(rows *sql.Rows) error {
		var m string
		var t trade
		err := rows.Scan(&m, (*int64)(&t.net), (*int64)(&t.cost), &t.sheets)
		out[clock.Month(m)] = t
		return err
	}, `SELECT SUBSTR(d.date, 1, 7), CAST(SUM(d.goods_net) AS BIGINT), CAST(SUM(d.cost) AS BIGINT),
			CAST(SUM(CASE WHEN d.goods_net > 0 THEN 1 WHEN d.goods_net < 0 THEN -1 ELSE 0 END) AS BIGINT)
		FROM stock_document d WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date >= ? AND d.date <= ?`+visible(v, d, "d")+
		" GROUP BY SUBSTR(d.date, 1, 7)", d.Only.Value, string(s.from), string(s.to))
	return out, err
}

// worth is what the stock of a category comes to; category 0 is none.
type worth struct {
	category int64
	name     string
	value    money.Amount
}

// worthByCategory gives what the goods in stock are worth, the most first.
func worthByCategory(v *kernel.View) (out []worth, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var w worth
		err := rows.Scan(&w.category, &w.name, (*int64)(&w.value))
		out = append(out, w)
		return err
	}, `SELECT COALESCE(c.id, 0), COALESCE(c.name, ''), CAST(SUM(p.value) AS BIGINT) FROM stock_pool p JOIN base_item i ON i.id = p.item
		LEFT JOIN base_item_category c ON c.id = i.category WHERE p.value <> 0
		GROUP BY COALESCE(c.id, 0), COALESCE(c.name, '') ORDER BY SUM(p.value) DESC, COALESCE(c.id, 0)`)
	return out, err
}

// firstSale is the day of the oldest posted delivery that the actor may see, "" before there is one.
func firstSale(v *kernel.View, d *kernel.Def) (day clock.Date, err error) {
	_, err = v.Scan([]any{&day}, "SELECT d.date FROM stock_document d WHERE d.kind = ? AND d.state IN ('posted', 'reversed')"+visible(v, d, "d")+
		" ORDER BY d.date LIMIT 1", d.Only.Value)
	return day, err
}

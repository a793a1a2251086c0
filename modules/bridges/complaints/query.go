package complaints

import (
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock"
)

// deliveries counts what went out, by month.
func deliveries(v *kernel.View, from, to clock.Date) (map[clock.Month]int64, error) {
	d := v.Company.Def(stock.Deliveries.Name)
	if !v.Actor.Can(d.Name, "read") {
		return nil, nil
	}
	scope := ""
	if visible := resource.Visible(v, d, "d"); visible != "" {
		scope = " AND " + visible
	}
	out := map[clock.Month]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var month clock.Month
		var n int64
		err := rows.Scan(&month, &n)
		out[month] = n
		return err
	}, "SELECT substr(d.date, 1, 7), COUNT(*) FROM stock_document d WHERE d.kind = ? AND d.state = ? AND d.reverses IS NULL AND d.date >= ? AND d.date <= ?"+
		scope+" GROUP BY substr(d.date, 1, 7)", stock.KindDelivery, string(stock.Done), string(from), string(to))
	return out, err
}

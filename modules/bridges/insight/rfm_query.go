package insight

import (
	"database/sql"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock"
)

// purchase is what the sheets of one kind say of a customer.
type purchase struct {
	party  int64
	last   clock.Date
	times  int64
	amount money.Amount
}

// purchases reads, of the customers of a person, or of everybody for 0, that the actor sees: the last delivery up to the
// end of a span, and how many and how much there were in it, returns as what they took back.
func purchases(v *kernel.View, s span, person int64) ([]purchase, error) {
	live := "d.kind = '" + stock.KindDelivery + "' AND d.state = 'posted' AND d.reverses IS NULL"
	var parts []string
	var args []any
	for _, def := range []*kernel.Def{stock.Deliveries.Def, stock.SalesReturns.Def} {
		if !v.Actor.Can(def.Name, "read") {
			continue
		}
		sign := ""
		if def == stock.SalesReturns.Def {
			sign = "-"
		}
		text := "SELECT d.party, COALESCE(MAX(CASE WHEN " + live + " THEN d.date END), ''), COUNT(CASE WHEN " + live + " AND d.date >= ? THEN 1 END), " +
			"CAST(SUM(CASE WHEN d.date >= ? THEN " + sign + "d.gross ELSE 0 END) AS BIGINT) FROM stock_document d JOIN base_party p ON p.id = d.party" +
			" WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date <= ? AND p.customer AND p.active"
		args = append(args, string(s.from), string(s.from), def.Only.Value, string(s.to))
		if person != 0 {
			text, args = text+" AND p.owner = ?", append(args, person)
		}
		parts = append(parts, text+visible(v, def, "d")+visible(v, party.Parties.Def, "p")+" GROUP BY d.party")
	}
	var out []purchase
	err := v.Each(func(rows *sql.Rows) error {
		var p purchase
		err := rows.Scan(&p.party, &p.last, &p.times, (*int64)(&p.amount))
		out = append(out, p)
		return err
	}, strings.Join(parts, " UNION ALL "), args...)
	return out, err
}

// ownersOf tells whose customers those that an answer names are.
func ownersOf(v *kernel.View, ids []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	for len(ids) > 0 {
		n := min(len(ids), 200)
		err := v.Each(func(rows *sql.Rows) error {
			var id, owner int64
			err := rows.Scan(&id, &owner)
			out[id] = owner
			return err
		}, "SELECT id, COALESCE(owner, 0) FROM base_party WHERE "+store.In("id", ids[:n]))
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

package deals

import (
	"database/sql"

	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock"
)

// and puts a scope filter behind a condition.
func and(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		return " AND " + scope
	}
	return ""
}

// byPerson reads figures by person.
func byPerson(v *kernel.View, query string, args ...any) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var person, n int64
		err := rows.Scan(&person, &n)
		out[person] = n
		return err
	}, query, args...)
	return out, err
}

// shipped adds up the sheets of a kind; a reversed one is there twice, with either sign.
func shipped(v *kernel.View, d *kernel.Def, s span) (map[int64]int64, error) {
	return byPerson(v, `SELECT d.owner, CAST(SUM(d.gross) AS BIGINT) FROM stock_document d
		WHERE d.kind = ? AND d.state IN ('posted', 'reversed') AND d.date >= ? AND d.date <= ? AND d.owner IS NOT NULL`+and(v, d, "d")+" GROUP BY d.owner",
		d.Only.Value, string(s.from), string(s.to))
}

// received adds up receipts by whose customer paid.
func received(v *kernel.View, d *kernel.Def, s span) (map[int64]int64, error) {
	return byPerson(v, `SELECT p.owner, CAST(SUM(r.amount) AS BIGINT) FROM settlement_payment r JOIN base_party p ON p.id = r.party
		WHERE r.kind = ? AND r.state = 'posted' AND r.date >= ? AND r.date <= ? AND p.owner IS NOT NULL`+and(v, d, "r")+" GROUP BY p.owner",
		d.Only.Value, string(s.from), string(s.to))
}

// won counts the customers that came to be.
func won(v *kernel.View, d *kernel.Def, s span) (map[int64]int64, error) {
	from, until := s.instants(v.Company.Zone())
	return byPerson(v, `SELECT p.owner, COUNT(*) FROM base_party p
		WHERE p.customer AND p.merged_into IS NULL AND p.created_at >= ? AND p.created_at < ? AND p.owner IS NOT NULL`+and(v, d, "p")+" GROUP BY p.owner",
		int64(from), int64(until))
}

// bought tells on how many days the customers of a person, or of everybody for 0, have bought since a day. For everybody it
// reads what was traded: the two states stand there for SQLite, which takes the index whose condition they are only then.
// For a person it reads his customers and then the sheets of each (the cross join keeps SQLite to that order), so that years
// of other people's sheets cost him nothing. What he may see of the sheets is asked as IS TRUE, which takes no index on
// either database: that of the owner would read all his sheets again for every customer.
func bought(v *kernel.View, person int64, since clock.Date) ([]crm.Cycle, error) {
	from, whose, args := "base_party p JOIN stock_document d ON true", " AND d.state IN ('posted', 'reversed')", []any{stock.KindDelivery, string(since)}
	sheets := and(v, stock.Deliveries.Def, "d")
	if person != 0 {
		from, whose, args = "base_party p CROSS JOIN stock_document d", " AND p.owner = ?", append(args, person)
		if scope := resource.Visible(v, stock.Deliveries.Def, "d"); scope != "" {
			sheets = " AND (" + scope + ") IS TRUE"
		}
	}
	var out []crm.Cycle
	err := v.Each(func(rows *sql.Rows) error {
		var c crm.Cycle
		err := rows.Scan(&c.Party, &c.First, &c.Last, &c.Days)
		out = append(out, c)
		return err
	}, `SELECT p.id, MIN(d.date), MAX(d.date), COUNT(DISTINCT d.date) FROM `+from+`
		WHERE d.party = p.id AND d.kind = ? AND p.active AND p.customer AND d.state = 'posted' AND d.reverses IS NULL AND d.date >= ?`+whose+
		and(v, party.Parties.Def, "p")+sheets+" GROUP BY p.id ORDER BY p.id",
		args...)
	return out, err
}

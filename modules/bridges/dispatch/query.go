package dispatch

import (
	"database/sql"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// most is how many sheets a list shows; who has more looks for one.
const most = 300

// found is a sheet that waits, as read: in its lines what is left, in the items' own units.
type found struct {
	resource                    string
	id, version                 int64
	number                      string
	date, promised              clock.Date
	state, note                 string
	party, warehouse, rest, own int64
	lines                       []foundLine
}

type foundLine struct {
	id, item, unit  int64
	qty, qty2, base money.Qty
	note            string
}

// source is one way in which sheets wait.
type source struct {
	def   *kernel.Def
	where string
	// party, promised, rest and person are columns of the sheet, left what remains of a line.
	party, promised, rest, person, left, lines string
}

// outgoing are deliveries that wait for the storekeeper, and orders of which something is left that stands on none of those.
func outgoing() []source {
	return []source{
		{def: stock.Deliveries.Def, where: "o.kind = 'delivery' AND o.state = 'sent'", party: "o.party", promised: "''", rest: "COALESCE(o.rest_of, 0)", person: "COALESCE(o.owner, 0)",
			left: "l.base_qty", lines: "stock_document_line"},
		{def: sales.Orders.Def, where: "o.state = 'confirmed'", party: "o.customer", promised: "o.promised", rest: "0", person: "COALESCE(o.owner, 0)", lines: "sales_order_line",
			left: `l.base_qty - l.delivered - COALESCE((SELECT CAST(SUM(x.base_qty) AS BIGINT) FROM trading_origin t JOIN stock_document_line x ON x.id = t.line
				JOIN stock_document d ON d.id = x.parent WHERE t.orders = o.id AND t.order_line = l.id AND d.state = 'sent'), 0)`},
	}
}

// incoming are goods receipts that were written and not posted, and orders of which something has not come and stands on none
// of those.
func incoming() []source {
	return []source{
		{def: stock.Receipts.Def, where: "o.kind = 'receipt' AND o.state IN ('draft', 'waiting')", party: "o.party", promised: "''", rest: "0", person: "COALESCE(o.owner, 0)",
			left: "l.base_qty", lines: "stock_document_line"},
		{def: purchasing.Orders.Def, where: "o.state = 'confirmed'", party: "o.supplier", promised: "o.promised", rest: "0", person: "COALESCE(o.owner, 0)", lines: "purchasing_order_line",
			left: `l.base_qty - l.received - COALESCE((SELECT CAST(SUM(x.base_qty) AS BIGINT) FROM buying_origin t JOIN stock_document_line x ON x.id = t.line
				JOIN stock_document d ON d.id = x.parent WHERE t.orders = o.id AND t.order_line = l.id AND d.state IN ('draft', 'waiting')), 0)`},
	}
}

// read gives the sheets of a source that the actor may see, those wanted first first; ids, where given, are all that is wanted.
func (s source) read(v *kernel.View, ids []int64) ([]*found, error) {
	if !v.Actor.System && !v.Actor.Can(s.def.Name, "read") {
		return nil, nil
	}
	where, args := s.where, []any{}
	if scope := resource.Visible(v, s.def, "o"); scope != "" {
		where += " AND " + scope
	}
	if ids != nil {
		marks, more := resource.InArgs(ids)
		where, args = where+" AND o.id IN ("+marks+")", append(args, more...)
	}
	var out []*found
	byID := map[int64]*found{}
	err := v.Each(func(rows *sql.Rows) error {
		f, l := &found{resource: s.def.Name}, foundLine{}
		err := rows.Scan(&f.id, &f.version, &f.number, &f.date, &f.promised, &f.state, &f.note, &f.party, &f.warehouse, &f.rest, &f.own,
			&l.id, &l.item, &l.unit, (*int64)(&l.qty), (*int64)(&l.qty2), (*int64)(&l.base), &l.note)
		if byID[f.id] == nil {
			out, byID[f.id] = append(out, f), f
		}
		byID[f.id].lines = append(byID[f.id].lines, l)
		return err
	}, `SELECT w.* FROM (SELECT o.id, o.version, o.number, o.date, `+s.promised+` AS promised, o.state, o.note, `+s.party+` AS party, COALESCE(o.warehouse, 0) AS warehouse, `+s.rest+` AS rest, `+s.person+` AS person,
			l.id AS line, l.item, COALESCE(l.unit, 0) AS unit, l.qty, l.qty2, `+s.left+` AS remaining, l.note AS line_note
		FROM `+s.def.Table.Name+` o JOIN `+s.lines+` l ON l.parent = o.id JOIN base_item i ON i.id = l.item
		WHERE NOT i.service AND `+where+`) AS w WHERE w.remaining <> 0
		ORDER BY CASE WHEN w.promised = '' THEN w.date ELSE w.promised END, w.id, w.line LIMIT `+limit, args...)
	return out[:min(len(out), most)], err
}

// limit bounds the lines that are read.
const limit = "20000"

// readAll gives what waits in all ways of a side, the most urgent first.
func readAll(v *kernel.View, sources []source, ids []int64) ([]*found, error) {
	var out []*found
	for _, s := range sources {
		list, err := s.read(v, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(a, b *found) int { return compareDays(a.urgent(), b.urgent()) })
	return out, nil
}

// places gives city and region of parties.
func places(v *kernel.View, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for part := range slices.Chunk(ids, 128) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var city, region string
			err := rows.Scan(&id, &city, &region)
			out[id] = joined(region, city)
			return err
		}, "SELECT p.id, p.city, p.region FROM base_party p WHERE p.id IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// onRun gives the number of another run that has a delivery: one that is under way, or that brought it.
func onRun(v *kernel.View, delivery, but int64) (number string, taken bool, err error) {
	taken, err = v.Scan([]any{&number}, `SELECT r.number FROM dispatch_run r JOIN dispatch_stop s ON s.parent = r.id
		WHERE s.delivery = ? AND r.id <> ? AND (r.state = 'under' OR r.state = 'closed' AND s.outcome IN ('brought', 'part')) ORDER BY r.id LIMIT 1`, delivery, but)
	return number, taken, err
}

// onRuns tells which deliveries stand on another run: one that is planned or under way, or that brought them.
func onRuns(v *kernel.View, deliveries []int64, but int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	for part := range slices.Chunk(deliveries, 128) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, `SELECT DISTINCT s.delivery FROM dispatch_run r JOIN dispatch_stop s ON s.parent = r.id
			WHERE r.id <> ? AND (r.state IN ('draft', 'under') OR r.state = 'closed' AND s.outcome IN ('brought', 'part')) AND s.delivery IN (`+marks+")",
			append([]any{but}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// underway gives the runs that are under way and that the actor may see, the oldest first.
func underway(v *kernel.View) ([]int64, error) {
	where := ""
	if scope := resource.Visible(v, Runs.Def, "r"); scope != "" {
		where = " AND " + scope
	}
	return v.IDs("SELECT r.id FROM dispatch_run r WHERE r.state = 'under'" + where + " ORDER BY r.date, r.id LIMIT 50")
}

// runOf gives the run under way that a delivery is on, 0 for none.
func runOf(v *kernel.View, delivery int64) (id int64, err error) {
	_, err = v.Scan([]any{&id}, "SELECT r.id FROM dispatch_run r JOIN dispatch_stop s ON s.parent = r.id WHERE s.delivery = ? AND r.state = 'under' ORDER BY r.id LIMIT 1", delivery)
	return id, err
}

package stock

import (
	"cmp"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock/valuation"
)

// poolKey is an item in a cost scope: 0 or a warehouse. placeKey is an item in a warehouse.
type poolKey struct{ item, scope int64 }

type placeKey struct{ item, warehouse int64 }

// poolRow is a pool as stored.
type poolRow struct {
	valuation.Pool
	lastDate clock.Date // of the last live move
	seq      int64      // of the last move written
}

// move is one row of stock_move. In a history value and variance are what the posting booked, and adjValue and
// adjVariance the sum of the adjustments since.
type move struct {
	id                        int64
	pool                      poolKey
	date                      clock.Date
	seq, side                 int64
	kind                      string
	document, line, warehouse int64
	qty, qty2                 money.Qty
	value, variance           money.Amount
	unitCost                  money.Price
	fixed                     bool
	follows, adjusts, cancels int64
	adjValue, adjVariance     money.Amount
	rank                      int64 // its place among the moves of its day; 0 until written is seq
	replaces                  *move // the move of the same line before its document was modified, in the unit that does it
}

// place is where the move stands among those of its day.
func (m *move) place() int64 { return cmp.Or(m.rank, m.seq) }

var (
	moveTable = &store.Table{Name: "stock_move", Columns: []string{"id", "item", "scope", "date", "seq", "side", "kind", "document", "line",
		"warehouse", "qty", "qty2", "value", "variance", "unit_cost", "fixed", "follows", "adjusts", "cancels", "made_at", "rank"}}
	handTable = &store.Table{Name: "stock_on_hand", Columns: []string{"item", "warehouse", "qty", "qty2"}}
	poolTable = &store.Table{Name: "stock_pool", Columns: []string{"item", "scope", "qty", "value", "last_cost", "layers", "last_date", "seq"}}
)

func insertMoves(tx *kernel.Tx, moves []*move) error {
	rows := make([]any, 0, len(moves)*len(moveTable.Columns))
	for _, m := range moves {
		rows = append(rows, m.id, m.pool.item, m.pool.scope, string(m.date), m.seq, m.side, m.kind, m.document, m.line, m.warehouse, int64(m.qty), int64(m.qty2),
			int64(m.value), int64(m.variance), int64(m.unitCost), m.fixed, m.follows, m.adjusts, m.cancels, int64(tx.Now), m.place())
	}
	return moveTable.Insert(tx.Unit, rows)
}

func writePlaces(tx *kernel.Tx, places map[placeKey]place) error {
	var rows []any
	for _, k := range sortedPlaces(places) {
		rows = append(rows, k.item, k.warehouse, int64(places[k].qty), int64(places[k].qty2))
	}
	return handTable.Upsert(tx.Unit, rows, "ON CONFLICT (item, warehouse) DO UPDATE SET qty = excluded.qty, qty2 = excluded.qty2")
}

func writePools(tx *kernel.Tx, pools map[poolKey]*poolRow) error {
	var rows []any
	for _, k := range sortedPools(pools) {
		p := pools[k]
		rows = append(rows, k.item, k.scope, int64(p.Qty), int64(p.Value), int64(p.LastCost), layersText(p.Layers), string(p.lastDate), p.seq)
	}
	return poolTable.Upsert(tx.Unit, rows, `ON CONFLICT (item, scope) DO UPDATE SET qty = excluded.qty, value = excluded.value,
		last_cost = excluded.last_cost, layers = excluded.layers, last_date = excluded.last_date, seq = excluded.seq`)
}

func sortedPlaces(places map[placeKey]place) []placeKey {
	keys := make([]placeKey, 0, len(places))
	for k := range places {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b placeKey) int { return comparePairs(a.item, b.item, a.warehouse, b.warehouse) })
	return keys
}

func sortedPools(pools map[poolKey]*poolRow) []poolKey {
	keys := make([]poolKey, 0, len(pools))
	for k := range pools {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b poolKey) int { return comparePairs(a.item, b.item, a.scope, b.scope) })
	return keys
}

func comparePairs(a, b, c, d int64) int {
	switch {
	case a < b || a == b && c < d:
		return -1
	case a == b && c == d:
		return 0
	}
	return 1
}

// lockPools reads the pools for changing, in the order of item and scope. A pool that was never used is made first, so
// that two first users of it wait for each other.
func lockPools(tx *kernel.Tx, pools map[poolKey]*poolRow) error {
	var pairs [][2]int64
	for _, k := range sortedPools(pools) {
		pairs = append(pairs, [2]int64{k.item, k.scope})
	}
	read := func() (int, error) {
		n := 0
		err := eachPair(tx, pairQuery{"SELECT item, scope, qty, value, last_cost, layers, last_date, seq FROM stock_pool WHERE ", "scope", pairs}, func(rows *sql.Rows) error {
			var k poolKey
			var p poolRow
			var layers, date string
			if err := rows.Scan(&k.item, &k.scope, (*int64)(&p.Qty), (*int64)(&p.Value), (*int64)(&p.LastCost), &layers, &date, &p.seq); err != nil {
				return err
			}
			p.lastDate, p.Layers = clock.Date(date), parseLayers(layers)
			pools[k] = &p
			n++
			return nil
		})
		return n, err
	}
	n, err := read()
	if err != nil || n == len(pairs) || tx.Dialect() != store.Postgres {
		return err
	}
	var rows []any
	for _, p := range pairs {
		rows = append(rows, p[0], p[1], int64(0), int64(0), int64(0), "", "", int64(0))
	}
	if err := poolTable.Upsert(tx.Unit, rows, "ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	_, err = read()
	return err
}

// lockPlaces reads the quantities on hand for changing, as lockPools does.
func lockPlaces(tx *kernel.Tx, places map[placeKey]place) error {
	var pairs [][2]int64
	for _, k := range sortedPlaces(places) {
		pairs = append(pairs, [2]int64{k.item, k.warehouse})
	}
	read := func() (int, error) {
		n := 0
		err := eachPair(tx, pairQuery{"SELECT item, warehouse, qty, qty2 FROM stock_on_hand WHERE ", "warehouse", pairs}, func(rows *sql.Rows) error {
			var k placeKey
			var p place
			err := rows.Scan(&k.item, &k.warehouse, (*int64)(&p.qty), (*int64)(&p.qty2))
			places[k] = p
			n++
			return err
		})
		return n, err
	}
	n, err := read()
	if err != nil || n == len(pairs) || tx.Dialect() != store.Postgres {
		return err
	}
	var rows []any
	for _, p := range pairs {
		rows = append(rows, p[0], p[1], int64(0), int64(0))
	}
	if err := handTable.Upsert(tx.Unit, rows, "ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	_, err = read()
	return err
}

// pairQuery reads rows of a balance by item and a second key, place or scope.
type pairQuery struct {
	query, second string
	pairs         [][2]int64
}

// eachPair reads rows by (item, second), locked where the database locks rows. The pairs must be sorted.
func eachPair(tx *kernel.Tx, q pairQuery, fn func(rows *sql.Rows) error) error {
	pairs, second := q.pairs, q.second
	suffix := ""
	if tx.Dialect() == store.Postgres {
		suffix = " ORDER BY item, " + second + " FOR UPDATE"
	}
	for len(pairs) > 0 {
		n := min(len(pairs), 64)
		shape := 1
		for shape < n {
			shape *= 2
		}
		args := make([]any, 0, 2*shape)
		for i := range shape {
			p := pairs[min(i, n-1)]
			args = append(args, p[0], p[1])
		}
		cond := strings.TrimSuffix(strings.Repeat("(item = ? AND "+second+" = ?) OR ", shape), " OR ")
		if err := tx.Each(fn, q.query+"("+cond+")"+suffix, args...); err != nil {
			return err
		}
		pairs = pairs[n:]
	}
	return nil
}

const moveColumns = "id, item, scope, date, seq, side, kind, document, line, warehouse, qty, qty2, value, variance, unit_cost, fixed, follows, adjusts, cancels, rank"

func scanMove(rows *sql.Rows) (*move, error) {
	m := &move{}
	var date string
	err := rows.Scan(&m.id, &m.pool.item, &m.pool.scope, &date, &m.seq, &m.side, &m.kind, &m.document, &m.line, &m.warehouse,
		(*int64)(&m.qty), (*int64)(&m.qty2), (*int64)(&m.value), (*int64)(&m.variance), (*int64)(&m.unitCost), &m.fixed, &m.follows, &m.adjusts, &m.cancels, &m.rank)
	m.date = clock.Date(date)
	return m, err
}

// liveMoves gives the moves that are neither adjustments nor cancelled, each with its adjustments added up, in the
// order of date and seq.
func liveMoves(v *kernel.View, condition string, args ...any) ([]*move, error) {
	var all []*move
	byID := map[int64]*move{}
	err := v.Each(func(rows *sql.Rows) error {
		m, err := scanMove(rows)
		all = append(all, m)
		byID[m.id] = m
		return err
	}, "SELECT "+moveColumns+" FROM stock_move WHERE "+condition+" ORDER BY date, rank, seq, id", args...)
	if err != nil {
		return nil, err
	}
	dead := map[int64]bool{}
	for _, m := range all {
		switch {
		case m.cancels != 0:
			dead[m.cancels], dead[m.id] = true, true
		case m.adjusts != 0:
			dead[m.id] = true
			if of := byID[m.adjusts]; of != nil {
				of.adjValue += m.value
				of.adjVariance += m.variance
			}
		}
	}
	return slices.DeleteFunc(all, func(m *move) bool { return dead[m.id] }), nil
}

// historyOf gives the live moves of a pool.
func historyOf(v *kernel.View, k poolKey) ([]*move, error) {
	return liveMoves(v, "item = ? AND scope = ?", k.item, k.scope)
}

// movesOf gives the live moves of documents.
func movesOf(v *kernel.View, documents ...int64) ([]*move, error) {
	var out []*move
	for len(documents) > 0 {
		n := min(len(documents), 128)
		marks, args := resource.InArgs(documents[:n])
		found, err := liveMoves(v, "document IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		documents = documents[n:]
	}
	return out, nil
}

// followersOf gives pool and id of the moves that follow one of the given.
func followersOf(v *kernel.View, ids []int64) (map[poolKey]bool, error) {
	out := map[poolKey]bool{}
	for len(ids) > 0 {
		n := min(len(ids), 128)
		marks, args := resource.InArgs(ids[:n])
		err := v.Each(func(rows *sql.Rows) error {
			var k poolKey
			err := rows.Scan(&k.item, &k.scope)
			out[k] = true
			return err
		}, "SELECT DISTINCT item, scope FROM stock_move WHERE follows <> 0 AND follows IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

// firstWarehouse is the one that sheets start with: the first active by code, 0 when there is none.
func firstWarehouse(v *kernel.View) (int64, error) {
	return kernel.Memo(v, warehouseKey{}, func() (int64, error) {
		var id int64
		_, err := v.Scan([]any{&id}, "SELECT id FROM base_warehouse WHERE active ORDER BY code LIMIT 1")
		return id, err
	})
}

type warehouseKey struct{}

// anyMoves tells whether the stock has ever moved.
func anyMoves(v *kernel.View) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM stock_move LIMIT 1")
}

// countedWhole tells whether the firm has ever counted a warehouse in full, whoever may see that.
func countedWhole(v *kernel.View) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM stock_document WHERE kind = ? AND state = 'posted' AND whole LIMIT 1", KindCount)
}

// movesAfter tells whether anything is dated after a day.
func movesAfter(v *kernel.View, day clock.Date) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM stock_move WHERE date > ? LIMIT 1", string(day))
}

// itemMoved answers for base/item whether an item has ever moved.
func itemMoved(tx *kernel.Tx, item int64) (bool, error) {
	return tx.Scan([]any{new(int64)}, "SELECT id FROM stock_move WHERE item = ? LIMIT 1", item)
}

// AllOnHand gives the quantity of every item in a warehouse, or in all of them for 0.
func AllOnHand(v *kernel.View, warehouse int64) (map[int64]money.Qty, error) {
	out := map[int64]money.Qty{}
	where, args := "", []any(nil)
	if warehouse != 0 {
		where, args = " WHERE warehouse = ?", []any{warehouse}
	}
	err := v.Each(func(rows *sql.Rows) error {
		var id, qty int64
		err := rows.Scan(&id, &qty)
		out[id] = money.Qty(qty)
		return err
	}, "SELECT item, CAST(SUM(qty) AS BIGINT) FROM stock_on_hand"+where+" GROUP BY item", args...)
	return out, err
}

// OnHand gives the quantity of items in a warehouse, or in all of them for 0. What was never there is 0.
func OnHand(v *kernel.View, items []int64, warehouse int64) (map[int64]money.Qty, error) {
	out := map[int64]money.Qty{}
	var ids []int64
	for _, id := range items {
		if id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for len(ids) > 0 {
		n := min(len(ids), 128)
		marks, args := resource.InArgs(ids[:n])
		query := "SELECT item, CAST(SUM(qty) AS BIGINT) FROM stock_on_hand WHERE item IN (" + marks + ")"
		if warehouse != 0 {
			query += " AND warehouse = ?"
			args = append(args, warehouse)
		}
		err := v.Each(func(rows *sql.Rows) error {
			var id, qty int64
			err := rows.Scan(&id, &qty)
			out[id] = money.Qty(qty)
			return err
		}, query+" GROUP BY item", args...)
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

// lastPrices gives the price of each item on the party's latest posted sheet of a kind that the actor may see.
func lastPrices(v *kernel.View, kind string, doc *Document, items []int64) (map[int64]item.Priced, error) {
	return commerce.Priced{Def: HandleOf(kind).Def, Party: "party", Where: "o.kind = ? AND o.state = 'posted' AND o.reverses IS NULL AND o.id <> ?",
		Args: []any{kind, doc.ID}}.Last(v, doc.Party, items)
}

// Delivered gives the lines of the posted deliveries to a customer that the actor may see, the latest first.
func Delivered(v *kernel.View, h commerce.History) ([]commerce.Paid, error) {
	return commerce.Priced{Def: Deliveries.Def, Party: "party", Where: "o.kind = ? AND o.state = 'posted' AND o.reverses IS NULL", Args: []any{KindDelivery}}.Paid(v, h)
}

// bookedQty is what should be in a place.
type bookedQty struct {
	item int64
	place
}

func booked(v *kernel.View, warehouse int64) ([]bookedQty, error) {
	var out []bookedQty
	err := v.Each(func(rows *sql.Rows) error {
		var b bookedQty
		err := rows.Scan(&b.item, (*int64)(&b.qty), (*int64)(&b.qty2))
		out = append(out, b)
		return err
	}, "SELECT item, qty, qty2 FROM stock_on_hand WHERE warehouse = ? AND (qty <> 0 OR qty2 <> 0) ORDER BY item", warehouse)
	return out, err
}

func layersText(layers []valuation.Layer) string {
	var b strings.Builder
	for i, l := range layers {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(int64(l.Qty), 10) + ":" + strconv.FormatInt(int64(l.Value), 10))
	}
	return b.String()
}

// parseLayers reads what layersText wrote; anything else makes layers that do not add up, which valuation refuses.
func parseLayers(text string) []valuation.Layer {
	var out []valuation.Layer
	for _, part := range strings.Fields(text) {
		qty, value, _ := strings.Cut(part, ":")
		q, _ := strconv.ParseInt(qty, 10, 64)
		n, _ := strconv.ParseInt(value, 10, 64)
		out = append(out, valuation.Layer{Qty: money.Qty(q), Value: money.Amount(n)})
	}
	return out
}

// stand is what of an item lies in a warehouse, and what that is worth.
type stand struct {
	item, warehouse int64
	place
	value money.Amount
}

// standsOf gives what is in stock: now from the balances, or at the end of a day from the moves. Where the company is
// one pool its value is shared over the warehouses by quantity.
func standsOf(v *kernel.View, day clock.Date, item int64) ([]stand, error) {
	filter, args := "", []any{}
	if item != 0 {
		filter, args = " AND item = ?", append(args, item)
	}
	places, pools := "SELECT item, warehouse, qty, qty2 FROM stock_on_hand WHERE (qty <> 0 OR qty2 <> 0)"+filter+" ORDER BY item, warehouse",
		"SELECT item, scope, value FROM stock_pool WHERE value <> 0"+filter
	if day != "" {
		args = append([]any{string(day)}, args...)
		places = "SELECT item, warehouse, CAST(SUM(qty) AS BIGINT), CAST(SUM(qty2) AS BIGINT) FROM stock_move WHERE date <= ?" + filter + " GROUP BY item, warehouse ORDER BY item, warehouse"
		pools = "SELECT item, scope, CAST(SUM(value + variance) AS BIGINT) FROM stock_move WHERE date <= ?" + filter + " GROUP BY item, scope"
	}
	var out []stand
	err := v.Each(func(rows *sql.Rows) error {
		var s stand
		err := rows.Scan(&s.item, &s.warehouse, (*int64)(&s.qty), (*int64)(&s.qty2))
		out = append(out, s)
		return err
	}, places, args...)
	if err != nil {
		return nil, err
	}
	worth := map[poolKey]money.Amount{}
	err = v.Each(func(rows *sql.Rows) error {
		var k poolKey
		var value int64
		err := rows.Scan(&k.item, &k.scope, &value)
		worth[k] = money.Amount(value)
		return err
	}, pools, args...)
	if err != nil {
		return nil, err
	}
	return out, spread(out, worth)
}

// spread gives each stand its part of its pool's value. The stands are sorted by item.
func spread(stands []stand, worth map[poolKey]money.Amount) error {
	for i := 0; i < len(stands); {
		n := i
		var weights []int64
		for ; n < len(stands) && stands[n].item == stands[i].item; n++ {
			stands[n].value = worth[poolKey{stands[n].item, stands[n].warehouse}]
			weights = append(weights, int64(stands[n].qty))
		}
		shares, err := money.Share(worth[poolKey{stands[i].item, 0}], weights)
		if err != nil {
			return err
		}
		for j, share := range shares {
			stands[i+j].value += share
		}
		i = n
	}
	return nil
}

// watched gives the active items that have a minimum stock.
func watched(v *kernel.View) ([]int64, error) {
	return v.IDs("SELECT id FROM base_item WHERE active AND min_stock > 0 ORDER BY id")
}

// flowQuery says what a report over moves is about; 0 is all.
type flowQuery struct {
	from, to        clock.Date
	warehouse, item int64
}

// where gives the condition up to the last day. Without a warehouse, transfers inside one pool are nothing.
func (q flowQuery) where() (string, []any) {
	cond, args := "date <= ?", []any{string(q.to)}
	if q.item != 0 {
		cond, args = cond+" AND item = ?", append(args, q.item)
	}
	if q.warehouse != 0 {
		return cond + " AND warehouse = ?", append(args, q.warehouse)
	}
	return cond + " AND NOT (kind = 'transfer' AND scope = 0)", args
}

// flowsOf adds up moves by item: before the period, in and out.
func flowsOf(v *kernel.View, q flowQuery) (map[int64]flows, error) {
	cond, args := q.where()
	sum := func(what, when string) string {
		return "CAST(COALESCE(SUM(CASE WHEN " + when + " THEN " + what + " END), 0) AS BIGINT)"
	}
	out := map[int64]flows{}
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var f flows
		err := rows.Scan(&id, (*int64)(&f.openQty), (*int64)(&f.openValue), (*int64)(&f.inQty), (*int64)(&f.inValue), (*int64)(&f.outQty), (*int64)(&f.outValue))
		out[id] = f
		return err
	}, "SELECT item, "+sum("qty", "date < ?")+", "+sum("value + variance", "date < ?")+", "+
		sum("qty", "date >= ? AND side = 1")+", "+sum("value + variance", "date >= ? AND side = 1")+", "+
		sum("-qty", "date >= ? AND side = -1")+", "+sum("-(value + variance)", "date >= ? AND side = -1")+
		" FROM stock_move WHERE "+cond+" GROUP BY item",
		append([]any{string(q.from), string(q.from), string(q.from), string(q.from), string(q.from), string(q.from)}, args...)...)
	return out, err
}

// movesBetween gives the moves of a period as they were written.
func movesBetween(v *kernel.View, q flowQuery) ([]*move, error) {
	cond, args := q.where()
	var out []*move
	err := v.Each(func(rows *sql.Rows) error {
		m, err := scanMove(rows)
		out = append(out, m)
		return err
	}, "SELECT "+moveColumns+" FROM stock_move WHERE "+cond+" AND date >= ? ORDER BY date, made_at, id", append(args, string(q.from))...)
	return out, err
}

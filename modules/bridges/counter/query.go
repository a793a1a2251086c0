package counter

import (
	"database/sql"
	"slices"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// How far back is looked while somebody types, however long a firm has been trading.
const (
	latestSheets = 200 // of a party
	latestOfAll  = 100 // of the firm
)

// stampOf reads an index alone.
func stampOf(v *kernel.View) (s stamp, err error) {
	_, err = v.Scan([]any{&s.count, &s.ids, &s.versions},
		"SELECT COUNT(*), CAST(COALESCE(SUM(id % 1000000007), 0) AS BIGINT), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM base_item")
	return s, err
}

func versionsOf(v *kernel.View) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var id, version int64
		err := rows.Scan(&id, &version)
		out[id] = version
		return err
	}, "SELECT id, version FROM base_item")
	return out, err
}

// wholesale is from how many items on all are read in one go.
const wholesale = 512

func entriesOf(v *kernel.View, ids []int64) ([]*entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where, args := "", []any(nil)
	if len(ids) <= wholesale {
		var marks string
		marks, args = resource.InArgs(ids)
		where = " WHERE id IN (" + marks + ")"
	}
	var out []*entry
	err := v.Each(func(rows *sql.Rows) error {
		var c called
		var id, version int64
		var active bool
		err := rows.Scan(&id, &version, &active, &c.code, &c.name, &c.barcode, &c.old, &c.spec, &c.model, &c.material, &c.brand)
		e := c.entry()
		e.id, e.version, e.active = id, version, active
		out = append(out, e)
		return err
	}, "SELECT id, version, active, code, name, barcode, old_code, spec, model, material, brand FROM base_item"+where, args...)
	return out, err
}

// bought is a line on which a party bought an item, or sold it to us.
type bought struct {
	sheet  int64
	number string
	date   clock.Date
	item   int64
	unit   int64
	qty    money.Qty
	price  money.Price
}

// boughtBy gives the lines of the party's latest posted sheets of a kind that the actor may see, the latest first.
func boughtBy(v *kernel.View, d *kernel.Def, party int64) (out []bought, err error) {
	if !v.Actor.Can(d.Name, "read") {
		return nil, nil
	}
	scope := resource.Visible(v, d, "o")
	if scope != "" {
		scope = " AND " + scope
	}
	err = v.Each(func(rows *sql.Rows) error {
		var b bought
		var unit sql.NullInt64
		err := rows.Scan(&b.sheet, &b.number, (*string)(&b.date), &b.item, &unit, (*int64)(&b.qty), (*int64)(&b.price))
		b.unit = unit.Int64
		out = append(out, b)
		return err
	}, `SELECT s.id, s.number, s.date, l.item, l.unit, l.base_qty, l.price FROM (SELECT o.id, o.number, o.date FROM stock_document o
			WHERE o.party = ? AND o.kind = ? AND o.state = 'posted' AND o.reverses IS NULL`+scope+` ORDER BY o.date DESC, o.id DESC LIMIT ?) s
		JOIN stock_document_line l ON l.parent = s.id WHERE l.item IS NOT NULL AND NOT l.free ORDER BY s.date DESC, s.id DESC, l.pos, l.id`, party, d.Only.Value, latestSheets)
	return out, err
}

// soldLately gives the items of the firm's latest sheets of a kind, the latest first. It tells nothing of whose they are,
// only in which order items are shown, so nobody's scope is asked.
func soldLately(v *kernel.View, kind string) (map[int64]int, error) {
	out := map[int64]int{}
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		if _, known := out[id]; !known {
			out[id] = len(out)
		}
		return err
	}, `SELECT l.item FROM (SELECT m.document, m.date FROM (SELECT id AS document, date FROM stock_document WHERE kind = ? AND state = 'posted'
			ORDER BY date DESC, id DESC LIMIT ?) m) s JOIN stock_document_line l ON l.parent = s.document WHERE l.item IS NOT NULL
		ORDER BY s.date DESC, s.document DESC, l.pos, l.id`, kind, latestOfAll)
	return out, err
}

// hand is what of an item lies in a warehouse.
type hand struct {
	warehouse int64
	name      string
	qty       money.Qty
}

// handsOf gives where items lie, by the code of the warehouse.
func handsOf(v *kernel.View, ids []int64) (map[int64][]hand, error) {
	out := map[int64][]hand{}
	if len(ids) == 0 {
		return out, nil
	}
	marks, args := resource.InArgs(ids)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var h hand
		err := rows.Scan(&id, &h.warehouse, &h.name, (*int64)(&h.qty))
		out[id] = append(out[id], h)
		return err
	}, "SELECT h.item, h.warehouse, w.name, h.qty FROM stock_on_hand h JOIN base_warehouse w ON w.id = h.warehouse WHERE h.item IN ("+marks+") AND h.qty <> 0 ORDER BY h.item, w.code, w.id", args...)
	return out, err
}

// namesOf gives what a party calls items, folded; each item has its codes before its names.
func namesOf(v *kernel.View, party int64) (theirs map[int64][]string, codes map[int64]string, err error) {
	if party == 0 || !v.Actor.Can(item.PartyItems.Name, "read") {
		return nil, nil, nil
	}
	scope := resource.Visible(v, item.PartyItems.Def, "p")
	if scope != "" {
		scope = " AND " + scope
	}
	theirs, codes = map[int64][]string{}, map[int64]string{}
	err = v.Each(func(rows *sql.Rows) error {
		var id int64
		var code, name string
		err := rows.Scan(&id, &code, &name)
		for _, text := range []string{code, name} {
			if text = fold(text); text != "" && !slices.Contains(theirs[id], text) {
				theirs[id] = append(theirs[id], text)
			}
		}
		if codes[id] == "" {
			codes[id] = code
		}
		return err
	}, "SELECT p.item, p.code, p.name FROM base_party_item p WHERE p.party = ?"+scope+" ORDER BY p.item, p.id", party)
	return theirs, codes, err
}

// goods is what the rows of a look-up show of an item itself.
type goods struct {
	id                             int64
	code, name, spec, model        string
	material, brand, unit          string
	unitID                         int64
	service                        bool
	price, minPrice, purchasePrice money.Price
}

func goodsOf(v *kernel.View, ids []int64) (map[int64]*goods, error) {
	out := map[int64]*goods{}
	marks, args := resource.InArgs(ids)
	err := v.Each(func(rows *sql.Rows) error {
		g := &goods{}
		err := rows.Scan(&g.id, &g.code, &g.name, &g.spec, &g.model, &g.material, &g.brand, &g.unitID, &g.unit, &g.service,
			(*int64)(&g.price), (*int64)(&g.minPrice), (*int64)(&g.purchasePrice))
		out[g.id] = g
		return err
	}, `SELECT i.id, i.code, i.name, i.spec, i.model, i.material, i.brand, COALESCE(i.unit, 0), COALESCE(u.name, ''), i.service, i.price, i.min_price, i.purchase_price
		FROM base_item i LEFT JOIN base_unit u ON u.id = i.unit WHERE i.id IN (`+marks+")", args...)
	return out, err
}

// levelPrice is what one of its own unit of an item costs customers of a level.
type levelPrice struct {
	name  string
	price money.Price
}

// levelsOf gives the prices of the levels in use, in their order.
func levelsOf(v *kernel.View, items []int64) (map[int64][]levelPrice, error) {
	out := map[int64][]levelPrice{}
	if len(items) == 0 {
		return out, nil
	}
	marks, args := resource.InArgs(items)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var l levelPrice
		err := rows.Scan(&id, &l.name, (*int64)(&l.price))
		out[id] = append(out[id], l)
		return err
	}, "SELECT p.parent, l.name, p.price FROM base_item_price p JOIN base_price_level l ON l.id = p.level WHERE l.active = ? AND p.parent IN ("+marks+
		") ORDER BY l.position, l.id", append([]any{true}, args...)...)
	return out, err
}

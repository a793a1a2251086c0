package commerce

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// How far a last price is looked for: a form is filled while it is typed, however long a firm has been trading.
const (
	latestSheets = 200
	latestLines  = 1000
)

// Priced says where prices were agreed: on the lines of the sheets of a resource, with a party in that column and under
// that condition on o, the sheet.
type Priced struct {
	Def          *kernel.Def
	Party, Where string
	Args         []any
}

// Last gives the price of each item on the party's latest sheet of it that the actor may see, as one of the unit that the
// line was written in. It looks through the latest sheets of the party, and for what is not on them through the latest lines
// of the item; older prices are forgotten. What was free has no price.
func (p Priced) Last(v *kernel.View, party int64, items []int64) (map[int64]item.Priced, error) {
	out := map[int64]item.Priced{}
	heads, lines := p.Def.Table.Name+" o", p.Def.LineOf("lines").Table.Name
	where, args := " o."+p.Party+" = ? AND "+p.Where, append([]any{party}, p.Args...)
	if scope := resource.Visible(v, p.Def, "o"); scope != "" {
		where += " AND " + scope
	}
	note := func(rows *sql.Rows) error {
		var id, price int64
		var unit sql.NullInt64
		err := rows.Scan(&id, &price, &unit)
		out[id] = item.Priced{Price: money.Price(price), Unit: unit.Int64}
		return err
	}
	for part := range slices.Chunk(items, 128) {
		marks, ids := resource.InArgs(part)
		err := v.Each(note, "SELECT p.item, p.price, p.unit FROM "+lines+" p WHERE p.id IN (SELECT MAX(l.id) FROM "+lines+" l WHERE l.parent IN (SELECT o.id FROM "+heads+
			" WHERE"+where+" ORDER BY o.date DESC, o.id DESC LIMIT "+strconv.Itoa(latestSheets)+") AND +l.item IN ("+marks+") AND NOT l.free AND l.qty > 0 GROUP BY l.item)", append(args[:len(args):len(args)], ids...)...)
		if err != nil {
			return nil, err
		}
	}
	missing := slices.DeleteFunc(slices.Clone(items), func(id int64) bool { _, found := out[id]; return found })
	for part := range slices.Chunk(missing, 64) {
		one := "SELECT * FROM (SELECT l.item, l.price, l.unit FROM (SELECT id, parent, item, price, unit FROM " + lines + " WHERE item = ? AND NOT free AND qty > 0 ORDER BY id DESC LIMIT " + strconv.Itoa(latestLines) +
			") l JOIN " + heads + " ON o.id = l.parent WHERE" + where + " ORDER BY l.id DESC LIMIT 1) x"
		_, ids := resource.InArgs(part) // few shapes of the query
		var all []any
		for _, id := range ids {
			all = append(append(all, id), args...)
		}
		if err := v.Each(note, one+strings.Repeat(" UNION ALL "+one, len(ids)-1), all...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// History asks what a party paid: for one item or for all (0), on the days From to To, as far as they are given.
type History struct {
	Party, Item int64
	From, To    clock.Date
	Last        bool // of each item the latest line only
}

// Paid is one line on which a price was agreed.
type Paid struct {
	Def         *kernel.Def
	Sheet, Item int64
	Number      string
	Date        clock.Date
	Unit        int64
	Qty         money.Qty // in the unit that the price is one of
	Price       money.Price
	Discount    money.Rate
	Gross       money.Amount
}

// Paid gives the lines of the sheets that the actor may see, the latest first.
func (p Priced) Paid(v *kernel.View, h History) ([]Paid, error) {
	if !v.Actor.Can(p.Def.Name, "read") {
		return nil, nil
	}
	where, args := " WHERE NOT l.free AND o."+p.Party+" = ? AND "+p.Where, append([]any{h.Party}, p.Args...)
	if scope := resource.Visible(v, p.Def, "o"); scope != "" {
		where += " AND " + scope
	}
	for _, c := range []struct {
		condition string
		given     bool
		value     any
	}{{" AND l.item = ?", h.Item != 0, h.Item}, {" AND o.date >= ?", h.From != "", string(h.From)}, {" AND o.date <= ?", h.To != "", string(h.To)}} {
		if c.given {
			where, args = where+c.condition, append(args, c.value)
		}
	}
	heads, lines := p.Def.Table.Name, p.Def.LineOf("lines").Table.Name
	from := heads + " o JOIN " + lines + " l ON l.parent = o.id" + where
	if h.Last { // sorted by their ids alone: a good customer has thousands
		from = "(SELECT l.id AS line, ROW_NUMBER() OVER (PARTITION BY l.item ORDER BY o.date DESC, o.id DESC, l.pos) AS nth FROM " + from +
			") p JOIN " + lines + " l ON l.id = p.line JOIN " + heads + " o ON o.id = l.parent WHERE p.nth = 1"
	}
	var out []Paid
	err := v.Each(func(rows *sql.Rows) error {
		one := Paid{Def: p.Def}
		var unit sql.NullInt64
		err := rows.Scan(&one.Sheet, &one.Number, (*string)(&one.Date), &one.Item, &unit, (*int64)(&one.Qty), (*int64)(&one.Price), (*int64)(&one.Discount), (*int64)(&one.Gross))
		one.Unit = unit.Int64
		out = append(out, one)
		return err
	}, "SELECT o.id, o.number, o.date, l.item, CASE WHEN l.by_second THEN l.unit2 ELSE l.unit END, CASE WHEN l.by_second THEN l.qty2 ELSE l.qty END, l.price, l.discount, l.gross FROM "+from+" ORDER BY o.date DESC, o.id DESC, l.pos", args...)
	return out, err
}

package counter

import (
	"database/sql"

	"zhanggui/modules/base/party"
	"zhanggui/modules/bridges/counter/dictation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// stampOfUnits is the stamp of the units: of another name another text speaks.
func stampOfUnits(v *kernel.View) (s stamp, err error) {
	_, err = v.Scan([]any{&s.count, &s.ids, &s.versions},
		"SELECT COUNT(*), CAST(COALESCE(SUM(id % 1000000007), 0) AS BIGINT), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM base_unit")
	return s, err
}

// spokenItems gives what the items in use are called and sold by.
func spokenItems(v *kernel.View) (list []dictation.Item, err error) {
	at := map[int64]int{}
	err = v.Each(func(rows *sql.Rows) error {
		var i dictation.Item
		err := rows.Scan(&i.ID, &i.Code, &i.Name, &i.Barcode, &i.OldCode, &i.Spec, &i.Model, &i.Material, &i.Brand, &i.Price, &i.UnitID, &i.Unit)
		at[i.ID] = len(list)
		list = append(list, i)
		return err
	}, `SELECT i.id, i.code, i.name, i.barcode, i.old_code, i.spec, i.model, i.material, i.brand, i.price, COALESCE(i.unit, 0), COALESCE(u.name, '')
		FROM base_item i LEFT JOIN base_unit u ON u.id = i.unit WHERE i.active = ? ORDER BY i.id`, true)
	if err != nil {
		return nil, err
	}
	return list, v.Each(func(rows *sql.Rows) error {
		var id int64
		var p dictation.Pack
		err := rows.Scan(&id, &p.UnitID, &p.Name, &p.Ratio)
		if n, ok := at[id]; ok {
			list[n].Packs = append(list[n].Packs, p)
		}
		return err
	}, "SELECT p.parent, p.unit, u.name, p.ratio FROM base_item_unit p JOIN base_unit u ON u.id = p.unit ORDER BY p.parent, p.pos, p.id")
}

// calledOf gives what the customers, or else the suppliers, that the actor sees are called.
func calledOf(v *kernel.View, sells bool) (list []dictation.Party, err error) {
	if !v.Actor.Can(party.Parties.Name, "read") {
		return nil, nil
	}
	role := "p.supplier"
	if sells {
		role = "p.customer"
	}
	if scope := resource.Visible(v, party.Parties.Def, "p"); scope != "" {
		role += " AND " + scope
	}
	err = v.Each(func(rows *sql.Rows) error {
		var p dictation.Party
		err := rows.Scan(&p.ID, &p.Name, &p.Short, &p.Code, &p.Contact)
		list = append(list, p)
		return err
	}, "SELECT p.id, p.name, p.short, p.code, p.contact FROM base_party p WHERE p.active AND "+role+" ORDER BY p.id")
	return list, err
}

// stockedNow gives the items of which there is something.
func stockedNow(v *kernel.View) (map[int64]bool, error) {
	out := map[int64]bool{}
	return out, v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, "SELECT DISTINCT item FROM stock_on_hand WHERE qty > 0")
}

package item

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sequence"
)

// numberCode gives an item without a code the next free one.
func numberCode(tx *kernel.Tx, i *Item) error {
	for i.Code == "" {
		n, err := sequence.Take(tx, "base.item|", 1)
		if err != nil {
			return err
		}
		code := fmt.Sprintf("I%05d", n)
		taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM base_item WHERE code = ?", code)
		if err != nil {
			return err
		}
		if !taken {
			i.Code = code
		}
	}
	return nil
}

// Moved tells whether goods of an item have moved in stock, also when all of it was taken back. Without a stock nothing
// ever has.
var Moved = kernel.NewPort("base.item.moved", func(*kernel.Tx, int64) (bool, error) { return false, nil })

// settled refuses to change what the moves of an item were written by.
func settled(tx *kernel.Tx, old, i *Item) error {
	if old == nil || old.Service == i.Service && old.Unit == i.Unit && old.SecondUnit == i.SecondUnit && old.SecondPriced == i.SecondPriced {
		return nil
	}
	moved, err := Moved.Of(tx.Company)(tx, i.ID)
	if err != nil || !moved {
		return err
	}
	var list problem.List
	if old.Service != i.Service {
		list.Add(problem.Rule("item.service_moved", "name", i.Name).At("/service"))
	}
	if old.Unit != i.Unit {
		list.Add(problem.Rule("item.unit_moved", "name", i.Name).At("/unit"))
	}
	if old.SecondUnit != i.SecondUnit {
		list.Add(problem.Rule("item.second_moved", "name", i.Name).At("/second_unit"))
	}
	if old.SecondPriced != i.SecondPriced {
		list.Add(problem.Rule("item.second_moved", "name", i.Name).At("/second_priced"))
	}
	return list.Err()
}

// unique names the item that already has the code or a barcode; the database's constraints stand behind it.
func unique(tx *kernel.Tx, old, i *Item) error {
	if old == nil {
		old = &Item{}
	}
	const (
		byCode    = "SELECT name FROM base_item WHERE code = ? AND id <> ?"
		byBarcode = `SELECT name FROM base_item WHERE barcode = ? AND barcode <> '' AND id <> ? UNION ALL
			SELECT i.name FROM base_item_unit u JOIN base_item i ON i.id = u.parent WHERE u.barcode = ? AND u.barcode <> '' AND u.parent <> ?`
	)
	type one struct{ query, value, path string }
	var asked []one
	if i.Code != old.Code {
		asked = append(asked, one{byCode, i.Code, "/code"})
	}
	if i.Barcode != old.Barcode {
		asked = append(asked, one{byBarcode, i.Barcode, "/barcode"})
	}
	for n, u := range i.Units {
		if u.Barcode != old.barcodeOf(u.ID) {
			asked = append(asked, one{byBarcode, u.Barcode, unitPath(n, "barcode")})
		}
	}
	var list problem.List
	for _, a := range asked {
		if a.value == "" {
			continue
		}
		args := []any{a.value, i.ID, a.value, i.ID}[:strings.Count(a.query, "?")]
		var name string
		found, err := tx.Scan([]any{&name}, a.query, args...)
		if err != nil {
			return err
		}
		if found {
			list.Add(problem.Rule("item.duplicate", "value", a.value, "name", name).At(a.path))
		}
	}
	return list.Err()
}

// Twin is the code of the question whether a second item is meant that looks just like one that is there. Who repeats his
// request with it among what he agrees to has answered with yes.
const Twin = "item.twin"

// noTwin asks whoever can be asked about a new item that nobody could tell from another one in use.
func noTwin(tx *kernel.Tx, i *Item) error {
	if !tx.Behalf.Asks || slices.Contains(tx.Behalf.Agrees, Twin) {
		return nil
	}
	var code string
	found, err := tx.Scan([]any{&code}, "SELECT code FROM base_item WHERE name = ? AND spec = ? AND model = ? AND material = ? AND brand = ? AND active = ? AND id <> ? LIMIT 1",
		i.Name, i.Spec, i.Model, i.Material, i.Brand, true, i.ID)
	if err != nil || !found {
		return err
	}
	return problem.Rule(Twin, "code", code, "name", i.Name).At("/name")
}

// oneCode refuses a code that the party already uses; the database's constraint stands behind it.
func oneCode(tx *kernel.Tx, p *PartyItem) error {
	var name string
	found, err := tx.Scan([]any{&name}, "SELECT i.name FROM base_party_item p JOIN base_item i ON i.id = p.item WHERE p.party = ? AND p.code = ? AND p.id <> ?", p.Party, p.Code, p.ID)
	if err == nil && found {
		return problem.Rule("party_item.duplicate", "code", p.Code, "name", name).At("/code")
	}
	return err
}

// ByBarcode gives the item that has a barcode and in which of its units, 0 and 0 when there is none. It asks for no rights:
// who may see the item is for the caller to know.
func ByBarcode(v *kernel.View, code string) (item, unit int64, err error) {
	if code == "" {
		return 0, 0, nil
	}
	var own sql.NullInt64
	// That no barcode is empty is said for the indexes, which hold those that are not.
	_, err = v.Scan([]any{&item, &own}, `SELECT id, unit FROM base_item WHERE barcode = ? AND barcode <> '' UNION ALL SELECT parent, unit FROM base_item_unit WHERE barcode = ? AND barcode <> ''`, code, code)
	return item, own.Int64, err
}

// firstUnit is the unit a new item starts with: the oldest one in use, 0 when there is none.
func firstUnit(v *kernel.View) (int64, error) {
	return kernel.Memo(v, unitKey{}, func() (id int64, err error) {
		_, err = v.Scan([]any{&id}, "SELECT id FROM base_unit WHERE active ORDER BY id LIMIT 1")
		return id, err
	})
}

type unitKey struct{}

// unitName is what a unit is called.
func unitName(v *kernel.View, id int64) (name string, err error) {
	_, err = v.Scan([]any{&name}, "SELECT name FROM base_unit WHERE id = ?", id)
	return name, err
}

// coded answers a look-up of items: the barcode of another unit says the unit as well.
func coded(v *kernel.View, code string) (int64, []listing.Beside, error) {
	id, unit, err := ByBarcode(v, code)
	if err != nil || id == 0 {
		return 0, nil, err
	}
	var own bool
	if _, err = v.Scan([]any{&own}, "SELECT barcode = ? FROM base_item WHERE id = ?", code, id); err != nil || own {
		return id, nil, err
	}
	name, err := unitName(v, unit)
	return id, []listing.Beside{{Field: "unit", ID: unit, Label: name}}, err
}

package item

import (
	"fmt"

	"zhanggui/modules/kernel"
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
	if old == nil || old.Service == i.Service && old.Unit == i.Unit {
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
	return list.Err()
}

// unique names the item that already has the code or the barcode; the database's constraints stand behind it.
func unique(tx *kernel.Tx, old, i *Item) error {
	if old == nil {
		old = &Item{}
	}
	var list problem.List
	for _, f := range []struct{ column, value, before string }{
		{"code", i.Code, old.Code}, {"barcode", i.Barcode, old.Barcode},
	} {
		if f.value == "" || f.value == f.before {
			continue
		}
		var name string
		found, err := tx.Scan([]any{&name}, "SELECT name FROM base_item WHERE "+f.column+" = ? AND id <> ?", f.value, i.ID)
		if err != nil {
			return err
		}
		if found {
			list.Add(problem.Rule("item.duplicate", "value", f.value, "name", name).At("/" + f.column))
		}
	}
	return list.Err()
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

// firstUnit is the unit a new item starts with: the oldest one in use, 0 when there is none.
func firstUnit(v *kernel.View) (int64, error) {
	return kernel.Memo(v, unitKey{}, func() (id int64, err error) {
		_, err = v.Scan([]any{&id}, "SELECT id FROM base_unit WHERE active ORDER BY id LIMIT 1")
		return id, err
	})
}

type unitKey struct{}

package ordering

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// UnitFacts tells of an item that is counted in several units how they hold together, beside the unit of a line, and its
// stock in the largest of them, beside the quantity. Of other items there is nothing to tell.
func UnitFacts(v *kernel.View, line int, it *item.Item, have money.Qty) ([]kernel.Fact, error) {
	if it == nil || !it.Several() {
		return nil, nil
	}
	names, err := UnitNames(v, it)
	if err != nil {
		return nil, err
	}
	out := []kernel.Fact{{Pointer: LinePath(line, "unit"), Label: kernel.T("换算", "Units"), Kind: kernel.KindText, Value: it.Scale(names)}}
	if packed := it.Packed(have, names, v.Lang); packed != "" {
		out = append(out, kernel.Fact{Pointer: LinePath(line, "qty"), Label: kernel.T("合", "That is"), Kind: kernel.KindText, Value: packed})
	}
	return out, nil
}

// UnitNames gives what the units of items are called, each read once for a view.
func UnitNames(v *kernel.View, items ...*item.Item) (map[int64]string, error) {
	var ids []int64
	for _, it := range items {
		ids = append(ids, it.UnitIDs()...)
	}
	found, err := unit.Units.FindMany(v, distinct(ids))
	names := map[int64]string{}
	for id, u := range found {
		names[id] = u.Name
	}
	return names, err
}

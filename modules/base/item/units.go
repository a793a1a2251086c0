package item

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

func unitPath(n int, field string) string { return "/units/" + strconv.Itoa(n) + "/" + field }

// judgeUnits holds what can be said of the units of an item without looking at anything else.
func (i *Item) judgeUnits() problem.List {
	var list problem.List
	if i.SecondPriced && i.SecondUnit == 0 {
		list.Add(problem.Rule("item.second_none").At("/second_priced"))
	}
	if i.SecondUnit != 0 && i.SecondUnit == i.Unit {
		list.Add(problem.Rule("item.second_own").At("/second_unit"))
	}
	units, codes := map[int64]bool{}, map[string]bool{i.Barcode: true, "": false}
	for n, u := range i.Units {
		switch {
		case i.Unit == 0:
			list.Add(problem.Rule("item.unit_first").At("/unit"))
		case u.Unit == i.Unit && u.Unit != 0:
			list.Add(problem.Rule("item.unit_own").At(unitPath(n, "unit")))
		case u.Unit == i.SecondUnit && u.Unit != 0:
			list.Add(problem.Rule("item.unit_second").At(unitPath(n, "unit")))
		case units[u.Unit]:
			list.Add(problem.Rule("item.unit_twice").At(unitPath(n, "unit")))
		}
		if u.Ratio <= 0 {
			list.Add(problem.Rule("item.ratio").At(unitPath(n, "ratio")))
		}
		if u.Barcode != "" && codes[u.Barcode] {
			list.Add(problem.Rule("item.barcode_twice", "value", u.Barcode).At(unitPath(n, "barcode")))
		}
		units[u.Unit], codes[u.Barcode] = true, true
	}
	return list
}

// barcodeOf gives the barcode of one of the other units by the id of its line, "" for none.
func (i *Item) barcodeOf(line int64) string {
	for _, u := range i.Units {
		if u.ID == line {
			return u.Barcode
		}
	}
	return ""
}

// UnitChange says that a unit of an item is to hold something else than before, or to go.
type UnitChange struct {
	Item, Unit int64
	Used       bool // set by whoever has sheets in which it was written
}

// UnitChanging asks everybody who keeps sheets whether a unit of an item was written on any.
var UnitChanging = kernel.NewTopic[*UnitChange]("base.item.unit_changing")

// rescaled refuses to give a unit that was written on sheets another ratio, and to take it away.
func rescaled(tx *kernel.Tx, old, i *Item) error {
	if old == nil {
		return nil
	}
	var list problem.List
	for _, was := range old.Units {
		at := slices.IndexFunc(i.Units, func(u Unit) bool { return u.Unit == was.Unit })
		if at >= 0 && i.Units[at].Ratio == was.Ratio {
			continue
		}
		change := &UnitChange{Item: i.ID, Unit: was.Unit}
		if err := UnitChanging.Publish(tx, change); err != nil {
			return err
		}
		switch {
		case !change.Used:
		case at >= 0:
			list.Add(problem.Rule("item.ratio_used", "ratio", was.Ratio.String()).At(unitPath(at, "ratio")))
		default:
			name, err := unitName(tx.View, was.Unit)
			if err != nil {
				return err
			}
			list.Add(problem.Rule("item.unit_used", "unit", name).At("/units"))
		}
	}
	return list.Err()
}

// Ratio tells how many of the item's own unit one of a unit holds, at scale 6; false when the item is not counted in it. 0
// is the own unit.
func (i *Item) Ratio(unit int64) (money.Qty, bool) {
	if unit == 0 || unit == i.Unit {
		return money.OneQty, true
	}
	for _, u := range i.Units {
		if u.Unit == unit && u.Ratio > 0 {
			return u.Ratio, true
		}
	}
	return 0, false
}

// ListPrice is what one of a unit costs by the list: the unit's own price, else the item's.
func (i *Item) ListPrice(unit int64) money.Price {
	for _, u := range i.Units {
		if u.Unit == unit && u.Price != 0 && !i.bySecond() {
			return u.Price
		}
	}
	return i.PriceIn(unit, i.Price)
}

// PriceIn turns a price of the item's own unit into that of another of its units, rounded once half away from zero; 0 when
// it does not fit. Where the item is priced by its second unit, a price is one of that, whatever the goods are counted in.
func (i *Item) PriceIn(unit int64, price money.Price) money.Price {
	return i.Reprice(Priced{price, 0}, unit)
}

// OwnPrice turns a price of one of the item's units into that of its own unit, rounded once half away from zero.
func (i *Item) OwnPrice(unit int64, price money.Price) money.Price {
	return i.Reprice(Priced{price, unit}, 0)
}

// Priced is a price of one of a unit; unit 0 is the item's own.
type Priced struct {
	Price money.Price
	Unit  int64
}

// Reprice gives a price as one of another unit, rounded once half away from zero; 0 when it does not fit.
func (i *Item) Reprice(p Priced, unit int64) money.Price {
	from, known := i.Ratio(p.Unit)
	to, ok := i.Ratio(unit)
	if i.bySecond() || from == to || !known || !ok {
		return p.Price
	}
	price, err := money.MulDiv(int64(p.Price), int64(to), int64(from))
	if err != nil {
		return 0
	}
	return money.Price(price)
}

func (i *Item) bySecond() bool { return i.SecondPriced && i.SecondUnit != 0 }

// Measure is a quantity as it stands on a line: typed in a unit, and what that is in the item's own unit; beside it a second
// quantity, of items that have a second unit, and whether the line is priced by that one.
type Measure struct {
	Unit     int64
	Qty      money.Qty
	Base     money.Qty
	Unit2    int64
	Qty2     money.Qty
	BySecond bool
}

// Priced is the quantity that the price is multiplied with.
func (m Measure) Priced() money.Qty {
	if m.BySecond {
		return m.Qty2
	}
	return m.Qty
}

// Fill takes from the item what follows from the typed quantity: the unit where none was chosen, the quantity in the own
// unit and the second unit. The problems stand at unit, qty and qty2 of the line.
func (m *Measure) Fill(i *Item) (list problem.List) {
	if m.Unit == 0 {
		m.Unit = i.Unit
	}
	ratio, known := i.Ratio(m.Unit)
	if !known {
		list.Add(problem.Rule("item.unit_foreign", "item", i.Name).At("unit"))
		ratio = money.OneQty
	}
	base, exact := times(m.Qty, ratio)
	if !exact {
		list.Add(problem.Rule("item.unit_fraction", "qty", m.Qty.String(), "ratio", ratio.String()).At("qty"))
	}
	m.Base, m.Unit2, m.BySecond = base, i.SecondUnit, i.bySecond()
	switch {
	case i.SecondUnit == 0 && m.Qty2 != 0:
		list.Add(problem.Rule("item.second_unknown", "item", i.Name).At("qty2"))
	case m.Qty2 != 0 && (m.Qty2 < 0) != (m.Qty < 0):
		list.Add(problem.Rule("item.second_sign").At("qty2"))
	}
	return list
}

// times gives q × ratio, false when that has more than six places or does not fit.
func times(q, ratio money.Qty) (money.Qty, bool) {
	product, err := money.MulDiv(int64(q), int64(ratio), int64(money.OneQty))
	if err != nil {
		return 0, false
	}
	// Exact when what rounding left is nothing: compared in the low 64 bits, for the two differ by half a unit at most.
	return money.Qty(product), uint64(q)*uint64(ratio) == uint64(product)*uint64(money.OneQty)
}

// Part gives the part of a line that holds so much of the item's own unit: in the line's unit and at its price where that
// is exact, else in the own unit at the price converted. Of a second quantity it has its share, rounded.
func (m Measure) Part(base money.Qty, price money.Price) (Measure, money.Price) {
	out := Measure{Unit: m.Unit, Base: base, Unit2: m.Unit2, BySecond: m.BySecond}
	if m.Qty == m.Base { // the own unit, whatever it was called when the line was written
		out.Unit = 0
	}
	if base == m.Base {
		out.Qty, out.Qty2 = m.Qty, m.Qty2
		return out, price
	}
	if m.Base == 0 {
		return out, price
	}
	if q2, err := money.MulDiv(int64(m.Qty2), int64(base), int64(m.Base)); err == nil {
		out.Qty2 = money.Qty(q2)
	}
	typed, err := money.MulDiv(int64(base), int64(m.Qty), int64(m.Base))
	if err == nil && uint64(typed)*uint64(m.Base) == uint64(base)*uint64(m.Qty) {
		out.Qty = money.Qty(typed)
		return out, price
	}
	out.Unit, out.Qty = 0, base
	return out, m.OwnPrice(price)
}

// OwnPrice turns the price of the line into that of the item's own unit, rounded once half away from zero.
func (m Measure) OwnPrice(price money.Price) money.Price {
	own, err := money.MulDiv(int64(price), int64(m.Qty), int64(m.Base))
	if err != nil || m.BySecond {
		return price
	}
	return money.Price(own)
}

// Several tells whether lines of the item may be written in more than one unit.
func (i *Item) Several() bool { return len(i.Units) > 0 }

// Packed shows a quantity in the largest units it fills, the rest in the own unit: 3箱5盒, in languages that write words apart
// "3 ctn 5 box". Only units that hold a whole number of the own unit are used, and names gives what units are called; "" when
// it would say no more than the quantity in the own unit does.
func (i *Item) Packed(q money.Qty, names map[int64]string, lang string) string {
	packs := slices.Clone(i.Units)
	packs = slices.DeleteFunc(packs, func(u Unit) bool { return u.Ratio <= money.OneQty || u.Ratio%money.OneQty != 0 || names[u.Unit] == "" })
	slices.SortStableFunc(packs, func(a, b Unit) int { return cmp.Compare(b.Ratio, a.Ratio) })
	left, sign := q, ""
	if q < 0 {
		left, sign = -q, "-"
	}
	var parts []string
	say := func(n money.Qty, unit int64) {
		text := n.String()
		if lang != "zh" {
			text += " "
		}
		parts = append(parts, text+names[unit])
	}
	for _, u := range packs {
		if n := left / u.Ratio; n > 0 {
			say(n*money.OneQty, u.Unit)
			left -= n * u.Ratio
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if left > 0 {
		say(left, i.Unit)
	}
	gap := ""
	if lang != "zh" {
		gap = " "
	}
	return sign + strings.Join(parts, gap)
}

// UnitIDs gives the units of the item, its own first and the second last.
func (i *Item) UnitIDs() []int64 {
	ids := []int64{i.Unit}
	for _, u := range i.Units {
		ids = append(ids, u.Unit)
	}
	return slices.DeleteFunc(append(ids, i.SecondUnit), func(id int64) bool { return id == 0 })
}

// Scale says how the units of the item hold together: 箱=12盒, 托=480盒.
func (i *Item) Scale(names map[int64]string) string {
	var parts []string
	for _, u := range i.Units {
		parts = append(parts, names[u.Unit]+"="+u.Ratio.String()+names[i.Unit])
	}
	return strings.Join(parts, ", ")
}

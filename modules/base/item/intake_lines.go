package item

import (
	"fmt"
	"slices"

	"zhanggui/modules/base/party"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// mostLevels is how many numbered prices of other programs have a level of their own.
const mostLevels = 6

// levelFields are the prices beside the list price. Each makes its level where there is none; the first of them that a
// table has is the list price where it has no other.
func levelFields() (out []*intake.Field) {
	add := func(key string, name kernel.Text, rather string, words ...string) {
		out = append(out, &intake.Field{Key: key, Label: name, Words: words, Form: intake.Number, Places: 6, Extra: true, As: "prices.price", Rather: rather,
			Makes: party.Levels.Name, Called: name, With: map[string]string{"code": "", "name": ""}})
	}
	add("level_wholesale", kernel.T("批发价", "Wholesale"), "price", "批发价", "批发价格", "批发单价", "批发售价", "wholesale price", "trade price")
	add("level_member", kernel.T("会员价", "Member"), "", "会员价", "会员价格", "会员售价", "VIP价", "member price")
	add("level_special", kernel.T("特价", "Special"), "", "特价价格", "特价单价", "促销价", "special price")
	for n := 1; n <= mostLevels; n++ {
		rather := ""
		if n == 1 {
			rather = "price"
		}
		var words []string
		for _, w := range []string{"预设售价%d", "售价%d", "销售价%d", "等级价%d", "价格%d", "单价%d", "price %d"} {
			words = append(words, fmt.Sprintf(w, n))
		}
		add(fmt.Sprintf("level_%d", n), kernel.T(fmt.Sprintf("预设售价%d", n), fmt.Sprintf("Price %d", n)), rather, words...)
	}
	return out
}

// unitFields are the bigger unit that an item is packed in, and the second one by which it is weighed or measured too.
func unitFields() []*intake.Field {
	named := map[string]string{"code": "", "name": ""}
	return []*intake.Field{
		{Key: "unit2", Label: kernel.T("大单位", "Bigger unit"), Extra: true, Makes: "base.unit", With: named, As: "units.unit",
			Words: []string{"辅助单位", "辅助单位1", "辅单位", "辅计量单位", "辅助计量单位", "大单位", "包装单位", "装箱单位", "整件单位", "单位2", "bigger unit", "pack unit", "case unit"}},
		{Key: "ratio", Label: kernel.T("换算率", "Ratio"), Extra: true, Form: intake.Code, As: "units.ratio",
			Words: []string{"换算率", "换算关系", "换算系数", "单位换算", "单位关系", "辅助单位关系", "辅助单位换算", "包装含量", "ratio", "pack size", "units per case"}},
		{Key: "per_case", Label: kernel.T("每箱数量", "Pieces per case"), Extra: true, Form: intake.Code, As: "units.ratio",
			Words: []string{"每箱数量", "装箱数", "装箱数量", "装箱量", "箱装数", "箱装量", "pieces per case"}},
		{Key: "unit2_barcode", Label: kernel.T("大单位条码", "Barcode of the bigger unit"), Extra: true, Form: intake.Barcode, As: "units.barcode",
			Words: []string{"大单位条码", "辅助单位条码", "箱条码", "箱码", "外箱条码", "case barcode"}},
		{Key: "unit2_price", Label: kernel.T("大单位售价", "Price of the bigger unit"), Extra: true, Form: intake.Number, Places: 6, As: "units.price",
			Words: []string{"大单位售价", "辅助单位售价", "箱价", "整箱价", "件价", "case price"}},
		{Key: "second_unit", Label: kernel.T("副单位", "Second unit"), Makes: "base.unit", With: named,
			Words: []string{"副单位", "第二单位", "浮动单位", "副计量单位", "second unit"}},
	}
}

// intakeLines gives items their level prices and bigger units. An item that exists keeps those it has; one that it has
// with another figure changes only where the table counts.
func intakeLines(v *kernel.View, list []*intake.Detail) error {
	w := &liner{v: v, levels: map[string]int64{}}
	var ids []int64
	units, speak := map[string]bool{}, false
	for _, d := range list {
		for _, f := range levelFields() {
			speak = speak || d.Values[f.Key] != ""
		}
		speak = speak || d.Values["unit2"] != ""
		units[d.Values["unit"]], units[d.Values["unit2"]] = true, true
		ids = append(ids, d.ID)
	}
	if !speak {
		return nil
	}
	err := w.look(units)
	if err != nil {
		return err
	}
	items, err := Items.FindMany(v, ids)
	if err != nil {
		return err
	}
	for _, d := range list {
		w.lines(d, items[d.ID])
	}
	return nil
}

// liner makes the lines of items.
type liner struct {
	v      *kernel.View
	levels map[string]int64 // by key of the field
	units  map[string]int64 // by what rows call them
}

// look finds the levels and units that rows speak of.
func (w *liner) look(units map[string]bool) (err error) {
	delete(units, "")
	texts := make([]string, 0, len(units))
	for text := range units {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	if w.units, err = resource.ByCode(w.v, unit.Units.Def, texts); err != nil {
		return err
	}
	var names []string
	for _, f := range levelFields() {
		names = append(names, f.Called.Zh, f.Called.En)
	}
	known, err := resource.ByCode(w.v, party.Levels.Def, names)
	for _, f := range levelFields() {
		if w.levels[f.Key] = known[f.Called.In(w.v.Lang)]; w.levels[f.Key] == 0 {
			w.levels[f.Key] = max(known[f.Called.Zh], known[f.Called.En])
		}
	}
	return err
}

// lines lays the prices and the units of one item beside each other.
func (w *liner) lines(d *intake.Detail, was *Item) {
	prices, units := w.prices(d, was), w.packs(d, was)
	for n := range max(len(prices), len(units)) {
		cells := map[string]string{}
		if n < len(prices) {
			cells["prices.level"], cells["prices.price"] = prices[n][0], prices[n][1]
		}
		if n < len(units) {
			for key, text := range units[n] {
				cells["units."+key] = text
			}
		}
		d.Cells = append(d.Cells, cells)
	}
}

func ref(id int64) string { return fmt.Sprintf("#%d", id) }

// prices are levels with their prices.
func (w *liner) prices(d *intake.Detail, was *Item) (out [][2]string) {
	at := map[int64]int{}
	if was != nil {
		for _, p := range was.Prices {
			at[p.Level] = len(out)
			out = append(out, [2]string{ref(p.Level), p.Price.String()})
		}
	}
	for _, f := range levelFields() {
		text := d.Values[f.Key]
		if text == "" || text == "0" {
			continue
		}
		level, name := w.levels[f.Key], f.Called.In(w.v.Lang)
		n, has := at[level]
		given, err := money.ParsePrice(text)
		switch {
		case level == 0: // who may not make it is told so by the import
			out = append(out, [2]string{name, text})
		case !has:
			at[level] = len(out)
			out = append(out, [2]string{ref(level), text})
		case err == nil && given.String() == out[n][1]:
		case d.Overwrite:
			out[n][1] = text
		default:
			d.Kept = append(d.Kept, intake.Stands{Label: name, Value: out[n][1], Given: text})
		}
	}
	return out
}

// packs are the bigger units. Where the item is counted in another unit than the row says, and stays so, its ratio would
// mean something else.
func (w *liner) packs(d *intake.Detail, was *Item) (out []map[string]string) {
	name, ratio := d.Values["unit2"], d.Values["ratio"]
	id := w.units[name]
	if was != nil {
		for _, u := range was.Units {
			one := map[string]string{"unit": ref(u.Unit), "ratio": u.Ratio.String(), "barcode": u.Barcode}
			if u.Price != 0 {
				one["price"] = u.Price.String()
			}
			if u.Unit == id && id != 0 {
				w.merge(d, one, u)
				name = ""
			}
			out = append(out, one)
		}
		if own := w.units[d.Values["unit"]]; own != 0 && own != was.Unit && !d.Overwrite || id == was.Unit && id != 0 {
			name = ""
		}
	}
	if name == "" {
		return out
	}
	one := map[string]string{"unit": name, "ratio": ratio, "barcode": d.Values["unit2_barcode"], "price": d.Values["unit2_price"]}
	if id != 0 {
		one["unit"] = ref(id)
	}
	return append(out, one)
}

// merge lays what a row says of a unit over what the item has of it.
func (w *liner) merge(d *intake.Detail, one map[string]string, u Unit) {
	given, err := money.ParseQty(d.Values["ratio"])
	if err == nil && given != u.Ratio {
		if d.Overwrite {
			one["ratio"] = given.String()
		} else {
			d.Kept = append(d.Kept, intake.Stands{Label: kernel.T("换算率", "Ratio").In(w.v.Lang), Value: u.Ratio.String(), Given: given.String()})
		}
	}
	for key, column := range map[string]string{"barcode": "unit2_barcode", "price": "unit2_price"} {
		if text := d.Values[column]; text != "" && (one[key] == "" || d.Overwrite) {
			one[key] = text
		}
	}
}

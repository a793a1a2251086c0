package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
	"zhanggui/modules/kernel/testkit"
)

// TestPriceColumns knows the heads of prices and units of other programs.
func TestPriceColumns(t *testing.T) {
	c := testkit.SQLite(t, testkit.Options{Modules: modules.All()})
	kinds := intake.Kinds(c, kernel.SystemActor())
	for _, one := range []struct{ what, heads, columns string }{
		{"管家婆", "商品编号|商品全名|基本单位|辅助单位|换算率|零售价|批发价|会员价|预设售价1|预设售价2|最低售价|最近进价", "code name unit unit2 ratio price level_wholesale level_member level_1 level_2 min_price purchase_price"},
		{"只有批发价", "商品名称|单位|批发价", "name unit price"},
		{"预设售价", "商品名称|预设售价1|预设售价2|预设售价3", "name price level_2 level_3"},
		{"用友", "存货编码|存货名称|主计量单位|辅计量单位|换算率|参考售价", "code name unit unit2 ratio price"},
		{"金蝶", "物料代码|物料名称|计量单位|辅助计量单位|换算率|销售单价|最低售价", "code name unit unit2 ratio price min_price"},
		{"速达", "货品编码|货品名称|单位|装箱数|零售价|批发价|会员价", "code name unit per_case price level_wholesale level_member"},
		{"双计量", "品名|单位|副单位|售价", "name unit second_unit price"},
		{"特价标记", "品名|单位|是否特价|售价", "name unit - price"},
	} {
		g := guess.Of(kinds, table(one.heads), "商品.xls")
		got := make([]string, len(g.Columns))
		for i, key := range g.Columns {
			if got[i] = key; key == "" {
				got[i] = "-"
			}
		}
		if g.Kind.Name != "items" || strings.Join(got, " ") != one.columns {
			t.Errorf("%s: %s %s\nwant %s", one.what, g.Kind.Name, strings.Join(got, " "), one.columns)
		}
	}
}

// packed tells an item with its level prices and bigger units.
func (f *firm) packed(name string) (out string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		list, err := item.Items.Where(v, "name = ?", name)
		if err != nil || len(list) != 1 {
			return fmt.Errorf("%d items %s: %v", len(list), name, err)
		}
		i, err := item.Items.Find(v, list[0].ID)
		if err != nil {
			return err
		}
		units := func(id int64) string {
			found, err := unit.Units.FindMany(v, []int64{id})
			if err != nil || found[id] == nil {
				return "-"
			}
			return found[id].Name
		}
		out = fmt.Sprintf("%s %s;", units(i.Unit), i.Price)
		for _, p := range i.Prices {
			found, err := party.Levels.FindMany(v, []int64{p.Level})
			if err != nil {
				return err
			}
			out += fmt.Sprintf(" %s %s", found[p.Level].Name, p.Price)
		}
		out += ";"
		for _, u := range i.Units {
			out += strings.TrimRight(fmt.Sprintf(" %s=%s %s", units(u.Unit), u.Ratio, u.Barcode), " ")
		}
		if i.SecondUnit != 0 {
			out += "; " + units(i.SecondUnit)
		}
		return nil
	})
	return out
}

// TestLevelsAndUnits brings the prices of levels and the bigger units of a list in, and goes on with what stands.
func TestLevelsAndUnits(t *testing.T) {
	firms(t, func(f *firm) {
		out := f.take("商品.xls", table("商品编号|商品全名|基本单位|辅助单位|换算率|箱码|零售价|批发价|会员价|预设售价2|副单位\n"+
			"A1|可乐|瓶|箱|1:24|6901234567892|3|2.5|2.8||\nA2|螺栓|个||||1||0.9|0.7|公斤\nA3|纸|卷|提|10||2|||\nA4|笔|支|打|||1|||"))
		if got := fmt.Sprint(out.Created, " ", out.BadCount, " ", told(out)); got != "3 1 5 unit2: 大单位「打」没有换算率。固定装几个就在换算率里写上；没有固定换算的，请把这一列选成「副单位」" {
			f.Errorf("first: %s", got)
		}
		var made []string
		for _, m := range out.Made {
			made = append(made, m.Names...)
		}
		slices.Sort(made)
		if got := strings.Join(made, " "); got != "卷 提 瓶 预设售价2" {
			f.Errorf("made %s", got)
		}
		for name, want := range map[string]string{"可乐": "瓶 3; 批发价 2.5 会员价 2.8; 箱=24 6901234567892", "螺栓": "个 1; 会员价 0.9 预设售价2 0.7;; 公斤", "纸": "卷 2;; 提=10"} {
			if got := f.packed(name); got != want {
				f.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		list := table("商品编号|商品全名|基本单位|辅助单位|换算率|零售价|批发价|特价\nA1|可乐|瓶|箱|12|3|2.4|2\nA2|螺栓|个|包|100||0.8|\nA3|纸|卷||||1.5|\nA9|新|个|||1|0.5|")
		out = f.take("商品.xls", list)
		if got := fmt.Sprint(out.Created, out.Updated, out.Same, out.BadCount, " ", out.Kept); got != "1 3 0 0 [{2 可乐 批发价 2.5 2.4} {2 可乐 换算率 24 12}]" {
			f.Errorf("again: %s %s", got, told(out))
		}
		for name, want := range map[string]string{"可乐": "瓶 3; 批发价 2.5 会员价 2.8 特价 2; 箱=24 6901234567892", "螺栓": "个 1; 会员价 0.9 预设售价2 0.7 批发价 0.8; 包=100; 公斤",
			"纸": "卷 2; 批发价 1.5; 提=10", "新": "个 1; 批发价 0.5;"} {
			if got := f.packed(name); got != want {
				f.Errorf("again %s is %s, want %s", name, got, want)
			}
		}
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), list, "商品.xls")
		out = f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: list[1:], Name: "商品.xls", Overwrite: true})
		if got := f.packed("可乐"); got != "瓶 3; 批发价 2.4 会员价 2.8 特价 2; 箱=12 6901234567892" || out.BadCount != 0 || out.KeptCount != 0 {
			f.Errorf("overwritten: %s %s", got, told(out))
		}
	})
}

// TestUnitOfAnotherCell makes the item be counted in the unit that only the packing names.
func TestUnitOfAnotherCell(t *testing.T) {
	firms(t, func(f *firm) {
		out := f.take("商品.xls", table("商品名称|大单位|换算率\n可乐|箱|24瓶"))
		if got := f.packed("可乐"); got != "瓶 0;; 箱=24" || out.BadCount != 0 {
			f.Errorf("%s %s", got, told(out))
		}
		out = f.take("商品.xls", table("商品名称|大单位|换算率\n可乐|箱|24个\n可乐罐|箱|24个"))
		if got := fmt.Sprint(f.packed("可乐"), " ", out.Kept); got != "瓶 0;; 箱=24 [{2 可乐 单位 瓶 个}]" {
			f.Errorf("%s %s", got, told(out))
		}
	})
}

// TestStockOfTwoQuantities brings opening stock of an item that is counted and weighed.
func TestStockOfTwoQuantities(t *testing.T) {
	firms(t, func(f *firm) {
		out := f.take("库存.xls", table("商品名称|单位|副单位|库存数量|副数量|成本均价\n钢管|个|公斤|10|35.5|8\n可乐 |箱/瓶 1:24||48||2"))
		if got := fmt.Sprint(out.Kind, " ", out.Created, out.BadCount, " ", f.packed("钢管"), " ", f.packed("可乐")); got != "opening_stock 2 0 个 0;;; 公斤 瓶 0;; 箱=24" {
			f.Errorf("%s %s", got, told(out))
		}
		f.view(func(v *kernel.View) error {
			list, err := opening.Balances.Where(v, "id > 0")
			if err != nil || len(list) != 1 {
				return fmt.Errorf("%d balances: %v", len(list), err)
			}
			b, err := opening.Balances.Find(v, list[0].ID)
			if err == nil && (len(b.Stock) != 2 || b.Stock[0].Qty2.String() != "35.5" || b.StockValue.String() != "176.00") {
				f.Errorf("stock: %+v, %s", b.Stock, b.StockValue)
			}
			return err
		})
	})
}

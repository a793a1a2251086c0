package intake

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
)

// TestRowOfWhatIsNotThere gives an opening row back whose item is not there because another row of it is wrong.
func TestRowOfWhatIsNotThere(t *testing.T) {
	firms(t, func(f *firm) {
		out := f.take("库存.xls", table("商品名称|单位|库存数量|成本均价\n螺丝|"+strings.Repeat("桶", 21)+"|100|1\n螺丝||50|1\n垫圈|个|7|1"))
		want := "2 unit: 太长，最多 20 个字\n3 : 这一行说的商品或往来单位还没有建好：它的另一行有错，或者新建在等审批。期初没有记，请改好那一行（或等审批通过）后再送一次"
		if got := told(out); got != want || out.Put != 1 {
			f.Errorf("%d put; told\n%s\nwant\n%s", out.Put, got, want)
		}
		if got := f.stocked(); got != "垫圈 7" {
			f.Errorf("stock: %s", got)
		}
	})
}

// TestWarehouseThatIsNotThere gives a row back whose warehouse is missing and may not be made: nothing goes elsewhere.
func TestWarehouseThatIsNotThere(t *testing.T) {
	firms(t, func(f *firm) {
		rows := table("商品名称|仓库|库存数量\n螺丝|门店|100\n垫圈||7")
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), rows, "库存.xls")
		clerk := &kernel.Actor{UserID: 1, Name: "c", Lang: "zh", Perms: only{"base.item": true, "opening.balance": true}}
		out, err := run.Do(context.Background(), f.c, clerk, run.Task{Kind: g.Kind, Columns: g.Columns, Rows: rows[1:], Name: "库存.xls"}, func(int, int) {})
		if err != nil {
			f.Fatal(err)
		}
		if got, want := told(out), "2 stock_warehouse: 没有叫「门店」的仓库，也没能新建。请改成已有的仓库，或先到基础资料里建好"; got != want || out.Put != 1 {
			f.Errorf("%d put; told %s, want %s", out.Put, got, want)
		}
		if got := f.stocked(); got != "垫圈 7" {
			f.Errorf("stock: %s", got)
		}
	})
}

// TestLooseGoods takes items whose case holds 0, as old programs write loose goods: they have no bigger unit.
func TestLooseGoods(t *testing.T) {
	firms(t, func(f *firm) {
		out := f.take("商品.xls", table("商品编号|商品全名|单位|装箱数\nA1|散装钉|斤|0\nA2|瓶装水|瓶|24\nA3|散装米|斤|-\nA4|散装面|斤|无"))
		if out.Created != 4 || out.BadCount != 0 {
			f.Errorf("%d created: %s", out.Created, told(out))
		}
		f.view(func(v *kernel.View) error {
			list, err := item.Items.Where(v, "code LIKE ?", "A%")
			got := ""
			for _, one := range list {
				if one, err = item.Items.Find(v, one.ID); err != nil {
					return err
				}
				got += fmt.Sprint(one.Code, " ", len(one.Units))
				for _, u := range one.Units {
					got += " of " + u.Ratio.String()
				}
				got += "; "
			}
			if got != "A1 0; A2 1 of 24; A3 0; A4 0; " {
				f.Errorf("bigger units: %s", got)
			}
			return err
		})
	})
}

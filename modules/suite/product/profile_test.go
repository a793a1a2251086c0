package product

import (
	"context"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/profile"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/meta"
)

// A profile hides and renames, exactly what its table says, and nothing is lost: a company without a choice has everything
// under the names it knows, a new one begins with sheets.
func TestProfiles(t *testing.T) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		for _, name := range profile.Named() {
			key, heading := strings.CutPrefix(name, "menu ")
			known := c.Def(name) != nil || c.Report(name) != nil || heading && slices.ContainsFunc(c.Menu, func(g kernel.MenuGroup) bool { return g.Key == key })
			if !known {
				t.Errorf("a profile speaks of %s, which there is not", name)
			}
		}
		all := menuOf(c)
		choose := func(value string) []string {
			err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "choose", func(tx *kernel.Tx) error {
				return settings.Put(tx, map[string]string{profile.Setting: value})
			})
			if err != nil {
				t.Fatal(err)
			}
			return menuOf(c)
		}
		if c.Setting(profile.Setting) != profile.Full {
			t.Errorf("a company that chose nothing works with %q", c.Setting(profile.Setting))
		}
		for _, want := range []struct {
			name       string
			gone, come []string
		}{
			{profile.Full, nil, nil},
			{profile.Orders, []string{"create 进货单", "create 请购单", "create 销售单", "采购 进货单", "采购 请购单", "销售 销售单"},
				[]string{"create 采购入库单", "create 销售出库单", "采购 采购入库单", "销售 销售出库单"}},
			{profile.Sheets, []string{"create 报价单", "create 请购单", "create 采购订单", "create 采购退货单", "create 销售订单", "采购 供应商报价", "采购 未到货明细",
				"采购 请购单", "采购 缺货清单", "采购 进货单", "采购 采购订单", "采购 采购汇总表", "采购 采购退货单", "销售 报价单", "销售 未发货明细", "销售 订单汇总表", "销售 销售订单"},
				[]string{"create 进货退货单", "进货 供应商报价", "进货 进货单", "进货 进货退货单"}},
			{profile.Full, nil, nil},
		} {
			now := choose(want.name)
			if gone, come := without(all, now), without(now, all); !slices.Equal(sorted(gone), sorted(want.gone)) || !slices.Equal(sorted(come), sorted(want.come)) {
				t.Errorf("%s hides %q and shows %q", want.name, gone, come)
			}
		}
		err := auth.Setup.Of(c)(context.Background(), c, auth.SetupInput{Company: "新店", Name: "老板", Login: "boss", Password: "correct horse 7"})
		if err != nil || c.Setting(profile.Setting) != profile.Sheets {
			t.Errorf("a new company works with %q: %v", c.Setting(profile.Setting), err)
		}
	})
}

// menuOf lists what the menu shows, as "heading entry", and what can be begun.
func menuOf(c *kernel.Company) (out []string) {
	groups, create := meta.Menu(c, kernel.SystemActor(), "zh")
	for _, g := range groups {
		for _, item := range g.Items {
			out = append(out, g.Label+" "+item.Label)
		}
	}
	for _, one := range create {
		out = append(out, "create "+one.Label)
	}
	return out
}

// without gives what of a is not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// Package profile is the way in which a company works, which it chooses for itself: 开单版 writes sheets only, 订单版 begins
// with orders, 完整版 goes from the requisition to the invoice. A profile hides entries of the menu and buttons of the home
// page, and calls some things otherwise. It does nothing else.
//
// Invariants
//  1. No right and no rule depends on a profile, and of the interface only what it says of menu and labels: what is hidden is
//     reached by its address, and everything is there again when the company chooses otherwise.
//  2. What each profile hides and renames stands in one table, looks, and every name in it exists.
//  3. A company that chose none works with all there is, under the names it knows.
package profile

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/meta"
)

// Setting is the name of the choice.
const Setting = "company.profile"

// The profiles.
const (
	Sheets = "sheets"
	Orders = "orders"
	Full   = "full"
)

// look is what a profile hides, by the names of resources and reports, and how it calls things: resources by their names,
// headings of the menu by "menu " and their key.
type look struct {
	hidden []string
	names  map[string]kernel.Text
}

var looks = map[string]look{
	Sheets: {
		hidden: []string{"sales.quotation", "sales.order", "sales.order_progress", "sales.summary",
			"purchasing.requisition", "purchasing.order", "purchasing.order_progress", "purchasing.summary", "purchasing.shortage"},
		names: map[string]kernel.Text{
			"menu purchasing": kernel.T("进货", "Buying"), "stock.purchase_return": kernel.T("进货退货单", "Return to supplier"),
		},
	},
	Orders: {
		hidden: []string{"purchasing.requisition"},
		names: map[string]kernel.Text{
			"stock.delivery": kernel.T("销售出库单", "Delivery note"), "stock.receipt": kernel.T("采购入库单", "Goods receipt note"),
		},
	},
	Full: {},
}

// Module declares the choice and lets the menu follow it.
func Module() kernel.Module {
	option := func(value, zh, en string) kernel.Option { return kernel.Option{Value: value, Label: kernel.T(zh, en)} }
	return kernel.Module{Name: "base.profile", Needs: []string{"base.organisation"}, Setup: func(c *kernel.Company) error {
		c.AddSetting(&kernel.Setting{Group: kernel.T("公司", "Company"), Field: kernel.Field{
			Name: Setting, Kind: kernel.KindEnum, Default: Full, Label: kernel.T("业务流程", "Way of working"),
			Options: []kernel.Option{option(Sheets, "开单版", "Sheets"), option(Orders, "订单版", "Orders"), option(Full, "完整版", "Everything")},
			Help: kernel.T("开单版：直接开销售单、进货单，没有报价和订单。订单版：先下订单，再出库、入库。完整版：从报价、请购到订单、收发货和发票全部显示。只影响菜单、首页按钮和叫法，权限、规则和已有数据都不变，随时可以换。",
				"Sheets: deliveries and goods receipts are written at once, without quotations and orders. Orders: an order comes first, then the goods. Everything: from quotation and requisition to order, goods and invoice. Only the menu, the buttons of the home page and some names follow; rights, rules and data stay, and it can be changed at any time."),
		}})
		c.Hooks = append(c.Hooks, meta.Look{Key: func() string { return c.Setting(Setting) },
			Hides: func(name string) bool { return Hides(c, name) },
			Name:  func(name string, label kernel.Text) kernel.Text { return nameOf(c, name, label) },
		})
		return nil
	}}
}

// Hides tells whether a resource or report is left out of the menu and the home page of a company.
func Hides(c *kernel.Company, name string) bool {
	return slices.Contains(looks[c.Setting(Setting)].hidden, name)
}

// nameOf gives what a company calls something.
func nameOf(c *kernel.Company, name string, label kernel.Text) kernel.Text {
	if other, ok := looks[c.Setting(Setting)].names[name]; ok {
		return other
	}
	return label
}

// Named gives every name that the profiles hide or rename. For tests.
func Named() (out []string) {
	for _, l := range looks {
		out = append(out, l.hidden...)
		for name := range l.names {
			out = append(out, name)
		}
	}
	return out
}

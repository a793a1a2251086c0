package stock

import (
	"embed"
	"errors"
	"io/fs"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/problem"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the documents of the stock, their links, settings and reports.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "stock", Needs: []string{"base.organisation", "base.party", "base.tax", "base.unit", "base.item", "base.warehouse", "base.price", "base.bin", "settlement"},
		Migrations: files, Setup: setup,
	}
}

func setup(c *kernel.Company) error {
	if err := c.Add(Documents.Def); err != nil {
		return err
	}
	kindsOfLink := []*links.Kind{
		{Name: "returns", Label: kernel.T("退货", "Returns"), Back: kernel.T("来自销售单", "From delivery"), Source: "stock.delivery", Lines: "lines",
			Target: "stock.sales_return", CapQty: "base_qty", DoneQty: "returned"},
		{Name: "sends_back", Label: kernel.T("退货", "Returns"), Back: kernel.T("来自进货单", "From goods receipt"), Source: "stock.receipt", Lines: "lines",
			Target: "stock.purchase_return", CapQty: "base_qty", DoneQty: "returned"},
	}
	for _, h := range Handles() {
		if err := c.Add(h.Def); err != nil {
			return err
		}
		k := kindOf(h.Only.Value)
		if k.menu != "" {
			c.AddMenu(k.menu, groups[k.menu], kernel.MenuItem{Resource: h.Name})
		}
		if k.name != KindAdjustment {
			kindsOfLink = append(kindsOfLink, &links.Kind{Name: reverseLink(k.name), Label: kernel.T("红冲", "Reversal"),
				Back: kernel.T("红冲自", "Takes back"), Source: h.Name, Target: h.Name})
		}
	}
	if err := links.Register(c, kindsOfLink...); err != nil {
		return err
	}
	reports := reports()
	for _, r := range reports {
		c.AddMenu("stock", groups["stock"], kernel.MenuItem{Report: r.Name})
	}
	item.UnitChanging.On(c, "stock", unitUsed)
	tax.RateChanging.On(c, "stock", rateUsed)
	if err := errors.Join(item.Moved.Fill(c, itemMoved), price.Paid.Fill(c, paid)); err != nil {
		return err
	}
	c.AddSetting(choices()...)
	c.AddSetting(keeperChoices()...)
	columnsOnPaper(c)
	return c.AddReport(reports...)
}

var groups = map[string]kernel.Text{
	"sales":      kernel.T("销售", "Sales"),
	"purchasing": kernel.T("采购", "Purchasing"),
	"stock":      kernel.T("库存", "Stock"),
}

// choices are what a company decides about its stock. Method and pool cannot be changed once something has moved: the
// past would have to be valued again.
func choices() []*kernel.Setting {
	group := kernel.T("库存", "Stock")
	// The first option is what a company starts with, unless one is named.
	pick := func(name string, label kernel.Text, options ...kernel.Option) *kernel.Setting {
		return &kernel.Setting{Group: group, Field: kernel.Field{Name: name, Kind: kernel.KindEnum, Label: label, Default: options[0].Value, Options: options}}
	}
	list := []*kernel.Setting{
		pick("stock.method", kernel.T("成本计算方法", "Costing method"),
			kernel.Option{Value: "moving", Label: kernel.T("移动加权平均", "Moving average")},
			kernel.Option{Value: "fifo", Label: kernel.T("先进先出", "First in, first out")}),
		pick("stock.pool", kernel.T("成本核算范围", "Cost scope"),
			kernel.Option{Value: "company", Label: kernel.T("全公司", "Whole company")},
			kernel.Option{Value: "warehouse", Label: kernel.T("分仓库", "Each warehouse")}),
		pick(settingNegative, kernel.T("库存不足时", "When stock is short"),
			kernel.Option{Value: "auto", Label: kernel.T("第一次全盘前提醒，之后询问", "Warn until the first full count, then ask")},
			kernel.Option{Value: "ask", Label: kernel.T("询问后才出库", "Ask")},
			kernel.Option{Value: "refuse", Label: kernel.T("不允许出库", "Refuse")},
			kernel.Option{Value: "warn", Label: kernel.T("提醒", "Warn")},
			kernel.Option{Value: "allow", Label: kernel.T("允许", "Allow")}),
		pick(settingRounding, kernel.T("抹零到", "Round a total down to"),
			kernel.Option{Value: "yuan", Label: kernel.T("元", "Whole yuan")},
			kernel.Option{Value: "jiao", Label: kernel.T("角", "Tenths of a yuan")}),
	}
	for _, s := range list[:2] {
		s.Fixed, s.Help = fixed, kernel.T("开始使用后不能更改", "Cannot be changed once in use")
	}
	list[2].Help = kernel.T("全盘：盘点单包含仓库里每一种有库存的商品；有这项功能之前的盘点不算，再全盘一次才开始询问。询问：过账时要确认才出库，确认记在单据上；批量过账和导入不询问", "A count is full when it covers every item with stock in its warehouse; counts from before this was there are not called full, so asking begins with the next one. Asking means that posting must be confirmed, which is noted on the sheet; batches and imports are not asked")
	return list
}

func fixed(tx *kernel.Tx, old, now string) error {
	if old == now {
		return nil
	}
	moved, err := anyMoves(tx.View)
	if err == nil && moved {
		return problem.Rule("stock.fixed")
	}
	return err
}

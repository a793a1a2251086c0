package price

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// CustomerPrice is what a customer pays for an item on some days: the first and the last of them, or without end. It is meant
// as the customer's sheets write it: with or without tax.
type CustomerPrice struct {
	resource.Base
	Party     int64       `zg:"required,list,filter,enter,ref=base.party,width=200" zh:"客户" en:"Customer"`
	Item      int64       `zg:"required,list,filter,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Price     money.Price `zg:"required,list,sort,enter,right=price,width=100" zh:"客户价" en:"Price"`
	ValidFrom clock.Date  `zg:"required,list,filter,sort,width=110" zh:"生效日期" en:"Valid from"`
	ValidTo   clock.Date  `zg:"list,filter,sort,width=110" zh:"截止日期" en:"Valid until" help:"留空为一直有效|Left empty it has no end"`
	Note      string      `zg:"list,max=200" zh:"备注" en:"Note"`
}

// Right is the field right under which selling prices and the amounts of sales stand.
const Right = "price"

// CustomerPrices is the resource.
var CustomerPrices = resource.Declare(resource.Spec[CustomerPrice]{
	Name: "base.customer_price", Label: kernel.T("客户价", "Customer price"), Title: "valid_from", Key: []string{"party", "item", "valid_from"},
	Empty: kernel.T("和客户谈好的价，开单时自动带出，过期自动失效。", "What was agreed with customers; sheets begin with these prices for as long as they hold."),
	Scope: &kernel.Anchor{Through: "party", Resource: "base.party"},
	New: func(v *kernel.View, p *CustomerPrice) error {
		p.ValidFrom = v.Today
		return nil
	},
	Validate: func(p *CustomerPrice) (list problem.List) {
		if p.Price < 0 {
			list.Add(problem.Rule("price.negative").At("/price"))
		}
		if p.ValidTo != "" && p.ValidTo.Before(p.ValidFrom) {
			list.Add(problem.Rule("dates.order").At("/valid_to"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, _, p *CustomerPrice) error { return apart(tx, p) },
})

// SettingLast tells whether what a customer paid last is offered to him again.
const SettingLast = "sales.last_price"

func setting() *kernel.Setting {
	return &kernel.Setting{Group: kernel.T("销售", "Sales"), Field: kernel.Field{Name: SettingLast, Kind: kernel.KindBool, Default: "true",
		Label: kernel.T("开单时带出上次售价", "Offer what the customer paid last"),
		Help:  kernel.T("取价次序：客户价、上次价、等级价、零售价", "Prices are looked for in this order: customer price, last price, price of the level, list price")}}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares customer prices.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.price", Needs: []string{"base.party", "base.item"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("partners", kernel.T("客户", "Customers"), kernel.MenuItem{Resource: CustomerPrices.Name})
		c.AddSetting(setting())
		return c.Add(CustomerPrices.Def)
	}}
}

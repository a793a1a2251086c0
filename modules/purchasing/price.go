package purchasing

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// SupplierPrice is what a supplier asks for an item from a day on, until a later one of the two begins. It is meant as
// the supplier writes it: with or without tax as on the supplier's sheets.
type SupplierPrice struct {
	resource.Base
	Supplier  int64       `zg:"required,list,filter,enter,ref=base.party,width=200" zh:"供应商" en:"Supplier"`
	Item      int64       `zg:"required,list,filter,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Price     money.Price `zg:"required,list,sort,enter,right=cost,width=100" zh:"进价" en:"Price"`
	ValidFrom clock.Date  `zg:"required,list,filter,sort,width=110" zh:"生效日期" en:"Valid from"`
	Note      string      `zg:"list,max=200" zh:"备注" en:"Note"`
}

// SupplierPrices is the resource.
var SupplierPrices = resource.Declare(resource.Spec[SupplierPrice]{
	Name: "purchasing.supplier_price", Label: kernel.T("供应商报价", "Supplier price"), Title: "valid_from", Key: []string{"supplier", "item", "valid_from"},
	Empty: kernel.T("供应商的进价，开采购订单时自动带出。", "What suppliers ask; purchase orders start with these prices."),
	Scope: &kernel.Anchor{Through: "supplier", Resource: "base.party"},
	New: func(v *kernel.View, p *SupplierPrice) error {
		p.ValidFrom = v.Today
		return nil
	},
	Check: func(tx *kernel.Tx, _, p *SupplierPrice) error { return onePrice(tx, p) },
})

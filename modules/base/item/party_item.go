package item

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// PartyItem is what a customer or a supplier calls an item: the code, and where he has one the name, on his own orders.
type PartyItem struct {
	resource.Base
	Party int64  `zg:"required,list,filter,enter,ref=base.party,width=200" zh:"往来单位" en:"Party"`
	Item  int64  `zg:"required,list,filter,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Code  string `zg:"required,list,search,sort,enter,max=60,width=140" zh:"对方编码" en:"Their code"`
	Name  string `zg:"list,search,enter,max=120,width=200" zh:"对方名称" en:"Their name"`
	Note  string `zg:"list,max=200" zh:"备注" en:"Note"`
}

// PartyItems is the resource.
var PartyItems = resource.Declare(resource.Spec[PartyItem]{
	Name: "base.party_item", Label: kernel.T("客户商品编码", "Party's item code"), Title: "code", Key: []string{"party", "code"},
	Empty: kernel.T("客户或供应商对你的商品用他们自己的编码，写在这里，开单时按他们的编码也能找到。", "Customers and suppliers have codes of their own for your items; sheets find the items by these too."),
	Scope: &kernel.Anchor{Through: "party", Resource: "base.party"},
	Check: func(tx *kernel.Tx, _, p *PartyItem) error { return oneCode(tx, p) },
})

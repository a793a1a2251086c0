package purchasing

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const shortageReport = "purchasing.shortage"

// The balances of all items, in a warehouse or in all of them for 0, that the shortage list asks others for.
var (
	// Stock gives what is on hand; by default nothing.
	Stock = kernel.NewPort("purchasing.stock", func(*kernel.View, int64) (map[int64]money.Qty, error) { return nil, nil })
	// Demand gives what customers have ordered and not yet had; by default nothing.
	Demand = kernel.NewPort("purchasing.demand", func(*kernel.View, int64) (map[int64]money.Qty, error) { return nil, nil })
)

// shortFilter narrows the shortage list; 0 narrows nothing.
type shortFilter struct{ warehouse, category, supplier int64 }

// shortage is an item of which there will be less than its minimum. Coming is on confirmed orders, requested is asked
// for and not on a confirmed order yet.
type shortage struct {
	item, unit, supplier                               int64
	code, spec                                         string
	onHand, demand, coming, requested, minStock, short money.Qty
	price                                              money.Price
}

// standing are the balances of all items.
type standing struct{ onHand, demand, coming, requested map[int64]money.Qty }

// shortages lists the items of which there will be less than the minimum, by code. The minimum is the item's own, also
// where one warehouse is looked at.
func shortages(v *kernel.View, f shortFilter) ([]shortage, error) {
	var now standing
	for _, b := range []struct {
		to  *map[int64]money.Qty
		ask func(*kernel.View, int64) (map[int64]money.Qty, error)
	}{
		{&now.onHand, Stock.Of(v.Company)}, {&now.demand, Demand.Of(v.Company)}, {&now.coming, direction.OpenQty}, {&now.requested, requestedQty},
	} {
		var err error
		if *b.to, err = b.ask(v, f.warehouse); err != nil {
			return nil, err
		}
	}
	stocked, err := stockedItems(v, f.category)
	if err != nil {
		return nil, err
	}
	var out []shortage
	for _, s := range stocked {
		short, err := now.judge(&s)
		if err != nil {
			return nil, err
		}
		if short {
			out = append(out, s)
		}
	}
	return offered(v, out, f.supplier)
}

// judge fills what is missing of an item.
func (n standing) judge(s *shortage) (short bool, err error) {
	s.onHand, s.demand, s.coming, s.requested = n.onHand[s.item], n.demand[s.item], n.coming[s.item], n.requested[s.item]
	s.short, err = money.SumOf([]money.Qty{s.minStock, s.demand, -s.onHand, -s.coming, -s.requested})
	if err != nil {
		return false, problem.Rule("commerce.range")
	}
	return s.short > 0, nil
}

// offered fills who is likely to supply what is short and at which price, and keeps those of one supplier where one is
// asked for.
func offered(v *kernel.View, list []shortage, supplier int64) ([]shortage, error) {
	main := map[int64]int64{}
	var ids []int64
	for _, s := range list {
		main[s.item] = s.supplier
		ids = append(ids, s.item)
	}
	found, err := offersFor(v, ids, func(id int64) int64 { return main[id] })
	if err != nil {
		return nil, err
	}
	for i := range list {
		o := found[list[i].item]
		list[i].supplier, list[i].price = o.supplier, cmp.Or(o.price, list[i].price)
	}
	return slices.DeleteFunc(list, func(s shortage) bool { return supplier != 0 && s.supplier != supplier }), nil
}

type shortageParams struct {
	Warehouse int64 `zg:"ref=base.warehouse" zh:"仓库" en:"Warehouse"`
	Category  int64 `zg:"ref=base.item_category" zh:"商品分类" en:"Item category"`
	Supplier  int64 `zg:"ref=base.party" zh:"供应商" en:"Supplier"`
}

type shortageColumns struct {
	Code      string      `zg:"width=110" zh:"编码" en:"Code"`
	Item      int64       `zg:"ref=base.item,width=220" zh:"商品" en:"Item"`
	Spec      string      `zg:"width=140" zh:"规格型号" en:"Specification"`
	Unit      int64       `zg:"ref=base.unit,width=70" zh:"单位" en:"Unit"`
	OnHand    money.Qty   `zg:"" zh:"库存" en:"On hand"`
	Demand    money.Qty   `zg:"" zh:"客户已订" en:"Ordered by customers"`
	Coming    money.Qty   `zg:"" zh:"在途" en:"On the way"`
	Requested money.Qty   `zg:"" zh:"已请购" en:"Requested"`
	MinStock  money.Qty   `zg:"" zh:"最低库存" en:"Minimum"`
	Short     money.Qty   `zg:"" zh:"缺货数量" en:"Short"`
	Supplier  int64       `zg:"ref=base.party,width=160" zh:"建议供应商" en:"Suggested supplier"`
	Price     money.Price `zg:"right=cost,width=100" zh:"上次进价" en:"Last price"`
}

// shortageList shows what has to be bought.
func shortageList() *kernel.Report {
	return &kernel.Report{
		Name: shortageReport, Label: kernel.T("缺货清单", "Shortage"), Menu: "purchasing",
		Params: resource.FieldsOf[shortageParams](), Columns: resource.FieldsOf[shortageColumns](), Run: runShortage,
	}
}

func runShortage(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	id := func(name string) int64 {
		n, _ := strconv.ParseInt(params[name], 10, 64)
		return n
	}
	found, err := shortages(v, shortFilter{id("warehouse"), id("category"), id("supplier")})
	if err != nil {
		return nil, err
	}
	out := &kernel.Table{Notes: []kernel.Text{kernel.T("缺货 = 最低库存 + 客户已订 − 库存 − 在途 − 已请购。已请购包括还没确认的采购订单。",
		"Short = minimum + ordered by customers − on hand − on the way − requested. Requested counts purchase orders that are not confirmed yet.")}}
	for _, s := range found {
		out.Rows = append(out.Rows, kernel.Row{To: "/r/base.item/" + strconv.FormatInt(s.item, 10), Values: map[string]any{
			"code": s.code, "item": s.item, "spec": s.spec, "unit": s.unit, "on_hand": s.onHand, "demand": s.demand, "coming": s.coming,
			"requested": s.requested, "min_stock": s.minStock, "short": s.short, "supplier": s.supplier, "price": s.price,
		}})
	}
	return out, nil
}

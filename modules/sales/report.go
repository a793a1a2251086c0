package sales

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Names of the reports.
const (
	progressReport = "sales.order_progress"
	summaryReport  = "sales.summary"
	pricesReport   = "sales.prices"
)

type progressParams struct {
	Customer int64      `zg:"ref=base.party" zh:"客户" en:"Customer"`
	Item     int64      `zg:"ref=base.item" zh:"商品" en:"Item"`
	Until    clock.Date `zg:"" zh:"交货日期至" en:"Promised until"`
}

type progressColumns struct {
	Number    string       `zg:"width=130" zh:"单号" en:"Number"`
	Date      clock.Date   `zg:"width=100" zh:"日期" en:"Date"`
	Promised  clock.Date   `zg:"width=100" zh:"交货日期" en:"Promised for"`
	Customer  string       `zg:"width=200" zh:"客户" en:"Customer"`
	Item      string       `zg:"width=220" zh:"商品" en:"Item"`
	Qty       money.Qty    `zg:"total" zh:"订购数量" en:"Ordered"`
	Delivered money.Qty    `zg:"total" zh:"已发数量" en:"Delivered"`
	Left      money.Qty    `zg:"total" zh:"未发数量" en:"Left"`
	Gross     money.Amount `zg:"total,right=price" zh:"未发金额" en:"Value left"`
	Late      int64        `zg:"" zh:"超期天数" en:"Days late"`
}

// orderProgress lists what is still to be delivered, the most urgent first.
func orderProgress() *kernel.Report {
	return &kernel.Report{
		Name: progressReport, Label: kernel.T("未发货明细", "To deliver"), Menu: "sales",
		Params: resource.FieldsOf[progressParams](), Columns: resource.FieldsOf[progressColumns](), Run: direction.Progress,
	}
}

type summaryParams struct {
	From     clock.Date `zg:"" zh:"日期从" en:"From"`
	To       clock.Date `zg:"" zh:"日期至" en:"To"`
	By       string     `zg:"required,default=item" zh:"汇总" en:"By" opt:"item|商品|Item;category|商品分类|Item category;customer|客户|Customer;owner|业务员|Salesperson;department|部门|Department;month|月份|Month;date|日期|Date"`
	Then     string     `zg:"" zh:"再按" en:"Then by" opt:"item|商品|Item;category|商品分类|Item category;customer|客户|Customer;owner|业务员|Salesperson;department|部门|Department;month|月份|Month;date|日期|Date"`
	Customer int64      `zg:"ref=base.party" zh:"客户" en:"Customer"`
	Item     int64      `zg:"ref=base.item" zh:"商品" en:"Item"`
}

type summaryColumns struct {
	Key    string       `zg:"width=220" zh:"项目" en:"Group"`
	Then   string       `zg:"width=220" zh:"明细项目" en:"Within"`
	Orders int64        `zg:"total" zh:"单数" en:"Orders"`
	Qty    money.Qty    `zg:"total" zh:"数量" en:"Quantity"`
	Goods  money.Amount `zg:"total,right=price" zh:"货款" en:"Goods"`
	Off    money.Amount `zg:"total,right=price" zh:"优惠" en:"Discount"`
	Gross  money.Amount `zg:"total,right=price" zh:"合计" en:"Total"`
}

// summary adds up confirmed and closed orders by one or two keys.
func summary() *kernel.Report {
	return &kernel.Report{
		Name: summaryReport, Label: kernel.T("订单汇总表", "Order summary"), Menu: "sales",
		Params: resource.FieldsOf[summaryParams](), Columns: resource.FieldsOf[summaryColumns](),
		Run: func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
			return direction.Summary(v, params, resource.FieldsOf[summaryColumns]())
		},
	}
}

type pricesParams struct {
	Customer int64      `zg:"required,ref=base.party" zh:"客户" en:"Customer"`
	Item     int64      `zg:"ref=base.item" zh:"商品" en:"Item"`
	From     clock.Date `zg:"" zh:"日期从" en:"From"`
	To       clock.Date `zg:"" zh:"日期至" en:"To"`
	Last     bool       `zg:"" zh:"每种商品只看最近一次" en:"Only the last of each item"`
}

type pricesColumns struct {
	Date     clock.Date   `zg:"width=100" zh:"日期" en:"Date"`
	Kind     string       `zg:"width=90" zh:"单据" en:"Sheet"`
	Number   string       `zg:"width=130" zh:"单号" en:"Number"`
	Item     string       `zg:"width=220" zh:"商品" en:"Item"`
	Unit     int64        `zg:"ref=base.unit,width=70" zh:"单位" en:"Unit"`
	Qty      money.Qty    `zg:"" zh:"数量" en:"Quantity"`
	Price    money.Price  `zg:"right=price" zh:"单价" en:"Price"`
	Discount money.Rate   `zg:"right=price" zh:"折扣" en:"Discount"`
	Gross    money.Amount `zg:"right=price" zh:"价税合计" en:"With tax"`
	Real     money.Price  `zg:"right=price" zh:"实际单价（含税）" en:"Price paid, with tax" help:"价税合计 ÷ 数量|With tax, divided by the quantity"`
}

// prices tells what one customer paid for what, by date. Nothing is added up: what was ordered and delivered is there twice.
func prices() *kernel.Report {
	return &kernel.Report{
		Name: pricesReport, Label: kernel.T("客户价格历史", "Prices of a customer"), Menu: "sales",
		Params: resource.FieldsOf[pricesParams](), Columns: resource.FieldsOf[pricesColumns](), Run: runPrices,
	}
}

// recentMonths is how far back prices are looked for when nobody says how far.
const recentMonths = 24

func runPrices(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	customer, _ := strconv.ParseInt(params["customer"], 10, 64) // canonical: a number or nothing
	if customer == 0 {
		return &kernel.Table{}, nil
	}
	h := commerce.History{Party: customer, From: clock.Date(params["from"]), To: clock.Date(params["to"])}
	recent := h.From == "" && h.To == ""
	if recent {
		h.From = clock.DateOf(v.Today.Time().AddDate(0, -recentMonths, 0))
		params["from"] = string(h.From)
	}
	h.Last = params["last"] == "true"
	h.Item, _ = strconv.ParseInt(params["item"], 10, 64)
	ordered, err := direction.Paid(v, h)
	if err != nil {
		return nil, err
	}
	delivered, err := Delivered.Of(v.Company)(v, h)
	if err != nil {
		return nil, err
	}
	lines := slices.Concat(ordered, delivered)
	slices.SortStableFunc(lines, func(a, b commerce.Paid) int { return cmp.Compare(b.Date, a.Date) })
	items := map[int64]bool{}
	lines = slices.DeleteFunc(lines, func(l commerce.Paid) bool {
		known := items[l.Item]
		items[l.Item] = true
		return known && h.Last
	})
	names, err := resource.NamesOf(v, map[string]map[int64]bool{"base.item": items})
	if err != nil {
		return nil, err
	}
	out := &kernel.Table{Notes: []kernel.Text{
		kernel.T("已确认的订单和已过账的销售单；整单优惠不分摊到单价。", "Confirmed orders and posted deliveries; what was taken off a whole sheet is not in the prices."),
	}}
	if recent {
		from := string(h.From)
		out.Notes = append(out.Notes, kernel.T("没有填日期，只列最近 24 个月（"+from+" 起）的价格。", "No dates were given: these are the prices of the last 24 months, from "+from+"."))
	}
	for _, l := range lines {
		real, err := money.MulDiv(int64(l.Gross), int64(money.OnePrice)/int64(money.OneAmount)*int64(money.OneQty), int64(l.Qty))
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, kernel.Row{To: "/r/" + l.Def.Name + "/" + strconv.FormatInt(l.Sheet, 10), Values: map[string]any{
			"date": l.Date, "kind": l.Def.Label.In(v.Lang), "number": l.Number, "item": names["base.item"][l.Item],
			"unit": l.Unit, "qty": l.Qty, "price": l.Price, "discount": l.Discount, "gross": l.Gross, "real": money.Price(real),
		}})
	}
	return out, nil
}

package sales

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Names of the reports.
const (
	progressReport = "sales.order_progress"
	summaryReport  = "sales.summary"
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
	Gross     money.Amount `zg:"total" zh:"未发金额" en:"Value left"`
	Late      int64        `zg:"" zh:"超期天数" en:"Days late"`
}

// orderProgress lists what is still to be delivered, the most urgent first.
func orderProgress() *kernel.Report {
	return &kernel.Report{
		Name: progressReport, Label: kernel.T("未发货明细", "To deliver"), Menu: "sales",
		Params: resource.FieldsOf[progressParams](), Columns: resource.FieldsOf[progressColumns](), Run: runProgress,
	}
}

func runProgress(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	lines, err := openLines(v, params)
	if err != nil {
		return nil, err
	}
	parties, items := map[int64]bool{}, map[int64]bool{}
	for _, l := range lines {
		parties[l.customer], items[l.item] = true, true
	}
	names, err := resource.LabelsOf(v, map[string]map[int64]bool{"base.party": parties, "base.item": items})
	if err != nil {
		return nil, err
	}
	out := &kernel.Table{}
	var qty, done, left []money.Qty
	var value []money.Amount
	for _, l := range lines {
		rest := l.qty - l.delivered
		worth, err := money.MulDiv(l.gross, rest, l.qty)
		if err != nil {
			return nil, problem.Rule("commerce.range")
		}
		late := int64(0)
		if p := clock.Date(l.promised); p != "" && p.Before(v.Today) {
			late = int64(p.DaysUntil(v.Today))
		}
		out.Rows = append(out.Rows, kernel.Row{To: "/r/sales.order/" + strconv.FormatInt(l.order, 10), Values: map[string]any{
			"number": l.number, "date": clock.Date(l.date), "promised": clock.Date(l.promised),
			"customer": names["base.party"][l.customer], "item": names["base.item"][l.item],
			"qty": money.Qty(l.qty), "delivered": money.Qty(l.delivered), "left": money.Qty(rest), "gross": money.Amount(worth), "late": late,
		}})
		qty, done, left = append(qty, money.Qty(l.qty)), append(done, money.Qty(l.delivered)), append(left, money.Qty(rest))
		value = append(value, money.Amount(worth))
	}
	return out, total(out, map[string][]money.Qty{"qty": qty, "delivered": done, "left": left}, map[string][]money.Amount{"gross": value})
}

// total fills the totals of a table from its columns.
func total(t *kernel.Table, qty map[string][]money.Qty, amounts map[string][]money.Amount) error {
	t.Totals = map[string]any{}
	for name, column := range qty {
		sum, err := money.SumOf(column)
		if err != nil {
			return problem.Rule("commerce.range")
		}
		t.Totals[name] = sum
	}
	for name, column := range amounts {
		sum, err := money.SumOf(column)
		if err != nil {
			return problem.Rule("commerce.range")
		}
		t.Totals[name] = sum
	}
	return nil
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
	Goods  money.Amount `zg:"total" zh:"货款" en:"Goods"`
	Off    money.Amount `zg:"total" zh:"优惠" en:"Discount"`
	Gross  money.Amount `zg:"total" zh:"合计" en:"Total"`
}

// summary adds up confirmed and closed orders by one or two keys.
func summary() *kernel.Report {
	return &kernel.Report{
		Name: summaryReport, Label: kernel.T("订单汇总表", "Order summary"), Menu: "sales",
		Params: resource.FieldsOf[summaryParams](), Columns: resource.FieldsOf[summaryColumns](), Run: runSummary,
	}
}

func runSummary(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	names := []string{params["by"]}
	if then := params["then"]; then != "" && then != names[0] {
		names = append(names, then)
	}
	var keys []groupKey
	for i, name := range names {
		k, ok := groupKeys[name]
		if !ok {
			return nil, problem.BadShape("field.option", "value", name).At([]string{"/by", "/then"}[i])
		}
		keys = append(keys, k)
	}
	found, err := summed(v, keys, params)
	if err != nil {
		return nil, err
	}
	if err := nameGroups(v, keys, found); err != nil {
		return nil, err
	}
	sortGroups(keys, found)
	out := &kernel.Table{Columns: summaryColumnsFor(keys), Notes: []kernel.Text{
		kernel.T("已确认和已完成的订单；不含运费等其他费用。", "Confirmed and closed orders, without charges such as freight."),
	}}
	for _, g := range found {
		out.Rows = append(out.Rows, kernel.Row{Values: g.values(), To: drill(names[0], g)})
	}
	all, err := summed(v, nil, params)
	if err != nil {
		return nil, err
	}
	out.Totals = all[0].values()
	delete(out.Totals, "key")
	delete(out.Totals, "then")
	return out, nil
}

func (g group) values() map[string]any {
	return map[string]any{
		"key": g.texts[0], "then": g.texts[1], "orders": g.orders, "qty": g.qty, "goods": g.goods, "off": g.off, "gross": g.gross,
	}
}

// drill leads from a group to its orders, where the list can filter by its key.
func drill(key string, g group) string {
	switch key {
	case "customer", "owner", "department":
		return "/r/sales.order?filter=" + key + ":eq:" + strconv.FormatInt(g.ids[0], 10)
	case "date":
		return "/r/sales.order?filter=date:eq:" + g.texts[0]
	}
	return ""
}

// summaryColumnsFor heads the key columns with what they hold.
func summaryColumnsFor(keys []groupKey) []*kernel.Field {
	columns := resource.FieldsOf[summaryColumns]()
	columns[0].Label = keys[0].label
	if len(keys) == 1 {
		return slices.Delete(columns, 1, 2)
	}
	columns[1].Label = keys[1].label
	return columns
}

// nameGroups replaces ids by titles.
func nameGroups(v *kernel.View, keys []groupKey, found []group) error {
	ids := map[string]map[int64]bool{}
	for i, k := range keys {
		if k.ref != "" && ids[k.ref] == nil {
			ids[k.ref] = map[int64]bool{}
		}
		for _, g := range found {
			if k.ref != "" && g.ids[i] != 0 {
				ids[k.ref][g.ids[i]] = true
			}
		}
	}
	names, err := resource.LabelsOf(v, ids)
	if err != nil {
		return err
	}
	for i, k := range keys {
		for j := range found {
			if k.ref != "" {
				found[j].texts[i] = names[k.ref][found[j].ids[i]]
			}
		}
	}
	return nil
}

// sortGroups puts days and months in their order and everything else by what it brought, the most first.
func sortGroups(keys []groupKey, found []group) {
	slices.SortStableFunc(found, func(a, b group) int {
		if keys[0].ref == "" && a.texts[0] != b.texts[0] {
			return cmp.Compare(a.texts[0], b.texts[0])
		}
		return cmp.Or(cmp.Compare(b.gross, a.gross), cmp.Compare(a.texts[0], b.texts[0]), cmp.Compare(a.texts[1], b.texts[1]),
			cmp.Compare(a.ids[0], b.ids[0]), cmp.Compare(a.ids[1], b.ids[1]))
	})
}

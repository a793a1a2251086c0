package stock

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

func reports() []*kernel.Report {
	return []*kernel.Report{onHandReport(), summaryReport(), ledgerReport()}
}

func column(name string, kind kernel.Kind, zh, en string) *kernel.Field {
	return &kernel.Field{Name: name, Kind: kind, Label: kernel.T(zh, en), Signed: true, Width: 100}
}

func total(f *kernel.Field) *kernel.Field { f.Total = true; return f }

// cost puts a column under the right to see costs.
func cost(f *kernel.Field) *kernel.Field { f.Right = "cost"; return f }

func reference(name, target, zh, en string) *kernel.Field {
	return &kernel.Field{Name: name, Kind: kernel.KindRef, Ref: target, Label: kernel.T(zh, en), Width: 160}
}

func itemFilters() []*kernel.Field {
	return []*kernel.Field{reference("warehouse", "base.warehouse", "仓库", "Warehouse"), reference("item", "base.item", "商品", "Item"),
		reference("category", "base.item_category", "商品分类", "Item category")}
}

func span() []*kernel.Field {
	return []*kernel.Field{column("from", kernel.KindDate, "从", "From"), column("to", kernel.KindDate, "到", "To")}
}

// idOf reads a reference parameter, 0 for none.
func idOf(params map[string]string, name string) int64 {
	id, _ := strconv.ParseInt(params[name], 10, 64) // parameters are canonical: a number or nothing
	return id
}

// spanOf gives the days of a report; by default the present month up to today.
func spanOf(v *kernel.View, params map[string]string) (from, to clock.Date) {
	to = cmp.Or(clock.Date(params["to"]), v.Today)
	from = cmp.Or(clock.Date(params["from"]), to.Month().First())
	if params != nil { // the title block says for what days the figures stand
		params["from"], params["to"] = string(from), string(to)
	}
	return from, to
}

// perWarehouse tells whether value can be said of one warehouse.
func perWarehouse(v *kernel.View) bool { return v.Company.Setting("stock.pool") == "warehouse" }

var wholeNote = kernel.T("成本按全公司核算，单个仓库只显示数量。", "Cost is kept for the company as a whole: one warehouse shows quantities only.")

// without drops the columns of values, for one warehouse of a company that is one pool.
func without(columns []*kernel.Field) []*kernel.Field {
	return slices.DeleteFunc(slices.Clone(columns), func(f *kernel.Field) bool { return f.Right == "cost" })
}

// wanted reads the items of a report's rows and drops those outside of the category asked for.
func wanted(v *kernel.View, params map[string]string, ids []int64) (map[int64]*item.Item, error) {
	items, err := item.Items.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	if category := idOf(params, "category"); category != 0 {
		for id, it := range items {
			if it.Category != category {
				delete(items, id)
			}
		}
	}
	return items, nil
}

// byCode sorts ids by the items' codes.
func byCode(items map[int64]*item.Item) func(a, b int64) int {
	return func(a, b int64) int { return cmp.Or(cmp.Compare(items[a].Code, items[b].Code), cmp.Compare(a, b)) }
}

func onHandReport() *kernel.Report {
	low := column("low", kernel.KindBool, "只看低于最低库存", "Only below the minimum")
	date := column("date", kernel.KindDate, "截止日期", "As of")
	date.Help = kernel.T("留空为当前库存", "Left empty it is the present stock")
	return &kernel.Report{
		Name: "stock.on_hand", Label: kernel.T("即时库存", "Stock on hand"), Menu: "stock",
		Params: append([]*kernel.Field{date, low}, itemFilters()...),
		Columns: []*kernel.Field{
			column("code", kernel.KindText, "编码", "Code"), reference("item", "base.item", "商品", "Item"), column("spec", kernel.KindText, "规格型号", "Specification"),
			reference("unit", "base.unit", "单位", "Unit"), reference("warehouse", "base.warehouse", "仓库", "Warehouse"), column("bin", kernel.KindText, "货位", "Bin"),
			total(column("qty", kernel.KindQty, "数量", "Quantity")), column("packed", kernel.KindText, "合", "Packed"),
			column("qty2", kernel.KindQty, "副数量", "Second quantity"), reference("unit2", "base.unit", "副单位", "Second unit"), column("min_stock", kernel.KindQty, "最低库存", "Minimum"),
			cost(column("unit_cost", kernel.KindPrice, "单位成本", "Unit cost")), cost(total(column("value", kernel.KindAmount, "库存金额", "Value"))),
		},
		Run: runOnHand,
	}
}

func runOnHand(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	stands, err := standsOf(v, clock.Date(params["date"]), idOf(params, "item"))
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	if err := stamp(v, params, t); err != nil {
		return nil, err
	}
	var ids []int64
	all := map[int64]money.Qty{}
	for _, s := range stands {
		if _, seen := all[s.item]; !seen {
			ids = append(ids, s.item)
		}
		all[s.item] += s.qty
	}
	low := params["low"] == "true"
	if low {
		missing, err := watched(v)
		if err != nil {
			return nil, err
		}
		for _, id := range missing {
			if _, seen := all[id]; !seen && (idOf(params, "item") == 0 || idOf(params, "item") == id) {
				ids, stands = append(ids, id), append(stands, stand{item: id})
			}
		}
	}
	items, err := wanted(v, params, ids)
	if err != nil {
		return nil, err
	}
	warehouse := idOf(params, "warehouse")
	stands = slices.DeleteFunc(stands, func(s stand) bool {
		it := items[s.item]
		return it == nil || warehouse != 0 && s.warehouse != warehouse || low && all[s.item] >= it.MinStock || !low && s.place == place{} && s.value == 0
	})
	order := byCode(items)
	slices.SortFunc(stands, func(a, b stand) int { return cmp.Or(order(a.item, b.item), cmp.Compare(a.warehouse, b.warehouse)) })
	return shownStands(v, t, stands, items)
}

// shownStands makes the rows and totals of stock on hand.
func shownStands(v *kernel.View, t *kernel.Table, stands []stand, items map[int64]*item.Item) (*kernel.Table, error) {
	bins, err := bin.Of(v, slices.Collect(maps.Keys(items)))
	if err != nil {
		return nil, err
	}
	names, err := ordering.UnitNames(v, slices.Collect(maps.Values(items))...)
	if err != nil {
		return nil, err
	}
	var qty money.Qty
	var value money.Amount
	for _, s := range stands {
		it := items[s.item]
		values := map[string]any{"code": it.Code, "item": it.ID, "spec": it.Spec, "unit": it.Unit, "warehouse": s.warehouse, "bin": bins[bin.Key{Item: s.item, Warehouse: s.warehouse}], "qty": s.qty,
			"min_stock": it.MinStock, "value": s.value, "packed": it.Packed(s.qty, names, v.Lang)}
		if it.SecondUnit != 0 {
			values["qty2"], values["unit2"] = s.qty2, it.SecondUnit
		}
		if s.qty != 0 {
			if values["unit_cost"], err = money.UnitPrice(s.value, s.qty); err != nil {
				return nil, err
			}
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/report/stock.ledger?item=" + strconv.FormatInt(it.ID, 10)})
		if qty, err = money.AddOf(qty, s.qty); err != nil {
			return nil, err
		}
		if value, err = money.Add(value, s.value); err != nil {
			return nil, err
		}
	}
	t.Totals = map[string]any{"qty": qty, "value": value}
	t.Columns = needed(onHandReport().Columns, t.Rows, "packed", "qty2", "unit2")
	return t, nil
}

// laterNote stands under the present stock when it holds what is dated after today: it is then the stock of no day.
var laterNote = kernel.T("当前库存，含日期在今天以后的出入库。", "The present stock, with moves that are dated after today.")

// stamp says on the present stock, asked for without a date, of which day it is. Who gives no parameters at all prints
// none.
func stamp(v *kernel.View, params map[string]string, t *kernel.Table) error {
	if params == nil || params["date"] != "" {
		return nil
	}
	later, err := movesAfter(v, v.Today)
	if later {
		t.Notes = append(t.Notes, laterNote)
	} else {
		params["date"] = string(v.Today)
	}
	return err
}

// flows are what a period did: quantity and value at its start, in and out.
type flows struct {
	openQty, inQty, outQty       money.Qty
	openValue, inValue, outValue money.Amount
}

func (f flows) closeQty() money.Qty      { return f.openQty + f.inQty - f.outQty }
func (f flows) closeValue() money.Amount { return f.openValue + f.inValue - f.outValue }

func (f flows) values() map[string]any {
	return map[string]any{"opening_qty": f.openQty, "opening_value": f.openValue, "in_qty": f.inQty, "in_value": f.inValue,
		"out_qty": f.outQty, "out_value": f.outValue, "closing_qty": f.closeQty(), "closing_value": f.closeValue()}
}

func (f *flows) add(g flows) error {
	var err error
	for _, q := range [][2]*money.Qty{{&f.openQty, &g.openQty}, {&f.inQty, &g.inQty}, {&f.outQty, &g.outQty}} {
		if *q[0], err = money.AddOf(*q[0], *q[1]); err != nil {
			return err
		}
	}
	for _, a := range [][2]*money.Amount{{&f.openValue, &g.openValue}, {&f.inValue, &g.inValue}, {&f.outValue, &g.outValue}} {
		if *a[0], err = money.Add(*a[0], *a[1]); err != nil {
			return err
		}
	}
	return nil
}

func pair(name, zh, en string) []*kernel.Field {
	return []*kernel.Field{total(column(name+"_qty", kernel.KindQty, zh+"数量", en+" quantity")), cost(total(column(name+"_value", kernel.KindAmount, zh+"金额", en+" value")))}
}

func summaryReport() *kernel.Report {
	columns := []*kernel.Field{column("code", kernel.KindText, "编码", "Code"), reference("item", "base.item", "商品", "Item"),
		column("spec", kernel.KindText, "规格型号", "Specification"), reference("unit", "base.unit", "单位", "Unit")}
	columns = slices.Concat(columns, pair("opening", "期初结存", "Opening"), pair("in", "本期收入", "In"), pair("out", "本期发出", "Out"), pair("closing", "期末结存", "Closing"))
	r := &kernel.Report{Name: "stock.summary", Label: kernel.T("收发存汇总表", "Stock summary"), Menu: "stock", Params: append(span(), itemFilters()...), Columns: columns}
	r.Run = func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
		return runSummary(v, r.Columns, params)
	}
	return r
}

func runSummary(v *kernel.View, columns []*kernel.Field, params map[string]string) (*kernel.Table, error) {
	from, to := spanOf(v, params)
	warehouse := idOf(params, "warehouse")
	found, err := flowsOf(v, flowQuery{from: from, to: to, warehouse: warehouse, item: idOf(params, "item")})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	items, err := wanted(v, params, ids)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return items[id] == nil || found[id] == flows{} })
	slices.SortFunc(ids, byCode(items))
	t := &kernel.Table{}
	var sum flows
	for _, id := range ids {
		it := items[id]
		values := found[id].values()
		values["code"], values["item"], values["spec"], values["unit"] = it.Code, it.ID, it.Spec, it.Unit
		to := "/report/stock.ledger?item=" + strconv.FormatInt(id, 10) + "&from=" + string(from) + "&to=" + string(to)
		if warehouse != 0 {
			to += "&warehouse=" + strconv.FormatInt(warehouse, 10)
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: to})
		if err := sum.add(found[id]); err != nil {
			return nil, err
		}
	}
	t.Totals = sum.values()
	if warehouse != 0 && !perWarehouse(v) {
		t.Columns, t.Notes = without(columns), []kernel.Text{wholeNote}
	}
	return t, nil
}

func ledgerReport() *kernel.Report {
	one := reference("item", "base.item", "商品", "Item")
	one.Required = true
	columns := []*kernel.Field{column("date", kernel.KindDate, "日期", "Date"), column("kind", kernel.KindText, "摘要", "Entry"),
		column("number", kernel.KindText, "单号", "Number"), reference("warehouse", "base.warehouse", "仓库", "Warehouse")}
	columns = slices.Concat(columns, pair("in", "收入", "In"), pair("out", "发出", "Out"))
	columns = append(columns, column("qty", kernel.KindQty, "结存数量", "Balance quantity"), cost(column("unit_cost", kernel.KindPrice, "结存单价", "Balance unit cost")),
		cost(column("value", kernel.KindAmount, "结存金额", "Balance value")))
	all := &kernel.Field{Name: "all", Kind: kernel.KindBool, Label: kernel.T("显示已撤销和改单前的", "Show what was taken back")}
	r := &kernel.Report{Name: "stock.ledger", Label: kernel.T("商品明细账", "Item ledger"), Menu: "stock",
		Params: append(append([]*kernel.Field{one, reference("warehouse", "base.warehouse", "仓库", "Warehouse")}, span()...), all), Columns: columns}
	r.Run = func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
		return runLedger(v, r.Columns, params)
	}
	return r
}

func runLedger(v *kernel.View, columns []*kernel.Field, params map[string]string) (*kernel.Table, error) {
	from, to := spanOf(v, params)
	q := flowQuery{from: from, to: to, warehouse: idOf(params, "warehouse"), item: idOf(params, "item")}
	t := &kernel.Table{}
	if q.item == 0 {
		return t, nil
	}
	if q.warehouse != 0 && !perWarehouse(v) {
		t.Columns, t.Notes = without(columns), []kernel.Text{wholeNote}
	}
	found, err := flowsOf(v, q)
	if err != nil {
		return nil, err
	}
	moves, err := movesBetween(v, q)
	if err != nil {
		return nil, err
	}
	if params["all"] != "true" {
		moves = standing(moves)
	}
	ids := make([]int64, 0, len(moves))
	for _, m := range moves {
		ids = append(ids, m.document)
	}
	numbers, err := resource.Labels(v, Documents.Def, ids)
	if err != nil {
		return nil, err
	}
	qty, value := found[q.item].openQty, found[q.item].openValue
	opening := map[string]any{"kind": kernel.T("期初结存", "Opening balance").In(v.Lang)}
	if err := balance(opening, qty, value); err != nil {
		return nil, err
	}
	t.Rows = append(t.Rows, kernel.Row{Values: opening, Kind: "section"})
	for _, m := range moves {
		values := entry(v, m, numbers[m.document])
		qty, value = qty+m.qty, value+m.value+m.variance
		if err := balance(values, qty, value); err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/r/stock." + m.kind + "/" + strconv.FormatInt(m.document, 10)})
	}
	sum := found[q.item]
	t.Totals = map[string]any{"in_qty": sum.inQty, "in_value": sum.inValue, "out_qty": sum.outQty, "out_value": sum.outValue}
	return t, balance(t.Totals, sum.closeQty(), sum.closeValue())
}

// standing leaves out what was taken back on its own day, by unposting or modifying, and what took it back: together they
// are nothing. Their adjustments go with them.
func standing(moves []*move) []*move {
	gone := map[int64]bool{}
	for _, m := range moves {
		if m.cancels != 0 {
			gone[m.id], gone[m.cancels] = true, true
		}
	}
	return slices.DeleteFunc(moves, func(m *move) bool { return gone[m.id] || gone[m.adjusts] })
}

// entry is one move as a row: reversals and cancellations stand in red on the side of what they take back.
func entry(v *kernel.View, m *move, number string) map[string]any {
	label := kindOf(m.kind).label
	switch {
	case m.adjusts != 0:
		label = kernel.T("成本调整："+label.Zh, "Adjusted: "+label.En)
	case m.cancels != 0:
		label = kernel.T("撤销："+label.Zh, "Unposted: "+label.En)
	}
	values := map[string]any{"date": m.date, "kind": label.In(v.Lang), "number": number, "warehouse": m.warehouse}
	if m.side == 1 {
		values["in_qty"], values["in_value"] = m.qty, m.value+m.variance
	} else {
		values["out_qty"], values["out_value"] = -m.qty, -(m.value + m.variance)
	}
	return values
}

// balance adds what is there after a row.
func balance(values map[string]any, qty money.Qty, value money.Amount) error {
	values["qty"], values["value"] = qty, value
	if qty == 0 {
		return nil
	}
	unit, err := money.UnitPrice(value, qty)
	values["unit_cost"] = unit
	return err
}

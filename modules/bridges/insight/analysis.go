package insight

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/stock"
)

// Names of the analyses.
const (
	salesAnalysis    = "insight.sales"
	purchaseAnalysis = "insight.purchases"
)

// Dimensions that both analyses share, and the ways of naming what no dimension holds.
const (
	byItem, byCategory, byPerson, byDepartment, byRegion, byMonth = "item", "category", "person", "department", "region", "month"

	bySheet = "sheet" // not a dimension to compare by: the sheets themselves, where drilling ends
	onlyOff = "off"   // only what was taken off whole sheets
)

// side is one of the two sides of trade: the sheets that count, and those that take back from them.
type side struct {
	report         string
	label          kernel.Text
	party          string // the dimension of the other firm
	partyLabel     kernel.Text
	done, back     *kernel.Def
	rights         map[string]string // the field right that a measure needs
	without        []string          // measures that this side does not have
	note, backNote kernel.Text
}

func salesSide() *side {
	return &side{
		report: salesAnalysis, label: kernel.T("销售分析", "Sales analysis"), party: "customer", partyLabel: kernel.T("客户", "Customer"),
		done: stock.Deliveries.Def, back: stock.SalesReturns.Def, rights: map[string]string{"net": price.Right, "gross": price.Right, "cost": "cost", "margin": "margin"},
		note:     kernel.T("已过账的销售单减退货单，不含运费等费用。", "Posted deliveries less returns, without charges such as freight."),
		backNote: kernel.T("你看不到销售退货单，这里没有减去退货。", "You may not see sales returns, so they are not taken off here."),
	}
}

func purchaseSide() *side {
	return &side{
		report: purchaseAnalysis, label: kernel.T("采购分析", "Purchase analysis"), party: "supplier", partyLabel: kernel.T("供应商", "Supplier"),
		done: stock.Receipts.Def, back: stock.PurchaseReturns.Def, rights: map[string]string{"net": "cost", "gross": "cost", "cost": "cost"}, without: []string{"margin"},
		note:     kernel.T("已过账的进货单减退货单，不含运费等费用。", "Posted goods receipts less returns, without charges such as freight."),
		backNote: kernel.T("你看不到采购退货单，这里没有减去退货。", "You may not see purchase returns, so they are not taken off here."),
	}
}

// dimension is something by which figures are told apart. Key is SQL over the sheet d, its line l, the item i and the party p.
type dimension struct {
	name  string
	label kernel.Text
	ref   string // the resource whose titles the keys are; "" where the key says itself what it is
	key   string
	lines bool // of a line: a sheet can have several
	blank kernel.Text
	next  []string // what to look at within one of its rows, the first that is not settled yet
}

const regionKey = "CASE WHEN p.region <> '' THEN p.region ELSE p.country END"

// dimensions are the seven in the order of the choice.
func (s *side) dimensions() []*dimension {
	return []*dimension{
		{name: s.party, label: s.partyLabel, ref: "base.party", key: "COALESCE(d.party, 0)", next: []string{byItem}},
		{name: byItem, label: kernel.T("商品", "Item"), ref: "base.item", key: "l.item", lines: true, next: []string{s.party}},
		{name: byCategory, label: kernel.T("商品分类", "Item category"), ref: "base.item_category", key: "COALESCE(i.category, 0)", lines: true,
			blank: kernel.T("没有分类", "Without a category"), next: []string{byItem, s.party}},
		{name: byPerson, label: kernel.T("业务员", "Person"), ref: "base.person", key: "COALESCE(d.owner, 0)",
			blank: kernel.T("没有业务员", "Without a person"), next: []string{s.party, byItem}},
		{name: byDepartment, label: kernel.T("部门", "Department"), ref: "base.department", key: "COALESCE(d.department, 0)",
			blank: kernel.T("没有部门", "Without a department"), next: []string{byPerson, s.party, byItem}},
		{name: byRegion, label: kernel.T("地区", "Region"), key: regionKey,
			blank: kernel.T("没有填地区", "Without a region"), next: []string{s.party, byItem}},
		{name: byMonth, label: kernel.T("月份", "Month"), key: "SUBSTR(d.date, 1, 7)", next: []string{s.party, byItem}},
	}
}

// off tells the key of what was taken off whole sheets: only what stands on lines is told apart from it.
func (d *dimension) off(key string) bool { return d.lines && key == off }

// sheets is where drilling ends. The key begins with the day, so that keys sort as sheets do.
var sheets = &dimension{name: bySheet, label: kernel.T("单据", "Sheet"), key: "d.date || ':' || d.id"}

func (s *side) dimension(name string) *dimension {
	if name == bySheet {
		return sheets
	}
	for _, d := range s.dimensions() {
		if d.name == name {
			return d
		}
	}
	return nil
}

// measure is what is added up: of a line, of what was taken off the whole sheet, and of a sheet in whole, which is the two
// together; "" where it must be asked of the lines, or there is nothing.
type measure struct {
	name             string
	label            kernel.Text
	kind             kernel.Kind
	line, off, whole string
}

const (
	offNet     = "d.goods_net - (SELECT COALESCE(SUM(x.net), 0) FROM stock_document_line x WHERE x.parent = d.id)"
	goodsGross = "d.gross - (SELECT COALESCE(SUM(x.gross), 0) FROM stock_document_charge x WHERE x.parent = d.id)"
)

func (s *side) measures() []*measure {
	all := []*measure{
		{name: "net", label: kernel.T("不含税金额", "Net amount"), kind: kernel.KindAmount, line: "l.net", off: offNet, whole: "d.goods_net"},
		{name: "gross", label: kernel.T("价税合计", "Gross amount"), kind: kernel.KindAmount, line: "l.gross", off: "-(d.discount + d.rounding)", whole: goodsGross},
		{name: "qty", label: kernel.T("数量", "Quantity"), kind: kernel.KindQty, line: "l.base_qty"},
		{name: "cost", label: kernel.T("成本", "Cost"), kind: kernel.KindAmount, line: "l.cost", whole: "d.cost"},
		{name: "margin", label: kernel.T("毛利", "Margin"), kind: kernel.KindAmount, line: "l.net - l.cost", off: offNet, whole: "d.goods_net - d.cost"},
		{name: "count", label: kernel.T("单数", "Sheets"), kind: kernel.KindInt},
	}
	return slices.DeleteFunc(all, func(m *measure) bool { return slices.Contains(s.without, m.name) })
}

// counts tells the measure whose figures do not add up: a sheet of several items is one sheet.
func (m *measure) counts() bool { return m.line == "" }

func (m *measure) figure(n int64) any {
	switch m.kind {
	case kernel.KindAmount:
		return money.Amount(n)
	case kernel.KindQty:
		return money.Qty(n)
	}
	return n
}

// analyses declares the reports.
func analyses() []*kernel.Report {
	var out []*kernel.Report
	for _, s := range []*side{salesSide(), purchaseSide()} {
		out = append(out, &kernel.Report{Name: s.report, Label: s.label, Menu: "insight", Params: s.params(),
			Columns: []*kernel.Field{
				{Name: "key", Kind: kernel.KindText, Label: kernel.T("项目", "Group"), Width: 200},
				{Name: "total", Kind: kernel.KindAmount, Label: kernel.T("合计", "Total"), Total: true, Signed: true, Width: 120},
			},
			Run: func(v *kernel.View, params map[string]string) (*kernel.Table, error) { return s.run(v, params) }})
	}
	return out
}

func (s *side) params() []*kernel.Field {
	var by, what, only []kernel.Option
	var refs []*kernel.Field
	for _, d := range s.dimensions() {
		by = append(by, kernel.Option{Value: d.name, Label: d.label})
		if d.blank.Zh != "" {
			only = append(only, kernel.Option{Value: "no_" + d.name, Label: d.blank})
		}
		if d.ref != "" {
			refs = append(refs, &kernel.Field{Name: d.name, Kind: kernel.KindRef, Ref: d.ref, Label: d.label})
		}
	}
	for _, m := range s.measures() {
		what = append(what, kernel.Option{Value: m.name, Label: m.label})
	}
	only = append(only, kernel.Option{Value: onlyOff, Label: offLabel})
	head := []*kernel.Field{
		{Name: "from", Kind: kernel.KindDate, Label: kernel.T("日期从", "From")},
		{Name: "to", Kind: kernel.KindDate, Label: kernel.T("日期至", "To")},
		{Name: "rows", Kind: kernel.KindEnum, Required: true, Default: s.party, Label: kernel.T("按", "By"),
			Options: append(slices.Clone(by), kernel.Option{Value: bySheet, Label: sheets.label})},
		{Name: "columns", Kind: kernel.KindEnum, Label: kernel.T("再按", "And by"), Options: by},
		{Name: "measure", Kind: kernel.KindEnum, Label: kernel.T("指标", "Measure"), Options: what},
		{Name: "compare", Kind: kernel.KindBool, Label: kernel.T("与去年同期比", "Compare with last year")},
	}
	return slices.Concat(head, refs, []*kernel.Field{
		{Name: byRegion, Kind: kernel.KindText, Max: 60, Label: kernel.T("地区", "Region")},
		{Name: "only", Kind: kernel.KindEnum, Label: kernel.T("只看", "Only"), Options: only},
	})
}

var offLabel = kernel.T("整单优惠、抹零", "Taken off whole sheets")

// question is what an analysis asks: what is added up, of which sheets, and by what. columns is nil for none.
type question struct {
	*side
	measure       *measure
	rows, columns *dimension
	from, to      clock.Date
	params        map[string]string // narrows further, by dimension
}

// ask reads the parameters and writes back what it took where nothing was said.
func (s *side) ask(v *kernel.View, params map[string]string) (question, error) {
	q := question{side: s, params: params}
	q.to = cmp.Or(clock.Date(params["to"]), v.Today)
	q.from = cmp.Or(clock.Date(params["from"]), clock.Date(string(q.to)[:4]+"-01-01"))
	if q.from > q.to {
		return q, problem.Rule("insight.dates").At("/to")
	}
	q.rows = s.dimension(cmp.Or(params["rows"], s.party))
	if name := params["columns"]; name != "" && name != bySheet && q.rows != sheets {
		q.columns = s.dimension(name)
	}
	if q.rows != nil && q.columns != nil && q.columns.name == q.rows.name {
		q.columns = nil
	}
	for _, m := range s.measures() {
		if m.name == params["measure"] || params["measure"] == "" && q.measure == nil && v.Actor.Sees(s.rights[m.name]) {
			q.measure = m
		}
	}
	switch {
	case q.rows == nil:
		return q, problem.BadShape("field.option", "value", params["rows"]).At("/rows")
	case q.measure == nil:
		return q, problem.BadShape("field.option", "value", params["measure"]).At("/measure")
	case !v.Actor.Sees(s.rights[q.measure.name]):
		return q, problem.Rule("insight.hidden", "measure", q.measure.label.In(v.Lang)).At("/measure")
	}
	params["from"], params["to"], params["rows"], params["measure"], params["columns"] = string(q.from), string(q.to), q.rows.name, q.measure.name, ""
	if q.columns != nil {
		params["columns"] = q.columns.name
	}
	return q, nil
}

// compared tells whether last year stands beside.
func (q question) compared() bool { return q.params["compare"] == "true" && q.rows != sheets }

// yearAgo moves the days back by a year. What ends with a month ends with that month then, too.
func (q question) yearAgo() question {
	to := yearBefore(q.to)
	if q.to == q.to.Month().Last() {
		to = to.Month().Last()
	}
	q.from, q.to = yearBefore(q.from), to
	return q
}

// yearBefore is the day a year before; of the 29th of February the 28th.
func yearBefore(d clock.Date) clock.Date {
	m := clock.Month(strconv.Itoa(d.Year()-1) + string(d[4:7]))
	return min(clock.Date(string(m)+string(d[7:])), m.Last())
}

// settled tells whether a dimension is narrowed to one of its keys already.
func (q question) settled(name string) bool {
	return q.params[name] != "" || q.params["only"] == "no_"+name
}

// drill leads to the same question within one row; "" where its parameters cannot say which.
func (q question) drill(key string) string {
	to := url.Values{}
	for _, f := range q.side.params() {
		if value := q.params[f.Name]; value != "" && value != "false" {
			to.Set(f.Name, value)
		}
	}
	d := q.rows
	switch {
	case key == others, d.off(key) && to.Get("only") != "" && to.Get("only") != onlyOff:
		return ""
	case d.off(key):
		to.Set("only", onlyOff)
	case d.name == byMonth:
		m := clock.Month(key)
		to.Set("from", string(max(q.from, m.First())))
		to.Set("to", string(min(q.to, m.Last())))
	case key != "" && key != "0":
		to.Set(d.name, key)
	case to.Get("only") != "" && to.Get("only") != "no_"+d.name:
		return ""
	default:
		to.Set("only", "no_"+d.name)
	}
	next := bySheet
	for _, name := range d.next {
		// What may be blank in its turn is not asked within a blank: only can name one of the two.
		if blank := q.dimension(name).blank.Zh != "" && to.Get("only") != ""; !d.off(key) && !q.settled(name) && !blank {
			next = name
			break
		}
	}
	to.Set("rows", next)
	if c := to.Get("columns"); c == next || c == d.name || next == bySheet {
		to.Del("columns")
	}
	if next == bySheet {
		to.Del("compare")
	}
	return "/report/" + q.report + "?" + to.Encode()
}

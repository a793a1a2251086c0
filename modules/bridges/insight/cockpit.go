package insight

import (
	"cmp"
	"net/http"
	"strconv"

	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// cockpitReport is the permission of the cockpit, and the report with the figures of its first chart.
const cockpitReport = "insight.cockpit"

// chartShape is one chart. Values are decimals, nil where there is none; To is where each category leads.
type chartShape struct {
	Key        string        `json:"key"`
	Label      string        `json:"label"`
	Kind       string        `json:"kind"` // bar or line: figures may be negative
	Flat       bool          `json:"flat"`
	Figure     kernel.Kind   `json:"figure"`
	Categories []string      `json:"categories"`
	Series     []seriesShape `json:"series"`
	To         []string      `json:"to"`
	More       string        `json:"more"`
}

type seriesShape struct {
	Name   string `json:"name"`
	Values []any  `json:"values"`
}

type cockpitAnswer struct {
	Year   int          `json:"year"`
	First  int          `json:"first"` // the first year with a sale
	Last   int          `json:"last"`
	Charts []chartShape `json:"charts"`
}

func cockpitRoutes(*kernel.Company) []route.Route {
	return []route.Route{{Method: "GET", Path: "/api/v1/cockpit", Object: cockpitReport, Acts: []string{"read"}, Handle: cockpit,
		Doc: route.Doc{Summary: "How the firm does: the charts that I may see", Tag: "insight", Response: "object",
			Query: []route.Query{{Name: "year", Help: "of the sales, by default the present one"}}}}}
}

func cockpit(r *route.Request) error {
	var out *cockpitAnswer
	err := r.View(func(v *kernel.View) error {
		year, err := yearOf(r.Query("year"), v.Today)
		if err == nil {
			out, err = cockpitOf(v, year)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func cockpitOf(v *kernel.View, year int) (*cockpitAnswer, error) {
	out := &cockpitAnswer{Year: year, First: year, Last: v.Today.Year(), Charts: []chartShape{}}
	p := &page{View: v}
	if p.reads(stock.Deliveries.Name) {
		begun, err := firstSale(v, stock.Deliveries.Def)
		if err != nil {
			return nil, err
		}
		out.First = min(cmp.Or(begun, v.Today).Year(), year)
	}
	for _, draw := range []func(*page, int) ([]chartShape, error){monthCharts, topCustomers, topItems, ageingChart, stockChart, moneyChart, funnelChart} {
		charts, err := draw(p, year)
		if err != nil {
			return nil, err
		}
		out.Charts = append(out.Charts, charts...)
	}
	return out, nil
}

func yearOf(text string, today clock.Date) (int, error) {
	if text == "" {
		return today.Year(), nil
	}
	if _, err := clock.ParseDate(text + "-01-01"); err != nil {
		return 0, problem.BadShape("query.invalid", "name", "year")
	}
	return strconv.Atoi(text)
}

// monthly is the cockpit's first chart in figures.
func monthly() *kernel.Report {
	amount := func(name, zh, en, right string) *kernel.Field {
		return &kernel.Field{Name: name, Kind: kernel.KindAmount, Label: kernel.T(zh, en), Right: right, Total: true, Signed: true, Width: 130}
	}
	return &kernel.Report{
		Name: cockpitReport, Label: kernel.T("按月经营情况", "Month by month"), Menu: "insight",
		Params: []*kernel.Field{{Name: "year", Kind: kernel.KindInt, Label: kernel.T("年度", "Year")}},
		Columns: []*kernel.Field{
			{Name: "month", Kind: kernel.KindMonth, Label: kernel.T("月份", "Month"), Width: 100},
			amount("sold", "销售", "Sold", price.Right), amount("before", "去年同月", "A year before", price.Right), amount("change", "增减", "Change", price.Right),
			amount("cost", "成本", "Cost", "cost"), amount("profit", "毛利", "Gross profit", "margin"),
			{Name: "sheets", Kind: kernel.KindInt, Label: kernel.T("单数", "Sheets"), Total: true, Width: 90},
		},
		Run: runMonthly,
	}
}

// monthFigures is what was sold in a month, and in the same month a year before.
type monthFigures struct {
	month                        clock.Month
	sold, before, change, profit money.Amount
	cost                         money.Amount
	sheets                       int64
}

// monthsOf gives the months of a year.
func monthsOf(p *page, year int) ([]monthFigures, error) {
	days := span{clock.Date(strconv.Itoa(year-1) + "-01-01"), clock.Date(strconv.Itoa(year) + "-12-31")}
	done, err := tradedByMonth(p.View, stock.Deliveries.Def, days)
	if err != nil {
		return nil, err
	}
	back := map[clock.Month]trade{}
	if p.reads(stock.SalesReturns.Name) {
		if back, err = tradedByMonth(p.View, stock.SalesReturns.Def, days); err != nil {
			return nil, err
		}
	}
	var out []monthFigures
	for m := days.to[:4] + "-01"; len(out) < 12; m = clock.Date(clock.Month(m).Next()) {
		now, then := clock.Month(m), clock.Month(strconv.Itoa(year-1)+string(m[4:]))
		f := monthFigures{month: now, sheets: done[now].sheets}
		for _, sum := range []struct {
			to   *money.Amount
			a, b func() money.Amount
		}{
			{&f.sold, func() money.Amount { return done[now].net }, func() money.Amount { return back[now].net }},
			{&f.before, func() money.Amount { return done[then].net }, func() money.Amount { return back[then].net }},
			{&f.cost, func() money.Amount { return done[now].cost }, func() money.Amount { return back[now].cost }},
			{&f.change, func() money.Amount { return f.sold }, func() money.Amount { return f.before }},
			{&f.profit, func() money.Amount { return f.sold }, func() money.Amount { return f.cost }},
		} {
			if *sum.to, err = money.Sub(sum.a(), sum.b()); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// to leads to the analysis of a month.
func (f monthFigures) to(p *page, measure string) string {
	return p.report(salesAnalysis, "from", string(f.month.First()), "to", string(f.month.Last()), "rows", "customer", "measure", measure)
}

func runMonthly(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	year, err := yearOf(params["year"], v.Today)
	if err != nil {
		return nil, err
	}
	p := &page{View: v}
	t := &kernel.Table{Notes: []kernel.Text{kernel.T("已过账的销售单减退货单，不含税，不含运费等费用。", "Posted deliveries less returns, without tax and without charges such as freight.")}}
	if !p.reads(stock.Deliveries.Name) {
		return t, nil
	}
	if params != nil { // the title block says for what the figures stand
		params["year"] = strconv.Itoa(year)
	}
	found, err := monthsOf(p, year)
	if err != nil {
		return nil, err
	}
	sums := map[string]money.Amount{}
	sheets := int64(0)
	for _, f := range found {
		amounts := map[string]money.Amount{"sold": f.sold, "before": f.before, "change": f.change, "cost": f.cost, "profit": f.profit}
		values := map[string]any{"month": f.month, "sheets": f.sheets}
		for name, a := range amounts {
			values[name] = a
			if sums[name], err = money.Add(sums[name], a); err != nil {
				return nil, err
			}
		}
		sheets += f.sheets
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: f.to(p, "net")})
	}
	t.Totals = map[string]any{"sheets": sheets}
	for name, sum := range sums {
		t.Totals[name] = sum
	}
	return t, nil
}

// monthCharts draws what was sold, and what was earned by it.
func monthCharts(p *page, year int) ([]chartShape, error) {
	if !p.reads(stock.Deliveries.Name, salesAnalysis) {
		return nil, nil
	}
	found, err := monthsOf(p, year)
	if err != nil {
		return nil, err
	}
	word := func(zh, en string) string { return kernel.T(zh, en).In(p.Lang) }
	more := p.report(cockpitReport, "year", strconv.Itoa(year))
	sold := chartShape{Key: "sold", Label: word("每月销售", "Sold by month"), Kind: "bar", Figure: kernel.KindAmount, More: more,
		Series: []seriesShape{{Name: strconv.Itoa(year)}, {Name: strconv.Itoa(year - 1)}}}
	profit := chartShape{Key: "profit", Label: word("每月毛利", "Gross profit by month"), Kind: "line", Figure: kernel.KindAmount, More: more,
		Series: []seriesShape{{Name: word("毛利", "Gross profit")}}}
	for _, f := range found {
		name := kernel.T(strconv.Itoa(f.month.Number())+"月", f.month.First().Time().Format("Jan")).In(p.Lang)
		var now, earned any = f.sold, f.profit
		if f.month.First().After(p.Today) { // what is to come is not nothing
			now, earned = nil, nil
		}
		sold.add(name, f.to(p, "net"), now, f.before)
		profit.add(name, f.to(p, "margin"), earned)
	}
	var out []chartShape
	if p.Actor.Sees(price.Right) {
		out = append(out, sold)
	}
	if p.Actor.Sees("margin") {
		out = append(out, profit)
	}
	return out, nil
}

// add puts a category with a value of each series behind the others.
func (c *chartShape) add(name, to string, values ...any) {
	c.Categories, c.To = append(c.Categories, name), append(c.To, to)
	for i, value := range values {
		c.Series[i].Values = append(c.Series[i].Values, value)
	}
}

// one gives a chart as the only one, none when it has nothing to show.
func one(c chartShape) []chartShape {
	if len(c.Categories) == 0 {
		return nil
	}
	return []chartShape{c}
}

// shownBars is how many of the best are drawn.
const shownBars = 10

func topCustomers(p *page, year int) ([]chartShape, error) {
	return p.top("customer", kernel.T("销售最多的客户", "Best customers"), year)
}

func topItems(p *page, year int) ([]chartShape, error) {
	return p.top(byItem, kernel.T("销售最多的商品", "Best items"), year)
}

// top draws the first rows of the sales analysis.
func (p *page) top(by string, label kernel.Text, year int) ([]chartShape, error) {
	days := strconv.Itoa(year)
	params := []string{"from", days + "-01-01", "to", days + "-12-31", "rows", by, "measure", "net"}
	c := chartShape{Key: by, Label: label.In(p.Lang), Kind: "bar", Flat: true, Figure: kernel.KindAmount, More: p.report(salesAnalysis, params...),
		Series: []seriesShape{{Name: kernel.T("销售", "Sold").In(p.Lang)}}}
	if c.More == "" || !p.Actor.Sees(price.Right) {
		return nil, nil
	}
	asked := map[string]string{}
	for i := 0; i < len(params); i += 2 {
		asked[params[i]] = params[i+1]
	}
	t, err := p.Company.Report(salesAnalysis).Run(p.View, asked)
	if err != nil {
		return nil, err
	}
	for _, r := range t.Rows {
		name, _ := r.Values["key"].(string)
		if sum, _ := r.Values["total"].(money.Amount); sum > 0 && r.To != "" && len(c.Categories) < shownBars {
			c.add(name, r.To, sum)
		}
	}
	return one(c), nil
}

// ageingChart draws the foot of the ageing report.
func ageingChart(p *page, _ int) ([]chartShape, error) {
	const report = "settlement.ageing"
	c := chartShape{Key: "ageing", Label: kernel.T("应收账龄", "Receivables by age").In(p.Lang), Kind: "bar", Flat: true, Figure: kernel.KindAmount,
		More: p.report(report, "side", settlement.Receivable), Series: []seriesShape{{Name: kernel.T("应收", "Receivable").In(p.Lang)}}}
	if c.More == "" {
		return nil, nil
	}
	t, err := p.Company.Report(report).Run(p.View, map[string]string{"side": settlement.Receivable})
	if err != nil || len(t.Rows) == 0 {
		return nil, err
	}
	for _, f := range t.Columns {
		if len(f.Name) > 4 && f.Name[:4] == "age_" {
			c.add(f.Label.In(p.Lang), c.More, t.Totals[f.Name])
		}
	}
	return one(c), nil
}

func stockChart(p *page, _ int) ([]chartShape, error) {
	c := chartShape{Key: "stock", Label: kernel.T("库存金额", "Value of stock").In(p.Lang), Kind: "bar", Flat: true, Figure: kernel.KindAmount, More: p.report("stock.on_hand"),
		Series: []seriesShape{{Name: kernel.T("库存金额", "Value of stock").In(p.Lang)}}}
	if c.More == "" || !p.Actor.Sees("cost") {
		return nil, nil
	}
	found, err := worthByCategory(p.View)
	for _, w := range found {
		name, to := w.name, p.report("stock.on_hand", "category", strconv.FormatInt(w.category, 10))
		if w.category == 0 {
			name, to = kernel.T("没有分类", "Without a category").In(p.Lang), c.More
		}
		c.add(name, to, w.value)
	}
	return one(c), err
}

func moneyChart(p *page, _ int) ([]chartShape, error) {
	c := chartShape{Key: "money", Label: kernel.T("资金账户", "Money accounts").In(p.Lang), Kind: "bar", Flat: true, Figure: kernel.KindAmount,
		More: p.report("settlement.money_balance"), Series: []seriesShape{{Name: kernel.T("余额", "Balance").In(p.Lang)}}}
	if c.More == "" {
		return nil, nil
	}
	found, err := funds(p.View)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.account
	}
	names, err := resource.Labels(p.View, settlement.MoneyAccounts.Def, ids)
	for _, f := range found {
		c.add(names[f.account], first(p.report("settlement.money_journal", "money_account", strconv.FormatInt(f.account, 10)), c.More), f.now)
	}
	return one(c), err
}

// funnelChart draws the open opportunities by stage.
func funnelChart(p *page, _ int) ([]chartShape, error) {
	const report = "crm.funnel"
	c := chartShape{Key: "funnel", Label: kernel.T("商机", "Opportunities").In(p.Lang), Kind: "bar", Flat: true, Figure: kernel.KindAmount, More: p.report(report),
		Series: []seriesShape{{Name: kernel.T("预计金额", "Amount").In(p.Lang)}}}
	if c.More == "" {
		return nil, nil
	}
	t, err := p.Company.Report(report).Run(p.View, map[string]string{})
	if err != nil {
		return nil, err
	}
	some := false
	for _, r := range t.Rows {
		name, _ := r.Values["stage"].(string)
		sum, _ := r.Values["amount"].(money.Amount)
		if r.Kind == "" || r.Kind == "line" {
			c.add(name, first(r.To, c.More), sum)
			some = some || sum != 0
		}
	}
	if !some {
		return nil, nil
	}
	return one(c), nil
}

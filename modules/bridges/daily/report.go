package daily

import (
	"math/big"
	"net/url"
	"strconv"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

const (
	reportName = "sales.daily"
	analysis   = "insight.sales" // where figures of sales lead
	journal    = "settlement.money_journal"
)

type params struct {
	Day clock.Date `zg:"" zh:"日期" en:"Day"`
}

type columns struct {
	What   string       `zg:"width=240" zh:"项目" en:"Figure"`
	Amount money.Amount `zg:"signed,width=130" zh:"金额" en:"Amount"`
	Count  int64        `zg:"width=80" zh:"单数" en:"Sheets"`
	Before money.Amount `zg:"signed,width=130" zh:"前一天" en:"Day before"`
	Week   money.Amount `zg:"signed,width=130" zh:"上周同一天" en:"Week before"`
	Note   string       `zg:"width=160" zh:"说明" en:"Remark"`
}

func report() *kernel.Report {
	return &kernel.Report{Name: reportName, Label: kernel.T("销售日报", "Daily sales"), Menu: "insight",
		Params: resource.FieldsOf[params](), Columns: resource.FieldsOf[columns](), Run: run}
}

// sheet writes the report: of the day, and of the two it is compared with.
type sheet struct {
	v                 *kernel.View
	day               clock.Date
	may               rights
	now, before, week figures
	t                 *kernel.Table
}

func run(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	s := &sheet{v: v, day: clock.Date(params["day"]), may: rightsOf(v.Actor), t: &kernel.Table{}}
	if s.day == "" {
		s.day = v.Today
	}
	if params != nil { // the title block says for what day the figures stand
		params["day"] = string(s.day)
	}
	for day, into := range map[clock.Date]*figures{s.day: &s.now, s.day.AddDays(-1): &s.before, s.day.AddDays(-7): &s.week} {
		f, err := figuresOf(v, s.may, day)
		if err != nil {
			return nil, err
		}
		*into = f
	}
	for _, part := range []func() error{s.sales, s.money, s.debts, s.profit, s.sent, s.rest, s.items, s.customers} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return s.t, nil
}

func (s *sheet) section(label kernel.Text) {
	s.t.Rows = append(s.t.Rows, kernel.Row{Kind: "section", Values: map[string]any{"what": label.In(s.v.Lang)}})
}

// line is a row of the report. Without count it is a figure of which nothing can be counted.
type line struct {
	label string
	of    func(f figures) money.Amount
	count int64
	note  string
	to    string
	total bool
}

func (s *sheet) put(l line) {
	values := map[string]any{"what": l.label, "amount": l.of(s.now), "before": l.of(s.before), "week": l.of(s.week)}
	if l.count != 0 {
		values["count"] = l.count
	}
	if l.note != "" {
		values["note"] = l.note
	}
	row := kernel.Row{Values: values, To: l.to, Level: 1}
	if l.total {
		row.Kind, row.Level = "total", 0
	}
	s.t.Rows = append(s.t.Rows, row)
}

// list leads to the sheets of a kind of the day that fulfil more conditions.
func (s *sheet) list(of string, more ...string) string {
	q := url.Values{"filter": append([]string{"date:eq:" + string(s.day)}, more...)}
	return "/r/" + of + "?" + q.Encode()
}

// analysed leads to the sales analysis of the day; nowhere for whoever may not read it.
func (s *sheet) analysed(pairs ...string) string {
	if !s.v.Actor.Can(analysis, "read") {
		return ""
	}
	q := url.Values{"from": {string(s.day)}, "to": {string(s.day)}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/report/" + analysis + "?" + q.Encode()
}

func (s *sheet) sales() error {
	if !s.may.sold {
		return nil
	}
	const inForce = "state:in:posted,reversed"
	s.section(kernel.T("销售", "Sales"))
	s.put(line{label: stock.Deliveries.Def.Label.In(s.v.Lang), of: func(f figures) money.Amount { return f.sold.gross }, count: s.now.sold.sheets, to: s.list(stock.Deliveries.Name, inForce)})
	if !s.may.back {
		s.t.Notes = append(s.t.Notes, kernel.T("你看不到销售退货单，这里没有减去退货。", "You may not see sales returns, so they are not taken off here."))
		return nil
	}
	s.put(line{label: stock.SalesReturns.Def.Label.In(s.v.Lang), of: func(f figures) money.Amount { return -f.back.gross }, count: s.now.back.sheets, to: s.list(stock.SalesReturns.Name, inForce)})
	s.put(line{label: kernel.T("净销售额", "Net sales").In(s.v.Lang), of: func(f figures) money.Amount { return f.gross }, total: true})
	return nil
}

func (s *sheet) money() error {
	if !s.may.money {
		return nil
	}
	s.section(kernel.T("收款", "Received"))
	ids := []int64{}
	seen := map[int64]bool{}
	for _, f := range []figures{s.now, s.before, s.week} {
		for _, t := range f.taken {
			if !seen[t.account] {
				seen[t.account], ids = true, append(ids, t.account)
			}
		}
	}
	names, err := resource.Labels(s.v, settlement.MoneyAccounts.Def, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		t := s.now.on(id)
		l := line{label: names[id], of: func(f figures) money.Amount { return f.on(id).amount }, count: t.receipts, to: s.list(settlement.Receipts.Name, "state:eq:posted")}
		if s.v.Actor.Can(journal, "read") {
			l.to = "/report/" + journal + "?" + url.Values{"money_account": {strconv.FormatInt(id, 10)}, "from": {string(s.day)}, "to": {string(s.day)}}.Encode()
		}
		if t.fee != 0 {
			l.note = kernel.T("手续费 ", "Fees ").In(s.v.Lang) + t.fee.String()
		}
		s.put(l)
	}
	s.put(line{label: kernel.T("收款合计", "Received in all").In(s.v.Lang), of: func(f figures) money.Amount { return f.received }, count: s.now.receipts, total: true,
		to: s.list(settlement.Receipts.Name, "state:eq:posted")})
	return nil
}

func (s *sheet) debts() error {
	if !s.may.debts {
		return nil
	}
	s.section(kernel.T("欠款", "Debts"))
	s.put(line{label: kernel.T("新增应收", "Newly owed").In(s.v.Lang), of: func(f figures) money.Amount { return f.raised }, count: s.now.items,
		to: s.list(settlement.OpenItems.Name, "side:eq:receivable")})
	if !s.may.money {
		return nil
	}
	s.put(line{label: kernel.T("收回（含现金折扣）", "Collected, with cash discounts").In(s.v.Lang), of: func(f figures) money.Amount { return -f.collected }, count: s.now.receipts,
		to: s.list(settlement.Receipts.Name, "state:eq:posted")})
	s.put(line{label: kernel.T("欠款净增", "Debts grew by").In(s.v.Lang), of: func(f figures) money.Amount { return f.owed }, total: true,
		note: kernel.T("负数是欠款减少", "Negative: debts fell").In(s.v.Lang)})
	return nil
}

func (s *sheet) profit() error {
	if !s.may.cost && !s.may.margin {
		return nil
	}
	s.section(kernel.T("毛利", "Gross profit"))
	s.put(line{label: kernel.T("货款（不含税和费用）", "Goods, without tax and charges").In(s.v.Lang), of: func(f figures) money.Amount { return f.net }, to: s.analysed("rows", "customer", "measure", "net")})
	if s.may.cost {
		s.put(line{label: kernel.T("成本", "Cost").In(s.v.Lang), of: func(f figures) money.Amount { return f.cost }, to: s.analysed("rows", "item", "measure", "cost")})
	}
	if s.may.margin {
		s.put(line{label: kernel.T("毛利", "Gross profit").In(s.v.Lang), of: func(f figures) money.Amount { return f.margin }, total: true,
			to: s.analysed("rows", "item", "measure", "margin"), note: s.share()})
	}
	return nil
}

// share is what of the goods sold was earned, in percent to one place; nothing was sold, nothing is said.
func (s *sheet) share() string {
	if s.now.net <= 0 {
		return ""
	}
	share := big.NewRat(int64(s.now.margin), int64(s.now.net))
	return kernel.T("毛利率 ", "Margin ").In(s.v.Lang) + share.Mul(share, big.NewRat(100, 1)).FloatString(1) + "%"
}

// sent are the deliveries up to the day that the storekeeper has not shipped.
func (s *sheet) sent() error {
	sum, n, err := sent(s.v, s.may, s.day)
	if err != nil || n == 0 {
		return err
	}
	s.section(kernel.T("待发货", "To be shipped"))
	q := url.Values{"filter": {"state:eq:" + string(stock.Sent), "date:le:" + string(s.day)}}
	s.t.Rows = append(s.t.Rows, kernel.Row{Level: 1, To: "/r/" + stock.Deliveries.Name + "?" + q.Encode(), Values: map[string]any{
		"what": stock.Deliveries.Def.Label.In(s.v.Lang), "amount": sum, "count": n, "note": kernel.T("仓库发货后才算销售", "Sold once they are shipped").In(s.v.Lang)}})
	return nil
}

// rest are the sheets up to the day that nobody has posted yet.
func (s *sheet) rest() error {
	s.section(kernel.T("还没过账", "Not posted yet"))
	before := len(s.t.Rows)
	for _, k := range []struct {
		def    *kernel.Def
		amount string
		may    bool
	}{{stock.Deliveries.Def, "gross", s.may.sold}, {stock.SalesReturns.Def, "gross", s.may.back}, {settlement.Receipts.Def, "amount", s.may.money}} {
		if !k.may {
			continue
		}
		sum, n, err := left(s.v, k.def, k.amount, []string{"draft", "waiting"}, s.day)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		q := url.Values{"filter": {"state:in:draft,waiting", "date:le:" + string(s.day)}}
		s.t.Rows = append(s.t.Rows, kernel.Row{Level: 1, To: "/r/" + k.def.Name + "?" + q.Encode(),
			Values: map[string]any{"what": k.def.Label.In(s.v.Lang), "amount": sum, "count": n}})
	}
	if len(s.t.Rows) == before {
		s.t.Rows = s.t.Rows[:before-1]
	}
	return nil
}

func (s *sheet) items() error {
	return s.best(kernel.T("卖得最多的商品", "Best items"), "l.item", "item", item.Items.Def)
}

func (s *sheet) customers() error {
	return s.best(kernel.T("买得最多的客户", "Best customers"), "d.party", "customer", party.Parties.Def)
}

// best names the five of whom most was sold on the day; by is their parameter in the analysis.
func (s *sheet) best(label kernel.Text, key, by string, of *kernel.Def) error {
	if !s.may.sold {
		return nil
	}
	kinds := []*kernel.Def{stock.Deliveries.Def}
	if s.may.back {
		kinds = append(kinds, stock.SalesReturns.Def)
	}
	found, err := most(s.v, kinds, key, s.day)
	if err != nil || len(found) == 0 {
		return err
	}
	ids := map[int64]bool{}
	for _, p := range found {
		ids[p.id] = true
	}
	names, err := resource.NamesOf(s.v, map[string]map[int64]bool{of.Name: ids})
	if err != nil {
		return err
	}
	s.section(label)
	for _, p := range found {
		s.t.Rows = append(s.t.Rows, kernel.Row{Level: 1, Values: map[string]any{"what": names[of.Name][p.id], "amount": p.gross},
			To: s.analysed("rows", "sheet", "measure", "gross", by, strconv.FormatInt(p.id, 10))})
	}
	return nil
}

package insight

import (
	"zhanggui/modules/approval"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// remindersReport is the list of what a person should see to today.
const remindersReport = "crm.reminders"

// shown is a figure that somebody may see.
type shown struct {
	value  any // money.Amount or int64
	beside any // what it is compared with, nil for nothing
	to     string
	alert  bool
	label  kernel.Text // in the place of the figure's own, where it is the other way round
}

// figure is one of the figures of the home page. Read gives nil to whom it is not for.
type figure struct {
	key           string
	label, beside kernel.Text
	read          func(p *page) (*shown, error)
}

var figures = []figure{
	{"sold_today", kernel.T("今日销售", "Sold today"), kernel.T("昨日", "Yesterday"), func(p *page) (*shown, error) {
		return p.soldIn(span{p.Today, p.Today}, span{p.Today.AddDays(-1), p.Today.AddDays(-1)}, bySheet)
	}},
	{"sold_month", kernel.T("本月销售", "Sold this month"), kernel.T("上月同期", "Same days last month"), func(p *page) (*shown, error) {
		return p.soldIn(monthTo(p.Today), monthBefore(p.Today), "customer")
	}},
	{"sold_year", kernel.T("今年销售", "Sold this year"), kernel.T("去年同期", "Same days last year"), func(p *page) (*shown, error) {
		return p.soldIn(yearTo(p.Today), yearTo(yearBefore(p.Today)), byMonth)
	}},
	{"profit_month", kernel.T("本月毛利", "Gross profit this month"), kernel.T("上月同期", "Same days last month"), (*page).profit},
	{"money", kernel.T("资金", "Money"), kernel.T("月初", "At the start of the month"), (*page).money},
	{"owed_to_us", kernel.T("客户欠我们", "Owed to us"), kernel.Text{}, func(p *page) (*shown, error) { return p.owed(settlement.Receivable) }},
	{"late_to_us", kernel.T("客户逾期未付", "Overdue to us"), kernel.Text{}, func(p *page) (*shown, error) { return p.late(settlement.Receivable) }},
	{"owed_by_us", kernel.T("我们欠供应商", "Owed by us"), kernel.Text{}, func(p *page) (*shown, error) { return p.owed(settlement.Payable) }},
	{"late_by_us", kernel.T("该付供应商", "Due by us"), kernel.Text{}, func(p *page) (*shown, error) { return p.late(settlement.Payable) }},
	{"stock_value", kernel.T("库存金额", "Value of stock"), kernel.Text{}, (*page).stockValue},
	{"stock_low", kernel.T("低于最低库存的商品", "Items below their minimum"), kernel.Text{}, (*page).stockLow},
	{"silent", kernel.T("过了购买间隔还没买的客户", "Customers silent beyond their own cycle"), kernel.Text{}, (*page).silent},
	{"approvals", kernel.T("等我审批", "Waiting for my approval"), kernel.Text{}, (*page).approvals},
	{"birthdays", kernel.T("一周内的生日", "Birthdays within a week"), kernel.Text{}, (*page).birthdays},
	{"reminders", kernel.T("今日提醒", "Reminders of today"), kernel.Text{}, (*page).reminders},
}

func figuresOf(p *page, out *homeAnswer) error {
	for _, f := range figures {
		s, err := f.read(p)
		if err != nil {
			return err
		}
		if s != nil && s.to != "" {
			out.Figures = append(out.Figures, f.shape(p, s))
		}
	}
	return nil
}

func (f figure) shape(p *page, s *shown) figureShape {
	label := f.label
	if s.label.Zh != "" {
		label = s.label
	}
	out := figureShape{Key: f.key, Label: label.In(p.Lang), Kind: kindOf(s.value), Value: s.value, To: s.to, Alert: s.alert}
	if s.beside != nil {
		out.Compare = &besideShape{f.beside.In(p.Lang), s.beside}
	}
	return out
}

// kindOf tells how a figure is written.
func kindOf(value any) kernel.Kind {
	switch value.(type) {
	case money.Amount:
		return kernel.KindAmount
	case money.Qty:
		return kernel.KindQty
	case clock.Date:
		return kernel.KindDate
	}
	return kernel.KindInt
}

// monthTo and yearTo are the days up to one, from the first of the month or of the year.
func monthTo(day clock.Date) span { return span{day.Month().First(), day} }

func yearTo(day clock.Date) span { return span{day[:4] + "-01-01", day} }

// monthBefore is the same part of the month before; of what that month is too short for, its end.
func monthBefore(day clock.Date) span {
	m := day.Month().Prev()
	return span{m.First(), min(clock.Date(string(m)+string(day[7:])), m.Last())}
}

// soldIn compares what was sold in two times, and leads to the analysis by a dimension.
func (p *page) soldIn(s, before span, rows string) (*shown, error) {
	to := p.report(salesAnalysis, "from", string(s.from), "to", string(s.to), "rows", rows, "measure", "net")
	if to == "" || !p.Actor.Sees(price.Right) {
		return nil, nil
	}
	now, err := p.soldNet(s)
	if err != nil {
		return nil, err
	}
	then, err := p.soldNet(before)
	return &shown{value: now, beside: then, to: to}, err
}

func (p *page) profit() (*shown, error) {
	s := monthTo(p.Today)
	to := p.report(salesAnalysis, "from", string(s.from), "to", string(s.to), "rows", "customer", "measure", "margin")
	if to == "" || !p.Actor.Sees("margin") {
		return nil, nil
	}
	now, err := p.sold(s)
	if err != nil {
		return nil, err
	}
	then, err := p.sold(monthBefore(p.Today))
	if err != nil {
		return nil, err
	}
	out := &shown{to: to}
	if out.value, err = money.Sub(now.net, now.cost); err != nil {
		return nil, err
	}
	out.beside, err = money.Sub(then.net, then.cost)
	return out, err
}

func (p *page) money() (*shown, error) {
	to := p.report("settlement.today")
	if to == "" {
		return nil, nil
	}
	found, err := funds(p.View)
	if err != nil {
		return nil, err
	}
	var before, now money.Amount
	for _, f := range found {
		if before, err = money.Add(before, f.before); err != nil {
			return nil, err
		}
		if now, err = money.Add(now, f.now); err != nil {
			return nil, err
		}
	}
	return &shown{value: now, beside: before, to: to}, nil
}

// deals tells whether a side of the debts is the actor's business: he sees its money or its sheets. Suppliers are nobody's
// own: who sees only his own, or those of his department, would read that nothing is owed to them.
func (p *page) deals(side string) bool {
	money, sheets := settlement.Receipts.Name, stock.Deliveries.Name
	if side == settlement.Payable {
		if !p.Actor.Holds(settlement.OpenItems.Name, 0, 0) {
			return false
		}
		money, sheets = settlement.Payments.Name, stock.Receipts.Name
	}
	return p.reads(settlement.OpenItems.Name) && (p.reads(money) || p.reads(sheets))
}

func (p *page) owed(side string) (*shown, error) {
	if !p.deals(side) {
		return nil, nil
	}
	d, err := p.debt(side)
	out := &shown{value: d.open, to: p.owedTo(side)}
	if d.open < 0 { // more was sent back than is left to pay
		out.value, out.label = -d.open, owedBack[side]
	}
	return out, err
}

// owedBack says whose the money is when a side as a whole owes the other way round.
var owedBack = map[string]kernel.Text{
	settlement.Receivable: kernel.T("我们该退客户", "To give back to customers"),
	settlement.Payable:    kernel.T("供应商该退我们", "To get back from suppliers"),
}

func (p *page) late(side string) (*shown, error) {
	if !p.deals(side) {
		return nil, nil
	}
	d, err := p.debt(side)
	if err != nil || d.late < 0 { // what is past its day is more than made up for: nothing is due
		return nil, err
	}
	return &shown{value: d.late, to: p.lateTo(side, ""), alert: d.late > 0}, nil
}

func (p *page) stockValue() (*shown, error) {
	to := p.report("stock.on_hand")
	if to == "" || !p.Actor.Sees("cost") {
		return nil, nil
	}
	value, err := stockValue(p.View)
	return &shown{value: value, to: to}, err
}

func (p *page) stockLow() (*shown, error) {
	to := p.report("stock.on_hand", "low", "true")
	if to == "" || !p.reads(item.Items.Name) {
		return nil, nil
	}
	found, err := p.shortages()
	return &shown{value: int64(len(found)), to: to, alert: len(found) > 0}, err
}

func (p *page) approvals() (*shown, error) {
	if !p.reads(approval.Requests.Name) {
		return nil, nil
	}
	n, err := approval.WaitingFor(p.View)
	return &shown{value: n, to: "/inbox", alert: n > 0}, err
}

// reminded gives what the reminders of the day tell the actor, his silent customers and birthdays among them; nil for whom
// they are not. All that he sees of silent customers is counted once a day (silent): that takes two years of sheets.
func (p *page) reminded() (*kernel.Table, error) {
	if !p.reads(remindersReport) {
		return nil, nil
	}
	if p.today == nil {
		var err error
		if p.today, err = p.Company.Report(remindersReport).Run(p.View, map[string]string{}); err != nil {
			return nil, err
		}
	}
	return p.today, nil
}

// silent is the count of the day; the report behind it is of this moment.
func (p *page) silent() (*shown, error) {
	to := p.report(silentReport)
	if to == "" {
		return nil, nil
	}
	n, known, err := silentKept(p.View)
	if err != nil || !known {
		return nil, err
	}
	return &shown{value: n, to: to, alert: n > 0}, nil
}

func (p *page) reminders() (*shown, error) {
	t, err := p.reminded()
	if t == nil || err != nil {
		return nil, err
	}
	return &shown{value: int64(len(t.Rows)), to: p.report(remindersReport)}, nil
}

package insight

import (
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/profile"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/service"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// tile is one of the large buttons. To tells where it leads, "" for whom it is not.
type tile struct {
	key             string
	label           kernel.Text
	to              func(p *page) string
	figure, waiting func(p *page) (*shown, error)
	words           [2]kernel.Text // of the figure and of what waits
}

// tiles are the buttons in the order of the work.
var tiles = []tile{
	{"sell", kernel.T("开单", "Sell"), func(p *page) string {
		return first(p.form(sales.Orders.Def, "sell"), p.form(stock.Deliveries.Def, "create"))
	},
		(*page).soldSheets, nil, [2]kernel.Text{kernel.T("今日单数", "Deliveries today")}},
	{"deliver", kernel.T("发货", "Deliver"), (*page).toDeliver,
		nil, func(p *page) (*shown, error) { return p.orders(sales.Orders.Def) }, [2]kernel.Text{{}, kernel.T("张订单待发货", "order to deliver|orders to deliver")}},
	{"receive_money", kernel.T("收款", "Receive money"), func(p *page) string { return p.form(settlement.Receipts.Def, "create") },
		func(p *page) (*shown, error) { return p.moneyToday(settlement.Receipts.Def) }, func(p *page) (*shown, error) { return p.lateParties(settlement.Receivable) },
		[2]kernel.Text{kernel.T("今日收款", "Received today"), kernel.T("个客户逾期", "customer overdue|customers overdue")}},
	{"buy", kernel.T("进货", "Buy"), func(p *page) string {
		return first(p.form(purchasing.Orders.Def, "buy"), p.form(stock.Receipts.Def, "create"))
	},
		(*page).boughtToday, func(p *page) (*shown, error) { return p.orders(purchasing.Orders.Def) },
		[2]kernel.Text{kernel.T("今日进货", "Bought today"), kernel.T("张订单待收货", "order to receive|orders to receive")}},
	{"pay", kernel.T("付款", "Pay"), func(p *page) string { return p.form(settlement.Payments.Def, "create") },
		func(p *page) (*shown, error) { return p.moneyToday(settlement.Payments.Def) }, func(p *page) (*shown, error) { return p.lateParties(settlement.Payable) },
		[2]kernel.Text{kernel.T("今日付款", "Paid today"), kernel.T("个供应商到期", "supplier due|suppliers due")}},
	{"stock", kernel.T("库存", "Stock"), func(p *page) string { return p.report("stock.on_hand") },
		(*page).stockValue, (*page).stockLow, [2]kernel.Text{kernel.T("库存金额", "Value"), kernel.T("种低于最低库存", "below its minimum|below their minimum")}},
	{"reconcile", kernel.T("对账", "Reconcile"), func(p *page) string { return p.report("settlement.statement_of_account") },
		func(p *page) (*shown, error) { return p.owed(settlement.Receivable) }, nil, [2]kernel.Text{kernel.T("客户欠我们", "Owed to us")}},
	{"expenses", kernel.T("费用", "Expenses"), func(p *page) string {
		return first(p.form(settlement.Expenses.Def, "post"), p.form(office.Claims.Def, "create"))
	}, nil, nil, [2]kernel.Text{}},
	{"vouchers", kernel.T("凭证", "Vouchers"), func(p *page) string {
		if !ledger.Enabled(p.Company) {
			return ""
		}
		return p.handler(ledger.Vouchers.Def, ledger.Vouchers.Def)
	},
		nil, (*page).unbooked, [2]kernel.Text{{}, kernel.T("张本月未记账", "of this month not posted")}},
	{"tickets", kernel.T("工单", "Tickets"), func(p *page) string { return p.handler(service.Tickets.Def, service.Tickets.Def) },
		nil, (*page).tickets, [2]kernel.Text{{}, kernel.T("张未解决", "not solved")}},
	{"approvals", kernel.T("审批", "Approvals"), func(p *page) string {
		if p.reads(approval.Requests.Name) {
			return "/inbox"
		}
		return ""
	}, nil, (*page).approvals, [2]kernel.Text{{}, kernel.T("件等我审批", "waiting for me")}},
	{"sheets", kernel.T("单据中心", "Sheet centre"), func(p *page) string {
		if p.reads("centre.sheets") {
			return "/sheets"
		}
		return ""
	}, nil, nil, [2]kernel.Text{}},
	{"insight", kernel.T("报表", "Reports"), func(p *page) string {
		if p.reads(cockpitReport) {
			return "/cockpit"
		}
		return first(p.report(salesAnalysis), p.report(purchaseAnalysis), p.report("stock.summary"))
	}, nil, nil, [2]kernel.Text{}},
}

func tilesOf(p *page, out *homeAnswer) error {
	for _, t := range tiles {
		shape := tileShape{Key: t.key, Label: t.label.In(p.Lang), To: t.to(p)}
		if shape.To == "" {
			continue
		}
		if t.figure != nil {
			s, err := t.figure(p)
			if err != nil {
				return err
			}
			if s != nil && s.to != "" {
				f := figure{key: t.key, label: t.words[0]}.shape(p, s)
				shape.Figure = &f
			}
		}
		if t.waiting != nil {
			s, err := t.waiting(p)
			if err != nil {
				return err
			}
			if n, _ := valueOf(s).(int64); n > 0 && s.to != "" {
				shape.Waiting = &waitingShape{counted(t.words[1].In(p.Lang), n), n, s.to}
			}
		}
		out.Tiles = append(out.Tiles, shape)
	}
	return nil
}

// counted chooses between the words for one and those for several, where a bar stands between them.
func counted(words string, n int64) string {
	one, several, both := strings.Cut(words, "|")
	if !both || n == 1 {
		return one
	}
	return several
}

func valueOf(s *shown) any {
	if s == nil {
		return nil
	}
	return s.value
}

// form leads to a new sheet, for whoever may make one and do with it what counts.
func (p *page) form(d *kernel.Def, act string) string {
	if d == nil || profile.Hides(p.Company, d.Name) || !p.reads(d.Name) || !p.Actor.Can(d.Name, "create") || !p.Actor.Can(d.Name, act) {
		return ""
	}
	return "/r/" + d.Name + "/new"
}

// handler leads to a list of records, for whoever makes sheets of a kind.
func (p *page) handler(makes, lists *kernel.Def) string {
	if profile.Hides(p.Company, lists.Name) || !p.reads(makes.Name, lists.Name) || !p.Actor.Can(makes.Name, "create") {
		return ""
	}
	return p.list(lists)
}

// toDeliver is the page of what is to be shipped for who ships, the open orders for whoever else makes deliveries of them.
func (p *page) toDeliver() string {
	to := p.handler(stock.Deliveries.Def, sales.Orders.Def)
	switch {
	case to == "":
		return ""
	case p.Actor.Can(stock.Deliveries.Name, "ship"):
		return "/warehouse/out"
	}
	return p.list(sales.Orders.Def, "state:eq:confirmed")
}

func (p *page) soldSheets() (*shown, error) {
	day := span{p.Today, p.Today}
	if !p.reads(stock.Deliveries.Name) {
		return nil, nil
	}
	t, err := p.sold(day)
	return &shown{value: t.sheets, to: p.list(stock.Deliveries.Def, "date:eq:"+string(p.Today), "state:eq:"+string(stock.Done))}, err
}

func (p *page) boughtToday() (*shown, error) {
	if !p.reads(stock.Receipts.Name) || !p.Actor.Sees("cost") {
		return nil, nil
	}
	t, err := p.bought(span{p.Today, p.Today})
	return &shown{value: t.net, to: first(p.report(purchaseAnalysis, "from", string(p.Today), "to", string(p.Today), "rows", bySheet, "measure", "net"),
		p.list(stock.Receipts.Def, "date:eq:"+string(p.Today)))}, err
}

func (p *page) moneyToday(d *kernel.Def) (*shown, error) {
	if !p.reads(d.Name) {
		return nil, nil
	}
	sum, err := paidOn(p.View, d, p.Today)
	return &shown{value: sum, to: p.list(d, "date:eq:"+string(p.Today), "state:eq:posted")}, err
}

func (p *page) lateParties(side string) (*shown, error) {
	if !p.deals(side) {
		return nil, nil
	}
	d, err := p.debt(side)
	return &shown{value: d.parties, to: p.lateTo(side, "")}, err
}

// orders counts those that are agreed on and not done.
func (p *page) orders(d *kernel.Def) (*shown, error) {
	if !p.reads(d.Name) {
		return nil, nil
	}
	n, err := inStates(p.View, d, "'confirmed'")
	return &shown{value: n, to: p.list(d, "state:eq:confirmed")}, err
}

func (p *page) tickets() (*shown, error) {
	n, err := inStates(p.View, service.Tickets.Def, "'new', 'working'")
	return &shown{value: n, to: p.list(service.Tickets.Def, "state:in:new,working")}, err
}

func (p *page) unbooked() (*shown, error) {
	month := p.Today.Month()
	n, err := unbooked(p.View, month)
	return &shown{value: n, to: p.list(ledger.Vouchers.Def, "period:eq:"+string(month), "state:in:draft,reviewed")}, err
}

// shownItems is how many rows a list of the home page has.
const shownItems = 6

func listsOf(p *page, out *homeAnswer) error {
	for _, list := range []func(*page) (*listShape, error){lateList, lowList, birthdayList, reminderList} {
		l, err := list(p)
		if err != nil {
			return err
		}
		if l != nil && len(l.Items) > 0 {
			out.Lists = append(out.Lists, *l)
		}
	}
	return nil
}

// lateList names who should have paid longest ago.
func lateList(p *page) (*listShape, error) {
	to := p.lateTo(settlement.Receivable, "")
	if to == "" || !p.deals(settlement.Receivable) || !p.reads(party.Parties.Name) {
		return nil, nil
	}
	found, err := debtors(p.View, shownItems)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(found))
	for i, d := range found {
		ids[i] = d.party
	}
	names, err := resource.Labels(p.View, party.Parties.Def, ids)
	out := &listShape{Key: "late", Label: kernel.T("欠款最久的客户", "Who owes longest").In(p.Lang), To: to}
	for _, d := range found {
		days := int64(d.since.DaysUntil(p.Today))
		n := strconv.FormatInt(days, 10)
		out.Items = append(out.Items, itemShape{names[d.party], kernel.T("已逾期 "+n+" 天", n+counted(" day| days", days)+" overdue").In(p.Lang), kernel.KindAmount, d.open,
			p.lateTo(settlement.Receivable, strconv.FormatInt(d.party, 10))})
	}
	return out, err
}

// lowList names what runs out.
func lowList(p *page) (*listShape, error) {
	to := p.report("stock.on_hand", "low", "true")
	if to == "" || !p.reads(item.Items.Name) {
		return nil, nil
	}
	found, err := p.shortages()
	if err != nil {
		return nil, err
	}
	found = found[:min(len(found), shownItems)]
	ids := map[int64]bool{}
	for _, s := range found {
		ids[s.item] = true
	}
	names, err := resource.NamesOf(p.View, map[string]map[int64]bool{item.Items.Name: ids})
	out := &listShape{Key: "low", Label: kernel.T("快没货的商品", "What runs out").In(p.Lang), To: to}
	for _, s := range found {
		least := money.FormatQty(s.minimum) + " " + s.unit
		out.Items = append(out.Items, itemShape{names[item.Items.Name][s.item], kernel.T("最低 "+least, "at least "+least).In(p.Lang), kernel.KindQty, s.qty,
			p.report("stock.on_hand", "item", strconv.FormatInt(s.item, 10))})
	}
	return out, err
}

// reminderList is what the actor should see to today: the first rows of his reminders, without birthdays where these have a
// list of their own.
func reminderList(p *page) (*listShape, error) {
	t, err := p.reminded()
	if t == nil || err != nil {
		return nil, err
	}
	rows := slices.Clone(t.Rows)
	if p.report(birthdayReport) != "" {
		rows = slices.DeleteFunc(rows, func(r kernel.Row) bool { return r.Values["kind"] == "birthday" })
	}
	rows = rows[:min(len(rows), shownItems)]
	customers := map[int64]bool{}
	for _, r := range rows {
		if id, _ := r.Values["customer"].(int64); id != 0 {
			customers[id] = true
		}
	}
	names, err := resource.LabelsOf(p.View, map[string]map[int64]bool{party.Parties.Name: customers})
	if err != nil {
		return nil, err
	}
	report := p.Company.Report(remindersReport)
	out := &listShape{Key: "reminders", Label: report.Label.In(p.Lang), To: p.report(remindersReport)}
	for _, r := range rows {
		kind, _ := r.Values["kind"].(string)
		about, _ := r.Values["subject"].(string)
		id, _ := r.Values["customer"].(int64)
		day, _ := r.Values["date"].(clock.Date)
		label := first(names[party.Parties.Name][id], about)
		sub := optionLabel(report, kind, p.Lang)
		if label != about {
			sub += " · " + about
		}
		out.Items = append(out.Items, itemShape{label, sub, kernel.KindDate, day, r.To})
	}
	return out, nil
}

// optionLabel gives the words of a value of a report's first column.
func optionLabel(r *kernel.Report, value, lang string) string {
	for _, o := range r.Columns[0].Options {
		if o.Value == value {
			return o.Label.In(lang)
		}
	}
	return value
}

// step is one of the first things that a firm does with the program; with a condition under which it is done.
type step struct {
	key, table, done string
	label            kernel.Text
	def              *kernel.Def
}

var steps = []step{
	{"items", "base_item", "t.active", kernel.T("录入商品，或从 Excel 导入", "Write down your items, or import them from Excel"), item.Items.Def},
	{"parties", "base_party", "t.active", kernel.T("录入客户和供应商，或从 Excel 导入", "Write down customers and suppliers, or import them from Excel"), party.Parties.Def},
	{"opening", "opening_balance", "t.state = 'posted'", kernel.T("录入期初：库存、欠款和资金", "Write down what you start with: stock, debts and money"), nil},
	{"users", "base_user", "t.id <> (SELECT MIN(u.id) FROM base_user u)", kernel.T("给同事开通账号", "Give your colleagues accounts"), organisation.Users.Def},
	{"sale", "stock_document", "t.state = 'posted' AND t.kind = 'delivery'", kernel.T("开第一张销售单", "Write the first sale"), nil},
}

// stepsOf teaches the first steps until something was sold, and names an opening balance that nobody has posted yet for as
// long as it waits: its goods and debts are on no other page.
func stepsOf(p *page, out *homeAnswer) error {
	begun, err := anyOf(p.View, "stock_document", "t.kind = 'delivery' AND t.state IN ('posted', 'reversed')")
	if err != nil {
		return err
	}
	waits, err := openingWaits(p)
	if err != nil {
		return err
	}
	for _, s := range steps {
		to, label := "", s.label.In(p.Lang)
		switch {
		case s.key == "opening" && waits != "":
			to, label = waits, kernel.T("期初还没入账：请核对后点「入账」", "What you start with is not posted yet: check it and press Post").In(p.Lang)
		case begun:
		case s.def != nil && p.reads(s.def.Name) && p.Actor.Can(s.def.Name, "create"):
			to = "/r/" + s.def.Name
		case s.key == "opening":
			to = p.form(p.Company.Def(openingBalance), "create")
		case s.key == "sale":
			to = tiles[0].to(p)
		}
		if to == "" {
			continue
		}
		done, err := anyOf(p.View, s.table, s.done)
		if err != nil {
			return err
		}
		out.Steps = append(out.Steps, stepShape{s.key, label, to, done && to != waits})
	}
	return nil
}

const openingBalance = "opening.balance"

// openingWaits leads to the newest opening balance that waits to be posted, for whoever may post it.
func openingWaits(p *page) (string, error) {
	if p.form(p.Company.Def(openingBalance), "post") == "" {
		return "", nil
	}
	id, err := newestOpening(p.View)
	if id == 0 || err != nil {
		return "", err
	}
	return "/r/" + openingBalance + "/" + strconv.FormatInt(id, 10), nil
}

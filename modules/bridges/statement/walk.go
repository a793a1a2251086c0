package statement

import (
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/settlement"
	"zhanggui/modules/share"
)

// column is a column of the statement.
type column struct {
	label  kernel.Text
	number bool
}

// columns of the statement, in the order of the cells of a line.
var columns = []column{
	{kernel.T("日期", "Date"), false}, {kernel.T("单据", "Document"), false}, {kernel.T("单号", "Number"), false}, {kernel.T("商品/摘要", "Item / note"), false},
	{kernel.T("规格", "Specification"), false}, {kernel.T("数量", "Quantity"), true}, {kernel.T("单位", "Unit"), false}, {kernel.T("单价", "Price"), true},
	{kernel.T("明细金额", "Line amount"), true}, {kernel.T("本期增加", "Charged"), true}, {kernel.T("收付款", "Paid"), true},
	{kernel.T("折扣", "Discount"), true}, {kernel.T("余额", "Balance"), true},
}

// line is a row of the statement; what it does not have is nil.
type line struct {
	kind                                     string
	to                                       string
	date                                     clock.Date
	document, number, text, spec, unit       string
	qty                                      *money.Qty
	price                                    *money.Price
	amount, charged, paid, discount, balance *money.Amount
}

// cells are the columns as people read them, or as a spreadsheet wants them.
func (l *line) cells(plain bool) []string {
	out := []string{string(l.date), l.document, l.number, l.text, l.spec, "", l.unit, "", "", "", "", "", ""}
	put := func(at int, text string, formatted string) {
		if out[at] = formatted; plain {
			out[at] = text
		}
	}
	if l.qty != nil {
		put(5, l.qty.String(), money.FormatQty(*l.qty))
	}
	if l.price != nil {
		put(7, l.price.String(), money.FormatPrice(*l.price))
	}
	for i, a := range []*money.Amount{l.amount, l.charged, l.paid, l.discount, l.balance} {
		if a != nil {
			put(8+i, a.String(), money.Format(*a))
		}
	}
	return out
}

// walker goes through a statement.
type walker struct {
	v       *kernel.View
	q       query
	balance money.Amount
	at      place
	most    int // of entries; 0 is all
	more    bool
}

// walk gives the lines of the entries behind a place to yield, in order.
func (w *walker) walk(yield func(*line) error) error {
	left := w.most
	for {
		limit := chunk
		if w.most > 0 {
			limit = min(limit, left)
		}
		found, err := entries(w.v, w.q, w.at, limit+1)
		if err != nil {
			return err
		}
		w.more = len(found) > limit
		found = found[:min(len(found), limit)]
		if err := w.tell(found, yield); err != nil {
			return err
		}
		left -= len(found)
		if !w.more || w.most > 0 && left <= 0 {
			return nil
		}
	}
}

// tell gives the lines of a chunk.
func (w *walker) tell(found []entry, yield func(*line) error) error {
	var sheets, payments []int64
	for _, e := range found {
		if e.order == 0 {
			sheets = append(sheets, e.id)
		} else {
			payments = append(payments, e.id)
		}
	}
	right := price.Right
	if w.q.side == settlement.Payable {
		right = "cost"
	}
	if !w.v.Actor.Sees(right) {
		sheets = nil // what was paid for each item is a price; the totals are debts
	}
	lines, err := details(w.v, sheets, w.word)
	if err != nil {
		return err
	}
	accounts, err := purses(w.v, payments)
	if err != nil {
		return err
	}
	for i := range found {
		e := &found[i]
		l, err := w.head(e, accounts[e.id])
		if err != nil {
			return err
		}
		if err := yield(l); err != nil {
			return err
		}
		if e.order == 0 {
			for _, d := range lines[e.id] {
				if err := yield(itemLine(d)); err != nil {
					return err
				}
			}
		}
		w.at = e.place
	}
	return nil
}

// outwardly is what a kind of account is called to whoever is not of the firm: what its own accounts are named, and whose card
// one is, is nobody else's business.
func outwardly(kind string) kernel.Text {
	switch kind {
	case "cash":
		return kernel.T("现金", "Cash")
	case "bank":
		return kernel.T("银行", "Bank")
	case "wechat":
		return kernel.T("微信", "WeChat")
	case "alipay":
		return kernel.T("支付宝", "Alipay")
	case "pos":
		return kernel.T("刷卡", "Card")
	}
	return kernel.T("其他", "Other")
}

// head is the row of a debt or a payment with what is owed after it. The notes on both are written for the firm itself and stay
// out: the same rows go onto the page that the customer gets.
func (w *walker) head(e *entry, accounts []purse) (*line, error) {
	var err error
	if w.balance, err = money.Sum(w.balance, e.charged, -e.paid, -e.discount); err != nil {
		return nil, err
	}
	balance := w.balance
	l := &line{kind: "entry", date: clock.Date(e.date), document: e.source, number: e.number, balance: &balance,
		to: "/r/" + e.source + "/" + strconv.FormatInt(e.id, 10)}
	if d := w.v.Company.Def(e.source); d != nil {
		l.document = d.Label.In(w.v.Lang)
	}
	if e.order == 0 {
		l.charged = &e.charged
		return l, nil
	}
	l.paid = &e.paid
	if e.discount != 0 {
		l.discount = &e.discount
	}
	var parts []string
	for _, p := range accounts {
		parts = append(parts, outwardly(p.kind).In(w.v.Lang)+" "+money.Format(p.amount))
	}
	l.text = strings.Join(parts, kernel.T("，", ", ").In(w.v.Lang))
	return l, nil
}

func itemLine(d detail) *line {
	l := &line{kind: "item", text: d.name, spec: d.spec, unit: d.unit, amount: &d.amount}
	if d.goods {
		l.qty, l.price = &d.qty, &d.price
	}
	return l
}

// word gives the names of what was taken off a sheet.
func (w *walker) word(key string) string {
	if key == "discount" {
		return kernel.T("整单优惠", "Sheet discount").In(w.v.Lang)
	}
	return kernel.T("抹零", "Rounding").In(w.v.Lang)
}

// statement is all of a statement but its lines.
type statement struct {
	query
	name             string
	opening, closing money.Amount
	sums             sums
	last             string // the last one that was confirmed, in words
}

// read answers everything that needs no walk. Who may not see the party is told that there is none; of one that lies open to
// everybody in the pool no money is told.
func read(v *kernel.View, q query) (*statement, error) {
	p, err := share.Visible(v, q.party)
	if err != nil {
		return nil, err
	}
	if may, err := party.MoneyOf(v, q.party); err != nil {
		return nil, err
	} else if !may {
		return nil, problem.Rule("statement.pool", "party", p.Name)
	}
	s := &statement{query: q, name: p.Name}
	if s.opening, err = before(v, q, q.from); err != nil {
		return nil, err
	}
	if s.sums, err = summed(v, q); err != nil {
		return nil, err
	}
	net, err := s.sums.net()
	if err != nil {
		return nil, err
	}
	if s.closing, err = money.Add(s.opening, net); err != nil {
		return nil, err
	}
	last, ok, err := share.LastConfirmed(v, q.party, q.side, q.to)
	if ok {
		s.last = kernel.T("至 ", "until ").In(v.Lang) + string(last.To) + kernel.T("，", ", ").In(v.Lang) + last.By + " " +
			string(clock.DateOf(last.At.Time().In(v.Company.Zone())))
	}
	return s, err
}

// title is what the statement is called.
func (s *statement) title(lang string) string {
	if s.side == settlement.Payable {
		return kernel.T("供应商对账单", "Supplier statement").In(lang)
	}
	return kernel.T("客户对账单", "Statement of account").In(lang)
}

// page is the statement without rows.
func (s *statement) page(v *kernel.View) *share.Page {
	t := func(zh, en string) string { return kernel.T(zh, en).In(v.Lang) }
	p := newPage(v, s.title(v.Lang))
	p.Facts = []share.Pair{{Label: t("往来单位", "Party"), Text: s.name}, {Label: t("期间", "Period"), Text: string(s.from) + t(" 至 ", " to ") + string(s.to)},
		{Label: t("制表日期", "Made on"), Text: string(v.Today)}}
	for _, c := range columns {
		p.Columns = append(p.Columns, share.Column{Label: c.label.In(v.Lang), Number: c.number})
	}
	words := [...]string{t("销售", "Sold"), t("退货", "Returned"), t("收款", "Received"),
		t("期末余额是负数：已付的比货款多，多付的部分留作预付款。", "The closing balance is negative: more was paid than was bought, and the rest counts towards what is bought next.")}
	if s.side == settlement.Payable {
		words = [...]string{t("进货", "Bought"), t("退货", "Sent back"), t("付款", "Paid"), words[3]}
	}
	sum := func(label string, a money.Amount) {
		p.Sums = append(p.Sums, share.Pair{Label: label, Text: money.Format(a)})
	}
	sum(t("期初余额", "Opening"), s.opening)
	sum(words[0], s.sums.sold)
	sum(words[1], s.sums.returned)
	if s.sums.other != 0 {
		sum(t("其他", "Other"), s.sums.other)
	}
	sum(words[2], s.sums.paid)
	sum(t("折扣", "Discount"), s.sums.discount)
	sum(t("期末余额", "Closing"), s.closing)
	p.Sums = append(p.Sums, inWords(v, s.closing)...)
	if s.closing < 0 { // a stranger asks what less than nothing means
		p.Notes = append(p.Notes, words[3])
	}
	if s.last != "" {
		p.Sums = append(p.Sums, share.Pair{Label: t("上次对账确认", "Last confirmed"), Text: s.last})
	}
	return p
}

// inWords is an amount in capital characters, which Chinese paper asks for.
func inWords(v *kernel.View, a money.Amount) []share.Pair {
	if v.Lang == "en" {
		return nil
	}
	return []share.Pair{{Label: "大写", Text: money.Upper(a)}}
}

// newPage begins a page with the head and the foot of the company.
func newPage(v *kernel.View, title string) *share.Page {
	about := func(key string) string { return v.Company.Setting("company." + key) }
	return &share.Page{Lang: v.Lang, Company: about("name"), Title: title, Rows: []share.Row{}, Sums: []share.Pair{}, Notes: []string{},
		Foot: strings.TrimSpace(about("address") + " " + about("phone"))}
}

// edge is the row with what was owed at one end.
func (s *statement) edge(v *kernel.View, day clock.Date, words kernel.Text, balance money.Amount) *line {
	return &line{kind: "total", date: day, document: words.In(v.Lang), balance: &balance}
}

var (
	openingWords = kernel.T("期初余额", "Opening balance")
	closingWords = kernel.T("期末余额", "Closing balance")
)

// each gives all rows of the statement from its opening to its closing.
func (s *statement) each(v *kernel.View, yield func(*line) error) error {
	if err := yield(s.edge(v, s.from, openingWords, s.opening)); err != nil {
		return err
	}
	w := &walker{v: v, q: s.query, balance: s.opening}
	if err := w.walk(yield); err != nil {
		return err
	}
	return yield(s.edge(v, s.to, closingWords, s.closing))
}

package ledger

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// bookRow is a row of the general ledger.
type bookRow struct {
	Code      string       `zg:"width=100" zh:"科目编码" en:"Code"`
	Name      string       `zg:"width=180" zh:"科目名称" en:"Account"`
	Period    clock.Month  `zg:"width=90" zh:"会计期间" en:"Period"`
	Summary   string       `zg:"width=120" zh:"摘要" en:"Summary"`
	Debit     money.Amount `zg:"signed" zh:"借方" en:"Debit"`
	Credit    money.Amount `zg:"signed" zh:"贷方" en:"Credit"`
	Direction string       `zg:"width=50" zh:"方向" en:"Side"`
	Balance   money.Amount `zg:"signed" zh:"余额" en:"Balance"`
}

// subsidiaryRow is a row of the subsidiary ledger.
type subsidiaryRow struct {
	Date      clock.Date   `zg:"width=100" zh:"日期" en:"Date"`
	Number    string       `zg:"width=80" zh:"凭证号" en:"Voucher"`
	Summary   string       `zg:"width=240" zh:"摘要" en:"Summary"`
	Account   int64        `zg:"ref=ledger.account,width=160" zh:"科目" en:"Account"`
	Party     int64        `zg:"ref=base.party,width=160" zh:"往来单位" en:"Party"`
	Debit     money.Amount `zg:"signed" zh:"借方" en:"Debit"`
	Credit    money.Amount `zg:"signed" zh:"贷方" en:"Credit"`
	Direction string       `zg:"width=50" zh:"方向" en:"Side"`
	Balance   money.Amount `zg:"signed" zh:"余额" en:"Balance"`
}

// journalRow is a row of the journal.
type journalRow struct {
	Date    clock.Date   `zg:"width=100" zh:"日期" en:"Date"`
	Number  string       `zg:"width=80" zh:"凭证号" en:"Voucher"`
	Summary string       `zg:"width=240" zh:"摘要" en:"Summary"`
	Code    string       `zg:"width=100" zh:"科目编码" en:"Code"`
	Name    string       `zg:"width=180" zh:"科目名称" en:"Account"`
	Party   string       `zg:"width=160" zh:"往来单位" en:"Party"`
	Debit   money.Amount `zg:"signed,total" zh:"借方" en:"Debit"`
	Credit  money.Amount `zg:"signed,total" zh:"贷方" en:"Credit"`
	State   string       `zg:"width=80" zh:"状态" en:"State"`
}

var (
	textOpening = kernel.T("期初余额", "Opening balance")
	textMonth   = kernel.T("本月合计", "Total of the month")
	textYear    = kernel.T("本年累计", "Year to date")
	textCut     = kernel.T("行数过多，只列出前 20,000 行，请缩小日期范围", "Too many rows: only the first 20,000 are listed, narrow the dates")
)

// running is an account's book while it is written: balance, month and year so far.
type running struct {
	v           *kernel.View
	table       *kernel.Table
	fixed       map[string]any // values of every row
	balance     money.Amount
	month, year pair
}

func (r *running) row(kind string, summary string, p pair) *kernel.Row {
	values := map[string]any{"summary": summary, "debit": money.Amount(p.debit), "credit": money.Amount(p.credit),
		"direction": direction(r.balance, r.v.Lang), "balance": abs(r.balance)}
	for k, x := range r.fixed {
		values[k] = x
	}
	r.table.Rows = append(r.table.Rows, kernel.Row{Kind: kind, Values: values})
	return &r.table.Rows[len(r.table.Rows)-1]
}

func (r *running) opening() {
	row := r.row("section", textOpening.In(r.v.Lang), pair{})
	delete(row.Values, "debit")
	delete(row.Values, "credit")
}

// endMonth writes the two lines that close a month.
func (r *running) endMonth() {
	r.row("total", textMonth.In(r.v.Lang), r.month)
	r.row("total", textYear.In(r.v.Lang), r.year)
	r.month = pair{}
}

func (r *running) turn(p pair) {
	r.balance += p.net()
	r.month = pair{r.month.debit + p.debit, r.month.credit + p.credit}
	r.year = pair{r.year.debit + p.debit, r.year.credit + p.credit}
}

// generalLedger shows month by month the accounts of the first level, or the one that was asked for. It counts whole months.
func generalLedger(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	from, to, err := a.days()
	if err != nil {
		return nil, err
	}
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	first, last := from.Month(), to.Month()
	var months []clock.Month
	dates := []clock.Date{clock.Month(from[:4] + "-01").First(), first.First()}
	for m := first; m.Valid() && m <= last; m = m.Next() {
		months = append(months, m)
		dates = append(dates, m.Next().First())
	}
	q := cut{posted: a.posted(), dates: dates}
	var shown []*Account
	if id := a.id("account"); id != 0 {
		acc, err := accountAsked(a, ch)
		if err != nil {
			return nil, err
		}
		shown, q.accounts = []*Account{acc}, ch.below(id)
	}
	cuts, err := q.run(v)
	if err != nil {
		return nil, err
	}
	table := &kernel.Table{Notes: a.notes()}
	for _, acc := range ch.sorted {
		if shown == nil && len(acc.Code) == 4 || shown != nil && acc == shown[0] {
			book := &running{v: v, table: table, fixed: map[string]any{"code": acc.Code, "name": acc.Label(v.Lang)}}
			book.months(months, sumBelow(ch, acc, cuts, len(dates)), link("ledger.subsidiary_ledger", "account", number(acc.ID), "posted", params["posted"]))
		}
	}
	return table, nil
}

// sumBelow adds the cuts of an account's leaves; nil when there are none.
func sumBelow(ch *chart, acc *Account, cuts map[cutKey][]pair, n int) []pair {
	var out []pair
	for _, id := range ch.below(acc.ID) {
		for i, p := range cuts[cutKey{account: id}] {
			if out == nil {
				out = make([]pair, n)
			}
			out[i] = pair{out[i].debit + p.debit, out[i].credit + p.credit}
		}
	}
	return out
}

// months writes an account: cuts are those at the start of the year, before the first month and after each month.
func (r *running) months(months []clock.Month, cuts []pair, to string) {
	if cuts == nil {
		return
	}
	r.balance, r.year = cuts[1].net(), cuts[1].minus(cuts[0])
	r.opening()
	for i, m := range months {
		if m.Number() == 1 {
			r.year = pair{}
		}
		turnover := cuts[i+2].minus(cuts[i+1])
		r.turn(turnover)
		r.fixed["period"] = m
		if turnover != (pair{}) {
			start := len(r.table.Rows)
			r.endMonth()
			for j := start; j < len(r.table.Rows); j++ {
				r.table.Rows[j].To = to + "&from=" + string(m.First()) + "&to=" + string(m.Last())
			}
		}
		r.month = pair{}
	}
}

// subsidiaryLedger lists the entries of an account and everything beneath it with the running balance.
func subsidiaryLedger(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	from, to, err := a.days()
	if err != nil {
		return nil, err
	}
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	acc, err := accountAsked(a, ch)
	if err != nil {
		return nil, err
	}
	q := cut{accounts: ch.below(acc.ID), posted: a.posted(), filters: map[string]int64{},
		dates: []clock.Date{clock.Month(from[:4] + "-01").First(), from, from.Month().First()}}
	for _, name := range dimensionNames {
		if id := a.id(name); id != 0 {
			q.filters[name] = id
		}
	}
	cuts, err := q.run(v)
	if err != nil {
		return nil, err
	}
	rows, err := q.entries(v, from, to)
	if err != nil {
		return nil, err
	}
	table := &kernel.Table{Notes: a.notes()}
	book := &running{v: v, table: table}
	for _, p := range cuts {
		book.balance += p[1].net()
		year, month := p[1].minus(p[0]), p[1].minus(p[2])
		book.year = pair{book.year.debit + year.debit, book.year.credit + year.credit}
		book.month = pair{book.month.debit + month.debit, book.month.credit + month.credit}
	}
	book.opening()
	month := from.Month()
	for i := range rows {
		r := &rows[i]
		if m := r.day.Month(); m != month {
			book.endMonth()
			if m.Year() != month.Year() {
				book.year = pair{}
			}
			month = m
		}
		p := pair{int64(r.debit), int64(r.credit)}
		book.turn(p)
		row := book.row("line", r.summary, p)
		row.Values["date"], row.Values["number"], row.Values["account"], row.Values["party"] = r.day, r.number, r.account, r.party
		row.To = voucherLink(r.voucher)
	}
	book.endMonth()
	if len(rows) == maxRows {
		table.Notes = append(table.Notes, textCut)
	}
	return table, nil
}

func voucherLink(id int64) string { return "/r/" + nameVoucher + "/" + number(id) }

// journal lists the entries of all vouchers in the order of their dates and numbers.
func journal(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	from, to, err := a.days()
	if err != nil {
		return nil, err
	}
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	q := cut{posted: a.posted()}
	if id := a.id("account"); id != 0 {
		q.accounts = append([]int64{}, ch.below(id)...)
	}
	rows, err := q.entries(v, from, to)
	if err != nil {
		return nil, err
	}
	parties := map[int64]bool{}
	for i := range rows {
		if rows[i].party != 0 {
			parties[rows[i].party] = true
		}
	}
	labels, err := resource.LabelsOf(v, map[string]map[int64]bool{"base.party": parties})
	if err != nil {
		return nil, err
	}
	table := &kernel.Table{Notes: a.notes()}
	var debit, credit money.Amount
	for i := range rows {
		r := &rows[i]
		debit, credit = debit+r.debit, credit+r.credit
		acc := ch.byID[r.account]
		table.Rows = append(table.Rows, kernel.Row{Kind: "line", To: voucherLink(r.voucher), Values: map[string]any{
			"date": r.day, "number": r.number, "summary": r.summary, "code": acc.Code, "name": acc.Label(v.Lang),
			"party": labels["base.party"][r.party], "debit": r.debit, "credit": r.credit, "state": stateLabel(r.state, v.Lang),
		}})
	}
	table.Totals = map[string]any{"debit": debit, "credit": credit}
	if len(rows) == maxRows {
		table.Notes = append(table.Notes, textCut)
	}
	return table, nil
}

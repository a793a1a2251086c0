package settlement

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

func reports() []*kernel.Report {
	return []*kernel.Report{debtReport(), ageingReport(), statementReport(), openReport(), moneyBalanceReport(), moneyJournalReport(), todayReport()}
}

// column declares a report's column or parameter.
func column(name string, kind kernel.Kind, label kernel.Text) *kernel.Field {
	return &kernel.Field{Name: name, Kind: kind, Label: label, Signed: true, Total: kind == kernel.KindAmount}
}

func reference(name, resource string, label kernel.Text) *kernel.Field {
	return &kernel.Field{Name: name, Kind: kernel.KindRef, Ref: resource, Label: label}
}

func partyColumn() *kernel.Field {
	return wide(reference("party", "base.party", kernel.T("往来单位", "Party")), 200)
}

func sideParam() *kernel.Field {
	f := column("side", kernel.KindEnum, kernel.T("方向", "Side"))
	f.Options, f.Default = sideOptions, Receivable
	return f
}

// wide sets the width of a column on the page, in pixels.
func wide(f *kernel.Field, width int) *kernel.Field {
	f.Width = width
	return f
}

// noTotal keeps a column of running figures out of the sums.
func noTotal(f *kernel.Field) *kernel.Field {
	f.Total = false
	return f
}

// idOf reads a reference parameter; 0 for none.
func idOf(params map[string]string, name string) int64 {
	id, _ := strconv.ParseInt(params[name], 10, 64) // the caller has made it canonical
	return id
}

// span reads the parameters from and to; without them it is the current month until today.
func span(v *kernel.View, params map[string]string) (from, to clock.Date) {
	to = dayOf(v, params, "to")
	if from = clock.Date(params["from"]); from == "" {
		from = to.Month().First()
	}
	if params != nil { // the title block says for what days the figures stand
		params["from"], params["to"] = string(from), string(to)
	}
	return from, to
}

func dayOf(v *kernel.View, params map[string]string, name string) clock.Date {
	if d := clock.Date(params[name]); d != "" {
		return d
	}
	return v.Today
}

func sideOf(params map[string]string) string {
	if params["side"] == Payable {
		return Payable
	}
	return Receivable
}

// sumRows adds up amount columns.
func sumRows(rows []kernel.Row, names ...string) (map[string]any, error) {
	out := map[string]any{}
	for _, name := range names {
		var sum money.Amount
		for _, r := range rows {
			a, _ := r.Values[name].(money.Amount)
			var err error
			if sum, err = money.Add(sum, a); err != nil {
				return nil, err
			}
		}
		out[name] = sum
	}
	return out, nil
}

// debtReport shows for each party what is between it and the firm.
func debtReport() *kernel.Report {
	return &kernel.Report{
		Name: "settlement.debt", Menu: "money", Label: kernel.T("往来余额表", "Debts by party"),
		Params: []*kernel.Field{reference("party", "base.party", kernel.T("往来单位", "Party"))},
		Columns: []*kernel.Field{
			partyColumn(), column("receivable", kernel.KindAmount, kernel.T("应收", "Receivable")),
			column("customer_advance", kernel.KindAmount, kernel.T("预收", "Advances received")),
			column("owed_to_us", kernel.KindAmount, kernel.T("应收净额", "Owed to us")),
			column("payable", kernel.KindAmount, kernel.T("应付", "Payable")),
			column("supplier_advance", kernel.KindAmount, kernel.T("预付", "Advances paid")),
			column("owed_by_us", kernel.KindAmount, kernel.T("应付净额", "Owed by us")),
		},
		Run: func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
			debts, err := debts(v, idOf(params, "party"))
			if err != nil {
				return nil, err
			}
			t := &kernel.Table{}
			for _, d := range debts {
				side := Receivable
				if d.receivable == 0 && d.received == 0 && (d.payable != 0 || d.paid != 0) {
					side = Payable
				}
				t.Rows = append(t.Rows, kernel.Row{
					To: explained(v, asOf{side, v.Today, d.party}),
					Values: map[string]any{
						"party": d.party, "receivable": d.receivable, "customer_advance": d.received, "owed_to_us": d.receivable - d.received,
						"payable": d.payable, "supplier_advance": d.paid, "owed_by_us": d.payable - d.paid,
					},
				})
			}
			t.Totals, err = sumRows(t.Rows, "receivable", "customer_advance", "owed_to_us", "payable", "supplier_advance", "owed_by_us")
			return t, err
		},
	}
}

// openReport lists what is not settled today, the oldest first.
func openReport() *kernel.Report {
	overdue := column("overdue_only", kernel.KindBool, kernel.T("只看逾期", "Overdue only"))
	side := sideParam()
	side.Default = ""
	return &kernel.Report{
		Name: "settlement.open", Menu: "money", Label: kernel.T("未结清明细", "What is open"),
		Params: []*kernel.Field{side, reference("party", "base.party", kernel.T("往来单位", "Party")), overdue},
		Columns: []*kernel.Field{
			partyColumn(), func() *kernel.Field {
				f := column("side", kernel.KindEnum, kernel.T("方向", "Side"))
				f.Options = sideOptions
				return f
			}(),
			column("number", kernel.KindText, kernel.T("单号", "Number")), column("date", kernel.KindDate, kernel.T("日期", "Date")),
			column("due_date", kernel.KindDate, kernel.T("到期日", "Due date")), column("overdue", kernel.KindInt, kernel.T("逾期天数", "Days overdue")),
			column("amount", kernel.KindAmount, kernel.T("金额", "Amount")), column("settled", kernel.KindAmount, kernel.T("已核销", "Settled")),
			column("open", kernel.KindAmount, kernel.T("未结清", "Open")),
		},
		Run: runOpen,
	}
}

func runOpen(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	items, err := openItems(v, params["side"], idOf(params, "party"))
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	for _, it := range items {
		days, due := max(it.DueDate.DaysUntil(v.Today), 0), it.DueDate
		if due == NoDue {
			due = ""
		}
		if params["overdue_only"] == "true" && days == 0 {
			continue
		}
		t.Rows = append(t.Rows, kernel.Row{To: link(it.Source, it.SourceID), Values: map[string]any{
			"party": it.Party, "side": it.Side, "number": it.SourceNumber, "date": it.Date, "due_date": due, "overdue": int64(days),
			"amount": it.Amount, "settled": it.Settled, "open": it.Open,
		}})
	}
	t.Totals, err = sumRows(t.Rows, "amount", "settled", "open")
	return t, err
}

// explained leads to what a debt at the end of a day is made of: the statement of account of a year, for whoever may not read
// statements what is open.
func explained(v *kernel.View, q asOf) string {
	party := "&party=" + strconv.FormatInt(q.party, 10)
	if !v.Actor.Can(nameStatement, "read") {
		return "/report/settlement.open?side=" + q.side + party
	}
	return "/report/" + nameStatement + "?side=" + q.side + party + "&from=" + string(q.day.AddDays(-365).Month().First()) + "&to=" + string(q.day)
}

// link leads to a record's page.
func link(resource string, id int64) string {
	return "/r/" + resource + "/" + strconv.FormatInt(id, 10)
}

// ageingReport spreads debts over buckets of age at a date.
func ageingReport() *kernel.Report {
	return &kernel.Report{
		Name: "settlement.ageing", Menu: "money", Label: kernel.T("账龄分析", "Ageing"),
		Params: []*kernel.Field{
			sideParam(), column("as_of", kernel.KindDate, kernel.T("截止日期", "As of")),
			reference("party", "base.party", kernel.T("往来单位", "Party")),
		},
		Columns: ageingColumns("due", []int{30, 60, 90, 180, 360}), Run: runAgeing,
	}
}

// ageingColumns are the party, the total, one column for each bucket, what was paid in advance and the difference.
// By due date, what is not due yet has a column of its own.
func ageingColumns(basis string, buckets []int) []*kernel.Field {
	out := []*kernel.Field{partyColumn(), column("total", kernel.KindAmount, kernel.T("合计", "Total"))}
	low := 0
	if basis == "due" {
		out = append(out, column(ageColumn(-1), kernel.KindAmount, kernel.T("未到期", "Not due")))
		low = 1
	}
	for i, high := range buckets {
		words := strconv.Itoa(low) + "–" + strconv.Itoa(high)
		out = append(out, column(ageColumn(i), kernel.KindAmount, kernel.T(words+" 天", words+" days")))
		low = high + 1
	}
	last := strconv.Itoa(buckets[len(buckets)-1])
	return append(out, column(ageColumn(len(buckets)), kernel.KindAmount, kernel.T(last+" 天以上", "over "+last+" days")),
		column("advance", kernel.KindAmount, kernel.T("预收/预付", "Advance")),
		column("net", kernel.KindAmount, kernel.T("净额", "Net")))
}

// ageColumn names the column of a bucket; -1 is what is not due yet.
func ageColumn(bucket int) string {
	if bucket < 0 {
		return "age_not_due"
	}
	return "age_" + strconv.Itoa(bucket)
}

// spreadOf turns buckets of days into days.
func spreadOf(q asOf, basis string, buckets []int) spread {
	out := spread{asOf: q, since: "date", notDue: basis == "due"}
	if out.notDue {
		out.since = "due_date"
	}
	for _, days := range buckets {
		out.edges = append(out.edges, q.day.AddDays(-days))
	}
	return out
}

func runAgeing(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	side, day, basis := sideOf(params), dayOf(v, params, "as_of"), v.Company.Setting(settingBasis)
	if params != nil { // the title block says for what side and day the figures stand
		params["side"], params["as_of"] = side, string(day)
	}
	buckets, ok := parseBuckets(v.Company.Setting(settingBuckets))
	if !ok {
		buckets = []int{30, 60, 90, 180, 360}
	}
	open, err := openAt(v, spreadOf(asOf{side, day, idOf(params, "party")}, basis, buckets))
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Columns: ageingColumns(basis, buckets)}
	byParty := map[int64]map[string]any{}
	add := func(party int64, name string, a money.Amount) error {
		values := byParty[party]
		if values == nil {
			values = map[string]any{"party": party, "total": money.Amount(0), "advance": money.Amount(0), "net": money.Amount(0)}
			byParty[party] = values
			t.Rows = append(t.Rows, kernel.Row{Values: values, To: explained(v, asOf{side, day, party})})
		}
		now, _ := values[name].(money.Amount)
		sum, err := money.Add(now, a)
		values[name] = sum
		return err
	}
	for _, o := range open {
		parts := map[string]money.Amount{ageColumn(o.age): o.amount, "total": o.amount, "net": o.amount}
		if o.advance {
			parts = map[string]money.Amount{"advance": o.amount, "net": -o.amount}
		}
		for name, amount := range parts {
			if err := add(o.party, name, amount); err != nil {
				return nil, err
			}
		}
	}
	names := make([]string, 0, len(t.Columns))
	for _, c := range t.Columns[1:] {
		names = append(names, c.Name)
		for _, r := range t.Rows {
			if r.Values[c.Name] == nil {
				r.Values[c.Name] = money.Amount(0)
			}
		}
	}
	t.Totals, err = sumRows(t.Rows, names...)
	return t, err
}

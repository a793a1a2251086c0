package settlement

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

func spanParams() []*kernel.Field {
	return []*kernel.Field{column("from", kernel.KindDate, kernel.T("从", "From")), column("to", kernel.KindDate, kernel.T("到", "To"))}
}

const nameStatement = "settlement.statement_of_account"

// statementReport is what is sent to a customer or supplier to agree on: opening debt, each sheet, each payment, what
// is left. It shows debts and money, not what settles what; so it is right also while advances are not applied.
func statementReport() *kernel.Report {
	party := partyColumn()
	party.Required = true
	return &kernel.Report{
		Name: nameStatement, Menu: "money", Label: kernel.T("对账单", "Statement of account"),
		Params: append([]*kernel.Field{party, sideParam()}, spanParams()...),
		Columns: []*kernel.Field{
			column("date", kernel.KindDate, kernel.T("日期", "Date")), column("kind", kernel.KindText, kernel.T("单据类型", "Document")),
			column("number", kernel.KindText, kernel.T("单号", "Number")), column("note", kernel.KindText, kernel.T("摘要", "Note")),
			column("charged", kernel.KindAmount, kernel.T("本期增加", "Charged")), column("paid", kernel.KindAmount, kernel.T("收付款", "Paid")),
			column("discount", kernel.KindAmount, kernel.T("折扣", "Discount")),
			noTotal(column("balance", kernel.KindAmount, kernel.T("余额", "Balance"))),
		},
		Run: runStatement,
	}
}

func runStatement(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	party := idOf(params, "party")
	if party == 0 {
		return nil, problem.Rule("required").At("/party")
	}
	from, to := span(v, params)
	side := sideOf(params)
	balance, err := debtBefore(v, asOf{side, from, party})
	if err != nil {
		return nil, err
	}
	entries, err := statementEntries(v, statement{side, from, to, party})
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Rows: []kernel.Row{balanceRow(v, from, kernel.T("期初余额", "Opening balance"), balance)}}
	for _, e := range entries {
		for _, step := range []money.Amount{e.charged, -e.paid, -e.discount} {
			if balance, err = money.Add(balance, step); err != nil {
				return nil, err
			}
		}
		kind := e.source
		if d := v.Company.Def(e.source); d != nil {
			kind = d.Label.In(v.Lang)
		}
		t.Rows = append(t.Rows, kernel.Row{Kind: "line", To: link(e.source, e.id), Values: map[string]any{
			"date": e.date, "kind": kind, "number": e.number, "note": e.note, "charged": e.charged, "paid": e.paid,
			"discount": e.discount, "balance": balance,
		}})
	}
	if t.Totals, err = sumRows(t.Rows, "charged", "paid", "discount"); err != nil {
		return nil, err
	}
	t.Rows = append(t.Rows, balanceRow(v, to, kernel.T("期末余额", "Closing balance"), balance))
	return t, nil
}

func balanceRow(v *kernel.View, day clock.Date, words kernel.Text, balance money.Amount) kernel.Row {
	return kernel.Row{Kind: "total", Values: map[string]any{"date": day, "kind": words.In(v.Lang), "balance": balance}}
}

// moneyBalanceReport shows what lay on each money account, came, went and lies there now.
func moneyBalanceReport() *kernel.Report {
	return &kernel.Report{
		Name: "settlement.money_balance", Menu: "money", Label: kernel.T("资金余额表", "Money by account"), Params: spanParams(),
		Columns: []*kernel.Field{
			reference("money_account", "settlement.money_account", kernel.T("结算账户", "Money account")),
			column("opening", kernel.KindAmount, kernel.T("期初余额", "Opening")), column("in", kernel.KindAmount, kernel.T("收入", "In")),
			column("out", kernel.KindAmount, kernel.T("支出", "Out")), column("closing", kernel.KindAmount, kernel.T("期末余额", "Closing")),
		},
		Run: func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
			from, to := span(v, params)
			funds, err := fundsIn(v, from, to)
			if err != nil {
				return nil, err
			}
			t := &kernel.Table{}
			for _, f := range funds {
				t.Rows = append(t.Rows, kernel.Row{
					To: "/report/settlement.money_journal?from=" + string(from) + "&to=" + string(to) + "&money_account=" + strconv.FormatInt(f.account, 10),
					Values: map[string]any{
						"money_account": f.account, "opening": f.opening, "in": f.in, "out": f.out, "closing": f.opening + f.in - f.out,
					},
				})
			}
			t.Totals, err = sumRows(t.Rows, "opening", "in", "out", "closing")
			return t, err
		},
	}
}

// moneyJournalReport is the book of one money account, line by line, with what lies there after each.
func moneyJournalReport() *kernel.Report {
	account := reference("money_account", "settlement.money_account", kernel.T("结算账户", "Money account"))
	account.Required = true
	return &kernel.Report{
		Name: "settlement.money_journal", Menu: "money", Label: kernel.T("资金日记账", "Money journal"),
		Params: append([]*kernel.Field{account}, spanParams()...),
		Columns: []*kernel.Field{
			column("date", kernel.KindDate, kernel.T("日期", "Date")), column("kind", kernel.KindText, kernel.T("单据类型", "Document")),
			column("number", kernel.KindText, kernel.T("单号", "Number")), partyColumn(),
			column("note", kernel.KindText, kernel.T("摘要", "Note")), column("in", kernel.KindAmount, kernel.T("收入", "In")),
			column("out", kernel.KindAmount, kernel.T("支出", "Out")),
			noTotal(column("balance", kernel.KindAmount, kernel.T("余额", "Balance"))),
		},
		Run: runMoneyJournal,
	}
}

func runMoneyJournal(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	account := idOf(params, "money_account")
	if account == 0 {
		return nil, problem.Rule("required").At("/money_account")
	}
	from, to := span(v, params)
	balance, err := fundsBefore(v, account, from)
	if err != nil {
		return nil, err
	}
	moves, err := moneyMoves(v, account, from, to)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Rows: []kernel.Row{balanceRow(v, from, kernel.T("期初余额", "Opening balance"), balance)}}
	for _, m := range moves {
		if balance, err = money.Add(balance, m.amount); err != nil {
			return nil, err
		}
		values := m.values(v)
		values["balance"] = balance
		t.Rows = append(t.Rows, kernel.Row{Kind: "line", To: link("settlement."+m.kind, m.id), Values: values})
	}
	if t.Totals, err = sumRows(t.Rows, "in", "out"); err != nil {
		return nil, err
	}
	t.Rows = append(t.Rows, balanceRow(v, to, kernel.T("期末余额", "Closing balance"), balance))
	return t, nil
}

// values are the columns that a change of an account has in every journal.
func (m moneyMove) values(v *kernel.View) map[string]any {
	out := map[string]any{"date": m.date, "number": m.number, "party": m.party, "note": m.note}
	if d := v.Company.Def("settlement." + m.kind); d != nil {
		out["kind"] = d.Label.In(v.Lang)
	}
	if m.way < 0 {
		out["out"] = -m.amount
	} else {
		out["in"] = m.amount
	}
	return out
}

// todayReport is the day's money on one page: what lies on each account, and all that came and went.
func todayReport() *kernel.Report {
	return &kernel.Report{
		Name: "settlement.today", Menu: "money", Label: kernel.T("今日资金", "Today's money"),
		Params: []*kernel.Field{column("day", kernel.KindDate, kernel.T("日期", "Day"))},
		Columns: []*kernel.Field{
			wide(reference("money_account", "settlement.money_account", kernel.T("结算账户", "Money account")), 130),
			wide(reference("holder", "base.person", kernel.T("保管人", "Held by")), 90),
			column("closing", kernel.KindAmount, kernel.T("当前余额", "Balance")), column("in", kernel.KindAmount, kernel.T("收入", "In")),
			column("out", kernel.KindAmount, kernel.T("支出", "Out")), column("opening", kernel.KindAmount, kernel.T("昨日余额", "Yesterday")),
			wide(column("kind", kernel.KindText, kernel.T("单据类型", "Document")), 100), wide(column("number", kernel.KindText, kernel.T("单号", "Number")), 120),
			wide(partyColumn(), 160), wide(column("note", kernel.KindText, kernel.T("摘要", "Note")), 160),
		},
		Run: runToday,
	}
}

func runToday(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	day := dayOf(v, params, "day")
	if params != nil { // the title block says for what day the figures stand
		params["day"] = string(day)
	}
	funds, err := fundsIn(v, day, day)
	if err != nil {
		return nil, err
	}
	moves, err := moneyMoves(v, 0, day, day)
	if err != nil {
		return nil, err
	}
	accounts, err := accountsOf(v, funds)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	for _, f := range funds {
		t.Rows = append(t.Rows, kernel.Row{
			To:     "/report/settlement.money_journal?from=" + string(day) + "&to=" + string(day) + "&money_account=" + strconv.FormatInt(f.account, 10),
			Values: map[string]any{"money_account": f.account, "opening": f.opening, "in": f.in, "out": f.out, "closing": f.opening + f.in - f.out},
		})
		if a := accounts[f.account]; a != nil && a.Holder != 0 {
			t.Rows[len(t.Rows)-1].Values["holder"] = a.Holder
		}
	}
	sums, err := sumRows(t.Rows, "opening", "in", "out", "closing")
	if err != nil || len(moves) == 0 {
		t.Totals = sums
		return t, err
	}
	// Two tables under one head: what lies where with its sum, then what came and went with its own.
	sums["kind"] = kernel.T("全部账户", "All accounts").In(v.Lang)
	t.Rows = append(t.Rows, kernel.Row{Kind: "total", Values: sums},
		kernel.Row{Kind: "section", Values: map[string]any{"kind": kernel.T("当天收支", "In and out of the day").In(v.Lang)}})
	var lines []kernel.Row
	for _, m := range moves {
		values := m.values(v)
		delete(values, "date")
		values["money_account"] = m.account
		lines = append(lines, kernel.Row{Kind: "line", To: link("settlement."+m.kind, m.id), Values: values})
	}
	t.Rows = append(t.Rows, lines...)
	t.Totals, err = sumRows(lines, "in", "out")
	return t, err
}

// accountsOf gives the accounts of funds: who holds the money on them.
func accountsOf(v *kernel.View, funds []fund) (map[int64]*MoneyAccount, error) {
	ids := make([]int64, len(funds))
	for i, f := range funds {
		ids[i] = f.account
	}
	return MoneyAccounts.FindMany(v, ids)
}

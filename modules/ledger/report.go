package ledger

import (
	"net/url"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// rangeParams are the questions of the reports over days.
type rangeParams struct {
	From   clock.Date `zh:"从" en:"From"`
	To     clock.Date `zh:"到" en:"To"`
	Posted bool       `zh:"只含已记账凭证" en:"Posted vouchers only"`
}

type trialParams struct {
	rangeParams
	Level string `zh:"级次" en:"Level" opt:"1|一级|1;2|二级|2;3|三级|3;4|四级|4"`
}

type accountParams struct {
	Account int64 `zg:"ref=ledger.account" zh:"科目" en:"Account"`
	rangeParams
}

type subsidiaryParams struct {
	accountParams
	Party      int64 `zg:"ref=base.party" zh:"往来单位" en:"Party"`
	Person     int64 `zg:"ref=base.person" zh:"员工" en:"Person"`
	Department int64 `zg:"ref=base.department" zh:"部门" en:"Department"`
	Item       int64 `zg:"ref=base.item" zh:"商品" en:"Item"`
}

type dimensionParams struct {
	By string `zg:"default=party" zh:"辅助核算" en:"Dimension" opt:"party|往来单位|Party;person|员工|Person;department|部门|Department;item|商品|Item"`
	accountParams
}

type monthParams struct {
	Month clock.Month `zh:"会计期间" en:"Period"`
}

func reports() []*kernel.Report {
	return []*kernel.Report{
		{Name: "ledger.trial_balance", Label: kernel.T("科目余额表", "Trial balance"), Menu: "books",
			Params: resource.FieldsOf[trialParams](), Columns: resource.FieldsOf[trialRow](), Run: trialBalance},
		{Name: "ledger.general_ledger", Label: kernel.T("总账", "General ledger"), Menu: "books",
			Params: resource.FieldsOf[accountParams](), Columns: resource.FieldsOf[bookRow](), Run: generalLedger},
		{Name: "ledger.subsidiary_ledger", Label: kernel.T("明细账", "Subsidiary ledger"), Menu: "books",
			Params: resource.FieldsOf[subsidiaryParams](), Columns: resource.FieldsOf[subsidiaryRow](), Run: subsidiaryLedger},
		{Name: "ledger.dimension_balance", Label: kernel.T("辅助余额表", "Balances by dimension"), Menu: "books",
			Params: resource.FieldsOf[dimensionParams](), Columns: resource.FieldsOf[dimensionRow](), Run: dimensionBalance},
		{Name: "ledger.journal", Label: kernel.T("序时账", "Journal"), Menu: "books",
			Params: resource.FieldsOf[accountParams](), Columns: resource.FieldsOf[journalRow](), Run: journal},
		{Name: "ledger.balance_sheet", Label: kernel.T("资产负债表", "Balance sheet"), Menu: "books",
			Params: resource.FieldsOf[monthParams](), Columns: resource.FieldsOf[balanceSheetRow](), Run: balanceSheet},
		{Name: "ledger.income_statement", Label: kernel.T("利润表", "Income statement"), Menu: "books",
			Params: resource.FieldsOf[monthParams](), Columns: resource.FieldsOf[incomeRow](), Run: incomeStatement},
	}
}

// asked reads canonical parameters.
type asked struct {
	v      *kernel.View
	params map[string]string
}

func (a asked) id(name string) int64 {
	n, _ := strconv.ParseInt(a.params[name], 10, 64) // canonical by contract; "" is none
	return n
}

func (a asked) posted() bool { return a.params["posted"] == "true" }

// say writes back what was defaulted, for the title block; who asks without parameters reads no title.
func (a asked) say(name, value string) {
	if a.params != nil {
		a.params[name] = value
	}
}

// month defaults to the current one.
func (a asked) month() clock.Month {
	if m := clock.Month(a.params["month"]); m.Valid() {
		return m
	}
	a.say("month", string(a.v.Today.Month()))
	return a.v.Today.Month()
}

// days gives the range asked for: by default the current month, an end alone means its month.
func (a asked) days() (from, to clock.Date, err error) {
	from, to = clock.Date(a.params["from"]), clock.Date(a.params["to"])
	if to == "" {
		if to = a.v.Today.Month().Last(); from > to {
			to = from.Month().Last()
		}
	}
	if from == "" {
		from = to.Month().First()
	}
	a.say("from", string(from))
	a.say("to", string(to))
	if from > to {
		return "", "", problem.Rule("ledger.range", "from", string(from), "to", string(to)).At("/to")
	}
	return from, to, nil
}

// notes say what the figures hold.
func (a asked) notes() []kernel.Text {
	if a.posted() {
		return []kernel.Text{kernel.T("只含已记账凭证", "Posted vouchers only")}
	}
	return []kernel.Text{kernel.T("含未记账凭证", "Unposted vouchers included")}
}

// link leads to a report with its parameters; pairs of name and value, empty values left out.
func link(report string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return "/report/" + report + "?" + q.Encode()
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// sided puts a balance (debit positive) on its side.
func sided(net money.Amount) (debit, credit money.Amount) {
	if net < 0 {
		return 0, -net
	}
	return net, 0
}

// direction is the word the books write before a balance: 借, 贷, or 平 for zero.
func direction(net money.Amount, lang string) string {
	word := kernel.T("平", "nil")
	switch {
	case net > 0:
		word = kernel.T("借", "Dr")
	case net < 0:
		word = kernel.T("贷", "Cr")
	}
	return word.In(lang)
}

func abs(net money.Amount) money.Amount {
	if net < 0 {
		return -net
	}
	return net
}

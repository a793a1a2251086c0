package ledger

import (
	"errors"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/ledger/books"
)

// balanceSheetRow is a row of 会小企01表.
type balanceSheetRow struct {
	Name    string       `zg:"width=320" zh:"项目" en:"Item"`
	No      int64        `zg:"width=60" zh:"行次" en:"Line"`
	Closing money.Amount `zg:"signed" zh:"期末余额" en:"Closing balance"`
	Opening money.Amount `zg:"signed" zh:"年初余额" en:"Opening of the year"`
}

// incomeRow is a row of 会小企02表.
type incomeRow struct {
	Name   string       `zg:"width=320" zh:"项目" en:"Item"`
	No     int64        `zg:"width=60" zh:"行次" en:"Line"`
	Year   money.Amount `zg:"signed" zh:"本年累计金额" en:"Year to date"`
	Period money.Amount `zg:"signed" zh:"本期金额" en:"This period"`
}

func stateLabel(s, lang string) string { return voucherStates[state.State(s)].Label.In(lang) }

// bookChart is the company's chart as the statement engine reads it.
func bookChart(ch *chart, standard string) (*books.Chart, error) {
	accounts := make([]books.Account, 0, len(ch.sorted))
	for _, a := range ch.sorted {
		en := a.NameEn
		if en == "" {
			en = a.Name
		}
		accounts = append(accounts, books.Account{Code: a.Code, Zh: a.Name, En: en, Kind: books.Kind(a.Kind), Direction: books.Direction(a.Direction)})
	}
	return books.NewChart(standard, accounts)
}

// statement is what both statements are made from.
type statement struct {
	form  *books.Form
	chart *books.Chart
	codes map[int64]string
}

func statementOf(v *kernel.View, id string) (*statement, error) {
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	standard := v.Company.Setting(SettingStandard)
	if standard == "" {
		standard = books.Small
	}
	form, err := books.LoadForm(standard, id)
	if errors.Is(err, books.ErrForm) {
		return nil, problem.Rule("ledger.no_form", "standard", standard)
	}
	if err != nil {
		return nil, err
	}
	s := &statement{form: form, codes: map[int64]string{}}
	for _, a := range ch.sorted {
		s.codes[a.ID] = a.Code
	}
	s.chart, err = bookChart(ch, standard)
	return s, err
}

// yearStart is the first day of the month's year.
func yearStart(m clock.Month) clock.Date { return clock.Month(m[:4] + "-01").First() }

// BalanceSheet gives the balance sheet at the end of a month, unposted vouchers included. Problem ledger.no_form when the
// company's standard has none.
func BalanceSheet(v *kernel.View, month clock.Month) (*books.Sheet, error) {
	s, err := statementOf(v, books.FormBalanceSheet)
	if err != nil {
		return nil, err
	}
	cuts, err := cut{dimension: "party", dates: []clock.Date{yearStart(month), month.Next().First()}}.run(v)
	if err != nil {
		return nil, err
	}
	var closing, opening []books.Balance
	for k, p := range cuts {
		opening = append(opening, books.Balance{Code: s.codes[k.account], Party: k.dimension, Opening: p[0].net()})
		closing = append(closing, books.Balance{Code: s.codes[k.account], Party: k.dimension, Opening: p[1].net()})
	}
	return books.BalanceSheet(s.chart, s.form, closing, opening)
}

// IncomeStatement gives the income statement of a month and its year so far, without closing vouchers, unposted vouchers
// included. Problem ledger.no_form when the company's standard has none.
func IncomeStatement(v *kernel.View, month clock.Month) (*books.Sheet, error) {
	s, err := statementOf(v, books.FormIncomeStatement)
	if err != nil {
		return nil, err
	}
	cuts, err := cut{income: true, dates: []clock.Date{yearStart(month), month.First(), month.Next().First()}}.run(v)
	if err != nil {
		return nil, err
	}
	var period, year []books.Balance
	row := func(k cutKey, p pair) books.Balance {
		return books.Balance{Code: s.codes[k.account], Debit: money.Amount(p.debit), Credit: money.Amount(p.credit)}
	}
	for k, p := range cuts {
		period = append(period, row(k, p[2].minus(p[1])))
		year = append(year, row(k, p[2].minus(p[0])))
	}
	return books.IncomeStatement(s.chart, s.form, period, year)
}

func balanceSheet(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	sheet, err := BalanceSheet(v, a.month())
	if err != nil {
		return nil, err
	}
	return a.sheet(sheet, "ledger.trial_balance", a.month().First()), nil
}

func incomeStatement(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	sheet, err := IncomeStatement(v, a.month())
	if err != nil {
		return nil, err
	}
	return a.sheet(sheet, "ledger.trial_balance", a.month().First()), nil
}

// sheet turns a filled form into rows; the columns' keys are the names of the amounts.
func (a asked) sheet(s *books.Sheet, drill string, from clock.Date) *kernel.Table {
	table := &kernel.Table{Notes: []kernel.Text{kernel.T(s.Number, s.Number), kernel.T("含未记账凭证", "Unposted vouchers included")}}
	for _, l := range s.Lines {
		row := kernel.Row{Level: l.Indent, Kind: string(l.Kind), Values: map[string]any{"name": kernel.T(l.Zh, l.En).In(a.v.Lang)}}
		if l.No != 0 {
			row.Values["no"] = int64(l.No)
		}
		for i, x := range l.Values {
			row.Values[s.Columns[i].Key] = x
		}
		if len(l.Parts) > 0 {
			row.To = link(drill, "from", string(from), "to", string(from.Month().Last()))
		}
		table.Rows = append(table.Rows, row)
	}
	for _, c := range s.Checks {
		if !c.OK {
			table.Notes = append(table.Notes, kernel.T("勾稽不符："+c.Zh, "Check failed: "+c.En))
		}
	}
	for _, code := range s.Unplaced {
		table.Notes = append(table.Notes, kernel.T("科目 "+code+" 未指定报表项目，已并入其他项目", "Account "+code+" is named by no line and counted with the others"))
	}
	return table
}

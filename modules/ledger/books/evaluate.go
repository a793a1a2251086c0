package books

import (
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel/money"
)

// Balance is what one account holds for one party. Amounts are in 分. Opening is signed, debit
// positive. Debit and Credit are turnover on that side; a red entry is a negative amount on its own
// side. Give leaf accounts only: a header beside its leaves would count twice. The same account and
// party may occur in several rows (for instance one per department): they are added up.
type Balance struct {
	Code    string       `json:"code"`
	Party   int64        `json:"party"` // 0 = without a party; all of those are one group
	Opening money.Amount `json:"opening"`
	Debit   money.Amount `json:"debit"`
	Credit  money.Amount `json:"credit"`
}

// Input is everything a statement is made from.
type Input struct {
	Chart  *Chart
	Form   *Form
	Layout string // "" is the law's; income statement also "annual" and "tax"
	// Columns has the rows of each column by key; a missing key is an empty column. For the balance
	// sheet Opening + Debit − Credit of a row is its balance at the column's date. For the income
	// statement Debit − Credit is the activity of the column's time, WITHOUT closing vouchers;
	// Opening is ignored.
	Columns map[string][]Balance
	TaxMode TaxMode // "" is TaxVAT22; balance sheet only
	Moves   []Move  // balance sheet only
}

// Move shifts amounts between two lines of the same part of the balance sheet (资产 or 负债): what
// the law calls 分析填列, like prepayments older than a year from line 5 to 28, or loans due within
// a year from line 42 to 40.
type Move struct {
	From, To int
	Values   map[string]money.Amount // by column key
}

// BalanceSheet fills 会小企01表 with the law's columns and the default tax mode: balances at the date,
// and those at the start of the year. Use Evaluate for the other choices. Errors: see Evaluate.
func BalanceSheet(chart *Chart, form *Form, closing, yearOpening []Balance) (*Sheet, error) {
	return evaluateAs(FormBalanceSheet, Input{Chart: chart, Form: form,
		Columns: map[string][]Balance{"closing": closing, "opening": yearOpening}})
}

// IncomeStatement fills 会小企02表 with the law's columns (year to date, then the period) from
// activity without closing vouchers. Use Evaluate for the other layouts. Errors: see Evaluate.
func IncomeStatement(chart *Chart, form *Form, period, year []Balance) (*Sheet, error) {
	return evaluateAs(FormIncomeStatement, Input{Chart: chart, Form: form,
		Columns: map[string][]Balance{"period": period, "year": year}})
}

func evaluateAs(id string, in Input) (*Sheet, error) {
	if in.Form.ID != id {
		return nil, fmt.Errorf("%w: %s is not the %s", ErrForm, in.Form.ID, id)
	}
	return Evaluate(in)
}

// Evaluate fills a balance sheet or an income statement. Books that do not balance are no error:
// the checks say so. Errors: ErrForm (chart and form of different standards, unknown layout or tax
// mode, the cash flow form, a Move that would change a total), ErrAccount, money.ErrRange.
func Evaluate(in Input) (*Sheet, error) {
	if in.TaxMode == "" {
		in.TaxMode = TaxVAT22
	}
	switch {
	case in.Form.Measure == "flow":
		return nil, fmt.Errorf("%w: %s is made from flows", ErrForm, in.Form.ID)
	case in.Form.Standard != in.Chart.Standard:
		return nil, fmt.Errorf("%w: %s of standard %s with a chart of %s",
			ErrForm, in.Form.ID, in.Form.Standard, in.Chart.Standard)
	case in.TaxMode != TaxVAT22 && in.TaxMode != TaxLaw:
		return nil, fmt.Errorf("%w: tax mode %q", ErrForm, in.TaxMode)
	}
	s, err := blank(in.Form, in.Layout)
	if err != nil {
		return nil, err
	}
	e := &evaluation{Input: in, sheet: s, unplaced: map[string]bool{}}
	for col, c := range s.Columns {
		rows, err := e.read(in.Columns[c.Key])
		if err != nil {
			return nil, err
		}
		e.column(col, rows)
		e.whole = append(e.whole, e.controlSum(rows))
	}
	if err := e.move(); err != nil {
		return nil, err
	}
	s.total(in.Form, &e.adder)
	s.check(in.Form, &e.adder)
	e.ownCheck()
	for code := range e.unplaced {
		s.Unplaced = append(s.Unplaced, code)
	}
	slices.Sort(s.Unplaced)
	return s, e.err
}

// evaluation is the work in progress on one sheet.
type evaluation struct {
	Input
	adder
	sheet    *Sheet
	unplaced map[string]bool
	whole    []money.Amount // per column: what all rows together come to, see controlSum
}

// row is a balance with its account kind, net is debit positive.
type row struct {
	code  string
	party int64
	kind  Kind
	net   money.Amount
}

func (e *evaluation) read(balances []Balance) ([]row, error) {
	out := make([]row, 0, len(balances))
	for _, b := range balances {
		a, ok := e.Chart.Nearest(b.Code)
		if !ok {
			return nil, fmt.Errorf("%w: %s", ErrAccount, b.Code)
		}
		net := e.sub(b.Debit, b.Credit)
		if e.Form.Measure == "balance" {
			net = e.add(net, b.Opening)
		}
		if net != 0 {
			out = append(out, row{b.Code, b.Party, a.Kind, net})
		}
	}
	return out, nil
}

// column books every row into the lines that name it, or into the fallback of its kind.
func (e *evaluation) column(col int, rows []row) {
	named := make([]bool, len(rows))
	for i := range e.Form.Lines {
		for _, s := range e.Form.Lines[i].From {
			if s.Mode == "" || s.Mode == e.TaxMode {
				e.term(s, rows, named, func(r row) { e.post(&e.sheet.Lines[i], col, s.Side, r) })
			}
		}
	}
	for i, r := range rows {
		line := e.sheet.line(e.Form.Fallback[r.kind])
		if named[i] || line == nil {
			continue
		}
		side := "dr"
		if line.Part == "liability" || line.Part == "equity" || r.kind == Income {
			side = "cr"
		}
		e.post(line, col, side, r)
		e.unplaced[r.code] = true
	}
}

func (e *evaluation) post(l *Line, col int, side string, r row) {
	v := r.net
	if side == "cr" {
		v = e.sub(0, v)
	}
	l.book(r.code, col, v, &e.adder)
}

// group is what a split source weighs as one: a positive group counts in full, any other not at all.
type group struct {
	of    string
	party int64
}

// term gives the rows that a source counts to book, and marks all rows the source speaks about.
func (e *evaluation) term(s source, rows []row, named []bool, book func(row)) {
	groups := map[group]money.Amount{}
	keys := make([]group, len(rows))
	var mine []int
	for i, r := range rows {
		of, ok := s.covers(r)
		if !ok {
			continue
		}
		named[i] = true
		mine = append(mine, i)
		switch s.Split {
		case "party":
			keys[i] = group{of, r.party}
		case "account":
			keys[i] = group{of: of}
		}
		groups[keys[i]] = e.add(groups[keys[i]], r.net)
	}
	for _, i := range mine {
		net := groups[keys[i]]
		if s.Split == "" || s.Side == "dr" && net > 0 || s.Side == "cr" && net < 0 {
			book(rows[i])
		}
	}
}

// covers tells whether a source speaks about a row, and through which of its accounts.
func (s source) covers(r row) (of string, ok bool) {
	for _, of := range s.Of {
		if strings.HasPrefix(r.code, of) {
			return of, true
		}
	}
	return "", slices.Contains(s.Kinds, r.kind)
}

// controlSum is computed from the rows without the form: for a balance sheet all of them (zero in
// balanced books), for an income statement the profit, credit positive.
func (e *evaluation) controlSum(rows []row) (sum money.Amount) {
	for _, r := range rows {
		if e.Form.Measure == "balance" || r.kind == Income || r.kind == Expense {
			sum = e.sub(sum, r.net)
		}
	}
	return sum
}

// ownCheck compares the sheet with the control sums.
func (e *evaluation) ownCheck() {
	c := Check{Name: "ledger", Zh: "账簿借贷平衡", En: "The books balance", Hard: true, OK: true}
	result := e.sheet.line(e.Form.Result)
	if result != nil {
		c.Name, c.Zh, c.En = "complete", "全部损益科目已计入", "All income and expense accounts are counted"
	}
	for col, whole := range e.whole {
		d := whole
		if result != nil {
			d = e.sub(result.Values[col], whole)
		}
		c.Differences = append(c.Differences, d)
		c.OK = c.OK && d == 0
	}
	e.sheet.Checks = append(e.sheet.Checks, c)
}

// move applies the Moves to plain lines that count positively in a total of the same part.
func (e *evaluation) move() error {
	counted := func(no int) bool {
		return slices.ContainsFunc(e.Form.Lines, func(l FormLine) bool { return slices.Contains(l.Sum, no) })
	}
	for _, m := range e.Moves {
		from, to := e.sheet.line(m.From), e.sheet.line(m.To)
		if from == nil || to == nil || e.Form.Measure != "balance" || from.Part != to.Part ||
			from.Kind != Plain || to.Kind != Plain || !counted(m.From) || !counted(m.To) {
			return fmt.Errorf("%w: no amount may move from line %d to %d", ErrForm, m.From, m.To)
		}
		for col, c := range e.sheet.Columns {
			v := m.Values[c.Key]
			from.book("", col, e.sub(0, v), &e.adder)
			to.book("", col, v, &e.adder)
		}
	}
	return nil
}

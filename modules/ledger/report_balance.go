package ledger

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// trialRow is a row of the trial balance.
type trialRow struct {
	Code          string       `zg:"width=100" zh:"科目编码" en:"Code"`
	Name          string       `zg:"width=220" zh:"科目名称" en:"Account"`
	OpeningDebit  money.Amount `zg:"signed,total" zh:"期初借方" en:"Opening debit"`
	OpeningCredit money.Amount `zg:"signed,total" zh:"期初贷方" en:"Opening credit"`
	Debit         money.Amount `zg:"signed,total" zh:"本期借方" en:"Debit"`
	Credit        money.Amount `zg:"signed,total" zh:"本期贷方" en:"Credit"`
	YearDebit     money.Amount `zg:"signed,total" zh:"本年累计借方" en:"Year debit"`
	YearCredit    money.Amount `zg:"signed,total" zh:"本年累计贷方" en:"Year credit"`
	ClosingDebit  money.Amount `zg:"signed,total" zh:"期末借方" en:"Closing debit"`
	ClosingCredit money.Amount `zg:"signed,total" zh:"期末贷方" en:"Closing credit"`
}

// standing is where an account stands: its opening, turnover of the time and of the year, closing.
type standing struct {
	opening, closing money.Amount // debit positive
	turnover, year   pair
	// both sides of the leaves, for the totals: a header nets its leaves, a trial balance does not
	openingDebit, openingCredit, closingDebit, closingCredit money.Amount
}

func (s *standing) add(o standing) {
	s.opening += o.opening
	s.closing += o.closing
	s.turnover = pair{s.turnover.debit + o.turnover.debit, s.turnover.credit + o.turnover.credit}
	s.year = pair{s.year.debit + o.year.debit, s.year.credit + o.year.credit}
	s.openingDebit += o.openingDebit
	s.openingCredit += o.openingCredit
	s.closingDebit += o.closingDebit
	s.closingCredit += o.closingCredit
}

// standingOf reads a row of cuts at: from, the start of the year of to, the day after to.
func standingOf(p []pair) standing {
	s := standing{opening: p[0].net(), closing: p[2].net(), turnover: p[2].minus(p[0]), year: p[2].minus(p[1])}
	s.openingDebit, s.openingCredit = sided(s.opening)
	s.closingDebit, s.closingCredit = sided(s.closing)
	return s
}

// cutDates are the three dates that standingOf reads.
func cutDates(from, to clock.Date) []clock.Date {
	return []clock.Date{from, clock.Month(to[:4] + "-01").First(), to.AddDays(1)}
}

func trialBalance(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	from, to, err := a.days()
	if err != nil {
		return nil, err
	}
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	cuts, err := cut{posted: a.posted(), dates: cutDates(from, to)}.run(v)
	if err != nil {
		return nil, err
	}
	all := map[int64]*standing{}
	var total standing
	for key, p := range cuts {
		s := standingOf(p)
		total.add(s)
		for acc := ch.byID[key.account]; acc != nil; acc = ch.byID[acc.Parent] {
			if all[acc.ID] == nil {
				all[acc.ID] = &standing{}
			}
			all[acc.ID].add(s)
		}
	}
	deepest, _ := strconv.Atoi(params["level"]) // an option or ""
	table := &kernel.Table{Notes: a.notes(), Totals: total.values(true)}
	for _, acc := range ch.sorted {
		s := all[acc.ID]
		level := len(acc.Code)/2 - 1
		if s == nil || deepest > 0 && level > deepest {
			continue
		}
		values := s.values(false)
		values["code"], values["name"] = acc.Code, acc.Label(v.Lang)
		row := kernel.Row{Values: values, Level: level - 1, Kind: "line",
			To: link("ledger.subsidiary_ledger", "account", number(acc.ID), "from", string(from), "to", string(to), "posted", params["posted"])}
		if !acc.Leaf {
			row.Kind = "section"
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// values are the columns; a sum shows both sides of what it adds up, an account its balance.
func (s *standing) values(sum bool) map[string]any {
	od, oc := sided(s.opening)
	cd, cc := sided(s.closing)
	if sum {
		od, oc, cd, cc = s.openingDebit, s.openingCredit, s.closingDebit, s.closingCredit
	}
	return map[string]any{
		"opening_debit": od, "opening_credit": oc, "closing_debit": cd, "closing_credit": cc,
		"debit": money.Amount(s.turnover.debit), "credit": money.Amount(s.turnover.credit),
		"year_debit": money.Amount(s.year.debit), "year_credit": money.Amount(s.year.credit),
	}
}

// dimensionRow is a row of the balances by dimension.
type dimensionRow struct {
	Label         string       `zg:"width=200" zh:"辅助项目" en:"Dimension"`
	Code          string       `zg:"width=100" zh:"科目编码" en:"Code"`
	Name          string       `zg:"width=200" zh:"科目名称" en:"Account"`
	OpeningDebit  money.Amount `zg:"signed,total" zh:"期初借方" en:"Opening debit"`
	OpeningCredit money.Amount `zg:"signed,total" zh:"期初贷方" en:"Opening credit"`
	Debit         money.Amount `zg:"signed,total" zh:"本期借方" en:"Debit"`
	Credit        money.Amount `zg:"signed,total" zh:"本期贷方" en:"Credit"`
	ClosingDebit  money.Amount `zg:"signed,total" zh:"期末借方" en:"Closing debit"`
	ClosingCredit money.Amount `zg:"signed,total" zh:"期末贷方" en:"Closing credit"`
}

// analysedBy reports whether entries of the account carry a dimension.
func (a *Account) analysedBy(dimension string) bool {
	switch dimension {
	case "party":
		return a.ByParty
	case "person":
		return a.ByPerson
	case "department":
		return a.ByDepartment
	}
	return a.ByItem
}

func dimensionBalance(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	a := asked{v, params}
	from, to, err := a.days()
	if err != nil {
		return nil, err
	}
	by := params["by"]
	if !slices.Contains(dimensionNames, by) {
		by = dimensionNames[0]
	}
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	q := cut{dimension: by, posted: a.posted(), dates: cutDates(from, to), accounts: []int64{}}
	for _, acc := range ch.sorted {
		if acc.Leaf && acc.analysedBy(by) {
			q.accounts = append(q.accounts, acc.ID)
		}
	}
	if id := a.id("account"); id != 0 {
		below := ch.below(id)
		q.accounts = slices.DeleteFunc(q.accounts, func(x int64) bool { return !slices.Contains(below, x) })
	}
	cuts, err := q.run(v)
	if err != nil {
		return nil, err
	}
	names, err := labelsOf(v, "base."+by, cuts)
	if err != nil {
		return nil, err
	}
	keys := make([]cutKey, 0, len(cuts))
	for k := range cuts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y cutKey) int {
		return cmp.Or(cmp.Compare(ch.byID[x.account].Code, ch.byID[y.account].Code), cmp.Compare(names[x.dimension], names[y.dimension]), cmp.Compare(x.dimension, y.dimension))
	})
	var total standing
	table := &kernel.Table{Notes: a.notes()}
	for _, k := range keys {
		s := standingOf(cuts[k])
		if s == (standing{}) {
			continue
		}
		total.add(s)
		acc := ch.byID[k.account]
		values := s.values(false)
		values["label"], values["code"], values["name"] = names[k.dimension], acc.Code, acc.Label(v.Lang)
		table.Rows = append(table.Rows, kernel.Row{Values: values, Kind: "line", To: link("ledger.subsidiary_ledger",
			"account", number(acc.ID), by, number(k.dimension), "from", string(from), "to", string(to), "posted", params["posted"])})
	}
	table.Totals = total.values(true)
	return table, nil
}

// labelsOf names the records of a dimension.
func labelsOf(v *kernel.View, name string, cuts map[cutKey][]pair) (map[int64]string, error) {
	set := map[int64]bool{}
	for k := range cuts {
		if k.dimension != 0 {
			set[k.dimension] = true
		}
	}
	labels, err := resource.LabelsOf(v, map[string]map[int64]bool{name: set})
	if err != nil || labels[name] == nil {
		return map[int64]string{}, err
	}
	return labels[name], nil
}

// accountAsked gives the account a report is about.
func accountAsked(a asked, ch *chart) (*Account, error) {
	acc := ch.byID[a.id("account")]
	if acc == nil {
		return nil, problem.Rule("required").At("/account")
	}
	return acc, nil
}

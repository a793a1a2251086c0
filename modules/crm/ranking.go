package crm

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

type rankingParams struct {
	Measure string      `zg:"required,default=sales" zh:"指标" en:"Measure" opt:"sales|销售额|Sales;receipts|回款额|Receipts;new_customers|新客户数|New customers"`
	From    clock.Month `zg:"" zh:"月份从" en:"From month"`
	To      clock.Month `zg:"" zh:"月份至" en:"To month"`
}

type rankingColumns struct {
	Rank   int64        `zg:"width=60" zh:"名次" en:"Rank"`
	Person int64        `zg:"ref=base.person,width=120" zh:"业务员" en:"Salesperson"`
	Target money.Amount `zg:"total" zh:"目标" en:"Target"`
	Actual money.Amount `zg:"total,signed" zh:"实际" en:"Reached"`
	Rate   money.Rate   `zg:"signed" zh:"完成率" en:"Share reached"`
}

// countedColumns are those of a measure that counts instead of adding up money.
type countedColumns struct {
	Rank   int64      `zg:"width=60" zh:"名次" en:"Rank"`
	Person int64      `zg:"ref=base.person,width=120" zh:"业务员" en:"Salesperson"`
	Target int64      `zg:"total" zh:"目标" en:"Target"`
	Actual int64      `zg:"total" zh:"实际" en:"Reached"`
	Rate   money.Rate `zg:"" zh:"完成率" en:"Share reached"`
}

// ranking compares what people reached with what was meant to be reached, by default in the present month.
func ranking() *kernel.Report {
	return &kernel.Report{
		Name: rankingReport, Label: kernel.T("业绩排名", "Ranking"), Menu: "partners",
		Params: resource.FieldsOf[rankingParams](), Columns: resource.FieldsOf[rankingColumns](), Run: runRanking,
	}
}

// placed is what one person was to reach and reached, in 分 or in customers.
type placed struct{ person, target, actual int64 }

func runRanking(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	measure := cmp.Or(params["measure"], BySales)
	to := cmp.Or(clock.Month(params["to"]), v.Today.Month())
	from := cmp.Or(clock.Month(params["from"]), min(to, v.Today.Month()))
	if from > to {
		return nil, problem.Rule("crm.months").At("/to")
	}
	if params != nil { // the title block says for which months the figures stand
		params["measure"], params["from"], params["to"] = measure, string(from), string(to)
	}
	list, err := placesOf(v, measure, from, to)
	if err != nil {
		return nil, err
	}
	counted := measure == ByCustomers
	figure := func(n int64) any {
		if counted {
			return n
		}
		return money.Amount(n)
	}
	t := &kernel.Table{}
	if counted {
		t.Columns = resource.FieldsOf[countedColumns]()
	}
	var target, actual []int64
	rank := int64(0)
	for i, p := range list {
		if i == 0 || p.actual != list[i-1].actual {
			rank = int64(i + 1)
		}
		values := map[string]any{"rank": rank, "person": p.person, "target": figure(p.target), "actual": figure(p.actual)}
		if p.target > 0 {
			rate, err := money.MulDiv(p.actual, int64(money.OneRate), p.target)
			if err != nil {
				return nil, err
			}
			values["rate"] = money.Rate(rate)
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/r/crm.target?filter=person:eq:" + strconv.FormatInt(p.person, 10) +
			"&filter=measure:eq:" + measure + "&filter=month:ge:" + string(from) + "&filter=month:le:" + string(to)})
		target, actual = append(target, p.target), append(actual, p.actual)
	}
	targets, err := money.SumOf(target)
	if err != nil {
		return nil, err
	}
	actuals, err := money.SumOf(actual)
	t.Totals = map[string]any{"target": figure(targets), "actual": figure(actuals)}
	return t, err
}

// placesOf brings targets and actuals together, the most reached first; who has neither does not stand in the ranking.
func placesOf(v *kernel.View, measure string, from, to clock.Month) ([]placed, error) {
	targets, err := meant(v, measure, from, to)
	if err != nil {
		return nil, err
	}
	reached, err := Actuals.Of(v.Company)(v, from.First(), to.Last())
	if err != nil {
		return nil, err
	}
	all := map[int64]placed{}
	for person, t := range targets {
		all[person] = placed{person: person, target: int64(t.Amount) + t.Customers} // a target has one of the two
	}
	for person, f := range reached {
		p := all[person]
		p.person = person
		p.actual = map[string]int64{BySales: int64(f.Sales), ByReceipts: int64(f.Receipts), ByCustomers: f.Customers}[measure]
		if p.target != 0 || p.actual != 0 {
			all[person] = p
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b placed) int {
		return cmp.Or(cmp.Compare(b.actual, a.actual), cmp.Compare(b.target, a.target), cmp.Compare(a.person, b.person))
	}), nil
}

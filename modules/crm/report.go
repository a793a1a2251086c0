package crm

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Names of the reports.
const (
	funnelReport    = "crm.funnel"
	forecastReport  = "crm.forecast"
	rankingReport   = "crm.ranking"
	remindersReport = "crm.reminders"
)

type funnelParams struct {
	From       clock.Date `zg:"" zh:"建立日期从" en:"Made from"`
	To         clock.Date `zg:"" zh:"建立日期至" en:"Made until"`
	Owner      int64      `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
	Department int64      `zg:"ref=base.department" zh:"部门" en:"Department"`
}

type funnelColumns struct {
	Stage      string       `zg:"width=140" zh:"阶段" en:"Stage"`
	Count      int64        `zg:"total" zh:"商机数" en:"Opportunities"`
	Amount     money.Amount `zg:"total" zh:"预计金额" en:"Amount"`
	Weighted   money.Amount `zg:"total" zh:"加权金额" en:"Weighted amount"`
	Entered    int64        `zg:"" zh:"到过这一阶段" en:"Have been here"`
	Advanced   int64        `zg:"" zh:"继续前进" en:"Went on"`
	Conversion money.Rate   `zg:"" zh:"转化率" en:"Went on, share"`
}

// funnel shows where the open opportunities stand, and of all that were ever in a stage how many went on from it.
func funnel() *kernel.Report {
	return &kernel.Report{
		Name: funnelReport, Label: kernel.T("销售漏斗", "Funnel"), Menu: "partners",
		Params: resource.FieldsOf[funnelParams](), Columns: resource.FieldsOf[funnelColumns](), Run: runFunnel,
	}
}

// idOf reads a reference parameter, 0 for none.
func idOf(params map[string]string, name string) int64 {
	id, _ := strconv.ParseInt(params[name], 10, 64) // parameters are canonical: a number or nothing
	return id
}

func narrow(params map[string]string) narrowed {
	return narrowed{owner: idOf(params, "owner"), department: idOf(params, "department"), from: clock.Date(params["from"]), to: clock.Date(params["to"])}
}

// list leads to the opportunities behind a figure.
func (n narrowed) list(filters ...string) string {
	out := "/r/crm.opportunity?filter=" + filters[0]
	for _, f := range filters[1:] {
		out += "&filter=" + f
	}
	more := func(name, op, value string) {
		if value != "" && value != "0" {
			out += "&filter=" + name + ":" + op + ":" + value
		}
	}
	more("owner", "eq", strconv.FormatInt(n.owner, 10))
	more("department", "eq", strconv.FormatInt(n.department, 10))
	more("date", "ge", string(n.from))
	more("date", "le", string(n.to))
	return out
}

func runFunnel(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	n := narrow(params)
	stages, err := stagesInOrder(v)
	if err != nil {
		return nil, err
	}
	open, ended, err := heaps(v, n)
	if err != nil {
		return nil, err
	}
	passed, err := passages(v, n)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: []kernel.Text{kernel.T("商机数和金额只算进行中的；转化率按到过这一阶段、后来又前进或赢单的商机算。",
		"Numbers and amounts are of open opportunities. The share is of those that have been in a stage and went on to a later one or were won.")}}
	var sum heap
	for _, s := range stages {
		h, p := open[s.ID], passed[s.ID]
		if !s.Active && h.count == 0 && p.entered == 0 {
			continue
		}
		values := map[string]any{"stage": s.Name, "count": h.count, "amount": h.amount, "weighted": h.weighted, "entered": p.entered, "advanced": p.advanced}
		if p.entered > 0 {
			share, err := money.MulDiv(p.advanced, int64(money.OneRate), p.entered)
			if err != nil {
				return nil, err
			}
			values["conversion"] = money.Rate(share)
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: n.list("state:eq:open", "stage:eq:"+strconv.FormatInt(s.ID, 10))})
		if err := sum.add(h); err != nil {
			return nil, err
		}
	}
	for _, e := range []struct {
		state string
		label kernel.Text
	}{{string(StateWon), kernel.T("赢单", "Won")}, {string(StateLost), kernel.T("丢单", "Lost")}} {
		h := ended[e.state]
		t.Rows = append(t.Rows, kernel.Row{Kind: "section", To: n.list("state:eq:" + e.state),
			Values: map[string]any{"stage": e.label.In(v.Lang), "count": h.count, "amount": h.amount}})
	}
	t.Totals = map[string]any{"count": sum.count, "amount": sum.amount, "weighted": sum.weighted}
	return t, nil
}

func (h *heap) add(other heap) (err error) {
	h.count += other.count
	if h.amount, err = money.Add(h.amount, other.amount); err != nil {
		return err
	}
	h.weighted, err = money.Add(h.weighted, other.weighted)
	return err
}

type forecastParams struct {
	From       clock.Month `zg:"" zh:"预计成交从" en:"Expected from"`
	To         clock.Month `zg:"" zh:"预计成交至" en:"Expected until"`
	Owner      int64       `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
	Department int64       `zg:"ref=base.department" zh:"部门" en:"Department"`
}

type forecastColumns struct {
	Month    clock.Month  `zg:"width=90" zh:"预计成交月份" en:"Expected in"`
	Owner    int64        `zg:"ref=base.person,width=110" zh:"业务员" en:"Salesperson"`
	Count    int64        `zg:"total" zh:"商机数" en:"Opportunities"`
	Amount   money.Amount `zg:"total" zh:"预计金额" en:"Amount"`
	Weighted money.Amount `zg:"total" zh:"加权金额" en:"Weighted amount"`
}

// forecast adds up open opportunities by the month in which they are expected, and by person.
func forecast() *kernel.Report {
	return &kernel.Report{
		Name: forecastReport, Label: kernel.T("销售预测", "Forecast"), Menu: "partners",
		Params: resource.FieldsOf[forecastParams](), Columns: resource.FieldsOf[forecastColumns](), Run: runForecast,
	}
}

func runForecast(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	n := narrowed{owner: idOf(params, "owner"), department: idOf(params, "department")}
	found, err := outlooks(v, n, clock.Month(params["from"]), clock.Month(params["to"]))
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: []kernel.Text{kernel.T("只算进行中的商机；没有填预计成交日期的排在最后。", "Open opportunities only; those without an expected day come last.")}}
	var sum heap
	for _, l := range found {
		filters := []string{"state:eq:open", "expected:empty:1"}
		if l.month != "" {
			filters = []string{"state:eq:open", "expected:ge:" + string(l.month.First()), "expected:le:" + string(l.month.Last())}
		}
		row, whose := kernel.Row{Values: map[string]any{"month": l.month, "count": l.count, "amount": l.amount, "weighted": l.weighted}}, "owner:empty:1"
		if l.owner != 0 {
			row.Values["owner"], whose = l.owner, "owner:eq:"+strconv.FormatInt(l.owner, 10)
		}
		row.To = narrowed{department: n.department}.list(append(filters, whose)...)
		t.Rows = append(t.Rows, row)
		if err := sum.add(l.heap); err != nil {
			return nil, err
		}
	}
	t.Totals = map[string]any{"count": sum.count, "amount": sum.amount, "weighted": sum.weighted}
	return t, nil
}

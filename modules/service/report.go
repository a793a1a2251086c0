package service

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Names of the reports.
const (
	openReport    = "service.open"
	summaryReport = "service.summary"
)

type openParams struct {
	Owner       int64  `zg:"ref=base.person" zh:"处理人" en:"Handler"`
	Kind        string `zg:"" zh:"类型" en:"Kind" opt:"question|咨询|Question;repair|报修|Repair;complaint|投诉|Complaint;return|退换|Return or exchange"`
	Customer    int64  `zg:"ref=base.party" zh:"客户" en:"Customer"`
	OverdueOnly bool   `zg:"" zh:"只看逾期" en:"Overdue only"`
}

// open lists the tickets that are to be solved, the most urgent first.
func open() *kernel.Report {
	columns := []*kernel.Field{}
	for _, name := range []string{"due", "customer", "subject", "owner", "priority", "kind", "number", "state", "date"} {
		columns = append(columns, Tickets.ByName[name])
	}
	late := &kernel.Field{Name: "late", Kind: kernel.KindInt, Label: kernel.T("逾期天数", "Days overdue")}
	return &kernel.Report{
		Name: openReport, Label: kernel.T("待办工单", "Tickets to do"), Menu: "service",
		Params: resource.FieldsOf[openParams](), Columns: slices.Insert(columns, 3, late), Run: runOpen,
	}
}

func runOpen(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	tickets, err := unsolvedTickets(v, params)
	if err != nil {
		return nil, err
	}
	out := &kernel.Table{}
	for _, t := range tickets {
		out.Rows = append(out.Rows, kernel.Row{To: "/r/" + ticketName + "/" + strconv.FormatInt(t.ID, 10), Values: map[string]any{
			"due": t.Due, "late": t.late(v.Today), "number": t.Number, "priority": t.Priority, "kind": t.Kind, "customer": t.Customer,
			"subject": t.Subject, "owner": t.Owner, "state": string(t.State), "date": t.Date,
		}})
	}
	return out, nil
}

// idOf reads a reference parameter; 0 for none.
func idOf(params map[string]string, name string) int64 {
	id, _ := strconv.ParseInt(params[name], 10, 64) // the caller has made it canonical
	return id
}

type summaryParams struct {
	From clock.Date `zg:"" zh:"受理日期从" en:"Received from"`
	To   clock.Date `zg:"" zh:"受理日期至" en:"Received until"`
	By   string     `zg:"required,default=month" zh:"汇总" en:"By" opt:"month|月份|Month;kind|类型|Kind;owner|处理人|Handler;customer|客户|Customer;item|商品|Item;cause|原因|Cause"`
}

type summaryColumns struct {
	Key        string    `zg:"width=200" zh:"项目" en:"Group"`
	Opened     int64     `zg:"total" zh:"受理" en:"Received"`
	Complaints int64     `zg:"total" zh:"其中投诉" en:"Complaints among them"`
	Solved     int64     `zg:"total" zh:"已解决" en:"Solved"`
	Left       int64     `zg:"total" zh:"未解决" en:"Not solved"`
	Late       int64     `zg:"total" zh:"逾期" en:"Overdue"`
	Days       money.Qty `zg:"" zh:"平均处理天数" en:"Average days"`
	Score      money.Qty `zg:"" zh:"平均满意度" en:"Average satisfaction"`
	Rate       money.Qty `zg:"" zh:"每百张销售单投诉" en:"Complaints per 100 deliveries"`
}

// summary says how service did with the tickets received in some days.
func summary() *kernel.Report {
	return &kernel.Report{
		Name: summaryReport, Label: kernel.T("服务统计", "Service summary"), Menu: "service",
		Params: resource.FieldsOf[summaryParams](), Columns: resource.FieldsOf[summaryColumns](), Run: runSummary,
	}
}

// key is what the summary groups by: a field of tickets t or their month, its expression, and whether it is a reference.
type key struct {
	name, expression string
	ref              bool
}

var keys = []key{
	{"month", "substr(t.date, 1, 7)", false}, {"kind", "t.kind", false}, {"cause", "t.cause", false},
	{"owner", "t.owner", true}, {"customer", "t.customer", true}, {"item", "t.item", true},
}

func runSummary(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	at := slices.IndexFunc(keys, func(k key) bool { return k.name == params["by"] })
	if at < 0 {
		return nil, problem.BadShape("field.option", "value", params["by"]).At("/by")
	}
	by, from, to := keys[at], clock.Date(params["from"]), clock.Date(params["to"])
	to = cmp.Or(to, v.Today)
	if from == "" {
		from = to[:len("2026")] + "-01-01"
	}
	params["from"], params["to"] = string(from), string(to) // the title block says for what days the figures stand
	groups, err := tallies(v, by, from, to)
	if err != nil {
		return nil, err
	}
	sent, err := Deliveries.Of(v.Company)(v, from, to)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(groups, by.order)
	out := &kernel.Table{Columns: by.columns(), Notes: []kernel.Text{
		kernel.T("按受理日期统计，不含作废的工单。逾期：超过要求日期才解决，或到今天还没有解决。",
			"By the day of receipt, without void tickets. Overdue: solved after the due date, or past it today and not solved.")}}
	var all tally
	for _, g := range groups {
		all.add(g)
		values, err := g.values(sent[clock.Month(g.text)])
		if err != nil {
			return nil, err
		}
		values["key"] = any(g.text)
		if by.ref {
			values["key"] = g.id
		}
		out.Rows = append(out.Rows, kernel.Row{Values: values, To: by.drill(g, from, to)})
	}
	var deliveries int64
	for _, n := range sent {
		deliveries += n
	}
	out.Totals, err = all.values(deliveries)
	return out, err
}

// columns are those of the report; the first one shows what the rows are grouped by.
func (k key) columns() []*kernel.Field {
	out := resource.FieldsOf[summaryColumns]()
	if f := Tickets.ByName[k.name]; f != nil {
		first := &kernel.Field{Name: "key", Kind: f.Kind, Ref: f.Ref, Options: f.Options, Label: f.Label, Width: out[0].Width}
		out[0] = first
	} else {
		out[0].Label = kernel.T("月份", "Month")
	}
	return out
}

// order puts months in their order and everything else by how many there are.
func (k key) order(a, b tally) int {
	if k.name == "month" {
		return cmp.Compare(a.text, b.text)
	}
	return cmp.Or(cmp.Compare(b.opened, a.opened), cmp.Compare(a.id, b.id), cmp.Compare(a.text, b.text))
}

// drill leads from a group to its tickets.
func (k key) drill(g tally, from, to clock.Date) string {
	filter := "filter=" + k.name + ":eq:" + g.text
	switch {
	case k.name == "month":
		month := clock.Month(g.text)
		from, to, filter = max(from, month.First()), min(to, month.Last()), ""
	case k.ref && g.id != 0:
		filter = "filter=" + k.name + ":eq:" + strconv.FormatInt(g.id, 10)
	case k.ref || g.text == "":
		filter = "filter=" + k.name + ":empty:1"
	}
	return "/r/" + ticketName + "?" + strings.TrimPrefix(filter+"&filter=date:ge:"+string(from)+"&filter=date:le:"+string(to), "&")
}

// values are the figures of a group, with one decimal where they are averages. What cannot be told is left out: there are
// no days when nothing is solved, and no rate without deliveries.
func (t tally) values(deliveries int64) (map[string]any, error) {
	out := map[string]any{"opened": t.opened, "complaints": t.complaints, "solved": t.solved, "left": t.opened - t.solved, "late": t.late}
	for _, a := range []struct {
		name    string
		sum, of int64
		times   int64
	}{{"days", t.days, t.solved, 1}, {"score", t.sum, t.rated, 1}, {"rate", t.complaints, deliveries, 100}} {
		if a.of == 0 {
			continue
		}
		tenths, err := money.MulDiv(a.sum, 10*a.times, a.of)
		if err != nil {
			return nil, err
		}
		out[a.name] = money.Qty(tenths) * (money.OneQty / 10)
	}
	return out, nil
}

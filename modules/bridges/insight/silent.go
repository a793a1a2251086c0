package insight

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
)

const silentReport = "insight.silent"

type silentParams struct {
	Person int64 `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
}

type silentColumns struct {
	Customer int64      `zg:"ref=base.party,width=220" zh:"客户" en:"Customer"`
	Person   int64      `zg:"ref=base.person,width=110" zh:"业务员" en:"Salesperson"`
	Last     clock.Date `zg:"width=110" zh:"最近购买" en:"Last purchase"`
	Usual    int64      `zg:"width=130" zh:"平均几天买一次" en:"Usually every, days"`
	Since    int64      `zg:"width=120" zh:"已有几天没买" en:"Days since"`
	Late     int64      `zg:"width=100" zh:"超过天数" en:"Days late"`
}

// silent lists the customers who usually would have bought again by now, by the rule of the reminders: those of
// everybody whose customers the reader sees.
func silent() *kernel.Report {
	return &kernel.Report{Name: silentReport, Label: kernel.T("沉默客户", "Silent customers"), Menu: "insight",
		Params: resource.FieldsOf[silentParams](), Columns: resource.FieldsOf[silentColumns](), Run: runSilent}
}

func runSilent(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	found, err := crm.Cycles.Of(v.Company)(v, idOf(params, "person"))
	if err != nil {
		return nil, err
	}
	type quiet struct {
		crm.Cycle
		usual, late int
	}
	var list []quiet
	var ids []int64
	for _, c := range found {
		if usual, late := c.Late(v.Today); late > 0 {
			list, ids = append(list, quiet{c, usual, late}), append(ids, c.Party)
		}
	}
	slices.SortFunc(list, func(a, b quiet) int { return cmp.Or(cmp.Compare(b.late, a.late), cmp.Compare(a.Party, b.Party)) })
	owners, err := ownersOf(v, ids)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: []kernel.Text{kernel.T("近两年至少有三天买过、而且超过了自己平均间隔的客户。", "Customers who bought on at least three days of the last two years and whose usual time between purchases is over.")}}
	for _, q := range list {
		values := map[string]any{"customer": q.Party, "last": q.Last, "usual": int64(q.usual), "since": int64(q.Last.DaysUntil(v.Today)), "late": int64(q.late)}
		if owner := owners[q.Party]; owner != 0 {
			values["person"] = owner
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/r/" + party.Parties.Name + "/" + strconv.FormatInt(q.Party, 10)})
	}
	return t, nil
}

package centre

import (
	"net/url"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// reportName is the permission of the centre and the name under which its rows go to Excel.
const reportName = "centre.sheets"

// mostRows is how many rows go to Excel at once.
const mostRows = 50_000

type reportParams struct {
	From  string `zg:"kind=date" zh:"日期从" en:"From"`
	To    string `zg:"kind=date" zh:"日期至" en:"To"`
	Kinds string `zg:"max=2000" zh:"单据类型" en:"Kinds"`
	State string `zg:"max=200" zh:"状态" en:"State"`
	Maker string `zg:"hidden,max=1000" zh:"制单人" en:"Made by"`
	Party string `zg:"hidden,max=1000" zh:"往来单位" en:"Party"`
	Q     string `zg:"max=100" zh:"查找" en:"Containing"`
}

type reportColumns struct {
	Date   string       `zg:"kind=date,width=100" zh:"日期" en:"Date"`
	Made   int64        `zg:"kind=instant,width=150" zh:"制单时间" en:"Made at"`
	Kind   string       `zg:"width=110" zh:"单据类型" en:"Kind"`
	Number string       `zg:"width=140" zh:"单号" en:"Number"`
	Party  string       `zg:"width=200" zh:"往来单位" en:"Party"`
	Amount money.Amount `zg:"width=120" zh:"金额" en:"Amount"`
	State  string       `zg:"width=90" zh:"状态" en:"State"`
	Maker  string       `zg:"width=100" zh:"制单人" en:"Made by"`
	Prints int64        `zg:"width=80" zh:"打印次数" en:"Printed"`
	Note   string       `zg:"width=220" zh:"备注" en:"Note"`
}

// report is what goes to Excel: the rows of the page, of the kinds whose sheets the reader may export.
func report() *kernel.Report {
	return &kernel.Report{Name: reportName, Label: kernel.T("单据中心", "Sheet centre"), Menu: "insight", Params: resource.FieldsOf[reportParams](),
		Columns: resource.FieldsOf[reportColumns](), Run: run}
}

func run(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	values := url.Values{}
	for name, value := range params {
		values.Set(name, value)
	}
	kinds := kindsOf(v, "export")
	a, err := askOf(v, values, kinds)
	if err != nil {
		return nil, err
	}
	if params != nil { // the title block says for which days the rows stand
		params["from"], params["to"] = string(a.from), string(a.to)
	}
	found, err := rows(v, a, nil, mostRows+1)
	if err != nil {
		return nil, err
	}
	if len(found) > mostRows {
		return nil, problem.Rule("centre.many", "most", strconv.Itoa(mostRows)).At("/to")
	}
	shown, err := shapes(v, a.kinds, found)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: withheld(v, kinds)}
	if t.Notes, err = narrowed(v, a, t.Notes); err != nil {
		return nil, err
	}
	for i, s := range shown {
		values := map[string]any{"date": s.Date, "made": found[i].made, "kind": s.KindLabel, "number": s.Number, "party": s.Party,
			"state": s.StateLabel, "maker": s.Maker, "prints": int64(s.Prints), "note": s.Note}
		if found[i].red {
			values["state"] = redLabel.In(v.Lang)
		}
		if s.Amount != nil {
			values["amount"] = money.Amount(found[i].amount.Int64)
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/r/" + s.Resource + "/" + strconv.FormatInt(s.ID, 10)})
	}
	return t, nil
}

var redLabel = kernel.T("红字", "Reversal")

// withheld says which kinds the reader sees on the page and may not take away.
func withheld(v *kernel.View, taken []kind) []kernel.Text {
	var zh, en []string
	for _, k := range kindsOf(v, "read") {
		in := false
		for _, t := range taken {
			in = in || t.at == k.at
		}
		if !in {
			zh, en = append(zh, k.def.Label.Zh), append(en, k.def.Label.En)
		}
	}
	if len(zh) == 0 {
		return nil
	}
	return []kernel.Text{kernel.T("你没有导出这些单据的权限，这里没有："+strings.Join(zh, "、")+"。", "You may not export these sheets, so they are not here: "+strings.Join(en, ", ")+".")}
}

// narrowed says of whom alone the rows are: the title block would name them by their ids.
func narrowed(v *kernel.View, a asked, notes []kernel.Text) ([]kernel.Text, error) {
	for _, x := range []struct {
		ids    []int64
		of     string
		zh, en string
	}{{a.makers, "base.user", "只有这些人制的单：", "Only sheets made by "}, {a.parties, "base.party", "只有这些往来单位的单：", "Only sheets of "}} {
		if len(x.ids) == 0 {
			continue
		}
		names, err := resource.Labels(v, v.Company.Def(x.of), x.ids)
		if err != nil {
			return nil, err
		}
		list := make([]string, len(x.ids))
		for i, id := range x.ids {
			if list[i] = names[id]; !v.Actor.Can(x.of, "read") || resource.See(v, v.Company.Def(x.of), id) != nil {
				list[i] = "#" + strconv.FormatInt(id, 10) // a name is told to whoever sees the record
			}
		}
		notes = append(notes, kernel.T(x.zh+strings.Join(list, "、")+"。", x.en+strings.Join(list, ", ")+"."))
	}
	return notes, nil
}

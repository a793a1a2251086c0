package insight_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/bridges/insight"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// houses runs a test in the whole product on both databases, with the people of the analyses.
func houses(t *testing.T, run func(f *firm)) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: now}, func(t *testing.T, c *kernel.Company) {
		f := &firm{TB: t, c: c, ids: map[string]int64{}}
		f.people()
		run(f)
	})
}

// sell posts a delivery of bolts at 10, which cost 4.
func (f *firm) sell(key, party, who, date, qty, more string) {
	f.Helper()
	f.post(key, "stock.delivery", `{"date":"`+date+`","party":$`+party+`;,"warehouse":$store;,"owner":$`+who+`;,"department":$`+map[string]string{"li": "east", "zhao": "west"}[who]+
		`;,"lines":[{"item":$bolt;,"qty":"`+qty+`","price":"10"`+more+`}`)
}

// year is two years of trade up to the 21st of November 2026.
func (f *firm) year() {
	f.make("till", "settlement.money_account", `{"code":"T","name":"现金","kind":"cash"}`)
	f.make("bank", "settlement.money_account", `{"code":"U","name":"银行","kind":"bank"}`)
	f.make("old", "base.party", `{"name":"老客户","owner":$li;,"department":$east;}`)
	f.do("base.party", "update", f.ids["acme"], `{"contact":"周总","birthday":"1965-11-28","contacts":[{"name":"陈总","birthday":"1970-11-23"}]}`)
	f.do("base.item", "update", f.ids["nut"], `{"min_stock":"1000.5","spec":"M8"}`)
	f.do("base.item", "update", f.ids["ring"], `{"min_stock":"5"}`)
	f.post("start", "settlement.opening", `{"date":"2026-09-30","money":[{"money_account":$bank;,"amount":"5000"}]}`)
	f.sell("d1", "acme", "li", "2025-11-10", "10", "}]")
	f.sell("d2", "acme", "li", "2025-12-05", "5", "}]")
	for i, day := range []string{"2026-01-05", "2026-01-15", "2026-01-25"} {
		f.sell(fmt.Sprint("o", i), "old", "li", day, "1", "}]")
	}
	f.sell("d3", "acme", "li", "2026-10-05", "20", "}]")
	f.sell("d4", "star", "zhao", "2026-10-25", "7", "}]")
	f.sell("d5", "star", "zhao", "2026-11-03", "30", `,"tax_rate":$vat;}],"tax_mode":"excluded","charges":[{"name":"运费","amount":"20"}]`)
	f.sell("d6", "acme", "li", "2026-11-20", "4", "}]")
	f.sell("d7", "acme", "li", "2026-11-21", "6", "}]")
	f.sell("d8", "star", "zhao", "2026-11-21", "1", "}]")
	f.do("stock.delivery", "reverse", f.ids["d8"], `{"date":"2026-11-21"}`)
	f.make("d9", "stock.delivery", `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"owner":$li;,"lines":[{"item":$bolt;,"qty":"99","price":"10"}]}`)
	f.post("back", "stock.sales_return", `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"source":$d6;,"owner":$li;,"department":$east;,"lines":[{"item":$bolt;,"qty":"1","price":"10","source":$d6;,"source_line":`+fmt.Sprint(f.lineOf("d6"))+`}]}`)
	f.post("paid", "settlement.receipt", `{"date":"2026-11-02","party":$acme;,"lines":[{"money_account":$bank;,"amount":"100","fee":"1"}]}`)
	f.post("now", "settlement.receipt", `{"date":"2026-11-21","party":$star;,"lines":[{"money_account":$till;,"amount":"30"}]}`)
	f.post("soon", "settlement.receipt", `{"date":"2026-11-25","party":$star;,"lines":[{"money_account":$till;,"amount":"0.5"}]}`)
	f.post("undone", "settlement.receipt", `{"date":"2026-08-21","party":$star;,"lines":[{"money_account":$till;,"amount":"77"}]}`)
	f.do("settlement.receipt", "unpost", f.ids["undone"], "")
	f.post("bought", "stock.receipt", `{"date":"2026-11-05","party":$maker;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"100","price":"4"}]}`)
	f.post("paidout", "settlement.payment", `{"date":"2026-11-21","party":$maker;,"lines":[{"money_account":$bank;,"amount":"150"}]}`)
	f.make("wanted", "sales.order", `{"date":"2026-11-20","customer":$star;,"warehouse":$store;,"owner":$zhao;,"department":$west;,"lines":[{"item":$bolt;,"qty":"2","price":"10"}]}`)
	f.do("sales.order", "confirm", f.ids["wanted"], "")
}

// home tells what somebody's home page shows, without where it leads.
func (f *firm) home(who, role string) string {
	f.Helper()
	var out []string
	f.view(f.as(who, role), func(v *kernel.View) error {
		h, err := insight.HomeOf(v)
		if err != nil {
			return err
		}
		for _, x := range h.Figures {
			line := fmt.Sprint(x.Key, " ", x.Value)
			if x.Compare != nil {
				line += fmt.Sprint(" ", x.Compare.Label, " ", x.Compare.Value)
			}
			if x.Alert {
				line += " ⚠"
			}
			if x.To == "" {
				f.Errorf("%s of %s leads nowhere", x.Key, role)
			}
			out = append(out, line)
		}
		for _, x := range h.Tiles {
			line := x.Label
			if x.Figure != nil {
				line += fmt.Sprint(" ", x.Figure.Label, " ", x.Figure.Value)
			}
			if x.Waiting != nil {
				line += fmt.Sprint("，", x.Waiting.Count, " ", x.Waiting.Label)
			}
			out = append(out, line)
		}
		for _, l := range h.Lists {
			for _, i := range l.Items {
				out = append(out, fmt.Sprint(l.Key, ": ", i.Label, " ", i.Sub, " ", i.Value))
				if i.To == "" {
					f.Errorf("%s of %s leads nowhere", i.Label, role)
				}
			}
		}
		for _, s := range h.Steps {
			out = append(out, fmt.Sprint("step ", s.Key, " ", s.Done, " ", s.To))
		}
		return nil
	})
	return strings.Join(out, "\n")
}

func (f *firm) sees(who, role, want string) {
	f.Helper()
	want = strings.ReplaceAll(strings.TrimSpace(want), "\t", "")
	if got := f.home(who, role); got != want {
		f.Errorf("%s:\n%s\n\nwant\n%s", role, got, want)
	}
}

// homes is what everybody sees, worked out by hand from the trade.
var homes = []struct{ who, role, want string }{
	{"", "boss", `
		sold_today 50.00 昨日 40.00
		sold_month 390.00 上月同期 200.00
		sold_year 690.00 去年同期 100.00
		profit_month 234.00 上月同期 120.00
		money 4979.00 月初 5000.00
		owed_to_us 768.50
		late_to_us 708.50 ⚠
		owed_by_us 250.00
		late_by_us 250.00 ⚠
		stock_value 5064.00
		stock_low 2 ⚠
		approvals 0
		birthdays 2
		reminders 0
		开单 今日单数 1
		发货，1 张订单待发货
		收款 今日收款 30.00，3 个客户逾期
		进货 今日进货 0.00
		付款 今日付款 150.00，1 个供应商到期
		库存 库存金额 5064.00，2 种低于最低库存
		对账 客户欠我们 768.50
		费用
		凭证
		工单
		审批
		单据中心
		报表
		late: 宏发五金 已逾期 351 天 280.00
		late: 老客户 已逾期 320 天 30.00
		late: 恒星贸易 已逾期 27 天 398.50
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000
		birthdays: 陈总 宏发五金 2026-11-23
		birthdays: 周总 宏发五金 2026-11-28`},
	{"head", "sales_manager", `
		sold_today 50.00 昨日 40.00
		sold_month 390.00 上月同期 200.00
		sold_year 690.00 去年同期 100.00
		profit_month 234.00 上月同期 120.00
		money 4979.00 月初 5000.00
		owed_to_us 768.50
		late_to_us 708.50 ⚠
		stock_low 2 ⚠
		approvals 0
		birthdays 2
		reminders 0
		开单 今日单数 1
		发货，1 张订单待发货
		收款 今日收款 30.00，3 个客户逾期
		库存，2 种低于最低库存
		对账 客户欠我们 768.50
		费用
		工单
		审批
		单据中心
		报表
		late: 宏发五金 已逾期 351 天 280.00
		late: 老客户 已逾期 320 天 30.00
		late: 恒星贸易 已逾期 27 天 398.50
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000
		birthdays: 陈总 宏发五金 2026-11-23
		birthdays: 周总 宏发五金 2026-11-28`},
	{"li", "salesperson", `
		sold_today 50.00 昨日 40.00
		sold_month 90.00 上月同期 200.00
		sold_year 320.00 去年同期 100.00
		owed_to_us 370.00
		late_to_us 310.00 ⚠
		stock_low 2 ⚠
		approvals 0
		birthdays 2
		reminders 3
		开单 今日单数 1
		发货
		收款 今日收款 0.00，2 个客户逾期
		库存，2 种低于最低库存
		对账 客户欠我们 370.00
		费用
		工单
		审批
		单据中心
		报表
		late: 宏发五金 已逾期 351 天 280.00
		late: 老客户 已逾期 320 天 30.00
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000
		birthdays: 陈总 宏发五金 2026-11-23
		birthdays: 周总 宏发五金 2026-11-28
		reminders: 老客户 该补货了 · 平均每 10 天买一次，上次 2026-01-25 2026-01-25`},
	{"zhao", "salesperson", `
		sold_today 0.00 昨日 0.00
		sold_month 300.00 上月同期 0.00
		sold_year 370.00 去年同期 0.00
		owed_to_us 398.50
		late_to_us 398.50 ⚠
		stock_low 2 ⚠
		approvals 0
		birthdays 0
		reminders 0
		开单 今日单数 0
		发货，1 张订单待发货
		收款 今日收款 30.00，1 个客户逾期
		库存，2 种低于最低库存
		对账 客户欠我们 398.50
		费用
		工单
		审批
		单据中心
		报表
		late: 恒星贸易 已逾期 27 天 398.50
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000`},
	{"", "storekeeper", `
		stock_low 2 ⚠
		approvals 0
		开单 今日单数 1
		发货，1 张订单待发货
		进货
		库存，2 种低于最低库存
		费用
		审批
		单据中心
		报表
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000`},
	{"", "accountant", `
		sold_today 50.00 昨日 40.00
		sold_month 390.00 上月同期 200.00
		sold_year 690.00 去年同期 100.00
		profit_month 234.00 上月同期 120.00
		money 4979.00 月初 5000.00
		owed_to_us 768.50
		late_to_us 708.50 ⚠
		owed_by_us 250.00
		late_by_us 250.00 ⚠
		stock_value 5064.00
		stock_low 2 ⚠
		approvals 0
		收款 今日收款 30.00，3 个客户逾期
		付款 今日付款 150.00，1 个供应商到期
		库存 库存金额 5064.00，2 种低于最低库存
		对账 客户欠我们 768.50
		费用
		凭证
		审批
		单据中心
		报表
		late: 宏发五金 已逾期 351 天 280.00
		late: 老客户 已逾期 320 天 30.00
		late: 恒星贸易 已逾期 27 天 398.50
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000`},
	{"", "buyer", `
		owed_by_us 250.00
		late_by_us 250.00 ⚠
		stock_value 5064.00
		stock_low 2 ⚠
		approvals 0
		进货 今日进货 0.00
		库存 库存金额 5064.00，2 种低于最低库存
		费用
		审批
		单据中心
		报表
		low: 垫圈 最低 5 箱 0
		low: 螺母 M8 最低 1,000.5 箱 1000`},
	{"", "cashier", `
		money 4979.00 月初 5000.00
		owed_to_us 768.50
		late_to_us 708.50 ⚠
		owed_by_us 250.00
		late_by_us 250.00 ⚠
		approvals 0
		收款 今日收款 30.00，3 个客户逾期
		付款 今日付款 150.00，1 个供应商到期
		对账 客户欠我们 768.50
		费用
		审批
		单据中心
		late: 宏发五金 已逾期 351 天 280.00
		late: 老客户 已逾期 320 天 30.00
		late: 恒星贸易 已逾期 27 天 398.50`},
	{"", "service", `
		approvals 0
		reminders 0
		费用
		工单
		审批
		单据中心`},
}

func TestHome(t *testing.T) {
	houses(t, func(f *firm) {
		f.year()
		f.addsUp()
		f.cockpit()
		for _, h := range homes { // a firm that keeps no books is not offered vouchers
			f.sees(h.who, h.role, strings.Replace(h.want, "\t\t凭证\n", "", 1))
		}
		if err := f.put(map[string]string{ledger.SettingBooks: "true"}); err != nil {
			f.Fatal(err)
		}
		for _, h := range homes {
			f.sees(h.who, h.role, h.want)
		}
	})
}

// TestHomeSaysWhoOwesWhom: what is to be given back is no negative debt.
func TestHomeSaysWhoOwesWhom(t *testing.T) {
	houses(t, func(f *firm) {
		f.make("cash", "settlement.money_account", `{"code":"T","name":"现金","kind":"cash"}`)
		f.post("bought", "stock.receipt", `{"date":"2026-11-05","party":$maker;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"100","price":"4"}]}`)
		f.post("paid", "settlement.payment", `{"date":"2026-11-06","party":$maker;,"lines":[{"money_account":$cash;,"amount":"400"}]}`)
		f.sell("sold", "acme", "li", "2026-11-05", "5", "}]")
		f.post("got", "settlement.receipt", `{"date":"2026-11-06","party":$acme;,"lines":[{"money_account":$cash;,"amount":"50"}]}`)
		says := func(lang string) string {
			var out []string
			boss := f.as("", "boss")
			boss.Lang = lang
			f.view(boss, func(v *kernel.View) error {
				h, err := insight.HomeOf(v)
				if err != nil {
					return err
				}
				for _, x := range h.Figures {
					if strings.HasSuffix(x.Key, "_us") {
						out = append(out, fmt.Sprint(x.Label, " ", x.Value))
					}
				}
				for _, x := range h.Tiles {
					if x.Key == "reconcile" {
						out = append(out, fmt.Sprint(x.Label, ": ", x.Figure.Label, " ", x.Figure.Value))
					}
					if x.Waiting != nil && (x.Key == "receive_money" || x.Key == "pay") {
						f.Errorf("%s: %d %s, but nobody owes anything", x.Label, x.Waiting.Count, x.Waiting.Label)
					}
				}
				return nil
			})
			return strings.Join(out, "; ")
		}
		if got, want := says("zh"), "客户欠我们 0.00; 客户逾期未付 0.00; 我们欠供应商 0.00; 该付供应商 0.00; 对账: 客户欠我们 0.00"; got != want {
			f.Errorf("paid up: %s, want %s", got, want)
		}
		f.post("sent", "stock.purchase_return", `{"date":"2026-11-07","party":$maker;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10","price":"4"}]}`)
		f.post("back", "stock.sales_return", `{"date":"2026-11-07","party":$acme;,"warehouse":$store;,"owner":$li;,"department":$east;,"lines":[{"item":$bolt;,"qty":"2","price":"10"}]}`)
		if got, want := says("zh"), "我们该退客户 20.00; 供应商该退我们 40.00; 对账: 我们该退客户 20.00"; got != want {
			f.Errorf("after the returns: %s, want %s", got, want)
		}
		if got, want := says("en"), "To give back to customers 20.00; To get back from suppliers 40.00; Reconcile: To give back to customers 20.00"; got != want {
			f.Errorf("after the returns: %s, want %s", got, want)
		}
	})
}

// parameters are those of an address.
func parameters(t testing.TB, query string) map[string]string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name := range values {
		out[name] = values.Get(name)
	}
	return out
}

// addsUp compares the figures with the places to which they lead.
func (f *firm) addsUp() {
	f.Helper()
	f.view(f.as("", "boss"), func(v *kernel.View) error {
		h, err := insight.HomeOf(v)
		if err != nil {
			return err
		}
		column := map[string]string{"money": "closing", "owed_to_us": "receivable", "owed_by_us": "payable", "late_to_us": "open", "late_by_us": "open", "stock_value": "value"}
		for _, x := range h.Figures {
			path, query, _ := strings.Cut(strings.TrimPrefix(x.To, "/report/"), "?")
			name, params := column[x.Key], parameters(f, query)
			if strings.HasPrefix(x.Key, "sold_") || strings.HasPrefix(x.Key, "profit_") {
				name = "total"
			}
			if name == "" {
				continue
			}
			t, err := v.Company.Report(path).Run(v, params)
			if err != nil {
				return err
			}
			totals := t.Totals
			if i := slices.IndexFunc(t.Rows, func(r kernel.Row) bool { return r.Kind == "total" }); i >= 0 {
				totals = t.Rows[i].Values // of two tables under one head the first is meant
			}
			if got := fmt.Sprint(totals[name]); got != fmt.Sprint(x.Value) {
				f.Errorf("%s is %v, but %s comes to %s", x.Key, x.Value, x.To, got)
			}
		}
		late := 0
		for _, l := range h.Lists {
			for _, x := range l.Items {
				if l.Key != "late" {
					continue
				}
				late++
				_, query, _ := strings.Cut(x.To, "?")
				t, err := v.Company.Report("settlement.open").Run(v, parameters(f, query))
				if err != nil {
					return err
				}
				if got := fmt.Sprint(t.Totals["open"]); got != fmt.Sprint(x.Value) {
					f.Errorf("%s is %v late, but %s comes to %s", x.Label, x.Value, x.To, got)
				}
			}
		}
		if late != 3 {
			f.Errorf("%d owe longest, want 3", late)
		}
		return nil
	})
}

// TestHomeTeachesTheFirstSteps until something was sold, to those whose steps they are.
func TestHomeTeachesTheFirstSteps(t *testing.T) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: rights}, func(t *testing.T, c *kernel.Company) {
		f := &firm{TB: t, c: c, ids: map[string]int64{}}
		steps := func(role string) string {
			t.Helper()
			_, found, _ := strings.Cut(f.home("", role), "step ")
			return found
		}
		const first = "items false /r/base.item\nstep parties false /r/base.party\nstep opening false /r/opening.balance/new\nstep users false /r/base.user\nstep sale false /r/sales.order/new"
		if got := steps("boss"); got != first {
			t.Errorf("at first the boss is taught\n%s\nwant\n%s", got, first)
		}
		if got := steps("salesperson"); got != "parties false /r/base.party\nstep sale false /r/sales.order/new" {
			t.Errorf("at first a salesperson is taught\n%s", got)
		}
		f.people()
		if got, want := steps("boss"), strings.NewReplacer("items false", "items true", "parties false", "parties true").Replace(first); got != want {
			t.Errorf("with items and parties the boss is taught\n%s\nwant\n%s", got, want)
		}
		f.sell("d", "acme", "li", "2026-11-20", "1", "}]")
		if got := steps("boss"); got != "" {
			t.Errorf("after the first sale the boss is still taught\n%s", got)
		}
		// An opening that nobody posted stays named, to those who may post it.
		f.make("opening", "opening.balance", `{"date":"2026-11-01","receivables":[{"party":$acme;,"amount":"5"}]}`)
		if got, want := steps("boss"), fmt.Sprint("opening false /r/opening.balance/", f.ids["opening"]); got != want {
			t.Errorf("with a draft of an opening the boss is told %q, want %q", got, want)
		}
		if got := steps("salesperson"); got != "" {
			t.Errorf("with a draft of an opening a salesperson is told %q", got)
		}
	})
}

// cockpit looks at what the boss sees as charts, and that nobody sees what is not his.
func (f *firm) cockpit() {
	f.Helper()
	draw := func(role string, year int) string {
		f.Helper()
		var out []string
		f.view(f.as("", role), func(v *kernel.View) error {
			got, err := insight.CockpitOf(v, year)
			if err != nil {
				return err
			}
			out = append(out, fmt.Sprint(got.Year, " of ", got.First, " to ", got.Last))
			for _, c := range got.Charts {
				line := c.Key
				for i, name := range c.Categories {
					line += " " + name
					for _, s := range c.Series {
						if s.Values[i] == nil {
							line += " -"
						} else {
							line += fmt.Sprint(" ", s.Values[i])
						}
					}
					if c.To[i] == "" {
						f.Errorf("%s of %s leads nowhere", name, c.Key)
					}
				}
				out = append(out, line)
			}
			return nil
		})
		return strings.Join(out, "\n")
	}
	want := `2026 of 2025 to 2026
sold 1月 30.00 0.00 2月 0.00 0.00 3月 0.00 0.00 4月 0.00 0.00 5月 0.00 0.00 6月 0.00 0.00 7月 0.00 0.00 8月 0.00 0.00 9月 0.00 0.00 10月 270.00 0.00 11月 390.00 100.00 12月 - 50.00
profit 1月 18.00 2月 0.00 3月 0.00 4月 0.00 5月 0.00 6月 0.00 7月 0.00 8月 0.00 9月 0.00 10月 162.00 11月 234.00 12月 -
customer 恒星贸易 370.00 宏发五金 290.00 老客户 30.00
item 螺栓 690.00
ageing 未到期 60.00 1–30 天 439.00 31–60 天 200.00 61–90 天 0.00 91–180 天 0.00 181–360 天 70.00 360 天以上 0.00
stock 紧固件 4064.00 没有分类 1000.00
money 现金 30.00 银行 4949.00`
	if got := draw("boss", 2026); got != want {
		f.Errorf("the boss sees\n%s\nwant\n%s", got, want)
	}
	if got := strings.Split(draw("boss", 2025), "\n"); got[0] != "2025 of 2025 to 2026" || !strings.Contains(got[1], "11月 100.00 0.00 12月 50.00 0.00") {
		f.Errorf("of the year before the boss sees %q", got[:2])
	}
	if got := draw("service", 2026); strings.Contains(got, "profit") || strings.Contains(got, "money") || strings.Contains(got, "stock") {
		f.Errorf("service sees %s", got)
	}
	for role, may := range map[string]bool{"boss": true, "auditor": true, "sales_manager": false, "salesperson": false, "accountant": false, "storekeeper": false} {
		if got := f.c.Rights.For([]string{role}).Can("insight.cockpit", "read"); got != may {
			f.Errorf("%s may see the cockpit: %v", role, got)
		}
	}
	f.view(f.as("", "boss"), func(v *kernel.View) error {
		got, err := v.Company.Report("insight.cockpit").Run(v, map[string]string{})
		if err == nil && (len(got.Rows) != 12 || fmt.Sprint(got.Totals["sold"], got.Totals["before"], got.Totals["change"], got.Totals["cost"], got.Totals["profit"], got.Totals["sheets"]) != "690.00 150.00 540.00 276.00 414.00 8") {
			f.Errorf("month by month: %v", got.Totals)
		}
		return err
	})
}

package insight_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/desk"
	"zhanggui/modules/stock"
)

// firm is a company on the 21st of November 2026, with two salespeople: li, and zhao of another department
// beneath. Their head sees both.
type firm struct {
	testing.TB
	c        *kernel.Company
	ids      map[string]int64
	mornings int64 // how often silent customers were counted
}

func firms(t *testing.T, run func(f *firm)) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: now}, func(t *testing.T, c *kernel.Company) {
		run(&firm{TB: t, c: c, ids: map[string]int64{}})
	})
}

func (f *firm) do(name, act string, id int64, body string) any {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		f.Fatalf("%s %s %s: %v", name, act, body, err)
	}
	return res.Rec
}

func (f *firm) make(key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(name, "create", 0, body))
}

func (f *firm) post(key, name, body string) {
	f.Helper()
	f.make(key, name, body)
	f.do(name, "post", f.ids[key], "")
}

// lineOf gives the first line of a sheet.
func (f *firm) lineOf(key string) (id int64) {
	f.Helper()
	f.view(kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&id}, "SELECT id FROM stock_document_line WHERE parent = ? ORDER BY pos LIMIT 1", f.ids[key])
		return err
	})
	return id
}

func (f *firm) view(a *kernel.Actor, fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), a, fn); err != nil {
		f.Fatal(err)
	}
}

func (f *firm) as(who, role string) *kernel.Actor {
	a := &kernel.Actor{UserID: 1, PersonID: f.ids[who], Lang: "zh", Perms: f.c.Rights.For([]string{role})}
	switch who {
	case "head":
		a.Department, a.Below = f.ids["east"], []int64{f.ids["east"], f.ids["west"]}
	case "li":
		a.Department, a.Below = f.ids["east"], []int64{f.ids["east"]}
	case "zhao":
		a.Department, a.Below = f.ids["west"], []int64{f.ids["west"]}
	}
	return a
}

// people and goods, without any trade.
func (f *firm) people() {
	f.make("east", "base.department", `{"code":"1","name":"东区"}`)
	f.make("west", "base.department", `{"code":"2","name":"西区","parent":$east;}`)
	f.make("head", "base.person", `{"code":"h","name":"王经理","department":$east;}`)
	f.make("li", "base.person", `{"code":"l","name":"小李","department":$east;}`)
	f.make("zhao", "base.person", `{"code":"z","name":"小赵","department":$west;}`)
	f.make("box", "base.unit", `{"code":"bx","name":"箱"}`)
	f.make("store", "base.warehouse", `{"code":"S","name":"总仓"}`)
	f.make("vat", "base.tax_rate", `{"code":"X13","name":"13%","rate":"0.13"}`)
	f.make("fasteners", "base.item_category", `{"code":"F","name":"紧固件"}`)
	f.make("bolt", "base.item", `{"code":"B","name":"螺栓","unit":$box;,"category":$fasteners;}`)
	f.make("nut", "base.item", `{"code":"N","name":"螺母","unit":$box;}`)
	f.make("ring", "base.item", `{"code":"R","name":"垫圈","unit":$box;}`)
	f.make("acme", "base.party", `{"name":"宏发五金","owner":$li;,"department":$east;,"region":"江苏"}`)
	f.make("star", "base.party", `{"name":"恒星贸易","owner":$zhao;,"department":$west;,"country":"Germany"}`)
	f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
	f.post("stock", "stock.opening", `{"date":"2025-01-01","warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1000","price":"4"},{"item":$nut;,"qty":"1000","price":"1"}]}`)
}

const (
	byLi   = `"party":$acme;,"owner":$li;,"department":$east;,"warehouse":$store;,"tax_mode":"none"`
	byZhao = `"party":$star;,"owner":$zhao;,"department":$west;,"warehouse":$store;`
)

// trade is a year's: what a sheet brings without tax stands behind it.
func (f *firm) trade() {
	f.people()
	f.post("z", "stock.delivery", `{"date":"2025-03-02",`+byLi+`,"lines":[{"item":$bolt;,"qty":"5","price":"10"}]}`)                                                      // 50, last year
	f.post("y", "stock.delivery", `{"date":"2025-12-01",`+byZhao+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"7","price":"10"}]}`)                                  // 70, last year, later
	f.post("a", "stock.delivery", `{"date":"2026-01-10",`+byLi+`,"discount":"5","lines":[{"item":$bolt;,"qty":"10","price":"10"},{"item":$nut;,"qty":"5","price":"3"}]}`) // 100 + 15 − 5
	f.post("b", "stock.delivery", `{"date":"2026-03-05",`+byZhao+`,"tax_mode":"excluded","charges":[{"name":"运费","amount":"12"}],
		"lines":[{"item":$bolt;,"qty":"20","price":"10","tax_rate":$vat;}]}`) // 200, with tax 226, and freight
	f.post("c", "stock.delivery", `{"date":"2026-03-20",`+byLi+`,"lines":[{"item":$nut;,"qty":"10","price":"3"}]}`)                      // 30
	f.post("d", "stock.delivery", `{"date":"2026-11-02",`+byZhao+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"3","price":"10"}]}`) // 30, and taken back
	f.do("stock.delivery", "reverse", f.ids["d"], `{"date":"2026-11-03"}`)
	f.make("e", "stock.delivery", `{"date":"2026-11-05",`+byLi+`,"lines":[{"item":$bolt;,"qty":"100","price":"10"}]}`)                                                                                                                              // a draft
	f.post("r", "stock.sales_return", `{"date":"2026-03-25",`+byLi+`,"source":$a;,"lines":[{"item":$bolt;,"qty":"2","price":"10","source":$a;,"source_line":`+fmt.Sprint(f.lineOf("a"))+`}]}`)                                                      // −20
	f.post("in", "stock.receipt", `{"date":"2026-02-01","party":$maker;,"warehouse":$store;,"tax_mode":"none","lines":[{"item":$ring;,"qty":"100","price":"2"}]}`)                                                                                  // 200
	f.post("out", "stock.purchase_return", `{"date":"2026-02-03","party":$maker;,"warehouse":$store;,"tax_mode":"none","source":$in;,"lines":[{"item":$ring;,"qty":"10","price":"2","source":$in;,"source_line":`+fmt.Sprint(f.lineOf("in"))+`}]}`) // −20
}

// ask runs a report as the page does, with its parameters as in an address.
func (f *firm) ask(a *kernel.Actor, name, query string) (*kernel.Table, error) {
	f.Helper()
	for key, id := range f.ids {
		query = strings.ReplaceAll(query, "$"+key+";", fmt.Sprint(id))
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		f.Fatal(err)
	}
	rep := f.c.Report(name)
	params, err := desk.Params(rep, values)
	if err != nil {
		f.Fatal(query, err)
	}
	var t *kernel.Table
	err = f.c.View(context.Background(), a, func(v *kernel.View) (err error) {
		t, err = rep.Run(v, params)
		return err
	})
	return t, err
}

// text writes the figures of a report, a line for each row and one for the totals, by its columns.
func (f *firm) text(t *kernel.Table, skip ...string) string {
	names := map[int64]string{}
	for name, id := range f.ids {
		names[id] = name
	}
	write := func(values map[string]any) string {
		var out []string
	next:
		for _, c := range t.Columns {
			for _, s := range skip {
				if s == c.Name {
					continue next
				}
			}
			switch x := values[c.Name].(type) {
			case nil:
				out = append(out, "-")
			case int64:
				if c.Kind == kernel.KindRef {
					out = append(out, names[x])
				} else {
					out = append(out, fmt.Sprint(x))
				}
			default:
				out = append(out, fmt.Sprint(x))
			}
		}
		return strings.Join(out, " ")
	}
	var out []string
	for _, r := range t.Rows {
		out = append(out, write(r.Values))
	}
	return strings.Join(append(out, write(t.Totals)), "\n")
}

func (f *firm) want(a *kernel.Actor, name, query, want string) {
	f.Helper()
	t, err := f.ask(a, name, query)
	if err != nil {
		f.Errorf("%s?%s: %v", name, query, err)
		return
	}
	if t.Columns == nil {
		t.Columns = f.c.Report(name).Columns
	}
	if got := f.text(t); got != want {
		f.Errorf("%s?%s is\n%s\nwant\n%s", name, query, got, want)
	}
}

func TestAnalysisFigures(t *testing.T) {
	firms(t, func(f *firm) {
		f.trade()
		boss := f.as("", "boss")
		for query, want := range map[string]string{
			"rows=customer":            "恒星贸易 200.00\n宏发五金 120.00\n- 320.00",
			"rows=item":                "螺栓 280.00\n螺母 45.00\n整单优惠、抹零 -5.00\n- 320.00",
			"rows=category":            "紧固件 280.00\n没有分类 45.00\n整单优惠、抹零 -5.00\n- 320.00",
			"rows=person":              "小赵 200.00\n小李 120.00\n- 320.00",
			"rows=department":          "西区 200.00\n东区 120.00\n- 320.00",
			"rows=region":              "Germany 200.00\n江苏 120.00\n- 320.00",
			"rows=month&to=2026-04-30": "2026-01 110.00\n2026-02 0.00\n2026-03 210.00\n2026-04 0.00\n- 320.00",
			"rows=customer&columns=month&from=2026-01-01&to=2026-03-31": "恒星贸易 0.00 0.00 200.00 200.00\n宏发五金 110.00 0.00 10.00 120.00\n- 110.00 0.00 210.00 320.00",
			"rows=customer&columns=item":                                "恒星贸易 200.00 0.00 0.00 200.00\n宏发五金 80.00 45.00 -5.00 120.00\n- 280.00 45.00 -5.00 320.00",
			"rows=category&columns=item":                                "紧固件 280.00 0.00 0.00 280.00\n没有分类 0.00 45.00 0.00 45.00\n整单优惠、抹零 0.00 0.00 -5.00 -5.00\n- 280.00 45.00 -5.00 320.00",
			"rows=customer&columns=customer":                            "恒星贸易 200.00\n宏发五金 120.00\n- 320.00",
			"rows=customer&compare=true":                                "恒星贸易 200.00 0.00 200.00 -\n宏发五金 120.00 50.00 70.00 1.4\n- 320.00 50.00 270.00 5.4",
			"rows=month&compare=true&from=2026-02-01&to=2026-03-31":     "2026-02 0.00 0.00 0.00 -\n2026-03 210.00 50.00 160.00 3.2\n- 210.00 50.00 160.00 3.2",
			"rows=item&measure=gross":                                   "螺栓 306.00\n螺母 45.00\n整单优惠、抹零 -5.00\n- 346.00",
			"rows=item&measure=qty":                                     "螺栓 28\n螺母 15\n- 43",
			"rows=item&measure=cost":                                    "螺栓 112.00\n螺母 15.00\n- 127.00",
			"rows=item&measure=margin":                                  "螺栓 168.00\n螺母 30.00\n整单优惠、抹零 -5.00\n- 193.00",
			"rows=customer&measure=count":                               "宏发五金 2\n恒星贸易 1\n- 3",
			"rows=item&measure=count":                                   "螺栓 2\n螺母 2\n- 3",
			"rows=item&columns=customer&measure=count":                  "螺栓 1 1 2\n螺母 2 0 2\n- 2 1 3",
			"rows=customer&columns=item&measure=count":                  "宏发五金 1 2 2\n恒星贸易 1 0 1\n- 2 2 3",
			"rows=item&measure=count&compare=true":                      "螺栓 2 1 1 1\n螺母 2 0 2 -\n- 3 1 2 2",
			"rows=customer&item=$nut;":                                  "宏发五金 45.00\n- 45.00",
			"rows=item&customer=$acme;":                                 "螺栓 80.00\n螺母 45.00\n整单优惠、抹零 -5.00\n- 120.00",
			"rows=customer&only=no_category":                            "宏发五金 45.00\n- 45.00",
			"rows=customer&only=off":                                    "宏发五金 -5.00\n- -5.00",
			"rows=item&region=江苏":                                       "螺栓 80.00\n螺母 45.00\n整单优惠、抹零 -5.00\n- 120.00",
			"rows=sheet&customer=$acme;":                                "2026-03-25 XT260300001 销售退货单 acme li -20.00\n2026-03-20 XS260300002 销售单 acme li 30.00\n2026-01-10 XS260100001 销售单 acme li 110.00\n- - - - - 120.00",
			"rows=sheet&measure=count&person=$zhao;":                    "2026-03-05 XS260300001 销售单 star zhao 1\n- - - - - 1",
			"rows=customer&from=2024-01-01&to=2024-12-31":               "- 0.00",
		} {
			f.want(boss, "insight.sales", query, want)
		}
		f.want(boss, "insight.purchases", "rows=supplier&columns=item", "大成铁厂 180.00 180.00\n- 180.00 180.00")
		f.want(boss, "insight.purchases", "rows=item&measure=cost", "垫圈 180.00\n- 180.00")
		f.want(boss, "insight.purchases", "rows=sheet", "2026-02-03 JT260200001 采购退货单 maker - -20.00\n2026-02-01 JH260200001 进货单 maker - 200.00\n- - - - - 180.00")
	})
}

// past copies a delivery n times in one statement for each table: each for another customer, in the order of
// the months before it.
func (f *firm) past(key string, n, customers int) {
	f.Helper()
	copied := func(t *store.Table, changed map[string]string) string {
		var values []string
		for _, column := range t.Columns {
			value, ok := changed[column]
			if !ok {
				value = "o." + column
			}
			values = append(values, value)
		}
		return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO " + t.Name + " (" + strings.Join(t.Columns, ", ") + ") SELECT " +
			strings.Join(values, ", ") + " FROM " + t.Name + " o CROSS JOIN n WHERE o."
	}
	parties, sheets := party.Parties.Def, stock.Deliveries.Def
	err := f.c.Store.Write(context.Background(), "past", func(u *store.Unit) error {
		_, err := u.Exec(copied(parties.Table, map[string]string{"id": "70000000 + n.i", "code": "'P' || n.i", "name": "'客户' || n.i"})+"id = ?", customers, f.ids["star"])
		if err != nil {
			return err
		}
		month := "CAST(2026 - (n.i % 48) / 12 AS TEXT) || '-' || SUBSTR(CAST(101 + n.i % 12 AS TEXT), 2, 2) || '-05'"
		_, err = u.Exec(copied(sheets.Table, map[string]string{"id": "80000000 + n.i", "number": "'A' || n.i", "date": month,
			"party": "70000001 + n.i % " + fmt.Sprint(customers)})+"id = ?", n, f.ids[key])
		if err != nil {
			return err
		}
		lines := sheets.LineOf("lines").Table
		_, err = u.Exec(copied(lines, map[string]string{"id": "90000000 + 10 * n.i + o.pos", "parent": "80000000 + n.i"})+"parent = ?", n, f.ids[key])
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

func TestAnalysisIsBounded(t *testing.T) {
	firms(t, func(f *firm) {
		f.people()
		f.post("d", "stock.delivery", `{"date":"2022-01-02",`+byZhao+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
		f.past("d", 2200, 250) // 250 customers with 8 or 9 sheets each, over 48 months
		got, err := f.ask(f.as("", "boss"), "insight.sales", "rows=customer&columns=month&from=2022-01-01&to=2026-12-31")
		if err != nil {
			f.Fatal(err)
		}
		if len(got.Rows) != 200 || len(got.Columns) != 38 || len(got.Notes) != 3 {
			f.Fatalf("%d rows, %d columns, notes %v", len(got.Rows), len(got.Columns), got.Notes)
		}
		last := got.Rows[199].Values
		if got.Columns[1].Label.Zh != "2024-02" || got.Columns[35].Label.Zh != "2026-12" || got.Columns[36].Label.Zh != "其他" || last["key"] != "其他" || got.Rows[199].To != "" {
			f.Errorf("from %s to %s, then %s; last row %v", got.Columns[1].Label.Zh, got.Columns[35].Label.Zh, got.Columns[36].Label.Zh, last)
		}
		if got.Totals["total"].(money.Amount).String() != "22010.00" || last["total"].(money.Amount).String() != "4100.00" {
			f.Errorf("in all %v, others %v", got.Totals["total"], last["total"])
		}
		for _, c := range got.Columns[1:] {
			var sum money.Amount
			for _, r := range got.Rows {
				sum += r.Values[c.Name].(money.Amount)
			}
			if sum != got.Totals[c.Name] {
				f.Errorf("%s: rows come to %v, the total is %v", c.Label.Zh, sum, got.Totals[c.Name])
			}
		}
		if got.Notes[1].Zh != "客户太多，只列 199 个，另外 52 个并入「其他」。可加条件缩小范围。" {
			f.Error(got.Notes[1].Zh)
		}
		got, err = f.ask(f.as("", "boss"), "insight.sales", "rows=sheet&from=2022-01-01&to=2026-12-31")
		if err != nil || len(got.Rows) != 1000 || got.Rows[0].Values["date"] != clock.Date("2026-12-05") || got.Totals["total"].(money.Amount).String() != "22010.00" {
			f.Error(len(got.Rows), got.Rows[0], got.Totals, err)
		}
	})
}

func TestAnalysisRights(t *testing.T) {
	firms(t, func(f *firm) {
		f.trade()
		head, li, zhao, accountant := f.as("head", "sales_manager"), f.as("li", "salesperson"), f.as("zhao", "salesperson"), f.as("", "accountant")
		f.want(head, "insight.sales", "rows=person", "小赵 200.00\n小李 120.00\n- 320.00")
		f.want(head, "insight.sales", "rows=item&measure=margin", "螺栓 168.00\n螺母 30.00\n整单优惠、抹零 -5.00\n- 193.00")
		f.want(li, "insight.sales", "rows=person&compare=true", "小李 120.00 50.00 70.00 1.4\n- 120.00 50.00 70.00 1.4")
		f.want(li, "insight.sales", "rows=item", "螺栓 80.00\n螺母 45.00\n整单优惠、抹零 -5.00\n- 120.00")
		f.want(li, "insight.sales", "rows=item&measure=count", "螺母 2\n螺栓 1\n- 2")
		f.want(zhao, "insight.sales", "rows=month&from=2026-03-01&to=2026-03-31", "2026-03 200.00\n- 200.00")
		f.want(zhao, "insight.sales", "rows=customer&customer=$acme;", "- 0.00")
		f.want(accountant, "insight.sales", "rows=item&measure=cost", "螺栓 112.00\n螺母 15.00\n- 127.00")
		for _, c := range []struct {
			a           *kernel.Actor
			name, query string
		}{{li, "insight.sales", "measure=cost"}, {li, "insight.sales", "measure=margin"}, {head, "insight.sales", "measure=cost"},
			{head, "insight.purchases", "measure=net"}, {head, "insight.purchases", "measure=gross"}, {head, "insight.purchases", "measure=cost"}} {
			_, err := f.ask(c.a, c.name, c.query)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != "insight.hidden" || p.Path != "/measure" {
				f.Errorf("%s?%s: %v", c.name, c.query, err)
			}
		}
		// Who may not see what things cost asks for quantities.
		storekeeper := f.as("", "storekeeper")
		f.want(storekeeper, "insight.purchases", "rows=item", "垫圈 90\n- 90")
		for role, may := range map[string]string{"boss": "insight.sales insight.purchases insight.rfm insight.silent insight.birthdays", "sales_manager": "insight.sales insight.rfm insight.silent insight.birthdays",
			"salesperson": "insight.sales insight.rfm insight.silent insight.birthdays", "buyer": "insight.purchases", "storekeeper": "", "cashier": "", "service": "", "office": ""} {
			var got []string
			for _, name := range []string{"insight.sales", "insight.purchases", "insight.rfm", "insight.silent", "insight.birthdays"} {
				if f.as("", role).Can(name, "read") {
					got = append(got, name)
				}
			}
			if strings.Join(got, " ") != may {
				f.Errorf("%s reads %v, want %s", role, got, may)
			}
		}
		// Who reads deliveries but not returns is told so.
		service, err := f.ask(f.as("", "service"), "insight.sales", "rows=customer&customer=$acme;")
		if err != nil || f.text(service) != "宏发五金 140.00\n- 140.00" || len(service.Notes) != 2 || service.Notes[1].Zh != "你看不到销售退货单，这里没有减去退货。" {
			f.Errorf("without returns: %v %v", service, err)
		}
		if _, err := f.ask(li, "insight.sales", "from=2026-02-01&to=2026-01-31"); err == nil || !strings.Contains(err.Error(), "insight.dates") {
			f.Error(err)
		}
	})
}

// TestEveryFigureLeadsToItsSheets follows each row of each analysis down to the sheets: what stands there adds up to it.
func TestEveryFigureLeadsToItsSheets(t *testing.T) {
	firms(t, func(f *firm) {
		f.trade()
		seen := 0
		var follow func(a *kernel.Actor, name, query string, depth int)
		follow = func(a *kernel.Actor, name, query string, depth int) {
			got, err := f.ask(a, name, query)
			if err != nil {
				f.Fatal(query, err)
			}
			if depth > 6 {
				f.Fatalf("%s never comes to the sheets", query)
			}
			for _, r := range got.Rows {
				if strings.HasPrefix(r.To, "/r/stock.") {
					seen++
					continue
				}
				if fmt.Sprint(r.Values["total"]) == "0.00" && r.To != "" {
					continue // a month without sales
				}
				next, inner, ok := strings.Cut(strings.TrimPrefix(r.To, "/report/"), "?")
				if !ok {
					f.Errorf("%s?%s: %v leads nowhere", name, query, r.Values)
					continue
				}
				t, err := f.ask(a, next, inner)
				if err != nil || t.Totals["total"] != r.Values["total"] {
					f.Errorf("%s?%s: %v leads to %v by %s (%v)", name, query, r.Values, t.Totals["total"], inner, err)
					continue
				}
				follow(a, next, inner, depth+1)
			}
		}
		for _, rows := range []string{"customer", "item", "category", "person", "department", "region", "month"} {
			for _, measure := range []string{"net", "margin", "count"} {
				follow(f.as("", "boss"), "insight.sales", "rows="+rows+"&columns=item&compare=true&measure="+measure, 0)
			}
			follow(f.as("li", "salesperson"), "insight.sales", "rows="+rows, 0)
		}
		for _, rows := range []string{"supplier", "item", "category", "person", "department", "region", "month"} {
			follow(f.as("", "boss"), "insight.purchases", "rows="+rows, 0)
		}
		if seen < 60 {
			f.Errorf("only %d sheets were met", seen)
		}
	})
}

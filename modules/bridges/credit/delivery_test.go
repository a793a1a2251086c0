package credit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// shop gives the firm a warehouse; set changes settings.
func (f *firm) shop() {
	f.Helper()
	f.make("main", warehouse.Warehouses.Name, `{"code":"01","name":"总仓"}`)
}

func (f *firm) set(choices map[string]string) {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return settings.Put(tx, choices) })
	if err != nil {
		f.Fatal(err)
	}
}

// sold is a sheet of bolts: lines are "quantity price discount", parted by semicolons.
func sold(customer, head, lines string) string {
	var list []string
	for _, l := range strings.Split(lines, ";") {
		x := append(strings.Fields(l), "0")
		list = append(list, fmt.Sprintf(`{"item":$bolt;,"qty":%q,"price":%q,"discount":%q}`, x[0], x[1], x[2]))
	}
	return fmt.Sprintf(`{%s,"warehouse":$main;,"tax_mode":"none","lines":[%s]}`, fmt.Sprintf(head, `$`+customer+`;`), strings.Join(list, ","))
}

// says is what an act answers: the problems, "waits" or "done".
func (f *firm) says(name, key, act, body string) string {
	f.Helper()
	res, err := f.do("li", name, act, f.ids[key], body)
	list, known := problem.From(err)
	switch {
	case known:
		return list.Error()
	case err != nil:
		f.Fatal(err)
	case res.Waiting:
		return "waits"
	}
	return "done"
}

const tooCheap, tooMuch = "sales.min_price at /lines/%d/price item=螺栓", "sales.credit at /party customer=Acme total=%s"

// TestADeliveryWithoutAnOrderIsAskedAsAnOrderIs: the same settings, the same sentences. Acme has a limit of 100, the lowest
// price is 10.
func TestADeliveryWithoutAnOrderIsAskedAsAnOrderIs(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		for _, c := range []struct{ customer, lines, min, credit, want string }{
			{"free", "1 10", "refuse", "refuse", "done"},
			{"free", "1 9.999999", "refuse", "refuse", fmt.Sprintf(tooCheap, 0)},
			{"free", "1 12.5 0.21", "refuse", "refuse", fmt.Sprintf(tooCheap, 0)},
			{"free", "1 12.5;2 1;1 12.5", "refuse", "refuse", fmt.Sprintf(tooCheap, 1)},
			{"free", "1000 12.5", "refuse", "refuse", "done"},
			{"acme", "9 12.5", "refuse", "refuse", fmt.Sprintf(tooMuch, "112.50")},
			{"acme", "200 1", "refuse", "refuse", fmt.Sprintf(tooCheap, 0) + "\n" + fmt.Sprintf(tooMuch, "200.00")},
			{"acme", "8 12.5", "refuse", "refuse", "done"},
			{"acme", "1 12.5", "refuse", "refuse", fmt.Sprintf(tooMuch, "12.50")}, // the limit is used up
			{"acme", "1 9", "allow", "refuse", fmt.Sprintf(tooMuch, "9.00")},
			{"acme", "1 9", "refuse", "allow", fmt.Sprintf(tooCheap, 0)},
			{"acme", "1 9", "allow", "allow", "done"},
		} {
			f.set(map[string]string{"sales.min_price": c.min, "sales.credit": c.credit})
			f.make("sheet", stock.Deliveries.Name, sold(c.customer, `"party":%s`, c.lines))
			if got := f.says(stock.Deliveries.Name, "sheet", "post", ""); got != c.want {
				t.Errorf("%+v: %s", c, got)
			}
		}
		f.set(map[string]string{"sales.min_price": "refuse", "sales.credit": "refuse"})
		if got := f.says(stock.Deliveries.Name, "sheet", "reverse", "{}"); got != "done" {
			t.Errorf("what was sold too cheap is taken back: %s", got)
		}
		f.make("own", stock.OtherOut.Name, `{"warehouse":$main;,"lines":[{"item":$bolt;,"qty":"1"}]}`)
		if got := f.says(stock.OtherOut.Name, "own", "post", ""); got != "done" {
			t.Errorf("what is used is sold to nobody: %s", got)
		}
	})
}

// TestWhatWasOrderedIsNotAskedAgain: an order that was agreed to is shipped, whatever the settings say now and without one
// question to the database more. What people put on the sheet beside it is asked about.
func TestWhatWasOrderedIsNotAskedAgain(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		order := func() {
			t.Helper()
			f.set(map[string]string{"sales.min_price": "allow", "sales.credit": "allow"})
			f.make("order", sales.Orders.Name, sold("acme", `"customer":%s`, "100 5;10 12.5"))
			if got := f.says(sales.Orders.Name, "order", "confirm", ""); got != "done" {
				t.Fatal(got)
			}
		}
		asked := map[string]int64{}
		for _, strict := range []string{"allow", "allow", "refuse"} { // the first prepares what is kept between units
			order()
			f.set(map[string]string{"sales.min_price": strict, "sales.credit": strict})
			if got := f.says(sales.Orders.Name, "order", "deliver", `{"post":true}`); got != "done" {
				t.Fatal(got)
			}
			f.stands("closed posted")
			for _, u := range f.c.Store.Stats().All() {
				if u.Label == "sales.order:deliver" {
					asked[strict] = int64(u.LastStatements)
				}
			}
		}
		if asked["allow"] == 0 || asked["allow"] != asked["refuse"] {
			t.Errorf("shipping what was ordered ran %v statements", asked)
		}
		order()
		if got := f.says(sales.Orders.Name, "order", "deliver", `{"post":false}`); got != "done" {
			t.Fatal(got)
		}
		f.ids["sheet"] = f.stands("confirmed draft")
		f.set(map[string]string{"sales.min_price": "refuse", "sales.credit": "refuse"})
		var lines []int64
		f.view(func(v *kernel.View) error {
			doc, err := stock.Deliveries.Find(v, f.ids["sheet"])
			for _, l := range doc.Lines {
				lines = append(lines, l.ID)
			}
			return err
		})
		first, second := fmt.Sprint(lines[0]), fmt.Sprint(lines[1])
		for _, c := range []struct{ what, lines, want string }{
			{"cheaper than ordered", `{"id":` + first + `,"price":"4.99"},{"id":` + second + `}`, fmt.Sprintf(tooCheap, 0) + "\n" + fmt.Sprintf(tooMuch, "624.00")},
			{"a line beside it", `{"id":` + first + `,"price":"5"},{"id":` + second + `},{"item":$bolt;,"qty":"1","price":"5"}`,
				fmt.Sprintf(tooCheap, 2) + "\n" + fmt.Sprintf(tooMuch, "630.00")},
			{"a part of it, dearer", `{"id":` + first + `,"price":"6","qty":"30"}`, "done"},
		} {
			if got := f.says(stock.Deliveries.Name, "sheet", "update", `{"lines":[`+c.lines+`]}`); got != "done" {
				t.Fatal(c.what, got)
			}
			if got := f.says(stock.Deliveries.Name, "sheet", "post", ""); got != c.want {
				t.Errorf("%s: %s", c.what, got)
			}
		}
	})
}

// TestASheetWarnsWhileItIsTyped: problems at their fields and the credit that is left, before anything is written.
func TestASheetWarnsWhileItIsTyped(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		body := sold("acme", `"party":%s`, "1 12.5;100 1")
		for key, id := range f.ids {
			body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
		}
		in, p := resource.ParseObject([]byte(body))
		if p != nil {
			t.Fatal(p)
		}
		got, err := preview.Try(context.Background(), f.c, f.as("li"), pipeline.Command{Def: stock.Deliveries.Def, Input: in}, "")
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(tooCheap, 1) + "\n" + fmt.Sprintf(tooMuch, "112.50"); got.Draft.Problems.Error() != want {
			t.Errorf("problems:\n%v\nwant\n%s", got.Draft.Problems, want)
		}
		var credit []string
		for _, x := range got.Facts {
			if x.Pointer == "/party" {
				credit = append(credit, x.Label.Zh+" "+x.Value+" "+x.Right)
			}
		}
		if fmt.Sprint(credit) != "[欠款 0.00 credit 预收 0.00 credit 可用额度 100.00 credit]" {
			t.Errorf("facts %v", credit)
		}
	})
}

// TestDeliveriesThatAskForApproval puts the ready-made flows in force: they ask about what no order agreed to.
func TestDeliveriesThatAskForApproval(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		for _, name := range []string{"低于最低售价的销售单", "超过信用额度的销售单"} {
			if flow := f.flow(name); flow.Active || flow.Published != 0 || flow.Target != stock.Deliveries.Name || flow.Act != "post" {
				t.Errorf("%s begins as %+v", name, flow)
			}
			if _, err := f.do("", "approval.flow", "switch_on", f.flow(name).ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		if f.c.Setting("sales.min_price") != "ask" || f.c.Setting("sales.credit") != "ask" {
			t.Error("a sheet that is refused waits for nobody")
		}
		for _, c := range []struct{ customer, lines, want string }{
			{"free", "1 10", "done"}, {"free", "1 9.999999", "waits"}, {"free", "1 12.5 0.21", "waits"}, {"free", "800 12.5", "done"},
			{"acme", "9 12.5", "waits"}, {"acme", "8 12.5", "done"}, {"acme", "1 10", "waits"},
		} {
			f.make("sheet", stock.Deliveries.Name, sold(c.customer, `"party":%s`, c.lines))
			if got := f.says(stock.Deliveries.Name, "sheet", "post", ""); got != c.want {
				t.Errorf("%+v: %s", c, got)
			}
		}
		r := f.request(f.ids["sheet"])
		for _, who := range []string{"head", "books"} {
			if _, err := f.do(who, "approval.request", "agree", r.ID, `{}`); err != nil {
				t.Fatal(who, err)
			}
		}
		if err := approval.Apply(context.Background(), f.c, r.ID); err != nil {
			t.Fatal(err)
		}
		f.make("order", sales.Orders.Name, sold("acme", `"customer":%s`, "100 5"))
		if got := f.says(sales.Orders.Name, "order", "sell", ""); got != "sales.credit_unasked at /customer customer=Acme total=500.00\nsales.min_price_unasked at /lines/0/price item=螺栓" {
			t.Errorf("an order that nobody asks about is sold: %s", got)
		}
	})
}

// TestCreditOfWhatWaits: of a limit of 100 one sheet of 80 takes what there is, whether it left at once or waits for the
// storekeeper; the next is asked about. What was paid with a sheet takes nothing.
func TestCreditOfWhatWaits(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		if _, err := f.do("", "approval.flow", "switch_on", f.flow("超过信用额度的销售单").ID, ""); err != nil {
			t.Fatal(err)
		}
		for _, mode := range []string{"at_once", "storekeeper"} {
			f.set(map[string]string{"sales.min_price": "allow", "sales.credit": "ask", "stock.ships": mode})
			f.make("acme", "base.party", `{"name":"Acme `+mode+`","credit_limit":"100"}`)
			var got []string
			for _, key := range []string{"one", "two"} {
				f.make(key, stock.Deliveries.Name, sold("acme", `"party":%s`, "8 10"))
				got = append(got, f.says(stock.Deliveries.Name, key, "post", ""))
			}
			if strings.Join(got, " ") != "done waits" {
				t.Errorf("%s: %v", mode, got)
			}
		}
		if _, err := f.do("", stock.Deliveries.Name, "ship", f.ids["one"], "{}"); err != nil {
			t.Error(err)
		}
	})
}

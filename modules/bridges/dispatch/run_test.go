package dispatch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// run makes a run of shipped deliveries, each given by a name and what is to be collected.
func (f *firm) run(key, account string, stops ...[2]string) {
	f.Helper()
	var lines []string
	for _, s := range stops {
		lines = append(lines, `{"delivery":$`+s[0]+`;,"to_collect":"`+s[1]+`"}`)
	}
	f.make(key, "dispatch.run", `{"date":"2026-11-21","driver":$driver;,"vehicle":"浙A12345"`+account+`,"stops":[`+strings.Join(lines, ",")+`]}`)
}

func (f *firm) tour(key string) *dispatch.Run {
	f.Helper()
	var r *dispatch.Run
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		r, err = dispatch.Runs.Find(v, f.ids[key])
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return r
}

// says tells state and money of a run, and of each stop what became of it.
func (f *firm) says(key string) string {
	r := f.tour(key)
	out := fmt.Sprint(r.Number, " ", r.State, " ", r.ToCollect, " ", r.Collected, " ", r.Missing)
	for _, s := range r.Stops {
		out += fmt.Sprint("; ", s.Outcome, " ", s.ToCollect, " ", s.Collected, " ", s.Receipt != 0)
	}
	return out
}

// owed lists the open items of deliveries and the receipts.
func (f *firm) money() string {
	f.Helper()
	var b strings.Builder
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		debts, err := settlement.OpenItems.Where(v, "source = 'stock.delivery'")
		if err != nil {
			return err
		}
		for _, d := range debts {
			fmt.Fprintln(&b, d.SourceNumber, d.Amount, "open", d.Open)
		}
		paid, err := settlement.Receipts.Where(v, "kind = 'receipt'")
		for _, p := range paid {
			fmt.Fprintln(&b, p.Number, p.State, p.Amount, "settled", p.Settled, "advance", p.Unapplied)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func (f *firm) answer(actor *kernel.Actor, key string, stop int, more string) error {
	_, err := f.try(actor, pipeline.Command{Def: dispatch.Runs.Def, Act: "stop", ID: f.ids[key]}, fmt.Sprintf(`{"stop":%d,%s}`, f.tour(key).Stops[stop].ID, more))
	return err
}

// TestARun: three deliveries of 100, 40 and 20 go out, 100 and 40 are to be collected. The first pays all of it, the second 30
// of 40, first told as 25; the third is refused. The receipts lie on the driver's card and settle their deliveries.
func TestARun(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.ships", "at_once")
		f.make("card", "settlement.money_account", `{"code":"9","name":"老赵代收","kind":"private","holder":$driver;}`)
		for key, body := range map[string]string{"a": `"party":$acme;,"lines":[{"item":$bolt;,"qty":"10"}]`, "b": `"party":$star;,"lines":[{"item":$bolt;,"qty":"4"}]`} {
			f.make(key, "stock.delivery", `{"date":"2026-11-21","warehouse":$store;,`+body+`}`)
		}
		f.make("c", "stock.delivery", `{"date":"2026-11-21","warehouse":$store;,"party":$star;,"lines":[{"item":$bolt;,"qty":"2"}]}`)
		f.do("stock.delivery", "post", "a", "")
		f.do("stock.delivery", "post", "b", "")
		runs := dispatch.Runs.Def
		keeper, driver := f.as("", "storekeeper"), f.as("driver", "office")
		f.refuse(keeper, "dispatch.account", pipeline.Command{Def: runs, Act: "create"}, `{"driver":$li;,"stops":[{"delivery":$a;}]}`)
		f.refuse(keeper, "dispatch.twice", pipeline.Command{Def: runs, Act: "create"}, `{"driver":$driver;,"stops":[{"delivery":$a;},{"delivery":$a;}]}`)
		f.run("run", `,"money_account":$card;`, [2]string{"a", "100"}, [2]string{"b", "40"}, [2]string{"c", "0"})
		f.refuse(keeper, "dispatch.not_shipped", pipeline.Command{Def: runs, Act: "start", ID: f.ids["run"]}, "")
		f.do("stock.delivery", "post", "c", "")
		f.do("dispatch.run", "start", "run", "")
		first := f.tour("run").Stops[0]
		f.same("where to", first.Contact+" "+first.Phone+" "+first.Address, "王姐 13800000001 浙江 杭州 中山路 1 号")
		f.run("second", "", [2]string{"a", "0"})
		f.refuse(keeper, "dispatch.elsewhere", pipeline.Command{Def: runs, Act: "start", ID: f.ids["second"]}, "")

		// the driver is told what he must know, whether or not he may see deliveries; nobody else finds his run
		tours := f.get(driver, "/api/v1/dispatch/bring")["items"].([]any)
		f.same("his tour", row(tours[0], "number", "driver", "to_collect", "may_close"), "PC261100001 老赵 140.00 false")
		stop := tours[0].(map[string]any)["stops"].([]any)[1]
		f.same("a stop", row(stop, "number", "party", "address", "to_collect", "outcome", "lines"), "XS261100002 恒星贸易 宁波 40.00 open [map[name:螺栓 qty:4 spec:M8 unit:盒]]")
		f.same("a colleague's tours", fmt.Sprint(f.get(f.as("li", "salesperson"), "/api/v1/dispatch/bring")["items"]), "[]")
		f.refuse(f.as("li", "salesperson"), "not_found", pipeline.Command{Def: runs, Act: "stop", ID: f.ids["run"]}, fmt.Sprintf(`{"stop":%d,"outcome":"brought"}`, first.ID))
		f.refuse(driver, "forbidden", pipeline.Command{Def: runs, Act: "close", ID: f.ids["run"]}, "")
		for _, one := range []struct {
			stop int
			more string
		}{{0, `"outcome":"brought","collected":"100"`}, {1, `"outcome":"part","collected":"25","told":"少给"`}, {1, `"outcome":"part","collected":"30","told":"少给"`}} {
			if err := f.answer(driver, "run", one.stop, one.more); err != nil {
				t.Fatal(one.more, err)
			}
		}
		f.refuse(keeper, "dispatch.unanswered", pipeline.Command{Def: runs, Act: "close", ID: f.ids["run"]}, "")
		f.refuse(driver, "dispatch.refused_paid", pipeline.Command{Def: runs, Act: "stop", ID: f.ids["run"]}, fmt.Sprintf(`{"stop":%d,"outcome":"refused","collected":"1"}`, f.tour("run").Stops[2].ID))
		f.refuse(driver, "dispatch.no_stop", pipeline.Command{Def: runs, Act: "stop", ID: f.ids["run"]}, `{"stop":1,"outcome":"refused"}`)
		if err := f.answer(driver, "run", 2, `"outcome":"refused"`); err != nil {
			t.Fatal(err)
		}
		f.do("dispatch.run", "close", "run", "")
		f.same("the run", f.says("run"), "PC261100001 closed 140.00 130.00 10.00; brought 100.00 100.00 true; part 40.00 30.00 true; refused 0.00 0.00 false")
		f.same("money", f.money(), strings.Join([]string{"XS261100001 100.00 open 0.00", "XS261100002 40.00 open 10.00", "XS261100003 20.00 open 20.00",
			"SK261100001 posted 100.00 settled 100.00 advance 0.00", "SK261100002 void 25.00 settled 0.00 advance 0.00", "SK261100003 posted 30.00 settled 30.00 advance 0.00"}, "\n"))
		f.ids["money"] = f.tour("run").Stops[0].Receipt
		f.refuse(kernel.SystemActor(), "dispatch.collected", pipeline.Command{Def: settlement.Receipts.Def, Act: "unpost", ID: f.ids["money"]}, "")

		// what was refused may go out once more, what was brought may not
		f.run("third", "", [2]string{"c", "0"})
		f.do("dispatch.run", "start", "third", "")
		f.refuse(keeper, "dispatch.elsewhere", pipeline.Command{Def: runs, Act: "start", ID: f.ids["second"]}, "")
	})
}

// TestAWaybill stands on a delivery before and after it was shipped, and is found by its number.
func TestAWaybill(t *testing.T) {
	firms(t, func(f *firm) {
		f.sell("one", `{"date":"2026-11-20","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1"}]}`)
		consign := pipeline.Command{Def: stock.Deliveries.Def, Act: "consign", ID: f.ids["one"]}
		if _, err := f.try(f.as("", "storekeeper"), consign, `{"carrier":"安能","waybill":"AN100 AN101","freight":"35.5"}`); err != nil {
			t.Fatal(err)
		}
		f.ship("one", "")
		d := f.delivery("one")
		f.same("kept", fmt.Sprint(d.State, " ", d.Carrier, " ", d.Waybill, " ", d.Freight, " ", d.Gross), "posted 安能 AN100 AN101 35.50 10.00")
		if _, err := f.try(f.as("li", "salesperson"), consign, `{"carrier":"德邦","waybill":"DB7"}`); err != nil {
			t.Fatal(err)
		}
		d = f.delivery("one")
		f.same("changed", fmt.Sprint(d.Carrier, " ", d.Waybill, " ", d.Freight, " ", d.Revision), "德邦 DB7 0.00 0")
		f.refuse(f.as("", "office"), "forbidden", consign, `{"waybill":"X"}`)
	})
}

package dispatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// shipping is what ships so much of the first line of a delivery.
func shipping(d *stock.Document, quantities string) string {
	text, _ := json.Marshal(fmt.Sprintf(`[{"id":%d,%s}]`, d.Lines[0].ID, quantities)) // a string is always told
	return `{"lines":` + string(text) + `}`
}

// handed writes a delivery of 10 bolts and hands it to the storekeeper.
func (f *firm) handed(key, more string) *stock.Document {
	f.Helper()
	f.make(key, stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"owner":$li;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10","price":"10"}]`+more+`}`)
	return f.do(stock.Deliveries.Name, "post", key, "").(*stock.Document)
}

const hundred = `,"money":[{"money_account":$till;,"amount":"100"}]`

// TestMoneyStaysWithItsParty: what was paid with a sheet settles nothing of its rest when that has become somebody else's.
func TestMoneyStaysWithItsParty(t *testing.T) {
	firms(t, func(f *firm) {
		d := f.handed("one", hundred)
		f.do(stock.Deliveries.Name, "ship", "one", shipping(d, `"qty":"6"`))
		f.rest("rest", "one")
		f.do(stock.Deliveries.Name, "recall", "rest", "")
		f.do(stock.Deliveries.Name, "update", "rest", `{"party":$star;}`)
		f.do(stock.Deliveries.Name, "post", "rest", "")
		f.do(stock.Deliveries.Name, "ship", "rest", "")
		f.same("money", f.money(), "XS261100001 60.00 open 0.00\nXS261100002 40.00 open 40.00\nSK261100001 posted 100.00 settled 60.00 advance 40.00")
	})
}

// TestWhoMayGiveMoneyBack: a sheet is taken back from the warehouse with its money by who may touch money alone.
func TestWhoMayGiveMoneyBack(t *testing.T) {
	firms(t, func(f *firm) {
		f.handed("paid", hundred)
		f.handed("unpaid", "")
		li := f.as("li", "salesperson")
		recall := func(key string) pipeline.Command {
			return pipeline.Command{Def: stock.Deliveries.Def, Act: "recall", ID: f.ids[key]}
		}
		f.refuse(li, "stock.money_back", recall("paid"), "")
		f.same("money", f.money(), "SK261100001 posted 100.00 settled 0.00 advance 100.00")
		if _, err := f.try(li, recall("unpaid"), ""); err != nil {
			t.Error(err)
		}
		if _, err := f.try(f.as("li", "boss"), recall("paid"), ""); err != nil {
			t.Error(err)
		}
		f.same("money", f.money(), "SK261100001 void 100.00 settled 0.00 advance 0.00")
		f.handed("gone", hundred)
		f.do(stock.Deliveries.Name, "ship", "gone", "")
		keeper := f.as("li", "storekeeper")
		f.refuse(keeper, "stock.money_back", pipeline.Command{Def: stock.Deliveries.Def, Act: "unpost", ID: f.ids["gone"]}, "")
		f.refuse(keeper, "stock.money_back", pipeline.Command{Def: stock.Deliveries.Def, Act: "modify", ID: f.ids["gone"]}, `{"sheet":"{\"money\":[]}"}`)
	})
}

// TestWhatWeighsMore: 3 bars of 30 kg are asked for; 2 weigh 30.5 kg. The third is as heavy as it was thought.
func TestWhatWeighsMore(t *testing.T) {
	firms(t, func(f *firm) {
		for weight, want := range map[string]string{"30.5": "1 10", "30": "1 10", "19": "1 11"} {
			f.make("one", stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$tube;,"qty":"3","qty2":"30","price":"5"}]}`)
			d := f.do(stock.Deliveries.Name, "post", "one", "").(*stock.Document)
			f.do(stock.Deliveries.Name, "ship", "one", shipping(d, `"qty":"2","qty2":"`+weight+`"`))
			f.rest("rest", "one")
			l := f.do(stock.Deliveries.Name, "recall", "rest", "").(*stock.Document).Lines[0]
			f.same(weight, l.Qty.String()+" "+l.Qty2.String(), want)
		}
	})
}

// TestAnOrderWaitsOnce: what waits for the storekeeper is not delivered a second time, nor is more handed to him by hand.
func TestAnOrderWaitsOnce(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("order", "sales.order", `{"customer":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10","price":"10"}]}`)
		f.do("sales.order", "confirm", "order", "")
		deliver := pipeline.Command{Def: f.c.Def("sales.order"), Act: "deliver", ID: f.ids["order"]}
		f.do("sales.order", "deliver", "order", `{"post":false}`)
		f.do("sales.order", "deliver", "order", `{"post":true}`)
		f.refuse(kernel.SystemActor(), "trading.all_waiting", deliver, `{"post":true}`)
		ids := f.deliveries()
		f.ids["first"], f.ids["second"] = ids[0], ids[1]
		f.refuse(kernel.SystemActor(), "trading.over", pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: ids[0]}, "")
		f.same("what waits", fmt.Sprint(strings.Count(f.sheets(f.get(kernel.SystemActor(), out)), "螺栓 10 盒")), "1")
		d := f.do(stock.Deliveries.Name, "consign", "second", `{}`).(*stock.Document)
		f.do(stock.Deliveries.Name, "ship", "second", shipping(d, `"qty":"4"`)) // the rest of 6 waits
		f.refuse(kernel.SystemActor(), "trading.all_waiting", deliver, `{"post":true}`)
		f.rest("rest", "second")
		f.do(stock.Deliveries.Name, "recall", "rest", "")
		f.do("sales.order", "deliver", "order", `{"post":true}`)
		f.refuse(kernel.SystemActor(), "trading.over", pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: f.ids["rest"]}, "")
		f.set("stock.ships", "at_once") // what waits goes on waiting
		f.refuse(kernel.SystemActor(), "trading.all_waiting", deliver, `{"post":true}`)
	})
}

func (f *firm) deliveries() (ids []int64) {
	f.Helper()
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		ids, err = v.IDs("SELECT id FROM stock_document WHERE kind = 'delivery' ORDER BY id")
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return ids
}

// TestModifyingLetsNothingGo: where the storekeeper confirms what leaves, more of it leaves by modifying only through who may ship.
func TestModifyingLetsNothingGo(t *testing.T) {
	firms(t, func(f *firm) {
		d := f.handed("one", "")
		f.do(stock.Deliveries.Name, "ship", "one", "")
		manager, boss := f.as("li", "sales_manager"), f.as("li", "boss")
		modify := pipeline.Command{Def: stock.Deliveries.Def, Act: "modify", ID: f.ids["one"]}
		to := func(change string) string {
			text, _ := json.Marshal(fmt.Sprintf(`{"lines":[{"id":%d,%s}]}`, d.Lines[0].ID, change)) // a string is always told
			return `{"sheet":` + string(text) + `}`
		}
		f.refuse(manager, "stock.modify_ships", modify, to(`"qty":"11"`))
		for who, change := range map[*kernel.Actor]string{manager: `"qty":"8","price":"9"`, boss: `"qty":"30"`} {
			if _, err := f.try(who, modify, to(change)); err != nil {
				t.Error(change, err)
			}
		}
		f.make("exchange", stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1","price":"10"},{"item":$bolt;,"qty":"-1","price":"8"}]}`)
		f.do(stock.Deliveries.Name, "post", "exchange", "")
		x := f.do(stock.Deliveries.Name, "ship", "exchange", "").(*stock.Document)
		text, _ := json.Marshal(fmt.Sprintf(`{"lines":[{"id":%d,"price":"9"},{"id":%d}]}`, x.Lines[0].ID, x.Lines[1].ID)) // a string is always told
		if _, err := f.try(manager, pipeline.Command{Def: stock.Deliveries.Def, Act: "modify", ID: x.ID}, `{"sheet":`+string(text)+`}`); err != nil {
			t.Error("a price of an exchange:", err) // one piece goes and one comes, as before
		}
		f.set("stock.ships", "at_once")
		if _, err := f.try(manager, modify, to(`"qty":"31"`)); err != nil {
			t.Error(err)
		}
	})
}

// TestPhonesAreTheDrivers: a run tells telephones to its driver and to who may see them, not to the storekeeper who plans it.
func TestPhonesAreTheDrivers(t *testing.T) {
	firms(t, func(f *firm) {
		f.handed("one", "")
		f.do(stock.Deliveries.Name, "ship", "one", "")
		f.make("run", "dispatch.run", `{"driver":$driver;,"stops":[{"delivery":$one;}]}`)
		f.do("dispatch.run", "start", "run", "")
		if right := f.c.Def("dispatch.run").LineOf("stops").ByName["phone"].Right; right != "phone" {
			t.Errorf("the telephone of a stop needs the right %q", right)
		}
		phone := func(actor *kernel.Actor) string {
			tours := f.get(actor, "/api/v1/dispatch/bring")["items"].([]any)
			return fmt.Sprint(tours[0].(map[string]any)["stops"].([]any)[0].(map[string]any)["phone"])
		}
		f.same("driver", phone(f.as("driver", "storekeeper")), "13800000001")
		f.same("storekeeper", phone(f.as("li", "storekeeper")), "")
		f.same("boss", phone(f.as("li", "boss")), "13800000001")
	})
}

// TestLastPieceWaits: 40 in stock, "refuse"; of twelve sheets of ten that are posted at once four are handed over.
func TestLastPieceWaits(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.negative", "refuse")
		for i := range 12 {
			f.make(fmt.Sprint("s", i), stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10","price":"10"}]}`)
		}
		var wg sync.WaitGroup
		var won atomic.Int32
		for i := range 12 {
			cmd := pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: f.ids[fmt.Sprint("s", i)]}
			wg.Go(func() {
				if _, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd); err == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 4 {
			t.Errorf("%d sheets were handed over, there are goods for 4", won.Load())
		}
	})
}

// TestWhatComesBackIsNotThere: of 40 in stock an exchange that waits will bring 30 more one day; 70 are not there now.
func TestWhatComesBackIsNotThere(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.negative", "refuse")
		f.make("exchange", stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"-30","price":"10"},{"item":$nut;,"qty":"1","price":"10"}]}`)
		f.do(stock.Deliveries.Name, "post", "exchange", "")
		f.make("much", stock.Deliveries.Name, `{"date":"2026-11-21","party":$star;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"70","price":"10"}]}`)
		f.refuse(kernel.SystemActor(), "stock.short", pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: f.ids["much"]}, "")
	})
}

// TestAnOrderStaysUnderItsGoods: an order is neither taken back nor closed while a delivery of it waits to leave.
func TestAnOrderStaysUnderItsGoods(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.ship_more", "tenth")
		f.make("order", "sales.order", `{"customer":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10","price":"10"}]}`)
		f.do("sales.order", "confirm", "order", "")
		f.do("sales.order", "deliver", "order", `{"post":true}`)
		for _, act := range []string{"unconfirm", "close"} {
			f.refuse(kernel.SystemActor(), "sales.coming", pipeline.Command{Def: f.c.Def("sales.order"), Act: act, ID: f.ids["order"]}, "")
		}
		f.ids["sheet"] = f.deliveries()[0]
		d := f.do(stock.Deliveries.Name, "consign", "sheet", `{}`).(*stock.Document)
		f.do(stock.Deliveries.Name, "ship", "sheet", shipping(d, `"qty":"11"`)) // a tenth more than was ordered counts as ten
		err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			o, err := sales.Orders.Find(v, f.ids["order"])
			if err == nil {
				f.same("order", string(o.State)+" "+o.Lines[0].Delivered.String(), "closed 10")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestARunBooksNoSum: who may not take money collects on an account that the driver holds, is the driver, and takes no more than is owed.
func TestARunBooksNoSum(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("bank", "settlement.money_account", `{"code":"9","name":"中行","kind":"bank"}`)
		f.make("purse", "settlement.money_account", `{"code":"8","name":"老赵代收","kind":"cash","holder":$driver;}`)
		f.handed("one", "")
		f.do(stock.Deliveries.Name, "ship", "one", "")
		keeper, driver := f.as("li", "storekeeper"), f.as("driver", "storekeeper")
		create := pipeline.Command{Def: f.c.Def("dispatch.run"), Act: "create"}
		f.refuse(keeper, "dispatch.not_held", create, `{"driver":$driver;,"money_account":$bank;,"stops":[{"delivery":$one;}]}`)
		rec, err := f.try(keeper, create, `{"driver":$driver;,"money_account":$purse;,"stops":[{"delivery":$one;}]}`)
		if err != nil {
			t.Fatal(err)
		}
		f.ids["run"] = resource.ID(f.c.Def("dispatch.run"), rec)
		f.do("dispatch.run", "start", "run", "")
		for who, want := range map[*kernel.Actor]string{keeper: "dispatch.not_driver", driver: "dispatch.too_much"} {
			list, _ := problem.From(f.answer(who, "run", 0, `"outcome":"brought","collected":"100.01"`))
			if len(list) != 1 || list[0].Code != want {
				t.Errorf("%v, want %s", list, want)
			}
		}
		if err := f.answer(driver, "run", 0, `"outcome":"brought","collected":"100"`); err != nil {
			t.Error(err)
		}
		if list, _ := problem.From(f.answer(keeper, "run", 0, `"outcome":"brought","collected":"99"`)); len(list) != 1 || list[0].Code != "dispatch.not_driver" {
			t.Errorf("what the driver collected was taken back: %v", list)
		}
		for _, money := range []string{"", `,"collected":"100"`} {
			if err := f.answer(keeper, "run", 0, `"outcome":"part"`+money); err != nil {
				t.Errorf("another outcome with the same money%s: %v", money, err)
			}
		}
		f.same("money", f.money(), "XS261100001 100.00 open 0.00\nSK261100001 posted 100.00 settled 100.00 advance 0.00")
	})
}

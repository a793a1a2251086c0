package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/stock"
)

// TestADeliveryThatIsTakenBackOnTheRoad: reversed, unposted or put on another customer while its run is under way, its stop says
// so and collects nothing, whoever answers; driver, sender and salesperson are told.
func TestADeliveryThatIsTakenBackOnTheRoad(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.ships", "at_once")
		f.make("card", "settlement.money_account", `{"code":"9","name":"老赵代收","kind":"private","holder":$driver;}`)
		users := map[string]string{"driverUser": `{"login":"zhao","name":"Z","roles":"office","person":$driver;}`, "liUser": `{"login":"li","name":"L","roles":"salesperson","person":$li;}`,
			"keeperUser": `{"login":"keeper","name":"K","roles":"storekeeper"}`}
		for key, body := range users {
			f.make(key, "base.user", body)
		}
		keeper, driver, seller := f.as("", "storekeeper"), f.as("driver", "office"), f.as("li", "salesperson")
		keeper.UserID, driver.UserID, seller.UserID = f.ids["keeperUser"], f.ids["driverUser"], f.ids["liUser"]
		stops := ""
		for n, key := range []string{"red", "back", "other", "kept"} {
			f.make(key, "stock.delivery", fmt.Sprintf(`{"date":"2026-11-21","warehouse":$store;,"party":$acme;,"owner":$li;,"lines":[{"item":$bolt;,"qty":"%d"}]}`, n+1))
			f.do(stock.Deliveries.Name, "post", key, "")
			stops += `,{"delivery":$` + key + `;}`
		}
		rec, err := f.try(keeper, pipeline.Command{Def: dispatch.Runs.Def, Act: "create"}, `{"driver":$driver;,"money_account":$card;,"stops":[`+stops[1:]+`]}`)
		if err != nil {
			t.Fatal(err)
		}
		f.ids["run"] = rec.(*dispatch.Run).ID
		f.do("dispatch.run", "start", "run", "")
		f.do(stock.Deliveries.Name, "reverse", "red", `{}`)
		f.do(stock.Deliveries.Name, "unpost", "back", "")
		f.modify("other", `{\"party\":$star;}`)
		f.modify("kept", `{\"note\":\"小心\"}`)
		tour := func() (out []string) {
			for _, one := range f.get(driver, "/api/v1/dispatch/bring")["items"].([]any)[0].(map[string]any)["stops"].([]any) {
				out = append(out, row(one, "off", "to_collect", "outcome"))
			}
			return out
		}
		f.same("the stops", strings.Join(tour(), " | "), "true 0.00 open | true 0.00 open | true 0.00 open | false 40.00 open")
		for stop := range 3 {
			for _, said := range []string{`"outcome":"brought"`, `"outcome":"brought","collected":"10"`, `"outcome":"part","collected":"10"`} {
				if list, _ := problem.From(f.answer(driver, "run", stop, said)); len(list) != 1 || list[0].Code != "dispatch.called_off" {
					t.Errorf("stop %d, %s: %v", stop, said, list)
				}
			}
			if err := f.answer(driver, "run", stop, `"outcome":"refused"`); err != nil {
				t.Error(err)
			}
		}
		if err := f.answer(driver, "run", 3, `"outcome":"brought","collected":"40"`); err != nil {
			t.Error(err)
		}
		f.do("dispatch.run", "close", "run", "")
		r := f.tour("run")
		f.same("the run", fmt.Sprint(r.State, " ", r.ToCollect, " ", r.Collected, " ", r.Missing), "closed 40.00 40.00 0.00")
		off := func(number string) string {
			return "送货单「PC261100001」上的销售单 " + number + " 已撤回或换了客户：不用再送，也不收钱"
		}
		want := strings.Join([]string{off("XS261100003"), off("XS261100002"), off("XS261100001")}, "; ")
		f.same("the sender is told", strings.Join(f.told(keeper), "; "), want)
		f.same("the salesperson is told", strings.Join(f.told(seller), "; "), want)
		f.same("the driver is told", strings.Join(f.told(driver), "; "), want+"; 2026-11-21 有一趟货「老赵 2026-11-21」交给你送")
	})
}

// TestARunStartsWithTheCustomersOfItsDeliveries: a delivery that became another customer's is chosen anew before the run sets off.
func TestARunStartsWithTheCustomersOfItsDeliveries(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.ships", "at_once")
		f.make("a", "stock.delivery", `{"date":"2026-11-21","warehouse":$store;,"party":$acme;,"lines":[{"item":$bolt;,"qty":"1"}]}`)
		f.do(stock.Deliveries.Name, "post", "a", "")
		f.run("run", "", [2]string{"a", "0"})
		f.modify("a", `{\"party\":$star;}`)
		start := pipeline.Command{Def: dispatch.Runs.Def, Act: "start", ID: f.ids["run"]}
		f.refuse(f.as("", "storekeeper"), "dispatch.other_party", start, "")
		f.modify("a", `{\"party\":$acme;}`)
		if _, err := f.try(f.as("", "storekeeper"), start, ""); err != nil {
			t.Error(err)
		}
	})
}

// modify puts a posted delivery right.
func (f *firm) modify(key, sheet string) {
	f.Helper()
	f.do(stock.Deliveries.Name, "modify", key, `{"sheet":"`+sheet+`"}`)
}

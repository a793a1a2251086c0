package dispatch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock"
)

// told gives what an account was told, the latest first.
func (f *firm) told(a *kernel.Actor) (out []string) {
	f.Helper()
	err := f.c.View(context.Background(), a, func(v *kernel.View) error {
		page, err := notify.Page(v, 0, 10)
		for _, n := range page {
			out = append(out, n.Text)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return out
}

// TestAStorekeeperSendsWithoutAmounts: a run that a storekeeper writes collects what is owed though he neither types nor sees it;
// its driver is told, he is told of what is missing without the figure.
func TestAStorekeeperSendsWithoutAmounts(t *testing.T) {
	firms(t, func(f *firm) {
		f.set("stock.ships", "at_once")
		f.make("card", "settlement.money_account", `{"code":"9","name":"老赵代收","kind":"private","holder":$driver;}`)
		f.make("a", "stock.delivery", `{"date":"2026-11-21","warehouse":$store;,"party":$acme;,"lines":[{"item":$bolt;,"qty":"1","price":"987.65"}]}`)
		f.do(stock.Deliveries.Name, "post", "a", "")
		f.make("keeperUser", "base.user", `{"login":"keeper","name":"K","roles":"storekeeper"}`)
		keeper, driver := f.as("li", "storekeeper"), f.as("driver", "office")
		keeper.UserID = f.ids["keeperUser"]
		runs := dispatch.Runs.Def
		f.refuse(keeper, "field.unknown", pipeline.Command{Def: runs, Act: "create"}, `{"driver":$driver;,"money_account":$card;,"stops":[{"delivery":$a;,"to_collect":"1"}]}`)
		rec, err := f.try(keeper, pipeline.Command{Def: runs, Act: "create"}, `{"driver":$driver;,"money_account":$card;,"stops":[{"delivery":$a;}]}`)
		if err != nil {
			t.Fatal(err)
		}
		f.ids["run"] = resource.ID(runs, rec)
		if _, err := f.try(keeper, pipeline.Command{Def: runs, Act: "start", ID: f.ids["run"]}, ""); err != nil {
			t.Fatal(err)
		}
		tour := func(a *kernel.Actor) string {
			one := f.get(a, "/api/v1/dispatch/bring")["items"].([]any)[0]
			return row(one, "to_collect", "collected", "missing") + "|" + row(one.(map[string]any)["stops"].([]any)[0], "to_collect", "collected", "outcome")
		}
		f.same("the driver's", tour(driver), "987.65 0.00 987.65|987.65 0.00 open")
		f.same("the storekeeper's", tour(keeper), "  |  open")
		if err := f.answer(driver, "run", 0, `"outcome":"brought","collected":"900"`); err != nil {
			t.Fatal(err)
		}
		f.same("the storekeeper's, answered", tour(keeper), "  |  brought")
		if _, err := f.try(keeper, pipeline.Command{Def: runs, Act: "close", ID: f.ids["run"]}, ""); err != nil {
			t.Fatal(err)
		}
		r := f.tour("run")
		f.same("the run", fmt.Sprint(r.State, " ", r.ToCollect, " ", r.Collected, " ", r.Missing), "closed 987.65 900.00 87.65")
		told := strings.Join(f.told(keeper), "; ")
		f.same("he is told", told, "送货单「PC261100001」已交车，代收的钱没有收齐")
	})
}

package dispatch_test

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/stock"
)

// brought writes a delivery of 10 bolts and ships it.
func (f *firm) brought(key string) {
	f.Helper()
	f.handed(key, "")
	f.do(stock.Deliveries.Name, "ship", key, "")
}

// A run without an account: its driver's own is taken, when he is chosen and when he answers; without one the office gives one.
func TestOnWhichAccountARunCollects(t *testing.T) {
	firms(t, func(f *firm) {
		for _, key := range []string{"a", "b", "c"} {
			f.brought(key)
		}
		f.run("bare", "", [2]string{"a", "0"})
		f.do("dispatch.run", "start", "bare", "")
		driver := f.as("driver", "office")
		brought := `"outcome":"brought","collected":"100"`
		answered := func(run string, who string) error { return f.answer(f.as("driver", who), run, 0, brought) }
		f.same("nobody's account", f.refusal(answered("bare", "office")), "dispatch.no_purse /money_account")
		f.same("the till is not his", f.refusal(f.answer(driver, "bare", 0, brought+f.text(`,"money_account":$till;`))), "dispatch.not_held /money_account")
		f.same("the office must choose", f.refusal(answered("bare", "accountant")), "dispatch.account /money_account")
		f.same("choice of the driver", fmt.Sprint(f.tours(driver)), "bare: []")

		f.make("bag", "settlement.money_account", `{"code":"8","name":"老赵代收","kind":"cash","holder":$driver;}`)
		f.same("his own", fmt.Sprint(f.tours(driver)), "bare: [老赵代收]")
		f.same("the office", fmt.Sprint(f.tours(f.as("li", "accountant"))), "bare: [老赵代收 现金]")
		if err := f.answer(driver, "bare", 0, brought); err != nil {
			f.Fatal(err)
		}
		f.same("collected on", fmt.Sprint(f.tour("bare").MoneyAccount == f.ids["bag"]), "true")
		f.same("run", f.says("bare"), "PC261100001 under 0.00 100.00 -100.00; brought 0.00 100.00 true")

		// A new run has the account of its driver at once.
		f.run("next", "", [2]string{"b", "100"})
		f.same("filled in", fmt.Sprint(f.tour("next").MoneyAccount == f.ids["bag"]), "true")
		f.do("dispatch.run", "start", "next", "")
		set := pipeline.Command{Def: dispatch.Runs.Def, Act: "account", ID: f.ids["next"]}
		f.refuse(f.as("li", "storekeeper"), "dispatch.not_held", set, `{"money_account":$till;}`)
		f.refuse(driver, "forbidden", set, `{"money_account":$bag;}`)
		if _, err := f.try(f.as("li", "accountant"), set, `{"money_account":$till;}`); err != nil {
			f.Fatal(err)
		}
		f.same("from now on", fmt.Sprint(f.tour("next").MoneyAccount == f.ids["till"]), "true")
	})
}

// The look-up of a run offers what has left or is about to, and stands on no other run; it tells which sheet is which.
func TestWhatARunMayTake(t *testing.T) {
	firms(t, func(f *firm) {
		for _, key := range []string{"a", "b", "c"} {
			f.brought(key)
		}
		f.handed("sent", "")
		f.make("draft", stock.Deliveries.Name, `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$nut;,"qty":"1","price":"2"}]}`)
		f.run("one", `,"money_account":$till;`, [2]string{"a", "100"}, [2]string{"b", "0"})
		f.do("dispatch.run", "start", "one", "")
		keeper := f.as("li", "storekeeper")
		offered := func(who *kernel.Actor, query string) string {
			var out []string
			for _, one := range f.get(who, "/api/v1/dispatch/deliveries"+query)["items"].([]any) {
				m := one.(map[string]any)
				for _, fact := range m["facts"].([]any) {
					out = append(out, row(fact, "value"))
				}
				out = append(out, fmt.Sprint(m["label"], ";"))
			}
			return strings.Join(out, " ")
		}
		all := "宏发五金 2026-11-21 XS261100004; 宏发五金 2026-11-21 XS261100003;"
		f.same("free", offered(keeper, ""), all)
		f.same("with amounts", offered(f.as("li", "boss"), "?q=261100003"), "宏发五金 2026-11-21 100.00 XS261100003;")
		f.same("found", offered(keeper, "?q=261100003"), "宏发五金 2026-11-21 XS261100003;")
		f.same("with its own", offered(keeper, "?run=$one;"), all+" 宏发五金 2026-11-21 XS261100002; 宏发五金 2026-11-21 XS261100001;")
		for i, outcome := range []string{"refused", "brought"} {
			if err := f.answer(f.as("driver", "office"), "one", i, `"outcome":"`+outcome+`"`); err != nil {
				f.Fatal(err)
			}
		}
		f.do("dispatch.run", "close", "one", "")
		f.same("refused goes out again", offered(keeper, ""), all+" 宏发五金 2026-11-21 XS261100001;")
	})
}

// refusal is code and place of the one problem of a refusal.
func (f *firm) refusal(err error) string {
	f.Helper()
	list, _ := problem.From(err)
	if len(list) != 1 {
		f.Fatal("not refused with one problem: ", err)
	}
	return list[0].Code + " " + list[0].Path
}

// tours says on what the runs that somebody brings collect, or may collect.
func (f *firm) tours(who *kernel.Actor) string {
	var out []string
	for _, one := range f.get(who, "/api/v1/dispatch/bring")["items"].([]any) {
		var names []string
		for _, a := range one.(map[string]any)["accounts"].([]any) {
			names = append(names, row(a, "name"))
		}
		out = append(out, fmt.Sprint("bare: ", names))
	}
	return strings.Join(out, " ")
}

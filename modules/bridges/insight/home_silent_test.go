package insight_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/bridges/insight"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
)

// account opens an account for somebody in a role.
func (f *firm) account(key, role, person string) {
	f.Helper()
	if person != "" {
		person = `,"person":$` + person + `;`
	}
	f.make(key, "base.user", `{"login":"`+key+`","name":"`+key+`","roles":"`+role+`"`+person+`}`)
}

// silentOn gives what somebody's home page says of silent customers, and how many the report names.
func (f *firm) silentOn(account string) string {
	f.Helper()
	out := ""
	var actor *kernel.Actor
	f.view(kernel.SystemActor(), func(v *kernel.View) (err error) {
		actor, err = jobs.Actors.Of(f.c)(v, f.ids[account])
		return err
	})
	f.view(actor, func(v *kernel.View) error {
		h, err := insight.HomeOf(v)
		if err != nil {
			return err
		}
		for _, x := range h.Figures {
			if x.Key == "silent" {
				out = fmt.Sprint(x.Label, " ", x.Value, " ", x.Alert, " ", x.To, ", ")
			}
		}
		t, err := f.c.Report("insight.silent").Run(v, map[string]string{})
		if err == nil {
			out += fmt.Sprint(len(t.Rows), " rows")
		}
		return err
	})
	return out
}

// morning lets the count of the day run to its end.
func (f *firm) morning() {
	f.Helper()
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		f.Fatal(err)
	}
	defer runner.Stop()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var all, done, failed int64
		f.view(kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&all, &done, &failed}, `SELECT COUNT(*), COUNT(CASE WHEN state = 'done' THEN 1 END), COUNT(CASE WHEN state = 'failed' THEN 1 END)
				FROM jobs WHERE kind = 'insight.silent'`)
			return err
		})
		if failed > 0 {
			f.Fatal("the count failed")
		}
		if all > f.mornings && done == all {
			f.mornings = all
			return
		}
	}
	f.Fatal("the count of the day did not end")
}

// TestHomeCountsSilentCustomers once a day, of whom each account sees, and only for who may read the report of them.
func TestHomeCountsSilentCustomers(t *testing.T) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hands := &clock.Manual{}
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: hands}, func(t *testing.T, c *kernel.Company) {
		hands.Set(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
		f := &firm{TB: t, c: c, ids: map[string]int64{}}
		f.customers()
		f.account("boss", "boss", "")
		f.account("liU", "salesperson", "li")
		f.account("zhaoU", "salesperson", "zhao")
		f.account("buyer", "buyer", "")
		for i, day := range []string{"01", "11", "21"} {
			f.buys(fmt.Sprint("x", i), `"party":$acme;,"owner":$li;,"department":$east;,"warehouse":$store;`, "2025-01-"+day, "1")
			f.buys(fmt.Sprint("y", i), `"party":$never;,"owner":$zhao;,"department":$west;,"warehouse":$store;`, "2026-05-"+day, "1")
			f.buys(fmt.Sprint("z", i), `"party":$new;,"owner":$zhao;,"department":$west;,"warehouse":$store;`, "2026-08-"+day, "1")
		}
		sees := func(when string, want map[string]string) {
			t.Helper()
			for account, line := range want {
				if got := f.silentOn(account); got != line {
					t.Errorf("%s %s sees %q, want %q", when, account, got, line)
				}
			}
		}
		const says, leads = "过了购买间隔还没买的客户 ", " true /report/insight.silent, "
		sees("before the first count", map[string]string{"boss": "1 rows", "zhaoU": "1 rows", "liU": "0 rows", "buyer": "0 rows"})
		f.morning()
		sees("in the morning", map[string]string{"boss": says + "1" + leads + "1 rows", "zhaoU": says + "1" + leads + "1 rows",
			"liU": says + "0 false /report/insight.silent, 0 rows", "buyer": "0 rows"})
		f.buys("again", `"party":$never;,"owner":$zhao;,"department":$west;,"warehouse":$store;`, "2026-11-21", "1")
		sees("after a sale", map[string]string{"boss": says + "1" + leads + "0 rows"})
		hands.Advance(24 * time.Hour)
		f.morning()
		sees("on the next day", map[string]string{"boss": says + "0 false /report/insight.silent, 0 rows"})
		hands.Advance(2 * 24 * time.Hour)
		sees("when nobody has counted for two days", map[string]string{"boss": "0 rows"})
	})
}

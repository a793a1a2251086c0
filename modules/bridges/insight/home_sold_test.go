package insight_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"zhanggui/modules/bridges/insight"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock"
)

// sheetDay is what the goods of a posted sheet come to, on its day.
type sheetDay struct {
	kind  string
	day   clock.Date
	owner int64
	net   money.Amount
}

// posted reads all sheets that count, one by one.
func (f *firm) posted() (out []sheetDay) {
	f.view(kernel.SystemActor(), func(v *kernel.View) error {
		rows, err := v.Query("SELECT kind, date, COALESCE(owner, 0), goods_net FROM stock_document WHERE state IN ('posted', 'reversed')")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s sheetDay
			if err := rows.Scan(&s.kind, &s.day, &s.owner, (*int64)(&s.net)); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	})
	return out
}

// TestMonthsAsKept asks for every run of days that begins with a month, in two years of trade, and for single days, as
// those who see everything, their department and their own: months as they are kept and sheets one by one are the same.
func TestMonthsAsKept(t *testing.T) {
	houses(t, func(f *firm) {
		f.year()
		f.sell("later", "acme", "li", "2026-11-28", "3", "}]") // ahead of today, and in the past, and taken back there
		f.sell("early", "star", "zhao", "2025-11-30", "2", "}]")
		f.sell("gone", "acme", "li", "2025-11-16", "8", "}]")
		f.do("stock.delivery", "unpost", f.ids["gone"], "")
		f.do("stock.delivery", "reverse", f.ids["early"], `{"date":"2026-02-15"}`)
		sheets := f.posted()
		months := 0
		for _, who := range []struct {
			actor *kernel.Actor
			sees  func(owner int64) bool
		}{
			{f.as("", "boss"), func(int64) bool { return true }},
			{f.as("li", "sales_manager"), func(owner int64) bool { return owner == f.ids["li"] }},
			{f.as("zhao", "salesperson"), func(owner int64) bool { return owner == f.ids["zhao"] }},
			{f.as("", "salesperson"), func(int64) bool { return false }},
		} {
			f.view(who.actor, func(v *kernel.View) error {
				for to := clock.Date("2025-11-01"); to <= "2026-12-02"; to = to.AddDays(1) {
					for _, from := range []clock.Date{to, to.Month().First(), to.Month().Prev().First(), to[:4] + "-01-01", "2025-01-01"} {
						for _, d := range []*kernel.Def{stock.Deliveries.Def, stock.SalesReturns.Def} {
							var want money.Amount
							for _, s := range sheets {
								if s.kind == d.Only.Value && s.day >= from && s.day <= to && who.sees(s.owner) {
									want += s.net
								}
							}
							got, err := insight.NetOf(v, d, from, to)
							if err != nil {
								return err
							}
							if got != want {
								f.Fatalf("%s of %s to %s: %s, the sheets %s", d.Name, from, to, got, want)
							}
							if want != 0 && from != to {
								months++
							}
						}
					}
				}
				return nil
			})
		}
		if months < 1000 {
			f.Errorf("only %d sums were not nothing", months)
		}
	})
}

// months reads what is kept of what was sold.
func (f *firm) months() string {
	names := map[int64]string{0: "nobody", f.ids["li"]: "li", f.ids["zhao"]: "zhao", f.ids["east"]: "east", f.ids["west"]: "west"}
	var got []string
	f.view(kernel.SystemActor(), func(v *kernel.View) error {
		rows, err := v.Query("SELECT kind, month, owner, department, net FROM insight_sold WHERE net <> 0 ORDER BY kind, month, owner, department")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind, month string
			var owner, department int64
			var net money.Amount
			if err := rows.Scan(&kind, &month, &owner, &department, (*int64)(&net)); err != nil {
				return err
			}
			got = append(got, fmt.Sprint(kind, " ", month, " ", names[owner], " ", names[department], " ", net))
		}
		return rows.Err()
	})
	return strings.Join(got, "\n")
}

// TestWhatIsKeptOfMonths pins the rows themselves: a sheet that was taken back leaves nothing, a reversed one two months.
// The migration of a company that has sold already fills in the same.
func TestWhatIsKeptOfMonths(t *testing.T) {
	script, err := os.ReadFile("migrations/0002_sold.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, fill, found := strings.Cut(string(script), "$strict;\n")
	if !found {
		t.Fatal("the migration fills nothing in")
	}
	houses(t, func(f *firm) {
		f.year()
		f.sell("gone", "acme", "li", "2025-11-16", "8", "}]")
		f.do("stock.delivery", "unpost", f.ids["gone"], "")
		f.do("stock.delivery", "reverse", f.ids["d2"], `{"date":"2026-02-15"}`)
		f.make("anyone", "base.party", `{"name":"散客"}`)
		f.post("counter", "stock.delivery", `{"date":"2026-11-30","party":$anyone;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1","price":"0.07"}]}`)
		want := `delivery 2025-11 li east 100.00
delivery 2025-12 li east 50.00
delivery 2026-01 li east 30.00
delivery 2026-02 li east -50.00
delivery 2026-10 li east 200.00
delivery 2026-10 zhao west 70.00
delivery 2026-11 nobody nobody 0.07
delivery 2026-11 li east 100.00
delivery 2026-11 zhao west 300.00
sales_return 2026-11 li east 10.00`
		if got := f.months(); got != want {
			f.Errorf("kept:\n%s\nwant:\n%s", got, want)
		}
		err := f.c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
			_, err := u.Exec("DELETE FROM insight_sold")
			if err == nil {
				_, err = u.Exec(strings.TrimRight(fill, ";\n"))
			}
			return err
		})
		if got := f.months(); err != nil || got != want {
			f.Errorf("filled in: %v\n%s\nwant:\n%s", err, got, want)
		}
	})
}

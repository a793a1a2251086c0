package centre_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/bridges/centre"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// many writes a sheet n times more, over the days of November, half of them to another person.
func (f *firm) many(u *store.Unit, name, key string, n int) error {
	d := f.c.Def(name)
	values := make([]string, len(d.Table.Columns))
	for i, c := range d.Table.Columns {
		switch values[i] = "t." + c; c {
		case "id":
			values[i] = fmt.Sprint(f.ids[key]*1_000_000, " + n.i")
		case "number":
			values[i] = "'N' || n.i"
		case "date":
			values[i] = "'2026-11-' || SUBSTR(CAST(101 + n.i % 30 AS TEXT), 2)"
		case "owner":
			values[i] = fmt.Sprint("CASE WHEN n.i % 2 = 0 THEN ", f.ids["zhao"], " ELSE t.owner END")
		}
	}
	_, err := u.Exec(fmt.Sprint("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ", n, ") INSERT INTO ", d.Table.Name,
		" (", strings.Join(d.Table.Columns, ", "), ") SELECT ", strings.Join(values, ", "), " FROM ", d.Table.Name, " t CROSS JOIN n WHERE t.id = ", f.ids[key]))
	return err
}

// BenchmarkCentre: 50,000 sheets in a month: the first page, one far down, filtered ones, the sums.
func BenchmarkCentre(b *testing.B) {
	rights, err := boot.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
			f := &firm{TB: b, c: open(b, testkit.Options{Modules: modules.All(), Rights: rights, Clock: now}), now: now, ids: map[string]int64{}}
			f.people()
			f.day()
			err := f.c.Store.Write(context.Background(), "many", func(u *store.Unit) error {
				for _, x := range []struct {
					name, key string
					n         int
				}{{"stock.delivery", "d1", 30_000}, {"settlement.receipt", "r1", 10_000}, {"sales.order", "o1", 5_000}, {"stock.receipt", "b1", 5_000}} {
					if err := f.many(u, x.name, x.key, x.n); err != nil {
						return err
					}
					var found []search.Row
					for i := range x.n {
						found = append(found, search.Row{Record: f.ids[x.key]*1_000_000 + int64(i+1), Resource: x.name, Content: fmt.Sprint("n", i+1, "\n")})
					}
					if err := search.Write(u, nil, found); err != nil {
						return err
					}
				}
				for _, table := range []string{"stock_document", "settlement_payment", "sales_order"} {
					if _, err := u.Exec("ANALYZE " + table); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			const month = "from=2026-11-01&to=2026-11-30"
			deep := fmt.Sprint("2026-11-03.", f.ids["r1"]*1_000_000+5_000)
			for _, x := range []struct{ what, who, question, cursor string }{
				{"first", "boss", month, ""}, {"day", "boss", "", ""}, {"deep", "boss", month, deep}, {"own", "salesperson", month, ""},
				{"state", "boss", month + "&state=draft", ""}, {"party", "boss", month + "&q=宏发", ""}, {"number", "boss", month + "&q=N29999", ""}, {"sums", "boss", month, "sums"},
			} {
				b.Run(x.what, func(b *testing.B) {
					person := map[string]string{"salesperson": "li"}[x.who]
					for b.Loop() {
						f.view(f.as(person, x.who, "zh"), func(v *kernel.View) error {
							if x.cursor == "sums" {
								out, err := centre.SumsOf(v, x.question)
								if err == nil && !strings.HasPrefix(out[len(out)-1], "= 50011 ") {
									b.Fatal(out)
								}
								return err
							}
							found, _, err := centre.PageOf(v, x.question, x.cursor, 50)
							if err == nil && len(found) == 0 {
								b.Fatal("nothing was found")
							}
							return err
						})
					}
				})
			}
		})
	}
}

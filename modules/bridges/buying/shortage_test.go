package buying_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// short gives the rows of the shortage list.
func (s *shop) short() (out string) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		table, err := s.c.Report("purchasing.shortage").Run(v, map[string]string{})
		if err == nil {
			for _, r := range table.Rows {
				x := r.Values
				out += fmt.Sprintln(x["code"], x["on_hand"], x["demand"], x["coming"], x["requested"], x["min_stock"], x["short"])
			}
		}
		return err
	})
	return out
}

func (s *shop) expectShort(want string) {
	s.Helper()
	if got := s.short(); got != want {
		s.Errorf("short of\n%swant\n%s", got, want)
	}
}

// TestWhatIsShort leads from what customers ordered through a requisition to the goods: each thing counts in one place.
func TestWhatIsShort(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.must(s.act(item.Items.Def, "bolt", "update", `{"min_stock":"10","supplier":$supplier}`))
		s.expectShort("I00001 0 0 0 0 10 10\n")
		s.create("had", pipeline.Command{Def: stock.Receipts.Def, Then: "post"}, `{"party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"25","price":"10"}]}`)
		s.expectShort("")
		s.make("customer", s.c.Def("base.party"), `{"name":"宏发五金"}`)
		s.create("sold", pipeline.Command{Def: sales.Orders.Def, Then: "confirm"}, `{"customer":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"40","price":"20"},{"item":$nut,"qty":"3","price":"5"}]}`)
		s.expectShort("I00001 25 40 0 0 10 25\nI00002 0 3 0 0 0 3\n")
		s.must(s.act(sales.Orders.Def, "sold", "deliver", `{"post":false}`))
		s.expectShort("I00001 25 40 0 0 10 25\nI00002 0 3 0 0 0 3\n")
		s.create("asked", pipeline.Command{Def: purchasing.Requisitions.Def, Then: "fill"}, `{}`)
		s.must(s.act(purchasing.Requisitions.Def, "asked", "submit", `{}`))
		s.expectShort("")
		s.must(s.act(purchasing.Requisitions.Def, "asked", "order", `{"supplier":$supplier}`))
		s.expectShort("")
		s.view(func(v *kernel.View) error {
			made, err := purchasing.Orders.Where(v, "requisition = ?", s.ids["asked"])
			if err != nil || len(made) != 1 {
				s.Fatal(made, err)
			}
			s.ids["made"] = made[0].ID
			return nil
		})
		s.must(s.act(purchasing.Orders.Def, "made", "buy", `{}`))
		s.expectShort("")
		s.onHand("bolt", "50")
		s.must(s.act(item.Items.Def, "bolt", "update", `{"min_stock":"10.5"}`))
		s.expectShort("I00001 50 40 0 0 10.5 0.5\n")
	})
}

// clones writes n copies of the row of a table; each column is copied but for those that are given as expressions of i.
func clones(c *kernel.Company, table string, columns []string, n int, id int64, instead map[string]string) error {
	of := slices.Clone(columns)
	for j, name := range of {
		if e, ok := instead[name]; ok {
			of[j] = e
		} else {
			of[j] = "t." + name
		}
	}
	return c.Store.Write(context.Background(), "clones", func(u *store.Unit) error {
		_, err := u.Exec(fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO %s (%s) SELECT %s FROM n, %s t WHERE t.id = %d",
			n, table, strings.Join(columns, ", "), strings.Join(of, ", "), table, id))
		return err
	})
}

// BenchmarkShortage asks for what is short among 20,000 items, with 100,000 lines of purchases behind, 10,000 on the
// way and 20,000 lines of customers' orders. Every other item is short.
func BenchmarkShortage(b *testing.B) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			c := open(b, testkit.Options{Modules: modules.All()})
			s := &shop{T: &testing.T{}, c: c, ids: map[string]int64{}}
			s.make("main", c.Def("base.warehouse"), `{"code":"01","name":"总仓"}`)
			s.make("supplier", c.Def("base.party"), `{"name":"钢厂","supplier":true}`)
			s.make("bolt", item.Items.Def, `{"name":"螺栓","purchase_price":"11.3"}`)
			s.order("coming", "confirm", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1","price":"10"}]}`)
			s.order("bought", "confirm", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1","price":"10"}]}`)
			s.must(s.act(purchasing.Orders.Def, "bought", "close", `{}`))
			s.create("sold", pipeline.Command{Def: sales.Orders.Def, Then: "confirm"}, `{"customer":$supplier,"lines":[{"item":$bolt,"qty":"1","price":"20"}]}`)
			const many, base = 20_000, 10_000_000
			const one = "1000000 * "
			err := clones(c, "base_item", item.Items.Table.Columns, many, s.ids["bolt"], map[string]string{"id": "10000000 + i", "code": "'C' || i", "barcode": "''", "min_stock": one + "10"})
			for _, t := range []struct {
				def *kernel.Def
				of  string
				n   int
			}{{purchasing.Orders.Def, "bought", 100_000}, {purchasing.Orders.Def, "coming", many / 2}, {sales.Orders.Def, "sold", many}} {
				if err == nil {
					l := t.def.LineOf("lines").Table
					var id int64
					s.view(func(v *kernel.View) error {
						_, err := v.Scan([]any{&id}, "SELECT id FROM "+l.Name+" WHERE parent = ?", s.ids[t.of])
						return err
					})
					err = clones(c, l.Name, l.Columns, t.n, id, map[string]string{"id": fmt.Sprint(s.ids[t.of]*base, " + i"), "item": "10000001 + i % 20000"})
				}
			}
			if err == nil {
				err = c.Store.Write(context.Background(), "stock", func(u *store.Unit) error {
					_, err := u.Exec("INSERT INTO stock_on_hand (item, warehouse, qty) SELECT id, ?, CASE WHEN id % 2 = 0 THEN 0 ELSE 100000000 END FROM base_item WHERE id > ?", s.ids["main"], base)
					return err
				})
			}
			if err != nil {
				b.Fatal(err)
			}
			if err := c.Store.Write(context.Background(), "analyze", func(u *store.Unit) error { _, err := u.Exec("ANALYZE"); return err }); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				rows := 0
				err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
					table, err := c.Report("purchasing.shortage").Run(v, map[string]string{})
					if err == nil {
						rows = len(table.Rows)
					}
					return err
				})
				if err != nil || rows != many/2 {
					b.Fatal(rows, err)
				}
			}
		})
	}
}

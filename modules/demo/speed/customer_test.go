package speed

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// BenchmarkCustomerPage asks over HTTP for what the page of a customer with 10,000 sheets shows, among 100 customers with
// 300 each: the record, its figures, the newest of what refers to it with the counts of each kind, and the prices it was
// sold at last.
func BenchmarkCustomerPage(b *testing.B) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := newShop(b, open)
			s.archive(s.hire(), 10_000)
			great := s.customers[37]
			for _, f := range []filling{
				{def: sales.Orders.Def, n: 3300, each: of("customer", great), offset: 20_000}, {def: stock.Deliveries.Def, n: 3300, each: of("party", great), offset: 20_000}, {def: settlement.Receipts.Def, n: 3300, each: of("party", great), offset: 20_000},
			} {
				s.many(f)
			}
			s.lines(sales.Orders.Def, "customer", great)
			s.lines(stock.Deliveries.Def, "party", great)
			path, prices := fmt.Sprintf("/api/v1/base/parties/%d", great), fmt.Sprintf("/api/v1/reports/sales.prices?customer=%d&last=true&limit=20", great)
			if rows, _ := s.call("GET", prices, nil)["rows"].([]any); len(rows) != 20 {
				b.Fatalf("%d prices", len(rows))
			}
			related := s.call("GET", path+"/related", nil)
			page := func(b *testing.B, fn func()) { bounded(b, customerPromise, fn) }
			b.Run("record", func(b *testing.B) { page(b, func() { s.call("GET", path, nil) }) })
			b.Run("figures", func(b *testing.B) {
				page(b, func() { s.call("POST", "/api/v1/base/parties/preview", object{"id": great, "record": object{}}) })
			})
			b.Run("related", func(b *testing.B) { page(b, func() { s.call("GET", path+"/related", nil) }) })
			b.Run("related-next", func(b *testing.B) {
				next := path + "/related?cursor=" + related["next"].(string)
				page(b, func() { s.call("GET", next, nil) })
			})
			b.Run("prices", func(b *testing.B) {
				page(b, func() {
					s.call("GET", fmt.Sprintf("/api/v1/reports/sales.prices?customer=%d&last=true&limit=20", great), nil)
				})
			})
		})
	}
}

// lines gives each copied document of a customer copies of a line, for about three items each.
func (s *shop) lines(d *kernel.Def, column string, customer int64) {
	table := d.Lines[0].Table
	var values []string
	for _, c := range table.Columns {
		switch c {
		case "id":
			c = fmt.Sprintf("%d + ROW_NUMBER() OVER (ORDER BY d.id, i.id)", pastIDs)
		case "parent":
			c = "d.id"
		case "item":
			c = "i.id"
		default:
			c = "l." + c
		}
		values = append(values, c)
	}
	err := s.company.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		n, err := u.Exec("INSERT INTO "+table.Name+" ("+strings.Join(table.Columns, ", ")+") SELECT "+strings.Join(values, ", ")+
			" FROM "+d.Table.Name+" d JOIN base_item i ON i.id % 67 = d.id % 67 JOIN "+table.Name+" l ON l.id = (SELECT MAX(id) FROM "+table.Name+
			") WHERE d."+column+" = ? AND NOT EXISTS (SELECT 1 FROM "+table.Name+" x WHERE x.parent = d.id)", customer)
		if err == nil && n < 5_000 {
			err = fmt.Errorf("%d lines of %s", n, d.Name)
		}
		return err
	})
	if err != nil {
		s.tb.Fatal(err)
	}
}

// customerPromise is within what time each part of a customer's page is to be there.
const customerPromise = 50 * time.Millisecond

// of puts copies of a document to one customer.
func of(column string, customer int64) func(i int, col string) any {
	return func(_ int, col string) any {
		if col == column {
			return customer
		}
		return nil
	}
}

package speed

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// BenchmarkCustomerPage asks over HTTP for what the page of a customer with 10,000 sheets shows, among 100 customers with
// 300 each: the record, its figures, and the newest of what refers to it with the counts of each kind.
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
			path := fmt.Sprintf("/api/v1/base/parties/%d", great)
			related := s.call("GET", path+"/related", nil)
			b.Run("record", func(b *testing.B) { median(b, "page", func() { s.call("GET", path, nil) }) })
			b.Run("figures", func(b *testing.B) {
				median(b, "page", func() { s.call("POST", "/api/v1/base/parties/preview", object{"id": great, "record": object{}}) })
			})
			b.Run("related", func(b *testing.B) { median(b, "page", func() { s.call("GET", path+"/related", nil) }) })
			b.Run("related-next", func(b *testing.B) {
				next := path + "/related?cursor=" + related["next"].(string)
				median(b, "page", func() { s.call("GET", next, nil) })
			})
		})
	}
}

// of puts copies of a document to one customer.
func of(column string, customer int64) func(i int, col string) any {
	return func(_ int, col string) any {
		if col == column {
			return customer
		}
		return nil
	}
}

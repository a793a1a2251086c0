package speed

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zhanggui/modules/kernel/testkit"
)

// sheetsOfDay make about 6,000 sheets a year.
const sheetsOfDay = 17

// seen are the journals that a home page looks into; ten years of all of them take long to write.
var seen = [][2]string{{"sales_order", "id"}, {"stock_document", "id"}, {"settlement_open_item", "id"}, {"settlement_payment", "id"},
	{"settlement_payment_line", "id"}, {"ledger_voucher", "id"}}

// aged is a shop of people that has sold and been paid every day for some years, with forty sales that nobody has paid yet
// and goods of which there is too little.
func aged(b *testing.B, years int) *shop {
	s := newShop(b, testkit.SQLite)
	c := s.hire()
	for _, role := range []string{"accountant", "storekeeper", "office"} {
		s.person(role, role, c.region)
	}
	people := [][2]int64{{c.star, c.large}, {c.rare, c.small}, {c.other, c.apart}}
	for i := range s.customers {
		p := people[i%len(people)]
		s.customers[i] = s.id("/api/v1/base/parties", object{"name": fmt.Sprintf("往来%03d", i), "owner": p[0], "department": p[1]})
	}
	for i := range 10 {
		s.id("/api/v1/base/items", object{"name": fmt.Sprintf("缺货 %d", i), "code": fmt.Sprintf("Q%03d", i), "price": "1", "min_stock": "10"})
	}
	next := func() int64 {
		id, err := s.company.Store.NextID()
		if err != nil {
			b.Fatal(err)
		}
		return id
	}
	for next() < 400_000 { // no amount, price or quantity of the day looks like one of its ids
	}
	sell := func(n int64) {
		order := s.order(n)
		order["lines"] = order["lines"].([]object)[:2]
		s.call("POST", "/api/v1/sales/orders?action=sell", order)
	}
	from := next()
	for i := range int64(sheetsOfDay) {
		sell(i)
		s.pay(i, "50.00")
	}
	s.copyDay(from, next(), 365*years, seen)
	for i := range int64(40) {
		sell(i)
	}
	return s
}

// BenchmarkHome asks over HTTP for the home pages of a boss, a head, a salesperson and people who do not sell, in a shop of
// one year and in one of ten, in turn, and prints what nine more years make of the time.
func BenchmarkHome(b *testing.B) {
	shops := []*shop{aged(b, 1), aged(b, 10)}
	for _, who := range []string{"boss", "manager", "star", "accountant", "storekeeper", "office"} {
		b.Run(who, func(b *testing.B) {
			pages := shops
			if who != "boss" {
				pages = []*shop{shops[0].as(who), shops[1].as(who)}
			}
			var took [2][]time.Duration
			for b.Loop() {
				for i, s := range pages {
					began := time.Now()
					s.call("GET", "/api/v1/home", nil)
					took[i] = append(took[i], time.Since(began))
				}
			}
			middle := func(all []time.Duration) float64 {
				slices.Sort(all)
				return float64(all[len(all)/2].Microseconds()) / 1000
			}
			small, large := middle(took[0]), middle(took[1])
			b.ReportMetric(small, "ms-1y")
			b.ReportMetric(large, "ms-10y")
			b.ReportMetric(large/small, "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

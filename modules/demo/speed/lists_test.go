package speed

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
)

// manyOrders writes n orders behind the pipeline's back: the lists are measured, not the making.
func (s *shop) manyOrders(n int) {
	s.call("POST", "/api/v1/sales/orders?action=confirm", s.order(1))
	table := sales.Orders.Table
	err := s.company.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		model := make([]any, len(table.Columns))
		dest := make([]any, len(model))
		for i := range model {
			dest[i] = &model[i]
		}
		if _, err := u.Scan(dest, "SELECT "+strings.Join(table.Columns, ", ")+" FROM "+table.Name+" ORDER BY id LIMIT 1"); err != nil {
			return err
		}
		var rows []any
		for i := range n {
			for j, col := range table.Columns {
				value := model[j]
				switch col {
				case "id":
					id, err := s.company.Store.NextID()
					if err != nil {
						return err
					}
					value = id
				case "number":
					value = fmt.Sprintf("SOX%07d", i)
				case "date":
					value = fmt.Sprintf("2026-%02d-%02d", 1+i%9, 1+i%28)
				case "customer":
					value = s.customers[i%len(s.customers)]
				}
				rows = append(rows, value)
			}
		}
		return table.Insert(u, rows)
	})
	if err != nil {
		s.tb.Fatal(err)
	}
}

// BenchmarkLists reads pages of 50 among many documents over HTTP, as a boss and filtered as people filter.
func BenchmarkLists(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		s := newShop(b, testkit.SQLite)
		s.manyOrders(n)
		first := s.call("GET", "/api/v1/sales/orders?limit=500", nil)
		cursor, _ := first["next"].(string)
		for range 20 { // walk in, then measure one page there: with keys every depth costs the same
			cursor, _ = s.call("GET", "/api/v1/sales/orders?limit=500&cursor="+url.QueryEscape(cursor), nil)["next"].(string)
			if cursor == "" {
				break
			}
		}
		for name, path := range map[string]string{
			"newest":   "/api/v1/sales/orders?limit=50",
			"filtered": fmt.Sprintf("/api/v1/sales/orders?limit=50&filter=customer:eq:%d&filter=state:eq:confirmed&filter=date:ge:2026-03-01", s.customers[3]),
			"counted":  "/api/v1/sales/orders?limit=50&total=1&filter=state:eq:confirmed",
			"deep":     "/api/v1/sales/orders?limit=50&cursor=" + url.QueryEscape(cursor),
			"search":   "/api/v1/sales/orders?limit=50&q=SOX0004",
		} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					if out, status := s.try("GET", path, nil); status != 200 {
						b.Fatalf("%s: %d %v", path, status, out)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/page")
			})
		}
	}
}

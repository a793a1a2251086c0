package speed

import (
	"testing"

	"zhanggui/modules/kernel/testkit"
)

// TestSellNowStatements pins what one sale costs the only writer: order, delivery, five moves, debt, voucher and audit.
func TestSellNowStatements(t *testing.T) {
	s := newShop(t, testkit.SQLite)
	s.call("POST", "/api/v1/sales/orders?action=sell", s.order(1))
	for _, u := range s.company.Store.Stats().All() {
		if u.Label == "sales.order:create+sell" {
			if u.LastStatements > 45 {
				t.Fatalf("%d statements, at most 45", u.LastStatements)
			}
			return
		}
	}
	t.Fatal("the sale left no record of its statements")
}

package statement_test

import (
	"strings"
	"testing"
)

// TestStatementOfAPoolCustomer: Star owes 8.00 and lies in the pool: its money is not li's to know. He gets no statement, and sends none that says 0.00.
func TestStatementOfAPoolCustomer(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.do("base.party", "release", f.ids["star"], `{"reason":"x"}`)
		li := f.as("li", "salesperson")
		w, err := f.call(li, "GET", "/api/v1/statements", f.text("party=$star;"), "")
		if err == nil {
			t.Errorf("a statement that says %s", w.Body.String()[:min(300, w.Body.Len())])
		}
		if _, err := f.call(li, "POST", "/api/v1/share/pages", "", f.text(`{"kind":"statement","party":"$star;"}`)); err == nil {
			t.Error("it can be sent, and confirmed")
		}
	})
}

// TestPurchasePricesAreCosts: who may not see costs reads a supplier's statement without the lines.
func TestPurchasePricesAreCosts(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.make("both", "base.party", `{"name":"两头","owner":$li;,"supplier":true}`)
		f.post("b2", "stock.receipt", `{"date":"2026-11-10","party":$both;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"10","price":"4.25"}]}`)
		for _, c := range [][2]string{{"cashier", "maker"}, {"salesperson", "both"}} {
			a := f.as("li", c[0])
			if a.Sees("cost") || a.Can("stock.receipt", "read") {
				t.Fatal(c)
			}
			if page := told(f.get(a, "/api/v1/statements", "side=payable&party=$"+c[1]+";")); strings.Contains(page, "螺栓") || !strings.Contains(page, "进货单|JH") {
				t.Errorf("%s reads\n%s", c[0], page)
			}
		}
	})
}

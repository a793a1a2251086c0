package credit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// TestCreditAtTheSameTime: a limit of 100, rule "refuse": of eight sheets of 80 posted at the same time one wins.
func TestCreditAtTheSameTime(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		f.set(map[string]string{"sales.min_price": "allow", "sales.credit": "refuse"})
		const many = 8
		for i := range many {
			f.make(fmt.Sprint("s", i), stock.Deliveries.Name, sold("acme", `"party":%s`, "8 10"))
		}
		var wg sync.WaitGroup
		errs := make([]error, many)
		for i := range many {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, errs[i] = pipeline.Do(context.Background(), f.c, kernel.SystemActor(), pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: f.ids[fmt.Sprint("s", i)]})
			}()
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d sheets of 80 were posted against a limit of 100", won)
		}
	})
}

// TestPoolDebt: Acme owes 80 and lies in the pool; neither a new delivery nor a new receipt tells a salesperson.
func TestPoolDebt(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		f.set(map[string]string{"sales.min_price": "allow", "sales.credit": "allow"})
		f.make("s", stock.Deliveries.Name, sold("acme", `"party":%s`, "8 10"))
		for _, c := range [][3]string{{stock.Deliveries.Name, "post", "s"}, {party.Parties.Name, "update", "acme"}, {party.Parties.Name, "release", "acme"}} {
			body := map[string]string{"post": "", "update": `{"owner":$headP;}`, "release": `{"reason":"x"}`}[c[1]]
			if _, err := f.do("", c[0], c[1], f.ids[c[2]], body); err != nil {
				t.Fatal(err)
			}
		}
		rights, err := boot.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		a := f.person("li")
		a.Perms = rights.For([]string{"salesperson"})
		for name, body := range map[string]string{
			stock.Deliveries.Name:    fmt.Sprintf(`{"party":%d,"warehouse":%d,"lines":[{"item":%d,"qty":"1","price":"10"}]}`, f.ids["acme"], f.ids["main"], f.ids["bolt"]),
			settlement.Receipts.Name: fmt.Sprintf(`{"party":%d}`, f.ids["acme"]),
		} {
			o, p := resource.ParseObject([]byte(body))
			if p != nil {
				t.Fatal(p)
			}
			got, err := preview.Try(context.Background(), f.c, a, pipeline.Command{Def: f.c.Def(name), Input: o}, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range got.Facts {
				if strings.Contains(x.Value, "80.00") || strings.Contains(x.Value, "90.00") {
					t.Errorf("%s tells: %s %s", name, x.Label.Zh, x.Value)
				}
			}
		}
	})
}

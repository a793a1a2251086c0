package intake

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// TestStockCostsWhatItIsBoughtFor where a list of items tells no cost; what it tells, be it 0, stands.
func TestStockCostsWhatItIsBoughtFor(t *testing.T) {
	for name, c := range map[string]struct{ table, want string }{
		"bought for": {"Item name,Unit,Purchase price,Sales price,Stock qty\nValve,pcs,4.50,9,10\nPipe,pcs,,3,7", "45.00: 10 at 4.5, 7 at 0"},
		"told":       {"Item name,Unit,Purchase price,Stock qty,Unit cost\nValve,pcs,4.50,10,4\nPipe,pcs,2,7,0", "40.00: 10 at 4, 7 at 0"},
		"worth":      {"Item name,Unit,Purchase price,Stock qty,Stock value\nValve,pcs,4.50,10,40\nPipe,pcs,2,7,", "54.00: 10 at 4, 7 at 2"},
	} {
		t.Run(name, func(t *testing.T) {
			firms(t, func(f *firm) {
				if out := f.take("items.csv", table(strings.ReplaceAll(c.table, ",", "|"))); out.BadCount != 0 {
					f.Fatal(told(out))
				}
				f.view(func(v *kernel.View) error {
					drafts, err := opening.Balances.Where(v, "state = 'draft'")
					if err != nil || len(drafts) != 1 {
						f.Fatalf("%d drafts, %v", len(drafts), err)
					}
					b, err := opening.Balances.Find(v, drafts[0].ID)
					if err != nil {
						return err
					}
					got := b.StockValue.String() + ": "
					for i, l := range b.Stock {
						if i > 0 {
							got += ", "
						}
						got += fmt.Sprint(l.Qty, " at ", l.Price)
					}
					if got != c.want {
						f.Errorf("taken as %q, want %q", got, c.want)
					}
					return nil
				})
			})
		})
	}
}

// TestBooksBeginThisMonth where nobody says when: what a firm has and is owed is what it is today.
func TestBooksBeginThisMonth(t *testing.T) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		err := setup.Run(context.Background(), c, auth.SetupInput{Company: "宏发五金", Name: "张三", Login: "boss", Password: "a good password", Books: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Setting(ledger.SettingFrom); got != "2026-11" {
			t.Errorf("the books begin in %s", got)
		}
	})
}

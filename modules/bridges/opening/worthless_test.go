package opening_test

import (
	"context"
	"fmt"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
)

// TestGoodsOfNoWorthAreAskedAbout: whoever posts stock without a cost is asked once; a program is not.
func TestGoodsOfNoWorthAreAskedAbout(t *testing.T) {
	firms(t, func(f *firm) {
		body := fmt.Sprintf(`{"date":"2026-01-01","stock":[{"item":%d,"qty":"4","price":"2"},{"item":%d,"qty":"3"}]}`, f.ids["bolt"], f.ids["nut"])
		post := func(agrees ...string) string {
			o, p := resource.ParseObject([]byte(body))
			if p != nil {
				t.Fatal(p)
			}
			who := kernel.SystemActor()
			who.Asks, who.Agrees = true, agrees
			_, err := pipeline.Do(context.Background(), f.c, who, pipeline.Command{Def: opening.Balances.Def, Act: "create", Then: "post", Input: o})
			if err != nil {
				return err.Error()
			}
			return ""
		}
		for _, agrees := range [][]string{nil, {"stock.below"}} {
			if why := post(agrees...); why != "opening.worthless at /stock/1/price count=1 row=2" {
				t.Errorf("agreeing to %q: %q", agrees, why)
			}
		}
		if n := f.count("stock_document"); n != 0 {
			t.Errorf("%d sheets were made by a question", n)
		}
		if why := post(opening.Worthless); why != "" {
			t.Error(why)
		}
		f.stands("main bolt 4, main nut 3")
		if _, err := f.enter(body); err != nil {
			t.Errorf("without somebody to ask: %v", err)
		}
	})
}

// TestAChosenItemBringsItsPurchasePrice as its cost, and leaves what was typed.
func TestAChosenItemBringsItsPurchasePrice(t *testing.T) {
	firms(t, func(f *firm) {
		pipe := f.must(pipeline.Command{Def: item.Items.Def, Act: "create"}, `{"code":"P","name":"水管","unit":$pcs,"purchase_price":"2.1"}`)
		for price, want := range map[string]string{"": "2.1", "9": "9"} {
			o, p := resource.ParseObject(fmt.Appendf(nil, `{"stock":[{"item":%d,"qty":"1","price":"%s"}]}`, pipe, price))
			if p != nil {
				t.Fatal(p)
			}
			got, err := preview.Try(context.Background(), f.c, kernel.SystemActor(), pipeline.Command{Def: opening.Balances.Def, Input: o}, "/stock/0/item")
			if err != nil {
				t.Fatal(err)
			}
			if cost := got.Draft.Rec.(*opening.Balance).Stock[0].Price.String(); cost != want {
				t.Errorf("typed %q: costs %s, want %s", price, cost, want)
			}
		}
	})
}

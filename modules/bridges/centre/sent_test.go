package centre_test

import (
	"context"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
)

// TestWhatWaitsForTheStorekeeper stands under a filter of its own, and not among what waits for an approval; a quotation that
// was sent is in force.
func TestWhatWaitsForTheStorekeeper(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"stock.ships": "storekeeper"})
		})
		if err != nil {
			t.Fatal(err)
		}
		boss := f.as("", "boss", "zh")
		f.post("sent", "stock.delivery", `{"date":"2026-11-21","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
		f.make("quote", "sales.quotation", `{"date":"2026-11-21","customer":$acme;,"lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
		f.do("sales.quotation", "send", f.ids["quote"], "")
		const row = "2026-11-21|销售单|XS261100005|宏发五金|10.00|待发货|||copy print"
		for question, want := range map[string]string{
			"state=sent": row, "state=待发货": row, "state=To be shipped": row, "state=waiting": "",
			"state=done&kinds=sales.quotation": "2026-11-21|报价单|QT261100001|宏发五金|10.00|已发出|||copy print void",
			"state=sent&kinds=sales.quotation": "",
		} {
			if got := f.lines(boss, question); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", question, got, want)
			}
		}
		if got := f.sums(boss, "state=sent"); got != "销售单 1 1 0 0.00 10.00, = 1 1 0 0.00 10.00" {
			t.Errorf("it comes to %s", got)
		}
	})
}

package daily_test

import (
	"strings"
	"testing"
)

// TestWhatWaitsForTheStorekeeper is a figure of its own, in the report and in the notice: neither sold nor a draft.
func TestWhatWaitsForTheStorekeeper(t *testing.T) {
	firms(t, func(f *firm) {
		f.account("wang", "boss", "")
		if err := f.choose("stock.ships", "storekeeper", "daily.to", "boss", "daily.time", "20:00"); err != nil {
			t.Fatal(err)
		}
		f.post("s1", "stock.delivery", `{"date":"2026-11-21",`+byLi+`,"money":[{"money_account":$till;,"amount":"20"}],"lines":[{"item":$bolt;,"qty":"6","price":"10"}]}`)
		f.post("s2", "stock.delivery", `{"date":"2026-11-20",`+byZhao+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"110","price":"10"}]}`)
		f.post("s3", "stock.delivery", `{"date":"2026-11-22",`+byLi+`,"lines":[{"item":$bolt;,"qty":"5","price":"10"}]}`)
		boss := f.as("", "boss", "zh")
		lines := func(day string) string {
			got := f.told(boss, day)
			at := strings.Index(got, "待发货")
			if at < 0 || strings.Contains(got, "还没过账") {
				t.Fatalf("the report of %s is\n%s", day, got)
			}
			return strings.ReplaceAll(got[at:], "\n", " | ")
		}
		if got := lines("2026-11-21"); got != "待发货 | 销售单 1160.00 2 仓库发货后才算销售" {
			t.Errorf("on the day %s", got)
		}
		if got := f.told(f.as("li", "salesperson", "en"), "2026-11-21"); !strings.Contains(got, "To be shipped\nDelivery 60.00 1 Sold once they are shipped") {
			t.Errorf("the salesperson reads\n%s", got)
		}
		if got := f.told(f.as("", "storekeeper", "zh"), "2026-11-21"); got != "" {
			t.Errorf("the storekeeper reads\n%s", got)
		}
		f.at(21, 20, 1)
		f.run()
		if got := f.notices("wang", "zh"); !strings.HasPrefix(got, "2026-11-21 销售日报：销售 0.00，收款 20.00，欠款净增 -20.00，毛利 0.00；另有 2 张销售单待发货，共 1,160.00。") {
			t.Errorf("the boss is told %s", got)
		}
		f.do("stock.delivery", "ship", f.ids["s1"], `{"date":"2026-11-21"}`)
		if got := f.told(boss, "2026-11-21"); !strings.Contains(got, "净销售额 60.00") || !strings.Contains(got, "待发货\n销售单 1100.00 1") {
			t.Errorf("after it was shipped\n%s", got)
		}
	})
}

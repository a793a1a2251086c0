package insight_test

import (
	"context"
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
)

// buys posts a delivery of bolts for 10 each.
func (f *firm) buys(key, head, date, qty string) {
	f.Helper()
	f.post(key, "stock.delivery", `{"date":"`+date+`",`+head+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"`+qty+`","price":"10"}]}`)
}

// customers: five who bought in all the ways there are, and what of them counts.
func (f *firm) customers() {
	f.people()
	f.post("more", "stock.opening", `{"date":"2025-01-01","warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1000","price":"4"}]}`)
	for _, key := range []string{"new", "gone", "never"} {
		f.make(key, "base.party", `{"name":"`+key+`","owner":$zhao;,"department":$west;}`)
	}
	head := func(customer string) string {
		return `"party":$` + customer + `;,"owner":$zhao;,"department":$west;,"warehouse":$store;`
	}
	acme := `"party":$acme;,"owner":$li;,"department":$east;,"warehouse":$store;`
	f.buys("a1", acme, "2025-11-21", "900") // a year ago to the day: not of this year
	f.buys("a2", acme, "2025-11-22", "20")
	f.buys("a3", acme, "2026-06-01", "30")
	f.buys("a4", acme, "2026-11-09", "50")
	f.post("back", "stock.sales_return", `{"date":"2026-11-10",`+acme+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"5","price":"10"}]}`)
	f.buys("s1", head("star"), "2026-03-01", "100")
	f.buys("s2", head("star"), "2026-03-02", "100")
	f.buys("s3", head("star"), "2026-11-20", "1")
	f.do("stock.delivery", "reverse", f.ids["s3"], `{"date":"2026-11-20"}`)
	f.buys("n1", head("new"), "2026-11-21", "1")
	f.buys("g1", head("gone"), "2025-01-05", "70")
}

func TestGradesByLimits(t *testing.T) {
	firms(t, func(f *firm) {
		f.customers()
		err := f.put(map[string]string{"insight.rfm_days": "30", "insight.rfm_times": "2", "insight.rfm_amount": "950"})
		if err != nil {
			f.Fatal(err)
		}
		f.want(f.as("", "boss"), "insight.rfm", "", ""+
			"key acme 2026-11-09 12 3 950.00 最近 12 天前买过（近），一年 3 次（勤），共 950.00 元（多）：重要客户\n"+
			"key_quiet star 2026-03-02 264 2 2000.00 最近 264 天前买过（久），一年 2 次（勤），共 2,000.00 元（多）：重要保持客户\n"+
			"occasional new 2026-11-21 0 1 10.00 当天买过（近），一年 1 次（少），共 10.00 元（不多）：一般客户\n"+
			"lost gone 2025-01-05 685 0 0.00 最近 685 天前买过（久），一年 0 次（少），共 0.00 元（不多）：流失客户\n"+
			"- - - - 6 2960.00 -")
		f.want(f.as("", "boss"), "insight.rfm", "grade=lost", "lost gone 2025-01-05 685 0 0.00 最近 685 天前买过（久），一年 0 次（少），共 0.00 元（不多）：流失客户\n- - - - 0 0.00 -")
		f.want(f.as("li", "salesperson"), "insight.rfm", "date=2026-11-09", "key acme 2026-11-09 0 4 10000.00 当天买过（近），一年 4 次（勤），共 10,000.00 元（多）：重要客户\n- - - - 4 10000.00 -")
		english := f.as("zhao", "salesperson")
		english.Lang = "en"
		f.want(english, "insight.rfm", "person=$zhao;&grade=key_quiet", "key_quiet star 2026-03-02 264 2 2000.00 Last bought 264 days ago (long ago), 2 times in a year (often), 2,000.00 in all (much): Key, gone quiet\n- - - - 2 2000.00 -")
		got, err := f.ask(f.as("", "boss"), "insight.rfm", "")
		if err != nil || len(got.Notes) != 2 || got.Notes[0].Zh != "共 4 个客户：重要客户 1 个，重要保持客户 1 个，一般客户 1 个，流失客户 1 个。" ||
			got.Notes[0].En != "4 customers: Key 1; Key, gone quiet 1; Occasional 1; Lost 1." || got.Rows[1].To != "/r/base.party/"+fmt.Sprint(f.ids["star"]) {
			f.Errorf("%v, %v, %v", got.Notes, got.Rows[1].To, err)
		}
		f.want(f.as("", "buyer"), "insight.rfm", "", "- - - - - - -")
	})
}

// TestGradesByRank: of four, who is behind n of them has 5 less the fifths that those n make up.
func TestGradesByRank(t *testing.T) {
	firms(t, func(f *firm) {
		f.customers()
		f.want(f.as("", "boss"), "insight.rfm", "method=rank", ""+
			"key acme 2026-11-09 12 3 950.00 最近 12 天前买过（4 分），一年 3 次（5 分），共 950.00 元（4 分）：重要客户\n"+
			"key_quiet star 2026-03-02 264 2 2000.00 最近 264 天前买过（3 分），一年 2 次（4 分），共 2,000.00 元（5 分）：重要保持客户\n"+
			"occasional new 2026-11-21 0 1 10.00 当天买过（5 分），一年 1 次（3 分），共 10.00 元（3 分）：一般客户\n"+
			"lost gone 2025-01-05 685 0 0.00 最近 685 天前买过（2 分），一年 0 次（2 分），共 0.00 元（2 分）：流失客户\n"+
			"- - - - 6 2960.00 -")
		// Equals are equal: on the day after their first purchase two have bought once each.
		f.want(f.as("", "boss"), "insight.rfm", "method=rank&date=2025-11-21", ""+
			"key acme 2025-11-21 0 1 9000.00 当天买过（5 分），一年 1 次（5 分），共 9,000.00 元（5 分）：重要客户\n"+
			"quiet gone 2025-01-05 320 1 700.00 最近 320 天前买过（3 分），一年 1 次（5 分），共 700.00 元（3 分）：转淡的客户\n"+
			"- - - - 2 9700.00 -")
	})
}

func TestSilentCustomers(t *testing.T) {
	firms(t, func(f *firm) {
		f.customers()
		// acme bought on four days, 117 from one to the next, and is not late; star on two days only; new again today.
		for i, qty := range []string{"1", "2", "3"} {
			f.buys("x"+qty, `"party":$new;,"owner":$zhao;,"department":$west;,"warehouse":$store;`, []string{"2026-08-01", "2026-08-11", "2026-08-21"}[i], qty)
			f.buys("y"+qty, `"party":$never;,"owner":$zhao;,"department":$west;,"warehouse":$store;`, []string{"2026-05-01", "2026-05-11", "2026-05-21"}[i], qty)
		}
		silent := "never zhao 2026-05-21 10 184 174\n- - - - - -"
		f.want(f.as("", "boss"), "insight.silent", "", silent)
		f.want(f.as("head", "sales_manager"), "insight.silent", "person=$zhao;", silent)
		f.want(f.as("zhao", "salesperson"), "insight.silent", "", silent)
		f.want(f.as("li", "salesperson"), "insight.silent", "", "- - - - - -")
		f.want(f.as("", "boss"), "insight.silent", "person=$li;", "- - - - - -")
		f.want(f.as("", "buyer"), "insight.silent", "", "- - - - - -")
	})
}

func (f *firm) put(values map[string]string) error {
	return pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error { return settings.Put(tx, values) })
}

package insight_test

import (
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/testkit"
)

// BenchmarkAnalysis answers over four years of 50,000 sheets to 1,000 customers: for everybody, and for a salesperson who
// sees them by whose they are.
func BenchmarkAnalysis(b *testing.B) {
	rights, err := boot.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	for _, db := range []struct {
		name string
		open func(testing.TB, testkit.Options) *kernel.Company
	}{{"sqlite", testkit.SQLite}, {"postgres", testkit.Postgres}} {
		b.Run(db.name, func(b *testing.B) {
			f := &firm{TB: b, c: db.open(b, testkit.Options{Modules: modules.All(), Rights: rights}), ids: map[string]int64{}}
			f.people()
			f.post("d", "stock.delivery", `{"date":"2022-01-02",`+byZhao+`,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"1","price":"10"},{"item":$nut;,"qty":"1","price":"3"}]}`)
			f.past("d", 50_000, 1_000)
			for _, query := range []string{"insight.sales?rows=customer&columns=month", "insight.sales?rows=item&columns=month&measure=margin", "insight.sales?rows=category&columns=region",
				"insight.sales?rows=item&columns=customer&measure=count", "insight.rfm?"} {
				name, params, _ := strings.Cut(query, "?")
				if name == "insight.sales" {
					params += "&from=2022-01-01&to=2026-12-31&compare=true"
				}
				for who, actor := range map[string]*kernel.Actor{"boss": f.as("", "boss"), "salesperson": f.as("zhao", "sales_manager")} {
					b.Run(query+"/"+who, func(b *testing.B) {
						for b.Loop() {
							if _, err := f.ask(actor, name, params); err != nil {
								b.Fatal(err)
							}
						}
					})
				}
			}
		})
	}
}

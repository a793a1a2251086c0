package daily_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/desk"
)

// told gives the rows of the report as text: what, figures, remark.
func (f *firm) told(a *kernel.Actor, day string) string {
	f.Helper()
	var out []string
	f.view(a, func(v *kernel.View) error {
		t, err := f.c.Report("sales.daily").Run(v, map[string]string{"day": day})
		if err != nil {
			return err
		}
		for _, r := range t.Rows {
			line := ""
			for _, name := range []string{"what", "amount", "count", "before", "week", "note"} {
				if x, ok := r.Values[name]; ok {
					line += fmt.Sprint(" ", x)
				}
			}
			out = append(out, strings.TrimSpace(line))
		}
		for _, n := range t.Notes {
			out = append(out, n.In(v.Lang))
		}
		return nil
	})
	return strings.Join(out, "\n")
}

// whole is what the boss reads: figure, sheets, the day before, the week before.
const whole = `销售
销售单 293.00 2 40.00 30.00
销售退货单 -10.00 1 0.00 0.00
净销售额 283.00 40.00 30.00
收款
现金 20.00 1 25.00 0.00
银行 100.00 1 0.00 0.00 手续费 1.00
收款合计 120.00 2 25.00 0.00
欠款
新增应收 283.00 5 40.00 30.00
收回（含现金折扣） -122.00 2 -25.00 0.00
欠款净增 161.00 15.00 30.00 负数是欠款减少
毛利
货款（不含税和费用） 245.00 40.00 30.00
成本 100.00 16.00 12.00
毛利 145.00 24.00 18.00 毛利率 59.2%
还没过账
销售单 990.00 1
卖得最多的商品
螺栓 276.00
买得最多的客户
恒星贸易 226.00
宏发五金 45.00`

func TestADay(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		if got := f.told(f.as("", "boss", "zh"), "2026-11-21"); got != whole {
			f.Errorf("the boss reads\n%s", got)
		}
		// Without the right to see what goods cost there is no profit; of others' customers nothing.
		const own = `Sales
Delivery 55.00 1 40.00 30.00
Sales return -10.00 1 0.00 0.00
Net sales 45.00 40.00 30.00
Received
现金 20.00 1 25.00 0.00
Received in all 20.00 1 25.00 0.00
Debts
Newly owed 45.00 2 40.00 30.00
Collected, with cash discounts -20.00 1 -25.00 0.00
Debts grew by 25.00 15.00 30.00 Negative: debts fell
Not posted yet
Delivery 990.00 1
Best items
螺栓 50.00
Best customers
宏发五金 45.00`
		if got := f.told(f.as("li", "salesperson", "en"), "2026-11-21"); got != own {
			f.Errorf("the salesperson reads\n%s", got)
		}
		// A day without trade says so in zeros, and what a manager may see of profit is the margin alone.
		if got := f.told(f.as("", "boss", "zh"), "2026-12-24"); !strings.Contains(got, "净销售额 0.00 0.00 0.00") || strings.Contains(got, "毛利率") || !strings.Contains(got, "销售单 1040.00 2") {
			f.Errorf("on Christmas Eve\n%s", got)
		}
		if got := f.told(f.as("", "sales_manager", "zh"), "2026-11-21"); strings.Contains(got, "成本") {
			f.Errorf("the manager reads\n%s", got)
		}
	})
}

// TestAsTheAnalysisSays: the profit of a day is that of the sales analysis, for whoever asks.
func TestAsTheAnalysisSays(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		for _, role := range []string{"boss", "accountant"} {
			f.view(f.as("", role, "zh"), func(v *kernel.View) error {
				t, err := f.c.Report("sales.daily").Run(v, map[string]string{"day": "2026-11-21"})
				if err != nil {
					return err
				}
				for label, measure := range map[string]string{"毛利": "margin", "成本": "cost", "货款（不含税和费用）": "net"} {
					other, err := f.c.Report("insight.sales").Run(v, map[string]string{"from": "2026-11-21", "to": "2026-11-21", "rows": "item", "measure": measure})
					if err != nil {
						return err
					}
					found := ""
					for _, r := range t.Rows {
						if r.Values["what"] == label && r.Values["amount"] != nil {
							found = fmt.Sprint(r.Values["amount"])
						}
					}
					if want := fmt.Sprint(other.Totals["total"]); found != want || found == "" || found == "0.00" {
						f.Errorf("%s of %s: %s, in the analysis %s", label, role, found, want)
					}
				}
				return nil
			})
		}
	})
}

// TestWhereFiguresLead: the rows of a list to which a figure leads come to that figure.
func TestWhereFiguresLead(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		f.view(f.as("", "boss", "zh"), func(v *kernel.View) error {
			t, err := f.c.Report("sales.daily").Run(v, map[string]string{"day": "2026-11-21"})
			if err != nil {
				return err
			}
			led := 0
			for _, r := range t.Rows {
				at, _ := url.Parse(r.To)
				name, found := strings.CutPrefix(at.Path, "/report/")
				if !found {
					continue
				}
				led++
				rep := f.c.Report(name)
				params, err := desk.Params(rep, at.Query())
				if err != nil {
					return fmt.Errorf("%s: %w", r.To, err)
				}
				other, err := rep.Run(v, params)
				if err != nil {
					return fmt.Errorf("%s: %w", r.To, err)
				}
				sum := other.Totals["total"]
				if name == "settlement.money_journal" {
					continue // it says what reached the account, after fees
				}
				if fmt.Sprint(sum) != fmt.Sprint(r.Values["amount"]) {
					f.Errorf("%v is %v, and leads to %v: %s", r.Values["what"], r.Values["amount"], sum, r.To)
				}
			}
			if led != 8 {
				f.Errorf("%d figures lead to reports", led)
			}
			return nil
		})
	})
}

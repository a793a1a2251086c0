package ledger_test

import (
	"maps"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// TestBooksLater switches books on where there are none: the chart, the roles and the first period come with the switch.
func TestBooksLater(t *testing.T) {
	for _, x := range []struct {
		name, lang, want string
		choices          map[string]string
	}{
		{"as it stands", "zh", "small general 2026-11 库存商品", nil},
		{"with choices", "zh", "general small 2026-03 库存商品", map[string]string{ledger.SettingStandard: "general", ledger.SettingVAT: "small", ledger.SettingFrom: "2026-03"}},
		{"in English", "en", "small general 2026-11 Merchandise / finished goods", nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
				o := &office{t: t, c: c}
				o.set(map[string]string{"company.language": x.lang})
				choices := map[string]string{ledger.SettingBooks: "true"}
				maps.Copy(choices, x.choices)
				o.set(choices)
				got := []string{c.Setting(ledger.SettingStandard), c.Setting(ledger.SettingVAT), c.Setting(ledger.SettingFrom)}
				o.view(func(v *kernel.View) error {
					list, err := ledger.Accounts.Where(v, "code = ?", "1405")
					for _, a := range list {
						got = append(got, a.Name)
					}
					months, periodErr := ledger.Periods.Where(v, "1 = 1")
					if periodErr == nil && (len(months) != 1 || string(months[0].Month) != got[2]) {
						t.Errorf("the periods are %v, want %s", months, got[2])
					}
					if err == nil {
						err = periodErr
					}
					return err
				})
				if text := strings.Join(got, " "); text != x.want {
					t.Errorf("the books are %q, want %q", text, x.want)
				}
				// Off and on again: the chart is not made twice.
				o.set(map[string]string{ledger.SettingBooks: "false"})
				o.set(map[string]string{ledger.SettingBooks: "true"})
			})
		})
	}
}

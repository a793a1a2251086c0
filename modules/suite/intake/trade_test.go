package intake

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"zhanggui/assets"
	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/testkit"
)

// TestTrades sets a firm of each trade up: units and categories of its own beside those that every firm has.
func TestTrades(t *testing.T) {
	var all []struct{ Key string }
	if err := json.Unmarshal(assets.Trades, &all); err != nil || len(all) != 6 {
		t.Fatalf("%d trades, %v", len(all), err)
	}
	want := map[string][2]int{"hardware": {11, 7}, "grocery": {11, 6}, "clothing": {11, 6}, "catering": {11, 7}, "electronics": {10, 6}, "other": {6, 1}, "trading": {6, 1}}
	for trade, counts := range want {
		for _, lang := range []string{"zh", "en"} {
			c := testkit.SQLite(t, testkit.Options{Modules: modules.All()})
			err := setup.Run(context.Background(), c, auth.SetupInput{Company: "x", Name: "y", Login: "boss", Password: "a good password", Trade: trade, Lang: lang})
			if err != nil {
				t.Fatalf("%s: %v", trade, err)
			}
			err = c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
				units, err := unit.Units.Where(v, "active")
				if err != nil {
					return err
				}
				categories, err := item.Categories.Where(v, "id > 0")
				if len(units) != counts[0] || len(categories) != counts[1] {
					t.Errorf("%s: %d units and %d categories, want %v", trade, len(units), len(categories), counts)
				}
				for _, u := range units {
					if lang == "en" && strings.ContainsFunc(u.Name, func(r rune) bool { return r > 0x2000 }) {
						t.Errorf("%s: an English firm counts in %s", trade, u.Name)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

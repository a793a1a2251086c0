package commerce_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"testing/fstest"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

const pricedSQL = `CREATE TABLE test_head (id $id, date $text NOT NULL, party $int NOT NULL, state $text NOT NULL) $strict;
CREATE INDEX test_head_party ON test_head (party, date, id);
CREATE TABLE test_line (id $id, parent $int NOT NULL REFERENCES test_head, item $int NOT NULL, unit $int, qty $int NOT NULL DEFAULT 1, price $int NOT NULL, free $bool NOT NULL DEFAULT FALSE) $strict;
CREATE INDEX test_line_item ON test_line (item, id);
CREATE INDEX test_line_parent ON test_line (parent);`

// TestLastPrices: a price is found on the latest 200 sheets of the party, or else on the latest 1,000 lines of the item.
func TestLastPrices(t *testing.T) {
	heads := &store.Table{Name: "test_head", Columns: []string{"id", "date", "party", "state"}}
	lines := &store.Table{Name: "test_line", Columns: []string{"id", "parent", "item", "price"}}
	def := &kernel.Def{Name: "test.head", Table: heads, Lines: []*kernel.LineDef{{Name: "lines", Table: lines}}}
	module := kernel.Module{Name: "test", Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte(pricedSQL)}}, Setup: func(*kernel.Company) error { return nil }}
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{module}}, func(t *testing.T, c *kernel.Company) {
		var headRows, lineRows []any
		sell := func(party, item int64, price string, state string) {
			p, err := money.ParsePrice(price)
			if err != nil {
				t.Fatal(err)
			}
			id := int64(len(headRows)/4 + 1)
			headRows = append(headRows, id, fmt.Sprintf("2026-%02d-%02d", 1+id/280, 1+id/10%28), party, state)
			lineRows = append(lineRows, 10_000+id, id, item, int64(p))
		}
		sell(1, 2, "2.2", "posted") // long ago, but nobody else has bought it since
		sell(1, 3, "3.3", "posted") // long ago, and everybody has bought it since
		sell(2, 4, "4.4", "posted")
		for range 1000 {
			sell(2, 3, "30", "posted")
		}
		for i := range 250 {
			sell(1, 1, fmt.Sprint(10+i), "posted")
		}
		sell(1, 1, "999", "draft")
		err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
			if err := heads.Insert(u, headRows); err != nil {
				return err
			}
			return lines.Insert(u, lineRows)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			party int64
			want  map[int64]string
		}{{1, map[int64]string{1: "259", 2: "2.2"}}, {2, map[int64]string{3: "30", 4: "4.4"}}, {3, map[int64]string{}}} {
			err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
				found, err := commerce.Priced{Def: def, Party: "party", Where: "o.state = ?", Args: []any{"posted"}}.Last(v, x.party, []int64{1, 2, 3, 4, 5})
				got := map[int64]string{}
				for item, price := range found {
					got[item] = price.Price.String()
				}
				if !maps.Equal(got, x.want) {
					t.Errorf("party %d: %v, want %v", x.party, got, x.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

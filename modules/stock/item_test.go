package stock_test

import (
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// What has moved stays what it is: another unit, or no stock at all, would change what the moves say.
func TestAnItemThatMovedStaysWhatItIs(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.make("box", unit.Units.Def, `{"code":"box","name":"盒"}`)
		change := func(name, body string) string {
			_, err := s.do(pipeline.Command{Def: item.Items.Def, Act: "update", ID: s.ids[name]}, body)
			if err == nil {
				return ""
			}
			return err.Error()
		}
		steps := []struct{ name, body, want string }{
			{"bolt", `{"service":true,"unit":$box}`, ""},
			{"bolt", `{"service":false,"unit":$pcs}`, ""},
		}
		run := func() {
			t.Helper()
			for _, x := range steps {
				if got := change(x.name, x.body); got != x.want {
					t.Errorf("%s %s: %q, want %q", x.name, x.body, got, x.want)
				}
			}
		}
		run()
		received := s.post(stock.KindReceipt, "2026-11-02", "", line("bolt", "10", "12"))
		s.post(stock.KindDelivery, "2026-11-03", "", line("work", "1", ""))
		moved := []struct{ name, body, want string }{
			{"bolt", `{"service":true}`, "item.service_moved at /service name=螺栓"},
			{"bolt", `{"unit":$box}`, "item.unit_moved at /unit name=螺栓"},
			{"bolt", `{"service":true,"unit":$box}`, "item.service_moved at /service name=螺栓\nitem.unit_moved at /unit name=螺栓"},
			{"bolt", `{"service":false,"unit":$pcs,"price":"21"}`, ""},
			{"work", `{"service":false,"unit":$pcs}`, ""}, // sold, but nothing of it ever lay anywhere
			{"nut", `{"unit":$box}`, ""},
		}
		steps = moved
		run()
		if err := s.act(received, "reverse", `{"date":"2026-11-04"}`); err != nil {
			t.Fatal(err)
		}
		steps = moved[:1] // taken back, and still in the ledger of the item
		run()
	})
}

package stock_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

func (s *shop) report(name string, params map[string]string) *kernel.Table {
	s.t.Helper()
	var t *kernel.Table
	s.view(func(v *kernel.View) (err error) {
		t, err = s.c.Report(name).Run(v, params)
		return err
	})
	return t
}

// rows writes the named columns of a report, one text for each row; ids are shown by their names in the shop.
func (s *shop) rows(t *kernel.Table, columns ...string) []string {
	names := map[int64]string{}
	for name, id := range s.ids {
		names[id] = name
	}
	var out []string
	for _, r := range append(t.Rows, kernel.Row{Values: t.Totals}) {
		var text []string
		for _, c := range columns {
			switch x := r.Values[c].(type) {
			case nil:
				text = append(text, "-")
			case int64:
				text = append(text, names[x])
			default:
				text = append(text, fmt.Sprint(x))
			}
		}
		out = append(out, strings.Join(text, " "))
	}
	return out
}

func (s *shop) wantRows(what string, got []string, want ...string) {
	s.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		s.t.Errorf("%s is\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestReports(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.make("screw", c.Def("base.item"), `{"code":"A","name":"螺丝","min_stock":"5"}`)
		s.post(stock.KindOpening, "2026-10-01", "", line("bolt", "10", "10"), line("nut", "5", "1"))
		d := s.post(stock.KindDelivery, "2026-11-05", "", line("bolt", "4", ""))
		s.post(stock.KindTransfer, "2026-11-06", `,"to_warehouse":$shop`, line("bolt", "2", ""))
		s.post(stock.KindReceipt, "2026-11-03", "", line("bolt", "10", "20"))
		s.must(s.act(d, "reverse", `{"date":"2026-11-08"}`))
		s.post(stock.KindDelivery, "2026-11-09", "", line("nut", "5", ""))

		hand := []string{"code", "item", "warehouse", "qty", "unit_cost", "value"}
		s.wantRows("on hand", s.rows(s.report("stock.on_hand", nil), hand...),
			"B bolt main 18 15 270.00", "B bolt shop 2 15 30.00", "- - - 20 - 300.00")
		s.wantRows("as of", s.rows(s.report("stock.on_hand", map[string]string{"date": "2026-11-05"}), hand...),
			"B bolt main 16 15 240.00", "N nut main 5 1 5.00", "- - - 21 - 245.00")
		s.wantRows("low", s.rows(s.report("stock.on_hand", map[string]string{"low": "true"}), "item", "qty", "min_stock"), "screw 0 5", "- 0 -")

		flow := []string{"item", "opening_qty", "opening_value", "in_qty", "in_value", "out_qty", "out_value", "closing_qty", "closing_value"}
		s.wantRows("summary", s.rows(s.report("stock.summary", nil), flow...),
			"bolt 10 100.00 10 200.00 0 0.00 20 300.00", "nut 5 5.00 0 0.00 5 5.00 0 0.00", "- 15 105.00 10 200.00 5 5.00 20 300.00")
		shop := s.report("stock.summary", map[string]string{"warehouse": fmt.Sprint(s.ids["shop"])})
		s.wantRows("summary of the shop", s.rows(shop, "item", "in_qty", "closing_qty"), "bolt 2 2", "- 2 2")
		if len(shop.Notes) != 1 || len(shop.Columns) != 8 {
			t.Errorf("a warehouse inside one pool shows %d columns, %v", len(shop.Columns), shop.Notes)
		}
		s.wantRows("ledger", s.rows(s.report("stock.ledger", map[string]string{"item": fmt.Sprint(s.ids["bolt"]), "from": "2026-11-01", "to": "2026-11-30"}),
			"date", "kind", "number", "in_qty", "in_value", "out_qty", "out_value", "qty", "unit_cost", "value"),
			"- 期初结存 - - - - - 10 10 100.00",
			"2026-11-03 进货单 JH261100001 10 200.00 - - 20 15 300.00",
			"2026-11-05 销售单 XS261100001 - - 4 40.00 16 16.25 260.00",
			"2026-11-05 成本调整：销售单 XS261100001 - - 0 20.00 16 15 240.00",
			"2026-11-08 销售单 XS261100002 - - -4 -60.00 20 15 300.00",
			"- - - 10 200.00 0 0.00 20 15 300.00")
	})
}

// TestTheItemLedgerShowsThePresent: what was taken back on its own day, and what took it back, stand there on request; the
// balances are the same.
func TestTheItemLedgerShowsThePresent(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindOpening, "2026-11-02", "", line("bolt", "10", "10"))
		out := s.post(stock.KindOtherOut, "2026-11-03", "", line("bolt", "4", ""))
		s.must(s.act(out, "modify", fmt.Sprintf(`{"sheet":"{\"lines\":[{\"id\":%d,\"qty\":\"3\"}]}"}`, out.Lines[0].ID)))
		ledger := func(all string) []string {
			return s.rows(s.report("stock.ledger", map[string]string{"item": fmt.Sprint(s.ids["bolt"]), "from": "2026-11-03", "to": "2026-11-30", "all": all}),
				"kind", "out_qty", "out_value", "qty", "value")
		}
		s.wantRows("present", ledger(""), "期初结存 - - 10 100.00", "其他出库单 3 30.00 7 70.00", "- 3 30.00 7 70.00")
		s.wantRows("all", ledger("true"), "期初结存 - - 10 100.00", "其他出库单 4 40.00 6 60.00", "撤销：其他出库单 -4 -40.00 10 100.00",
			"其他出库单 3 30.00 7 70.00", "- 3 30.00 7 70.00")
	})
}

// TestThePresentStockSaysItsDay: asked for without a date it is that of today, unless moves are dated after today.
func TestThePresentStockSaysItsDay(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		stamp := func(params map[string]string) string {
			table := s.report("stock.on_hand", params)
			return fmt.Sprint(params["date"], " ", len(table.Rows), " ", len(table.Notes))
		}
		s.post(stock.KindOpening, "2026-11-02", "", line("bolt", "10", "10"))
		if got := stamp(map[string]string{}); got != "2026-11-21 1 0" {
			t.Errorf("today: %s", got)
		}
		s.post(stock.KindReceipt, "2026-11-28", "", line("nut", "1", "20"))
		if got := stamp(map[string]string{}); got != " 2 1" {
			t.Errorf("with a later move: %s", got)
		}
		if got := stamp(map[string]string{"date": "2026-11-21"}); got != "2026-11-21 1 0" {
			t.Errorf("of a day: %s", got)
		}
	})
}

// TestItemsAreToldApart: where a line has no column for the specification it stands with the item's name, once.
func TestItemsAreToldApart(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.make("short", c.Def("base.item"), `{"code":"A1","name":"螺丝","spec":"M6×10"}`)
		s.make("named", c.Def("base.item"), `{"code":"A2","name":"螺丝 M8×20","spec":"M8×20"}`)
		d := s.post(stock.KindReceipt, "2026-11-02", "", line("short", "1", "1"), line("named", "1", "1"), line("bolt", "1", "1"))
		s.view(func(v *kernel.View) error {
			labels, err := resource.CollectLabels(v, stock.HandleOf(stock.KindReceipt).Def, []any{d}, true)
			bare, wrong := resource.LabelsOf(v, map[string]map[int64]bool{"base.item": {s.ids["short"]: true}})
			got := []string{labels["base.item"][s.ids["short"]], labels["base.item"][s.ids["named"]], labels["base.item"][s.ids["bolt"]], bare["base.item"][s.ids["short"]]}
			if want := []string{"螺丝 M6×10", "螺丝 M8×20", "螺栓", "螺丝"}; !slices.Equal(got, want) {
				t.Errorf("the items are called %q, want %q", got, want)
			}
			return errors.Join(err, wrong)
		})
	})
}

package stock_test

import (
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// What each kind has beside the fields of every document, and what is seen only with the right to costs.
func TestFieldsOfEachKind(t *testing.T) {
	common, people := "id version created_at created_by updated_at updated_by number date state kind ", " owner department note revision"
	for _, c := range []struct{ kind, head, costly, lines string }{
		{stock.KindDelivery, "party handler warehouse tax_mode payment_term discount rounding goods charge net tax gross paid_now cost goods_net reverses rest_of ship_note carrier waybill freight below", "cost",
			"item unit qty base_qty qty2 unit2 by_second price discount free offered tax_rate rate amount net tax gross cost returned asked note"},
		{stock.KindSalesReturn, "party handler warehouse source tax_mode payment_term discount rounding goods charge net tax gross paid_now cost goods_net reverses below", "cost",
			"item unit qty base_qty qty2 unit2 by_second price discount offered tax_rate rate amount net tax gross cost source source_line note"},
		{stock.KindReceipt, "party handler warehouse tax_mode payment_term discount rounding goods charge net tax gross paid_now cost goods_net reverses below",
			"discount rounding goods charge net tax gross paid_now cost goods_net", "item unit qty base_qty qty2 unit2 by_second price discount free tax_rate rate amount net tax gross cost returned note"},
		{stock.KindTransfer, "handler warehouse to_warehouse cost reverses below", "cost", "item unit qty base_qty qty2 unit2 cost note"},
		{stock.KindCount, "handler warehouse cost reverses whole below", "cost", "item unit qty qty2 counted counted2 unit2 difference cost note"},
		{stock.KindOtherIn, "handler warehouse goods cost reverses below", "goods cost", "item unit qty base_qty qty2 unit2 by_second price amount cost note"},
		{stock.KindOtherOut, "handler warehouse reason cost reverses below", "cost", "item unit qty base_qty qty2 unit2 cost note"},
		{stock.KindOpening, "handler warehouse goods cost reverses below", "goods cost", "item unit qty base_qty qty2 unit2 by_second price amount cost note"},
		{stock.KindAdjustment, "warehouse cost adjusts", "cost", "item unit cost source source_line note"},
	} {
		d := stock.HandleOf(c.kind).Def
		var head, costly, lines []string
		for _, f := range d.Fields {
			head = append(head, f.Name)
			if f.Right == "cost" {
				costly = append(costly, f.Name)
			}
		}
		for _, f := range d.LineOf("lines").Fields {
			lines = append(lines, f.Name)
		}
		for _, got := range [][2]string{
			{strings.Join(head, " "), common + c.head + people}, {strings.Join(costly, " "), c.costly},
			{strings.Join(lines, " "), "id parent pos " + c.lines}, {strings.Join(d.Table.Columns, " "), common + c.head + people},
		} {
			if got[0] != got[1] {
				t.Errorf("%s has\n%s\nwant\n%s", c.kind, got[0], got[1])
			}
		}
	}
	if len(stock.Handles()) != 10 || stock.HandleOf("nothing") != nil {
		t.Errorf("%d kinds", len(stock.Handles()))
	}
}

// A sheet is reached through its own kind only, and once posted it cannot be changed.
func TestKindsAreApart(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		in := s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10"))
		out := s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "1", ""))
		for _, cmd := range []pipeline.Command{
			{Def: stock.Deliveries.Def, Act: "unpost", ID: in.ID}, {Def: stock.Deliveries.Def, Act: "delete", ID: in.ID},
			{Def: stock.Deliveries.Def, Act: "update", ID: in.ID},
		} {
			_, err := s.do(cmd, `{}`)
			list, _ := problem.From(err)
			if problem.Status(list) != 404 {
				t.Errorf("%s of a receipt as a delivery: %v", cmd.Act, err)
			}
		}
		for _, act := range []string{"update", "delete"} {
			body := ""
			if act == "update" {
				body = `{"note":"x"}`
			}
			if _, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: act, ID: out.ID}, body); err == nil || !strings.HasPrefix(err.Error(), "state.readonly") {
				t.Errorf("%s of a posted sheet: %v", act, err)
			}
		}
		if _, err := s.do(pipeline.Command{Def: stock.Adjustments.Def, Act: "create"}, `{}`); err == nil || err.Error() != "method" {
			t.Errorf("an adjustment by hand: %v", err)
		}
		s.view(func(v *kernel.View) error {
			page, err := listing.List(v, stock.Deliveries.Def, listing.Query{Limit: 10, Count: listing.Bounded})
			if err == nil && (len(page.Items) != 1 || page.Total != 1 || page.Totals["gross"] != "20.00") {
				t.Errorf("list of deliveries: %d, %v", len(page.Items), page.Totals)
			}
			return err
		})
	})
}

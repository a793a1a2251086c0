package stock_test

import (
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// What comes back on a delivery comes in at the present cost and lowers the total; what goes back on a receipt leaves at
// its price. Taking the sheet back leaves the stock as it was.
func TestGoodsGoBothWays(t *testing.T) {
	for _, method := range []string{"moving", "fifo"} {
		testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
			s := open(t, c, map[string]string{"stock.method": method, "stock.negative": "refuse"})
			s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10")+","+line("nut", "10", "1"))
			swap := s.post(stock.KindDelivery, "2026-11-02", `,"rounding":"0.5"`, line("bolt", "1", "20.5")+","+line("nut", "-4", "2.5"))
			if swap.Gross.String() != "10.00" || swap.Cost.String() != "6.00" || swap.Lines[0].Cost.String() != "10.00" || swap.Lines[1].Cost.String() != "-4.00" ||
				swap.Lines[1].Amount.String() != "-10.00" {
				t.Errorf("exchange: total %s, cost %s, lines %+v", swap.Gross, swap.Cost, swap.Lines)
			}
			s.wantHand("bolt", "main", "9")
			s.wantHand("nut", "main", "14")
			refund := s.post(stock.KindDelivery, "2026-11-03", "", line("nut", "-2", "2.5")+","+line("nut", "0.001", "0"))
			if refund.Gross.String() != "-5.00" {
				t.Errorf("refund: total %s", refund.Gross)
			}
			back := s.post(stock.KindReceipt, "2026-11-04", "", line("bolt", "2", "11")+","+line("nut", "-3", "1"))
			if back.Gross.String() != "19.00" || back.Cost.String() != "19.00" || back.Lines[1].Cost.String() != "-3.00" {
				t.Errorf("receipt: total %s, cost %s", back.Gross, back.Cost)
			}
			s.wantHand("nut", "main", "12.999")
			// What is not there cannot go back, and it is told before and at the line.
			_, err := s.do(pipeline.Command{Def: stock.Receipts.Def, Act: "create", Then: "post"},
				`{"date":"2026-11-05","party":$supplier,"lines":[`+line("bolt", "1", "10")+","+line("nut", "-13", "1")+`]}`)
			if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "stock.short" || list[0].Path != "/lines/1/qty" {
				t.Errorf("sending back too many: %v", err)
			}
			s.must(s.act(swap, "unpost", ""))
			// Moves and vouchers go on naming what was in force: it is voided, not deleted.
			if err := s.act(swap, "delete", ""); err == nil || err.Error() != "delete.numbered number="+swap.Number {
				t.Errorf("deleting what was posted once: %v", err)
			}
			s.view(func(v *kernel.View) error {
				if can := pipeline.CanWrite(kernel.SystemActor(), stock.Deliveries.Def, s.load(swap)); len(can) != 1 || can[0] != "update" {
					t.Errorf("what was posted once offers %v", can)
				}
				return nil
			})
			s.wantHand("bolt", "main", "12")
			s.wantHand("nut", "main", "8.999")
			s.must(s.act(swap, "post", ""))
			s.must(s.act(swap, "reverse", ""))
			s.must(s.act(back, "reverse", ""))
			s.wantHand("bolt", "main", "10")
			s.wantHand("nut", "main", "11.999")
			s.audit()
		})
	}
}

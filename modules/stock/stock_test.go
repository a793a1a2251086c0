package stock_test

import (
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

const day = "2026-11-10"

func TestEachKind(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		opening := s.post(stock.KindOpening, "2026-11-01", "", line("bolt", "10", "9"))
		if opening.Number != "KC261100001" || opening.Cost.String() != "90.00" || opening.Goods.String() != "90.00" {
			t.Errorf("opening %s: cost %s, goods %s", opening.Number, opening.Cost, opening.Goods)
		}
		s.wantPool("bolt", 0, "10", "90.00")
		receipt := s.post(stock.KindReceipt, "2026-11-02", `,"tax_mode":"excluded"`, line("bolt", "10", "11"), line("nut", "100", "1"))
		if receipt.Number != "JH261100001" || receipt.Net.String() != "210.00" || receipt.Tax.String() != "13.00" || receipt.Gross.String() != "223.00" || receipt.Cost.String() != "210.00" {
			t.Errorf("receipt %s: net %s, tax %s, gross %s, cost %s", receipt.Number, receipt.Net, receipt.Tax, receipt.Gross, receipt.Cost)
		}
		s.wantPool("bolt", 0, "20", "200.00")
		delivery := s.post(stock.KindDelivery, "2026-11-03", "", line("bolt", "5", ""), line("work", "1", ""))
		if delivery.Number != "XS261100001" || delivery.Gross.String() != "200.00" || delivery.Cost.String() != "50.00" || delivery.Lines[0].Cost.String() != "50.00" || delivery.Lines[1].Cost != 0 {
			t.Errorf("delivery %s: gross %s, cost %s, lines %+v", delivery.Number, delivery.Gross, delivery.Cost, delivery.Lines)
		}
		if delivery.Lines[0].Unit != s.ids["pcs"] || delivery.State != stock.Done {
			t.Errorf("unit %d, state %s", delivery.Lines[0].Unit, delivery.State)
		}
		s.post(stock.KindSalesReturn, "2026-11-04", "", line("bolt", "1", ""))
		s.wantPool("bolt", 0, "16", "160.00")
		s.post(stock.KindPurchaseReturn, "2026-11-05", "", line("bolt", "1", "11"))
		s.wantPool("bolt", 0, "15", "149.00")
		s.post(stock.KindOtherIn, "2026-11-06", "", line("bolt", "1", "1"))
		s.wantPool("bolt", 0, "16", "150.00")
		s.post(stock.KindOtherOut, "2026-11-06", "", line("bolt", "4", ""))
		s.wantPool("bolt", 0, "12", "112.50")
		transfer := s.post(stock.KindTransfer, "2026-11-07", `,"to_warehouse":$shop`, line("bolt", "5", ""))
		if transfer.Number != "DB261100001" || transfer.Cost != 0 {
			t.Errorf("transfer %s: cost %s", transfer.Number, transfer.Cost)
		}
		s.wantHand("bolt", "main", "7")
		s.wantHand("bolt", "shop", "5")
		count := s.post(stock.KindCount, "2026-11-08", "", `{"item":$bolt,"counted":"6"}`, `{"item":$nut,"counted":"101"}`)
		if count.Lines[0].Qty.String() != "7" || count.Lines[0].Cost.String() != "-9.38" || count.Lines[1].Cost.String() != "1.00" || count.Cost.String() != "-8.38" {
			t.Errorf("count: %+v", count.Lines)
		}
		s.wantPool("bolt", 0, "11", "103.12")
		s.wantHand("bolt", "main", "6")
		s.wantHand("bolt", "", "11")
		s.audit()
	})
}

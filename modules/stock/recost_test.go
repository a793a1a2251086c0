package stock_test

import (
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// told collects what a company publishes, as "topic kind value+variance".
type told struct{ events []string }

func listen(c *kernel.Company) *told {
	l := &told{}
	for _, topic := range []*kernel.Topic[*stock.Event]{stock.Posted, stock.Unposted, stock.Adjusted} {
		topic.On(c, "test", func(_ *kernel.Tx, e *stock.Event) error {
			text := topic.Name + " " + e.Doc.Kind
			if e.Doc.Adjusts != "" {
				text += " of " + e.Doc.Adjusts + " on " + string(e.Doc.Date)
			}
			for _, l := range e.Lines {
				text += " " + l.Value.String() + "+" + l.Variance.String()
			}
			l.events = append(l.events, text)
			return nil
		})
	}
	return l
}

func (l *told) want(t *testing.T, want ...string) {
	t.Helper()
	if len(l.events) != len(want) {
		t.Errorf("told %q, want %q", l.events, want)
	}
	for i := range min(len(want), len(l.events)) {
		if l.events[i] != want[i] {
			t.Errorf("told %q, want %q", l.events[i], want[i])
		}
	}
	l.events = nil
}

func TestBackDatedReceiptCostsLaterDeliveriesAgain(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10"))
		first := s.post(stock.KindDelivery, "2026-11-05", "", line("bolt", "4", ""))
		second := s.post(stock.KindDelivery, "2026-11-06", "", line("bolt", "3", ""))
		heard := listen(c)
		// 10 at 10 and 10 at 20 are 20 worth 300: 4 cost 60 instead of 40, 3 of the other 16 (240) cost 45 instead of 30.
		late := s.post(stock.KindReceipt, "2026-11-03", "", line("bolt", "10", "20"))
		heard.want(t, "stock.posted receipt 200.00+0.00", "stock.adjusted adjustment of delivery on 2026-11-05 -20.00+0.00",
			"stock.adjusted adjustment of delivery on 2026-11-06 -15.00+0.00")
		s.wantPool("bolt", 0, "13", "195.00")
		if a, b := s.load(first), s.load(second); a.Cost.String() != "60.00" || a.Lines[0].Cost.String() != "60.00" || b.Cost.String() != "45.00" {
			t.Errorf("costs %s and %s, want 60.00 and 45.00", a.Cost, b.Cost)
		}
		s.audit()
		// Taken back, everything is as if it had never been.
		s.must(s.act(late, "unpost", ""))
		heard.want(t, "stock.unposted receipt -200.00+0.00", "stock.adjusted adjustment of delivery on 2026-11-05 20.00+0.00",
			"stock.adjusted adjustment of delivery on 2026-11-06 15.00+0.00")
		s.wantPool("bolt", 0, "3", "30.00")
		if a, b := s.load(first), s.load(second); a.Cost.String() != "40.00" || b.Cost.String() != "30.00" {
			t.Errorf("costs %s and %s, want 40.00 and 30.00", a.Cost, b.Cost)
		}
		// What was adjusted and is unposted gives back its posting and its adjustment apart.
		s.must(s.act(late, "post", ""))
		heard.events = nil
		s.must(s.act(first, "unpost", ""))
		heard.want(t, "stock.unposted delivery 40.00+0.00", "stock.adjusted adjustment of delivery on 2026-11-05 20.00+0.00")
		s.wantPool("bolt", 0, "17", "255.00")
		if got := s.load(first); got.State != stock.Draft || got.Cost != 0 || got.Number != first.Number {
			t.Errorf("unposted: state %s, cost %s, number %s", got.State, got.Cost, got.Number)
		}
		s.audit()
	})
}

func TestNegativeStockIsTruedUp(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "2", "10"))
		heard := listen(c)
		s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "5", ""))
		s.wantPool("bolt", 0, "-3", "-30.00")
		s.post(stock.KindReceipt, "2026-11-03", "", line("bolt", "10", "12"))
		heard.want(t, "stock.posted delivery -50.00+0.00", "stock.posted receipt 120.00+-6.00")
		s.wantPool("bolt", 0, "7", "84.00")
		s.audit()
	})
}

func TestFIFO(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.method": "fifo"})
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10"))
		s.post(stock.KindReceipt, "2026-11-02", "", line("bolt", "10", "12"))
		d := s.post(stock.KindDelivery, "2026-11-05", "", line("bolt", "15", ""))
		if d.Cost.String() != "160.00" {
			t.Errorf("cost %s, want 160.00", d.Cost)
		}
		s.wantPool("bolt", 0, "5", "60.00")
		heard := listen(c)
		s.post(stock.KindOpening, "2026-10-01", "", line("bolt", "5", "8"))
		heard.want(t, "stock.posted opening 40.00+0.00", "stock.adjusted adjustment of delivery on 2026-11-05 20.00+0.00")
		s.wantPool("bolt", 0, "10", "120.00")
		s.audit()
		err := s.unit(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{"stock.method": "moving"}) })
		if err == nil || err.Error() != "stock.fixed" {
			t.Errorf("changing the method in use: %v", err)
		}
	})
}

func TestPoolsByWarehousePassChangesOn(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.pool": "warehouse"})
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10"))
		out := s.post(stock.KindTransfer, "2026-11-05", `,"to_warehouse":$shop`, line("bolt", "4", ""))
		if out.Cost.String() != "40.00" {
			t.Errorf("transfer cost %s, want 40.00", out.Cost)
		}
		sold := s.post(stock.KindDelivery, "2026-11-06", `,"warehouse":$shop`, line("bolt", "2", ""))
		home := s.post(stock.KindTransfer, "2026-11-07", `,"warehouse":$shop,"to_warehouse":$main`, line("bolt", "1", ""))
		heard := listen(c)
		s.post(stock.KindReceipt, "2026-11-02", "", line("bolt", "10", "20"))
		heard.want(t, "stock.posted receipt 200.00+0.00",
			"stock.adjusted adjustment of transfer on 2026-11-05 -20.00+0.00 20.00+0.00",
			"stock.adjusted adjustment of delivery on 2026-11-06 -10.00+0.00",
			"stock.adjusted adjustment of transfer on 2026-11-07 5.00+0.00 -5.00+0.00")
		s.wantPool("bolt", s.ids["main"], "17", "255.00")
		s.wantPool("bolt", s.ids["shop"], "1", "15.00")
		if got := s.load(sold); got.Cost.String() != "30.00" {
			t.Errorf("delivery cost %s, want 30.00", got.Cost)
		}
		if got := s.load(home); got.Cost.String() != "15.00" {
			t.Errorf("transfer cost %s, want 15.00", got.Cost)
		}
		s.audit()
	})
}

func TestReverse(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "10", "10"))
		d := s.post(stock.KindDelivery, "2026-11-05", `,"tax_mode":"included","discount":"3","charges":[{"name":"运费","amount":"5"}]`, line("bolt", "4", "20.5"))
		heard := listen(c)
		s.must(s.act(d, "reverse", `{"date":"2026-11-08"}`))
		heard.want(t, "stock.posted delivery 40.00+0.00")
		var mirror *stock.Document
		s.view(func(v *kernel.View) error {
			found, err := stock.Deliveries.Where(v, "reverses = ?", d.ID)
			if err == nil && len(found) == 1 {
				mirror = found[0]
			}
			return err
		})
		if mirror == nil || mirror.State != stock.Done || mirror.Number != "XS261100002" || mirror.Date != "2026-11-08" ||
			mirror.Gross != -d.Gross || mirror.Net != -d.Net || mirror.Cost.String() != "-40.00" || mirror.Lines[0].Qty.String() != "-4" {
			t.Fatalf("mirror %+v of %+v", mirror, d)
		}
		if got := s.load(d); got.State != stock.Reversed {
			t.Errorf("state %s, want reversed", got.State)
		}
		s.wantPool("bolt", 0, "10", "100.00")
		for _, act := range []string{"unpost", "reverse"} {
			if err := s.act(mirror, act, ""); err == nil || err.Error() != "stock.mirror" {
				t.Errorf("%s of a mirror: %v", act, err)
			}
			if err := s.act(d, act, ""); err == nil {
				t.Errorf("%s of a reversed sheet passed", act)
			}
		}
		// The mirror follows: a cheaper past makes delivery and mirror cheaper alike.
		s.post(stock.KindReceipt, "2026-11-02", "", line("bolt", "10", "5"))
		s.wantPool("bolt", 0, "20", "150.00")
		if a, b := s.load(d), s.load(mirror); a.Cost.String() != "30.00" || b.Cost.String() != "-30.00" {
			t.Errorf("costs %s and %s, want 30.00 and -30.00", a.Cost, b.Cost)
		}
		count := s.post(stock.KindCount, "2026-11-09", "", `{"item":$bolt,"counted":"19"}`)
		s.must(s.act(count, "reverse", `{"date":"2026-11-09"}`))
		move := s.post(stock.KindTransfer, "2026-11-09", `,"to_warehouse":$shop`, line("bolt", "5", ""))
		s.must(s.act(move, "reverse", `{"date":"2026-11-10"}`))
		s.wantPool("bolt", 0, "20", "150.00")
		s.wantHand("bolt", "shop", "0")
		s.audit()
	})
}

func TestReturnsComeBackAtTheirOriginalCost(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		in := s.post(stock.KindReceipt, "2026-11-01", `,"tax_mode":"excluded"`, line("bolt", "3", "10.01"))
		d := s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "3", ""), line("work", "1", ""))
		s.post(stock.KindReceipt, "2026-11-03", "", line("bolt", "10", "30"))
		s.ids["delivery"], s.ids["receipt"] = d.ID, in.ID
		back := func(qty string) (*stock.Document, error) {
			s.ids["at"] = d.Lines[0].ID
			return s.try(stock.KindSalesReturn, sheet(stock.KindSalesReturn, "2026-11-04", `,"source":$delivery`,
				`{"item":$bolt,"qty":"`+qty+`","price":"20","source":$delivery,"source_line":$at}`))
		}
		one, err := back("1")
		s.must(err)
		two, err := back("2")
		s.must(err)
		if one.Cost.String() != "10.01" || two.Cost.String() != "20.02" {
			t.Errorf("costs %s and %s, want 10.01 and 20.02", one.Cost, two.Cost)
		}
		if got := s.load(d); got.Lines[0].Returned.String() != "3" {
			t.Errorf("returned %s, want 3", got.Lines[0].Returned)
		}
		if _, err := back("1"); err == nil || err.Error() != "stock.return_over at /lines/0/qty left=0" {
			t.Errorf("one too many: %v", err)
		}
		if err := s.act(d, "unpost", ""); err == nil {
			t.Error("a delivery with returns was unposted")
		}
		s.must(s.act(two, "unpost", ""))
		if got := s.load(d); got.Lines[0].Returned.String() != "1" {
			t.Errorf("returned %s, want 1", got.Lines[0].Returned)
		}
		// Choosing the original fills the lines with what is left.
		draft, err := s.do(pipeline.Command{Def: stock.SalesReturns.Def, Act: "create"}, `{"date":"2026-11-05","source":$delivery}`)
		s.must(err)
		if r := draft.Rec.(*stock.Document); len(r.Lines) != 2 || r.Lines[0].Qty.String() != "2" || r.Lines[0].SourceLine != d.Lines[0].ID || r.Party != d.Party {
			t.Errorf("filled: %+v", r.Lines)
		}
		res, err := s.do(pipeline.Command{Def: stock.PurchaseReturns.Def, Act: "create", Then: "post"}, `{"date":"2026-11-06","source":$receipt}`)
		s.must(err)
		if r := res.Rec.(*stock.Document); r.Cost.String() != "30.03" || r.Net.String() != "30.03" {
			t.Errorf("purchase return: cost %s, net %s, want 30.03", r.Cost, r.Net)
		}
		s.wantPool("bolt", 0, "8", "279.98")
		s.audit()
	})
}

package stock_test

import (
	"context"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// preview asks what the server makes of a sheet that is typed.
func (s *shop) preview(kind, body, changed string) (*stock.Document, *preview.Preview) {
	s.t.Helper()
	o, p := resource.ParseObject([]byte(s.text(body)))
	if p != nil {
		s.t.Fatal(p)
	}
	out, err := preview.Try(context.Background(), s.c, kernel.SystemActor(), pipeline.Command{Def: stock.HandleOf(kind).Def, Input: o}, changed)
	s.must(err)
	return out.Draft.Rec.(*stock.Document), out
}

// TestWhatComesBackIsOnTheOriginal keeps a return that names an original within what it sold, however its lines are written.
func TestWhatComesBackIsOnTheOriginal(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "50", "10"))
		d := s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "20", "18"), line("work", "1", ""), line("bolt", "2", "19"))
		s.ids["d"] = d.ID
		back := func(lines ...string) (*stock.Document, error) {
			return s.try(stock.KindSalesReturn, sheet(stock.KindSalesReturn, "2026-11-04", `,"source":$d`, lines...))
		}
		for _, x := range []struct {
			lines []string
			want  string
		}{
			{[]string{line("bolt", "999", "18")}, "stock.return_over at /lines/0/qty left=20"},
			{[]string{line("bolt", "20", "18"), line("bolt", "2", "19"), line("bolt", "1", "18")}, "stock.return_over at /lines/2/qty left=0"},
			{[]string{line("bolt", "1", "18"), line("nut", "1", "2")}, "stock.return_other at /lines/1/item item=螺母"},
			{[]string{line("nut", "1", "2")}, "stock.return_other at /lines/0/item item=螺母"},
			{[]string{`{"item":$nut,"qty":"1","price":"2","source":$d}`}, "stock.return_other at /lines/0/item item=螺母"},
		} {
			if _, err := back(x.lines...); err == nil || err.Error() != x.want {
				t.Errorf("%v: %v, want %s", x.lines, err, x.want)
			}
		}
		one, err := back(line("bolt", "15", "18"))
		s.must(err)
		if l := one.Lines[0]; l.Source != d.ID || l.SourceLine != d.Lines[0].ID || one.Cost.String() != "150.00" {
			t.Errorf("typed by hand: %+v, cost %s", l, one.Cost)
		}
		if _, err := back(line("bolt", "6", "18")); err == nil || err.Error() != "stock.return_over at /lines/0/qty left=5" {
			t.Errorf("more than is left: %v", err)
		}
		// Without an original nobody asks what was sold.
		s.post(stock.KindSalesReturn, "2026-11-04", "", line("nut", "1", "2"))
		s.audit()
	})
}

// TestTheOriginalFillsOnlyWhenItIsChosen looks at what is typed beside an original.
func TestTheOriginalFillsOnlyWhenItIsChosen(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "50", "10"), line("nut", "9", "1"))
		d := s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "20", "18"), line("nut", "3", "2"), line("bolt", "2", "19"))
		s.ids["d"], s.ids["at"] = d.ID, d.Lines[1].ID
		s.post(stock.KindSalesReturn, "2026-11-03", `,"source":$d`, line("nut", "3", "2"))
		doc, _ := s.preview(stock.KindSalesReturn, `{"date":"2026-11-04","source":$d,"lines":[]}`, "/source")
		if len(doc.Lines) != 2 || doc.Lines[0].Qty.String() != "20" || doc.Lines[1].Qty.String() != "2" || doc.Gross.String() != "398.00" {
			t.Errorf("chosen: %+v %s", doc.Lines, doc.Gross)
		}
		// A grid that somebody emptied takes nothing back.
		if doc, _ = s.preview(stock.KindSalesReturn, `{"date":"2026-11-04","party":$customer,"source":$d,"lines":[]}`, "/note"); len(doc.Lines) != 0 || doc.Gross != 0 {
			t.Errorf("emptied: %+v %s", doc.Lines, doc.Gross)
		}
		if _, err := s.try(stock.KindSalesReturn, `{"date":"2026-11-04","party":$customer,"warehouse":$main,"source":$d,"lines":[]}`); err == nil || err.Error() != "lines.min at /lines min=1" {
			t.Errorf("posted empty: %v", err)
		}
		// Typed by hand it has the price it was sold at, and says at once when it is too much.
		doc, _ = s.preview(stock.KindSalesReturn, `{"date":"2026-11-04","party":$customer,"warehouse":$main,"source":$d,"lines":[{"item":$bolt,"qty":"1"}]}`, "/lines/0/item")
		if l := doc.Lines[0]; l.Price.String() != "18" || l.SourceLine != d.Lines[0].ID || l.Unit != s.ids["pcs"] {
			t.Errorf("by hand: %+v", l)
		}
		// Another item on the same line is another line of the original.
		doc, _ = s.preview(stock.KindSalesReturn, `{"date":"2026-11-04","party":$customer,"warehouse":$main,"source":$d,"lines":[{"item":$bolt,"qty":"1","source":$d,"source_line":$at}]}`, "/lines/0/item")
		if l := doc.Lines[0]; l.SourceLine != d.Lines[0].ID || l.Price.String() != "18" {
			t.Errorf("another item: %+v", l)
		}
	})
}

// TestWhoOwesWhom names the figure at the foot after who owes it to whom.
func TestWhoOwesWhom(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		for _, x := range []struct{ kind, qty, more, want string }{
			{stock.KindDelivery, "2", "", "本单欠款 40.00"},
			{stock.KindDelivery, "-2", "", "本单应退 40.00"},
			{stock.KindSalesReturn, "2", "", "本单应退 40.00"},
			{stock.KindSalesReturn, "2", `,"money":[{"amount":"50","money_account":1}]`, "多收付，留作预收预付 10.00"},
			{stock.KindReceipt, "2", "", "本单欠款 40.00"},
			{stock.KindPurchaseReturn, "2", "", "本单应收回 40.00"},
		} {
			_, out := s.preview(x.kind, sheet(x.kind, "2026-11-04", x.more, line("bolt", x.qty, "20")), "")
			got := ""
			for _, f := range out.Facts {
				if f.Pointer == "/owed" {
					got = f.Label.Zh + " " + f.Value
				}
			}
			if got != x.want {
				t.Errorf("%s of %s%s: %q, want %q", x.kind, x.qty, x.more, got, x.want)
			}
		}
	})
}

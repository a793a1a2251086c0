package stock_test

import (
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// TestWhatNobodyCountedIsNotWrittenOff: an empty quantity refuses the count, however it comes; a nought that was typed does not.
func TestWhatNobodyCountedIsNotWrittenOff(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, day, "", line("bolt", "4", "10"), line("nut", "100", "1"))
		for name, fields := range map[string]string{"not sent": ``, "null": `,"counted":null`, "nothing": `,"counted":""`} {
			_, why := s.sell(asked(), stock.KindCount, sheet(stock.KindCount, day, "", `{"item":$bolt,"counted":"4"}`, `{"item":$nut`+fields+`}`))
			if why != "stock.uncounted at /lines/1/counted line=2" {
				t.Errorf("%s: %q", name, why)
			}
		}
		s.wantHand("nut", "main", "100")

		shown := s.typed(stock.KindCount, "/lines/0/counted", sheet(stock.KindCount, day, "", `{"item":$bolt,"counted":"1"}`, `{"item":$nut}`))
		doc := shown.Draft.Rec.(*stock.Document)
		if got := doc.Lines[0].Difference.String() + "|" + doc.Lines[1].Difference.String() + "|" + doc.Lines[1].Counted.String(); got != "-3||" {
			t.Errorf("differences before posting: %s", got)
		}
		worth := ""
		for _, f := range shown.Facts {
			if f.Label.En == "Gain or loss, about" {
				worth += f.Pointer + " " + f.Value + " " + f.Right
			}
		}
		if worth != "/lines/0/counted -30.00 cost" {
			t.Errorf("worth before posting: %q", worth)
		}

		zero := s.post(stock.KindCount, day, "", `{"item":$bolt,"counted":"0"}`)
		if l := zero.Lines[0]; zero.Cost.String() != "-40.00" || l.Counted != 0 || s.load(zero).Lines[0].Counted != 0 {
			t.Errorf("a typed nought: cost %s, counted %q", zero.Cost, l.Counted)
		}
		s.wantHand("bolt", "main", "0")
		s.audit()
	})
}

// TestFullCountBeginsUncounted: fetching the book quantities counts nothing; the rest is taken as booked when somebody says so.
func TestFullCountBeginsUncounted(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, day, "", line("bolt", "4", "10"), line("nut", "100", "1"))
		res, err := s.do(pipeline.Command{Def: stock.Counts.Def, Act: "create"}, sheet(stock.KindCount, day, "", `{"item":$bolt}`))
		s.must(err)
		doc := res.Rec.(*stock.Document)
		s.must(s.act(doc, "start", `{}`))
		doc = s.load(doc)
		if len(doc.Lines) != 2 || doc.Lines[0].Counted != money.NoQty || doc.Lines[1].Counted != money.NoQty || doc.Lines[1].Qty.String() != "100" {
			t.Fatalf("fetched: %+v", doc.Lines)
		}
		if why := s.change(asked(), doc, "post", `{}`); why != "stock.uncounted at /lines/0/counted line=1\nstock.uncounted at /lines/1/counted line=2" {
			t.Errorf("posted uncounted: %q", why)
		}
		s.must(s.act(doc, "start", `{"as_booked":true}`))
		s.must(s.act(doc, "post", `{}`))
		if doc = s.load(doc); !doc.Whole || doc.Cost != 0 || doc.Lines[0].Counted.String() != "4" {
			t.Errorf("as booked: %+v", doc)
		}
		s.wantHand("nut", "main", "100")
		s.audit()
	})
}

// TestWhatIsShortOrTooCheapIsToldBeforePosting: the stock that does not suffice alerts, and so does a line that brings less than
// its goods cost, to whoever sees costs.
func TestWhatIsShortOrTooCheapIsToldBeforePosting(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, day, "", line("bolt", "4", "10"), line("nut", "100", "1"))
		told := func(lines ...string) (out string) {
			s.view(func(v *kernel.View) error {
				facts, err := stock.Deliveries.Def.Facts(v, s.typed(stock.KindDelivery, "/lines/0/price", sheet(stock.KindDelivery, day, "", lines...)).Draft.Rec)
				for _, f := range facts {
					if f.Alert {
						out += f.Pointer + " " + f.Label.En + " " + f.Value + ";"
					}
				}
				return err
			})
			return out
		}
		cheap := []string{line("bolt", "3", "9"), line("bolt", "2", "12"), line("nut", "5", "1")}
		const short = "/lines/1/qty On hand 4;/lines/1/qty Short by 1;"
		if got := told(cheap...); got != short+"/lines/0/price Below cost by 3.00;" {
			t.Errorf("told %q", got)
		}
		if got := told(line("bolt", "1", "10"), `{"item":$nut,"qty":"1","free":true}`); got != "" {
			t.Errorf("at cost and for nothing: told %q", got)
		}
	})
}

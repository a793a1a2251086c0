package stock_test

import (
	"context"
	"strconv"
	"testing"

	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// asked is an actor at a screen: he can be asked, and has agreed to what he names.
func asked(agrees ...string) *kernel.Actor {
	a := kernel.SystemActor()
	a.Asks, a.Agrees, a.Lang = true, agrees, "zh"
	return a
}

// sell posts a sheet as somebody who can be asked, and gives it with what refused it.
func (s *shop) sell(who *kernel.Actor, kind, body string) (*stock.Document, string) {
	s.t.Helper()
	o, p := resource.ParseObject([]byte(s.text(body)))
	if p != nil {
		s.t.Fatalf("%s: %v", body, p)
	}
	res, err := pipeline.Do(context.Background(), s.c, who, pipeline.Command{Def: stock.HandleOf(kind).Def, Act: "create", Then: "post", Input: o})
	if err != nil {
		return nil, err.Error()
	}
	return s.load(res.Rec.(*stock.Document)), ""
}

// change acts on a sheet as somebody who can be asked.
func (s *shop) change(who *kernel.Actor, doc *stock.Document, act, body string) string {
	s.t.Helper()
	o, p := resource.ParseObject([]byte(s.text(body)))
	if p != nil {
		s.t.Fatalf("%s: %v", body, p)
	}
	_, err := pipeline.Do(context.Background(), s.c, who, pipeline.Command{Def: stock.HandleOf(doc.Kind).Def, Act: act, ID: doc.ID, Input: o})
	if err != nil {
		return err.Error()
	}
	return ""
}

func (s *shop) wantBelow(doc *stock.Document, want string) {
	s.t.Helper()
	if got := s.load(doc); got.Below != want || got.State != stock.Done {
		s.t.Errorf("%s %s says %q, want %q", got.Number, got.State, got.Below, want)
	}
}

// Until a warehouse was counted in full nobody is asked; from then on each posting that leaves less than nothing is a question,
// which changes nothing until it is answered, and the answer stands on the sheet.
func TestBelowZeroIsAskedAfterTheFirstFullCount(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		if got := c.Setting("stock.negative"); got != "auto" {
			t.Fatalf("a company begins with %q", got)
		}
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "3", "10"), line("nut", "5", "1"))
		first, why := s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "4", "")))
		if why != "" {
			t.Fatalf("before the count: %s", why)
		}
		s.wantBelow(first, "")

		count := func(items ...string) *stock.Document {
			var lines []string
			for _, one := range items {
				lines = append(lines, `{"item":$`+one+`,"counted":"3"}`)
			}
			doc, why := s.sell(asked(), stock.KindCount, sheet(stock.KindCount, day, "", lines...))
			if why != "" {
				t.Fatal(why)
			}
			return doc
		}
		if part := count("bolt"); part.Whole {
			t.Error("a count without the nuts is called full")
		}
		if _, why = s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "4", ""))); why != "" {
			t.Errorf("after a part was counted: %s", why)
		}
		full := count("bolt", "nut") // both lie there with 3 now
		if !full.Whole {
			t.Error("a count of all there is, is not called full")
		}

		body := sheet(stock.KindDelivery, day, "", line("bolt", "2", ""), line("nut", "1", ""), line("bolt", "2", ""))
		want := "stock.below at /lines/2/qty have=1 item=螺栓 left=-1 warehouse=总仓"
		if _, why = s.sell(asked(), stock.KindDelivery, body); why != want {
			t.Errorf("asked %q\nwant  %q", why, want)
		}
		s.wantHand("bolt", "main", "3")
		s.wantHand("nut", "main", "3")
		agreed, why := s.sell(asked(stock.Below), stock.KindDelivery, body)
		if why != "" {
			t.Fatal(why)
		}
		s.wantHand("bolt", "main", "-1")
		s.wantBelow(agreed, "已确认：螺栓 总仓 1 → -1")

		// Nobody sits before an import: it goes through, and says so.
		unasked := s.post(stock.KindDelivery, day, "", line("bolt", "1", ""))
		s.wantBelow(unasked, "未询问：螺栓 总仓 -1 → -2")

		putRight(s, unasked)
		takeBackCounted(s, full)
		s.audit()
	})
}

// putRight: what does not take more is not asked about, and a sheet put right keeps what it said.
func putRight(s *shop, unasked *stock.Document) {
	s.t.Helper()
	change := func(qty string) string {
		return `{"sheet":"{\"lines\":[{\"id\":` + strconv.FormatInt(unasked.Lines[0].ID, 10) + `,\"item\":$bolt,\"qty\":\"` + qty + `\"}]}"}`
	}
	if why := s.change(asked(), unasked, "modify", change("3")); why != "stock.below at /lines/0/qty have=-2 item=螺栓 left=-4 warehouse=总仓" {
		s.t.Errorf("modified to more: %q", why)
	}
	s.wantHand("bolt", "main", "-2")
	if why := s.change(asked(stock.Below), unasked, "modify", change("3")); why != "" {
		s.t.Error(why)
	}
	s.wantBelow(unasked, "已确认：螺栓 总仓 -2 → -4")
	if why := s.change(asked(), unasked, "modify", change("2")); why != "" {
		s.t.Errorf("modified to less: %s", why)
	}
	s.wantBelow(unasked, "已确认：螺栓 总仓 -2 → -4")
	s.wantHand("bolt", "main", "-3")

}

// takeBackCounted: taking a receipt back takes goods out as well, and without the count nobody knows any more what is there.
func takeBackCounted(s *shop, full *stock.Document) {
	s.t.Helper()
	in := s.post(stock.KindReceipt, day, "", line("nut", "4", "1"))
	if _, why := s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("nut", "5", ""))); why != "" {
		s.t.Fatal(why)
	}
	if why := s.change(asked(), in, "unpost", "{}"); why != "stock.below at /lines/0/qty have=1 item=螺母 left=-3 warehouse=总仓" {
		s.t.Errorf("unposting what was sold: %q", why)
	}
	if why := s.change(asked(stock.Below), in, "unpost", "{}"); why != "" {
		s.t.Error(why)
	}
	if why := s.change(asked(), full, "reverse", "{}"); why != "stock.below at /lines/0/qty have=-3 item=螺栓 left=-7 warehouse=总仓" {
		s.t.Errorf("reversing the count: %q", why)
	}
	if why := s.change(asked(stock.Below), full, "reverse", "{}"); why != "" {
		s.t.Error(why)
	}
	last, why := s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "1", "")))
	if why != "" {
		s.t.Fatalf("after the count was taken back: %s", why)
	}
	s.wantBelow(last, "")
}

// A firm may want to be asked from the first day, warned for ever, or neither.
func TestBelowZeroAsTheFirmChose(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.negative": "ask"})
		body := sheet(stock.KindDelivery, day, "", line("bolt", "1", ""))
		question := "stock.below at /lines/0/qty have=0 item=螺栓 left=-1 warehouse=总仓"
		if _, why := s.sell(asked(), stock.KindDelivery, body); why != question {
			t.Errorf("ask: %q", why)
		}
		move := sheet(stock.KindTransfer, day, `,"to_warehouse":$shop`, line("bolt", "1", ""))
		if _, why := s.sell(asked(), stock.KindTransfer, move); why != question {
			t.Errorf("a transfer: %q", why)
		}
		if _, why := s.sell(asked("stock.other"), stock.KindDelivery, body); why != question {
			t.Errorf("another answer: %q", why)
		}
		for _, rule := range []string{"warn", "allow"} {
			s.set(map[string]string{"stock.negative": rule})
			doc, why := s.sell(asked(), stock.KindDelivery, body)
			if why != "" {
				t.Fatalf("%s: %s", rule, why)
			}
			s.wantBelow(doc, "")
		}
		s.set(map[string]string{"stock.negative": "refuse"})
		if _, why := s.sell(asked(stock.Below), stock.KindDelivery, body); why != "stock.short at /lines/0/qty have=0 item=螺栓 want=1 warehouse=总仓" {
			t.Errorf("refuse: %q", why)
		}
		s.wantHand("bolt", "main", "-2")
		s.audit()
	})
}

// A day far ahead is asked about when the sheet is posted, and when it is moved there; who means it says so, and jobs are
// not asked.
func TestADayThatLooksLikeASlipIsAsked(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2016-01-05", "", line("bolt", "9", "10"))
		today := clock.Date("2026-11-21")
		far := []struct{ date, want string }{
			{string(today.AddDays(31)), ""}, {string(today.AddDays(-3000)), ""},
			{string(today.AddDays(32)), "slip.day at /date date=" + string(today.AddDays(32)) + " today=" + string(today)},
		}
		for _, one := range far {
			body := sheet(stock.KindDelivery, one.date, "", line("bolt", "1", ""))
			if _, why := s.sell(asked(), stock.KindDelivery, body); why != one.want {
				t.Errorf("%s: %q, want %q", one.date, why, one.want)
			}
			if _, why := s.sell(asked(slip.Day), stock.KindDelivery, body); why != "" {
				t.Errorf("%s, meant: %q", one.date, why)
			}
		}
		doc, why := s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, string(today), "", line("bolt", "1", "")))
		if why != "" {
			t.Fatal(why)
		}
		if why := s.change(asked(), doc, "modify", `{"sheet":"{\"date\":\"`+far[2].date+`\"}"}`); why != far[2].want {
			t.Errorf("moved there: %q", why)
		}
		s.audit()
	})
}

// The storekeeper is asked when he ships; who wrote the sheet is not.
func TestTheStorekeeperIsAsked(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.negative": "ask", "stock.ships": "storekeeper"})
		doc, why := s.sell(asked(), stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "2", "")))
		if why != "" || doc.State != stock.Sent {
			t.Fatalf("%v %s", doc, why)
		}
		if why := s.change(asked(), doc, "ship", "{}"); why != "stock.below at /lines/0/qty have=0 item=螺栓 left=-2 warehouse=总仓" {
			t.Errorf("ship: %q", why)
		}
		if why := s.change(asked(stock.Below), doc, "ship", "{}"); why != "" {
			t.Error(why)
		}
		s.wantBelow(doc, "已确认：螺栓 总仓 0 → -2")
		s.wantHand("bolt", "main", "-2")
		s.audit()
	})
}

package billing

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/stock"
)

// at once runs the same command from two stations and gives what each was told.
func (s *shop) atOnce(keys [2]string, body string) (errs [2]error) {
	s.Helper()
	var all sync.WaitGroup
	for i, key := range keys {
		all.Go(func() {
			_, errs[i] = s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "create", Then: "post", Key: key}, body)
		})
	}
	all.Wait()
	return errs
}

func (s *shop) onHand(want string) {
	s.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		have, err := stock.OnHand(v, []int64{s.ids["bolt"]}, 0)
		if got := have[s.ids["bolt"]].String(); got != want {
			s.Errorf("%s on hand, want %s", got, want)
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) negative(choice string) {
	s.Helper()
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{"stock.negative": choice})
	})
	if err != nil {
		s.Fatal(err)
	}
}

const last = `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}],"money":[{"money_account":$till,"amount":"20"}]}`

// Two stations sell the last piece: under "refuse" one of them gets it and its money, under "warn" both do.
func TestTwoStationsSellTheLastPiece(t *testing.T) {
	shops(t, func(s *shop) {
		s.negative("refuse")
		s.post("in", "receipt", `{"date":"2026-11-01","party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"10"}]}`)
		errs := s.atOnce([2]string{"left", "right"}, last)
		refused := errs[0]
		if refused == nil {
			refused = errs[1]
		}
		list, _ := problem.From(refused)
		if (errs[0] == nil) == (errs[1] == nil) || len(list) != 1 || list[0].Code != "stock.short" || list[0].Path != "/lines/0/qty" {
			s.Fatalf("one of them should be refused: %v", errs)
		}
		s.onHand("0")
		if got := strings.Count(s.money(), "posted 20.00 settled 20.00"); got != 1 {
			s.Errorf("%d receipts, want 1:\n%s", got, s.money())
		}
		s.negative("warn")
		if errs := s.atOnce([2]string{"third", "fourth"}, last); errs[0] != nil || errs[1] != nil {
			s.Fatalf("both should be posted: %v", errs)
		}
		s.onHand("-2")
		if got := strings.Count(s.money(), "posted 20.00 settled 20.00"); got != 3 {
			s.Errorf("%d receipts, want 3:\n%s", got, s.money())
		}
	})
}

// The answer was lost and the same sheet is sent again, even while the first one is still on its way: it is one sheet, one
// debt and one receipt.
func TestASheetSentAgainIsPostedOnce(t *testing.T) {
	shops(t, func(s *shop) {
		if errs := s.atOnce([2]string{"same", "same"}, last); errs[0] != nil || errs[1] != nil {
			s.Fatalf("sent twice: %v", errs)
		}
		if _, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "create", Then: "post", Key: "same"}, last); err != nil {
			s.Fatalf("sent a third time: %v", err)
		}
		s.expect("receivable XS261100001 2026-12-03 20.00 0.00\n")
		s.expectMoney("SK261100001 posted 20.00 settled 20.00 left 0.00 till=20.00\n")
		s.onHand("-1")
	})
}

// Two thousand lines, of which every fifth comes back, are one sheet like any other.
func TestTwoThousandLines(t *testing.T) {
	shops(t, func(s *shop) {
		var lines []string
		for i := range 2000 {
			qty := "2"
			if i%5 == 4 {
				qty = "-1"
			}
			lines = append(lines, `{"item":$bolt,"qty":"`+qty+`","price":"0.01"}`)
		}
		start := time.Now()
		s.post("long", "delivery", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[`+strings.Join(lines, ",")+`],"money":[{"money_account":$till,"amount":"28"}]}`)
		t.Logf("2,000 lines with money posted in %s", time.Since(start).Round(time.Millisecond))
		s.onHand("-2800")
		s.expect("receivable XS261100001 2026-12-03 28.00 0.00\n")
		s.mustDo(stock.Deliveries.Def, "long", "unpost")
		s.onHand("0")
		s.expect("")
	})
}

// What is for nothing is shipped and owed nothing; the smallest quantity counts.
func TestTheSmallestSheets(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("gift", "delivery", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20","discount":"1"}]}`)
		s.post("bit", "delivery", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"0.001","price":"20"}],"money":[{"amount":"0.02"}]}`)
		s.onHand("-1.001")
		s.expect("receivable XS261100002 2026-12-03 0.02 0.00\n")
	})
}

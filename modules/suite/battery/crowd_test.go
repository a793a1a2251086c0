package battery

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel/testkit"
)

// crowd runs fn for n people at once.
func crowd(n int, fn func(who int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for who := range n {
		wg.Go(func() {
			<-start
			fn(who)
		})
	}
	close(start)
	wg.Wait()
}

func TestSixtyFourWriters(t *testing.T) {
	const people = 64
	each := often(5, 300)
	both(t, func(t *testing.T, s *shop) {
		vouchers := s.one(t, "SELECT COUNT(*) FROM ledger_voucher")
		crowd(people, func(who int) {
			for n := range each {
				a, err := s.ask("POST", sell, s.sale(who*each+n), "Prefer", "return=minimal")
				if err != nil || a.status != 201 {
					t.Errorf("writer %d: %v %v", who, err, a)
				}
			}
		})
		if got := s.numbersOf(t, "/api/v1/sales/orders"); got != people*each {
			t.Errorf("%d orders, want %d", got, people*each)
		}
		s.numbersOf(t, "/api/v1/stock/deliveries")
		if got := s.one(t, "SELECT COUNT(*) FROM ledger_voucher"); got < vouchers+int64(people*each) {
			t.Errorf("%d vouchers after %d sales, %d before", got, people*each, vouchers)
		}
		gapFree(t, s)
		if got := s.rows(t, "SELECT CAST(SUM(debit) - SUM(credit) AS bigint) FROM ledger_entry"); got[0] != 0 {
			t.Errorf("debits exceed credits by %d", got[0])
		}
		s.clean(t)
	})
}

// gapFree reports holes in the numbers of vouchers.
func gapFree(t *testing.T, s *shop) {
	t.Helper()
	if got := s.one(t, "SELECT COUNT(DISTINCT period || word) FROM ledger_voucher"); got != 1 {
		t.Fatalf("vouchers of %d months and words, want one", got)
	}
	seqs := s.rows(t, "SELECT seq FROM ledger_voucher ORDER BY seq")
	for i, seq := range seqs {
		if seq != int64(i)+1 {
			t.Fatalf("voucher %d has the number %d", i+1, seq)
		}
	}
}

func TestBuyersOfTheLastPiece(t *testing.T) {
	const buyers = 60
	both(t, func(t *testing.T, s *shop) {
		s.must(t, "PUT", "/api/v1/settings", object{"stock.negative": "refuse"})
		item := s.must(t, "POST", "/api/v1/base/items", object{"name": "孤品", "code": "LAST", "unit": s.unit, "price": "99"}).id()
		s.must(t, "POST", "/api/v1/stock/openings?action=post",
			object{"date": s.today, "warehouse": s.warehouse, "lines": []object{{"item": item, "qty": "1", "price": "60"}}})
		var won atomic.Int64
		crowd(buyers, func(who int) {
			a, err := s.ask("POST", sell, object{"customer": s.customers[who%len(s.customers)], "warehouse": s.warehouse,
				"lines": []object{{"item": item, "qty": "1", "price": "99"}}})
			switch {
			case err != nil:
				t.Errorf("buyer %d: %v", who, err)
			case a.status == 201:
				won.Add(1)
			case a.status != 422 || !strings.HasPrefix(a.code(), "stock."):
				t.Errorf("buyer %d: %d %s", who, a.status, a.text)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d buyers got the last piece, want 1", won.Load())
		}
		if got := s.numbersOf(t, "/api/v1/sales/orders"); got != 1 {
			t.Errorf("%d orders are left, want the winner's only", got)
		}
		gapFree(t, s)
		s.clean(t)
	})
}

func TestVanishingBrowser(t *testing.T) {
	const people, each = 12, 12
	s := newShop(t, testkit.SQLite, nil)
	var kept, answered atomic.Int64
	crowd(people, func(who int) {
		for n := range each {
			body, _ := json.Marshal(s.sale(who*each + n)) // plain values always marshal
			if who%2 == 0 {
				a, err := s.send(context.Background(), "POST", sell, body)
				if err != nil || a.status != 201 {
					t.Errorf("a neighbour of those who left: %v %v", err, a)
				}
				kept.Add(1)
				continue
			}
			ctx, leave := context.WithTimeout(context.Background(), time.Duration(rand.IntN(25_000))*time.Microsecond)
			a, err := s.send(ctx, "POST", sell, body)
			leave()
			if err == nil && a.status == 201 {
				answered.Add(1)
			}
		}
	})
	s.must(t, "POST", sell, s.sale(0))
	orders := int64(s.numbersOf(t, "/api/v1/sales/orders"))
	least := kept.Load() + answered.Load() + 1
	if most := int64(people*each) + 1; orders < least || orders > most {
		t.Errorf("%d orders, want between the %d answered and the %d asked for", orders, least, most)
	}
	gapFree(t, s)
	s.clean(t)
}

func TestSameKeyTwice(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		var mu sync.Mutex
		var numbers []string
		crowd(16, func(int) {
			a, err := s.ask("POST", sell, s.sale(1), "Idempotency-Key", "twice")
			if err != nil || a.status != 201 {
				t.Errorf("%v %v", err, a)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			numbers = append(numbers, fmt.Sprint(a.id(), a.str("number")))
		})
		if len(slices.Compact(numbers)) != 1 {
			t.Errorf("one key, answers %v", numbers)
		}
		if got := s.numbersOf(t, "/api/v1/sales/orders"); got != 1 {
			t.Errorf("%d orders under one key", got)
		}
		s.want(t, 422, "idempotency.mismatch", "POST", sell, s.sale(2), "Idempotency-Key", "twice")
		s.want(t, 400, "idempotency.key", "POST", sell, s.sale(2), "Idempotency-Key", strings.Repeat("k", 81))
		s.clean(t)
	})
}

// TestAnswerLost repeats what succeeded but was never heard of: the record has moved on since, the answer is the same.
func TestAnswerLost(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		draft := s.must(t, "POST", "/api/v1/sales/orders", s.sale(1))
		path := fmt.Sprintf("/api/v1/sales/orders/%d", draft.id())
		for _, step := range []struct {
			name, method, path string
			body               object
			version            string
		}{
			{"change and confirm", "PATCH", path + "?action=confirm", object{"note": "by phone"}, `"1"`},
			{"unconfirm", "POST", path + "/unconfirm", object{}, `"2"`},
			{"void", "POST", path + "/void", object{}, `"3"`},
		} {
			first, again := (*answer)(nil), (*answer)(nil)
			for _, a := range []**answer{&first, &again} {
				var body any
				if step.body != nil {
					body = step.body
				}
				*a = s.must(t, step.method, step.path, body, "Idempotency-Key", step.name, "If-Match", step.version)
			}
			if again.status != first.status || again.text != first.text {
				t.Errorf("%s: first %d %s, then %d %s", step.name, first.status, first.text, again.status, again.text)
			}
		}
		s.clean(t)
	})
}

func TestStaleVersion(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		path := fmt.Sprintf("/api/v1/base/parties/%d", s.customers[0])
		s.want(t, 428, "if_match.missing", "PATCH", path, object{"name": "x"})
		var won, lost atomic.Int64
		crowd(16, func(who int) {
			a, err := s.ask("PATCH", path, object{"name": fmt.Sprint("客户 ", who)}, "If-Match", `"1"`)
			switch {
			case err != nil:
				t.Error(err)
			case a.status == 200:
				won.Add(1)
			case a.status == 409:
				lost.Add(1)
			default:
				t.Errorf("%d %s", a.status, a.text)
			}
		})
		if won.Load() != 1 || lost.Load() != 15 {
			t.Errorf("%d changes of one version were taken and %d refused, want 1 and 15", won.Load(), lost.Load())
		}
	})
}

package sales_test

import (
	"context"
	"fmt"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// spared asks the hooks whether the customer stays with its owner, for business behind a day.
func (s *shop) spared(since clock.Date) (out bool) {
	s.t.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		for _, h := range s.c.Hooks {
			if ask, ok := h.(party.Spared); ok {
				found, err := ask(v, []int64{s.customer, s.limited}, since)
				if err != nil {
					return err
				}
				if found[s.limited] {
					s.t.Error("a customer without orders is spared")
				}
				out = out || found[s.customer]
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func TestOrdersSpareTheirCustomers(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		if s.spared("2000-01-01") {
			t.Error("spared without an order")
		}
		o := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"1"}`, s.bolt), `,"date":"2026-11-10"`)
		for _, x := range []struct {
			act         string
			later, same bool // business behind the day before, and behind the day itself
		}{{"", true, false}, {"confirm", true, true}, {"close", true, false}, {"reopen", true, true}, {"void", false, false}} {
			if x.act == "void" {
				if _, err := s.act(o.ID, "unconfirm"); err != nil {
					t.Fatal(err)
				}
			}
			if x.act != "" {
				if _, err := s.act(o.ID, x.act); err != nil {
					t.Fatal(err)
				}
			}
			if later, same := s.spared("2026-11-09"), s.spared("2026-11-10"); later != x.later || same != x.same {
				t.Errorf("%q: spared %v %v, want %v %v", x.act, later, same, x.later, x.same)
			}
		}
	})
}

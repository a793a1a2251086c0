package battery

import (
	"slices"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
)

func TestClockJumpsBack(t *testing.T) {
	now := clock.Fixed(testkit.Now)
	s := newShop(t, testkit.SQLite, now)
	jumps := []time.Duration{time.Minute, -24 * time.Hour, time.Second, -time.Hour, 48 * time.Hour, -72 * time.Hour, 0}
	for i, jump := range jumps {
		now.Advance(jump)
		s.must(t, "POST", sell, s.sale(i))
	}
	times := s.rows(t, "SELECT at FROM audit ORDER BY id")
	if !slices.IsSorted(times) {
		t.Errorf("the audit goes back in time: %v", times)
	}
	if got := s.numbersOf(t, "/api/v1/sales/orders"); got != len(jumps) {
		t.Errorf("%d orders, want %d", got, len(jumps))
	}
	if got := s.must(t, "GET", "/api/v1/session", nil).body["user"]; got == nil {
		t.Error("the jump ended the session")
	}
	gapFree(t, s)
	s.clean(t)
}

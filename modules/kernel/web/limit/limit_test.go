package limit

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

func told(err error) string {
	var p *problem.Problem
	if errors.As(err, &p) {
		return fmt.Sprint(p.Code, " ", p.Args["seconds"])
	}
	return ""
}

func TestStrangersAndWhatIsHeavy(t *testing.T) {
	now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
	l := New(now)
	for i := range 1500 { // an office of thirty that comes in at once: fifty requests each
		if got := told(l.Stranger("203.0.113.7")); got != "" {
			t.Fatalf("request %d: %s", i, got)
		}
	}
	for _, x := range []struct {
		after   time.Duration
		address string
		want    string
	}{
		{0, "203.0.113.7", "busy.address 1"}, {0, "203.0.113.8", ""}, {19 * time.Millisecond, "203.0.113.7", "busy.address 1"}, {time.Millisecond, "203.0.113.7", ""},
		{0, "203.0.113.7", "busy.address 1"},
	} {
		now.Advance(x.after)
		if got := told(l.Stranger(x.address)); got != x.want {
			t.Errorf("%+v: %s", x, got)
		}
	}
	for i := range 300 {
		if got := told(l.Heavy("anna")); got != "" {
			t.Fatalf("export %d: %s", i, got)
		}
	}
	if a, b := told(l.Heavy("anna")), told(l.Heavy("bert")); a != "busy.session 1" || b != "" {
		t.Errorf("anna %q, bert %q", a, b)
	}
	now.Advance(5 * time.Minute)
	for i := range 300 {
		if got := told(l.Heavy("anna")); got != "" {
			t.Fatalf("after a rest, export %d: %s", i, got)
		}
	}
}

func TestAddressesOfOneLineCountTogether(t *testing.T) {
	for _, x := range [][2]string{
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"}, {"2001:db8:1:2:9::1", "2001:db8:1:2::/64"}, {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
		{"fe80::1%eth0", "fe80::/64"}, {"203.0.113.7", "203.0.113.7"}, {"pipe", "pipe"},
	} {
		if got := network(x[0]); got != x[1] {
			t.Errorf("%s counts as %s", x[0], got)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
	l := New(now)
	for i := range 300 {
		_ = l.Heavy("anna")
		_ = i
	}
	for i := range most + 10 {
		_ = l.Stranger(fmt.Sprint("10.", i>>16, ".", i>>8&255, ".", i&255))
		now.Advance(time.Millisecond)
	}
	if len(l.seen) > most {
		t.Errorf("%d callers are remembered", len(l.seen))
	}
	if _, kept := l.seen["c:anna"]; !kept {
		t.Error("who used up his allowance was forgotten to make room")
	}
}

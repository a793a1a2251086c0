// Package limit keeps one caller from taking the program away from all others: what is expensive is counted for each person
// or key, and what strangers ask for each address. The bounds lie far above what people do: an office of thirty behind one
// address comes in at once, and somebody who exports every list there is does not notice.
//
// The counts are those of this process. Several processes on one database each allow as much, which is meant: what they
// protect is themselves. The guessing of passwords is counted in the database, see package throttle.
package limit

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// bound is how much one caller may ask: so much at once, and so much a second in the long run.
type bound struct {
	code  string
	each  rate.Limit
	burst int
}

var (
	strangers = bound{"busy.address", 50, 1500}
	heavy     = bound{"busy.session", 1, 300}
)

// most is how many callers are remembered; who is forgotten begins anew.
const most = 20_000

// Limits are the counts of one server.
type Limits struct {
	clock clock.Clock

	mu   sync.Mutex
	seen map[string]*rate.Limiter
}

// New makes them; time is that of the clock.
func New(c clock.Clock) *Limits { return &Limits{clock: c, seen: map[string]*rate.Limiter{}} }

// Stranger counts a request of somebody who is not logged in.
func (l *Limits) Stranger(address string) error { return l.take("a:"+network(address), strangers) }

// Heavy counts an expensive request of a caller.
func (l *Limits) Heavy(caller string) error { return l.take("c:"+caller, heavy) }

// network puts the addresses together that one line of IPv6 has by the billion.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Is6() || ip.Is4In6() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

func (l *Limits) take(name string, b bound) error {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.seen[name]
	if found == nil {
		if len(l.seen) >= most {
			l.forget(now)
		}
		found = rate.NewLimiter(b.each, b.burst)
		l.seen[name] = found
	}
	taken := found.ReserveN(now, 1)
	wait := taken.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	taken.CancelAt(now)
	return problem.New(problem.TooMany, b.code, "seconds", int64((wait+time.Second-1)/time.Second))
}

// forget drops those who have all of their allowance back, and all when that makes no room.
func (l *Limits) forget(now time.Time) {
	for name, one := range l.seen {
		if int(one.TokensAt(now)) >= one.Burst() {
			delete(l.seen, name)
		}
	}
	if len(l.seen) >= most {
		clear(l.seen)
	}
}

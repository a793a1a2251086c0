package auth

import (
	"sync"
	"time"
)

// Failures that are free, for a login and for an address behind which a whole office may sit; afterwards the wait
// doubles with each failure.
const (
	freePerLogin   = 5
	freePerAddress = 20
	firstWait      = 2 * time.Second
	longestWait    = 15 * time.Minute
	maxTracked     = 20_000
)

// attempts is what is known of one login or address.
type attempts struct {
	failed int
	last   time.Time
	until  time.Time
}

// throttle remembers failed logins in memory: a restart forgives, an attacker cannot cause one.
type throttle struct {
	mu   sync.Mutex
	seen map[string]*attempts
}

// wait tells how long the keys must still wait, 0 when they may try.
func (t *throttle) wait(now time.Time, keys ...string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	var longest time.Duration
	for _, key := range keys {
		if a := t.seen[key]; a != nil {
			longest = max(longest, a.until.Sub(now))
		}
	}
	return longest
}

// fail counts a failure. Call it before the password is known to be wrong, so that parallel guesses count too; succeed
// takes it back.
func (t *throttle) fail(now time.Time, key string, free int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forgetOld(now)
	a := t.seen[key]
	if a == nil {
		a = &attempts{}
		t.seen[key] = a
	}
	if now.Sub(a.last) > longestWait {
		a.failed = 0
	}
	a.failed++
	a.last = now
	if over := a.failed - free; over >= 0 {
		a.until = now.Add(min(firstWait<<min(over, 20), longestWait))
	}
}

// succeed forgets the failures of a login and takes back the one just counted for the address.
func (t *throttle) succeed(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, login)
	if a := t.seen[address]; a != nil {
		a.failed--
		a.until = time.Time{}
		if a.failed <= 0 {
			delete(t.seen, address)
		}
	}
}

// forgetOld bounds the memory: first what has expired, then, under a flood of invented logins, anything.
func (t *throttle) forgetOld(now time.Time) {
	if len(t.seen) < maxTracked {
		return
	}
	for key, a := range t.seen {
		if now.Sub(a.last) > longestWait {
			delete(t.seen, key)
		}
	}
	for key := range t.seen {
		if len(t.seen) < maxTracked {
			return
		}
		delete(t.seen, key)
	}
}

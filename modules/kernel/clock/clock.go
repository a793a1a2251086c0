// Package clock holds calendar dates, months, instants, and the one injectable
// source of the present time.
//
// Dates are company dates: what they mean in a time zone was decided when they
// were written. Instants are UTC. Nothing in the product but System asks the
// operating system for the time.
package clock

import (
	"fmt"
	"sync"
	"time"
)

// Instant is a moment in milliseconds since 1970-01-01 UTC; 0 is never.
type Instant int64

const instantLayout = "2006-01-02T15:04:05.000Z"

// InstantOf gives the instant of t, cut to milliseconds; the zero time is 0.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// ParseInstant reads RFC 3339 with any offset, cut to milliseconds; ErrInstant.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrInstant, s)
	}
	return InstantOf(t), nil
}

// Time gives the moment in UTC, the zero time for 0.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// String gives RFC 3339 in UTC with milliseconds, "" for 0.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(instantLayout)
}

// MarshalJSON writes the string form; 0 is "".
func (i Instant) MarshalJSON() ([]byte, error) { return []byte(`"` + i.String() + `"`), nil }

// UnmarshalJSON reads RFC 3339; "" and null are 0, the rest ErrInstant.
func (i *Instant) UnmarshalJSON(b []byte) error {
	return fromJSON(i, b, ParseInstant, ErrInstant)
}

// Clock tells the present time.
type Clock interface{ Now() time.Time }

type system struct{}

func (system) Now() time.Time { return time.Now() }

// System is the clock of the machine.
func System() Clock { return system{} }

// Manual is a clock that moves only when told; safe for concurrent use.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// Fixed makes a clock that stands at t.
func Fixed(t time.Time) *Manual { return &Manual{now: t} }

// Now gives the time the clock stands at.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to t, which may lie in the past.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = t
}

// Advance moves the clock by d.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// Steady wraps a clock and never goes back: while the wrapped clock is behind
// what was told before, the last time is told again. Safe for concurrent use.
type Steady struct {
	mu     sync.Mutex
	source Clock
	last   time.Time
}

// NewSteady wraps source.
func NewSteady(source Clock) *Steady { return &Steady{source: source} }

// Now gives the time of the source, but never less than the last answer.
func (s *Steady) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Round drops the monotonic reading: it would hide that the wall clock,
	// which is what gets stored, was set back.
	if now := s.source.Now().Round(0); now.After(s.last) {
		s.last = now
	}
	return s.last
}

// Today gives the calendar day in loc, which must not be nil.
func Today(c Clock, loc *time.Location) Date { return DateOf(c.Now().In(loc)) }

var (
	_ Clock = (*Manual)(nil)
	_ Clock = (*Steady)(nil)
)

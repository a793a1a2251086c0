package restore

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// Seat is the place of a company that is being served. Whoever serves it offers the seat and watches it; the page hands
// over a staged company there.
type Seat struct {
	Plan Plan
	next chan *Staged
}

type seatKey struct{}

// Offer makes the seat of a company.
func Offer(c *kernel.Company, p Plan) *Seat {
	c.Drop(seatKey{})
	seat, _ := kernel.Cache(c, seatKey{}, func() (*Seat, error) { return &Seat{Plan: p, next: make(chan *Staged, 1)}, nil })
	return seat
}

// SeatOf gives the seat, nil when nobody serves the company in a way that lets it be replaced.
func SeatOf(c *kernel.Company) *Seat {
	seat, _ := kernel.Cache(c, seatKey{}, func() (*Seat, error) { return nil, os.ErrNotExist })
	return seat
}

// Take hands a staged company over; false when another one was first.
func (s *Seat) Take(next *Staged) bool {
	select {
	case s.next <- next:
		return true
	default:
		return false
	}
}

// Taken is where a staged company arrives.
func (s *Seat) Taken() <-chan *Staged { return s.next }

// Outcome is how the last restore of a data folder ended. Why holds the code of what went wrong, "" when it went well.
type Outcome struct {
	At      clock.Instant `json:"at"`
	Archive string        `json:"archive"`
	Company string        `json:"company"`
	Made    clock.Instant `json:"made"`
	By      string        `json:"by"`
	Why     string        `json:"why"`
}

// Note keeps an outcome in the folder of the archives.
func (o Outcome) Note(folder string) error {
	text, err := json.Marshal(o)
	if err = errors.Join(err, os.MkdirAll(folder, 0o700)); err != nil {
		return err
	}
	return write(filepath.Join(folder, "restored.json"), text)
}

// Last gives the outcome of the last restore, nil when there was none.
func Last(folder string) *Outcome {
	text, err := os.ReadFile(filepath.Join(folder, "restored.json"))
	if err != nil {
		return nil
	}
	out := &Outcome{}
	if json.Unmarshal(text, out) != nil {
		return nil
	}
	return out
}

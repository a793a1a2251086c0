package store

import "sync/atomic"

// Point is a place where a fault can be planted.
type Point int

// The places.
const (
	PointStatement Point = iota
	PointCommit
	PointCommitted
)

// Faults lets a test make the store fail or die at the nth statement or commit. A nil *Faults does nothing.
type Faults struct {
	// Hit is called with the point and its running number (from 1). A returned error is what the caller sees;
	// a Hit that ends the process stands for a crash.
	Hit func(p Point, n int64) error
	// Seen is called with every statement of a unit before it runs.
	Seen func(query string)

	counts [3]atomic.Int64
}

func (f *Faults) see(query string) {
	if f != nil && f.Seen != nil {
		f.Seen(query)
	}
}

func (f *Faults) at(p Point) error {
	if f == nil || f.Hit == nil {
		return nil
	}
	return f.Hit(p, f.counts[p].Add(1))
}

package store

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Stats records, for each kind of unit, its statements and how long it held the writer.
type Stats struct {
	mu sync.Mutex
	by map[string]*UnitStats
}

// UnitStats is the record of one kind of unit.
type UnitStats struct {
	Label          string        `json:"label"`
	Count          int64         `json:"count"`
	Statements     int64         `json:"statements"`
	MaxStatements  int           `json:"max_statements"`
	LastStatements int           `json:"last_statements"`
	Held           time.Duration `json:"held_ns"`
	MaxHeld        time.Duration `json:"max_held_ns"`
}

func newStats() *Stats { return &Stats{by: map[string]*UnitStats{}} }

func (s *Stats) record(label string, statements int, held time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.by[label]
	if u == nil {
		u = &UnitStats{Label: label}
		s.by[label] = u
	}
	u.Count++
	u.Statements += int64(statements)
	u.LastStatements = statements
	u.MaxStatements = max(u.MaxStatements, statements)
	u.Held += held
	u.MaxHeld = max(u.MaxHeld, held)
}

// All gives a copy, sorted by label.
func (s *Stats) All() []UnitStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]UnitStats, 0, len(s.by))
	for _, label := range slices.Sorted(maps.Keys(s.by)) {
		out = append(out, *s.by[label])
	}
	return out
}

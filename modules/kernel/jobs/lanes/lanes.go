// Package lanes parts the kinds of jobs by whose workers do them.
package lanes

import (
	"sync"

	"zhanggui/modules/kernel/store"
)

// Lanes knows the lane of each kind, and wakes those who work in one. A kind that nobody declares is in the lane "".
type Lanes struct {
	mu    sync.Mutex
	kinds map[string]string
	wake  map[string]chan struct{}
}

// New has the lane "" alone.
func New() *Lanes {
	return &Lanes{kinds: map[string]string{}, wake: map[string]chan struct{}{"": make(chan struct{}, 1)}}
}

// Put declares the lane of a kind.
func (l *Lanes) Put(kind, lane string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kinds[kind] = lane
	if l.wake[lane] == nil {
		l.wake[lane] = make(chan struct{}, 1)
	}
}

// All gives what wakes those who work in each lane.
func (l *Lanes) All() map[string]<-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]<-chan struct{}{}
	for lane, wake := range l.wake {
		out[lane] = wake
	}
	return out
}

// Ring wakes somebody who does jobs of a kind.
func (l *Lanes) Ring(kind string) {
	l.mu.Lock()
	wake := l.wake[l.kinds[kind]]
	l.mu.Unlock()
	select {
	case wake <- struct{}{}:
	default:
	}
}

// Where limits the column kind to a lane, beginning with AND where it limits anything.
func (l *Lanes) Where(lane string) (string, []any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	not := ""
	if lane == "" { // does what no other lane does
		not = "NOT "
	}
	var kinds []any
	for kind, of := range l.kinds {
		if (lane == "") != (of == lane) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return "", nil
	}
	return " AND kind " + not + "IN (" + store.Marks(len(kinds)) + ")", kinds
}

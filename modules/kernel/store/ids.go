package store

import (
	"context"
	"errors"
	"sync"
)

// idBlock is how many ids a process reserves at once. Ids stay below 2^53 so that they are exact in JavaScript.
const idBlock = 1 << 20

// ids hands out record ids from a block reserved in the database, so that a whole document graph can be built in
// memory. Ids of a process that ends are never handed out again: gaps are fine, repetition is not.
type ids struct {
	mu        sync.Mutex
	next, end int64
	refilling bool
	reserve   func() (int64, error)
}

// errNoIDs means one unit asked for half a million ids before the next block could be reserved.
var errNoIDs = errors.New("store: out of reserved ids")

func (st *Store) openIDs(ctx context.Context) error {
	first, err := st.reserveIDs(ctx)
	st.ids = &ids{next: first, end: first + idBlock, reserve: func() (int64, error) { return st.reserveIDs(context.Background()) }}
	return err
}

func (st *Store) reserveIDs(ctx context.Context) (int64, error) {
	var first int64
	err := st.Write(ctx, "ids", func(u *Unit) error {
		_, err := u.Scan([]any{&first}, "UPDATE ids SET next = next + ? WHERE one = 1 RETURNING next - ?", idBlock, idBlock)
		return err
	})
	return first, err
}

// NextID gives a fresh id. It never touches the database on the caller's goroutine.
func (st *Store) NextID() (int64, error) {
	i := st.ids
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.end-i.next < idBlock/2 && !i.refilling {
		i.refilling = true
		go i.refill()
	}
	if i.next >= i.end {
		return 0, errNoIDs
	}
	id := i.next
	i.next++
	return id, nil
}

// refill switches to a new block; what is left of the old one is skipped.
func (i *ids) refill() {
	first, err := i.reserve()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refilling = false
	if err == nil {
		i.next, i.end = first, first+idBlock
	}
}

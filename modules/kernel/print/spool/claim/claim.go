// Package claim keeps others from a sheet while it is being sent: those of this process by remembering it, other processes by
// a claim in the queue that is renewed as long as the printer takes something.
package claim

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
)

// Sending is the state of what is being sent.
const Sending = "sending"

// Held is how long a sheet that is being sent is nobody else's.
const Held = 2 * time.Minute

// Claims are the sheets that this process is sending. Nobody takes them for left behind, even when the clock jumps ahead
// because the machine slept.
type Claims struct {
	mu  sync.Mutex
	ids map[int64]bool
}

type key struct{}

// Of gives the claims of a company in this process.
func Of(c *kernel.Company) *Claims {
	u, _ := kernel.Cache(c, key{}, func() (*Claims, error) { return &Claims{ids: map[int64]bool{}}, nil }) // it never fails
	return u
}

// Note tells that a sheet is being sent, or is not any more; 0 is no sheet.
func (u *Claims) Note(id int64, sends bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if delete(u.ids, id); sends && id != 0 {
		u.ids[id] = true
	}
}

// All gives what is being sent.
func (u *Claims) All() []int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Collect(maps.Keys(u.ids))
}

// Renew gives what renews the claim to a sheet that is being sent, whenever half of it is over.
func Renew(ctx context.Context, c *kernel.Company, id int64) func() {
	last := c.Clock.Now()
	return func() {
		now := c.Clock.Now()
		if now.Sub(last) < Held/2 {
			return
		}
		last = now
		err := pipeline.Unit(ctx, c, kernel.SystemActor(), "print:keep", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE print_queue SET due_at = ? WHERE id = ? AND state = ?", int64(clock.InstantOf(tx.Now.Time().Add(Held))), id, Sending)
			return err
		})
		if err != nil {
			c.Log.Warn("a sheet that is being printed was not kept", "job", id, "error", err)
		}
	}
}

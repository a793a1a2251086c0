package auth

import (
	"sync"
	"sync/atomic"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/devices"
)

// Life of a session and of what is remembered about it.
const (
	sessionLife   = 7 * 24 * time.Hour  // without use
	sessionMost   = 60 * 24 * time.Hour // in any case
	touchInterval = 10 * time.Minute    // how exactly the last use is kept
	entryLife     = 10 * time.Minute    // of a login that waits for the second factor
	actorLife     = 5 * time.Second
	maxCached     = 5_000
)

// keeper is the memory of one company: who was seen lately.
type keeper struct {
	mu     sync.Mutex
	actors map[string]cached // by digest of the token or key
	epoch  int64             // counts what made cached actors worthless

	changes atomic.Int64 // made by this process
	polling sync.Mutex   // guards what follows
	polled  time.Time
	version int64 // of the company's users and rights, as last read
	seen    int64 // of changes, when version was read
}

type cached struct {
	actor *kernel.Actor
	until time.Time
}

type keeperKey struct{}

func keeperOf(c *kernel.Company) *keeper {
	k, _ := kernel.Cache(c, keeperKey{}, func() (*keeper, error) {
		return &keeper{actors: map[string]cached{}}, nil
	})
	return k
}

// get also gives the epoch, which put wants back: what was read before a change must not be kept after it.
func (k *keeper) get(digest string, now time.Time) (*kernel.Actor, int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if got, ok := k.actors[digest]; ok && now.Before(got.until) {
		return got.actor, k.epoch
	}
	return nil, k.epoch
}

func (k *keeper) put(digest string, actor *kernel.Actor, now time.Time, epoch int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if epoch != k.epoch {
		return
	}
	if len(k.actors) >= maxCached {
		clear(k.actors)
	}
	k.actors[digest] = cached{actor, now.Add(actorLife)}
}

// forget runs after a commit that changed users or rights: the next request reads them again.
func (k *keeper) forget() {
	k.changes.Add(1)
	k.drop()
}

func (k *keeper) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.epoch++
	clear(k.actors)
}

// EndSessions ends all sessions of an account with the commit, also those that wait for a code. No device of it is trusted
// any more.
func EndSessions(tx *kernel.Tx, account int64) error {
	Refresh(tx)
	for _, table := range []string{"sessions", "entries"} {
		if _, err := tx.Exec("DELETE FROM "+table+" WHERE account = ?", account); err != nil {
			return err
		}
	}
	return devices.Distrust(tx, account)
}

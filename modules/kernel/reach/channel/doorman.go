package channel

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"sync"
	"time"
)

const (
	// guesses is how many wrong ones somebody may make within memory.
	guesses = 5
	memory  = 10 * time.Minute
)

// Doorman counts wrong guesses in the memory of this process.
type Doorman struct {
	mu    sync.Mutex
	wrong map[string][]time.Time
}

// Admits reports whether somebody may try once more.
func (d *Doorman) Admits(who string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, times := range d.wrong {
		if now.Sub(times[len(times)-1]) > memory {
			delete(d.wrong, key)
		}
	}
	return len(d.wrong[who]) < guesses
}

// Failed notes a wrong guess.
func (d *Doorman) Failed(who string, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wrong == nil {
		d.wrong = map[string][]time.Time{}
	}
	d.wrong[who] = append(d.wrong[who], now)
}

// Code gives eight digits that nobody foresees.
func Code() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%08d", n.Int64()), nil
}

// Wait lets time pass, until ctx ends.
func Wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

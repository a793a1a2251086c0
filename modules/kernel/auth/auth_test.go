package auth

import (
	"testing"
	"time"
)

var start = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)

func TestWhatWasReadBeforeAChangeIsNotKept(t *testing.T) {
	k := &keeper{actors: map[string]cached{}}
	_, epoch := k.get("d", start)
	k.forget()
	k.put("d", nil, start, epoch)
	if len(k.actors) != 0 {
		t.Error("an actor read before a change of users was cached after it")
	}
	_, epoch = k.get("d", start)
	k.put("d", nil, start, epoch)
	if len(k.actors) != 1 {
		t.Error("an actor is not cached")
	}
}

package throttle

import (
	"testing"
	"time"
)

func TestWaitsGrow(t *testing.T) {
	for failed, want := range []time.Duration{0, 0, 0, 0, 0, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
		if got := waitAfter(failed, freePerLogin); got != want {
			t.Errorf("after %d failures the wait is %v, want %v", failed, got, want)
		}
	}
	if got := waitAfter(1000, freePerLogin); got != longestWait {
		t.Errorf("the longest wait is %v", got)
	}
}

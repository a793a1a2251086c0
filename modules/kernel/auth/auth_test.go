package auth

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)

func TestPasswords(t *testing.T) {
	ctx := context.Background()
	hash, err := Hash(ctx, "correct horse")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hash %q, %v", hash, err)
	}
	for _, c := range []struct {
		password, hash string
		want           bool
	}{
		{"correct horse", hash, true}, {"correct horse ", hash, false}, {"", hash, false}, {"correct horse", "", false}, {"", "", false},
	} {
		if got, err := matches(ctx, c.password, c.hash); got != c.want || err != nil {
			t.Errorf("matches(%q, %.10q) is %v, %v", c.password, c.hash, got, err)
		}
	}
	if _, err := matches(ctx, "x", "not a hash"); err == nil {
		t.Error("a broken hash is no wrong password")
	}
}

func TestCheckPassword(t *testing.T) {
	for _, c := range []struct{ password, code string }{
		{"1234567", "password.short"}, {"12345678", ""}, {"一二三四五六七", "password.short"}, {"一二三四五六七八", ""},
		{strings.Repeat("x", 200), ""}, {strings.Repeat("x", 201), "password.long"}, {"", "password.short"},
	} {
		p := CheckPassword(c.password)
		if p == nil && c.code != "" || p != nil && p.Code != c.code {
			t.Errorf("%.10q: %v, want %q", c.password, p, c.code)
		}
	}
}

func TestHashWaitsForItsTurn(t *testing.T) {
	hashing <- struct{}{}
	hashing <- struct{}{}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := Hash(ctx, "correct horse"); err != context.DeadlineExceeded {
		t.Errorf("a third hash at a time: %v", err)
	}
	leave()
	leave()
}

func TestThrottle(t *testing.T) {
	th := &throttle{seen: map[string]*attempts{}}
	waits := []time.Duration{0, 0, 0, 0, 2 * time.Second, 4 * time.Second, 8 * time.Second}
	for i, want := range waits {
		th.fail(start, "l:a", freePerLogin)
		if got := th.wait(start, "l:a", "a:1"); got != want {
			t.Errorf("after %d failures the wait is %v, want %v", i+1, got, want)
		}
	}
	for range 100 {
		th.fail(start, "l:a", freePerLogin)
	}
	if got := th.wait(start, "l:a"); got != longestWait {
		t.Errorf("the longest wait is %v", got)
	}
	later := start.Add(longestWait + time.Second)
	th.fail(later, "l:a", freePerLogin)
	if got := th.wait(later, "l:a"); got != 0 {
		t.Errorf("after a pause the count begins anew, but the wait is %v", got)
	}
	th.fail(later, "a:1", freePerAddress)
	th.fail(later, "a:1", freePerAddress)
	th.succeed("l:a", "a:1")
	if th.seen["l:a"] != nil || th.seen["a:1"].failed != 1 {
		t.Error("success forgets the login and takes one back from the address")
	}
	th.succeed("l:a", "a:1")
	if len(th.seen) != 0 {
		t.Errorf("%d keys remain", len(th.seen))
	}
}

func TestThrottleIsBounded(t *testing.T) {
	th := &throttle{seen: map[string]*attempts{}}
	for i := range maxTracked + 500 {
		th.fail(start, strconv.Itoa(i), freePerLogin)
	}
	if len(th.seen) > maxTracked {
		t.Errorf("%d keys are kept", len(th.seen))
	}
}

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

func TestSecretsDiffer(t *testing.T) {
	if a, b := secret(), secret(); a == b || len(a) != 43 || digestOf(a) == digestOf(b) || len(digestOf(a)) != 64 {
		t.Errorf("%q %q", a, b)
	}
}

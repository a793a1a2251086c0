package password

import (
	"context"
	"strings"
	"testing"
	"time"
)

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
		if got, err := Matches(ctx, c.password, c.hash); got != c.want || err != nil {
			t.Errorf("Matches(%q, %.10q) is %v, %v", c.password, c.hash, got, err)
		}
	}
	if _, err := Matches(ctx, "x", "not a hash"); err == nil {
		t.Error("a broken hash is no wrong password")
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ password, code string }{
		{"1234567", "password.short"}, {"12345678", ""}, {"一二三四五六七", "password.short"}, {"一二三四五六七八", ""},
		{strings.Repeat("x", 200), ""}, {strings.Repeat("x", 201), "password.long"}, {"", "password.short"},
	} {
		p := Check(c.password)
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

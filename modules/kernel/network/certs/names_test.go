package certs

import (
	"crypto/x509"
	"os"
	"testing"
	"time"
)

// TestOneNameDoesNotSpoilTheOthers: names for which the own authority may not sign are left out, so that the addresses beside
// them are trusted.
func TestOneNameDoesNotSpoilTheOthers(t *testing.T) {
	a, err := Own(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := a.Leaf([]string{"192.168.1.5", "shop", "张三的电脑", "shop.local"})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots}); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]bool{"192.168.1.5": true, "shop.local": true, "shop": host(t) == "shop"} {
		if got := pair.Leaf.VerifyHostname(name) == nil; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func host(t *testing.T) string {
	t.Helper()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

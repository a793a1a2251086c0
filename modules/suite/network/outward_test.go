package network

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/network/trial"
	"zhanggui/modules/kernel/outward"
)

// TestNothingInsideIsAsked names addresses that answer inside of a machine or a cloud alone as the authority of a certificate
// and as the public address that is tried: no connection is made, and nothing of an answer could come back. Mail servers and
// storage for backups are tried where they are.
func TestNothingInsideIsAsked(t *testing.T) {
	for _, inside := range []string{"169.254.169.254", "100.100.100.200", "[fe80::1]", "0.0.0.0"} {
		a := certs.NewACME(certs.Order{Directory: "https://" + inside + "/dir", Names: []string{domain}, Folder: t.TempDir(), Now: time.Now})
		began := time.Now()
		a.Refresh(t.Context())
		if pair, reason := a.Current(); pair != nil || !forbidden(reason) {
			t.Errorf("the authority %s: %v", inside, reason)
		}
		if code := trial.Run(t.Context(), trial.Trial{URL: "http://" + inside, Echo: func(string) string { return "" }}); code != "network.trial_failed" {
			t.Errorf("the address %s: %s", inside, code)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: it took %s, as if somebody had been asked", inside, took)
		}
	}
}

func forbidden(err error) bool {
	return err != nil && (errors.Is(err, outward.ErrForbidden) || strings.Contains(err.Error(), outward.ErrForbidden.Error()))
}

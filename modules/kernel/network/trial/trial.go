// Package trial tries whether the program can be reached at an address, as a phone would: it asks there for an echo that
// only this program can give. It asks nobody but the address that it is told.
package trial

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"zhanggui/modules/kernel/outward"
)

// Path is where the echo is asked for.
const Path = "/api/v1/network/echo"

const patience = 6 * time.Second

// Trial is one address to try.
type Trial struct {
	URL  string
	Echo func(nonce string) string // what this program answers
	Leaf *x509.Certificate         // that this program shows; nil for any that browsers accept
}

// Run gives the code of what is wrong, "" when the program was reached.
func Run(ctx context.Context, t Trial) string {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails: the runtime stops the program instead
	nonce := hex.EncodeToString(random)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+Path+"?nonce="+url.QueryEscape(nonce), nil)
	if err != nil {
		return "network.trial_failed"
	}
	client := &http.Client{
		Transport:     &http.Transport{DialContext: outward.Dialer().DialContext, DisableKeepAlives: true, TLSClientConfig: t.config()}, // no proxy: the address itself is tried
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return told(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return told(err)
	}
	var answer struct{ Echo, Code string }
	switch {
	case json.Unmarshal(body, &answer) != nil:
		return "network.trial_foreign"
	case answer.Echo == t.Echo(nonce):
		return ""
	case answer.Code == "host.refused", answer.Code == "network.proxy_untrusted", answer.Code == "network.proxy_silent":
		return "network.trial_proxy"
	}
	return "network.trial_foreign"
}

// config believes the certificate that this program shows and no other one.
func (t Trial) config() *tls.Config {
	if t.Leaf == nil {
		return &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, //nolint:gosec // judged below: it must be the very one
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 || !state.PeerCertificates[0].Equal(t.Leaf) {
				return errForeign
			}
			return nil
		}}
}

var errForeign = errors.New("another certificate")

func told(err error) string {
	var timeout net.Error
	var name *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errForeign), errors.As(err, &cert):
		return "network.trial_cert"
	case errors.As(err, &name):
		return "network.trial_name"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "network.trial_refused"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "network.trial_timeout"
	}
	return "network.trial_failed"
}

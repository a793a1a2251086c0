package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// Given is a certificate that the firm has from elsewhere, read anew when its files change.
type Given struct {
	certFile, keyFile string
	names             []string
	now               func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	stamp  string
	reason error // why the files that lie there now are not used
}

// NewGiven reads the files and refuses them with a problem; names are those that the certificate must speak for, none is
// any.
func NewGiven(certFile, keyFile string, names []string, now func() time.Time) (*Given, error) {
	g := &Given{certFile: certFile, keyFile: keyFile, names: names, now: now}
	g.Refresh(context.Background())
	if g.pair == nil {
		return nil, g.reason
	}
	return g, nil
}

// Get implements Source.
func (g *Given) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	pair, _ := g.Current()
	return pair, nil
}

// Protocols implements Source.
func (*Given) Protocols() []string { return []string{"http/1.1"} }

// Current implements Source.
func (g *Given) Current() (*tls.Certificate, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pair, g.reason
}

// Refresh implements Source: it reads the files when they changed. What is wrong with them leaves the former certificate
// in use.
func (g *Given) Refresh(context.Context) {
	stamp := stampOf(g.certFile) + stampOf(g.keyFile)
	g.mu.Lock()
	defer g.mu.Unlock()
	if stamp == g.stamp && g.pair != nil {
		return
	}
	pair, err := Fit(g.certFile, g.keyFile, g.names, g.now())
	if g.reason = err; err == nil {
		g.pair, g.stamp = pair, stamp
	}
}

func stampOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "-"
	}
	return info.ModTime().UTC().Format(time.RFC3339Nano) + "/"
}

// Fit reads a certificate with its key and refuses what browsers would refuse: no pair, not yet or no longer good, for
// other names, without the certificates between it and its authority.
func Fit(certFile, keyFile string, names []string, now time.Time) (*tls.Certificate, error) {
	refuse := func(code, at string, args ...any) error { return problem.Rule(code, args...).At(at) }
	certs, err := os.ReadFile(certFile) //nolint:gosec // an administrator names his own file
	if err != nil {
		return nil, refuse("network.cert_missing", "/cert_file", "file", certFile)
	}
	key, err := os.ReadFile(keyFile) //nolint:gosec // an administrator names his own file
	if err != nil {
		return nil, refuse("network.cert_missing", "/key_file", "file", keyFile)
	}
	return fit(certs, key, names, now)
}

func fit(certs, key []byte, names []string, now time.Time) (*tls.Certificate, error) {
	refuse := func(code, at string, args ...any) error { return problem.Rule(code, args...).At(at) }
	pair, err := tls.X509KeyPair(certs, key)
	switch {
	case err != nil && strings.Contains(string(key), "ENCRYPTED"):
		return nil, refuse("network.key_encrypted", "/key_file")
	case err != nil && strings.Contains(err.Error(), "does not match"):
		return nil, refuse("network.cert_pair", "/key_file")
	case err != nil:
		return nil, refuse("network.cert_unreadable", "/cert_file")
	}
	leaf := pair.Leaf
	if now.After(leaf.NotAfter) {
		return nil, refuse("network.cert_expired", "/cert_file", "date", day(leaf.NotAfter))
	}
	if now.Before(leaf.NotBefore) {
		return nil, refuse("network.cert_early", "/cert_file", "date", day(leaf.NotBefore))
	}
	if leaf.IsCA {
		return nil, refuse("network.cert_authority", "/cert_file")
	}
	for _, name := range names {
		if leaf.VerifyHostname(name) != nil {
			return nil, refuse("network.cert_names", "/cert_file", "name", name, "names", strings.Join(SpeaksFor(leaf), "、"))
		}
	}
	if err := chained(&pair, now); err != nil {
		return nil, refuse("network.cert_chain", "/cert_file", "issuer", leaf.Issuer.CommonName)
	}
	return &pair, nil
}

func day(t time.Time) string { return string(clock.DateOf(t)) }

// chained follows the certificates in the file. One that its authority signed directly needs no others; where the
// authority is not known here, what stands in the file must at least hold together.
func chained(pair *tls.Certificate, now time.Time) error {
	between, roots := x509.NewCertPool(), x509.NewCertPool()
	var issuer *x509.Certificate
	last := pair.Leaf
	for _, der := range pair.Certificate[1:] {
		next, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		if err := last.CheckSignatureFrom(next); err != nil {
			return err
		}
		between.AddCert(next)
		issuer, last = next, next
	}
	if issuer != nil {
		roots.AddCert(issuer)
		_, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now})
		return err
	}
	if pair.Leaf.CheckSignatureFrom(pair.Leaf) == nil || string(pair.Leaf.RawIssuer) == string(pair.Leaf.RawSubject) {
		return nil // it vouches for itself
	}
	_, err := pair.Leaf.Verify(x509.VerifyOptions{CurrentTime: now})
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		return err
	}
	return nil
}

// Judge is Fit for a certificate that lies in no file yet.
func Judge(cert, key []byte, names []string, now time.Time) error {
	_, err := fit(cert, key, names, now)
	return err
}

package certs

import (
	"context"
	"crypto/tls"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/outward"
)

// LetsEncrypt is the directory that is asked when no other one is named.
const LetsEncrypt = autocert.DefaultACMEDirectory

// Order is what is asked of an authority over ACME. Its terms are agreed to by a person, never by the program.
type Order struct {
	Directory, Email string
	Names            []string
	Folder           string       // where account, keys and certificates are kept
	Client           *http.Client // nil is the usual one
	Now              func() time.Time
}

// How long an order that failed is not repeated: authorities lock out who fails more than a few times an hour.
const (
	firstPause = 15 * time.Minute
	lastPause  = 6 * time.Hour
)

// ACME is a certificate that an authority gives and renews.
type ACME struct {
	names   []string
	manager *autocert.Manager
	now     func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	reason error
	pause  time.Duration // after the next failure
	again  time.Time     // before, nothing is ordered
}

// NewACME prepares to order; the first connection or Refresh orders.
func NewACME(o Order) *ACME {
	if o.Client == nil {
		o.Client = outward.Client(time.Minute)
	}
	return &ACME{names: o.Names, now: o.Now, pause: firstPause, manager: &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(o.Folder), HostPolicy: autocert.HostWhitelist(o.Names...), Email: o.Email,
		Client: &acme.Client{DirectoryURL: o.Directory, HTTPClient: o.Client, UserAgent: "zhanggui"},
	}}
}

// Source is where the certificate comes from.
type Source interface {
	// Get gives the certificate for a connection.
	Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error)
	// Protocols are what a connection may speak.
	Protocols() []string
	// Current gives the certificate that is shown, nil for none, and why there is no newer one.
	Current() (*tls.Certificate, error)
	// Refresh looks whether a newer certificate is due.
	Refresh(ctx context.Context)
}

var _, _, _ Source = &ACME{}, &Given{}, &Local{}

// Config is how connections are encrypted.
func Config(s Source) *tls.Config {
	return &tls.Config{GetCertificate: s.Get, NextProtos: s.Protocols(), MinVersion: tls.VersionTLS12}
}

// Get implements Source; it answers the authority's own question too. While an order that failed is not to be repeated,
// the last certificate is shown.
func (a *ACME) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Contains(hello.SupportedProtos, acme.ALPNProto) {
		return a.manager.GetCertificate(hello)
	}
	a.mu.Lock()
	pair, reason, waits := a.pair, a.reason, a.now().Before(a.again)
	a.mu.Unlock()
	if !waits {
		pair, reason = a.manager.GetCertificate(hello)
		if slices.Contains(a.names, hello.ServerName) {
			a.note(pair, reason)
		}
	}
	if pair == nil {
		return nil, reason
	}
	return pair, nil
}

// note keeps how an order ended.
func (a *ACME) note(pair *tls.Certificate, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reason = err
	switch {
	case err == nil:
		a.pair, a.pause, a.again = pair, firstPause, time.Time{}
	case !a.now().Before(a.again):
		a.again = a.now().Add(a.pause)
		a.pause = min(2*a.pause, lastPause)
	}
}

// Protocols implements Source: the authority asks in one of its own.
func (*ACME) Protocols() []string { return []string{"http/1.1", acme.ALPNProto} }

// Challenge answers the authority's question on port 80 and sends every other request to https.
func (a *ACME) Challenge() http.Handler {
	inner := a.manager.HTTPHandler(nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = forward.Name(r.Host) // the manager knows names without ports
		inner.ServeHTTP(w, r)
	})
}

// Refresh implements Source: it orders a certificate when there is none, and renews it in time.
func (a *ACME) Refresh(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, name := range a.names {
			_, _ = a.Get(&tls.ClientHelloInfo{ServerName: name, SupportedProtos: []string{"http/1.1"},
				CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}, SupportedCurves: []tls.CurveID{tls.CurveP256},
				SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}}) // how it ended is kept
		}
	}()
	select {
	case <-ctx.Done():
	case <-done:
	}
}

// Current implements Source.
func (a *ACME) Current() (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pair, a.reason
}

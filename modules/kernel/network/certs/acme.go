package certs

import (
	"context"
	"crypto/tls"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// LetsEncrypt is the directory that is asked when no other one is named.
const LetsEncrypt = autocert.DefaultACMEDirectory

// Order is what is asked of an authority over ACME. Its terms are agreed to by a person, never by the program.
type Order struct {
	Directory, Email string
	Names            []string
	Folder           string // where account, keys and certificates are kept
	Client           *http.Client
}

// ACME is a certificate that an authority gives and renews.
type ACME struct {
	names   []string
	manager *autocert.Manager

	mu     sync.Mutex
	pair   *tls.Certificate
	reason error
}

// NewACME prepares to order; the first connection or Refresh orders.
func NewACME(o Order) *ACME {
	return &ACME{names: o.Names, manager: &autocert.Manager{
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

// Get implements Source; it answers the authority's own question too.
func (a *ACME) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return a.manager.GetCertificate(hello)
}

// Protocols implements Source: the authority asks in one of its own.
func (*ACME) Protocols() []string { return []string{"http/1.1", acme.ALPNProto} }

// Challenge answers the authority's question on port 80 and leaves every other request to next.
func (a *ACME) Challenge(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Refresh implements Source: it orders a certificate when there is none.
func (a *ACME) Refresh(ctx context.Context) {
	for _, name := range a.names {
		done := make(chan struct{})
		var pair *tls.Certificate
		var err error
		go func() {
			pair, err = a.manager.GetCertificate(&tls.ClientHelloInfo{ServerName: name, SupportedProtos: []string{"http/1.1"},
				CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}, SupportedCurves: []tls.CurveID{tls.CurveP256},
				SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}})
			close(done)
		}()
		select {
		case <-ctx.Done():
			return
		case <-done:
		}
		a.mu.Lock()
		if a.reason = err; err == nil && slices.Index(a.names, name) == 0 {
			a.pair = pair
		}
		a.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Current implements Source.
func (a *ACME) Current() (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pair, a.reason
}

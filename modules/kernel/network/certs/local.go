package certs

import (
	"context"
	"crypto/tls"
	"sync"
)

// Local is a certificate of the own authority, which follows the names and addresses of this computer.
type Local struct {
	authority *Authority
	names     func() []string

	mu     sync.Mutex
	pair   *tls.Certificate
	reason error
}

// NewLocal makes the first certificate.
func NewLocal(a *Authority, names func() []string) (*Local, error) {
	l := &Local{authority: a, names: names}
	l.Refresh(context.Background())
	return l, l.reason
}

// Authority is who signs it.
func (l *Local) Authority() *Authority { return l.authority }

// Get implements Source.
func (l *Local) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	pair, _ := l.Current()
	return pair, nil
}

// Protocols implements Source.
func (*Local) Protocols() []string { return []string{"http/1.1"} }

// Current implements Source.
func (l *Local) Current() (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pair, l.reason
}

// Refresh implements Source.
func (l *Local) Refresh(context.Context) {
	pair, err := l.authority.Leaf(l.names())
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reason = err; err == nil {
		l.pair = pair
	}
}

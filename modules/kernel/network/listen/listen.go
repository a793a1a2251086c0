// Package listen is one listener with several doors that are opened and closed while it is served. A door may take
// encrypted and plain connections at the same port: the first byte tells which.
package listen

import (
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"zhanggui/modules/kernel/clock"
)

// patience is how long a connection may keep its first byte back.
const patience = 10 * time.Second

// Want is a door that should be open.
type Want struct {
	Host  string
	Port  int
	Other bool // when the port is busy another one will do
	Mixed bool // encrypted connections are taken as well, if there is a certificate
}

// Door is what became of it.
type Door struct {
	Want    Want
	Address string // where it is open, "" when it is not
	Problem error
}

// Table is the listener.
type Table struct {
	config func() *tls.Config
	conns  chan net.Conn
	closed chan struct{}

	mu    sync.Mutex
	ended bool
	doors map[Want]*open
	last  map[Want]int // ports where doors were open, so that one that opens again is found where it was
}

type open struct {
	Door
	ln net.Listener
}

// New makes a listener without doors. config gives how connections are encrypted now, nil for not at all.
func New(config func() *tls.Config) *Table {
	return &Table{config: config, conns: make(chan net.Conn), closed: make(chan struct{}), doors: map[Want]*open{}, last: map[Want]int{}}
}

// Set opens the doors that are wanted and closes the others; one that is open already stays as it is, one that could not
// be opened is tried again.
func (t *Table) Set(want []Want) (out []Door) {
	t.mu.Lock()
	defer t.mu.Unlock()
	keep := map[Want]bool{}
	for _, w := range want {
		keep[w] = true
	}
	for w, d := range t.doors {
		if !keep[w] {
			if d.ln != nil {
				_ = d.ln.Close()
			}
			delete(t.doors, w)
		}
	}
	for _, w := range want {
		d := t.doors[w]
		if d == nil || d.ln == nil {
			d = t.open(w)
			t.doors[w] = d
		}
		out = append(out, d.Door)
	}
	return out
}

func (t *Table) open(w Want) *open {
	d := &open{Door: Door{Want: w}}
	if t.ended {
		d.Problem = net.ErrClosed
		return d
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(w.Host, strconv.Itoa(w.Port)))
	for _, port := range []int{t.last[w], 0} {
		if err != nil && w.Other {
			if other, again := net.Listen("tcp", net.JoinHostPort(w.Host, strconv.Itoa(port))); again == nil {
				ln, err = other, nil
			}
		}
	}
	if d.Problem = err; err == nil {
		d.ln, d.Address = ln, ln.Addr().String()
		if at, ok := ln.Addr().(*net.TCPAddr); ok {
			t.last[w] = at.Port
		}
		go t.receive(ln, w.Mixed)
	}
	return d
}

// receive hands on what comes in at a door until it is closed.
func (t *Table) receive(ln net.Listener, mixed bool) {
	for wait := time.Millisecond; ; {
		conn, err := ln.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, or a caller who was gone at once
			time.Sleep(wait)
			wait = min(2*wait, time.Second)
			continue
		}
		wait = time.Millisecond
		config := (*tls.Config)(nil)
		if mixed {
			config = t.config()
		}
		if config == nil {
			t.hand(conn)
			continue
		}
		go t.sniff(conn, config)
	}
}

func (t *Table) hand(conn net.Conn) {
	select {
	case t.conns <- conn:
	case <-t.closed:
		_ = conn.Close()
	}
}

// handshake is the first byte of an encrypted connection; no method of HTTP begins with it.
const handshake = 0x16

func (t *Table) sniff(conn net.Conn, config *tls.Config) {
	first := make([]byte, 1)
	_ = conn.SetReadDeadline(clock.System().Now().Add(patience))
	if _, err := conn.Read(first); err != nil {
		_ = conn.Close()
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	whole := &begun{Conn: conn, first: first}
	if first[0] == handshake {
		t.hand(tls.Server(whole, config))
		return
	}
	t.hand(whole)
}

// begun is a connection whose first byte was read already.
type begun struct {
	net.Conn
	first []byte
}

// Read gives the first byte back before what follows.
func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}

// Accept implements net.Listener.
func (t *Table) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close closes all doors for good.
func (t *Table) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil
	}
	t.ended = true
	close(t.closed)
	for _, d := range t.doors {
		if d.ln != nil {
			_ = d.ln.Close()
		}
	}
	return nil
}

// Addr implements net.Listener; the addresses are those of the doors.
func (*Table) Addr() net.Addr { return &net.TCPAddr{} }

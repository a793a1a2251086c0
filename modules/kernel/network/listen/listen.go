// Package listen is one listener with several doors that are opened and closed while it is served. A door may take
// encrypted and plain connections at the same port: the first byte tells which.
package listen

import (
	"crypto/tls"
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"zhanggui/modules/kernel/clock"
)

const (
	patience = 10 * time.Second // how long a connection may keep its first byte back
	grace    = 2 * time.Second  // how long one may live on after its door was closed, for the answer to who closed it
)

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

	mu    sync.Mutex
	inner map[*conn]bool // connections that came in here
}

// enter counts a connection in.
func (d *open) enter(raw net.Conn) *conn {
	c := &conn{Conn: raw, door: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inner[c] = true
	return c
}

// shut closes the door, and in a moment what came in by it.
func (d *open) shut() {
	if d.ln == nil {
		return
	}
	_ = d.ln.Close()
	time.AfterFunc(grace, func() {
		d.mu.Lock()
		rest := slices.Collect(maps.Keys(d.inner))
		d.mu.Unlock()
		for _, c := range rest {
			_ = c.Close()
		}
	})
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
			d.shut()
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
	d := &open{Door: Door{Want: w}, inner: map[*conn]bool{}}
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
		go t.receive(d)
	}
	return d
}

// receive hands on what comes in at a door until it is closed.
func (t *Table) receive(d *open) {
	for wait := time.Millisecond; ; {
		raw, err := d.ln.Accept()
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
		if d.Want.Mixed {
			config = t.config()
		}
		c := d.enter(raw)
		if config == nil {
			t.hand(c)
			continue
		}
		go t.sniff(c, config)
	}
}

func (t *Table) hand(c net.Conn) {
	select {
	case t.conns <- c:
	case <-t.closed:
		_ = c.Close()
	}
}

// handshake is the first byte of an encrypted connection; no method of HTTP begins with it.
const handshake = 0x16

func (t *Table) sniff(c *conn, config *tls.Config) {
	first := make([]byte, 1)
	_ = c.SetReadDeadline(clock.System().Now().Add(patience))
	if _, err := c.Conn.Read(first); err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	c.first = first
	if first[0] == handshake {
		t.hand(tls.Server(c, config))
		return
	}
	t.hand(c)
}

// conn is a connection of a door; its first byte may have been read already.
type conn struct {
	net.Conn
	door  *open
	first []byte
}

// Read gives the first byte back before what follows.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.first) > 0 && len(p) > 0 {
		n := copy(p, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// Close counts the connection out.
func (c *conn) Close() error {
	c.door.mu.Lock()
	delete(c.door.inner, c)
	c.door.mu.Unlock()
	return c.Conn.Close()
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

package browser

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"

	"github.com/go-rod/rod/lib/input"
)

// lossy is a line to the server that can lose the answers to what is done to orders and deliveries: it arrives, nobody hears so.
type lossy struct {
	net.Listener
	lose atomic.Bool
	lost atomic.Int64
}

func (l *lossy) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lossyConn{Conn: c, line: l}, nil
}

type lossyConn struct {
	net.Conn
	line  *lossy
	order atomic.Bool // the request being answered makes, changes, moves or prints a sheet
}

var methods = [][]byte{[]byte("GET "), []byte("POST "), []byte("PUT "), []byte("PATCH "), []byte("DELETE ")}

func (c *lossyConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	for _, m := range methods {
		if bytes.HasPrefix(p[:n], m) {
			head, _, _ := bytes.Cut(p[:n], []byte("\r\n"))
			c.order.Store(!bytes.HasPrefix(head, methods[0]) && lossyAbout(head) && !bytes.Contains(head, []byte("/preview")))
		}
	}
	return n, err
}

func (c *lossyConn) Write(p []byte) (int, error) {
	if c.order.Load() && c.line.lose.Load() {
		c.line.lost.Add(1)
		_ = c.Close()
		return 0, errors.New("the line is cut")
	}
	return c.Conn.Write(p)
}

// losing lets one act arrive and loses what the server says to it.
func (b *tab) losing(act func()) {
	b.t.Helper()
	before := b.shop.line.lost.Load()
	b.shop.line.lose.Store(true)
	act()
	b.see(b.words.say(b.t, "error.offline"))
	b.shop.line.lose.Store(false)
	if b.shop.line.lost.Load() == before {
		b.t.Error("no answer was lost")
	}
}

// sell is F10 and yes.
func (b *tab) sell() {
	b.t.Helper()
	b.until("nothing lies over the page", `() => ![...document.querySelectorAll('.el-overlay')].some(e => e.style.display !== 'none')`)
	b.press(input.F10)
	b.cursorIn(".el-message-box")
	b.press(input.Enter)
}

// answerLost sends again what arrived: there must not be a second one.
func (b *tab) answerLost() {
	b.fillOrder("5")
	b.shop.adds(orders, 1, func() {
		b.losing(b.save)
		b.save()
		b.at(`^/r/sales\.order/\d+`)
	})
	b.look("sent-again")
}

// lostThenSold goes on from a save that arrived unheard: saved once, sold once.
func (b *tab) lostThenSold() {
	b.fillOrder("8")
	b.shop.adds(deliveries, 1, func() {
		b.shop.adds(orders, 1, func() {
			b.losing(b.save)
			b.sell()
			b.at(`^/r/sales\.order/\d+`)
			b.chip("closed")
		})
	})
}

// saleLost repeats the whole sale: ordered once, shipped once.
func (b *tab) saleLost() {
	b.fillOrder("9")
	b.shop.adds(deliveries, 1, func() {
		b.shop.adds(orders, 1, func() {
			b.losing(b.sell)
			b.sell()
			b.at(`^/r/sales\.order/\d+`)
			b.chip("closed")
		})
	})
}

// actionLost repeats an action on a stored draft: it is not refused for having been done, and done once.
func (b *tab) actionLost() {
	b.fillOrder("10")
	b.save()
	b.at(`^/r/sales\.order/\d+`)
	b.chip("draft")
	b.shop.adds(deliveries, 1, func() {
		b.losing(b.sell)
		b.sell()
		b.chip("closed")
	})
	b.look("acted-again")
}

func lossyAbout(head []byte) bool {
	return bytes.Contains(head, []byte(" "+orders)) || bytes.Contains(head, []byte(" "+deliveries))
}

package browser

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"
)

// lossy is a line to the server that can lose the answers to new orders: the order arrives, nobody hears so.
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
	order atomic.Bool // the request being answered makes an order
}

var methods = [][]byte{[]byte("GET "), []byte("POST "), []byte("PUT "), []byte("PATCH "), []byte("DELETE ")}

func (c *lossyConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	for _, m := range methods {
		if bytes.HasPrefix(p[:n], m) {
			c.order.Store(bytes.HasPrefix(p[:n], []byte("POST "+orders+" ")))
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

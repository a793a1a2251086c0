package channel

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/outward"
)

// mostFrame is the longest frame that is read.
const mostFrame = 4 << 20

// silence is how long a connection may say nothing before it is taken for dead: vendors send or answer pings sooner.
const silence = 5 * time.Minute

// Socket is a connection that may be written to by several at a time.
type Socket struct {
	conn *websocket.Conn
	mu   sync.Mutex
}

// Dial opens a socket over the program's one door out.
func Dial(ctx context.Context, url string) (*Socket, error) {
	d := websocket.Dialer{NetDialContext: outward.Dialer().DialContext, HandshakeTimeout: Patience}
	conn, resp, err := d.DialContext(ctx, url, nil)
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(mostFrame)
	return &Socket{conn: conn}, nil
}

// Write sends one frame, as text or as bytes.
func (s *Socket) Write(binary bool, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := websocket.TextMessage
	if binary {
		kind = websocket.BinaryMessage
	}
	if err := s.conn.SetWriteDeadline(clock.System().Now().Add(Patience)); err != nil {
		return err
	}
	return s.conn.WriteMessage(kind, data)
}

// Ping asks whether the other side lives.
func (s *Socket) Ping() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.WriteControl(websocket.PingMessage, nil, clock.System().Now().Add(Patience))
}

// Read hands each frame on until the connection breaks or ctx ends, and closes it. Frames are handled one beside the other,
// few at a time: one that takes long must not keep the pings waiting.
func (s *Socket) Read(ctx context.Context, frame func(data []byte)) error {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stop()
	defer func() { _ = s.conn.Close() }()
	extend := func() error { return s.conn.SetReadDeadline(clock.System().Now().Add(silence)) }
	s.conn.SetPongHandler(func(string) error { return extend() })
	seats := make(chan struct{}, 8)
	var busy sync.WaitGroup
	defer busy.Wait()
	for {
		if err := extend(); err != nil {
			return err
		}
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			return errors.Join(ctx.Err(), err)
		}
		seats <- struct{}{}
		busy.Go(func() {
			defer func() { <-seats }()
			frame(data)
		})
	}
}

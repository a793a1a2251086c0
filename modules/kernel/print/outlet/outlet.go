// Package outlet brings bytes to printers, as they are: over the network (port 9100) or through the printing system of this
// computer (CUPS, the Windows spooler).
//
// Invariants
//  1. Whether the printer may have printed something is told of every failure: only what it surely did not get may be sent again
//     without asking.
//  2. Devices of the firm's own network are reached, nothing else (package outward).
package outlet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"zhanggui/modules/kernel/outward"
)

// The ways to a printer.
const (
	Network = "network" // Address is host or host:port
	System  = "system"  // Address is the name of an installed printer
)

// Port is where printers listen for what they are to print.
const Port = 9100

// Reasons of failures, as keys of messages.
const (
	Off       = "off"       // nobody answers there
	Forbidden = "forbidden" // an address outside of the firm
	Broken    = "broken"    // it hung up in the middle
	Slow      = "slow"      // it takes nothing any more
	Unknown   = "unknown"   // this computer has no such printer
	Refused   = "refused"   // the printing system did not take it
)

// Failure says why something was not printed, and whether some of it may have been.
type Failure struct {
	Reason string
	Begun  bool
	Cause  error
}

func (f *Failure) Error() string { return fmt.Sprintf("outlet: %s: %v", f.Reason, f.Cause) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Patience.
const (
	dialing = 5 * time.Second
	writing = 30 * time.Second // in which a printer must take something
	parting = 2 * time.Second  // in which a printer may say that it hangs up

	chunk = 4 << 10  // bytes that a printer is given at once
	ahead = 32 << 10 // bytes that may be on their way: what is counted as taken should be at the printer
)

// Place is a printer as it is reached.
type Place struct{ Way, Address string }

// Sender brings bytes to printers. It waits for a slow one as long as that takes something now and then.
type Sender struct {
	Stall time.Duration // for how long a printer may take nothing, 0 for half a minute
	Flows func()        // called whenever it took something; nil for nobody
}

// Send is Sender.Send of a sender that tells nobody how it goes on.
func Send(ctx context.Context, to Place, data []byte) error { return Sender{}.Send(ctx, to, data) }

// Send brings bytes to a printer; nil when it has them all, else a *Failure.
func (s Sender) Send(ctx context.Context, to Place, data []byte) error {
	if to.Way == Network {
		return s.overNetwork(ctx, to.Address, data)
	}
	if !Printer(to.Address) {
		return &Failure{Reason: Unknown, Cause: errors.New("no name of a printer")}
	}
	return throughSystem(ctx, to.Address, data)
}

// Printer reports whether a text can be the name of an installed printer.
func Printer(name string) bool {
	return name != "" && len(name) <= 200 && !strings.HasPrefix(name, "-") && !strings.ContainsFunc(name, unicode.IsControl)
}

// Host gives the address with its port; false for what is none.
func Host(address string) (string, bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), strconv.Itoa(Port)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1024 || n > 65535 || host == "" || len(host) > 200 {
		return "", false
	}
	for _, r := range host {
		if r > 0x7e || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-:_%", r) {
			return "", false
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(n)), true
}

func (s Sender) overNetwork(ctx context.Context, address string, data []byte) error {
	host, ok := Host(address)
	if !ok {
		return &Failure{Reason: Unknown, Cause: errors.New("no address")}
	}
	conn, err := outward.Nearby(dialing).DialContext(ctx, "tcp", host)
	if err != nil {
		if errors.Is(err, outward.ErrForbidden) {
			return &Failure{Reason: Forbidden, Cause: err}
		}
		return &Failure{Reason: Off, Cause: err}
	}
	defer func() { _ = conn.Close() }()
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetWriteBuffer(ahead) // without it a printer seems to be faster than it is
	}
	for sent := 0; sent < len(data); {
		n, err := s.give(ctx, conn, data[sent:min(sent+chunk, len(data))])
		sent += n
		if err != nil {
			return &Failure{Reason: reasonOf(err), Begun: sent > 0, Cause: err}
		}
		if s.Flows != nil {
			s.Flows()
		}
	}
	return part(ctx, conn)
}

// give sends a few bytes, for which the printer has all the patience anew.
func (s Sender) give(ctx context.Context, conn net.Conn, some []byte) (int, error) {
	defer within(ctx, conn, cmp.Or(s.Stall, writing))()
	return conn.Write(some)
}

// within ends what a connection waits for after a while, or when the program ends; what is answered takes that back.
func within(ctx context.Context, conn net.Conn, patience time.Duration) func() {
	ctx, stop := context.WithTimeout(ctx, patience)
	idle := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return func() {
		idle()
		stop()
	}
}

// part waits a moment for the printer to hang up: one that does so before it has read everything says it in this way alone.
// Many keep the connection open, and some answer with their state; both mean that they have it.
func part(ctx context.Context, conn net.Conn) error {
	if c, ok := conn.(*net.TCPConn); ok {
		if err := c.CloseWrite(); err != nil {
			return &Failure{Reason: Broken, Begun: true, Cause: err}
		}
	}
	defer within(ctx, conn, parting)()
	_, err := io.Copy(io.Discard, io.LimitReader(conn, 1<<12))
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return &Failure{Reason: Broken, Begun: true, Cause: err}
	}
	return nil
}

func reasonOf(err error) string {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return Slow
	}
	return Broken
}

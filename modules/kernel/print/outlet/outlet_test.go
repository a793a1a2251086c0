package outlet_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/print/outlet"
)

// listen is a printer on a socket; it does with a connection what it is told.
func listen(t *testing.T, do func(c net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			do(c)
		}
	}()
	return ln.Addr().String()
}

func failed(t *testing.T, err error, reason string, begun bool) {
	t.Helper()
	var f *outlet.Failure
	if !errors.As(err, &f) || f.Reason != reason || f.Begun != begun {
		t.Errorf("%v (%+v), not %s, begun %v", err, f, reason, begun)
	}
}

func TestAPrinterGetsEveryByteOnce(t *testing.T) {
	got := make(chan []byte, 2)
	at := listen(t, func(c net.Conn) {
		all, _ := io.ReadAll(c)
		got <- all
		_ = c.Close()
	})
	want := bytes.Repeat([]byte("\x1b@\xa1\xfe\x00\xff"), 100_000)
	if err := outlet.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, want); err != nil {
		t.Fatal(err)
	}
	if all := <-got; !bytes.Equal(all, want) {
		t.Errorf("%d bytes came", len(all))
	}
}

func TestAPrinterThatKeepsTheLineHasIt(t *testing.T) {
	at := listen(t, func(c net.Conn) {
		go func() {
			_, _ = io.ReadFull(c, make([]byte, 3))
			_, _ = c.Write([]byte{0x12})
			time.Sleep(10 * time.Second)
			_ = c.Close()
		}()
	})
	from := time.Now()
	if err := outlet.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(from); d > 5*time.Second {
		t.Errorf("it took %s", d)
	}
}

func TestAPrinterThatIsOff(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := ln.Addr().String()
	_ = ln.Close()
	failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, []byte("x")), outlet.Off, false)
}

func TestAPrinterThatHangsUpInTheMiddle(t *testing.T) {
	at := listen(t, func(c net.Conn) {
		_, _ = io.ReadFull(c, make([]byte, 10))
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	})
	for _, size := range []int{5_000, 20_000_000} {
		failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, make([]byte, size)), outlet.Broken, true)
	}
}

// A matrix printer takes a page in seconds: what counts is that it goes on taking, not how long the whole lasts.
func TestASlowPrinterGetsItAll(t *testing.T) {
	const size, stall = 384 << 10, 3 * time.Second
	for _, c := range []struct {
		name  string
		stops bool
	}{{"goes on", false}, {"stops in the middle", true}} {
		t.Run(c.name, func(t *testing.T) {
			got, over := make(chan int, 1), make(chan bool)
			defer close(over)
			at := listen(t, func(conn net.Conn) {
				defer func() { _ = conn.Close() }()
				_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
				sum, some := 0, make([]byte, 64<<10)
				for {
					n, err := conn.Read(some)
					sum += n
					if err != nil {
						break
					}
					if c.stops {
						<-over
						return
					}
					time.Sleep(30 * time.Millisecond)
				}
				got <- sum
			})
			flows := 0
			sender := outlet.Sender{Stall: stall, Flows: func() { flows++ }}
			from := time.Now()
			err := sender.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, make([]byte, size))
			lasted := time.Since(from)
			if c.stops {
				failed(t, err, outlet.Slow, true)
				return
			}
			if err != nil || flows != size/(4<<10) {
				t.Fatalf("%v after %s, it went on %d times", err, lasted, flows)
			}
			if lasted <= stall {
				t.Errorf("it was not slow: %s", lasted)
			}
			if n := <-got; n != size {
				t.Errorf("%d bytes came, not %d", n, size)
			}
		})
	}
}

func TestOnlyThisNetwork(t *testing.T) {
	for _, at := range []string{"203.0.113.9", "8.8.8.8:9100", "169.254.169.254:9100"} {
		failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.Network, Address: at}, []byte("x")), outlet.Forbidden, false)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{"192.168.1.50": "192.168.1.50:9100", "192.168.1.50:9101": "192.168.1.50:9101", "printer.lan": "printer.lan:9100",
		"::1": "[::1]:9100", "[::1]:9102": "[::1]:9102", "": "", "a b": "", "h:22": "", "h:70000": "", "h\r\nx": "", "http://h": "", "打印机": "", "u@h": ""} {
		if got, ok := outlet.Host(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, not %q", text, got, ok, want)
		}
	}
}

// cups puts a program in the place of CUPS.
func cups(t *testing.T, name, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o700); err != nil { //nolint:gosec // a program is executed
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func TestInstalledPrinters(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	cups(t, "lp", `printf '%s|' "$@" > '`+out+`'; cat >> '`+out+`'`)
	if err := outlet.Send(t.Context(), outlet.Place{Way: outlet.System, Address: "LQ 630; rm -rf $HOME"}, []byte("\x1b@x")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(out); string(got) != "-d|LQ 630; rm -rf $HOME|-o|raw|-s|\x1b@x" {
		t.Errorf("%q", got)
	}
	failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.System, Address: "-H evil.example"}, []byte("x")), outlet.Unknown, false)
	cups(t, "lpstat", "printf 'EPSON_LQ\\n-bad\\n\\n前台\\n'")
	names, err := outlet.Installed(t.Context())
	if err != nil || strings.Join(names, " ") != "EPSON_LQ 前台" {
		t.Errorf("%q %v", names, err)
	}
}

func TestWhatCUPSRefusesIsNotPrinted(t *testing.T) {
	cups(t, "lp", "echo 'lp: The printer or class does not exist.' >&2; exit 1")
	failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.System, Address: "X"}, []byte("x")), outlet.Unknown, false)
	cups(t, "lp", "echo 'lp: Unable to connect' >&2; exit 1")
	failed(t, outlet.Send(t.Context(), outlet.Place{Way: outlet.System, Address: "X"}, []byte("x")), outlet.Refused, false)
}

package outward

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// inside are addresses that answer inside of a machine or a cloud alone, in the ways in which they are written.
var inside = []string{"169.254.169.254", "::ffff:169.254.169.254", "169.254.1.1", "fe80::1", "fe80::1%lo", "100.100.100.200", "fd00:ec2::254",
	"0.0.0.0", "::", "224.0.0.1", "ff02::1"}

func TestWhatIsNotAsked(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	for _, host := range inside {
		conn, err := Dialer().DialContext(ctx, "tcp", net.JoinHostPort(host, "80"))
		if err == nil {
			_ = conn.Close()
		}
		if !errors.Is(err, ErrForbidden) {
			t.Errorf("dial %s: %v", host, err)
		}
		if err := Check(ctx, host); !errors.Is(err, ErrForbidden) {
			t.Errorf("check %s: %v", host, err)
		}
		client := Client(2 * time.Second)
		res, err := client.Get("http://" + net.JoinHostPort(host, "80") + "/latest/meta-data") //nolint:noctx // it has a time-out
		if err == nil {
			_ = res.Body.Close()
		}
		if err == nil {
			t.Errorf("get %s was answered", host)
		}
	}
}

func TestServersOfTheFirmAreAsked(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	conn, err := Dialer().DialContext(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	for _, host := range []string{"127.0.0.1", "::1", "localhost", "192.168.1.20", "10.1.2.3", "203.0.113.9"} {
		if err := Check(t.Context(), host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestNearbyIsTheFirmsOwnNetworkAlone(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	for _, host := range append([]string{"203.0.113.9", "8.8.8.8", "2001:db8::1", "100.64.0.1"}, inside...) {
		conn, err := Nearby(time.Second).DialContext(ctx, "tcp", net.JoinHostPort(host, "9100"))
		if err == nil {
			_ = conn.Close()
		}
		if !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", host, err)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	conn, err := Nearby(time.Second).DialContext(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

package forward_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"zhanggui/modules/kernel/network/forward"
)

// proxies are trusted: one at this computer and a range of the network.
var proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.9.0.0/16"), netip.MustParsePrefix("fd00:9::/32")}

func TestWhoAsks(t *testing.T) {
	for _, x := range []struct {
		name, peer, host string
		tls              bool
		header           http.Header
		trusted          []netip.Prefix
		want             forward.Caller
	}{
		{"at this computer", "127.0.0.1:5000", "localhost:8080", false, nil, nil,
			forward.Caller{Peer: "127.0.0.1", Address: "127.0.0.1", Asked: "localhost", Host: "localhost:8080", Local: true}},
		{"at this computer, IPv6", "[::1]:5000", "[::1]:8080", false, nil, proxies,
			forward.Caller{Peer: "::1", Address: "::1", Asked: "::1", Host: "[::1]:8080", Local: true}},
		{"a raw tunnel on this computer", "127.0.0.1:5000", "shop.example", false, nil, nil,
			forward.Caller{Peer: "127.0.0.1", Address: "127.0.0.1", Asked: "shop.example", Host: "shop.example"}},
		{"a phone", "192.168.1.7:5000", "192.168.1.2:8080", false, nil, proxies,
			forward.Caller{Peer: "192.168.1.7", Address: "192.168.1.7", Asked: "192.168.1.2", Host: "192.168.1.2:8080"}},
		{"a phone, encrypted", "192.168.1.7:5000", "192.168.1.2:8080", true, nil, nil,
			forward.Caller{Peer: "192.168.1.7", Address: "192.168.1.7", Asked: "192.168.1.2", Host: "192.168.1.2:8080", Secure: true}},
		{"forged by a stranger", "192.168.1.7:5000", "192.168.1.2:8080", false,
			http.Header{"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"localhost"}}, proxies,
			forward.Caller{Peer: "192.168.1.7", Address: "192.168.1.7", Asked: "192.168.1.2", Host: "192.168.1.2:8080", Through: forward.Untrusted}},
		{"nginx on this computer that nobody trusts", "127.0.0.1:5000", "127.0.0.1:8080", false,
			http.Header{"X-Forwarded-For": {"203.0.113.5"}, "X-Forwarded-Proto": {"https"}}, nil,
			forward.Caller{Peer: "127.0.0.1", Address: "127.0.0.1", Asked: "127.0.0.1", Host: "127.0.0.1:8080", Through: forward.Untrusted}},
		{"nginx on this computer", "127.0.0.1:5000", "127.0.0.1:8080", false,
			http.Header{"X-Forwarded-For": {"203.0.113.5"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"shop.example"}}, proxies,
			forward.Caller{Peer: "127.0.0.1", Address: "203.0.113.5", Asked: "127.0.0.1", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"the caller forged what nginx appends to", "127.0.0.1:5000", "shop.example", false,
			http.Header{"X-Forwarded-For": {"127.0.0.1, 10.9.0.1, 203.0.113.5"}, "X-Forwarded-Proto": {"https"}}, proxies,
			forward.Caller{Peer: "127.0.0.1", Address: "203.0.113.5", Asked: "shop.example", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"two trusted proxies, in two lines", "10.9.0.2:5000", "shop.example", false,
			http.Header{"X-Forwarded-For": {"198.51.100.1, 203.0.113.5", "10.9.0.1"}, "X-Forwarded-Proto": {"http, https"}}, proxies,
			forward.Caller{Peer: "10.9.0.2", Address: "203.0.113.5", Asked: "shop.example", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"all are trusted", "10.9.0.2:5000", "shop.example", false, http.Header{"X-Forwarded-For": {"10.9.0.7, 10.9.0.1"}, "X-Forwarded-Proto": {"http"}}, proxies,
			forward.Caller{Peer: "10.9.0.2", Address: "10.9.0.7", Asked: "shop.example", Host: "shop.example", Through: forward.Trusted}},
		{"nonsense ends the search", "10.9.0.2:5000", "shop.example", false,
			http.Header{"X-Forwarded-For": {"203.0.113.5, unknown, 10.9.0.1"}, "X-Forwarded-Proto": {"https"}}, proxies,
			forward.Caller{Peer: "10.9.0.2", Address: "10.9.0.1", Asked: "shop.example", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"with ports, as some gateways write", "10.9.0.2:5000", "shop.example", false,
			http.Header{"X-Forwarded-For": {"203.0.113.5:4711"}, "X-Forwarded-Proto": {"https"}}, proxies,
			forward.Caller{Peer: "10.9.0.2", Address: "203.0.113.5", Asked: "shop.example", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"IPv6", "[fd00:9::1]:5000", "shop.example", false, http.Header{"X-Forwarded-For": {"2001:db8::5"}, "X-Forwarded-Proto": {"https"}}, proxies,
			forward.Caller{Peer: "fd00:9::1", Address: "2001:db8::5", Asked: "shop.example", Host: "shop.example", Secure: true, Through: forward.Trusted}},
		{"mapped IPv4", "[::ffff:10.9.0.2]:5000", "shop.example", false, http.Header{"X-Forwarded-For": {"::ffff:203.0.113.5"}}, proxies,
			forward.Caller{Peer: "::ffff:10.9.0.2", Address: "203.0.113.5", Asked: "shop.example", Host: "shop.example", Through: forward.Silent}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Host, r.TLS = x.peer, x.host, nil
		if x.tls {
			r.TLS = &tls.ConnectionState{}
		}
		for name, values := range x.header {
			r.Header[name] = values
		}
		if got := (forward.Rules{Proxies: x.trusted}).Read(r); got != x.want {
			t.Errorf("%s:\n got %+v\nwant %+v", x.name, got, x.want)
		}
	}
}

// TestNotHere: whatever trace a program in between leaves, the request is not one of this computer.
func TestNotHere(t *testing.T) {
	old := httptest.NewRequest(http.MethodGet, "/", nil)
	old.RemoteAddr, old.Host, old.Proto, old.ProtoMajor, old.ProtoMinor = "127.0.0.1:5000", "127.0.0.1:8080", "HTTP/1.0", 1, 0
	if (forward.Rules{}).Read(old).Local {
		t.Error("HTTP/1.0, as a proxy speaks it that was told nothing, counts as this computer")
	}
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Anything", "Forwarded", "Via",
		"X-Real-Ip", "CF-Connecting-IP", "CF-Ray", "Cdn-Loop", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For"} {
		for _, value := range []string{"127.0.0.1", "", "for=127.0.0.1"} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr, r.Host = "127.0.0.1:5000", "localhost"
			r.Header.Set(name, value)
			for _, trusted := range [][]netip.Prefix{nil, proxies} {
				if (forward.Rules{Proxies: trusted}).Read(r).Local {
					t.Errorf("%s: %q counts as this computer", name, value)
				}
			}
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, x := range []struct {
		address              string
		here, network, world bool
	}{
		{"127.0.0.1", true, true, true}, {"127.8.8.8", true, true, true}, {"::1", true, true, true}, {"192.168.1.7", false, true, true},
		{"10.1.2.3", false, true, true}, {"172.16.0.1", false, true, true}, {"172.32.0.1", false, false, true}, {"fd12::1", false, true, true},
		{"fe80::1%eth0", false, true, true}, {"169.254.1.1", false, true, true}, {"203.0.113.5", false, false, true}, {"100.64.0.1", false, false, true},
		{"2001:db8::1", false, false, true}, {"::ffff:192.168.1.7", false, true, true}, {"::ffff:203.0.113.5", false, false, true}, {"", false, false, true},
	} {
		for from, want := range map[forward.From]bool{forward.Loopback: x.here, forward.Private: x.network, forward.Anybody: x.world} {
			if got := (forward.Rules{From: from}).Answers(x.address); got != want {
				t.Errorf("%q with %d: %v", x.address, from, got)
			}
		}
	}
}

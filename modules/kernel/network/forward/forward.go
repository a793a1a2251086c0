// Package forward tells who really asks: the caller of a request, the name and the protocol under which he asked, and
// whether somebody stood between. It knows the standard library only.
//
// Invariants
//  1. What a header says of the caller is believed from trusted proxies only; from anybody else it changes nothing.
//  2. A request that anybody forwarded is never one of this computer, whoever he is: a proxy or tunnel on this computer
//     makes the whole world come from 127.0.0.1.
//  3. A name is admitted only if both the one in Host and the one that a proxy tells are ours.
package forward

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// From says whose connections are answered at all.
type From int

// The callers, from nobody but this computer to everybody.
const (
	Loopback From = iota // this computer
	Private              // and those with a private address: the same network
	Anybody
)

// Rules are what the installation admits at the moment.
type Rules struct {
	From      From
	Names     []string       // lower-case names under which it may be asked, besides those of loopback
	Addresses bool           // it may be asked under any address
	Proxies   []netip.Prefix // whose headers are believed
	// Secure sends what comes unencrypted, and not from this computer, to https: to Public when there is one.
	Secure bool
	Public string // "https://shop.example"
	// Strict asks browsers never to come unencrypted again.
	Strict bool
	// Seen is told of every caller from elsewhere; may be nil.
	Seen func(address string)
}

// Static are the rules of a server that listens at one address for good: a loopback address admits loopback names only.
func Static(addr string, hosts []string) Rules {
	r := Rules{From: Anybody}
	for _, name := range hosts {
		r.Names = append(r.Names, Name(name))
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	if r.Addresses = !loopbackName(host); r.Addresses {
		r.Names = append(r.Names, Own()...)
	}
	return r
}

// Own are the names of this computer.
func Own() []string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return nil
	}
	name = Name(name)
	return []string{name, strings.TrimSuffix(name, ".local") + ".local"}
}

// Admits tells whether the installation may be asked under a name. A page of another site can make a browser send
// requests to any address under a name of its own, but it cannot make the name ours.
func (r Rules) Admits(host string) bool {
	return loopbackName(host) || slices.Contains(r.Names, host) || r.Addresses && net.ParseIP(host) != nil
}

// Answers tells whether a caller at an address is answered.
func (r Rules) Answers(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return r.From == Anybody
	}
	ip = ip.Unmap()
	switch r.From {
	case Loopback:
		return ip.IsLoopback()
	case Private:
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return true
}

// trusts tells whether the headers of a caller are believed.
func (r Rules) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(r.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.WithZone("")) })
}

// Caller is who asks.
type Caller struct {
	Peer    string // address at the other end of the connection
	Address string // of the caller; that of the connection unless a trusted proxy tells another
	Asked   string // name in Host
	Host    string // name under which the caller asked, with its port
	Secure  bool   // the way from the caller is encrypted
	Local   bool   // the caller sits at this computer
	Through Through
}

// Through is how a request came.
type Through int

// The ways: without anybody between, through somebody who is not believed, through a trusted proxy that does not tell the
// protocol, and through one that tells all.
const (
	Direct Through = iota
	Untrusted
	Silent
	Trusted
)

// here are the names under which the program is opened on its own computer.
var here = []string{"localhost", "127.0.0.1", "::1"}

// traces are headers that programs in between leave; browsers send none of them.
var traces = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "X-Cluster-Client-Ip", "X-Original-Forwarded-For"}

// forwarded tells whether anybody between left a trace.
func forwarded(h http.Header) bool {
	for name := range h {
		if slices.Contains(traces, name) || strings.HasPrefix(name, "X-Forwarded-") || strings.HasPrefix(name, "Cf-") || strings.HasPrefix(name, "Cdn-") {
			return true
		}
	}
	return false
}

// Read finds out who asks.
func (r Rules) Read(req *http.Request) Caller {
	peer, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		peer = req.RemoteAddr
	}
	c := Caller{Peer: peer, Address: peer, Asked: Name(req.Host), Host: req.Host, Secure: req.TLS != nil}
	ip, err := netip.ParseAddr(peer)
	if err != nil {
		return c
	}
	ip = ip.Unmap()
	if !forwarded(req.Header) {
		// Browsers speak 1.1 and later; with 1.0 comes a proxy that was told nothing.
		c.Local = ip.IsLoopback() && slices.Contains(here, c.Asked) && req.ProtoAtLeast(1, 1)
		return c
	}
	if c.Through = Untrusted; !r.trusts(ip) {
		return c
	}
	c.Through = Silent
	c.Address = r.nearest(req.Header, peer)
	if host := last(req.Header, "X-Forwarded-Host"); host != "" {
		c.Host = host
	}
	if proto := last(req.Header, "X-Forwarded-Proto"); proto != "" {
		c.Secure, c.Through = strings.EqualFold(proto, "https"), Trusted
	}
	return c
}

// nearest is the rightmost address that no trusted proxy of ours has: what stands to the left of it was told by the
// caller himself. Something that is no address ends the search.
func (r Rules) nearest(h http.Header, peer string) string {
	found := peer
	hops := all(h, "X-Forwarded-For")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.Trim(hops[i], "[]"))
		if port, withPort := netip.ParseAddrPort(hops[i]); withPort == nil {
			ip, err = port.Addr(), nil
		}
		if err != nil {
			return found
		}
		ip = ip.Unmap().WithZone("")
		found = ip.String()
		if !r.trusts(ip) {
			return found
		}
	}
	return found
}

// all are the parts of a header that may be sent several times, in order.
func all(h http.Header, name string) (out []string) {
	for _, line := range h.Values(name) {
		for part := range strings.SplitSeq(line, ",") {
			out = append(out, strings.TrimSpace(part))
		}
	}
	return out
}

func last(h http.Header, name string) string {
	parts := all(h, name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// Name takes the port and the brackets off a host and makes it lower case.
func Name(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func loopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type callerKey struct{}

// With keeps who asks with the request.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Of gives who asks; of a request that nobody looked at, what its connection tells.
func Of(r *http.Request) Caller {
	if c, ok := r.Context().Value(callerKey{}).(Caller); ok {
		return c
	}
	return Rules{From: Anybody}.Read(r)
}

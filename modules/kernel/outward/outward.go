// Package outward makes every connection of the program to other machines: to mail servers, storage for backups, authorities
// of certificates and, on trial, to its own address.
//
// Invariants
//  1. What answers inside of a machine or of a cloud alone is not asked, whatever name leads there: link-local addresses,
//     the services that tell a cloud's secrets, multicast, no address at all. It is judged by the address that a name
//     resolved to, when the connection is made, so that a name cannot turn in between.
//  2. Servers of the firm stay reachable: this machine and its own network are not refused.
package outward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// ErrForbidden is an address that belongs to no server of the firm.
var ErrForbidden = errors.New("this address must not be asked")

// metadata are services of clouds that tell secrets to whatever runs on their machines.
var metadata = []netip.Addr{netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("fd00:ec2::254")}

// Dialer makes connections; those that must not be are ErrForbidden.
func Dialer() *net.Dialer {
	return &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return admitted(at.Addr())
	}}
}

// Client asks web servers over such connections.
func Client(patience time.Duration) *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: Dialer().DialContext,
		TLSHandshakeTimeout: 15 * time.Second, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true}}
}

// Check looks a name up and answers ErrForbidden when it leads to what must not be asked. It is for libraries that insist on
// connecting by themselves.
func Check(ctx context.Context, host string) error {
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return fmt.Errorf("outward: %w", err)
	}
	for _, ip := range found {
		if err := admitted(ip); err != nil {
			return err
		}
	}
	return nil
}

func admitted(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if !ip.IsLinkLocalUnicast() && !ip.IsMulticast() && !ip.IsUnspecified() && !slices.Contains(metadata, ip) {
		return nil
	}
	own, err := net.InterfaceAddrs()
	if err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap().WithZone("") == ip
	}) {
		return nil // this machine, which has no other address where nobody gives it one
	}
	return fmt.Errorf("outward: %w: %s", ErrForbidden, ip)
}

// Nearby makes connections to devices of the firm's own rooms, such as printers: private addresses and this machine.
// Everything else is ErrForbidden, whatever name leads there.
func Nearby(patience time.Duration) *net.Dialer {
	return &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := at.Addr().Unmap().WithZone(""); !ip.IsPrivate() && !ip.IsLoopback() {
			return fmt.Errorf("outward: %w: %s", ErrForbidden, ip)
		}
		return admitted(at.Addr())
	}}
}

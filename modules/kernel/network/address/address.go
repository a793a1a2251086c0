// Package address finds the addresses of this computer under which a phone may reach it. It sends nothing.
package address

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Address is one of this computer's.
type Address struct {
	IP        netip.Addr
	Interface string
	Virtual   bool // belongs to a virtual machine, a container or a tunnel: no phone is there
	Usual     bool // what goes to the internet goes out there
}

// virtual begin or are part of the names of interfaces that no phone is behind.
var virtual = []string{"docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "virtualbox", "vmware", "hyper-v", "vethernet", "wsl", "tailscale", "zerotier",
	"zt", "wg", "wireguard", "tun", "tap", "utun", "ppp", "cni", "flannel", "cali", "lxc", "lxd", "podman", "npcap", "bluetooth", "awdl", "llw", "bridge", "isatap", "teredo"}

func isVirtual(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(virtual, func(v string) bool {
		return strings.HasPrefix(name, v) || len(v) > 4 && strings.Contains(name, v)
	})
}

// List gives the addresses under which others may reach this computer, the most likely first.
func List() []Address {
	var out []Address
	interfaces, _ := net.Interfaces() // none is the answer that the page explains
	usual := usualIP()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			block, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			ip, ok := netip.AddrFromSlice(block.IP)
			if ip = ip.Unmap(); ok && ip.IsGlobalUnicast() {
				out = append(out, Address{IP: ip, Interface: i.Name, Virtual: isVirtual(i.Name), Usual: ip == usual})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Address) int { return cmp.Or(rank(a)-rank(b), a.IP.Compare(b.IP)) })
	return out
}

// usualIP is the address of the interface that the way to the internet begins at. Connecting a datagram socket sends
// nothing; the address is one that is kept free for documentation.
func usualIP() netip.Addr {
	conn, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return netip.Addr{}
	}
	defer func() { _ = conn.Close() }()
	at, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}

// rank is lower for what a phone rather reaches: a real interface, a private IPv4 address, the way that is used.
func rank(a Address) (n int) {
	if a.Virtual {
		n += 8
	}
	if !a.IP.IsPrivate() {
		n += 4
	}
	if !a.IP.Is4() {
		n += 2
	}
	if !a.Usual {
		n++
	}
	return n
}

package address

import (
	"cmp"
	"net/netip"
	"slices"
	"testing"
)

func TestVirtual(t *testing.T) {
	for name, want := range map[string]bool{
		"eth0": false, "wlan0": false, "enp3s0": false, "以太网": false, "WLAN": false, "Wi-Fi": false, "en0": false, "本地连接": false,
		"docker0": true, "br-1a2b": true, "veth99": true, "vmnet8": true, "VMware Network Adapter VMnet1": true, "vEthernet (WSL)": true,
		"VirtualBox Host-Only Network": true, "tailscale0": true, "utun3": true, "wg0": true, "zt7nnig26": true, "bridge100": true,
	} {
		if got := isVirtual(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestOrder: what a phone most likely reaches comes first.
func TestOrder(t *testing.T) {
	list := []Address{
		{IP: netip.MustParseAddr("172.17.0.1"), Interface: "docker0", Virtual: true}, {IP: netip.MustParseAddr("203.0.113.5"), Interface: "ppp0"},
		{IP: netip.MustParseAddr("fd00::5"), Interface: "eth0"}, {IP: netip.MustParseAddr("192.168.2.5"), Interface: "eth1"},
		{IP: netip.MustParseAddr("192.168.1.5"), Interface: "wlan0", Usual: true},
	}
	slices.SortStableFunc(list, func(a, b Address) int { return cmp.Compare(rank(a), rank(b)) })
	var got []string
	for _, a := range list {
		got = append(got, a.IP.String())
	}
	if want := []string{"192.168.1.5", "192.168.2.5", "fd00::5", "203.0.113.5", "172.17.0.1"}; !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}

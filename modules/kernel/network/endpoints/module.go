// Package endpoints is what an administrator sees of the network: who reaches the program, the addresses and their QR
// code, the trial, the firewall, certificates. To look and to change needs the right system:network; to change needs the
// person's password again.
package endpoints

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/web/route"
)

// Module lets a company's administrator decide who reaches the program.
func Module() kernel.Module {
	return kernel.Module{Name: "network", Setup: func(c *kernel.Company) error {
		c.AddMenu("setup", kernel.T("基础资料", "Master data"),
			kernel.MenuItem{To: "/settings/network", Label: kernel.T("手机与局域网", "Phone and LAN"), Object: "system", Act: "network"})
		c.Hooks = append(c.Hooks, route.Source(routes))
		return auth.Exposed.Fill(c, network.Internet)
	}}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/desktop"
	"zhanggui/modules/kernel/journal"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/web"
)

type serveCmd struct {
	Addr         string   `help:"Address to listen on, by default 127.0.0.1:8080 and what the page Phone and LAN says; another port is taken when it is busy." env:"ZHANGGUI_ADDR"`
	Host         []string `help:"Further host names under which the server may be asked." env:"ZHANGGUI_HOST"`
	TrustedProxy []string `help:"Addresses or ranges of proxies whose X-Forwarded headers are believed." env:"ZHANGGUI_TRUSTED_PROXY"`
	NoBrowser    bool     `help:"Do not open the browser." env:"ZHANGGUI_NO_BROWSER"`
	NoTray       bool     `help:"Show no icon beside the clock (Windows)." env:"ZHANGGUI_NO_TRAY"`
}

// Run serves until it is interrupted. When another program already serves this folder, it opens the browser on that one.
func (cmd *serveCmd) Run(a *app) error {
	folder, owner, err := a.own()
	if errors.Is(err, boot.ErrOwned) && owner.Address != "" {
		fmt.Fprintln(a.words, kernel.T("掌柜已在运行：", "Zhanggui is running already: ").In(a.flags.Lang)+owner.Address)
		if cmd.NoBrowser {
			return nil
		}
		return desktop.Show(owner.Address)
	}
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	record, err := journal.Open(journal.Options{Data: folder.Path, Level: a.flags.Log.File(), Words: a.log.Handler()})
	if err != nil {
		return err
	}
	defer func() { _ = record.Close() }()
	a.log = record.Log()
	if left := record.Crashed(); left != "" {
		desktop.Tell(a.words, messages.Text(a.flags.Lang, "journal.crashed", map[string]any{"file": left}), desktop.Alert)
	}
	var quit context.CancelFunc
	a.ctx, quit = context.WithCancel(a.ctx)
	defer quit()
	station, err := network.Start(network.Options{Folder: a.folder(), Log: a.log,
		Flags: network.Flags{Addr: cmd.Addr, Hosts: cmd.Host, Proxies: cmd.TrustedProxy}})
	if err != nil {
		return err
	}
	for reign, again := (reign{cmd: cmd, app: a, folder: folder, quit: quit, station: station}), true; again && err == nil; {
		again, err = reign.serve()
	}
	if err != nil {
		a.log.Error("the program stops", "error", err)
	}
	return err
}

func (a *app) webOptions(addr string, hosts []string) web.Options {
	return web.Options{
		Addr: addr, Hosts: hosts, Log: a.log,
		Integrity: func(ctx context.Context) (any, error) { return a.inspect(ctx) },
	}
}

// shown turns an address that listens everywhere into one that can be opened here.
func shown(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// lines splits a text at line ends, without them.
func lines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if !yield(strings.TrimRight(line, "\r\n")) {
				return
			}
		}
	}
}

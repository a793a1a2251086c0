package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"os/exec"
	"runtime"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/web"
)

type serveCmd struct {
	Addr      string   `default:"127.0.0.1:8080" help:"Address to listen on; another port is taken when it is busy." env:"ZHANGGUI_ADDR"`
	Host      []string `help:"Further host names under which the server may be asked." env:"ZHANGGUI_HOST"`
	NoBrowser bool     `help:"Do not open the browser." env:"ZHANGGUI_NO_BROWSER"`
}

// Run serves until it is interrupted. When another program already serves this folder, it opens the browser on that one.
func (cmd *serveCmd) Run(a *app) error {
	folder, owner, err := a.own()
	if errors.Is(err, boot.ErrOwned) && owner.Address != "" {
		fmt.Fprintln(a.words, kernel.T("掌柜已在运行：", "Zhanggui is running already: ").In(a.flags.Lang)+owner.Address)
		if cmd.NoBrowser {
			return nil
		}
		return browse(owner.Address)
	}
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	for reign, again := (reign{cmd: cmd, app: a, folder: folder}), true; again && err == nil; {
		again, err = reign.serve()
	}
	return err
}

func (a *app) webOptions(addr string, hosts []string) web.Options {
	return web.Options{
		Addr: addr, Hosts: hosts, Log: a.log,
		Integrity: func(ctx context.Context) (any, error) { return a.inspect(ctx) },
	}
}

// listen takes the address, or any free port of the same host when the port is busy.
func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err == nil {
		return ln, nil
	}
	host, _, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
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

// browse opens the user's browser.
func browse(address string) error {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return exec.Command("open", address).Start()
	}
	return exec.Command("xdg-open", address).Start()
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

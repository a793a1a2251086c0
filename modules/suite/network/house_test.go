package network

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/address"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/rbac"
)

const password = "correct horse battery"

type object = map[string]any

// house is a company served as the command line serves it, in a network of our own.
type house struct {
	t       *testing.T
	folder  string
	c       *kernel.Company
	station *network.Station
	base    string // of this computer
	*guest

	mu    sync.Mutex
	addrs []address.Address
}

// network as this computer sees it now.
func (h *house) network() []address.Address {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]address.Address{}, h.addrs...)
}

// move gives this computer other addresses.
func (h *house) move(ips ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.addrs = nil
	for i, ip := range ips {
		h.addrs = append(h.addrs, address.Address{IP: netip.MustParseAddr(ip), Interface: "eth" + strconv.Itoa(i), Usual: i == 0})
	}
}

// options change how a house is opened.
type options struct {
	file  string // network.json
	flags network.Flags
	http  *http.Client
	empty bool // nobody set the company up
}

func open(t *testing.T, o options) *house {
	t.Helper()
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	enforcer, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, folder: t.TempDir(), c: testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(enforcer), Clock: clock.NewSteady(clock.System())})}
	h.move("127.0.0.2")
	if o.file != "" {
		if err := os.WriteFile(filepath.Join(h.folder, "network.json"), []byte(o.file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.station, err = network.Start(network.Options{Folder: h.folder, Flags: o.flags, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Addresses: h.network, Client: o.http})
	if err != nil {
		t.Fatal(err)
	}
	h.serve()
	h.guest = h.visitor()
	if !o.empty {
		h.must(h.base, "POST", "/api/v1/setup", object{"company": "和顺五金", "trade": "trading", "books": false, "name": "老板", "login": "boss", "password": password, "lang": "zh"})
	}
	return h
}

// serve serves the company until the test ends.
func (h *house) serve() {
	h.t.Helper()
	network.Offer(h.c, h.station)
	ln, err := h.station.Listen()
	if err != nil {
		h.t.Fatal(err)
	}
	server, err := web.New(h.c, web.Options{Addr: h.station.Home(), Rules: h.station.Rules})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, ln); close(done) }()
	h.t.Cleanup(func() { stop(); <-done })
	h.base = "http://" + h.station.Home()
}

// guest is somebody's browser.
type guest struct {
	t    *testing.T
	http *http.Client
}

func (h *house) visitor(roots ...*x509.Certificate) *guest {
	h.t.Helper()
	jar, _ := cookiejar.New(nil)
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x509.NewCertPool()}
	for _, r := range roots {
		config.RootCAs.AddCert(r)
	}
	transport := &http.Transport{TLSClientConfig: config}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &guest{h.t, &http.Client{Jar: jar, Transport: transport, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   object
	err    error
}

func (a answer) text(name string) string { s, _ := a.body[name].(string); return s }

func (a answer) whole() string {
	text, _ := json.Marshal(a.body)
	return string(text)
}

// ask sends one request. Headers are pairs; "Host" is the name that is asked for.
func (g *guest) ask(base, method, path string, body any, headers ...string) answer {
	g.t.Helper()
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			g.t.Fatal(err)
		}
		text = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, base+path, text)
	if err != nil {
		g.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		} else {
			req.Header.Add(headers[i], headers[i+1])
		}
	}
	res, err := g.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = res.Body.Close() }()
	out := answer{status: res.StatusCode, header: res.Header}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{err: err}
	}
	_ = json.Unmarshal(raw, &out.body) // pages are no JSON
	return out
}

func (g *guest) must(base, method, path string, body any, headers ...string) answer {
	g.t.Helper()
	a := g.ask(base, method, path, body, headers...)
	if a.err != nil || a.status >= 300 {
		g.t.Fatalf("%s %s%s: %d %v %v", method, base, path, a.status, a.body, a.err)
	}
	return a
}

const page = "/api/v1/system/network"

// change puts settings in force through the page.
func (h *house) change(to object) answer {
	h.t.Helper()
	to["password"] = password
	return h.must(h.base, "PUT", page, to)
}

// refused is a change that must not be made; it gives the codes with their pointers.
func (h *house) refused(to object) string {
	h.t.Helper()
	before := h.must(h.base, "GET", page, nil).whole()
	to["password"] = password
	a := h.ask(h.base, "PUT", page, to)
	if a.status < 400 {
		h.t.Errorf("%v was accepted", to)
	}
	if after := h.must(h.base, "GET", page, nil).whole(); without(after) != without(before) {
		h.t.Errorf("%v was refused, but changed\n%s\ninto\n%s", to, before, after)
	}
	out := ""
	list, _ := a.body["errors"].([]any)
	for _, one := range list {
		item, _ := one.(object)
		out += item["code"].(string) + item["pointer"].(string) + " "
	}
	return out
}

// without leaves out what changes by itself.
func without(text string) string {
	var o object
	_ = json.Unmarshal([]byte(text), &o)
	delete(o, "seen")
	out, _ := json.Marshal(o)
	return string(out)
}

// ways are the addresses that the page shows.
func ways(a answer) (out []string) {
	list, _ := a.body["ways"].([]any)
	for _, one := range list {
		out = append(out, one.(object)["url"].(string))
	}
	return out
}

// reachable tells whether anything listens at an address.
func reachable(url string) bool {
	conn, err := net.DialTimeout("tcp", url[len("http://"):], time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

func (g *guest) transport() *http.Transport { return g.http.Transport.(*http.Transport) }

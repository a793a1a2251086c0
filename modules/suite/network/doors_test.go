package network

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/address"
	"zhanggui/modules/kernel/network/forward"
)

// TestDoors: loopback until somebody lets phones in, at once when he does, and at once no longer.
func TestDoors(t *testing.T) {
	h := open(t, options{})
	before := h.must(h.base, "GET", page, nil)
	if before.text("mode") != "local" || len(ways(before)) != 0 || network.Internet(h.c) {
		t.Fatalf("a new installation stands at %s", before.whole())
	}
	host, port, _ := net.SplitHostPort(h.station.Home())
	if host != "127.0.0.1" {
		t.Errorf("a new installation listens at %s", h.station.Home())
	}
	door := "http://127.0.0.2:" + port
	if reachable(door) {
		t.Fatal("another address is open before anybody let it be")
	}
	if a := h.ask(h.base, "GET", "/healthz", nil, "Host", "127.0.0.2:"+port); a.status != 200 {
		t.Errorf("a loopback name: %d", a.status) // stands for the network here, and is loopback
	}
	if a := h.ask(h.base, "GET", "/healthz", nil, "Host", "192.168.1.5:"+port); a.status != 403 || a.text("code") != "host.refused" {
		t.Errorf("an address of the network before: %d %v", a.status, a.body)
	}

	lan := h.change(object{"mode": "lan"})
	if got := ways(lan); !slices.Equal(got, []string{door}) {
		t.Fatalf("the page shows %v, want %v", got, door)
	}
	phone := h.visitor()
	if a := phone.must(door, "POST", "/api/v1/session", object{"login": "boss", "password": password}); a.text("version") == "" {
		t.Errorf("the phone logs in: %v", a.body)
	} else if cookie := a.header.Get("Set-Cookie"); strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("a cookie over plain http: %q", cookie)
	}
	phone.must(door, "GET", "/api/v1/meta", nil)
	for name, want := range map[string]int{"192.168.1.5:" + port: 200, "shop.lan": 403, "evil.example": 403} {
		if a := h.ask(h.base, "GET", "/healthz", nil, "Host", name); a.status != want {
			t.Errorf("asked as %s: %d, want %d", name, a.status, want)
		}
	}
	h.change(object{"hosts": "shop.lan，Kasse"})
	if a := h.ask(h.base, "GET", "/healthz", nil, "Host", "shop.lan:1"); a.status != 200 {
		t.Errorf("asked under its new name: %d", a.status)
	}
	seen, _ := h.must(h.base, "GET", page, nil).body["seen"].(object)
	if seen["address"] != "127.0.0.1" {
		t.Errorf("the phone was seen as %v", seen)
	}

	h.change(object{"mode": "local"})
	if reachable(door) {
		t.Error("the door is open after it was closed")
	}
	time.Sleep(2500 * time.Millisecond)
	if a := phone.ask(door, "GET", "/api/v1/meta", nil); a.err == nil {
		t.Errorf("a connection that was open before is answered %d", a.status)
	}
	if h.station.Rules().Answers("192.168.1.9") {
		t.Error("callers from the network are still answered")
	}
	h.must(h.base, "GET", "/api/v1/meta", nil)
}

// TestMoves: the address of this computer changes while it is served.
func TestMoves(t *testing.T) {
	h := open(t, options{file: fmt.Sprintf(`{"mode": "lan", "port": %d}`, freePort(t, "127.0.0.1"))})
	_, port, _ := net.SplitHostPort(h.station.Home())
	if got := ways(h.must(h.base, "GET", page, nil)); !slices.Equal(got, []string{"http://127.0.0.2:" + port}) {
		t.Fatalf("the page shows %v", got)
	}
	h.move("127.0.0.3", "127.0.0.4")
	want := []string{"http://127.0.0.3:" + port, "http://127.0.0.4:" + port}
	deadline := time.Now().Add(15 * time.Second)
	for !slices.Equal(ways(h.must(h.base, "GET", page, nil)), want) {
		if time.Now().After(deadline) {
			t.Fatalf("the page shows %v, want %v", ways(h.must(h.base, "GET", page, nil)), want)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if reachable("http://127.0.0.2:"+port) || !reachable(want[0]) || !reachable(want[1]) {
		t.Error("the doors did not follow the addresses")
	}
	h.move()
	h.change(object{"hosts": "a.lan"}) // opens and closes at once
	if a := h.must(h.base, "GET", page, nil); len(ways(a)) != 0 || a.body["connected"] != false {
		t.Errorf("without a network: %s", a.whole())
	}
}

// TestBusyPort: another program has the port, in the network and on this computer.
func TestBusyPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	h := open(t, options{})
	a := h.change(object{"mode": "lan", "port": port})
	list, _ := a.body["ways"].([]any)
	one, _ := list[0].(object)
	if one["other_port"] != true || one["url"] == "http://127.0.0.2:"+port || one["problem"] != "" {
		t.Errorf("with a busy port the page shows %v", one)
	}
	h.visitor().must(one["url"].(string), "GET", "/healthz", nil)
	if got := h.refused(object{"mode": "internet", "public": "https://shop.example", "tls": "acme", "acme_agreed": true, "https_port": port}); got != "network.port_busy/https_port " {
		t.Errorf("a busy port of https: %q", got)
	}
}

// TestTrial: the program tries its own address and says what is wrong with it.
func TestTrial(t *testing.T) {
	h := open(t, options{file: `{"mode": "lan"}`})
	try := func(url string) answer { return h.ask(h.base, "POST", page+"/trial", object{"url": url}) }
	way := ways(h.must(h.base, "GET", page, nil))[0]
	if a := try(way); a.body["good"] != true || a.text("code") != "" {
		t.Errorf("the trial of %s: %v", way, a.body)
	}
	if a := h.must(h.base, "GET", page, nil); a.body["seen"] == nil {
		t.Error("a caller from another address was not seen") // 127.0.0.1 is none of those of this computer here
	}
	if a := try("http://192.0.2.7:80"); a.status != 400 || a.text("code") != "field.option" {
		t.Errorf("a stranger's address must not be asked: %d %v", a.status, a.body)
	}
	if a := h.visitor().ask(h.base, "POST", page+"/trial", object{"url": way}); a.status != 401 {
		t.Errorf("a stranger tries: %d", a.status)
	}
	// What another program answers in our place is told as that; so is nobody.
	_, port, _ := net.SplitHostPort(h.station.Home())
	h.move("127.0.0.6")
	h.change(object{"hosts": "a.lan"})
	if got := ways(h.must(h.base, "GET", page, nil)); !slices.Equal(got, []string{"http://127.0.0.6:" + port}) {
		t.Fatalf("the page shows %v", got)
	}
	if a := try("http://127.0.0.6:" + port); a.body["good"] != true {
		t.Errorf("the trial of the new address: %v", a.body)
	}
	if a := h.ask(h.base, "GET", "/api/v1/network/echo?nonce=x", nil); a.text("echo") != h.station.Echo("x") || a.text("echo") == h.station.Echo("y") {
		t.Errorf("the echo: %v", a.body)
	}
	for _, nonce := range []string{"", strings.Repeat("x", 65)} {
		if a := h.ask(h.base, "GET", "/api/v1/network/echo?nonce="+nonce, nil); a.status != 400 {
			t.Errorf("a nonce of %d: %d", len(nonce), a.status)
		}
	}
}

// TestOnlyTheAdministrator: the boss of the company who is no administrator, and a wrong password, change nothing.
func TestOnlyTheAdministrator(t *testing.T) {
	h := open(t, options{})
	for name, to := range map[string]object{"no password": {"mode": "lan"}, "wrong password": {"mode": "lan", "password": "wrong horse battery"}} {
		if a := h.ask(h.base, "PUT", page, to); a.status != 422 || !strings.Contains(a.whole(), `"password.again"`) {
			t.Errorf("%s: %d %v", name, a.status, a.body)
		}
	}
	if a := h.ask(h.base, "PUT", page, object{"mode": "lan", "password": password, "agreed": true}); a.status != 400 {
		t.Errorf("an unknown field: %d %v", a.status, a.body)
	}
	made := h.must(h.base, "POST", "/api/v1/base/users", object{"login": "lin", "name": "林会计", "roles": "boss", "lang": "zh"})
	h.must(h.base, "POST", "/api/v1/base/users/"+number(made)+"/set_password", object{"password": password}, "If-Match", "1")
	lin := h.visitor()
	lin.must(h.base, "POST", "/api/v1/session", object{"login": "lin", "password": password})
	for _, x := range []struct{ method, tail string }{{"GET", ""}, {"PUT", ""}, {"POST", "/trial"}, {"POST", "/firewall"}} {
		var body any
		if x.method != "GET" {
			body = object{"mode": "lan", "password": password}
		}
		if a := lin.ask(h.base, x.method, page+x.tail, body); a.status != 403 || a.text("code") != "forbidden" {
			t.Errorf("%s %s by who is no administrator: %d %v", x.method, x.tail, a.status, a.body)
		}
	}
	if _, err := os.Stat(filepath.Join(h.folder, "network.json")); err == nil {
		t.Error("something was kept")
	}
}

func number(a answer) string {
	text, _ := json.Marshal(a.body["id"])
	return string(text)
}

// TestFile: what lies in the data folder is followed, and what makes no sense is loopback with a warning.
func TestFile(t *testing.T) {
	h := open(t, options{})
	h.change(object{"mode": "lan", "hosts": "shop.lan"})
	path := filepath.Join(h.folder, "network.json")
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	}
	text, _ := os.ReadFile(path)
	if want := "{\n  \"mode\": \"lan\",\n  \"hosts\": [\n    \"shop.lan\"\n  ],\n  \"tls\": \"none\"\n}\n"; string(text) != want {
		t.Errorf("the file holds %s", text)
	}
	for name, file := range map[string]string{
		"cut": `{"mode": "lan"`, "unknown field": `{"mode": "lan", "open": true}`, "unknown mode": `{"mode": "all"}`, "two values": `{"mode": "lan"}{}`,
		"empty": ` `, "wrong port": `{"mode": "lan", "port": 70000}`, "half the world": `{"mode": "lan", "proxies": ["0.0.0.0/0"]}`,
		"plain in the internet": `{"mode": "internet", "public": "https://shop.example"}`, "no certificate": `{"mode": "lan", "hosts": ["a.lan"], "tls": "given", "cert_file": "x", "key_file": "y"}`,
	} {
		h := open(t, options{file: file})
		a := h.must(h.base, "GET", page, nil)
		if a.text("mode") != "local" || a.text("warning") == "" || len(ways(a)) != 0 || h.station.Rules().From != forward.Loopback {
			t.Errorf("%s: %s", name, a.whole())
		}
	}
}

// TestCommandLine: what it says wins over the file, and the page says so.
func TestCommandLine(t *testing.T) {
	h := open(t, options{file: `{"mode": "lan"}`, flags: network.Flags{Addr: "127.0.0.1:0", Hosts: []string{"Shop.Example"}, Proxies: []string{"127.0.0.1"}}})
	if a := h.ask(h.base, "GET", page, nil); a.status != 401 {
		t.Errorf("in reach of the internet the password alone is enough: %d", a.status)
	}
	h.enrol()
	a := h.must(h.base, "GET", page, nil)
	if a.text("fixed") != "127.0.0.1:0" || len(ways(a)) != 0 || !network.Internet(h.c) {
		t.Errorf("with --addr: %s", a.whole())
	}
	if a := h.ask(h.base, "PUT", page, object{"mode": "lan", "password": password}); a.status != 409 || a.text("code") != "network.fixed" {
		t.Errorf("a change against the command line: %d %v", a.status, a.body)
	}
	if a := h.ask(h.base, "GET", "/healthz", nil, "Host", "shop.example"); a.status != 200 {
		t.Errorf("under the name of --host: %d", a.status)
	}
	if _, err := network.Start(network.Options{Folder: t.TempDir(), Flags: network.Flags{Proxies: []string{"everybody"}}}); err == nil || !strings.Contains(err.Error(), "network.proxy") {
		t.Errorf("a proxy that is none: %v", err)
	}
}

// TestWishes: what makes no sense is refused with every reason, at its field, and changes nothing.
func TestWishes(t *testing.T) {
	h := open(t, options{})
	for _, x := range []struct {
		to   object
		want string
	}{
		{object{"mode": "world"}, "field.option/mode "},
		{object{"mode": "lan", "port": "70000"}, "network.port/port "},
		{object{"mode": "lan", "port": "eight"}, "network.port/port "},
		{object{"mode": "lan", "hosts": "http://shop"}, "network.host/hosts "},
		{object{"mode": "lan", "hosts": "-a.lan 192.168.1.2"}, "network.host/hosts network.host/hosts "},
		{object{"mode": "lan", "tls": "given"}, "network.given_host/hosts "},
		{object{"mode": "lan", "tls": "acme", "acme_agreed": true}, "network.acme_lan/tls "},
		{object{"mode": "internet", "tls": "none"}, "network.public/public network.open_plain/tls "},
		{object{"mode": "internet", "public": "http://shop.example", "proxies": "127.0.0.1"}, "network.public/public "},
		{object{"mode": "internet", "public": "https://shop.example/x", "proxies": "127.0.0.1"}, "network.public/public "},
		{object{"mode": "internet", "public": "https://1.2.3.4", "proxies": "127.0.0.1"}, "network.public/public "},
		{object{"mode": "internet", "public": "https://shop.example", "proxies": "0.0.0.0/0"}, "network.proxy_wide/proxies "},
		{object{"mode": "internet", "public": "https://shop.example", "proxies": "::/0"}, "network.proxy_wide/proxies "},
		{object{"mode": "internet", "public": "https://shop.example", "proxies": "nginx"}, "network.proxy/proxies "},
		{object{"mode": "internet", "public": "https://shop.example", "tls": "own"}, "network.own_public/tls "},
		{object{"mode": "internet", "public": "https://shop.example", "tls": "acme"}, "network.terms/acme_agreed "},
		{object{"mode": "internet", "public": "https://shop.lan", "tls": "acme", "acme_agreed": true}, "network.acme_name/public "},
		{object{"mode": "internet", "public": "https://shop.example", "tls": "acme", "acme_agreed": true, "acme_directory": "http://ca", "acme_email": "x"},
			"network.directory/acme_directory network.email/acme_email "},
	} {
		if got := h.refused(x.to); got != x.want {
			t.Errorf("%v: %q, want %q", x.to, got, x.want)
		}
	}
}

// TestLocalCertificate: the own authority encrypts, vouches for this computer only, and follows its addresses.
func TestLocalCertificate(t *testing.T) {
	h := open(t, options{})
	a := h.change(object{"mode": "lan", "tls": "own"})
	way := ways(a)[0]
	plain := "http" + strings.TrimPrefix(way, "https")
	if !strings.HasPrefix(way, "https://127.0.0.2:") {
		t.Fatalf("the page shows %v", way)
	}
	phone := h.visitor()
	if a := phone.ask(way, "GET", "/healthz", nil); a.err == nil || !strings.Contains(a.err.Error(), "certificate") {
		t.Errorf("who does not trust the authority: %v", a.err)
	}
	if a := phone.ask(plain, "GET", "/r/sales.order?x=1", nil); a.status != 307 || a.header.Get("Location") != way+"/r/sales.order?x=1" {
		t.Errorf("plain: %d %q", a.status, a.header.Get("Location"))
	}
	if a := h.ask(h.base, "GET", "/api/v1/session", nil); a.status != 200 {
		t.Errorf("this computer, plain: %d", a.status)
	}
	res, err := phone.http.Get(plain + "/api/v1/network/certificate/zhanggui.crt")
	if err != nil {
		t.Fatal(err)
	}
	der := make([]byte, 8192)
	n, _ := res.Body.Read(der)
	_ = res.Body.Close()
	root, err := x509.ParseCertificate(der[:n])
	if err != nil {
		t.Fatalf("the certificate that a phone fetches: %v", err)
	}
	if res, err := phone.http.Get(plain + "/api/v1/network/certificate/zhanggui.mobileconfig"); err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/x-apple-aspen-config" {
		t.Errorf("the profile: %v %v", res, err)
	}
	trusting := h.visitor(root)
	in := trusting.must(way, "POST", "/api/v1/session", object{"login": "boss", "password": password})
	if cookie := in.header.Get("Set-Cookie"); !strings.Contains(cookie, "Secure") || in.header.Get("Strict-Transport-Security") != "" {
		t.Errorf("encrypted: %q, HSTS %q", cookie, in.header.Get("Strict-Transport-Security"))
	}
	if a := h.must(h.base, "POST", page+"/trial", object{"url": way}); a.body["good"] != true {
		t.Errorf("the trial over TLS: %v", a.body)
	}
	h.move("127.0.0.5")
	h.change(object{"hosts": "kasse.lan shop.example"})
	h.station.Ask(t.Context(), time.Second)
	next := ways(h.must(h.base, "GET", page, nil))[0]
	trusting.must(next, "GET", "/healthz", nil)
	names := h.must(h.base, "GET", page, nil).body["certificate"].(object)["names"].([]any)
	if !slices.Contains(names, any("kasse.lan")) || slices.Contains(names, any("shop.example")) || !slices.Contains(names, any("127.0.0.5")) {
		t.Errorf("the certificate speaks for %v", names)
	}
	before := object{"tls": "given", "cert": "x", "key": "y", "password": password}
	h.move("127.0.0.5", "127.0.0.1")
	h.change(object{"tls": "none"})
	if a := h.visitor().ask("http"+strings.TrimPrefix(next, "https"), "PUT", page, before); a.status != 401 {
		t.Errorf("a stranger: %d", a.status)
	}
	plainly := h.visitor()
	plainly.must("http"+strings.TrimPrefix(next, "https"), "POST", "/api/v1/session", object{"login": "boss", "password": password})
	if a := plainly.ask("http"+strings.TrimPrefix(next, "https"), "PUT", page, before); a.status != 422 || !strings.Contains(a.whole(), "network.key_plain") {
		t.Errorf("a key over plain http: %d %v", a.status, a.body)
	}
	if a := h.visitor().ask("http"+strings.TrimPrefix(next, "https"), "GET", "/healthz", nil); a.status != 200 {
		t.Errorf("plain again: %d %v", a.status, a.err)
	}
	if a := h.ask(h.base, "GET", "/api/v1/network/certificate/zhanggui.crt", nil); a.status != 404 {
		t.Errorf("the certificate of an authority that is not used: %d", a.status)
	}
}

// TestEmptyCompany: through a proxy on this computer nobody sets the company up.
func TestEmptyCompany(t *testing.T) {
	h := open(t, options{empty: true, flags: network.Flags{Addr: "127.0.0.1:0", Hosts: []string{"shop.example"}, Proxies: []string{"127.0.0.1"}}})
	setup := object{"company": "偷来的", "name": "贼", "login": "thief", "password": password, "lang": "zh"}
	for _, headers := range [][]string{
		{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1"}, {"Via", "1.1 x"},
		{"X-Real-Ip", "127.0.0.1"}, {"Cf-Connecting-Ip", "203.0.113.5"}, {"Host", "shop.example"}, {"X-Forwarded-Host", "localhost"},
	} {
		if a := h.ask(h.base, "GET", "/api/v1/session", nil, headers...); a.body["loopback"] != false {
			t.Errorf("%v counts as this computer: %v", headers, a.body)
		}
		if a := h.ask(h.base, "POST", "/api/v1/setup", setup, headers...); a.status != 403 || a.text("code") != "setup.local" {
			t.Errorf("%v set the company up: %d %v", headers, a.status, a.body)
		}
	}
	h.must(h.base, "POST", "/api/v1/setup", setup)
}

// TestAddresses: the choice of what a phone most likely reaches, by the rules of the package; the interfaces of the
// machine that runs the test are only counted.
func TestAddresses(t *testing.T) {
	for _, a := range address.List() {
		if a.IP.IsLoopback() || a.IP.IsLinkLocalUnicast() || a.Interface == "" || a.IP == (netip.Addr{}) {
			t.Errorf("%v is no address that others may reach", a)
		}
	}
}

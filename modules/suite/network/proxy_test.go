package network

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/certs"
)

const public = "https://erp.example.com"

// behind opens a house to the internet behind a proxy on its own computer.
func behind(t *testing.T) *house {
	t.Helper()
	h := open(t, options{})
	h.change(object{"mode": "internet", "public": public, "proxies": "127.0.0.1"})
	return h
}

// TestBehindAProxy: what a trusted proxy tells is believed, what anybody forges is not, and what a proxy leaves out is
// told in words.
func TestBehindAProxy(t *testing.T) {
	h := behind(t)
	if !network.Internet(h.c) {
		t.Error("the company is not told that people come from the internet")
	}
	told := []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "erp.example.com"}
	in := h.visitor()
	a := in.must(h.base, "POST", "/api/v1/session", object{"login": "boss", "password": password}, told...)
	if cookie := a.header.Get("Set-Cookie"); !strings.Contains(cookie, "; Secure") || a.body["loopback"] != false {
		t.Errorf("behind a proxy that encrypts: %q, %v", cookie, a.body)
	}
	if got := a.header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("the proxy decides about HSTS, not %q", got)
	}
	if seen, _ := h.must(h.base, "GET", page, nil).body["seen"].(object); seen["address"] != "203.0.113.5" {
		t.Errorf("the caller was seen as %v", seen)
	}
	for _, x := range []struct {
		name    string
		headers []string
		status  int
		code    string
	}{
		{"by another name", []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example"}, 403, "host.refused"},
		{"a page of another site sends our name", []string{"Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "erp.example.com"}, 403, "host.refused"},
		{"without the protocol", []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Host", "erp.example.com"}, 403, "network.proxy_silent"},
		{"plain", []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "http", "X-Forwarded-Host", "erp.example.com"}, 307, ""},
		{"a raw tunnel", []string{"Host", "erp.example.com"}, 307, ""},
	} {
		a := h.visitor().ask(h.base, "GET", "/api/v1/session?x=1", nil, x.headers...)
		if a.status != x.status || a.text("code") != x.code {
			t.Errorf("%s: %d %v", x.name, a.status, a.body)
		}
		if x.status == 307 && a.header.Get("Location") != public+"/api/v1/session?x=1" {
			t.Errorf("%s: sent to %q", x.name, a.header.Get("Location"))
		}
	}
	h.change(object{"proxies": "127.0.0.9"})
	if a := h.visitor().ask(h.base, "GET", "/api/v1/session", nil, told...); a.status != 403 {
		t.Errorf("a proxy that is trusted no longer: %d %v", a.status, a.body)
	}
	if a := h.visitor().ask(h.base, "GET", "/api/v1/session", nil, "X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https", "Host", "erp.example.com"); a.text("code") != "network.proxy_untrusted" {
		t.Errorf("a proxy that is trusted no longer, under the right name: %d %v", a.status, a.body)
	}
}

// TestThrottleBehindAProxy: each caller behind a proxy is slowed for himself, and forging addresses buys nobody more guesses.
func TestThrottleBehindAProxy(t *testing.T) {
	h := behind(t)
	guess := func(headers ...string) answer {
		headers = append(headers, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "erp.example.com")
		return h.visitor().ask(h.base, "POST", "/api/v1/session", object{"login": "nobody", "password": "wrong horse battery"}, headers...)
	}
	slowed := 0
	for i := range 40 {
		a := guess("X-Forwarded-For", fmt.Sprintf("198.51.100.%d, 203.0.113.5", i)) // the left part is the caller's own invention
		if a.status == 429 {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("forty guesses with forged addresses were not slowed")
	}
	in := h.visitor().ask(h.base, "POST", "/api/v1/session", object{"login": "boss", "password": password}, "X-Forwarded-For", "203.0.113.77",
		"X-Forwarded-Proto", "https", "X-Forwarded-Host", "erp.example.com")
	if in.status != 200 {
		t.Errorf("somebody else behind the same proxy is refused: %d %v", in.status, in.body)
	}
}

// manual gives the block of nginx in a help page.
func manual(t *testing.T, lang string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "assets", "help", "open."+lang+".md"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```nginx\n(.*?)```").FindSubmatch(text)
	if found == nil {
		t.Fatal("the help page shows no configuration of nginx")
	}
	return string(found[1])
}

// TestNginx runs the very configuration that the help page shows.
func TestNginx(t *testing.T) {
	if manual(t, "zh") != manual(t, "en") {
		t.Error("the help pages show different configurations")
	}
	bin, err := exec.LookPath("nginx")
	if err != nil {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("nginx is required here: apt-get install nginx-light")
		}
		t.Skip("SKIPPED: no nginx; install it to try the configuration of the help page")
	}
	h := behind(t)
	folder := t.TempDir()
	authority, err := certs.Own(folder, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Leaf([]string{"127.0.0.1", "localhost"}); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	_ = free.Close()
	pair := filepath.Join(folder, "server.pem")
	site := strings.NewReplacer("listen 443 ssl", "listen "+at+" ssl", "/etc/nginx/fullchain.pem", pair, "/etc/nginx/privkey.pem", pair,
		"http://127.0.0.1:8080", h.base).Replace(manual(t, "zh"))
	temp := ""
	for _, what := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += what + "_temp_path " + filepath.Join(folder, what) + ";\n"
	}
	config := "daemon off;\nworker_processes 1;\npid " + filepath.Join(folder, "nginx.pid") + ";\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n" + temp + site + "\n}\n"
	if os.Geteuid() == 0 {
		config = "user root;\n" + config
	}
	path := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, "-c", path, "-p", folder, "-e", "stderr")
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }()
	in := h.visitor()
	in.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}} //nolint:gosec // the proxy is the subject, not its certificate
	base := "https://" + at
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if a := in.ask(base, "GET", "/healthz", nil, "Host", "erp.example.com"); a.err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(a.err)
		}
	}
	name := []string{"Host", "erp.example.com", "X-Forwarded-For", "127.0.0.1, 198.51.100.7", "X-Forwarded-Proto", "http", "X-Forwarded-Host", "localhost", "Origin", public}
	a := in.ask(base, "POST", "/api/v1/session", object{"login": "boss", "password": password}, name...)
	if a.status != 200 || !strings.Contains(a.header.Get("Set-Cookie"), "; Secure") || a.body["loopback"] != false {
		t.Errorf("through nginx, with forged headers: %d %q %v", a.status, a.header.Get("Set-Cookie"), a.body)
	}
	// nginx sits at 127.0.0.1 and so does the caller: the rightmost address that no proxy of ours has is the forged one,
	// which a caller from elsewhere cannot reach, as nginx appends his own to it.
	if seen, _ := h.must(h.base, "GET", page, nil).body["seen"].(object); seen["address"] != "198.51.100.7" {
		t.Errorf("through nginx the caller is %v", seen)
	}
	if a := in.ask(base, "GET", "/healthz", nil, "Host", "evil.example"); a.status != 403 {
		t.Errorf("another name through nginx: %d", a.status)
	}
}

// TestOddBytes: at a door that takes both, what is neither is no harm, and who says nothing is let go.
func TestOddBytes(t *testing.T) {
	h := open(t, options{})
	h.change(object{"mode": "lan", "tls": "own"})
	way := strings.TrimPrefix(ways(h.must(h.base, "GET", page, nil))[0], "https://")
	for name, text := range map[string]string{"half a handshake": "\x16\x03\x01", "noise": "\x00\xff\x00\xff", "nothing": "", "a line": "HELO\r\n\r\n"} {
		conn, err := net.Dial("tcp", way)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(text))
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if answer, err := io.ReadAll(conn); err != nil || strings.Contains(string(answer), "goroutine") || strings.Contains(string(answer), "200 OK") {
			t.Errorf("%s: %q %v", name, answer, err)
		}
		_ = conn.Close()
	}
	h.must(h.base, "GET", "/healthz", nil)
}

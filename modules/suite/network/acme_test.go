package network

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"zhanggui/modules/kernel/network/certs"
)

const domain = "erp.example.test"

// freePort gives a port that nobody has just now.
func freePort(t *testing.T, host string) int {
	t.Helper()
	ln, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().(*net.TCPAddr).Port
}

// names answers that every name leads to 127.0.0.2, which stands for this computer.
func names(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for buf := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			if q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 2}}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}

// authority is a certificate authority that speaks ACME.
type authority struct {
	directory string
	client    *http.Client
	roots     func() *x509.Certificate
}

// pebble runs the test authority of Let's Encrypt. It asks back at the given ports.
func pebble(t *testing.T, httpPort, tlsPort int) *authority {
	t.Helper()
	folder := t.TempDir()
	bin := filepath.Join(folder, "pebble")
	build := exec.Command("go", "build", "-o", bin, "github.com/letsencrypt/pebble/v2/cmd/pebble")
	build.Dir = filepath.Join("..", "..", "..", ".ci", "acme")
	if out, err := build.CombinedOutput(); err != nil {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatalf("a test authority is required here: %v\n%s", err, out)
		}
		t.Skipf("SKIPPED: the test authority does not build here: %v", err)
	}
	own, err := certs.Own(folder, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.Leaf([]string{"127.0.0.1", "localhost"}); err != nil {
		t.Fatal(err)
	}
	at, manage := "127.0.0.1:"+strconv.Itoa(freePort(t, "127.0.0.1")), "127.0.0.1:"+strconv.Itoa(freePort(t, "127.0.0.1"))
	config, _ := json.Marshal(object{"pebble": object{"listenAddress": at, "managementListenAddress": manage, "certificate": filepath.Join(folder, "server.pem"),
		"privateKey": filepath.Join(folder, "server.pem"), "httpPort": httpPort, "tlsPort": tlsPort, "ocspResponderURL": "",
		"retryAfter": object{"authz": 1, "order": 1}, "profiles": object{"default": object{"description": "ninety days", "validityPeriod": 7776000}}}})
	path := filepath.Join(folder, "pebble.json")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, "-config", path, "-dnsserver", names(t))
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	log := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	pool := x509.NewCertPool()
	root, err := x509.ParseCertificate(own.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(root)
	a := &authority{directory: "https://" + at + "/dir", client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}}}}
	a.roots = func() *x509.Certificate {
		res, err := a.client.Get("https://" + manage + "/roots/0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, _ := io.ReadAll(res.Body)
		block, _ := pem.Decode(text)
		if block == nil {
			t.Fatalf("the authority's root is %q", text)
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		res, err := a.client.Get(a.directory)
		if err == nil {
			_ = res.Body.Close()
			return a
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// TestOrderedCertificate orders a certificate from a real authority that runs beside the test, in both ways in which it
// may ask back, and opens the company to the internet with it.
func TestOrderedCertificate(t *testing.T) {
	for _, way := range []string{"encrypted port", "port 80"} {
		t.Run(way, func(t *testing.T) {
			httpPort, tlsPort := freePort(t, "127.0.0.2"), freePort(t, "127.0.0.2")
			asked := tlsPort
			if way == "port 80" {
				asked = freePort(t, "127.0.0.2") // nobody is there, so only the other way remains
			}
			ca := pebble(t, httpPort, asked)
			file := `{"mode": "local", "http_port": ` + strconv.Itoa(httpPort) + `}`
			h := open(t, options{file: file, http: ca.client})
			public := "https://" + domain + ":" + strconv.Itoa(tlsPort)
			wish := object{"mode": "internet", "public": public, "tls": "acme", "acme_directory": ca.directory, "acme_email": "boss@example.test", "https_port": strconv.Itoa(tlsPort)}
			if got := h.refused(wish); got != "network.terms/acme_agreed " {
				t.Errorf("before anybody agreed to the terms: %q", got)
			}
			wish["acme_agreed"] = true
			h.change(wish)
			var cert object
			for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(200 * time.Millisecond) {
				cert, _ = h.must(h.base, "GET", page, nil).body["certificate"].(object)
				if cert["until"] != "" {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("no certificate: %v", cert)
				}
				h.station.Ask(t.Context(), 20*time.Second)
			}
			if names := cert["names"].([]any); len(names) != 1 || names[0] != domain || cert["problem"] != "" {
				t.Errorf("the certificate: %v", cert)
			}
			pool := x509.NewCertPool()
			pool.AddCert(ca.roots())
			out := h.visitor()
			out.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
				DialContext: (&pinned{to: "127.0.0.2:" + strconv.Itoa(tlsPort)}).dial}
			a := out.must(public, "POST", "/api/v1/session", object{"login": "boss", "password": password})
			if !strings.Contains(a.header.Get("Set-Cookie"), "; Secure") || a.header.Get("Strict-Transport-Security") != "max-age=31536000" {
				t.Errorf("from the internet: %q, HSTS %q", a.header.Get("Set-Cookie"), a.header.Get("Strict-Transport-Security"))
			}
			if a := out.ask("http"+strings.TrimPrefix(public, "https"), "GET", "/x", nil); a.status != 307 || a.header.Get("Location") != public+"/x" {
				t.Errorf("plain at the encrypted port: %d %q", a.status, a.header.Get("Location"))
			}
			if a := out.ask(public, "GET", "/healthz", nil, "Host", "127.0.0.2"); a.status != 200 && a.text("code") != "host.refused" {
				t.Errorf("by its address: %d", a.status)
			}
			kept, _ := filepath.Glob(filepath.Join(h.folder, "tls", "acme", domain+"*"))
			if len(kept) == 0 {
				t.Error("the certificate was not kept")
			}
			for _, f := range kept {
				if info, err := os.Stat(f); err != nil || info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s: %v %v", f, info.Mode(), err)
				}
			}
		})
	}
}

package network

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/network/certs"
)

// pinned dials one address whatever name is asked for.
type pinned struct{ to string }

func (p *pinned) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, p.to)
}

// issuer signs certificates as an authority that sells them does: a root, and one between it and the site.
type issuer struct {
	t         *testing.T
	root, mid *x509.Certificate
	midKey    *ecdsa.PrivateKey
}

func key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t *testing.T, template, parent *x509.Certificate, pub, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(90 * 24 * time.Hour)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	rootKey, midKey := key(t), key(t)
	top := &x509.Certificate{Subject: pkix.Name{CommonName: "Root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root := sign(t, top, top, rootKey, rootKey)
	mid := sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "Middle"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, root, midKey, rootKey)
	return &issuer{t, root, mid, midKey}
}

// site signs a certificate for names.
func (i *issuer) site(k *ecdsa.PrivateKey, template x509.Certificate, names ...string) *x509.Certificate {
	template.Subject, template.DNSNames = pkix.Name{CommonName: names[0]}, names
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return sign(i.t, &template, i.mid, k, i.midKey)
}

func pemOf(list ...*x509.Certificate) string {
	out := ""
	for _, c := range list {
		out += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return out
}

func keyPEM(t *testing.T, k *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestGivenCertificate: what browsers would refuse is refused with its reason, what is good is taken, and a newer one in
// the same files is taken by itself.
func TestGivenCertificate(t *testing.T) {
	by, k := newIssuer(t), key(t)
	good := by.site(k, x509.Certificate{}, "kasse.lan")
	h := open(t, options{})
	wish := func(cert, key string) object {
		return object{"mode": "lan", "hosts": "kasse.lan", "tls": "given", "cert": cert, "key": key}
	}
	locked := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("what only the password opens")}))
	old, early := by.site(k, x509.Certificate{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}, "kasse.lan"), by.site(k, x509.Certificate{NotBefore: time.Now().Add(24 * time.Hour)}, "kasse.lan")
	for _, x := range []struct{ name, cert, key, want string }{
		{"nonsense", "nonsense", keyPEM(t, k), "network.cert_unreadable/cert_file "},
		{"another key", pemOf(good, by.mid), keyPEM(t, key(t)), "network.cert_pair/key_file "},
		{"a key with a password", pemOf(good, by.mid), locked, "network.key_encrypted/key_file "},
		{"ended", pemOf(old, by.mid), keyPEM(t, k), "network.cert_expired/cert_file "},
		{"not begun", pemOf(early, by.mid), keyPEM(t, k), "network.cert_early/cert_file "},
		{"an authority's", pemOf(by.mid, by.root), keyPEM(t, by.midKey), "network.cert_authority/cert_file "},
		{"for other names", pemOf(by.site(k, x509.Certificate{}, "other.lan"), by.mid), keyPEM(t, k), "network.cert_names/cert_file "},
		{"without its chain", pemOf(good), keyPEM(t, k), "network.cert_chain/cert_file "},
		{"with another chain", pemOf(good, newIssuer(t).mid), keyPEM(t, k), "network.cert_chain/cert_file "},
	} {
		if got := h.refused(wish(x.cert, x.key)); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(h.folder, "tls", "given-*")); len(left) != 0 {
		t.Errorf("certificates that were refused lie about: %v", left)
	}
	if got := h.refused(object{"mode": "lan", "hosts": "kasse.lan", "tls": "given", "cert_file": "/no/such.pem", "key_file": "/no/such.key"}); got != "network.cert_missing/cert_file " {
		t.Errorf("no such file: %q", got)
	}

	// Paths, and a newer certificate in them.
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "fullchain.pem"), filepath.Join(folder, "key.pem")
	put := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(certFile, pemOf(good, by.mid))
	put(keyFile, keyPEM(t, k))
	a := h.change(object{"mode": "lan", "hosts": "kasse.lan", "tls": "given", "cert_file": certFile, "key_file": keyFile})
	way := ways(a)[0]
	if !strings.HasPrefix(way, "https://kasse.lan:") {
		t.Fatalf("the page shows %s", way)
	}
	until := func() any { return h.must(h.base, "GET", page, nil).body["certificate"].(object)["until"] }
	before := until()
	put(certFile, pemOf(by.site(k, x509.Certificate{NotAfter: time.Now().Add(300 * 24 * time.Hour)}, "kasse.lan"), by.mid))
	h.station.Ask(t.Context(), time.Second)
	if until() == before {
		t.Errorf("the newer certificate was not taken: still until %v", before)
	}
	before = until()
	put(certFile, "half")
	h.station.Ask(t.Context(), time.Second)
	if cert := h.must(h.base, "GET", page, nil).body["certificate"].(object); cert["until"] != before || cert["problem"] == "" {
		t.Errorf("a broken newer one: %v", cert)
	}
	put(certFile, pemOf(good, by.mid))

	// And uploaded; nothing of the key is shown anywhere.
	a = h.change(wish(pemOf(good, by.mid), keyPEM(t, k)))
	if strings.Contains(a.whole(), "BEGIN") {
		t.Error("the page shows a key or certificate")
	}
	for _, f := range []string{a.text("cert_file"), a.text("key_file")} {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(f, h.folder) {
			t.Errorf("%s: %v %v", f, info, err)
		}
	}
	way = ways(a)[0]
	out := h.visitor(by.root)
	host, port, _ := net.SplitHostPort(strings.TrimPrefix(way, "https://"))
	transport := out.transport()
	transport.DialContext = (&pinned{to: "127.0.0.2:" + port}).dial
	if a := out.must(way, "GET", "/healthz", nil); host != "kasse.lan" || a.status != 200 {
		t.Errorf("with the uploaded one: %d at %s", a.status, host)
	}
}

// TestOwnAuthority: it vouches for local names only, whoever has its key, and goes on after a restart.
func TestOwnAuthority(t *testing.T) {
	folder := t.TempDir()
	now := time.Now()
	clock := func() time.Time { return now }
	a, err := certs.Own(folder, clock)
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.Leaf([]string{"192.168.1.5", "kasse.lan", "shop.example.com", "8.8.8.8"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(certs.SpeaksFor(first.Leaf), " "); got != "192.168.1.5 kasse.lan" {
		t.Errorf("it speaks for %s", got)
	}
	if days := first.Leaf.NotAfter.Sub(first.Leaf.NotBefore).Hours() / 24; days > 397 {
		t.Errorf("it is good for %.0f days, which phones refuse", days)
	}
	root, err := x509.ParseCertificate(a.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	verify := func(c *x509.Certificate, name string) error {
		_, err := c.Verify(x509.VerifyOptions{Roots: pool, DNSName: name})
		return err
	}
	if err := verify(first.Leaf, "kasse.lan"); err != nil {
		t.Error(err)
	}
	// Whoever stole the key of the authority still cannot pose as a bank.
	text, _ := os.ReadFile(filepath.Join(folder, "ca.pem"))
	block, _ := pem.Decode(text)
	stolen, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	k := key(t)
	for _, x := range []struct {
		name string
		cert x509.Certificate
	}{{"bank.example.com", x509.Certificate{DNSNames: []string{"bank.example.com"}}}, {"8.8.8.8", x509.Certificate{IPAddresses: []net.IP{net.ParseIP("8.8.8.8")}}}} {
		x.cert.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		forged := sign(t, &x.cert, root, k, stolen.(*ecdsa.PrivateKey))
		if err := verify(forged, x.name); err == nil || !strings.Contains(err.Error(), "not permitted") {
			t.Errorf("a forged certificate for %s: %v", x.name, err)
		}
	}
	again, err := certs.Own(folder, clock)
	if err != nil {
		t.Fatal(err)
	}
	same, err := again.Leaf([]string{"kasse.lan", "192.168.1.5"})
	if err != nil || !same.Leaf.Equal(first.Leaf) || certs.Fingerprint(again.Certificate()) != certs.Fingerprint(a.Certificate()) {
		t.Errorf("after a restart there is another certificate: %v", err)
	}
	now = now.Add(340 * 24 * time.Hour)
	renewed, err := again.Leaf([]string{"kasse.lan", "192.168.1.5"})
	if err != nil || renewed.Leaf.Equal(first.Leaf) || renewed.Leaf.NotAfter.Before(now.Add(390*24*time.Hour)) {
		t.Errorf("two months before its end it is not renewed: %v", err)
	}
	for _, f := range []string{"ca.pem", "server.pem"} {
		if info, err := os.Stat(filepath.Join(folder, f)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info, err)
		}
	}
}

// Package certs finds the certificate that the program shows: one of an authority of its own, one that the firm was given,
// or one that an authority gives over ACME.
//
// Invariants
//  1. Keys lie in the data folder, readable by its owner only, and are never sent anywhere.
//  2. The own authority can vouch for private addresses and local names only: who trusts it trusts nothing else by it.
//  3. A certificate that does not fit its key, has expired or does not speak for the names is refused with its reason.
package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // names the identifiers of a profile, protects nothing
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Lives of certificates. Phones refuse one that is good for longer than 397 days, whoever signed it.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 397 * 24 * time.Hour
	renewBefore   = 60 * 24 * time.Hour
	back          = time.Hour // clocks of phones differ
)

// localNames end the names that the own authority may vouch for.
var localNames = []string{"localhost", "local", "lan", "internal", "home.arpa"}

// LocalName tells whether the own authority may vouch for a name.
func LocalName(name string) bool {
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(name, ".") || slices.ContainsFunc(localNames, func(end string) bool { return strings.HasSuffix(name, "."+end) })
}

// Authority is the installation's own.
type Authority struct {
	folder string
	cert   *x509.Certificate
	key    crypto.Signer
	now    func() time.Time
}

// Own opens the authority of a folder, and makes it when there is none or it is about to end.
func Own(folder string, now func() time.Time) (*Authority, error) {
	a := &Authority{folder: folder, now: now}
	pair, err := readPair(filepath.Join(folder, "ca.pem"))
	switch {
	case err == nil && pair.Leaf.IsCA && now().Add(leafLife).Before(pair.Leaf.NotAfter):
		key, ok := pair.PrivateKey.(crypto.Signer)
		if !ok {
			return nil, errors.New("the key of the own authority cannot sign")
		}
		a.cert, a.key = pair.Leaf, key
		return a, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("own authority: %w", err)
	}
	return a, a.found()
}

// found makes the authority.
func (a *Authority) found() error {
	host, _ := os.Hostname()
	host = strings.ToLower(host)
	names := slices.Clone(localNames)
	if host != "" && LocalName(host) && ascii(host) {
		names = append(names, host)
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Zhanggui " + host, Organization: []string{"Zhanggui"}},
		NotBefore: a.now().Add(-back), NotAfter: a.now().Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, PermittedDNSDomainsCritical: true, PermittedDNSDomains: names,
	}
	for _, private := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128"} {
		_, block, _ := net.ParseCIDR(private)
		template.PermittedIPRanges = append(template.PermittedIPRanges, block)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	a.key = key
	return writePair(filepath.Join(a.folder, "ca.pem"), key, der)
}

// Leaf gives the certificate for names and addresses: the one in the folder, or a new one when that speaks for others or
// has not long to go. Names that are not local, or that the authority may not sign for, are left out: one of them would make
// the whole certificate worthless.
func (a *Authority) Leaf(names []string) (*tls.Certificate, error) {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !LocalName(n) || !a.may(n) })
	slices.Sort(names)
	names = slices.Compact(names)
	path := filepath.Join(a.folder, "server.pem")
	pair, err := readPair(path)
	if err == nil && pair.Leaf.CheckSignatureFrom(a.cert) == nil && a.now().Add(renewBefore).Before(pair.Leaf.NotAfter) &&
		slices.Equal(SpeaksFor(pair.Leaf), names) {
		return pair, nil
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Zhanggui"}, NotBefore: a.now().Add(-back), NotAfter: a.now().Add(leafLife - back),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	if err := writePair(path, key, der); err != nil {
		return nil, err
	}
	return readPair(path)
}

// Certificate is the authority's own, in DER, as phones and computers install it.
func (a *Authority) Certificate() []byte { return a.cert.Raw }

// Profile is the certificate as iPhones and Macs install it.
func (a *Authority) Profile() []byte {
	id := func(what string) string {
		sum := sha1.Sum(append([]byte(what), a.cert.Raw...)) //nolint:gosec // an identifier
		h := hex.EncodeToString(sum[:16])
		return strings.ToUpper(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32])
	}
	name := template(a.cert.Subject.CommonName)
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>zhanggui.ca.%[1]s</string><key>PayloadUUID</key><string>%[1]s</string><key>PayloadDisplayName</key><string>%[3]s</string>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.security.root</string><key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>zhanggui.ca.%[2]s</string><key>PayloadUUID</key><string>%[2]s</string><key>PayloadDisplayName</key><string>%[3]s</string>
<key>PayloadContent</key><data>%[4]s</data>
</dict></array>
</dict></plist>
`, id("profile"), id("root"), name, base64.StdEncoding.EncodeToString(a.cert.Raw))
}

// template makes a text safe inside of a profile.
func template(s string) string { return strings.NewReplacer("&", "", "<", "", ">", "").Replace(s) }

// Fingerprint is the SHA-256 of a certificate as people compare it.
func Fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}

// SpeaksFor are the names and addresses of a certificate, sorted.
func SpeaksFor(c *x509.Certificate) []string {
	out := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		out = append(out, ip.String())
	}
	slices.Sort(out)
	return out
}

func serial() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // never fails: the runtime stops the program instead
	return n
}

// readPair reads a file that holds a key and its certificate.
func readPair(path string) (*tls.Certificate, error) {
	text, err := os.ReadFile(path) //nolint:gosec // a file of the data folder
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(text, text)
	return &pair, err
}

func writePair(path string, key *ecdsa.PrivateKey, der []byte) error {
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	return Keep(path, text)
}

// Keep writes a secret file whole or not at all, for its owner only.
func Keep(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// may tells whether the authority was made to sign for a name; for addresses that are local it is.
func (a *Authority) may(name string) bool {
	if net.ParseIP(name) != nil {
		return true
	}
	return ascii(name) && slices.ContainsFunc(a.cert.PermittedDNSDomains, func(domain string) bool {
		return name == domain || strings.HasSuffix(name, "."+strings.TrimPrefix(domain, "."))
	})
}

// ascii tells whether a name can stand in a certificate as it is.
func ascii(name string) bool {
	return !strings.ContainsFunc(name, func(c rune) bool { return c > 127 })
}

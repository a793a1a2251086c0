package network

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/network/config"
	"zhanggui/modules/kernel/network/listen"
	"zhanggui/modules/kernel/problem"
)

// Change puts settings in force and keeps them. What cannot be done is refused with its reason, and everything stays as
// it was.
func (s *Station) Change(to config.Settings) error {
	if s.options.Flags.Addr != "" {
		return problem.Conflicted("network.fixed", "addr", s.options.Flags.Addr)
	}
	if err := to.Verify(); err != nil {
		return err
	}
	source, err := s.prepare(to)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	was, with, why := s.settings, s.crypt.Load().source, s.warning
	s.adopt(to, source)
	s.reopen()
	if err = s.refused(); err == nil {
		err = to.Save(s.options.Folder)
	}
	if err != nil {
		s.adopt(was, with)
		s.reopen()
		s.warning = why
		return err
	}
	s.warning = nil
	if acme, ok := source.(*certs.ACME); ok {
		go acme.Refresh(context.Background())
	}
	return nil
}

// reopen opens and closes doors while the company is served. The lock is held.
func (s *Station) reopen() {
	if s.table != nil {
		s.open()
	}
}

// refused tells why nobody in the internet could come in. In the same network another port will do, and a cable may be
// plugged in later. The lock is held.
func (s *Station) refused() error {
	if s.settings.Mode != config.Open || s.settings.TLS == config.Plain || s.table == nil {
		return nil
	}
	for _, d := range s.doors {
		if d.Problem == nil {
			return nil
		}
	}
	if len(s.doors) == 0 {
		return problem.Rule("network.no_address")
	}
	port := strconv.Itoa(s.doors[0].Want.Port)
	switch err := s.doors[0].Problem; {
	case errors.Is(err, syscall.EACCES), errors.Is(err, fs.ErrPermission):
		return problem.Rule("network.port_denied", "port", port).At("/https_port")
	default:
		return problem.Rule("network.port_busy", "port", port).At("/https_port")
	}
}

// Upload keeps a certificate with its key that somebody sent, after it was found good, and gives the files.
func (s *Station) Upload(cert, key []byte) (certFile, keyFile string, err error) {
	if err := certs.Judge(cert, key, nil, s.options.Now()); err != nil {
		return "", "", err
	}
	folder := filepath.Join(s.options.Folder, "tls")
	stamp := s.options.Now().UTC().Format("20060102-150405")
	certFile, keyFile = filepath.Join(folder, "given-"+stamp+".pem"), filepath.Join(folder, "given-"+stamp+".key")
	err = errors.Join(certs.Keep(certFile, cert), certs.Keep(keyFile, key))
	return certFile, keyFile, err
}

// Drop removes what Upload kept, when it is not taken into use.
func (s *Station) Drop(files ...string) {
	for _, f := range files {
		_ = os.Remove(f)
	}
}

// Way is an address under which somebody may come.
type Way struct {
	URL       string
	Interface string
	Usual     bool
	Other     bool // not the port that was wanted
	Problem   error
}

// State is how it stands.
type State struct {
	Settings  config.Settings
	Fixed     string // what the command line says, "" when the page decides
	Warning   error  // why the file is not followed
	Home      string
	Ways      []Way // the most likely first
	Addresses int   // of this computer, whether or not they are listened at
	Cert      *x509.Certificate
	Problem   error // of the certificate
	Authority *certs.Authority
	Seen      *Seen
}

// State tells how it stands.
func (s *Station) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := State{Settings: s.settings, Fixed: s.options.Flags.Addr, Warning: s.warning, Home: s.home, Seen: s.seen.Load()}
	if source := s.crypt.Load().source; source != nil {
		pair, err := source.Current()
		if out.Problem = err; pair != nil {
			out.Cert = pair.Leaf
		}
		if local, ok := source.(*certs.Local); ok {
			out.Authority = local.Authority()
		}
	}
	names := map[string]string{}
	usual := map[string]bool{}
	for _, a := range s.options.Addresses() {
		names[a.IP.String()], usual[a.IP.String()] = a.Interface, a.Usual
		out.Addresses++
	}
	if s.settings.Mode == config.Open && out.Fixed == "" {
		out.Ways = append(out.Ways, Way{URL: s.settings.Public, Usual: true})
		return out
	}
	for _, d := range s.doors {
		way := s.way(d)
		way.Interface, way.Usual = names[d.Want.Host], usual[d.Want.Host]
		out.Ways = append(out.Ways, way)
	}
	return out
}

func (s *Station) way(d listen.Door) Way {
	scheme, address := "http://", d.Address
	if s.crypt.Load().config != nil {
		scheme = "https://"
	}
	if address == "" {
		address = net.JoinHostPort(d.Want.Host, strconv.Itoa(d.Want.Port))
	}
	host, port, _ := net.SplitHostPort(address) // an address that was listened at
	if s.settings.TLS == config.Given && len(s.settings.Hosts) > 0 && scheme == "https://" {
		host = s.settings.Hosts[0]
	}
	used, _ := strconv.Atoi(port)
	return Way{URL: scheme + net.JoinHostPort(host, port), Other: used != d.Want.Port, Problem: d.Problem}
}

// Home is the address at which this computer is answered.
func (s *Station) Home() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.home
}

// Echo answers a nonce so that only this program can.
func (s *Station) Echo(nonce string) string {
	mac := hmac.New(sha256.New, s.secret[:])
	mac.Write([]byte(nonce))
	return hex.EncodeToString(mac.Sum(nil))
}

// Exposed tells whether people may come from the internet: by the settings, or because the command line names a proxy
// that they come through.
func (s *Station) Exposed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.proxies) > 0 || s.options.Flags.Addr == "" && s.settings.Mode == config.Open
}

// Ask orders or reads the certificate now, for at most a while.
func (s *Station) Ask(ctx context.Context, most time.Duration) {
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	if source := s.crypt.Load().source; source != nil {
		source.Refresh(ctx)
	}
}

type stationKey struct{}

// Offer tells a company where it is served.
func Offer(c *kernel.Company, s *Station) {
	c.Drop(stationKey{})
	_, _ = kernel.Cache(c, stationKey{}, func() (*Station, error) { return s, nil })
}

// Of gives the station where a company is served, nil when it is served in another way.
func Of(c *kernel.Company) *Station {
	s, _ := kernel.Cache(c, stationKey{}, func() (*Station, error) { return nil, os.ErrNotExist })
	return s
}

// Internet tells whether the people of a company may come from the internet.
func Internet(c *kernel.Company) bool {
	s := Of(c)
	return s != nil && s.Exposed()
}

// Package config is the file network.json of a data folder: what the installation listens to.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/problem"
)

// Modes.
const (
	Local = "local" // this computer only
	LAN   = "lan"   // and whoever is in the same network
	Open  = "internet"
)

// Kinds of certificates.
const (
	Plain = "none"
	Own   = "own"   // of the own authority
	Given = "given" // the firm has one
	ACME  = "acme"  // an authority gives one
)

// Ports where none is named.
const (
	UsualPort = 8080
	HTTPSPort = 443
	HTTPPort  = 80
)

// Settings are what network.json holds.
type Settings struct {
	Mode      string   `json:"mode"`
	Port      int      `json:"port,omitempty"`
	Hosts     []string `json:"hosts,omitempty"`
	Public    string   `json:"public,omitempty"`
	Proxies   []string `json:"proxies,omitempty"`
	TLS       string   `json:"tls,omitempty"`
	CertFile  string   `json:"cert_file,omitempty"`
	KeyFile   string   `json:"key_file,omitempty"`
	HTTPSPort int      `json:"https_port,omitempty"`
	HTTPPort  int      `json:"http_port,omitempty"`
	Directory string   `json:"acme_directory,omitempty"`
	Email     string   `json:"acme_email,omitempty"`
	Agreed    bool     `json:"acme_agreed,omitempty"`
}

// file is where the settings of a data folder lie.
func file(folder string) string { return filepath.Join(folder, "network.json") }

// Load reads the settings of a data folder. Without a file, and with an error also of one that makes no sense, they are
// those of loopback.
func Load(folder string) (Settings, error) {
	text, err := os.ReadFile(file(folder))
	none := Settings{Mode: Local, TLS: Plain}
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	s := Settings{}
	if err == nil {
		err = strict(text, &s)
	}
	if s.TLS == "" {
		s.TLS = Plain
	}
	if err == nil {
		err = s.Verify()
	}
	if err != nil {
		return none, err
	}
	return s, nil
}

func strict(text []byte, s *Settings) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// Save writes the settings whole or not at all, readable by their owner only.
func (s Settings) Save(folder string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return certs.Keep(file(folder), append(text, '\n'))
}

var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func goodName(name string) bool {
	_, err := netip.ParseAddr(name)
	return len(name) <= 253 && hostName.MatchString(name) && err != nil
}

// Verify tells everything that is wrong with the settings, at the field where it is wrong.
func (s Settings) Verify() error {
	var list problem.List
	if !slices.Contains([]string{Local, LAN, Open}, s.Mode) {
		list.Add(problem.BadShape("field.option", "value", s.Mode).At("/mode"))
	}
	if !slices.Contains([]string{Plain, Own, Given, ACME}, s.TLS) {
		list.Add(problem.BadShape("field.option", "value", s.TLS).At("/tls"))
	}
	for at, port := range map[string]int{"/port": s.Port, "/https_port": s.HTTPSPort, "/http_port": s.HTTPPort} {
		if port < 0 || port > 65535 {
			list.Add(problem.Rule("network.port").At(at))
		}
	}
	if len(s.Hosts) > 20 {
		list.Add(problem.Rule("network.many").At("/hosts"))
	}
	for _, name := range s.Hosts {
		if !goodName(name) {
			list.Add(problem.Rule("network.host", "name", name).At("/hosts"))
		}
	}
	_, p := Prefixes(s.Proxies)
	list.AddAt("/proxies", p)
	s.verifyTLS(&list)
	if s.Mode == Open {
		s.verifyOpen(&list)
	}
	return list.Err()
}

// verifyTLS checks what a kind of certificate needs.
func (s Settings) verifyTLS(list *problem.List) {
	switch s.TLS {
	case Given:
		if s.Mode == LAN && len(s.Hosts) == 0 {
			list.Add(problem.Rule("network.given_host").At("/hosts"))
		}
	case ACME:
		if s.Mode == LAN {
			list.Add(problem.Rule("network.acme_lan").At("/tls"))
		}
		if at, err := url.Parse(s.Authority()); err != nil || at.Scheme != "https" || at.Host == "" {
			list.Add(problem.Rule("network.directory").At("/acme_directory"))
		}
		if user, domain, ok := strings.Cut(s.Email, "@"); s.Email != "" && (!ok || user == "" || !goodName(strings.ToLower(domain))) {
			list.Add(problem.Rule("network.email").At("/acme_email"))
		}
		if !s.Agreed {
			list.Add(problem.Rule("network.terms").At("/acme_agreed"))
		}
	}
}

// verifyOpen checks what the internet demands.
func (s Settings) verifyOpen(list *problem.List) {
	if !s.publicFits() {
		list.Add(problem.Rule("network.public").At("/public"))
	}
	switch {
	case s.TLS == Own:
		list.Add(problem.Rule("network.own_public").At("/tls"))
	case s.TLS == Plain && len(s.Proxies) == 0:
		list.Add(problem.Rule("network.open_plain").At("/tls"))
	case s.TLS == ACME && s.PublicHost() != "" && certs.LocalName(s.PublicHost()):
		list.Add(problem.Rule("network.acme_name", "name", s.PublicHost()).At("/public"))
	}
}

// publicFits tells whether the public address is https with a name and nothing behind it.
func (s Settings) publicFits() bool {
	at, err := url.Parse(s.Public)
	return err == nil && at.Scheme == "https" && goodName(at.Hostname()) && at.User == nil && at.Path == "" && at.RawQuery == "" && at.Fragment == "" &&
		s.Public == "https://"+at.Host
}

// PublicHost is the name in the public address, "" for none.
func (s Settings) PublicHost() string {
	at, err := url.Parse(s.Public)
	if err != nil {
		return ""
	}
	return at.Hostname()
}

// Authority is the directory of ACME that is asked.
func (s Settings) Authority() string {
	if s.Directory == "" {
		return certs.LetsEncrypt
	}
	return s.Directory
}

// Prefixes reads addresses and ranges of trusted proxies. A range of half the world is a mistake.
func Prefixes(texts []string) (out []netip.Prefix, p *problem.Problem) {
	if len(texts) > 50 {
		return nil, problem.Rule("network.many")
	}
	for _, text := range texts {
		block, err := netip.ParsePrefix(text)
		if ip, single := netip.ParseAddr(text); single == nil {
			block, err = netip.PrefixFrom(ip.Unmap().WithZone(""), ip.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, problem.Rule("network.proxy", "value", text)
		}
		if least := map[bool]int{true: 8, false: 16}[block.Addr().Is4()]; block.Bits() < least {
			return nil, problem.Rule("network.proxy_wide", "value", text)
		}
		out = append(out, block.Masked())
	}
	return out, nil
}

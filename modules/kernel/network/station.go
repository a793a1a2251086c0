package network

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/network/address"
	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/network/config"
	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/network/listen"
)

const (
	watchEvery   = 5 * time.Second
	refreshEvery = time.Minute
)

// Flags are what the command line says.
type Flags struct {
	Addr    string // "" leaves what is listened at to the file
	Hosts   []string
	Proxies []string
}

// Options of a station.
type Options struct {
	Folder string // the data folder
	Flags  Flags
	Log    *slog.Logger
	Now    func() time.Time
	// Addresses are those of this computer; nil asks its interfaces.
	Addresses func() []address.Address
	// Client asks the authority of ACME; nil is the usual one.
	Client *http.Client
}

// Seen is a caller from elsewhere.
type Seen struct {
	Address string
	At      time.Time
}

// Station is what one program listens to. It outlives the companies that are served there one after the other.
type Station struct {
	options Options
	proxies []netip.Prefix // of the command line
	secret  [32]byte       // proves that an answer came from this program
	rules   atomic.Pointer[forward.Rules]
	crypt   atomic.Pointer[crypt]
	seen    atomic.Pointer[Seen]
	own     atomic.Pointer[map[string]bool] // addresses of this computer, whose trials of itself are no callers

	mu       sync.Mutex
	settings config.Settings
	warning  error // why the file is not followed
	table    *listen.Table
	first    listen.Want // the door of this computer, as long as the table stands
	doors    []listen.Door
	home     string // the loopback address that is listened at
	failed   error  // why it is not
	asker    *http.Server
	asks     *certs.ACME       // for whom the asker answers
	told     map[string]string // troubles that were logged, by address
	asked    time.Time         // when the certificate was looked at
}

// Start reads the settings of the data folder. It fails only for what the command line says wrongly.
func Start(o Options) (*Station, error) {
	if o.Now == nil {
		o.Now = clock.System().Now
	}
	if o.Addresses == nil {
		o.Addresses = address.List
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Station{options: o}
	_, _ = rand.Read(s.secret[:]) // never fails: the runtime stops the program instead
	proxies, wrong := config.Prefixes(o.Flags.Proxies)
	if wrong != nil {
		return nil, wrong
	}
	s.proxies = proxies
	if s.settings, s.warning = config.Load(o.Folder); s.warning != nil {
		o.Log.Warn("network settings not followed: only this computer is answered", "error", s.warning)
	}
	source, err := s.prepare(s.settings)
	if err != nil {
		source = nil // not the empty one of its kind
		o.Log.Warn("no certificate: only this computer is answered", "error", err)
		s.settings, s.warning = config.Settings{Mode: config.Local, TLS: config.Plain, Port: s.settings.Port}, err
	}
	s.adopt(s.settings, source)
	return s, nil
}

// prepare finds the certificate that settings ask for, nil when they need none.
func (s *Station) prepare(to config.Settings) (certs.Source, error) {
	folder := filepath.Join(s.options.Folder, "tls")
	switch {
	case to.Mode == config.Local || to.TLS == config.Plain || s.options.Flags.Addr != "":
		return nil, nil
	case to.TLS == config.Own:
		authority, err := certs.Own(folder, s.options.Now)
		if err != nil {
			return nil, err
		}
		return certs.NewLocal(authority, func() []string { return s.names(to) })
	case to.TLS == config.Given:
		names := to.Hosts
		if to.Mode == config.Open {
			names = []string{to.PublicHost()}
		}
		return certs.NewGiven(to.CertFile, to.KeyFile, names, s.options.Now)
	}
	return certs.NewACME(certs.Order{Directory: to.Authority(), Email: to.Email, Names: []string{to.PublicHost()},
		Folder: filepath.Join(folder, "acme"), Client: s.options.Client, Now: s.options.Now}), nil
}

// names are what this computer is called in its own network, for its own certificate.
func (s *Station) names(to config.Settings) []string {
	out := append([]string{"localhost", "127.0.0.1"}, forward.Own()...)
	out = append(out, to.Hosts...)
	for _, a := range s.options.Addresses() {
		if !a.Virtual {
			out = append(out, a.IP.String())
		}
	}
	return out
}

// crypt is where the certificate comes from, nil for none, and how connections are encrypted with it.
type crypt struct {
	source certs.Source
	config *tls.Config
}

// adopt puts settings in force.
func (s *Station) adopt(to config.Settings, source certs.Source) {
	rules := forward.Rules{From: forward.Loopback, Names: append(append([]string{}, s.options.Flags.Hosts...), to.Hosts...), Proxies: s.proxies, Seen: s.saw}
	for i, name := range rules.Names {
		rules.Names[i] = forward.Name(name)
	}
	switch {
	case s.options.Flags.Addr != "":
		rules = forward.Static(s.options.Flags.Addr, s.options.Flags.Hosts)
		rules.Proxies, rules.Seen = s.proxies, s.saw
	case to.Mode == config.LAN:
		rules.From, rules.Addresses, rules.Secure = forward.Private, true, source != nil
		rules.Names = append(rules.Names, forward.Own()...)
	case to.Mode == config.Open:
		rules.From, rules.Secure, rules.Public, rules.Strict = forward.Anybody, true, to.Public, source != nil
		rules.Names = append(rules.Names, to.PublicHost())
		own, _ := config.Prefixes(to.Proxies) // verified before
		rules.Proxies = append(append([]netip.Prefix{}, s.proxies...), own...)
	}
	s.settings = to
	with := &crypt{source: source}
	if source != nil {
		with.config = certs.Config(source)
	}
	s.crypt.Store(with)
	s.rules.Store(&rules)
}

func (s *Station) saw(caller string) {
	if own := s.own.Load(); own != nil && (*own)[caller] {
		return
	}
	if old := s.seen.Load(); old == nil || old.Address != caller || s.options.Now().Sub(old.At) > time.Second {
		s.seen.Store(&Seen{caller, s.options.Now()})
	}
}

// Rules are who is admitted now.
func (s *Station) Rules() forward.Rules { return *s.rules.Load() }

// config is how connections are encrypted now, nil for not at all.
func (s *Station) config() *tls.Config { return s.crypt.Load().config }

// Listen opens the doors, and watches whether the addresses of this computer change, until the listener is closed. An
// error means that not even this computer can be answered.
func (s *Station) Listen() (net.Listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	table := listen.New(s.config)
	s.table, s.first = table, s.loopback()
	s.open()
	if s.failed != nil {
		_ = table.Close()
		return nil, s.failed
	}
	ctx, stop := context.WithCancel(context.Background())
	go s.watch(ctx, table)
	return &listener{table, stop, s}, nil
}

// listener ends the watch with the doors.
type listener struct {
	*listen.Table
	stop context.CancelFunc
	s    *Station
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.stop()
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if l.s.asker != nil {
		_ = l.s.asker.Close()
		l.s.asker = nil
	}
	return l.Table.Close()
}

func (s *Station) watch(ctx context.Context, table *listen.Table) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		current := s.table == table
		if current {
			s.open()
		}
		s.mu.Unlock()
		if !current {
			return
		}
		s.refresh(ctx)
	}
}

// refresh looks whether a newer certificate is due.
func (s *Station) refresh(ctx context.Context) {
	s.mu.Lock()
	due := s.options.Now().Sub(s.asked) >= refreshEvery || s.options.Now().Before(s.asked)
	if due {
		s.asked = s.options.Now()
	}
	s.mu.Unlock()
	if source := s.crypt.Load().source; source != nil && due {
		source.Refresh(ctx)
	}
}

// open opens and closes doors as the settings and the addresses of this computer want it. The lock is held.
func (s *Station) open() {
	own := map[string]bool{}
	for _, a := range s.options.Addresses() {
		own[a.IP.String()] = true
	}
	s.own.Store(&own)
	wants := []listen.Want{s.first}
	wants = append(wants, s.wants()...)
	s.doors = s.table.Set(wants)
	first := s.doors[0]
	if s.doors = s.doors[1:]; first.Address != "" {
		s.home = first.Address
	}
	s.failed = first.Problem
	for _, d := range s.doors {
		if d.Problem != nil && s.fresh(d.Want.Host, d.Problem) {
			s.options.Log.Warn("not listening", "address", d.Want.Host, "port", d.Want.Port, "error", d.Problem)
		}
	}
	s.ask()
}

// fresh tells whether a trouble is a new one: it is looked for every few seconds, and logged once. The lock is held.
func (s *Station) fresh(what string, err error) bool {
	if s.told == nil {
		s.told = map[string]string{}
	}
	known := s.told[what] == err.Error()
	s.told[what] = err.Error()
	return !known
}

// loopback is the door that is always open, at the address where it was opened first.
func (s *Station) loopback() listen.Want {
	if s.home != "" {
		return at(s.home)
	}
	if s.options.Flags.Addr != "" {
		return at(s.options.Flags.Addr)
	}
	return listen.Want{Host: "127.0.0.1", Port: s.port(), Other: true}
}

func at(addr string) listen.Want {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return listen.Want{Host: addr, Port: config.UsualPort, Other: true}
	}
	n, _ := strconv.Atoi(port)
	return listen.Want{Host: host, Port: n, Other: true}
}

func (s *Station) port() int {
	if s.settings.Port == 0 {
		return config.UsualPort
	}
	return s.settings.Port
}

// wants are the doors besides loopback.
func (s *Station) wants() (out []listen.Want) {
	to, port := s.settings, s.port()
	if s.options.Flags.Addr != "" || to.Mode == config.Local {
		return nil
	}
	if _, used, err := net.SplitHostPort(s.home); err == nil && to.Port == 0 {
		port, _ = strconv.Atoi(used)
	}
	open := to.Mode == config.Open && to.TLS != config.Plain
	if to.Mode == config.Open && !open && !s.remoteProxy() {
		return nil
	}
	for _, a := range s.options.Addresses() {
		switch {
		case a.IP.IsLinkLocalUnicast():
		case open:
			out = append(out, listen.Want{Host: a.IP.String(), Port: or(to.HTTPSPort, config.HTTPSPort), Mixed: true})
		case !a.Virtual && (a.IP.IsPrivate() || a.IP.IsLoopback()):
			out = append(out, listen.Want{Host: a.IP.String(), Port: port, Other: true, Mixed: true})
		}
	}
	return out
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// remoteProxy tells whether a trusted proxy may sit at another computer.
func (s *Station) remoteProxy() bool {
	for _, p := range s.Rules().Proxies {
		if !p.Addr().IsLoopback() {
			return true
		}
	}
	return false
}

// ask answers the authority of ACME on port 80 and sends everybody else there to https; that the port is not free is no
// harm, as the authority can also ask on the encrypted one. The lock is held.
func (s *Station) ask() {
	source, _ := s.crypt.Load().source.(*certs.ACME)
	wanted := source != nil && s.settings.Mode == config.Open
	if s.asker != nil && (!wanted || s.asks != source) {
		_ = s.asker.Close()
		s.asker = nil
	}
	if !wanted || s.asker != nil {
		return
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(s.anywhere(), strconv.Itoa(or(s.settings.HTTPPort, config.HTTPPort))))
	if err != nil {
		if s.fresh("challenges", err) {
			s.options.Log.Info("challenges over plain HTTP are not answered", "error", err)
		}
		return
	}
	s.asker = &http.Server{Handler: source.Challenge(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelWarn)}
	s.asks = source
	go func(server *http.Server) { _ = server.Serve(ln) }(s.asker)
}

// anywhere is the address that stands for all of this computer's; its only one where it has one.
func (s *Station) anywhere() string {
	if all := s.options.Addresses(); len(all) == 1 {
		return all[0].IP.String()
	}
	return ""
}

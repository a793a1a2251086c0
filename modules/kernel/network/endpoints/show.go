package endpoints

import (
	"net"
	"net/url"
	"strings"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/network/config"
	"zhanggui/modules/kernel/network/firewall"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/qrcode"
	"zhanggui/modules/kernel/web/route"
)

// sentence words an error for people; what is no problem is told in general.
func sentence(lang string, err error, otherwise string) string {
	if err == nil {
		return ""
	}
	list, ok := problem.From(err)
	if !ok {
		return messages.Text(lang, otherwise, nil)
	}
	var out []string
	for _, p := range list {
		out = append(out, messages.Text(lang, p.Code, p.Args))
	}
	return strings.Join(out, " ")
}

// show is how it stands, in words.
func show(lang string, s *network.Station, today time.Time) map[string]any {
	now := s.State()
	to := now.Settings
	ways := []map[string]any{}
	seen := map[string]bool{}
	for _, w := range now.Ways {
		if seen[w.URL] {
			continue
		}
		seen[w.URL] = true
		d, size := "", 0
		if w.Problem == nil {
			d, size = drawn(w.URL)
		}
		ways = append(ways, map[string]any{"url": w.URL, "interface": w.Interface, "usual": w.Usual, "other_port": w.Other,
			"problem": sentence(lang, w.Problem, "network.not_listening"), "qr": d, "qr_size": size})
	}
	out := map[string]any{
		"mode": to.Mode, "fixed": now.Fixed, "warning": sentence(lang, now.Warning, "network.unreadable"), "home": "http://" + shown(now.Home), "ways": ways,
		"connected": now.Addresses > 0, "port": to.Port, "hosts": listed(to.Hosts), "public": to.Public, "proxies": listed(to.Proxies), "tls": to.TLS,
		"cert_file": to.CertFile, "key_file": to.KeyFile, "https_port": to.HTTPSPort, "acme_directory": to.Directory, "acme_default": certs.LetsEncrypt,
		"acme_email": to.Email, "acme_agreed": to.Agreed, "certificate": nil, "seen": nil,
	}
	if to.TLS != config.Plain && to.Mode != config.Local && now.Fixed == "" {
		out["certificate"] = certified(lang, now, today)
	}
	if now.Seen != nil {
		out["seen"] = map[string]any{"address": now.Seen.Address, "at": clock.InstantOf(now.Seen.At)}
	}
	return out
}

func listed(names []string) []string { return append([]string{}, names...) }

func shown(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

func certified(lang string, now network.State, today time.Time) map[string]any {
	out := map[string]any{"until": "", "names": []string{}, "problem": sentence(lang, now.Problem, "network.cert_failed"), "authority": "", "soon": false,
		"url": "", "qr": "", "qr_size": 0}
	if c := now.Cert; c != nil {
		out["until"], out["names"] = string(clock.DateOf(c.NotAfter)), certs.SpeaksFor(c)
		out["soon"] = c.NotAfter.Sub(today) < 21*24*time.Hour
	}
	if a := now.Authority; a != nil {
		out["authority"] = certs.Fingerprint(a.Certificate())
		if rest, ok := strings.CutPrefix(first(now.Ways), "https://"); ok {
			fetch := "http://" + rest + route.Bootstrap + "zhanggui.crt"
			out["url"] = fetch
			out["qr"], out["qr_size"] = drawn(fetch)
		}
	}
	return out
}

// first is the address that a phone most likely reaches.
func first(ways []network.Way) string {
	for _, w := range ways {
		if w.Problem == nil {
			return w.URL
		}
	}
	return ""
}

func walled(lang string, w firewall.Standing) map[string]any {
	text := ""
	switch {
	case w.Kind == "windows" && w.Public:
		text = messages.Text(lang, "network.wall_public", nil)
	case w.Kind == "windows" && !w.Open:
		text = messages.Text(lang, "network.wall_windows", nil)
	case w.Kind != "" && !w.Open:
		text = messages.Text(lang, "network.wall_linux", map[string]any{"name": w.Kind})
	}
	return map[string]any{"open": w.Open && !w.Public, "text": text, "offer": w.Offer && !w.Open, "command": w.Command}
}

// find gives one of the addresses of the page.
func find(now network.State, url string) (network.Way, bool) {
	for _, w := range now.Ways {
		if w.URL == url {
			return w, true
		}
	}
	return network.Way{}, false
}

// drawn is the QR code of an address; nothing for what is none.
func drawn(text string) (d string, size int) {
	if at, err := url.Parse(text); err != nil || at.Host == "" {
		return "", 0
	}
	return qrcode.Path(text)
}

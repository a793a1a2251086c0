package endpoints

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/certs"
	"zhanggui/modules/kernel/network/config"
	"zhanggui/modules/kernel/network/firewall"
	"zhanggui/modules/kernel/network/trial"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

const path = "/api/v1/system/network"

func routes(*kernel.Company) []route.Route {
	one := func(method, tail string, handle func(*route.Request) error, r route.Route) route.Route {
		r.Method, r.Path, r.Handle, r.Doc.Tag = method, path+tail, handle, "system"
		r.Object, r.Acts = "system", []string{"network"}
		return r
	}
	open := func(path string, handle func(*route.Request) error, doc route.Doc) route.Route {
		doc.Tag = "system"
		return route.Route{Method: "GET", Path: path, Public: true, Handle: handle, Doc: doc}
	}
	nonce := []route.Query{{Name: "nonce", Help: "any text", Required: true}}
	return []route.Route{
		one("GET", "", state, route.Route{Doc: route.Doc{Summary: "Who reaches the program, and where", Response: "network"}}),
		one("PUT", "", change, route.Route{StepUp: route.Always, Body: route.JSON, Doc: route.Doc{Summary: "Decide who reaches the program", Request: "network.write", Response: "network"}}),
		one("POST", "/trial", try, route.Route{Body: route.JSON, Doc: route.Doc{Summary: "Try whether the program is reached", Request: "network.trial.write", Response: "network.trial"}}),
		one("POST", "/firewall", allow, route.Route{Body: route.JSON, Doc: route.Doc{Summary: "Have Windows ask its user to let phones in", Request: "nothing", Response: "network.firewall"}}),
		open(trial.Path, echo, route.Doc{Summary: "Prove that this program answers", Query: nonce, Response: "network.echo"}),
		open(route.Bootstrap+"zhanggui.crt", certificate, route.Doc{Summary: "The certificate of the own authority", Response: "file"}),
		open(route.Bootstrap+"zhanggui.mobileconfig", profile, route.Doc{Summary: "The same for iPhones and Macs", Response: "file"}),
	}
}

// station gives where the company is served.
func station(r *route.Request) (*network.Station, error) {
	s := network.Of(r.Company)
	if s == nil {
		return nil, problem.New(problem.Unavailable, "network.unserved")
	}
	return s, nil
}

func state(r *route.Request) error {
	s, err := station(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, show(r.Lang, s, r.Company.Clock.Now()))
}

var fields = []string{"password", "mode", "port", "hosts", "public", "proxies", "tls", "cert_file", "key_file", "cert", "key", "acme_directory", "acme_email",
	"acme_agreed", "https_port"}

// change takes the settings of somebody who has shown that he is still the same one. What is not sent stays.
func change(r *route.Request) error {
	s, err := station(r)
	if err != nil {
		return err
	}
	in, err := r.Strings(fields...)
	if err != nil {
		return err
	}
	if err := auth.StepUp(r.Context(), r.Company, r.Actor, auth.Proof{Password: in["password"]}); err != nil {
		return err
	}
	to, err := read(in, s.State().Settings)
	if err != nil {
		return err
	}
	var fresh []string
	if in["cert"] != "" || in["key"] != "" {
		if !r.Secure() && !r.Loopback() {
			return problem.Rule("network.key_plain").At("/key_file")
		}
		if to.CertFile, to.KeyFile, err = s.Upload([]byte(in["cert"]), []byte(in["key"])); err != nil {
			return err
		}
		fresh = []string{to.CertFile, to.KeyFile}
	}
	if err := s.Change(to); err != nil {
		s.Drop(fresh...)
		return err
	}
	// Before anything that takes long, and although the caller may be gone: his own door may be one that was closed.
	err = pipeline.Unit(context.WithoutCancel(r.Context()), r.Company, r.Actor, "system:network", func(tx *kernel.Tx) error {
		return audit.Note(tx, "system", "network", strings.TrimSpace(strings.Join([]string{to.Mode, to.Public, to.TLS, strings.Join(to.Proxies, " ")}, " ")))
	})
	if err != nil {
		return err
	}
	if to.TLS == config.ACME && to.Mode == config.Open {
		s.Ask(r.Context(), 30*time.Second)
	}
	return r.JSON(http.StatusOK, show(r.Lang, s, r.Company.Clock.Now()))
}

// read puts what was sent over what stands.
func read(in map[string]string, to config.Settings) (config.Settings, error) {
	var list problem.List
	set := func(name string, to *string) {
		if text, sent := in[name]; sent {
			*to = strings.TrimSpace(text)
		}
	}
	set("mode", &to.Mode)
	set("public", &to.Public)
	set("tls", &to.TLS)
	set("cert_file", &to.CertFile)
	set("key_file", &to.KeyFile)
	set("acme_directory", &to.Directory)
	set("acme_email", &to.Email)
	to.Public = strings.ToLower(strings.TrimSuffix(to.Public, "/"))
	if text, sent := in["hosts"]; sent {
		to.Hosts = words(strings.ToLower(text))
	}
	if text, sent := in["proxies"]; sent {
		to.Proxies = words(text)
	}
	if text, sent := in["acme_agreed"]; sent {
		to.Agreed = text == "true"
	}
	for name, to := range map[string]*int{"port": &to.Port, "https_port": &to.HTTPSPort} {
		text, sent := in[name]
		if !sent {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if text == "" {
			n, err = 0, nil
		}
		if *to = n; err != nil {
			list.Add(problem.Rule("network.port").At("/" + name))
		}
	}
	return to, list.Err()
}

// words splits a text at commas, semicolons, spaces and lines, as people write lists.
func words(text string) []string {
	return slices.Compact(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n,;，；、", c) }))
}

// try tells whether the program is reached at one of its addresses, and what the firewall does.
func try(r *route.Request) error {
	s, err := station(r)
	if err != nil {
		return err
	}
	in, err := r.Strings("url")
	if err != nil {
		return err
	}
	now := s.State()
	if _, known := find(now, in["url"]); !known {
		return problem.BadShape("field.option", "value", in["url"]).At("/url")
	}
	t := trial.Trial{URL: in["url"], Echo: s.Echo}
	if now.Settings.Mode != config.Open {
		t.Leaf = now.Cert
	}
	code := trial.Run(r.Context(), t)
	text := messages.Text(r.Lang, "network.trial_good", nil)
	if code != "" {
		text = messages.Text(r.Lang, code, nil)
	}
	port := ""
	if at, err := url.Parse(in["url"]); err == nil {
		port = at.Port()
	}
	wall := firewall.Look(r.Context(), port)
	return r.JSON(http.StatusOK, map[string]any{"good": code == "", "code": code, "text": text, "firewall": walled(r.Lang, wall)})
}

func allow(r *route.Request) error {
	if _, err := r.Strings(); err != nil {
		return err
	}
	switch {
	case !r.Loopback():
		return problem.New(problem.Forbidden, "network.firewall_here")
	case firewall.Allow() != nil:
		return problem.New(problem.Unavailable, "network.firewall_hand")
	}
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "system:network", func(tx *kernel.Tx) error {
		return audit.Note(tx, "system", "network", firewall.Rule)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, walled(r.Lang, firewall.Look(r.Context(), "")))
}

func echo(r *route.Request) error {
	s, err := station(r)
	if err != nil {
		return err
	}
	nonce := r.Query("nonce")
	if nonce == "" || len(nonce) > 64 {
		return problem.BadShape("query.invalid", "name", "nonce")
	}
	return r.JSON(http.StatusOK, map[string]string{"echo": s.Echo(nonce)})
}

// authority gives the own authority while its certificates are in use.
func authority(r *route.Request) (*certs.Authority, error) {
	s, err := station(r)
	if err != nil {
		return nil, err
	}
	if a := s.State().Authority; a != nil {
		return a, nil
	}
	return nil, problem.New(problem.NotFound, "network.no_authority")
}

func certificate(r *route.Request) error {
	a, err := authority(r)
	if err != nil {
		return err
	}
	r.Download("application/x-x509-ca-cert", "zhanggui.crt")
	_, err = r.W.Write(a.Certificate())
	return err
}

func profile(r *route.Request) error {
	a, err := authority(r)
	if err != nil {
		return err
	}
	r.Download("application/x-apple-aspen-config", "zhanggui.mobileconfig")
	_, err = r.W.Write(a.Profile())
	return err
}

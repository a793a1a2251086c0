package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/route"
)

const (
	cookieName = "zg_session"
	cookieLife = 60 * 24 * time.Hour
)

func bearer(header string) string {
	kind, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

func (s *Server) sessionRoutes() []route.Route {
	doc := func(summary, request, response string) route.Doc {
		return route.Doc{Summary: summary, Tag: "session", Request: request, Response: response}
	}
	const path = "/api/v1/session"
	made := doc("Set up the company and its first user, from this computer only", "setup", "session")
	made.Status = http.StatusCreated
	return []route.Route{
		{Method: "GET", Path: path, Public: true, Handle: s.session, Doc: doc("Who am I", "", "session")},
		{Method: "POST", Path: path, Public: true, Body: route.JSON, Handle: s.login, Doc: doc("Log in", "login", "session")},
		{Method: "DELETE", Path: path, SignedIn: true, Handle: s.logout, Doc: doc("Log out", "", "")},
		{Method: "PUT", Path: path + "/password", SignedIn: true, Body: route.JSON, Handle: s.password, Doc: doc("Change my password", "password", "")},
		{Method: "PUT", Path: path + "/lang", SignedIn: true, Body: route.JSON, Handle: s.lang, Doc: doc("Change my language", "lang", "")},
		{Method: "POST", Path: "/api/v1/setup", Public: true, Body: route.JSON, Handle: s.setup, Doc: made},
	}
}

func (s *Server) session(r *route.Request) error { return s.sessionAs(r, r.Actor, http.StatusOK) }

// sessionAs answers who somebody is.
func (s *Server) sessionAs(r *route.Request, actor *kernel.Actor, status int) error {
	needed := false
	if actor == nil {
		var err error
		if needed, err = auth.Needed(r.Context(), s.company); err != nil {
			return err
		}
	}
	out := map[string]any{"setup_needed": needed, "loopback": r.Loopback(), "user": nil, "company": nil, "version": s.company.Version}
	if actor != nil {
		out["user"] = meta.UserOf(actor)
	}
	if !needed {
		out["company"] = map[string]any{"name": s.company.Setting("company.name")}
	}
	return r.JSON(status, out)
}

func (s *Server) login(r *route.Request) error {
	in, err := r.Strings("login", "password")
	if err != nil {
		return err
	}
	return s.enter(r, in["login"], in["password"], http.StatusOK)
}

// enter opens a session and answers with it.
func (s *Server) enter(r *route.Request, login, password string, status int) error {
	token, err := auth.Login(r.Context(), s.company, auth.Credentials{
		Login: login, Password: password, Address: route.Address(r.R), Agent: r.R.UserAgent(),
	})
	if err != nil {
		return err
	}
	actor, err := auth.Session(r.Context(), s.company, token)
	if err == nil && actor == nil {
		err = errors.New("a session just opened is not there")
	}
	if err != nil {
		return err
	}
	s.setCookie(r, token)
	return s.sessionAs(r, actor, status)
}

func (s *Server) setCookie(r *route.Request, token string) {
	c := &http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Secure()}
	if c.MaxAge = int(cookieLife / time.Second); token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(r.W, c)
}

func (s *Server) logout(r *route.Request) error {
	if r.Token != "" {
		if err := auth.Logout(r.Context(), s.company, r.Actor, r.Token); err != nil {
			return err
		}
	}
	s.setCookie(r, "")
	return r.NoContent()
}

func (s *Server) password(r *route.Request) error {
	in, err := r.Strings("old", "new")
	if err != nil {
		return err
	}
	token, err := auth.ChangePassword(r.Context(), s.company, r.Actor, in["old"], in["new"])
	if err != nil {
		return err
	}
	if r.Token != "" {
		s.setCookie(r, token)
	}
	return r.NoContent()
}

func (s *Server) lang(r *route.Request) error {
	in, err := r.Strings("lang")
	if err != nil {
		return err
	}
	if in["lang"] != "zh" && in["lang"] != "en" {
		return problem.BadShape("field.option", "value", clip(in["lang"])).At("/lang")
	}
	if err := auth.SetLang(r.Context(), s.company, r.Actor, in["lang"]); err != nil {
		return err
	}
	return r.NoContent()
}

// setup makes the company and its first user. It is for the person at this computer, once.
func (s *Server) setup(r *route.Request) error {
	run := auth.Setup.Of(s.company)
	switch needed, err := auth.Needed(r.Context(), s.company); {
	case err != nil:
		return err
	case !r.Loopback():
		return problem.New(problem.Forbidden, "setup.local")
	case !needed:
		return problem.Conflicted("setup.twice")
	case run == nil:
		return problem.New(problem.Unavailable, "setup.unavailable")
	}
	in, err := s.readSetup(r)
	if err != nil {
		return err
	}
	if err := run(r.Context(), s.company, in); err != nil {
		return err
	}
	return s.enter(r, in.Login, in.Password, http.StatusCreated)
}

func (s *Server) readSetup(r *route.Request) (auth.SetupInput, error) {
	in, err := r.Strings("company", "trade", "books", "standard", "vat", "from", "name", "login", "password", "lang", "sample")
	if err != nil {
		return auth.SetupInput{}, err
	}
	var list problem.List
	for _, name := range []string{"company", "name", "login", "password"} {
		if strings.TrimSpace(in[name]) == "" {
			list.Add(problem.Rule("required").At("/" + name))
		}
	}
	one := func(name string, values ...string) string {
		for _, v := range values {
			if in[name] == v {
				return v
			}
		}
		if in[name] != "" {
			list.Add(problem.BadShape("field.option", "value", clip(in[name])).At("/" + name))
		}
		return values[0]
	}
	out := auth.SetupInput{
		Company: strings.TrimSpace(in["company"]), Name: strings.TrimSpace(in["name"]), Login: strings.TrimSpace(in["login"]),
		Password: in["password"], Trade: one("trade", "trading", "retail", "service", "manufacturing"), Books: one("books", "false", "true") == "true",
		Standard: one("standard", "small", "general"), VAT: one("vat", "small", "general"), Lang: one("lang", r.Lang, "zh", "en"),
		Sample: one("sample", "false", "true") == "true", From: in["from"],
	}
	if out.From == "" {
		out.From = string(clock.Today(s.company.Clock, s.company.Zone()))[:7]
	}
	if _, err := clock.ParseMonth(out.From); err != nil {
		list.Add(problem.BadShape("field.month", "value", clip(out.From)).At("/from"))
	}
	if in["password"] != "" {
		list.AddAt("/password", auth.CheckPassword(in["password"]))
	}
	return out, list.Err()
}

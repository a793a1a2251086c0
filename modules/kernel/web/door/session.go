// Package door is where people come in and go out: logging in, with the second factor where there is one, what they see and
// do about their own account, and the set-up of a company that has nobody yet.
//
//	login ──password──▶ entry ──code, or enrolment──▶ session
//	        └─────────── nothing more needed ───────────┘
//
// Invariants
//  1. An entry lives in a cookie of its own, for ten minutes; no operation but those of this package knows it.
//  2. The token of a session is made when the last thing needed has been given, never before.
//  3. Cookies are HttpOnly and SameSite; over TLS they are Secure.
package door

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/enter"
	"zhanggui/modules/kernel/auth/keys"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/route"
)

// The cookies. That of a device has the account's id behind its name: people who share a browser are told apart, and
// nobody can plant the device of one account on another.
const (
	sessionCookie = "zg_session"
	entryCookie   = "zg_entry"
	deviceCookie  = "zg_device_"
	sessionLife   = 60 * 24 * time.Hour
	entryLife     = 10 * time.Minute
	deviceLife    = 400 * 24 * time.Hour // as long as browsers keep one
)

const path = "/api/v1/session"

// Routes lists what people do about themselves.
func Routes() []route.Route {
	made := doc("Set up the company and its first user, from this computer only", "setup", "session")
	made.Status = http.StatusCreated
	return append([]route.Route{
		{Method: "GET", Path: path, Public: true, Handle: session, Doc: doc("Who am I, and what is still needed to come in", "", "session")},
		{Method: "POST", Path: path, Public: true, Body: route.JSON, Handle: login, Doc: doc("Log in", "login", "session")},
		{Method: "POST", Path: path + "/code", Public: true, Body: route.JSON, Handle: code, Doc: doc("Log in: the second factor", "login.code", "session")},
		{Method: "DELETE", Path: path, SignedIn: true, Handle: logout, Doc: doc("Log out", "", "")},
		{Method: "PUT", Path: path + "/password", SignedIn: true, Body: route.JSON, Handle: password, Doc: doc("Change my password", "password", "")},
		{Method: "PUT", Path: path + "/lang", SignedIn: true, Body: route.JSON, Handle: lang, Doc: doc("Change my language", "lang", "")},
		{Method: "POST", Path: path + "/proof", SignedIn: true, Body: route.JSON, Handle: proof,
			Doc: doc("Show again who I am, before something grave; it counts for ten minutes", "proof", "")},
		{Method: "GET", Path: path + "/proof", SignedIn: true, StepUp: route.Always, Handle: func(r *route.Request) error { return r.NoContent() },
			Doc: doc("Whether I have just shown who I am", "", "")},
		{Method: "POST", Path: "/api/v1/setup", Public: true, Body: route.JSON, Handle: setup, Doc: made},
	}, append(secondRoutes(), deviceRoutes()...)...)
}

func doc(summary, request, response string) route.Doc {
	return route.Doc{Summary: summary, Tag: "session", Request: request, Response: response}
}

// Identify finds who calls: a program by its key or a person by the cookie.
func Identify(c *kernel.Company, r *http.Request) (*kernel.Actor, string, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		actor, err := keys.Find(r.Context(), c, bearer(header))
		return actor, "", err
	}
	token := cookie(r, sessionCookie)
	if token == "" {
		return nil, "", nil
	}
	actor, err := auth.Session(r.Context(), c, token)
	return actor, token, err
}

func bearer(header string) string {
	kind, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// cookie gives the value of a cookie, "" for one that is missing or too long to be ours.
func cookie(r *http.Request, name string) string {
	found, err := r.Cookie(name)
	if err != nil || len(found.Value) > 100 {
		return ""
	}
	return found.Value
}

// put sets a cookie; an empty value removes it.
func put(r *route.Request, name, value string, life time.Duration) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Secure()}
	if c.MaxAge = int(life / time.Second); value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(r.W, c)
}

// browser is from where a request comes.
func browser(r *route.Request) auth.Credentials {
	return auth.Credentials{Address: route.Address(r.R), Agent: r.R.UserAgent(), Device: func(account int64) string {
		return cookie(r.R, deviceCookie+strconv.FormatInt(account, 10))
	}}
}

func session(r *route.Request) error {
	need := ""
	if half := cookie(r.R, entryCookie); half != "" && r.Actor == nil {
		err := r.Company.View(r.Context(), kernel.SystemActor(), func(v *kernel.View) (err error) { _, need, err = auth.Waiting(v, half); return err })
		if err != nil {
			return err
		}
	}
	return sessionAs(r, r.Actor, need, http.StatusOK)
}

// sessionAs answers who somebody is, and what he still has to give.
func sessionAs(r *route.Request, actor *kernel.Actor, need string, status int) error {
	needed := false
	if actor == nil {
		var err error
		if needed, err = auth.Needed(r.Context(), r.Company); err != nil {
			return err
		}
	}
	out := map[string]any{"setup_needed": needed, "loopback": r.Loopback(), "user": nil, "company": nil, "version": r.Company.Version, "need": need, "second": false}
	if actor != nil {
		out["user"] = meta.UserOf(actor)
		on := false
		if err := r.Company.View(r.Context(), actor, func(v *kernel.View) (err error) { on, err = second.On(v, actor.UserID); return err }); err != nil {
			return err
		}
		out["second"] = on
	}
	if !needed {
		out["company"] = map[string]any{"name": r.Company.Setting("company.name")}
	}
	return r.JSON(status, out)
}

func login(r *route.Request) error {
	in, err := r.Strings("login", "password")
	if err != nil {
		return err
	}
	return enterBy(r, in["login"], in["password"], http.StatusOK)
}

// enterBy opens a session, or an entry that waits for more, and answers with it.
func enterBy(r *route.Request, login, password string, status int) error {
	from := browser(r)
	from.Login, from.Password = login, password
	e, err := auth.Login(r.Context(), r.Company, from)
	if err != nil {
		return err
	}
	return let(r, e, status)
}

// let answers with what came of a login.
func let(r *route.Request, e auth.Entry, status int) error {
	if e.Need != "" {
		put(r, entryCookie, e.Half, entryLife)
		return sessionAs(r, nil, e.Need, status)
	}
	actor, err := keep(r, e)
	if err != nil {
		return err
	}
	return sessionAs(r, actor, "", status)
}

// keep hands the browser the session that opened.
func keep(r *route.Request, e auth.Entry) (*kernel.Actor, error) {
	actor, err := auth.Session(r.Context(), r.Company, e.Token)
	if err == nil && actor == nil {
		err = errors.New("a session just opened is not there")
	}
	if err != nil {
		return nil, err
	}
	put(r, sessionCookie, e.Token, sessionLife)
	if e.Device != "" {
		put(r, deviceCookie+strconv.FormatInt(e.Account, 10), e.Device, deviceLife)
	}
	if cookie(r.R, entryCookie) != "" {
		put(r, entryCookie, "", 0)
	}
	return actor, nil
}

// code takes the second factor of somebody who waits at the door.
func code(r *route.Request) error {
	in, err := r.Strings("code", "trust")
	if err != nil {
		return err
	}
	e, err := enter.Code(r.Context(), r.Company, enter.Answer{Half: cookie(r.R, entryCookie), Code: in["code"], Trust: in["trust"] == "true"}, browser(r))
	if err != nil {
		return err
	}
	return let(r, e, http.StatusOK)
}

func logout(r *route.Request) error {
	if r.Token != "" {
		if err := auth.Logout(r.Context(), r.Company, r.Actor, r.Token); err != nil {
			return err
		}
	}
	put(r, sessionCookie, "", 0)
	return r.NoContent()
}

func password(r *route.Request) error {
	in, err := r.Strings("old", "new")
	if err != nil {
		return err
	}
	token, err := auth.ChangePassword(r.Context(), r.Company, r.Actor, auth.Change{Old: in["old"], New: in["new"], Token: r.Token})
	if err != nil {
		return err
	}
	if r.Token != "" {
		put(r, sessionCookie, token, sessionLife)
	}
	return r.NoContent()
}

// proof lets a person show again who he is.
func proof(r *route.Request) error {
	in, err := r.Strings("password", "code")
	if err != nil {
		return err
	}
	if r.Token == "" {
		return problem.New(problem.Forbidden, "proof.program")
	}
	if err := enter.Prove(r.Context(), r.Company, r.Actor, enter.Proof{Password: in["password"], Code: in["code"], Session: r.Token}); err != nil {
		return err
	}
	return r.NoContent()
}

func lang(r *route.Request) error {
	in, err := r.Strings("lang")
	if err != nil {
		return err
	}
	if in["lang"] != "zh" && in["lang"] != "en" {
		return problem.BadShape("field.option", "value", resource.Clip(in["lang"])).At("/lang")
	}
	if err := auth.SetLang(r.Context(), r.Company, r.Actor, in["lang"]); err != nil {
		return err
	}
	return r.NoContent()
}

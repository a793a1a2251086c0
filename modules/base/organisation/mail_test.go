package organisation_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// desk asks the interface of a company as one person.
type desk struct {
	t      *testing.T
	h      http.Handler
	cookie *http.Cookie
}

func (d *desk) ask(method, path, body string) (int, string) {
	d.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	if d.cookie != nil {
		r.AddCookie(d.cookie)
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == "zg_session" {
			d.cookie = c
		}
	}
	return w.Code, w.Body.String()
}

// TestTheMailSettingsAndWishes goes through the interface: the password goes in and never comes out, a person says for
// himself whether he wants mail, and whoever may not change the settings sends no test mail.
func TestTheMailSettingsAndWishes(t *testing.T) {
	o := options(t)
	o.Modules = []kernel.Module{notify.Module(), organisation.Module(), mail.Module()}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		boss := anna(t, c)
		clerk := &organisation.User{Login: "bert", Name: "Bert", Roles: "salesperson", Lang: "en"}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			p := &organisation.Person{Code: "P1", Name: "Bert", Email: "bert@firm.example"}
			if err := pipeline.Create(tx, organisation.People, p); err != nil {
				return err
			}
			clerk.Person = p.ID
			return pipeline.Create(tx, organisation.Users, clerk)
		})
		if err != nil {
			t.Fatal(err)
		}
		server, err := web.New(c, web.Options{Addr: "127.0.0.1:8080"})
		if err != nil {
			t.Fatal(err)
		}
		enter := func(id int64, login string) *desk {
			in := &resource.Object{}
			in.Put("password", "correct horse")
			if _, err := pipeline.Do(context.Background(), c, boss, pipeline.Command{Def: c.Def("base.user"), Act: "set_password", ID: id, Input: in}); err != nil {
				t.Fatal(err)
			}
			d := &desk{t: t, h: server.Handler()}
			if code, body := d.ask("POST", "/api/v1/session", `{"login":"`+login+`","password":"correct horse"}`); code != http.StatusOK {
				t.Fatal(code, body)
			}
			return d
		}
		admin, bert := enter(boss.UserID, "anna"), enter(clerk.ID, "bert")
		for _, x := range []struct {
			who                *desk
			method, path, body string
			status             int
			want               string
		}{
			{bert, "GET", "/api/v1/mail/wish", "", 200, `{"address":"bert@firm.example","offered":false,"wanted":false}`},
			{bert, "PUT", "/api/v1/settings", `{"mail.notices":"all"}`, 403, ""},
			{bert, "POST", "/api/v1/mail/test", `{"to":"x@y.example"}`, 403, ""},
			{bert, "GET", "/api/v1/mail", "", 403, ""},
			{admin, "POST", "/api/v1/mail/test", `{"to":"x@y.example"}`, 422, `"code":"mail.unset"`},
			{admin, "PUT", "/api/v1/settings", `{"mail.notices":"all","mail.host":"127.0.0.1","mail.port":"1","mail.sender":"erp@firm.example","mail.password":"hush-hush"}`, 200, `"secret":true,"given":true`},
			{admin, "POST", "/api/v1/mail/test", `{"to":"x@y.example\r\nRCPT TO:<z@y.example>"}`, 422, `"code":"mail.address"`},
			{admin, "POST", "/api/v1/mail/test", `{"to":"x@y.example"}`, 422, `connection refused`},
			{admin, "GET", "/api/v1/mail", "", 200, `{"failed":0,"last":{"at":"","error":"","state":"dropped","to":""},"waiting":0}`},
			{admin, "PUT", "/api/v1/settings", `{"mail.sender":"two@a.example, three@a.example"}`, 422, `"code":"mail.sender"`},
			{bert, "GET", "/api/v1/mail/wish", "", 200, `{"address":"bert@firm.example","offered":true,"wanted":true}`},
			{bert, "PUT", "/api/v1/mail/wish", `{"wanted":false}`, 200, `{"address":"bert@firm.example","offered":true,"wanted":false}`},
			{bert, "PUT", "/api/v1/mail/wish", `{"wanted":"yes"}`, 400, ""},
			{admin, "GET", "/api/v1/mail/wish", "", 200, `{"address":"","offered":true,"wanted":true}`},
		} {
			code, body := x.who.ask(x.method, x.path, x.body)
			if code != x.status || !strings.Contains(body, x.want) || strings.Contains(body, "hush-hush") {
				t.Errorf("%s %s %s: %d %s", x.method, x.path, x.body, code, body)
			}
		}
		if got := c.Setting("mail.password"); got != "hush-hush" {
			t.Errorf("the password is %q", got)
		}
		asksNothingInside(t, admin)
	})
}

// asksNothingInside names addresses that answer inside of a machine or a cloud alone as the mail server.
func asksNothingInside(t *testing.T, admin *desk) {
	t.Helper()
	for _, security := range []string{"tls", "starttls", "none"} {
		for _, inside := range []string{"169.254.169.254", "100.100.100.200", "0.0.0.0"} {
			code, body := admin.ask("PUT", "/api/v1/settings", `{"mail.host":"`+inside+`","mail.security":"`+security+`","mail.port":"80"}`)
			if code != http.StatusOK {
				t.Errorf("%s: %d %s", inside, code, body)
			}
			if code, body = admin.ask("POST", "/api/v1/mail/test", `{"to":"x@y.example"}`); code != http.StatusUnprocessableEntity || !strings.Contains(body, `"code":"mail.forbidden"`) {
				t.Errorf("%s over %s: %d %s", inside, security, code, body)
			}
		}
	}
}

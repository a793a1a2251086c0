package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web"
)

func TestSession(t *testing.T) {
	s := open(t, web.Options{})
	const path = "/api/v1/session"
	anonymous := s.do(call{method: "GET", path: path, remote: "192.168.1.9:77"})
	if want := `{"company":{"name":"测试店"},"loopback":false,"need":"","second":false,"setup_needed":false,"user":null,"version":"test"}`; anonymous.Body.String() != want {
		t.Errorf("got %s", anonymous.Body)
	}
	in := s.do(call{method: "POST", path: path, body: `{"login":"anna","password":"correct horse"}`})
	in.expect(t, 200, "")
	if user, _ := json.Marshal(in.body["user"]); !strings.HasSuffix(string(user), `"lang":"zh","login":"anna","name":"ANNA","roles":["seller"]}`) {
		t.Errorf("user is %s", user)
	}
	cookie := in.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure || len(cookie.Value) != 43 {
		t.Errorf("the cookie is %+v", cookie)
	}
	token := cookie.Value
	s.do(call{method: "GET", path: "/api/v1/meta", token: token}).expect(t, 200, "")
	out := s.do(call{method: "DELETE", path: path, token: token})
	out.expect(t, 204, "")
	if c := out.Result().Cookies()[0]; c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("the cookie stays: %+v", c)
	}
	s.do(call{method: "GET", path: "/api/v1/meta", token: token}).expect(t, 401, "unauthenticated")
	s.do(call{method: "POST", path: path, body: `{"login":"anna","password":"wrong"}`}).expect(t, 401, "login.wrong")
	s.do(call{method: "POST", path: path, body: `{"login":"unknown","password":"correct horse"}`}).expect(t, 401, "login.wrong")
	s.do(call{method: "POST", path: path, body: `{"login":"anna","password":"x","role":"boss"}`}).expect(t, 400, "field.unknown")
	s.do(call{method: "POST", path: path, body: `{"login":{"a":1},"password":"x"}`}).expect(t, 400, "field.type")
}

func TestLanguage(t *testing.T) {
	s := open(t, web.Options{})
	anna := s.login("anna")
	ask := func(query, header string) string {
		h := http.Header{}
		if header != "" {
			h.Set("Accept-Language", header)
		}
		return s.do(call{method: "GET", path: "/api/v1/settings" + query, token: anna, header: h}).text("detail")[:2]
	}
	const zh, en = "没", "Yo"
	for _, x := range []struct{ query, header, want string }{
		{"", "", zh}, {"?lang=en", "", en}, {"", "en", en}, {"", "en-US,en;q=0.9", zh}, {"?lang=zh", "en", zh}, {"?lang=fr", "", zh},
	} {
		if got := ask(x.query, x.header); got != x.want[:2] {
			t.Errorf("%q with %q answers %q", x.query, x.header, got)
		}
	}
	s.do(call{method: "PUT", path: "/api/v1/session/lang", token: anna, body: `{"lang":"xx"}`}).expect(t, 400, "field.option")
	s.do(call{method: "PUT", path: "/api/v1/session/lang", token: anna, body: `{"lang":"en"}`}).expect(t, 204, "")
	if got := ask("", "zh-CN,zh;q=0.9"); got != en {
		t.Errorf("after the change: %q", got)
	}
}

func TestGuessingIsSlowed(t *testing.T) {
	s := open(t, web.Options{})
	guess := func(login, remote string) reply {
		return s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"` + login + `","password":"wrong"}`, remote: remote})
	}
	for range 5 {
		guess("anna", "10.0.0.1:1").expect(t, 401, "login.wrong")
	}
	held := guess("ANNA ", "10.0.0.2:1")
	held.expect(t, 429, "login.throttled")
	if held.Header().Get("Retry-After") != "2" || held.body["retry_after"] != json.Number("2") || held.text("detail") != "试得太多了，请 2 秒后再试" {
		t.Errorf("held: %s, retry after %q", held.Body, held.Header().Get("Retry-After"))
	}
	s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"anna","password":"correct horse"}`}).expect(t, 429, "login.throttled")
	s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"bert","password":"correct horse"}`}).expect(t, 200, "")
	s.clock.Advance(2 * time.Second)
	guess("anna", "10.0.0.1:1").expect(t, 401, "login.wrong")
	if r := guess("anna", "10.0.0.1:1"); r.Header().Get("Retry-After") != "4" {
		t.Errorf("the wait does not grow: %q", r.Header().Get("Retry-After"))
	}
	s.clock.Advance(4 * time.Second)
	s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"anna","password":"correct horse"}`}).expect(t, 200, "")
	guess("anna", "10.0.0.1:1").expect(t, 401, "login.wrong")
}

func TestAnAddressThatGuessesManyLogins(t *testing.T) {
	s := serve(t, &people{}, web.Options{})
	for i := range 20 {
		s.do(call{method: "POST", path: "/api/v1/session", remote: "10.0.0.1:1", body: `{"login":"user` + string(rune('a'+i)) + `","password":"wrong"}`}).expect(t, 401, "login.wrong")
	}
	body := `{"login":"another","password":"wrong"}`
	s.do(call{method: "POST", path: "/api/v1/session", remote: "10.0.0.1:2", body: body, header: http.Header{"X-Forwarded-For": {"10.9.9.9"}}}).expect(t, 429, "login.throttled")
	s.do(call{method: "POST", path: "/api/v1/session", remote: "10.0.0.2:1", body: body}).expect(t, 401, "login.wrong")
}

func TestWhatEndsASession(t *testing.T) {
	s := open(t, web.Options{})
	alive := func(token string) bool {
		return s.do(call{method: "GET", path: "/api/v1/meta", token: token}).Code == 200
	}
	first, second := s.login("anna"), s.login("anna")
	s.do(call{method: "PUT", path: "/api/v1/session/password", token: first, body: `{"old":"wrong","new":"battery staple"}`}).expect(t, 422, "password.wrong")
	s.do(call{method: "PUT", path: "/api/v1/session/password", token: first, body: `{"old":"correct horse","new":"short"}`}).expect(t, 422, "password.short")
	changed := s.do(call{method: "PUT", path: "/api/v1/session/password", token: first, body: `{"old":"correct horse","new":"battery staple"}`})
	changed.expect(t, 204, "")
	if alive(first) || alive(second) || !alive(changed.Result().Cookies()[0].Value) {
		t.Error("a new password must end every session but give the caller a new one")
	}
	bert := s.login("bert")
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "end", func(tx *kernel.Tx) error { return auth.EndSessions(tx, 3) })
	if err != nil || alive(bert) {
		t.Errorf("a change of roles must end the session: %v", err)
	}
	vera := s.login("vera")
	if !alive(vera) {
		t.Fatal("vera is not in")
	}
	s.people.change(4, func(a *auth.Account) { a.Disabled = true })
	s.clock.Advance(6 * time.Second)
	if alive(vera) {
		t.Error("a disabled account must be out within five seconds")
	}
	s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"vera","password":"correct horse"}`}).expect(t, 401, "login.wrong")
	boss := s.login("boss")
	s.clock.Advance(8 * 24 * time.Hour)
	if alive(boss) {
		t.Error("a session nobody used for a week must end")
	}
}

func TestUseProlongsASession(t *testing.T) {
	s := open(t, web.Options{})
	token := s.login("boss")
	for day := range 12 {
		s.clock.Advance(5 * 24 * time.Hour)
		if code := s.do(call{method: "GET", path: "/api/v1/meta", token: token}).Code; code != 200 {
			if day < 11 {
				t.Fatalf("out after %d days of use", (day+1)*5)
			}
			return
		}
		settled(t, s)
	}
	s.clock.Advance(5 * 24 * time.Hour)
	s.do(call{method: "GET", path: "/api/v1/meta", token: token}).expect(t, 401, "unauthenticated")
}

// settled waits until the use of a session was noted, which happens beside the request.
func settled(t *testing.T, s *shop) {
	t.Helper()
	for range 200 {
		var seen int64
		err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&seen}, "SELECT MAX(seen_at) FROM sessions")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if seen == s.clock.Now().UnixMilli() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the use of a session is not noted")
}

func TestAPIKeys(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	const path = "/api/v1/api-keys"
	made := s.do(call{method: "POST", path: path, token: boss, body: `{"name":"till","account":2}`})
	made.expect(t, 201, "")
	key := made.text("key")
	if !strings.HasPrefix(key, "zgk_") || len(key) != 47 {
		t.Errorf("the key is %q", key)
	}
	r := s.do(call{method: "POST", path: "/api/v1/shop/customers", token: key, body: `{"code":"K","name":"by key"}`})
	r.expect(t, 201, "")
	if r.body["created_by"] != json.Number("2") {
		t.Errorf("the key acts as %v", r.body["created_by"])
	}
	s.do(call{method: "GET", path: "/api/v1/settings", token: key}).expect(t, 403, "forbidden")
	list := s.do(call{method: "GET", path: path, token: boss})
	if len(list.body["items"].([]any)) != 1 || strings.Contains(list.Body.String(), key[5:]) {
		t.Errorf("the list is %s", list.Body)
	}
	short := s.do(call{method: "POST", path: path, token: boss, body: `{"name":"for a day","expires_at":"2026-11-22T00:00:00Z"}`}).text("key")
	s.do(call{method: "GET", path: path, token: short}).expect(t, 200, "")
	s.clock.Advance(24 * time.Hour)
	s.do(call{method: "GET", path: path, token: short}).expect(t, 401, "unauthenticated")
	s.do(call{method: "DELETE", path: path + "/" + made.id(), token: boss}).expect(t, 403, "stepup.needed")
	s.do(call{method: "POST", path: path, token: boss, body: `{"name":"x"}`}).expect(t, 403, "stepup.needed")
	s.do(call{method: "POST", path: "/api/v1/session/proof", token: boss, body: `{"password":"correct horse"}`}).expect(t, 204, "")
	s.do(call{method: "DELETE", path: path + "/" + made.id(), token: boss}).expect(t, 204, "")
	s.do(call{method: "GET", path: "/api/v1/shop/customers", token: key}).expect(t, 401, "unauthenticated")
	s.do(call{method: "DELETE", path: path + "/" + made.id(), token: boss}).expect(t, 404, "not_found")
	s.do(call{method: "GET", path: "/api/v1/shop/customers", token: "zgk_guess"}).expect(t, 401, "unauthenticated")
	s.do(call{method: "POST", path: path, token: boss, body: `{"name":"","account":2}`}).expect(t, 422, "key.name")
	s.do(call{method: "POST", path: path, token: boss, body: `{"name":"x","account":99}`}).expect(t, 422, "key.account")
	s.do(call{method: "POST", path: path, token: boss, body: `{"name":"x","account":"a"}`}).expect(t, 400, "field.number")
}

func TestSetup(t *testing.T) {
	p := &people{}
	s := serve(t, p, web.Options{Addr: "0.0.0.0:8080"})
	const path = "/api/v1/setup"
	body := `{"company":"新店","trade":"retail","books":true,"name":"老板","login":"boss","password":"correct horse","lang":"zh"}`
	if r := s.do(call{method: "GET", path: "/api/v1/session"}); r.body["setup_needed"] != true || r.body["company"] != nil || r.body["loopback"] != true {
		t.Errorf("before: %s", r.Body)
	}
	s.do(call{method: "POST", path: path, body: body}).expect(t, 503, "setup.unavailable")
	var got auth.SetupInput
	err := auth.Setup.Fill(s.c, func(_ context.Context, _ *kernel.Company, in auth.SetupInput) error {
		if in.Company == "taken" {
			return problem.Rule("required").At("/company")
		}
		got = in
		p.list = append(p.list, auth.Account{ID: 1, Login: in.Login, Name: in.Name, Roles: []string{"administrator"}, PasswordHash: hash()})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.do(call{method: "POST", path: path, body: body, remote: "192.168.1.7:1", host: "192.168.1.5:8080"}).expect(t, 403, "setup.local")
	bad := s.do(call{method: "POST", path: path, body: `{"company":" ","trade":"mining","login":"boss","name":"x","password":"1234567","from":"2026-13"}`})
	if bad.Code != 400 || bad.pointers() != "/company required, /trade field.option, /from field.month, /password password.short" {
		t.Errorf("bad input: %d %s", bad.Code, bad.pointers())
	}
	s.do(call{method: "POST", path: path, body: strings.Replace(body, "新店", "taken", 1)}).expect(t, 422, "required")
	made := s.do(call{method: "POST", path: path, body: body})
	made.expect(t, 201, "")
	if made.body["user"].(map[string]any)["login"] != "boss" || len(made.Result().Cookies()) != 2 {
		t.Errorf("made: %s", made.Body)
	}
	want := auth.SetupInput{Company: "新店", Trade: "retail", Profile: "sheets", Books: true, Standard: "small", VAT: "small", From: "2026-11", Name: "老板", Login: "boss", Password: "correct horse", Lang: "zh"}
	if got != want {
		t.Errorf("got %+v", got)
	}
	s.do(call{method: "POST", path: path, body: body}).expect(t, 409, "setup.twice")
}

// TestHelpNeedsNobody: help is read before anybody logs in, and a refusal says what to do.
func TestHelpNeedsNobody(t *testing.T) {
	s := open(t, web.Options{})
	for path, want := range map[string]string{
		"/help": "第一次使用", "/help/errors": `<tr id="login.wrong">`, "/help/errors?lang=en": "Check capitals and the keyboard",
	} {
		page := s.do(call{method: "GET", path: path})
		if page.Code != 200 || !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: %d, without %q", path, page.Code, want)
		}
	}
	wrong := s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"anna","password":"wrong"}`})
	if got, want := wrong.text("next"), "请核对大小写和输入法；忘记密码请找管理员重设。"; got != want {
		t.Errorf("what to do is %q, want %q", got, want)
	}
}

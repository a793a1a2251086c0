package product

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/refused"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/kernel/web/route"
)

// house is the served product on a clock that the test moves.
type house struct {
	t      *testing.T
	c      *kernel.Company
	server *web.Server
	now    *clock.Manual
}

// visitor is a browser: it keeps the cookies it is given.
type visitor struct {
	*house

	agent, address string
	cookies        map[string]string
}

func houses(t *testing.T, fn func(t *testing.T, h *house, boss *visitor)) {
	for _, dialect := range []string{"sqlite", "postgres"} {
		t.Run(dialect, func(t *testing.T) {
			o := wholeProduct(t)
			now := clock.Fixed(testkit.Now)
			o.Clock = now
			open := map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres}[dialect]
			h := &house{t: t, c: open(t, o), now: now}
			var err error
			if h.server, err = web.New(h.c, web.Options{}); err != nil {
				t.Fatal(err)
			}
			boss := h.visitor("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")
			boss.must(http.StatusCreated, "POST", "/api/v1/setup", `{"company":"宏发五金","name":"老王","login":"boss","password":"correct horse","books":false}`)
			fn(t, h, boss)
		})
	}
}

func (h *house) visitor(agent string) *visitor {
	return &visitor{house: h, agent: agent, address: "127.0.0.1", cookies: map[string]string{}}
}

func (v *visitor) ask(method, path, body string, headers ...string) (int, map[string]any) {
	v.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1", v.address+":5000"
	if body == "" {
		r = httptest.NewRequest(method, path, nil)
		r.Host, r.RemoteAddr = "127.0.0.1", v.address+":5000"
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", v.agent)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	v.server.Handler().ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
			continue
		}
		v.cookies[c.Name] = c.Value
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			v.t.Errorf("the cookie is %+v", c)
		}
	}
	var out map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &out) // files are no JSON
	return w.Code, out
}

func (v *visitor) must(status int, method, path, body string, headers ...string) map[string]any {
	v.t.Helper()
	got, out := v.ask(method, path, body, headers...)
	if got != status {
		v.t.Fatalf("%s %s: %d %v, want %d", method, path, got, out, status)
	}
	return out
}

func (v *visitor) refused(code, method, path, body string, headers ...string) {
	v.t.Helper()
	if status, out := v.ask(method, path, body, headers...); status < 400 || out["code"] != code {
		v.t.Errorf("%s %s: %d %v, want %s", method, path, status, out, code)
	}
}

const sessionAt = "/api/v1/session"

func (v *visitor) login(login string) map[string]any {
	v.t.Helper()
	return v.must(200, "POST", sessionAt, `{"login":"`+login+`","password":"correct horse"}`)
}

// enrol gives the visitor a second factor and tells its secret and recovery codes.
func (v *visitor) enrol() (secret string, codes []string) {
	v.t.Helper()
	secret = strings.ReplaceAll(v.must(200, "POST", sessionAt+"/second-factor", `{}`)["secret"].(string), " ", "")
	for _, c := range v.must(200, "POST", sessionAt+"/second-factor/confirm", `{"code":"`+v.code(secret)+`"}`)["codes"].([]any) {
		codes = append(codes, c.(string))
	}
	return secret, codes
}

func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.now.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// user makes somebody who may log in.
func (v *visitor) user(login, roles string) string {
	v.t.Helper()
	id := fmt.Sprint(int64(v.must(201, "POST", "/api/v1/base/users", `{"login":"`+login+`","name":"`+strings.ToUpper(login)+`","roles":"`+roles+`"}`)["id"].(float64)))
	v.must(200, "POST", "/api/v1/base/users/"+id+"/set_password", `{"password":"correct horse"}`, "If-Match", `"1"`)
	return id
}

// TestGraveOperations pins which operations ask a person to show again who he is, and holds each of them to it.
func TestGraveOperations(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		var b strings.Builder
		h.now.Advance(10 * time.Minute)
		routes := h.server.Routes()
		slices.SortFunc(routes, func(a, b route.Route) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
		for _, r := range routes {
			export := strings.Contains(r.Path, "/export.")
			switch {
			case r.StepUp == route.Never && export:
				t.Errorf("%s asks nobody, however long it is", r.Path)
			case r.StepUp == route.Never || export:
			case r.StepUp == route.Sometimes:
				fmt.Fprintf(&b, "sometimes %s %s\n", r.Method, r.Path)
			default:
				fmt.Fprintf(&b, "always    %s %s\n", r.Method, r.Path)
				body := "{}"
				if r.Method == "GET" || r.Method == "DELETE" {
					body = ""
				}
				boss.refused("stepup.needed", r.Method, strings.ReplaceAll(r.Path, "{id}", "1"), body)
			}
		}
		golden := filepath.Join("testdata", "grave.txt")
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(want) != b.String() {
			t.Errorf("what is grave changed (write it anew with -update when that is meant): %v\n%s", err, b.String())
		}
	})
}

// TestWhatIsGraveOnlySometimes: roles changed in bulk, security settings, and long exports.
func TestWhatIsGraveOnlySometimes(t *testing.T) {
	houses(t, func(t *testing.T, _ *house, boss *visitor) {
		for i := range 3 {
			boss.must(201, "POST", "/api/v1/base/departments", fmt.Sprintf(`{"code":"D%d","name":"部门%d"}`, i, i))
		}
		boss.must(200, "PUT", "/api/v1/settings", `{"security.export_rows":"2"}`)
		boss.must(200, "GET", "/api/v1/base/departments/export.xlsx", "")
		boss.now.Advance(10 * time.Minute)
		bulk := `{"resource":"base.%s","act":"update","input":{%s},"count":%d}`
		boss.refused("stepup.needed", "POST", "/api/v1/bulk", fmt.Sprintf(bulk, "user", `"roles":"boss"`, 1))
		boss.must(202, "POST", "/api/v1/bulk", fmt.Sprintf(bulk, "department", `"active":false`, 4))
		boss.refused("stepup.needed", "PUT", "/api/v1/settings", `{"security.export_rows":"3"}`)
		boss.must(200, "PUT", "/api/v1/settings", `{"security.export_rows":"2","company.phone":"1"}`)
		boss.refused("stepup.needed", "GET", "/api/v1/base/departments/export.xlsx", "")
		boss.refused("stepup.needed", "GET", "/api/v1/base/departments/export.csv", "")
		boss.refused("stepup.needed", "GET", "/api/v1/reports/system.security_log/export.xlsx", "")
		boss.must(200, "GET", "/api/v1/base/departments/export.xlsx?filter=code:eq:D1", "")
		boss.refused("password.again", "POST", sessionAt+"/proof", `{"password":"wrong"}`)
		boss.refused("stepup.needed", "GET", sessionAt+"/proof", "")
		boss.must(204, "POST", sessionAt+"/proof", `{"password":"correct horse"}`)
		boss.must(204, "GET", sessionAt+"/proof", "")
		boss.must(200, "GET", "/api/v1/base/departments/export.xlsx", "")
		boss.must(200, "PUT", "/api/v1/settings", `{"security.export_rows":"0"}`)
		boss.now.Advance(10 * time.Minute)
		boss.must(200, "GET", "/api/v1/base/departments/export.xlsx", "")
	})
}

// TestHalfASession: with the password alone nothing answers that does not answer strangers.
func TestHalfASession(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		secret, _ := boss.enrol()
		h.now.Advance(time.Minute)
		half := h.visitor("curl/8")
		if got := half.login("boss"); got["need"] != "code" || got["user"] != nil {
			t.Fatalf("login: %v", got)
		}
		if half.cookies["zg_session"] != "" || len(half.cookies["zg_entry"]) != 43 || len(half.cookies) != 1 {
			t.Errorf("cookies: %v", half.cookies)
		}
		asked := 0
		for _, r := range h.server.Routes() {
			if r.Public {
				continue
			}
			asked++
			for _, forged := range []map[string]string{
				{"zg_entry": half.cookies["zg_entry"]}, {"zg_session": half.cookies["zg_entry"]}, {"zg_entry": half.cookies["zg_entry"], "zg_session": "x"},
			} {
				one := h.visitor("curl/8")
				one.address, one.cookies = fmt.Sprint("10.0.", asked>>8, ".", asked&255), forged
				if status, out := one.ask(r.Method, strings.ReplaceAll(r.Path, "{id}", "1"), ""); status != http.StatusUnauthorized {
					t.Errorf("%s %s with %v: %d %v", r.Method, r.Path, forged, status, out)
				}
			}
		}
		if asked < 500 {
			t.Errorf("only %d operations were asked", asked)
		}
		half.refused("entry.expired", "POST", sessionAt+"/second-factor", `{}`)
		half.refused("entry.expired", "POST", sessionAt+"/second-factor/confirm", `{"code":"000000"}`)
		half.refused("origin.refused", "POST", sessionAt+"/code", `{"code":"`+h.code(secret)+`"}`, "Sec-Fetch-Site", "cross-site")
		half.refused("origin.refused", "POST", sessionAt+"/proof", `{"password":"correct horse"}`, "Origin", "https://evil.example")
		before := half.cookies["zg_entry"]
		half.cookies["zg_session"] = "chosen-by-somebody-else"
		if got := half.must(200, "POST", sessionAt+"/code", `{"code":"`+h.code(secret)+`","trust":true}`); got["user"] == nil || got["need"] != "" {
			t.Errorf("after the code: %v", got)
		}
		if now := half.cookies["zg_session"]; len(now) != 43 || now == before || half.cookies["zg_entry"] != "" {
			t.Errorf("the token of the session was not made anew: %v", half.cookies)
		}
		half.must(204, "DELETE", sessionAt, "")
		if got := half.login("boss"); got["user"] == nil {
			t.Errorf("a trusted device: %v", got)
		}
		planted := h.visitor("curl/8")
		for name := range half.cookies {
			if strings.HasPrefix(name, "zg_device_") {
				planted.cookies[name] = strings.Repeat("A", 43)
			}
		}
		if got := planted.login("boss"); got["need"] != "code" {
			t.Errorf("a device that was made up: %v", got)
		}
	})
}

// TestAStrangerIsToldOf: the first device is nothing new, the second is, and it can be logged out.
func TestAStrangerIsToldOf(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		notices := func() (out []string) {
			for _, n := range boss.must(200, "GET", "/api/v1/notices", "")["items"].([]any) {
				n := n.(map[string]any)
				out = append(out, n["text"].(string)+" > "+n["to"].(string))
			}
			return out
		}
		boss.login("boss")
		if got := notices(); len(got) != 0 {
			t.Errorf("the same browser: %q", got)
		}
		h.now.Advance(time.Hour)
		phone := h.visitor("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8")
		phone.address = "192.168.1.23"
		phone.login("boss")
		want := "新设备登录了您的账号：WeChat · Android，地址 192.168.1.23，2026-11-21 11:00。不是本人操作，请马上改密码并退出其他设备。 > /security"
		if got := notices(); len(got) != 1 || got[0] != want {
			t.Errorf("another browser: %q", got)
		}
		list := boss.must(200, "GET", sessionAt+"/devices", "")["items"].([]any)
		var said []string
		stranger := ""
		for _, d := range list {
			d := d.(map[string]any)
			said = append(said, fmt.Sprint(d["agent"], " ", d["address"], " ", d["sessions"], " ", d["present"]))
			if d["present"] == false {
				stranger = fmt.Sprint(int64(d["id"].(float64)))
			}
		}
		if got := strings.Join(said, "; "); got != "WeChat · Android 192.168.1.23 1 false; Chrome · Windows 127.0.0.1 2 true" {
			t.Errorf("devices: %s", got)
		}
		phone.must(200, "GET", "/api/v1/meta", "")
		boss.must(204, "DELETE", sessionAt+"/devices/"+stranger, "")
		boss.refused("device.unknown", "DELETE", sessionAt+"/devices/"+stranger, "")
		phone.refused("unauthenticated", "GET", "/api/v1/meta", "")
		phone.login("boss")
		boss.must(204, "POST", sessionAt+"/devices/end-others", "{}")
		phone.refused("unauthenticated", "GET", "/api/v1/meta", "")
		boss.must(200, "GET", "/api/v1/meta", "")
	})
}

// TestWhoLostThePhone: only those who may change users reset a second factor, nobody resets one of somebody who may more,
// and the person is told.
func TestWhoLostThePhone(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		anna := boss.user("anna", "salesperson")
		a, b := h.visitor("curl/8"), h.visitor("curl/8")
		boss.user("bert", "salesperson")
		a.login("anna")
		b.login("bert")
		a.enrol()
		path := "/api/v1/base/users/" + anna
		b.refused("forbidden", "POST", path+"/reset_second", "{}", "If-Match", `"2"`)
		b.refused("forbidden", "POST", path+"/end_sessions", "{}", "If-Match", `"1"`)
		boss.must(200, "POST", path+"/reset_second", "{}", "If-Match", `"2"`)
		a.refused("unauthenticated", "GET", "/api/v1/meta", "")
		if got := a.login("anna"); got["user"] == nil {
			t.Errorf("after the reset: %v", got)
		}
		boss.refused("second.none", "POST", path+"/reset_second", "{}", "If-Match", `"3"`)
		told := a.must(200, "GET", "/api/v1/notices", "")["items"].([]any)
		if len(told) == 0 || told[0].(map[string]any)["text"] != "老王 重置了您的两步验证。如果不是您要求的，请马上联系管理员。" {
			t.Errorf("told: %v", told)
		}
		boss.must(200, "POST", path+"/end_sessions", "{}", "If-Match", `"3"`)
		a.refused("unauthenticated", "GET", "/api/v1/meta", "")
	})
}

// TestNobodyDemandsWhatHeLacks: the setting is for those who have a second factor, and puts everybody else before the door.
func TestNobodyDemandsWhatHeLacks(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		boss.user("anna", "salesperson")
		anna := h.visitor("curl/8")
		anna.login("anna")
		boss.refused("second.first_you", "PUT", "/api/v1/settings", `{"security.second_factor":"everybody"}`)
		boss.enrol()
		boss.must(200, "PUT", "/api/v1/settings", `{"security.second_factor":"everybody"}`)
		h.now.Advance(10 * time.Second)
		anna.refused("unauthenticated", "GET", "/api/v1/meta", "")
		if got := anna.login("anna"); got["need"] != "enrol" {
			t.Fatalf("anna: %v", got)
		}
		if got := anna.must(200, "GET", sessionAt, ""); got["need"] != "enrol" || got["user"] != nil {
			t.Errorf("the page loaded again: %v", got)
		}
		anna.refused("unauthenticated", "GET", "/api/v1/meta", "")
		secret, codes := anna.enrol()
		if len(codes) != 10 || anna.cookies["zg_session"] == "" {
			t.Errorf("enrolled: %d codes, %v", len(codes), anna.cookies)
		}
		anna.must(200, "GET", "/api/v1/meta", "")
		h.now.Advance(time.Minute)
		anna.refused("second.demanded", "POST", sessionAt+"/second-factor/remove", `{"password":"correct horse","code":"`+h.code(secret)+`"}`)
		boss.must(200, "GET", "/api/v1/meta", "")
	})
}

// TestTheSecurityLog does a little of everything and reads the log.
func TestTheSecurityLog(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		tick := func() { h.now.Advance(time.Minute) }
		tick()
		anna := boss.user("anna", "salesperson")
		tick()
		boss.must(200, "PATCH", "/api/v1/base/users/"+anna, `{"roles":"salesperson,cashier"}`, "If-Match", `"2"`)
		tick()
		guess := h.visitor("curl/8")
		guess.address = "10.9.9.9"
		for range 3 {
			guess.refused("login.wrong", "POST", sessionAt, `{"login":"anna","password":"wrong"}`)
			guess.refused("login.wrong", "POST", sessionAt, `{"login":"correct horse","password":""}`)
		}
		tick()
		boss.must(200, "GET", "/api/v1/base/users/export.csv?q=anna", "")
		tick()
		boss.must(204, "POST", sessionAt+"/proof", `{"password":"correct horse"}`)
		tick()
		boss.must(201, "POST", "/api/v1/api-keys", `{"name":"收银机"}`)
		tick()
		boss.must(200, "PUT", "/api/v1/settings", `{"security.export_rows":"100","company.phone":"1"}`)
		tick()
		boss.enrol()
		var got []string
		rows := boss.must(200, "GET", "/api/v1/reports/system.security_log?limit=100", "")["rows"].([]any)
		for _, r := range rows {
			r := r.(map[string]any)
			got = append(got, fmt.Sprint(r["at"].(string)[11:16], " ", r["who"], " | ", r["kind"], " | ", r["what"], " | ", r["address"]))
		}
		want := []string{
			"02:08 老王 | account | 开启了两步验证 | 127.0.0.1",
			"02:07 老王 | settings | 导出多少行以上要再输一次密码：5000 → 100 | 127.0.0.1",
			"02:06 老王 | key | 新建密钥「收银机」 | 127.0.0.1",
			"02:05 老王 | proof | 重要操作前再次验证了密码 | 127.0.0.1",
			"02:04 老王 | export | 操作员：操作员-2026-11-21.csv，1 行，条件 q=anna | 127.0.0.1",
			"02:03 ANNA | refused | 密码不对，3 次 | 10.9.9.9",
			"02:03 （没有这个登录名） | refused | 密码不对，3 次 | 10.9.9.9",
			"02:02 老王 | rights | 操作员 ANNA：修改（角色 salesperson → salesperson,cashier） | 127.0.0.1",
			"02:01 老王 | rights | 操作员 ANNA：设置密码 | 127.0.0.1",
			"02:01 老王 | rights | 操作员 ANNA：新建（角色 - → salesperson） | 127.0.0.1",
			"02:00 老王 | login | 登录 | 127.0.0.1",
		}
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("row %d\n got %s\nwant %s", i, append(got, make([]string, 20)...)[i], append(want, make([]string, 20)...)[i])
			}
		}
		if n := len(boss.must(200, "GET", "/api/v1/reports/system.security_log?kind=rights", "")["rows"].([]any)); n != 3 {
			t.Errorf("rights alone: %d", n)
		}
		if n := len(boss.must(200, "GET", "/api/v1/reports/system.security_log?user="+anna, "")["rows"].([]any)); n != 1 {
			t.Errorf("about anna alone: %d", n)
		}
		if n := len(boss.must(200, "GET", "/api/v1/reports/system.security_log?from=2026-11-01&to=2026-11-20", "")["rows"].([]any)); n != 0 {
			t.Errorf("before it all: %d", n)
		}
		boss.must(200, "GET", "/api/v1/reports/system.security_log/export.xlsx", "")
		a := h.visitor("curl/8")
		a.login("anna")
		a.refused("forbidden", "GET", "/api/v1/reports/system.security_log", "")
	})
}

// TestAFloodOfGuessesIsBounded: the day has so many rows, and the last one counts what did not fit.
func TestAFloodOfGuessesIsBounded(t *testing.T) {
	houses(t, func(t *testing.T, h *house, _ *visitor) {
		for i := range 510 {
			r := refused.Refusal{Address: fmt.Sprint("10.1.", i>>8, ".", i&255), Kind: refused.Password}
			if err := refused.Write(t.Context(), h.c, r); err != nil {
				t.Fatal(err)
			}
		}
		var rows, more int64
		err := h.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			if _, err := v.Scan([]any{&rows}, "SELECT COUNT(*) FROM refused_logins"); err != nil {
				return err
			}
			_, err := v.Scan([]any{&more}, "SELECT times FROM refused_logins WHERE kind = 'more'")
			return err
		})
		if err != nil || rows != 501 || more != 10 {
			t.Errorf("%d rows, %d more, %v", rows, more, err)
		}
	})
}

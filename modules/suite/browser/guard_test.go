package browser

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
)

// phone is an authenticator app that shows one code after the other, each as early as it is taken (half a minute before its
// time), so that a journey need not wait for the next.
type phone struct {
	t      *testing.T
	secret string
	last   int64 // the half minute since 1970 whose code was shown last
}

func (a *phone) next() string {
	a.t.Helper()
	const period, slow = 30, 15 * time.Second // slow: what a busy machine may take from here to the server's answer
	step := max(a.last+1, time.Now().Add(slow).Unix()/period-1)
	a.last = step
	time.Sleep(time.Until(time.Unix((step-1)*period, 0)))
	code, err := totp.GenerateCode(a.secret, time.Unix(step*period, 0))
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

// enrols follows the page that sets a second factor up, and gives the app and the recovery codes.
func (b *tab) enrols(step string) (*phone, []string) {
	b.t.Helper()
	b.find(".second-setup img.picture", "")
	b.until("the picture is there", `() => document.querySelector('.second-setup img.picture').naturalWidth > 0`)
	b.look(step + "-offer")
	app := &phone{t: b.t, secret: strings.ReplaceAll(b.eval(`() => document.querySelector('.second-setup .secret').innerText`), " ", "")}
	b.put(`.second-setup input[name="code"]`, "000000")
	b.click(".second-setup button[type=submit]", "")
	b.find(`.second-setup [role="alert"].bad`, "")
	b.put(`.second-setup input[name="code"]`, app.next())
	b.click(".second-setup button[type=submit]", "")
	b.find(".codes li", "")
	b.look(step + "-codes")
	codes := strings.Fields(b.eval(`() => [...document.querySelectorAll('.codes li')].map(one => one.innerText).join(' ')`))
	if len(codes) != 10 {
		b.t.Fatalf("recovery codes: %q", codes)
	}
	b.click(`.check`, b.words.say(b.t, "second.kept"))
	b.click("button.primary", b.words.say(b.t, "second.finish"))
	return app, codes
}

// answers types a code at the door.
func (b *tab) answers(code string, trust bool) {
	b.t.Helper()
	b.find(`.door input[name="code"]`, "")
	if trust {
		b.click(".door .check", "")
	}
	b.put(`.door input[name="code"]`, code)
	b.click(".door button[type=submit]", "")
}

// forgetProof makes every session be asked again who it is.
func (s *shop) forgetProof() {
	s.t.Helper()
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test:forget", func(tx *kernel.Tx) error {
		_, err := tx.Exec("UPDATE sessions SET proven_at = 0")
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// decides changes settings as the page's own session.
func (b *tab) decides(settings string) {
	b.t.Helper()
	if status := b.eval(`async (body) => String((await fetch('/api/v1/settings', {method: 'PUT', headers: {'Content-Type': 'application/json'}, body})).status)`, settings); status != "200" {
		b.t.Fatalf("settings: %s", status)
	}
}

// TestTheSecondStep sets two-step login up, comes in with it from a browser that is new, hears of that, shows again who it
// is before a long export, and demands the second step of everybody.
func TestTheSecondStep(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name string
		see  screen
	}{{"chinese", screen{lang: "zh"}}, {"english", screen{lang: "en"}}, {"phone", screen{lang: "zh", phone: true}},
		{"english-phone", screen{lang: "en", phone: true}}} {
		t.Run(x.name, func(t *testing.T) { secondStep(t, x.name, x.see) })
	}
}

func secondStep(t *testing.T, name string, see screen) {
	s := newShop(t)
	s.call("POST", "/api/v1/setup", object{"company": "Harmony Hardware", "trade": "trading", "books": true, "name": "Boss", "login": bossLogin, "password": password, "lang": see.lang})
	made := s.call("POST", "/api/v1/base/users", object{"login": "li", "name": "Li", "roles": "salesperson", "lang": see.lang})
	s.act(made, "/api/v1/base/users/", "set_password", object{"password": password})
	s.call("PUT", "/api/v1/settings", object{"security.export_rows": "2"})
	p := newPerson(t, s, see, "second-"+name)
	b := p.tab("/login")
	b.login(bossLogin, password)
	b.at("^/$")
	b.visit("/security")
	b.find(".security h2", p.words.say(t, "second.title"))
	b.look("security-off")
	b.click("button.primary", p.words.say(t, "second.setUp"))
	app, codes := b.enrols("own")
	b.find(".security button", p.words.say(t, "second.remove"))
	b.look("security-on")

	other := newPerson(t, s, see, "second-"+name+"-other")
	o := other.tab("/login")
	o.login(bossLogin, password)
	o.find(`.door input[name="code"]`, "")
	o.look("code")
	o.answers("000000", false)
	o.find(`.door [role="alert"].bad`, "")
	o.look("wrong-code")
	o.answers(app.next(), true)
	o.at("^/$")
	b.visit("/notices")
	b.seeIn(".page", "Chrome")
	b.look("stranger")
	b.visit("/security")
	b.find(".device .btn", "")
	b.look("devices")
	b.click(".security .btn.danger", p.words.say(t, "devices.endOthers"))
	b.click(".el-message-box .el-button--primary", "")
	b.until("the other is gone", `() => document.querySelectorAll('.device').length === 1`)
	o.visit("/inbox")
	o.at("^/login")
	o.login(bossLogin, password)
	o.find(`.door input[name="code"]`, "") // a device that was forgotten is trusted no more
	o.answers(strings.ToLower(codes[0]), true)
	o.at("^/inbox$")

	exportsAgain(b, app)
	b.visit("/settings")
	b.find(".page h1", p.words.say(t, "settings.title"))
	b.decides(`{"security.second_factor":"everybody"}`)
	li := newPerson(t, s, see, "second-"+name+"-li")
	l := li.tab("/r/sales.order")
	l.login("li", password)
	l.enrols("demanded")
	l.at(`^/r/sales\.order$`)
}

// exportsAgain asks for the log as a file, long after the last proof: the page asks who it is, and sends the request again.
func exportsAgain(b *tab, app *phone) {
	b.t.Helper()
	s, p, t := b.shop, b.person, b.t
	s.forgetProof()
	b.visit("/report/system.security_log")
	b.find("a.btn", p.words.say(t, "list.export"))
	b.find("tbody tr, .card, .row", "")
	b.look("log")
	b.click("a.btn", p.words.say(t, "list.export"))
	b.find(`.proof input[type="password"]`, "")
	b.look("proof")
	b.put(`.proof input[type="password"]`, password)
	b.put(`.proof input[name="code"]`, app.next())
	b.click(".proof button[type=submit]", "")
	b.until("the dialog is gone", `() => !document.querySelector('.proof')`)
	exported := func() bool {
		n := 0
		err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM audit WHERE resource = 'system.security_log' AND act = 'export'")
			return err
		})
		return err == nil && n == 1
	}
	for n := 0; !exported(); n++ {
		if n > 100 {
			t.Fatal("the export was not sent again")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

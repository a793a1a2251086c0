package browser

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// login fills the login page.
func (b *tab) login(name, secret string) {
	b.t.Helper()
	b.put(`input[name="username"]`, name)
	b.put(`input[name="password"]`, secret)
	b.click("button[type=submit]", "")
}

// TestTheDoor is coming in and going out.
func TestTheDoor(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	p := newPerson(t, s, screen{lang: "zh"}, "door")
	b := p.tab("/r/sales.order")
	b.at(`^/login\?next=`)
	b.look("login")
	b.login(bossLogin, "not-the-password")
	b.find(`[role="alert"].bad`, "")
	b.look("wrong-password")
	b.login(bossLogin, password)
	b.at(`^/r/sales\.order$`)
	other := p.tab("/r/base.party")
	other.find("h1, .page-head", "")
	b.activate()
	b.click(".top-bar button", "老板")
	b.click(".menu-item", p.words.say(t, "shell.logout"))
	b.at("^/login")
	other.activate()
	other.click("a.brand", "") // home asks for its figures, and hears that nobody is logged in
	other.at("^/login")
	other.look("other-tab-is-out")
	// Guessing is slowed down, and the page says for how long.
	refused := func() bool {
		_, status := s.try("POST", "/api/v1/session", object{"login": "guess", "password": "wrong-guess-1"})
		return status == http.StatusTooManyRequests
	}
	for n := 0; !refused(); n++ {
		if n > 20 {
			t.Fatal("twenty wrong guesses are not slowed down")
		}
	}
	b.activate()
	// On a slow machine a guess may be free again; the page is asked until it is not.
	for n := 0; b.eval(`() => /\d+\s*秒/.test(document.querySelector('[role="alert"].bad')?.innerText ?? '')`) != "true"; n++ {
		if n > 20 {
			t.Fatal("the page never says how long to wait")
		}
		b.login("guess", "wrong-guess-2")
		b.find(`[role="alert"].bad`, "")
	}
	b.look("throttled")
}

// TestSalesperson sees what sells and nothing of what it cost.
func TestSalesperson(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	s.goods("东风机械厂", "六角螺栓")
	made := s.call("POST", "/api/v1/base/users", object{"login": "li", "name": "小李", "roles": "salesperson"})
	s.act(made, "/api/v1/base/users/", "set_password", object{"password": password})
	p := newPerson(t, s, screen{lang: "zh"}, "sales")
	b := p.tab("/")
	b.login("li", password)
	b.find(".home a", "")
	b.look("home")
	b.sees(`销售订单`, true)
	for _, hidden := range []string{"账簿", "凭证", "科目余额表", "采购订单", "操作员", "成本调整单"} {
		b.sees(hidden, false)
	}
	for _, one := range []struct {
		path, shown string
		hidden      []string
	}{
		{"/r/stock.delivery/new", "客户", []string{"成本"}},
		{"/r/sales.order/new", "客户", []string{"成本", "毛利"}},
		{"/r/stock.delivery", "单号", []string{"成本"}},
		{"/r/base.item", "六角螺栓", []string{"参考进价"}},
		{"/report/stock.on_hand", "即时库存", []string{"成本", "库存金额"}},
	} {
		b.visit(one.path)
		b.seeIn(".page", one.shown)
		b.look("page")
		for _, text := range one.hidden {
			b.sees(text, false)
		}
	}
	b.visit("/r/ledger.voucher")
	b.see(p.words.say(t, "error.noResource"))
	b.visit("/report/ledger.trial_balance")
	b.see(p.words.say(t, "error.noReport"))
	b.look("no-books")
	_ = proto.PageClose{}.Call(b.page)
}

// sees holds whether a word stands anywhere on the page.
func (b *tab) sees(text string, want bool) {
	b.t.Helper()
	got := b.eval(`s => document.querySelector('#app').innerText.includes(s)`, text) == "true"
	if got != want {
		b.t.Errorf("%s shows %q: %t, want %t", b.eval(`() => location.pathname`), text, got, want)
	}
}

package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

const soldAt = "/api/v1/stock/deliveries"

// TestModifying puts a posted sheet right in the browser: three actions beside the change, the effect on one screen, the
// number kept; a reload in the middle keeps what was typed, of two tabs the second is told, giving up leaves all as it was.
func TestModifying(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		screen               screen
		name, customer, item string
	}{
		{screen{lang: "zh"}, "modify", "东风机械厂", "六角螺栓"},
		{screen{lang: "en", phone: true}, "modify-phone", "East Machinery", "Hex bolt"},
	} {
		s := newShop(t)
		s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony"}[at.screen.lang], "trade": "trading", "books": true,
			"name": map[string]string{"zh": "老板", "en": "Boss"}[at.screen.lang], "login": bossLogin, "password": password, "lang": at.screen.lang})
		p := newPerson(t, s, at.screen, at.name)
		s.admit(p)
		b := p.tab("/")
		customer, made := s.goods(at.customer, at.item)
		sold := s.call("POST", soldAt+"?action=post", object{"party": customer, "lines": []object{{"item": made[0], "qty": "6", "price": "12.5"}}})
		if at.screen.phone {
			parts(t, p, part{"on the phone", func() { b.modifyByTouch(sold) }})
			continue
		}
		parts(t, p,
			part{"in five keys", func() { b.modifyByKeys(sold) }},
			part{"reload in the middle", func() { b.modifyReloaded(sold) }},
			part{"two tabs", func() { b.modifyTwice(sold) }},
			part{"give up", func() { b.modifyGivenUp(sold) }},
		)
	}
}

// modified reads a sheet as it is stored.
func (b *tab) modified(sold object, revision float64, gross string) {
	b.t.Helper()
	now := b.shop.call("GET", soldAt+"/"+itoa(id(sold)), nil)
	if now["revision"] != revision || now["gross"] != gross || now["number"] != sold["number"] || now["state"] != "posted" {
		b.t.Errorf("the sheet is %v revision %v of %v, %v; want %v revision %v of %v", now["number"], now["revision"], now["gross"], now["state"],
			sold["number"], revision, gross)
	}
}

func (b *tab) modifyByKeys(sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	before := b.acts
	b.press(input.F8)
	b.see(b.words.say(b.t, "modify.begin"))
	b.cursorIn(`[data-cell="0/qty"]`)
	b.look("modify-open")
	b.write("4")
	b.press(input.F9)
	b.seeIn(".modify-dialog", "50.00")
	b.cursorIn(".modify-dialog .primary")
	b.look("modify-effect")
	b.press(input.Enter)
	b.see(b.words.say(b.t, "modify.done"))
	b.chip("posted")
	b.look("modify-done")
	if acts := b.acts - before - 1; acts > 5 { // the quantity itself is the change
		b.t.Errorf("modifying took %d actions beside the change, want at most 5", acts)
	} else {
		b.t.Logf("modifying took %d actions beside the change", acts)
	}
	b.modified(sold, 1, "50.00")
}

func (b *tab) modifyReloaded(sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	b.press(input.F8)
	b.cursorIn(`[data-cell="0/qty"]`)
	b.write("5")
	b.press(input.Enter)
	b.see(b.words.say(b.t, "record.unsaved"))
	b.must(b.page.Reload(), "reload")
	b.see(b.words.say(b.t, "record.restored"))
	b.see(b.words.say(b.t, "modify.begin"))
	b.look("modify-reloaded")
	b.press(input.F9)
	b.seeIn(".modify-dialog", "62.50")
	b.press(input.Enter)
	b.see(b.words.say(b.t, "modify.done"))
	b.modified(sold, 2, "62.50")
}

func (b *tab) modifyTwice(sold object) {
	path := "/r/stock.delivery/" + itoa(id(sold))
	b.visit(path)
	b.chip("posted")
	other := b.tab(path)
	defer func() { _ = other.page.Close() }()
	other.chip("posted")
	for i, one := range []*tab{b, other} {
		one.activate()
		one.press(input.F8)
		one.cursorIn(`[data-cell="0/qty"]`)
		one.write([]string{"7", "8"}[i])
		one.press(input.F9)
		if one == b {
			one.seeIn(".modify-dialog", "87.50")
			one.press(input.Enter)
			one.see(one.words.say(b.t, "modify.done"))
		}
	}
	reload := other.words.say(b.t, "record.reload")
	other.find(".el-message-box button", reload)
	other.look("modify-conflict")
	other.click(".el-message-box button", reload)
	other.seeIn(".page.record", "87.50")
	b.modified(sold, 3, "87.50")
}

func (b *tab) modifyGivenUp(sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	b.press(input.F8)
	b.cursorIn(`[data-cell="0/qty"]`)
	b.write("1")
	b.press(input.Enter)
	b.see(b.words.say(b.t, "record.unsaved"))
	b.click(".buttons button", b.words.say(b.t, "modify.drop"))
	b.click(".el-message-box button", b.words.say(b.t, "modify.drop"))
	b.until("the page is as it was", `() => !document.querySelector('.page.record .banner') && document.querySelector('.page.record').innerText.includes('87.50')`)
	b.modified(sold, 3, "87.50")
}

func (b *tab) modifyByTouch(sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	b.click(".buttons button", b.label("actions", "stock.delivery", "modify"))
	b.see(b.words.say(b.t, "modify.begin"))
	b.look("modify-phone-open")
	b.put("#f-note", "call before you come")
	b.click(".buttons .primary", "")
	b.seeIn(".modify-dialog", b.words.say(b.t, "modify.nothing"))
	b.look("modify-phone-effect")
	b.click(".modify-dialog .primary", "")
	b.see(b.words.say(b.t, "modify.done"))
	b.modified(sold, 1, "75.00")
}

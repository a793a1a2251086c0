package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// TestModifyingMoney puts a posted receipt right where it stands and looks at its versions; and a list of sheets leaves red
// pairs out until somebody wants to see them.
func TestModifyingMoney(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		screen               screen
		name, customer, item string
	}{
		{screen{lang: "zh"}, "red", "东风机械厂", "六角螺栓"},
		{screen{lang: "en", phone: true}, "red-phone", "East Machinery", "Hex bolt"},
	} {
		s := newShop(t)
		s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony"}[at.screen.lang], "trade": "trading", "books": true,
			"name": map[string]string{"zh": "老板", "en": "Boss"}[at.screen.lang], "login": bossLogin, "password": password, "lang": at.screen.lang})
		p := newPerson(t, s, at.screen, at.name)
		s.admit(p)
		b := p.tab("/")
		customer, made := s.goods(at.customer, at.item)
		sell := func() object {
			return s.call("POST", soldAt+"?action=post", object{"party": customer, "lines": []object{{"item": made[0], "qty": "6", "price": "12.5"}}})
		}
		sell()
		paid := s.call("POST", receipts+"?action=post", object{"party": customer, "lines": []object{{"amount": "50"}}})
		parts(t, p,
			part{"a receipt", func() { b.modifyMoney(paid) }},
			part{"its versions", func() { b.seeVersions() }},
			part{"red pairs", func() {
				s.act(sell(), soldAt+"/", "reverse", object{})
				b.redPairs()
			}},
		)
	}
}

// modifyMoney makes 60.00 of the 50.00 that were written down.
func (b *tab) modifyMoney(paid object) {
	b.visit("/r/settlement.receipt/" + itoa(id(paid)))
	b.chip("posted")
	if b.screen.phone {
		b.click(".buttons button", b.label("actions", "settlement.receipt", "modify"))
		b.see(b.words.say(b.t, "modify.begin"))
		b.put("#f-discount", "1")
		b.click(".buttons .primary", "")
	} else {
		b.press(input.F8)
		b.see(b.words.say(b.t, "modify.begin"))
		b.cursorIn(`[data-cell="0/amount"]`)
		b.write("60")
		b.press(input.F9)
	}
	b.find(".modify-dialog table", "")
	b.look("money-effect")
	if b.screen.phone {
		b.click(".modify-dialog .primary", "")
	} else {
		b.press(input.Enter)
	}
	b.see(b.words.say(b.t, "modify.done"))
	b.look("money-done")
	now := b.shop.call("GET", receipts+"/"+itoa(id(paid)), nil)
	want := map[string]any{"amount": "60.00", "discount": "0.00", "settled": "60.00", "unapplied": "0.00", "number": paid["number"], "state": "posted", "revision": 1.0}
	if b.screen.phone {
		want["amount"], want["discount"], want["settled"] = "50.00", "1.00", "51.00"
	}
	for name, value := range want {
		if now[name] != value {
			b.t.Errorf("%s is %v, want %v", name, now[name], value)
		}
	}
}

// seeVersions opens the versions from the mark.
func (b *tab) seeVersions() {
	b.click("button.mark", "")
	b.seeIn(".sheet-versions", b.words.say(b.t, "versions.first"))
	b.seeIn(".sheet-versions", map[bool]string{false: "50.00 → 60.00", true: "0.00 → 1.00"}[b.screen.phone])
	b.look("money-versions")
	b.press(input.Escape)
}

// redPairs finds one sheet in the list, and three where red ones are shown.
func (b *tab) redPairs() {
	rows := func(n int) {
		b.until("there are so many sheets", `n => document.querySelectorAll('.list-box tbody tr, main .cards > li').length === n`, n)
	}
	b.visit("/r/stock.delivery")
	rows(1)
	b.look("red-hidden")
	b.click("label.red input", "")
	b.at(`red=1`)
	rows(3)
	b.look("red-shown")
	b.click("label.red input", "")
	rows(1)
}

package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// TestAccessibleCounter holds the pages of the counter and of the warehouse against axe, as TestAccessible does with the rest.
func TestAccessibleCounter(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		name := map[bool]string{false: "desk", true: "phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			views := s.counterViews(see.phone)
			p := newPerson(t, s, see, "axe-counter-"+name)
			s.admit(p)
			b := p.tab("/")
			for _, one := range views {
				b.visit(one.path)
				b.until("the page is read", `() => !document.querySelector('.skeleton') && !document.querySelector('[aria-busy="true"]')`)
				if one.enter != nil {
					one.enter(b)
				}
				b.reads(source, one.name)
				b.inBooks = true // goods, people and the firm were named in Chinese
				b.look(one.name)
			}
		})
	}
}

// counterViews makes a day at the counter and answers its pages.
func (s *shop) counterViews(phone bool) []view {
	s.t.Helper()
	party, item := id(s.list("/api/v1/base/parties")[0]), id(s.byCode("QF15"))
	body := func(qty string) object {
		return object{"party": party, "lines": []object{{"item": item, "qty": qty, "price": "12.5"}}}
	}
	sold := s.call("POST", deliveries+"?action=post", body("3"))
	sold = s.act(sold, deliveries+"/", "modify", object{"sheet": `{"note":"改送工地"}`})
	s.call("POST", deliveries, body("2"))
	order := s.call("POST", orders+"?action=confirm", object{"customer": party, "lines": []object{{"item": item, "qty": "1200", "price": "12.5"}}})
	account := itoa(party)
	out := []view{
		{name: "centre", path: "/sheets", enter: func(b *tab) { b.see(sold["number"].(string)) }},
		{name: "daily", path: "/report/sales.daily", enter: func(b *tab) { b.see("37.50") }},
		{name: "dictation", path: newDelivery, enter: func(b *tab) {
			b.click(".talk button", "")
			b.find(".dictate-dialog textarea", "")
		}},
		{name: "guesses", path: newDelivery, enter: func(b *tab) {
			b.dictate("宏发 生料带100盘，收30，明天送")
			b.find(".told .one", "")
		}},
		{name: "to-ship", path: "/warehouse/out", enter: func(b *tab) {
			b.see(order["number"].(string))
			b.see("1,200")
			b.click(".ware .check input", "")
			b.find(".ware .bar .primary", "")
		}},
		{name: "to-come-in", path: "/warehouse/in"},
		{name: "picking", path: "/warehouse/picking?sheet=" + itoa(id(order))},
		{name: "bring", path: "/bring"},
		{name: "account", path: "/report/settlement.statement_of_account?party=" + account, enter: func(b *tab) { b.see("37.50") }},
		{name: "accounts", path: "/report/settlement.statement_of_account", enter: func(b *tab) { b.click(".page-head button", b.words.say(b.t, "statement.many")) }},
		{name: "prices", path: "/price-list?party=" + account, enter: func(b *tab) { b.see("QF15") }},
		{name: "designer", path: "/settings/print", enter: func(b *tab) { b.find("iframe", "") }},
		{name: "printers", path: "/settings/printers"},
		{name: "printer", path: "/settings/printers", enter: func(b *tab) { b.click(".page-head .primary", "") }},
		{name: "print-jobs", path: "/printing"},
		{name: "intake", path: "/intake"},
		{name: "reach", path: "/settings?group=reach", enter: func(b *tab) {
			b.find(".standing .row", "")
			b.until("the open group is in sight", `() => { const r = document.querySelector('nav .menu-item.on').getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth }`)
		}},
		{name: "reach-me", path: "/me"},
		{name: "versions", path: "/r/stock.delivery/" + itoa(id(sold)), enter: func(b *tab) {
			b.click("button.mark", "")
			b.find(".el-dialog", "")
		}},
	}
	if phone {
		out = append(out, view{name: "box", path: "/", enter: func(b *tab) {
			b.put(".box input[type=search]", "球阀 DN15")
			b.seeIn(".box .item", "12.5")
		}})
	} else {
		out = append(out,
			view{name: "key-map", path: newDelivery, enter: func(b *tab) { b.find(".keybar select", "") }},
			view{name: "modify", path: "/r/stock.delivery/" + itoa(id(sold)), enter: func(b *tab) {
				b.chip("posted")
				b.press(input.F8)
				b.cursorIn(`[data-cell="0/qty"]`)
				b.write("5")
				b.press(input.F9)
				b.seeIn(".modify-dialog", "62.50")
			}})
	}
	return out
}

// On a phone the first figure of the day stands beside its name, without pushing the table.
func TestTheDayOnThePhone(t *testing.T) {
	t.Parallel()
	s := fittings(t)
	s.counterViews(true)
	p := newPerson(t, s, screen{lang: "zh", phone: true}, "day-phone")
	s.admit(p)
	b := p.tab("/report/sales.daily")
	b.until("what was sold is in sight", `() => { const cell = [...document.querySelectorAll('tbody td')].find(e => e.innerText.trim() === '37.50')
		return !!cell && cell.getBoundingClientRect().right <= innerWidth }`)
	b.look("day")
}

package browser

import (
	"testing"
	"unicode/utf8"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// counter is a shop with five items that are called by one digit each, and a till.
func counter(t *testing.T) *shop {
	s := newShop(t)
	s.setUp()
	unit := id(s.list("/api/v1/base/units")[0])
	for i, name := range []string{"Bolt", "Washer", "Nut", "Rivet", "Screw"} {
		s.call("POST", "/api/v1/base/items", object{"code": itoa(int64(i + 1)), "name": name, "unit": unit, "price": "12.55"})
	}
	s.call("POST", "/api/v1/base/parties", object{"code": "E", "name": "East Machines", "note": "Pays on Fridays"})
	return s
}

// key presses keys one by one and counts them.
func (b *tab) key(count *int, keys ...input.Key) {
	b.t.Helper()
	for _, k := range keys {
		b.press(k)
		*count++
	}
}

// pickBy types into the look-up under the cursor, takes the first answer and counts every letter.
func (b *tab) pickBy(count *int, text string) {
	b.t.Helper()
	b.write(text)
	b.answered(text)
	*count += utf8.RuneCountInString(text)
	b.key(count, input.Enter)
	b.until("the look-up closes", `() => !document.querySelector('.panel')`)
}

// A five-line sheet for a known customer, paid in full and posted, takes at most 25 keys besides the quantities.
func TestASheetAtTheCounter(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := counter(t)
			p := newPerson(t, s, screen{lang: lang}, "till-"+lang)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true // units, warehouse and people were named in Chinese
			b.cursorIn("#f-party")
			keys := 0
			b.pickBy(&keys, "E")
			b.cursorIn(`[data-cell="0/item"]`)
			for row, code := range []string{"1", "2", "3", "4", "5"} {
				b.cursorIn(`[data-cell="` + itoa(int64(row)) + `/item"]`)
				b.pickBy(&keys, code)
				b.cursorIn(`[data-cell="` + itoa(int64(row)) + `/qty"]`)
				b.write("3")
				b.key(&keys, input.Enter, input.Enter)
			}
			b.key(&keys, input.F6, input.F8)
			b.until("all of it is paid", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '188.00')`)
			b.look("typed")
			b.key(&keys, input.F9)
			b.at(`^/r/stock\.delivery/\d+`)
			b.chip("posted")
			b.look("posted")
			if keys > 25 {
				t.Errorf("%d keys besides the quantities, want at most 25", keys)
			}
			t.Logf("%d keys besides the quantities", keys)
			made := s.list(deliveries)
			if len(made) != 1 || made[0]["gross"] != "188.00" || made[0]["paid_now"] != "188.00" || made[0]["rounding"] != "0.25" {
				t.Errorf("the sheets are %v", made)
			}
			paid := s.list("/api/v1/settlement/receipts")
			if len(paid) != 1 || paid[0]["state"] != "posted" || paid[0]["settled"] != "188.00" {
				t.Errorf("the receipts are %v", paid)
			}
		})
	}
}

// On a phone the same sheet is written by thumb.
func TestASheetByThumb(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh", phone: true}, "till-phone")
	s.admit(p)
	b := p.tab(newDelivery)
	b.lookFor("#f-party", "East")
	b.look("customer")
	b.click(".lines .add, button.add", "")
	b.lookFor("#line-item", "Bolt")
	b.put("#line-qty", "2")
	b.click(".el-dialog .primary", "")
	b.click(".till button", b.words.say(t, "till.takeAll"))
	b.until("all of it is paid", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '25.10')`)
	b.look("paid")
	b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	b.look("posted")
}

// sheetOf types a sheet of one line.
func (b *tab) sheetOf(code, qty string) {
	b.t.Helper()
	b.cursorIn("#f-party")
	b.choose("East")
	b.cursorIn(`[data-cell="0/item"]`)
	b.write(code)
	b.answered(code)
	b.press(input.Enter)
	b.cursorIn(`[data-cell="0/qty"]`)
	b.write(qty)
}

// A sheet is put aside while the next customer is served, and taken up again; a new one begins where the last one was.
func TestSheetsPutAside(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "hold")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "3")
	b.must(b.find("#f-date", "").Focus(), "to the date")
	b.put("#f-date", "2026-11-20")
	b.press(input.F4)
	b.until("the page is empty again", `() => document.querySelector('#f-party')?.value === ''`)
	b.at("^" + newDelivery + "$")
	s.count(deliveries, 1)
	b.seeIn(".shelf button", "1")
	b.until("the date stays", `() => document.querySelector('#f-date')?.value.startsWith('2026-11-20')`)
	b.look("held")
	b.sheetOf("2", "1")
	b.press(input.F9)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	b.click(".shelf button", "")
	b.look("shelf")
	b.click(".menu-item.one", "East Machines")
	b.seeIn(`[data-cell="0/item"]`, "Bolt")
	b.press(input.F9)
	b.chip("posted")
	b.click(".shelf a", b.words.say(t, "till.next"))
	b.at("^" + newDelivery + `\?next=1`)
	b.cursorIn("#f-party")
	b.until("the date stays", `() => document.querySelector('#f-date')?.value.startsWith('2026-11-20')`)
	b.look("next")
	made := s.list(deliveries)
	if len(made) != 2 || made[0]["state"] != "posted" || made[1]["state"] != "posted" {
		t.Errorf("the sheets are %v", made)
	}
	// Nothing was typed, so nobody is asked whether it may be left.
	b.click("a.brand", "")
	b.at("^/$")
}

// The browser is reloaded in the middle of a sheet: goods and money are still there, and it is posted once.
func TestASheetSurvivesAReload(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "reload")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "4")
	b.press(input.F8)
	b.until("all of it is paid", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '50.20')`)
	b.until("the draft is kept", `() => Object.keys(sessionStorage).some(k => k.startsWith('zg:draft:') && sessionStorage[k].includes('50.2'))`)
	b.must(b.page.Timeout(patience).Reload(), "reload")
	b.see(b.words.say(t, "record.restored"))
	b.seeIn(`[data-cell="0/item"]`, "Bolt")
	b.until("the money is back", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '50.20')`)
	b.look("restored")
	b.press(input.F9)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	made, paid := s.list(deliveries), s.list("/api/v1/settlement/receipts")
	if len(made) != 1 || made[0]["paid_now"] != "50.20" || len(paid) != 1 || paid[0]["settled"] != "50.20" {
		t.Errorf("sheets %v, receipts %v", made, paid)
	}
}

// What comes back stands as a negative line; what is more than what was taken is given back from the till.
func TestAnExchange(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "exchange")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "-2")
	b.press(input.F8)
	b.until("it is given back", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '-25.10')`)
	b.look("typed")
	b.press(input.F9)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	made := s.list(deliveries)
	if len(made) != 1 || made[0]["gross"] != "-25.10" || made[0]["paid_now"] != "-25.10" {
		t.Errorf("the sheets are %v", made)
	}
}

// The browser is closed in the middle of a sheet. The next one offers it again, unless another tab still writes it.
func TestABrowserClosedInTheMiddle(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "closed")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "4")
	b.until("the draft is kept", `() => Object.keys(localStorage).some(k => k.startsWith('zg:left:') && localStorage[k].includes('50.2'))`)
	other := p.tab(newDelivery)
	other.cursorIn("#f-party")
	other.until("the other tab begins anew", `() => document.querySelector('#f-party')?.value === ''`)
	if other.eval(`s => document.body.innerText.includes(s)`, b.words.say(t, "record.restored")) == "true" {
		t.Error("a sheet that is being written was taken over")
	}
	b.must(other.page.Close(), "close the empty tab")
	b.must(b.page.Close(), "close the browser")
	again := p.tab(newDelivery)
	again.see(b.words.say(t, "record.restored"))
	again.seeIn(`[data-cell="0/item"]`, "Bolt")
	again.look("found-again")
	again.press(input.F9)
	again.at(`^/r/stock\.delivery/\d+`)
	again.chip("posted")
	if left := again.eval(`() => Object.keys(localStorage).filter(k => k.startsWith('zg:left:')).join()`); left != "" {
		t.Errorf("still kept: %s", left)
	}
	s.count(deliveries, 1)
}

package browser

import (
	"testing"
	"unicode/utf8"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

const newDelivery = "/r/stock.delivery/new"

// counter is a shop with five items that are called by one digit each, and a till.
func counter(t *testing.T) *shop {
	s := newShop(t)
	s.setUp()
	unit := id(s.list("/api/v1/base/units")[0])
	for code, name := range map[string]string{"1": "Bolt", "2": "Washer", "3": "Nut", "4": "Rivet", "5": "Screw"} {
		s.call("POST", "/api/v1/base/items", object{"code": code, "name": name, "unit": unit, "price": "12.55"})
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

package browser

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// dictate opens the text of a sheet, writes into it and has it read.
func (b *tab) dictate(words string) {
	b.t.Helper()
	b.click(".talk button", "")
	b.put(".dictate-dialog textarea", words)
	b.click(".dictate-dialog .primary", "")
	b.gone(".dictate-dialog")
}

const tillAmounts = `() => [...document.querySelectorAll('.till .one [data-field="amount"] input, .till .one input[id$="-amount"]')].map(e => e.value).join('|')`

// Money that was typed stays when a text names other money; money that a text names is a guess that can be refused.
func TestMoneyThatIsSaid(t *testing.T) {
	t.Parallel()
	for _, one := range []string{"zh", "en"} {
		t.Run(one, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, screen{lang: one}, "said-money-"+one)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true
			b.cursorIn("#f-party")
			b.choose("宏发")
			b.put(`.till input[id$="-amount"]`, "20")
			b.dictate("铜球阀DN15 4颗 12块5，收100")
			b.seeIn(".told .amber", "100.00")
			b.look("typed-stays")
			if got := b.eval(tillAmounts); got != "20.00" && got != "20" {
				t.Errorf("the till holds %q, want the typed 20", got)
			}
			b.post()
			b.visit(newDelivery)
			b.cursorIn("#f-party")
			b.choose("宏发")
			b.dictate("铜球阀DN15 4颗 12块5，收30")
			b.seeIn(".told .one", "30.00")
			b.look("guessed")
			b.click(".told .one button", b.words.say(t, "dictate.notTaken"))
			b.until("the till is empty", `want => !(`+tillAmounts+`)().includes('30')`)
			b.look("not-received")
			b.post()
			paid := map[any]bool{}
			for _, one := range s.list(deliveries) {
				paid[one["paid_now"]] = one["gross"] == "50.00"
			}
			if len(paid) != 2 || !paid["20.00"] || !paid["0.00"] {
				t.Errorf("the sheets of 50.00 took %v, want 20.00 and 0.00", paid)
			}
		})
	}
}

// post posts the sheet on the page.
func (b *tab) post() {
	b.t.Helper()
	b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
}

// A sheet that a killed tab left behind is there again after a text was dictated and posted in between; so is a dictated
// sheet after a reload.
func TestWhatWasLeftOutlivesWhatIsSaid(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		name := map[bool]string{false: "desk", true: "phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, see, "left-said-"+name)
			s.admit(p)
			killed := p.tab(newDelivery)
			killed.inBooks = true
			killed.put("#f-note", "left behind 77")
			killed.until("it is kept", `() => Object.values(localStorage).some(v => v.includes('left behind 77'))`)
			_, err := proto.TargetCloseTarget{TargetID: killed.page.TargetID}.Call(p.browser)
			killed.must(err, "kill the tab")
			b := p.tab("/")
			b.inBooks = true
			b.visit(newDelivery + "?said=1")
			b.put(".dictate-dialog textarea", "宏发五金 铜球阀DN20 3颗")
			b.click(".dictate-dialog .primary", "")
			b.gone(".dictate-dialog")
			b.see("54.00")
			b.at(`^/r/stock\.delivery/new$`)
			b.visit(newDelivery) // a reload in the middle
			b.see("54.00")
			b.until("the dictated sheet has no note", `() => document.querySelector('#f-note')?.value === ''`)
			b.look("reloaded")
			b.post()
			b.visit(newDelivery)
			b.until("what was left is back", `() => document.querySelector('#f-note')?.value === 'left behind 77'`)
			b.look("back")
			if made := s.list(deliveries); len(made) != 1 || made[0]["gross"] != "54.00" || made[0]["note"] != "" {
				t.Errorf("the sheets are %v, want one of 54.00", made)
			}
		})
	}
}

// A new barcode takes the place of an old one only when that is said, and finds the package that it is printed on.
func TestABarcodeIsBoundWhereItIsSaid(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen[2:] {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, one.see, "bind-"+one.name)
			s.admit(p)
			b := p.tab("/")
			b.inBooks = true
			begin := func(code, item string) {
				b.put(".box input[type=search]", code)
				b.click(".box .card button", b.words.say(t, "box.bindTo"))
				b.put(".box input[type=search]", item)
				b.click(".box .item button", b.words.say(t, "box.bind"))
			}
			stored := func(code string) object {
				return s.call("GET", "/api/v1/base/items/"+itoa(id(s.byCode(code))), nil)
			}
			begin("6900000000021", "球阀 DN15")
			b.seeIn(".box .item", "6901234567892")
			b.look("asked")
			if got := stored("QF15")["barcode"]; got != "6901234567892" {
				t.Errorf("before anything was said the barcode is %v", got)
			}
			b.click(".box .small .btn", b.words.say(t, "common.cancel"))
			begin("6900000000021", "生料带 10米")
			b.click(".box .item .wrap button", strings.ReplaceAll(b.words.say(t, "box.bindUnit"), "{unit}", "整箱"))
			b.until("the barcode answers", `() => document.querySelector('.box input[type=search]').value === '6900000000021' && document.querySelectorAll('.box .item').length === 1`)
			b.look("bound")
			tape := stored("SLD10")
			units := tape["units"].([]any)
			if got := units[0].(object); tape["barcode"] != "" || len(units) != 1 || got["barcode"] != "6900000000021" || got["ratio"] != "500" {
				t.Errorf("the tape is %v", tape)
			}
			begin("6900000000038", "球阀 DN15")
			b.click(".box .item .wrap button", "")
			b.until("the new barcode answers", `() => document.querySelector('.box input[type=search]').value === '6900000000038' && document.querySelectorAll('.box .item').length === 1`)
			if got := stored("QF15")["barcode"]; got != "6900000000038" {
				t.Errorf("the barcode is %v", got)
			}
		})
	}
}

// Who was refused because somebody changed the item meanwhile begins with the item as it is now.
func TestABarcodeBoundToAnItemThatChanged(t *testing.T) {
	t.Parallel()
	s := fittings(t)
	p := newPerson(t, s, screen{lang: "zh", phone: true}, "bind-late")
	s.admit(p)
	b := p.tab("/")
	b.inBooks = true
	b.put(".box input[type=search]", "6900000000021")
	b.click(".box .card button", b.words.say(t, "box.bindTo"))
	b.put(".box input[type=search]", "球阀 DN15")
	b.click(".box .item button", b.words.say(t, "box.bind"))
	b.find(".box .item .wrap button", "")
	item := s.byCode("QF15")
	s.seen = `"` + itoa(int64(item["version"].(float64))) + `"`
	s.call("PATCH", "/api/v1/base/items/"+itoa(id(item)), object{"barcode": "6900000000045"})
	s.seen = ""
	b.click(".box .item .wrap button", "")
	b.find(".box .item button.primary", b.words.say(t, "box.bind"))
	b.look("refused")
	b.click(".box .item button", b.words.say(t, "box.bind"))
	b.seeIn(".box .item .wrap", "6900000000045")
	b.click(".box .item .wrap button", "")
	b.until("the new barcode answers", `() => document.querySelector('.box input[type=search]').value === '6900000000021' && document.querySelectorAll('.box .item').length === 1`)
	if got := s.call("GET", "/api/v1/base/items/"+itoa(id(item)), nil)["barcode"]; got != "6900000000021" {
		t.Errorf("the barcode is %v", got)
	}
}

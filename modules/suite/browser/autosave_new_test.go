package browser

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// drafted waits until the sheet on the page has stored itself: it stands at the address of its draft.
func (b *tab) drafted() {
	b.t.Helper()
	b.at(`^/r/stock\.delivery/\d+$`)
	b.find("[data-autosaved]", "")
}

// A sheet that nobody saved becomes a draft while it is typed: the page stays the same page, the cursor where it is and what was
// typed can be taken back; what is typed next goes into that draft, and posting posts it with the next number.
func TestNewSheetsAreSavedByThemselves(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := counter(t)
			first := s.call("POST", deliveries+"?action=post", object{"party": id(s.list("/api/v1/base/parties")[0]), "lines": []object{{"item": id(s.byCode("5")), "qty": "1", "price": "1"}}})
			p := newPerson(t, s, see, "selfmade-"+see.lang)
			s.admit(p)
			b := p.tab("/")
			b.inBooks = true
			b.visit(newDelivery)
			if see.phone {
				b.lookFor("#f-party", "East")
				b.click(".lines .add, button.add", "")
				b.lookFor("#line-item", "Bolt")
				b.put("#line-qty", "3")
				b.click(".el-dialog .primary", "")
			} else {
				b.sheetOf("1", "3")
			}
			b.must(b.find("#f-note", "").Focus(), "to the note")
			b.write("下午")
			b.eval(`() => { document.querySelector('.page.record').dataset.same = 'yes' }`)
			b.drafted()
			b.until("it is the same page", `() => document.querySelector('.page.record')?.dataset.same === 'yes'`)
			b.cursorIn("#f-note")
			b.look("drafted")
			sheets := func() (out []object) {
				for _, one := range s.list(deliveries) {
					if id(one) != id(first) {
						out = append(out, one)
					}
				}
				return out
			}
			made := sheets()
			if len(made) != 1 || made[0]["state"] != "draft" || made[0]["gross"] != "37.65" || made[0]["note"] != "下午" || made[0]["number"] != "" {
				t.Fatalf("the sheets are %v, want one draft of 37.65", made)
			}
			b.write("送")
			b.must(b.page.KeyActions().Press(input.ControlLeft).Type(input.KeyZ).Do(), "take it back")
			b.until("what was typed last is taken back", `() => document.querySelector('#f-note').value.startsWith('下午') === false || document.querySelector('#f-note').value === '下午'`)
			b.put("#f-note", "明天送")
			b.must(b.find(".page.record .buttons .primary", "").Focus(), "to posting")
			b.until("the change is stored as well", `() => !!document.querySelector('[data-autosaved]')`)
			if now := sheets(); len(now) != 1 || now[0]["id"] != made[0]["id"] || now[0]["note"] != "明天送" || now[0]["version"].(float64) < 2 {
				t.Errorf("the sheets are %v, want the same one", now)
			}
			b.post()
			b.look("posted")
			now := sheets()
			if len(now) != 1 || now[0]["id"] != made[0]["id"] || now[0]["state"] != "posted" {
				t.Errorf("the sheets are %v, want the same one posted", now)
			}
			if before, after := first["number"].(string), now[0]["number"].(string); !strings.HasSuffix(before, "1") || after != strings.TrimSuffix(before, "1")+"2" {
				t.Errorf("the numbers are %s and %s, want one after the other", before, after)
			}
			b.must(b.page.NavigateBack(), "back")
			b.at("^/$")
		})
	}
}

// Whoever leaves a draft that came of itself says whether it is wanted; unwanted, nothing stays of it. Kept, it lies with those
// put aside, and nobody is asked again.
func TestADraftThatCameOfItselfCanBeGivenUp(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := counter(t)
			p := newPerson(t, s, screen{lang: lang}, "given-up-"+lang)
			s.admit(p)
			b := p.tab("/")
			b.inBooks = true
			b.visit(newDelivery)
			b.sheetOf("1", "3")
			b.drafted()
			b.click("a.brand", "")
			b.see(b.words.say(t, "record.keepAsk"))
			b.look("asked")
			b.press(input.Escape)
			b.until("the question is gone", `() => ![...document.querySelectorAll('.el-message-box')].some(e => e.getClientRects().length)`)
			b.at(`^/r/stock\.delivery/\d+$`)
			s.count(deliveries, 1)
			b.click("a.brand", "")
			b.click(".el-message-box button", b.words.say(t, "record.dropDraft"))
			b.at("^/$")
			s.count(deliveries, 0)

			b.visit(newDelivery)
			b.sheetOf("2", "1")
			b.drafted()
			b.click("a.brand", "")
			b.click(".el-message-box button", b.words.say(t, "record.keepDraft"))
			b.at("^/$")
			b.visit(newDelivery)
			b.until("the next sheet is empty", `() => document.querySelector('#f-party')?.value === ''`)
			b.seeIn(".shelf button", "1")
			b.click(".shelf .menu button, .shelf button.btn:last-of-type", "")
			b.click(".menu-item.one", "East Machines")
			b.seeIn(`[data-cell="0/item"]`, "Washer")
			b.click("a.brand", "")
			b.at("^/$")
			if made := s.list(deliveries); len(made) != 1 || made[0]["state"] != "draft" || made[0]["gross"] != "12.55" {
				t.Errorf("the sheets are %v, want the one draft that was kept", made)
			}
		})
	}
}

// The answer to a sheet that stored itself is lost and the page is loaded anew: there is one draft, and it is the one that is
// posted; given up instead, nothing stays.
func TestADraftWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "selfmade-lost")
	s.admit(p)
	lose := func() *tab {
		b := p.tab(newDelivery)
		b.inBooks = true
		b.sheetOf("1", "4")
		before := s.line.lost.Load()
		s.line.lose.Store(true)
		(&stage{shop: s}).waits("the sheet stores itself", func() bool { return s.line.lost.Load() > before })
		s.line.lose.Store(false)
		b.at("^" + newDelivery + "$")
		b.must(b.page.Timeout(patience).Reload(), "reload")
		b.see(b.words.say(t, "record.restored"))
		b.seeIn(`[data-cell="0/item"]`, "Bolt")
		return b
	}
	b := lose()
	b.look("brought-back")
	b.click("button", b.words.say(t, "record.discard"))
	b.until("the page is empty", `() => document.querySelector('#f-party')?.value === ''`)
	s.count(deliveries, 0)
	b.must(b.page.Close(), "close")

	b = lose()
	b.press(input.F9)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	if made := s.list(deliveries); len(made) != 1 || made[0]["state"] != "posted" || made[0]["gross"] != "50.20" {
		t.Errorf("the sheets are %v, want one of 50.20", made)
	}
}

// Two tabs write a new sheet each: each becomes a draft of its own. Who goes on in a draft that was posted elsewhere meanwhile
// is told, and nothing is made twice.
func TestTwoTabsWriteNewSheets(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "selfmade-two")
	s.admit(p)
	left := p.tab(newDelivery)
	left.inBooks = true
	left.sheetOf("1", "1")
	right := left.tab(newDelivery)
	right.inBooks = true
	right.activate()
	right.sheetOf("2", "2")
	right.drafted()
	left.activate()
	left.drafted()
	made := s.list(deliveries)
	if len(made) != 2 || made[0]["id"] == made[1]["id"] {
		t.Fatalf("the sheets are %v, want two drafts", made)
	}
	for _, one := range made {
		if one["gross"] == "12.55" {
			s.act(one, deliveries+"/", "post", object{})
		}
	}
	left.put("#f-note", "太晚了")
	left.press(input.F9)
	left.click(".el-message-box button", left.words.say(t, "record.reload"))
	left.chip("posted")
	right.activate()
	right.press(input.F9)
	right.chip("posted")
	made = s.list(deliveries)
	if len(made) != 2 || made[0]["state"] != "posted" || made[1]["state"] != "posted" || made[0]["note"] != "" || made[1]["note"] != "" {
		t.Errorf("the sheets are %v, want both posted as they were", made)
	}
}

// The browser is closed after the sheet became a draft: whoever begins a new one goes on in it, with the last words, and it is
// posted once.
func TestABrowserClosedAfterTheDraft(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "selfmade-closed")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "4")
	b.drafted()
	b.put("#f-note", "送到后门")
	b.until("the last words are kept", `() => Object.keys(localStorage).some(k => k.startsWith('zg:left:') && localStorage[k].includes('送到后门'))`)
	b.must(b.page.Close(), "close the browser")
	again := p.tab(newDelivery)
	again.at(`^/r/stock\.delivery/\d+$`)
	again.until("the last words are there", `() => document.querySelector('#f-note')?.value === '送到后门'`)
	again.seeIn(`[data-cell="0/item"]`, "Bolt")
	again.look("gone-on")
	again.press(input.F9)
	again.chip("posted")
	if made := s.list(deliveries); len(made) != 1 || made[0]["state"] != "posted" || made[0]["note"] != "送到后门" || made[0]["gross"] != "50.20" {
		t.Errorf("the sheets are %v, want one of 50.20", made)
	}
	next := p.tab(newDelivery)
	next.until("the next one is empty", `() => document.querySelector('#f-party')?.value === ''`)
	next.at("^" + newDelivery + "$")
}

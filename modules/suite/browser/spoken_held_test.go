package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// What was guessed, or not understood, is not posted before somebody looked at it or says so; it is still marked after the
// sheet was put aside. On the phone it stands before everything else.
func TestGuessesAreNotPostedUnseen(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, one.see, "held-"+one.name)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true
			b.dictate("宏发 铜球阀DN15 4颗 12块5，PVC胶5瓶")
			open := func() { b.until("two things are open", `() => document.querySelectorAll('.told .one').length === 2`) }
			open()
			b.seeIn(".told", "PVC胶5瓶")
			if one.see.phone && b.eval(`() => document.querySelector('.told').getBoundingClientRect().top < document.querySelector('#f-party').getBoundingClientRect().top`) != "true" {
				t.Error("the guesses do not stand on top")
			}
			press := func() {
				b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
			}
			press()
			b.find("[data-anyway]", "")
			b.until("the cursor stands at the first", `() => document.activeElement?.closest('.told .one') !== null`)
			b.look("held")
			if made := s.list(deliveries); len(made) != 0 {
				t.Errorf("it was stored: %v", made)
			}
			b.click(".page.record .buttons .btn", b.words.say(t, "record.saveDraft"))
			b.at(`^/r/stock\.delivery/\d+`)
			open()
			b.look("again")
			press()
			b.find("[data-anyway]", "")
			if made := s.list(deliveries); len(made) != 1 || made[0]["state"] != "draft" || made[0]["note"] != "" {
				t.Errorf("the sheets are %v", made)
			}
			b.click("[data-anyway]", "")
			b.chip("posted")
			if made := s.list(deliveries); len(made) != 1 || made[0]["gross"] != "50.00" {
				t.Errorf("the sheets are %v", made)
			}
		})
	}
}

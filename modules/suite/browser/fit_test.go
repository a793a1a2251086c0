package browser

import "testing"

// On a phone the preview of a print shows the paper as a whole, as wide as the screen; one button shows it at its own size.
func TestThePaperFitsThePhone(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := counter(t)
			made := s.call("POST", deliveries+"?action=post", object{"party": id(s.list("/api/v1/base/parties")[0]), "lines": []object{{"item": id(s.list("/api/v1/base/items")[0]), "qty": "3", "price": "12.55"}}})
			p := newPerson(t, s, screen{lang: lang, phone: true}, "fit-"+lang)
			s.admit(p)
			b := p.tab("/print/stock.delivery?ids=" + itoa(id(made)))
			b.inBooks = true
			b.click("header .btn", b.words.say(t, "paper.full"))
			const across = `() => { const f = document.querySelector('iframe'); return [Math.round(f.getBoundingClientRect().width), f.contentDocument.documentElement.scrollWidth > f.contentWindow.innerWidth].join() }`
			if got := b.eval(across); got != "360,true" {
				t.Errorf("at its own size the paper is %s, want it wider than 360", got)
			}
			b.click("header .btn", b.words.say(t, "paper.whole"))
			if got := b.eval(across); got != "360,false" {
				t.Errorf("as a whole the paper is %s, want all of it in 360", got)
			}
			b.look("whole")
			if got := b.eval(`() => document.documentElement.scrollWidth`); got != "360" {
				t.Errorf("the page is %s wide, want 360", got)
			}
		})
	}
}

package browser

import (
	"net/http"
	"testing"
	"time"
)

// TestOwnRole is a role of the company's own: a copy of a shipped one, from which a right is taken away. Who has it loses
// the button at once, and the program refuses what the button did.
func TestOwnRole(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lang)
			boss := s.enter(bossLogin, "/", false)
			boss.copyRole(s, "sales2")
			for _, one := range s.list(usersAPI) {
				if one["login"] == "li" {
					s.seen = `"` + itoa(int64(one["version"].(float64))) + `"`
					s.call("PATCH", usersAPI+"/"+itoa(id(one)), object{"roles": "sales2"})
					s.seen = ""
				}
			}
			o := s.order()
			at := "/r/sales.order/" + itoa(id(o))
			li := s.enter("li", at, false)
			li.offers("confirm", true)
			confirm := boss.label("actions", "sales.order", "confirm")
			boss.untick("sales.order", confirm)
			boss.shot("unticked")
			boss.save()
			boss.see(boss.words.say(t, "record.saved"))
			li.losesWithinASecond(orders+"/"+itoa(id(o)), "confirm")
			li.visit(at)
			li.offers("sell", true)
			if li.eval(`s => [...document.querySelectorAll('.page.record header button')].some(e => e.innerText.trim().split(/\s/)[0] === s)`, confirm) == "true" {
				t.Errorf("the button %s is still there", confirm)
			}
			li.look("without-the-button")
			s.as("li")
			s.seen = `"` + itoa(int64(o["version"].(float64))) + `"`
			if out, status := s.try("POST", orders+"/"+itoa(id(o))+"/confirm", object{}); status != http.StatusForbidden {
				t.Errorf("what the button did answers %d %v, want 403", status, out)
			}
			s.seen = ""
			s.as(bossLogin)
		})
	}
}

// losesWithinASecond holds that nothing which is asked later than a second from now is still offered; how long the answer
// takes is the machine's business.
func (b *tab) losesWithinASecond(path, action string) {
	b.t.Helper()
	for began, gone := time.Now(), false; !gone; {
		asked := time.Since(began)
		gone = b.eval(`async (path, action) => !(await (await fetch(path)).json()).$actions.includes(action)`, path, action) == "true"
		if !gone && asked > time.Second {
			b.t.Fatalf("%s is still offered after %s, want a second at most", action, asked)
		}
	}
}

// copyRole copies the shipped role of salespeople under a code of its own and leaves it open.
func (b *tab) copyRole(s *stage, code string) {
	b.t.Helper()
	b.inBooks = true // roles are called as the program ships them
	defer func() { b.inBooks = false }()
	from := ""
	for _, one := range s.list("/api/v1/base/roles") {
		if one["code"] == "salesperson" {
			from = itoa(id(one))
		}
	}
	b.visit("/r/base.role/" + from)
	b.find("[data-object]", "")
	if b.eval(`() => [...document.querySelectorAll('[data-object] input')].every(e => e.disabled)`) != "true" {
		b.t.Error("a shipped role can be changed")
	}
	b.look("shipped-role")
	b.click(".page.record .buttons button", b.words.say(b.t, "record.more"))
	b.click(".menu-item", b.words.say(b.t, "record.copy"))
	b.at(`^/r/base\.role/new`)
	b.put("#f-code", code)
	b.put("#f-name", b.names().person)
	b.find(`[data-object="sales.order"] input:checked`, "")
	b.look("copied-role")
	b.save()
	b.at(`^/r/base\.role/\d+`)
	b.find("[data-object]", "")
}

// untick takes a right away that is written with its word.
func (b *tab) untick(object, label string) {
	b.t.Helper()
	b.find(`[data-object="`+object+`"] label`, "")
	if b.eval(`(o, s) => { const one = [...document.querySelectorAll('[data-object="' + o + '"] label')].find(e => e.innerText.trim() === s)
		one?.scrollIntoView({block: 'center'}); one?.querySelector('input').click(); return !!one }`, object, label) != "true" {
		b.t.Fatalf("the matrix has no tick %s of %s", label, object)
	}
}

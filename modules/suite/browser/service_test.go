package browser

import (
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

const tickets = "/api/v1/service/tickets"

// TestAComplaint is a complaint from the customer's call to the return visit: written down, passed on, solved, refused
// once, solved again, accepted.
func TestAComplaint(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name string
		see  screen
	}{{"desk", screen{lang: "zh"}}, {"phone", screen{lang: "en", phone: true}}} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.call("POST", "/api/v1/setup", object{"company": names[one.see.lang].company, "trade": "trading", "books": true,
				"name": names[one.see.lang].person, "login": bossLogin, "password": password, "lang": one.see.lang})
			p := newPerson(t, s, one.see, "service-"+one.name)
			s.admit(p)
			b := p.tab("/")
			s.goods(b.names().customer, b.names().item)
			helper := s.call("POST", "/api/v1/base/people", object{"code": "7", "name": map[string]string{"zh": "小梅", "en": "May"}[one.see.lang]})
			parts(t, p,
				part{"write it down", b.complain},
				part{"pass it on", func() { b.passOn(helper["name"].(string)) }},
				part{"it is to do", b.isToDo},
				part{"solve it", func() { b.solve("1") }},
				part{"no way around the visit", b.noClose},
				part{"the customer is not content", func() { b.visitCustomer(false, "2", "working") }},
				part{"solve it again", func() { b.solve("2") }},
				part{"the customer is content", func() { b.visitCustomer(true, "5", "closed") }},
				part{"the reports", b.serviceReports},
			)
		})
	}
}

// complain writes a complaint down, by keys at the desk and by thumb on the phone.
func (b *tab) complain() {
	b.open("/r/service.ticket")
	b.look("no-tickets")
	b.visit("/r/service.ticket/new")
	b.find("#f-customer", "")
	b.look("new-ticket")
	b.pick("#f-kind", "complaint")
	b.lookFor("#f-customer", b.names().customerPart)
	b.put("#f-subject", "M8×30")
	b.look("ticket-typed")
	b.save()
	b.at(`^/r/service\.ticket/\d+`)
	b.chip("new")
	b.look("ticket")
	b.shop.count(tickets, 1)
}

// pick chooses an option of a select by its value.
func (b *tab) pick(css, value string) {
	b.t.Helper()
	b.acts++
	b.must(b.find(css, "").Select([]string{`option[value="` + value + `"]`}, true, rod.SelectorTypeCSSSector), "pick "+value)
}

// carry clicks an action of the ticket, wherever the page keeps it.
func (b *tab) carry(action string) {
	b.t.Helper()
	b.do("service.ticket", action)
}

func (b *tab) passOn(to string) {
	b.carry("assign")
	b.find("#act-owner", "")
	b.look("assign")
	b.lookFor("#act-owner", to)
	b.click(".el-dialog button[type=submit]", "")
	b.chip("working")
	b.look("assigned")
}

// isToDo finds the ticket in the report of what is to do, and opens it there.
func (b *tab) isToDo() {
	b.open("/report/service.open")
	b.seeIn(".report", "M8×30")
	b.look("to-do")
	b.click(".report tbody td", "")
	b.at(`^/r/service\.ticket/\d+`)
	b.chip("working")
}

func (b *tab) solve(text string) {
	b.carry("solve")
	b.find("#act-solution", "")
	b.look("solve")
	b.put("#act-solution", text)
	b.pick("#act-cause", "quality")
	b.look("solve-typed")
	b.click(".el-dialog button[type=submit]", "")
	b.chip("solved")
	b.look("solved")
}

// noClose: a complaint offers no way to close it without a visit.
func (b *tab) noClose() {
	b.sees(b.label("actions", "service.ticket", "close"), false)
}

func (b *tab) visitCustomer(content bool, score, want string) {
	b.carry("visit")
	b.find("#act-score", "")
	b.look("visit")
	if !content {
		b.acts++
		b.must(b.find("#act-satisfied", "").Click(proto.InputMouseButtonLeft, 1), "take the tick away")
	}
	b.pick("#act-score", score)
	b.put("#act-note", "M8")
	b.look("visit-typed")
	if b.screen.phone {
		b.click(".el-dialog button[type=submit]", "")
	} else {
		b.press(input.Enter)
	}
	b.chip(want)
	b.look("visited-" + want)
	if made := b.shop.list(tickets); len(made) != 1 || made[0]["state"] != want {
		b.t.Errorf("the tickets are %v, want one that is %s", made, want)
	}
}

func (b *tab) serviceReports() {
	b.open("/r/service.ticket")
	b.see(b.names().customer)
	b.look("tickets")
	b.open("/report/service.summary")
	b.until("the summary has a row", `() => !!document.querySelector('.report tbody tr')`)
	b.look("summary")
}

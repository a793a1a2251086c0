package browser

import (
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// hostile is what somebody types who wants to run a program on the pages of others.
const hostile = `<img src=x class=evil onerror="window.evil=1"><b class=evil>`

// TestWhatPeopleTypeIsText: HTML in a name, an opinion, a comment, a notice and on a card is read as it was typed. No
// element is made of it, nothing of it runs, and no dialog opens.
func TestWhatPeopleTypeIsText(t *testing.T) {
	t.Parallel()
	s := newStage(t, "zh")
	s.flowOn()
	s.as("li")
	customer := s.call("POST", partiesAPI, object{"name": hostile, "contact": hostile, "note": hostile})
	opportunity := s.call("POST", "/api/v1/crm/opportunities", object{"name": hostile, "customer": id(customer), "contact": hostile})
	order := s.call("POST", orders, object{"customer": id(customer), "note": hostile, "lines": []object{{"item": s.item, "qty": "1000", "price": "12.5", "note": hostile}}})
	s.act(order, orders+"/", "confirm", object{})
	s.as(bossLogin)
	asked := s.list(requestsAPI)[0]
	s.act(asked, requestsAPI+"/", "send_back", object{"to": "start", "opinion": hostile})
	var li int64
	for _, u := range s.list(usersAPI) {
		if u["login"] == "li" {
			li = id(u)
		}
	}
	s.call("POST", partiesAPI+"/"+itoa(id(customer))+"/comments", object{"text": hostile, "mentions": []int64{li}})

	b := s.enter("li", "/notices", false)
	dialogs := make(chan string, 10)
	go b.page.EachEvent(func(e *proto.PageJavascriptDialogOpening) { dialogs <- e.Message })()
	board := func() { b.click(".views button", b.words.say(t, "board.board")) }
	none := func() {}
	for _, x := range []struct {
		name, path, within string
		enter              func()
	}{
		{"notice", "/notices", ".page", none},
		{"list", "/r/base.party", ".page", none},
		{"customer", "/r/base.party/" + itoa(id(customer)), "h1", none},
		{"comment", "/r/base.party/" + itoa(id(customer)), ".el-drawer", b.rail},
		{"related", "/r/base.party/" + itoa(id(customer)), ".related", none},
		{"opinion", "/r/sales.order/" + itoa(id(order)), ".case", none},
		{"inbox", "/inbox?box=mine", ".inbox", none},
		{"board", "/r/crm.opportunity", ".board .card", board},
		{"opportunity", "/r/crm.opportunity/" + itoa(id(opportunity)), "h1", none},
		{"search", "/", ".hits", func() { b.searchFor("img src") }},
		{"look-up", newOrder, ".panel .line", func() {
			b.find("#f-customer", "")
			b.must(b.find("#f-customer", "").Focus(), "customer")
			b.write("img src")
		}},
	} {
		b.visit(x.path)
		x.enter()
		b.seeIn(x.within, `<img src=x class=evil`)
		b.shot("hostile-" + x.name)
		time.Sleep(150 * time.Millisecond) // a picture that is not there would have told so by now
		if got := b.eval(`() => document.querySelectorAll('.evil, img[src="x"]').length + ' ' + String(window.evil)`); got != "0 undefined" {
			t.Errorf("%s: elements and what ran: %s", x.name, got)
		}
	}
	select {
	case text := <-dialogs:
		t.Errorf("a dialog opened: %s", text)
	default:
	}
}

// rail opens what stands beside a record: its comments and its history.
func (b *tab) rail() {
	b.t.Helper()
	b.click(".page.record header button", b.words.say(b.t, "rail.title"))
}

// searchFor types into the search of the whole program.
func (b *tab) searchFor(text string) {
	b.t.Helper()
	b.must(b.find(`input[type=search]`, "").Focus(), "the search")
	b.write(text)
}

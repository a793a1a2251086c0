package browser

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	leadsAPI         = "/api/v1/crm/leads"
	opportunitiesAPI = "/api/v1/crm/opportunities"
	followUpsAPI     = "/api/v1/crm/follow-ups"
	quotationsAPI    = "/api/v1/sales/quotations"
	peopleAPI        = "/api/v1/base/people"
)

// courted are the words of somebody who becomes a customer, in the language of the pages.
type courted struct{ lead, other, twin, sameName, samePhone, subject, result, buys string }

var courting = map[string]courted{
	"zh": {lead: "远山机电", other: "顺达贸易", twin: "东风机械", sameName: "东风机械厂（业务员 李四）", samePhone: "同电话客户由 王五 负责", subject: "谈付款方式", result: "同意月结", buys: "这个月不再谈"},
	"en": {lead: "Faraway Motors", other: "Smooth Trading", twin: "Eastwind Machine Works", sameName: "Eastwind Machines (salesperson Li Si)", samePhone: "A customer with the same phone is looked after by Wang Wu",
		subject: "Terms of payment", result: "Agreed to pay monthly", buys: "Not this month"},
}

// TestFromALeadToAnOrder: a salesperson is warned of who is known already, makes a customer and an opportunity of a lead,
// moves the card on the board, makes a quotation of it and an order of that, and plans when to talk again.
func TestFromALeadToAnOrder(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, see.lang)
			w := courting[see.lang]
			s.as("wang")
			s.call("POST", partiesAPI, object{"name": w.other, "phone": "13800001111"})
			b := s.enter("li", "/r/crm.lead/new", see.phone)
			b.writeLead(s, w)
			b.convertLead(s, w)
			b.cardMoves(s, w.lead)
			b.quoteAndOrder(s)
			b.visit("/r/crm.opportunity/" + itoa(id(s.only(opportunitiesAPI))))
			b.chip("won")
			b.look("won")
			s.is(opportunitiesAPI, object{"state": "won", "amount": "125.00"})
			s.is(orders, object{"state": "confirmed", "gross": "125.00"})
			s.is(quotationsAPI, object{"state": "accepted", "gross": "125.00"})
			b.followUp(s, w)
			b.todays(s, w)
		})
	}
}

// writeLead types what is known already, sees it said, and corrects it.
func (b *tab) writeLead(s *stage, w courted) {
	b.t.Helper()
	known := func(field string) string { return `[data-field="` + field + `"] .hints .panel` }
	b.put("#f-phone", "13800001111")
	b.seeIn(known("phone"), w.samePhone)
	b.sees(w.other, false) // whose customer it is, and no more
	b.put("#f-phone", "13911112222")
	b.gone(known("phone"))
	b.put("#f-name", b.names().customer)
	b.seeIn(known("name"), w.sameName)
	b.look("known-already")
	b.put("#f-name", w.lead)
	b.gone(known("name"))
	b.look("lead")
	b.saveIt()
	b.at(`^/r/crm\.lead/\d+`)
	s.is(leadsAPI, object{"name": w.lead, "phone": "13911112222", "state": "new"})
}

func (b *tab) convertLead(s *stage, w courted) {
	b.t.Helper()
	b.do("crm.lead", "convert")
	b.put("#act-amount", "12500")
	b.look("convert")
	b.click(".el-dialog button[type=submit]", "")
	b.gone(".el-dialog")
	b.chip("converted")
	b.look("converted")
	lead := s.is(leadsAPI, object{"state": "converted"})
	made := s.is(opportunitiesAPI, object{"name": w.lead, "state": "open", "amount": "12500.00", "weighted": "1250.00"})
	if lead["opportunity"] != made["id"] || lead["customer"] != made["customer"] {
		b.t.Errorf("the lead became %v and %v, the opportunity is %v of %v", lead["opportunity"], lead["customer"], made["id"], made["customer"])
	}
}

// saveIt saves with the key, or by the button where there are no keys.
func (b *tab) saveIt() {
	b.t.Helper()
	if b.screen.phone {
		b.click(".page.record header button", b.words.say(b.t, "record.save"))
		return
	}
	b.save()
}

// do presses an action of the record: a button of its own, or one behind "more".
func (b *tab) do(resource, act string) {
	b.t.Helper()
	label := b.label("actions", resource, act)
	b.find(".page.record .buttons button", "")
	b.until("the page is quiet", `() => !document.querySelector('.skeleton') && document.querySelector('.page.record')?.getAttribute('aria-busy') !== 'true'`)
	// One name may begin another; the key stands beside the name.
	if b.eval(`s => { const one = [...document.querySelectorAll('.page.record .buttons button')].find(e => e.getClientRects().length &&
		[...e.childNodes].filter(n => n.nodeName !== 'KBD').map(n => n.textContent).join('').trim() === s)
		document.querySelector('[data-wanted]')?.removeAttribute('data-wanted'); one?.setAttribute('data-wanted', ''); return !!one }`, label) == "true" {
		b.click(".page.record .buttons [data-wanted]", "")
		return
	}
	b.more(label)
}

// asLi lists records as the salesperson sees them.
func (s *stage) asLi(path string) []object {
	s.t.Helper()
	s.as("li")
	defer s.as(bossLogin)
	return s.list(path)
}

// only is the one record that li sees of a kind.
func (s *stage) only(path string) object {
	s.t.Helper()
	all := s.asLi(path)
	if len(all) != 1 {
		s.t.Fatalf("li sees %d of %s, want one: %v", len(all), path, all)
	}
	return all[0]
}

// is holds what the one record of a kind says.
func (s *stage) is(path string, want object) object {
	s.t.Helper()
	one := s.only(path)
	for name, value := range want {
		if one[name] != value {
			s.t.Errorf("%s: %s is %v, want %v", path, name, one[name], value)
		}
	}
	return one
}

// cardMoves finds the opportunity on the board and moves its card one column on: with the mouse where there is one.
func (b *tab) cardMoves(s *stage, name string) {
	b.t.Helper()
	stage := map[string]string{"zh": "需求确认", "en": "Needs confirmed"}[s.lang]
	b.visit("/r/crm.opportunity")
	b.click(".views button", b.words.say(b.t, "board.board"))
	b.find(".card .title", name)
	if b.screen.phone {
		b.click(".card button.to", "")
		b.click(".pop .menu-item", stage)
		b.click(".tabs button", stage)
		b.find(".card .title", name)
	} else {
		b.drag(name, stage)
	}
	b.until("the server has counted", `(s, sum) => [...document.querySelectorAll('.board .column')].some(c => c.ariaLabel === s && c.querySelector('.sum')?.innerText === sum)`, stage, "12,500.00")
	b.look("board")
	if got := s.only(opportunitiesAPI); got["$labels"].(object)["stage"] != stage || got["weighted"] != "3750.00" {
		b.t.Errorf("the opportunity is in %v and weighs %v, want %s and 3750.00", got["$labels"], got["weighted"], stage)
	}
	b.click(".card .title", name)
	b.at(`^/r/crm\.opportunity/\d+`)
}

// drag takes a card to a column as a mouse does.
func (b *tab) drag(card, column string) {
	b.t.Helper()
	b.acts++
	b.eval(`(card, column) => {
		const one = [...document.querySelectorAll('.board .card')].find(e => e.innerText.includes(card))
		const to = [...document.querySelectorAll('.board .column')].find(e => e.ariaLabel === column)
		const held = new DataTransfer()
		const tell = (e, what) => e.dispatchEvent(new DragEvent(what, {bubbles: true, cancelable: true, dataTransfer: held}))
		tell(one, 'dragstart')
		if (tell(to, 'dragover')) throw new Error('the column does not take the card')
		tell(to, 'drop')
		tell(one, 'dragend')
	}`, card, column)
	b.until("the card stands in "+column, `(s, n) => [...document.querySelectorAll('.board .column')].some(c => c.ariaLabel === s && c.innerText.includes(n))`, column, card)
}

// quoteAndOrder makes a quotation, fills and sends it, and makes an order of it that is confirmed.
func (b *tab) quoteAndOrder(s *stage) {
	b.t.Helper()
	b.do("crm.opportunity", "quote")
	s.waits("there is a quotation", func() bool { return len(s.asLi(quotationsAPI)) == 1 })
	b.follow("sales.quotation")
	b.addLine("10", "12.5")
	b.look("quotation")
	b.do("sales.quotation", "send")
	b.chip("sent")
	s.is(opportunitiesAPI, object{"state": "open", "amount": "125.00"}) // what was offered
	b.do("sales.quotation", "order")
	b.find(".el-dialog button[type=submit]", "")
	b.look("make-order")
	b.click(".el-dialog button[type=submit]", "")
	b.gone(".el-dialog")
	b.at(`^/r/sales\.order/\d+`) // the page leads to the one draft that was made
	s.is(opportunitiesAPI, object{"state": "open"})
	b.do("sales.order", "confirm")
	b.chip("confirmed")
	b.look("ordered")
}

// follow goes to the document that was made of the one on the page, by the chain of documents beside it.
func (b *tab) follow(resource string) {
	b.t.Helper()
	b.click(".page.record .buttons button", b.words.say(b.t, "rail.title"))
	b.find(`.el-drawer a[href^="/r/`+resource+`/"]`, "")
	b.look("chain")
	b.click(`.el-drawer a[href^="/r/`+resource+`/"]`, "")
	b.at(`^/r/` + strings.ReplaceAll(resource, ".", `\.`) + `/\d+`)
	b.gone(".el-drawer")
}

// addLine writes the first line of a sheet, in the grid or in its dialog.
func (b *tab) addLine(qty, price string) {
	b.t.Helper()
	if b.screen.phone {
		b.line("lines", [][2]string{{"item", b.names().itemPart}}, [][2]string{{"qty", qty}, {"price", price}})
		return
	}
	b.click(`[data-cell="0/item"]`, "")
	b.choose(b.names().itemPart)
	b.click(`[data-cell="0/qty"]`, "")
	b.put(`[data-cell="0/qty"] input`, qty)
	b.click(`[data-cell="0/price"]`, "")
	b.put(`[data-cell="0/price"] input`, price)
}

// followUp plans a talk from the page of the customer and opens it by the reminders of the day.
func (b *tab) followUp(s *stage, w courted) {
	b.t.Helper()
	customer := s.only(orders)["customer"].(float64)
	b.visit("/r/base.party/" + itoa(int64(customer)))
	b.seeIn(".related", b.label("resource", "sales.order", ""))
	b.look("customer")
	b.click(".related .make", "")
	b.click(`.pop a[href^="/r/crm.follow_up/new"]`, "")
	b.at(`^/r/crm\.follow_up/new\?customer=\d+`)
	b.put("#f-subject", w.subject)
	b.put("#f-remind_days", "1")
	b.look("follow-up")
	b.saveIt()
	b.at(`^/r/crm\.follow_up/\d+`)
	b.chip("planned")
	s.is(followUpsAPI, object{"subject": w.subject, "state": "planned", "customer": customer, "plan_at": s.day(0)})
	b.reminded(w.subject, s.day(0))
	b.look("reminders")
	b.click(".report tbody td", "")
	b.at(`^/r/crm\.follow_up/\d+`)
}

// reminded holds that the reminders of the day have one row.
func (b *tab) reminded(subject, day string) {
	b.t.Helper()
	b.visit("/report/crm.reminders")
	b.until("one reminder, of "+day, `(subject, day) => { const rows = [...document.querySelectorAll('.report tbody tr')]
		return rows.length === 1 && rows[0].innerText.includes(subject) && rows[0].innerText.includes(day) }`, subject, day)
}

// todays completes the talk, plans the next one with it, and is reminded of that.
func (b *tab) todays(s *stage, w courted) {
	b.t.Helper()
	b.do("crm.follow_up", "complete")
	b.put("#act-result", w.result)
	b.put("#act-next", s.day(1))
	b.look("complete")
	b.click(".el-dialog button[type=submit]", "")
	b.gone(".el-dialog")
	b.chip("done")
	b.look("done")
	states := map[string]string{}
	for _, one := range s.asLi(followUpsAPI) {
		states[one["state"].(string)] = one["plan_at"].(string) + " " + one["subject"].(string)
	}
	if len(states) != 2 || states["done"] != s.day(0)+" "+w.subject || states["planned"] != s.day(1)+" "+w.subject {
		b.t.Errorf("the follow-ups are %v", states)
	}
	b.reminded(w.subject, s.day(1))
	b.look("next-reminder")
}

// day is a day of the company, so many days from today.
func (s *stage) day(ahead int) string {
	return time.Now().In(s.c.Zone()).AddDate(0, 0, ahead).Format(time.DateOnly)
}

// TestTwoPeopleAndTheirCustomers: one lets a customer go and the other claims him, everything of one who leaves goes to the
// other, and two that are one are merged.
func TestTwoPeopleAndTheirCustomers(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, see.lang)
			at := "/r/base.party/" + itoa(id(s.customer))
			s.looksAfter(s.li)
			s.released(s.enter("li", at, see.phone))
			s.looksAfter("")
			late := s.enter("li", at, see.phone)
			late.find(".page.record header button", "")
			s.claimed(s.enter("wang", "/r/base.party?filter=pooled:eq:true", see.phone), at)
			s.looksAfter(s.wang)
			late.do("base.party", "claim")
			late.click(".el-message-box button", late.label("actions", "base.party", "claim"))
			late.see(s.wang) // who was faster
			late.look("too-late")
			s.looksAfter(s.wang)
			boss := s.enter(bossLogin, "/r/base.person/"+itoa(s.personOf("wang")), see.phone)
			s.leaves(boss)
			s.looksAfter(s.li)
			s.merged(boss)
		})
	}
}

// released lets the customer go; the dialog wants a reason.
func (s *stage) released(li *tab) {
	s.t.Helper()
	li.look("customer")
	li.do("base.party", "release")
	li.click(".el-dialog button[type=submit]", "")
	li.seeIn(".el-dialog .bad", li.words.say(s.t, "field.required"))
	li.put("#act-reason", courting[s.lang].buys)
	li.look("release")
	li.click(".el-dialog button[type=submit]", "")
	li.gone(".el-dialog")
	s.waits("the customer is nobody's", func() bool {
		now := s.customerNow()
		return now["owner"] == nil && now["pooled"] == true
	})
}

// claimed takes the customer out of the pool.
func (s *stage) claimed(wang *tab, at string) {
	s.t.Helper()
	wang.see(names[s.lang].customer)
	wang.look("pool")
	wang.visit(at)
	wang.do("base.party", "claim")
	wang.look("claim")
	wang.click(".el-message-box button", wang.label("actions", "base.party", "claim"))
	wang.gone(".el-message-box")
	s.waits("wang has him", func() bool { return s.customerNow()["pooled"] == false })
	wang.look("claimed")
}

// leaves gives all that wang has to li and ends what wang could do here.
func (s *stage) leaves(boss *tab) {
	s.t.Helper()
	boss.do("base.person", "hand_over")
	boss.lookFor("#act-to", s.li)
	boss.click("#act-left", "")
	boss.look("hand-over")
	boss.click(".el-dialog button[type=submit]", "")
	boss.gone(".el-dialog")
	wang := s.personOf("wang")
	s.waits("wang has left", func() bool { return s.call("GET", peopleAPI+"/"+itoa(wang), nil)["active"] == false })
	boss.look("handed-over")
	if _, status := s.try("POST", "/api/v1/session", object{"login": "wang", "password": password}); status != http.StatusUnauthorized {
		s.t.Errorf("who has left logs in and hears %d, want 401", status)
	}
	s.as(bossLogin)
}

// merged makes one of two records of a customer; the order of the double goes along.
func (s *stage) merged(boss *tab) {
	s.t.Helper()
	double := s.call("POST", partiesAPI+"?agree=party.twin", object{"name": courting[s.lang].twin})
	order := s.call("POST", orders, object{"customer": id(double), "lines": []object{{"item": s.item, "qty": "1", "price": "12.5"}}})
	boss.visit("/r/base.party/" + itoa(id(double)))
	boss.do("base.party", "merge")
	boss.lookFor("#act-into", names[s.lang].customer)
	boss.look("merge")
	boss.click(".el-dialog button[type=submit]", "")
	boss.gone(".el-dialog")
	s.waits("the double is switched off", func() bool {
		got := s.call("GET", partiesAPI+"/"+itoa(id(double)), nil)
		return got["active"] == false && got["merged_into"] == s.customer["id"]
	})
	boss.look("merged")
	if now := s.call("GET", orders+"/"+itoa(id(order)), nil); now["customer"] != s.customer["id"] {
		s.t.Errorf("the order is of %v, want %v", now["customer"], s.customer["id"])
	}
	boss.visit("/r/base.party/" + itoa(id(s.customer)))
	boss.seeIn(".related", boss.label("resource", "sales.order", ""))
}

func (s *stage) customerNow() object {
	s.t.Helper()
	return s.call("GET", partiesAPI+"/"+itoa(id(s.customer)), nil)
}

// looksAfter holds whose the customer is; "" when he is nobody's.
func (s *stage) looksAfter(want string) {
	s.t.Helper()
	labels, _ := s.customerNow()["$labels"].(object)
	if got, _ := labels["owner"].(string); got != want {
		s.t.Errorf("the customer is looked after by %q, want %q", got, want)
	}
}

// personOf is the person behind a login.
func (s *stage) personOf(login string) int64 {
	s.t.Helper()
	for _, p := range s.list(peopleAPI) {
		if p["code"] == login {
			return id(p)
		}
	}
	s.t.Fatalf("nobody is %s", login)
	return 0
}

// waits asks the program until something is so.
func (s *stage) waits(what string, so func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if so() {
			return
		}
	}
	s.t.Fatalf("it did not happen within %s: %s", patience, what)
}

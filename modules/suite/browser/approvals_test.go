package browser

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules/kernel/jobs"
)

const (
	flowsAPI    = "/api/v1/approval/flows"
	requestsAPI = "/api/v1/approval/requests"
	usersAPI    = "/api/v1/base/users"
	partiesAPI  = "/api/v1/base/parties"
	// wireBound is what a decision may take over the wire once the program has been visited.
	wireBound = 100_000
)

// cast are the people of an approval and the words they read, in the language of their pages.
type cast struct {
	company, boss, li, wang, jin, flow  string
	waitsFor, done, twice, applied      string // pieces of what the pages say
	sentBack, reason, another, unlocked string
}

var casts = map[string]cast{
	"zh": {company: "和顺五金", boss: "周掌柜", li: "李四", wang: "王五", jin: "金会计", flow: "大额销售订单", waitsFor: "等待 周掌柜 处理", done: "已由 周掌柜 处理：同意",
		twice: "已由", applied: "已批准，未生效", sentBack: "周掌柜 已退回", reason: "数量太多", another: "客户催得急", unlocked: "没能执行"},
	"en": {company: "Harmony Hardware", boss: "Mary Zhou", li: "Li Si", wang: "Wang Wu", jin: "Ann Jin", flow: "Large sales orders", waitsFor: "Waiting for approval by Mary Zhou", done: "Already decided by Mary Zhou: Agree",
		twice: "Already", applied: "Approved, not applied", sentBack: "Mary Zhou sent it back", reason: "Too many", another: "The customer waits", unlocked: "could not be carried out"},
}

// stage is a company whose ready-made flow on large orders may be switched on, with a salesperson li, his colleague wang
// and the accountant jin. The boss is signed in here.
type stage struct {
	*shop
	cast
	lang     string
	customer object
	item     int64
}

func newStage(t *testing.T, lang string) *stage {
	t.Helper()
	s := &stage{shop: newShop(t), cast: casts[lang], lang: lang}
	runner, err := jobs.Start(t.Context(), s.c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	s.call("POST", "/api/v1/setup", object{"company": s.company, "trade": "trading", "profile": "full", "books": true, "name": s.boss, "login": bossLogin, "password": password, "lang": lang})
	for login, one := range map[string][2]string{"li": {s.li, "salesperson"}, "wang": {s.wang, "salesperson"}, "jin": {s.jin, "accountant"}} {
		person := s.call("POST", "/api/v1/base/people", object{"code": login, "name": one[0]})
		made := s.call("POST", usersAPI, object{"login": login, "name": one[0], "roles": one[1], "lang": lang, "person": id(person)})
		s.act(made, usersAPI+"/", "set_password", object{"password": password})
	}
	_, items := s.goods("x", names[lang].item)
	s.item = items[0]
	s.as("li")
	s.customer = s.call("POST", partiesAPI, object{"name": names[lang].customer})
	s.as(bossLogin)
	return s
}

// as signs this program in as somebody else.
func (s *stage) as(login string) {
	s.t.Helper()
	s.call("POST", "/api/v1/session", object{"login": login, "password": password})
}

// flowOn switches the ready-made flow on.
func (s *stage) flowOn() {
	s.t.Helper()
	for _, f := range s.list(flowsAPI) {
		if f["name"] == s.flow {
			s.act(f, flowsAPI+"/", "switch_on", object{})
			return
		}
	}
	s.t.Fatalf("there is no flow %q", s.flow)
}

// order writes an order of li that the flow is about.
func (s *stage) order() object {
	s.t.Helper()
	s.as("li")
	defer s.as(bossLogin)
	return s.call("POST", orders, object{"customer": id(s.customer), "lines": []object{{"item": s.item, "qty": "1000", "price": "12.5"}}})
}

// submitted is such an order that waits.
func (s *stage) submitted() object {
	s.t.Helper()
	o := s.order()
	s.as("li")
	defer s.as(bossLogin)
	return s.act(o, orders+"/", "confirm", object{})["record"].(object)
}

// enter is somebody of the stage at an address of the program.
func (s *stage) enter(login, path string, phone bool) *tab {
	s.t.Helper()
	s.as(login)
	defer s.as(bossLogin)
	p := newPerson(s.t, s.shop, screen{lang: s.lang, phone: phone}, "approval-"+s.lang+map[bool]string{true: "-phone"}[phone]+"-"+login)
	s.admit(p)
	return p.tab(path)
}

// trail is what happened to the newest request, as the program keeps it, and how it stands.
func (s *stage) trail() string {
	s.t.Helper()
	newest := slices.MaxFunc(s.list(requestsAPI), func(a, b object) int { return int(id(a) - id(b)) })
	one := s.call("GET", requestsAPI+"/"+itoa(id(newest)), nil)
	var acts []string
	for _, line := range one["trail"].([]any) {
		acts = append(acts, line.(object)["act"].(string))
	}
	return one["state"].(string) + ": " + strings.Join(acts, " ")
}

func (s *stage) trailIs(want string) {
	s.t.Helper()
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got = s.trail(); got == want {
			return
		}
	}
	s.t.Errorf("the request is %q, want %q", got, want)
}

// told lets somebody decide and waits until the program has noted it.
func (s *stage) told(b *tab, within, act, words string, people ...string) {
	s.t.Helper()
	before := s.trail()
	b.decide(within, act, words, people...)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if s.trail() != before {
			return
		}
	}
	b.must(fmt.Errorf("the trail is still %s", before), act)
}

// chooseAct presses an act on a request: a button of its own, or one behind "more".
func (b *tab) chooseAct(within, act string) {
	b.t.Helper()
	label := b.label("actions", "approval.request", act)
	b.find(within+" button", "")
	if b.eval(`(c, s) => [...document.querySelectorAll(c + ' button')].some(e => e.getClientRects().length && e.innerText.trim() === s)`, within, label) == "true" {
		b.click(within+" button", label)
		return
	}
	b.click(within+" button", b.words.say(b.t, "record.more"))
	b.click(".menu-item", label)
}

// decide fills what a decision asks for: people, then words, and sends it.
func (b *tab) decide(within, act, words string, people ...string) {
	b.t.Helper()
	b.chooseAct(within, act)
	b.find(".el-dialog.decide button.go", "")
	for _, who := range people {
		b.lookFor(".el-dialog.decide input[role=combobox]", who)
	}
	if words != "" {
		b.put(".el-dialog.decide textarea", words)
	}
	b.look(act)
	b.click(".el-dialog.decide button.go", "")
	b.gone(".el-dialog.decide")
}

func (b *tab) gone(css string) {
	b.t.Helper()
	b.until(css+" is gone", `c => ![...document.querySelectorAll(c)].some(e => e.getClientRects().length)`, css)
}

// acting is where the buttons of an open request stand in the inbox.
func (b *tab) acting() string {
	if b.screen.phone {
		return ".thumb"
	}
	return ".inbox .item"
}

// offers holds whether the document on the page has a button.
func (b *tab) offers(act string, want bool) {
	b.t.Helper()
	label := b.label("actions", "sales.order", act)
	b.until(act+" is offered: "+map[bool]string{true: "yes", false: "no"}[want], `(s, want) => want ===
		[...document.querySelectorAll('.page.record header button')].some(e => e.innerText.trim().startsWith(s))`, label, want)
}

// weigh counts what comes over the wire to a page from now on.
func (b *tab) weigh() *atomic.Int64 {
	var sum atomic.Int64
	b.must(proto.NetworkEnable{}.Call(b.page), "watch the wire")
	go b.page.EachEvent(func(e *proto.NetworkLoadingFinished) { sum.Add(int64(e.EncodedDataLength)) })()
	return &sum
}

// TestApprovalOfAnOrder: the boss switches the flow on, a salesperson confirms, the boss agrees on the phone.
func TestApprovalOfAnOrder(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lang)
			boss := s.enter(bossLogin, "/", false)
			boss.switchOn(s)
			li := s.enter("li", "/", false)
			li.submitOrder(s)
			phone := s.enter(bossLogin, "/", true)
			late := phone.tab("/inbox")
			late.find(".thumb .primary", "")
			phone.decideInThreeTaps(s)
			late.tooLate(s)
			li.visit("/r/sales.order/" + itoa(id(s.list(orders)[0])))
			li.chip("confirmed")
			li.gone(".case")
			li.look("confirmed")
		})
	}
}

func (b *tab) switchOn(s *stage) {
	b.t.Helper()
	b.visit("/r/approval.flow")
	b.click(".page a, .page tbody td, .page .name", s.flow)
	b.at(`^/r/approval\.flow/\d+`)
	b.see(s.flow)
	b.look("flow")
	b.click(".page.record .buttons .primary", b.label("actions", "approval.flow", "switch_on"))
	b.click(".el-message-box button", b.label("actions", "approval.flow", "switch_on"))
	b.until("the flow is on", `s => document.querySelector('.page.record header .state')?.innerText.trim() === s`, b.words.say(b.t, "flow.on"))
	b.look("flow-on")
}

// submitOrder writes an order above the amount and confirms it: it waits, says for whom, and offers no second time.
func (b *tab) submitOrder(s *stage) {
	b.t.Helper()
	b.visit(newOrder)
	b.toCustomer()
	b.choose(b.names().customerPart)
	b.enterUntil(`[data-cell="0/item"]`)
	b.choose(b.names().itemPart)
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("1000")
	b.press(input.F9)
	b.at(`^/r/sales\.order/\d+`)
	b.chip("waiting")
	b.seeIn(".case", s.waitsFor)
	for _, act := range []string{"confirm", "sell", "deliver"} {
		b.offers(act, false)
	}
	for _, act := range []string{"withdraw", "urge"} {
		b.find(".case button", b.label("actions", "approval.request", act))
	}
	b.look("waits")
	b.press(input.F9) // what waits is not submitted again by a key
	b.must(b.page.Timeout(patience).Reload(), "reload")
	b.seeIn(".case", s.waitsFor)
	b.shop.count(requestsAPI, 1)
}

func (b *tab) decideInThreeTaps(s *stage) {
	b.t.Helper()
	b.find(`nav.bottom a[href="/inbox"]`, "")
	wire := b.weigh()
	b.visit("/")
	b.find(`nav.bottom a[href="/inbox"] strong`, "1")
	before := b.acts
	b.click(`nav.bottom a[href="/inbox"]`, "")
	b.click(".thumb .primary", b.label("actions", "approval.request", "agree"))
	b.click(".el-dialog.decide button.go", "")
	b.gone(".el-dialog.decide")
	b.see(b.words.say(b.t, "inbox.none"))
	if taps := b.acts - before; taps != 3 {
		b.t.Errorf("a decision takes %d taps, want 3", taps)
	}
	if n := wire.Load(); n > wireBound || n < 1000 {
		b.t.Errorf("a decision on the phone takes %d bytes over the wire, want at most %d and more than nothing", n, wireBound)
	} else {
		b.t.Logf("a decision on the phone takes 3 taps and %d bytes over the wire", n)
	}
	b.look("decided")
	s.trailIs("applied: submitted to_administrator agreed to_administrator skip_repeated granted applied")
}

// tooLate decides what was decided a moment ago in another tab: it says by whom, and shows how it stands.
func (b *tab) tooLate(s *stage) {
	b.t.Helper()
	b.activate()
	b.decide(b.acting(), "agree", "")
	b.see(s.done)
	b.see(b.words.say(b.t, "inbox.none"))
	b.look("too-late")
}

// TestApprovalThereAndBack sends an order back, has it changed and submitted again, hands it over, asks others too,
// copies, comments, and takes it back.
func TestApprovalThereAndBack(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, see.lang)
			s.flowOn()
			o := s.submitted()
			at := "/r/sales.order/" + itoa(id(o))
			boss := s.enter(bossLogin, "/inbox", see.phone)
			boss.sendBack(s)
			li := s.enter("li", at, see.phone)
			li.seeIn(".case", s.sentBack)
			li.seeIn(".case", s.reason)
			li.look("sent-back")
			li.changeAndSubmit()
			boss.visit("/inbox")
			s.told(boss, boss.acting(), "hand_over", s.another, s.wang)
			wang := s.enter("wang", "/inbox", see.phone)
			s.told(wang, wang.acting(), "add_sign", "", s.jin)
			jin := s.enter("jin", "/inbox", see.phone)
			s.told(jin, jin.acting(), "copy", "", s.boss)
			s.told(jin, jin.acting(), "comment", s.another)
			boss.visit("/inbox?box=copied")
			boss.seeIn(".inbox .item", names[see.lang].customer)
			boss.look("copied")
			li.visit(at)
			s.told(li, ".case", "withdraw", "")
			li.chip("draft")
			li.gone(".case")
			li.offers("confirm", true)
			li.look("withdrawn")
			jin.visit("/inbox")
			jin.see(jin.words.say(t, "inbox.none"))
			s.trailIs("withdrawn: submitted to_administrator returned resubmitted to_administrator handed_over added_before copied commented withdrawn")
			if got := s.call("GET", orders+"/"+itoa(id(o)), nil); got["gross"] != "12375.00" || got["number"] != "" {
				t.Errorf("the order is %v of %v", got["number"], got["gross"])
			}
		})
	}
}

// sendBack gives no reason at first: the dialog asks for one and stays.
func (b *tab) sendBack(s *stage) {
	b.t.Helper()
	b.chooseAct(b.acting(), "send_back")
	b.click(".el-dialog.decide button.go", "")
	b.seeIn(".el-dialog.decide .bad", b.words.say(b.t, "field.required"))
	b.look("no-reason")
	if b.eval(`() => !!document.querySelector('.el-dialog.decide select')`) == "true" {
		b.must(b.find(".el-dialog.decide select", "").Select([]string{b.words.say(b.t, "inbox.toStart")}, true, "text"), "to whom")
	}
	b.put(".el-dialog.decide textarea", s.reason)
	b.click(".el-dialog.decide button.go", "")
	b.gone(".el-dialog.decide")
	b.see(b.words.say(b.t, "inbox.none"))
}

// changeAndSubmit makes the order smaller, saves it with everything else and confirms it again.
func (b *tab) changeAndSubmit() {
	b.t.Helper()
	if b.screen.phone {
		b.click(`[data-lines="lines"] .line`, "")
		b.put("#line-qty", "990")
		b.click(".el-dialog button.primary", b.words.say(b.t, "common.done"))
		b.gone(".el-dialog")
	} else {
		b.click(`[data-cell="0/qty"]`, "")
		b.put(`[data-cell="0/qty"] input`, "990")
	}
	b.click(".page.record .buttons .primary", b.label("actions", "sales.order", "confirm"))
	b.chip("waiting")
	b.look("submitted-again")
}

// TestApprovedButNotApplied: what was agreed to cannot be carried out any more; the agreement stands and is tried again.
func TestApprovedButNotApplied(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh", phone: true}, {lang: "en"}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, see.lang)
			s.flowOn()
			o := s.submitted()
			s.call("PUT", "/api/v1/settings", object{"sales.credit": "refuse"})
			limit := func(amount string) {
				s.as(bossLogin)
				now := s.call("GET", partiesAPI+"/"+itoa(id(s.customer)), nil)
				s.seen = `"` + itoa(int64(now["version"].(float64))) + `"`
				defer func() { s.seen = "" }()
				s.call("PATCH", partiesAPI+"/"+itoa(id(s.customer)), object{"credit_limit": amount})
			}
			limit("100")
			at := "/r/sales.order/" + itoa(id(o))
			boss := s.enter(bossLogin, at, see.phone)
			s.told(boss, ".case", "agree", "")
			boss.seeIn(".case", s.unlocked)
			s.trailIs("failed: submitted to_administrator agreed to_administrator skip_repeated granted failed")
			li := s.enter("li", "/inbox?box=mine", see.phone)
			li.seeIn(".inbox .item", s.applied)
			li.look("not-applied-list")
			li.visit(at)
			li.chip("waiting")
			li.seeIn(".case", s.unlocked)
			li.offers("confirm", false)
			li.look("not-applied")
			limit("0")
			li.chooseAct(".case", "retry")
			li.chip("confirmed")
			li.gone(".case")
			li.look("applied")
			s.trailIs("applied: submitted to_administrator agreed to_administrator skip_repeated granted failed retried applied")
		})
	}
}

// TestSellNowUnderAFlow: the short way stands under the flow of the long one, and waits as a whole.
func TestSellNowUnderAFlow(t *testing.T) {
	t.Parallel()
	s := newStage(t, "zh")
	s.flowOn()
	s.call("PUT", "/api/v1/settings", object{"stock.negative": "allow"})
	o := s.order()
	li := s.enter("li", "/r/sales.order/"+itoa(id(o)), false)
	li.press(input.F10)
	li.click(".el-message-box button", li.label("actions", "sales.order", "sell"))
	li.chip("waiting")
	li.seeIn(".case", s.waitsFor)
	li.look("sell-now-waits")
	s.count(deliveries, 0)
	boss := s.enter(bossLogin, "/inbox", true)
	boss.seeIn(".inbox .item", boss.label("actions", "sales.order", "sell"))
	s.told(boss, boss.acting(), "agree", "")
	li.visit("/r/sales.order/" + itoa(id(o)))
	li.chip("closed")
	li.look("sold")
	s.trailIs("applied: submitted to_administrator agreed to_administrator skip_repeated granted applied")
	if made := s.list(deliveries); len(made) != 1 || made[0]["state"] != "posted" || made[0]["gross"] != "12500.00" {
		t.Errorf("the deliveries are %v, want one of 12500.00", made)
	}
}

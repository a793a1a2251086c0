package browser

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

const (
	registersAPI    = "/api/v1/register-types"
	delegationsAPI  = "/api/v1/approval/delegations"
	requisitionsAPI = "/api/v1/purchasing/requisitions"
	buyingAPI       = "/api/v1/purchasing/orders"
	targetsAPI      = "/api/v1/crm/targets"
)

// seldom are the words of what a firm does now and then, in the language of the pages.
type seldom struct {
	supplier, short, because                string // bought because it is short
	register, registerEn, kept              string // a register of the firm's own
	mention, wrongName, rightName, misspelt string
	second, shipping, newcomers             string // flows of the firm's own
}

var seldoms = map[string]seldom{
	"zh": {supplier: "长江标准件", short: "平垫圈", because: "月底备货", register: "印章台账", registerEn: "Seals", kept: "公章", mention: "请看看价格",
		wrongName: "西山木叶", rightName: "西山木业", misspelt: "名称写错了", second: "一万元以上再看一遍", shipping: "销售单先看再发", newcomers: "新客户"},
	"en": {supplier: "Longriver Standard Parts", short: "Flat washer", because: "Before the month ends", register: "Register of seals", registerEn: "Seals", kept: "Company seal", mention: "please look at the price",
		wrongName: "Westhill Tinber", rightName: "Westhill Timber", misspelt: "The name is misspelt", second: "Above ten thousand once more", shipping: "Look before it ships", newcomers: "New customers"},
}

// TestWhatPeopleDoSeldom is one firm in which everything happens that no day has: what is short is asked for and ordered,
// a register is made, a deputy decides, three are agreed to at once, a colleague is called into a record, a target is
// reached, and flows stand one behind the other.
func TestWhatPeopleDoSeldom(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := &smallFirm{stage: newStage(t, see.lang), seldom: seldoms[see.lang], phone: see.phone}
			s.call("PUT", "/api/v1/settings", object{"stock.negative": "allow"})
			s.flowOn()
			s.scenes(t,
				part{"what is short is ordered", s.shortIsOrdered},
				part{"a register of the firm's own", s.ownRegister},
				part{"a deputy decides", s.deputyDecides},
				part{"three are agreed to at once", s.threeAtOnce},
				part{"a colleague is called", s.colleagueIsCalled},
				part{"sold at once, shipped after a look", s.shippedAfterALook},
				part{"a target and who reached it", s.targetReached},
				part{"what was sent back is corrected", s.correctedAnew},
				part{"two flows", s.twoFlows},
			)
		})
	}
}

// smallFirm is a stage with the words of what is done seldom.
type smallFirm struct {
	*stage
	seldom
	phone bool
}

// scenes runs parts one after the other, each with its own people before the pages; the rest is left out once one failed.
func (s *smallFirm) scenes(t *testing.T, list ...part) {
	for _, one := range list {
		if !t.Run(one.name, func(t *testing.T) {
			outer := s.t
			s.t = t
			defer func() { s.t = outer }()
			one.walk()
		}) {
			return
		}
	}
}

func (s *smallFirm) at(login, path string) *tab { return s.enter(login, path, s.phone) }

// drawn writes a flow of one step, decided by somebody, and switches it on.
func (s *smallFirm) drawn(name, target, act, when, login string) object {
	s.t.Helper()
	who := slices.IndexFunc(s.list(usersAPI), func(u object) bool { return u["login"] == login })
	definition, err := json.Marshal(object{"nodes": []object{{"name": name, "kind": "approve", "mode": "any",
		"who": []object{{"by": "user", "user": id(s.list(usersAPI)[who])}}}}})
	if err != nil {
		s.t.Fatal(err)
	}
	flow := s.call("POST", flowsAPI, object{"name": name, "target": target, "act": act, "condition": when, "position": 1000,
		"further": true, "definition": string(definition)})
	return s.act(flow, flowsAPI+"/", "switch_on", object{})
}

// dialog sends the dialog of an action that is open.
func (b *tab) dialog() {
	b.t.Helper()
	b.click(".el-dialog button[type=submit]", "")
	b.gone(".el-dialog")
}

// shortIsOrdered finds an item below its minimum on the list, asks for it to be bought and makes the order.
func (s *smallFirm) shortIsOrdered() {
	supplier := s.call("POST", partiesAPI, object{"name": s.supplier, "customer": false, "supplier": true})
	item := s.call("POST", "/api/v1/base/items", object{"name": s.short, "unit": id(s.list("/api/v1/base/units")[0]), "min_stock": "40", "supplier": id(supplier), "purchase_price": "0.2"})
	b := s.at(bossLogin, "/report/purchasing.shortage")
	b.seeIn(".report tbody", s.short)
	b.look("shortage")
	b.visit("/r/purchasing.requisition/new")
	b.put("#f-reason", s.because)
	b.saveIt()
	b.until("it has an address", `() => /^\/r\/purchasing\.requisition\/\d+/.test(location.pathname)`)
	b.do("purchasing.requisition", "fill")
	b.find(".el-dialog button[type=submit]", "")
	b.look("fill")
	b.dialog()
	b.see(s.short)
	b.do("purchasing.requisition", "submit")
	b.chip("submitted")
	b.look("requisition")
	s.empty("/report/purchasing.shortage", b)
	b.visit("/r/purchasing.requisition/" + itoa(id(s.list(requisitionsAPI)[0])))
	b.do("purchasing.requisition", "order")
	b.find(".el-dialog button[type=submit]", "")
	b.look("make-orders")
	b.dialog()
	b.at(`^/r/purchasing\.order/\d+`) // what was made alone is opened by itself
	b.chip("draft")
	b.look("purchase-order")
	made := s.list(buyingAPI)
	if len(made) != 1 || made[0]["state"] != "draft" || made[0]["supplier"] != supplier["id"] {
		s.t.Fatalf("the purchase orders are %v, want one draft to %s", made, s.supplier)
	}
	lines := s.call("GET", buyingAPI+"/"+itoa(id(made[0])), nil)["lines"].([]any)
	if line := lines[0].(object); len(lines) != 1 || line["item"] != item["id"] || line["qty"] != "40" {
		s.t.Errorf("the lines of the purchase order are %v, want 40 of %s", lines, s.short)
	}
	if all := s.list(requisitionsAPI); len(all) != 1 || all[0]["state"] != "ordered" {
		s.t.Errorf("the requisitions are %v, want one that is ordered", all)
	}
}

// empty holds that a report has no rows.
func (s *smallFirm) empty(path string, b *tab) {
	s.t.Helper()
	b.visit(path)
	b.find(".page .empty", "")
	b.look("nothing-short")
}

// ownRegister makes a kind of records, notes one and takes the list along as a file.
func (s *smallFirm) ownRegister() {
	b := s.at(bossLogin, "/r/register.type/new")
	b.put("#f-code", "seal")
	b.put("#f-name", s.register)
	b.put("#f-name_en", s.registerEn)
	b.put("#f-prefix", "YZ")
	b.look("register-type")
	b.saveIt()
	b.at(`^/r/register\.type/\d+`)
	b.visit("/r/register.seal")
	b.find(".page .empty", "")
	b.look("register-empty")
	b.visit("/r/register.seal/new")
	b.put("#f-subject", s.kept)
	b.saveIt()
	b.at(`^/r/register\.seal/\d+`)
	b.look("register-record")
	b.visit("/r/register.seal")
	b.see(s.kept)
	b.look("register-list")
	kept := s.list("/api/v1/registers/seal")
	if len(kept) != 1 || kept[0]["subject"] != s.kept || !strings.HasPrefix(kept[0]["number"].(string), "YZ") {
		s.t.Fatalf("the register has %v, want one of %s under a number that begins with YZ", kept, s.kept)
	}
	if s.phone { // files are taken along at a desk
		return
	}
	b.click(".page-head button", b.words.say(b.t, "list.export"))
	rows := readSheet(b.t, b.download(".pop a", "Excel"))
	if !slices.ContainsFunc(rows, func(row []string) bool {
		return slices.Contains(row, s.kept) && slices.Contains(row, kept[0]["number"].(string))
	}) {
		s.t.Errorf("the file has no row of %v: %q", kept[0]["number"], rows)
	}
}

// deputyDecides: the boss names a deputy for a week, and the deputy agrees in his place.
func (s *smallFirm) deputyDecides() {
	b := s.at(bossLogin, "/r/approval.delegation/new")
	b.lookFor("#f-to_user", s.wang)
	b.put("#f-to_date", s.day(7))
	b.look("delegation")
	b.saveIt()
	b.at(`^/r/approval\.delegation/\d+`)
	o := s.submitted()
	s.pending(o, s.wang)
	wang := s.at("wang", "/inbox")
	s.told(wang, wang.acting(), "agree", "")
	wang.see(wang.words.say(s.t, "inbox.none"))
	s.trailIs("applied: submitted to_administrator delegated agreed to_administrator delegated skip_repeated granted applied")
	s.stateIs(o, "confirmed")
	over := s.list(delegationsAPI)
	if len(over) != 1 || over[0]["from_date"] != s.day(0) || over[0]["to_date"] != s.day(7) {
		s.t.Fatalf("the delegations are %v, want one from %s to %s", over, s.day(0), s.day(7))
	}
	s.change(delegationsAPI, id(over[0]), object{"active": false}) // he is back
}

// stateIs waits until an order has come as far as it should.
func (s *smallFirm) stateIs(order object, want string) {
	s.t.Helper()
	s.waits("the order is "+want, func() bool { return s.call("GET", orders+"/"+itoa(id(order)), nil)["state"] == want })
}

// threeAtOnce agrees to all that waits with one opinion.
func (s *smallFirm) threeAtOnce() {
	var three []object
	for range 3 {
		three = append(three, s.submitted())
	}
	b := s.at(bossLogin, "/inbox")
	b.until("three wait", `() => document.querySelectorAll('.inbox .item').length === 3`)
	if s.phone {
		b.click(".page-head button", b.words.say(b.t, "inbox.pickMany"))
		b.click(".thumb button", b.words.say(b.t, "list.pickAll"))
		b.look("three-chosen")
		b.click(".thumb .primary", "")
	} else {
		b.click(".many input[type=checkbox]", "")
		b.look("three-chosen")
		b.click(".many .primary", "")
	}
	b.find(".el-dialog.decide button.go", "")
	b.look("agree-to-three")
	b.click(".el-dialog.decide button.go", "")
	b.see(b.words.say(b.t, "inbox.none"))
	for _, o := range three {
		s.stateIs(o, "confirmed")
	}
}

// colleagueIsCalled types @ and a name into a comment; whoever is called reads it among the notices and goes there.
func (s *smallFirm) colleagueIsCalled() {
	o := s.order()
	path := "/r/sales.order/" + itoa(id(o))
	li := s.at("li", path)
	li.rail()
	li.click(".el-drawer textarea", "")
	li.write("@" + string([]rune(s.boss)[:1]))
	li.seeIn(".people li", s.boss)
	li.look("at")
	if s.phone {
		li.click(".people li", s.boss)
	} else {
		li.press(input.Enter)
	}
	li.gone(".people")
	li.write(s.mention)
	li.click(".el-drawer form button[type=submit]", "")
	li.seeIn(".el-drawer .event", "@"+s.boss+" "+s.mention)
	li.look("said")
	boss := s.at(bossLogin, "/notices")
	boss.seeIn(".notice.unread", s.mention)
	boss.look("notices")
	boss.click(".notice.unread", "")
	boss.at("^" + path)
	told := s.call("GET", "/api/v1/notices?limit=1", nil)["items"].([]any)[0].(object)
	if text, _ := told["text"].(string); !strings.Contains(text, s.mention) || !strings.Contains(text, s.li) || told["read"] != true {
		s.t.Errorf("the newest notice is %v, want %q of %s, read", told, s.mention, s.li)
	}
}

// shippedAfterALook sells at once where a flow stands before shipping: the order is confirmed, its delivery waits.
func (s *smallFirm) shippedAfterALook() {
	flow := s.drawn(s.shipping, "stock.delivery", "post", "", bossLogin)
	s.as("li")
	o := s.call("POST", orders, object{"customer": id(s.customer), "lines": []object{{"item": s.item, "qty": "10", "price": "12.5"}}})
	s.as(bossLogin)
	li := s.at("li", "/r/sales.order/"+itoa(id(o)))
	li.do("sales.order", "sell")
	li.click(".el-message-box button", li.label("actions", "sales.order", "sell"))
	li.chip("confirmed")
	li.look("sold-not-shipped")
	made := s.list(deliveries)
	if len(made) != 1 || made[0]["state"] != "waiting" || made[0]["gross"] != "125.00" {
		s.t.Fatalf("the deliveries are %v, want one of 125.00 that waits", made)
	}
	li.visit("/r/stock.delivery/" + itoa(id(made[0])))
	li.seeIn(".case", s.waitsFor)
	li.look("delivery-waits")
	boss := s.at(bossLogin, "/inbox")
	boss.seeIn(".inbox .item", boss.label("resource", "stock.delivery", ""))
	s.told(boss, boss.acting(), "agree", "")
	s.waits("the delivery is posted", func() bool { return s.list(deliveries)[0]["state"] == "posted" })
	s.stateIs(o, "closed")
	li.visit("/r/sales.order/" + itoa(id(o)))
	li.chip("closed")
	li.look("shipped")
	s.act(s.call("GET", flowsAPI+"/"+itoa(id(flow)), nil), flowsAPI+"/", "switch_off", object{})
}

// targetReached sets what a salesperson shall sell this month and reads how far he is.
func (s *smallFirm) targetReached() {
	month := s.day(0)[:7]
	b := s.at(bossLogin, "/r/crm.target/new")
	b.lookFor("#f-person", s.li)
	b.put("#f-month", month)
	b.put("#f-amount", "500")
	b.look("target")
	b.saveIt()
	b.at(`^/r/crm\.target/\d+`)
	b.visit("/report/crm.ranking")
	b.seeIn(".report tbody", s.li)
	b.look("ranking")
	if made := s.list(targetsAPI); len(made) != 1 || made[0]["month"] != month || made[0]["amount"] != "500.00" {
		s.t.Errorf("the targets are %v, want one of 500.00 in %s", made, month)
	}
	for _, one := range s.call("GET", "/api/v1/reports/crm.ranking", nil)["rows"].([]any) {
		row := one.(object)
		if row["person"] == float64(s.personOf("li")) && row["target"] == "500.00" && row["actual"] == "125.00" && row["rate"] == "0.25" {
			return
		}
	}
	s.t.Errorf("the ranking says %v", s.call("GET", "/api/v1/reports/crm.ranking", nil))
}

// correctedAnew: a new customer was sent back; who typed it finds it as he left it, corrects it and hands it in again.
func (s *smallFirm) correctedAnew() {
	flow := s.drawn(s.newcomers, "base.party", "create", "", bossLogin)
	before := len(s.list(partiesAPI))
	li := s.at("li", "/r/base.party/new")
	li.put("#f-name", s.wrongName)
	li.saveIt()
	s.waits("it is asked about", func() bool { return s.trail() == "waiting: submitted" })
	li.look("handed-in")
	boss := s.at(bossLogin, "/inbox")
	s.told(boss, boss.acting(), "send_back", s.misspelt)
	asked := s.newestRequest()
	li.visit("/r/approval.request/" + itoa(asked))
	li.look("sent-back")
	li.click(".page.request .page-head a", li.words.say(s.t, "inbox.retype"))
	li.at(`^/r/base\.party/new\?request=` + itoa(asked))
	li.until("what was typed is there", `s => document.querySelector('#f-name')?.value === s`, s.wrongName)
	li.put("#f-name", s.rightName)
	li.look("corrected")
	li.saveIt()
	s.waits("the new request stands for the former", func() bool {
		return s.newestRequest() != asked && s.call("GET", requestsAPI+"/"+itoa(asked), nil)["state"] == "withdrawn"
	})
	boss.visit("/inbox")
	boss.seeIn(".inbox .item", s.rightName)
	boss.sees(s.wrongName, false)
	s.told(boss, boss.acting(), "agree", "")
	s.waits("there is one customer more", func() bool { return len(s.list(partiesAPI)) == before+1 })
	s.act(s.call("GET", flowsAPI+"/"+itoa(id(flow)), nil), flowsAPI+"/", "switch_off", object{})
	named := func(name string) int {
		n := 0
		for _, one := range s.list(partiesAPI) {
			if one["name"] == name {
				n++
			}
		}
		return n
	}
	if right, wrong := named(s.rightName), named(s.wrongName); right != 1 || wrong != 0 {
		s.t.Errorf("%d customers have the right name and %d the wrong one, want 1 and 0", right, wrong)
	}
}

func (s *smallFirm) newestRequest() int64 {
	s.t.Helper()
	newest := int64(0)
	for _, one := range s.list(requestsAPI) {
		newest = max(newest, id(one))
	}
	return newest
}

// twoFlows: an order that meets two flows asks for both, one after the other, and is confirmed after the second.
func (s *smallFirm) twoFlows() {
	s.drawn(s.second, "sales.order", "confirm", "gross > 10000", "wang")
	o := s.submitted()
	s.pending(o, s.boss)
	boss := s.at(bossLogin, "/inbox")
	s.told(boss, boss.acting(), "agree", "")
	s.pending(o, s.wang)
	s.stateIs(o, "waiting")
	li := s.at("li", "/r/sales.order/"+itoa(id(o)))
	li.seeIn(".case", s.wang)
	li.look("the-second-is-asked")
	wang := s.at("wang", "/inbox")
	s.told(wang, wang.acting(), "agree", "")
	s.stateIs(o, "confirmed")
	li.visit("/r/sales.order/" + itoa(id(o)))
	li.chip("confirmed")
	li.look("both-agreed")
}

package browser

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
)

const simulated = ".simulate [role=status]"

// drawn are the words of a flow in the language of its pages.
type drawn struct {
	flow, managers, zhao, qian     string
	wrong, someManager, second     string
	byRole, bySuperior, amountOver string
}

var drawings = map[string]drawn{
	"zh": {flow: "大额订单两级审批", managers: "经理", zhao: "赵经理", qian: "钱经理", wrong: "条件里的「grosss」不存在。请从字段列表中选择。",
		someManager: "或签：一人处理即可", second: "上级", byRole: "角色成员", bySuperior: "上级", amountOver: "不小于 10,000.00"},
	"en": {flow: "Two levels for large orders", managers: "Managers", zhao: "Zoe Zhao", qian: "Ken Qian", wrong: "There is no “grosss” for conditions. Choose from the list of fields.",
		someManager: "One is enough", second: "Superior", byRole: "Has the role", bySuperior: "Superior", amountOver: "at least 10,000.00"},
}

// TestDrawingAFlow: the administrator draws a flow, is told what is wrong with its condition, asks who would decide and
// why, and publishes it. What waits when he publishes the next version is decided on the one it began with.
func TestDrawingAFlow(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lang)
			d := drawings[lang]
			s.ranks(d)
			b := s.enter(bossLogin, "/r/approval.flow/new", false)
			b.drawFlow(d)
			b.wrongCondition(d)
			b.whoWould(s, d)
			b.switchDrawnOn(s, d)
			first := s.submitted()
			s.pending(first, d.zhao, d.qian)
			b.nextVersion(s, d)
			second := s.submitted()
			s.pending(second, s.jin)
			if a, z := s.requestOf(first)["flow_version"], s.requestOf(second)["flow_version"]; a == z {
				t.Errorf("both requests are of version %v", a)
			}
			qian := s.enter("qian", s.asked(first), false)
			qian.seeIn(".page.request", "12,500.00")
			qian.look("waits-on-version-1")
			s.decides(qian, first, "waiting: submitted branch agreed")
			s.pending(first, s.jin)
			jin := s.enter("jin", s.asked(first), false)
			s.decides(jin, first, "applied: submitted branch agreed agreed granted applied")
			jin.visit(s.asked(second))
			s.decides(jin, second, "applied: submitted branch agreed granted applied")
			li := s.enter("li", "/r/sales.order/"+itoa(id(first)), false)
			li.chip("confirmed")
			li.look("confirmed-on-version-1")
			for _, o := range []object{first, second} {
				if got := s.call("GET", orders+"/"+itoa(id(o)), nil); got["state"] != "confirmed" || got["gross"] != "12500.00" {
					t.Errorf("the order is %v of %v, want confirmed of 12500.00", got["state"], got["gross"])
				}
			}
		})
	}
}

// ranks puts people above li: wang, and jin above wang. Two managers stand beside them.
func (s *stage) ranks(d drawn) {
	s.t.Helper()
	for login, name := range map[string]string{"zhao": d.zhao, "qian": d.qian} {
		person := s.call("POST", "/api/v1/base/people", object{"code": login, "name": name})
		made := s.call("POST", usersAPI, object{"login": login, "name": name, "roles": "sales_manager", "lang": s.lang, "person": id(person)})
		s.act(made, usersAPI+"/", "set_password", object{"password": password})
	}
	for login, above := range map[string]string{"li": "wang", "wang": "jin"} {
		s.change("/api/v1/base/people", s.personOf(login), object{"superior": s.personOf(above)})
	}
}

// drawFlow draws one case, two steps in it, and passes everything else.
func (b *tab) drawFlow(d drawn) {
	b.t.Helper()
	b.put("#f-name", d.flow)
	b.option("#f-target", b.label("resource", "sales.order", ""))
	b.option("#f-act", b.label("actions", "sales.order", "confirm"))
	b.fromMenu(".tree > .nodes > .between .plus", b.words.say(b.t, "flow.branch"))
	b.click(".branch.open .condition .row .btn", b.words.say(b.t, "flow.advanced"))
	b.put(".branch.open .condition textarea", "grosss >= 10000")
	b.press(input.Tab)
	b.newStep(".branch:nth-child(1)", d.managers)
	b.pick(".step.open select.by", "role")
	b.pick(".step.open .grow select", "sales_manager")
	b.click(".step.open .modes label", d.someManager)
	b.newStep(".branch:nth-child(1)", "")
	b.pick(".step.open select.by", "superior")
	b.pick(".step.open .grow select", "2")
	b.until("the step is called after who decides", `s => document.querySelector('.step.open .pair input')?.value === s`, d.second)
	b.look("drawn")
}

// fromMenu opens a menu and takes what it says. What was chosen before brings fields above the button and moves it down:
// who pressed beside it presses again.
func (b *tab) fromMenu(button, item string) {
	b.t.Helper()
	for range 5 {
		b.click(button, "")
		if b.eval(`async () => { for (let n = 0; n < 30 && !document.querySelector('.pop .menu-item'); n++) await new Promise(r => setTimeout(r, 100))
			return !!document.querySelector('.pop .menu-item') }`) == "true" {
			b.click(".pop .menu-item", item)
			return
		}
	}
	b.must(errors.New("five presses did not open it"), button)
}

// newStep puts an approval at the end of a branch and names it, where a name is given.
func (b *tab) newStep(branch, name string) {
	b.t.Helper()
	b.fromMenu(branch+" .nodes > .between:last-of-type .plus", b.words.say(b.t, "flow.approve"))
	if name != "" {
		b.put(".step.open .pair input", name)
	}
}

// wrongCondition: the flow is kept as it is, but neither tried nor switched on while its condition names what is not there.
func (b *tab) wrongCondition(d drawn) {
	b.t.Helper()
	b.save()
	b.at(`^/r/approval\.flow/\d+`)
	b.find(".simulate", "")
	b.click(".simulate button[type=submit]", "")
	b.seeIn(".branch .bad", d.wrong)
	b.seeIn(".simulate [role=alert]", b.words.say(b.t, "flow.seeSteps"))
	b.look("wrong-condition")
	b.click(".branch .title", "")
	b.put(".branch.open .condition textarea", "gross >= 10000")
	b.click(".simulate h2", "")
	b.gone(".branch .bad")
	b.seeIn(".branch .title", d.amountOver)
	b.look("corrected")
}

// whoWould asks who would approve, for a large and for a small order, and reads all that is answered.
func (b *tab) whoWould(s *stage, d drawn) {
	b.t.Helper()
	branch, gross := strings.ReplaceAll(b.words.say(b.t, "flow.branchN"), "{n}", "1"), b.label("fields", "sales.order", "gross")
	who := b.find(".simulate input[role=combobox]", "")
	b.must(who.SelectAllText(), "select the initiator")
	b.write(s.li)
	b.answered(s.li)
	b.click(".panel .line:not(.create)", "")
	b.gone(".panel")
	for _, x := range []struct {
		gross string
		want  []string
	}{
		{"12500", []string{branch + " / " + gross + " " + d.amountOver, d.managers + " " + d.someManager + " / " + d.managerNames(s, " "+d.byRole), d.second + " / " + s.jin + " " + d.bySuperior}},
		{"9999.99", []string{b.words.say(b.t, "flow.other")}},
	} {
		b.put("#sim-gross", x.gross)
		b.click(".simulate button[type=submit]", "")
		want := strings.Join(x.want, "\n")
		b.until("the answer is "+want, `(css, want) => [...document.querySelectorAll(css + ' li')].map(li =>
			[...li.querySelectorAll('p')].map(p => p.innerText).join('/')).join('').replace(/\s/g, '') === want.replace(/\s/g, '')`, simulated, want)
		b.look("tried-" + x.gross)
	}
}

// managerNames are the two managers in the order in which they became users.
func (d drawn) managerNames(s *stage, why string) string {
	first := map[string]int64{}
	for _, u := range s.list(usersAPI) {
		first[u["login"].(string)] = id(u)
	}
	if first["zhao"] < first["qian"] {
		return d.zhao + why + " / " + d.qian + why
	}
	return d.qian + why + " / " + d.zhao + why
}

func (b *tab) switchDrawnOn(s *stage, d drawn) {
	b.t.Helper()
	b.save()
	b.see(b.words.say(b.t, "record.saved"))
	b.click(".page.record .buttons .primary", b.label("actions", "approval.flow", "switch_on"))
	b.click(".el-message-box button", b.label("actions", "approval.flow", "switch_on"))
	b.until("the flow is on", `s => document.querySelector('.page.record header .state')?.innerText.trim() === s`, b.words.say(b.t, "flow.on"))
	b.published(s, d, 1)
}

// published holds which version of the flow counts, on the page and in the program.
func (b *tab) published(s *stage, d drawn, version int64) {
	b.t.Helper()
	b.see(strings.ReplaceAll(b.words.say(b.t, "flow.version"), "{n}", itoa(version)))
	b.look("version-" + itoa(version))
	for _, f := range s.list(flowsAPI) {
		if f["name"] == d.flow && (f["active"] != true || int64(f["published"].(float64)) != version) {
			b.t.Errorf("the flow is %v in version %v, want true and %d", f["active"], f["published"], version)
		}
	}
}

// nextVersion takes the first step away and publishes the flow anew.
func (b *tab) nextVersion(s *stage, d drawn) {
	b.t.Helper()
	b.click(`.branch button[aria-label="`+b.words.say(b.t, "common.delete")+" "+d.managers+`"]`, "")
	b.until("one step is left", `() => document.querySelectorAll('.tree .step').length === 1`)
	b.click(".page.record .buttons .primary", b.label("actions", "approval.flow", "publish"))
	b.click(".el-message-box button", b.label("actions", "approval.flow", "publish"))
	b.published(s, d, 2)
}

// requestOf is the request about an order.
func (s *stage) requestOf(order object) object {
	s.t.Helper()
	for _, one := range s.list(requestsAPI) {
		if int64(one["record"].(float64)) == id(order) {
			return s.call("GET", requestsAPI+"/"+itoa(id(one)), nil)
		}
	}
	s.t.Fatalf("nobody was asked about the order %v", order["number"])
	return nil
}

// asked is the page of the request about an order: who decides may not see the order itself.
func (s *stage) asked(order object) string {
	s.t.Helper()
	return "/r/approval.request/" + itoa(id(s.requestOf(order)))
}

// pending holds who is asked about an order at this moment.
func (s *stage) pending(order object, want ...string) {
	s.t.Helper()
	var got []string
	for _, one := range s.requestOf(order)["tasks"].([]any) {
		if task := one.(object); task["state"] == "pending" {
			got = append(got, task["$labels"].(object)["assignee"].(string))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("about the order are asked %v, want %v", got, want)
	}
}

// decides agrees on the page of the request and waits until the program has noted it.
func (s *stage) decides(b *tab, order object, want string) {
	s.t.Helper()
	b.decide(".page.request", "agree", "")
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		request := s.requestOf(order)
		got = request["state"].(string) + ":"
		for _, line := range request["trail"].([]any) {
			got += " " + line.(object)["act"].(string)
		}
		if got == want {
			return
		}
	}
	s.t.Errorf("the request is %q, want %q", got, want)
}

// change patches a record as it stands now.
func (s *stage) change(path string, record int64, with object) object {
	s.t.Helper()
	now := s.call("GET", path+"/"+itoa(record), nil)
	s.seen = `"` + itoa(int64(now["version"].(float64))) + `"`
	defer func() { s.seen = "" }()
	return s.call("PATCH", path+"/"+itoa(record), with)
}

// option chooses from a list by what stands there.
func (b *tab) option(css, text string) {
	b.t.Helper()
	b.acts++
	b.until(css+" offers "+text, `(c, s) => [...document.querySelectorAll(c + ' option')].some(e => e.innerText.trim() === s)`, css, text)
	b.eval(`(c, s) => { const e = document.querySelector(c); e.value = [...e.options].find(o => o.innerText.trim() === s).value; e.dispatchEvent(new Event('change', {bubbles: true})) }`, css, text)
}

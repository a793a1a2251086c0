package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

const axeFile = "../../../ui/node_modules/axe-core/axe.min.js"

// axeSource is the checker as the front end's development dependency brings it; without `npm install` the test is left
// out loudly.
func axeSource(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(axeFile)
	if os.IsNotExist(err) {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("axe-core is required here: run npm install in ui")
		}
		t.Skip("SKIPPED: no axe-core; run npm install in ui to check the pages for people who see or hear badly")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// finding is one rule that a page breaks.
type finding struct {
	Rule, Impact string
	Where        []string
}

// axeRun answers what weighs: of lesser findings the page may have some. The second theme changes only colours. A chart
// is one picture with a name; what it is drawn of is nothing that anybody reads one by one.
const axeRun = `async colours => JSON.stringify((await axe.run({exclude: [['.chart .picture > *']]}, {resultTypes: ['violations'], preload: false,
	...(colours ? {runOnly: ['color-contrast', 'link-in-text-block']} : {})})).violations
	.filter(v => v.impact === 'serious' || v.impact === 'critical')
	.map(v => ({rule: v.id, impact: v.impact, where: v.nodes.map(n => n.target.join(' ') + ' – ' + n.any.map(a => a.message).join('; '))})))`

// findings runs the checker on the page. It comes in past the content policy, as the debugger of the browser does.
func (b *tab) findings(source string, coloursOnly bool) []finding {
	b.t.Helper()
	b.until("no message fades away", `() => !document.querySelector('.el-message')`)
	if b.eval(`() => 'axe' in window`) != "true" {
		out, err := proto.RuntimeEvaluate{Expression: source}.Call(b.page.Timeout(patience))
		if err == nil && out.ExceptionDetails != nil {
			err = fmt.Errorf("%s", out.ExceptionDetails.Text)
		}
		b.must(err, "bring in axe")
	}
	var list []finding
	out, err := b.page.Timeout(3*patience).Eval(axeRun, coloursOnly) // it reads every word of the page
	b.must(err, "run axe")
	if err := json.Unmarshal([]byte(out.Value.Str()), &list); err != nil {
		b.t.Fatal(err)
	}
	return list
}

// light chooses what the system of this person prefers, light or dark; the pages follow at once.
func (b *tab) light(theme string) {
	b.t.Helper()
	b.must(proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}.Call(b.page), "prefer "+theme)
	b.until("the page is "+theme, `want => document.documentElement.dataset.theme === want &&
		!document.querySelector('.skeleton') && document.getAnimations().every(a => a.playState !== 'running')`, theme)
}

// reads holds the page as it stands against axe, light and dark.
func (b *tab) reads(source, view string) {
	b.t.Helper()
	themes := []string{"light", "dark"}
	if b.screen.phone {
		themes = themes[:1] // the colours are those of the desk
	}
	for _, theme := range themes {
		b.light(theme)
		b.shot(view + "-" + theme)
		for _, one := range b.findings(source, theme == "dark") {
			b.t.Errorf("%s, %s: %s (%s) at\n\t%s", view, theme, one.Rule, one.Impact, strings.Join(one.Where, "\n\t"))
		}
	}
}

// view is one kind of page: its address, and what somebody does to get there from it.
type view struct {
	name, path string
	enter      func(b *tab)
}

// TestAccessible walks every kind of page at both widths, at the desk light and dark, and suffers nothing that axe calls serious.
func TestAccessible(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		name := map[bool]string{false: "desk", true: "phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			b := newPerson(t, s, see, "axe-"+name).tab("/")
			b.at("^/setup")
			b.reads(source, "set-up")
			s.setUp()
			views := s.views(see.phone)
			b.visit("/login")
			b.reads(source, "log-in")
			s.admit(b.person)
			for _, one := range views {
				b.visit(one.path)
				b.until("the page is read", `() => !document.querySelector('.skeleton') && !document.querySelector('[aria-busy="true"]')`)
				if one.enter != nil {
					one.enter(b)
				}
				b.reads(source, one.name)
			}
			b.planted(source)
		})
	}
}

// planted holds that the checker finds what is wrong when something is.
func (b *tab) planted(source string) {
	b.t.Helper()
	b.visit("/")
	b.find("main", "")
	b.eval(`() => { document.querySelector('main').insertAdjacentHTML('beforeend', '<p style="color:#999;background:#aaa">too pale to read</p><input>') }`)
	rules := map[string]bool{}
	for _, one := range b.findings(source, false) {
		rules[one.Rule] = true
	}
	if len(rules) != 2 || !rules["label"] || !rules["color-contrast"] {
		b.t.Errorf("axe found %v of a planted input without name and a text without contrast", rules)
	}
}

// views makes a little business and answers every kind of page that there is to see of it.
func (s *shop) views(phone bool) []view {
	s.t.Helper()
	customer, items := s.goods("东风机械厂", "六角螺栓", "平垫圈")
	order := func(query string) object {
		return s.call("POST", orders+query, object{"customer": customer, "lines": []object{
			{"item": items[0], "qty": "20", "price": "12.5"}, {"item": items[1], "qty": "100", "price": "0.35"}}})
	}
	sold, confirmed, draft := order("?action=sell"), order("?action=confirm"), order("")
	at := func(o object) string { return "/r/sales.order/" + itoa(id(o)) }
	voucher := s.list("/api/v1/ledger/vouchers")[0]
	out := []view{
		{name: "home", path: "/"},
		{name: "new", path: "/create"},
		{name: "find", path: "/query"},
		{name: "me", path: "/me"},
		{name: "jobs", path: "/jobs"},
		{name: "inbox", path: "/inbox"},
		{name: "settings", path: "/settings"},
		{name: "operations", path: "/operations"},
		{name: "network", path: "/settings/network"},
		{name: "account security", path: "/security"},
		{name: "security log", path: "/reports/system.security_log"},
		{name: "nothing-here", path: "/nothing-here"},
		{name: "list", path: "/r/sales.order"},
		{name: "empty-list", path: "/r/purchasing.order"},
		{name: "master", path: "/r/base.party/" + itoa(customer)},
		{name: "draft", path: at(draft)},
		{name: "posted", path: at(sold)},
		{name: "voucher", path: "/r/ledger.voucher/" + itoa(id(voucher))},
		{name: "report", path: "/report/ledger.trial_balance"},
		{name: "statement", path: "/report/ledger.balance_sheet"},
		{name: "wrong", path: newOrder, enter: (*tab).emptyHanded},
		{name: "look-up", path: newOrder, enter: (*tab).openLookUp},
		{name: "items", path: newOrder, enter: (*tab).openItems},
		{name: "quick-create", path: newOrder, enter: (*tab).openQuickCreate},
		{name: "search", path: "/", enter: (*tab).openSearch},
		{name: "action-dialog", path: at(confirmed), enter: (*tab).openDelivery},
		{name: "question", path: at(confirmed), enter: (*tab).openQuestion},
		{name: "activity", path: at(sold), enter: (*tab).openRail},
	}
	out = append(out, s.askedViews()...)
	if !phone { // files are brought in at a desk
		out = append(out, view{name: "import", path: "/r/base.item", enter: (*tab).openImport})
	}
	return out
}

// emptyHanded saves nothing: every problem stands on the page.
func (b *tab) emptyHanded() {
	b.click(".page.record .buttons button", b.words.say(b.t, "record.saveDraft"))
	b.find(`.bar .wrong[role="alert"]`, "")
}

func (b *tab) openLookUp() {
	b.must(b.find("#f-customer", "").Click(proto.InputMouseButtonLeft, 1), "tap the customer")
	b.write("东风")
	b.answered("东风")
}

// openItems finds items for a line, and on the phone ticks one.
func (b *tab) openItems() {
	if b.screen.phone {
		b.click(".picks", "")
		b.put(".item-pick input[type=search]", "六角")
		b.click(".item-pick .card .tap", "")
		return
	}
	b.click(`[data-cell="0/item"]`, "")
	b.write("六角 ")
	b.answered("六角")
	b.press(input.Space)
	b.find(".panel .line.marked", "")
}

func (b *tab) openQuickCreate() {
	b.must(b.find("#f-customer", "").Click(proto.InputMouseButtonLeft, 1), "tap the customer")
	b.write("长城贸易")
	b.answered("长城贸易")
	b.click(".panel .line.create", "")
	b.find(".el-dialog #quick-name", "")
}

// openSearch finds something; on the phone the page that searches is one of the five.
func (b *tab) openSearch() {
	if b.screen.phone {
		b.click(`nav.bottom a[href="/query"]`, "")
	}
	b.must(b.find(".search input", "").Click(proto.InputMouseButtonLeft, 1), "tap the search")
	b.write("东风")
	b.find(".hits .menu-item", "东风机械厂")
}

func (b *tab) openDelivery() {
	b.click(".page.record .buttons button", b.label("actions", "sales.order", "deliver"))
	b.find(".el-dialog input", "")
}

// more opens the menu of what is done seldom.
func (b *tab) more(action string) {
	b.t.Helper()
	b.click(".page.record .buttons button", b.words.say(b.t, "record.more"))
	b.click(".menu-item", action)
}

func (b *tab) openQuestion() {
	b.more(b.label("actions", "sales.order", "close"))
	b.find(".el-message-box button", "")
}

func (b *tab) openRail() {
	b.click(".page.record .buttons button", b.words.say(b.t, "rail.title"))
	b.find(".el-drawer h3, .el-drawer h2, .el-drawer section", "")
}

func (b *tab) openImport() {
	b.click(".page-head button", b.words.say(b.t, "list.import"))
	b.find(".el-dialog .drop", "")
}

package browser

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules"
	"zhanggui/modules/demo/firm"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
)

// The firm has played until the evening of the thirtieth; its people come in on the morning after.
const (
	playedUntil = clock.Date("2026-06-30")
	firmToday   = "2026-07-01"
	firmMorning = "2026-07-01T09:00:00+08:00"
)

// town is the played firm with what its people do on this day: what one begins, another goes on with.
type town struct {
	*shop
	lang     string
	customer object // of the salesperson, who bought before
	item     object // what he buys today
	stored   int    // how much of it lay in the store in the morning
	walked   map[string][]string
}

// newTown plays the firm, moves its clock to the next morning and opens its doors.
func newTown(t *testing.T, lang string) *town {
	t.Helper()
	chromium(t)
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hand := clock.Fixed(clock.Date("2026-04-01").Time())
	c := testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: hand})
	err = firm.Play(context.Background(), c, hand, firm.Options{Until: playedUntil, Months: 2, Scale: 10, Lang: lang, Out: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	morning, err := clock.ParseInstant(firmMorning)
	if err != nil {
		t.Fatal(err)
	}
	hand.Set(morning.Time())
	s := serve(t, c)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // the day goes on while people work
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				hand.Advance(50 * time.Millisecond)
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
	runner, err := jobs.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	w := &town{shop: s, lang: lang, walked: map[string][]string{}}
	for _, one := range firm.Staff {
		w.as(one.Login)
		w.call("PUT", "/api/v1/session/lang", object{"lang": lang})
	}
	w.prepare()
	return w
}

// as signs this program in as one of the firm.
func (w *town) as(login string) {
	w.t.Helper()
	w.call("POST", "/api/v1/session", object{"login": login, "password": firm.Password})
}

// find answers the records of a list that a filter leaves.
func (w *town) find(path string, filters ...string) []object {
	w.t.Helper()
	q := url.Values{"limit": {"200"}, "filter": filters}
	var out []object
	items, _ := w.call("GET", path+"?"+q.Encode(), nil)["items"].([]any)
	for _, one := range items {
		out = append(out, one.(object))
	}
	return out
}

// newest is what was made last among the records that a filter leaves.
func (w *town) newest(path string, filters ...string) object {
	w.t.Helper()
	list := w.find(path, filters...)
	if len(list) == 0 {
		w.t.Fatalf("%s %v has no record", path, filters)
	}
	newest := slices.MaxFunc(list, func(a, b object) int { return int(id(a) - id(b)) })
	return w.call("GET", path+"/"+itoa(id(newest)), nil)
}

// is holds fields of a record as the program keeps them, to the letter.
func (w *town) is(record object, want object) {
	w.t.Helper()
	for field, value := range want {
		if got := fmt.Sprint(record[field]); got != fmt.Sprint(value) {
			w.t.Errorf("%s is %s, want %v (of %v)", field, got, value, record)
		}
	}
}

// prepare is what was there in the morning: a customer who buys, something he buys, a talk that is due, an announcement,
// a folder for what is shared.
func (w *town) prepare() {
	w.t.Helper()
	w.as("chen")
	for _, sheet := range w.find(deliveries, "state:eq:posted") {
		party := w.call("GET", partiesAPI+"/"+fmt.Sprint(sheet["party"]), nil)
		if party["tax_mode"] != "included" || strings.Contains(party["name"].(string), "零售") {
			continue
		}
		full := w.call("GET", deliveries+"/"+itoa(id(sheet)), nil)
		for _, one := range full["lines"].([]any) {
			line := one.(object)
			item := w.call("GET", "/api/v1/base/items/"+fmt.Sprint(line["item"]), nil)
			if have := w.inStore(item); have >= 4 && line["unit"] == item["unit"] {
				w.customer, w.item, w.stored = party, item, have
			}
		}
		if w.customer != nil {
			break
		}
	}
	if w.customer == nil {
		w.t.Fatal("nobody bought anything of chen that still lies in the store")
	}
	w.call("POST", "/api/v1/crm/follow-ups", object{"subject": dueTalk, "customer": id(w.customer), "kind": "phone", "plan_at": firmToday})
	w.as("boss")
	notice := w.call("POST", "/api/v1/office/announcements", object{"title": announced, "audience": "everybody", "date": firmToday, "text": "中午十二点起盘点总仓，请提前开好单。"})
	w.act(notice, "/api/v1/office/announcements/", "publish", object{})
	w.call("POST", "/api/v1/office/folders", object{"name": folder})
}

// What was there in the morning has the names that the firm gave it, in its own language.
const (
	dueTalk   = "确认到货时间"
	announced = "七月一日盘点安排"
	folder    = "制度"
)

// inStore is how much of an item lies in the store.
func (w *town) inStore(item object) int {
	w.t.Helper()
	have := 0
	rows, _ := w.call("GET", "/api/v1/reports/stock.on_hand?item="+itoa(id(item)), nil)["rows"].([]any)
	for _, one := range rows {
		row := one.(object)
		if labels, _ := row["$labels"].(object); labels["warehouse"] == "总仓" {
			_, _ = fmt.Sscan(row["qty"].(string), &have)
		}
	}
	return have
}

// enter is somebody of the firm, at home.
func (w *town) enter(login string, phone bool) *tab {
	w.t.Helper()
	w.as(login)
	p := newPerson(w.t, w.shop, screen{lang: w.lang, phone: phone}, "day-"+w.lang+map[bool]string{true: "-phone-", false: "-desk-"}[phone]+login)
	w.admit(p)
	b := p.tab("/")
	b.inBooks = true // the firm's own names are Chinese on English pages too
	return b
}

// day is what one of the firm does, page by page.
type day struct {
	login string
	walk  func(b *day)

	*tab
	w   *town
	axe string
}

// page holds a page as it stands: nothing too wide, no raw key, no foreign word in what the program says itself, and
// nothing that axe calls serious. Its address is walked again at the other width.
func (d *day) page(step string) {
	d.t.Helper()
	d.look(step)
	d.ownWords(step)
	for _, one := range d.findings(d.axe, false) {
		d.t.Errorf("%s: %s (%s) at\n\t%s", step, one.Rule, one.Impact, strings.Join(one.Where, "\n\t"))
	}
	d.w.walked[d.login] = append(d.w.walked[d.login], d.eval(`() => location.pathname + location.search`))
}

// ownWords holds the language of what the program itself says: heads of columns, names of fields, buttons, the menu.
func (b *tab) ownWords(step string) {
	b.t.Helper()
	if b.screen.lang != "en" {
		return
	}
	said := b.eval(`() => [...document.querySelectorAll('main th[scope=col], main label .label, main .label > span, main button.btn, main a.btn, nav a, nav button, .menu-item, h2')]
		.map(e => e.innerText).filter(s => /\p{Script=Han}/u.test(s) && s.trim() !== '中文').join(' | ')`)
	if said != "" {
		b.t.Errorf("%s says in Chinese: %s", step, said)
	}
}

// again visits at the other width every page that somebody walked.
func (w *town) again(login string, phone bool) {
	w.t.Helper()
	b := w.enter(login, phone)
	for n, path := range w.walked[login] {
		if slices.Contains(w.walked[login][:n], path) {
			continue
		}
		b.visit(path)
		b.until("the page is read", `() => !!document.querySelector('main .page') && !document.querySelector('[aria-busy="true"]')`)
		b.look("again")
		b.ownWords(path)
	}
}

// TestDays is one day of the demonstration firm, each of its people at the own work: the salesperson sells, the
// storekeeper ships and counts, the boss decides, the accountant takes the money in, the office hands papers in. In
// Chinese at a desk and in English on the phone with axe; then the same pages at the other width.
func TestDays(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, lang)
			phone := lang == "en"
			for _, one := range []day{
				{login: "chen", walk: (*day).salesperson}, {login: "wang", walk: (*day).storekeeper}, {login: "boss", walk: (*day).boss},
				{login: "li", walk: (*day).accountant}, {login: "he", walk: (*day).office},
			} {
				t.Run(one.login, func(t *testing.T) {
					outer := w.t
					w.t = t
					defer func() { w.t = outer }()
					one.tab, one.w, one.axe = w.enter(one.login, phone), w, axe
					one.walk(&one)
					w.again(one.login, !phone)
					_ = proto.PageClose{}.Call(one.tab.page)
				})
			}
		})
	}
}

package browser

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// tab is one page under somebody's fingers.
type tab struct {
	*person
	page *rod.Page
	// inBooks excuses Chinese on an English page: accounts and voucher words are named as the law's chart names them.
	inBooks bool
}

func (b *tab) must(err error, what string) {
	b.t.Helper()
	if err == nil {
		return
	}
	b.shot("failed")
	text, _ := b.page.Timeout(2 * time.Second).Eval(`() => location.pathname + '\n' + document.body.innerText.slice(0, 1500)`)
	if text != nil {
		b.t.Fatalf("%s: %v\nthe page says:\n%s", what, err, text.Value.Str())
	}
	b.t.Fatalf("%s: %v", what, err)
}

// eval runs a function on the page and answers what it returned as text.
func (b *tab) eval(js string, args ...any) string {
	b.t.Helper()
	out, err := b.page.Timeout(patience).Eval(js, args...)
	b.must(err, js)
	return out.Value.String()
}

// until waits for a function on the page to become true.
func (b *tab) until(what, js string, args ...any) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		out, err := b.page.Timeout(patience).Eval(js, args...)
		if err == nil && out.Value.Bool() {
			return
		}
		if time.Now().After(deadline) {
			b.must(fmt.Errorf("it did not happen within %s (%v)", patience, err), what)
		}
		time.Sleep(60 * time.Millisecond)
	}
}

// visit types an address.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.must(b.page.Timeout(patience).Navigate(b.shop.base+path), "open "+path)
	b.eval(`() => performance.setResourceTimingBufferSize(9999)`)
	b.until("the page is drawn at "+path, `() => document.readyState === 'complete' && (document.querySelector('#app')?.innerText ?? '').trim() !== ''`)
}

// at waits for an address (a regular expression over path and query).
func (b *tab) at(pattern string) {
	b.t.Helper()
	b.until("the address is "+pattern, `p => new RegExp(p).test(location.pathname + location.search)`, pattern)
}

// see waits for a text among what can be read on the page.
func (b *tab) see(text string) {
	b.t.Helper()
	b.until("see "+text, `s => document.body.innerText.includes(s)`, text)
}

// seeIn waits for a text in a part of the page.
func (b *tab) seeIn(css, text string) {
	b.t.Helper()
	b.until(css+" says "+text, `(c, s) => [...document.querySelectorAll(c)].some(e => e.innerText.includes(s))`, css, text)
}

// find waits for a visible element; a text narrows it to those that begin with it.
func (b *tab) find(css, text string) *rod.Element {
	b.t.Helper()
	el, err := b.page.Timeout(patience).ElementByJS(rod.Eval(`(c, s) => [...document.querySelectorAll(c)].find(e =>
		e.getClientRects().length > 0 && !e.disabled && (s === '' || e.innerText.trim().startsWith(s))) ?? null`, css, text))
	b.must(err, "find "+css+" "+text)
	// Fixed bars cover the edges of a phone; people scroll what they want to touch to the middle.
	_, err = el.Eval(`() => this.scrollIntoView({block: 'center'})`)
	b.must(err, "scroll to "+css)
	return el.CancelTimeout().Timeout(patience)
}

// click is one click of a person on what says text; what was replaced under the finger is looked for again.
func (b *tab) click(css, text string) {
	b.t.Helper()
	b.acts++
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		el := b.find(css, text)
		if err = el.CancelTimeout().Timeout(touch).Click(proto.InputMouseButtonLeft, 1); err == nil {
			return
		}
	}
	b.must(err, "click "+css+" "+text)
}

// press is one key, with Ctrl held for names like "ctrl+s".
func (b *tab) press(keys ...input.Key) {
	b.t.Helper()
	b.acts++
	k := b.page.KeyActions().Press(keys[0])
	if len(keys) > 1 {
		k = k.Type(keys[1:]...)
	}
	b.must(k.Do(), "press a key")
}

// write types a text where the cursor is; it counts as one action however long it is.
func (b *tab) write(text string) {
	b.t.Helper()
	b.acts++
	b.letters += utf8.RuneCountInString(text)
	b.must(b.page.InsertText(text), "write "+text)
}

// put clicks into an input and replaces what stands there, which is two acts; an input that was drawn anew under the finger is taken again.
func (b *tab) put(css, text string) {
	b.t.Helper()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		el := b.find(css, "").CancelTimeout().Timeout(touch)
		if err = el.Click(proto.InputMouseButtonLeft, 1); err != nil {
			continue
		}
		if err = el.SelectAllText(); err == nil && b.eval(`c => !!document.activeElement?.matches(c)`, css) == "true" {
			b.acts++
			b.write(text)
			b.until(css+" holds "+text, `(c, s) => [...document.querySelectorAll(c)].some(e => e.value.replaceAll(',', '') === s)`, css, text)
			return
		}
	}
	b.must(cmp.Or(err, errors.New("the cursor does not stay")), "put "+text+" into "+css)
}

// cursorIn waits for the cursor to stand inside css.
func (b *tab) cursorIn(css string) {
	b.t.Helper()
	b.until("the cursor stands in "+css, `c => !!document.activeElement?.closest(c)`, css)
}

// enterUntil presses Enter until the cursor stands inside css and answers how often.
func (b *tab) enterUntil(css string) int {
	b.t.Helper()
	for n := range 25 {
		if b.eval(`c => !!document.activeElement?.closest(c)`, css) == "true" {
			return n
		}
		before := b.eval(cursor)
		b.press(input.Enter)
		b.until("Enter moves the cursor", `was => (`+cursor+`)() !== was`, before)
	}
	b.must(fmt.Errorf("25 times Enter were not enough"), "walk to "+css)
	return 0
}

// cursor names where the cursor is.
const cursor = `() => { const a = document.activeElement; return (a?.id ?? '') + '|' + (a?.closest('[data-cell]')?.dataset.cell ?? '') + '|' + (a?.tagName ?? '') + (a?.innerText ?? '').slice(0, 20) }`

// choose types into the look-up that has the cursor and takes the first answer.
func (b *tab) choose(text string) {
	b.t.Helper()
	b.write(text)
	b.seeIn(".panel .line:not(.create)", text)
	b.press(input.Enter)
	b.until("the look-up closes", `() => !document.querySelector('.panel')`)
}

// answered waits until the server has said what it finds for a text: before, the rows of the look-up still move.
func (b *tab) answered(text string) {
	b.t.Helper()
	b.until("the look-up is answered", `s => performance.getEntriesByType('resource').some(e =>
		new URL(e.name).searchParams.get('q') === s) && !!document.querySelector('.panel .line')`, text)
}

// toCustomer throws away what an earlier page left and walks to the customer from wherever the cursor starts.
func (b *tab) toCustomer() {
	b.t.Helper()
	b.find("#f-customer", "")
	if discard := b.words.say(b.t, "record.discard"); b.eval(`s => document.querySelector('#app').innerText.includes(s)`, discard) == "true" {
		b.click("button", discard)
		b.until("the page is empty again", `() => document.querySelector('#f-customer')?.value === ''`)
		b.must(b.find("#f-date, #f-customer", "").Focus(), "go to the top")
	}
	b.cursorIn(".page.record form, .page.record .form")
	b.enterUntil("#f-customer")
}

// lookFor taps into a look-up and chooses, for hands without keys.
func (b *tab) lookFor(css, text string) {
	b.t.Helper()
	b.acts++
	b.must(b.find(css, "").Click(proto.InputMouseButtonLeft, 1), "tap "+css)
	b.write(text)
	b.answered(text)
	b.click(".panel .line:not(.create)", "")
	b.until("the look-up closes", `() => !document.querySelector('.panel')`)
}

// save sends the record with Ctrl+S.
func (b *tab) save() {
	b.t.Helper()
	b.acts++
	b.must(b.page.KeyActions().Press(input.ControlLeft).Type('s').Do(), "Ctrl+S")
}

// Keys and placeholders that only programmers should meet.
var raw = regexp.MustCompile(`\b(app|common|error|shell|search|prefs|password|login|setup|home|create|field|lookup|filter|list|record|grid|rail|import|job|inbox|settings|report|base|sales|purchasing|stock|settlement|ledger|kernel|problem|bulk|view|flow|board|related|approval|network|second|devices|proof)\.[a-z][a-zA-Z_]+\b|\bundefined\b|\bNaN\b|\[object|\{[a-z_]+\}`)

// look takes a picture and holds the page against what no page may show.
func (b *tab) look(step string) {
	b.t.Helper()
	b.until("nothing is loading", `() => !document.querySelector('.skeleton')`)
	b.shot(step)
	text := b.eval(`() => [document.body.innerText, ...[...document.querySelectorAll('[title],[placeholder],[aria-label]')].flatMap(e => [e.title, e.placeholder, e.ariaLabel])].filter(Boolean).join('\n')`)
	if found := raw.FindAllString(text, 5); len(found) > 0 {
		b.t.Errorf("%s shows %q", step, found)
	}
	if wide := b.eval(`() => document.documentElement.scrollWidth > innerWidth ? document.documentElement.scrollWidth + ' of ' + innerWidth : ''`); wide != "" {
		b.t.Errorf("%s is wider than the screen: %s", step, wide)
	}
	if b.screen.lang == "en" && !b.inBooks {
		if found := regexp.MustCompile(`\p{Han}+`).FindAllString(b.eval(`() => document.querySelector('#app').innerText`), 8); len(found) > 0 && !slices.Equal(found, []string{"中文"}) {
			b.t.Errorf("%s says in Chinese: %q", step, found)
		}
	}
}

func (b *tab) names() called { return names[b.screen.lang] }

func (b *tab) shot(step string) {
	folder := os.Getenv("ZHANGGUI_SHOTS")
	if folder == "" {
		return
	}
	b.shots++
	png, err := b.page.Timeout(patience).Screenshot(false, nil)
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%02d-%s.png", b.name, b.shots, step)), png, 0o644)
	}
	if err != nil {
		b.t.Log(err)
	}
}

// open goes home and through the door to an address, as people do.
func (b *tab) open(path string) {
	b.t.Helper()
	if b.screen.phone {
		b.click(`nav.bottom a[href="/"]`, "")
	} else {
		b.click("a.brand", "")
	}
	b.at("^/$")
	b.click(`.home a[href="`+path+`"]`, "")
	b.at("^" + regexp.QuoteMeta(path))
}

// label is a piece of the description of a record in the language of the page, for example action sales.order confirm.
func (b *tab) label(kind, resource, name string) string {
	b.t.Helper()
	text := b.eval(`async (kind, of, name) => {
		const r = (await (await fetch('/api/v1/meta', {headers: {'Accept-Language': document.documentElement.lang}})).json()).resources[of]
		return (kind === 'resource' ? r : r[kind].find(one => one.name === name)).label }`, kind, resource, name)
	if strings.TrimSpace(text) == "" {
		b.t.Fatalf("%s %s %s has no label", kind, resource, name)
	}
	return text
}

// parts runs the parts of a journey one after the other; the rest is left out once one failed.
func parts(t *testing.T, p *person, list ...part) {
	for _, one := range list {
		ok := t.Run(one.name, func(t *testing.T) {
			outer := p.t
			p.t, p.shop.t = t, t
			defer func() { p.t, p.shop.t = outer, outer }()
			one.walk()
		})
		if !ok {
			return
		}
	}
}

type part struct {
	name string
	walk func()
}

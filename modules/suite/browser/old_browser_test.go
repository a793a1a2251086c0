package browser

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// TestOldBrowser: who comes with a browser that cannot show the program reads what to do, in plain HTML, on a wide and on a
// narrow screen; who insists gets the program.
func TestOldBrowser(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, see := range []screen{{lang: "zh"}, {lang: "zh", phone: true}} {
		name := "old-browser"
		if see.phone {
			name += "-phone"
		}
		b := newPerson(t, s, see, name).tab("/")
		b.at("^/setup")
		b.must(b.page.SetUserAgent(&proto.NetworkSetUserAgentOverride{UserAgent: "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; 360SE)"}), "be old")
		b.must(b.page.Timeout(patience).Navigate(s.base+"/sales/orders"), "open a page")
		b.see("请切换到「极速模式」")
		b.see("Otherwise use Chrome 94, Edge 94, Firefox 93, Safari 16.4 or newer.")
		b.until("the picture is as wide as the sheet", `() => { const p = document.querySelector('svg').getBoundingClientRect(); return p.width > 300 && p.right <= innerWidth }`)
		b.until("nothing is cut off", `() => document.documentElement.scrollWidth <= innerWidth`)
		b.shot("old")
		b.click("a", "仍然打开")
		b.at("^/setup")
		b.see(b.words.say(t, "setup.title"))
	}
}

// TestWithoutScripts: a browser whose scripts are switched off says so in words.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	b := newPerson(t, newShop(t), screen{lang: "zh"}, "no-scripts").tab("/")
	b.at("^/setup")
	b.must(proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(b.page), "switch scripts off")
	b.must(b.page.Timeout(patience).Navigate(b.shop.base+"/"), "open the program")
	b.must(b.page.Timeout(patience).WaitLoad(), "load it")
	b.shot("no-scripts")
	got, err := b.page.Timeout(patience).Element("noscript")
	b.must(err, "words without scripts")
	text, err := got.HTML()
	b.must(err, "read them")
	where, err := got.Shape()
	b.must(err, "look where they stand")
	if box := where.Box(); box == nil || box.Y > 100 || box.Height < 20 {
		t.Errorf("the words stand at %+v", box)
	}
	for _, want := range []string{"这个浏览器把它关掉了", "which this browser has switched off"} {
		if !strings.Contains(text, want) {
			t.Errorf("without scripts the page says %s, want %s", text, want)
		}
	}
}

// TestWarningsAreExplained: on the first page stands what Windows and virus scanners may say of the program, and what to click.
func TestWarningsAreExplained(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, see := range []screen{{lang: "zh"}, {lang: "en"}, {lang: "zh", phone: true}, {lang: "en", phone: true}} {
		name := "warnings-" + see.lang
		if see.phone {
			name += "-phone"
		}
		b := newPerson(t, s, see, name).tab("/")
		b.at("^/setup")
		b.click("summary", b.words.say(t, "setup.warned"))
		for _, line := range []string{"setup.warnedWindows", "setup.warnedGuard", "setup.warnedNetwork"} {
			b.seeIn("details li", b.words.say(t, line))
		}
		b.until("nothing is cut off", `() => document.documentElement.scrollWidth <= innerWidth`)
		b.look("warnings")
	}
}

// Package browser walks the product in a real Chromium as its people do: keys, clicks, reloads, cut lines. It asserts
// what stands on the page, and asks the server only how many records there are. With ZHANGGUI_SHOTS naming a folder
// every step leaves a picture there; with ZHANGGUI_REQUIRE set a missing browser fails the tests.
package browser

import (
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"
)

// patience is how long anything may take to show up; a busy machine is slow, a broken page never gets there.
const patience = 25 * time.Second

// touch is how long one try to put a finger on something may take before it is looked for again.
const touch = patience / 4

var chrome struct {
	once    sync.Once
	browser *rod.Browser
	close   func()
	err     error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chrome.close != nil {
		chrome.close()
	}
	os.Exit(code)
}

// shells are the browsers that will do, the first that is installed. The shell is the same engine of the same build
// without the window around the page: nobody sees that here, and drawing it costs as much as the page itself.
var shells = []string{"chromium-headless-shell", "chromium"}

// pinned names the environment variable with the browser that is to be taken before all others: continuous integration sets
// it to the one of .ci/browser, whose version and checksum stand in the lock file, and holds its pictures against that one.
const pinned = "ZHANGGUI_BROWSER"

// furniture is what the whole browser keeps ready around the page: each address bar loads two pages of its own.
var furniture = []string{"WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"}

// start launches the one browser of the package.
func start(bin string) {
	l := launcher.New().Bin(bin).Leakless(false).Headless(true).NoSandbox(true).Append("disable-features", furniture...)
	for _, name := range []flags.Flag{"disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		l.Set(name)
	}
	address, err := l.Launch()
	if err != nil {
		chrome.err = err
		return
	}
	chrome.browser = rod.New().ControlURL(address).NoDefaultDevice()
	chrome.close = func() {
		_ = chrome.browser.Close()
		l.Kill()
		l.Cleanup()
	}
	chrome.err = chrome.browser.Connect()
}

// chromium answers the browser, or leaves the test out loudly where none is installed.
func chromium(t *testing.T) *rod.Browser {
	t.Helper()
	bin := os.Getenv(pinned)
	for _, name := range shells {
		if found, err := exec.LookPath(name); err == nil && bin == "" {
			bin = found
		}
	}
	if bin == "" {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("a browser is required here: install chromium")
		}
		t.Skip("SKIPPED: no chromium; install it to run the journeys in a browser")
	}
	chrome.once.Do(func() { start(bin) })
	if chrome.err != nil {
		t.Fatal(chrome.err)
	}
	return chrome.browser
}

// screen is what a journey is looked at with.
type screen struct {
	lang  string // zh or en
	phone bool
}

// person is one browser with its own cookies: tabs opened by the same person share the session.
type person struct {
	t       *testing.T
	shop    *shop
	browser *rod.Browser
	screen  screen
	words   words
	name    string // begins the names of the pictures
	shots   int
	acts    int
	letters int // typed: an act of writing has as many as its text
}

func newPerson(t *testing.T, s *shop, see screen, name string) *person {
	t.Helper()
	b, err := chromium(t).Incognito()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proto.TargetDisposeBrowserContext{BrowserContextID: b.BrowserContextID}.Call(b) })
	return &person{t: t, shop: s, browser: b, screen: see, words: readWords(t, see.lang), name: name}
}

// tab opens a page of this person at an address of the product.
func (p *person) tab(path string) *tab {
	p.t.Helper()
	one := p.blank()
	one.visit(path)
	return one
}

// blank opens a page of this person on which there is nothing yet.
func (p *person) blank() *tab {
	p.t.Helper()
	page, err := p.browser.Page(proto.TargetCreateTarget{})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.held(page)
}

// held is a page as this person holds it, on his screen and in his language.
func (p *person) held(page *rod.Page) *tab {
	p.t.Helper()
	size := proto.EmulationSetDeviceMetricsOverride{Width: 1440, Height: 900, DeviceScaleFactor: 1}
	if p.screen.phone {
		size = proto.EmulationSetDeviceMetricsOverride{Width: 360, Height: 740, DeviceScaleFactor: 2, Mobile: true}
	}
	language := map[string]string{"zh": "zh-CN", "en": "en-US"}[p.screen.lang]
	agent := proto.NetworkSetUserAgentOverride{UserAgent: "Mozilla/5.0 Chrome/130.0 Safari/537.36", AcceptLanguage: language}
	// Each page believes that it is in front, so that journeys may run beside each other.
	front := proto.EmulationSetFocusEmulationEnabled{Enabled: true}
	for _, err := range []error{size.Call(page), agent.Call(page), front.Call(page)} {
		if err != nil {
			p.t.Fatal(err)
		}
	}
	// "Leave this page?" is answered with yes, as somebody in a hurry does.
	go page.EachEvent(func(*proto.PageJavascriptDialogOpening) {
		_ = proto.PageHandleJavaScriptDialog{Accept: true}.Call(page)
	})()
	return &tab{person: p, page: page}
}

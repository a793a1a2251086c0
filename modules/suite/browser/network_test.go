package browser

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"zhanggui/modules"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/address"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/rbac"
)

// newHouse serves the whole product as the command line does. 127.0.0.2 stands for its address in the local network.
func newHouse(t *testing.T) *shop {
	t.Helper()
	chromium(t)
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	c := testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(rights), Clock: clock.NewSteady(clock.System())})
	lan := func() []address.Address {
		return []address.Address{{IP: netip.MustParseAddr("127.0.0.2"), Interface: "WLAN", Usual: true},
			{IP: netip.MustParseAddr("127.0.0.3"), Interface: "eth0"}}
	}
	station, err := network.Start(network.Options{Folder: t.TempDir(), Log: c.Log, Addresses: lan})
	if err != nil {
		t.Fatal(err)
	}
	network.Offer(c, station)
	ln, err := station.Listen()
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(c, web.Options{Addr: station.Home(), Rules: station.Rules})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, c: c, line: &lossy{Listener: ln}, base: "http://" + station.Home()}
	t.Cleanup(s.clean)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, ln); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	jar, _ := cookiejar.New(nil)
	s.http = &http.Client{Jar: jar}
	return s
}

// TestPhoneJoinsByCode: somebody lets phones in, another one scans the code on the screen and logs in on a phone.
func TestPhoneJoinsByCode(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newHouse(t)
			s.call("POST", "/api/v1/setup", object{"company": casts[lang].company, "trade": "trading", "books": true, "name": casts[lang].boss,
				"login": bossLogin, "password": password, "lang": lang})
			at := newPerson(t, s, screen{lang: lang}, "network-"+lang)
			s.admit(at)
			b := at.tab("/settings")
			b.click(".settings nav a", b.words.say(t, "network.title"))
			b.at("^/settings/network$")
			b.see(b.words.say(t, "network.who"))
			b.look("only-here")
			b.letIn("wrong-password-1")
			b.see(messages.Text(lang, "password.again", nil))
			b.put(".el-dialog input", password)
			b.click(".el-dialog .btn.primary", "")
			b.find("svg.code", "")
			b.until("the dialog is gone", `() => !document.querySelector('.el-dialog')`)
			way := b.eval(`() => document.querySelector('.url').innerText`)
			if !strings.HasPrefix(way, "http://127.0.0.2:") {
				t.Fatalf("beneath the code stands %q", way)
			}
			b.look("open")
			b.reads(source, "open-axe")
			b.light("light")
			if got := b.scan("svg.code"); got != way {
				t.Errorf("the code says %q, beneath stands %q", got, way)
			}
			b.click("button", b.words.say(t, "network.try"))
			b.see(messages.Text(lang, "network.trial_good", nil))
			b.look("tried")

			phone := newPerson(t, s, screen{lang: lang, phone: true}, "network-phone-"+lang)
			f := phone.tab("/login")
			f.must(f.page.Navigate(way), "open what was scanned")
			f.at("^/login")
			f.look("login")
			f.put(`input[autocomplete="username"]`, bossLogin)
			f.put(`input[autocomplete="current-password"]`, password)
			f.click("button[type=submit]", "")
			f.at("^/$")
			f.look("home")
			b.must(f.page.Navigate(way+"/settings/network"), "the page on the phone")
			f.find("svg.code", "")
			f.look("page-on-the-phone")
			f.reads(source, "page-on-the-phone-axe")
			b.seeIn(".seen", "127.0.0.1")
			b.encrypt()
			b.reads(source, "internet-axe")
			b.light("light")
			b.local(f)
		})
	}
}

// letIn chooses the same network and says who wants it.
func (b *tab) letIn(secret string) {
	b.t.Helper()
	b.click(".mode", b.words.say(b.t, "network.lan"))
	b.click("button[type=submit]", b.words.say(b.t, "network.save"))
	b.put(".el-dialog input", secret)
	b.look("who-wants-it")
	b.click(".el-dialog .btn.primary", "")
}

// scan reads a code off the screen as a phone's camera does.
func (b *tab) scan(css string) string {
	b.t.Helper()
	shot, err := b.find(css, "").Screenshot(proto.PageCaptureScreenshotFormatPng, 0)
	b.must(err, "a picture of the code")
	img, err := png.Decode(bytes.NewReader(shot))
	b.must(err, "the picture")
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	b.must(err, "the picture in black and white")
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	b.must(err, "read the code")
	return found.GetText()
}

// encrypt takes the certificate of this computer.
func (b *tab) encrypt() {
	b.t.Helper()
	b.must(b.find(`select[name="tls"]`, "").Select([]string{b.words.say(b.t, "network.tlsOwn")}, true, "text"), "choose the certificate")
	b.click("button[type=submit]", b.words.say(b.t, "network.save"))
	b.put(".el-dialog input", password)
	b.click(".el-dialog .btn.primary", "")
	b.until("the address is encrypted", `() => (document.querySelector('.url')?.innerText ?? '').startsWith('https://127.0.0.2:')`)
	b.until("the dialog is gone", `() => !document.querySelector('.el-dialog')`)
	b.look("encrypted")
	b.click(".cert summary", "")
	b.see("SHA-256")
	b.must(b.find(".cert .print", "").ScrollIntoView(), "scroll to the fingerprint")
	b.look("certificate")
	b.click(".mode", b.words.say(b.t, "network.internet"))
	b.see(b.words.say(b.t, "network.demands"))
	b.must(b.find(`input[name="public"]`, "").ScrollIntoView(), "scroll to the address")
	b.look("internet")
}

// local shuts everybody else out again.
func (b *tab) local(phone *tab) {
	b.t.Helper()
	b.click(".mode", b.words.say(b.t, "network.local"))
	b.click("button[type=submit]", b.words.say(b.t, "network.save"))
	b.put(".el-dialog input", password)
	b.click(".el-dialog .btn.primary", "")
	b.until("there is no code any more", `() => !document.querySelector('svg.code')`)
	time.Sleep(3 * time.Second) // what is open is cut after a moment
	if err := phone.page.Navigate(phone.eval(`() => location.href`)); err == nil {
		b.t.Error("the phone still reaches the program")
	}
}

package browser

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"

	"zhanggui/modules/kernel/jobs"
)

// socket is a printer in the network: it can be switched off, and on again at the same address.
type socket struct {
	t      *testing.T
	at     string
	mu     sync.Mutex
	ln     net.Listener
	sheets int
}

func (p *socket) on() {
	p.t.Helper()
	ln, err := net.Listen("tcp", p.at)
	if err != nil {
		p.t.Fatal(err)
	}
	p.ln, p.at = ln, ln.Addr().String()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
			p.mu.Lock()
			p.sheets++
			p.mu.Unlock()
		}
	}()
}

func (p *socket) printed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sheets
}

// prints waits for so many sheets and a moment longer, in case there are more.
func (p *socket) prints(want int) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); p.printed() < want && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond)
	if got := p.printed(); got != want {
		p.t.Fatalf("%d sheets came out, not %d", got, want)
	}
}

// printingShop is a counter with a printer at its socket, whose jobs run.
func printingShop(t *testing.T) (*shop, *socket, int64) {
	s := counter(t)
	runner, err := jobs.Start(context.Background(), s.c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	p := &socket{t: t, at: "127.0.0.1:0"}
	p.on()
	t.Cleanup(func() { _ = p.ln.Close() })
	made := id(s.call("POST", "/api/v1/system/printers", object{"name": "Desk", "way": "network", "address": p.at, "language": "escp", "paper": "241x140"}))
	s.call("PUT", "/api/v1/print/station", object{"station": "0123456789abcdef", "resource": "stock.delivery", "printer": made, "everybody": true})
	return s, p, made
}

// Whoever posts and prints while the line loses what the server says posts once and prints once.
func TestPostedAndPrintedOnce(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			s, printer, _ := printingShop(t)
			p := newPerson(t, s, see, "printing-"+see.lang)
			s.admit(p)
			made := s.call("POST", deliveries, object{"party": id(s.list("/api/v1/base/parties")[0]), "lines": []object{{"item": id(s.list("/api/v1/base/items")[0]), "qty": "3", "price": "12.55"}}})
			b := p.tab("/r/stock.delivery/" + itoa(id(made)))
			b.inBooks = true
			b.chip("draft")
			b.until("the printers are known", `() => [...document.querySelectorAll('header.bar button')].some(e => e.offsetParent && /F10|并打印|and print/.test(e.textContent))`)
			b.losing(func() { b.press(input.F10) })
			printer.prints(0)
			b.press(input.F10)
			b.chip("posted")
			printer.prints(1)
			b.look("posted")
			if list := s.list(deliveries); len(list) != 1 || list[0]["state"] != "posted" {
				t.Errorf("the sheets are %v", list)
			}
			// The answer to the print alone is lost: it is asked again under its own key.
			lost := s.line.lost.Load()
			s.line.lose.Store(true)
			b.click("header.bar button", b.words.say(t, "record.print"))
			b.look("menu")
			b.click(".menu-item", "Desk")
			for end := time.Now().Add(10 * time.Second); s.line.lost.Load() == lost && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			s.line.lose.Store(false)
			printer.prints(2)
			b.until("the answer came", `() => !Object.keys(sessionStorage).some(k => k.startsWith('zg:print:'))`)
			b.waitsAndIsCancelled(printer)
		})
	}
}

// waitsAndIsCancelled prints on a printer that is off, sees it wait, and takes it back.
func (b *tab) waitsAndIsCancelled(printer *socket) {
	b.t.Helper()
	_ = printer.ln.Close()
	b.click("header.bar button", b.words.say(b.t, "record.print"))
	b.click(".menu-item", "Desk")
	b.seeIn(".top-bar", b.words.say(b.t, "printing.chip"))
	b.look("waits")
	b.click(".top-bar a.btn", b.words.say(b.t, "printing.chip"))
	b.at(`^/printing$`)
	b.until("it says why it waits", `() => { const li = document.querySelector('[data-state=waiting]'); return !!li && !!li.querySelector('.amber') }`)
	b.look("queue")
	b.click("[data-state=waiting] .btn", b.words.say(b.t, "printing.cancel"))
	b.until("nothing waits", `() => !document.querySelector('[data-state=waiting]') && document.querySelectorAll('[data-state=done]').length === 2`)
	b.until("the chip is gone", `() => !document.querySelector('.top-bar a[href$="/printing"].btn')`)
	printer.on()
	printer.prints(2)
}

// A printer is found, prints a test sheet, is taken for garbled, is shifted, and is used.
func TestAPrinterIsSetUp(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			s, printer, _ := printingShop(t)
			p := newPerson(t, s, see, "printer-"+see.lang)
			s.admit(p)
			b := p.tab("/settings/printers")
			b.inBooks = true
			b.look("printers")
			b.click(".page-head button", b.words.say(t, "printing.new"))
			b.put("[name=address]", printer.at)
			b.put("[name=name]", "Till")
			b.look("find")
			b.click(".wizard button", b.words.say(t, "printing.makeTest"))
			printer.prints(1)
			b.see(b.words.say(t, "printing.right"))
			b.click(".wizard button", b.words.say(t, "printing.garbled"))
			printer.prints(2)
			b.put("[name=shift_x]", "-1.5")
			b.look("right")
			b.click(".wizard button", b.words.say(t, "printing.shiftAgain"))
			printer.prints(3)
			b.click(".wizard button", b.words.say(t, "printing.finish"))
			b.seeIn(".list-plain", "Till")
			for _, one := range s.list("/api/v1/system/printers") {
				if one["name"] == "Till" && (one["language"] != "escpos" || one["paper"] != "80mm" || one["shift_x"] != -15.0) {
					t.Errorf("%v", one)
				}
			}
			b.until("this device prints there", `() => { const e = document.querySelector('[id="on-stock.delivery"]'); e.value = [...e.options].find(o => o.text === 'Till').value; e.dispatchEvent(new Event('change')); return true }`)
			b.see(b.words.say(t, "printing.saved"))
			b.look("device")
		})
	}
}

// Several sheets go straight to the printer, one job each. When the line loses the answers, the same run goes on where it was.
func TestManyGoStraightToThePrinter(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			s, printer, _ := printingShop(t)
			p := newPerson(t, s, see, "many-"+see.lang)
			s.admit(p)
			var ids []string
			for range 3 {
				made := s.call("POST", deliveries+"?action=post", object{"party": id(s.list("/api/v1/base/parties")[0]),
					"lines": []object{{"item": id(s.list("/api/v1/base/items")[0]), "qty": "3", "price": "12.55"}}})
				ids = append(ids, itoa(id(made)))
			}
			b := p.tab("/print/stock.delivery?ids=" + strings.Join(ids, ","))
			b.inBooks = true
			label := strings.ReplaceAll(b.words.say(t, "printing.many"), "{n}", "3")
			b.find("[data-direct]", label)
			b.look("before")
			s.line.lose.Store(true)
			b.click("[data-direct]", "")
			printer.prints(1) // the first got through, and nobody heard of it
			b.find("[data-direct]", label)
			s.line.lose.Store(false)
			b.click("[data-direct]", "")
			b.seeIn(".el-message", "Desk")
			b.look("sent")
			printer.prints(3)
			if open := s.call("GET", "/api/v1/print/queue", nil)["items"].([]any); len(open) != 3 {
				t.Errorf("%d jobs for three sheets", len(open))
			}
			for _, one := range ids {
				if got := s.call("GET", deliveries+"/"+one, nil); got["state"] != "posted" {
					t.Error(got["state"])
				}
			}
		})
	}
}

package browser

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestACustomerAnswersAStatement sends a statement from its page; the customer opens it on a phone without an account, says
// that it is right, and whoever sent it is told. Then the link is taken back, and opens no more.
func TestACustomerAnswersAStatement(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := newShop(t)
			s.setUp()
			customer, items := s.goods("宏发五金", "六角螺栓", "膨胀螺丝")
			store := id(s.list("/api/v1/base/warehouses")[0])
			sheet := s.call("POST", deliveries, object{"party": customer, "warehouse": store, "rounding": "0.5",
				"lines": []object{{"item": items[0], "qty": "40"}, {"item": items[1], "qty": "3", "price": "7.25"}}})
			s.act(sheet, deliveries+"/", "post", object{})
			p := newPerson(t, s, screen{lang: lang}, "statement-"+lang)
			s.admit(p)
			b := p.tab("/report/settlement.statement_of_account?party=" + itoa(customer))
			b.see("521.25")
			b.see("六角螺栓")
			b.pictured("page")
			b.click("button", b.words.say(t, "statement.picture"))
			b.until("the picture is drawn", `() => [...document.querySelectorAll('.shots img')].some((one) => one.complete && one.naturalWidth === 1080 && one.naturalHeight > 600)`)
			b.pictured("picture")
			b.visit("/report/settlement.statement_of_account?party=" + itoa(customer))
			b.click("button.primary", b.words.say(t, "share.send"))
			b.click(".share-dialog button.primary", b.words.say(t, "share.make"))
			b.until("the link is there", `() => document.querySelector('.share-dialog input[readonly]')?.value.includes('/s/')`)
			b.pictured("link")
			link := b.eval(`() => document.querySelector('.share-dialog input[readonly]').value`)
			b.customer(link)
			b.hearsOfIt(s)
			b.visit("/report/settlement.statement_of_account?party=" + itoa(customer))
			b.see("王会计")
			b.phoneSees(customer)
			b.revoked(s, link)
		})
	}
}

// customer opens the link in a browser of his own, on a phone, and confirms.
func (b *tab) customer(link string) {
	b.t.Helper()
	guest := newPerson(b.t, b.shop, screen{lang: b.screen.lang, phone: true}, "customer-"+b.screen.lang).blank()
	guest.must(guest.page.Navigate(link), "the link opens")
	guest.see("521.25")
	if wide := guest.eval(`() => String(document.documentElement.scrollWidth)`); wide != "360" {
		b.t.Errorf("the page is %s px wide", wide)
	}
	if cookies := guest.eval(`() => document.cookie + document.scripts.length`); cookies != "0" {
		b.t.Errorf("the page has scripts or cookies: %s", cookies)
	}
	guest.until("the style of the page is taken", `() => getComputedStyle(document.querySelector('button')).minHeight === '44px'`)
	guest.shot("opened")
	guest.put("input[name=name]", "王会计")
	guest.click("button[value=agree]", "")
	guest.until("it is noted", `() => document.querySelector('.box.good')?.innerText.includes('王会计')`)
	guest.shot("confirmed")
}

// hearsOfIt holds that who sent the link hears of the answer.
func (b *tab) hearsOfIt(s *shop) {
	b.t.Helper()
	if got := s.list("/api/v1/notices"); len(got) != 1 || !strings.Contains(got[0]["text"].(string), "王会计") {
		b.t.Errorf("the notices are %v", got)
	}
	b.visit("/notices")
	b.see("王会计")
	b.pictured("notice")
	b.visit("/r/share.link")
	b.see("王会计")
	b.pictured("links")
	sent := s.list("/api/v1/share/links")[0]
	b.visit("/r/base.party/" + itoa(int64(sent["party"].(float64))))
	b.rail()
	b.see("王会计" + map[string]string{"zh": "（对方）", "en": " (the other side)"}[b.screen.lang])
	b.pictured("timeline")
	page := b.eval(`async (path) => { const r = await fetch(path); return r.status + ' ' + (await r.text()).includes('521.25') }`, "/api/v1/share/links/"+itoa(id(sent))+"/page")
	if page != "200 true" {
		b.t.Errorf("what was sent: %s", page)
	}
}

// phoneSees looks at the pages as they are on a phone, and at many parties.
func (b *tab) phoneSees(customer int64) {
	b.t.Helper()
	p := newPerson(b.t, b.shop, screen{lang: b.screen.lang, phone: true}, "statement-phone-"+b.screen.lang)
	b.shop.admit(p)
	one := p.tab("/report/settlement.statement_of_account?party=" + itoa(customer))
	one.see("521.25")
	one.pictured("page")
	one.visit("/price-list?party=" + itoa(customer))
	one.see("7.25")
	one.pictured("prices")
	b.visit("/price-list?party=" + itoa(customer))
	b.see("7.25")
	b.pictured("prices")
	b.visit("/report/settlement.statement_of_account?many=1")
	b.see("宏发五金")
	b.pictured("many")
	b.click("button.primary", b.words.say(b.t, "statement.batchLinks"))
	b.until("the links are there", `() => /^宏发五金\thttp:.*\/s\/[\w-]{43}$/.test(document.querySelector('#links')?.value ?? '')`)
}

// revoked takes the first link back on the record's own page.
func (b *tab) revoked(s *shop, link string) {
	b.t.Helper()
	for _, one := range s.list("/api/v1/share/links") {
		s.act(one, "/api/v1/share/links/", "revoke", object{})
	}
	client := &http.Client{Timeout: 10 * time.Second}
	r, err := client.Get(link)
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	if !regexp.MustCompile(`/s/[\w-]{43}$`).MatchString(link) || r.StatusCode != http.StatusNotFound {
		b.t.Errorf("%s answers %d", link, r.StatusCode)
	}
	guest := newPerson(b.t, b.shop, screen{lang: b.screen.lang, phone: true}, "gone-"+b.screen.lang).blank()
	guest.must(guest.page.Navigate(link), "the link opens")
	guest.shot("gone")
}

// pictured takes a picture; what this journey writes itself is Chinese, so only Chinese pages are held against their words.
func (b *tab) pictured(step string) {
	b.t.Helper()
	if b.screen.lang == "en" {
		b.shot(step)
		return
	}
	b.look(step)
}

// TestWhatIsSentIsReadable opens a quotation, a delivery and a price list as those who get them do, on a phone and on a desk.
func TestWhatIsSentIsReadable(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := newShop(t)
			s.setUp()
			customer, items := s.goods("宏发五金", "六角螺栓", "膨胀螺丝")
			store := id(s.list("/api/v1/base/warehouses")[0])
			lines := []object{{"item": items[0], "qty": "40"}, {"item": items[1], "qty": "3", "price": "7.25", "note": "要镀锌的"}}
			sheet := s.call("POST", deliveries, object{"party": customer, "warehouse": store, "rounding": "0.5", "note": "送到后门", "lines": lines})
			s.act(sheet, deliveries+"/", "post", object{})
			offer := s.call("POST", "/api/v1/sales/quotations", object{"customer": customer, "terms": "含运费，款到发货", "lines": lines})
			s.act(offer, "/api/v1/sales/quotations/", "send", object{})
			p := newPerson(t, s, screen{lang: lang}, "sent-"+lang)
			s.admit(p)
			for kind, body := range map[string]object{
				"quotation": {"kind": "quotation", "id": itoa(id(offer))}, "delivery": {"kind": "delivery", "id": itoa(id(sheet))},
				"prices": {"kind": "price_list", "party": itoa(customer)}, "statement": {"kind": "statement", "party": itoa(customer)}, "locked": {"kind": "statement", "party": itoa(customer), "code": "2468"},
			} {
				link := p.asks(kind, body)
				for on, phone := range map[string]bool{"phone": true, "desk": false} {
					guest := newPerson(t, s, screen{lang: lang, phone: phone}, "reads-"+kind+"-"+on+"-"+lang).blank()
					guest.must(guest.page.Navigate(link), "the link opens")
					if kind == "locked" {
						guest.put("input[name=code]", "1357")
						guest.click("button", "")
						guest.find("[role=alert]", "")
						guest.shot("asked")
						continue
					}
					guest.see("六角螺栓")
					if wide := guest.eval(`() => String(document.documentElement.scrollWidth <= innerWidth)`); wide != "true" {
						t.Errorf("%s: the page is wider than the screen", kind)
					}
					guest.shot("opened")
				}
			}
		})
	}
}

// asks makes a link as the person who is logged in, in his language.
func (p *person) asks(kind string, body object) string {
	p.t.Helper()
	b := p.tab("/")
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	link := b.eval(`async (body, lang) => { const r = await fetch('/api/v1/share/pages', {method: 'POST', body, headers: {'Content-Type': 'application/json', 'Accept-Language': lang}}); return (await r.json()).url ?? String(r.status) }`, string(text), p.screen.lang)
	if !strings.Contains(link, "/s/") {
		p.t.Fatalf("%s: no link but %s", kind, link)
	}
	return link
}

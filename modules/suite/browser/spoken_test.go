package browser

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/ean"
	"github.com/go-rod/rod/lib/proto"
)

// fittings is a shop for pipe fittings with a customer, as texts call them.
func fittings(t *testing.T) *shop {
	s := newShop(t)
	s.setUp()
	made := func(code, name string) int64 {
		return id(s.call("POST", "/api/v1/base/units", object{"code": code, "name": name}))
	}
	unit, roll, carton := made("Q-GE", "颗"), made("Q-JUAN", "盘"), made("Q-XIANG", "整箱")
	for _, one := range []object{
		{"code": "QF15", "name": "铜球阀", "spec": "DN15", "unit": unit, "price": "12.5", "purchase_price": "9", "min_price": "10", "barcode": "6901234567892"},
		{"code": "QF20", "name": "铜球阀", "spec": "DN20", "unit": unit, "price": "18"},
		{"code": "SLD10", "name": "生料带", "spec": "10米", "unit": roll, "price": "0.8", "units": []object{{"unit": carton, "ratio": "500"}}},
		{"code": "SLD20", "name": "生料带", "spec": "20米", "unit": roll, "price": "1.5"},
	} {
		s.call("POST", "/api/v1/base/items", one)
	}
	s.call("POST", "/api/v1/base/parties", object{"code": "C1", "name": "宏发五金", "contact": "陈国强", "phone": "13800000001", "address": "建设路 18 号"})
	return s
}

var everyScreen = []struct {
	name string
	see  screen
}{{"zh", screen{lang: "zh"}}, {"en", screen{lang: "en"}}, {"zh-phone", screen{lang: "zh", phone: true}}, {"en-phone", screen{lang: "en", phone: true}}}

// A text fills a sheet; a guess is corrected by one tap and another confirmed; nothing is posted before somebody posts.
func TestATextBecomesASheet(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, one.see, "spoken-"+one.name)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true
			b.click(".talk button", "")
			b.put(".dictate-dialog textarea", "宏发 4分球阀20 12块5，生料带100盘，送生料带20米2盘，10米生料带一整箱，合计330，收100，明天送到工地")
			b.look("text")
			b.click(".dictate-dialog .primary", "")
			b.until("the guesses are shown", `() => document.querySelectorAll('.told .one').length === 4`)
			b.look("filled")
			if made := s.list(deliveries); len(made) != 0 {
				t.Errorf("nothing was saved, and there is %v", made)
			}
			b.gone(".dictate-dialog")
			b.click(".told .one button", "✓ "+b.words.say(t, "dictate.right")) // 宏发 is 宏发五金
			b.click(".told .one button", "生料带 20米")
			b.click(".told .one button", "✓ "+b.words.say(t, "dictate.right")) // 100.00 were received
			b.click(".told .one button", b.words.say(t, "dictate.toNote"))     // 明天送到工地 is no item
			b.gone(".told .one")
			b.until("the total that was said is not that of the sheet", `() => document.querySelector('.told .amber') !== null`)
			b.look("corrected")
			b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
			b.at(`^/r/stock\.delivery/\d+`)
			b.chip("posted")
			b.look("posted")
			made := s.list(deliveries)
			if len(made) != 1 || made[0]["gross"] != "800.00" || made[0]["paid_now"] != "100.00" || made[0]["note"] != "明天送到工地" {
				t.Errorf("the sheets are %v", made)
			}
			b.gone(".told")
		})
	}
}

// byCode is the item of a code.
func (s *shop) byCode(code string) object {
	for _, one := range s.list("/api/v1/base/items") {
		if one["code"] == code {
			return one
		}
	}
	s.t.Fatalf("there is no item %s", code)
	return nil
}

// photograph writes a picture of a barcode.
func photograph(t *testing.T, code string) string {
	made, err := ean.Encode(code)
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := barcode.Scale(made, 380, 180)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "photo.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	desk := image.NewGray(image.Rect(0, 0, 520, 320)) // a code has white around it
	draw.Draw(desk, desk.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(desk, scaled.Bounds().Add(image.Pt(70, 70)), scaled, image.Point{}, draw.Src)
	if err := png.Encode(f, desk); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// The box on the phone answers with a customer, with an item and what he paid for it last; a photo of a barcode answers as
// well, and one that nobody knows is bound to an item.
func TestTheBoxOnThePhone(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen[2:] {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			party, item := id(s.list("/api/v1/base/parties")[0]), s.byCode("QF15")
			s.call("POST", deliveries+"?action=post", object{"date": "2026-11-02", "party": party, "warehouse": id(s.list("/api/v1/base/warehouses")[0]), "lines": []object{{"item": id(item), "qty": "3", "price": "11.5"}}})
			p := newPerson(t, s, one.see, "box-"+one.name)
			s.admit(p)
			b := p.tab("/")
			b.inBooks = true
			b.put(".box input[type=search]", "hfwj")
			b.click(".box .tap", "宏发五金")
			b.seeIn(".box .who", "34.50")
			if got := b.eval(`() => [...document.querySelectorAll('.box .who a')].map(e => e.getAttribute('href').slice(0, 8)).join(' ')`); got != "/r/base. tel:1380 geo:0,0? /r/stock" {
				t.Errorf("the ways to the customer are %s", got)
			}
			b.look("customer")
			b.put(".box input[type=search]", "球阀 DN15")
			b.seeIn(".box .item", "11.5")
			b.seeIn(".box .item", "12.5")
			b.look("item")
			if b.eval(`() => document.querySelector('.box .item .veil')?.textContent.trim()`) != "•••" {
				t.Error("what the firm pays is shown to whoever looks at the phone")
			}
			b.click(".box .item .veil", "")
			b.gone(".box .item .veil")
			b.must(b.find(".box .photo", "").MustElement("input").SetFiles([]string{photograph(t, "6901234567892")}), "take a photo")
			b.until("the photo is read", `() => document.querySelector('.box input[type=search]').value === '6901234567892' && document.querySelectorAll('.box .item').length === 1`)
			b.must(b.find(".box .photo", "").MustElement("input").SetFiles([]string{photograph(t, "6900000000014")}), "take a photo")
			b.click(".box .card button", b.words.say(t, "box.bindTo"))
			b.look("unknown")
			b.put(".box input[type=search]", "DN20")
			b.click(".box .item button", b.words.say(t, "box.bind"))
			b.until("the barcode answers", `() => document.querySelector('.box input[type=search]').value === '6900000000014' && document.querySelectorAll('.box .item').length === 1`)
			if got := s.byCode("QF20"); s.call("GET", "/api/v1/base/items/"+itoa(id(got)), nil)["barcode"] != "6900000000014" {
				t.Errorf("the item is %v", got)
			}
			b.click(".box .item button", b.words.say(t, "box.sell"))
			b.at(`^/r/stock\.delivery/new`)
			b.see("铜球阀 DN20")
			b.look("line")
		})
	}
}

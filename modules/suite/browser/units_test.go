package browser

import (
	"fmt"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// TestUnits is goods in cartons and pieces and goods that are weighed, on a sheet typed by keys: a scanned carton says item
// and unit, another unit is chosen with the arrows and prices the line anew, the column of weights comes when it is needed.
func TestUnits(t *testing.T) {
	for _, see := range []screen{{lang: "zh"}, {lang: "en"}, {lang: "zh", phone: true}} {
		name := fmt.Sprintf("units-%s-%v", see.lang, see.phone)
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			s.setUp()
			c := s.cartons()
			p := newPerson(t, s, see, name)
			s.admit(p)
			b := p.tab("/")
			b.inBooks = true // the firm has a Chinese name
			if see.phone {
				b.cartonsByThumb(c)
				return
			}
			parts(t, p, part{"a sheet by keys", func() { b.cartonsByKeys(c) }}, part{"what is there", func() { b.cartonsInStock(c) }})
		})
	}
}

// cartons is what these journeys need.
type cartons struct{ screw, rod, pc, bx, ct, kg int64 }

func (s *shop) cartons() (c cartons) {
	s.t.Helper()
	of := func(code, name string) int64 {
		return id(s.call("POST", "/api/v1/base/units", object{"code": code, "name": name, "decimals": 3}))
	}
	c.pc, c.bx, c.ct, c.kg = of("x1", "pc"), of("x2", "bx"), of("x3", "ctn"), of("x4", "kgs")
	c.screw = id(s.call("POST", "/api/v1/base/items", object{"name": "Screw M4", "spec": "M4×20", "unit": c.pc, "price": "1.5", "barcode": "6900000000012",
		"units": []object{{"unit": c.bx, "ratio": "12", "price": "16"}, {"unit": c.ct, "ratio": "144", "barcode": "16900000000019"}}}))
	c.rod = id(s.call("POST", "/api/v1/base/items", object{"name": "Rod 20", "unit": c.pc, "second_unit": c.kg, "second_priced": true, "price": "6"}))
	s.call("POST", "/api/v1/base/parties", object{"name": "Acme"})
	maker := id(s.call("POST", "/api/v1/base/parties", object{"name": "Maker", "customer": false, "supplier": true}))
	bought := s.call("POST", "/api/v1/stock/receipts", object{"party": maker, "tax_mode": "none", "lines": []object{
		{"item": c.screw, "unit": c.ct, "qty": "2", "price": "129.6"}, {"item": c.rod, "qty": "10", "qty2": "123.4", "price": "4.2"}}})
	s.act(bought, "/api/v1/stock/receipts/", "post", object{})
	return c
}

func (b *tab) cartonsByKeys(c cartons) {
	b.visit("/r/stock.delivery/new")
	b.find("#f-party", "")
	b.enterUntil("#f-party")
	b.choose("Acme")
	b.enterUntil(`[data-cell="0/item"]`)
	b.write("16900000000019")
	b.press(input.Enter)
	b.until("the carton is known", `() => document.querySelector('[data-cell="0/unit"]')?.innerText.includes('ctn') && document.querySelector('[data-cell="0/price"]')?.innerText.includes('216')`)
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("1")
	b.enterUntil(`[data-cell="1/item"]`)
	b.choose("Screw")
	b.seeIn(".strip", "bx=12pc")
	b.cursorIn(`[data-cell="1/qty"]`)
	b.must(b.page.KeyActions().Press(input.ShiftLeft).Type(input.Enter).Do(), "back")
	b.cursorIn(`[data-cell="1/unit"]`)
	b.press(input.F7)
	b.until("its units alone are offered", `() => [...document.querySelectorAll('.panel .line .name')].map(e => e.innerText.trim()).join() === 'pc,bx,ctn'`)
	b.look("units-offered")
	b.press(input.ArrowDown, input.Enter)
	b.cursorIn(`[data-cell="1/qty"]`)
	b.until("a box costs what a box does", `() => document.querySelector('[data-cell="1/price"]')?.innerText.includes('16')`)
	b.write("3")
	b.enterUntil(`[data-cell="2/item"]`)
	b.choose("Rod")
	b.find(`[data-cell="2/qty2"]`, "")
	b.enterUntil(`[data-cell="2/qty"]`)
	b.write("2")
	b.enterUntil(`[data-cell="2/qty2"]`)
	b.write("24.6")
	b.until("the amounts are there", `() => ['216.00', '48.00', '147.60'].every((n, i) => document.querySelector('[data-cell="' + i + '/amount"]')?.innerText.includes(n))`)
	b.look("sheet")
	b.ownWords("sheet")
	b.save()
	b.at(`^/r/stock\.delivery/\d+`)
	b.look("saved")
	made := b.shop.call("GET", fmt.Sprintf("/api/v1/stock/deliveries/%d", id(b.shop.list("/api/v1/stock/deliveries")[0])), nil)
	for i, want := range [][5]any{{c.screw, c.ct, "1", "144", "216.00"}, {c.screw, c.bx, "3", "36", "48.00"}, {c.rod, c.pc, "2", "2", "147.60"}} {
		l := made["lines"].([]any)[i].(object)
		if got := [5]any{int64(l["item"].(float64)), int64(l["unit"].(float64)), l["qty"], l["base_qty"], l["amount"]}; got != want {
			b.t.Errorf("line %d: %v, want %v", i, got, want)
		}
	}
	b.shop.act(made, "/api/v1/stock/deliveries/", "post", object{})
}

func (b *tab) cartonsInStock(c cartons) {
	b.visit("/report/stock.on_hand")
	b.see("Screw M4")
	b.see("98.8") // 123.4 − 24.6 kg
	b.look("on-hand")
	b.ownWords("on-hand")
	b.visit(fmt.Sprintf("/r/base.item/%d", c.screw))
	b.see("16900000000019")
	b.look("item")
	b.ownWords("item")
}

func (b *tab) cartonsByThumb(c cartons) {
	b.visit(fmt.Sprintf("/r/base.item/%d", c.screw))
	b.find(`[data-lines="units"]`, "")
	b.look("item")
	b.visit("/r/stock.delivery/new")
	b.lookFor("#f-party", "Acme")
	b.click(`[data-lines="lines"] button.add`, "")
	b.lookFor("#line-item", "Screw")
	b.must(b.find("#line-unit", "").Click(proto.InputMouseButtonLeft, 1), "tap the unit")
	b.click(`[data-field="unit"] button.pick`, "")
	b.until("its units alone are offered", `() => [...document.querySelectorAll('.panel .line .name')].map(e => e.innerText.trim()).join() === 'pc,bx,ctn'`)
	b.look("units-offered")
	b.click(".panel .line:nth-child(3)", "")
	b.put("#line-qty", "2")
	b.until("two cartons", `() => document.querySelector('#line-price')?.value.includes('216')`)
	b.look("line")
}

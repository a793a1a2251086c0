package browser

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// shelved are the goods of a shop in which all is nearly the same, in the language of the pages.
type shelved struct {
	customer, customerPart, bolt, made string
	heads                              string // of the columns of a line
}

var shelves = map[string]shelved{
	"zh": {customer: "东风机械厂", customerPart: "东风", bolt: "六角螺栓", made: "平垫圈", heads: "商品\t数量"},
	"en": {customer: "Eastwind Machines", customerPart: "Eastwind", bolt: "Hex bolt", made: "Flat washer", heads: "Item\tQuantity"},
}

// TestItemsInASheet looks for items among near-equal ones while a sheet is written: with the keyboard at a desk, with a
// finger on a phone.
func TestItemsInASheet(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en"}, {lang: "zh", phone: true}, {lang: "en", phone: true}} {
		name := see.lang
		if see.phone {
			name += "-phone"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.call("POST", "/api/v1/setup", object{"company": names[see.lang].company, "trade": "trading", "books": true, "name": names[see.lang].person, "login": bossLogin, "password": password, "lang": see.lang})
			f := &fasteners{shop: s, shelved: shelves[see.lang], ids: map[string]int64{}}
			f.stock()
			p := newPerson(t, s, see, "items-"+name)
			s.admit(p)
			b := p.tab("/r/stock.delivery/new")
			if see.phone {
				f.byFinger(b)
			} else {
				f.byKeys(b)
			}
		})
	}
}

// fasteners is the shop with the ids of its items by what they are called.
type fasteners struct {
	*shop
	shelved
	ids map[string]int64
}

func (f *fasteners) stock() {
	unit, warehouse := id(f.list("/api/v1/base/units")[0]), id(f.list("/api/v1/base/warehouses")[0])
	var lines []object
	for _, grade := range []string{"304", "201"} {
		for _, spec := range []string{"M8×20", "M8×30", "M8×300", "M6×30"} {
			key := grade + " " + spec
			f.ids[key] = id(f.call("POST", "/api/v1/base/items", object{"name": grade + " " + f.bolt, "spec": spec, "unit": unit, "price": "12.5", "min_price": "9", "purchase_price": "4",
				"brand": "GB"}))
			lines = append(lines, object{"item": f.ids[key], "qty": "500", "price": "4"})
		}
	}
	customer := id(f.call("POST", "/api/v1/base/parties", object{"name": f.customer}))
	f.call("POST", "/api/v1/stock/other-in?action=post", object{"warehouse": warehouse, "lines": lines})
	f.call("POST", "/api/v1/base/party-items", object{"party": customer, "item": f.ids["201 M6×30"], "code": "DF-77"})
	f.call("POST", "/api/v1/stock/deliveries?action=post", object{"party": customer, "warehouse": warehouse,
		"lines": []object{{"item": f.ids["304 M8×20"], "qty": "40", "price": "11"}, {"item": f.ids["201 M8×30"], "qty": "8", "price": "10.5"}}})
}

// written saves the sheet and holds its lines against those that it should have.
func (f *fasteners) written(b *tab, want ...string) {
	f.t.Helper()
	b.save()
	b.at(`/r/stock.delivery/\d+`)
	rec := f.call("GET", strings.TrimPrefix(b.eval(`() => location.pathname.replace('/r/stock.delivery/', '/api/v1/stock/deliveries/')`), f.base), nil)
	names := map[int64]string{}
	for key, id := range f.ids {
		names[id] = key
	}
	var got []string
	for _, l := range rec["lines"].([]any) {
		line := l.(map[string]any)
		got = append(got, fmt.Sprint(names[int64(line["item"].(float64))], " ", line["qty"], " ", line["price"], " ", line["note"]))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		f.t.Errorf("the sheet has the lines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// offered gives name and specification of the items that the look-up shows.
func (b *tab) offered() string {
	b.t.Helper()
	return b.eval(`() => [...document.querySelectorAll('.panel .line[role=option]:not(.create):not(.again)')].map(e => [...e.children].slice(3, 5).map(c => c.innerText).join(' ')).join(', ')`)
}

func (f *fasteners) byKeys(b *tab) {
	f.begin(b)
	f.oneAmongEqual(b)
	f.usual(b)
	f.threeAtOnce(b)
	f.noted(b)
	f.makeOne(b)
	f.written(b, "304 M8×30 5 12.5 ", "304 M8×20 20 11 ", "304 M8×30 7.5 12.5 ", "304 M8×300 1 12.5 ", "201 M6×30 2 12.5 DF", f.made+" 1 0 ")
	b.visit("/r/stock.delivery/new")
	f.begin(b)
	f.onceMore(b)
	f.written(b, "304 M8×20 40 11 ", "201 M8×30 8 10.5 ", "201 M6×30 9 12.5 ")
}

// begin chooses the customer of a new sheet and walks to its first line.
func (f *fasteners) begin(b *tab) {
	b.cursorIn("#f-party")
	b.choose(f.customerPart)
	b.enterUntil(`[data-cell="0/item"]`)
}

// oneAmongEqual finds one among near-equal items by fragments in any order.
func (f *fasteners) oneAmongEqual(b *tab) {
	b.write("M8 30 304")
	b.answered("M8 30 304")
	b.until("30 is no part of 304", `s => document.querySelector('.panel .line.on')?.innerText.includes('M8×30') && document.querySelectorAll('.panel .line[role=option]:not(.create)').length === 2`)
	if got, want := b.offered(), "304 "+f.bolt+" M8×30, 304 "+f.bolt+" M8×300"; got != want {
		f.t.Errorf("M8 30 304 offers %s, want %s", got, want)
	}
	b.look("found")
	b.press(input.Enter)
	b.cursorIn(`[data-cell="0/qty"]`)
	b.write("5")
	b.enterUntil(`[data-cell="1/item"]`)
}

// usual is what this customer usually buys; Esc leaves the cursor where it was.
func (f *fasteners) usual(b *tab) {
	b.press(input.F7)
	b.find(".panel .line.again", "")
	if got, want := b.offered(), "304 "+f.bolt+" M8×20, 201 "+f.bolt+" M8×30"; got != want {
		f.t.Errorf("usually bought are %s, want %s", got, want)
	}
	b.look("usual")
	b.press(input.Escape)
	b.gone(".panel")
	b.cursorIn(`[data-cell="1/item"]`)
}

// threeAtOnce takes three with their quantities in one go: behind the words, a blank that adds nothing marks.
func (f *fasteners) threeAtOnce(b *tab) {
	acts := b.acts
	b.write("304 M8 ")
	b.answered("304 M8")
	b.press(input.Space)
	b.press(input.Digit2, input.Digit0)
	b.press(input.ArrowDown)
	b.press(input.Space)
	b.press(input.Digit7, input.Period, input.Digit5)
	b.press(input.ArrowDown)
	b.press(input.Space)
	b.until("three are marked", `() => document.querySelectorAll('.panel .line.marked').length === 3`)
	b.look("marked")
	b.press(input.Enter)
	b.cursorIn(`[data-cell="4/item"]`)
	if n := b.acts - acts; n > 9 {
		f.t.Errorf("three items with quantities take %d actions, want 9 at most", n)
	}
	b.look("taken")
}

// noted types the customer's own code as a scanner does, for Enter waits for the answer, and a note to the line, by keys alone.
func (f *fasteners) noted(b *tab) {
	b.write("df-77")
	b.press(input.Enter)
	b.cursorIn(`[data-cell="4/qty"]`)
	b.write("2")
	b.seeIn(`[data-cell="4/item"]`, "201 "+f.bolt)
	for range 12 {
		if b.eval(`() => !!document.activeElement?.closest('[data-cell="4/note"]')`) == "true" {
			break
		}
		b.press(input.Tab)
	}
	b.cursorIn(`[data-cell="4/note"]`)
	b.write("DF")
	b.enterUntil(`[data-cell="5/item"]`)
}

// makeOne makes an item that there is not on the spot; it takes its line.
func (f *fasteners) makeOne(b *tab) {
	b.write(f.made)
	b.answered(f.made)
	b.find(".panel .line.create.on", "")
	b.press(input.Enter)
	b.until("the dialog holds the words that were typed", `s => document.querySelector('#quick-name')?.value === s`, f.made)
	b.look("create")
	b.cursorIn(".el-dialog form")
	b.press(input.ControlLeft, input.Enter)
	b.cursorIn(`[data-cell="5/qty"]`)
	b.write("1")
	b.look("lines")
	made := f.call("GET", "/api/v1/base/items/lookup?q="+url.QueryEscape(f.made), nil)
	f.ids[f.made] = id(made["items"].([]any)[0].(object))
}

// onceMore writes the customer's last posted sheet again, and adds rows from his own spreadsheet, with his own code.
func (f *fasteners) onceMore(b *tab) {
	b.press(input.F7)
	b.find(".panel .line.again", "")
	b.press(input.ArrowUp)
	b.press(input.Enter)
	b.cursorIn(`[data-cell="2/item"]`)
	b.paste(f.heads + "\nDF-77\t9\n")
	b.seeIn(`[data-cell="2/qty"]`, "9")
}

func (f *fasteners) byFinger(b *tab) {
	b.find("#f-party", "")
	b.lookFor("#f-party", f.customerPart)
	b.click(".adds .btn", b.words.say(f.t, "lookup.pickItems"))
	b.until("what he usually buys comes first", `() => document.querySelectorAll('.item-pick .card').length === 2`)
	b.look("usual")
	b.put(".item-pick input[type=search]", "M8 30 304")
	b.until("two answer", `() => document.querySelectorAll('.item-pick .card').length === 2 && document.querySelector('.item-pick .card').innerText.includes('M8×30')`)
	b.click(".item-pick .card:nth-child(1) .tap", "")
	b.put("#pick-0", "12")
	b.put(".item-pick input[type=search]", "201 m6")
	b.until("one answers", `() => document.querySelectorAll('.item-pick .card').length === 1`)
	b.click(".item-pick .card .tap", "")
	b.look("marked")
	b.click(".item-pick .el-dialog__footer .btn.primary", "")
	b.gone(".item-pick")
	b.until("two lines stand there", `() => document.querySelectorAll('[data-lines=lines] li').length === 2`)
	b.look("lines")
	f.written(b, "304 M8×30 12 12.5 ", "201 M6×30 1 12.5 ")
}

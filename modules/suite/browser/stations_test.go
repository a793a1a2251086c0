package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// Two stations sell the last piece. Under "warn" both sheets are posted and who came second is told so; under "refuse" he
// is refused at his line, and his sheet stays as he typed it.
func TestTheLastPieceAtTwoStations(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := counter(t)
			bolt := id(s.byCode("1"))
			s.call("POST", "/api/v1/stock/other-in?action=post", object{"lines": []object{{"item": bolt, "qty": "1", "price": "2"}}})
			p := newPerson(t, s, screen{lang: lang}, "stations-"+lang)
			s.admit(p)
			typed := func() [2]*tab {
				left := p.tab(newDelivery)
				left.inBooks = true
				left.sheetOf("1", "1")
				right := left.tab(newDelivery)
				right.inBooks = true
				right.activate()
				right.sheetOf("1", "1")
				return [2]*tab{left, right}
			}
			both := typed()
			for i, b := range both {
				b.activate()
				b.press(input.F9)
				b.at(`^/r/stock\.delivery/\d+`)
				b.chip("posted")
				told := `() => [...document.querySelectorAll('.el-message, .el-notification')].some(e => e.innerText.includes('Bolt') && e.innerText.includes('-1'))`
				if i == 1 {
					b.until("the second is told", told)
					b.look("second-told")
				} else if b.eval(told) == "true" {
					t.Error("the first is told as well")
				}
			}
			s.count(deliveries, 2)
			s.call("PUT", "/api/v1/settings", object{"stock.negative": "refuse"})
			s.call("POST", "/api/v1/stock/other-in?action=post", object{"lines": []object{{"item": bolt, "qty": "2", "price": "2"}}})
			both = typed()
			both[0].activate()
			both[0].press(input.F9)
			both[0].at(`^/r/stock\.delivery/\d+`)
			b := both[1]
			b.activate()
			b.press(input.F9)
			b.find(".bar [role=alert] .bad", "")
			b.look("second-refused")
			b.seeIn(`[data-cell="0/item"]`, "Bolt")
			b.at("^" + newDelivery)
			s.count(deliveries, 3)
		})
	}
}

// The answer to "post and print" is lost on its way: the sheet typed once is posted once, paid once and printed once.
func TestPostAndPrintOverABrokenLine(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "broken-print")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "4")
	b.press(input.F8)
	b.until("all of it is paid", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '50.20')`)
	b.losing(func() { b.press(input.F10) })
	b.look("lost")
	s.count(deliveries, 1)
	b.press(input.F10)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	b.look("posted")
	made, paid := s.list(deliveries), s.list(receipts)
	if len(made) != 1 || made[0]["state"] != "posted" || made[0]["gross"] != "50.20" || len(paid) != 1 || paid[0]["settled"] != "50.20" {
		t.Errorf("sheets %v, receipts %v", made, paid)
	}
	papers := 0
	pages, err := p.browser.Pages()
	b.must(err, "the open windows")
	for _, one := range pages {
		if info, err := one.Info(); err == nil && strings.Contains(info.URL, "/print/") {
			papers++
		}
	}
	if papers != 1 {
		t.Errorf("%d windows hold paper, want 1", papers)
	}
}

// What is given for nothing, a very small quantity and what comes back stand on one sheet.
func TestOddFiguresOnASheet(t *testing.T) {
	t.Parallel()
	s := counter(t)
	for _, u := range s.list("/api/v1/base/units") {
		if u["code"] == "kg" {
			s.call("POST", "/api/v1/base/items", object{"code": "9", "name": "Wire", "unit": id(u), "price": "12.55"})
		}
	}
	p := newPerson(t, s, screen{lang: "zh"}, "odd")
	s.admit(p)
	b := p.tab(newDelivery)
	b.sheetOf("1", "2")
	b.press(input.Enter)
	b.cursorIn(`[data-cell="0/price"]`)
	b.write("0")
	b.press(input.Enter)
	for i, line := range []struct{ code, qty string }{{"9", "0.001"}, {"3", "-1"}} {
		cell := fmt.Sprintf(`[data-cell="%d/`, i+1)
		b.cursorIn(cell + `item"]`)
		b.write(line.code)
		b.answered(line.code)
		b.press(input.Enter)
		b.cursorIn(cell + `qty"]`)
		b.write(line.qty)
		b.press(input.Enter, input.Enter)
	}
	b.look("typed")
	b.press(input.F9)
	b.at(`^/r/stock\.delivery/\d+`)
	b.chip("posted")
	b.look("posted")
	made := s.list(deliveries)
	if len(made) != 1 || made[0]["gross"] != "-12.54" {
		t.Fatalf("the sheets are %v", made)
	}
	got := ""
	whole := s.call("GET", deliveries+"/"+itoa(id(made[0])), nil)
	for _, l := range whole["lines"].([]any) {
		line := l.(object)
		got += fmt.Sprintln(line["qty"], line["price"], line["amount"])
	}
	if want := "2 0 0.00\n0.001 12.55 0.01\n-1 12.55 -12.55\n"; got != want {
		t.Errorf("the lines are\n%swant\n%s", got, want)
	}
}

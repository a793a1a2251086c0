package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
)

// A sheet of two thousand lines is pasted, walked to its end, changed there, kept over a reload, and posted as it stands.
func TestTwoThousandLines(t *testing.T) {
	t.Parallel()
	const rows = 2000
	s := fittings(t)
	p := newPerson(t, s, screen{lang: "zh"}, "long")
	s.admit(p)
	b := p.tab(newDelivery)
	b.cursorIn("#f-party")
	b.choose("宏发")
	b.cursorIn(`[data-cell="0/item"]`)
	var cells strings.Builder
	for i := range rows {
		fmt.Fprintf(&cells, "%s\t%d\t12.50\r\n", []string{"QF15", "QF20", "SLD10", "SLD20"}[i%4], i%9+1)
	}
	took := func(what string, began time.Time) {
		t.Logf("%s after %s", what, time.Since(began).Round(time.Millisecond))
	}
	began := time.Now()
	b.paste("商品\t数量\t单价\r\n" + cells.String())
	b.seeIn("[data-lines] tfoot", "124,912.50")
	took("two thousand rows stand on the sheet", began)
	b.look("pasted")

	began = time.Now()
	b.eval(`() => { const box = document.querySelector('[data-lines] table').parentElement; box.scrollTop = box.scrollHeight }`)
	b.click(`[data-cell="1999/qty"]`, "")
	b.cursorIn(`[data-cell="1999/qty"]`)
	took("the last line has the cursor", began)
	began = time.Now()
	b.write("7")
	b.press(input.Enter)
	b.until("the cursor is in the next cell", `() => document.activeElement?.closest('[data-cell]')?.dataset.cell !== '1999/qty'`)
	took("Enter moves on", began)
	b.seeIn("[data-lines] tfoot", "124,975.00")
	took("the sum follows a changed quantity", began)
	b.look("changed")

	began = time.Now()
	b.must(b.page.Reload(), "reload")
	b.see(b.words.say(t, "record.restored"))
	b.seeIn("[data-lines] tfoot", "124,975.00")
	took("it is there again after a reload", began)

	began = time.Now()
	b.post()
	took("it is posted", began)
	b.look("posted")
	made := s.list(deliveries)
	if len(made) != 1 || made[0]["gross"] != "124975.00" || made[0]["state"] != "posted" {
		t.Fatalf("the sheets are %v, want one of 124975.00", made)
	}
	sheet := s.call("GET", deliveries+"/"+itoa(id(made[0])), nil)
	if lines, _ := sheet["lines"].([]any); len(lines) != rows || lines[1999].(object)["qty"] != "7" {
		t.Errorf("%d lines, want %d with 7 in the last", len(lines), rows)
	}
}

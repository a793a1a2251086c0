package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

const (
	newVoucher = "/r/ledger.voucher/new"
	vouchers   = "/api/v1/ledger/vouchers"
)

// Who comes from elsewhere chooses the map of keys at the foot of a sheet, and the keys of his hands go on working: the
// look-up, the cell as above, the balance and the side of a voucher, save, the next one. What a browser may keep for
// itself has another key beside it.
func TestKeysOfOtherHands(t *testing.T) {
	t.Parallel()
	s := counter(t)
	p := newPerson(t, s, screen{lang: "zh"}, "keys")
	s.admit(p)
	b := p.tab(newVoucher)
	parts(t, p,
		part{"Kingdee", func() { b.kingdee() }},
		part{"Yonyou", func() { b.yonyou() }},
		part{"beside those of the browser", func() { b.besideTheBrowser() }},
	)
}

// cell walks by clicking into a cell of the lines.
func (b *tab) cell(at string) {
	b.t.Helper()
	b.click(`[data-cell="`+at+`"]`, "")
	b.cursorIn(`[data-cell="` + at + `"]`)
}

// holds waits until a field of the lines with the cursor shows a value.
func (b *tab) holds(at, value string) {
	b.t.Helper()
	b.until(at+" holds "+value, `(at, s) => { const c = document.querySelector('[data-cell="' + at + '"]'); const e = c?.querySelector('input');
		const is = (e ? e.value : c?.innerText.trim() ?? '').replaceAll(',', '')
		return is === s || is !== '' && s !== '' && Number(is) === Number(s) }`, at, value)
}

func (b *tab) kingdee() {
	b.option(".keybar .map", b.words.say(b.t, "keys.kingdee"))
	b.seeIn(`.keybar [data-command="save"]`, "F8")
	b.seeIn(`.keybar [data-command="balance"]`, "Ctrl+F7")
	b.cell("0/summary")
	b.write("付房租")
	b.press(input.Enter)
	b.cursorIn(`[data-cell="0/account"]`)
	b.press(input.F7)
	b.find(".panel", "")
	b.choose("1001")
	b.cell("0/debit")
	b.write("120.50")
	b.cell("1/summary")
	b.press(input.Period)
	b.press(input.Period)
	b.cursorIn(`[data-cell="1/account"]`)
	b.holds("1/summary", "付房租")
	b.choose("1002")
	b.cell("1/debit")
	b.press(input.Equal)
	b.cursorIn(`[data-cell="1/credit"]`)
	b.holds("1/credit", "120.50")
	b.press(input.Space)
	b.cursorIn(`[data-cell="1/debit"]`)
	b.holds("1/debit", "120.50")
	b.holds("1/credit", "")
	b.press(input.ControlLeft, input.F7)
	b.cursorIn(`[data-cell="1/credit"]`)
	b.holds("1/credit", "120.50")
	b.holds("1/debit", "")
	b.look("kingdee")
	b.press(input.F8)
	b.at(`^/r/ledger\.voucher/\d+`)
	made := b.shop.list(vouchers)
	if len(made) != 1 {
		b.t.Fatalf("%d vouchers, want 1", len(made))
	}
	full := b.shop.call("GET", vouchers+"/"+itoa(id(made[0])), nil)
	for i, side := range []string{"debit", "credit"} {
		line := full["lines"].([]any)[i].(object)
		if line[side] != "120.50" || line["summary"] != "付房租" {
			b.t.Errorf("line %d is %v", i+1, line)
		}
	}
}

func (b *tab) yonyou() {
	b.visit(newVoucher)
	b.option(".keybar .map", b.words.say(b.t, "keys.yonyou"))
	b.cell("0/summary")
	b.write("提现")
	b.cell("0/account")
	b.press(input.F2)
	b.find(".panel", "")
	b.choose("1001")
	b.cell("0/debit")
	b.write("30")
	b.cell("1/summary")
	b.press(input.Slash)
	b.press(input.Slash)
	b.cursorIn(`[data-cell="1/account"]`)
	b.press(input.Period) // a half-typed word goes when the cell above is taken
	b.press(input.Period)
	b.holds("1/account", b.eval(`() => document.querySelector('[data-cell="0/account"]').innerText.trim()`))
	b.cell("1/credit")
	b.press(input.Equal)
	b.holds("1/credit", "30.00")
	b.cell("1/summary")
	b.press(input.ControlLeft, input.KeyD) // removes the row here, in the program's own map it copies it
	b.until("the row is gone", `() => !document.querySelector('[data-cell="1/summary"]')?.innerText.trim() && !document.querySelector('[data-cell="1/summary"] input')?.value`)
	b.look("yonyou")
	b.cell("1/summary")
	b.press(input.Slash)
	b.press(input.Slash)
	b.cursorIn(`[data-cell="1/account"]`)
	b.choose("1002")
	b.cell("1/credit")
	b.press(input.Equal)
	b.press(input.AltLeft, input.KeyS)
	b.until("the next voucher is empty", `() => location.pathname.endsWith('/new') && !document.querySelector('[data-cell="0/summary"]')?.innerText.trim()`)
	b.shop.count(vouchers, 2)
	b.visit("/r/ledger.voucher/" + itoa(id(b.shop.list(vouchers)[0])))
	b.chip("draft")
	b.press(input.F5)
	b.at("^" + newVoucher + "$")
}

// besideTheBrowser uses only keys that no browser keeps.
func (b *tab) besideTheBrowser() {
	b.visit(newDelivery)
	b.option(".keybar .map", b.words.say(b.t, "keys.house"))
	b.inBooks = true
	b.sheetOf("1", "3")
	b.press(input.AltLeft, input.Digit6)
	b.until("the odd fen are gone", `() => [...document.querySelectorAll('#f-rounding')].some(e => e.value === '0.65')`)
	b.press(input.AltLeft, input.Digit8)
	b.until("all of it is paid", `() => [...document.querySelectorAll('.till input')].some(e => e.value === '37.00')`)
	b.look("house")
	b.press(input.AltLeft, input.KeyS)
	b.until("the next sheet is empty", `() => location.pathname === '/r/stock.delivery/new' && document.querySelector('#f-party')?.value === ''`)
	made := b.shop.list(deliveries)
	if len(made) != 1 || made[0]["state"] != "posted" || made[0]["paid_now"] != "37.00" {
		b.t.Errorf("the sheets are %v", made)
	}
}

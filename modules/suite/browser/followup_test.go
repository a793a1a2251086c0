package browser

import "testing"

// TestWhatFollowsASale goes from a posted sale to its money and to its return: the receipt is filled with what is open of this
// sheet and settles it, of the look-up of debts only the customer's own are chosen; what is paid offers no money any more.
func TestWhatFollowsASale(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		screen                     screen
		name, customer, item, next string
	}{
		{screen{lang: "zh"}, "followup", "东风机械厂", "六角螺栓", "西风机械厂"},
		{screen{lang: "en", phone: true}, "followup-phone", "East Machinery", "Hex bolt", "West Machinery"},
	} {
		s := newShop(t)
		s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony"}[at.screen.lang], "trade": "trading", "books": true,
			"name": map[string]string{"zh": "老板", "en": "Boss"}[at.screen.lang], "login": bossLogin, "password": password, "lang": at.screen.lang})
		p := newPerson(t, s, at.screen, at.name)
		s.admit(p)
		b := p.tab("/")
		customer, made := s.goods(at.customer, at.item)
		sell := func(party int64, qty string) object {
			return s.call("POST", soldAt+"?action=post", object{"party": party, "lines": []object{{"item": made[0], "qty": qty, "price": "12.5"}}})
		}
		older, sold := sell(customer, "2"), sell(customer, "6")
		sell(id(s.call("POST", partiesAPI, object{"name": at.next})), "1")
		parts(t, p,
			part{"the debts of one customer", func() { b.ownDebts(customer, older, sold, at.screen.phone) }},
			part{"its money", func() { b.moneyOf(customer, sold) }},
			part{"its return", func() { b.returnOf(sold) }},
		)
	}
}

// ownDebts opens the look-up of debts on a receipt: the two of the customer, the oldest first, each with its number once.
func (b *tab) ownDebts(customer int64, older, sold object, phone bool) {
	if phone {
		return
	}
	b.visit("/r/settlement.receipt/new?party=" + itoa(customer))
	b.until("the party is there", `() => Boolean(document.querySelector('#f-party')?.value)`)
	const cell = `[data-lines="allocations"] [data-cell="0/open_item"]`
	b.click(cell, "")
	b.click(cell+" .pick", "")
	b.until("only his own", `(a, b) => { const all = [...document.querySelectorAll('.panel .line')].map(e => e.innerText);
		return all.length === 2 && all[0].split(a).length === 2 && all[1].split(b).length === 2 && all[0].includes('25.00') && all[1].includes('75.00') }`,
		older["number"].(string), sold["number"].(string))
	b.look("debts")
	b.click(`.panel .line:nth-child(2)`, "")
	b.until("its amount", `() => { const e = document.querySelector('[data-lines="allocations"] [data-cell="0/amount"]'); return (e.querySelector('input')?.value ?? e.innerText).includes('75') }`)
	b.look("chosen")
}

// moneyOf takes the money of a sale from its sheet.
func (b *tab) moneyOf(customer int64, sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	b.find(`[data-after="money"]`, "")
	b.look("sold")
	b.click(`[data-after="money"]`, "")
	b.at("^/r/settlement.receipt/new")
	b.until("what it would settle", `() => [...document.querySelectorAll('[data-field="settled"] .fixed')].some(e => e.innerText.includes('75.00'))`)
	b.look("receipt")
	b.click(".page.record .buttons .primary", "")
	b.at(`^/r/settlement\.receipt/\d+`)
	b.chip("posted")
	b.until("what it settled, and what is left", `n => document.querySelector('[data-field="settled"]')?.innerText.includes(n + ' 75.00') && document.querySelector('[data-field="party"]')?.innerText.includes('25.00')`, sold["number"].(string))
	b.look("received")
	if got := b.shop.call("GET", "/api/v1/reports/settlement.debt?side=receivable&party="+itoa(customer), nil); len(got["rows"].([]any)) == 0 {
		b.t.Error("the older sheet is owed no more")
	}
}

// returnOf sends goods back from their sheet, which is paid and offers no money.
func (b *tab) returnOf(sold object) {
	b.visit("/r/stock.delivery/" + itoa(id(sold)))
	b.chip("posted")
	b.find(`[data-after="return"]`, "")
	b.until("nothing is owed", `() => !document.querySelector('[data-after="money"]')`)
	b.click(`[data-after="return"]`, "")
	b.at("^/r/stock.sales_return/new")
	b.until("its lines came", `() => document.querySelector('.page.record').innerText.includes('75.00')`)
	b.look("return")
}

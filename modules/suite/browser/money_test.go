package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// TestMoneyOfADay takes money from a customer with eight keys beside the amount, pays an expense, carries cash to the bank
// and looks at all of it on one page.
func TestMoneyOfADay(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	customer, items := s.goods("宏发五金", "六角螺栓")
	store := id(s.list("/api/v1/base/warehouses")[0])
	sheet := s.call("POST", deliveries, object{"party": customer, "warehouse": store, "lines": []object{{"item": items[0], "qty": "40"}}})
	s.act(sheet, deliveries+"/", "post", object{})
	for _, x := range []struct {
		name string
		see  screen
	}{{"chinese", screen{lang: "zh"}}, {"phone", screen{lang: "zh", phone: true}}} {
		p := newPerson(t, s, x.see, "money-"+x.name)
		s.admit(p)
		b := p.tab("/r/settlement.receipt/new")
		if !x.see.phone {
			b.collects("hf", "宏发五金", "300")
			s.count("/api/v1/settlement/receipts", 1)
			one := s.list("/api/v1/settlement/receipts")[0]
			if one["amount"] != "300.00" || one["settled"] != "300.00" || one["state"] != "posted" {
				t.Errorf("the receipt: %v", one)
			}
			b.spends("办公费", "25.5")
			b.carries("现金", "银行存款", "200")
		}
		b.visit("/report/settlement.today")
		b.seeIn("table", "74.50") // 300 − 25.50 − 200 in the till
		b.look("today")
	}
}

// collects takes money from a customer whose initials are typed, and holds how many keys it takes.
func (b *tab) collects(initials, name, amount string) {
	b.t.Helper()
	b.cursorIn("#f-party")
	before := b.acts
	for _, letter := range initials {
		b.press(input.Key(letter))
	}
	b.seeIn(".panel .line:not(.create)", name)
	b.press(input.Enter)
	b.until("the look-up closes", `() => !document.querySelector('.panel')`)
	b.enterUntil(`[data-lines="lines"] [data-cell="0/amount"]`)
	b.write(amount)
	b.acts-- // the amount itself
	b.press(input.F9)
	b.at(`^/r/settlement\.receipt/\d+`)
	b.chip("posted")
	if n := b.acts - before; n > 8 {
		b.t.Errorf("%d keys to take money, at most 8", n)
	} else {
		b.t.Logf("%d keys to take money", n)
	}
	b.look("receipt")
}

// spends writes an expense in cash.
func (b *tab) spends(category, amount string) {
	b.t.Helper()
	b.visit("/r/settlement.expense/new")
	b.cursorIn("#f-money_account")
	b.enterUntil(`[data-lines="lines"] [data-cell="0/category"]`)
	b.choose(category)
	b.enterUntil(`[data-lines="lines"] [data-cell="0/amount"]`)
	b.write(amount)
	b.look("expense-typed")
	b.press(input.F9)
	b.at(`^/r/settlement\.expense/\d+`)
	b.chip("posted")
	b.look("expense")
}

// carries moves money between two accounts.
func (b *tab) carries(from, to, amount string) {
	b.t.Helper()
	b.visit("/r/settlement.transfer/new")
	b.cursorIn("#f-from_account")
	b.choose(from)
	b.enterUntil("#f-to_account")
	b.choose(to)
	b.enterUntil("#f-amount")
	b.write(amount)
	b.press(input.F9)
	b.at(`^/r/settlement\.transfer/\d+`)
	b.chip("posted")
	b.look("transfer")
}

package firm

import (
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// payers lets those customers pay whose day it is.
func (w *world) payers(since clock.Date) {
	for _, p := range w.buyers {
		if p.days == 0 || !due(p.payDay, since, w.today) {
			continue
		}
		w.now = append(w.now, func() { w.settle(p) })
	}
}

// due tells whether a day of the month lies after one date and not after another.
func due(day int, since, today clock.Date) bool {
	for d := since.AddDays(1); !d.After(today); d = d.AddDays(1) {
		if d.Time().Day() == day {
			return true
		}
	}
	return false
}

// settle is a customer who pays as it is his habit.
func (w *world) settle(p *partner) {
	switch p.habit {
	case monthly:
		sum := p.owes(w.in(8))
		switch {
		case sum <= 0:
		case w.chance(6) && sum > 500_000:
			w.collect(p, sum*w.between(4, 8)/10/100_000*100_000+100_000, 0)
		case w.chance(10) && sum > 300_000:
			w.collect(p, sum, sum%5_000)
		default:
			w.collect(p, sum, 0)
		}
	case slow:
		if sum := p.owes(w.in(-p.lag)); sum > 0 {
			if sum > 300_000 {
				sum = max(sum*w.between(5, 9)/10/100_000*100_000, 100_000)
			}
			w.collect(p, sum, 0)
		}
		p.stopped = p.owes(w.in(-100)) > 0
	case hardly:
		if sum := p.owes(w.in(-90)); sum > 0 && w.chance(45) {
			w.collect(p, max(sum*w.between(2, 4)/10/10_000*10_000, 50_000), 0)
		}
		p.stopped = p.owes(w.in(-75)) > 500_000
	}
}

// payday pays suppliers what is due, as far as the money reaches: through the bank, else with what came in by telephone.
func (w *world) payday() {
	for _, m := range w.makers {
		sum := m.owes(w.today)
		if sum <= 0 {
			continue
		}
		for _, from := range []struct {
			account string
			keep    int64
		}{{"02", 6_000_000}, {"03", 200_000}, {"04", 200_000}} {
			if w.money[from.account]-sum > from.keep {
				w.send(m, sum, from.account)
				break
			}
		}
	}
}

// send writes a payment.
func (w *world) send(m *partner, amount int64, account string) {
	w.do("he", "settlement.payment:create+post", 0, body{"party": m.id, "lines": []body{{"money_account": w.id("settlement.money_account", account), "amount": fen(amount)}}})
	w.money[account] -= amount
	m.paid(amount)
}

// cost writes down what rent, wages, taxes and the like cost, and pays them on the same day.
func (w *world) cost(amounts map[string]int64, note string) {
	sums := map[*partner]int64{}
	byPartner := map[*partner][]body{}
	var order []*partner
	for _, c := range costs {
		amount := amounts[c.key]
		if amount <= 0 {
			continue
		}
		p := w.landed[c.key]
		if sums[p] == 0 {
			order = append(order, p)
		}
		sums[p] += amount
		byPartner[p] = append(byPartner[p], body{"item": w.ids["cost "+c.key], "qty": "1", "price": fen(amount)})
	}
	for _, p := range order {
		w.do("li", "stock.receipt:create+post", 0, body{"party": p.id, "warehouse": w.id("base.warehouse", store), "note": note, "lines": byPartner[p]})
		p.debts = append(p.debts, debt{w.today, sums[p]})
		w.wait(10 * time.Minute)
		w.send(p, sums[p], "02")
	}
}

// petty is what a month has of money without a sheet of goods: small things paid from the till, scrap sold, and the wallets
// emptied into the bank.
func (w *world) petty(month clock.Month) {
	account := func(code string) int64 { return w.id("settlement.money_account", code) }
	sheet := func(name, purpose, text string, amount int64) {
		w.do("he", name+":create+post", 0, body{"money_account": account("01"),
			"lines": []body{{"category": w.id("office.expense_category", purpose), "description": text, "amount": fen(amount)}}})
	}
	cost, scrap := w.share(30_000+1_700*int64(month.Number())), w.share(16_000+900*int64(month.Number()))
	if w.money["01"] > cost {
		sheet("settlement.expense", "10", "装卸和市内运费", cost)
		w.money["01"] -= cost
	}
	sheet("settlement.income", "81", "卖废铁和纸箱", scrap)
	w.money["01"] += scrap
	for _, wallet := range []string{"03", "04"} {
		amount := (w.money[wallet] - 200_000) / 100_000 * 100_000
		if amount <= 0 {
			continue
		}
		fee := amount / 1000
		w.do("he", "settlement.transfer:create+post", 0, body{"from_account": account(wallet), "to_account": account("02"), "amount": fen(amount), "fee": fen(fee), "note": "提现"})
		w.money[wallet] -= amount + fee
		w.money["02"] += amount
	}
}

// reimburse pays somebody what the firm owes him for a claim.
func (w *world) reimburse(login string, amount int64) {
	var id int64
	w.view(func(v *kernel.View) (err error) {
		id, err = partyOf(v, w.person(login))
		return err
	})
	if id == 0 || amount <= 0 {
		return
	}
	account := "02"
	for _, other := range []string{"01", "03", "04"} {
		if w.money[other] > amount+200_000 {
			account = other
			break
		}
	}
	w.send(&partner{id: id}, amount, account)
}

package firm

import (
	"fmt"
	"slices"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// wish is what a customer wants of an item, at a price.
type wish struct {
	good       *good
	qty, price int64
}

// dear is a price above which people buy few.
const dear = 4000

// wishes puts together what a customer buys: mostly what he always buys, of what is there. With short he orders more
// than there is.
func (w *world) wishes(p *partner, place int, short bool) []wish {
	var out []wish
	for range 1 + w.rng.IntN(4) + w.rng.IntN(4) {
		g := w.goods[heavy(w, w.popular)]
		if len(p.basket) > 0 && w.chance(55) {
			g = pick(w, p.basket)
		}
		if slices.ContainsFunc(out, func(x wish) bool { return x.good == g }) {
			continue
		}
		qty := g.lots * w.between(2, 6) * p.size
		if g.list > dear {
			qty = w.between(1, 4) * max(g.lots/2, 1) * p.size
		}
		if !short {
			qty = min(qty, g.have[place])
		}
		if qty > 0 {
			out = append(out, wish{g, qty, max(g.list*p.rate/100, g.cost*106/100)})
		}
	}
	return out
}

// lines writes wishes as the lines of a sheet.
func lines(list []wish) (out []body, gross int64) {
	for _, x := range list {
		out = append(out, body{"item": x.good.id, "qty": fmt.Sprint(x.qty), "price": fen(x.price)})
		gross += x.qty * x.price
	}
	return out, gross
}

// customer picks who calls today.
func (w *world) customer() *partner {
	for {
		if p := w.buyers[heavy(w, w.wanted)]; !p.stopped {
			return p
		}
	}
}

// trade is one customer who wants something: mostly a delivery that goes at once, else an order or a sale in the shop.
func (w *world) trade() {
	switch turn := w.rng.IntN(100); {
	case turn < 12:
		w.counterSale()
	case turn < 26:
		w.order(w.customer())
	default:
		w.deliver(w.customer())
	}
}

// deliver writes a delivery that leaves at once, and takes the money of whoever pays on the spot.
func (w *world) deliver(p *partner) {
	list := w.wishes(p, 0, false)
	if len(list) == 0 {
		return
	}
	in := body{"party": p.id, "warehouse": w.id("base.warehouse", store)}
	var gross int64
	in["lines"], gross = lines(list)
	if w.chance(8) {
		in["charges"] = []body{{"name": "运费", "amount": fen(w.between(2, 8) * 1000)}}
	} else if w.chance(45) && gross%100 > 0 {
		in["rounding"] = fen(gross % 100)
	}
	w.shipped(p, w.do(p.keeper, "stock.delivery:create+post", 0, in).Rec.(*stock.Document), 0)
}

// shipped remembers what a delivery did, and may bring the goods or the customer back.
func (w *world) shipped(p *partner, doc *stock.Document, place int) {
	for _, l := range doc.Lines {
		w.goodOf(l.Item).have[place] -= pieces(l.Qty)
	}
	w.taxes(doc.Date).out += int64(doc.Tax)
	p.debts = append(p.debts, debt{doc.Date.Month().Last().AddDays(p.days), int64(doc.Gross)})
	switch {
	case p.habit == atOnce:
		w.collect(p, int64(doc.Gross), 0)
	case p.habit == inBefore:
		w.useAdvance(p)
	case w.chance(3):
		w.later(w.in(int(w.between(2, 9))), func() { w.comesBack(p, doc.ID, place) })
	}
}

// pieces is a quantity of whole units.
func pieces(q money.Qty) int64 { return int64(q) / 1_000_000 }

func (w *world) goodOf(id int64) *good {
	if w.byItem == nil {
		w.byItem = map[int64]*good{}
		for _, g := range w.goods {
			w.byItem[g.id] = g
		}
	}
	return w.byItem[id]
}

// taxes gives what is known of the tax of a month.
func (w *world) taxes(d clock.Date) *vat {
	t := w.vat[d.Month()]
	if t == nil {
		t = &vat{}
		w.vat[d.Month()] = t
	}
	return t
}

// counterSale is somebody who walks into the shop, pays and leaves.
func (w *world) counterSale() {
	list := w.wishes(w.walkIn, 1, false)
	if len(list) == 0 {
		return
	}
	in := body{"customer": w.walkIn.id, "warehouse": w.id("base.warehouse", shop)}
	in["lines"], _ = lines(list)
	order := w.do("chen", "sales.order:create+sell", 0, in).Rec.(*sales.Order)
	for _, x := range list {
		x.good.have[1] -= x.qty
	}
	w.taxes(order.Date).out += int64(order.Tax)
	w.collect(w.walkIn, int64(order.Gross), 0)
}

// order is what a customer orders for another day.
func (w *world) order(p *partner) {
	list := w.wishes(p, 0, w.chance(35))
	if len(list) == 0 {
		return
	}
	in := body{"customer": p.id, "warehouse": w.id("base.warehouse", store), "promised": workday(w.in(int(w.between(2, 8))))}
	if w.chance(40) {
		in["customer_order"] = fmt.Sprintf("PO-%s%03d", w.today[5:7]+w.today[8:], w.rng.IntN(900)+100)
	}
	in["lines"], _ = lines(list)
	w.confirm(p, w.write(p.keeper, "sales.order:create", in), func() {})
}

// confirm confirms an order, after whoever must agree has agreed, and ships it.
func (w *world) confirm(p *partner, id int64, then func()) {
	w.agreed(paper{who: p.keeper, resource: "sales.order", act: "confirm", id: id}, func() {
		then()
		if p.habit == inBefore {
			w.advance(p, id)
		}
		w.later(w.in(int(w.between(1, 6))), func() { w.ship(p, id, 3) })
	})
}

// advance takes a third of an order before it is shipped.
func (w *world) advance(p *partner, id int64) {
	var gross int64
	w.view(func(v *kernel.View) error {
		o, err := sales.Orders.Find(v, id)
		if err == nil {
			gross = int64(o.Gross)
		}
		return err
	})
	part := gross * 30 / 100 / 10_000 * 10_000
	if part == 0 || len(p.debts) > 0 {
		return
	}
	receipt := w.write("he", "settlement.receipt:create+post", body{"party": p.id, "note": "订单预付款", "lines": []body{{"money_account": w.id("settlement.money_account", "02"), "amount": fen(part)}}})
	w.money["02"] += part
	p.held = append(p.held, receipt)
	p.debts = append(p.debts, debt{w.today, -part})
}

// ship sends what an order still waits for, as far as it is there; the rest follows when it has come in.
func (w *world) ship(p *partner, id int64, tries int) {
	if p.stopped {
		return
	}
	w.do(p.keeper, "sales.order:deliver", id, body{"date": w.today, "post": false})
	doc := w.draft(stock.KindDelivery, p)
	var keep []body
	rest := false
	for _, l := range doc.Lines {
		have := w.goodOf(l.Item).have[0]
		qty := min(pieces(l.Qty), have)
		if tries == 3 && len(doc.Lines) > 2 && w.chance(9) {
			qty = 0 // the customer fetches it later
		}
		rest = rest || qty < pieces(l.Qty)
		if qty > 0 {
			keep = append(keep, body{"id": l.ID, "qty": fmt.Sprint(qty)})
		}
	}
	if len(keep) == 0 {
		w.do(p.keeper, "stock.delivery:delete", doc.ID, nil)
	} else {
		if rest {
			w.do(p.keeper, "stock.delivery:update", doc.ID, body{"lines": keep})
		}
		w.shipped(p, w.do(p.keeper, "stock.delivery:post", doc.ID, nil).Rec.(*stock.Document), 0)
	}
	switch {
	case rest && tries > 1:
		w.later(w.in(int(w.between(5, 10))), func() { w.ship(p, id, tries-1) })
	case rest:
		w.do(p.keeper, "sales.order:close", id, nil)
	}
}

// useAdvance settles what was delivered from what was paid before, and takes the rest. What is left of it waits for the
// next delivery.
func (w *world) useAdvance(p *partner) {
	for _, receipt := range p.held {
		w.do("he", "settlement.receipt:settle", receipt, nil)
	}
	sum := p.owes(w.end.AddDays(4000))
	if sum >= 0 {
		p.held = nil
	}
	if sum > 0 {
		w.collect(p, sum, 0)
	}
}

// draft finds the draft that an action has made for a partner.
func (w *world) draft(kind string, p *partner) *stock.Document {
	var doc *stock.Document
	w.view(func(v *kernel.View) (err error) {
		doc, err = draftOf(v, kind, p.id)
		return err
	})
	if doc == nil {
		w.must(fmt.Errorf("%s: no draft of %s for %s", w.today, kind, p.name))
	}
	return doc
}

// comesBack is a customer who sends part of a delivery back.
func (w *world) comesBack(p *partner, delivery int64, place int) {
	doc := w.do(p.keeper, "stock.sales_return:create", 0, body{"source": delivery}).Rec.(*stock.Document)
	l := pick(w, doc.Lines)
	qty := max(pieces(l.Qty)*w.between(20, 100)/100, 1)
	w.do(p.keeper, "stock.sales_return:update", doc.ID, body{"note": pick(w, []string{"规格不符", "客户多订", "包装破损", "工程剩余"}), "lines": []body{{"id": l.ID, "qty": fmt.Sprint(qty)}}})
	w.wait(30 * time.Minute)
	doc = w.do("zhou", "stock.sales_return:post", doc.ID, nil).Rec.(*stock.Document)
	w.goodOf(l.Item).have[place] += qty
	w.taxes(doc.Date).out -= int64(doc.Tax)
	p.debts = append(p.debts, debt{w.today, -int64(doc.Gross)})
}

// owes adds up what is due until a day, less what came back.
func (p *partner) owes(until clock.Date) (sum int64) {
	for _, d := range p.debts {
		if !d.due.After(until) {
			sum += d.amount
		}
	}
	return sum
}

// paid takes an amount off the oldest debts.
func (p *partner) paid(amount int64) {
	slices.SortStableFunc(p.debts, func(a, b debt) int {
		if (a.amount < 0) != (b.amount < 0) { // what came back helps to pay
			return map[bool]int{true: -1, false: 1}[a.amount < 0]
		}
		return map[bool]int{true: -1, false: 1}[a.due.Before(b.due)]
	})
	var left []debt
	for _, d := range p.debts {
		part := min(d.amount, amount)
		amount -= part
		if d.amount > part {
			left = append(left, debt{d.due, d.amount - part})
		}
	}
	p.debts = left
	if amount > 0 {
		p.debts = append(p.debts, debt{"", -amount})
	}
}

// collect writes a receipt. Small sums come in cash or by telephone, large ones through the bank.
func (w *world) collect(p *partner, amount, discount int64) {
	account := "02"
	switch turn := w.rng.IntN(100); {
	case amount > 250_000:
	case p == w.walkIn && turn < 35, turn < 8:
		account = "01"
	case p == w.walkIn && turn < 85, turn < 40:
		account = "03"
	case turn < 50:
		account = "04"
	}
	line := body{"money_account": w.id("settlement.money_account", account), "amount": fen(amount - discount)}
	fee := int64(0)
	if account == "03" || account == "04" {
		fee = (amount - discount) * 38 / 10_000
		line["fee"] = fen(fee)
	}
	in := body{"party": p.id, "lines": []body{line}}
	if discount > 0 {
		in["discount"] = fen(discount)
	}
	w.do("he", "settlement.receipt:create+post", 0, in)
	w.money[account] += amount - discount - fee
	p.paid(amount)
}

package firm

import (
	"fmt"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/stock"
)

// restock orders what a supplier makes and what runs low. Every supplier has his weekday, every third week.
func (w *world) restock() {
	week := clockWeek(w.today)
	for i, m := range w.makers {
		if i%6+1 != int(w.today.Weekday()) || week%3 != i/6%3 {
			continue
		}
		var list []body
		var goods []*good
		var many []int64
		for _, g := range m.stock {
			have := g.have[0] + g.coming
			if have >= max(g.demand*11/10, g.lots) || len(list) == 40 {
				continue
			}
			qty := ((g.demand*w.between(190, 260)/100-have)/g.lots + 2) * g.lots
			list = append(list, body{"item": g.id, "qty": fmt.Sprint(qty), "price": fen(g.cost * w.between(97, 102) / 100)})
			goods, many = append(goods, g), append(many, qty)
			g.coming += qty
		}
		if len(list) > 0 {
			w.buy(m, list, func() {
				for i, g := range goods {
					g.coming = max(g.coming-many[i], 0)
				}
			})
		}
	}
}

// clockWeek numbers the weeks.
func clockWeek(d clock.Date) int { return int(d.Time().Unix() / (7 * 86_400)) }

// buy orders from a supplier, after whoever must agree has agreed. When somebody does not, no is called.
func (w *world) buy(m *partner, list []body, no func()) {
	promised := workday(w.in(int(w.between(3, 9))))
	id := w.write("zheng", "purchasing.order:create", body{"supplier": m.id, "warehouse": w.id("base.warehouse", store), "promised": promised, "lines": list})
	w.agreed(paper{who: "zheng", resource: "purchasing.order", act: "confirm", id: id, no: no}, func() {
		w.later(max(promised, w.in(2)), func() { w.receive(m, id, w.chance(22)) })
	})
}

// receive takes in what has come of an order; with partly the rest comes a week later.
func (w *world) receive(m *partner, id int64, partly bool) {
	w.do("zheng", "purchasing.order:receive", id, body{"date": w.today, "post": false})
	doc := w.draft(stock.KindReceipt, m)
	var keep []body
	for i, l := range doc.Lines {
		qty := pieces(l.Qty)
		if partly && i%3 == 0 {
			qty = qty * w.between(0, 60) / 100
		}
		if qty > 0 {
			keep = append(keep, body{"id": l.ID, "qty": fmt.Sprint(qty)})
		}
	}
	if len(keep) == 0 {
		w.do("zheng", "stock.receipt:delete", doc.ID, nil)
		return
	}
	w.wait(20 * time.Minute)
	if partly {
		w.do("wang", "stock.receipt:update", doc.ID, body{"lines": keep})
	}
	w.do("wang", "stock.receipt:post", doc.ID, nil)
	w.view(func(v *kernel.View) (err error) {
		doc, err = stock.HandleOf(stock.KindReceipt).Find(v, doc.ID)
		return err
	})
	for _, l := range doc.Lines {
		g := w.goodOf(l.Item)
		g.have[0] += pieces(l.Qty)
		g.coming = max(g.coming-pieces(l.Qty), 0)
	}
	w.owed(m, doc)
	switch {
	case partly:
		w.later(w.in(int(w.between(5, 9))), func() { w.receive(m, id, false) })
	case w.chance(6):
		w.later(w.in(2), func() { w.sendBack(m, doc.ID) })
	}
}

// owed remembers what a receipt has us owe.
func (w *world) owed(m *partner, doc *stock.Document) {
	w.taxes(doc.Date).in += int64(doc.Tax)
	m.debts = append(m.debts, debt{doc.Date.Month().Last().AddDays(m.days), int64(doc.Gross)})
}

// sendBack returns goods that are no good.
func (w *world) sendBack(m *partner, receipt int64) {
	doc := w.do("zheng", "stock.purchase_return:create", 0, body{"source": receipt}).Rec.(*stock.Document)
	l := pick(w, doc.Lines)
	g := w.goodOf(l.Item)
	qty := min(max(pieces(l.Qty)/5, 1), g.have[0])
	if qty == 0 {
		w.do("zheng", "stock.purchase_return:delete", doc.ID, nil)
		return
	}
	w.do("zheng", "stock.purchase_return:update", doc.ID, body{"note": "来料不良", "lines": []body{{"id": l.ID, "qty": fmt.Sprint(qty)}}})
	doc = w.do("zheng", "stock.purchase_return:post", doc.ID, nil).Rec.(*stock.Document)
	g.have[0] -= qty
	w.taxes(doc.Date).in -= int64(doc.Tax)
	m.debts = append(m.debts, debt{w.today, -int64(doc.Gross)})
}

// wants is a requisition: the storekeeper writes down what customers ask for, the buyer orders it.
func (w *world) wants() {
	m := pick(w, w.makers)
	if len(m.stock) == 0 {
		return
	}
	var list []body
	used := map[int64]bool{}
	for range 1 + w.rng.IntN(3) {
		g := pick(w, m.stock)
		if used[g.id] {
			continue
		}
		used[g.id] = true
		qty := g.lots * w.between(2, 6)
		g.coming += qty
		list = append(list, body{"item": g.id, "qty": fmt.Sprint(qty), "supplier": m.id})
	}
	id := w.write("wang", "purchasing.requisition:create+submit", body{"reason": pick(w, []string{"客户急要", "门市断货", "补充备货"}), "needed": workday(w.in(7)), "lines": list})
	w.later(w.in(1), func() {
		w.do("zheng", "purchasing.requisition:order", id, body{"supplier": m.id})
		var made *purchasing.Order
		w.view(func(v *kernel.View) (err error) {
			made, err = orderFor(v, id)
			return err
		})
		w.agreed(paper{who: "zheng", resource: "purchasing.order", act: "confirm", id: made.ID}, func() {
			w.later(w.in(int(w.between(2, 6))), func() { w.receive(m, made.ID, false) })
		})
	})
}

// toShop moves what the shop runs out of.
func (w *world) toShop() {
	var list []body
	for i, g := range w.goods {
		if i == 260 || len(list) == 25 {
			break
		}
		qty := min(g.lots*2, g.have[0])
		if g.have[1] >= g.lots || qty == 0 {
			continue
		}
		g.have[0], g.have[1] = g.have[0]-qty, g.have[1]+qty
		list = append(list, body{"item": g.id, "qty": fmt.Sprint(qty)})
	}
	if len(list) > 0 {
		w.do("wang", "stock.transfer:create+post", 0, body{"warehouse": w.id("base.warehouse", store), "to_warehouse": w.id("base.warehouse", shop), "lines": list})
	}
}

// countSome counts part of the store and finds small differences.
func (w *world) countSome() {
	first := w.rng.IntN(len(w.goods))
	var list []body
	for i := range min(30, len(w.goods)) {
		g := w.goods[(first+i*7)%len(w.goods)]
		counted := g.have[0]
		if w.chance(12) {
			counted = max(counted+w.between(-2, 1), 0)
		}
		g.have[0] = counted
		list = append(list, body{"item": g.id, "counted": fmt.Sprint(counted)})
	}
	w.do("wang", "stock.count:create+post", 0, body{"warehouse": w.id("base.warehouse", store), "note": "月度抽盘", "lines": list})
}

// spoilt writes off what broke, or what was used or given away.
func (w *world) spoilt() {
	reason := pick(w, []string{"loss", "loss", "own_use", "promotion"})
	note := map[string]string{"loss": "搬运破损", "own_use": "仓库自用", "promotion": "展会赠品"}[reason]
	var list []body
	for range w.between(1, 3) {
		g := w.goods[heavy(w, w.popular)]
		if g.have[0] < 3 || g.list > 6000 {
			continue
		}
		g.have[0]--
		list = append(list, body{"item": g.id, "qty": "1"})
	}
	if len(list) > 0 {
		w.do("wang", "stock.other_out:create+post", 0, body{"warehouse": w.id("base.warehouse", store), "reason": reason, "note": note, "lines": list})
	}
}

package firm

import (
	"fmt"

	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/sales"
)

// visit is a talk with a customer: planned, held, and mostly followed by another.
func (w *world) visit() {
	p := w.customer()
	if w.chance(25) {
		for _, other := range w.buyers {
			if other.owes(w.in(-20)) > 200_000 && w.chance(40) {
				p = other
				break
			}
		}
	}
	t := pick(w, talks)
	if p.owes(w.in(-20)) > 200_000 {
		t = talks[5]
	}
	in := body{"subject": t.subject, "customer": p.id, "kind": pick(w, []string{"phone", "phone", "wechat", "visit"})}
	if w.chance(50) {
		in["result"], in["done_at"] = t.result, w.today
		w.write(p.keeper, "crm.follow_up:create", in)
		return
	}
	day := workday(w.in(int(w.between(1, 9))))
	in["plan_at"] = day
	id := w.write(p.keeper, "crm.follow_up:create", in)
	w.hold(p, id, t, day)
}

// hold lets a planned talk take place: mostly on its day, sometimes some days later, and then often with another one to
// follow. Of those of the last days some are forgotten.
func (w *world) hold(p *partner, id int64, t talk, day clock.Date) {
	if day.DaysUntil(w.end) < 14 && w.chance(25) {
		return
	}
	if w.chance(14) {
		day = day.AddDays(int(w.between(1, 6)))
	}
	w.later(day, func() {
		if w.chance(8) {
			w.do(p.keeper, "crm.follow_up:cancel", id, nil)
			return
		}
		done := body{"result": t.result}
		if !w.chance(25) {
			w.do(p.keeper, "crm.follow_up:complete", id, done)
			return
		}
		next := workday(w.in(int(w.between(6, 20))))
		done["next"] = next
		w.do(p.keeper, "crm.follow_up:complete", id, done)
		w.view(func(v *kernel.View) (err error) {
			id, err = talkAfter(v, id)
			return err
		})
		w.hold(p, id, t, next)
	})
}

// lead is somebody who might buy. Of three one does not.
func (w *world) lead() {
	who := pick(w, []string{"chen", "lin", "zhou"})
	name, in, _ := w.firmAt(pick(w, customerTrades), w.heard)
	plan := pick(w, plans)
	id := w.write(who, "crm.lead:create", body{"name": name, "contact": in["contact"], "phone": in["phone"], "city": in["city"], "source": pick(w, []string{"exhibition", "referral", "web", "phone", "visit"}), "note": plan})
	w.later(w.in(int(w.between(1, 4))), func() {
		w.write(who, "crm.follow_up:create", body{"subject": "首次联系", "lead": id, "kind": "phone", "result": "了解了大致需求：" + plan + "。", "done_at": w.today})
		switch turn := w.rng.IntN(100); {
		case turn < 28:
			w.later(w.in(6), func() {
				w.do(who, "crm.lead:invalidate", id, body{"reason": pick(w, []string{"只是比价", "电话打不通", "不在配送范围"})})
			})
		case turn < 85:
			w.later(w.in(int(w.between(4, 14))), func() { w.convert(who, id, plan) })
		}
	})
}

// convert makes a customer and an opportunity of a lead.
func (w *world) convert(who string, lead int64, plan string) {
	amount := w.between(8, 90) * 100_000
	l := w.do(who, "crm.lead:convert", lead, body{"opportunity": plan, "amount": fen(amount), "expected": w.in(int(w.between(20, 50)))}).Rec.(*crm.Lead)
	p := &partner{id: l.Customer, name: l.Name, habit: monthly, keeper: who, weight: w.between(60, 500), size: w.between(1, 5), rate: w.between(92, 98), days: 30, payDay: int(w.between(4, 28))}
	for range 12 {
		p.basket = append(p.basket, w.goods[heavy(w, w.popular)])
	}
	w.do(who, "base.party:update", p.id, body{"payment_term": w.id("base.payment_term", "M30"), "tax_mode": "included", "tax_rate": w.id("base.tax_rate", "13%"), "tags": "新客户"})
	w.pursue(p, l.Opportunity)
}

// chase is an opportunity with somebody who buys already.
func (w *world) chase() {
	p := w.customer()
	id := w.write(p.keeper, "crm.opportunity:create", body{"name": pick(w, plans), "customer": p.id, "amount": fen(w.between(10, 120) * 100_000), "expected": w.in(int(w.between(20, 60))),
		"source": pick(w, []string{"visit", "phone", "referral"})})
	w.pursue(p, id)
}

// pursue takes an opportunity from stage to stage.
func (w *world) pursue(p *partner, id int64) {
	step := func(days int64, stage string, then func()) {
		w.later(w.in(int(w.between(days, days+6))), func() {
			if w.chance(12) {
				w.do(p.keeper, "crm.opportunity:lose", id, body{"reason": pick(w, lostReasons)})
				return
			}
			w.do(p.keeper, "crm.opportunity:move", id, body{"stage": w.id("crm.stage", stage)})
			then()
		})
	}
	step(3, "02", func() { step(5, "03", func() { w.quote(p, id) }) })
}

// quote makes an offer out of an opportunity, and an order out of the offer when the customer agrees.
func (w *world) quote(p *partner, id int64) {
	w.do(p.keeper, "crm.opportunity:quote", id, nil)
	var q *sales.Quotation
	w.view(func(v *kernel.View) (err error) {
		q, err = offerOf(v, p.id)
		return err
	})
	var list []wish
	for len(list) < 3 {
		list = w.wishes(p, 0, true)
	}
	for i := range list {
		list[i].qty *= w.between(2, 4)
	}
	in := body{}
	in["lines"], _ = lines(list)
	w.do(p.keeper, "sales.quotation:update", q.ID, in)
	w.do(p.keeper, "sales.quotation:send", q.ID, nil)
	w.later(w.in(int(w.between(3, 12))), func() {
		switch turn := w.rng.IntN(100); {
		case turn < 15: // nothing is heard of it, and it expires
		case turn < 35:
			w.do(p.keeper, "sales.quotation:refuse", q.ID, body{"reason": pick(w, lostReasons)})
			w.do(p.keeper, "crm.opportunity:lose", id, body{"reason": pick(w, lostReasons)})
		default:
			w.do(p.keeper, "crm.opportunity:move", id, body{"stage": w.id("crm.stage", "04")})
			w.later(w.in(int(w.between(1, 5))), func() { w.won(p, q.ID) })
		}
	})
}

// won makes the order.
func (w *world) won(p *partner, quotation int64) {
	w.do(p.keeper, "sales.quotation:order", quotation, body{"date": w.today, "late": true})
	var o *sales.Order
	w.view(func(v *kernel.View) (err error) {
		o, err = orderFrom(v, quotation)
		return err
	})
	w.confirm(p, o.ID, func() { w.regular(p) })
}

// regular lets a new customer come again.
func (w *world) regular(p *partner) {
	for _, known := range w.buyers {
		if known.id == p.id {
			return
		}
	}
	w.buyers = append(w.buyers, p)
	w.wanted = append(w.wanted, w.wanted[len(w.wanted)-1]+p.weight)
}

// ticket is a customer with a question or a complaint.
func (w *world) ticket() {
	p, c := w.customer(), pick(w, complaints)
	in := body{"customer": p.id, "subject": c.subject, "kind": c.kind, "description": c.description, "priority": pick(w, []string{"normal", "normal", "high", "low", "urgent"})}
	if c.kind != "question" && len(p.basket) > 0 {
		in["item"] = pick(w, p.basket).id
	}
	id := w.write("he", "service.ticket:create", in)
	if w.chance(60) {
		w.do("he", "service.ticket:assign", id, body{"owner": w.person(p.keeper)})
	} else {
		w.do("he", "service.ticket:take", id, nil)
	}
	if w.chance(4) {
		return
	}
	w.later(w.in(int(w.between(1, 5))), func() {
		w.do("he", "service.ticket:solve", id, body{"solution": c.solution, "cause": c.cause})
		if c.kind != "complaint" {
			w.later(w.in(2), func() { w.do("he", "service.ticket:close", id, nil) })
			return
		}
		w.later(w.in(int(w.between(2, 5))), func() {
			w.do("he", "service.ticket:visit", id, body{"score": pick(w, []string{"5", "5", "4", "4", "3"}), "note": pick(w, []string{"处理及时", "态度好", "希望以后不要再出现", "可以"})})
		})
	})
}

// targets says what everybody shall sell and collect in a month.
func (w *world) targets() {
	for i, login := range []string{"zhou", "chen", "lin"} {
		share := []int64{22, 40, 38}[i] * int64(seasons[w.today.Month().Number()]) * int64(w.o.Scale) / 100
		for _, t := range []body{{"measure": "sales", "amount": fmt.Sprint(share * 230)}, {"measure": "receipts", "amount": fmt.Sprint(share * 210)}, {"measure": "new_customers", "customers": 1 + i}} {
			t["person"], t["month"] = w.person(login), w.today.Month()
			w.write("zhou", "crm.target:create", t)
		}
	}
}

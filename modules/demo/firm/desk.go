package firm

import (
	"fmt"
	"strings"
	"time"

	"zhanggui/modules/approval"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/office"
)

// paper is something that somebody wants to do and others may have to agree to.
type paper struct {
	who, resource, act string
	id                 int64
	no                 func() // when somebody refuses
}

// agreed does it, at once or when all have agreed, and goes on with then.
func (w *world) agreed(p paper, then func()) {
	if !w.do(p.who, p.resource+":"+p.act, p.id, nil).Waiting {
		then()
		return
	}
	w.later(w.in(w.rng.IntN(2)), func() { w.decide(p, then) })
}

// decide lets those who are asked decide, one after the other.
func (w *world) decide(p paper, then func()) {
	for {
		r := w.asked(p.id)
		if r == nil {
			return // somebody said no
		}
		login := ""
		for _, t := range r.Tasks {
			if t.State == "pending" && t.Kind == "approve" {
				login = w.loginOf(t.Assignee)
				break
			}
		}
		w.wait(time.Duration(w.between(5, 40)) * time.Minute)
		switch turn := w.rng.IntN(100); {
		case turn < 2:
			w.do(login, "approval.request:refuse", r.ID, body{"opinion": pick(w, []string{"这个月先不办", "金额太大，重新商量", "不符合规定"})})
			if p.no != nil {
				p.no()
			}
			return
		case turn < 6 && r.Round == 1:
			w.do(login, "approval.request:send_back", r.ID, body{"opinion": pick(w, []string{"请补充说明", "附件不全，请补上", "请和对方再核对一次"})})
			w.later(w.in(1), func() {
				w.do(p.who, p.resource+":update", p.id, body{"note": "已补充说明"})
				w.agreed(p, then)
			})
			return
		}
		in := body{}
		if w.chance(30) {
			in["opinion"] = pick(w, []string{"同意", "可以", "同意，注意回款", "同意，下次提前申请"})
		}
		if w.do(login, "approval.request:agree", r.ID, in).Rec.(*approval.Request).State == approval.Granted {
			w.must(approval.Apply(w.ctx, w.c, r.ID))
			then()
			return
		}
	}
}

// asked gives the request that waits about a record.
func (w *world) asked(id int64) (r *approval.Request) {
	w.view(func(v *kernel.View) (err error) {
		r, err = askedFor(v, id)
		return err
	})
	return r
}

// expense is what people spend for the firm: in yuan from least to most, and whether an invoice gives tax back.
type expense struct {
	who, category, reason, text string
	least, most                 int64
	percent                     int64
}

var expenses = []expense{
	{"chen,lin,zhou", "01", "出差拜访客户", "高铁票", 120, 460, 9}, {"chen,lin,zhou", "01", "出差拜访客户", "住宿费", 220, 680, 6}, {"chen,lin,zhou,zheng", "02", "外出办事", "打车费", 25, 160, 0},
	{"zhou,chen,lin", "03", "招待客户", "餐费", 260, 1380, 0}, {"he,li", "04", "购买办公用品", "打印纸、墨盒", 120, 860, 13}, {"he", "05", "缴电话和宽带费", "电话宽带", 380, 560, 6},
	{"wang,he", "06", "寄样品和发票", "快递费", 60, 420, 6}, {"he", "07", "节日福利", "员工节日礼品", 800, 2600, 0}, {"wang,zheng", "99", "叉车维修保养", "维修费", 300, 1500, 13},
}

// claim is somebody who wants his money back.
func (w *world) claim() {
	first := pick(w, expenses)
	who := pick(w, strings.Split(first.who, ","))
	var list []body
	for _, e := range expenses {
		if e.reason != first.reason || len(list) > 0 && !w.chance(70) {
			continue
		}
		amount := w.between(e.least, e.most)*100 + w.between(0, 9)*10
		line := body{"date": w.in(-int(w.between(0, 6))), "category": w.id("office.expense_category", e.category), "description": e.text, "amount": fen(amount)}
		if e.percent > 0 {
			w.serial["invoice"]++
			line["tax"], line["invoice"] = fen(amount*e.percent/(100+e.percent)), fmt.Sprintf("2433%016d", 2000000+w.serial["invoice"]*37)
			w.taxes(w.today).in += amount * e.percent / (100 + e.percent)
		}
		list = append(list, line)
	}
	id := w.write(who, "office.claim:create", body{"reason": first.reason, "attachments": len(list), "lines": list})
	w.agreed(paper{who: who, resource: "office.claim", act: "post", id: id}, func() {
		w.later(w.in(int(w.between(1, 4))), func() {
			var c *office.Claim
			w.view(func(v *kernel.View) (err error) {
				c, err = office.Claims.Find(v, id)
				return err
			})
			w.reimburse(who, int64(c.Payable))
		})
	})
}

// borrow is somebody who travels with the firm's money and gives the rest back.
func (w *world) borrow() {
	who := pick(w, []string{"chen", "lin", "zheng", "zhou"})
	amount := w.between(1, 4) * 100_000
	id := w.write(who, "office.advance:create", body{"purpose": pick(w, []string{"参加展会", "外地收款差旅", "采购样品"}), "amount": fen(amount), "due": w.in(30)})
	w.agreed(paper{who: who, resource: "office.advance", act: "post", id: id}, func() {
		w.later(w.in(1), func() { w.reimburse(who, amount) })
		if w.chance(85) { // some forget
			w.later(w.in(int(w.between(8, 28))), func() { w.giveBack(id) })
		}
	})
}

// giveBack returns what is left of an advance.
func (w *world) giveBack(id int64) {
	var a *office.Advance
	w.view(func(v *kernel.View) (err error) {
		a, err = office.Advances.Find(v, id)
		return err
	})
	if a.Open > 0 {
		w.do("he", "office.advance:repay", id, body{"money_account": w.id("settlement.money_account", "02"), "amount": a.Open})
		w.money["02"] += int64(a.Open)
	}
}

// atWork gives the first day from d on which people would be at work: nobody asks for leave on a legal holiday.
func (w *world) atWork(d clock.Date) clock.Date {
	for holiday := true; holiday; {
		d = workday(d)
		w.view(func(v *kernel.View) (err error) {
			holiday, err = onHoliday(v, d)
			return err
		})
		if holiday {
			d = d.AddDays(1)
		}
	}
	return d
}

// away is somebody who takes days off.
func (w *world) away() {
	s := Staff[1+w.rng.IntN(len(Staff)-1)]
	from := w.atWork(w.in(int(w.between(1, 10))))
	to := from.AddDays(w.rng.IntN(3))
	if !from.After(w.off[s.Login]) {
		return // he is away already
	}
	w.off[s.Login] = to
	in := body{"kind": pick(w, []string{"personal", "annual", "annual", "sick", "in_lieu"}), "from_date": from, "to_date": to, "reason": pick(w, []string{"家中有事", "身体不适", "陪孩子看病", "回老家", "休年假"})}
	if w.chance(30) {
		in["to_half"], in["to_date"] = "am", from
	}
	w.agreed(paper{who: s.Login, resource: "office.leave", act: "post", id: w.write(s.Login, "office.leave:create", in)}, func() {})
}

// favour is a request for what has no paper of its own.
func (w *world) favour() {
	s := Staff[1+w.rng.IntN(len(Staff)-1)]
	what := pick(w, []struct{ kind, subject, text string }{{"01", "合同用印", "与客户签订年度供货合同，一式两份。"}, {"02", "用车送货", "大件货物送工地，用面包车半天。"}, {"03", "领用办公用品", "笔记本 2 本、签字笔 1 盒。"}, {"04", "出差申请", "拜访外地客户，两天一夜。"}})
	id := w.write(s.Login, "office.request:create+post", body{"kind": w.id("office.request_kind", what.kind), "subject": what.subject, "description": what.text, "wanted": workday(w.in(2))})
	if w.chance(85) {
		w.later(w.in(int(w.between(1, 4))), func() { w.do(s.Login, "office.request:close", id, nil) })
	}
}

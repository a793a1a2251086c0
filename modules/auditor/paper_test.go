package auditor

import (
	"context"
	"fmt"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// line is one line of a paper: a whole number of a unit that holds so many pieces, and the price of one of it in 分. Of a
// count, qty is what was found less what was booked.
type line struct {
	id         int64
	good       good
	qty, price int64
	holds      int64
	back       int64 // how much came back later
	from       *line // of a return, the line it sends back
	order      *orderLine
}

// paper is a stock document as the model knows it.
type paper struct {
	id, party          int64
	kind, mode         string
	warehouse, to      int64
	discount, rounding int64
	lines              []*line
	posted, reversed   bool // reversed: taken back for good, by a red sheet or by giving the draft up
	returnOf           *paper
}

// gross is what the paper is worth with tax.
func (p *paper) gross() int64 {
	sum := -p.discount - p.rounding
	for _, l := range p.lines {
		amount := l.qty * l.price
		sum += amount
		if p.mode == "excluded" {
			sum += (amount*l.good.percent + 50) / 100
		}
	}
	return sum
}

// sides says what a kind does: to the stock, and on which side of the debts with which sign.
var sides = map[string]struct {
	stock, debt int64
	side        string
}{
	stock.KindDelivery: {-1, 1, settlement.Receivable}, stock.KindSalesReturn: {1, -1, settlement.Receivable},
	stock.KindReceipt: {1, 1, settlement.Payable}, stock.KindPurchaseReturn: {-1, -1, settlement.Payable},
	stock.KindOtherIn: {1, 0, ""}, stock.KindOtherOut: {-1, 0, ""}, stock.KindOpening: {1, 0, ""}, stock.KindCount: {1, 0, ""},
	stock.KindTransfer: {-1, 0, ""},
}

// count books a paper in (sign 1) or out (sign -1).
func (w *world) count(p *paper, sign int64) {
	does := sides[p.kind]
	for _, l := range p.lines {
		if l.from != nil {
			l.from.back += sign * l.qty
		}
		if l.order != nil {
			l.order.done += sign * l.qty
		}
		if l.good.service {
			continue
		}
		w.units[place{l.good.id, p.warehouse}] += sign * does.stock * l.qty * l.holds
		if p.kind == stock.KindTransfer {
			w.units[place{l.good.id, p.to}] += sign * l.qty * l.holds
		}
	}
	if does.debt != 0 {
		w.debt[owing{p.party, does.side}] += sign * does.debt * p.gross()
	}
}

func otherOf(w *world, warehouse int64) int64 {
	if warehouse == w.places[0] {
		return w.places[1]
	}
	return w.places[0]
}

// write makes a paper of a kind and posts it.
func (w *world) write(kind string) {
	p := &paper{kind: kind, warehouse: pick(w, w.places)}
	var head, lines []string
	head = append(head, fmt.Sprintf(`"date":%q,"warehouse":%d`, w.day(), p.warehouse))
	commercial := sides[kind].debt != 0
	switch {
	case sides[kind].side == settlement.Receivable:
		p.party = pick(w, w.buyers)
	case commercial:
		p.party = pick(w, w.sellers)
	case kind == stock.KindTransfer:
		p.to = otherOf(w, p.warehouse)
		head = append(head, fmt.Sprintf(`"to_warehouse":%d`, p.to))
	}
	order := w.rng.Perm(len(w.goods))
	for _, at := range order[:w.some(3)] {
		l := &line{good: w.goods[at], qty: w.some(20), holds: 1}
		price := ""
		switch {
		case commercial, kind == stock.KindOtherIn, kind == stock.KindOpening:
			l.price = w.some(2000)
			price = fmt.Sprintf(`,"price":%q`, fen(l.price))
		case kind == stock.KindCount:
			if l.good.service {
				continue
			}
			book := w.units[place{l.good.id, p.warehouse}]
			counted := max(book+w.rng.Int64N(9)-4, 0)
			l.qty = counted - book
			weight := ""
			if l.good.weighed && counted != 0 {
				weight = fmt.Sprintf(`,"counted2":"%d.5"`, counted)
			}
			lines = append(lines, fmt.Sprintf(`{"item":%d,"counted":"%d"%s}`, l.good.id, counted, weight))
			p.lines = append(p.lines, l)
			continue
		}
		unit := ""
		unit, l.holds = w.measured(l.good, l.qty)
		if l.holds > 1 && commercial { // who says the unit says all of the line
			unit += fmt.Sprintf(`,"tax_rate":%d`, l.good.rate)
		}
		lines = append(lines, fmt.Sprintf(`{"item":%d,"qty":"%d"%s%s}`, l.good.id, l.qty, unit, price))
		p.lines = append(p.lines, l)
	}
	if len(p.lines) == 0 {
		return
	}
	if commercial {
		p.mode = pick(w, []string{"none", "included", "excluded"})
		if w.chance(20) {
			p.discount = w.rng.Int64N(100)
		}
		if w.chance(20) {
			p.rounding = w.rng.Int64N(100) - 50
		}
		head = append(head, fmt.Sprintf(`"party":%d,"tax_mode":%q,"discount":%q,"rounding":%q`, p.party, p.mode, fen(p.discount), fen(p.rounding)))
	}
	rec, err := w.do(pipeline.Command{Def: stock.HandleOf(kind).Def, Act: "create", Then: "post"},
		"{"+strings.Join(head, ",")+`,"lines":[`+strings.Join(lines, ",")+"]}")
	if err == nil {
		w.adopt(p, rec.(*stock.Document))
		p.posted = true
		w.count(p, 1)
	}
}

// adopt takes the ids of a document over into the model.
func (w *world) adopt(p *paper, doc *stock.Document) {
	p.id = doc.ID
	for i := range p.lines {
		p.lines[i].id = doc.Lines[i].ID
	}
	w.papers = append(w.papers, p)
}

// some paper with a property, nil when there is none.
func (w *world) paper(want func(*paper) bool) *paper {
	for range 20 {
		if len(w.papers) == 0 {
			return nil
		}
		if p := pick(w, w.papers); want(p) {
			return p
		}
	}
	return nil
}

func (w *world) act(p *paper, name, body string) error {
	_, err := w.do(pipeline.Command{Def: stock.HandleOf(p.kind).Def, Act: name, ID: p.id}, body)
	return err
}

func (w *world) unpost() {
	if p := w.paper(func(p *paper) bool { return p.posted && !p.reversed }); p != nil && w.act(p, "unpost", "") == nil {
		p.posted = false
		w.count(p, -1)
	}
}

// repost posts a draft: one that was unposted, or a delivery or receipt that an order made.
func (w *world) repost() {
	if p := w.paper(func(p *paper) bool { return !p.posted }); p != nil && w.act(p, "post", "") == nil {
		p.posted = true
		w.count(p, 1)
	}
}

// void gives a draft up for good.
func (w *world) void() {
	if p := w.paper(func(p *paper) bool { return !p.posted && !p.reversed }); p != nil && w.act(p, "void", "") == nil {
		p.reversed = true
	}
}

func (w *world) reverse() {
	p := w.paper(func(p *paper) bool { return p.posted && !p.reversed })
	if p != nil && w.act(p, "reverse", fmt.Sprintf(`{"date":%q}`, pick(w, []string{"2026-11-21", w.day()}))) == nil {
		p.reversed = true
		w.count(p, -1)
	}
}

// again tries what must be refused: to take back what was taken back.
func (w *world) again() {
	p := w.paper(func(p *paper) bool { return p.reversed })
	if p == nil {
		return
	}
	for _, name := range []string{"unpost", "reverse", "post", "void"} {
		if w.act(p, name, "") == nil {
			w.story()
			w.Fatalf("%s of a reversed sheet was not refused", name)
		}
	}
}

// sendBack returns part of a delivery or receipt.
func (w *world) sendBack() {
	kind, back := stock.KindDelivery, stock.KindSalesReturn
	if w.chance(40) {
		kind, back = stock.KindReceipt, stock.KindPurchaseReturn
	}
	of := w.paper(func(p *paper) bool { return p.kind == kind && p.posted && !p.reversed })
	if of == nil {
		return
	}
	def := stock.HandleOf(back).Def
	rec, err := w.do(pipeline.Command{Def: def, Act: "create"}, fmt.Sprintf(`{"date":"2026-11-21","source":%d}`, of.id))
	if err != nil {
		return
	}
	doc := rec.(*stock.Document)
	p := &paper{kind: back, party: of.party, mode: of.mode, warehouse: of.warehouse, returnOf: of}
	for _, l := range of.lines {
		if left := l.qty - l.back; left > 0 {
			p.lines = append(p.lines, &line{good: l.good, qty: left, price: l.price, holds: l.holds, from: l})
		}
	}
	if len(p.lines) != len(doc.Lines) {
		w.story()
		w.Fatalf("the return has %d lines, want %d", len(doc.Lines), len(p.lines))
	}
	w.adopt(p, doc)
	if w.chance(60) {
		w.shorten(p)
	}
	if w.act(p, "post", "") == nil {
		p.posted = true
		w.count(p, 1)
	}
}

// shorten lowers the quantity of one line of a draft.
func (w *world) shorten(p *paper) {
	at := w.rng.IntN(len(p.lines))
	qty := w.some(p.lines[at].qty)
	var lines []string
	for i, l := range p.lines {
		text := fmt.Sprintf(`{"id":%d}`, l.id)
		if i == at {
			text = fmt.Sprintf(`{"id":%d,"qty":"%d"}`, l.id, qty)
		}
		lines = append(lines, text)
	}
	_, err := w.do(pipeline.Command{Def: stock.HandleOf(p.kind).Def, Act: "update", ID: p.id}, `{"lines":[`+strings.Join(lines, ",")+"]}")
	if err == nil {
		p.lines[at].qty = qty
	}
}

// orderLine is a line of an order: how much of it was delivered or received.
type orderLine struct {
	good             good
	qty, price, done int64
	holds            int64
}

// order is a sales or purchase order as the model knows it.
type order struct {
	id, party, warehouse int64
	sale                 bool
	mode                 string
	discount             int64
	lines                []*orderLine
}

func (o *order) def() *kernel.Def {
	if o.sale {
		return sales.Orders.Def
	}
	return purchasing.Orders.Def
}

// words are the actions of an order: fulfil at once, make a document, and the field of its party.
func (o *order) words() (now, deliver, party, kind string) {
	if o.sale {
		return "sell", "deliver", "customer", stock.KindDelivery
	}
	return "buy", "receive", "supplier", stock.KindReceipt
}

// take writes an order and confirms it, or fulfils it at once.
func (w *world) take() {
	o := &order{sale: w.chance(60), warehouse: pick(w, w.places), mode: pick(w, []string{"none", "included", "excluded"}), discount: w.rng.Int64N(3) * 10}
	o.party = pick(w, w.buyers)
	if !o.sale {
		o.party = pick(w, w.sellers)
	}
	var lines []string
	for _, at := range w.rng.Perm(len(w.goods))[:w.some(3)] {
		l := &orderLine{good: w.goods[at], qty: w.some(10), price: w.some(1500)}
		unit := ""
		unit, l.holds = w.measured(l.good, l.qty)
		o.lines = append(o.lines, l)
		lines = append(lines, fmt.Sprintf(`{"item":%d,"qty":"%d","price":%q%s}`, l.good.id, l.qty, fen(l.price), unit))
	}
	now, _, who, _ := o.words()
	then := "confirm"
	if w.chance(40) {
		then = now
	}
	date := w.day()
	rec, err := w.do(pipeline.Command{Def: o.def(), Act: "create", Then: then}, fmt.Sprintf(`{"date":%q,%q:%d,"warehouse":%d,"tax_mode":%q,"discount":%q,"lines":[%s]}`,
		date, who, o.party, o.warehouse, o.mode, fen(o.discount), strings.Join(lines, ",")))
	if err != nil {
		return
	}
	switch x := rec.(type) {
	case *sales.Order:
		o.id = x.ID
	case *purchasing.Order:
		o.id = x.ID
	}
	w.orders = append(w.orders, o)
	if then == now {
		p := w.shipment(o)
		p.posted = true
		w.count(p, 1)
	}
}

// shipment takes the newest delivery or receipt, which an order has just made, into the model.
func (w *world) shipment(o *order) *paper {
	_, _, _, kind := o.words()
	p := &paper{kind: kind, party: o.party, mode: o.mode, warehouse: o.warehouse}
	first := true
	for _, l := range o.lines {
		first = first && l.done == 0
		if left := l.qty - l.done; left > 0 {
			p.lines = append(p.lines, &line{good: l.good, qty: left, price: l.price, holds: l.holds, order: l})
		}
	}
	if first {
		p.discount = o.discount
	}
	var doc *stock.Document
	w.must(w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		var id int64
		if _, err := v.Scan([]any{&id}, "SELECT MAX(id) FROM stock_document WHERE kind = ?", kind); err != nil {
			return err
		}
		var err error
		doc, err = stock.HandleOf(kind).Find(v, id)
		return err
	}))
	if len(doc.Lines) != len(p.lines) {
		w.story()
		w.Fatalf("the order made %d lines, want %d", len(doc.Lines), len(p.lines))
	}
	w.adopt(p, doc)
	return p
}

// fulfil makes the delivery or receipt of an order: all that is left, at once or as a draft that is then shortened.
func (w *world) fulfil() {
	if len(w.orders) == 0 {
		return
	}
	o := pick(w, w.orders)
	_, deliver, _, _ := o.words()
	post := w.chance(40)
	_, err := w.do(pipeline.Command{Def: o.def(), Act: deliver, ID: o.id}, fmt.Sprintf(`{"date":%q,"post":%t}`, w.day(), post))
	if err != nil {
		return
	}
	p := w.shipment(o)
	if !post {
		w.shorten(p)
		if w.act(p, "post", "") != nil {
			return
		}
	}
	p.posted = true
	w.count(p, 1)
}

// decide does something else with an order.
func (w *world) decide() {
	if len(w.orders) > 0 {
		o := pick(w, w.orders)
		_, _ = w.do(pipeline.Command{Def: o.def(), Act: pick(w, []string{"close", "reopen", "unconfirm", "confirm", "confirm", "reopen"}), ID: o.id}, "")
	}
}

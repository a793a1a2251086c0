package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// words reads a step from left to right.
type words struct{ left []string }

func (r *words) peek() string {
	if len(r.left) == 0 {
		return ""
	}
	return r.left[0]
}

// next gives the next word, "" at the end, which no reader of a value accepts.
func (r *words) next() string {
	word := r.peek()
	if word != "" {
		r.left = r.left[1:]
	}
	return word
}

// take goes past a word if it comes next.
func (r *words) take(word string) bool {
	if r.peek() == word && word != "" {
		r.left = r.left[1:]
		return true
	}
	return false
}

func unknown(word string) error { return fmt.Errorf("the word %q is not understood here", word) }

// errText is a mistake in the scenario, never a refusal of the product.
var errText = errors.New("the step cannot be read")

// verb says which document a step writes, what is done with it, and which fields its prepositions fill.
type verb struct {
	def    *kernel.Def
	then   string
	fields map[string]string
	qty    string // the field of a line's quantity; "" is qty
	reason string
}

func verbs() map[string]verb {
	from, to := map[string]string{"from": "party"}, map[string]string{"to": "party"}
	return map[string]verb{
		"buy":       {def: stock.Receipts.Def, then: "post", fields: from},
		"sell":      {def: stock.Deliveries.Def, then: "post", fields: to},
		"take-back": {def: stock.SalesReturns.Def, then: "post", fields: from},
		"send-back": {def: stock.PurchaseReturns.Def, then: "post", fields: to},
		"transfer":  {def: stock.Transfers.Def, then: "post", fields: map[string]string{"from": "warehouse", "to": "to_warehouse"}},
		"count":     {def: stock.Counts.Def, then: "post", qty: "counted"},
		"find":      {def: stock.OtherIn.Def, then: "post"},
		"use":       {def: stock.OtherOut.Def, then: "post", reason: "own_use"},
		"lose":      {def: stock.OtherOut.Def, then: "post", reason: "loss"},
		"promote":   {def: stock.OtherOut.Def, then: "post", reason: "promotion"},
		"open":      {def: stock.Openings.Def, then: "post"},
		"quote":     {def: sales.Quotations.Def, then: "send", fields: map[string]string{"to": "customer"}},
		"request":   {def: purchasing.Requisitions.Def, then: "submit"},
		"order":     {def: sales.Orders.Def, then: "confirm", fields: map[string]string{"to": "customer"}},
		"sell-now":  {def: sales.Orders.Def, then: "sell", fields: map[string]string{"to": "customer"}},
		"purchase":  {def: purchasing.Orders.Def, then: "confirm", fields: map[string]string{"from": "supplier"}},
		"buy-now":   {def: purchasing.Orders.Def, then: "buy", fields: map[string]string{"from": "supplier"}},
		"receive":   {def: settlement.Receipts.Def, then: "post", fields: from},
		"pay":       {def: settlement.Payments.Def, then: "post", fields: to},
	}
}

var month = regexp.MustCompile(`^\d{4}-\d{2}$`)

// step carries out one step. A mistake in its text is errText; anything else comes from the product.
func (w *world) step(text string) error {
	r := &words{left: strings.Fields(text)}
	w.agrees = r.take("yes")
	word := r.next()
	v, writes := verbs()[word]
	var err error
	switch {
	case others[word] != nil:
		err = others[word](w, r)
	case month.MatchString(r.peek()):
		err = w.period(word, r.next())
	case writes && nounOf(r.peek()) != nil:
		err = w.sendBack(v, r)
	case writes && v.def.Name == "settlement."+settlement.KindReceipt, writes && v.def.Name == "settlement."+settlement.KindPayment:
		err = w.money(v, r)
	case writes:
		err = w.write(v, r)
	case nounOf(r.peek()) != nil:
		err = w.act(word, r)
	default:
		return fmt.Errorf("%w: %w", errText, unknown(word))
	}
	if err == nil && len(r.left) > 0 {
		err = fmt.Errorf("%w: %w", errText, unknown(r.peek()))
	}
	return err
}

func (w *world) today(r *words) error {
	now, err := noon(r.next())
	if err != nil {
		return fmt.Errorf("%w: %w", errText, err)
	}
	w.clock.Set(now)
	return nil
}

// id gives the id of one of the cast.
func (w *world) id(name string) (int64, error) {
	if id, ok := w.ids[name]; ok {
		return id, nil
	}
	return 0, fmt.Errorf("%w: nobody and nothing is called %q", errText, name)
}

// goods reads the lines of a document: 100 M8 @ 2.00 less 10% at 9% and 5 M6.
func (w *world) goods(r *words, qty string) (lines []map[string]any, err error) {
	for {
		line, ok := w.figure(r.next(), qty)
		if !ok {
			return nil, fmt.Errorf("%w: a quantity must come first", errText)
		}
		if line["item"], err = w.id(r.next()); err != nil {
			return nil, err
		}
		if r.take("@") {
			line["price"] = r.next()
		}
		if r.take("free") {
			line["free"] = true
		}
		if r.take("less") {
			percent, err := strconv.Atoi(strings.TrimSuffix(r.next(), "%"))
			if err != nil {
				return nil, fmt.Errorf("%w: %w", errText, err)
			}
			line["discount"] = fmt.Sprintf("0.%02d", percent)
		}
		if r.take("at") {
			if line["tax_rate"], err = w.id(r.next()); err != nil {
				return nil, err
			}
		}
		lines = append(lines, line)
		if !r.take("and") {
			return lines, nil
		}
	}
}

// head reads what stands behind the lines.
func (w *world) head(r *words, v verb, body map[string]any) (draft bool, err error) {
	for len(r.left) > 0 && err == nil {
		word := r.next()
		field, known := v.fields[word]
		switch {
		case known:
			body[field], err = w.id(r.next())
		case word == "in":
			body["warehouse"], err = w.id(r.next())
		case word == "on":
			body["date"] = r.next()
		case word == "tax":
			body["tax_mode"] = r.next()
		case word == "off":
			body["discount"] = r.next()
		case word == "rounding":
			body["rounding"] = r.next()
		case word == "charge":
			err = w.charge(r, body)
		case word == "paid":
			err = w.paid(r, body)
		case word == "draft":
			draft = true
		default:
			err = fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	return draft, err
}

func (w *world) charge(r *words, body map[string]any) (err error) {
	charge := map[string]any{"name": r.next(), "amount": r.next()}
	if strings.HasSuffix(r.peek(), "%") {
		charge["tax_rate"], err = w.id(r.next())
	}
	list, _ := body["charges"].([]any)
	body["charges"] = append(list, charge)
	return err
}

// write makes a document and does with it what the verb says.
func (w *world) write(v verb, r *words) error {
	if v.qty == "" {
		v.qty = "qty"
	}
	lines, err := w.goods(r, v.qty)
	if err != nil {
		return err
	}
	body := map[string]any{"lines": lines}
	if v.reason != "" {
		body["reason"] = v.reason
	}
	draft, err := w.head(r, v, body)
	if err != nil {
		return err
	}
	if draft {
		v.then = ""
	}
	_, err = w.do(pipeline.Command{Def: v.def, Act: "create", Then: v.then}, body)
	return err
}

// document reads a noun and its number.
func (w *world) document(r *words) (*noun, int64, error) {
	n := nounOf(r.next())
	if n == nil {
		return nil, 0, fmt.Errorf("%w: a document must follow", errText)
	}
	nth, err := strconv.Atoi(r.next())
	if ids := w.made(n); err == nil && nth >= 1 && nth <= len(ids) {
		return n, ids[nth-1], nil
	}
	return nil, 0, fmt.Errorf("%w: there is no %s of this number", errText, n.word)
}

// quantity is a number, the unit it is in, the quantity in the second unit and the price: 5, 3箱, 10/123.4, 7个@0.50.
var quantity = regexp.MustCompile(`^([0-9.]+)(\p{Han}*)(?:/([0-9.]+))?(?:@([0-9.]+))?$`)

// figure reads a quantity into the fields of a line; false when it is none.
func (w *world) figure(text, qty string) (map[string]any, bool) {
	m := quantity.FindStringSubmatch(text)
	if m == nil {
		return map[string]any{qty: text}, text != ""
	}
	line := map[string]any{qty: m[1]}
	second := "qty2"
	if qty == "counted" {
		second = "counted2"
	}
	for field, value := range map[string]string{second: m[3], "price": m[4]} {
		if value != "" {
			line[field] = value
		}
	}
	if m[2] != "" {
		id, known := w.ids[m[2]]
		line["unit"] = id
		return line, known
	}
	return line, true
}

// amounts reads the quantities that follow.
func amounts(r *words) (list []string) {
	for quantity.MatchString(r.peek()) {
		list = append(list, r.next())
	}
	return list
}

// sendBack returns goods of a document, all that is left or the given quantities.
func (w *world) sendBack(v verb, r *words) error {
	_, source, err := w.document(r)
	if err != nil {
		return err
	}
	quantities := amounts(r)
	body := map[string]any{"source": source}
	draft, err := w.head(r, v, body)
	if err != nil {
		return err
	}
	rec, err := w.do(pipeline.Command{Def: v.def, Act: "create"}, body)
	if err != nil {
		return err
	}
	return w.shorten(v.def, resource.ID(v.def, rec), quantities, draft)
}

// shorten gives the lines of a draft these quantities, 0 takes a line away, and posts it.
func (w *world) shorten(d *kernel.Def, id int64, quantities []string, draft bool) error {
	if len(quantities) > 0 {
		rows := w.query("SELECT id FROM "+d.LineOf("lines").Table.Name+" WHERE parent = ? ORDER BY pos", id)
		if len(rows) != len(quantities) {
			return fmt.Errorf("%w: the document has %d lines", errText, len(rows))
		}
		lines := []map[string]any{}
		for i, qty := range quantities {
			if qty != "0" {
				line, ok := w.figure(qty, "qty")
				if !ok {
					return fmt.Errorf("%w: nothing is counted in %q", errText, qty)
				}
				line["id"] = rows[i][0]
				lines = append(lines, line)
			}
		}
		if _, err := w.do(pipeline.Command{Def: d, Act: "update", ID: id}, map[string]any{"lines": lines}); err != nil {
			return err
		}
	}
	if draft {
		return nil
	}
	_, err := w.do(pipeline.Command{Def: d, Act: "post", ID: id}, nil)
	return err
}

// act runs an action of a document.
func (w *world) act(name string, r *words) error {
	n, id, err := w.document(r)
	if err != nil {
		return err
	}
	switch name {
	case "place": // the orders that a quotation or a requisition asks for
		return w.place(n, id, r)
	case "deliver":
		return w.fulfil(pipeline.Command{Def: n.def, Act: "deliver", ID: id}, stock.Deliveries.Def, r)
	case "arrive":
		return w.fulfil(pipeline.Command{Def: n.def, Act: "receive", ID: id}, stock.Receipts.Def, r)
	case "modify":
		return w.modify(n, id, r)
	case "ship":
		return w.ship(n, id, r)
	case "change":
		return w.shorten(n.def, id, amounts(r), true)
	}
	var body map[string]any
	switch {
	case r.take("on"):
		body = map[string]any{"date": r.next()}
	case name == "settle" && r.peek() != "":
		if body, err = w.settling(r); err != nil {
			return err
		}
	}
	_, err = w.do(pipeline.Command{Def: n.def, Act: name, ID: id}, body)
	return err
}

// place makes the orders of a quotation or a requisition; from names the supplier of lines that have none.
func (w *world) place(n *noun, id int64, r *words) (err error) {
	body := map[string]any{}
	if r.take("from") {
		if body["supplier"], err = w.id(r.next()); err != nil {
			return err
		}
	}
	_, err = w.do(pipeline.Command{Def: n.def, Act: "order", ID: id}, body)
	return err
}

// fulfil makes what an order asks for, all that is left or the given quantities.
func (w *world) fulfil(cmd pipeline.Command, made *kernel.Def, r *words) error {
	quantities := amounts(r)
	body := map[string]any{"post": len(quantities) == 0}
	for len(r.left) > 0 {
		switch word := r.next(); word {
		case "on":
			body["date"] = r.next()
		case "draft":
			body["post"] = false
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	if _, err := w.do(cmd, body); err != nil || len(quantities) == 0 {
		return err
	}
	n := nounOf(strings.TrimPrefix(made.Name, "stock."))
	ids := w.made(n)
	return w.shorten(made, ids[len(ids)-1], quantities, false)
}

// debt gives the open item of a document.
func (w *world) debt(r *words) (int64, error) {
	n, id, err := w.document(r)
	if err != nil {
		return 0, err
	}
	rows := w.query("SELECT id FROM settlement_open_item WHERE source = ? AND source_id = ? ORDER BY id", n.def.Name, id)
	if len(rows) == 0 {
		return 0, fmt.Errorf("%w: this %s has no debt", errText, n.word)
	}
	return rows[0][0].(int64), nil
}

func (w *world) settling(r *words) (body map[string]any, err error) {
	body = map[string]any{}
	if nounOf(r.peek()) != nil {
		body["open_item"], err = w.debt(r)
	}
	if list := amounts(r); len(list) == 1 {
		body["amount"] = list[0]
	}
	return body, err
}

// money writes a receipt or payment.
func (w *world) money(v verb, r *words) error {
	body, draft, err := w.payment(v, r)
	if err != nil {
		return err
	}
	if draft {
		v.then = ""
	}
	_, err = w.do(pipeline.Command{Def: v.def, Act: "create", Then: v.then}, body)
	return err
}

// payment reads what a receipt or payment says: its money, and then anything else in any order.
func (w *world) payment(v verb, r *words) (body map[string]any, draft bool, err error) {
	body = map[string]any{}
	var lines, allocations []map[string]any
	line := func() map[string]any {
		if len(lines) == 0 {
			lines = append(lines, map[string]any{})
		}
		return lines[len(lines)-1]
	}
	if quantity.MatchString(strings.TrimPrefix(r.peek(), "-")) {
		line()["amount"] = r.next()
	}
	for len(r.left) > 0 && err == nil {
		word := r.next()
		field, known := v.fields[word]
		switch {
		case known:
			body[field], err = w.id(r.next())
		case word == "into", word == "out-of":
			line()["money_account"], err = w.id(r.next())
		case word == "and":
			lines = append(lines, map[string]any{"amount": r.next()})
		case word == "fee":
			line()["fee"] = r.next()
		case word == "on":
			body["date"] = r.next()
		case word == "noting":
			body["note"] = r.next()
		case word == "discount":
			body["discount"] = r.next()
		case word == "draft":
			draft = true
		case word == "for":
			var id int64
			id, err = w.debt(r)
			allocations = append(allocations, map[string]any{"open_item": id, "amount": r.next()})
		default:
			err = fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	if lines != nil {
		body["lines"] = lines
	}
	if allocations != nil {
		body["allocations"] = allocations
	}
	return body, draft, err
}

// begin writes the debts and the money that a firm starts with.
func (w *world) begin(r *words) (err error) {
	debts, money, body := []map[string]any{}, []map[string]any{}, map[string]any{}
	for len(r.left) > 0 && err == nil {
		word, one := r.next(), map[string]any{}
		switch word {
		case "on":
			body["date"] = r.next()
			continue
		case "owed", "owing", "having":
			one["amount"] = r.next()
			r.next() // by, to, in
		case "and":
			continue
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
		if word == "having" {
			one["money_account"], err = w.id(r.next())
			money = append(money, one)
			continue
		}
		one["side"] = map[string]string{"owed": settlement.Receivable, "owing": settlement.Payable}[word]
		one["party"], err = w.id(r.next())
		if r.take("since") {
			one["date"] = r.next()
		}
		debts = append(debts, one)
	}
	if err != nil {
		return err
	}
	body["debts"], body["money"] = debts, money
	_, err = w.do(pipeline.Command{Def: settlement.Openings.Def, Act: "create", Then: "post"}, body)
	return err
}

// book writes a voucher of two lines by hand.
func (w *world) book(r *words) error {
	amount, body := r.next(), map[string]any{}
	lines := map[string]map[string]any{}
	for len(r.left) > 0 {
		word := r.next()
		switch side := map[string]string{"to": "debit", "from": "credit"}[word]; {
		case side != "":
			rows := w.query("SELECT id FROM ledger_account WHERE code = ?", r.next())
			if len(rows) != 1 {
				return fmt.Errorf("%w: no such account", errText)
			}
			lines[side] = map[string]any{"summary": "手工凭证", "account": rows[0][0], side: amount}
		case word == "on":
			body["date"] = r.next()
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	body["lines"] = []any{lines["debit"], lines["credit"]}
	_, err := w.do(pipeline.Command{Def: ledger.Vouchers.Def, Act: "create"}, body)
	return err
}

// period runs an action of a month.
func (w *world) period(name, of string) error {
	rows := w.query("SELECT id FROM ledger_period WHERE month = ?", of)
	if len(rows) != 1 {
		return fmt.Errorf("%w: the books have no month %s", errText, of)
	}
	var body map[string]any
	if name == "reopen" {
		body = map[string]any{"reason": "更正"}
	}
	_, err := w.do(pipeline.Command{Def: ledger.Periods.Def, Act: name, ID: rows[0][0].(int64)}, body)
	return err
}

package auditor

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
)

// share is money on one account.
type share struct{ account, amount, fee int64 }

// payment is a receipt or payment as the model knows it.
type payment struct {
	id, party, discount int64
	incoming, posted    bool
	shares              []share
}

func (p *payment) def() *kernel.Def {
	if p.incoming {
		return settlement.Receipts.Def
	}
	return settlement.Payments.Def
}

// account books a payment in (sign 1) or out (sign -1).
func (w *world) account(p *payment, sign int64) {
	sum := p.discount
	for _, s := range p.shares {
		sum += s.amount
		if p.incoming {
			w.money[s.account] += sign * (s.amount - s.fee)
		} else {
			w.money[s.account] -= sign * (s.amount + s.fee)
		}
	}
	side := settlement.Payable
	if p.incoming {
		side = settlement.Receivable
	}
	w.debt[owing{p.party, side}] -= sign * sum
}

// pay writes a receipt or payment and posts it. Some are refunds, some give a discount.
func (w *world) pay() {
	p := &payment{incoming: w.chance(60)}
	p.party = pick(w, w.sellers)
	if p.incoming {
		p.party = pick(w, w.buyers)
	}
	var lines []string
	sign := int64(1)
	if w.chance(10) {
		sign = -1
	}
	for range w.some(2) {
		s := share{account: pick(w, w.accounts), amount: sign * w.some(40000)}
		if sign > 0 && w.chance(20) {
			s.fee = min(w.some(100), s.amount)
		}
		p.shares = append(p.shares, s)
		lines = append(lines, fmt.Sprintf(`{"money_account":%d,"amount":%q,"fee":%q}`, s.account, fen(s.amount), fen(s.fee)))
	}
	if sign > 0 && w.chance(15) {
		p.discount = w.some(200)
	}
	rec, err := w.do(pipeline.Command{Def: p.def(), Act: "create", Then: "post"}, fmt.Sprintf(`{"date":%q,"party":%d,"discount":%q,"lines":[%s]}`,
		w.day(), p.party, fen(p.discount), strings.Join(lines, ",")))
	if err == nil {
		p.id, p.posted = resource.ID(p.def(), rec), true
		w.payments = append(w.payments, p)
		w.account(p, 1)
	}
}

// rethink does something to a payment that is there: settle more or nothing, unpost, post again.
func (w *world) rethink() {
	if len(w.payments) == 0 {
		return
	}
	p := pick(w, w.payments)
	name := pick(w, []string{"settle", "settle", "unsettle", "unpost", "post"})
	body := ""
	if name == "settle" && w.chance(40) {
		body = fmt.Sprintf(`{"amount":%q}`, fen(w.some(5000)))
	}
	if _, err := w.do(pipeline.Command{Def: p.def(), Act: name, ID: p.id}, body); err != nil {
		return
	}
	switch name {
	case "unpost":
		p.posted = false
		w.account(p, -1)
	case "post":
		p.posted = true
		w.account(p, 1)
	}
}

// correct modifies a payment that is there: other amounts, another account, now and then another party or day.
func (w *world) correct() {
	if len(w.payments) == 0 {
		return
	}
	p := pick(w, w.payments)
	if !p.posted {
		return
	}
	now := *p
	now.shares = nil
	var lines []string
	rows := w.ids(fmt.Sprintf("SELECT id FROM settlement_payment_line WHERE parent = %d ORDER BY pos", p.id))
	for i, s := range p.shares {
		if w.chance(60) {
			sign := int64(1)
			if s.amount < 0 {
				sign = -1
			}
			s.amount = sign * (w.some(40000) + s.fee)
		}
		if w.chance(30) {
			s.account = pick(w, w.accounts)
		}
		now.shares = append(now.shares, s)
		lines = append(lines, fmt.Sprintf(`{"id":%d,"money_account":%d,"amount":%q}`, rows[i], s.account, fen(s.amount)))
	}
	head := []string{`"lines":[` + strings.Join(lines, ",") + "]"}
	if w.chance(20) {
		if now.party = pick(w, w.sellers); now.incoming {
			now.party = pick(w, w.buyers)
		}
		head = append(head, fmt.Sprintf(`"party":%d`, now.party))
	}
	if w.chance(20) {
		head = append(head, fmt.Sprintf(`"date":%q`, w.day()))
	}
	sheet, _ := json.Marshal("{" + strings.Join(head, ",") + "}")
	if _, err := w.do(pipeline.Command{Def: p.def(), Act: "modify", ID: p.id}, fmt.Sprintf(`{"sheet":%s}`, sheet)); err == nil {
		w.account(p, -1)
		*p = now
		w.account(p, 1)
	}
}

// begin brings debts and money that were there before.
func (w *world) begin() {
	var debts, money []string
	for _, list := range []struct {
		parties []int64
		side    string
	}{{w.buyers, settlement.Receivable}, {w.sellers, settlement.Payable}} {
		for _, id := range list.parties {
			amount := w.some(20000) - 4000
			if amount == 0 {
				continue
			}
			debts = append(debts, fmt.Sprintf(`{"party":%d,"side":%q,"amount":%q}`, id, list.side, fen(amount)))
			w.debt[owing{id, list.side}] += amount
		}
	}
	for _, id := range w.accounts {
		amount := w.some(100000)
		money = append(money, fmt.Sprintf(`{"money_account":%d,"amount":%q}`, id, fen(amount)))
		w.money[id] += amount
	}
	_, err := w.do(pipeline.Command{Def: settlement.Openings.Def, Act: "create", Then: "post"},
		`{"date":"2026-09-01","debts":[`+strings.Join(debts, ",")+`],"money":[`+strings.Join(money, ",")+"]}")
	w.must(err)
}

// ids gives the first column of a query.
func (w *world) ids(query string) (out []int64) {
	w.Helper()
	w.must(w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		rows, err := v.Query(query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			out = append(out, id)
		}
		return rows.Err()
	}))
	return out
}

// keepBooks does something with a voucher.
func (w *world) keepBooks() {
	all := w.ids("SELECT id FROM ledger_voucher")
	_, _ = w.do(pipeline.Command{Def: ledger.Vouchers.Def, Act: pick(w, []string{"review", "review", "post", "unreview", "void", "reverse"}), ID: pick(w, all)}, "")
}

// writeVoucher books paper bought with cash, by hand; sometimes it is cancelled later on.
func (w *world) writeVoucher() {
	if len(w.vouchers) > 0 && w.chance(30) {
		id := pick(w, w.vouchers)
		for _, name := range []string{"post", "reverse"} {
			_, _ = w.do(pipeline.Command{Def: ledger.Vouchers.Def, Act: name, ID: id}, "")
		}
		return
	}
	accounts := w.ids("SELECT id FROM ledger_account WHERE code IN ('1001', '560202') ORDER BY code")
	amount := fen(w.some(5000))
	rec, err := w.do(pipeline.Command{Def: ledger.Vouchers.Def, Act: "create"}, fmt.Sprintf(
		`{"date":%q,"lines":[{"summary":"办公用品","account":%d,"debit":%q},{"summary":"办公用品","account":%d,"credit":%q}]}`, w.day(), accounts[1], amount, accounts[0], amount))
	if err == nil {
		w.vouchers = append(w.vouchers, resource.ID(ledger.Vouchers.Def, rec))
	}
}

// endMonth posts, carries forward, closes or reopens a period. Closing is tried as a whole, and mostly undone soon.
func (w *world) endMonth() {
	periods := w.ids("SELECT id FROM ledger_period ORDER BY month")
	names := pick(w, [][]string{{"post"}, {"carry"}, {"post", "carry", "post", "close"}, {"reopen"}, {"reopen"}, {"reopen"}})
	id := periods[0]
	if names[0] == "reopen" || w.chance(30) {
		id = pick(w, periods)
	}
	for _, name := range names {
		body := ""
		if name == "reopen" {
			body = `{"reason":"更正"}`
		}
		if _, err := w.do(pipeline.Command{Def: ledger.Periods.Def, Act: name, ID: id}, body); err != nil {
			return
		}
	}
}

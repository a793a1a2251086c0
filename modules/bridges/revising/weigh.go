package revising

import (
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// effect is the answer: what is different, part by part, and what to mind.
type effect struct {
	Waits    bool      `json:"waits"`
	Sections []section `json:"sections"`
	Warnings []string  `json:"warnings"`
}

type section struct {
	Title string `json:"title"`
	Note  string `json:"note,omitempty"`
	Rows  []row  `json:"rows"`
}

type row struct {
	Label  string `json:"label"`
	Kind   string `json:"kind"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// weighing knows what a modification may touch: the sheet as it was and as it shall be.
type weighing struct {
	actor  *kernel.Actor
	def    *kernel.Def
	today  clock.Date
	sheets [2]*stock.Document
	names  map[string]string
	places [][2]int64
}

// scales is what stands there at one moment.
type scales struct {
	hands          map[string]money.Qty
	debts, advance map[int64]money.Amount
	gross, cost    money.Amount
	funds          map[int64]money.Amount // what the sheet moves on each account
	booked         booked
}

// debtOf gives the way of asking what a party owes, or is owed; nil where the sheet makes no debt.
func (w *weighing) debtOf() (kernel.Text, func(*kernel.View, int64) (debt, advance money.Amount, err error)) {
	switch w.sheets[0].Kind {
	case stock.KindDelivery, stock.KindSalesReturn:
		return kernel.T("应收", "Owes us"), settlement.Debt
	case stock.KindReceipt, stock.KindPurchaseReturn:
		return kernel.T("应付", "We owe"), settlement.Owed
	}
	return kernel.Text{}, nil
}

func (w *weighing) read(tx *kernel.Tx, doc *stock.Document) (s scales, err error) {
	if w.names == nil {
		if err := w.known(tx.View); err != nil {
			return s, err
		}
	}
	s = scales{debts: map[int64]money.Amount{}, advance: map[int64]money.Amount{}, gross: doc.Gross, cost: doc.Cost}
	if s.hands, err = handsOf(tx.View, w.places); err != nil {
		return s, err
	}
	if _, ask := w.debtOf(); ask != nil {
		for _, d := range w.sheets {
			if s.debts[d.Party], s.advance[d.Party], err = ask(tx.View, d.Party); err != nil {
				return s, err
			}
		}
	}
	s.funds = fundsOf(doc)
	s.booked, err = bookedFor(tx.View, w.def.Name, doc.ID)
	return s, err
}

// accounts are those on which money changes hands with the sheet, before or after.
func (w *weighing) accounts() (ids []int64) {
	for _, d := range w.sheets {
		for _, m := range d.Money {
			if !slices.Contains(ids, m.MoneyAccount) {
				ids = append(ids, m.MoneyAccount)
			}
		}
	}
	return ids
}

// fundsOf is what a sheet moves on each account: what comes in, less what goes out.
func fundsOf(doc *stock.Document) map[int64]money.Amount {
	sign := money.Amount(1)
	if doc.Kind == stock.KindSalesReturn || doc.Kind == stock.KindReceipt {
		sign = -1
	}
	out := map[int64]money.Amount{}
	for _, m := range doc.Money {
		out[m.MoneyAccount] += sign * m.Amount
	}
	return out
}

// moneyNote says of which day the money is that comes with the modification.
func (w *weighing) moneyNote() string {
	added, left := stock.MoneyAdded(w.sheets[0], w.sheets[1])
	if day := max(w.sheets[1].Date, w.today); left && len(added) > 0 {
		return messages.Text(w.actor.Lang, "revising.money_today", map[string]any{"date": string(day)})
	}
	return ""
}

// known reads names, and the places that the sheets touch.
func (w *weighing) known(v *kernel.View) error {
	w.names = map[string]string{}
	var items, houses, parties []int64
	for _, d := range w.sheets {
		houses, parties = append(houses, d.Warehouse, d.ToWarehouse), append(parties, d.Party)
		for _, l := range d.Lines {
			items = append(items, l.Item)
			for _, house := range []int64{d.Warehouse, d.ToWarehouse} {
				if p := [2]int64{l.Item, house}; house != 0 && !slices.Contains(w.places, p) {
					w.places = append(w.places, p)
				}
			}
		}
	}
	for _, of := range []struct {
		word string
		def  *kernel.Def
		ids  []int64
	}{{"item ", item.Items.Def, items}, {"house ", warehouse.Warehouses.Def, houses}, {"party ", party.Parties.Def, parties},
		{"account ", settlement.MoneyAccounts.Def, w.accounts()}} {
		ids := map[int64]bool{}
		for _, id := range of.ids {
			ids[id] = true
		}
		labels, err := resource.NamesOf(v, map[string]map[int64]bool{of.def.Name: ids})
		if err != nil {
			return err
		}
		for id, label := range labels[of.def.Name] {
			w.names[fmt.Sprint(of.word, id)] = label
		}
	}
	return nil
}

// compare tells what is different.
func (w *weighing) compare(a, b scales) *effect {
	lang := w.actor.Lang
	out := &effect{Sections: []section{}, Warnings: []string{}}
	add := func(title kernel.Text, note string, rows []row) {
		if rows = slices.DeleteFunc(rows, func(r row) bool { return r.Before == r.After }); len(rows) > 0 {
			out.Sections = append(out.Sections, section{title.In(lang), note, rows})
		}
	}
	if gross := w.def.ByName["gross"]; gross != nil && w.actor.Sees(gross.Right) {
		add(kernel.T("金额", "Amount"), "", []row{{gross.Label.In(lang), "amount", a.gross.String(), b.gross.String()}})
	}
	var hands []row
	for _, p := range w.places {
		key := fmt.Sprint(p[0], " ", p[1])
		name := w.names[fmt.Sprint("item ", p[0])]
		hands = append(hands, row{name + " · " + w.names[fmt.Sprint("house ", p[1])], "qty", a.hands[key].String(), b.hands[key].String()})
		if now := b.hands[key]; now < 0 && now < a.hands[key] {
			out.Warnings = append(out.Warnings, messages.Text(lang, "revising.short", map[string]any{"item": name, "left": now.String()}))
		}
	}
	add(kernel.T("库存", "Stock"), "", hands)
	if word, ask := w.debtOf(); ask != nil && w.actor.Sees("credit") {
		add(kernel.T("往来", "Debts"), "", w.owed(word.In(lang), a, b, out))
	}
	var funds []row
	for _, id := range w.accounts() {
		funds = append(funds, row{w.names[fmt.Sprint("account ", id)], "amount", a.funds[id].String(), b.funds[id].String()})
	}
	if paid := w.def.ByName["paid_now"]; paid != nil && w.actor.Sees(paid.Right) {
		add(kernel.T("账户收支", "Money on the accounts"), w.moneyNote(), funds)
	}
	if w.actor.Sees("cost") {
		add(kernel.T("成本", "Cost"), "", []row{{kernel.T("这张单据的成本", "Cost of this sheet").In(lang), "amount", a.cost.String(), b.cost.String()}})
	}
	if w.actor.Can("ledger.voucher", "read") {
		add(kernel.T("凭证", "Voucher"), w.voucherNote(a), w.vouchers(a, b))
	}
	return out
}

// owed compares debts and advances of the parties; what a receipt settled and settles no more is told.
func (w *weighing) owed(word string, a, b scales, out *effect) (rows []row) {
	var seen []int64
	for _, d := range w.sheets {
		if slices.Contains(seen, d.Party) {
			continue
		}
		seen = append(seen, d.Party)
		name := w.names[fmt.Sprint("party ", d.Party)]
		rows = append(rows, row{name + " · " + word, "amount", a.debts[d.Party].String(), b.debts[d.Party].String()},
			row{name + " · " + kernel.T("预收/预付", "Advance").In(w.actor.Lang), "amount", a.advance[d.Party].String(), b.advance[d.Party].String()})
		if more := b.advance[d.Party] - a.advance[d.Party]; more > 0 {
			out.Warnings = append(out.Warnings, messages.Text(w.actor.Lang, "revising.advance", map[string]any{"party": name, "amount": money.Format(more)}))
		}
	}
	return rows
}

func (w *weighing) vouchers(a, b scales) (rows []row) {
	for _, account := range append(slices.Clone(a.booked.order), b.booked.order...) {
		if !slices.ContainsFunc(rows, func(r row) bool { return strings.HasSuffix(r.Label, " "+account) }) {
			before, after, word := a.booked.by[account], b.booked.by[account], kernel.T("借", "Dr")
			if before < 0 || before == 0 && after < 0 { // what stands on the credit side
				before, after, word = -before, -after, kernel.T("贷", "Cr")
			}
			rows = append(rows, row{word.In(w.actor.Lang) + " " + account, "amount", before.String(), after.String()})
		}
	}
	return rows
}

// voucherNote says what becomes of the voucher.
func (w *weighing) voucherNote(a scales) string {
	code := "revising.rewritten"
	switch a.booked.state {
	case "":
		return ""
	case "posted":
		code = "revising.red"
	}
	return messages.Text(w.actor.Lang, code, map[string]any{"number": a.booked.number})
}

package revising

import (
	"maps"
	"slices"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
)

// moneySheets are the sheets of money that may be modified.
func moneySheets() []*kernel.Def {
	return []*kernel.Def{settlement.Receipts.Def, settlement.Payments.Def, settlement.Expenses.Def, settlement.Incomes.Def, settlement.Transfers.Def}
}

// tryMoney is try for a sheet of money.
func (q question) tryMoney(tx *kernel.Tx) (*effect, error) {
	if err := resource.See(tx.View, q.def, q.id); err != nil {
		return nil, err
	}
	locked, err := resource.LockMany(tx, q.def, []int64{q.id})
	if err != nil {
		return nil, err
	}
	rec := locked[q.id]
	if rec == nil {
		return nil, problem.Missing(q.def.Name, q.id)
	}
	if q.version != 0 && resource.VersionOf(q.def, rec) != q.version {
		return nil, problem.Conflicted("version")
	}
	if _, err := settlement.Changed(tx.View, rec, q.change); err != nil { // judged as who asks
		return nil, err
	}
	p := &purse{actor: tx.Actor, def: q.def, id: q.id, before: resource.Clone(q.def, rec)}
	out := &effect{}
	err = tx.AsSystem(func() error {
		next, err := settlement.Changed(tx.View, rec, q.change)
		if err != nil {
			return err
		}
		p.parties = slices.Compact(append(partiesOf(p.before), partiesOf(next)...))
		before, err := p.read(tx, rec)
		if err != nil {
			return err
		}
		answer, err := gate.Ask.Of(tx.Company)(tx, gate.Question{Def: q.def, Rec: rec, Act: act, Input: q.change})
		if err != nil {
			return err
		}
		if err := settlement.Modify(tx, rec, q.change); err != nil {
			return err
		}
		if err := sealed(tx); err != nil {
			return err
		}
		after, err := p.read(tx, rec)
		if err == nil {
			out, err = p.compare(tx.View, before, after)
			out.Waits = answer.Wait
		}
		return err
	})
	return out, err
}

// purse knows what the modification of a sheet of money may touch.
type purse struct {
	actor   *kernel.Actor
	def     *kernel.Def
	id      int64
	before  any
	parties []int64
}

func partiesOf(rec any) []int64 {
	if p, ok := rec.(*settlement.Payment); ok {
		return []int64{p.Party}
	}
	return nil
}

// funds is what stands there at one moment: what the sheet moves on each account, what is between the firm and the parties,
// what the sheet settles of each debt, and the voucher.
type funds struct {
	accounts       []int64
	moved          map[int64]money.Amount
	debts, advance map[int64]money.Amount
	settles        map[string]money.Amount
	booked         booked
}

func (p *purse) read(tx *kernel.Tx, rec any) (f funds, err error) {
	f = funds{moved: map[int64]money.Amount{}, debts: map[int64]money.Amount{}, advance: map[int64]money.Amount{}}
	add := func(account int64, amount money.Amount) {
		if !slices.Contains(f.accounts, account) {
			f.accounts = append(f.accounts, account)
		}
		f.moved[account] += amount
	}
	switch r := rec.(type) {
	case *settlement.Payment:
		for _, l := range r.Lines {
			if r.Side() == settlement.Payable {
				add(l.MoneyAccount, -l.Amount-l.Fee)
			} else {
				add(l.MoneyAccount, l.Amount-l.Fee)
			}
		}
		if f.settles, err = settledBy(tx.View, p.id); err != nil {
			return f, err
		}
	case *settlement.Cash:
		add(r.MoneyAccount, r.Sign()*r.Amount)
	case *settlement.Transfer:
		add(r.FromAccount, -r.Amount-r.Fee)
		add(r.ToAccount, r.Amount)
	}
	ask := settlement.Debt
	if p.def == settlement.Payments.Def {
		ask = settlement.Owed
	}
	for _, id := range p.parties {
		if f.debts[id], f.advance[id], err = ask(tx.View, id); err != nil {
			return f, err
		}
	}
	f.booked, err = bookedFor(tx.View, p.def.Name, p.id)
	return f, err
}

// compare tells what is different.
func (p *purse) compare(v *kernel.View, a, b funds) (*effect, error) {
	lang := p.actor.Lang
	out := &effect{Sections: []section{}, Warnings: []string{}}
	add := func(title kernel.Text, note string, rows []row) {
		if rows = slices.DeleteFunc(rows, func(r row) bool { return r.Before == r.After }); len(rows) > 0 {
			out.Sections = append(out.Sections, section{title.In(lang), note, rows})
		}
	}
	accounts := slices.Concat(a.accounts, b.accounts)
	slices.Sort(accounts)
	names, err := resource.Labels(v, settlement.MoneyAccounts.Def, accounts)
	if err != nil {
		return out, err
	}
	var rows []row
	for _, id := range slices.Compact(accounts) {
		rows = append(rows, row{names[id], "amount", a.moved[id].String(), b.moved[id].String()})
	}
	add(kernel.T("账户收支", "Money on the accounts"), "", rows)
	if p.actor.Sees("credit") {
		if rows, err = p.owed(v, a, b, out); err != nil {
			return out, err
		}
		add(kernel.T("往来", "Debts"), "", rows)
	}
	add(kernel.T("核销", "What it settles"), "", settles(a, b))
	if p.actor.Can("ledger.voucher", "read") {
		w := &weighing{actor: p.actor}
		add(kernel.T("凭证", "Voucher"), w.voucherNote(scales{booked: a.booked}), w.vouchers(scales{booked: a.booked}, scales{booked: b.booked}))
	}
	return out, nil
}

// owed compares debts and advances of the parties.
func (p *purse) owed(v *kernel.View, a, b funds, out *effect) (rows []row, err error) {
	names, err := resource.Labels(v, party.Parties.Def, p.parties)
	if err != nil {
		return nil, err
	}
	word := kernel.T("应收", "Owes us")
	if p.def == settlement.Payments.Def {
		word = kernel.T("应付", "We owe")
	}
	for _, id := range p.parties {
		rows = append(rows, row{names[id] + " · " + word.In(p.actor.Lang), "amount", a.debts[id].String(), b.debts[id].String()},
			row{names[id] + " · " + kernel.T("预收/预付", "Advance").In(p.actor.Lang), "amount", a.advance[id].String(), b.advance[id].String()})
		if more := b.advance[id] - a.advance[id]; more > 0 {
			out.Warnings = append(out.Warnings, messages.Text(p.actor.Lang, "revising.unused", map[string]any{"party": names[id], "amount": money.Format(more)}))
		}
	}
	return rows, nil
}

// settles compares what the sheet settles of each debt.
func settles(a, b funds) (rows []row) {
	numbers := slices.Sorted(maps.Keys(a.settles))
	for number := range b.settles {
		if _, seen := a.settles[number]; !seen {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		rows = append(rows, row{number, "amount", a.settles[number].String(), b.settles[number].String()})
	}
	return rows
}

package ledger

import (
	"cmp"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Parts of the closing of a period, each a voucher.
const (
	partIncome  = "income"
	partExpense = "expense"
	partYear    = "year"
)

// leftover is what stands on an account with its dimensions, debit positive.
type leftover struct {
	key    balanceKey // period is ""
	kind   string
	amount money.Amount
}

// carryForward makes the closing vouchers of a period (结转损益): income to the profit of the year, expenses to it, and in
// December that to the retained profit. Unposted ones made before are replaced, posted ones stay and the rest is carried.
func carryForward(tx *kernel.Tx, p *Period, _ any) error {
	ch, err := chartOf(tx.View)
	if err != nil {
		return err
	}
	current, err := ch.account(&Entry{Role: "current_profit"})
	if err != nil {
		return err
	}
	left, err := leftovers(tx, p, current.ID)
	if err != nil {
		return err
	}
	profit := money.Amount(0) // credit positive
	for _, part := range []string{partIncome, partExpense} {
		var entries []Entry
		total := money.Amount(0)
		for _, l := range left {
			if l.kind == part {
				entries = append(entries, l.opposite())
				total -= l.amount
			}
		}
		if len(entries) > 0 {
			entries = append(entries, turn(current.ID, -total))
		}
		planCarry(tx, p, part, entries)
		profit += total
	}
	var year []Entry
	for _, l := range left {
		if l.key.account == current.ID {
			profit -= l.amount
		}
	}
	if p.Month.Number() == 12 && profit != 0 {
		year = []Entry{turn(current.ID, profit), {Role: "retained"}}
		year[1].Debit, year[1].Credit = year[0].Credit, year[0].Debit
	}
	planCarry(tx, p, partYear, year)
	return nil
}

// opposite is the line that empties the account.
func (l *leftover) opposite() Entry {
	e := turn(l.key.account, -l.amount)
	e.Party, e.Person, e.Department, e.Item = l.key.party, l.key.person, l.key.department, l.key.item
	return e
}

// turn books an amount that is debit positive.
func turn(account int64, amount money.Amount) Entry {
	if amount < 0 {
		return Entry{Account: account, Credit: -amount}
	}
	return Entry{Account: account, Debit: amount}
}

func planCarry(tx *kernel.Tx, p *Period, part string, entries []Entry) {
	summaries := map[string]kernel.Text{
		partIncome: kernel.T("结转本期收入", "Income carried forward"), partExpense: kernel.T("结转本期费用", "Expenses carried forward"),
		partYear: kernel.T("结转本年利润", "Profit of the year carried forward"),
	}
	plan := plansOf(tx).of(Source{Resource: namePeriod, ID: p.ID, Part: part})
	plan.Date, plan.Summary = p.Month.Last(), summaries[part].In(language(tx.Company))
	plan.closing, plan.withdrawn, plan.entries = true, true, entries
}

// leftovers gives what stands on income and expense accounts and on the profit of the year at the end of the period,
// without the closing vouchers that are about to be replaced.
func leftovers(tx *kernel.Tx, p *Period, current int64) ([]leftover, error) {
	ch, err := chartOf(tx.View)
	if err != nil {
		return nil, err
	}
	sums, err := profitBalances(tx.View, p.Month, current)
	if err != nil {
		return nil, err
	}
	ids, err := unpostedClosing(tx.View, p.ID)
	if err != nil {
		return nil, err
	}
	recs, err := resource.LockMany(tx, tx.Company.Def(nameVoucher), ids)
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		out := newChanges()
		out.book(rec.(*Voucher), -1)
		for key, s := range out.balances {
			key.period = ""
			sums[key] += money.Amount(s.debit - s.credit)
		}
	}
	var list []leftover
	for key, amount := range sums {
		a := ch.byID[key.account]
		if amount != 0 && a != nil && (a.Kind == partIncome || a.Kind == partExpense || a.ID == current) {
			list = append(list, leftover{key, a.Kind, amount})
		}
	}
	slices.SortFunc(list, func(a, b leftover) int {
		return cmp.Or(cmp.Compare(ch.byID[a.key.account].Code, ch.byID[b.key.account].Code), a.key.compare(b.key))
	})
	return list, nil
}

package insight

import (
	"cmp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/settlement"
)

// keepMoney keeps what moved on each money account in each month, so that the home page need not add up all receipts and
// payments that ever were.
func keepMoney(c *kernel.Company) {
	settlement.MoneyPosted.On(c, "insight", func(tx *kernel.Tx, p *settlement.Payment) error { return paid(tx, p, 1) })
	settlement.MoneyUnposted.On(c, "insight", func(tx *kernel.Tx, p *settlement.Payment) error { return paid(tx, p, -1) })
	settlement.Opened.On(c, "insight", func(tx *kernel.Tx, o *settlement.Opening) error { return begun(tx, o, 1) })
	settlement.Unopened.On(c, "insight", func(tx *kernel.Tx, o *settlement.Opening) error { return begun(tx, o, -1) })
	settlement.CashPosted.On(c, "insight", func(tx *kernel.Tx, s *settlement.Cash) error { return spent(tx, s, 1) })
	settlement.CashUnposted.On(c, "insight", func(tx *kernel.Tx, s *settlement.Cash) error { return spent(tx, s, -1) })
	settlement.Transferred.On(c, "insight", func(tx *kernel.Tx, s *settlement.Transfer) error { return carried(tx, s, 1) })
	settlement.Untransferred.On(c, "insight", func(tx *kernel.Tx, s *settlement.Transfer) error { return carried(tx, s, -1) })
	c.AddSeal(moneySeal, "insight.money", writeMoney)
}

// purse is a money account in a month.
type purse struct {
	account int64
	month   clock.Month
}

// paid notes what a receipt brought or a payment took, the fee taken off; times −1 when it is taken back.
func paid(tx *kernel.Tx, p *settlement.Payment, sign money.Amount) error {
	for _, l := range p.Lines {
		amount := l.Amount
		if p.Kind == settlement.KindPayment {
			amount = -amount
		}
		if err := keep(tx, purse{l.MoneyAccount, p.Date.Month()}, sign*(amount-l.Fee)); err != nil {
			return err
		}
	}
	return nil
}

func begun(tx *kernel.Tx, o *settlement.Opening, sign money.Amount) error {
	for _, l := range o.Money {
		if err := keep(tx, purse{l.MoneyAccount, o.Date.Month()}, sign*l.Amount); err != nil {
			return err
		}
	}
	return nil
}

// spent notes what an expense took or an income brought; times −1 when it is taken back.
func spent(tx *kernel.Tx, s *settlement.Cash, sign money.Amount) error {
	return keep(tx, purse{s.MoneyAccount, s.Date.Month()}, sign*s.Sign()*s.Amount)
}

// carried notes what left one account, with the fee, and reached another.
func carried(tx *kernel.Tx, s *settlement.Transfer, sign money.Amount) error {
	if err := keep(tx, purse{s.FromAccount, s.Date.Month()}, -sign*(s.Amount+s.Fee)); err != nil {
		return err
	}
	return keep(tx, purse{s.ToAccount, s.Date.Month()}, sign*s.Amount)
}

var moneyTable = &store.Table{Name: "insight_money", Columns: []string{"money_account", "month", "amount"}}

func writeMoney(tx *kernel.Tx) error {
	return writeKept(tx, moneyTable, func(a, b purse) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.month, b.month))
	}, func(p purse) []any { return []any{p.account, string(p.month)} })
}

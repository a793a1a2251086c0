package insight

import (
	"cmp"
	"maps"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/settlement"
)

// moneySeal is behind the books, whose rows others wait for as well, so that nobody waits long for an account.
const moneySeal = 110

// keepMoney keeps what moved on each money account in each month, so that the home page need not add up all receipts and
// payments that ever were.
func keepMoney(c *kernel.Company) {
	settlement.MoneyPosted.On(c, "insight", func(tx *kernel.Tx, p *settlement.Payment) error { return paid(tx, p, 1) })
	settlement.MoneyUnposted.On(c, "insight", func(tx *kernel.Tx, p *settlement.Payment) error { return paid(tx, p, -1) })
	settlement.Opened.On(c, "insight", func(tx *kernel.Tx, o *settlement.Opening) error { return begun(tx, o, 1) })
	settlement.Unopened.On(c, "insight", func(tx *kernel.Tx, o *settlement.Opening) error { return begun(tx, o, -1) })
	c.AddSeal(moneySeal, "insight.money", writeMoney)
}

// purse is a money account in a month.
type purse struct {
	account int64
	month   clock.Month
}

type purses struct{ moved map[purse]money.Amount }

type pursesKey struct{}

func pursesOf(tx *kernel.Tx) map[purse]money.Amount {
	return kernel.Local(tx, pursesKey{}, func() *purses { return &purses{map[purse]money.Amount{}} }).moved
}

// paid notes what a receipt brought or a payment took, the fee taken off; times −1 when it is taken back.
func paid(tx *kernel.Tx, p *settlement.Payment, sign money.Amount) error {
	for _, l := range p.Lines {
		amount := l.Amount
		if p.Kind == settlement.KindPayment {
			amount = -amount
		}
		if err := move(tx, purse{l.MoneyAccount, p.Date.Month()}, sign*(amount-l.Fee)); err != nil {
			return err
		}
	}
	return nil
}

func begun(tx *kernel.Tx, o *settlement.Opening, sign money.Amount) error {
	for _, l := range o.Money {
		if err := move(tx, purse{l.MoneyAccount, o.Date.Month()}, sign*l.Amount); err != nil {
			return err
		}
	}
	return nil
}

func move(tx *kernel.Tx, p purse, amount money.Amount) error {
	moved := pursesOf(tx)
	sum, err := money.Add(moved[p], amount)
	moved[p] = sum
	return err
}

var moneyTable = &store.Table{Name: "insight_money", Columns: []string{"money_account", "month", "amount"}}

// writeMoney adds what the unit moved, in one order for everybody.
func writeMoney(tx *kernel.Tx) error {
	moved := pursesOf(tx)
	maps.DeleteFunc(moved, func(_ purse, amount money.Amount) bool { return amount == 0 })
	keys := slices.SortedFunc(maps.Keys(moved), func(a, b purse) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.month, b.month))
	})
	var rows []any
	for _, k := range keys {
		rows = append(rows, k.account, string(k.month), int64(moved[k]))
	}
	return moneyTable.Upsert(tx.Unit, rows, "ON CONFLICT (money_account, month) DO UPDATE SET amount = insight_money.amount + excluded.amount")
}

package settlement

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// DebtBefore gives what stood between the firm and the party on that side just before a document made its debt, in the order
// of the statement of account: earlier days first, within a day what was written down first. It is the same whenever it
// is asked, unless somebody changes that past. For a document that has made no debt it is what stands between them now,
// in which money that was taken with it is an advance already. Like Debt it asks for no scope.
func DebtBefore(v *kernel.View, c Counter, sheet Sheet) (money.Amount, error) {
	before, found, err := debtBeforeSheet(v, asOf{side: c.Side, party: c.Party}, sheet)
	if err != nil || found {
		return before, err
	}
	owed, advance, err := debtOf(v, c.Side, c.Party)
	if err != nil {
		return 0, err
	}
	return money.Sub(owed, advance)
}

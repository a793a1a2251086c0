package settlement

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// Before asks what stood between the firm and a party before a sheet.
type Before struct {
	Party int64
	Side  string
	Sheet Sheet
	// Booked is the day of a sheet that is in the books, empty for any other.
	Booked clock.Date
	// Money are the receipts or payments that changed hands with the sheet: they are not part of what stood before it.
	Money []int64
}

// DebtBefore gives what stood between the firm and the party on that side just before a document made its debt, in the order
// of the statement of account: earlier days first, within a day what was written down first. It is the same whenever it
// is asked, unless somebody changes that past. A document that is in the books and made no debt stands in its day where
// it was written down; for any other it is what stands between them now. Like Debt it asks for no scope.
func DebtBefore(v *kernel.View, q Before) (money.Amount, error) {
	day, at, found, err := placeOfDebt(v, q.Side, q.Sheet)
	if err != nil {
		return 0, err
	}
	if !found {
		day, at = q.Booked, q.Sheet.ID
	}
	if day != "" {
		return debtBeforeSheet(v, q, day, at)
	}
	owed, advance, err := debtOf(v, q.Side, q.Party)
	if err != nil {
		return 0, err
	}
	own, err := paidWith(v, q.Money)
	if err != nil {
		return 0, err
	}
	return money.Sum(owed, -advance, own)
}

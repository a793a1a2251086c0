package billing

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// lastTaken is the newest day of money that changed hands with a sheet, taken back or not; "" where none did.
func lastTaken(v *kernel.View, hop string, sheet int64) (day clock.Date, err error) {
	_, err = v.Scan([]any{&day}, "SELECT p.date FROM links l JOIN settlement_payment p ON p.id = l.target WHERE l.kind = ? AND l.source = ? ORDER BY p.date DESC LIMIT 1", hop, sheet)
	return day, err
}

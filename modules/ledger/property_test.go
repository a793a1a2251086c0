package ledger_test

import (
	"testing"

	"pgregory.net/rapid"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// TestBalancesFollowAnyBusiness lets people and documents do anything in any order: whatever is refused or done, balances
// are the sums of the entries, vouchers balance and numbers have no gaps.
func TestBalancesFollowAnyBusiness(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		months := []clock.Month{"2026-01", "2026-02", "2026-03"}
		rapid.Check(t, func(rt *rapid.T) {
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				month := rapid.SampledFrom(months).Draw(rt, "month")
				id := rapid.Int64Range(1, 5).Draw(rt, "document")
				amount := money.Amount(rapid.Int64Range(-500, 5000).Draw(rt, "amount"))
				step := rapid.SampledFrom([]string{"sale", "sale", "withdraw", "write", "post", "void", "reverse", "carry", "all"}).Draw(rt, "step")
				switch step {
				case "sale":
					_ = o.try(func(tx *kernel.Tx) error { return o.sale(tx, id, month.First(), amount) })
				case "withdraw":
					_ = o.try(func(tx *kernel.Tx) error { return ledger.Withdraw(tx, "stock.delivery", id) })
				case "write":
					o.write(string(month.Last()), "x", "1001 D "+amountText(amount), "560202 C "+amountText(amount)+" shop")
				case "carry":
					_ = o.act(ledger.Periods.Def, o.period(month), "carry")
				case "all":
					_ = o.act(ledger.Periods.Def, o.period(month), "post")
				default:
					_ = o.act(ledger.Vouchers.Def, idOf(o, string(month), id), step)
				}
			}
			for _, fault := range o.audit() {
				rt.Error(fault)
			}
		})
		var n int64
		o.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM ledger_voucher WHERE state = 'posted' AND reversed_by IS NOT NULL")
			return err
		})
		if n == 0 {
			t.Error("nothing was reversed: the business is too tame")
		}
	})
}

// amountText avoids zero, which no voucher line may be.
func amountText(a money.Amount) string {
	if a == 0 {
		a = 1
	}
	return a.String()
}

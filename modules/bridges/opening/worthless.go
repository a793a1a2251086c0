package opening

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Worthless is the code of the question whether goods may be in stock that cost nothing: what is sold of them would be all
// profit. Who repeats his request with it among what he agrees to has answered with yes.
const Worthless = "opening.worthless"

// worthless asks whoever can be asked, and sees costs, about goods without a cost.
func worthless(tx *kernel.Tx, b *Balance) error {
	who := tx.Behalf
	if !who.Asks || !who.Sees("cost") || slices.Contains(who.Agrees, Worthless) {
		return nil
	}
	var rows []int
	for i := range b.Stock {
		if b.Stock[i].Amount == 0 && b.Stock[i].Qty != 0 {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return problem.Rule(Worthless, "count", len(rows), "row", rows[0]+1).At(join("stock", rows[0], "price"))
}

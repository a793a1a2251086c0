package valuation

import (
	"fmt"

	"zhanggui/modules/kernel/money"
)

// Replay values the moves in order, starting at opening: the same as calling
// Apply for each, at the cost of one check of the opening pool. It serves
// re-costing after a back-dated move. The error of a move names its index
// (from zero) and wraps the error of Apply; there are no results then and the
// opening pool comes back.
func Replay(m Method, opening Pool, moves []Move) ([]Result, Pool, error) {
	p, err := prepare(m, opening)
	if err != nil {
		return nil, opening, err
	}
	results := make([]Result, len(moves))
	for i, mv := range moves {
		if results[i], err = step(m, &p, mv); err != nil {
			return nil, opening, fmt.Errorf("move %d: %w", i, err)
		}
	}
	// Consumed layers stand before the first one in memory: let go of them.
	p.Layers = append([]Layer(nil), p.Layers...)
	return results, p, nil
}

// Adjustments returns, move by move, by how much the value of each move
// changes: after − before, in the sign of Result.Value (−5.00 on an issue: it
// costs 5.00 more). Both come from Apply or Replay on the same moves in the
// same order; a back-dated move is valued apart and left out of both. Where
// one is longer, the other counts as zero there.
//
// Together with VarianceAdjustments it accounts for the closing pool: its
// value changes by the change of the opening value plus both sums.
func Adjustments(before, after []Result) []money.Amount {
	return differences(before, after, func(r Result) money.Amount { return r.Value })
}

// VarianceAdjustments is Adjustments for Result.Variance: what the adjustment
// voucher brings to the variance role.
func VarianceAdjustments(before, after []Result) []money.Amount {
	return differences(before, after, func(r Result) money.Amount { return r.Variance })
}

// differences cannot wrap: results stay within ±(2^62 − 1).
func differences(before, after []Result, figure func(Result) money.Amount) []money.Amount {
	out := make([]money.Amount, max(len(before), len(after)))
	for i, r := range after {
		out[i] = figure(r)
	}
	for i, r := range before {
		out[i] -= figure(r)
	}
	return out
}

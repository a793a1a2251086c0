package check

import "math/big"

// nearest gives a × b ÷ c, rounded half away from zero; c is not zero. Nothing overflows on the way; a result that does
// not fit is told by ok.
func nearest(a, b, c int64) (n int64, ok bool) {
	x := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return nearestOf(x, big.NewInt(c))
}

func nearestOf(x, y *big.Int) (n int64, ok bool) {
	if y.Sign() == 0 {
		return 0, false
	}
	sign := x.Sign() * y.Sign()
	double := new(big.Int).Abs(x)
	double.Lsh(double, 1).Add(double, new(big.Int).Abs(y))
	double.Quo(double, new(big.Int).Lsh(new(big.Int).Abs(y), 1))
	if sign < 0 {
		double.Neg(double)
	}
	return double.Int64(), double.IsInt64()
}

// The integers that stand for one, by what they measure.
const (
	oneRate  = 100_000_000
	toAmount = 10_000_000_000 // from quantity × price to 分
)

// lineAmount is quantity × price × (1 − discount) in 分.
func lineAmount(qty, price, discount int64) (int64, bool) {
	x := new(big.Int).Mul(big.NewInt(qty), big.NewInt(price))
	x.Mul(x, new(big.Int).Sub(big.NewInt(oneRate), big.NewInt(discount)))
	return nearestOf(x, new(big.Int).Mul(big.NewInt(toAmount), big.NewInt(oneRate)))
}

// parts is an amount with its tax.
type parts struct{ net, tax, gross int64 }

// taxed splits a typed amount by the tax mode of its sheet.
func taxed(typed, rate int64, mode string) (parts, bool) {
	switch mode {
	case "included":
		net, ok := nearest(typed, oneRate, oneRate+rate)
		return parts{net, typed - net, typed}, ok
	case "excluded":
		tax, ok := nearest(typed, rate, oneRate)
		return parts{typed, tax, typed + tax}, ok
	}
	return parts{typed, 0, typed}, true
}

// spread divides a whole in proportion to weights: each part rounded down, the rest to the largest remainders, the first
// of equals first. What is negative is spread like its opposite.
func spread(whole int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	if len(weights) == 0 {
		return out
	}
	if sum.Sign() == 0 {
		out[0] = whole
		return out
	}
	left := whole
	if whole < 0 {
		left = -whole
	}
	size := big.NewInt(left)
	rest := make([]*big.Int, len(weights))
	for i, w := range weights {
		x := new(big.Int).Mul(size, big.NewInt(w))
		if sum.Sign() < 0 {
			x.Neg(x)
		}
		quotient, remainder := new(big.Int).DivMod(x, new(big.Int).Abs(sum), new(big.Int))
		out[i], rest[i] = quotient.Int64(), remainder
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i].Cmp(rest[best]) > 0 {
				best = i
			}
		}
		out[best]++
		rest[best] = big.NewInt(-1)
	}
	if whole < 0 {
		for i := range out {
			out[i] = -out[i]
		}
	}
	return out
}

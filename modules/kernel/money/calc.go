package money

import (
	"math"
	"math/bits"
	"sort"
)

// Add gives a + b, or ErrRange.
func Add(a, b Amount) (Amount, error) { return AddOf(a, b) }

// Sub gives a − b, or ErrRange.
func Sub(a, b Amount) (Amount, error) { return SubOf(a, b) }

// AddOf gives a + b of any of the scaled types, or ErrRange.
func AddOf[T ~int64](a, b T) (T, error) {
	s := a + b
	if (a < 0) == (b < 0) && (s < 0) != (a < 0) {
		return 0, ErrRange
	}
	return s, nil
}

// SubOf gives a − b of any of the scaled types, or ErrRange.
func SubOf[T ~int64](a, b T) (T, error) {
	d := a - b
	if (a < 0) != (b < 0) && (d < 0) != (a < 0) {
		return 0, ErrRange
	}
	return d, nil
}

// Neg gives −a of any of the scaled types; the smallest value has no opposite
// and is ErrRange.
func Neg[T ~int64](a T) (T, error) { return SubOf(0, a) }

// Sum adds amounts. Only the result must fit, the order does not matter.
func Sum(xs ...Amount) (Amount, error) { return SumOf(xs) }

// SumOf adds values of any of the scaled types; see Sum.
func SumOf[T ~int64](xs []T) (T, error) {
	var hi, lo uint64 // a 128-bit two's complement number
	for _, x := range xs {
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(x), 0)
		hi, _ = bits.Add64(hi, uint64(int64(x)>>63), carry)
	}
	if hi != uint64(int64(lo)>>63) {
		return 0, ErrRange
	}
	return T(lo), nil
}

// MulDiv gives a × b ÷ c with a 128-bit intermediate, rounded half away from
// zero. c = 0 is ErrDivide, a result that does not fit is ErrRange.
func MulDiv(a, b, c int64) (int64, error) {
	if c == 0 {
		return 0, ErrDivide
	}
	d := magnitude(c)
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi >= d {
		return 0, ErrRange
	}
	q, r := bits.Div64(hi, lo, d)
	return rounded(q, r, d, (a < 0) != (b < 0) != (c < 0))
}

// rounded finishes a division of magnitudes: quotient, remainder and divisor.
func rounded(q, r, d uint64, negative bool) (int64, error) {
	if r >= d-r {
		q++
		if q == 0 {
			return 0, ErrRange
		}
	}
	return signed(q, negative)
}

// LineAmount gives quantity × price × (1 − discount), rounded once to 分.
// The product is exact: 192 bits at scale 20. ErrRange when it does not fit.
func LineAmount(q Qty, p Price, discount Rate) (Amount, error) {
	const down = 1_000_000_000_000_000_000 // from scale 20 to scale 2
	factor, negative := uint64(OneRate)-uint64(discount), discount > OneRate
	if negative {
		factor = uint64(discount - OneRate)
	}
	hi, lo := bits.Mul64(magnitude(int64(q)), magnitude(int64(p)))
	h1, w0 := bits.Mul64(lo, factor)
	w2, w1 := bits.Mul64(hi, factor)
	w1, carry := bits.Add64(w1, h1, 0)
	w2 += carry // cannot carry out: the product of 128 by 64 bits fits 192

	// Long division, one word at a time; only the last word may be non-zero.
	q2, r := w2/down, w2%down
	q1, r := bits.Div64(r, w1, down)
	q0, r := bits.Div64(r, w0, down)
	if q2 != 0 || q1 != 0 {
		return 0, ErrRange
	}
	v, err := rounded(q0, r, down, (q < 0) != (p < 0) != negative)
	return Amount(v), err
}

// Extend gives quantity × price, rounded once to 分.
func Extend(q Qty, p Price) (Amount, error) {
	v, err := MulDiv(int64(q), int64(p), 10_000_000_000)
	return Amount(v), err
}

// UnitPrice gives amount ÷ quantity, rounded half away from zero to six
// decimals. ErrDivide when the quantity is zero.
func UnitPrice(a Amount, q Qty) (Price, error) {
	v, err := MulDiv(int64(a), 10_000_000_000, int64(q))
	return Price(v), err
}

// Times gives amount × rate, rounded half away from zero to 分.
func Times(a Amount, r Rate) (Amount, error) {
	v, err := MulDiv(int64(a), int64(r), int64(OneRate))
	return Amount(v), err
}

// SplitTax splits what was typed into net, tax and gross with net + tax =
// gross exactly. When the typed amount includes tax, net = gross ÷ (1 + rate)
// is rounded and tax is the difference; otherwise tax = net × rate is rounded
// and gross is the sum. A rate of −1 on an included amount is ErrDivide.
func SplitTax(typed Amount, rate Rate, included bool) (net, tax, gross Amount, err error) {
	if included {
		base, err := AddOf(OneRate, rate)
		if err != nil {
			return 0, 0, 0, err
		}
		n, err := MulDiv(int64(typed), int64(OneRate), int64(base))
		if err != nil {
			return 0, 0, 0, err
		}
		tax, err = Sub(typed, Amount(n))
		if err != nil {
			return 0, 0, 0, err
		}
		return Amount(n), tax, typed, nil
	}
	if tax, err = Times(typed, rate); err != nil {
		return 0, 0, 0, err
	}
	if gross, err = Add(typed, tax); err != nil {
		return 0, 0, 0, err
	}
	return typed, tax, gross, nil
}

// Share divides total in proportion to the weights so that the shares add up
// to it exactly (largest remainder; the earlier line wins a tie). Share(−t) is
// the exact opposite of Share(t), so a reversing sheet mirrors its original.
// Weights may have mixed signs, as on a sheet with return lines. When they add
// up to zero, everything goes to the first. No weights: ErrDivide unless total
// is zero. Sums or shares that do not fit are ErrRange.
func Share(total Amount, weights []int64) ([]Amount, error) {
	if len(weights) == 0 {
		if total != 0 {
			return nil, ErrDivide
		}
		return nil, nil
	}
	sum, err := SumOf(weights)
	if err != nil {
		return nil, err
	}
	out := make([]Amount, len(weights))
	if sum == 0 {
		out[0] = total
		return out, nil
	}
	if total == math.MinInt64 {
		return nil, ErrRange
	}
	if err := shareFloor(total, weights, out); err != nil {
		return nil, err
	}
	if total < 0 {
		for i := range out {
			out[i] = -out[i]
		}
	}
	return out, nil
}

// shareFloor fills out with the shares of |total|: each rounded down, then one
// 分 more for the largest remainders until they add up.
func shareFloor(total Amount, weights []int64, out []Amount) error {
	sum, err := SumOf(weights)
	if err != nil {
		return err
	}
	whole, divisor := magnitude(int64(total)), magnitude(sum)
	rest := make([]uint64, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, magnitude(w))
		if hi >= divisor {
			return ErrRange
		}
		q, r := bits.Div64(hi, lo, divisor)
		opposite := (w < 0) != (sum < 0)
		if opposite && r > 0 {
			q, r = q+1, divisor-r
		}
		if q > math.MaxInt64 || q == math.MaxInt64 && r > 0 { // room for the extra 分
			return ErrRange
		}
		v, err := signed(q, opposite)
		if err != nil {
			return err
		}
		out[i], rest[i] = Amount(v), r
	}
	given, err := Sum(out...)
	if err != nil {
		return err
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for _, i := range order[:int64(whole)-int64(given)] {
		out[i]++
	}
	return nil
}

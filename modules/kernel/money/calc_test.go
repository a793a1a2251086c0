package money

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// quotient is the slow truth: numerator ÷ divisor, half away from zero, and
// whether it fits.
func quotient(numerator, divisor *big.Int) (int64, bool) {
	twice := new(big.Int).Abs(numerator)
	twice.Lsh(twice, 1)
	d := new(big.Int).Abs(divisor)
	twice.Add(twice, d)
	q := twice.Div(twice, d.Lsh(d, 1))
	if numerator.Sign()*divisor.Sign() < 0 {
		q.Neg(q)
	}
	return q.Int64(), q.IsInt64()
}

func product(xs ...int64) *big.Int {
	p := big.NewInt(1)
	for _, x := range xs {
		p.Mul(p, big.NewInt(x))
	}
	return p
}

// anyInt draws numbers of every length, the limits among them.
func anyInt(t *rapid.T, name string) int64 {
	return rapid.OneOf(
		rapid.Int64(),
		rapid.Int64Range(-2_000_000_000, 2_000_000_000),
		rapid.Int64Range(-200, 200),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, 0}),
	).Draw(t, name)
}

func check(t *rapid.T, got int64, err error, numerator, divisor *big.Int) {
	want, fits := quotient(numerator, divisor)
	if fits && (err != nil || got != want) {
		t.Fatalf("got %d, %v; want %d", got, err, want)
	}
	if !fits && (!errors.Is(err, ErrRange) || got != 0) {
		t.Fatalf("got %d, %v; want ErrRange", got, err)
	}
}

func TestProductsAgainstBig(t *testing.T) {
	ten := func(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyInt(t, "a"), anyInt(t, "b"), anyInt(t, "c")
		line, err := LineAmount(Qty(a), Price(b), Rate(c))
		exact := product(a, b)
		exact.Mul(exact, new(big.Int).Sub(big.NewInt(int64(OneRate)), big.NewInt(c)))
		check(t, int64(line), err, exact, ten(18))

		extended, err := Extend(Qty(a), Price(b))
		check(t, int64(extended), err, product(a, b), ten(10))
		taxed, err := Times(Amount(a), Rate(b))
		check(t, int64(taxed), err, product(a, b), ten(8))
		if c == 0 {
			return
		}
		v, err := MulDiv(a, b, c)
		check(t, v, err, product(a, b), big.NewInt(c))
		unit, err := UnitPrice(Amount(a), Qty(c))
		check(t, int64(unit), err, new(big.Int).Mul(big.NewInt(a), ten(10)), big.NewInt(c))
	})
}

func TestMulDiv(t *testing.T) {
	const lo, hi = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		a, b, c, want int64
		err           error
	}{
		{1, 1, 2, 1, nil},
		{-1, 1, 2, -1, nil},
		{1, 1, -2, -1, nil},
		{-1, -1, 2, 1, nil},
		{1, 1, 3, 0, nil},
		{2, 1, 3, 1, nil},
		{5, 1, 2, 3, nil},
		{hi, hi, hi, hi, nil},
		{lo, 1, 1, lo, nil},
		{lo, lo, lo, lo, nil},
		{lo, 1, -1, 0, ErrRange},
		{hi, 2, 1, 0, ErrRange},
		{lo, lo, 1, 0, ErrRange},
		{0, 5, -7, 0, nil},
		{1, 1, 0, 0, ErrDivide},
	} {
		if got, err := MulDiv(c.a, c.b, c.c); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("MulDiv(%d, %d, %d) = %d, %v; want %d, %v", c.a, c.b, c.c, got, err, c.want, c.err)
		}
	}
}

func TestLineAmount(t *testing.T) {
	for _, c := range []struct {
		q    Qty
		p    Price
		d    Rate
		want Amount
		err  error
	}{
		{3_000_000, 12_500_000, 0, 3750, nil},
		{1_000_000, 1_005_000, 0, 101, nil},               // 1.005 rounds up
		{-1_000_000, 1_005_000, 0, -101, nil},             // away from zero
		{1_000_000, 1_004_999, 0, 100, nil},               // just below
		{1_000_000, 10_050_000, 10_000_000, 905, nil},     // 9.045, once
		{3_000_000, 333_333, 50_000_000, 50, nil},         // 0.4999995
		{1_000_000, 100_000_000, OneRate, 0, nil},         // given away
		{1_000_000, 100_000_000, -10_000_000, 11000, nil}, // surcharge
		{1_000_000, 100_000_000, 150_000_000, -5000, nil}, // more than all
		{math.MinInt64, math.MinInt64, OneRate, 0, nil},   // exact zero
		{math.MaxInt64, 10_000, 0, 9223372036855, nil},    // 92233720368.54775807
		{math.MaxInt64, math.MaxInt64, 0, 0, ErrRange},
	} {
		if got, err := LineAmount(c.q, c.p, c.d); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("LineAmount(%s, %s, %s) = %s, %v; want %s, %v", c.q, c.p, c.d, got, err, c.want, c.err)
		}
	}
}

func TestUnitPriceAndExtend(t *testing.T) {
	if p, err := UnitPrice(10000, 3_000_000); p != 33_333_333 || err != nil {
		t.Errorf("100.00 ÷ 3 = %s, %v", p, err)
	}
	if p, err := UnitPrice(-20000, 3_000_000); p != -66_666_667 || err != nil {
		t.Errorf("-200.00 ÷ 3 = %s, %v", p, err)
	}
	if _, err := UnitPrice(100, 0); !errors.Is(err, ErrDivide) {
		t.Errorf("÷ 0: %v", err)
	}
	if a, err := Extend(2_500_000, 1_002_000); a != 251 || err != nil {
		t.Errorf("2.5 × 1.002 = %s, %v", a, err)
	}
}

func TestSums(t *testing.T) {
	const lo, hi = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		a, b, sum, difference Amount
		sumErr, differenceErr error
	}{
		{1, 2, 3, -1, nil, nil},
		{hi, 1, 0, hi - 1, ErrRange, nil},
		{lo, 1, lo + 1, 0, nil, ErrRange},
		{lo, -1, 0, lo + 1, ErrRange, nil},
		{lo, lo, 0, 0, ErrRange, nil},
		{0, lo, lo, 0, nil, ErrRange},
		{-1, lo, 0, hi, ErrRange, nil},
		{lo, hi, -1, 0, nil, ErrRange},
	} {
		if got, err := Add(c.a, c.b); got != c.sum || !errors.Is(err, c.sumErr) {
			t.Errorf("%d + %d = %d, %v", c.a, c.b, got, err)
		}
		if got, err := Sub(c.a, c.b); got != c.difference || !errors.Is(err, c.differenceErr) {
			t.Errorf("%d - %d = %d, %v", c.a, c.b, got, err)
		}
	}
	if got, err := Neg(Qty(5)); got != -5 || err != nil {
		t.Errorf("Neg: %d, %v", got, err)
	}
	if _, err := Neg(Qty(lo)); !errors.Is(err, ErrRange) {
		t.Errorf("Neg of the smallest: %v", err)
	}
	if got, err := Sum(); got != 0 || err != nil {
		t.Errorf("empty sum: %d, %v", got, err)
	}
	if got, err := Sum(hi, hi, lo, lo, 7); got != 5 || err != nil {
		t.Errorf("sum by way of an overflow: %d, %v", got, err)
	}
	if _, err := Sum(hi, hi, lo, 2); !errors.Is(err, ErrRange) {
		t.Errorf("sum beyond the range: %v", err)
	}
}

func TestSplitTax(t *testing.T) {
	for _, c := range []struct {
		typed           string
		percent         Rate
		included        bool
		net, tax, gross Amount
	}{
		{"10100.00", 1, true, 1000000, 10000, 1010000},
		{"100.00", 13, true, 8850, 1150, 10000},
		{"0.05", 13, true, 4, 1, 5},
		{"1.00", 13, true, 88, 12, 100},
		{"100.00", 9, true, 9174, 826, 10000},
		{"1000.00", 6, true, 94340, 5660, 100000},
		{"103000.00", 3, true, 10000000, 300000, 10300000},
		{"101.00", 1, true, 10000, 100, 10100},
		{"99999999.99", 13, true, 8849557521, 1150442478, 9999999999},
		{"-113.00", 13, true, -10000, -1300, -11300},
		{"100.00", 0, true, 10000, 0, 10000},
		{"88.50", 13, false, 8850, 1151, 10001},
		{"0.04", 13, false, 4, 1, 5},
		{"0.88", 13, false, 88, 11, 99},
		{"-88.50", 13, false, -8850, -1151, -10001},
		{"100.00", 0, false, 10000, 0, 10000},
	} {
		typed, err := ParseAmount(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		net, tax, gross, err := SplitTax(typed, c.percent*1_000_000, c.included)
		if net != c.net || tax != c.tax || gross != c.gross || err != nil {
			t.Errorf("%s at %d %%, included %v: %s + %s = %s, %v", c.typed, c.percent, c.included, net, tax, gross, err)
		}
	}
	if _, _, _, err := SplitTax(1, -OneRate, true); !errors.Is(err, ErrDivide) {
		t.Errorf("rate −1: %v", err)
	}
	if n, x, g, err := SplitTax(math.MaxInt64, 13_000_000, false); !errors.Is(err, ErrRange) || n|x|g != 0 {
		t.Errorf("gross beyond the range: %d %d %d %v", n, x, g, err)
	}
}

func TestSplitTaxAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := Amount(rapid.Int64Range(-1e15, 1e15).Draw(t, "typed"))
		rate := Rate(rapid.Int64Range(0, int64(OneRate)).Draw(t, "rate"))
		for _, included := range []bool{true, false} {
			net, tax, gross, err := SplitTax(typed, rate, included)
			if err != nil || net+tax != gross || included && gross != typed || !included && net != typed {
				t.Fatalf("included %v: %d + %d = %d, %v", included, net, tax, gross, err)
			}
		}
	})
}

func TestShare(t *testing.T) {
	const hi = math.MaxInt64
	for _, c := range []struct {
		total   Amount
		weights []int64
		want    []Amount
		err     error
	}{
		{100, []int64{1, 1, 1}, []Amount{34, 33, 33}, nil},
		{-100, []int64{1, 1, 1}, []Amount{-34, -33, -33}, nil},
		{100, []int64{-1, -1, -1}, []Amount{34, 33, 33}, nil},
		{200, []int64{1, 1, 1}, []Amount{67, 67, 66}, nil},
		{10, []int64{3, 0, 4}, []Amount{4, 0, 6}, nil},
		{1, []int64{0, 1, 1}, []Amount{0, 1, 0}, nil},
		{800, []int64{10000, -2000}, []Amount{1000, -200}, nil},
		{1, []int64{2, -1, 2}, []Amount{1, 0, 0}, nil},
		{5, []int64{0, 0}, []Amount{5, 0}, nil},
		{5, []int64{3, -3}, []Amount{5, 0}, nil},
		{0, []int64{3, 4}, []Amount{0, 0}, nil},
		{hi, []int64{1}, []Amount{hi}, nil},
		{hi, []int64{hi - 1, 1}, []Amount{hi - 1, 1}, nil},
		{0, nil, nil, nil},
		{1, nil, nil, ErrDivide},
		{1, []int64{hi, 1}, nil, ErrRange},
		{hi, []int64{3, -1}, nil, ErrRange},
		{math.MinInt64, []int64{1}, nil, ErrRange},
	} {
		got, err := Share(c.total, c.weights)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("Share(%d, %v) = %v, %v; want %v, %v", c.total, c.weights, got, err, c.want, c.err)
		}
	}
}

func TestShareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Amount(rapid.Int64Range(-1e12, 1e12).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e12), 1, 12).Draw(t, "weights")
		got, err := Share(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := Sum(got...); sum != total || err != nil {
			t.Fatalf("%v add up to %d, %v", got, sum, err)
		}
		weight, _ := SumOf(weights)
		for i := range got {
			if weight == 0 {
				break
			}
			exact := product(int64(total), weights[i])
			off := exact.Sub(exact, product(int64(got[i]), weight))
			if off.CmpAbs(big.NewInt(weight)) >= 0 {
				t.Fatalf("share %d of %v is off by 分 or more", i, got)
			}
		}
		mirror, err := Share(-total, weights)
		for i := range got {
			if err != nil || mirror[i] != -got[i] {
				t.Fatalf("%v is not the mirror of %v, %v", mirror, got, err)
			}
		}
	})
}

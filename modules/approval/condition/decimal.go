// Package condition compiles and evaluates the conditions of approval flows: expr-lang/expr with exact decimals, fixed
// types, few functions and no loops that grow.
//
// Invariants
//  1. No figure passes through a float: decimals in the text become calls that read their digits, fields are scaled
//     integers, and there is no division.
//  2. What compiles has types: every operand is known when the flow is published.
//  3. The time of an evaluation is bounded by nodes × lines: a loop inside a loop is refused, and so are ranges.
package condition

import (
	"errors"
	"math/big"
	"strings"
)

// Decimal is an exact decimal number: n / 10^scale.
type Decimal struct {
	n     *big.Int
	scale int
}

var errDecimal = errors.New("condition: not a decimal number")

const maxDigits = 60

// Scaled makes a decimal of a scaled integer, such as an amount in 分 with scale 2.
func Scaled(n int64, scale int) Decimal { return Decimal{big.NewInt(n), scale} }

// Parse reads digits with a point; no exponents.
func Parse(text string) (Decimal, error) {
	head, tail, _ := strings.Cut(strings.ReplaceAll(text, "_", ""), ".")
	if len(head)+len(tail) > maxDigits {
		return Decimal{}, errDecimal
	}
	n, ok := new(big.Int).SetString(head+tail, 10)
	if !ok {
		return Decimal{}, errDecimal
	}
	return Decimal{n, len(tail)}, nil
}

// number gives what stands in an expression as a decimal.
func number(v any) (Decimal, error) {
	switch x := v.(type) {
	case Decimal:
		return x, nil
	case int:
		return Scaled(int64(x), 0), nil
	}
	return Decimal{}, errDecimal
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// aligned gives both numbers at the larger scale.
func aligned(a, b Decimal) (x, y *big.Int, scale int) {
	scale = max(a.scale, b.scale)
	x = new(big.Int).Mul(a.n, power(scale-a.scale))
	y = new(big.Int).Mul(b.n, power(scale-b.scale))
	return x, y, scale
}

func compare(a, b Decimal) int {
	x, y, _ := aligned(a, b)
	return x.Cmp(y)
}

func add(a, b Decimal) Decimal {
	x, y, scale := aligned(a, b)
	return Decimal{x.Add(x, y), scale}
}

func subtract(a, b Decimal) Decimal {
	x, y, scale := aligned(a, b)
	return Decimal{x.Sub(x, y), scale}
}

func multiply(a, b Decimal) Decimal { return Decimal{new(big.Int).Mul(a.n, b.n), a.scale + b.scale} }

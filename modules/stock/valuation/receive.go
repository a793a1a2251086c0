package valuation

import "zhanggui/modules/kernel/money"

// receive values a receipt: it is worth what it is said to be worth.
func receive(m Method, p *Pool, mv Move) (Result, error) {
	if err := checkValue(mv.Value); err != nil {
		return Result{}, err
	}
	unit, err := unitCost(mv.Value, mv.Qty)
	if err != nil {
		return Result{}, err
	}
	res := Result{Value: mv.Value, UnitCost: unit}
	if p.Qty < 0 {
		return fillHole(m, p, mv, res)
	}
	if p.Qty, err = add(p.Qty, mv.Qty); err != nil {
		return Result{}, err
	}
	if p.Value, err = add(p.Value, mv.Value); err != nil {
		return Result{}, err
	}
	p.LastCost = unit
	if m == FIFO {
		p.Layers = append(p.Layers, Layer{Qty: mv.Qty, Value: mv.Value})
		return res, nil
	}
	if p.LastCost, err = unitCost(p.Value, p.Qty); err != nil {
		return Result{}, err
	}
	return res, nil
}

// fillHole values a receipt into a pool below zero. The part that fills the
// hole replaces what was booked when the stock went out; the difference is
// Variance. res already holds the value and unit cost of the receipt.
func fillHole(m Method, p *Pool, mv Move, res Result) (Result, error) {
	hole, booked := -p.Qty, -p.Value
	rest := max(mv.Qty-hole, 0)
	kept, err := mulDiv(mv.Value, rest, mv.Qty)
	if err != nil {
		return Result{}, err
	}
	if mv.Qty < hole {
		if booked, err = mulDiv(booked, mv.Qty, hole); err != nil {
			return Result{}, err
		}
	}
	res.Variance = booked - (mv.Value - kept)
	// Neither sum can leave the range: the terms have opposite signs, or the
	// first two cancel out.
	p.Qty += mv.Qty
	p.Value += booked
	p.Value += kept
	p.LastCost = res.UnitCost
	if m == FIFO && rest > 0 {
		p.Layers = []Layer{{Qty: rest, Value: kept}}
	}
	return res, nil
}

// add returns a + b for two figures inside the range.
func add[T ~int64](a, b T) (T, error) {
	if sum := a + b; inRange(sum) {
		return sum, nil
	}
	return 0, money.ErrRange
}

// limit bounds every figure, so that the sum or difference of any two of them
// still fits an int64.
const limit = 1<<62 - 1

func inRange[T ~int64](x T) bool { return -limit <= x && x <= limit }

// mulDiv returns v × part ÷ whole, rounded half away from zero.
func mulDiv(v money.Amount, part, whole money.Qty) (money.Amount, error) {
	return ranged[money.Amount](money.MulDiv(int64(v), int64(part), int64(whole)))
}

// costScale turns 分 ÷ quantity into a unit cost and back: the scales are 2
// for amounts and 6 for quantities and unit costs, 6 + 6 − 2 = 10.
const costScale = 1e10

// unitCost returns v ÷ q at the scale of a unit cost.
func unitCost(v money.Amount, q money.Qty) (money.Price, error) {
	return ranged[money.Price](money.MulDiv(int64(v), costScale, int64(q)))
}

// extend returns q × c, rounded to 分.
func extend(q money.Qty, c money.Price) (money.Amount, error) {
	return ranged[money.Amount](money.MulDiv(int64(q), int64(c), costScale))
}

func ranged[T ~int64](x int64, err error) (T, error) {
	if err != nil {
		return 0, err
	}
	if !inRange(x) {
		return 0, money.ErrRange
	}
	return T(x), nil
}

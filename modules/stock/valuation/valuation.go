package valuation

import (
	"errors"
	"fmt"

	"zhanggui/modules/kernel/money"
)

// Method is the way issues are costed. One pool keeps its method; a change is
// prospective (see Apply for how a pool crosses over).
type Method int

const (
	// MovingAverage costs an issue at pool value ÷ pool quantity.
	MovingAverage Method = iota
	// FIFO costs an issue at the oldest layers.
	FIFO
)

// String names the method in English, for logs and test output.
func (m Method) String() string {
	switch m {
	case MovingAverage:
		return "moving average"
	case FIFO:
		return "first in, first out"
	}
	return fmt.Sprintf("method %d", int(m))
}

// Layer is what is left of one receipt. Qty > 0, Value ≥ 0.
type Layer struct {
	Qty   money.Qty
	Value money.Amount
}

// Pool is the stock of one item in one cost scope. The zero Pool is empty and
// ready for use.
type Pool struct {
	Qty   money.Qty
	Value money.Amount
	// LastCost is the last known unit cost: what an issue costs when there is
	// no stock to take the cost from. After a receipt it is the average of the
	// pool (FIFO, or a pool that was below zero: the receipt's own unit cost);
	// an issue that empties the pool leaves the unit cost of what it took.
	LastCost money.Price
	// Layers stand oldest first; FIFO only.
	Layers []Layer
}

// Move is one receipt (Qty > 0) or issue (Qty < 0).
type Move struct {
	Qty money.Qty
	// Value is a magnitude, never negative: the value of a receipt, or of a
	// fixed issue. It is ignored for other issues.
	Value money.Amount
	// Fixed says that Value is given for an issue too: a purchase return at
	// its original price. A receipt always has a given value (a sale return
	// its original cost), so there Fixed changes nothing.
	Fixed bool
}

// Result is what one move did. See the package text for the signs.
type Result struct {
	// Value is the signed value of the move: positive in, negative out.
	Value money.Amount
	// Variance is the signed value the pool gained beside Value; it goes to
	// the variance role in the same voucher.
	Variance money.Amount
	// UnitCost is |Value| ÷ |quantity| of the move, never negative.
	UnitCost money.Price
}

var (
	// ErrMethod: the method is none of this package.
	ErrMethod = errors.New("valuation: unknown method")
	// ErrPool: the pool breaks an invariant, so no move can be valued on it.
	ErrPool = errors.New("valuation: inconsistent pool")
	// ErrMove: the move has no quantity or a negative value.
	ErrMove = errors.New("valuation: invalid move")
)

// Apply values one move and returns the pool after it. On an error the pool
// comes back unchanged. Errors: ErrMethod, ErrPool, ErrMove, money.ErrRange.
//
// The method may change between two calls: MovingAverage drops the layers, and
// FIFO reads a positive pool without layers as one layer. That is also how
// opening stock enters FIFO.
func Apply(m Method, p Pool, mv Move) (Pool, Result, error) {
	next, err := prepare(m, p)
	if err != nil {
		return p, Result{}, err
	}
	res, err := step(m, &next, mv)
	if err != nil {
		return p, Result{}, err
	}
	return next, res, nil
}

// prepare checks the pool and returns a copy that owns its layers.
func prepare(m Method, p Pool) (Pool, error) {
	if m != MovingAverage && m != FIFO {
		return p, fmt.Errorf("%w: %d", ErrMethod, int(m))
	}
	if err := checkPool(p); err != nil {
		return p, err
	}
	layers := p.Layers
	p.Layers = nil
	switch {
	case m == MovingAverage || (p.Qty <= 0 && len(layers) == 0):
		return p, nil
	case len(layers) == 0:
		p.Layers = []Layer{{Qty: p.Qty, Value: p.Value}}
		return p, nil
	}
	if err := checkLayers(p, layers); err != nil {
		return p, err
	}
	// One more than needed: a single Apply then adds its layer in place.
	p.Layers = append(make([]Layer, 0, len(layers)+1), layers...)
	return p, nil
}

func checkPool(p Pool) error {
	if !inRange(p.Qty) || !inRange(p.Value) || !inRange(p.LastCost) {
		return money.ErrRange
	}
	switch {
	case p.Qty == 0 && p.Value != 0:
		return fmt.Errorf("%w: zero quantity with a value", ErrPool)
	case p.Qty > 0 && p.Value < 0:
		return fmt.Errorf("%w: positive quantity with a negative value", ErrPool)
	case p.Qty < 0 && p.Value > 0:
		return fmt.Errorf("%w: negative quantity with a positive value", ErrPool)
	case p.LastCost < 0:
		return fmt.Errorf("%w: negative last cost", ErrPool)
	}
	return nil
}

func checkLayers(p Pool, layers []Layer) error {
	var sum Layer
	for _, l := range layers {
		if l.Qty <= 0 || l.Value < 0 {
			return fmt.Errorf("%w: layer without quantity or below zero", ErrPool)
		}
		var err error
		if sum.Qty, err = add(sum.Qty, l.Qty); err != nil {
			return err
		}
		if sum.Value, err = add(sum.Value, l.Value); err != nil {
			return err
		}
	}
	if sum.Qty != p.Qty || sum.Value != p.Value {
		return fmt.Errorf("%w: layers do not add up to the pool", ErrPool)
	}
	return nil
}

// step values one move on a checked pool it may write to. After an error the
// pool is in an undefined state.
func step(m Method, p *Pool, mv Move) (Result, error) {
	switch {
	case mv.Qty == 0:
		return Result{}, fmt.Errorf("%w: no quantity", ErrMove)
	case !inRange(mv.Qty):
		return Result{}, money.ErrRange
	case mv.Qty > 0:
		return receive(m, p, mv)
	}
	return issue(m, p, mv)
}

// checkValue refuses what is no magnitude.
func checkValue(v money.Amount) error {
	if v < 0 {
		return fmt.Errorf("%w: negative value", ErrMove)
	}
	if !inRange(v) {
		return money.ErrRange
	}
	return nil
}

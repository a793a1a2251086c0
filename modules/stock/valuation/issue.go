package valuation

import "zhanggui/modules/kernel/money"

// issue values an issue: a part of the stock, or all of it and perhaps more.
func issue(m Method, p *Pool, mv Move) (Result, error) {
	if mv.Fixed {
		if err := checkValue(mv.Value); err != nil {
			return Result{}, err
		}
	}
	take := takeAll
	if -mv.Qty < p.Qty {
		take = takePart
	}
	res, err := take(m, p, mv)
	if err != nil {
		return Result{}, err
	}
	if res.UnitCost, err = unitCost(-res.Value, -mv.Qty); err != nil {
		return Result{}, err
	}
	return res, nil
}

// takePart values an issue that leaves stock behind.
func takePart(m Method, p *Pool, mv Move) (Result, error) {
	q := -mv.Qty
	var natural money.Amount
	var err error
	if m == FIFO {
		natural, err = consume(p, q)
	} else {
		natural, err = mulDiv(p.Value, q, p.Qty)
	}
	if err != nil {
		return Result{}, err
	}
	res, taken := Result{Value: -natural}, natural
	if mv.Fixed {
		taken = min(mv.Value, p.Value)
		res = Result{Value: -mv.Value, Variance: mv.Value - taken}
		if m == FIFO {
			settle(p.Layers, natural-taken)
		}
	}
	p.Qty -= q
	p.Value -= taken
	return res, nil
}

// takeAll values an issue that takes all stock there is, if any, and the rest
// of its quantity from below zero.
func takeAll(m Method, p *Pool, mv Move) (Result, error) {
	q := -mv.Qty
	var have money.Qty
	var worth money.Amount
	var err error
	if p.Qty > 0 {
		have, worth = p.Qty, p.Value
		if p.LastCost, err = p.cost(); err != nil {
			return Result{}, err
		}
		p.Qty, p.Value, p.Layers = 0, 0, nil
	}
	// The issue is worth part for the stock it takes and owed for the rest.
	part := worth
	var owed money.Amount
	if mv.Fixed {
		if part, err = mulDiv(mv.Value, have, q); err != nil {
			return Result{}, err
		}
		owed = mv.Value - part
	} else if owed, err = extend(q-have, p.LastCost); err != nil {
		return Result{}, err
	}
	total, err := add(part, owed)
	if err != nil {
		return Result{}, err
	}
	if p.Qty, err = add(p.Qty, have-q); err != nil {
		return Result{}, err
	}
	if p.Value, err = add(p.Value, -owed); err != nil {
		return Result{}, err
	}
	return Result{Value: -total, Variance: part - worth}, nil
}

// cost is the unit cost of a pool above zero. The value of a small remainder
// is rounded to 分 and says little about the unit cost (0.001 kg at 1.00 is
// worth 0.00); where LastCost explains the value to within one 分, it is the
// better figure and stays. A pool without value says nothing either.
func (p *Pool) cost() (money.Price, error) {
	if p.Value == 0 {
		return p.LastCost, nil
	}
	if p.LastCost != 0 {
		// Out of range means: far from the value, which is in range.
		v, err := extend(p.Qty, p.LastCost)
		if err == nil && v-p.Value <= 1 && p.Value-v <= 1 {
			return p.LastCost, nil
		}
	}
	return unitCost(p.Value, p.Qty)
}

// consume takes q, less than the pool holds, from the oldest layers and
// returns their value. The last part of a layer takes all its value.
func consume(p *Pool, q money.Qty) (money.Amount, error) {
	var sum money.Amount
	for q > 0 {
		l := &p.Layers[0]
		if l.Qty <= q {
			sum += l.Value
			q -= l.Qty
			p.Layers = p.Layers[1:]
			continue
		}
		v, err := mulDiv(l.Value, q, l.Qty)
		if err != nil {
			return 0, err
		}
		l.Qty -= q
		l.Value -= v
		return sum + v, nil
	}
	return sum, nil
}

// settle leaves the difference between what the layers gave up and what a
// fixed issue is worth in the layers that stay. It starts at the newest,
// because goods are sent back soon after they came in: their price made the
// difference. A layer does not go below zero; the next older one follows. The
// caller takes no more than the layers hold.
func settle(layers []Layer, diff money.Amount) {
	for i := len(layers) - 1; i >= 0 && diff != 0; i-- {
		change := max(diff, -layers[i].Value)
		layers[i].Value += change
		diff -= change
	}
}

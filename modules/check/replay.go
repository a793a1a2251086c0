package check

import (
	"database/sql"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/money"
)

// liveMoves are the moves that make a pool what it is, with their adjustments: neither taken back nor moves inside of
// one pool, nor those of a second quantity alone.
const liveMoves = `SELECT m.id, m.item, m.scope, m.date, m.rank, m.seq, m.qty, m.fixed, m.value + COALESCE(a.value, 0) AS value,
	m.variance + COALESCE(a.variance, 0) AS variance FROM stock_move m
	LEFT JOIN (SELECT adjusts, CAST(SUM(value) AS BIGINT) AS value, CAST(SUM(variance) AS BIGINT) AS variance
		FROM stock_move WHERE adjusts <> 0 GROUP BY adjusts) a ON a.adjusts = m.id
	LEFT JOIN (SELECT DISTINCT cancels FROM stock_move WHERE cancels <> 0) x ON x.cancels = m.id
	WHERE m.adjusts = 0 AND m.cancels = 0 AND x.cancels IS NULL AND NOT (m.kind = 'transfer' AND m.scope = 0) AND NOT (m.qty = 0 AND m.qty2 <> 0)`

// layer is what is left of one receipt.
type layer struct{ qty, value int64 }

// stockpile is the stock of one item in one scope while its moves are valued again.
type stockpile struct {
	fifo       bool
	item       int64
	scope      int64
	qty, value int64
	last       int64 // the last known unit cost
	layers     []layer
	broken     bool // a figure did not fit, or a fault was told: what follows says nothing
	kept       keptPool
}

// keptPool is a pool as it is stored.
type keptPool struct {
	qty, value, last sql.NullInt64
	layers           sql.NullString
}

// checkValuation values all moves again, pool by pool in the order of day and sequence, and compares what each move was
// booked with, adjustments included, and what is left.
func checkValuation(c *checker) error {
	pile := &stockpile{broken: true}
	fifo := c.settings["stock.method"] == "fifo"
	err := c.Each(func(rows *sql.Rows) error {
		var id, item, scope, seq, qty, value, variance int64
		var date string
		var fixed bool
		var kept keptPool
		err := rows.Scan(&id, &item, &scope, &date, &seq, &qty, &fixed, &value, &variance, &kept.qty, &kept.value, &kept.last, &kept.layers)
		if err != nil {
			return err
		}
		if pile.item != item || pile.scope != scope {
			c.comparePile(pile)
			pile = &stockpile{fifo: fifo, item: item, scope: scope, kept: kept}
		}
		if pile.broken {
			return nil
		}
		given := value
		if given < 0 {
			given = -given
		}
		wantValue, wantVariance := pile.move(qty, given, fixed)
		if pile.broken {
			c.fault("move #%d of item #%d on %s does not fit", id, item, date)
		} else if wantValue != value || wantVariance != variance {
			c.fault("move #%d of item #%d on %s: kept %s and difference %s, recomputed %s and %s", id, item, date,
				money.Amount(value), money.Amount(variance), money.Amount(wantValue), money.Amount(wantVariance))
			pile.broken = true
		}
		return nil
	}, "SELECT l.id, l.item, l.scope, l.date, l.seq, l.qty, l.fixed, l.value, l.variance, p.qty, p.value, p.last_cost, p.layers FROM ("+
		liveMoves+") l LEFT JOIN stock_pool p ON p.item = l.item AND p.scope = l.scope ORDER BY l.item, l.scope, l.date, l.rank, l.seq, l.id")
	c.comparePile(pile)
	return err
}

// comparePile compares what the valuation left with the pool.
func (c *checker) comparePile(p *stockpile) {
	k := p.kept
	if p.broken || p.qty == k.qty.Int64 && p.value == k.value.Int64 && p.last == k.last.Int64 && p.layerText() == k.layers.String {
		return
	}
	c.fault("pool of item #%d scope %d: kept %s worth %s at %s %s, valued again %s worth %s at %s %s", p.item, p.scope, money.Qty(k.qty.Int64),
		money.Amount(k.value.Int64), money.Price(k.last.Int64), k.layers.String, money.Qty(p.qty), money.Amount(p.value), money.Price(p.last), p.layerText())
}

func (p *stockpile) layerText() string {
	var out []string
	for _, l := range p.layers {
		out = append(out, strconv.FormatInt(l.qty, 10)+":"+strconv.FormatInt(l.value, 10))
	}
	return strings.Join(out, " ")
}

// part is nearest that remembers what does not fit.
func (p *stockpile) part(a, b, c int64) int64 {
	n, ok := nearest(a, b, c)
	p.broken = p.broken || !ok
	return n
}

// move brings one move into the pile and tells its signed value and what the pile gained beside it.
func (p *stockpile) move(qty, given int64, fixed bool) (value, variance int64) {
	switch {
	case qty > 0:
		return p.receive(qty, given)
	case -qty < p.qty:
		return p.takePart(-qty, given, fixed)
	}
	return p.takeAll(-qty, given, fixed)
}

func (p *stockpile) receive(qty, given int64) (value, variance int64) {
	unit := p.part(given, toAmount, qty)
	if p.qty < 0 {
		hole, booked := -p.qty, -p.value
		rest := max(qty-hole, 0)
		kept := p.part(given, rest, qty)
		if qty < hole {
			booked = p.part(booked, qty, hole)
		}
		p.qty, p.value, p.last = p.qty+qty, p.value+booked+kept, unit
		if p.fifo && rest > 0 {
			p.layers = []layer{{rest, kept}}
		}
		return given, booked - (given - kept)
	}
	p.qty, p.value, p.last = p.qty+qty, p.value+given, unit
	if p.fifo {
		p.layers = append(p.layers, layer{qty, given})
	} else {
		p.last = p.part(p.value, toAmount, p.qty)
	}
	return given, 0
}

func (p *stockpile) takePart(qty, given int64, fixed bool) (value, variance int64) {
	natural := int64(0)
	if p.fifo {
		natural = p.oldest(qty)
	} else {
		natural = p.part(p.value, qty, p.qty)
	}
	taken := natural
	if fixed {
		taken = min(given, p.value)
		p.leave(natural - taken)
	} else {
		given = natural
	}
	p.qty, p.value = p.qty-qty, p.value-taken
	return -given, given - taken
}

// oldest takes a quantity from the layers and gives what it was worth.
func (p *stockpile) oldest(qty int64) (worth int64) {
	for qty > 0 && len(p.layers) > 0 {
		first := &p.layers[0]
		if first.qty > qty {
			v := p.part(first.value, qty, first.qty)
			first.qty, first.value = first.qty-qty, first.value-v
			return worth + v
		}
		worth, qty = worth+first.value, qty-first.qty
		p.layers = p.layers[1:]
	}
	return worth
}

// leave puts a difference into the layers that stay, the newest first, none below zero.
func (p *stockpile) leave(difference int64) {
	for i := len(p.layers) - 1; i >= 0 && difference != 0; i-- {
		change := max(difference, -p.layers[i].value)
		p.layers[i].value += change
		difference -= change
	}
}

// takeAll takes all there is, if anything, and the rest from below zero at the last known cost.
func (p *stockpile) takeAll(qty, given int64, fixed bool) (value, variance int64) {
	var have, worth int64
	if p.qty > 0 {
		have, worth = p.qty, p.value
		p.last = p.unitCost()
		p.qty, p.value, p.layers = 0, 0, nil
	}
	part, owed := worth, int64(0)
	if fixed {
		part = p.part(given, have, qty)
		owed = given - part
	} else {
		owed = p.part(qty-have, p.last, toAmount)
	}
	p.qty, p.value = p.qty+have-qty, p.value-owed
	return -(part + owed), part - worth
}

// unitCost is what one costs. The last known cost stays where it explains the value to within one 分.
func (p *stockpile) unitCost() int64 {
	if p.value == 0 {
		return p.last
	}
	if p.last != 0 {
		if v, ok := nearest(p.qty, p.last, toAmount); ok && v-p.value <= 1 && p.value-v <= 1 {
			return p.last
		}
	}
	return p.part(p.value, toAmount, p.qty)
}

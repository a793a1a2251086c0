package valuation

import (
	"errors"
	"slices"
	"testing"

	"zhanggui/modules/kernel/money"
)

// scenarioStep is a move and what it must give. An empty figure is zero.
type scenarioStep struct {
	qty, value       string // of the move; value also fixes an issue
	fixed            bool
	want, variance   string // Result.Value and Result.Variance
	unit             string // Result.UnitCost
	poolQty, poolVal string
	last             string // Pool.LastCost
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

func runScenario(t *testing.T, m Method, p Pool, steps []scenarioStep) Pool {
	t.Helper()
	for i, s := range steps {
		mv := Move{Qty: quantity(t, s.qty), Value: amount(t, orZero(s.value)), Fixed: s.fixed}
		p = apply(t, m, p, mv, Result{
			Value: amount(t, orZero(s.want)), Variance: amount(t, orZero(s.variance)), UnitCost: price(t, orZero(s.unit)),
		})
		if q, v, c := quantity(t, s.poolQty), amount(t, s.poolVal), price(t, s.last); p.Qty != q || p.Value != v || p.LastCost != c {
			t.Fatalf("step %d: pool %v worth %v, last %v; want %v, %v, %v", i, p.Qty, p.Value, p.LastCost, q, v, c)
		}
	}
	return p
}

func TestNegativeStock(t *testing.T) {
	for _, tc := range []struct {
		name  string
		open  Pool
		steps []scenarioStep
	}{
		{"crosses zero, then a dearer receipt fills the hole and leaves stock", Pool{}, []scenarioStep{
			{qty: "10", value: "100", want: "100", unit: "10", poolQty: "10", poolVal: "100", last: "10"},
			{qty: "-15", want: "-150", unit: "10", poolQty: "-5", poolVal: "-50", last: "10"},
			{qty: "-1", want: "-10", unit: "10", poolQty: "-6", poolVal: "-60", last: "10"},
			// 6 × 12 replaces the 60.00 booked; 4 × 12 stays.
			{qty: "10", value: "120", want: "120", variance: "-12", unit: "12", poolQty: "4", poolVal: "48", last: "12"},
			{qty: "-4", want: "-48", unit: "12", poolQty: "0", poolVal: "0", last: "12"},
		}},
		{"a cheaper receipt gives a gain", Pool{}, []scenarioStep{
			{qty: "2", value: "20", want: "20", unit: "10", poolQty: "2", poolVal: "20", last: "10"},
			{qty: "-5", want: "-50", unit: "10", poolQty: "-3", poolVal: "-30", last: "10"},
			{qty: "3", value: "24", want: "24", variance: "6", unit: "8", poolQty: "0", poolVal: "0", last: "8"},
		}},
		{"two receipts fill the hole in turn", Pool{Qty: -3e6, Value: -1000, LastCost: 3333333}, []scenarioStep{
			// A third of 10.00 was booked at 3.33, two thirds stay.
			{qty: "1", value: "4", want: "4", variance: "-0.67", unit: "4", poolQty: "-2", poolVal: "-6.67", last: "4"},
			{qty: "-1", want: "-4", unit: "4", poolQty: "-3", poolVal: "-10.67", last: "4"},
			{qty: "3", value: "10", want: "10", variance: "0.67", unit: "3.333333", poolQty: "0", poolVal: "0", last: "3.333333"},
		}},
		{"the rest of a receipt keeps its rounded share", Pool{Qty: -1e6, Value: -300, LastCost: 3e6}, []scenarioStep{
			{qty: "3", value: "10", want: "10", variance: "-0.33", unit: "3.333333", poolQty: "2", poolVal: "6.67", last: "3.333333"},
		}},
		{"no cost known: issues are free until the first receipt", Pool{}, []scenarioStep{
			{qty: "-2", poolQty: "-2", poolVal: "0", last: "0"},
			{qty: "5", value: "50", want: "50", variance: "-20", unit: "10", poolQty: "3", poolVal: "30", last: "10"},
		}},
		{"a gift fills the hole: what was booked is a gain", Pool{Qty: -2e6, Value: -2000, LastCost: 10e6}, []scenarioStep{
			{qty: "2", variance: "20", poolQty: "0", poolVal: "0", last: "0"},
		}},
		{"a worthless crumb does not make the rest free", Pool{Qty: 1e6, Value: 100, LastCost: 1e6}, []scenarioStep{
			{qty: "-0.999", want: "-1", unit: "1.001001", poolQty: "0.001", poolVal: "0", last: "1"},
			{qty: "-50", want: "-50", unit: "1", poolQty: "-49.999", poolVal: "-50", last: "1"},
		}},
		{"a crumb one cent off does not make the rest dear", Pool{Qty: 1e3, Value: 1, LastCost: 1e6}, []scenarioStep{
			{qty: "-50", want: "-50.01", unit: "1.0002", poolQty: "-49.999", poolVal: "-50", last: "1"},
		}},
		{"crossing with a last cost that no longer holds takes the pool's", Pool{Qty: 10e6, Value: 10000, LastCost: 9e6}, []scenarioStep{
			{qty: "-15", want: "-150", unit: "10", poolQty: "-5", poolVal: "-50", last: "10"},
		}},
		{"a fixed issue crosses zero", Pool{Qty: 4e6, Value: 4000, LastCost: 10e6}, []scenarioStep{
			// 48.00 stand against the 40.00 there are; 72.00 are owed.
			{qty: "-10", value: "120", fixed: true, want: "-120", variance: "8", unit: "12", poolQty: "-6", poolVal: "-72", last: "10"},
			{qty: "6", value: "60", want: "60", variance: "12", unit: "10", poolQty: "0", poolVal: "0", last: "10"},
		}},
		{"a fixed issue below zero", Pool{Qty: -1e6, Value: -1000, LastCost: 10e6}, []scenarioStep{
			{qty: "-1", value: "7", fixed: true, want: "-7", unit: "7", poolQty: "-2", poolVal: "-17", last: "10"},
			{qty: "-1", want: "-10", unit: "10", poolQty: "-3", poolVal: "-27", last: "10"},
		}},
		{"a sale return at original cost fills the hole", Pool{Qty: -3e6, Value: -3300, LastCost: 11e6}, []scenarioStep{
			{qty: "1", value: "9", fixed: true, want: "9", variance: "2", unit: "9", poolQty: "-2", poolVal: "-22", last: "9"},
		}},
	} {
		for _, m := range []Method{MovingAverage, FIFO} {
			t.Run(tc.name+"/"+m.String(), func(t *testing.T) { runScenario(t, m, tc.open, tc.steps) })
		}
	}
}

func TestFixedMovesMovingAverage(t *testing.T) {
	for _, tc := range []struct {
		name  string
		open  Pool
		steps []scenarioStep
	}{
		{"purchase return leaves the difference in stock", Pool{}, []scenarioStep{
			{qty: "10", value: "100", want: "100", unit: "10", poolQty: "10", poolVal: "100", last: "10"},
			{qty: "10", value: "140", want: "140", unit: "14", poolQty: "20", poolVal: "240", last: "12"},
			{qty: "-5", value: "70", fixed: true, want: "-70", unit: "14", poolQty: "15", poolVal: "170", last: "12"},
			{qty: "-15", want: "-170", unit: "11.333333", poolQty: "0", poolVal: "0", last: "11.333333"},
		}},
		{"return of everything: the residual is variance", Pool{Qty: 10e6, Value: 10500}, []scenarioStep{
			{qty: "-10", value: "100", fixed: true, want: "-100", variance: "-5", unit: "10", poolQty: "0", poolVal: "0", last: "10.5"},
		}},
		{"return of everything for more than it is worth", Pool{Qty: 10e6, Value: 10500}, []scenarioStep{
			{qty: "-10", value: "120", fixed: true, want: "-120", variance: "15", unit: "12", poolQty: "0", poolVal: "0", last: "10.5"},
		}},
		{"a return worth more than the pool takes what is there", Pool{Qty: 10e6, Value: 10000, LastCost: 10e6}, []scenarioStep{
			{qty: "-5", value: "120", fixed: true, want: "-120", variance: "20", unit: "24", poolQty: "5", poolVal: "0", last: "10"},
			{qty: "-5", poolQty: "0", poolVal: "0", last: "10"},
		}},
		{"sale return at original cost", Pool{Qty: 5e6, Value: 6000}, []scenarioStep{
			{qty: "1", value: "10", fixed: true, want: "10", unit: "10", poolQty: "6", poolVal: "70", last: "11.666667"},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) { runScenario(t, MovingAverage, tc.open, tc.steps) })
	}
}

func TestFixedMovesFIFO(t *testing.T) {
	layers := func(pairs ...int64) (ls []Layer) {
		for i := 0; i < len(pairs); i += 2 {
			ls = append(ls, Layer{money.Qty(pairs[i] * 1e6), money.Amount(pairs[i+1] * 100)})
		}
		return ls
	}
	for _, tc := range []struct {
		name       string
		open       []Layer
		qty, value string
		variance   string
		left       []Layer
	}{
		{"same value: only the oldest layer", layers(10, 100, 10, 120), "-5", "50", "", layers(5, 50, 10, 120)},
		{"dearer: the newest layer bears it", layers(10, 100, 10, 120), "-5", "60", "", layers(5, 50, 10, 110)},
		{"cheaper: the newest layer keeps it", layers(10, 100, 10, 120), "-15", "150", "", layers(5, 70)},
		{"the newest is exhausted, the next older follows", layers(10, 100, 10, 120, 1, 3), "-5", "60", "", layers(5, 50, 10, 113, 1, 0)},
		{"more than the pool", layers(10, 100, 10, 120), "-5", "230", "10", layers(5, 0, 10, 0)},
		{"all of it", layers(10, 100, 10, 120), "-20", "230", "10", nil},
		{"a receipt is a new layer", layers(10, 100), "2", "18", "", layers(10, 100, 2, 18)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var p Pool
			for _, l := range tc.open {
				p.Qty += l.Qty
				p.Value += l.Value
			}
			p.Layers = slices.Clone(tc.open)
			mv := Move{Qty: quantity(t, tc.qty), Value: amount(t, tc.value), Fixed: true}
			want := Result{Value: mv.Value, Variance: amount(t, orZero(tc.variance)), UnitCost: must(unitCost(mv.Value, max(mv.Qty, -mv.Qty)))(t)}
			if mv.Qty < 0 {
				want.Value = -mv.Value
			}
			next := apply(t, FIFO, p, mv, want)
			if !slices.Equal(next.Layers, tc.left) {
				t.Errorf("layers %v, want %v", next.Layers, tc.left)
			}
			if !slices.Equal(p.Layers, tc.open) {
				t.Errorf("8: the given layers became %v", p.Layers)
			}
		})
	}
}

func TestChangeOfMethod(t *testing.T) {
	p := Pool{Qty: 3e6, Value: 3300, LastCost: 12e6, Layers: []Layer{{1e6, 1000}, {2e6, 2300}}}
	average := apply(t, MovingAverage, p, Move{Qty: -1e6}, Result{Value: -1100, UnitCost: 11e6})
	next := apply(t, FIFO, average, Move{Qty: 1e6, Value: 1200}, Result{Value: 1200, UnitCost: 12e6})
	if want := []Layer{{2e6, 2200}, {1e6, 1200}}; !slices.Equal(next.Layers, want) {
		t.Errorf("layers %v, want %v", next.Layers, want)
	}
}

func TestRefusals(t *testing.T) {
	const huge = 1 << 62
	for _, tc := range []struct {
		name string
		m    Method
		p    Pool
		mv   Move
		want error
	}{
		{"unknown method", Method(2), Pool{}, Move{Qty: 1}, ErrMethod},
		{"no quantity", MovingAverage, Pool{}, Move{}, ErrMove},
		{"negative value of a receipt", MovingAverage, Pool{}, Move{Qty: 1, Value: -1}, ErrMove},
		{"negative value of a fixed issue", FIFO, Pool{}, Move{Qty: -1, Value: -1, Fixed: true}, ErrMove},
		{"value without quantity", MovingAverage, Pool{Value: 1}, Move{Qty: 1}, ErrPool},
		{"negative value", MovingAverage, Pool{Qty: 1, Value: -1}, Move{Qty: 1}, ErrPool},
		{"positive value below zero", MovingAverage, Pool{Qty: -1, Value: 1}, Move{Qty: 1}, ErrPool},
		{"negative last cost", MovingAverage, Pool{LastCost: -1}, Move{Qty: 1}, ErrPool},
		{"layers short of quantity", FIFO, Pool{Qty: 2, Value: 1, Layers: []Layer{{1, 1}}}, Move{Qty: 1}, ErrPool},
		{"layers short of value", FIFO, Pool{Qty: 1, Value: 2, Layers: []Layer{{1, 1}}}, Move{Qty: 1}, ErrPool},
		{"layers of an empty pool", FIFO, Pool{Layers: []Layer{{1, 1}}}, Move{Qty: 1}, ErrPool},
		{"layer without quantity", FIFO, Pool{Qty: 1, Layers: []Layer{{1, 0}, {0, 0}}}, Move{Qty: 1}, ErrPool},
		{"layer below zero", FIFO, Pool{Qty: 2, Layers: []Layer{{1, 1}, {1, -1}}}, Move{Qty: 1}, ErrPool},
		{"layers that wrap around to the pool", FIFO, Pool{Qty: 4, Layers: []Layer{{huge - 1, 0}, {huge - 1, 0}, {huge - 1, 0}, {huge - 1, 0}, {8, 0}}}, Move{Qty: 1}, money.ErrRange},
		{"quantity of the pool", MovingAverage, Pool{Qty: huge}, Move{Qty: -huge + 1}, money.ErrRange},
		{"value of the pool", MovingAverage, Pool{Qty: -1, Value: -huge}, Move{Qty: 1}, money.ErrRange},
		{"quantity of the move", MovingAverage, Pool{}, Move{Qty: -huge}, money.ErrRange},
		{"least quantity of all", MovingAverage, Pool{}, Move{Qty: -1 << 63}, money.ErrRange},
		{"value of the move", MovingAverage, Pool{}, Move{Qty: 1e6, Value: huge}, money.ErrRange},
		{"quantity grows out", FIFO, Pool{Qty: huge - 1}, Move{Qty: 1}, money.ErrRange},
		{"value grows out", MovingAverage, Pool{Qty: 1e12, Value: huge - 1}, Move{Qty: 1e6, Value: 1}, money.ErrRange},
		{"quantity falls out", MovingAverage, Pool{Qty: -(huge - 1)}, Move{Qty: -1}, money.ErrRange},
		{"value falls out", MovingAverage, Pool{Qty: -1e12, Value: -(huge - 1), LastCost: 1e6}, Move{Qty: -1e6}, money.ErrRange},
		{"issue below zero is worth too much", MovingAverage, Pool{LastCost: huge - 1}, Move{Qty: -1e12}, money.ErrRange},
		{"unit cost too large", MovingAverage, Pool{}, Move{Qty: 1, Value: 1e9}, money.ErrRange},
	} {
		t.Run(tc.name, func(t *testing.T) {
			next, res, err := Apply(tc.m, tc.p, tc.mv)
			if !errors.Is(err, tc.want) {
				t.Fatalf("error %v, want %v", err, tc.want)
			}
			if res != (Result{}) || next.Qty != tc.p.Qty || next.Value != tc.p.Value || !slices.Equal(next.Layers, tc.p.Layers) {
				t.Errorf("the pool changed to %+v, result %+v", next, res)
			}
		})
	}
}

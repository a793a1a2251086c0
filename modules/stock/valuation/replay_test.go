package valuation

import (
	"errors"
	"slices"
	"testing"

	"zhanggui/modules/kernel/money"
)

// A receipt of 10 at 16.00 turns up that belongs before the two issues.
func TestReplayOfABackDatedMove(t *testing.T) {
	opening := Pool{Qty: 10e6, Value: 10000, LastCost: 10e6}
	later := []Move{{Qty: -4e6}, {Qty: 2e6, Value: 3200}, {Qty: -8e6}}
	late := Move{Qty: 10e6, Value: 16000}
	for _, tc := range []struct {
		m       Method
		want    []money.Amount
		closing money.Amount // with the late receipt; without it nothing is left
	}{
		// Before: −40.00, +32.00, −92.00. After: −52.00, +32.00, 18 worth 240.00 → −106.67.
		{MovingAverage, []money.Amount{-1200, 0, -1467}, 13333},
		// Before: −40.00, +32.00, −92.00. After: 4 × 10, then 6 × 10 and 2 × 16 = 92.00.
		{FIFO, []money.Amount{0, 0, 0}, 16000},
	} {
		t.Run(tc.m.String(), func(t *testing.T) {
			before, closedBefore, err := Replay(tc.m, opening, later)
			if err != nil {
				t.Fatal(err)
			}
			if closedBefore.Value != 0 || closedBefore.Qty != 0 {
				t.Errorf("closing before %+v", closedBefore)
			}
			inserted, _, err := Apply(tc.m, opening, late)
			if err != nil {
				t.Fatal(err)
			}
			after, closed, err := Replay(tc.m, inserted, later)
			if err != nil {
				t.Fatal(err)
			}
			if got := Adjustments(before, after); !slices.Equal(got, tc.want) {
				t.Errorf("adjustments %v, want %v", got, tc.want)
			}
			if got := VarianceAdjustments(before, after); !slices.Equal(got, []money.Amount{0, 0, 0}) {
				t.Errorf("variance adjustments %v, want none", got)
			}
			if closed.Value != tc.closing {
				t.Errorf("closing %v, want %v", closed.Value, tc.closing)
			}
		})
	}
}

// A late receipt that fills a hole in time makes the variance disappear.
func TestReplayRemovesAVariance(t *testing.T) {
	opening := Pool{Qty: 1e6, Value: 1000, LastCost: 10e6}
	moves := []Move{{Qty: -3e6}, {Qty: 2e6, Value: 2600}}
	before, _, err := Replay(MovingAverage, opening, moves)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Result{{-3000, 0, 10e6}, {2600, -600, 13e6}}; !slices.Equal(before, want) {
		t.Fatalf("before %+v, want %+v", before, want)
	}
	inserted, _, err := Apply(MovingAverage, opening, Move{Qty: 2e6, Value: 2300})
	if err != nil {
		t.Fatal(err)
	}
	after, closed, err := Replay(MovingAverage, inserted, moves)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Adjustments(before, after), []money.Amount{-300, 0}; !slices.Equal(got, want) {
		t.Errorf("adjustments %v, want %v", got, want)
	}
	if got, want := VarianceAdjustments(before, after), []money.Amount{0, 600}; !slices.Equal(got, want) {
		t.Errorf("variance adjustments %v, want %v", got, want)
	}
	// 0.00 before + 23.00 received late − 3.00 + 6.00.
	if closed.Qty != 2e6 || closed.Value != 2600 {
		t.Errorf("closing %+v", closed)
	}
}

func TestAdjustmentsOfUnequalLength(t *testing.T) {
	one, two := []Result{{Value: 5}}, []Result{{Value: 7}, {Value: -3}}
	if got, want := Adjustments(one, two), []money.Amount{2, -3}; !slices.Equal(got, want) {
		t.Errorf("longer after: %v, want %v", got, want)
	}
	if got, want := Adjustments(two, one), []money.Amount{-2, 3}; !slices.Equal(got, want) {
		t.Errorf("longer before: %v, want %v", got, want)
	}
	if got := Adjustments(nil, nil); len(got) != 0 {
		t.Errorf("nothing: %v", got)
	}
}

func TestReplayErrors(t *testing.T) {
	opening := Pool{Qty: 1e6, Value: 100}
	results, p, err := Replay(FIFO, opening, []Move{{Qty: -1}, {}})
	if !errors.Is(err, ErrMove) || err.Error() != "move 1: valuation: invalid move: no quantity" {
		t.Errorf("error %v", err)
	}
	if results != nil || p.Qty != opening.Qty || p.Value != opening.Value {
		t.Errorf("results %v, pool %+v", results, p)
	}
	if _, _, err := Replay(FIFO, Pool{Value: 1}, nil); !errors.Is(err, ErrPool) {
		t.Errorf("bad opening: %v", err)
	}
	if results, p, err := Replay(MovingAverage, opening, nil); err != nil || len(results) != 0 || p.Value != 100 {
		t.Errorf("no moves: %v %+v %v", results, p, err)
	}
}

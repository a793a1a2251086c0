package valuation

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhanggui/modules/kernel/money"
)

var (
	methods = rapid.SampledFrom([]Method{MovingAverage, FIFO})
	// Quantities of whole pieces, of decimals, and of whole pools that meet
	// zero exactly, so that the interesting edges are common.
	quantities = rapid.OneOf(
		rapid.Map(rapid.Int64Range(-20, 20), func(n int64) money.Qty { return money.Qty(n * 1e6) }),
		rapid.Map(rapid.Int64Range(-20e6, 20e6), func(n int64) money.Qty { return money.Qty(n) }),
	)
	anyMove = rapid.Custom(func(t *rapid.T) Move {
		q := quantities.Filter(func(q money.Qty) bool { return q != 0 }).Draw(t, "quantity")
		v := money.Amount(rapid.Int64Range(0, 100_000).Draw(t, "value"))
		return Move{Qty: q, Value: v, Fixed: rapid.Bool().Draw(t, "fixed")}
	})
)

// drawMoves draws moves; now and then one that empties the pool exactly.
func drawMoves(t *rapid.T, n int) []Move {
	moves := rapid.SliceOfN(anyMove, 1, n).Draw(t, "moves")
	var q money.Qty
	for i := range moves {
		if q != 0 && rapid.IntRange(0, 4).Draw(t, "to zero") == 0 {
			moves[i].Qty = -q
		}
		q += moves[i].Qty
	}
	return moves
}

func TestInvariantsHoldForAnyMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := methods.Draw(t, "method")
		moves := drawMoves(t, 40)
		var p Pool
		var results []Result
		for _, mv := range moves {
			given := slices.Clone(p.Layers)
			next, res, err := Apply(m, p, mv)
			if errors.Is(err, money.ErrRange) {
				// A millionth of a piece worth a fortune has no unit cost.
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if broken := invariants(m, p, mv, next, res); broken != "" {
				t.Fatalf("%+v on %+v gives %+v: %s", mv, p, next, broken)
			}
			if !slices.Equal(given, p.Layers) {
				t.Fatalf("8: layers %v became %v", given, p.Layers)
			}
			p, results = next, append(results, res)
		}
		again, closed, err := Replay(m, Pool{}, moves)
		if err != nil || !slices.Equal(again, results) {
			t.Fatalf("replay %v %v, apply %v", again, err, results)
		}
		if closed.Qty != p.Qty || closed.Value != p.Value || closed.LastCost != p.LastCost || !slices.Equal(closed.Layers, p.Layers) {
			t.Fatalf("replay closes with %+v, apply with %+v", closed, p)
		}
	})
}

// Two futures of one pool must not see each other's layers.
func TestFuturesAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p, err := Replay(FIFO, Pool{}, drawMoves(t, 20))
		if err != nil {
			return
		}
		one, other := anyMove.Draw(t, "one"), anyMove.Draw(t, "other")
		first, _, err := Apply(FIFO, p, one)
		if err != nil {
			return
		}
		kept := slices.Clone(first.Layers)
		_, _, _ = Apply(FIFO, p, other)
		_, _, _ = Apply(FIFO, first, other)
		if !slices.Equal(kept, first.Layers) {
			t.Fatalf("layers %v became %v", kept, first.Layers)
		}
	})
}

// The moving average against exact fractions: an issue is never further than
// half a 分 from the exact share of the pool.
func TestMovingAverageIsTheNearestAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.Int64Range(2, 1e15).Draw(t, "pool quantity")
		v := rapid.Int64Range(0, 1e15).Draw(t, "pool value")
		out := rapid.Int64Range(1, q-1).Draw(t, "issue")
		_, res, err := Apply(MovingAverage, Pool{Qty: money.Qty(q), Value: money.Amount(v)}, Move{Qty: money.Qty(-out)})
		if errors.Is(err, money.ErrRange) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).Mul(big.NewRat(v, q), big.NewRat(out, 1))
		off := exact.Sub(exact, big.NewRat(int64(-res.Value), 1))
		// Half away from zero: the amount may be half a 分 above, not below.
		if off.Cmp(big.NewRat(1, 2)) >= 0 || off.Cmp(big.NewRat(-1, 2)) < 0 {
			t.Fatalf("issue worth %v is off by %v", res.Value, off)
		}
	})
}

// FIFO against the plainest model there is: one price tag per piece.
func TestFIFOAgainstPriceTags(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tags []int64
		var p Pool
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			n := rapid.Int64Range(1, 12).Draw(t, "pieces")
			var want money.Amount
			mv := Move{Qty: money.Qty(n * 1e6)}
			if rapid.Bool().Draw(t, "receipt") || int64(len(tags)) < n {
				tag := rapid.Int64Range(0, 5000).Draw(t, "price")
				for range n {
					tags = append(tags, tag)
				}
				mv.Value = money.Amount(n * tag)
				want = mv.Value
			} else {
				mv.Qty = -mv.Qty
				for _, tag := range tags[:n] {
					want -= money.Amount(tag)
				}
				tags = tags[n:]
			}
			next, res, err := Apply(FIFO, p, mv)
			if err != nil || res.Value != want || res.Variance != 0 {
				t.Fatalf("%+v: %+v %v, want value %v", mv, res, err, want)
			}
			p = next
		}
	})
}

// Adjustments explain the closing pool, whatever the late move is.
func TestAdjustmentsExplainTheClosing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := methods.Draw(t, "method")
		moves := drawMoves(t, 20)
		inserted, late, err := Apply(m, Pool{}, anyMove.Draw(t, "late"))
		if err != nil {
			return
		}
		before, closedBefore, err := Replay(m, Pool{}, moves)
		if err != nil {
			return
		}
		after, closed, err := Replay(m, inserted, moves)
		if err != nil {
			return
		}
		want := closedBefore.Value + late.Value + late.Variance
		for _, a := range append(Adjustments(before, after), VarianceAdjustments(before, after)...) {
			want += a
		}
		if closed.Value != want {
			t.Fatalf("closing %v, explained %v", closed.Value, want)
		}
	})
}

func FuzzApply(f *testing.F) {
	f.Add(false, int64(10e6), int64(10000), int64(10e6), int64(-15e6), int64(0), false)
	f.Add(true, int64(-5e6), int64(-5000), int64(10e6), int64(8e6), int64(9600), false)
	f.Add(true, int64(4e6), int64(4000), int64(10e6), int64(-10e6), int64(12000), true)
	f.Add(false, int64(1<<62-1), int64(1<<62-1), int64(1<<62-1), int64(-1<<63), int64(-1<<63), true)
	f.Fuzz(func(t *testing.T, fifo bool, qty, value, last, moved, worth int64, fixed bool) {
		m := MovingAverage
		if fifo {
			m = FIFO
		}
		p := Pool{Qty: money.Qty(qty), Value: money.Amount(value), LastCost: money.Price(last)}
		for _, q := range []int64{moved, moved / 2, -moved, -(qty + moved) / 3} {
			mv := Move{Qty: money.Qty(q), Value: money.Amount(worth), Fixed: fixed}
			next, res, err := Apply(m, p, mv)
			if err != nil {
				continue
			}
			if broken := invariants(m, p, mv, next, res); broken != "" {
				t.Fatalf("%+v on %+v gives %+v, %+v: %s", mv, p, next, res, broken)
			}
			p = next
		}
	})
}

// FuzzReplay reads four bytes a move: quantity, value and whether it is fixed.
func FuzzReplay(f *testing.F) {
	f.Add(true, []byte{10, 0, 100, 0, 0xf1, 0xff, 0, 0, 8, 0, 96, 0, 0xfd, 0xff, 200, 1})
	f.Add(false, []byte{3, 1, 10, 0, 0xff, 0x80, 3, 1})
	f.Fuzz(func(t *testing.T, fifo bool, data []byte) {
		m := MovingAverage
		if fifo {
			m = FIFO
		}
		var moves []Move
		for ; len(data) >= 4; data = data[4:] {
			moves = append(moves, Move{
				Qty:   money.Qty(int16(uint16(data[0])|uint16(data[1])<<8)) * 1000,
				Value: money.Amount(data[2]) * 7,
				Fixed: data[3]&1 == 1,
			})
		}
		results, closed, err := Replay(m, Pool{}, moves)
		if err != nil {
			if !errors.Is(err, ErrMove) {
				t.Fatal(err)
			}
			return
		}
		var sum money.Amount
		for _, r := range results {
			sum += r.Value + r.Variance
		}
		if sum != closed.Value || (closed.Qty == 0 && closed.Value != 0) {
			t.Fatalf("closing %+v, moves add up to %v", closed, sum)
		}
	})
}

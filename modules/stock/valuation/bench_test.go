package valuation

import (
	"testing"

	"zhanggui/modules/kernel/money"
)

// trade is n moves of a shop: receipts of 12 at changing prices, issues of 5.
func trade(n int) []Move {
	moves := make([]Move, n)
	for i := range moves {
		moves[i] = Move{Qty: -5e6}
		if i%3 == 0 {
			moves[i] = Move{Qty: 12e6, Value: money.Amount(12_000 + i%37*13)}
		}
	}
	return moves
}

func BenchmarkApply(b *testing.B) {
	ten := Pool{}
	for i := range money.Amount(10) {
		l := Layer{Qty: 10e6, Value: 10_000 + i}
		ten.Qty, ten.Value, ten.Layers = ten.Qty+l.Qty, ten.Value+l.Value, append(ten.Layers, l)
	}
	for _, m := range []Method{MovingAverage, FIFO} {
		b.Run(m.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := Apply(m, ten, Move{Qty: -15e6}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReplay10000(b *testing.B) {
	moves := trade(10_000)
	for _, m := range []Method{MovingAverage, FIFO} {
		b.Run(m.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := Replay(m, Pool{}, moves); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

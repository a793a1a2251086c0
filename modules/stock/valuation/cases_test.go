package valuation

import (
	"os"
	"strings"
	"testing"

	"zhanggui/modules/kernel/money"
)

// Figures are written as people write them; these helpers read them.

func amount(t testing.TB, s string) money.Amount {
	t.Helper()
	return must(money.ParseAmount(s))(t)
}

func quantity(t testing.TB, s string) money.Qty {
	t.Helper()
	return must(money.ParseQty(s))(t)
}

func price(t testing.TB, s string) money.Price {
	t.Helper()
	return must(money.ParsePrice(s))(t)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// worth is quantity × price in 分.
func worth(t testing.TB, q, p string) money.Amount {
	t.Helper()
	return must(extend(quantity(t, q), price(t, p)))(t)
}

// column finds the words after the method's name: its expected figures.
func column(t *testing.T, m Method, words []string) []string {
	t.Helper()
	name := "moving"
	if m == FIFO {
		name = "fifo"
	}
	for i, w := range words {
		if w == name {
			return words[i+1:]
		}
	}
	t.Fatalf("no column %q in %v", name, words)
	return nil
}

func TestWorkedExamples(t *testing.T) {
	text := string(must(os.ReadFile("testdata/cases.txt"))(t))
	cases := strings.Split("\n"+text, "\ncase ")[1:]
	if len(cases) != 10 {
		t.Fatalf("%d cases read, want 10", len(cases))
	}
	for _, body := range cases {
		head, steps, _ := strings.Cut(body, "\n")
		name, _, _ := strings.Cut(head, " ")
		for _, m := range []Method{MovingAverage, FIFO} {
			t.Run(name+"/"+m.String(), func(t *testing.T) { runCase(t, m, steps) })
		}
	}
}

func runCase(t *testing.T, m Method, steps string) {
	var p Pool
	closed := false
	for line := range strings.Lines(steps) {
		w := strings.Fields(line)
		if len(w) == 0 || w[0] == "#" {
			continue
		}
		q := quantity(t, w[1])
		switch w[0] {
		case "open":
			p = Pool{Qty: q, Value: worth(t, w[1], w[2])}
		case "in":
			v := worth(t, w[1], w[2])
			p = apply(t, m, p, Move{Qty: q, Value: v}, Result{Value: v, UnitCost: must(unitCost(v, q))(t)})
		case "out":
			c := column(t, m, w)
			p = apply(t, m, p, Move{Qty: -q}, Result{Value: -amount(t, c[0]), UnitCost: price(t, c[1])})
		case "close":
			want := amount(t, column(t, m, w)[0])
			if p.Qty != q || p.Value != want {
				t.Errorf("closing %v worth %v, want %v worth %v", p.Qty, p.Value, q, want)
			}
			closed = true
		default:
			t.Fatalf("unknown step %q", line)
		}
	}
	if !closed {
		t.Fatal("the case has no closing line")
	}
}

// apply makes one move and compares its result; it also checks the invariants.
func apply(t *testing.T, m Method, p Pool, mv Move, want Result) Pool {
	t.Helper()
	next, res, err := Apply(m, p, mv)
	if err != nil {
		t.Fatalf("%+v: %v", mv, err)
	}
	if res != want {
		t.Errorf("move %v of %v: value %v variance %v unit %v, want %v, %v, %v",
			mv.Qty, p.Qty, res.Value, res.Variance, res.UnitCost, want.Value, want.Variance, want.UnitCost)
	}
	if broken := invariants(m, p, mv, next, res); broken != "" {
		t.Errorf("move %v of %v: %s", mv.Qty, p.Qty, broken)
	}
	return next
}

// invariants names the first numbered invariant of the package that a move
// breaks, or returns "". It does not use the package's own checks.
func invariants(m Method, p Pool, mv Move, next Pool, res Result) string {
	var sum Layer
	for _, l := range next.Layers {
		if l.Qty <= 0 || l.Value < 0 {
			return "7: bad layer"
		}
		sum.Qty += l.Qty
		sum.Value += l.Value
	}
	layered := m == FIFO && next.Qty > 0
	switch {
	case next.Value != p.Value+res.Value+res.Variance, next.Qty != p.Qty+mv.Qty:
		return "1: not conserved"
	case next.Qty == 0 && next.Value != 0:
		return "2: zero quantity with a value"
	case next.Qty > 0 && next.Value < 0, next.Qty < 0 && next.Value > 0:
		return "3: value on the wrong side"
	case mv.Qty < 0 && !mv.Fixed && res.Variance != 0:
		return "4: variance of a plain issue"
	case mv.Qty > 0 && res.Value != mv.Value, mv.Qty < 0 && mv.Fixed && res.Value != -mv.Value:
		return "6: fixed value changed"
	case mv.Qty < 0 && res.Value > 0, res.UnitCost < 0, next.LastCost < 0:
		return "wrong sign"
	case layered && (sum != Layer{next.Qty, next.Value}), !layered && next.Layers != nil:
		return "7: layers do not add up"
	}
	return ""
}

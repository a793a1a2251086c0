package ordering

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

func TestHopPlan(t *testing.T) {
	hop := Hop{Kind: "receives", Prefix: "buying"}
	from := []Origin{{Line: 1, Document: 9, Order: 50, OrderLine: 51}, {Line: 2, Document: 9, Order: 50, OrderLine: 51}, {Line: 3, Document: 9, Order: 60, OrderLine: 61}}
	open := []OpenLine{
		{Line: 51, Item: 7, Left: 10 * money.OneQty, Order: 50, Number: "CG1", State: "confirmed"},
		{Line: 61, Item: 8, Left: 5 * money.OneQty, Order: 60, Number: "CG2", State: "closed"},
	}
	for _, c := range []struct {
		name     string
		lines    []Target
		made     string
		problems string
	}{
		{"all of it in two lines", []Target{{1, 7, 4 * money.OneQty, 400}, {2, 7, 6 * money.OneQty, 600}}, "50/51→9/1 4 4.00 50/51→9/2 6 6.00 ", ""},
		{"more than is left in two lines", []Target{{1, 7, 4 * money.OneQty, 400}, {2, 7, 7 * money.OneQty, 700}}, "50/51→9/1 4 4.00 50/51→9/2 7 7.00 ",
			"buying.over at /lines/1/qty left=6 number=CG1 wanted=7"},
		{"an order that is not open", []Target{{3, 8, money.OneQty, 1}}, "60/61→9/3 1 0.01 ", "buying.not_open at /lines/0/qty number=CG2"},
		{"another item", []Target{{1, 8, money.OneQty, 1}}, "", ""},
		{"a line of its own", []Target{{4, 7, money.OneQty, 1}}, "", ""},
	} {
		made, list := hop.Plan(c.lines, from, open)
		var b strings.Builder
		for _, l := range made {
			fmt.Fprintf(&b, "%d/%d→%d/%d %s %s ", l.Source, l.SourceLine, l.Target, l.TargetLine, l.Qty, l.Amount)
		}
		if b.String() != c.made || list.Error() != c.problems {
			t.Errorf("%s: %s %s\nwant %s %s", c.name, b.String(), list.Error(), c.made, c.problems)
		}
	}
}

func TestRefit(t *testing.T) {
	live := []links.Link{{Source: 50, SourceLine: 51, Target: 9, TargetLine: 1, Qty: 6 * money.OneQty, Amount: 600}, {Source: 50, SourceLine: 52, Target: 9, TargetLine: 2, Qty: money.OneQty, Amount: 100}}
	open := []OpenLine{{Line: 51, Item: 7, Left: 4 * money.OneQty}, {Line: 52, Item: 8}}
	for _, c := range []struct {
		name  string
		lines []Target
		want  string
	}{
		{"nothing changed", []Target{{1, 7, 6 * money.OneQty, 600}, {2, 8, money.OneQty, 100}}, "51→1 6 6.00 52→2 1 1.00 "},
		{"cut down", []Target{{1, 7, 2 * money.OneQty, 200}, {2, 8, money.OneQty, 100}}, "51→1 2 2.00 52→2 1 1.00 "},
		{"more than there is", []Target{{1, 7, 11 * money.OneQty, 1100}, {2, 8, 2 * money.OneQty, 200}}, "51→1 10 11.00 52→2 1 2.00 "},
		{"another item, and a line gone", []Target{{1, 8, 6 * money.OneQty, 600}, {3, 8, money.OneQty, 100}}, ""},
	} {
		got := ""
		for _, l := range refit(live, c.lines, open) {
			got += fmt.Sprintf("%d→%d %s %s ", l.SourceLine, l.TargetLine, l.Qty, l.Amount)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSettled(t *testing.T) {
	for _, c := range []struct {
		state           state.State
		short, complete bool
		want            string
	}{
		{"draft", false, true, ""}, {"confirmed", false, false, ""}, {"confirmed", false, true, "complete"},
		{"closed", false, true, ""}, {"closed", false, false, "resume"}, {"closed", true, false, ""}, {"void", false, false, ""},
	} {
		if got := Settled(c.state, c.short, c.complete); got != c.want {
			t.Errorf("%s short=%v complete=%v: %q, want %q", c.state, c.short, c.complete, got, c.want)
		}
	}
}

func TestSumAndValidate(t *testing.T) {
	d := Direction{Module: "purchasing"}
	s := Sheet{Doc: &resource.Doc{Date: clock.Date("2026-11-21")}, Head: &Head{TaxMode: "included", Discount: 1000, Rounding: 30, Promised: "2026-11-22"},
		Lines:   []*Line{{Qty: 2 * money.OneQty, Price: 56_500_000, Rate: 13_000_000}, {Qty: money.OneQty, Price: 100_000_000, Discount: 50_000_000}},
		Charges: []Charge{{Amount: 1090, Rate: 9_000_000}}}
	if list := append(s.Sum(), d.Validate(s)...); len(list) > 0 {
		t.Fatal(list)
	}
	got := fmt.Sprintln(s.Lines[0].Net, s.Lines[0].Tax, s.Lines[0].Off, s.Lines[1].Net, s.Lines[1].Off, s.Charges[0].Net, s.Head.Goods, s.Head.Net, s.Head.Tax, s.Head.Gross)
	// 10.30 off, shared 113 : 50 = 7.14 (6.32 + 0.82) and 3.16
	if want := "100.00 13.00 7.14 50.00 3.16 10.00 163.00 150.52 13.08 163.60\n"; got != want {
		t.Errorf("%swant %s", got, want)
	}
	s.Head.Promised, s.Lines[0].Qty, s.Lines[0].Price, s.Lines[1].Discount, s.Head.Gross = "2026-11-20", -1, -1, -1, -1
	want := "purchasing.quantity at /lines/0/qty\npurchasing.price at /lines/0/price\npurchasing.discount at /lines/1/discount\npurchasing.promised at /promised\npurchasing.off at /discount off=10.30"
	if got := d.Validate(s).Error(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

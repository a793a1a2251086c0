package commerce

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zhanggui/modules/kernel/money"
)

const percent = money.OneRate / 100

func line(qty, price string, discount, rate money.Rate) Line {
	q, err := money.ParseQty(qty)
	if err != nil {
		panic(err)
	}
	p, err := money.ParsePrice(price)
	if err != nil {
		panic(err)
	}
	return Line{Qty: q, Price: p, Discount: discount * percent, Rate: rate * percent}
}

func TestSheet(t *testing.T) {
	for _, c := range []struct {
		name  string
		sheet Sheet
		lines [][4]money.Amount // amount, net, tax, gross
		want  Totals
	}{
		{"nothing", Sheet{Mode: TaxExcluded}, nil, Totals{}},
		{"tax on top", Sheet{Mode: TaxExcluded, Lines: []Line{line("20", "12.5", 0, 13), line("3", "0.295", 0, 13)}},
			[][4]money.Amount{{25000, 25000, 3250, 28250}, {89, 89, 12, 101}},
			Totals{Goods: 25089, Net: 25089, Tax: 3262, Gross: 28351}},
		{"tax inside", Sheet{Mode: TaxIncluded, Lines: []Line{line("1", "100", 0, 13), line("1", "100", 10, 9)}},
			[][4]money.Amount{{10000, 8850, 1150, 10000}, {9000, 8257, 743, 9000}},
			Totals{Goods: 19000, Net: 17107, Tax: 1893, Gross: 19000}},
		{"no tax, whatever the rate", Sheet{Mode: TaxNone, Lines: []Line{line("1", "100", 0, 13)}, Rounding: 30},
			[][4]money.Amount{{10000, 10000, 0, 10000}},
			Totals{Goods: 10000, Net: 9970, Gross: 9970, OffNet: 30}},
		{"discount over two rates", Sheet{Mode: TaxIncluded, Lines: []Line{line("1", "113", 0, 13), line("1", "327", 0, 9)}, Discount: 4400},
			[][4]money.Amount{{11300, 10000, 1300, 11300}, {32700, 30000, 2700, 32700}},
			// 11.30 at 13 % and 32.70 at 9 %: 10.00 + 1.30 and 30.00 + 2.70
			Totals{Goods: 44000, Net: 36000, Tax: 3600, Gross: 39600, OffNet: 4000, OffTax: 400}},
		{"charge and rounding", Sheet{Mode: TaxExcluded, Lines: []Line{line("1", "100", 0, 13)}, Charges: []Charge{{Amount: 1000, Rate: 9 * percent}}, Rounding: 90},
			[][4]money.Amount{{10000, 10000, 1300, 11300}},
			Totals{Goods: 10000, Charge: 1000, Net: 10920, Tax: 1380, Gross: 12300, OffNet: 80, OffTax: 10}},
		{"a return line beside", Sheet{Mode: TaxExcluded, Lines: []Line{line("2", "50", 0, 13), line("-1", "20", 0, 13)}, Discount: 904},
			[][4]money.Amount{{10000, 10000, 1300, 11300}, {-2000, -2000, -260, -2260}},
			Totals{Goods: 8000, Net: 7200, Tax: 936, Gross: 8136, OffNet: 800, OffTax: 104}},
		{"discount on nothing", Sheet{Mode: TaxIncluded, Discount: 500}, nil, Totals{Net: -500, Gross: -500, OffNet: 500}},
	} {
		got, problems := c.sheet.Compute()
		if len(problems) > 0 || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, problems, c.want)
		}
		for i, l := range c.sheet.Lines {
			if got := [4]money.Amount{l.Amount, l.Net, l.Tax, l.Gross}; got != c.lines[i] {
				t.Errorf("%s, line %d: %v, want %v", c.name, i, got, c.lines[i])
			}
		}
	}
}

func TestRange(t *testing.T) {
	s := Sheet{Mode: TaxNone, Lines: []Line{{Qty: 1}, {Qty: math.MaxInt64, Price: math.MaxInt64}}}
	if _, list := s.Compute(); list.Error() != "commerce.range at /lines/1/amount" {
		t.Errorf("line: %v", list)
	}
	s = Sheet{Mode: TaxExcluded, Charges: []Charge{{Amount: math.MaxInt64, Rate: percent}}}
	if _, list := s.Compute(); list.Error() != "commerce.range at /charges/0/amount" {
		t.Errorf("charge: %v", list)
	}
	s = Sheet{Mode: TaxNone, Charges: []Charge{{Amount: math.MaxInt64}, {Amount: 1}}}
	if _, list := s.Compute(); list.Error() != "commerce.range" {
		t.Errorf("sheet: %v", list)
	}
}

func TestShareNet(t *testing.T) {
	got, err := ShareNet([]Line{{Net: 10000}, {Net: 20000}, {Net: 0}}, 100)
	if want := []money.Amount{9967, 19933, 0}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if got, err := ShareNet(nil, 0); len(got) != 0 || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestShareOff(t *testing.T) {
	s := Sheet{Lines: []Line{{Gross: 10000}, {Gross: 5000}, {Gross: 0}}, Discount: 90, Rounding: 10}
	got, err := s.ShareOff()
	if want := []money.Amount{67, 33, 0}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if got, err := (&Sheet{Discount: 5}).ShareOff(); len(got) != 0 || err != nil {
		t.Errorf("no lines: %v, %v", got, err)
	}
}

func drawSheet(t *rapid.T) Sheet {
	rates := []money.Rate{0, percent, 3 * percent, 6 * percent, 9 * percent, 13 * percent}
	s := Sheet{
		Mode:     rapid.SampledFrom([]string{TaxNone, TaxExcluded, TaxIncluded}).Draw(t, "mode"),
		Discount: money.Amount(rapid.Int64Range(0, 1e7).Draw(t, "discount")),
		Rounding: money.Amount(rapid.Int64Range(0, 99).Draw(t, "rounding")),
	}
	for range rapid.IntRange(0, 8).Draw(t, "lines") {
		s.Lines = append(s.Lines, Line{
			Qty:      money.Qty(rapid.Int64Range(-1e10, 1e11).Draw(t, "qty")),
			Price:    money.Price(rapid.Int64Range(0, 1e10).Draw(t, "price")),
			Discount: money.Rate(rapid.Int64Range(0, int64(money.OneRate)).Draw(t, "off")),
			Rate:     rapid.SampledFrom(rates).Draw(t, "rate"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "charges") {
		s.Charges = append(s.Charges, Charge{
			Amount: money.Amount(rapid.Int64Range(0, 1e8).Draw(t, "amount")), Rate: rapid.SampledFrom(rates).Draw(t, "rate"),
		})
	}
	return s
}

func TestSheetAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSheet(t)
		got, problems := s.Compute()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var sum Totals
		for _, l := range s.Lines {
			if l.Net+l.Tax != l.Gross {
				t.Fatalf("line %+v", l)
			}
			sum.Goods, sum.Net, sum.Tax, sum.Gross = sum.Goods+l.Amount, sum.Net+l.Net, sum.Tax+l.Tax, sum.Gross+l.Gross
		}
		for _, c := range s.Charges {
			if c.Net+c.Tax != c.Gross {
				t.Fatalf("charge %+v", c)
			}
			sum.Charge, sum.Net, sum.Tax, sum.Gross = sum.Charge+c.Amount, sum.Net+c.Net, sum.Tax+c.Tax, sum.Gross+c.Gross
		}
		if got.OffNet+got.OffTax != s.Discount+s.Rounding {
			t.Fatalf("off %d + %d of %d", got.OffNet, got.OffTax, s.Discount+s.Rounding)
		}
		sum.OffNet, sum.OffTax = got.OffNet, got.OffTax
		sum.Net, sum.Tax, sum.Gross = sum.Net-got.OffNet, sum.Tax-got.OffTax, sum.Gross-s.Discount-s.Rounding
		if got != sum || got.Net+got.Tax != got.Gross {
			t.Fatalf("%+v, parts add up to %+v", got, sum)
		}
		nets, err := ShareNet(s.Lines, got.OffNet)
		if err == nil && len(s.Lines) > 0 {
			var whole money.Amount
			for _, l := range s.Lines {
				whole += l.Net
			}
			if shared, err := money.Sum(nets...); err != nil || shared != whole-got.OffNet {
				t.Fatalf("shares %d of %d", shared, whole-got.OffNet)
			}
		}
	})
}

func TestSheetMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSheet(t)
		mirror := Sheet{Mode: s.Mode, Discount: -s.Discount, Rounding: -s.Rounding}
		for _, l := range s.Lines {
			mirror.Lines = append(mirror.Lines, Line{Qty: -l.Qty, Price: l.Price, Discount: l.Discount, Rate: l.Rate})
		}
		for _, c := range s.Charges {
			mirror.Charges = append(mirror.Charges, Charge{Amount: -c.Amount, Rate: c.Rate})
		}
		a, _ := s.Compute()
		b, _ := mirror.Compute()
		if a != (Totals{-b.Goods, -b.Charge, -b.Net, -b.Tax, -b.Gross, -b.OffNet, -b.OffTax}) {
			t.Fatalf("%+v is not the mirror of %+v", b, a)
		}
	})
}

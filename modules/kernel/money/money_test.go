package money

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Amount
		err  error
	}{
		{"0", 0, nil},
		{"-0", 0, nil},
		{"1265.8", 126580, nil},
		{"1265.80", 126580, nil},
		{"1265.8000", 126580, nil},
		{"+12", 1200, nil},
		{"-0.05", -5, nil},
		{"007", 700, nil},
		{"1,265.80", 126580, nil},
		{"12,345,678.9", 1234567890, nil},
		{" 12.5\t", 1250, nil},
		{"\u3000１，２６５．８０ ", 126580, nil},
		{"－３．５", -350, nil},
		{"\u22121", -100, nil},
		{"92233720368547758.07", math.MaxInt64, nil},
		{"-92233720368547758.08", math.MinInt64, nil},
		{"92233720368547758.08", 0, ErrRange},
		{"-92233720368547758.09", 0, ErrRange},
		{"999999999999999999999999", 0, ErrRange},
		{"0.001", 0, ErrPrecision},
		{"1.005", 0, ErrPrecision},
		{"", 0, ErrSyntax},
		{"  ", 0, ErrSyntax},
		{"-", 0, ErrSyntax},
		{".", 0, ErrSyntax},
		{".5", 0, ErrSyntax},
		{"5.", 0, ErrSyntax},
		{"1.2.3", 0, ErrSyntax},
		{"--1", 0, ErrSyntax},
		{"+-1", 0, ErrSyntax},
		{"- 1", 0, ErrSyntax},
		{"1 000", 0, ErrSyntax},
		{"1e3", 0, ErrSyntax},
		{"0x10", 0, ErrSyntax},
		{"NaN", 0, ErrSyntax},
		{"13%", 0, ErrSyntax},
		{"1_000", 0, ErrSyntax},
		{"12,65.80", 0, ErrSyntax},
		{"1234,567", 0, ErrSyntax},
		{",123", 0, ErrSyntax},
		{"1,,234", 0, ErrSyntax},
		{"1,234,", 0, ErrSyntax},
		{"1.234,567", 0, ErrSyntax},
		{"壹", 0, ErrSyntax},
	} {
		got, err := ParseAmount(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseAmount(%q) = %d, %v; want %d, %v", c.in, got, err, c.want, c.err)
		}
	}
}

func TestStringForms(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Amount(126580).String(), "1265.80"},
		{Amount(0).String(), "0.00"},
		{Amount(-5).String(), "-0.05"},
		{Amount(math.MinInt64).String(), "-92233720368547758.08"},
		{Price(12_500_000).String(), "12.5"},
		{Price(1).String(), "0.000001"},
		{Qty(0).String(), "0"},
		{Qty(-500_000).String(), "-0.5"},
		{Qty(1_000_000_000).String(), "1000"},
		{Rate(13_000_000).String(), "0.13"},
		{OneRate.String(), "1"},
		{Rate(math.MinInt64).String(), "-92233720368.54775808"},
		{Format(126580), "1,265.80"},
		{Format(-126580), "-1,265.80"},
		{Format(-12658), "-126.58"},
		{Format(99), "0.99"},
		{Format(100_000_000), "1,000,000.00"},
		{FormatQty(12_000_500_000), "12,000.5"},
		{FormatQty(999_000_000), "999"},
		{FormatPrice(1_265_800_000), "1,265.80"},
		{FormatPrice(12_000_000), "12.00"},
		{FormatPrice(85_000), "0.085"},
		{FormatPrice(-500_000), "-0.50"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestParseOtherScales(t *testing.T) {
	if p, err := ParsePrice("0.000001"); p != 1 || err != nil {
		t.Errorf("price %d %v", p, err)
	}
	if _, err := ParsePrice("0.0000001"); !errors.Is(err, ErrPrecision) {
		t.Errorf("price: %v", err)
	}
	if q, err := ParseQty("1,000.5"); q != 1_000_500_000 || err != nil {
		t.Errorf("quantity %d %v", q, err)
	}
	if r, err := ParseRate("0.13"); r != 13_000_000 || err != nil {
		t.Errorf("rate %d %v", r, err)
	}
	if _, err := ParseRate("100000000000"); !errors.Is(err, ErrRange) {
		t.Errorf("rate: %v", err)
	}
}

func TestJSON(t *testing.T) {
	type line struct {
		A Amount
		P *Price
		Q Qty
		R Rate
	}
	price := Price(12_500_000)
	text, err := json.Marshal(line{A: 126580, P: &price, Q: -500_000, R: 13_000_000})
	want := `{"A":"1265.80","P":"12.5","Q":"-0.5","R":"0.13"}`
	if err != nil || string(text) != want {
		t.Fatalf("got %s, %v", text, err)
	}
	var back line
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.A != 126580 || *back.P != price || back.Q != -500_000 || back.R != 13_000_000 {
		t.Fatalf("got %+v", back)
	}
	for _, bad := range []string{`12`, `12.5`, `null`, `true`, `""`, `[]`, `{}`, `"x"`, `"1e2"`} {
		a := Amount(7)
		if err := json.Unmarshal([]byte(bad), &a); !errors.Is(err, ErrSyntax) || a != 7 {
			t.Errorf("%s gave %d, %v", bad, a, err)
		}
	}
	var none struct{ P *Price }
	if err := json.Unmarshal([]byte(`{"P":null}`), &none); err != nil || none.P != nil {
		t.Errorf("a null pointer field: %v, %v", none.P, err)
	}
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64().Draw(t, "v")
		for _, s := range []string{Amount(v).String(), Format(Amount(v))} {
			if got, err := ParseAmount(s); int64(got) != v || err != nil {
				t.Fatalf("amount %q: %d, %v", s, got, err)
			}
		}
		for _, s := range []string{Qty(v).String(), FormatQty(Qty(v))} {
			if got, err := ParseQty(s); int64(got) != v || err != nil {
				t.Fatalf("quantity %q: %d, %v", s, got, err)
			}
		}
		if got, err := ParsePrice(Price(v).String()); int64(got) != v || err != nil {
			t.Fatalf("price %d: %d, %v", v, got, err)
		}
		if got, err := ParseRate(Rate(v).String()); int64(got) != v || err != nil {
			t.Fatalf("rate %d: %d, %v", v, got, err)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"0", "-1,265.80", "１２．５", "1e9", "+0.10", ",1", "92233720368547758.07", " . "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAmount(s)
		if err != nil {
			if a != 0 {
				t.Fatalf("%q: %d beside an error", s, a)
			}
			return
		}
		for _, form := range []string{a.String(), Format(a)} {
			if again, err := ParseAmount(form); err != nil || again != a {
				t.Fatalf("%q is %d, but %q is %d, %v", s, a, form, again, err)
			}
		}
	})
}

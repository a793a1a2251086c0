package settlement

import (
	"strings"
	"testing"

	"zhanggui/modules/kernel/money"
)

func amounts(text string) []money.Amount {
	var out []money.Amount
	for _, part := range strings.Fields(text) {
		a, err := money.ParseAmount(part)
		if err != nil {
			panic(err)
		}
		out = append(out, a)
	}
	return out
}

func TestOldestFirst(t *testing.T) {
	for _, c := range []struct{ name, total, open, want string }{
		{"exact", "30", "10 20", "10.00 20.00"},
		{"part of the second", "25", "10 20 5", "10.00 15.00 -"},
		{"more than there is", "50", "10 20", "10.00 20.00"},
		{"a return helps", "70", "100 -30", "100.00 -30.00"},
		{"a return helps as far as needed", "80", "100 -30", "100.00 -20.00"},
		{"a return is left when money suffices", "70", "50 -30", "50.00 -"},
		{"a return pays beyond the money", "70", "60 -30 90", "60.00 -30.00 40.00"},
		{"nothing but returns", "70", "-30", "-"},
		{"offset", "0", "50 -30 -40", "50.00 -30.00 -20.00"},
		{"offset with nothing to offset", "0", "50", "-"},
		{"refund", "-30", "-20 -20 5", "-20.00 -15.00 5.00"},
		{"one cent", "0.01", "0.02", "0.01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var items []*OpenItem
			for i, a := range amounts(c.open) {
				it := &OpenItem{Open: a}
				it.ID = int64(i)
				items = append(items, it)
			}
			got, err := oldestFirst(amounts(c.total)[0], items)
			if err != nil {
				t.Fatal(err)
			}
			byID := map[int64]string{}
			for _, s := range got {
				byID[s.item.ID] = s.amount.String()
			}
			want := strings.Fields(c.want)
			for len(want) < len(items) {
				want = append(want, "-")
			}
			for i, w := range want {
				if g := byID[int64(i)]; g != w && !(w == "-" && g == "") && !(c.want == "-" && g == "") {
					t.Errorf("item %d: %q, want %q", i, g, w)
				}
			}
		})
	}
}

func TestOldestFirstRange(t *testing.T) {
	if _, err := oldestFirst(1<<62, []*OpenItem{{Open: -(1 << 62)}, {Open: 5}}); err == nil {
		t.Error("money and returns beyond the range must be refused")
	}
}

func TestBuckets(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"30", true}, {"30,60,90", true}, {"30，60、90", true}, {"", false}, {"30,30", false}, {"60,30", false}, {"0,30", false},
		{"a", false}, {"1,2,3,4,5,6,7,8,9,10,11,12,13", false},
	} {
		if _, ok := parseBuckets(c.text); ok != c.ok {
			t.Errorf("%q: %v, want %v", c.text, ok, c.ok)
		}
	}
}

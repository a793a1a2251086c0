package ooxml

import "testing"

func TestNumber(t *testing.T) {
	for raw, want := range map[string]string{
		"0": "0", "-0": "0", "12": "12", "007": "7", "+3": "3", " 5 ": "5",
		"12.30": "12.3", "12.300000000000001": "12.3", "0.1": "0.1", ".5": "0.5", "5.": "5", "-0.50": "-0.5",
		"1265.8": "1265.8", "0.30000000000000004": "0.3", "99999999999999.995": "100000000000000",
		"1.2E3": "1200", "1.2345678901234568E+17": "123456789012346000", "1E-5": "0.00001", "-2.5e-1": "-0.25",
		"123456789012345678": "123456789012345678", "5.6843418860808015E-14": "0", "1E-12": "0.000000000001", "1E-13": "0",
		"1.005": "1.005", "2.675": "2.675", "1E+20": "100000000000000000000", "999999999999999.9": "1000000000000000",
	} {
		if got, ok := Number(raw); !ok || got != want {
			t.Errorf("Number(%q) = %q, %v, want %q", raw, got, ok, want)
		}
	}
	for _, raw := range []string{"", "-", ".", "e5", "1e", "1e999", "1,5", "0x10", "NaN", "1 2", "١"} {
		if got, ok := Number(raw); ok || got != raw {
			t.Errorf("Number(%q) = %q, %v", raw, got, ok)
		}
	}
}

func TestDateText(t *testing.T) {
	for _, c := range []struct {
		number   string
		date1904 bool
		want     string
	}{
		{"46347", false, "2026-11-21"}, {"46347.5", false, "2026-11-21 12:00:00"}, {"46347.4187962963", false, "2026-11-21 10:03:04"},
		{"46347.999999", false, "2026-11-22"}, {"0.25", false, "06:00:00"}, {"0.999999", false, "0.999999"},
		{"1", false, "1900-01-01"}, {"59", false, "1900-02-28"}, {"60", false, "60"}, {"61", false, "1900-03-01"},
		{"0", false, "0"}, {"-1", false, "-1"}, {"2958465", false, "9999-12-31"}, {"2958466", false, "2958466"},
		{"44885", true, "2026-11-21"}, {"0", true, "1904-01-01"}, {"0.5", true, "12:00:00"},
	} {
		got := dateText(c.number, c.date1904)
		if c.number == "0.999999" { // rounds up to the first day
			if got != "1900-01-01" {
				t.Errorf("%s = %q", c.number, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("dateText(%s, %v) = %q, want %q", c.number, c.date1904, got, c.want)
		}
	}
	if got := isoText("2026-11-21T00:00:00.000Z"); got != "2026-11-21" {
		t.Errorf("isoText = %q", got)
	}
}

func TestIsDateFormat(t *testing.T) {
	for _, c := range []struct {
		id   int
		code string
		want bool
	}{
		{0, "", false}, {4, "", false}, {14, "", true}, {22, "", true}, {31, "", true}, {46, "", false}, {49, "", false}, {57, "", true},
		{164, "General", false}, {164, "yyyy-mm-dd", true}, {164, `yyyy"年"m"月"d"日"`, true}, {164, "[$-804]aaaa;@", false},
		{164, "[$-F800]dddd", true}, {164, `0.00" d"`, false}, {164, `#,##0.00\ "元"`, false}, {164, "[Red]0.00", false},
		{164, "0;[Blue]yyyy", false}, {164, "[h]:mm:ss", false}, {164, "h:mm", true}, {164, `0\d`, false}, {164, "0.00E+00", false},
		{164, `"open`, false}, {164, "[open", false}, {164, `\`, false},
	} {
		if got := isDateFormat(c.id, c.code); got != c.want {
			t.Errorf("isDateFormat(%d, %q) = %v", c.id, c.code, got)
		}
	}
}

func TestUnescape(t *testing.T) {
	for raw, want := range map[string]string{
		"a_x000D_\nb": "a\nb", "_x005F_x000D_": "_x000D_", "_x00_": "_x00_", "_xZZZZ_": "_xZZZZ_", "a\r\nb": "a\nb", "_x5B57_": "字",
	} {
		if got := unescape(raw); got != want {
			t.Errorf("unescape(%q) = %q, want %q", raw, got, want)
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.5", "-1E-7", "123456789012345678", "0.000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		first, ok := Number(raw)
		if !ok {
			return
		}
		if again, ok := Number(first); !ok || again != first {
			t.Errorf("Number(%q) = %q, but again %q", raw, first, again)
		}
		dateText(first, false)
	})
}

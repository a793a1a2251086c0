package backup

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// days makes an archive at noon of each day of a span, newest last.
func days(from, to string) (out []Item) {
	at, _ := time.Parse(time.DateOnly, from)
	end, _ := time.Parse(time.DateOnly, to)
	for ; !at.After(end); at = at.AddDate(0, 0, 1) {
		out = append(out, Item{Name: at.Format(time.DateOnly), At: at.Add(12 * time.Hour), Why: Daily})
	}
	return out
}

func item(at, why string) Item {
	moment, _ := time.Parse("2006-01-02 15:04", at)
	return Item{Name: at + " " + why, At: moment, Why: why}
}

func TestExpired(t *testing.T) {
	for _, x := range []struct {
		name  string
		items []Item
		kept  string
	}{
		{"none", nil, ""},
		{"one, however old", []Item{item("2019-03-04 08:00", Daily)}, "2019-03-04 08:00 daily"},
		{"a week", days("2026-11-16", "2026-11-22"), "2026-11-16 2026-11-17 2026-11-18 2026-11-19 2026-11-20 2026-11-21 2026-11-22"},
		{"two years of every day", days("2024-11-23", "2026-11-22"),
			// twelve months with the last of each, four weeks with their Sundays, seven days; Monday the 16th begins the last week
			"2025-12-31 2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30 2026-07-31 2026-08-31 2026-09-30 2026-10-31 " +
				"2026-11-01 2026-11-08 2026-11-15 2026-11-16 2026-11-17 2026-11-18 2026-11-19 2026-11-20 2026-11-21 2026-11-22"},
		{"a firm that was closed for a year", append(days("2025-10-01", "2025-10-09"), days("2026-11-21", "2026-11-22")...),
			"2025-10-05 2025-10-06 2025-10-07 2025-10-08 2025-10-09 2026-11-21 2026-11-22"},
		{"many of one day", []Item{item("2026-11-22 08:00", Quit), item("2026-11-22 12:00", Daily), item("2026-11-22 18:00", Quit)}, "2026-11-22 18:00 quit"},
		{"made for a reason", []Item{item("2026-11-22 08:00", Demand), item("2026-11-22 09:00", BeforeRestore), item("2026-11-22 10:00", Upgrade),
			item("2026-11-22 11:00", Daily), item("2026-11-22 18:00", Quit)},
			"2026-11-22 08:00 demand 2026-11-22 09:00 before-restore 2026-11-22 10:00 upgrade 2026-11-22 18:00 quit"},
		{"a reason lasts seven days", append(days("2026-11-16", "2026-11-22"), item("2026-11-16 08:00", Demand), item("2026-11-15 08:00", Demand), item("2026-11-15 09:00", Quit)),
			"2026-11-15 09:00 quit 2026-11-16 2026-11-16 08:00 demand 2026-11-17 2026-11-18 2026-11-19 2026-11-20 2026-11-21 2026-11-22"},
		{"the week turns with the year", days("2025-12-27", "2026-01-06"), "2025-12-28 2025-12-31 2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-01-05 2026-01-06"},
	} {
		gone := Expired(x.items)
		var kept []string
		for _, i := range x.items {
			if !slices.Contains(gone, i.Name) {
				kept = append(kept, i.Name)
			}
		}
		slices.Sort(kept)
		if got := strings.Join(kept, " "); got != x.kept {
			t.Errorf("%s: kept\n%s, want\n%s", x.name, got, x.kept)
		}
		if len(gone)+len(kept) != len(x.items) {
			t.Errorf("%s: %d gone and %d kept of %d", x.name, len(gone), len(kept), len(x.items))
		}
		again := slices.DeleteFunc(slices.Clone(x.items), func(i Item) bool { return slices.Contains(gone, i.Name) })
		if more := Expired(again); len(more) != 0 {
			t.Errorf("%s: a second look lets %v go", x.name, more)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"zhanggui-0123abcd-20261122-181500-daily.zip": true, "zhanggui-0123abcd-20261122-181500-before-restore-2.zip": true,
		"zhanggui-0123abcd-20261122-181500-demand-upload.zip": true, "zhanggui-0123abcd-20261322-181500-daily.zip": false,
		"zhanggui-0123abcd-20261122-181500-other.zip": false, "../zhanggui-0123abcd-20261122-181500-daily.zip": false,
		"zhanggui-0123abcd-20261122-181500-daily.zip.part": false, "accounts.zip": false,
	} {
		if _, _, _, ok := parse(name); ok != want {
			t.Errorf("%s: %v, want %v", name, ok, want)
		}
	}
}

package clock

import (
	"database/sql"
	"encoding/json"
	"errors"
	"testing"
	"time"
)

var _ sql.Scanner = (*Date)(nil)

func TestParseDate(t *testing.T) {
	for _, s := range []string{"2026-11-21", "1900-01-01", "2999-12-31", "2024-02-29"} {
		if d, err := ParseDate(s); string(d) != s || err != nil || !d.Valid() {
			t.Errorf("%s: %q, %v", s, d, err)
		}
	}
	for _, s := range []string{
		"", "2026-1-5", "2026/01/05", "2025-02-29", "2026-13-01", "2026-00-01", "2026-04-31",
		"1899-12-31", "3000-01-01", "2026-11-21 ", " 2026-11-21", "2026-11-21T00:00:00Z", "20261121", "２０２６-11-21",
	} {
		if d, err := ParseDate(s); d != "" || !errors.Is(err, ErrDate) || Date(s).Valid() {
			t.Errorf("%q: %q, %v", s, d, err)
		}
	}
}

func TestLooseDate(t *testing.T) {
	for _, s := range []string{
		"2026-01-05", "2026-1-5", "2026/1/5", "2026/01/05", "2026.1.5", "20260105", " 2026-01-5\t", "2026年1月5日",
	} {
		if d, err := LooseDate(s); d != "2026-01-05" || err != nil {
			t.Errorf("%q: %q, %v", s, d, err)
		}
	}
	for _, s := range []string{
		"", "5/1/2026", "26-1-5", "2026-1/5", "2026-1", "2026-001-5", "2026--5", "2026/2/30", "20260230",
		"2026015", "46027", "2026-1-5-", "202a0105", "2026.+1.5",
	} {
		if d, err := LooseDate(s); d != "" || !errors.Is(err, ErrDate) {
			t.Errorf("%q: %q, %v", s, d, err)
		}
	}
}

func TestDateParts(t *testing.T) {
	d := Date("2026-11-21")
	if d.Year() != 2026 || d.Month() != "2026-11" || d.Weekday() != time.Saturday {
		t.Errorf("%d %s %s", d.Year(), d.Month(), d.Weekday())
	}
	if !d.Time().Equal(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("time %s", d.Time())
	}
	for _, bad := range []Date{"", "x", "2026-02-30"} {
		if bad.Year() != 0 || bad.Month() != "" || !bad.Time().IsZero() || bad.AddDays(1) != "" || bad.DaysUntil(d) != 0 || d.DaysUntil(bad) != 0 {
			t.Errorf("%q has parts", bad)
		}
	}
	if !Date("2026-01-05").Before(d) || d.Before(d) || d.After(d) || !d.After("2026-11-20") || !Date("").Before(d) {
		t.Error("order")
	}
}

func TestDateArithmetic(t *testing.T) {
	for _, c := range []struct {
		from Date
		days int
		to   Date
	}{
		{"2026-11-21", 0, "2026-11-21"},
		{"2026-12-31", 1, "2027-01-01"},
		{"2024-02-28", 1, "2024-02-29"},
		{"2024-03-01", -1, "2024-02-29"},
		{"1900-01-01", 401766, "2999-12-31"},
		{"2999-12-31", -401766, "1900-01-01"},
	} {
		if got := c.from.AddDays(c.days); got != c.to {
			t.Errorf("%s + %d = %s, want %s", c.from, c.days, got, c.to)
		}
		if got := c.from.DaysUntil(c.to); got != c.days {
			t.Errorf("%s until %s is %d, want %d", c.from, c.to, got, c.days)
		}
	}
	if Date("2999-12-31").AddDays(1) != "" || Date("1900-01-01").AddDays(-1) != "" {
		t.Error("left the range")
	}
}

func TestMonth(t *testing.T) {
	for _, c := range []struct {
		m, prev, next Month
		first, last   Date
		year, number  int
	}{
		{"2026-11", "2026-10", "2026-12", "2026-11-01", "2026-11-30", 2026, 11},
		{"2026-01", "2025-12", "2026-02", "2026-01-01", "2026-01-31", 2026, 1},
		{"2024-02", "2024-01", "2024-03", "2024-02-01", "2024-02-29", 2024, 2},
		{"2999-12", "2999-11", "", "2999-12-01", "2999-12-31", 2999, 12},
		{"1900-01", "", "1900-02", "1900-01-01", "1900-01-31", 1900, 1},
		{"", "", "", "", "", 0, 0},
		{"2026-1", "", "", "", "", 0, 0},
	} {
		if c.m.Prev() != c.prev || c.m.Next() != c.next || c.m.First() != c.first || c.m.Last() != c.last ||
			c.m.Year() != c.year || c.m.Number() != c.number {
			t.Errorf("%s: %s %s %s %s %d %d", c.m, c.m.Prev(), c.m.Next(), c.m.First(), c.m.Last(), c.m.Year(), c.m.Number())
		}
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-1", "1899-12", "2026-11-01"} {
		if m, err := ParseMonth(s); m != "" || !errors.Is(err, ErrMonth) {
			t.Errorf("%q: %q, %v", s, m, err)
		}
	}
}

type record struct {
	D Date
	M Month
	I Instant
}

func TestJSON(t *testing.T) {
	at := InstantOf(time.Date(2026, 11, 21, 8, 30, 0, 5_999_999, time.UTC))
	full := record{"2026-11-21", "2026-11", at}
	for _, c := range []struct {
		r    record
		text string
	}{
		{full, `{"D":"2026-11-21","M":"2026-11","I":"2026-11-21T08:30:00.005Z"}`},
		{record{}, `{"D":"","M":"","I":""}`},
	} {
		text, err := json.Marshal(c.r)
		if string(text) != c.text || err != nil {
			t.Errorf("got %s, %v; want %s", text, err, c.text)
		}
		back := full
		if err := json.Unmarshal([]byte(c.text), &back); back != c.r || err != nil {
			t.Errorf("got %+v, %v; want %+v", back, err, c.r)
		}
	}
	back := full
	if err := json.Unmarshal([]byte(`{"D":null,"M":null,"I":null}`), &back); back != (record{}) || err != nil {
		t.Errorf("null: %+v, %v", back, err)
	}
	for text, want := range map[string]error{
		`{"D":"2026-1-5"}`: ErrDate, `{"D":20260105}`: ErrDate, `{"D":"2026-02-30"}`: ErrDate,
		`{"M":"2026-13"}`: ErrMonth, `{"M":[]}`: ErrMonth,
		`{"I":1}`: ErrInstant, `{"I":"2026-11-21"}`: ErrInstant, `{"I":"2026-11-21T08:30:00"}`: ErrInstant,
	} {
		got := full
		if err := json.Unmarshal([]byte(text), &got); !errors.Is(err, want) || got != full {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestInstant(t *testing.T) {
	i, err := ParseInstant("2026-11-21T16:30:00.25+08:00")
	if err != nil || i.String() != "2026-11-21T08:30:00.250Z" || int64(i) != i.Time().UnixMilli() {
		t.Errorf("%s, %v", i, err)
	}
	if InstantOf(time.Time{}) != 0 || !Instant(0).Time().IsZero() || Instant(0).String() != "" {
		t.Error("never")
	}
}

func TestScan(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	for _, c := range []struct {
		src  any
		want Date
	}{
		{nil, ""}, {"", ""}, {"2026-11-21", "2026-11-21"}, {[]byte("2026-11-21"), "2026-11-21"}, {[]byte(nil), ""},
		{time.Date(2026, 11, 21, 0, 0, 0, 0, shanghai), "2026-11-21"},
	} {
		d := Date("2000-01-01")
		if err := d.Scan(c.src); d != c.want || err != nil {
			t.Errorf("%v: %q, %v", c.src, d, err)
		}
	}
	for _, src := range []any{20261121, "2026-1-5", []byte("x"), time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		d := Date("2000-01-01")
		if err := d.Scan(src); d != "2000-01-01" || !errors.Is(err, ErrDate) {
			t.Errorf("%v: %q, %v", src, d, err)
		}
	}
}

func TestClocks(t *testing.T) {
	start := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	c := Fixed(start)
	if got := Today(c, time.UTC); got != "2026-11-20" {
		t.Errorf("today in London: %s", got)
	}
	if got := Today(c, time.FixedZone("", 8*3600)); got != "2026-11-21" {
		t.Errorf("today in Shanghai: %s", got)
	}
	steady := NewSteady(c)
	for _, step := range []struct {
		move time.Duration
		want time.Time
	}{
		{0, start},
		{time.Hour, start.Add(time.Hour)},
		{-2 * time.Hour, start.Add(time.Hour)},
		{30 * time.Minute, start.Add(time.Hour)},
		{2 * time.Hour, start.Add(90 * time.Minute)},
	} {
		c.Advance(step.move)
		if got := steady.Now(); !got.Equal(step.want) {
			t.Errorf("after %s: %s, want %s", step.move, got, step.want)
		}
	}
	c.Set(start)
	if !c.Now().Equal(start) {
		t.Errorf("set: %s", c.Now())
	}
	if before := time.Now(); System().Now().Before(before) {
		t.Error("the system clock runs backwards")
	}
}

package clock

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The reasons for which a date, month or instant is refused.
var (
	ErrDate    = errors.New("clock: not a date")
	ErrMonth   = errors.New("clock: not a month")
	ErrInstant = errors.New("clock: not an instant")
)

const (
	dateLayout  = "2006-01-02"
	monthLayout = "2006-01"
	firstYear   = 1900
	lastYear    = 2999
)

// Date is a company date such as "2026-11-21"; "" is no date. It is a string,
// so it sorts, compares and stores as it reads.
type Date string

// Never is after every day that counts: a day that was left open where one must stand. It is shown as no day.
const Never Date = "9999-12-31"

// Month is a calendar month such as "2026-11"; "" is no month.
type Month string

// ParseDate reads "2026-11-21" and nothing else: a real day of the years 1900
// to 2999. Anything else, "" included, is ErrDate.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || !inRange(t) {
		return "", fmt.Errorf("%w: %q", ErrDate, s)
	}
	return Date(s), nil
}

// LooseDate reads the forms that spreadsheets hold: 2026-01-05, 2026-1-5,
// 2026/1/5, 2026.1.5, 2026年1月5日 and 20260105, with surrounding spaces.
func LooseDate(s string) (Date, error) {
	text := strings.TrimSpace(s)
	if rest, ok := strings.CutSuffix(text, "日"); ok {
		text = strings.NewReplacer("年", "-", "月", "-").Replace(rest)
	}
	var parts []string
	if len(text) == 8 && !strings.ContainsAny(text, "-/.") {
		parts = []string{text[:4], text[4:6], text[6:]}
	} else {
		for _, separator := range []string{"-", "/", "."} {
			if parts = strings.Split(text, separator); len(parts) == 3 {
				break
			}
		}
	}
	if len(parts) != 3 || len(parts[0]) != 4 {
		return "", fmt.Errorf("%w: %q", ErrDate, s)
	}
	for i, p := range parts {
		if len(p) == 1 {
			parts[i] = "0" + p
		}
	}
	d, err := ParseDate(strings.Join(parts, "-"))
	if err != nil {
		return "", fmt.Errorf("%w: %q", ErrDate, s)
	}
	return d, nil
}

// DateOf gives the calendar day of t in its own location, "" outside the
// years 1900 to 2999.
func DateOf(t time.Time) Date {
	if !inRange(t) {
		return ""
	}
	return Date(t.Format(dateLayout))
}

func inRange(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

// Valid reports whether d is a real day; "" is not.
func (d Date) Valid() bool {
	_, err := ParseDate(string(d))
	return err == nil
}

// Time gives midnight UTC of d, the zero time when d is not valid.
func (d Date) Time() time.Time {
	t, err := time.Parse(dateLayout, string(d))
	if err != nil || !inRange(t) {
		return time.Time{}
	}
	return t
}

// AddDays gives the date n days later (earlier when n is negative); "" when d
// is not valid or the result leaves the years 1900 to 2999.
func (d Date) AddDays(n int) Date {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	return DateOf(t.AddDate(0, 0, n))
}

// Month gives the month of d, "" when d is not valid.
func (d Date) Month() Month {
	if !d.Valid() {
		return ""
	}
	return Month(d[:len(monthLayout)])
}

// Year gives the year, 0 when d is not valid.
func (d Date) Year() int {
	if !d.Valid() {
		return 0
	}
	return d.Time().Year()
}

// Weekday gives the day of the week; only meaningful when d is valid.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Before reports whether d is earlier than other; no date is before all.
func (d Date) Before(other Date) bool { return d < other }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return d > other }

// DaysUntil counts the days from d to other, negative when other is earlier,
// 0 when either is not valid.
func (d Date) DaysUntil(other Date) int {
	from, to := d.Time(), other.Time()
	if from.IsZero() || to.IsZero() {
		return 0
	}
	return int((to.Unix() - from.Unix()) / 86400) // Duration would overflow after 292 years
}

// UnmarshalJSON reads "2026-11-21"; "" and null are no date, the rest ErrDate.
func (d *Date) UnmarshalJSON(b []byte) error {
	return fromJSON(d, b, ParseDate, ErrDate)
}

// Scan reads a database column: text, bytes, a time (its own calendar day) or
// NULL.
func (d *Date) Scan(src any) error {
	text := ""
	switch v := src.(type) {
	case nil:
	case string:
		text = v
	case []byte:
		text = string(v)
	case time.Time:
		text = v.Format(dateLayout)
	default:
		return fmt.Errorf("%w: column of type %T", ErrDate, src)
	}
	if text == "" {
		*d = ""
		return nil
	}
	parsed, err := ParseDate(text)
	if err == nil {
		*d = parsed
	}
	return err
}

// ParseMonth reads "2026-11" and nothing else, years 1900 to 2999; ErrMonth.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse(monthLayout, s)
	if err != nil || !inRange(t) {
		return "", fmt.Errorf("%w: %q", ErrMonth, s)
	}
	return Month(s), nil
}

// Valid reports whether m is a real month; "" is not.
func (m Month) Valid() bool {
	_, err := ParseMonth(string(m))
	return err == nil
}

// First gives the first day of m, "" when m is not valid.
func (m Month) First() Date {
	if !m.Valid() {
		return ""
	}
	return Date(m) + "-01"
}

// Last gives the last day of m, "" when m is not valid.
func (m Month) Last() Date {
	if !m.Valid() {
		return ""
	}
	return DateOf(m.First().Time().AddDate(0, 1, -1))
}

// Next gives the month after m, "" when there is none in range.
func (m Month) Next() Month { return m.Last().AddDays(1).Month() }

// Prev gives the month before m, "" when there is none in range.
func (m Month) Prev() Month { return m.First().AddDays(-1).Month() }

// Year gives the year, 0 when m is not valid.
func (m Month) Year() int { return m.First().Year() }

// Number gives the month of the year, 1 to 12; 0 when m is not valid.
func (m Month) Number() int {
	if !m.Valid() {
		return 0
	}
	n, _ := strconv.Atoi(string(m[len("2006-"):])) // two digits: m is valid
	return n
}

// UnmarshalJSON reads "2026-11"; "" and null are no month, the rest ErrMonth.
func (m *Month) UnmarshalJSON(b []byte) error {
	return fromJSON(m, b, ParseMonth, ErrMonth)
}

func fromJSON[T any](to *T, b []byte, read func(string) (T, error), refusal error) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%w: want a string", refusal)
	}
	if s == "" {
		var none T
		*to = none
		return nil
	}
	v, err := read(s)
	if err == nil {
		*to = v
	}
	return err
}

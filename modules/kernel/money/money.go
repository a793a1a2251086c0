// Package money holds the exact numbers of the product: amounts, prices,
// quantities and rates as scaled 64-bit integers. Nothing here rounds silently
// and nothing wraps: a result that does not fit is ErrRange.
//
//	Amount  scale 2   1265.80 is 126580 (分)
//	Price   scale 6   12.5    is 12500000
//	Qty     scale 6   0.5     is 500000
//	Rate    scale 8   0.13    is 13000000 (13 %)
//
// Invariants:
//  1. Every operation is done in integers, with intermediates of 128 or 192 bits.
//  2. A rounded result is rounded once, half away from zero.
//  3. Parse(x.String()) == x for every value of every type, but for NoQty, which is none.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Amount is money in 分 (scale 2).
type Amount int64

// Price is a price for one unit, scale 6.
type Price int64

// Qty is a quantity, scale 6.
type Qty int64

// Rate is a ratio, scale 8: 1.0 is 100_000_000 and 13 % is 13_000_000.
type Rate int64

// Number of decimals of each type, and the integer that stands for 1.
const (
	AmountScale = 2
	PriceScale  = 6
	QtyScale    = 6
	RateScale   = 8

	OneAmount Amount = 100
	OnePrice  Price  = 1_000_000
	OneQty    Qty    = 1_000_000
	OneRate   Rate   = 100_000_000
)

// NoQty stands for a quantity that nobody has typed, where that is something else than 0: what a stock count has not
// counted yet. Its text is "". No quantity that is typed can be it, and it is in no sum.
const NoQty Qty = -1 << 62

// The reasons for which a number is refused; compare with errors.Is.
var (
	ErrSyntax    = errors.New("money: not a decimal number")
	ErrPrecision = errors.New("money: too many decimals")
	ErrRange     = errors.New("money: number out of range")
	ErrDivide    = errors.New("money: division by zero")
)

// String gives the canonical form, always with two decimals: "1265.80".
func (a Amount) String() string { return decimal(int64(a), AmountScale, true) }

// String gives the canonical form without trailing zeros: "12.5".
func (p Price) String() string { return decimal(int64(p), PriceScale, false) }

// String gives the canonical form without trailing zeros: "-0.5".
func (q Qty) String() string {
	if q == NoQty {
		return ""
	}
	return decimal(int64(q), QtyScale, false)
}

// String gives the canonical form without trailing zeros: 13 % is "0.13".
func (r Rate) String() string { return decimal(int64(r), RateScale, false) }

// MarshalJSON writes a decimal string.
func (a Amount) MarshalJSON() ([]byte, error) { return quoted(a.String()), nil }

// MarshalJSON writes a decimal string.
func (p Price) MarshalJSON() ([]byte, error) { return quoted(p.String()), nil }

// MarshalJSON writes a decimal string.
func (q Qty) MarshalJSON() ([]byte, error) { return quoted(q.String()), nil }

// MarshalJSON writes a decimal string.
func (r Rate) MarshalJSON() ([]byte, error) { return quoted(r.String()), nil }

// UnmarshalJSON reads a decimal string; JSON numbers and null are ErrSyntax,
// because such a number may have lost digits on its way.
func (a *Amount) UnmarshalJSON(b []byte) error { return fromJSON(a, b, ParseAmount) }

// UnmarshalJSON reads a decimal string, see Amount.UnmarshalJSON.
func (p *Price) UnmarshalJSON(b []byte) error { return fromJSON(p, b, ParsePrice) }

// UnmarshalJSON reads a decimal string, see Amount.UnmarshalJSON.
func (q *Qty) UnmarshalJSON(b []byte) error { return fromJSON(q, b, ParseQty) }

// UnmarshalJSON reads a decimal string, see Amount.UnmarshalJSON.
func (r *Rate) UnmarshalJSON(b []byte) error { return fromJSON(r, b, ParseRate) }

// ParseAmount reads what people type: an optional sign, digits with or without
// correctly grouped thousands separators, an optional fraction. Full-width
// forms and surrounding spaces are accepted; exponents are not. Zeros beyond
// the scale are dropped, other digits there are ErrPrecision, the rest is
// ErrSyntax or ErrRange.
func ParseAmount(s string) (Amount, error) {
	v, err := parse(s, AmountScale)
	return Amount(v), err
}

// ParsePrice reads a price by the rules of ParseAmount, with six decimals.
func ParsePrice(s string) (Price, error) {
	v, err := parse(s, PriceScale)
	return Price(v), err
}

// ParseQty reads a quantity by the rules of ParseAmount, with six decimals.
func ParseQty(s string) (Qty, error) {
	v, err := parse(s, QtyScale)
	if Qty(v) == NoQty && err == nil {
		return 0, ErrRange
	}
	return Qty(v), err
}

// ParseRate reads a ratio by the rules of ParseAmount, with eight decimals.
// 13 % is "0.13"; a percent sign is ErrSyntax.
func ParseRate(s string) (Rate, error) {
	v, err := parse(s, RateScale)
	return Rate(v), err
}

// Format gives an amount for people, with thousands separators: "1,265.80".
func Format(a Amount) string { return group(a.String()) }

// FormatPrice gives a price for people, as the screens do with two decimals at least: "1,265.80", "0.085".
func FormatPrice(p Price) string {
	text := p.String()
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) < AmountScale {
		text = whole + "." + fraction + strings.Repeat("0", AmountScale-len(fraction))
	}
	return group(text)
}

// FormatQty gives a quantity for people: "12,000.5".
func FormatQty(q Qty) string { return group(q.String()) }

func quoted(s string) []byte { return []byte(`"` + s + `"`) }

func fromJSON[T ~int64](to *T, b []byte, read func(string) (T, error)) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return fmt.Errorf("%w: want a decimal string", ErrSyntax)
	}
	v, err := read(*s)
	if err == nil {
		*to = v
	}
	return err
}

// magnitude is |v|, also for the smallest int64.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// signed puts the sign back on a magnitude.
func signed(m uint64, negative bool) (int64, error) {
	switch {
	case negative && m <= 1<<63:
		return int64(-m), nil
	case !negative && m < 1<<63:
		return int64(m), nil
	}
	return 0, ErrRange
}

func decimal(v int64, scale int, keepZeros bool) string {
	digits := strconv.FormatUint(magnitude(v), 10)
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	whole, fraction := digits[:len(digits)-scale], digits[len(digits)-scale:]
	if !keepZeros {
		fraction = strings.TrimRight(fraction, "0")
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "-" + whole
	}
	return whole
}

func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction := s, ""
	if i := strings.IndexByte(s, '.'); i >= 0 {
		whole, fraction = s[:i], s[i:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	return b.String() + fraction
}

// halfWidth maps the forms that Chinese input methods produce to ASCII.
func halfWidth(r rune) rune {
	switch {
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	case r == '．':
		return '.'
	case r == '，':
		return ','
	case r == '－' || r == '\u2212':
		return '-'
	case r == '＋':
		return '+'
	}
	return r
}

func parse(text string, scale int) (int64, error) {
	s := strings.Map(halfWidth, strings.TrimSpace(text))
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	whole, fraction, dot := strings.Cut(s, ".")
	if dot && fraction == "" {
		return 0, ErrSyntax
	}
	whole, ok := ungroup(whole)
	if !ok || !allDigits(whole) || dot && !allDigits(fraction) {
		return 0, ErrSyntax
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > scale {
		return 0, ErrPrecision
	}
	digits := whole + fraction + strings.Repeat("0", scale-len(fraction))
	m, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	return signed(m, negative)
}

// ungroup removes thousands separators; false when they stand wrong.
func ungroup(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	parts := strings.Split(s, ",")
	for i, p := range parts {
		if i == 0 && (p == "" || len(p) > 3) || i > 0 && len(p) != 3 {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

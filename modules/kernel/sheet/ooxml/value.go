package ooxml

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel/sheet/table"
)

// Excel keeps 15 significant digits; what stands behind them in a file is the
// noise of binary fractions.
const significant = 15

// Number turns the text of a numeric cell into a plain decimal: no exponent,
// no trailing zeros, rounded half up to 15 significant digits. A whole number
// written out in digits is kept whole however long it is. What is nearer to
// zero than 1e-12 is zero (the rest of 100.1+200.2-300.3). False when raw is
// no number or has an absurd exponent.
func Number(raw string) (string, bool) {
	digits, scale, negative, ok := decimalParts(raw)
	if !ok {
		return raw, false
	}
	whole := !strings.ContainsAny(raw, ".eE")
	if !whole && len(digits) > significant {
		digits, scale = roundDigits(digits, scale)
	}
	if digits == "" || len(digits)-scale < -11 {
		return "0", true
	}
	switch point := len(digits) - scale; {
	case scale <= 0:
		digits += strings.Repeat("0", -scale)
	case point <= 0:
		digits = "0." + strings.Repeat("0", -point) + digits
	default:
		digits = digits[:point] + "." + digits[point:]
	}
	if strings.Contains(digits, ".") {
		digits = strings.TrimRight(strings.TrimRight(digits, "0"), ".")
	}
	if negative {
		digits = "-" + digits
	}
	return digits, true
}

// decimalParts splits "-1.5E3" into digits without leading zeros and the power
// of ten they are divided by.
func decimalParts(raw string) (digits string, scale int, negative, ok bool) {
	s := strings.TrimSpace(raw)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative, s = s[0] == '-', s[1:]
	}
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.Atoi(s[i+1:])
		if err != nil || e > 330 || e < -330 {
			return "", 0, false, false
		}
		mantissa, exponent = s[:i], e
	}
	before, after, _ := strings.Cut(mantissa, ".")
	digits = before + after
	if digits == "" || len(digits) > 400 || strings.Trim(digits, "0123456789") != "" {
		return "", 0, false, false
	}
	return strings.TrimLeft(digits, "0"), len(after) - exponent, negative, true
}

func roundDigits(digits string, scale int) (string, int) {
	n, _ := new(big.Int).SetString(digits[:significant], 10)
	if digits[significant] >= '5' {
		n.Add(n, big.NewInt(1))
	}
	return n.String(), scale - (len(digits) - significant)
}

// dateText gives the date or time that a canonical number stands for under a
// date format; the number itself where it is no day of the calendar.
func dateText(number string, date1904 bool) string {
	whole, fraction, _ := strings.Cut(number, ".")
	days, err := strconv.Atoi(whole)
	if err != nil || days < 0 || days > 2_958_465 || number[0] == '-' {
		return number
	}
	seconds := daySeconds(fraction)
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	base := time.Date(1899, 12, 30, 0, 0, seconds, 0, time.UTC)
	switch {
	case days == 0 && seconds != 0:
		return base.Format(time.TimeOnly)
	case date1904:
		base = base.AddDate(4, 0, 2)
	case days == 0 || days == 60: // 1900-02-29, a day that only Excel knows
		return number
	case days < 60:
		base = base.AddDate(0, 0, 1)
	}
	layout := time.DateOnly
	if seconds != 0 {
		layout = time.DateTime
	}
	return base.AddDate(0, 0, days).Format(layout)
}

// daySeconds turns the decimals of a day into whole seconds, rounded.
func daySeconds(fraction string) int {
	if len(fraction) > 12 {
		fraction = fraction[:12]
	}
	if fraction == "" {
		return 0
	}
	n, _ := strconv.ParseInt(fraction, 10, 64)
	unit := int64(1)
	for range fraction {
		unit *= 10
	}
	return int((n*86400 + unit/2) / unit)
}

// isoText turns the ISO 8601 text of a date cell into the form of dateText.
func isoText(s string) string {
	s = strings.Replace(strings.TrimSuffix(s, "Z"), "T", " ", 1)
	s, _, _ = strings.Cut(s, ".")
	return strings.TrimSuffix(s, " 00:00:00")
}

// isDateFormat says whether a number format shows a day or a time of day.
// Elapsed time ([h]:mm) counts as a number: it has no day.
func isDateFormat(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id == 45 || id == 47 || id >= 50 && id <= 58
	}
	code, _, _ = strings.Cut(code, ";")
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"':
			i += skipTo(code[i+1:], '"')
		case '[':
			if strings.ContainsAny(code[i+1:min(i+2, len(code))], "hHmMsS") && strings.Contains(code[i:], "]") {
				inner := strings.ToLower(code[i+1 : i+1+strings.IndexByte(code[i+1:], ']')])
				if strings.Trim(inner, "hms") == "" {
					return false
				}
			}
			i += skipTo(code[i+1:], ']')
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return true
		}
	}
	return false
}

// skipTo gives the distance that lands on the end mark of a quoted piece.
func skipTo(rest string, end byte) int {
	if i := strings.IndexByte(rest, end); i >= 0 {
		return i + 1
	}
	return len(rest)
}

// unescape resolves _xHHHH_, the way the format writes what XML cannot hold,
// and gives line ends as "\n".
func unescape(s string) string {
	if strings.Contains(s, "_x") {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
				if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
					b.WriteRune(rune(n))
					i += 6
					continue
				}
			}
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return s
}

// column reads the letters of a cell reference: "C7" is 3; 0 when it is none.
func column(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	if n > table.MaxColumn {
		return 0
	}
	return n
}

// DateText is dateText for the older formats of the same program.
func DateText(number string, date1904 bool) string { return dateText(number, date1904) }

// IsDateFormat is isDateFormat for them.
func IsDateFormat(id int, code string) bool { return isDateFormat(id, code) }

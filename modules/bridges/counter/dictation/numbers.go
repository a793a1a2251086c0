package dictation

import (
	"strconv"
	"strings"
	"unicode"
)

// one is 1 in the scale in which numbers are read: six decimals.
const one = 1_000_000

// plain writes a text rune by rune as it is compared: lower case, half width, one sign where there are many.
func plain(text string) []rune {
	out := []rune(text)
	for i, r := range out {
		switch {
		case r == '×' || r == '✕' || r == '╳' || r == '＊':
			r = '*'
		case r == '￥':
			r = '¥'
		case r == '〇':
			r = '零'
		case r == '兩':
			r = '两'
		case r == '\u3000' || r == '\t' || r == '\r' || r == '\u00a0':
			r = ' '
		case r >= '！' && r <= '～':
			r += '!' - '！'
		}
		out[i] = unicode.ToLower(r)
	}
	return out
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r == 'φ' || r == '#' }

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// at gives the rune at a place, 0 beyond the ends.
func at(s []rune, i int) rune {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

func has(s []rune, i int, word string) bool {
	for _, r := range word {
		if at(s, i) != r {
			return false
		}
		i++
	}
	return true
}

// most digits that a number has before and after its point; what is longer is a code.
const (
	mostWhole = 8
	mostParts = 6
)

// arabic reads digits with or without a point and thousands; the end is i where there is no number.
func arabic(s []rune, i int) (value int64, end int) {
	j, whole := i, 0
	for ; digit(at(s, j)); j++ {
		value = value*10 + int64(s[j]-'0')
		if whole++; whole > mostWhole {
			return 0, i
		}
		if digit(at(s, j+2)) && at(s, j+1) == ',' && thousands(s, j+1) && whole <= 3 {
			j++
		}
	}
	if whole == 0 {
		return 0, i
	}
	value *= one
	if at(s, j) != '.' || !digit(at(s, j+1)) {
		return value, j
	}
	part, n := int64(one), 0
	for j++; digit(at(s, j)); j++ {
		if n++; n > mostParts {
			return 0, i
		}
		part /= 10
		value += int64(s[j]-'0') * part
	}
	return value, j
}

// thousands tells whether a comma parts thousands: three digits after it and no fourth.
func thousands(s []rune, i int) bool {
	return digit(at(s, i-1)) && digit(at(s, i+1)) && digit(at(s, i+2)) && digit(at(s, i+3)) && !digit(at(s, i+4))
}

var figures = map[rune]int64{'零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '幺': 1}

var powers = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 10_000}

// chinese reads a number in words: 二十, 一百二 (120), 两千零五, 十二点五, 半. The end is i where there is none.
func chinese(s []rune, i int) (value int64, end int) {
	if at(s, i) == '半' {
		return one / 2, i + 1
	}
	var total, section, last, lastPower int64
	said, zero := 0, false
	j := i
	for ; ; j++ {
		r := at(s, j)
		if f, ok := figures[r]; ok {
			if said > 0 && lastPower == 0 { // 一二三: one figure after the other
				last = last*10 + f
			} else {
				last, zero = f, zero || f == 0
			}
			lastPower = 0
			if r == '零' {
				lastPower, zero = 1, true
			}
		} else if p, ok := powers[r]; ok {
			if last == 0 && (p == 10 || said == 0) && p != 10_000 {
				last = 1
			}
			if p == 10_000 {
				total, section = (total+section+last)*p, 0
			} else {
				section += last * p
			}
			last, lastPower, zero = 0, p, false
		} else if r == '廿' && said == 0 {
			section, lastPower = 20, 10
		} else {
			break
		}
		if said++; said > 12 || total+section+last > 100_000_000 {
			return 0, i
		}
	}
	if said == 0 {
		return 0, i
	}
	if before := beforeLast(s, i, j); before > 10 && last > 0 && !zero { // 一百二 is 120
		last *= before / 10
	}
	value = (total + section + last) * one
	if at(s, j) == '点' {
		value, j = pointed(s, j, value)
	}
	return value, j
}

// beforeLast is the power before a last figure that has none.
func beforeLast(s []rune, i, j int) int64 {
	if j-i < 2 {
		return 0
	}
	if _, ok := figures[s[j-1]]; !ok {
		return 0
	}
	return powers[s[j-2]]
}

// pointed reads the figures after 点.
func pointed(s []rune, j int, value int64) (int64, int) {
	part, k := int64(one), j+1
	for ; k-j <= mostParts; k++ {
		f, ok := figures[at(s, k)]
		if !ok {
			break
		}
		part /= 10
		value += f * part
	}
	if k == j+1 {
		return value, j
	}
	return value, k
}

// number reads a number in digits or words.
func number(s []rune, i int) (value int64, end int, words bool) {
	if value, end = arabic(s, i); end > i {
		switch at(s, end) {
		case '万':
			if value < 10_000*one {
				return value * 10_000, end + 1, false
			}
		case '百', '千':
			if value < 100*one {
				return value * powers[s[end]], end + 1, false
			}
		}
		return value, end, false
	}
	value, end = chinese(s, i)
	return value, end, end > i
}

// money reads what follows the value of a number as yuan, jiao and fen: 12块5, 12元5毛, 3毛5, 十二块五. False when the number
// is none of money. Unit tells whether a unit stands at a place: 12块20个 are two numbers.
func money(s []rune, value int64, end int, unit func(i int) int) (int64, int, bool) {
	switch r := at(s, end); {
	case r == '块' || r == '元' || r == '圆':
		end++
		if at(s, end) == '钱' {
			return value, end + 1, true
		}
		if at(s, end) == '半' {
			return value + one/2, end + 1, true
		}
		if at(s, end) == '零' && figures[at(s, end+1)] > 0 {
			return value + figures[s[end+1]]*one/100, end + 2, true
		}
		sub, to, _ := number(s, end)
		if to == end || unit(to) > 0 || at(s, to) == '.' || sub >= 100*one || sub%one != 0 {
			return value, end, true
		}
		if c := at(s, to); c == '毛' || c == '角' {
			rest, last, _ := money(s, sub, to, unit)
			return value + rest, last, true
		}
		if to-end > 2 || letter(at(s, to)) || at(s, to) == '*' || sub >= 10*one && at(s, end) != '零' && !digit(at(s, end)) {
			return value, end, true
		}
		if to-end == 1 || sub < 10*one && to-end == 1 {
			return value + sub/10, to, true
		}
		return value + sub/100, to, true
	case (r == '毛' || r == '角') && coins(s, end+1):
		value /= 10
		end++
		if at(s, end) == '钱' {
			return value, end + 1, true
		}
		if sub, to, _ := number(s, end); to == end+1 && sub < 10*one && unit(to) == 0 {
			if at(s, to) == '分' {
				to++
			}
			return value + sub/100, to, true
		}
		return value, end, true
	case r == '分' && at(s, end+1) == '钱':
		return value / 100, end + 2, true
	}
	return 0, end, false
}

// coins tells whether 角 and 毛 are money here, and not part of a name: 六角螺栓, 羊毛.
func coins(s []rune, i int) bool {
	if r := at(s, i); !han(r) || r == '钱' || r == '的' || r == '一' {
		return true
	}
	_, end, _ := number(s, i)
	return end > i
}

// figure writes a number of six decimals without those that say nothing.
func figure(value int64) string {
	text := strconv.FormatInt(value/one, 10)
	if rest := value % one; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(rest+one, 10)[1:], "0")
	}
	return text
}

package dictation

import (
	"slices"
	"strings"
)

// kinds of atoms.
type kind int

const (
	word  kind = iota // Chinese
	mark              // letters, figures and signs that belong together: m8*30, dn15, 4分
	count             // a number that may be anything
	times             // a quantity for certain: x20, 俩
	price             // a price for certain: 12块5, @12, 每个12
	blank
)

// atom is a piece of a clause, from one place to before another.
type atom struct {
	kind     kind
	from, to int
	text     string // as it is compared
	value    int64
	unit     string // of a count, the word after it; of a price, that of which it is the price
	words    bool   // a number in words
	pair     int64  // of a mark 20*12.5 the second figure, were it a quantity and a price
}

// measures are words after numbers that tell a size; what is counted in them is rarely sold by them.
var measures = []string{"平方", "毫米", "厘米", "公分", "回路", "毫升", "分", "寸", "平", "号", "级", "目", "开", "孔", "度", "层", "匹", "芯", "升", "瓦", "安", "伏", "位"}

// canon is how measures are written that have several names.
var canon = map[string]string{"平": "平方", "毫米": "mm", "厘米": "cm", "公分": "cm", "毫升": "ml", "升": "l", "瓦": "w", "安": "a", "伏": "v", "公斤": "kg", "千克": "kg", "m": "米", "克": "g"}

// loose are words for one of anything.
var loose = []string{"个", "只", "支", "根", "条", "件", "把", "张", "片", "块", "台", "颗", "粒", "枚", "副", "样", "盏", "顶"}

// packs are words for what holds several.
var packs = []string{"公斤", "千克", "箱", "盒", "包", "袋", "卷", "桶", "瓶", "套", "双", "对", "打", "捆", "扎", "提", "板", "筒", "罐", "组", "米", "斤", "吨", "kg"}

// scanner cuts texts into atoms; it knows the words for units.
type scanner struct{ units []string }

func newScanner(units []string) *scanner {
	all := slices.Concat(units, loose, packs)
	all = slices.DeleteFunc(all, func(u string) bool { return u == "" || slices.Contains(measures, u) })
	slices.SortFunc(all, func(a, b string) int {
		if d := len(b) - len(a); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return &scanner{slices.Compact(all)}
}

// unitAt gives the unit that stands at a place; letters that go on are no unit.
func (sc *scanner) unitAt(s []rune, i int) string {
	for _, u := range sc.units {
		if has(s, i, u) {
			if end := i + len([]rune(u)); !letter(rune(u[0])) || !letter(at(s, end)) {
				return u
			}
		}
	}
	return ""
}

func (sc *scanner) unitLen(s []rune, i int) int { return len([]rune(sc.unitAt(s, i))) }

// scan cuts a text that is plain.
func (sc *scanner) scan(s []rune) []atom {
	var out []atom
	for i := 0; i < len(s); {
		a, ok := sc.pricedAt(s, i)
		if !ok {
			a, ok = sc.timesAt(s, i)
		}
		if !ok {
			a, ok = sc.numberAt(s, i)
		}
		if !ok {
			a = sc.restAt(s, i)
		}
		if a.kind == count && len(out) > 0 {
			a = sc.afterwards(s, a, out[len(out)-1])
		}
		if n := len(out); a.kind == word && n > 0 && out[n-1].kind == word {
			out[n-1].to, out[n-1].text = a.to, out[n-1].text+a.text
		} else {
			out = append(out, a)
		}
		i = a.to
	}
	return out
}

// afterwards makes a mark of a number in words inside of a name: 三角阀.
func (sc *scanner) afterwards(s []rune, a, before atom) atom {
	if before.kind == word && a.words && a.unit == "" && han(at(s, a.to)) {
		return atom{kind: word, from: a.from, to: a.to, text: string(s[a.from:a.to])}
	}
	return a
}

// prefixes before a price.
var pricedBy = []string{"单价是", "单价", "价格", "每", "¥", "@", "算", "按", "价"}

// pricedAt reads a price that is said to be one before its figure.
func (sc *scanner) pricedAt(s []rune, i int) (atom, bool) {
	for _, p := range pricedBy {
		if !has(s, i, p) {
			continue
		}
		j := i + len([]rune(p))
		unit := ""
		if p == "每" {
			if unit = sc.unitAt(s, j); unit == "" {
				continue
			}
			j += len([]rune(unit))
		}
		for at(s, j) == ' ' || at(s, j) == ':' || at(s, j) == '¥' {
			j++
		}
		value, end, _ := number(s, j)
		if end == j {
			continue
		}
		if v, to, ok := money(s, value, end, func(i int) int { return sc.unitLen(s, i) }); ok {
			value, end = v, to
		} else if p != "每" && p != "¥" && p != "@" && sc.unitLen(s, end) > 0 {
			continue // 按20个
		}
		return sc.perUnit(s, atom{kind: price, from: i, to: end, value: value, unit: unit}), true
	}
	return atom{}, false
}

// timesAt reads x20 and 俩.
func (sc *scanner) timesAt(s []rune, i int) (atom, bool) {
	switch r := at(s, i); {
	case r == '俩':
		return atom{kind: times, from: i, to: i + 1, value: 2 * one}, true
	case r == '仨':
		return atom{kind: times, from: i, to: i + 1, value: 3 * one}, true
	case (r == 'x' || r == '*') && !digit(at(s, i-1)) && !letter(at(s, i-1)):
		j := i + 1
		for at(s, j) == ' ' {
			j++
		}
		value, end := arabic(s, j)
		if end == j || at(s, end) == '*' || letter(at(s, end)) && sc.unitLen(s, end) == 0 {
			return atom{}, false
		}
		unit := sc.unitAt(s, end)
		return atom{kind: times, from: i, to: end + len([]rune(unit)), value: value, unit: unit}, true
	}
	return atom{}, false
}

// numberAt reads a number with what belongs to it, or a mark that begins with one.
func (sc *scanner) numberAt(s []rune, i int) (atom, bool) {
	value, end, words := number(s, i)
	if end == i || !words && !sc.stops(s, end) {
		return atom{}, false
	}
	if v, to, ok := money(s, value, end, func(i int) int { return sc.unitLen(s, i) }); ok {
		return sc.perUnit(s, atom{kind: price, from: i, to: to, value: v}), true
	}
	for _, m := range measures {
		if has(s, end, m) && !(words && value == one/2) {
			to := end + len([]rune(m))
			if m == "寸" || m == "分" {
				if half := at(s, to); half == '半' {
					value, to = value+one/2, to+1
				}
			}
			return atom{kind: mark, from: i, to: to, text: figure(value) + named(m)}, true
		}
	}
	unit := sc.unitAt(s, end)
	if words && unit == "" && han(at(s, end)) && !sc.startsPrice(s, end) {
		return atom{kind: word, from: i, to: end, text: string(s[i:end])}, true
	}
	a := atom{kind: count, from: i, to: end + len([]rune(unit)), value: value, unit: unit, words: words}
	if unit != "" && at(s, a.to) == '半' && sc.unitLen(s, a.to+1) == 0 {
		a.value, a.to = a.value+one/2, a.to+1
	}
	a.text = figure(a.value) + named(unit)
	if unit == "" && (at(s, a.to) == '/' || at(s, a.to) == '每') {
		if b := sc.perUnit(s, a); b.unit != "" {
			b.kind = price
			return b, true
		}
	}
	return a, true
}

func (sc *scanner) startsPrice(s []rune, i int) bool {
	a, ok := sc.pricedAt(s, i)
	return ok && a.kind == price
}

func named(measure string) string {
	if c := canon[measure]; c != "" {
		return c
	}
	return measure
}

// stops tells whether digits end a number here, and not in the middle of a mark such as 3*75, 16a or 1/2.
func (sc *scanner) stops(s []rune, end int) bool {
	r := at(s, end)
	switch {
	case letter(r) && letter(at(s, end+1)) && letter(at(s, end+2)): // 32ppr are two words
		return true
	case letter(r) && (r != 'x' || digit(at(s, end+1))):
		return sc.unitLen(s, end) > 0 && !slices.Contains([]string{"kg"}, sc.unitAt(s, end))
	case r == '*' || r == '+':
		return !digit(at(s, end+1)) && !letter(at(s, end+1))
	case r == '/':
		return sc.unitLen(s, end+1) > 0 && !digit(at(s, end+1))
	case r == '-':
		return !digit(at(s, end+1))
	case r == '°' || r == '"' || r == '\'' || r == '%':
		return false
	case r == ' ':
		j := end
		for at(s, j) == ' ' {
			j++
		}
		// M8 x 30 written with blanks
		return !(at(s, j) == '*' || at(s, j) == 'x') || !digit(at(s, j+1)) && at(s, j+1) != ' '
	}
	return !digit(r)
}

// perUnit reads "/个", "一个" and "每个" after a price.
func (sc *scanner) perUnit(s []rune, a atom) atom {
	j := a.to
	for at(s, j) == ' ' {
		j++
	}
	switch at(s, j) {
	case '/', '每':
	case '一':
		if j != a.to {
			return a
		}
	default:
		return a
	}
	if unit := sc.unitAt(s, j+1); unit != "" {
		a.unit, a.to = unit, j+1+len([]rune(unit))
	}
	return a
}

// restAt reads a mark, a run of Chinese, or what else there is.
func (sc *scanner) restAt(s []rune, i int) atom {
	r := s[i]
	switch {
	case letter(r) || digit(r):
		return sc.markAt(s, i)
	case han(r):
		j := i + 1
		for han(at(s, j)) && !sc.begins(s, j) {
			j++
		}
		return atom{kind: word, from: i, to: j, text: string(s[i:j])}
	}
	return atom{kind: blank, from: i, to: i + 1}
}

// begins tells whether something else than a name begins here.
func (sc *scanner) begins(s []rune, j int) bool {
	if _, ok := sc.timesAt(s, j); ok {
		return true
	}
	if _, ok := sc.pricedAt(s, j); ok {
		return true
	}
	a, ok := sc.numberAt(s, j)
	return ok && a.kind != word
}

// markAt reads letters, figures and signs as far as they belong together.
func (sc *scanner) markAt(s []rune, i int) atom {
	j, first := i, int64(0)
	var b strings.Builder
	for j < len(s) {
		r := s[j]
		inner := strings.ContainsRune("*./-+", r) && (digit(at(s, j+1)) || letter(at(s, j+1)))
		if r == 'x' && digit(at(s, j-1)) && digit(at(s, j+1)) {
			r = '*'
		}
		if r == ' ' {
			k := j
			for at(s, k) == ' ' {
				k++
			}
			next := k + 1
			for at(s, next) == ' ' {
				next++
			}
			if !(at(s, k) == '*' || at(s, k) == 'x') || !digit(at(s, j-1)) || !digit(at(s, next)) {
				break
			}
			b.WriteByte('*')
			j = next
			continue
		}
		if digit(r) && digit(s[i]) && letter(at(s, j-1)) && s[j-1] != 'x' { // 40cm10 are two
			break
		}
		if !letter(r) && !digit(r) && !inner && !strings.ContainsRune("°\"'%", r) && r != '*' {
			break
		}
		b.WriteRune(r)
		j++
	}
	j = max(j, i+1)
	a := atom{kind: mark, from: i, to: j, text: b.String()}
	if v, end := arabic(s, i); end > i && at(s, end) == '*' {
		if p, to := arabic(s, end+1); to == j {
			first, a.pair = v, p
		}
	}
	a.value = first
	for _, m := range measures {
		if digit(s[i]) && digit(at(s, j-1)) && has(s, j, m) { // 1/2寸, 2*2.5平方
			a.to, a.text = j+len([]rune(m)), a.text+named(m)
			break
		}
	}
	a.text = canonMark(a.text)
	return a
}

// canonMark writes 3m as 3米.
func canonMark(text string) string {
	s := []rune(text)
	if n := len(s); n > 1 && s[n-1] == 'm' && digit(s[n-2]) && digit(s[0]) && !strings.ContainsAny(text, "*") {
		return string(s[:n-1]) + "米"
	}
	return text
}

package counter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// alike are signs that people type for one another.
var alike = map[rune]rune{'×': '*', '✕': '*', '╳': '*', '·': '.', '。': '.', 'ø': 'φ', '⌀': 'φ', '∅': 'φ', '″': '"', '”': '"', '“': '"', '′': '\'', '’': '\'', '‘': '\'',
	'—': '-', '–': '-', '～': '-', '~': '-', '\u3000': ' ', '\n': ' ', '\r': ' ', '\t': ' '}

// fold writes a text as it is compared: in lower case and half width, with one sign where there are many. An x between
// two digits is the sign of times, with blanks around it or without: M8×30, m8*30 and M8 x 30 are one.
func fold(text string) string {
	in := make([]rune, 0, len(text))
	for _, r := range text {
		if plain, ok := alike[r]; ok {
			r = plain
		} else if r >= '！' && r <= '～' {
			r += '!' - '！'
		}
		in = append(in, unicode.ToLower(r))
	}
	out := make([]rune, 0, len(in))
	for i := 0; i < len(in); i++ {
		r := in[i]
		if r == 'x' || r == '*' {
			before, after := len(out), i+1
			for before > 0 && out[before-1] == ' ' {
				before--
			}
			for after < len(in) && in[after] == ' ' {
				after++
			}
			if before > 0 && after < len(in) && digit(out[before-1]) && digit(in[after]) {
				out, i, r = out[:before], after-1, '*'
			}
		}
		out = append(out, r)
	}
	return string(out)
}

func digit[T rune | byte](r T) bool { return r >= '0' && r <= '9' }

func latin(r rune) bool { return r >= 'a' && r <= 'z' }

func letter(b byte) bool { return b >= 'a' && b <= 'z' }

// mostWords is how many fragments of a question count.
const mostWords = 8

// words are the fragments of a question as they are looked for, the longest first: it has the least choice where to stand.
func words(q string) []string {
	list := strings.Fields(fold(q))
	list = list[:min(len(list), mostWords)]
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return list
}

// How well a fragment stands where it was found, the best first.
const (
	whole  = iota // a word, a number or a code by itself, or Chinese
	begins        // the beginning of one
	within        // in the middle of one
	hardly        // only where another fragment stands already, or a few signs of a long code
)

// text is what an item is found by: lines about it, then lines with codes, then pinyin initials.
type text struct {
	all             string
	codes, initials int // where those lines begin
}

func newText(about, codes, initials []string) (t text) {
	var b strings.Builder
	add := func(lines []string) {
		for _, line := range lines {
			if line != "" {
				b.WriteString(line)
				b.WriteByte('\n')
			}
		}
	}
	add(about)
	t.codes = b.Len()
	add(codes)
	t.initials = b.Len()
	add(initials)
	t.all = b.String()
	return t
}

// place tells how well all fragments, the longest first, stand in a text: as the worst of them does; false when one is
// not there. The figures that initials repeat are no place of their own.
func (t *text) place(words []string) (int, bool) {
	var first [mostWords]int
	for i, w := range words {
		if first[i] = strings.Index(t.all, w); first[i] < 0 {
			return 0, false
		}
	}
	var room [mostWords][2]int
	taken, worst := room[:0], whole
	for i, w := range words {
		best, from := hardly, 0
		for at := first[i]; best > whole; {
			end := at + len(w)
			free := !slices.ContainsFunc(taken, func(s [2]int) bool { return at < s[1] && s[0] < end }) && (at < t.initials || strings.ContainsFunc(w, latin))
			if how := t.stands(at, end); free && how < best {
				best, from = how, at
			}
			next := strings.Index(t.all[at+1:], w)
			if next < 0 {
				break
			}
			at += 1 + next
		}
		if best < hardly {
			taken = append(taken, [2]int{from, from + len(w)})
		}
		worst = max(worst, best)
	}
	return worst, true
}

// stands tells how well a fragment stands at a place.
func (t *text) stands(at, end int) int {
	starts, ends := at == 0 || t.all[at-1] == '\n', end == len(t.all) || t.all[end] == '\n'
	switch {
	case at >= t.initials:
		if starts {
			return whole
		}
		return begins
	case at < t.codes:
		starts, ends = starts || parted(t.all, at), ends || parted(t.all, end)
	}
	switch {
	case starts && ends:
		return whole
	case starts:
		return begins
	case at >= t.codes && end-at < piece && !parted(t.all, at):
		return hardly
	}
	return within
}

// piece is from how many signs on somebody may mean the middle of a code.
const piece = 4

// parted tells whether a word ends and another one begins at a place within a line: letters and digits part from one
// another and from everything else, Chinese everywhere. 1.5 is one number.
func parted(s string, at int) bool {
	a, b := s[at-1], s[at]
	switch {
	case letter(a) && letter(b), digit(a) && digit(b):
		return false
	case a == '.' && digit(b):
		return at < 2 || !digit(s[at-2])
	case digit(a) && b == '.':
		return at+1 == len(s) || !digit(s[at+1])
	}
	return true
}

// Package measure says how wide texts are on paper and cuts them into lines. It knows no font: what ASCII holds is half as
// wide as high, everything else as wide as high, as in the print font and on printers.
package measure

import (
	"strings"
	"unicode"

	"zhanggui/modules/kernel/print/layout"
)

// halves is the width of a character in halves of its size: what ASCII holds is half as wide as high, everything else
// as wide as high. Fonts and printers may make some of the others narrower, never wider.
func halves(r rune) int {
	if r < 0x80 {
		return 1
	}
	return 2
}

// Halves is the width of a text in halves of its size.
func Halves(text string) (n int) {
	for _, r := range text {
		n += halves(r)
	}
	return n
}

// Width is how wide a text of a size in tenths of a point is, rounded up.
func Width(text string, size int) layout.Len { return Scaled(Halves(text), size) }

// Scaled gives a number of halves at a size: a point is 2540/72 hundredths of a millimetre.
func Scaled(halves, size int) layout.Len { return layout.Len((halves*size*2540 + 1439) / 1440) }

// Height is how high a line of text of a size stands.
func Height(size int) layout.Len { return layout.Len((size*2540*13/10 + 719) / 720) }

// fitting is how many halves of a size stand in a width.
func fitting(width layout.Len, size int) int { return max(int(width)*1440/(size*2540), 2) }

// Wrap cuts a text into lines that fit a width: at its own line ends, at spaces and between characters that are no part of
// a Latin word; a word that is longer than a line is cut anywhere. A text without characters is one empty line.
func Wrap(text string, size int, width layout.Len) []string {
	var out []string
	for line := range strings.SplitSeq(Clean(text), "\n") {
		out = wrapLine(out, []rune(line), fitting(width, size))
	}
	return out
}

var breaksOf = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ", "\u2028", "\n", "\u2029", "\n")

// Clean takes out what no printer can print: control characters, and marks of direction.
func Clean(text string) string {
	text = breaksOf.Replace(strings.ToValidUTF8(text, "?"))
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, text)
}

func wrapLine(out []string, line []rune, room int) []string {
	for {
		used, cut := 0, 0 // cut is the last place where the line may be broken
		i := 0
		for ; i < len(line); i++ {
			if used += halves(line[i]); used > room {
				break
			}
			if breaks(line, i+1) {
				cut = i + 1
			}
		}
		if i == len(line) {
			return append(out, string(line))
		}
		if line[i] == ' ' {
			cut = i
		}
		if cut == 0 {
			cut = max(i, 1)
		}
		out = append(out, strings.TrimRight(string(line[:cut]), " "))
		for line = line[cut:]; len(line) > 0 && line[0] == ' '; {
			line = line[1:]
		}
	}
}

// breaks reports whether a line may end before its i-th character.
func breaks(line []rune, i int) bool {
	if i >= len(line) {
		return true
	}
	if strings.ContainsRune("，。、；：）》」！？%", line[i]) {
		return false
	}
	return line[i-1] == ' ' || line[i-1] >= 0x80 || line[i] >= 0x80
}

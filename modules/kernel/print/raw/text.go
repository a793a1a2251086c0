package raw

import (
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhanggui/modules/kernel/print/layout"
)

// Missing is printed in the place of a character that printers have no picture of: those of four bytes in GB18030, and
// those of private use. It is the sign 〓, by which typesetters say so.
const Missing = "\xa1\xfe"

// same are characters that printers know by another name.
var same = map[rune]rune{'¥': '￥', '\u00a0': ' ', '\u2007': ' ', '\u202f': ' ', '–': '—', '−': '-', '‑': '-', '•': '·', '²': '2', '³': '3'}

// Encode gives a text in the bytes that printers of GB18030 print, without anything that they would obey.
func Encode(text string) []byte {
	enc := simplifiedchinese.GB18030.NewEncoder()
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if as, ok := same[r]; ok {
			r = as
		}
		switch {
		case r >= 0x20 && r < 0x7f:
			out = append(out, byte(r))
			continue
		case r == '\t' || r == '\n' || r == '\r' || unicode.In(r, unicode.Zl, unicode.Zp):
			out = append(out, ' ')
			continue
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
			continue
		}
		pair, err := enc.Bytes([]byte(string(r)))
		if err != nil || len(pair) != 2 || r == unicode.ReplacementChar || unicode.In(r, unicode.Co) || pair[0] < 0x81 || pair[1] < 0x40 {
			out = append(out, Missing...)
			continue
		}
		out = append(out, pair...)
	}
	return out
}

// Cells is how many halves of a square the bytes of Encode take.
func Cells(encoded []byte) int { return len(encoded) }

// Dots turns a length into dots.
func Dots(l layout.Len, perInch int) int {
	n := int(l) * perInch * 2
	if n < 0 {
		return -((2540 - n) / 5080)
	}
	return (n + 2540) / 5080
}

// Start is where a text that is wide so many dots begins in its box.
func Start(t *layout.Text, wide, perInch int) int {
	from, room := Dots(t.X, perInch), Dots(t.W, perInch)
	switch t.Align {
	case layout.Center:
		return from + (room-wide)/2
	case layout.Right:
		return from + room - wide
	}
	return from
}

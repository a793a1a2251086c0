// Package testsheet makes the sheet by which people judge a printer.
package testsheet

import (
	"fmt"
	"strconv"

	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
)

// Of is the printer: its name, its paper, and how far its marks are shifted, in tenths of a millimetre.
type Of struct {
	Name, Paper string
	X, Y        int64
}

// Make tells whether a printer understands what it is told: Chinese characters, signs, a ruler in millimetres with the
// edges of the paper, and the language itself.
func Make(p Of, lang string) *layout.Doc {
	size := design.PaperOf(p.Paper).Size
	high, small := size.Height, size.Height == 0
	if small {
		high = 60 * layout.Millimetre
	}
	s := &ruled{page: layout.Page{Height: high}, wide: size.Width, high: high}
	word := func(key string) string {
		return messages.Text(lang, "spool.sheet_"+key, map[string]any{"name": p.Name, "paper": p.Paper, "x": tenths(p.X), "y": tenths(p.Y)})
	}
	const mm = layout.Millimetre
	left, room := 6*mm, size.Width-12*mm
	if !small {
		left, room = 15*mm, size.Width-30*mm
	}
	s.line(left, 10*mm, room, layout.Text{Size: 160, Bold: true, Text: word("title")})
	for i, text := range []string{p.Name, word("chinese") + "镕堃喆玥淼", "¥1,234.50 ￥1,234.50 0123456789", "ABCDEFG abcdefg M8×30 Φ20 ±0.5℃", word("shift")} {
		s.line(left, (20+layout.Len(i)*6)*mm, room, layout.Text{Size: 100, Text: text})
	}
	s.line(left, 52*mm, room, layout.Text{Size: 100, Align: layout.Right, Text: word("end")})
	s.across(small)
	if !small {
		s.along()
	}
	return &layout.Doc{Title: word("title"), Paper: size, Pages: []layout.Page{s.page}}
}

// tenths writes tenths of a millimetre as millimetres.
func tenths(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
}

// ruled is a page with rulers.
type ruled struct {
	page       layout.Page
	wide, high layout.Len
}

func (s *ruled) line(x, y, wide layout.Len, t layout.Text) {
	t.Box = layout.Box{X: x, Y: y, W: wide, H: 5 * layout.Millimetre}
	s.page.Texts = append(s.page.Texts, t)
}

func (s *ruled) rule(x1, y1, x2, y2 layout.Len) {
	s.page.Rules = append(s.page.Rules, layout.Rule{From: layout.Point{X: x1, Y: y1}, To: layout.Point{X: x2, Y: y2}, Width: 20})
}

// across is a ruler from edge to edge: a mark for each half centimetre, a figure for each two centimetres. A roll takes no
// marks, only the figures and the rule.
func (s *ruled) across(small bool) {
	const mm = layout.Millimetre
	s.rule(0, 4*mm, s.wide, 4*mm)
	for x := layout.Len(0); x <= s.wide; x += 5 * mm {
		if !small {
			long := 2 * mm
			if x%(20*mm) == 0 {
				long = 4 * mm
			}
			s.rule(x, 4*mm, x, 4*mm+long)
		}
		if x%(20*mm) == 0 && x > 0 && x < s.wide-8*mm {
			s.page.Texts = append(s.page.Texts, layout.Text{Box: layout.Box{X: x - 5*mm, Y: 5 * mm, W: 10 * mm, H: 4 * mm}, Size: 90, Align: layout.Center, Text: strconv.Itoa(int(x / mm))})
		}
	}
}

// along is the same down the left edge, and the lower edge of the form.
func (s *ruled) along() {
	const mm = layout.Millimetre
	s.rule(10*mm, 0, 10*mm, s.high-4*mm)
	for y := 10 * mm; y < s.high-4*mm; y += 10 * mm {
		s.rule(7*mm, y, 10*mm, y)
	}
	s.rule(0, s.high-4*mm, s.wide, s.high-4*mm)
}

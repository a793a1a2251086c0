// Package escp writes sheets in ESC/P, the language of dot matrix printers with 24 needles and Chinese characters (Epson LQ
// and what understands the same: Jolimark, Deli, Star, OKI in their LQ mode).
//
// Characters are the printer's own, 24 dots of 1/180 inch high, or twice that where a text is meant large and has the room;
// rules and pictures are dots between them. Places across are of 1/60 inch, places along of 1/180.
//
// Invariants
//  1. What a text says never becomes a command (package raw).
//  2. Paper moves forward only, every page ends with a form feed, and the length of the form is told first.
package escp

import (
	"image"
	"slices"

	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/raw"
)

const (
	dpi    = 180
	across = 60 // places of ESC $ in an inch
	pins   = 24
	half   = 12 // dots of a half character at 15 to the inch
	most   = 3  // dots by which characters are moved apart at most
	large  = 150
)

// Commands, as Epson's reference of ESC/P names them.
const (
	reset      = "\x1b@"
	sixth      = "\x1b2" // lines of 1/6 inch, in which ESC C counts
	letter     = "\x1bx\x01"
	fifteen    = "\x1bg"
	western    = "\x1bR\x00"
	chinese    = "\x1c&"
	noSkip     = "\x1bO"
	bold       = "\x1bE"
	plain      = "\x1bF"
	twice      = "\x1cW\x01\x1bW\x01\x1bw\x01"
	once       = "\x1cW\x00\x1bW\x00\x1bw\x00"
	formFeed   = "\x0c"
	lineReturn = "\r"
)

// mark is what is printed at a place: y in 1/180 inch, x in 1/60.
type mark struct {
	x, y  int
	space int // between characters; -1 where there are none
	bytes []byte
}

// Write gives the bytes that print a document.
func Write(d *layout.Doc) ([]byte, error) {
	w := &writer{space: -1}
	w.add(reset, letter, western, fifteen, chinese, noSkip, sixth)
	length := -1
	for i := range d.Pages {
		p := &d.Pages[i]
		high := p.Height
		if d.Paper.Height != 0 {
			high = d.Paper.Height
		}
		if n := min(max(raw.Dots(high, 6), 1), 127); n != length {
			w.add("\x1bC", string([]byte{byte(n)}))
			length = n
		}
		if err := w.page(d, p, high); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

type writer struct {
	out   []byte
	y     int // of the paper, on this page
	space int // between characters, as the printer knows it
}

func (w *writer) add(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

func (w *writer) page(d *layout.Doc, p *layout.Page, high layout.Len) error {
	marks, err := drawn(d, p, high)
	if err != nil {
		return err
	}
	low := max(raw.Dots(high, dpi)-pins, 0)
	for i := range p.Texts {
		if m, some := written(&p.Texts[i], d.Shift); some {
			m.y = min(max(m.y, 0), low)
			marks = append(marks, m)
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int {
		if a.y != b.y {
			return a.y - b.y
		}
		return a.x - b.x
	})
	w.y = 0
	for _, m := range marks {
		w.put(m)
	}
	w.add(lineReturn, formFeed)
	return nil
}

// put moves to the place of a mark and makes it.
func (w *writer) put(m mark) {
	if m.y > w.y {
		w.add(lineReturn)
		for left := m.y - w.y; left > 0; left -= min(left, 255) {
			w.add("\x1bJ", string([]byte{byte(min(left, 255))}))
		}
		w.y = m.y
	}
	if m.space >= 0 && m.space != w.space {
		w.add("\x1b ", string([]byte{byte(m.space)}), "\x1cS\x00", string([]byte{byte(2 * m.space)}))
		w.space = m.space
	}
	w.add("\x1b$", string([]byte{byte(m.x), byte(m.x >> 8)}))
	w.out = append(w.out, m.bytes...)
}

// written is a text in the printer's own characters: as large and as far apart as it is meant, where it fits.
func written(t *layout.Text, shift layout.Point) (mark, bool) {
	text := raw.Encode(t.Text)
	if len(text) == 0 {
		return mark{}, false
	}
	cells, room := raw.Cells(text), raw.Dots(t.W, dpi)
	step := t.Size * dpi / (2 * 720) // dots of half a character as it is meant
	high, scale := pins, 1
	if t.Size >= large && 2*half*cells <= room {
		high, scale, step = 2*pins, 2, step/2
	}
	space := min(max(step-half, 0), most)
	for space > 0 && scale*(half+space)*cells > room {
		space--
	}
	wide := scale * (half + space) * cells
	x := raw.Start(t, wide, dpi) + raw.Dots(shift.X, dpi)
	y := raw.Dots(t.Y+shift.Y, dpi) + (raw.Dots(t.H, dpi)-high)/2
	m := mark{x: min(max((x+1)*across/dpi, 0), 0x7fff), y: y, space: space}
	if t.Bold {
		m.bytes = append(m.bytes, bold...)
	}
	if scale == 2 {
		m.bytes = append(m.bytes, twice...)
	}
	m.bytes = append(m.bytes, text...)
	if scale == 2 {
		m.bytes = append(m.bytes, once...)
	}
	if t.Bold {
		m.bytes = append(m.bytes, plain...)
	}
	return m, true
}

// drawn are the rules and pictures of a page, in bands of as many rows as there are needles. Of a band only what is not
// blank is printed.
func drawn(d *layout.Doc, p *layout.Page, high layout.Len) ([]mark, error) {
	if len(p.Rules)+len(p.Images) == 0 {
		return nil, nil
	}
	paper, err := raw.NewBitmap(raw.Dots(d.Paper.Width, dpi), raw.Dots(high, dpi))
	if err != nil {
		return nil, err
	}
	off := image.Pt(raw.Dots(d.Shift.X, dpi), raw.Dots(d.Shift.Y, dpi))
	for _, r := range p.Rules {
		paper.Rule(r, off, dpi)
	}
	for i := range p.Images {
		if err := paper.Picture(&p.Images[i], off, dpi); err != nil {
			return nil, err
		}
	}
	var out []mark
	for y := 0; y < paper.High; y += pins {
		out = append(out, band(paper, y)...)
	}
	return out, nil
}

// apart is how many blank columns end a piece of a band: fewer cost less than moving the head.
const apart = 24

func band(paper *raw.Bitmap, y int) []mark {
	const step = dpi / across
	var out []mark
	from, last := -1, -1
	flush := func() {
		if from < 0 {
			return
		}
		n := last - from + 1
		m := mark{x: from / step, y: y, space: -1, bytes: []byte{0x1b, '*', 39, byte(n), byte(n >> 8)}}
		for x := from; x <= last; x++ {
			m.bytes = append(m.bytes, column(paper, x, y)...)
		}
		out, from = append(out, m), -1
	}
	for x := range paper.Wide {
		if string(column(paper, x, y)) == "\x00\x00\x00" {
			continue
		}
		if from >= 0 && x-last > apart {
			flush()
		}
		if from < 0 {
			from = x / step * step
		}
		last = x
	}
	flush()
	return out
}

// column is a column of dots as the needles strike it, the topmost in the highest bit.
func column(paper *raw.Bitmap, x, y int) []byte {
	out := []byte{0, 0, 0}
	for pin := range pins {
		if paper.At(x, y+pin) {
			out[pin/8] |= 0x80 >> (pin % 8)
		}
	}
	return out
}

// Package escpos writes sheets in ESC/POS, the language of till printers for rolls of 80 and 58 mm (Epson TM, Gprinter,
// XPrinter, Sunmi and most others).
//
// Such a printer prints row after row. Texts of nearly the same height become a row; a rule across and a picture become dots
// of their own rows. A rule along the paper is left out: it could only be printed as part of a picture of the whole slip.
//
// Invariants
//  1. What a text says never becomes a command (package raw).
//  2. Paper moves forward only; where rows need more room than the sheet gives them, what follows moves down.
package escpos

import (
	"image"
	"slices"

	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/raw"
)

// Options are what a printer can do beside printing.
type Options struct {
	Cut    bool // cuts the paper after each page
	Drawer bool // opens the drawer that hangs at the printer
}

const (
	dpi  = 203
	cell = 12 // dots of a half character
	line = 24 // dots of a character's height
	// wide is the size, in tenths of a point, from which a character is printed twice as large.
	wide = 130
)

// Commands.
const (
	reset   = "\x1b@"
	chinese = "\x1c&"
	western = "\x1bR\x00"
	tight   = "\x1cS\x00\x00"
	motion  = "\x1dP\xcb\xcb" // places count in 1/203 inch
	drawer  = "\x1bp\x00\x19\xfa"
	cut     = "\x1dVB\x00" // feed to the knife, then cut but for a point
	bold    = "\x1bE\x01"
	plain   = "\x1bE\x00"
)

// Printable is how many dots such paper has across, and how far they are from its edge.
func Printable(paper layout.Len) (dots, margin int) {
	switch {
	case paper <= 60*layout.Millimetre:
		dots = 384
	case paper <= 90*layout.Millimetre:
		dots = 576
	default:
		dots = raw.Dots(paper, dpi) / 8 * 8
	}
	return dots, max((raw.Dots(paper, dpi)-dots)/2, 0)
}

// Write gives the bytes that print a document.
func Write(d *layout.Doc, o Options) ([]byte, error) {
	w := &writer{}
	w.dots, w.margin = Printable(d.Paper.Width)
	w.shift = image.Pt(raw.Dots(d.Shift.X, dpi), raw.Dots(d.Shift.Y, dpi))
	w.add(reset, chinese, western, tight, motion)
	if o.Drawer {
		w.add(drawer)
	}
	for i := range d.Pages {
		rows, err := w.rows(&d.Pages[i])
		if err != nil {
			return nil, err
		}
		w.y, w.held = 0, 0
		for _, r := range rows {
			w.put(r)
		}
		w.feed(w.held)
		if o.Cut {
			w.add(cut)
		} else {
			w.feed(4 * line) // to where it can be torn off
		}
	}
	return w.out, nil
}

type writer struct {
	out          []byte
	dots, margin int
	shift        image.Point
	y            int // of the row that is being printed
	held         int // its height, while it has not been fed
}

// row is what is printed in one go: texts beside each other, or dots.
type row struct {
	y, high int
	texts   []piece
	dots    *raw.Bitmap
}

// piece is a text at a place of a row.
type piece struct {
	x, wide, high int
	size          byte
	bold          bool
	text          []byte
}

func (w *writer) add(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

// feed prints what is held and moves the paper.
func (w *writer) feed(n int) {
	n = max(n, 0)
	for w.y += n; n > 0; n -= min(n, 255) {
		w.add("\x1bJ", string([]byte{byte(min(n, 255))}))
	}
	w.held = 0
}

func (w *writer) put(r row) {
	w.feed(max(r.y-w.y, w.held))
	if r.dots != nil {
		w.add("\x1dv0\x00", string([]byte{byte(w.dots / 8), byte(w.dots / 8 >> 8), byte(r.dots.High), byte(r.dots.High >> 8)}))
		w.out = append(w.out, r.dots.Rows(0, r.dots.High)...)
		w.y += r.dots.High
		return
	}
	for _, p := range r.texts {
		w.add("\x1b$", string([]byte{byte(p.x), byte(p.x >> 8)}))
		w.add("\x1d!", string([]byte{p.size}))
		if p.bold {
			w.add(bold)
		}
		w.out = append(w.out, p.text...)
		if p.bold {
			w.add(plain)
		}
	}
	w.held = r.high
}

// rows puts the marks of a page into the order in which the paper passes.
func (w *writer) rows(p *layout.Page) ([]row, error) {
	var out []row
	for i := range p.Texts {
		t := &p.Texts[i]
		one, some := w.piece(t)
		if !some {
			continue
		}
		y := max(raw.Dots(t.Y, dpi)+w.shift.Y+(raw.Dots(t.H, dpi)-one.high)/2, 0)
		out = append(out, row{y: y, high: one.high, texts: []piece{one}})
	}
	for _, r := range p.Rules {
		if !raw.Level(r) {
			continue
		}
		thick := max(raw.Dots(r.Width, dpi), 1)
		strip, err := raw.NewBitmap(w.dots, thick)
		if err != nil {
			return nil, err
		}
		from, to := raw.Dots(min(r.From.X, r.To.X), dpi)+w.shift.X-w.margin, raw.Dots(max(r.From.X, r.To.X), dpi)+w.shift.X-w.margin
		strip.Fill(from, 0, to-from+1, thick)
		out = append(out, row{y: max(raw.Dots(r.From.Y, dpi)+w.shift.Y-thick/2, 0), high: thick, dots: strip})
	}
	for i := range p.Images {
		one, err := w.picture(&p.Images[i])
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b row) int { return a.y - b.y })
	return joined(out), nil
}

// joined makes one row of texts that stand beside each other.
func joined(list []row) (out []row) {
	for _, r := range list {
		if n := len(out); n > 0 && r.dots == nil && out[n-1].dots == nil && beside(&out[n-1], &r) {
			last := &out[n-1]
			last.texts = append(last.texts, r.texts...)
			last.high = max(last.high, r.high)
			slices.SortStableFunc(last.texts, func(a, b piece) int { return a.x - b.x })
			continue
		}
		out = append(out, r)
	}
	return out
}

func beside(last, next *row) bool {
	if 2*(next.y-last.y) >= min(last.high, next.high) {
		return false
	}
	for _, p := range last.texts {
		if q := next.texts[0]; q.x < p.x+p.wide && p.x < q.x+q.wide {
			return false
		}
	}
	return true
}

// piece is a text in the printer's own characters: as large as it is meant, where it fits.
func (w *writer) piece(t *layout.Text) (piece, bool) {
	p := piece{text: raw.Encode(t.Text), bold: t.Bold, wide: cell, high: line}
	if len(p.text) == 0 {
		return p, false
	}
	cells := raw.Cells(p.text)
	if t.Size >= wide {
		p.size, p.high = 0x01, 2*line
		if 2*cell*cells <= min(raw.Dots(t.W, dpi), w.dots) {
			p.size, p.wide = 0x11, 2*cell
		}
	}
	p.wide *= cells
	p.x = raw.Start(t, p.wide, dpi) + w.shift.X - w.margin
	p.x = max(min(p.x, w.dots-p.wide), 0)
	return p, true
}

func (w *writer) picture(p *layout.Image) (row, error) {
	high := raw.Dots(p.H, dpi)
	strip, err := raw.NewBitmap(w.dots, high)
	if err != nil {
		return row{}, err
	}
	flat := *p
	flat.Y = 0
	if err := strip.Picture(&flat, image.Pt(w.shift.X-w.margin, 0), dpi); err != nil {
		return row{}, err
	}
	return row{y: max(raw.Dots(p.Y, dpi)+w.shift.Y, 0), high: high, dots: strip}, nil
}

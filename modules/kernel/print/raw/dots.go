package raw

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"

	"zhanggui/modules/kernel/print/layout"
)

// Dots on paper, row by row, eight in a byte, the first in the highest bit.
type Bitmap struct {
	Wide, High int
	row        int // bytes of a row
	bits       []byte
}

// mostDots bounds a page: four times A4 at 203 dots an inch.
const mostDots = 16 << 20

// ErrLarge is paper or a picture that no such printer takes.
var ErrLarge = errors.New("raw: larger than any paper of such a printer")

// NewBitmap is blank paper.
func NewBitmap(wide, high int) (*Bitmap, error) {
	if wide < 0 || high < 0 || wide > 1<<14 || high > 1<<16 || wide*high > mostDots {
		return nil, ErrLarge
	}
	row := (wide + 7) / 8
	return &Bitmap{Wide: wide, High: high, row: row, bits: make([]byte, row*high)}, nil
}

// Set makes a dot; outside of the paper it does nothing.
func (b *Bitmap) Set(x, y int) {
	if x >= 0 && y >= 0 && x < b.Wide && y < b.High {
		b.bits[y*b.row+x/8] |= 0x80 >> (x % 8)
	}
}

// At reports whether there is a dot.
func (b *Bitmap) At(x, y int) bool {
	return x >= 0 && y >= 0 && x < b.Wide && y < b.High && b.bits[y*b.row+x/8]&(0x80>>(x%8)) != 0
}

// Rows gives the bytes of the rows from one to before another.
func (b *Bitmap) Rows(from, to int) []byte { return b.bits[from*b.row : to*b.row] }

// Fill blackens a rectangle.
func (b *Bitmap) Fill(x, y, wide, high int) {
	for j := max(y, 0); j < min(y+high, b.High); j++ {
		for i := max(x, 0); i < min(x+wide, b.Wide); i++ {
			b.Set(i, j)
		}
	}
}

// Rule draws a line, at least one dot thick, its middle on its place.
func (b *Bitmap) Rule(r layout.Rule, off image.Point, perInch int) {
	thick := max(Dots(r.Width, perInch), 1)
	x1, y1 := Dots(min(r.From.X, r.To.X), perInch)+off.X, Dots(min(r.From.Y, r.To.Y), perInch)+off.Y
	x2, y2 := Dots(max(r.From.X, r.To.X), perInch)+off.X, Dots(max(r.From.Y, r.To.Y), perInch)+off.Y
	if Level(r) {
		b.Fill(x1, y1-thick/2, x2-x1+1, thick)
		return
	}
	b.Fill(x1-thick/2, y1, thick, y2-y1+1)
}

// Level reports whether a rule runs across the paper.
func Level(r layout.Rule) bool { return r.From.Y == r.To.Y }

// Picture draws a PNG into its box, black where it is darker than half.
func (b *Bitmap) Picture(p *layout.Image, off image.Point, perInch int) error {
	what, err := png.DecodeConfig(bytes.NewReader(p.PNG))
	if err != nil {
		return err
	}
	if what.Width <= 0 || what.Height <= 0 || what.Width > 4096 || what.Height > 4096 {
		return ErrLarge
	}
	src, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		return err
	}
	x0, y0 := Dots(p.X, perInch)+off.X, Dots(p.Y, perInch)+off.Y
	wide, high := min(Dots(p.W, perInch), b.Wide), min(Dots(p.H, perInch), b.High)
	from := src.Bounds()
	for y := range high {
		for x := range wide {
			at := src.At(from.Min.X+(2*x+1)*from.Dx()/(2*wide), from.Min.Y+(2*y+1)*from.Dy()/(2*high))
			if dark(at) {
				b.Set(x0+x, y0+y)
			}
		}
	}
	return nil
}

// dark judges a colour as it looks on white paper.
func dark(c color.Color) bool {
	r, g, b, a := c.RGBA()
	grey := (299*r+587*g+114*b)/1000 + (0xffff - a)
	return grey < 0x8000
}

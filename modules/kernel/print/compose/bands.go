package compose

import (
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/measure"
)

const (
	mm      = layout.Millimetre
	pad     = 80  // between the edge of a cell and its text
	thin    = 20  // thickness of a rule
	gap     = 100 // between a field and the next
	logoBox = 14 * mm
	payBox  = 22 * mm
)

// cell is a text in a box that may need several lines.
type cell struct {
	text        string
	size        int
	bold        bool
	align       layout.Align
	x, w        layout.Len
	one, shrink bool // on one line as far as it can be made small enough; the second only if it can
}

// smallest is the size to which a text is made smaller to fit its box.
func smallest(size int) int { return min(size, max(size*6/10, 40)) }

// lines gives the lines of a cell and the size they have.
func (c *cell) lines() ([]string, int) {
	// A box that is narrower than one character makes the characters smaller: the design has too many columns.
	size := min(c.size, int(c.w)*720/2540)
	if c.one || c.shrink {
		wide := measure.Halves(measure.Clean(c.text))
		small := size
		for small > smallest(size) && measure.Scaled(wide, small) > c.w {
			small -= min(5, small-smallest(size))
		}
		if c.one || measure.Scaled(wide, small) <= c.w {
			size = small
		}
	}
	return measure.Wrap(c.text, size, c.w), size
}

// row sets cells beside each other, as bands of one line of text each: a row that is too long for a page can be parted.
func row(cells []cell) []band {
	var out []band
	for _, c := range cells {
		lines, size := c.lines()
		h := measure.Height(c.size)
		for i, line := range lines {
			if i == len(out) {
				out = append(out, band{})
			}
			out[i].height = max(out[i].height, h)
			if line != "" {
				out[i].texts = append(out[i].texts, layout.Text{Box: layout.Box{X: c.x, W: c.w, H: h}, Size: size, Bold: c.bold, Align: c.align, Text: line})
			}
		}
	}
	for i := range out {
		for j := range out[i].texts {
			out[i].texts[j].H = out[i].height
		}
	}
	return out
}

// join makes one band of several that stand under each other.
func join(bands []band) band {
	var out band
	for _, b := range bands {
		var p layout.Page
		b.at(&p, 0, out.height)
		out.texts, out.rules, out.images = append(out.texts, p.Texts...), append(out.rules, p.Rules...), append(out.images, p.Images...)
		out.height += b.height
	}
	return out
}

// fields sets fields into rows of twelve twelfths.
func (c *composer) fields(all []Field, width layout.Len) [][]band {
	var out [][]band
	var cells []cell
	used := 0
	flush := func() {
		if len(cells) > 0 {
			out = append(out, row(cells))
		}
		cells, used = nil, 0
	}
	for _, f := range all {
		span := min(max(f.Span, 1), 12)
		if used+span > 12 {
			flush()
		}
		size := f.Size
		if size == 0 {
			size = c.d.Size
		}
		x := width * layout.Len(used) / 12
		w := width*layout.Len(used+span)/12 - x
		if used+span < 12 {
			w -= gap
		}
		cells = append(cells, cell{text: f.Label + f.Value, size: size, bold: f.Bold, x: x, w: w, shrink: true})
		used += span
	}
	flush()
	return out
}

// title is the firm's name over the kind of sheet, the logo at the left, and the mark of a sheet that is not in force at the right.
func (c *composer) title() []band {
	left, right := layout.Len(0), layout.Len(0)
	var out band
	if len(c.s.Logo) > 0 && !c.roll {
		left = logoBox + gap
		right = left
		out.images = append(out.images, layout.Image{Box: layout.Box{W: logoBox, H: logoBox}, PNG: c.s.Logo, Alt: c.s.Firm})
	}
	if c.s.Mark != "" && !c.roll {
		right = max(right, measure.Width(c.s.Mark, c.d.Size)+4*pad)
		left = right
	}
	var bands []band
	for _, text := range []string{c.s.Firm, c.s.Title} {
		if text != "" {
			bands = append(bands, row([]cell{{text: text, size: c.d.Heading, bold: true, align: layout.Center, x: left, w: c.room - left - right, one: true}})...)
		}
	}
	if c.s.Mark != "" && c.roll {
		bands = append(bands, row([]cell{{text: "[" + c.s.Mark + "]", size: c.d.Size, bold: true, align: layout.Center, w: c.room}})...)
	}
	if len(bands) == 0 {
		bands = []band{{}}
	}
	first, last := &bands[0], &bands[len(bands)-1]
	if first.images = out.images; len(out.images) > 0 {
		last.height += max(logoBox-heights(bands), 0)
	}
	if c.s.Mark != "" && !c.roll {
		h := measure.Height(c.d.Size) + pad
		box := layout.Box{X: c.room - right + 2*pad, W: right - 2*pad, H: h}
		first.texts = append(first.texts, layout.Text{Box: box, Size: c.d.Size, Bold: true, Align: layout.Center, Text: measure.Clean(c.s.Mark)})
		first.rules = append(first.rules, frame(box)...)
		last.height += max(h-heights(bands), 0)
	}
	last.height += gap
	return bands
}

func frame(b layout.Box) []layout.Rule {
	at := func(x, y layout.Len) layout.Point { return layout.Point{X: x, Y: y} }
	return []layout.Rule{
		{From: at(b.X, b.Y), To: at(b.X+b.W, b.Y), Width: thin}, {From: at(b.X, b.Y+b.H), To: at(b.X+b.W, b.Y+b.H), Width: thin},
		{From: at(b.X, b.Y), To: at(b.X, b.Y+b.H), Width: thin}, {From: at(b.X+b.W, b.Y), To: at(b.X+b.W, b.Y+b.H), Width: thin},
	}
}

// foot is what stands under the table, beside the code for paying.
func (c *composer) foot() []band {
	width := c.room
	pay := len(c.s.Pay) > 0
	if pay && !c.roll {
		width -= payBox + 2*gap
	}
	var out []band
	for _, bands := range c.fields(c.s.Foot, width) {
		out = append(out, bands...)
	}
	if !pay {
		return out
	}
	side := band{images: []layout.Image{{Box: layout.Box{W: payBox, H: payBox}, PNG: c.s.Pay, Alt: c.s.PayText}}, height: payBox}
	if c.s.PayText != "" {
		under := row([]cell{{text: c.s.PayText, size: smallest(c.d.Size) + 20, align: layout.Center, w: payBox, shrink: true}})
		side = join(append([]band{side}, under[:min(len(under), 3)]...))
	}
	if c.roll {
		centred := band{height: side.height}
		var p layout.Page
		side.at(&p, (c.room-payBox)/2, 0)
		centred.texts, centred.images = p.Texts, p.Images
		return append(out, centred)
	}
	// One band: the picture and the words beside it stay together, as far as a page has room for them.
	if words := join(out); max(words.height, side.height) < c.body()/2 {
		var p layout.Page
		side.at(&p, c.room-payBox, 0)
		words.texts, words.images, words.height = append(words.texts, p.Texts...), append(words.images, p.Images...), max(words.height, side.height)
		return []band{words}
	}
	var p layout.Page
	side.at(&p, c.room-payBox, 0)
	return append(out, band{height: side.height, texts: p.Texts, images: p.Images})
}

package compose

import (
	"fmt"
	"strings"

	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/measure"
)

// place is a column and where it stands.
type place struct {
	*Column
	x, w layout.Len
}

// table knows how the lines of a sheet look.
type table struct {
	c      *composer
	own    []place // on lines of their own
	beside []place
	edges  []layout.Len // of the columns, from the left edge to the right one
}

func (c *composer) table() *table {
	t := &table{c: c}
	x, room := layout.Len(0), c.room
	if c.d.Number {
		t.beside = append(t.beside, place{Column: &Column{Label: c.s.Words.Number, Texts: numbers(c.s.Rows), Center: true}, w: design.Running})
		room -= design.Running
	}
	fixed, flexible := layout.Len(0), 0
	for i := range c.s.Columns {
		one := &c.s.Columns[i]
		switch {
		case one.Own:
			t.own = append(t.own, place{one, 0, c.room})
			continue
		case one.Width == 0:
			flexible++
		default:
			fixed += one.Width
		}
		t.beside = append(t.beside, place{one, 0, one.Width})
	}
	// What is wider than the paper is made narrower in proportion; what is left over goes to the columns without a width, or to the last.
	share := layout.Len(0)
	if flexible > 0 {
		share = max((room-fixed)/layout.Len(flexible), min(design.Flexible*3/2, room/layout.Len(len(t.beside))))
	}
	need := fixed + share*layout.Len(flexible)
	for i := range t.beside {
		p := &t.beside[i]
		if i > 0 || !c.d.Number {
			if p.w == 0 {
				p.w = share
			}
			if need > room {
				p.w = p.w * room / need
			}
		}
		p.x = x
		x += p.w
	}
	if n := len(t.beside); n > 0 {
		t.beside[n-1].w += c.room - x
		for _, p := range t.beside {
			t.edges = append(t.edges, p.x)
		}
		t.edges = append(t.edges, c.room)
	}
	return t
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i + 1)
	}
	return out
}

func (t *table) cell(p place, text string) cell {
	edge := min(pad, p.w/8)
	out := cell{text: text, size: t.c.d.Size, x: p.x + edge, w: p.w - 2*edge, one: p.Number, shrink: p.Shrink}
	switch {
	case p.Number:
		out.align = layout.Right
	case p.Center:
		out.align = layout.Center
	}
	return out
}

// line gives the bands of a row of the table, i counted from 0; -1 is an empty one.
func (t *table) line(i int) []band {
	var out []band
	for _, p := range t.own {
		if i >= 0 && p.Texts[i] != "" {
			out = append(out, row([]cell{{text: p.Texts[i], size: t.c.d.Size, x: pad, w: p.w - 2*pad}})...)
		}
	}
	var cells []cell
	for _, p := range t.beside {
		text := ""
		if i >= 0 {
			text = p.Texts[i]
		}
		cells = append(cells, t.cell(p, text))
	}
	return t.ruled(append(out, row(cells)...), len(out))
}

// head is the line with the labels.
func (t *table) head() band {
	var cells []cell
	for _, p := range t.beside {
		one := t.cell(p, p.Label)
		one.align, one.bold, one.one = layout.Center, true, true
		if t.c.roll && p.Number {
			one.align = layout.Right
		}
		cells = append(cells, one)
	}
	if len(cells) == 0 {
		return band{}
	}
	bands := row(cells)
	bands = bands[:min(len(bands), 2)] // a label has two lines at most
	own := t.ownHead()
	out := join(t.ruled(append(own, bands...), len(own)))
	if t.c.d.Lines {
		out.rules = append(out.rules, layout.Rule{To: layout.Point{X: t.c.room}, Width: thin})
	} else {
		out.rules = append(out.rules, t.under(0), t.under(out.height))
	}
	return out
}

// ownHead is the line above the head that says what stands on the lines of their own.
func (t *table) ownHead() []band {
	var labels []string
	for _, p := range t.own {
		labels = append(labels, p.Label)
	}
	if len(labels) == 0 {
		return nil
	}
	bands := row([]cell{{text: strings.Join(labels, " / "), size: t.c.d.Size, x: pad, w: t.c.room - 2*pad, bold: true}})
	return bands[:min(len(bands), 2)]
}

func (t *table) under(y layout.Len) layout.Rule {
	return layout.Rule{From: layout.Point{Y: y}, To: layout.Point{X: t.c.room, Y: y}, Width: thin}
}

// ruled draws the lines at both sides of the columns and under the last band; the first bands, own of them, have no columns.
func (t *table) ruled(bands []band, own int) []band {
	if !t.c.d.Lines {
		return bands
	}
	for i := range bands {
		b := &bands[i]
		if i == len(bands)-1 {
			b.height += pad / 2
			b.rules = append(b.rules, t.under(b.height))
		}
		for j, x := range t.edges {
			if i >= own || j == 0 || j == len(t.edges)-1 {
				b.rules = append(b.rules, layout.Rule{From: layout.Point{X: x}, To: layout.Point{X: x, Y: b.height}, Width: thin})
			}
		}
	}
	return bands
}

// sums is the line of what the rows from up to but without to come to. It is empty where no column has a total.
func (t *table) sums(of span) ([]band, error) {
	var cells []cell
	first, any := -1, false
	for i, p := range t.beside {
		text := ""
		if p.Sum != nil {
			var err error
			if text, err = p.Sum(of.from, of.to); err != nil {
				return nil, err
			}
			any = true
			if first < 0 {
				first = i
			}
		}
		one := t.cell(p, text)
		one.bold = true
		cells = append(cells, one)
	}
	if !any {
		return nil, nil
	}
	t.name(cells, of.label, first)
	out := t.ruled(row(cells), 0)
	if !t.c.d.Lines {
		out[0].rules = append(out[0].rules, t.under(0))
	}
	return out, nil
}

// name writes what the sums are of into the columns before the first of them, over all of these; a line that begins with a
// sum has no such place.
func (t *table) name(cells []cell, label string, first int) {
	if first <= 0 {
		return
	}
	wide := t.beside[first].x - 2*pad
	if !t.c.d.Lines {
		cells[0] = cell{text: label, size: t.c.d.Size, bold: true, x: pad, w: wide, shrink: true}
		return
	}
	// The rules between the columns stay: the label stands in the first column that is wide enough for it.
	for i := range cells[:first] {
		if cells[i].w >= measure.Width(label, t.c.d.Size) || i == first-1 {
			cells[i].text, cells[i].align, cells[i].one = label, layout.Center, true
			return
		}
	}
}

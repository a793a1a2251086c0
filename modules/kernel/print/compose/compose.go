package compose

import (
	"fmt"
	"slices"

	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/measure"
)

// longest is how long one piece of a roll is; what is longer is cut into several.
const longest = 2000 * mm

type composer struct {
	d     *design.Design
	s     *Sheet
	paper *design.Paper
	room  layout.Len
	roll  bool

	top   []band // head of the first page
	again []band // head of the others
	pages []layout.Page
	page  *layout.Page
	y     layout.Len
}

// Compose gives the pages of a sheet. The design has passed its Check; every column has a text for each row.
func Compose(d *design.Design, s *Sheet) ([]layout.Page, error) {
	paper := design.PaperOf(d.Paper)
	if paper == nil {
		return nil, fmt.Errorf("compose: no paper %q", d.Paper)
	}
	c := &composer{d: d, s: s, paper: paper, room: d.Room(), roll: paper.Roll()}
	c.heads()
	c.turn(c.top)
	if err := c.lines(); err != nil {
		return nil, err
	}
	c.finish()
	return c.pages, nil
}

// heads makes the head of the first page, and that of the others: of the same as much as leaves room for the table.
func (c *composer) heads() {
	title := c.title()
	if limit := c.body() * 2 / 5; heights(title) <= limit {
		title = []band{join(title)}
	}
	if logo := c.s.Logo; c.roll && len(logo) > 0 {
		centred := band{height: logoBox + gap, images: []layout.Image{{Box: layout.Box{X: (c.room - logoBox) / 2, W: logoBox, H: logoBox}, PNG: logo, Alt: c.s.Firm}}}
		c.top = append(c.top, centred)
	}
	c.top = append(c.top, title...)
	if len(title) == 1 {
		c.again = title
	}
	repeated, limit := len(c.again), c.body()*2/5
	rest := c.fields(c.s.Head, c.room)
	for i, bands := range rest {
		if heights(c.again)+heights(bands) > limit {
			break
		}
		c.again = append(c.again, bands...)
		rest[i] = nil
	}
	c.top = append(c.top, c.again[repeated:]...)
	c.top = append(c.top, slices.Concat(rest...)...) // what is too long to be repeated
	if space := (band{height: gap}); len(c.s.Columns) > 0 {
		c.top, c.again = append(c.top, space), append(c.again, space)
	}
}

// body is the height between the margins, without the line of the page's number.
func (c *composer) body() layout.Len {
	if c.roll {
		return longest
	}
	return c.paper.Height - c.d.Top - c.d.Bottom - c.numbered()
}

func (c *composer) numbered() layout.Len {
	if !c.d.Pages || c.roll {
		return 0
	}
	return measure.Height(smaller(c.d.Size))
}

func smaller(size int) int { return max(size*85/100, 50) }

// turn begins a page with a head. A head that is longer than the page goes on on the next one.
func (c *composer) turn(head []band) {
	c.pages = append(c.pages, layout.Page{Height: c.paper.Height})
	c.page, c.y = &c.pages[len(c.pages)-1], 0
	for i := range head {
		c.put(&head[i])
	}
}

func (c *composer) left() layout.Len { return c.body() - c.y }

// put sets a band on the page, or on the next one where this has no room for it.
func (c *composer) put(b *band) {
	if b.height > c.left() && c.y > 0 {
		if b.height <= c.body()-heights(c.again) {
			c.turn(c.again)
		} else {
			c.turn(nil)
		}
	}
	b.at(c.page, c.d.Left, c.d.Top+c.y)
	c.y += b.height
}

// lines sets the table and, on the last page, the foot.
func (c *composer) lines() error {
	foot := c.foot()
	if len(c.s.Columns) == 0 {
		for i := range foot {
			c.put(&foot[i])
		}
		return nil
	}
	t := c.table()
	head := t.head()
	sums, err := t.sums(span{c.s.Words.Total, 0, c.s.Rows})
	if err != nil {
		return err
	}
	least := heights(sums) // those of a page are no higher
	blank := t.line(-1)
	foots := heights(foot)
	if whole := c.body() - heights(c.again) - head.height - least - heights(blank); foots > whole {
		foots = 0 // it has to be parted anyway
	}
	c.need(head.height + heights(blank) + least)
	c.put(&head)
	from := 0
	for i := range c.s.Rows {
		bands := t.line(i)
		room := c.left() - least
		h := heights(bands)
		ends := h + foots
		if from > 0 {
			ends += least // the sums of the sheet stand under those of the page
		}
		if h > room || i == c.s.Rows-1 && from < i && ends > room && heights(c.again)+head.height+h+least+foots <= c.body() {
			if i > from || h <= c.body()-heights(c.again)-head.height-least {
				if err := c.close(t, from, i); err != nil {
					return err
				}
				c.turn(c.again)
				c.put(&head)
				from = i
			}
			if err := c.part(t, &head, bands, least); err != nil {
				return err
			}
			continue
		}
		for j := range bands {
			c.put(&bands[j])
		}
	}
	return c.end(t, foot, ending{from: from, blank: blank, least: least, foots: foots})
}

// need turns the page where it has less room than this.
func (c *composer) need(height layout.Len) {
	if height > c.left() && c.y > heights(c.again) {
		c.turn(c.again)
	}
}

// part sets a row that may be longer than a page, line by line.
func (c *composer) part(t *table, head *band, bands []band, least layout.Len) error {
	for j := range bands {
		if bands[j].height > c.left()-least && c.y > heights(c.again)+head.height {
			if c.d.Lines {
				c.page.Rules = append(c.page.Rules, c.across())
			}
			c.turn(c.again)
			c.put(head)
		}
		c.put(&bands[j])
	}
	return nil
}

// across is a rule at the present place.
func (c *composer) across() layout.Rule {
	y := c.d.Top + c.y
	return layout.Rule{From: layout.Point{X: c.d.Left, Y: y}, To: layout.Point{X: c.d.Left + c.room, Y: y}, Width: thin}
}

// close sets the sums of a page that is followed by another one.
func (c *composer) close(t *table, from, to int) error {
	if !c.d.Subtotal || c.roll {
		return nil
	}
	return c.sums(t, span{c.s.Words.Subtotal, from, to})
}

// span is a part of the rows and what its sums are called.
type span struct {
	label    string
	from, to int
}

func (c *composer) sums(t *table, of span) error {
	bands, err := t.sums(of)
	for i := range bands {
		c.put(&bands[i])
	}
	return err
}

// ending is how far the table has come.
type ending struct {
	from         int
	blank        []band
	least, foots layout.Len
}

// end fills the last page of the table with empty rows and sets the sums and the foot.
func (c *composer) end(t *table, foot []band, e ending) error {
	below := e.least
	if several := c.d.Subtotal && !c.roll && e.from > 0; several {
		below += e.least
	}
	if c.d.Fill && !c.roll {
		for c.left() >= heights(e.blank)+below+e.foots+gap {
			for j := range e.blank {
				c.put(&e.blank[j])
			}
		}
	}
	if e.from > 0 {
		if err := c.close(t, e.from, c.s.Rows); err != nil {
			return err
		}
	}
	if err := c.sums(t, span{c.s.Words.Total, 0, c.s.Rows}); err != nil {
		return err
	}
	c.y += gap
	if e.foots > c.left() && e.foots > 0 {
		c.turn(c.again)
	}
	for i := range foot {
		c.put(&foot[i])
	}
	return nil
}

// finish numbers the pages and cuts a roll where the sheet ends.
func (c *composer) finish() {
	for i := range c.pages {
		p := &c.pages[i]
		if c.roll {
			end := layout.Len(0)
			for _, t := range p.Texts {
				end = max(end, t.Y+t.H)
			}
			for _, r := range p.Rules {
				end = max(end, r.To.Y)
			}
			for _, m := range p.Images {
				end = max(end, m.Y+m.H)
			}
			p.Height = end + c.d.Bottom
			continue
		}
		if !c.d.Pages {
			continue
		}
		w := c.s.Words
		text := fmt.Sprintf("%s %d / %d %s", w.Page, i+1, len(c.pages), w.Of)
		size := smaller(c.d.Size)
		h := measure.Height(size)
		p.Texts = append(p.Texts, layout.Text{Box: layout.Box{X: c.d.Left, Y: p.Height - c.d.Bottom - h, W: c.room, H: h}, Size: size, Align: layout.Right, Text: measure.Clean(text)})
	}
}

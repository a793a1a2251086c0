package compose

import "zhanggui/modules/kernel/print/layout"

// Sheet is what is printed: texts as people read them.
type Sheet struct {
	Firm, Title string
	// Mark warns that the sheet is not in force, "" for none.
	Mark    string
	Head    []Field
	Columns []Column
	Rows    int
	Foot    []Field
	// Logo and Pay are pictures, nil for none; PayText stands under the second.
	Logo, Pay []byte
	PayText   string
	Words     Words
}

// Words are the words of the composer's own, in the language of the sheet.
type Words struct{ Number, Subtotal, Total, Page, Of string }

// Field is a label with its value, Label with its colon. Span is in twelfths of the width, Size 0 the design's.
type Field struct {
	Label, Value string
	Span, Size   int
	Bold         bool
}

// Column is a column of the table with a text for each row. Width 0 shares what the others leave.
type Column struct {
	Label  string
	Texts  []string
	Number bool // stands at the right and is never cut
	Center bool
	Shrink bool
	Own    bool // on a line of its own, above the other columns
	Width  layout.Len
	// Sum adds up the rows from up to but without to; nil for a column without a total.
	Sum func(from, to int) (string, error)
}

// band is a strip across the page, with places from its own upper left corner.
type band struct {
	height layout.Len
	texts  []layout.Text
	rules  []layout.Rule
	images []layout.Image
}

// at puts the marks of a band on a page, y from the top.
func (b *band) at(p *layout.Page, x, y layout.Len) {
	for _, t := range b.texts {
		t.X, t.Y = t.X+x, t.Y+y
		p.Texts = append(p.Texts, t)
	}
	for _, r := range b.rules {
		r.From, r.To = layout.Point{X: r.From.X + x, Y: r.From.Y + y}, layout.Point{X: r.To.X + x, Y: r.To.Y + y}
		p.Rules = append(p.Rules, r)
	}
	for _, i := range b.images {
		i.X, i.Y = i.X+x, i.Y+y
		p.Images = append(p.Images, i)
	}
}

func heights(bands []band) (sum layout.Len) {
	for _, b := range bands {
		sum += b.height
	}
	return sum
}

package compose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/print/compose"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/measure"
)

// inside refuses marks that stand outside their page, and texts that are wider than their box.
func inside(t *testing.T, name string, size layout.Size, pages []layout.Page) {
	t.Helper()
	bad := 0
	wrong := func(format string, args ...any) {
		if bad++; bad < 6 {
			t.Errorf("%s: "+format, append([]any{name}, args...)...)
		}
	}
	for i, p := range pages {
		if size.Height != 0 && p.Height != size.Height {
			wrong("page %d is %d high", i+1, p.Height)
		}
		in := func(b layout.Box) bool {
			return b.X >= 0 && b.Y >= 0 && b.W > 0 && b.H > 0 && b.X+b.W <= size.Width && b.Y+b.H <= p.Height
		}
		for _, x := range p.Texts {
			if !in(x.Box) {
				wrong("page %d: %q stands at %v outside %v × %v", i+1, x.Text, x.Box, size.Width, p.Height)
			}
			if w := measure.Width(x.Text, x.Size); w > x.W {
				wrong("page %d: %q is %d wide in a box of %d", i+1, x.Text, w, x.W)
			}
			if strings.ContainsAny(x.Text, "\n\t\x1b\x00") {
				wrong("page %d: %q of size %d", i+1, x.Text, x.Size)
			}
		}
		for _, r := range p.Rules {
			if r.From.X < 0 || r.From.Y < 0 || r.To.X > size.Width || r.To.Y > p.Height || r.From.X > r.To.X || r.From.Y > r.To.Y || r.From.X != r.To.X && r.From.Y != r.To.Y {
				wrong("page %d: a rule from %v to %v", i+1, r.From, r.To)
			}
		}
		for _, m := range p.Images {
			if !in(m.Box) {
				wrong("page %d: a picture at %v", i+1, m.Box)
			}
		}
	}
}

// sheet is one with these lines whose texts are what is given, in every field and column that the design names.
func sheet(d *design.Design, rows int, text string) *compose.Sheet {
	s := &compose.Sheet{Firm: text, Title: "销售出库单", Mark: "已作废", Rows: rows, Logo: []byte("png"), Pay: []byte("png"), PayText: text,
		Words: compose.Words{Number: "序", Subtotal: "小计", Total: "合计", Page: "第", Of: "页"}}
	for _, f := range d.Head {
		s.Head = append(s.Head, compose.Field{Label: f.Name + "：", Value: text, Span: f.Span, Size: f.Size, Bold: f.Bold})
	}
	for _, f := range d.Foot {
		s.Foot = append(s.Foot, compose.Field{Label: f.Name + "：", Value: text, Span: f.Span, Size: f.Size, Bold: f.Bold})
	}
	numbers := map[string]bool{"qty": true, "price": true, "amount": true, "debit": true, "credit": true}
	for _, c := range d.Columns {
		if !c.On {
			continue
		}
		col := compose.Column{Label: c.Name, Number: numbers[c.Name], Width: c.Width, Shrink: c.Shrink, Own: c.Own}
		for range rows {
			one := text
			if col.Number {
				one = "90,071,992,547,409.91"
			}
			col.Texts = append(col.Texts, one)
		}
		if c.Name == "amount" {
			col.Sum = func(from, to int) (string, error) { return fmt.Sprintf("%d.00", to-from), nil }
		}
		s.Columns = append(s.Columns, col)
	}
	return s
}

// delivery are the columns of the widest sheet.
var delivery = []string{"item", "spec", "bin", "unit", "description", "qty", "qty2", "unit2", "packed", "price", "gift", "discount", "amount", "tax", "note"}

func everything(string) bool { return true }

// What people write must never stand outside the paper, on any paper, in any number.
func TestNothingOutsideAnyPaper(t *testing.T) {
	texts := map[string]string{
		"short": "镕堃", "none": "", "long": strings.Repeat("永康市五金城东大街国际商贸中心镕堃", 30), "latin": strings.Repeat("W", 400),
		"mixed": strings.Repeat("M8×30 304 不锈钢 hexagon-head bolt，", 12), "steering": "a\x1b@b\x00\tc\r\nd\u202e" + strings.Repeat("\n", 40), "wide": "𠮷㐂￥①┌",
	}
	for _, paper := range design.Papers {
		for _, plain := range []bool{false, true} {
			d := design.Shipped(paper.Name, plain)
			d.Trim(everything, func(name string) bool { return slices.Contains(delivery, name) })
			if list := d.Check(); len(list) > 0 {
				t.Fatalf("%s as shipped: %v", paper.Name, list)
			}
			for name, text := range texts {
				for _, rows := range []int{0, 1, 8, 9, 15} {
					pages, err := compose.Compose(d, sheet(d, rows, text))
					if err != nil {
						t.Fatal(err)
					}
					inside(t, fmt.Sprintf("%s %s %d rows", paper.Name, name, rows), paper.Size, pages)
				}
			}
			pages, err := compose.Compose(d, sheet(d, 2000, "304 六角螺栓"))
			if err != nil {
				t.Fatal(err)
			}
			inside(t, paper.Name+" 2000 rows", paper.Size, pages)
		}
	}
}

// TestHeadOfOwnLines: what stands on a line of its own has its word in the head too, above the words of the columns.
func TestHeadOfOwnLines(t *testing.T) {
	d := design.Shipped("80mm", false)
	pages, err := compose.Compose(d, sheet(d, 1, "x"))
	if err != nil || len(pages) != 1 {
		t.Fatal(len(pages), err)
	}
	at := map[string]layout.Len{}
	for _, x := range pages[0].Texts {
		if x.Bold {
			at[x.Text] = x.Y
		}
	}
	const own = "summary / account / item / spec"
	if at[own] == 0 || at["unit"] <= at[own] || at["qty"] != at["unit"] {
		t.Errorf("the head stands at %v", at)
	}
}

package escp_test

import (
	"bytes"
	"testing"

	"zhanggui/modules/kernel/print/escp"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/raw/rawtest"
)

func sheet(t *testing.T) *layout.Doc {
	box := func(x, y, w, h layout.Len) layout.Box { return layout.Box{X: x, Y: y, W: w, H: h} }
	texts := []layout.Text{
		{Box: box(500, 400, 23000, 900), Size: 160, Bold: true, Align: layout.Center, Text: "宏发五金 销售单"},
		{Box: box(700, 1600, 9000, 500), Size: 100, Text: "客户：朱镕 李堃"},
		{Box: box(15000, 1600, 8000, 500), Size: 100, Align: layout.Right, Text: "XS26110231"},
		{Box: box(700, 2300, 6000, 500), Size: 100, Text: "304 六角螺栓 M8×30"},
		{Box: box(9000, 2300, 2000, 500), Size: 120, Text: "20 盒"},
		{Box: box(18000, 2300, 5000, 500), Size: 100, Align: layout.Right, Text: "¥1,265.80"},
	}
	return &layout.Doc{Title: "t", Paper: layout.Size{Width: 24100, Height: 14000}, Shift: layout.Point{X: 100, Y: 50}, Pages: []layout.Page{
		{Height: 14000, Texts: texts, Rules: []layout.Rule{
			{From: layout.Point{X: 500, Y: 2200}, To: layout.Point{X: 23500, Y: 2200}, Width: 20},
			{From: layout.Point{X: 500, Y: 2200}, To: layout.Point{X: 500, Y: 4200}, Width: 20},
		}, Images: []layout.Image{{Box: box(20000, 10000, 1500, 1500), PNG: rawtest.Picture(t)}}},
		{Height: 14000, Texts: texts[1:2]},
	}}
}

// paper is what a printer does with the bytes.
type paper struct {
	texts  [][]rawtest.Printed
	dots   []map[[2]int]bool // of each page, in 1/180 inch
	length int               // of the form in lines
}

func mm(n, dpi int) layout.Len { return layout.Len(n * 2540 / dpi) }

// obey prints as an LQ with Chinese characters does. What it does not know fails the test.
func obey(t *testing.T, b []byte) *paper {
	t.Helper()
	m := &machine{T: t, b: b, scale: 1, dots: map[[2]int]bool{}}
	for len(m.b) > 0 {
		switch {
		case m.b[0] == 0x0d:
			m.take(1)
			m.x = 0
		case m.b[0] == 0x0c:
			m.take(1)
			m.texts, m.paper.dots = append(m.texts, m.page), append(m.paper.dots, m.dots)
			m.x, m.y, m.page, m.dots = 0, 0, nil, map[[2]int]bool{}
		case m.b[0] == 0x1c:
			m.chinese(m.take(2)[1])
		case m.b[0] == 0x1b:
			m.escape(m.take(2)[1])
		default:
			text := m.take(bytes.IndexFunc(m.b, func(r rune) bool { return r < 0x20 }))
			wide := m.scale * (12 + m.space) * len(text)
			m.page = append(m.page, rawtest.Printed{X: mm(m.x, 180), Y: mm(m.y, 180), W: mm(wide, 180), H: mm(24*m.scale, 180), Bold: m.bold, Text: rawtest.Decode(t, text)})
			m.x += wide
		}
	}
	if m.page != nil {
		t.Error("the last page is not ejected")
	}
	return &m.paper
}

// machine is a printer at work; x and y are in 1/180 inch.
type machine struct {
	*testing.T
	paper
	b                  []byte
	x, y, space, scale int
	bold               bool
	page               []rawtest.Printed
	dots               map[[2]int]bool
}

func (m *machine) take(n int) []byte {
	m.Helper()
	if n < 0 || len(m.b) < n {
		m.Fatal("the bytes end within a command")
	}
	out := m.b[:n]
	m.b = m.b[n:]
	return out
}

// chinese obeys commands that begin with FS.
func (m *machine) chinese(command byte) {
	switch command {
	case '&':
	case 'S':
		if s := m.take(2); s[0] != 0 || int(s[1]) != 2*m.space {
			m.Errorf("Chinese characters stand % d apart, others %d", s, m.space)
		}
	case 'W':
		m.scale = 1 + int(m.take(1)[0])
	default:
		m.Fatalf("FS %q", command)
	}
}

// escape obeys commands that begin with ESC.
func (m *machine) escape(command byte) {
	switch command {
	case '@', 'g', 'O', '2':
	case 'x', 'R', 'W', 'w':
		m.take(1)
	case 'C':
		m.length = int(m.take(1)[0])
	case 'J':
		m.y += int(m.take(1)[0])
	case '$':
		n := m.take(2)
		m.x = (int(n[0]) + int(n[1])<<8) * 3
	case ' ':
		m.space = int(m.take(1)[0])
	case 'E', 'F':
		m.bold = command == 'E'
	case '*':
		n := m.take(3)
		if n[0] != 39 {
			m.Fatalf("graphics %d", n[0])
		}
		for range int(n[1]) + int(n[2])<<8 {
			for pin, col := 0, m.take(3); pin < 24; pin++ {
				if col[pin/8]&(0x80>>(pin%8)) != 0 {
					m.dots[[2]int{m.x, m.y + pin}] = true
				}
			}
			m.x++
		}
	default:
		m.Fatalf("ESC %q", command)
	}
}

func TestASheetOnAFormOf241By140(t *testing.T) {
	d := sheet(t)
	got, err := escp.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	p := obey(t, got)
	if len(p.texts) != 2 || p.length != 33 {
		t.Fatalf("%d pages of %d lines", len(p.texts), p.length)
	}
	for i := range d.Pages {
		rawtest.Same(t, &d.Pages[i], d.Shift, p.texts[i])
	}
	at := func(x, y layout.Len) bool {
		i, j := int(x+100)*180/2540, int(y+50)*180/2540
		return p.dots[0][[2]int{i, j}] || p.dots[0][[2]int{i + 1, j}] || p.dots[0][[2]int{i, j + 1}] || p.dots[0][[2]int{i + 1, j + 1}] // a dot is wider than what is rounded away
	}
	for _, want := range []struct {
		x, y layout.Len
		dot  bool
	}{{600, 2200, true}, {23400, 2200, true}, {12000, 2200, true}, {23700, 2200, false}, {12000, 2300, false}, {500, 3000, true}, {500, 4190, true}, {500, 4400, false},
		{20100, 10100, true}, {20750, 10750, false}, {21400, 11400, true}, {21700, 10750, false}} {
		if at(want.x, want.y) != want.dot {
			t.Errorf("at %d, %d: dot %v", want.x, want.y, !want.dot)
		}
	}
	if len(p.dots[1]) != 0 {
		t.Error("dots on the second page")
	}
	rawtest.Golden(t, "testdata/sheet.escp", got)
}

func TestTheLengthOfForms(t *testing.T) {
	for high, want := range map[layout.Len]int{9300: 22, 14000: 33, 28000: 66, 29700: 70, 21000: 50} {
		got, err := escp.Write(&layout.Doc{Paper: layout.Size{Width: 24100, Height: high}, Pages: make([]layout.Page, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if p := obey(t, got); p.length != want {
			t.Errorf("%d: %d lines, not %d", high, p.length, want)
		}
	}
}

func TestHostileTextsPrintAsTexts(t *testing.T) {
	for _, text := range rawtest.Hostile {
		d := &layout.Doc{Paper: layout.Size{Width: 24100, Height: 14000}, Pages: []layout.Page{{Texts: []layout.Text{
			{Box: layout.Box{X: 1000, Y: 1000, W: 9000, H: 500}, Size: 100, Text: text}, {Box: layout.Box{X: 1000, Y: 3000, W: 9000, H: 500}, Size: 100, Text: "END"}}}}}
		got, err := escp.Write(d)
		if err != nil {
			t.Fatal(err)
		}
		p := obey(t, got)
		if last := p.texts[0][len(p.texts[0])-1]; len(p.texts) != 1 || last.Text != "END" || last.X < 950 || last.X > 1050 || last.Bold {
			t.Errorf("%q moved what follows: %+v", text, p.texts)
		}
	}
}

func TestMarksOutsideOfThePaperStayOnIt(t *testing.T) {
	d := &layout.Doc{Paper: layout.Size{Width: 24100, Height: 9300}, Shift: layout.Point{X: -2000, Y: 600}, Pages: []layout.Page{{
		Texts: []layout.Text{{Box: layout.Box{X: 500, Y: 9000, W: 4000, H: 300}, Size: 100, Text: "A"}},
		Rules: []layout.Rule{{From: layout.Point{X: 0, Y: 9290}, To: layout.Point{X: 50000, Y: 9290}, Width: 20}}}}}
	got, err := escp.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	p := obey(t, got)
	if one := p.texts[0][0]; one.X != 0 || one.Y+one.H > 9310 {
		t.Errorf("%+v", one)
	}
	if len(p.dots[0]) != 0 {
		t.Error("a rule beneath the paper was drawn on the next sheet")
	}
}

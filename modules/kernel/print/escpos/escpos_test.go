package escpos_test

import (
	"bytes"
	"testing"

	"zhanggui/modules/kernel/print/escpos"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/raw/rawtest"
)

func slip(t *testing.T, wide layout.Len) *layout.Doc {
	box := func(x, y, w, h layout.Len) layout.Box { return layout.Box{X: x, Y: y, W: w, H: h} }
	room := wide - 1000
	return &layout.Doc{Title: "t", Paper: layout.Size{Width: wide}, Pages: []layout.Page{{Height: 9000,
		Texts: []layout.Text{
			{Box: box(500, 300, room, 700), Size: 160, Bold: true, Align: layout.Center, Text: "宏发五金"},
			{Box: box(500, 1200, room, 400), Size: 85, Text: "304 六角螺栓 M8×30"},
			{Box: box(500, 1600, 2000, 400), Size: 85, Text: "20盒"},
			{Box: box(500, 1600, room, 400), Size: 85, Align: layout.Right, Text: "¥250.00"},
			{Box: box(500, 2200, room, 400), Size: 85, Bold: true, Align: layout.Right, Text: "合计 1,265.80"},
		},
		Rules: []layout.Rule{{From: layout.Point{X: 500, Y: 2100}, To: layout.Point{X: wide - 500, Y: 2100}, Width: 25},
			{From: layout.Point{X: 500, Y: 1000}, To: layout.Point{X: 500, Y: 3000}, Width: 25}},
		Images: []layout.Image{{Box: box(1500, 3000, 2000, 2000), PNG: rawtest.Picture(t)}},
	}}}
}

type paper struct {
	texts      []rawtest.Printed
	dots       map[[2]int]bool // in 1/203 inch
	cuts, high int
	drawer     bool
}

func mm(n int) layout.Len { return layout.Len(n * 2540 / 203) }

// obey prints as a till printer does. What it does not know fails the test.
func obey(t *testing.T, b []byte, margin int) *paper {
	t.Helper()
	p := &paper{dots: map[[2]int]bool{}}
	x, y, size, bold := 0, 0, byte(0), false
	var row []rawtest.Printed
	take := func(n int) []byte {
		if len(b) < n {
			t.Fatal("the bytes end within a command")
		}
		out := b[:n]
		b = b[n:]
		return out
	}
	for len(b) > 0 {
		if b[0] >= 0x20 {
			text := take(bytes.IndexFunc(b, func(r rune) bool { return r < 0x20 }))
			wide, high := 12*(1+int(size>>4))*len(text), 24*(1+int(size&7))
			row = append(row, rawtest.Printed{X: mm(x + margin), Y: mm(y), W: mm(wide), H: mm(high), Bold: bold, Text: rawtest.Decode(t, text)})
			x += wide
			continue
		}
		switch c := take(2); string(c) {
		case "\x1b@", "\x1c&":
		case "\x1bR":
			take(1)
		case "\x1cS", "\x1dP":
			take(2)
		case "\x1bE":
			bold = take(1)[0] == 1
		case "\x1d!":
			size = take(1)[0]
		case "\x1b$":
			n := take(2)
			x = int(n[0]) + int(n[1])<<8
		case "\x1bJ":
			y += int(take(1)[0])
			p.texts, row, x = append(p.texts, row...), nil, 0
		case "\x1bp":
			take(3)
			p.drawer = true
		case "\x1dV":
			take(2)
			p.cuts++
		case "\x1dv":
			n := take(6)
			if len(row) > 0 {
				t.Error("dots begin within a row of texts")
			}
			wide, high := int(n[2])+int(n[3])<<8, int(n[4])+int(n[5])<<8
			for j := range high {
				for i, bits := range take(wide) {
					for k := range 8 {
						if bits&(0x80>>k) != 0 {
							p.dots[[2]int{i*8 + k + margin, y + j}] = true
						}
					}
				}
			}
			y += high
		default:
			t.Fatalf("command % x", c)
		}
	}
	if len(row) > 0 {
		t.Error("the last row is not printed")
	}
	p.high = y
	return p
}

func TestASlip(t *testing.T) {
	for name, wide := range map[string]layout.Len{"80": 8000, "58": 5800} {
		d := slip(t, wide)
		got, err := escpos.Write(d, escpos.Options{Cut: true})
		if err != nil {
			t.Fatal(err)
		}
		_, margin := escpos.Printable(wide)
		p := obey(t, got, margin)
		rawtest.Same(t, &d.Pages[0], d.Shift, p.texts)
		if p.cuts != 1 || p.drawer || p.high < 5000*203/2540 || p.high > 5100*203/2540 {
			t.Errorf("%+v", p.high)
		}
		at := func(x, y layout.Len) bool { return p.dots[[2]int{int(x) * 203 / 2540, int(y) * 203 / 2540}] }
		for _, want := range []struct {
			x, y layout.Len
			dot  bool
		}{{700, 2100, true}, {wide / 2, 2100, true}, {wide - 700, 2100, true}, {wide - 400, 2100, false}, {1600, 3100, true}, {2500, 4000, false}, {3400, 4900, true}, {3700, 4000, false}, {500, 2500, false}} {
			if at(want.x, want.y) != want.dot {
				t.Errorf("%s at %d, %d: dot %v", name, want.x, want.y, !want.dot)
			}
		}
		rawtest.Golden(t, "testdata/slip"+name+".escpos", got)
	}
}

func TestDrawerAndNoKnife(t *testing.T) {
	got, err := escpos.Write(slip(t, 8000), escpos.Options{Drawer: true})
	if err != nil {
		t.Fatal(err)
	}
	if p := obey(t, got, 31); p.cuts != 0 || !p.drawer || p.high < 5000*203/2540+90 {
		t.Errorf("cuts %d, drawer %v, %d", p.cuts, p.drawer, p.high)
	}
}

func TestHostileTextsPrintAsTexts(t *testing.T) {
	for _, text := range rawtest.Hostile {
		d := &layout.Doc{Paper: layout.Size{Width: 8000}, Pages: []layout.Page{{Texts: []layout.Text{
			{Box: layout.Box{X: 1000, Y: 1000, W: 6000, H: 400}, Size: 85, Text: text}, {Box: layout.Box{X: 1000, Y: 3000, W: 6000, H: 400}, Size: 85, Text: "END"}}}}}
		got, err := escpos.Write(d, escpos.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := obey(t, got, 31)
		if last := p.texts[len(p.texts)-1]; p.cuts != 0 || p.drawer || last.Text != "END" || last.X < 950 || last.X > 1050 || last.Bold {
			t.Errorf("%q moved what follows: %+v", text, p.texts)
		}
	}
}

func TestRowsThatNeedMoreRoomMoveDown(t *testing.T) {
	var texts []layout.Text
	for i := range 5 {
		texts = append(texts, layout.Text{Box: layout.Box{X: 500, Y: layout.Len(i * 200), W: 7000, H: 200}, Size: 85, Text: string(rune('A' + i))})
	}
	got, err := escpos.Write(&layout.Doc{Paper: layout.Size{Width: 8000}, Pages: []layout.Page{{Texts: texts}}}, escpos.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := obey(t, got, 31)
	for i := 1; i < len(p.texts); i++ {
		if p.texts[i].Y-p.texts[i-1].Y < mm(24) {
			t.Errorf("%q is printed over %q", p.texts[i].Text, p.texts[i-1].Text)
		}
	}
	if len(p.texts) != 5 {
		t.Errorf("%d texts", len(p.texts))
	}
}

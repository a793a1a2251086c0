// Package rawtest is for the tests of the languages of printers: a sheet with everything that there is to print, what
// hostile people write on it, and the comparison of what was read back with what was meant.
package rawtest

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhanggui/modules/kernel/print/layout"
)

// Picture is a PNG: a black square with a white one in its middle.
func Picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 20, 20))
	for y := range 20 {
		for x := range 20 {
			if x >= 5 && x < 15 && y >= 5 && y < 15 {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Hostile are texts that hold commands.
var Hostile = []string{"\x1b@\x1bp\x00\x19\xfa", "a\x1d(A\x02\x00\x00\x02b", "\x10\x04\x01", "x\x0cy\r\nz", "\u009b2J", "\x1c.\x1c!", "𠮷\x1b", "名\u202e\u2028称", "\ufffd\xff\xfe"}

// Printed is a text read back: where its middle is and how high, in hundredths of a millimetre.
type Printed struct {
	X, Y, W, H layout.Len
	Bold       bool
	Text       string
}

// Decode turns the bytes of a printer into text.
func Decode(t *testing.T, b []byte) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Same compares what was read back with the texts of a page, in any order: what they say, whether they are bold, and that each
// stands within its box, give or take a bit more than half a millimetre.
func Same(t *testing.T, p *layout.Page, shift layout.Point, got []Printed) {
	t.Helper()
	const near = 60
	want := slices.Clone(p.Texts)
	for i := range want {
		want[i].Text = strings.ReplaceAll(want[i].Text, "¥", "￥")
	}
	name := func(text string, bold bool) string { return fmt.Sprint(text, " ", bold) }
	slices.SortStableFunc(want, func(a, b layout.Text) int { return cmp.Compare(name(a.Text, a.Bold), name(b.Text, b.Bold)) })
	slices.SortStableFunc(got, func(a, b Printed) int { return cmp.Compare(name(a.Text, a.Bold), name(b.Text, b.Bold)) })
	if len(got) != len(want) {
		t.Fatalf("%d texts were read back, not %d: %+v", len(got), len(want), got)
	}
	for i, g := range got {
		w := &want[i]
		if g.Text != w.Text || g.Bold != w.Bold {
			t.Errorf("text %q bold %v, not %q %v", g.Text, g.Bold, w.Text, w.Bold)
			continue
		}
		x, y := w.X+shift.X, w.Y+shift.Y
		start := map[layout.Align]layout.Len{layout.Left: x, layout.Center: x + (w.W-g.W)/2, layout.Right: x + w.W - g.W}[w.Align]
		if d := g.X - start; d < -near || d > near {
			t.Errorf("%q begins at %d, not %d", g.Text, g.X, start)
		}
		if d := g.Y + g.H/2 - y - w.H/2; d < -near || d > near {
			t.Errorf("the middle of %q is at %d, not %d", g.Text, g.Y+g.H/2, y+w.H/2)
		}
		if g.X+g.W > x+w.W+near {
			t.Errorf("%q ends at %d, outside of %d", g.Text, g.X+g.W, x+w.W)
		}
	}
}

// Golden compares with a file byte by byte; with UPDATE_GOLDEN=1 it is written.
func Golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("%s: %d bytes, not %d; they differ from byte %d on: % x", name, len(got), len(want), at, got[at:min(at+24, len(got))])
	}
}

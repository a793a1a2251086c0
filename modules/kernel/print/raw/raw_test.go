package raw_test

import (
	"image"
	"testing"

	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/raw"
	"zhanggui/modules/kernel/print/raw/rawtest"
)

func TestWhatPrintersKnow(t *testing.T) {
	for text, want := range map[string]string{
		"M8×30 盒":      "M8\xa1\xc130 \xba\xd0",
		"镕堃":           "\xe9F\x88\xd2",
		"¥1,265.80":    "\xa3\xa41,265.80",
		"￥":            "\xa3\xa4",
		"𠮷野":           "\xa1\xfe\xd2\xb0",
		"😀":            "\xa1\xfe",
		"\ue000":       "\xa1\xfe",
		"a\u00a0b\tc":  "a b c",
		"e\u0301":      "e",
		"\u200b\ufeff": "",
		"─│┼":          "\xa9\xa4\xa9\xa6\xa9\xe0",
	} {
		if got := string(raw.Encode(text)); got != want {
			t.Errorf("%q gives % x, not % x", text, got, want)
		}
	}
}

func TestNoTextIsACommand(t *testing.T) {
	for _, text := range rawtest.Hostile {
		harmless(t, raw.Encode(text))
	}
	for r := rune(0); r <= 0x10ffff; r++ {
		harmless(t, raw.Encode(string(r)))
	}
}

// harmless wants nothing but printable ASCII and pairs of the code.
func harmless(t *testing.T, b []byte) {
	t.Helper()
	for i := 0; i < len(b); i++ {
		if b[i] >= 0x20 && b[i] < 0x7f {
			continue
		}
		if b[i] < 0x81 || b[i] == 0xff || i+1 == len(b) || b[i+1] < 0x40 || b[i+1] == 0x7f || b[i+1] == 0xff {
			t.Fatalf("% x", b)
		}
		i++
	}
}

func TestDots(t *testing.T) {
	for _, c := range []struct {
		l         layout.Len
		dpi, want int
	}{{2540, 180, 180}, {14000, 180, 992}, {-2540, 203, -203}, {7, 180, 0}, {8, 180, 1}, {-8, 180, -1}, {0, 60, 0}} {
		if got := raw.Dots(c.l, c.dpi); got != c.want {
			t.Errorf("%d at %d: %d, not %d", c.l, c.dpi, got, c.want)
		}
	}
}

func TestPicturesAreBounded(t *testing.T) {
	b, err := raw.NewBitmap(100, 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Picture(&layout.Image{Box: layout.Box{W: 1000, H: 1000}, PNG: []byte("no picture")}, image.Point{}, 203); err == nil {
		t.Error("what is no picture was drawn")
	}
	if _, err := raw.NewBitmap(1<<20, 10); err != raw.ErrLarge {
		t.Errorf("%v", err)
	}
}

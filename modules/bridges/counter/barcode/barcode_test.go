package barcode_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	bar "github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/code39"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/qr"
	"github.com/boombuler/barcode/twooffive"

	"zhanggui/modules/bridges/counter/barcode"
	"zhanggui/modules/kernel/problem"
)

// photo is a picture of a code on a desk: scaled, turned, with noise.
func photo(t testing.TB, code bar.Barcode, width, height, degrees, noise int) image.Image {
	t.Helper()
	scaled, err := bar.Scale(code, width, height)
	if err != nil {
		t.Fatal(err)
	}
	side := int(math.Hypot(float64(width), float64(height))) + 80
	out := image.NewGray(image.Rect(0, 0, side, side))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.Gray{Y: 235}), image.Point{}, draw.Src)
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	random := rand.New(rand.NewPCG(1, 2))
	for y := range side {
		for x := range side {
			dx, dy := float64(x-side/2), float64(y-side/2)
			fx, fy := int(math.Floor(dx*cos+dy*sin))+width/2, int(math.Floor(-dx*sin+dy*cos))+height/2
			light := 235
			if fx >= 0 && fy >= 0 && fx < width && fy < height {
				light = 235
				if r, _, _, _ := scaled.At(fx, fy).RGBA(); r < 0x8000 {
					light = 30
				}
			}
			if noise > 0 {
				light += random.IntN(2*noise) - noise
			}
			out.SetGray(x, y, color.Gray{Y: uint8(max(0, min(255, light)))})
		}
	}
	return out
}

func jpegOf(t testing.TB, img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCodesInPhotos(t *testing.T) {
	must := func(code bar.Barcode, err error) bar.Barcode {
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	itf, err := twooffive.Encode("00012345678905", true)
	codes := map[string]bar.Barcode{
		"6901234567892": must(ean.Encode("6901234567892")), "012345678905": must(ean.Encode("0012345678905")), "96385074": must(ean.Encode("96385074")), "ZG-2026-0042": must(code128.Encode("ZG-2026-0042")),
		"BOLT-30": must(code39.Encode("BOLT-30", false, false)), "00012345678905": must(itf, err),
	}
	for want, code := range codes {
		for _, degrees := range []int{0, 90, 180, 30} {
			for _, width := range []int{380 + 4*max(degrees, 0)} {
				got, err := barcode.Read(context.Background(), jpegOf(t, photo(t, code, width, 220, degrees, 18), 70))
				if err != nil || got != want {
					t.Errorf("%s of %d points turned by %d: %q %v", want, width, degrees, got, err)
				}
			}
		}
	}
	square := must(qr.Encode("https://example.com/i/42", qr.M, qr.Auto))
	for _, degrees := range []int{0, 33, 90, 180} {
		if got, err := barcode.Read(context.Background(), pngOf(t, photo(t, square, 300, 300, degrees, 20))); err != nil || got != "https://example.com/i/42" {
			t.Errorf("QR turned by %d: %q %v", degrees, got, err)
		}
	}
	large := photo(t, codes["6901234567892"], 2600, 1400, 0, 10)
	if got, err := barcode.Read(context.Background(), jpegOf(t, large, 80)); err != nil || got != "6901234567892" {
		t.Errorf("a large photo: %q %v", got, err)
	}
}

// bomb is a PNG that says it has many points and holds nothing.
func bomb(width, height uint32) []byte {
	chunk := func(name string, data []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		body := append([]byte(name), data...)
		return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", nil)...), chunk("IEND", nil)...)
}

func TestHostilePhotos(t *testing.T) {
	whole := jpegOf(t, photo(t, func() bar.Barcode { c, _ := ean.Encode("6901234567892"); return c }(), 380, 200, 0, 5), 80)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing": {nil, "barcode.no_picture"}, "text": {[]byte("not a picture"), "barcode.no_picture"}, "svg": {[]byte("<svg/>"), "barcode.no_picture"},
		"cut off": {whole[:300], "barcode.no_picture"}, "bomb": {bomb(100_000, 100_000), "barcode.too_large"}, "long": {bomb(12_001, 1), "barcode.too_large"},
		"many points": {bomb(11_000, 11_000), "barcode.too_large"}, "no points": {bomb(0, 0), "barcode.no_picture"}, "empty body": {bomb(10, 10), "barcode.no_picture"},
	} {
		_, err := barcode.Read(context.Background(), c.data)
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 2 { // noise is no barcode, and takes its time
		img := image.NewGray(image.Rect(0, 0, 1400, 1000))
		for n := range img.Pix {
			img.Pix[n] = uint8(random.IntN(256))
		}
		began := time.Now()
		got, err := barcode.Read(context.Background(), pngOf(t, img))
		if err != nil || got != "" || time.Since(began) > 60*time.Second {
			t.Errorf("noise %d: %q %v in %v", i, got, err, time.Since(began))
		}
		if i == 0 {
			t.Logf("noise of 1400 x 1000 points: %v", time.Since(began))
		}
	}
	for i := range 25 { // a bit here and there
		broken := bytes.Clone(whole)
		for range 1 + i%5 {
			broken[random.IntN(len(broken))] ^= byte(1 << random.IntN(8))
		}
		if got, err := barcode.Read(context.Background(), broken); err == nil && got != "" && got != "6901234567892" {
			t.Errorf("a broken photo is read as %q", got)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if got, err := barcode.Read(ended, pngOf(t, image.NewGray(image.Rect(0, 0, 900, 900)))); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %q %v", got, err)
	}
}

// Package barcode reads the barcode in a photo: EAN-13, EAN-8, UPC-A, Code 128, Code 39, ITF-14 and QR. It is pure.
//
// Invariants
//  1. How much memory and time a photo takes is bounded by Most bytes and pixels, which are known before it is unpacked.
//  2. No photo, however broken, does more harm than not being read.
//  3. A code is only given where its check digit is right. One that noise could make is only given when the photo, turned a
//     little, says the same.
package barcode

import (
	"bytes"
	"context"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"zhanggui/modules/kernel/problem"
)

// MostBytes and mostPixels bound a photo, a side of it included; what is read is scaled down to longest.
const (
	MostBytes  = 12 << 20
	mostPixels = 50_000_000
	mostSide   = 12_000
	longest    = 1400
	longestAt  = 700 // where it is turned by an odd angle
)

// patience is how long a photo is looked at; whoever waits longer types the figures.
const patience = 6 * time.Second

// angles in degrees in which a photo is looked at, after the upright ones.
var angles = []int{20, -20, 40, -40, 55, -55, 70, -70, 10, -10}

// format is a kind of picture, known by how its file begins.
type format struct {
	begins string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

func formats() []format {
	return []format{{"\xff\xd8", jpeg.DecodeConfig, jpeg.Decode}, {"\x89PNG", png.DecodeConfig, png.Decode}, {"GIF8", gif.DecodeConfig, gif.Decode}}
}

// picture unpacks a photo that is not too large.
func picture(photo []byte) (image.Image, error) {
	for _, f := range formats() {
		if !bytes.HasPrefix(photo, []byte(f.begins)) {
			continue
		}
		head, err := f.config(bytes.NewReader(photo))
		switch {
		case err != nil || head.Width < 1 || head.Height < 1:
			return nil, problem.Rule("barcode.no_picture")
		case head.Width > mostSide || head.Height > mostSide || head.Width*head.Height > mostPixels:
			return nil, problem.Rule("barcode.too_large")
		}
		img, err := f.decode(bytes.NewReader(photo))
		if err != nil {
			return nil, problem.Rule("barcode.no_picture")
		}
		return img, nil
	}
	return nil, problem.Rule("barcode.no_picture")
}

// Read gives the code in a photo, "" where there is none. What is no picture, or too large a one, is a problem.
func Read(ctx context.Context, photo []byte) (code string, err error) {
	img, err := picture(photo)
	if err != nil {
		return "", err
	}
	enough, end := context.WithTimeout(ctx, patience)
	defer end()
	gray := shrunk(img, longest)
	for _, one := range []*image.Gray{gray, turned(gray, 90)} {
		if code = agreed(one, true); code != "" || ctx.Err() != nil {
			return code, ctx.Err()
		}
	}
	small := shrunk(gray, longestAt)
	for _, angle := range angles {
		if enough.Err() != nil {
			break
		}
		if code = agreed(turned(small, angle), false); code != "" {
			break
		}
	}
	return code, ctx.Err()
}

// agreed gives the code that a picture says, and says again when it is turned a little.
func agreed(img *image.Gray, hard bool) string {
	code, strong := look(img, hard)
	if code == "" || strong {
		return code
	}
	for _, degrees := range []int{3, -3} {
		if again, _ := look(turned(img, degrees), false); again == code {
			return code
		}
	}
	return ""
}

// look reads a picture as it stands; strong is a code that noise does not make. Hard it is looked at in two ways.
func look(img *image.Gray, hard bool) (code string, strong bool) {
	defer func() {
		if recover() != nil { // what breaks the decoder is no barcode
			code, strong = "", false
		}
	}()
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true,
		gozxing.DecodeHintType_POSSIBLE_FORMATS: []gozxing.BarcodeFormat{gozxing.BarcodeFormat_EAN_13, gozxing.BarcodeFormat_UPC_A, gozxing.BarcodeFormat_EAN_8}}
	source := gozxing.NewLuminanceSourceFromImage(img)
	ways := []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)}
	if !hard {
		ways = ways[:1]
	}
	for _, binarizer := range ways {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer)
		if err != nil {
			return "", false
		}
		for _, reader := range []gozxing.Reader{oned.NewMultiFormatUPCEANReader(hints), oned.NewCode128Reader(), qrcode.NewQRCodeReader(), oned.NewCode39Reader(), oned.NewITFReader()} {
			if found, err := reader.Decode(bitmap, hints); err == nil && sound(found) {
				format := found.GetBarcodeFormat()
				return found.GetText(), format == gozxing.BarcodeFormat_QR_CODE || format == gozxing.BarcodeFormat_CODE_128
			}
		}
	}
	return "", false
}

// sound refuses what a part of a code may be read as: of ITF only the code of cartons, which has a check digit.
func sound(found *gozxing.Result) bool {
	text := found.GetText()
	switch found.GetBarcodeFormat() {
	case gozxing.BarcodeFormat_ITF:
		return len(text) == 14 && checked(text)
	case gozxing.BarcodeFormat_CODE_39:
		return len(text) >= 4
	default:
		return text != "" && len(text) <= 300
	}
}

// checked tells whether the last figure of a carton's code is that of its others.
func checked(text string) bool {
	sum := 0
	for i, r := range text {
		sum += int(r-'0') * (3 - 2*(i%2))
	}
	return sum%10 == 0
}

// shrunk is a picture in grey no longer than most, each point the mean of those it stands for.
func shrunk(img image.Image, most int) *image.Gray {
	from := img.Bounds()
	step := max(1, (max(from.Dx(), from.Dy())+most-1)/most)
	out := image.NewGray(image.Rect(0, 0, max(1, from.Dx()/step), max(1, from.Dy()/step)))
	gray, plain := img.(*image.Gray)
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum, n := 0, 0
			for dy := 0; dy < step && y*step+dy < from.Dy(); dy++ {
				for dx := 0; dx < step && x*step+dx < from.Dx(); dx++ {
					at := image.Pt(from.Min.X+x*step+dx, from.Min.Y+y*step+dy)
					if plain {
						sum += int(gray.GrayAt(at.X, at.Y).Y)
					} else {
						r, g, b, a := img.At(at.X, at.Y).RGBA()
						light := (299*r + 587*g + 114*b) / 1000
						sum += int((light + 0xffff - a) >> 8) //nolint:gosec // below 256; what is clear is white
					}
					n++
				}
			}
			out.Pix[y*out.Stride+x] = uint8(min(255, sum/max(1, n))) //nolint:gosec // below 256
		}
	}
	return out
}

// sines are those of the angles that are looked at, with the cosine, in parts of 65536.
var sines = map[int][2]int{3: {3430, 65446}, 10: {11380, 64540}, 20: {22415, 61584}, 40: {42126, 50203}, 55: {53684, 37590}, 70: {61584, 22415}, 90: {65536, 0}}

// turned is a picture turned by one of those angles around its middle, on white, whole.
func turned(img *image.Gray, degrees int) *image.Gray {
	turn := sines[max(degrees, -degrees)]
	sin, cos := turn[0], turn[1]
	w, h := img.Rect.Dx(), img.Rect.Dy()
	width, height := (w*cos+h*sin)>>16+1, (w*sin+h*cos)>>16+1
	if degrees < 0 {
		sin = -sin
	}
	out := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			dx, dy := 2*x-width+1, 2*y-height+1 // twice the distance from the middle
			fx, fy := ((dx*cos+dy*sin)>>16+w)>>1, ((dy*cos-dx*sin)>>16+h)>>1
			light := uint8(255)
			if fx >= 0 && fy >= 0 && fx < w && fy < h {
				light = img.Pix[fy*img.Stride+fx]
			}
			out.Pix[y*out.Stride+x] = light
		}
	}
	return out
}

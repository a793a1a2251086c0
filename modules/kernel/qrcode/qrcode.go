// Package qrcode draws a text as a QR code, in squares that a page can draw in any size.
package qrcode

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// edge is the quiet edge that scanners need.
const edge = 4

// Path is the QR code of a text as the path of a drawing, and how many squares it is wide, the quiet edge included; "" and 0
// for a text that is longer than any code holds.
func Path(text string) (d string, size int) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0
	}
	var path strings.Builder
	size = code.Bounds().Dx()
	for y := range size {
		for x := range size {
			if dark, _, _, _ := code.At(x, y).RGBA(); dark == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+edge, y+edge)
			}
		}
	}
	return path.String(), size + 2*edge
}

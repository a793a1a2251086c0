package desk

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

// The bounds of pictures: what is sent, its pixels, and the side of what is kept.
const (
	mostPicture = 4 << 20
	mostPixels  = 40_000_000
	side        = 600
)

var pictureNames = map[string]bool{"logo": true, "pay": true}

func pictureName(r *route.Request) (string, error) {
	name := r.Params("name")
	if !pictureNames[name] {
		return "", problem.New(problem.NotFound, "print.picture_name")
	}
	return name, nil
}

func sendPicture(r *route.Request) error {
	name, err := pictureName(r)
	if err != nil {
		return err
	}
	sent, err := form.Upload(r)
	if err != nil {
		return err
	}
	data, err := normal(sent.Data)
	if err != nil {
		return err
	}
	return storePicture(r, name, base64.StdEncoding.EncodeToString(data))
}

func dropPicture(r *route.Request) error {
	name, err := pictureName(r)
	if err != nil {
		return err
	}
	return storePicture(r, name, "")
}

func storePicture(r *route.Request, name, text string) error {
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "print:picture", func(tx *kernel.Tx) error {
		if err := putPicture(tx, name, text); err != nil {
			return err
		}
		return audit.Note(tx, "system", act, name)
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}

// pictures answers with both pictures as addresses that a page can show.
func pictures(r *route.Request) error {
	out := map[string]string{}
	err := r.View(func(v *kernel.View) error {
		for name := range pictureNames {
			text, err := pictureText(v, name)
			if err != nil {
				return err
			}
			if out[name] = ""; text != "" {
				out[name] = "data:image/png;base64," + text
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// normal makes a PNG of a PNG or JPEG, on white, not larger than what paper needs.
func normal(data []byte) ([]byte, error) {
	decode, config := png.Decode, png.DecodeConfig
	if http.DetectContentType(data) == "image/jpeg" {
		decode, config = jpeg.Decode, jpeg.DecodeConfig
	}
	bad := problem.Rule("print.picture").At("/file")
	size, err := config(bytes.NewReader(data))
	if err != nil || size.Width < 1 || size.Height < 1 || size.Width > mostPixels/size.Height {
		return nil, bad
	}
	in, err := decode(bytes.NewReader(data))
	if err != nil {
		return nil, bad
	}
	var out bytes.Buffer
	if err := png.Encode(&out, smaller(in)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// smaller puts a picture on white, with at most side pixels along each side; each pixel is the mean of those it stands for.
func smaller(in image.Image) image.Image {
	b := in.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), in, b.Min, draw.Over)
	long := max(b.Dx(), b.Dy())
	if long <= side {
		return flat
	}
	w, h := max(b.Dx()*side/long, 1), max(b.Dy()*side/long, 1)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			area := image.Rect(x*b.Dx()/w, y*b.Dy()/h, (x+1)*b.Dx()/w, (y+1)*b.Dy()/h)
			out.SetRGBA(x, y, mean(flat, area))
		}
	}
	return out
}

func mean(in *image.RGBA, area image.Rectangle) color.RGBA {
	var sum [3]int
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := in.RGBAAt(x, y)
			sum[0], sum[1], sum[2] = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B)
			n++
		}
	}
	n = max(n, 1)
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
}

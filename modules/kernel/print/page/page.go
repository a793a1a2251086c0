// Package page writes a composed sheet as an HTML page for the browser's printer: every mark at its place, in the print
// font that the program serves itself.
//
// Invariants
//  1. The page asks the printer for exactly the paper of the sheet, without margins; the shift moves marks, never pages.
//  2. Nothing in it is fetched from elsewhere, and every text is escaped.
package page

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"zhanggui/modules/kernel/print/layout"
)

// Font is the address of the print font and Family its name.
const (
	Font   = "/fonts/print.woff2"
	Family = "Zhanggui Print"
)

const style = `@font-face { font-family: "` + Family + `"; src: url("` + Font + `") format("woff2"); font-display: block; }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { background: #fff; color: #000; font-family: "` + Family + `", "Noto Sans Mono CJK SC", "Microsoft YaHei UI", "PingFang SC", monospace; font-kerning: none; font-variant-ligatures: none; }
section { position: relative; overflow: hidden; break-after: page; break-inside: avoid; }
section:last-child { break-after: auto; }
section > * { position: absolute; white-space: pre; overflow: hidden; }
i { border-top: solid #000; }
s { border-left: solid #000; }
.r { text-align: right; }
.c { text-align: center; }
.b { font-weight: bold; }
@media screen { html { background: #e3e6ea; } body { background: none; padding: 4mm 0; } section { background: #fff; margin: 0 auto 4mm; } }
`

// Write writes the page. lang is the language of the html element.
func Write(w io.Writer, doc *layout.Doc, lang string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><title>%s</title>\n<style>", escape(lang), escape(doc.Title))
	roll := doc.Paper.Height == 0
	if roll {
		for i := range doc.Pages {
			fmt.Fprintf(&b, "@page p%d { size: %s %s; margin: 0; }\n", i, mm(doc.Paper.Width), mm(doc.Pages[i].Height))
		}
	} else {
		fmt.Fprintf(&b, "@page { size: %s %s; margin: 0; }\n", mm(doc.Paper.Width), mm(doc.Paper.Height))
	}
	b.WriteString(style + "</style></head>\n<body>\n")
	for i := range doc.Pages {
		p := &doc.Pages[i]
		name := ""
		if roll {
			name = fmt.Sprintf("page:p%d;", i)
		}
		fmt.Fprintf(&b, "<section style=\"%swidth:%s;height:%s\">\n", name, mm(doc.Paper.Width), mm(p.Height))
		marks(&b, p, doc.Shift)
		b.WriteString("</section>\n")
	}
	b.WriteString("</body>\n</html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func marks(b *strings.Builder, p *layout.Page, shift layout.Point) {
	for _, r := range p.Rules {
		x, y := r.From.X+shift.X, r.From.Y+shift.Y
		if r.From.Y == r.To.Y {
			fmt.Fprintf(b, "<i style=\"left:%s;top:%s;width:%s;border-width:%s\"></i>", mm(x), mm(y), mm(r.To.X-r.From.X), mm(r.Width))
		} else {
			fmt.Fprintf(b, "<s style=\"left:%s;top:%s;height:%s;border-width:%s\"></s>", mm(x), mm(y), mm(r.To.Y-r.From.Y), mm(r.Width))
		}
	}
	b.WriteString("\n")
	for _, m := range p.Images {
		fmt.Fprintf(b, "<img alt=\"%s\" style=\"%s;object-fit:contain\" src=\"data:image/png;base64,%s\">\n", escape(m.Alt), place(m.Box, shift), base64.StdEncoding.EncodeToString(m.PNG))
	}
	for i := range p.Texts {
		t := &p.Texts[i]
		fmt.Fprintf(b, "<div class=\"%s\" style=\"%s;line-height:%s;font-size:%d.%dpt\">%s</div>\n", class(t), place(t.Box, shift), mm(t.H), t.Size/10, t.Size%10, escape(t.Text))
	}
}

func class(t *layout.Text) string {
	out := [...]string{layout.Left: "l", layout.Center: "c", layout.Right: "r"}[t.Align]
	if t.Bold {
		out += " b"
	}
	return out
}

func place(b layout.Box, shift layout.Point) string {
	return fmt.Sprintf("left:%s;top:%s;width:%s;height:%s", mm(b.X+shift.X), mm(b.Y+shift.Y), mm(b.W), mm(b.H))
}

// mm writes a length for a style sheet: 12.5mm.
func mm(l layout.Len) string {
	sign := ""
	if l < 0 {
		sign, l = "-", -l
	}
	text := fmt.Sprintf("%s%d.%02d", sign, l/layout.Millimetre, l%layout.Millimetre)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "mm"
}

func escape(s string) string { return template.HTMLEscapeString(s) }

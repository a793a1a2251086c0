package product

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"zhanggui/modules/kernel/testkit/payload"
)

// skeletonOf reads a page as a browser does and gives its elements with their attributes, and the style sheets, in order;
// what a person reads is left out.
func skeletonOf(t *testing.T, page []byte) (out []string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch {
		case n.Type == html.ElementNode:
			var b strings.Builder
			b.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key + "=" + strconv.Quote(a.Val))
			}
			out = append(out, b.String()+">")
		case n.Type == html.TextNode && n.Parent.Data == "style", n.Type == html.CommentNode, n.Type == html.DoctypeNode:
			out = append(out, n.Data)
		}
	}
	return out
}

// harmful gives what of a page runs or fetches something.
func harmful(bones []string) (out []string) {
	for _, bone := range bones {
		name, rest, _ := strings.Cut(strings.Trim(bone, "<>"), " ")
		if slices.Contains([]string{"script", "iframe", "object", "embed", "base", "link", "svg", "math", "form", "img"}, name) ||
			strings.HasPrefix(rest, "on") || strings.Contains(rest, " on") || strings.Contains(bone, "url(") || strings.Contains(bone, "javascript:") {
			out = append(out, bone)
		}
	}
	if len(bones) < 10 {
		out = append(out, "nothing on it")
	}
	return out
}

// mark is what a composed sheet is made of: boxes of text and rules with places and sizes, and nothing else. Where they stand
// goes with the text, which is wrapped and printed smaller.
var mark = regexp.MustCompile(`^(<html lang="(zh-CN|en)">|<(head|title|style|body)>|<meta charset="utf-8">|html|` +
	`<section style="width:[0-9.]+mm;height:[0-9.]+mm">|<[is] style="([a-z-]+:[0-9.]+mm;?)+">|` +
	`<div class="[lcr]( b)?" style="([a-z-]+:[0-9.]+(mm|pt);?)+">)$`)

// foreignMarks gives what of a composed sheet is none of that, or fetches anything but the print font.
func foreignMarks(bones []string) (out []string) {
	for _, bone := range bones {
		if strings.HasPrefix(bone, "@page { size: ") && strings.Count(bone, "url(") == 1 && strings.Contains(bone, `url("/api/v1/print/font")`) && !strings.Contains(bone, "@import") {
			continue
		}
		if !mark.MatchString(bone) {
			out = append(out, bone)
		}
	}
	if len(bones) < 10 {
		out = append(out, "nothing on it")
	}
	return out
}

// noFormulaInCSV gives the fields that begin as a formula does, in either width of letters; figures may be negative.
func noFormulaInCSV(file []byte) (out []string) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		out = append(out, fmt.Sprint(len(rows), " rows ", err))
	}
	for _, cells := range rows {
		for _, cell := range cells {
			if _, err := strconv.ParseFloat(cell, 64); err == nil && strings.HasPrefix(cell, "-") {
				continue
			}
			if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
				out = append(out, fmt.Sprintf("the field %q is computed when the file is opened", cell))
			}
		}
	}
	return out
}

// noFormulaInXLSX gives what of a workbook computes, calls or leads elsewhere.
func noFormulaInXLSX(file []byte) (out []string) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return []string{err.Error()}
	}
	cells := 0
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return append(out, err.Error())
		}
		for in := xml.NewDecoder(r); ; {
			token, err := in.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				out = append(out, f.Name+": "+err.Error())
				break
			}
			e, ok := token.(xml.StartElement)
			switch {
			case !ok:
			case e.Name.Local == "c":
				cells++
			case slices.Contains(active, e.Name.Local):
				out = append(out, f.Name+" has <"+e.Name.Local+">")
			}
			for _, a := range e.Attr {
				if a.Name.Local == "TargetMode" || strings.Contains(a.Value, "evil.example") || strings.Contains(a.Value, "__hit") {
					out = append(out, f.Name+" has "+a.Name.Local+"="+a.Value)
				}
			}
		}
		_ = r.Close() // it was only read
	}
	if cells == 0 {
		out = append(out, "no cells")
	}
	return out
}

// active are the elements of a workbook that are more than text and figures.
var active = []string{"f", "hyperlink", "ddeLink", "oleLink", "oleObject", "externalReference", "drawing", "legacyDrawing"}

// TestPayloadsAreJudged plants what must not be in each kind of file: the judges see it.
func TestPayloadsAreJudged(t *testing.T) {
	page := "<!doctype html><html><head><title>x</title><style>b{}</style></head><body><h1>x</h1><p>%s</p><p><b>x</b></p><table><tr><td>x</td></tr></table></body></html>"
	was := skeletonOf(t, fmt.Appendf(nil, page, "x"))
	if bad := harmful(was); len(bad) > 0 {
		t.Errorf("a page without harm has %v", bad)
	}
	for _, one := range payload.All() {
		if bones := skeletonOf(t, fmt.Appendf(nil, page, html.EscapeString(one))); !slices.Equal(was, bones) {
			t.Errorf("escaped, %q makes another page", one)
		}
	}
	for _, one := range slices.Concat(payload.Handlers, payload.Drawings) {
		stray := slices.ContainsFunc([]string{"<body", "<frameset", "<!DOCTYPE"}, func(p string) bool { return strings.HasPrefix(one, p) })
		if !stray && slices.Equal(was, skeletonOf(t, fmt.Appendf(nil, page, one))) {
			t.Errorf("as it is, %q makes no other page", one)
		}
	}
	sheet := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title><style>@page { size: 1mm 1mm } a { src: url("/api/v1/print/font") }</style></head><body>` +
		`<section style="width:241mm;height:140mm"><i style="left:1.5mm;top:2mm"></i><div class="r b" style="left:1mm;font-size:10.0pt">%s</div></section></body></html>`
	if bad := foreignMarks(skeletonOf(t, fmt.Appendf(nil, sheet, "x"))); len(bad) > 0 {
		t.Errorf("a sheet without harm has %q", bad)
	}
	for _, one := range payload.Handlers {
		if bad := foreignMarks(skeletonOf(t, fmt.Appendf(nil, sheet, one))); strings.Contains(one, "<") && len(bad) == 0 && len(skeletonOf(t, fmt.Appendf(nil, sheet, one))) != len(skeletonOf(t, fmt.Appendf(nil, sheet, "x"))) {
			t.Errorf("as it is, %q is no foreign mark", one)
		}
	}
	if got := noFormulaInCSV([]byte("a,b\n=1+1,-5\n'=1,\"\t=1\"\n")); len(got) != 2 {
		t.Errorf("two fields are computed, seen were %v", got)
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	if err := errors.Join(book.SetCellFormula("Sheet1", "A1", "1+1"), book.SetCellValue("Sheet1", "B1", "x"),
		book.SetCellHyperLink("Sheet1", "B1", "https://evil.example", "External")); err != nil {
		t.Fatal(err)
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(noFormulaInXLSX(file.Bytes()), " "); !strings.Contains(got, "<f>") || !strings.Contains(got, "<hyperlink>") || !strings.Contains(got, "evil.example") {
		t.Errorf("a formula and a link are there, seen was %q", got)
	}
}

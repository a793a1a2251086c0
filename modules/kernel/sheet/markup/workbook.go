package markup

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/sheet/ooxml"
	"zhanggui/modules/kernel/sheet/table"
)

// workbook reads the XML of Excel 2003. The text is UTF-8 by now, whatever it says of itself.
func (g *gatherer) workbook(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	w := &xmlBook{gatherer: g}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			if w.sheet == nil && len(g.sheets) == 0 {
				return table.Broken("xml")
			}
			break // what was read before the damage counts
		}
		switch x := token.(type) {
		case xml.StartElement:
			w.start(x)
		case xml.CharData:
			if w.inData {
				w.text.Write(x)
			}
		case xml.EndElement:
			if err := w.end(x.Name.Local); err != nil {
				return err
			}
		}
	}
	return nil
}

type xmlBook struct {
	*gatherer
	sheet  *Sheet
	number int
	column int // of the next cell, from 0
	cells  []string
	wide   int // columns that the cell reaches over beside its own
	inData bool
	kind   string
	text   strings.Builder
}

func number(x xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(x, name))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, table.MaxRow)
}

func attribute(x xml.StartElement, name string) string {
	for _, a := range x.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *xmlBook) start(x xml.StartElement) {
	switch x.Name.Local {
	case "Worksheet":
		w.sheet, w.number = &Sheet{Name: attribute(x, "Name")}, 0
	case "Row":
		if w.number++; number(x, "Index") > 0 {
			w.number = number(x, "Index")
		}
		w.column, w.cells = 0, nil
	case "Cell":
		if n := number(x, "Index"); n > 0 {
			w.column = n - 1
		}
		w.wide = number(x, "MergeAcross")
	case "Data":
		w.inData, w.kind = true, attribute(x, "Type")
		w.text.Reset()
	}
}

func (w *xmlBook) end(name string) error {
	switch name {
	case "Data":
		w.inData = false
		if w.column >= w.limits.Columns && strings.TrimSpace(w.text.String()) != "" {
			return table.TooManyColumns(w.number, w.limits.Columns)
		}
		if w.column < w.limits.Columns {
			for len(w.cells) <= w.column {
				w.cells = append(w.cells, "")
			}
			w.cells[w.column] = valueOf(w.kind, w.text.String())
		}
	case "Cell":
		w.column += 1 + w.wide
	case "Row":
		if w.sheet != nil {
			return w.row(w.sheet, w.number, w.cells)
		}
	case "Worksheet":
		if w.sheet != nil && len(w.sheet.Rows) > 0 && len(w.sheets) < mostKept {
			w.sheets = append(w.sheets, *w.sheet)
		}
		w.sheet = nil
	}
	return nil
}

// valueOf gives the canonical text of a value.
func valueOf(kind, text string) string {
	switch kind {
	case "Number":
		if n, ok := ooxml.Number(text); ok {
			return n
		}
	case "DateTime":
		text = strings.Replace(strings.TrimSuffix(text, "Z"), "T", " ", 1)
		text, _, _ = strings.Cut(text, ".")
		return strings.TrimSuffix(text, " 00:00:00")
	case "Boolean":
		return strconv.FormatBool(text == "1")
	}
	return text
}

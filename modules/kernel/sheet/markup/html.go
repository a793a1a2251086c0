package markup

import (
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"zhanggui/modules/kernel/sheet/table"
)

const (
	deepest  = 20    // tables within tables
	mostSpan = 1_000 // rows or columns of one cell
	mostKept = 50    // tables of one page
)

// grid is a table on its way in.
type grid struct {
	sheet  Sheet
	number int
	cells  []string
	down   map[int]hanging // by column: what reaches down from rows above
	inRow  bool
	inCell bool
	cell   strings.Builder
	span   [2]int // of the cell: columns, rows
}

type hanging struct {
	rows int
	text string
}

// page reads the tables of a web page.
func (g *gatherer) page(text string) error {
	z := html.NewTokenizer(strings.NewReader(text))
	var open []*grid
	silent := 0 // within style or script
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				return table.Broken("html")
			}
			for i := len(open) - 1; i >= 0; i-- { // what nobody closed
				if err := g.close(open[i]); err != nil {
					return err
				}
			}
			return nil
		}
		var t *grid
		if len(open) > 0 {
			t = open[len(open)-1]
		}
		switch kind {
		case html.TextToken:
			if t != nil && t.inCell && silent == 0 {
				t.cell.WriteString(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch tag := string(name); {
			case tag == "style" || tag == "script" || tag == "title":
				silent++
			case tag == "table":
				if len(open) >= deepest {
					return table.Broken("tables within tables")
				}
				open = append(open, &grid{down: map[int]hanging{}})
			case t != nil:
				if err := g.start(t, tag, attributes(z, more)); err != nil {
					return err
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case tag == "style" || tag == "script" || tag == "title":
				silent = max(silent-1, 0)
			case t == nil:
			case tag == "table":
				open = open[:len(open)-1]
				if err := g.close(t); err != nil {
					return err
				}
			case tag == "tr":
				if err := g.end(t); err != nil {
					return err
				}
			case tag == "td" || tag == "th":
				t.endCell(g.limits.Columns)
			}
		}
	}
}

func attributes(z *html.Tokenizer, more bool) map[string]string {
	out := map[string]string{}
	for i := 0; more && i < 50; i++ {
		var key, value []byte
		key, value, more = z.TagAttr()
		out[string(key)] = string(value)
	}
	return out
}

func (g *gatherer) start(t *grid, tag string, attr map[string]string) error {
	switch tag {
	case "tr":
		if err := g.end(t); err != nil {
			return err
		}
		t.inRow = true
	case "td", "th":
		t.endCell(g.limits.Columns)
		t.inRow, t.inCell = true, true
		t.span = [2]int{span(attr["colspan"]), span(attr["rowspan"])}
	case "br", "p", "div":
		if t.inCell && t.cell.Len() > 0 {
			t.cell.WriteString(" ")
		}
	}
	return nil
}

func span(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, mostSpan)
}

// endCell puts the cell behind what hangs down into its row. A cell over several columns stands in the first.
func (t *grid) endCell(columns int) {
	if !t.inCell {
		return
	}
	t.inCell = false
	t.hang()
	text := strings.Join(strings.Fields(strings.ReplaceAll(t.cell.String(), "\u00a0", " ")), " ")
	t.cell.Reset()
	for i := range min(t.span[0], columns+1) {
		if len(t.cells) > columns {
			if text != "" {
				t.cells[columns] = text // refused at the end of the row
			}
			return
		}
		if t.span[1] > 1 {
			t.down[len(t.cells)] = hanging{t.span[1] - 1, ""}
		}
		if i > 0 {
			text = ""
		}
		t.cells = append(t.cells, text)
	}
}

// hang passes over the columns that cells of rows above reach down into.
func (t *grid) hang() {
	for {
		h, ok := t.down[len(t.cells)]
		if !ok {
			return
		}
		if h.rows--; h.rows > 0 {
			t.down[len(t.cells)] = h
		} else {
			delete(t.down, len(t.cells))
		}
		t.cells = append(t.cells, h.text)
	}
}

func (g *gatherer) end(t *grid) error {
	t.endCell(g.limits.Columns)
	if !t.inRow {
		return nil
	}
	t.hang()
	t.inRow = false
	t.number++
	cells := t.cells
	t.cells = nil
	return g.row(&t.sheet, t.number, cells)
}

func (g *gatherer) close(t *grid) error {
	if err := g.end(t); err != nil {
		return err
	}
	if len(t.sheet.Rows) > 0 && len(g.sheets) < mostKept {
		t.sheet.Name = "Table " + strconv.Itoa(len(g.sheets)+1)
		g.sheets = append(g.sheets, t.sheet)
	}
	return nil
}

package design

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/problem"
)

const mm = layout.Millimetre

// Paper is a paper that sheets are printed on.
type Paper struct {
	Name   string
	Zh, En string
	layout.Size
}

// Roll reports whether the paper has no end: it is cut where the sheet ends.
func (p *Paper) Roll() bool { return p.Height == 0 }

// Papers are all papers, the usual ones first.
var Papers = []Paper{
	{"241x140", "241 × 140 mm（二等分）", "241 × 140 mm", layout.Size{Width: 241 * mm, Height: 140 * mm}},
	{"241x93", "241 × 93 mm（三等分）", "241 × 93 mm", layout.Size{Width: 241 * mm, Height: 9333}},
	{"241x280", "241 × 280 mm（整张）", "241 × 280 mm", layout.Size{Width: 241 * mm, Height: 280 * mm}},
	{"a4", "A4", "A4", layout.Size{Width: 210 * mm, Height: 297 * mm}},
	{"a5", "A5 横向（210 × 148 mm）", "A5 landscape (210 × 148 mm)", layout.Size{Width: 210 * mm, Height: 148 * mm}},
	{"80mm", "80 mm 小票", "80 mm roll", layout.Size{Width: 80 * mm}},
	{"58mm", "58 mm 小票", "58 mm roll", layout.Size{Width: 58 * mm}},
}

// PaperOf gives a paper by its name, nil when there is none.
func PaperOf(name string) *Paper {
	if i := slices.IndexFunc(Papers, func(p Paper) bool { return p.Name == name }); i >= 0 {
		return &Papers[i]
	}
	return nil
}

// Design is how sheets look. Lengths are hundredths of a millimetre, sizes of type tenths of a point.
type Design struct {
	Paper   string     `json:"paper"`
	Top     layout.Len `json:"top"`
	Right   layout.Len `json:"right"`
	Bottom  layout.Len `json:"bottom"`
	Left    layout.Len `json:"left"`
	Shift   Shift      `json:"shift"` // of a printer whose paper lies beside the mark
	Size    int        `json:"size"`
	Heading int        `json:"heading"` // size of the firm's name and of the title
	// Title stands in the place of the name of the kind; "" is that name.
	Title    string   `json:"title"`
	Head     []Field  `json:"head"`
	Columns  []Column `json:"columns"`
	Foot     []Field  `json:"foot"`
	Subtotal bool     `json:"subtotal"` // each page says what its lines come to
	Fill     bool     `json:"fill"`     // empty rows down to the foot
	Lines    bool     `json:"lines"`    // the table is ruled
	Number   bool     `json:"number"`   // the table begins with a running number
	Pages    bool     `json:"pages"`    // page n of m
	Logo     bool     `json:"logo"`
	Pay      bool     `json:"pay"` // the code for paying
	PayText  string   `json:"pay_text"`
}

// Shift moves every mark.
type Shift struct {
	X layout.Len `json:"x"`
	Y layout.Len `json:"y"`
}

// Field is a field of the head or of the foot: its label and its value, or a text of the firm's own where Name is Words.
type Field struct {
	Name  string `json:"name"`
	On    bool   `json:"on"`
	Label string `json:"label"` // in the place of the field's own, "" for that
	Text  string `json:"text"`
	Span  int    `json:"span"` // twelfths of the width
	// Always prints the label where the value is empty, to be filled in by hand.
	Always bool `json:"always"`
	Bold   bool `json:"bold"`
	Size   int  `json:"size"` // 0 is the design's
}

// Words is the name of a field that holds a text of the firm's own.
const Words = "text"

// Column is a column of the table.
type Column struct {
	Name  string     `json:"name"`
	On    bool       `json:"on"`
	Label string     `json:"label"`
	Width layout.Len `json:"width"` // 0 shares what the others leave
	// Always prints the column where it is empty in all lines.
	Always bool `json:"always"`
	Shrink bool `json:"shrink"` // long texts are printed smaller instead of in several lines
	Own    bool `json:"own"`    // stands on a line of its own above the other columns
}

// The borders of what a design may say.
const (
	mostFields = 60
	mostText   = 200
	least      = 50  // 5 pt
	most       = 240 // 24 pt
	narrowest  = 4 * mm
	mostShift  = 50 * mm
	leastRoom  = 30 * mm // for the sheet from the left to the right
	leastBody  = 60 * mm // and from the top to the bottom
	// Flexible is what a column without a width gets at least.
	Flexible = 12 * mm
	// Running is the width of the running number.
	Running = 9 * mm
)

// Parse reads a design as JSON; what it does not know is refused.
func Parse(data []byte) (*Design, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	var d Design
	if err := in.Decode(&d); err != nil {
		return nil, problem.BadShape("print.design_shape")
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, problem.BadShape("print.design_shape")
	}
	return &d, nil
}

// JSON writes the design.
func (d *Design) JSON() []byte {
	out, _ := json.Marshal(d) // numbers, texts and truths only
	return out
}

// Room is the width between the margins.
func (d *Design) Room() layout.Len {
	p := PaperOf(d.Paper)
	if p == nil {
		return 0
	}
	return p.Width - d.Left - d.Right
}

// Trim leaves out the fields and columns that a kind of record does not have.
func (d *Design) Trim(field, column func(name string) bool) {
	missing := func(f Field) bool { return f.Name != Words && !field(f.Name) }
	d.Head, d.Foot = slices.DeleteFunc(d.Head, missing), slices.DeleteFunc(d.Foot, missing)
	d.Columns = slices.DeleteFunc(d.Columns, func(c Column) bool { return !column(c.Name) })
}

// Check tells what is wrong with a design, with the place of each mistake; names are checked by who knows the record.
func (d *Design) Check() (list problem.List) {
	paper := PaperOf(d.Paper)
	if paper == nil {
		list.Add(problem.Rule("print.paper", "paper", clip(d.Paper)).At("/paper"))
		return list
	}
	for at, length := range map[string]layout.Len{"top": d.Top, "right": d.Right, "bottom": d.Bottom, "left": d.Left} {
		if length < 0 || length > mostShift {
			list.Add(problem.Rule("print.margin").At("/" + at))
		}
	}
	if abs(d.Shift.X) > mostShift || abs(d.Shift.Y) > mostShift {
		list.Add(problem.Rule("print.shift").At("/shift"))
	}
	if d.Room() < leastRoom || !paper.Roll() && paper.Height-d.Top-d.Bottom < leastBody {
		list.Add(problem.Rule("print.margin").At("/left"))
	}
	for at, size := range map[string]int{"size": d.Size, "heading": d.Heading} {
		if size < least || size > most {
			list.Add(problem.Rule("print.size").At("/" + at))
		}
	}
	if !printable(d.Title) {
		list.Add(problem.Rule("print.text").At("/title"))
	}
	if !printable(d.PayText) {
		list.Add(problem.Rule("print.text").At("/pay_text"))
	}
	list = append(list, fields("head", d.Head)...)
	list = append(list, fields("foot", d.Foot)...)
	return append(list, d.columns()...)
}

func fields(part string, all []Field) (list problem.List) {
	if len(all) > mostFields {
		list.Add(problem.Rule("print.many", "most", mostFields).At("/" + part))
	}
	for i, f := range all {
		at := fmt.Sprintf("/%s/%d", part, i)
		if f.Span < 1 || f.Span > 12 {
			list.Add(problem.Rule("print.span").At(at + "/span"))
		}
		if f.Size != 0 && (f.Size < least || f.Size > most) {
			list.Add(problem.Rule("print.size").At(at + "/size"))
		}
		if !printable(f.Label) || !printable(f.Text) {
			list.Add(problem.Rule("print.text").At(at + "/text"))
		}
		if f.Name != Words && slices.ContainsFunc(all[:i], func(o Field) bool { return o.Name == f.Name }) {
			list.Add(problem.Rule("print.twice", "name", clip(f.Name)).At(at))
		}
	}
	return list
}

func (d *Design) columns() (list problem.List) {
	if len(d.Columns) > mostFields {
		list.Add(problem.Rule("print.many", "most", mostFields).At("/columns"))
	}
	var sum layout.Len
	if d.Number {
		sum = Running
	}
	for i, c := range d.Columns {
		at := fmt.Sprintf("/columns/%d", i)
		if c.Width != 0 && c.Width < narrowest || c.Width < 0 || c.Width > d.Room() {
			list.Add(problem.Rule("print.width").At(at + "/width"))
		}
		if !printable(c.Label) {
			list.Add(problem.Rule("print.text").At(at + "/label"))
		}
		if slices.ContainsFunc(d.Columns[:i], func(o Column) bool { return o.Name == c.Name }) {
			list.Add(problem.Rule("print.twice", "name", clip(c.Name)).At(at))
		}
		switch {
		case !c.On || c.Own:
		case c.Width == 0:
			sum += Flexible
		case c.Always:
			sum += c.Width
		}
	}
	if len(list) == 0 && sum > d.Room() {
		list.Add(problem.Rule("print.too_wide", "width", Millimetres(sum), "room", Millimetres(d.Room()), "over", Millimetres(sum-d.Room())).At("/columns"))
	}
	return list
}

// Millimetres writes a length as people read it: 12.5.
func Millimetres(l layout.Len) string {
	text := fmt.Sprintf("%d.%02d", abs(l)/mm, abs(l)%mm)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if l < 0 {
		return "-" + text
	}
	return text
}

// printable reports whether a text may stand in a design: short, on one line, nothing that steers a printer.
func printable(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= mostText && !strings.ContainsFunc(s, unicode.IsControl)
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 80)], "") }

func abs(l layout.Len) layout.Len { return max(l, -l) }

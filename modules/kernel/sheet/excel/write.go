package excel

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"zhanggui/modules/kernel/sheet/table"
)

// dataPart is where excelize puts the first sheet; emptyRows is how it writes
// a sheet without rows, the place where ours go.
const (
	dataPart  = "xl/worksheets/sheet1.xml"
	emptyRows = "<sheetData></sheetData>"
)

// sink streams the rows of the first sheet. It asks excelize twice for the
// book around them: at the start for what stands before the rows, and at the
// end, when the last row is known, for all the rest.
type sink struct {
	options table.Options
	zip     *zip.Writer
	part    io.Writer
	rows    int
	body    int // last row that is no total
	letters []string
	styles  styles
	buf     []byte
	rest    [][2]string // the book's other parts: name, content
	after   string      // what follows the rows
}

// styles are the cell formats of the book by use.
type styles struct {
	title, head  int
	body, totals [table.Bool + 1]int
}

// NewSink writes an xlsx workbook to w.
func NewSink(w io.Writer, options table.Options) (table.Sink, error) {
	if len(options.Columns) > table.MaxColumn {
		return nil, table.TooManyColumns(1, table.MaxColumn)
	}
	s := &sink{options: options, zip: zip.NewWriter(w), letters: make([]string, len(options.Columns))}
	s.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	s.options.SheetName = sheetName(options.SheetName)
	for i := range s.letters {
		s.letters[i], _ = excelize.ColumnNumberToName(i + 1)
	}
	before, err := s.frame(s.headNumber())
	if err != nil {
		return nil, err
	}
	if s.part, err = s.zip.Create(dataPart); err != nil {
		return nil, err
	}
	_, err = io.WriteString(s.part, before+"<sheetData>")
	return s, err
}

func (s *sink) headNumber() int { return len(s.options.Title) + 1 }

// sheetName makes a name that Excel accepts.
func sheetName(name string) string {
	name = strings.Trim(strings.NewReplacer(":", " ", `\`, " ", "/", " ", "?", " ", "*", " ", "[", "(", "]", ")", "'", " ").
		Replace(strings.ToValidUTF8(name, "")), " ")
	if units := utf16.Encode([]rune(name)); len(units) > 31 {
		name = strings.TrimRight(strings.TrimSuffix(string(utf16.Decode(units[:31])), "\uFFFD"), " ")
	}
	if name == "" {
		return "Sheet1"
	}
	return name
}

// frame makes the book for rows up to last. It keeps the parts beside the data
// sheet and what follows its rows, and gives what stands before them.
func (s *sink) frame(last int) (before string, err error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := s.arrange(f, last); err != nil {
		return "", err
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return "", err
	}
	archive, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		return "", err
	}
	s.rest = nil
	found := false
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			return "", err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		if entry.Name == dataPart {
			before, s.after, found = strings.Cut(string(content), emptyRows)
			continue
		}
		s.rest = append(s.rest, [2]string{entry.Name, string(content)})
	}
	if !found {
		return "", errors.New("sheet: excelize writes an empty sheet differently now")
	}
	// The size of the table is not known yet, and the element is optional.
	return strings.Replace(before, `<dimension ref="A1"></dimension>`, "", 1), nil
}

func (s *sink) arrange(f *excelize.File, last int) error {
	name, head := s.options.SheetName, s.headNumber()
	err := f.SetDocProps(&excelize.DocProperties{Creator: "Zhanggui"})
	if name != "Sheet1" {
		err = errors.Join(err, f.SetSheetName("Sheet1", name))
	}
	err = errors.Join(err, s.styles.define(f), f.SetPanes(name, &excelize.Panes{
		Freeze: true, YSplit: head, TopLeftCell: "A" + strconv.Itoa(head+1), ActivePane: "bottomLeft"}))
	for i, c := range s.options.Columns {
		letter := s.letters[i]
		err = errors.Join(err, f.SetColWidth(name, letter, letter, width(c)), f.SetColStyle(name, letter, s.styles.body[c.Kind]))
		if list := strings.Join(c.Options, ","); list != "" && utf8.RuneCountInString(list) <= 200 &&
			strings.Count(list, ",") == len(c.Options)-1 && list[0] != '=' {
			dv := excelize.NewDataValidation(true)
			dv.SetSqref(letter + strconv.Itoa(head+1) + ":" + letter + strconv.Itoa(max(last, head+10_000)))
			err = errors.Join(err, dv.SetDropList(c.Options), f.AddDataValidation(name, dv))
		}
	}
	if s.options.Filter && last > head {
		err = errors.Join(err, f.AutoFilter(name, "A"+strconv.Itoa(head)+":"+s.letters[len(s.letters)-1]+strconv.Itoa(last), nil))
	}
	return errors.Join(err, s.addHelp(f))
}

// width is in characters of the standard font; it is no quantity of anything.
func width(c table.Column) float64 {
	if c.Width > 0 {
		return float64(min(c.Width, 255))
	}
	return [...]float64{table.Text: 18, table.Int: 12, table.Decimal: 14, table.Money: 16, table.Date: 12, table.Instant: 20, table.Bool: 8}[c.Kind]
}

func (st *styles) define(f *excelize.File) error {
	// 49 is the text format: codes typed into a template keep their zeros.
	formats := [...]excelize.Style{
		table.Text: {NumFmt: 49}, table.Int: {NumFmt: 1}, table.Decimal: {}, table.Money: {NumFmt: 4}, table.Bool: {},
		table.Date:    {CustomNumFmt: text("yyyy-mm-dd")},
		table.Instant: {CustomNumFmt: text("yyyy-mm-dd hh:mm:ss")},
	}
	bold := &excelize.Font{Bold: true}
	var all error
	add := func(style excelize.Style) int {
		id, err := f.NewStyle(&style)
		all = errors.Join(all, err)
		return id
	}
	for kind, style := range formats {
		st.body[kind] = add(style)
		style.Font = bold
		st.totals[kind] = add(style)
	}
	st.title = add(excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	st.head = add(excelize.Style{Font: bold, NumFmt: 49,
		Fill:   excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EDF3"}},
		Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "8899AA"}}})
	return all
}

func text(s string) *string { return &s }

func (s *sink) addHelp(f *excelize.File) error {
	if len(s.options.Help) == 0 {
		return nil
	}
	name := "说明 Help"
	if s.options.SheetName == name {
		name = "Help"
	}
	_, err := f.NewSheet(name)
	err = errors.Join(err, f.SetColWidth(name, "A", "H", 28))
	for row, line := range s.options.Help {
		for col, value := range line {
			ref, refErr := excelize.CoordinatesToCellName(col+1, row+1)
			err = errors.Join(err, refErr, f.SetCellStr(name, ref, value))
		}
	}
	return err
}

func (s *sink) Row(style table.RowStyle, cells []table.Cell) error {
	if s.rows++; s.rows > table.MaxRow {
		return table.TooManyRows(table.MaxRow)
	}
	if style != table.TotalRow {
		s.body = s.rows
	}
	number := strconv.Itoa(s.rows)
	b := append(append(append(s.buf[:0], `<row r="`...), number...), `">`...)
	for i, c := range cells {
		if c.Text == "" {
			continue
		}
		b = append(append(append(b, `<c r="`...), s.letters[i]...), number...)
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(s.styleOf(style, i)), 10)
		switch {
		case c.Number != "":
			b = append(append(append(b, `"><v>`...), c.Number...), `</v></c>`...)
		case c.Bool && c.Text == "true":
			b = append(b, `" t="b"><v>1</v></c>`...)
		case c.Bool:
			b = append(b, `" t="b"><v>0</v></c>`...)
		default:
			b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
			b = append(appendText(b, c.Text), `</t></is></c>`...)
		}
	}
	s.buf = append(b, `</row>`...)
	_, err := s.part.Write(s.buf)
	return err
}

func (s *sink) styleOf(style table.RowStyle, column int) int {
	kind := s.options.Columns[column].Kind
	switch style {
	case table.TitleRow:
		return s.styles.title
	case table.HeadRow:
		return s.styles.head
	case table.TotalRow:
		return s.styles.totals[kind]
	}
	return s.styles.body[kind]
}

// appendText appends text as XML. What is longer than a cell can hold is cut,
// with "…" as its last character; what XML cannot hold becomes U+FFFD.
func appendText(b []byte, text string) []byte {
	const longest = 32_767 // UTF-16 units
	if len(text) > longest {
		if units := utf16.Encode([]rune(text)); len(units) > longest {
			text = strings.TrimSuffix(string(utf16.Decode(units[:longest-1])), "\uFFFD") + "…"
		}
	}
	if plainXML(text) {
		return append(b, text...)
	}
	var escaped bytes.Buffer
	for {
		i := strings.Index(text, "_x")
		if i < 0 {
			break
		}
		_ = xml.EscapeText(&escaped, []byte(text[:i])) // a bytes.Buffer does not fail
		if text = text[i:]; isEscape(text) {           // would be read back as one
			escaped.WriteString("_x005F")
		}
		escaped.WriteByte('_')
		text = text[1:]
	}
	_ = xml.EscapeText(&escaped, []byte(text))
	return append(b, escaped.Bytes()...)
}

// plainXML says that a text can stand in XML as it is.
func plainXML(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c < ' ', c == '&', c == '<', c == '>':
			return false
		case c == '_' && strings.HasPrefix(text[i:], "_x"), c == 0xEF && strings.HasPrefix(text[i:], "\xEF\xBF"):
			return false // an escape, or U+FFFE and its like
		}
	}
	return utf8.ValidString(text)
}

func isEscape(text string) bool {
	return len(text) >= 7 && text[6] == '_' && strings.Trim(text[2:6], "0123456789abcdefABCDEF") == ""
}

func (s *sink) Close() error {
	if _, err := s.frame(s.body); err != nil {
		return err
	}
	if _, err := io.WriteString(s.part, "</sheetData>"+s.after); err != nil {
		return err
	}
	for _, part := range s.rest {
		w, err := s.zip.Create(part[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, part[1]); err != nil {
			return err
		}
	}
	return s.zip.Close()
}

package delimited

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhanggui/modules/kernel/sheet/table"
)

// sink writes lines that end in CRLF, as Excel does, after a byte order
// mark where the encoding has one: without it Excel reads UTF-8 as ANSI.
type sink struct {
	csv   *csv.Writer
	flush *bufio.Writer
	line  []string
}

// NewSink writes CSV to w, in GB18030 or else in UTF-8 with a byte order mark.
func NewSink(w io.Writer, format table.Format) (table.Sink, error) {
	buffered := bufio.NewWriterSize(w, 64<<10)
	var target io.Writer = buffered
	if format == table.CSVGBK {
		target = simplifiedchinese.GB18030.NewEncoder().Writer(buffered)
	} else if _, err := buffered.WriteString("\uFEFF"); err != nil {
		return nil, err
	}
	s := &sink{csv: csv.NewWriter(target), flush: buffered}
	s.csv.UseCRLF = true
	return s, nil
}

func (s *sink) Row(_ table.RowStyle, cells []table.Cell) error {
	s.line = s.line[:0]
	for _, c := range cells {
		text := c.Text
		if c.Number == "" {
			text = guard(strings.ToValidUTF8(text, "\uFFFD"))
		}
		s.line = append(s.line, text)
	}
	return s.csv.Write(s.line)
}

func (s *sink) Close() error {
	s.csv.Flush()
	if err := s.csv.Error(); err != nil {
		return err
	}
	return s.flush.Flush()
}

// formulaStarts are the characters, full-width ones included, after which a
// spreadsheet takes CSV text for a formula.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// guard makes CSV text harmless; unguard undoes exactly that.
func guard(text string) string {
	if startsFormula(text) || text != "" && text[0] == '\'' && startsFormula(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

func unguard(text string) string {
	if text != "" && text[0] == '\'' && startsFormula(strings.TrimLeft(text, "'")) {
		return text[1:]
	}
	return text
}

func startsFormula(text string) bool {
	for _, r := range text {
		return strings.ContainsRune(formulaStarts, r)
	}
	return false
}

package delimited

import (
	"bufio"
	"encoding/csv"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zhanggui/modules/kernel/sheet/table"
)

// encoder is the way back for a copy of the file, byte order mark included.
func (t *File) encoder(w io.Writer) (io.WriteCloser, error) {
	var e encoding.Encoding = encoding.Nop
	switch {
	case t.charset == utf16Text:
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case t.charset == gb18030:
		e = simplifiedchinese.GB18030
	case t.mark:
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, err
		}
	}
	return transform.NewWriter(w, e.NewEncoder()), nil
}

// Mark copies the file, in its encoding, with the problems of each row in one
// more field. Blank lines stay, so row numbers do too.
func (t *File) Mark(w io.Writer, m table.Marking) error {
	buffered := bufio.NewWriter(w)
	encoded, err := t.encoder(buffered)
	if err != nil {
		return err
	}
	out := csv.NewWriter(encoded)
	out.Comma, out.UseCRLF = t.comma, true
	texts, number := m.RowTexts(), 0
	texts[m.Head] = table.ProblemsTitle
	err = t.each(func(row int, cells []string) (bool, error) {
		for number++; number < row; number++ {
			if err := out.Write([]string{""}); err != nil {
				return false, err
			}
		}
		wide := append(make([]string, 0, m.Column), cells...)
		for len(wide) < m.Column {
			wide = append(wide, "")
		}
		wide[m.Column-1] = guard(texts[row])
		return true, out.Write(wide)
	})
	if err != nil {
		return err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	if err := encoded.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

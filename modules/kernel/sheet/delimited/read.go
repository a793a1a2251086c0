package delimited

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"zhanggui/modules/kernel/sheet/table"
)

type charset int

const (
	utf8Text charset = iota
	utf16Text
	gb18030
)

// File is a file of separated values, read again by every call of Rows.
type File struct {
	source  io.ReaderAt
	size    int64
	limits  table.Limits
	charset charset
	mark    bool // begins with a byte order mark
	comma   rune
}

// Open finds out encoding and separator; both need a look at the content.
func Open(r io.ReaderAt, size int64, limits table.Limits) (*File, error) {
	t := &File{source: r, size: size, limits: limits}
	start := make([]byte, min(size, 3))
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xFF\xFE")), bytes.HasPrefix(start, []byte("\xFE\xFF")):
		t.charset, t.mark = utf16Text, true
	case bytes.Equal(start, []byte("\xEF\xBB\xBF")):
		t.mark = true
	}
	counts, err := countBytes(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, err
	}
	if t.charset != utf16Text && counts.control > 0 {
		return nil, table.NotASheet("binary")
	}
	// One damaged character does not make a UTF-8 file GBK, but GBK text is
	// hardly ever valid UTF-8 by chance.
	if t.charset == utf8Text && !t.mark && counts.invalid*10 > counts.multi {
		t.charset = gb18030
	}
	decoded := t.content()
	sample, err := io.ReadAll(io.LimitReader(decoded, 64<<10))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(sample, []byte("\uFFFD")); n*20 > len(sample) {
		return nil, table.NotASheet("binary")
	}
	t.comma = separator(sample)
	return t, nil
}

type byteCounts struct{ control, multi, invalid int }

// countBytes counts control characters that no text file holds, characters of
// several bytes, and bytes that are not UTF-8.
func countBytes(r io.Reader) (c byteCounts, err error) {
	buf, kept := make([]byte, 64<<10), 0
	for err == nil {
		var n int
		n, err = r.Read(buf[kept:])
		b := buf[:kept+n]
		for len(b) > 0 && (err != nil || utf8.FullRune(b)) {
			if b[0] < utf8.RuneSelf {
				if b[0] < ' ' && b[0] != '\t' && b[0] != '\n' && b[0] != '\r' && b[0] != '\f' && b[0] != 0x1A {
					c.control++
				}
				b = b[1:]
				continue
			}
			if r, size := utf8.DecodeRune(b); r == utf8.RuneError && size == 1 {
				c.invalid++
				b = b[1:]
			} else {
				c.multi++
				b = b[size:]
			}
		}
		kept = copy(buf, b)
	}
	if err == io.EOF {
		err = nil
	}
	return c, err
}

// content is the file as UTF-8 without a byte order mark.
func (t *File) content() io.Reader {
	var decoder transform.Transformer = unicode.UTF8BOM.NewDecoder()
	switch t.charset {
	case utf16Text:
		decoder = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case gb18030:
		decoder = simplifiedchinese.GB18030.NewDecoder()
	}
	return transform.NewReader(io.NewSectionReader(t.source, 0, t.size), decoder)
}

// Format says CSVGBK for GB18030 text and CSVUTF8 for the rest.
func (t *File) Format() table.Format {
	if t.charset == gb18030 {
		return table.CSVGBK
	}
	return table.CSVUTF8
}

// separator takes the one that occurs most in the first line that has any.
func separator(sample []byte) rune {
	for line := range strings.Lines(string(sample)) {
		counts, quoted := map[rune]int{}, false
		for _, r := range line {
			if r == '"' {
				quoted = !quoted
			} else if !quoted {
				counts[r]++
			}
		}
		best := ','
		for _, r := range "\t;" {
			if counts[r] > counts[best] {
				best = r
			}
		}
		if counts[best] > 0 {
			return best
		}
	}
	return ','
}

// Rows gives the records that hold a value, until yield says false. It numbers records as a spreadsheet does: a blank line counts, a line
// break inside quotes does not.
func (t *File) Rows(yield func(int, []string) bool) error {
	return t.each(func(number int, cells []string) (bool, error) {
		for i := range cells {
			cells[i] = unguard(cells[i])
		}
		return yield(number, cells), nil
	})
}

// each is Rows with the cells as they stand in the file.
func (t *File) each(yield func(int, []string) (bool, error)) error {
	p := &records{in: bufio.NewReaderSize(t.content(), 64<<10), comma: byte(t.comma), limits: t.limits}
	for count := 0; ; {
		cells, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if cells = table.TrimBlank(cells); len(cells) == 0 {
			continue
		}
		if count++; count > t.limits.Rows {
			return table.TooManyRows(t.limits.Rows)
		}
		if more, err := yield(p.number, cells); !more || err != nil {
			return err
		}
	}
}

package delimited

import (
	"bufio"
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"

	"zhanggui/modules/kernel/sheet/table"
)

// records splits separated values. Unlike encoding/csv it refuses a field or a
// record that is too long while it grows, and it counts blank lines. A quote
// inside an unquoted field is text, as in 5" pipe.
type records struct {
	in     *bufio.Reader
	comma  byte
	limits table.Limits
	number int // of the record last read, from 1

	field []byte
	cells []string
	done  int // fields of the record so far, kept or not
}

// next gives the fields of the next record; io.EOF after the last. Errors:
// sheet.too_many_columns, sheet.text_too_long, sheet.broken for a quote that
// is never closed.
func (p *records) next() ([]string, error) {
	p.number++
	p.cells, p.done, p.field = make([]string, 0, cap(p.cells)), 0, p.field[:0]
	quoted, started := false, false
	for first := true; ; first = false {
		c, err := p.in.ReadByte()
		switch {
		case err == io.EOF && first:
			return nil, io.EOF
		case err == io.EOF && quoted:
			return nil, table.Broken("quote not closed in row " + strconv.Itoa(p.number))
		case err == io.EOF:
			return p.cells, p.endField()
		case err != nil:
			return nil, err
		case quoted && c == '"' && !p.follows('"'):
			quoted = false
			continue
		case quoted:
			if c == '\r' && p.follows('\n') {
				c = '\n'
			}
		case c == '"' && !started:
			quoted, started = true, true
			continue
		case c == p.comma:
			if err := p.endField(); err != nil {
				return nil, err
			}
			started = false
			continue
		case c == '\n' || c == '\r':
			if c == '\r' {
				p.follows('\n')
			}
			return p.cells, p.endField()
		}
		started = true
		if p.field = append(p.field, c); len(p.field) > p.limits.CellRunes*utf8.UTFMax {
			return nil, table.TextTooLong(p.number, p.done+1, p.limits.CellRunes)
		}
	}
}

// follows takes the next byte if it is c.
func (p *records) follows(c byte) bool {
	next, err := p.in.Peek(1)
	if err != nil || next[0] != c {
		return false
	}
	_, _ = p.in.Discard(1)
	return true
}

// endField keeps a field. Blank ones beyond the last allowed column are common
// (a styled empty column) and harmless.
func (p *records) endField() error {
	if p.done++; p.done > p.limits.Columns {
		if len(bytes.TrimSpace(p.field)) > 0 {
			return table.TooManyColumns(p.number, p.limits.Columns)
		}
	} else {
		if utf8.RuneCount(p.field) > p.limits.CellRunes {
			return table.TextTooLong(p.number, p.done, p.limits.CellRunes)
		}
		p.cells = append(p.cells, string(p.field))
	}
	p.field = p.field[:0]
	return nil
}

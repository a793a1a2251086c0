package xls

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/sheet/ooxml"
	"zhanggui/modules/kernel/sheet/table"
)

// cellCost is what a cell takes beside its text, so that a file of many small cells is bounded too.
const cellCost = 48

// reader reads one sheet. Cells may come in any order.
type reader struct {
	*book
	cells   map[int]map[int]string
	pending [2]int // of the formula whose text follows
	depth   int    // of sheets within the sheet, such as charts
}

func (s *reader) read(at int) error {
	s.cells = map[int]map[int]string{}
	kind, _, next, ok := s.record(at)
	if !ok || kind != recBOF && kind != recBOF2 && kind != recBOF3 && kind != recBOF4 {
		return table.Broken("no sheet where one should be")
	}
	for {
		kind, body, at, ok := s.record(next)
		if !ok {
			return nil
		}
		next = at
		switch kind {
		case recBOF:
			s.depth++
		case recEOF:
			if s.depth == 0 {
				return nil
			}
			s.depth--
		case recFilePass:
			return table.NotASheet("locked")
		case recCodePage:
			if len(body) >= 2 && s.version < 5 {
				s.codePage = int(binary.LittleEndian.Uint16(body))
			}
		default:
			if s.depth > 0 {
				continue
			}
			if err := s.cell(kind, body); err != nil {
				return err
			}
		}
	}
}

// cell reads a record that holds values.
func (s *reader) cell(kind int, body []byte) error {
	le := binary.LittleEndian
	if kind == recString || kind == recString2 {
		text := ""
		switch {
		case s.version == 8:
			text = (&pieces{parts: [][]byte{body}}).text(2)
		case kind == recString2 && len(body) > 0:
			text = s.decode(body[1:min(len(body), 1+int(body[0]))])
		case len(body) > 1:
			text = s.decode(body[2:min(len(body), 2+int(le.Uint16(body)))])
		}
		return s.put(s.pending[0], s.pending[1], text)
	}
	if len(body) < 6 {
		return nil
	}
	row, col := int(le.Uint16(body)), int(le.Uint16(body[2:]))
	if s.version == 2 {
		return s.oldCell(kind, row, col, body)
	}
	style := int(le.Uint16(body[4:]))
	switch {
	case kind == recLabelSST && len(body) >= 10:
		if i := int64(le.Uint32(body[6:])); i < int64(len(s.strings)) {
			return s.put(row, col, s.strings[i])
		}
	case (kind == recLabel || kind == recRString) && len(body) >= 8:
		if s.version == 8 {
			return s.put(row, col, (&pieces{parts: [][]byte{body[6:]}}).text(2))
		}
		return s.put(row, col, s.decode(body[8:min(len(body), 8+int(le.Uint16(body[6:])))]))
	case kind == recNumber && len(body) >= 14:
		return s.put(row, col, s.number(binaryText(le.Uint64(body[6:])), style))
	case kind == recRK && len(body) >= 10:
		return s.put(row, col, s.number(rkText(le.Uint32(body[6:])), style))
	case kind == recMulRK:
		for at := 4; at+6 <= len(body)-2; at, col = at+6, col+1 {
			if err := s.put(row, col, s.number(rkText(le.Uint32(body[at+2:])), int(le.Uint16(body[at:])))); err != nil {
				return err
			}
		}
	case kind == recBool && len(body) >= 8 && body[7] == 0:
		return s.put(row, col, truth(body[6]))
	case (kind == recFormula2 || kind == recFormula3 || kind == recFormula4) && len(body) >= 14:
		return s.result(row, col, body[6:14], style)
	}
	return nil
}

// oldCell reads a record of the first edition, where three bytes of looks stand before the value.
func (s *reader) oldCell(kind, row, col int, body []byte) error {
	le := binary.LittleEndian
	if len(body) < 8 {
		return nil
	}
	switch {
	case kind == recInteger2 && len(body) >= 9:
		return s.put(row, col, strconv.Itoa(int(le.Uint16(body[7:]))))
	case kind == recNumber2 && len(body) >= 15:
		return s.put(row, col, s.number(binaryText(le.Uint64(body[7:])), -1))
	case kind == recLabel2:
		return s.put(row, col, s.decode(body[8:min(len(body), 8+int(body[7]))]))
	case kind == recBool2 && len(body) >= 9 && body[8] == 0:
		return s.put(row, col, truth(body[7]))
	case kind == recFormula2 && len(body) >= 15:
		return s.result(row, col, body[7:15], -1)
	}
	return nil
}

// result reads what a formula came to when it was last counted.
func (s *reader) result(row, col int, b []byte, style int) error {
	if b[6] != 0xFF || b[7] != 0xFF {
		return s.put(row, col, s.number(binaryText(binary.LittleEndian.Uint64(b)), style))
	}
	switch b[0] {
	case 0:
		s.pending = [2]int{row, col}
	case 1:
		return s.put(row, col, truth(b[2]))
	}
	return nil
}

func truth(b byte) string { return strconv.FormatBool(b != 0) }

// binaryText writes a binary number as a decimal.
func binaryText(bits uint64) string {
	return strconv.FormatFloat(math.Float64frombits(bits), 'e', -1, 64)
}

// rkText writes a number of the short form: an integer or the front half of a binary number, perhaps in hundredths.
func rkText(rk uint32) string {
	text := ""
	if rk&2 != 0 {
		text = strconv.Itoa(int(int32(rk) >> 2))
	} else {
		text = binaryText(uint64(rk&^3) << 32)
	}
	if rk&1 == 0 {
		return text
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	n, _ := strconv.Atoi(exponent) // "" is 0
	return mantissa + "e" + strconv.Itoa(n-2)
}

// number shows a number as its format does where that changes what it is: a day, or a code with zeros in front.
func (s *reader) number(raw string, style int) string {
	text, ok := ooxml.Number(raw)
	if !ok {
		return ""
	}
	if style < 0 || style >= len(s.xf) {
		return text
	}
	id := s.xf[style]
	if ooxml.IsDateFormat(id, s.formats[id]) {
		return ooxml.DateText(text, s.from1904)
	}
	if n := s.zeros[id]; n > len(text) && !strings.ContainsAny(text, ".-") {
		text = strings.Repeat("0", n-len(text)) + text
	}
	return text
}

func (s *reader) put(row, col int, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	switch {
	case col >= s.limits.Columns:
		return table.TooManyColumns(row+1, s.limits.Columns)
	case utf8.RuneCountInString(text) > s.limits.CellRunes:
		return table.TextTooLong(row+1, col+1, s.limits.CellRunes)
	}
	if s.spent += int64(len(text)) + cellCost; s.spent > s.limits.UnzippedBytes {
		return table.TooLarge(s.limits.UnzippedBytes)
	}
	cells := s.cells[row]
	if cells == nil {
		if len(s.cells) >= s.limits.Rows {
			return table.TooManyRows(s.limits.Rows)
		}
		cells = map[int]string{}
		s.cells[row] = cells
	}
	cells[col] = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\x00", "")
	return nil
}

// rows gives what was read from top to bottom.
func (s *reader) rows() []Row {
	numbers := make([]int, 0, len(s.cells))
	for n := range s.cells {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	out := make([]Row, 0, len(numbers))
	for _, n := range numbers {
		last := 0
		for col := range s.cells[n] {
			last = max(last, col)
		}
		cells := make([]string, last+1)
		for col, text := range s.cells[n] {
			cells[col] = text
		}
		out = append(out, Row{n + 1, cells})
	}
	return out
}

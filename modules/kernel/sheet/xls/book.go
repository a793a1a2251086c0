package xls

import (
	"encoding/binary"

	"zhanggui/modules/kernel/sheet/table"
)

// Row is one row that holds a value.
type Row struct {
	Number int // from 1
	Cells  []string
}

// Sheet is one visible sheet with its rows.
type Sheet struct {
	Name string
	Rows []Row
}

// The records that are read. The others say how a sheet looks.
const (
	recFormula2  = 0x0006
	recEOF       = 0x000A
	recBOF2      = 0x0009
	recBOF3      = 0x0209
	recBOF4      = 0x0409
	recBOF       = 0x0809
	recDateMode  = 0x0022
	recFilePass  = 0x002F
	recContinue  = 0x003C
	recCodePage  = 0x0042
	recBound     = 0x0085
	recMulRK     = 0x00BD
	recRString   = 0x00D6
	recXF        = 0x00E0
	recSST       = 0x00FC
	recLabelSST  = 0x00FD
	recInteger2  = 0x0002
	recNumber2   = 0x0003
	recLabel2    = 0x0004
	recBool2     = 0x0005
	recString2   = 0x0007
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBool      = 0x0205
	recFormula3  = 0x0206
	recString    = 0x0207
	recRK        = 0x027E
	recFormula4  = 0x0406
	recFormat    = 0x041E
	sheetVisible = 0
)

type bound struct {
	name string
	at   int
}

// book is what the records at the front say about all sheets.
type book struct {
	data     []byte
	limits   table.Limits
	version  int // 2, 3, 4, 5 or 8
	codePage int
	from1904 bool
	strings  []string
	formats  map[int]string // by their number
	xf       []int          // number of the format by style
	zeros    map[int]int    // digits of a format such as 00000
	bounds   []bound
	spent    int64 // bytes of text
}

// Is reports whether a file looks like one of these: a compound file, or a bare stream of any edition.
func Is(start []byte) bool {
	if len(start) >= 8 && string(start[:8]) == string(magic) {
		return true
	}
	if len(start) < 6 || start[0] != 9 {
		return false
	}
	n := binary.LittleEndian.Uint16(start[2:])
	switch start[1] {
	case 0, 2, 4, 8:
		return n >= 4 && n <= 16
	}
	return false
}

// Read gives the visible sheets. Errors: sheet.not_a_sheet ("ole" for another kind of compound file, "locked" for one
// with a password), sheet.broken, sheet.too_large, sheet.too_many_rows, sheet.too_many_columns, sheet.text_too_long.
func Read(data []byte, limits table.Limits) ([]Sheet, error) {
	limits = limits.OrDefault()
	if int64(len(data)) > limits.FileBytes {
		return nil, table.TooLarge(limits.FileBytes)
	}
	stream, err := streamOf(data)
	if err != nil {
		return nil, err
	}
	b := &book{data: stream, limits: limits, formats: map[int]string{}, zeros: map[int]int{}}
	if err := b.globals(); err != nil {
		return nil, err
	}
	var out []Sheet
	if len(b.bounds) == 0 { // the old editions have one sheet and nothing before it
		b.bounds = []bound{{"Sheet1", 0}}
	}
	for _, one := range b.bounds[:min(len(b.bounds), 200)] {
		s := &reader{book: b}
		if err := s.read(one.at); err != nil {
			return nil, err
		}
		out = append(out, Sheet{one.name, s.rows()})
	}
	return out, nil
}

// record gives the record at a place and where the next begins; false at the end or where it runs out of the file.
func (b *book) record(at int) (kind int, body []byte, next int, ok bool) {
	if at < 0 || at+4 > len(b.data) {
		return 0, nil, 0, false
	}
	kind = int(binary.LittleEndian.Uint16(b.data[at:]))
	next = at + 4 + int(binary.LittleEndian.Uint16(b.data[at+2:]))
	if next > len(b.data) {
		return 0, nil, 0, false
	}
	return kind, b.data[at+4 : next], next, true
}

func (b *book) globals() error {
	kind, body, next, ok := b.record(0)
	if !ok {
		return table.Broken("no records")
	}
	sheet := false
	switch kind {
	case recBOF2:
		b.version = 2
	case recBOF3:
		b.version = 3
	case recBOF4:
		b.version = 4
	case recBOF:
		if b.version = 5; len(body) >= 2 && binary.LittleEndian.Uint16(body) == 0x0600 {
			b.version = 8
		}
		sheet = len(body) >= 4 && binary.LittleEndian.Uint16(body[2:]) == 0x0010
	default:
		return table.NotASheet("ole")
	}
	for !sheet {
		kind, body, at, ok := b.record(next)
		if !ok || kind == recEOF {
			break
		}
		if next, ok = at, true; kind == recSST {
			parts := [][]byte{body}
			for {
				kind, body, at, ok := b.record(next)
				if !ok || kind != recContinue {
					break
				}
				parts, next = append(parts, body), at
			}
			if err := b.shared(parts); err != nil {
				return err
			}
			continue
		}
		if err := b.global(kind, body); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) global(kind int, body []byte) error {
	le := binary.LittleEndian
	switch {
	case kind == recFilePass:
		return table.NotASheet("locked")
	case kind == recCodePage && len(body) >= 2:
		b.codePage = int(le.Uint16(body))
	case kind == recDateMode && len(body) >= 2:
		b.from1904 = le.Uint16(body) == 1
	case kind == recXF && len(body) >= 4 && b.version >= 5:
		b.xf = append(b.xf, int(le.Uint16(body[2:])))
	case kind == recFormat && len(body) >= 3 && b.version >= 5:
		id := int(le.Uint16(body))
		if b.version == 8 {
			b.formats[id] = (&pieces{parts: [][]byte{body[2:]}}).text(2)
		} else {
			b.formats[id] = b.decode(body[3:min(len(body), 3+int(body[2]))])
		}
		if code := b.formats[id]; len(code) > 1 && len(code) <= 40 && zerosOnly(code) {
			b.zeros[id] = len(code)
		}
	case kind == recBound && len(body) >= 8 && b.version >= 5:
		if body[4]&3 != sheetVisible || body[5] != 0 { // hidden, or a chart
			return nil
		}
		name := ""
		if b.version == 8 {
			name = (&pieces{parts: [][]byte{body[6:]}}).text(1)
		} else {
			name = b.decode(body[7:min(len(body), 7+int(body[6]))])
		}
		b.bounds = append(b.bounds, bound{name, int(le.Uint32(body))})
	}
	return nil
}

func zerosOnly(code string) bool {
	for _, r := range code {
		if r != '0' {
			return false
		}
	}
	return true
}

// Package xlstest writes small .xls files for tests: those that readers must take and those that they must refuse.
package xlstest

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// Cell is one cell: a string, an int, or Decimal.
type Cell any

// Decimal is a number in hundredths.
type Decimal int

func record(b *bytes.Buffer, kind int, body []byte) {
	_ = binary.Write(b, binary.LittleEndian, []uint16{uint16(kind), uint16(len(body))}) // a bytes.Buffer does not fail
	b.Write(body)
}

func words(n ...int) []byte {
	var out []byte
	for _, v := range n {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}

// Stream is a bare workbook of Excel 97 with one sheet.
func Stream(name string, rows [][]Cell) []byte {
	var b bytes.Buffer
	record(&b, 0x0809, words(0x0600, 0x0005, 0, 0, 0, 0, 0, 0))
	title := utf16.Encode([]rune(name))
	bound := append(make([]byte, 4), 0, 0, byte(len(title)), 1)
	for _, u := range title {
		bound = binary.LittleEndian.AppendUint16(bound, u)
	}
	at := b.Len() + 4
	record(&b, 0x0085, bound)
	record(&b, 0x000A, nil)
	binary.LittleEndian.PutUint32(b.Bytes()[at:], uint32(b.Len()))
	record(&b, 0x0809, words(0x0600, 0x0010, 0, 0, 0, 0, 0, 0))
	for r, row := range rows {
		for c, cell := range row {
			head := words(r, c, 0)
			switch v := cell.(type) {
			case string:
				if v == "" {
					continue
				}
				units := utf16.Encode([]rune(v))
				body := append(append(head, words(len(units))...), 1)
				for _, u := range units {
					body = binary.LittleEndian.AppendUint16(body, u)
				}
				record(&b, 0x0204, body)
			case int:
				record(&b, 0x0203, binary.LittleEndian.AppendUint64(head, bitsOf(v)))
			case Decimal:
				record(&b, 0x027E, binary.LittleEndian.AppendUint32(head, uint32(v)<<2|3))
			}
		}
	}
	record(&b, 0x000A, nil)
	return b.Bytes()
}

// bitsOf gives a whole number as the binary fraction that a cell holds.
func bitsOf(n int) uint64 {
	if n == 0 {
		return 0
	}
	sign := uint64(0)
	if n < 0 {
		sign, n = 1<<63, -n
	}
	high := bitLen(n) - 1
	mantissa := uint64(n) << (52 - high) & (1<<52 - 1)
	return sign | uint64(1023+high)<<52 | mantissa
}

func bitLen(n int) int {
	out := 0
	for ; n > 0; n >>= 1 {
		out++
	}
	return out
}

// File puts a stream into a compound file.
func File(stream []byte) []byte {
	const sector = 512
	data := append([]byte(nil), stream...)
	for len(data)%sector != 0 || len(data) < 4096 { // below 4096 it would lie in small sectors
		data = append(data, 0)
	}
	count := len(data) / sector
	tables := 1
	for (count+1+tables)*4 > tables*sector {
		tables++
	}
	head := make([]byte, sector)
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le := binary.LittleEndian
	le.PutUint16(head[24:], 0x3E)
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xFFFE)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], uint32(tables))
	le.PutUint32(head[48:], uint32(count)) // the directory follows the stream
	le.PutUint32(head[56:], 4096)
	le.PutUint32(head[60:], 0xFFFFFFFE)
	le.PutUint32(head[68:], 0xFFFFFFFE)
	for i := 76; i < sector; i += 4 {
		le.PutUint32(head[i:], math.MaxUint32)
	}
	fat := bytes.Repeat([]byte{0xFF}, tables*sector)
	for i := range count {
		le.PutUint32(fat[4*i:], uint32(i+1))
	}
	le.PutUint32(fat[4*(count-1):], 0xFFFFFFFE)
	le.PutUint32(fat[4*count:], 0xFFFFFFFE)
	for i := range tables {
		le.PutUint32(head[76+4*i:], uint32(count+1+i))
		le.PutUint32(fat[4*(count+1+i):], 0xFFFFFFFD)
	}
	directory := make([]byte, sector)
	entry(directory, "Root Entry", 5, [2]uint32{0xFFFFFFFE, 0})
	entry(directory[128:], "Workbook", 2, [2]uint32{0, uint32(len(data))})
	return bytes.Join([][]byte{head, data, directory, fat}, nil)
}

// entry names a stream: where it begins and how long it is.
func entry(to []byte, name string, kind byte, place [2]uint32) {
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		binary.LittleEndian.PutUint16(to[2*i:], u)
	}
	binary.LittleEndian.PutUint16(to[64:], uint16(2*len(units)+2))
	to[66] = kind
	binary.LittleEndian.PutUint32(to[116:], place[0])
	binary.LittleEndian.PutUint32(to[120:], place[1])
}

package xls

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"zhanggui/modules/kernel/sheet/table"
)

// magic begins a compound file.
var magic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

const (
	headSize   = 512
	lastSector = 0xFFFFFFF0 // from here on a number is no sector
	entrySize  = 128
)

// compound is the file system in the file.
type compound struct {
	data      []byte
	size      int // of a sector
	fat       []uint32
	small     []uint32 // the table of the small sectors
	smallSize int
	container []byte // in which the small sectors lie
	cutoff    int    // below it a stream lies in small sectors
}

// streamOf finds the workbook in a compound file, and the file itself where it is none.
func streamOf(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, magic) {
		return data, nil
	}
	if len(data) < headSize {
		return nil, table.Broken("compound head")
	}
	le := binary.LittleEndian
	shift, smallShift := le.Uint16(data[30:]), le.Uint16(data[32:])
	if shift < 7 || shift > 16 || smallShift < 4 || smallShift > shift {
		return nil, table.Broken("compound sectors")
	}
	c := &compound{data: data, size: 1 << shift, smallSize: 1 << smallShift, cutoff: int(le.Uint32(data[56:]))}
	c.readFAT()
	c.small = numbers(c.chain(le.Uint32(data[60:])))
	directory := c.chain(le.Uint32(data[48:]))
	var found []byte
	for at := 0; at+entrySize <= len(directory); at += entrySize {
		e := directory[at : at+entrySize]
		first, size := le.Uint32(e[116:]), int(le.Uint32(e[120:]))
		switch name := entryName(e); {
		case e[66] == 5: // the root, which comes first
			c.container = c.chain(first)
		case strings.EqualFold(name, "EncryptedPackage"):
			return nil, table.NotASheet("locked")
		case strings.EqualFold(name, "Workbook"), strings.EqualFold(name, "Book") && found == nil:
			found = c.stream(first, size)
		}
	}
	if found == nil {
		return nil, table.NotASheet("ole")
	}
	return found, nil
}

func entryName(e []byte) string {
	n := int(binary.LittleEndian.Uint16(e[64:]))
	var units []uint16
	for i := 0; i+1 < min(n, 64); i += 2 {
		if u := binary.LittleEndian.Uint16(e[i:]); u != 0 {
			units = append(units, u)
		}
	}
	return string(utf16.Decode(units))
}

// sector gives a sector, as much of it as the file has.
func (c *compound) sector(n uint32) []byte {
	from := headSize + int64(n)*int64(c.size)
	if c.size > headSize {
		from = (int64(n) + 1) * int64(c.size)
	}
	if from >= int64(len(c.data)) {
		return nil
	}
	return c.data[from:min(from+int64(c.size), int64(len(c.data)))]
}

// sectors is how many sectors the file can have.
func (c *compound) sectors() int { return len(c.data)/c.size + 1 }

func (c *compound) readFAT() {
	le := binary.LittleEndian
	var list []uint32
	for at := 76; at < headSize; at += 4 {
		list = append(list, le.Uint32(c.data[at:]))
	}
	next := le.Uint32(c.data[68:])
	for range c.sectors() {
		if next >= lastSector {
			break
		}
		part := numbers(c.sector(next))
		if len(part) < 2 {
			break
		}
		list, next = append(list, part[:len(part)-1]...), part[len(part)-1]
	}
	for _, n := range list[:min(len(list), c.sectors())] {
		if n < lastSector {
			c.fat = append(c.fat, numbers(c.sector(n))...)
		}
	}
}

// chain reads the sectors from one on. A ring ends after as many as there are.
func (c *compound) chain(n uint32) []byte {
	var out []byte
	for range c.sectors() {
		if n >= lastSector {
			break
		}
		out = append(out, c.sector(n)...)
		if int64(n) >= int64(len(c.fat)) {
			break
		}
		n = c.fat[n]
	}
	return out
}

func (c *compound) stream(first uint32, size int) []byte {
	var out []byte
	if size >= c.cutoff {
		out = c.chain(first)
	} else {
		for range len(c.container)/c.smallSize + 1 {
			from := int64(first) * int64(c.smallSize)
			if first >= lastSector || from >= int64(len(c.container)) {
				break
			}
			out = append(out, c.container[from:min(from+int64(c.smallSize), int64(len(c.container)))]...)
			if int64(first) >= int64(len(c.small)) {
				break
			}
			first = c.small[first]
		}
	}
	return out[:min(len(out), size)]
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

package xls

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"zhanggui/modules/kernel/sheet/table"
)

// decode turns the text of an edition before Unicode into ours. Files that name no code page, or the Western one that
// programs of this country write without thinking, are read as GB18030 where that gives no broken character.
func (b *book) decode(text []byte) string {
	var from encoding.Encoding = simplifiedchinese.GB18030
	switch b.codePage {
	case 950:
		from = traditionalchinese.Big5
	case 1200:
		return utf16Text(text)
	}
	out, err := from.NewDecoder().Bytes(text)
	if err != nil || strings.ContainsRune(string(out), '\uFFFD') {
		out, _ = charmap.Windows1252.NewDecoder().Bytes(text) // which knows every byte
	}
	return string(out)
}

func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// pieces is a record with those that continue it.
type pieces struct {
	parts [][]byte
	part  int
	at    int
}

func (p *pieces) left() int {
	n := -p.at
	for _, b := range p.parts[p.part:] {
		n += len(b)
	}
	return n
}

// take gives the next bytes, fewer where the record ends.
func (p *pieces) take(n int) []byte {
	var out []byte
	for n > 0 && p.part < len(p.parts) {
		b := p.parts[p.part][p.at:]
		if len(b) == 0 {
			if p.part+1 == len(p.parts) {
				break
			}
			p.part, p.at = p.part+1, 0
			continue
		}
		k := min(n, len(b))
		if out == nil && k == n {
			out = b[:k:k]
		} else {
			out = append(out, b[:k]...)
		}
		p.at, n = p.at+k, n-k
	}
	return out
}

func (p *pieces) number(size int) int {
	b := p.take(size)
	n := 0
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | int(b[i])
	}
	return n
}

// text reads a Unicode text whose length is a number of some bytes. Where it goes on in another record, that record
// begins with a byte that says anew how wide the characters are.
func (p *pieces) text(lengthSize int) string {
	length, flags := p.number(lengthSize), p.number(1)
	runs, ext := 0, 0
	if flags&8 != 0 {
		runs = p.number(2)
	}
	if flags&4 != 0 {
		ext = p.number(4)
	}
	var units []uint16
	wide := flags&1 != 0
	for length > 0 && p.part < len(p.parts) {
		room := len(p.parts[p.part]) - p.at
		if room <= 0 {
			if p.part+1 >= len(p.parts) {
				break
			}
			p.part, p.at = p.part+1, 0
			if len(p.parts[p.part]) > 0 {
				wide = p.number(1)&1 != 0
			}
			continue
		}
		if !wide {
			for _, c := range p.take(min(length, room)) {
				units = append(units, uint16(c))
				length--
			}
			continue
		}
		got := min(2*length, room&^1)
		if got == 0 { // half a character at the end of a record: damaged
			p.at += room
			continue
		}
		from := p.take(got)
		for i := 0; i+1 < len(from); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(from[i:]))
			length--
		}
	}
	p.skip(4*runs + ext)
	return string(utf16.Decode(units))
}

func (p *pieces) skip(n int) {
	for n > 0 && p.part < len(p.parts) {
		room := len(p.parts[p.part]) - p.at
		if room > n {
			p.at += n
			return
		}
		if n -= room; p.part+1 >= len(p.parts) {
			p.at = len(p.parts[p.part])
			return
		}
		p.part, p.at = p.part+1, 0
	}
}

// shared reads the table of texts.
func (b *book) shared(parts [][]byte) error {
	p := &pieces{parts: parts}
	p.take(4)
	count := p.number(4)
	for range count {
		if p.left() < 3 {
			break
		}
		text := p.text(2)
		if b.spent += int64(len(text)); b.spent > b.limits.UnzippedBytes {
			return table.TooLarge(b.limits.UnzippedBytes)
		}
		b.strings = append(b.strings, text)
	}
	return nil
}

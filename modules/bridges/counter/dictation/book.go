package dictation

import (
	"slices"
	"strings"
)

// Item is what the firm calls one of its items, and by what it is sold.
type Item struct {
	ID                                                               int64
	Name, Spec, Model, Material, Brand, Code, Barcode, OldCode, Unit string
	UnitID                                                           int64
	Packs                                                            []Pack
	Price                                                            int64 // by the list, six decimals; 0 is not known
}

// Pack is another unit of an item: how many of its own unit it holds, six decimals.
type Pack struct {
	UnitID int64
	Name   string
	Ratio  int64
}

// Label is what the item is called in a line.
func (i *Item) Label() string { return strings.TrimSpace(i.Name + " " + i.Spec) }

// Party is what the firm calls somebody.
type Party struct {
	ID                         int64
	Name, Short, Code, Contact string
}

// Book is what a text is read with. It is made once and read by many at a time.
type Book struct {
	items  []*entry
	scan   *scanner
	byChar map[rune][]int32
	byRead map[string][]int32
	byMark map[string][]int32
	byCode map[string]int32
	byID   map[int64]int32
}

// entry is an item as it is looked for.
type entry struct {
	*Item
	words    []sign // all its Chinese, runs parted by an empty sign
	name     string // the Chinese of its name
	nameLen  int    // the first signs are those of the name
	marks    map[string]int
	initials string
}

// NewBook makes a book. Items that are not in use are left out by whoever gives them.
func NewBook(items []Item) *Book {
	var units []string
	for _, it := range items {
		units = append(units, lower(it.Unit))
		for _, p := range it.Packs {
			units = append(units, lower(p.Name))
		}
	}
	b := &Book{scan: newScanner(units), byChar: map[rune][]int32{}, byRead: map[string][]int32{}, byMark: map[string][]int32{}, byCode: map[string]int32{}, byID: map[int64]int32{}}
	for i := range items {
		b.add(&items[i])
	}
	return b
}

func lower(s string) string { return strings.TrimSpace(string(plain(s))) }

func (b *Book) add(it *Item) {
	n := int32(len(b.items)) //nolint:gosec // nobody has two thousand million items
	e := &entry{Item: it, marks: map[string]int{}}
	for i, text := range []string{it.Name, it.Spec, it.Model, it.Material, it.Brand} {
		for _, a := range b.scan.scan(plain(text)) {
			switch a.kind {
			case word:
				if len(e.words) > 0 {
					e.words = append(e.words, sign{})
				}
				e.words = append(e.words, signs(a.text)...)
				if i == 0 {
					e.name += a.text
				}
			case mark, count:
				for m, grade := range shapes(a.text) {
					e.marks[m] = max(e.marks[m], grade)
				}
			case times, price, blank:
			}
		}
		if i == 0 {
			e.nameLen = len(e.words)
		}
	}
	var letters strings.Builder
	seenChar, seenRead := map[rune]bool{}, map[string]bool{}
	for _, s := range e.words {
		if s.char == 0 {
			continue
		}
		if s.read != "" {
			letters.WriteByte(s.read[0])
		}
		if !seenChar[s.char] {
			seenChar[s.char] = true
			b.byChar[s.char] = append(b.byChar[s.char], n)
		}
		if s.blur != "" && !seenRead[s.blur] {
			seenRead[s.blur] = true
			b.byRead[s.blur] = append(b.byRead[s.blur], n)
		}
	}
	e.initials = letters.String()
	for m := range e.marks {
		b.byMark[m] = append(b.byMark[m], n)
	}
	for _, code := range []string{it.Code, it.Barcode, it.OldCode} {
		if code = lower(code); code != "" {
			b.byCode[code] = n
		}
	}
	b.byID[it.ID] = n
	b.items = append(b.items, e)
}

// How well a mark fits, of 100.
const (
	same  = 100 // the mark itself, or another name of the same size
	part  = 75  // a part of it: 30 of m8*30
	loosy = 60  // its figure without its measure: 8 of 8寸
)

// sizes are names of the same size of a pipe.
var sizes = [][]string{{"4分", "dn15", "1/2", "1/2寸"}, {"6分", "dn20", "3/4", "3/4寸"}, {"1寸", "dn25"}, {"1.2寸", "dn32"}, {"1.5寸", "dn40"}, {"2寸", "dn50"}, {"2.5寸", "dn65"}, {"3寸", "dn80"}, {"4寸", "dn100"}}

// shapes gives by which marks a mark is found, and how well each fits.
func shapes(text string) map[string]int {
	out := map[string]int{text: same}
	add := func(m string, grade int) {
		if m != "" && out[m] < grade {
			out[m] = grade
		}
	}
	for _, group := range sizes {
		if slices.Contains(group, text) {
			for _, m := range group {
				add(m, same)
			}
		}
	}
	pieces := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("*/-+", r) })
	for _, p := range pieces {
		if len(pieces) > 1 {
			add(p, part)
		}
		s := []rune(p)
		i := 0
		for i < len(s) && !digit(s[i]) {
			i++
		}
		j := i
		for j < len(s) && (digit(s[j]) || s[j] == '.') {
			j++
		}
		if i < j && (i > 0 || j < len(s)) {
			add(string(s[i:j]), loosy)
			if i > 0 && i < 4 && j < len(s) {
				add(string(s[:j]), part)
			}
		}
	}
	return out
}

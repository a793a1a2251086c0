package counter

import (
	"slices"
	"strings"
)

// entry is an item as it is looked for.
type entry struct {
	id, version int64
	name, code  string // as they are sorted
	text        text
	codes       []string // what names it exactly: code, barcode, former code
	active      bool
}

// known is what decides between items that answer a question equally well.
type known struct {
	bought map[int64]int // by the party: 0 is the latest
	sold   map[int64]int // by the firm
	stock  map[int64]bool
	theirs map[int64][]string // what the party calls them, folded
}

// order is how an answer is ranked, as one number: the smaller the better. From the highest bits on: exact, how well the
// fragments stand, the party's, the firm's, in stock.
type order uint64

// last is a recency of what was never there.
const last = 1<<24 - 1

func (k *known) order(e *entry, class int, exact bool) order {
	recency := func(of map[int64]int) uint64 {
		if at, ok := of[e.id]; ok {
			return uint64(min(at, last-1))
		}
		return last
	}
	out := uint64(class)<<49 | recency(k.bought)<<25 | recency(k.sold)<<1
	if !exact {
		out |= 1 << 52
	}
	if !k.stock[e.id] {
		out |= 1
	}
	return order(out)
}

// question is what somebody typed.
type question struct {
	words []string
	whole string // folded, to be compared with codes
}

func asking(q string) question {
	folded := fold(q)
	return question{words: words(q), whole: strings.Join(strings.Fields(folded), " ")}
}

// matches tells how well an item answers; theirs is what the party calls it.
func (q *question) matches(e *entry, theirs []string) (class int, exact, ok bool) {
	t := &e.text
	if len(theirs) > 0 {
		t = &text{all: e.text.all + "\n", codes: e.text.codes, initials: e.text.initials}
		for _, line := range theirs {
			t = t.with(line)
		}
		exact = slices.Contains(theirs, q.whole)
	}
	if class, ok = t.place(q.words); !ok {
		return 0, false, false
	}
	return class, exact || slices.Contains(e.codes, q.whole), true
}

// with is a text with a line more before all others.
func (t *text) with(line string) *text {
	more := len(line) + 1
	return &text{all: line + "\n" + t.all, codes: t.codes + more, initials: t.initials + more}
}

// rank gives the best answers. The entries are sorted by name, so that of two that are equal the first comes first. Where
// anything answers better, those that hardly do are left out.
func rank(all []*entry, q question, k *known, limit int) []*entry {
	type answer struct {
		*entry
		class int
		order order
	}
	best := make([]answer, 0, limit+1)
	for _, e := range all {
		if !e.active {
			continue
		}
		class, exact, ok := q.matches(e, k.theirs[e.id])
		if !ok {
			continue
		}
		one := answer{e, class, k.order(e, class, exact)}
		if len(best) == limit && one.order >= best[limit-1].order {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, one.order, func(a answer, o order) int {
			if a.order <= o {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, at, one)
		best = best[:min(len(best), limit)]
	}
	var out []*entry
	for _, a := range best {
		if a.class == hardly && best[0].class < hardly {
			break
		}
		out = append(out, a.entry)
	}
	return out
}

package counter

import (
	"cmp"
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
	bought map[int64]int      // by the party: 0 is the latest
	sold   map[int64]int      // by the firm
	theirs map[int64][]string // what the party calls them, folded
}

// order is how an answer is ranked, as one number: the smaller the better. From the highest bits on: exact, how well the
// fragments stand, the party's, the firm's.
type order uint64

// found is an item that answers a question.
type found struct {
	*entry
	class int
	order order
}

// last is a recency of what was never there.
const last = 1<<24 - 1

func (k *known) order(e *entry, class int, exact bool) order {
	recency := func(of map[int64]int) uint64 {
		if at, ok := of[e.id]; ok {
			return uint64(min(at, last-1))
		}
		return last
	}
	return leastOf(class, exact) | order(recency(k.bought)<<24|recency(k.sold))
}

// leastOf is the best rank that an answer of a class can have.
func leastOf(class int, exact bool) order {
	out := order(class) << 48
	if !exact {
		out |= 1 << 51
	}
	return out
}

// question is what somebody typed.
type question struct {
	words []string
	whole string // folded, to be compared with codes
	cut   bool   // fragments may be cut, see again
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
	words := q.words
	if q.cut {
		if words, ok = t.cutFor(words); !ok {
			return 0, false, false
		}
	}
	if class, ok = t.place(words); !ok || q.cut && class > begins {
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
func rank(all []*entry, q question, k *known, limit int) []found {
	best := make([]found, 0, limit+1)
	for _, e := range all {
		if !e.active {
			continue
		}
		class, exact, ok := q.matches(e, k.theirs[e.id])
		if !ok {
			continue
		}
		if len(best) == limit && leastOf(class, exact) >= best[limit-1].order {
			continue // however lately it was sold
		}
		one := found{e, class, k.order(e, class, exact)}
		if len(best) == limit && one.order >= best[limit-1].order {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, one.order, func(a found, o order) int {
			if a.order <= o {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, at, one)
		best = best[:min(len(best), limit)]
	}
	if n := slices.IndexFunc(best, func(f found) bool { return f.class == hardly }); n > 0 {
		best = best[:n]
	}
	return best
}

// stocked puts those that are there before their equals.
func stocked(best []found, there func(id int64) bool) []found {
	absent := func(f found) int {
		if there(f.id) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(best, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.order, b.order), absent(a)-absent(b))
	})
	return best
}

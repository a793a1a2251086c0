package counter

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

// entry is an item as it is looked for.
type entry struct {
	id, version int64
	name, code  string // as they are sorted
	text        text
	codes       []string // what names it exactly: code, barcode, former code
	marks       uint64   // a bit for each of them, see mark
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

// strangers is how recent what nobody ever bought is.
const strangers order = last<<24 | last

// recent gives how recent items are that were bought at all.
func (k *known) recent() map[int64]order {
	out := make(map[int64]order, len(k.bought)+len(k.sold))
	of := func(m map[int64]int, id int64) order {
		if at, ok := m[id]; ok {
			return order(min(at, last-1))
		}
		return last
	}
	for _, m := range []map[int64]int{k.bought, k.sold} {
		for id := range m {
			out[id] = of(k.bought, id)<<24 | of(k.sold, id)
		}
	}
	return out
}

// ranked is the order of an answer of a class that is as recent as that.
func ranked(class int, exact bool, recent order) order {
	out := order(class)<<48 | recent
	if !exact {
		out |= 1 << 51
	}
	return out
}

// question is what somebody typed.
type question struct {
	words []string
	whole string   // folded, to be compared with codes
	mark  uint64   // of it
	cut   bool     // fragments may be cut, see again
	atoms []string // what fragments are cut into at most
}

func asking(q string) question {
	whole := strings.Join(strings.Fields(fold(q)), " ")
	return question{words: words(q), whole: whole, mark: mark(whole)}
}

var seed = maphash.MakeSeed()

// mark is a bit that tells most codes apart without reading them.
func mark(code string) uint64 { return 1 << (maphash.String(seed, code) % 64) }

// exactly tells whether what was typed names an item, to us or to the party.
func (q *question) exactly(e *entry, theirs []string) bool {
	return e.marks&q.mark != 0 && slices.Contains(e.codes, q.whole) || slices.Contains(theirs, q.whole)
}

// matches tells how well an item answers; theirs is what the party calls it.
func (q *question) matches(e *entry, theirs []string) (class int, ok bool) {
	t := &e.text
	if len(theirs) > 0 {
		t = &text{all: e.text.all + "\n", codes: e.text.codes, initials: e.text.initials}
		for _, line := range theirs {
			t = t.with(line)
		}
	}
	words := q.words
	if q.cut {
		if !t.holds(q.atoms) {
			return 0, false
		}
		if words, ok = t.cutFor(words); !ok {
			return 0, false
		}
	}
	if class, ok = t.place(words); !ok || q.cut && class > begins {
		return 0, false
	}
	return class, true
}

// with is a text with a line more before all others.
func (t *text) with(line string) *text {
	more := len(line) + 1
	return &text{all: line + "\n" + t.all, codes: t.codes + more, initials: t.initials + more}
}

// ranking is the best answers so far.
type ranking struct {
	question
	*known
	limit int
	best  []found
}

// late tells whether an answer of an order comes too late to be among the best.
func (r *ranking) late(o order) bool { return len(r.best) == r.limit && o >= r.best[r.limit-1].order }

// judge puts an item among the best where it belongs there. Whether it answers at all is asked last: that takes longest.
func (r *ranking) judge(e *entry, recent order) {
	theirs := r.theirs[e.id]
	exact := r.exactly(e, theirs)
	if r.late(ranked(whole, exact, recent)) {
		return
	}
	class, ok := r.matches(e, theirs)
	one := found{e, class, ranked(class, exact, recent)}
	if !ok || r.late(one.order) {
		return
	}
	at, _ := slices.BinarySearchFunc(r.best, one.order, func(a found, o order) int {
		if a.order <= o {
			return -1
		}
		return 1
	})
	r.best = slices.Insert(r.best, at, one)
	r.best = r.best[:min(len(r.best), r.limit)]
}

// rank gives the best answers. The entries are sorted by name, so that of two that are equal the first comes first. What was
// ever bought comes before: once there is enough of it, few of the others can be better. Where anything answers better, those
// that hardly do are left out.
func rank(all []*entry, q question, k *known, limit int) []found {
	r := ranking{q, k, limit, make([]found, 0, limit+1)}
	recent := k.recent()
	others := make([]*entry, 0, len(all))
	for _, e := range all {
		if at, ok := recent[e.id]; !e.active {
			continue
		} else if ok {
			r.judge(e, at)
		} else {
			others = append(others, e)
		}
	}
	for _, e := range others {
		r.judge(e, strangers)
	}
	if n := slices.IndexFunc(r.best, func(f found) bool { return f.class == hardly }); n > 0 {
		r.best = r.best[:n]
	}
	return r.best
}

// doubtful are the best of which the stock must be known to show the first ones: those, and whatever answers as well as the
// last of them.
func doubtful(best []found, limit int) []found {
	if len(best) <= limit {
		return best
	}
	n := slices.IndexFunc(best[limit:], func(f found) bool { return f.order > best[limit-1].order })
	if n < 0 {
		return best
	}
	return best[:limit+n]
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

package dictation

import (
	"cmp"
	"slices"
	"strings"
)

// Known are the parties that may be meant, and what decides between items that fit a text equally well: places in the order of what the party bought and what
// the firm sold last, 0 the latest; what is in stock.
type Known struct {
	Parties      []Party
	Bought, Sold map[int64]int
	Stocked      func(id int64) bool
	Theirs       map[int64][]string // what the party calls items, in lower case and without blanks
}

// phrase is what an item may be called by: Chinese and marks, without fillers.
type phrase struct {
	words []string
	marks []string
}

func (p phrase) key() string { return strings.Join(p.words, "|") + "\n" + strings.Join(p.marks, "|") }

func (p phrase) empty() bool { return len(p.words) == 0 && len(p.marks) == 0 }

// match is how well an item fits a phrase.
type match struct {
	*entry
	score  int
	worth  int  // the score, were everything found
	exact  bool // all that was said is there as it was said
	titled bool // and the Chinese is the whole name
	lost   []string
}

// What a character and a mark weigh, and what is lost by one that is not there.
const (
	charWeight, markWeight = 100, 150
	charLost, markLost     = 70, 130
	aloneWeight            = 50
	codeWeight             = 600
)

// fit judges one item.
func (r *reader) fit(e *entry, p phrase, said []sign) match {
	m := match{entry: e, exact: true}
	for _, w := range p.words {
		m.word(said[:len([]rune(w))])
		said = said[len([]rune(w)):]
	}
	for _, text := range p.marks {
		weight := markWeight
		m.worth += weight
		grade := e.marks[text]
		for shape, g := range shapes(text) {
			if g == same || g == part {
				grade = max(grade, min(e.marks[shape], g))
			}
		}
		if n, ok := r.byCode[text]; ok && r.items[n] == e {
			m.score += codeWeight
			continue
		}
		if grade == 0 && len(text) > 1 && onlyLetters(text) && strings.Contains(e.initials, text) {
			m.score += weight
			m.exact = false
			continue
		}
		if grade == 0 && strings.Contains(text, "*") {
			grade = apart(e, text)
		}
		if grade == 0 {
			m.score -= markLost
			m.exact = false
			m.lost = append(m.lost, text)
			continue
		}
		if grade < same {
			m.exact = m.exact && grade >= loosy
		}
		m.score += weight * grade / 100
	}
	if len(r.known.Theirs) > 0 && slices.Contains(r.known.Theirs[e.ID], strings.Join(append(slices.Clone(p.marks), p.words...), "")) {
		m.score, m.worth, m.exact, m.lost = max(m.score, m.worth)+codeWeight, max(m.worth, 1), true, nil
	}
	m.titled = m.exact && len(p.words) > 0 && strings.Join(p.words, "") == e.name
	return m
}

// apart is for a mark whose parts stand apart in the item: m8*30 for M8 with 30.
func apart(e *entry, text string) int {
	for _, piece := range strings.Split(text, "*") {
		if e.marks[piece] == 0 {
			return 0
		}
	}
	return part
}

func onlyLetters(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
}

// word covers a run of Chinese with pieces of what the item is called.
func (m *match) word(said []sign) {
	m.worth += len(said) * charWeight
	var lost strings.Builder
	for i := 0; i < len(said); {
		best, sum, pure := 0, 0, true
		for at := range m.words {
			n, total, clean := 0, 0, true
			for i+n < len(said) && at+n < len(m.words) && m.words[at+n].char != 0 {
				g := alike(said[i+n], m.words[at+n])
				if g == 0 {
					break
				}
				n, total, clean = n+1, total+g, clean && g == equal
			}
			if n > 0 && !clean && total < n*sound && n < 2 {
				continue
			}
			if total > sum {
				best, sum, pure = n, total, clean
			}
		}
		switch {
		case best > 1 || best == 1 && pure && len(said) == 1:
			m.score += sum * charWeight / 100
			m.exact = m.exact && pure
			i += best
		case best == 1 && pure:
			m.score += aloneWeight
			i++
		default:
			m.score -= charLost
			m.exact = false
			lost.WriteRune(said[i].char)
			i++
		}
	}
	if lost.Len() > 0 {
		m.lost = append(m.lost, lost.String())
	}
}

// enough tells whether an item fits well enough to be offered at all: more than half of what was said is there.
func (m *match) enough() bool { return m.score > 0 && m.score*2 >= m.worth }

// longestName is how many characters or marks a name has at most; what is longer is a tale.
const longestName = 40

// considered is of how many items it is looked at closely how they fit.
const considered = 80

// reader reads one text with a book.
type reader struct {
	*Book
	known  Known
	tally  []int32
	memory map[string][]match
	people []*partner
}

// find gives the items that fit a phrase, the best first; none that does not fit well enough.
func (r *reader) find(p phrase) []match {
	if p.empty() {
		return nil
	}
	key := p.key()
	if found, ok := r.memory[key]; ok {
		return found
	}
	said := signs(strings.Join(p.words, ""))
	if len(said) > longestName || len(p.marks) > longestName {
		return nil
	}
	var out []match
	for _, n := range r.likely(p, said) {
		if m := r.fit(r.items[n], p, said); m.enough() {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, r.better)
	if len(out) > 40 {
		out = out[:40]
	}
	r.memory[key] = out
	return out
}

// better orders two items: by how well they fit, then by what is known, then the shorter name.
func (r *reader) better(a, b match) int {
	recency := func(of map[int64]int, id int64) int {
		if at, ok := of[id]; ok {
			return at
		}
		return 1 << 30
	}
	flag := func(yes bool) int {
		if yes {
			return 0
		}
		return 1
	}
	there := func(id int64) int { return flag(r.known.Stocked != nil && r.known.Stocked(id)) }
	return cmp.Or(
		cmp.Compare(b.score/20, a.score/20), flag(a.titled)-flag(b.titled),
		cmp.Compare(recency(r.known.Bought, a.ID), recency(r.known.Bought, b.ID)),
		cmp.Compare(recency(r.known.Sold, a.ID), recency(r.known.Sold, b.ID)),
		there(a.ID)-there(b.ID), cmp.Compare(len(a.name), len(b.name)), cmp.Compare(len(a.Spec), len(b.Spec)), cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.ID, b.ID))
}

// likely gives the items that share most with a phrase.
func (r *reader) likely(p phrase, said []sign) []int32 {
	var touched []int32
	add := func(list []int32, weight int32) {
		for _, n := range list {
			if r.tally[n] == 0 {
				touched = append(touched, n)
			}
			r.tally[n] += weight
		}
	}
	for _, s := range said {
		add(r.byChar[s.char], 2)
		if s.blur != "" {
			add(r.byRead[s.blur], 1)
		}
	}
	for _, text := range p.marks {
		for shape := range shapes(text) {
			add(r.byMark[shape], 3)
		}
		for _, piece := range strings.Split(text, "*") {
			add(r.byMark[piece], 1)
		}
		if n, ok := r.byCode[text]; ok {
			add([]int32{n}, 40)
		}
		if len(text) > 1 && onlyLetters(text) {
			for n, e := range r.items {
				if strings.Contains(e.initials, text) {
					add([]int32{int32(n)}, 4) //nolint:gosec // an index of items
				}
			}
		}
	}
	for _, n := range touched {
		if _, ok := r.known.Bought[r.items[n].ID]; ok {
			r.tally[n]++
		}
	}
	for id := range r.known.Theirs {
		if n, ok := r.byID[id]; ok {
			add([]int32{n}, 1)
		}
	}
	slices.SortFunc(touched, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.tally[b], r.tally[a]), cmp.Compare(a, b))
	})
	cut := touched[:min(len(touched), considered)]
	if len(touched) > considered { // all that share as much as the last one
		least := r.tally[touched[considered-1]]
		for len(cut) < len(touched) && len(cut) < 10*considered && r.tally[touched[len(cut)]] == least {
			cut = touched[:len(cut)+1]
		}
	}
	list := slices.Clone(cut)
	for _, n := range touched {
		r.tally[n] = 0
	}
	return list
}

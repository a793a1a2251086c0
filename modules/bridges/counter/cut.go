package counter

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostPieces is into how many pieces a fragment may be cut.
const mostPieces = 4

// again asks once more where nothing answers as it was typed: people say 4分球阀 of a 球阀 whose size is 4分, and write no
// blank between. Each fragment is cut into what stands in the item.
func (q question) again() question {
	q.cut = true
	for _, w := range q.words {
		q.atoms = append(q.atoms, atomsOf(w)...)
	}
	slices.SortStableFunc(q.atoms, func(a, b string) int { return cmp.Compare(rare(b), rare(a)) })
	return q
}

// atomsOf cuts a fragment wherever it may be cut.
func atomsOf(w string) (atoms []string) {
	from := 0
	for at := 1; at <= len(w); at++ {
		if at == len(w) || cuttable(w, at) {
			atoms, from = append(atoms, w[from:at]), at
		}
	}
	return atoms
}

// rare is the greater the fewer items have an atom: letters and digits tell more than a Chinese sign.
func rare(atom string) int {
	if atom[0] < utf8.RuneSelf {
		return len(atom)
	}
	return 0
}

// cuttable tells whether a fragment may be cut at a place: beside Chinese only.
func cuttable(w string, at int) bool {
	return utf8.RuneStart(w[at]) && (w[at-1] >= utf8.RuneSelf || w[at] >= utf8.RuneSelf)
}

// holds tells whether all atoms stand in a text; where one does not, no cut helps.
func (t *text) holds(atoms []string) bool {
	return !slices.ContainsFunc(atoms, func(atom string) bool { return !strings.Contains(t.all, atom) })
}

// cutFor cuts fragments into pieces that stand in a text, the longest first from the left; false where that cannot be. It
// cuts beside Chinese only: M9 is no M with a 9 elsewhere. Of the pieces of a fragment one at most is a single sign beside other Chinese.
func (t *text) cutFor(words []string) (pieces []string, ok bool) {
	for _, w := range words {
		single := 0
		for rest := w; rest != ""; {
			n := t.longest(rest)
			if n == 0 || len(pieces) == mostWords {
				return nil, false
			}
			before, piece := w[:len(w)-len(rest)], rest[:n]
			if lonely(before, piece, rest[n:]) {
				single++
			}
			pieces, rest = append(pieces, piece), rest[n:]
		}
		if single > 1 {
			return nil, false
		}
	}
	return pieces, len(pieces) <= len(words)*mostPieces
}

// longest is how much of the beginning of a fragment stands in the text.
func (t *text) longest(w string) int {
	best := 0
	for at := 1; at <= len(w); at++ {
		if at < len(w) && !cuttable(w, at) {
			continue
		}
		if !strings.Contains(t.all, w[:at]) {
			break
		}
		best = at
	}
	return best
}

// lonely tells of a piece that is one Chinese sign cut out of others.
func lonely(before, piece, after string) bool {
	if utf8.RuneCountInString(piece) > 1 || piece[0] < utf8.RuneSelf {
		return false
	}
	return before != "" && before[len(before)-1] >= utf8.RuneSelf || after != "" && after[0] >= utf8.RuneSelf
}

package dictation

import (
	"slices"
	"strings"
)

// Read reads a text. It never fails: what is not understood stands in a note as it was written.
func (b *Book) Read(text string, known Known) Draft {
	r := &reader{Book: b, known: known, tally: make([]int32, len(b.items)), memory: map[string][]match{}}
	list, rest := cut(text)
	d := Draft{Rest: rest}
	for i, c := range list {
		if c.numbering(i+1 < len(list)) {
			continue
		}
		if len(d.Lines) >= mostLines {
			d.Rest = strings.TrimSpace(strings.Join([]string{joined(list[i:]), d.Rest}, ""))
			break
		}
		r.clause(&d, c)
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.Own = l.Unit == b.items[b.byID[l.Item.ID]].UnitID
	}
	return d
}

func joined(list []clause) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString(c.said + "\n")
	}
	return b.String()
}

// clause reads one clause into the draft.
func (r *reader) clause(d *Draft, c clause) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(string(c.plain)), "备注"); ok {
		d.note(tailOf(c.said, strings.TrimLeft(rest, ": ")))
		return
	}
	if r.sum(d, c) {
		return
	}
	if d.Party == nil {
		if g, end := r.head(c.plain); g != nil {
			d.Party = g
			c.plain, c.said = c.plain[end:], string([]rune(c.said)[min(end+leading(c), len([]rune(c.said))):])
			c.said = strings.TrimSpace(c.said)
			if filler(strings.TrimSpace(string(c.plain))) {
				return
			}
		}
	}
	for _, seg := range r.segments(c) {
		r.segment(d, seg)
	}
}

// leading corrects a place in the plain text, which begins with blanks, to one in what was said, which does not.
func leading(c clause) int {
	return -(len(c.plain) - len([]rune(strings.TrimLeft(string(c.plain), " \n"))))
}

// tailOf is the end of what was said that is as long as a plain text.
func tailOf(said, plain string) string {
	s, n := []rune(said), len([]rune(plain))
	return strings.TrimSpace(string(s[max(0, len(s)-n):]))
}

func (d *Draft) note(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if d.Note != "" {
		d.Note += "，"
	}
	d.Note += text
}

// segment is what one line is made of.
type segment struct {
	said  string
	atoms []atom
}

// segments parts a clause where another item begins without a separator: 球阀20个生料带10卷.
func (r *reader) segments(c clause) []segment {
	said := []rune(strings.TrimLeft(c.said, " "))
	s := []rune(strings.TrimLeft(string(c.plain), " \n"))
	atoms := r.scan.scan(s)
	var out []segment
	from := 0
	for i := 1; i < len(atoms); i++ {
		if i-from > 3*longestName || r.opens(atoms[from:i], atoms[i:min(len(atoms), i+longestName)]) {
			out = append(out, pieceOf(said, atoms[from:i]))
			from = i
		}
	}
	if from < len(atoms) {
		out = append(out, pieceOf(said, atoms[from:]))
	}
	return out
}

func pieceOf(said []rune, atoms []atom) segment {
	from, to := atoms[0].from, atoms[len(atoms)-1].to
	return segment{strings.TrimSpace(string(said[min(from, len(said)):min(to, len(said))])), atoms}
}

// opens tells whether after what was read of a line another one begins.
func (r *reader) opens(before, after []atom) bool {
	if after[0].kind == blank {
		return false
	}
	p := phraseOf(before)
	if p.empty() || !slices.ContainsFunc(before, func(a atom) bool { return quantity(a) || a.kind == price }) {
		return false
	}
	next := after
	if after[0].kind == count || after[0].kind == times { // 10卷生料带
		if after[0].unit == "" || !slices.ContainsFunc(before, func(a atom) bool { return quantity(a) && (a.unit != "" || a.kind == times) }) {
			return false
		}
		next = after[1:]
		for len(next) > 0 && next[0].kind == blank {
			next = next[1:]
		}
	}
	name := leadingName(next)
	if len(name.words) == 0 {
		return false
	}
	found := r.find(name)
	if len(found) == 0 || !found[0].exact || !found[0].calledBy(name.words[0]) {
		return false
	}
	both := r.find(phrase{append(slices.Clone(p.words), name.words...), append(slices.Clone(p.marks), name.marks...)})
	return len(both) == 0 || !both[0].exact
}

// calledBy tells whether a word stands in the name of the item, and not only in what it is like.
func (m *match) calledBy(word string) bool {
	s := []rune(word)
	return len(s) > 1 && (strings.Contains(m.name, string(s[:2])) || strings.Contains(m.name, string(s[len(s)-2:])))
}

func quantity(a atom) bool { return a.kind == count || a.kind == times }

// leadingName is the name with which atoms begin; sizes before it belong to it: 10米生料带.
func leadingName(atoms []atom) phrase {
	var own []atom
	named := false
	for _, a := range atoms {
		if a.kind == count && !named {
			a.kind = mark
		}
		if a.kind != word && a.kind != mark {
			break
		}
		named = named || a.kind == word
		own = append(own, a)
	}
	return phraseOf(own)
}

// phraseOf takes words and marks, without fillers.
func phraseOf(atoms []atom) (p phrase) {
	for _, a := range atoms {
		switch a.kind {
		case word:
			if w := bare(a.text); w != "" {
				p.words = append(p.words, w)
			}
		case mark:
			p.marks = append(p.marks, a.text)
		case count, times, price, blank:
		}
	}
	return p
}

// fillers stand around names and mean nothing.
var (
	fillersBefore = []string{"麻烦", "帮我", "给我", "我要", "我们", "那个", "这个", "再来", "来", "要", "拿", "订", "再", "和", "跟", "嗯", "呃", "哦", "的", "了", "请", "发", "送货", "就"}
	fillersAfter  = []string{"一下", "吧", "啊", "呢", "哦", "嗯", "的", "了", "来", "要", "拿", "和", "跟", "卖", "各", "算"}
)

// bare takes the fillers around a word away.
func bare(w string) string {
	for again := true; again; {
		again = false
		for _, f := range fillersBefore {
			if rest, ok := strings.CutPrefix(w, f); ok {
				w, again = rest, true
			}
		}
		for _, f := range fillersAfter {
			if rest, ok := strings.CutSuffix(w, f); ok {
				w, again = rest, true
			}
		}
	}
	return w
}

func filler(text string) bool { return bare(strings.Trim(text, " :：,，")) == "" }

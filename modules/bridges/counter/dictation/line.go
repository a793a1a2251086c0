package dictation

import (
	"math/bits"
	"slices"
	"strings"
)

// reading is one way to understand a line: which number is the quantity, which the price; the rest is the name.
type reading struct {
	qty, price int // atoms, -1 for none
	per        int // the atom 一箱 after a price, -1 for none
	paired     bool
	phrase     phrase
	found      []match
	score      int
}

var (
	freeWords = []string{"免费送", "赠送", "送的", "赠品", "免费", "送", "赠"}
	backWords = []string{"退回来", "退回", "退货", "退了", "退掉", "退"}
	sentWords = []string{"送货", "送到", "送去", "送过", "送来", "送上"}
)

// segment reads one line into the draft.
func (r *reader) segment(d *Draft, seg segment) {
	atoms, free := r.flag(seg.atoms, freeWords, sentWords)
	atoms, back := r.flag(atoms, backWords, nil)
	atoms = r.party(d, atoms)
	bareNumbers := phraseOf(atoms).empty()
	var last *Line
	if n := len(d.Lines); n > 0 {
		last = &d.Lines[n-1]
	}
	if bareNumbers && last != nil && !last.Guessed.Qty && bothKinds(atoms) {
		if best := r.weigh(atoms, r.before(last)); len(best.found) > 0 && best.found[0].exact && len(best.phrase.marks) > 0 && best.qty >= 0 {
			line := r.line(best, atoms)
			line.Said, line.Free, line.Back = seg.said, free, back
			d.Lines = append(d.Lines, line)
			return
		}
	}
	if bareNumbers {
		if last == nil || !r.completes(last, atoms, free) {
			d.note(leftover(seg.said))
		}
		return
	}
	best, aside := r.weighed(atoms)
	if last != nil && !slices.ContainsFunc(atoms, func(a atom) bool { return a.kind == word && bare(a.text) != "" }) {
		// 6分的10个 after 4分球阀: the name is that of the line before
		if with := r.weigh(atoms, r.before(last)); len(with.found) > 0 && (len(best.found) == 0 || with.score > best.score) {
			best = with
		}
	}
	if len(best.found) == 0 {
		d.note(seg.said)
		return
	}
	line := r.line(best, atoms)
	line.Said, line.Free, line.Back = seg.said, free, back
	line.Note = strings.TrimSpace(line.Note + " " + aside)
	d.Lines = append(d.Lines, line)
}

// bothKinds tells whether there is a bare number before one with a unit: 25的30个.
func bothKinds(atoms []atom) bool {
	size := slices.IndexFunc(atoms, func(a atom) bool { return a.kind == count && a.unit == "" })
	return size >= 0 && slices.ContainsFunc(atoms[size:], func(a atom) bool { return a.kind == count && a.unit != "" })
}

// before is the name of a line without its sizes.
func (r *reader) before(last *Line) phrase {
	p := phraseOf(r.scan.scan(plain(last.Item.Said)))
	p.marks = slices.DeleteFunc(p.marks, func(m string) bool { return !onlyLetters(m) })
	return p
}

// weighed weighs a line. Words after its numbers that are no part of the name are put aside: 球阀20个加急.
func (r *reader) weighed(atoms []atom) (reading, string) {
	best := r.weigh(atoms, phrase{})
	end := len(atoms)
	for end > 0 && (atoms[end-1].kind == word || atoms[end-1].kind == blank) {
		end--
	}
	tail := phraseOf(atoms[end:])
	if end == 0 || len(tail.words) == 0 || len(best.found) > 0 && best.found[0].exact {
		return best, ""
	}
	if short := r.weigh(atoms[:end], phrase{}); len(short.found) > 0 && short.found[0].exact {
		return short, strings.Join(tail.words, " ")
	}
	return best, ""
}

func leftover(said string) string {
	if filler(said) {
		return ""
	}
	return said
}

// flag takes a word such as 送 off the beginning or the end of the words.
func (r *reader) flag(atoms []atom, words, not []string) ([]atom, bool) {
	for i, a := range atoms {
		if a.kind != word || slices.ContainsFunc(not, func(w string) bool { return strings.Contains(a.text, w) }) {
			continue
		}
		text := bare(a.text)
		for _, w := range words {
			rest, ok := strings.CutPrefix(text, w)
			if !ok {
				if rest, ok = strings.CutSuffix(text, w); !ok || i == 0 && bare(rest) != "" && r.goods(text) {
					continue
				}
			}
			out := slices.Clone(atoms)
			out[i].text = bare(rest)
			return out, true
		}
	}
	return atoms, false
}

// party takes 给宏发 out of a line where nobody was named yet.
func (r *reader) party(d *Draft, atoms []atom) []atom {
	if d.Party != nil {
		return atoms
	}
	for i, a := range atoms {
		if a.kind != word {
			continue
		}
		for _, w := range []string{"给", "是"} {
			before, name, ok := strings.Cut(a.text, w)
			if !ok || len([]rune(name)) < 2 {
				continue
			}
			if g := r.asParty(name, true); g != nil {
				d.Party = g
				out := slices.Clone(atoms)
				out[i].text = before
				return out
			}
		}
	}
	return atoms
}

// completes puts a quantity or a price that stands alone into the line before.
func (r *reader) completes(last *Line, atoms []atom, free bool) bool {
	took := free
	last.Free = last.Free || free
	for _, a := range atoms {
		switch {
		case a.kind == price && last.Price == 0:
			last.Price, took = a.value, true
		case quantity(a) && last.Guessed.Qty:
			item := r.items[r.byID[last.Item.ID]].Item
			last.Qty, last.Guessed.Qty = a.value, false
			r.unit(last, item, a)
			took = true
		case a.kind == count && a.unit == "" && last.Price == 0:
			last.Price, took = a.value, true
		case quantity(a) || a.kind == price:
			last.Note = strings.TrimSpace(last.Note + " " + a.text)
			took = true
		}
	}
	return took
}

// mostNumbers is how many numbers of a line are weighed against one another; further ones belong to the name.
const mostNumbers = 6

// weigh finds the best way to understand a line; more is added to every name.
func (r *reader) weigh(atoms []atom, more phrase) reading {
	var numbers, prices []int
	for i, a := range atoms {
		switch {
		case quantity(a) && len(numbers) < mostNumbers:
			numbers = append(numbers, i)
		case a.kind == price && len(prices) < mostNumbers:
			prices = append(prices, i)
		case a.kind == mark && a.pair > 0:
			numbers = append(numbers, i)
		}
	}
	best := reading{qty: -1, price: -1, per: -1, score: -1 << 30}
	for _, q := range append([]int{-1}, numbers...) {
		for _, p := range append(append([]int{-1}, prices...), numbers...) {
			if p == q && p >= 0 && atoms[p].pair == 0 || p >= 0 && !mayPrice(atoms[p]) || p < 0 && len(prices) > 0 {
				continue
			}
			if pair := q >= 0 && atoms[q].pair > 0; pair != (p >= 0 && atoms[p].pair > 0) || pair && p != q {
				continue
			}
			one := r.understood(atoms, q, p, more)
			if one.score > best.score {
				best = one
			}
		}
	}
	return best
}

func mayPrice(a atom) bool {
	return a.kind == price || a.kind == count && a.unit == "" || a.kind == mark && a.pair > 0
}

// understood judges one way.
func (r *reader) understood(atoms []atom, q, p int, more phrase) reading {
	out := reading{qty: q, price: p, phrase: phrase{words: slices.Clone(more.words), marks: slices.Clone(more.marks)}}
	out.paired = q >= 0 && q == p
	out.per = perOne(atoms, q, p)
	for i, a := range atoms {
		if i == q || i == p || a.kind == price || i == out.per {
			continue
		}
		if a.kind == count && !(a.unit == "" && a.words) {
			a.kind = mark
		}
		add := phraseOf([]atom{a})
		out.phrase.words = append(out.phrase.words, add.words...)
		out.phrase.marks = append(out.phrase.marks, add.marks...)
	}
	out.found = r.find(out.phrase)
	if len(out.found) == 0 {
		out.score = -1 << 20
		return out
	}
	top := out.found[0]
	out.score = top.score
	if q >= 0 {
		out.score += r.asQty(top.Item, atoms[q], out.paired)
	}
	if p >= 0 {
		out.score += r.asPrice(top.Item, atoms, q, p)
	}
	return out
}

// perOne finds 一箱 after a bare number that is a price and not the quantity: 720一箱. It is -1 for none.
func perOne(atoms []atom, q, p int) int {
	if q < 0 || p < 0 || p+1 >= len(atoms) || p+1 == q || atoms[p].kind != count || atoms[p].unit != "" {
		return -1
	}
	if next := atoms[p+1]; next.kind == count && next.words && next.value == one && next.unit != "" {
		return p + 1
	}
	return -1
}

// asQty is how well a number is a quantity of an item.
func (r *reader) asQty(it *Item, a atom, paired bool) int {
	switch {
	case paired:
		return 60
	case a.kind == times:
		return 200
	case a.unit != "" && r.ratio(it, a.unit) > 0:
		return 180
	case a.unit != "":
		return 140
	case a.value%one != 0:
		return 60
	}
	return 120
}

// asPrice is how well a number is a price of an item: near to the list, after the quantity, with decimals.
func (r *reader) asPrice(it *Item, atoms []atom, q, p int) int {
	a := atoms[p]
	if a.kind == price {
		return 200
	}
	value, out := a.value, 30
	if a.pair > 0 {
		value = a.pair
	}
	if q >= 0 && p > q {
		out += 25
	}
	if value%one != 0 {
		out += 40
	}
	if it.Price > 0 {
		switch {
		case value*2 >= it.Price && value <= it.Price*2:
			out += 40
		case value*10 < it.Price || value > it.Price*10:
			out -= 40
		}
	}
	if q < 0 {
		out -= 40
	}
	return out
}

// ratio is how many of its own unit one of a unit of an item is; 0 when the item has no such unit.
func (r *reader) ratio(it *Item, unit string) int64 {
	_, ratio := packOf(it, unit)
	return ratio
}

// others are words for the same unit.
var others = [][]string{{"公斤", "千克", "kg"}, {"箱", "件"}, {"包", "袋"}, {"卷", "盘"}, {"个", "只"}, {"支", "根"}}

// packOf finds a unit of an item by its name, or by another word for it.
func packOf(it *Item, unit string) (id, ratio int64) {
	named := func(name string) (int64, int64) {
		if lower(it.Unit) == name {
			return it.UnitID, one
		}
		for _, p := range it.Packs {
			if lower(p.Name) == name {
				return p.UnitID, p.Ratio
			}
		}
		return 0, 0
	}
	if id, ratio = named(unit); ratio > 0 {
		return id, ratio
	}
	for _, group := range others {
		if !slices.Contains(group, unit) {
			continue
		}
		for _, name := range group {
			if id, ratio = named(name); ratio > 0 {
				return id, ratio
			}
		}
	}
	return 0, 0
}

// line writes down what was understood.
func (r *reader) line(best reading, atoms []atom) Line {
	top := best.found[0]
	said := strings.TrimSpace(strings.Join(append(slices.Clone(best.phrase.marks), best.phrase.words...), " "))
	l := Line{Qty: one, Unit: top.UnitID, UnitLabel: top.Unit, Item: Guess{ID: top.ID, Label: top.Label(), Said: said}}
	l.Item.Sure = top.exact && (len(best.found) == 1 || best.found[1].score/20 < top.score/20 || top.titled && !best.found[1].titled)
	for _, m := range best.found[1:] {
		if !l.Item.Sure && len(l.Item.Others) < alternatives && m.score+250 > top.score {
			l.Item.Others = append(l.Item.Others, Choice{m.ID, m.Label()})
		}
	}
	l.Note = strings.Join(top.lost, " ")
	if best.qty < 0 {
		l.Guessed.Qty = true
	} else {
		l.Qty = atoms[best.qty].value
		r.unit(&l, top.Item, atoms[best.qty])
	}
	if best.price >= 0 {
		a := atoms[best.price]
		if l.Price = a.value; best.paired {
			l.Price = a.pair
		}
		l.Guessed.Price = a.kind == count && (best.qty < 0 || best.price < best.qty && atoms[best.qty].unit == "")
		if best.per >= 0 {
			a.unit = atoms[best.per].unit
		}
		r.per(&l, top.Item, a)
	}
	for i, a := range atoms {
		if a.kind == price && i != best.price {
			l.Note = strings.TrimSpace(l.Note + " " + figure(a.value))
		}
	}
	return l
}

// unit puts the unit of a quantity into a line. Of words for one of anything the item's own unit is meant; of a pack that
// the item does not have nothing is known, so that it is marked and stands in the note.
func (r *reader) unit(l *Line, it *Item, a atom) {
	l.Unit, l.UnitLabel = it.UnitID, it.Unit
	if a.unit == "" {
		return
	}
	if id, ratio := packOf(it, a.unit); ratio > 0 {
		if a.value%one != 0 && ratio%one == 0 && a.value < 1<<32 && ratio > one { // half a carton of 60 is 30
			if whole := a.value * (ratio / one); whole%one == 0 {
				l.Qty = whole
				return
			}
		}
		l.Unit = id
		for _, p := range it.Packs {
			if p.UnitID == id {
				l.UnitLabel = p.Name
			}
		}
		return
	}
	switch own := lower(it.Unit); {
	case a.unit == "斤" && (own == "公斤" || own == "kg" || own == "千克"):
		l.Qty = a.value / 2
		return
	case a.unit == "打":
		l.Qty = a.value * 12
		l.Guessed.Unit = true
		return
	case slices.Contains(loose, a.unit) && slices.Contains(loose, own):
		return
	}
	l.Guessed.Unit = true
	l.Note = strings.TrimSpace(l.Note + " " + figure(a.value) + a.unit)
}

// per makes a price of one unit that of one of the line's.
func (r *reader) per(l *Line, it *Item, a atom) {
	if a.unit == "" {
		return
	}
	of := r.ratio(it, a.unit)
	var in int64 = one
	for _, p := range it.Packs {
		if p.UnitID == l.Unit {
			in = p.Ratio
		}
	}
	if l.Guessed.Qty && of > 0 { // 12块一箱 says of what there is one
		l.Unit, _ = packOf(it, a.unit)
		for _, p := range it.Packs {
			if p.UnitID == l.Unit {
				l.UnitLabel = p.Name
			}
		}
		return
	}
	switch {
	case of == in || of == 0:
	default:
		hi, lo := bits.Mul64(uint64(l.Price), uint64(in)) //nolint:gosec // neither is below zero
		if hi >= uint64(of) {                             //nolint:gosec // nor is this
			l.Guessed.Price = true
			break
		}
		price, rest := bits.Div64(hi, lo, uint64(of))                                          //nolint:gosec // see above
		l.Price, l.Guessed.Price = int64(price), l.Guessed.Price || rest != 0 || price > 1<<60 //nolint:gosec // it fits
	}
	l.Guessed.Price = l.Guessed.Price || of == 0 && !slices.Contains(loose, a.unit)
}

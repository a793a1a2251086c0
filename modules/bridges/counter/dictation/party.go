package dictation

import (
	"cmp"
	"slices"
	"strings"

	"zhanggui/modules/kernel/search"
)

// partner is a party as it is looked for.
type partner struct {
	*Party
	forms    []string // name, short name, code
	name     []sign
	initials []string
	surname  rune
}

func newPartner(p *Party) *partner {
	out := &partner{Party: p, name: signs(lower(p.Name))}
	for _, text := range []string{p.Name, p.Short, p.Code} {
		if text = lower(text); text != "" {
			out.forms = append(out.forms, text)
			if letters := search.Initials(text); letters != "" {
				out.initials = append(out.initials, lower(letters))
			}
		}
	}
	if c := []rune(strings.TrimSpace(p.Contact)); len(c) > 0 {
		out.surname = c[0]
	}
	return out
}

// How a party was meant, the best first.
const (
	byName    = iota // by the name, the short name or the code
	byPart           // by a part of the name
	byPerson         // 张总
	byLetters        // pinyin initials
	bySound
	notMeant
)

var titles = []string{"老板娘", "老板", "师傅", "经理", "总", "姐", "哥", "工", "叔"}

// how tells how a piece of text means a party.
func (p *partner) how(piece string, said []sign) int {
	if slices.Contains(p.forms, piece) {
		return byName
	}
	if len([]rune(piece)) >= 2 {
		for _, form := range p.forms[:min(len(p.forms), 2)] {
			if strings.Contains(form, piece) {
				return byPart
			}
		}
	}
	first := []rune(piece)[0]
	for _, title := range titles {
		if rest, ok := strings.CutSuffix(piece, title); ok && len([]rune(rest)) == 1 && p.surname == first {
			return byPerson
		}
	}
	if len(piece) >= 2 && onlyLetters(piece) {
		for _, letters := range p.initials {
			if strings.HasPrefix(letters, piece) {
				return byLetters
			}
		}
	}
	if len(said) >= 2 && heardIn(p.name, said) {
		return bySound
	}
	return notMeant
}

// heardIn tells whether signs sound like some that follow one another.
func heardIn(name, said []sign) bool {
	for i := 0; i+len(said) <= len(name); i++ {
		ok := true
		for j, s := range said {
			if alike(name[i+j], s) == 0 {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// partners are the parties, made ready when the first is looked for.
func (r *reader) partners() []*partner {
	if r.people == nil {
		for i := range r.known.Parties {
			r.people = append(r.people, newPartner(&r.known.Parties[i]))
		}
	}
	return r.people
}

// meant gives the parties that a piece may mean, the best first, and how the best is meant.
func (r *reader) meant(piece string) (list []*partner, how int) {
	how = notMeant
	if piece == "" {
		return nil, how
	}
	var said []sign
	if han([]rune(piece)[0]) {
		said = signs(piece)
	}
	for _, p := range r.partners() {
		h := p.how(piece, said)
		if h == notMeant || h > how {
			continue
		}
		if h < how {
			how, list = h, nil
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, c *partner) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(c.Name)), cmp.Compare(a.Name, c.Name), cmp.Compare(a.ID, c.ID))
	})
	return list, how
}

// before words a name of a party stands, after others it ends.
var (
	givenTo   = []string{"送货给", "卖给", "开给", "发给", "送给", "客户是", "客户", "供应商", "给", "帮"}
	ordersNow = []string{"要货", "要了", "拿了", "订了", "拿货", "要", "拿", "订", "来", "进货", "退货", "退"}
)

// head looks for a party at the beginning of a text; the end is where the goods begin, 0 when no party is named.
func (r *reader) head(s []rune) (*Guess, int) {
	i := skip(s, 0)
	marked := false
	for _, w := range givenTo {
		if has(s, i, w) {
			i, marked = skip(s, i+len([]rune(w))), true
			break
		}
	}
	g, end := r.named(s, i)
	j := i
	for j < len(s) && (han(s[j]) || letter(s[j])) && !(j > i && r.scan.begins(s, j)) && !orders(s, i, j) {
		j++
	}
	if g != nil && (end >= j || r.goods(string(s[end:j])) || filler(string(s[end:j]))) || j == i {
		return g, end
	}
	closed := j == len(s) || !han(s[j]) || orders(s, i, j)
	piece := string(s[i:j])
	if onlyLetters(piece) && j < len(s) && s[j] != ' ' && s[j] != ':' && !han(s[j]) { // hf-9 is a code
		return g, end
	}
	if longer := r.asParty(piece, marked); longer != nil && (closed || marked) {
		return longer, j
	}
	if g != nil {
		return g, end
	}
	if closed && !strings.ContainsRune(string(s[i:]), ' ') && j == len(s) {
		return nil, 0
	}
	for k := min(j, i+longestName); k-i >= 2; k-- {
		if g := r.asParty(string(s[i:k]), marked); g != nil && k < j && r.goods(string(s[k:j])) {
			return g, k
		}
	}
	return nil, 0
}

func skip(s []rune, i int) int {
	for at(s, i) == ' ' || at(s, i) == ':' {
		i++
	}
	return i
}

func orders(s []rune, i, j int) bool {
	return j-i >= 2 && slices.ContainsFunc(ordersNow, func(w string) bool { return has(s, j, w) })
}

// named finds the party whose whole name the text begins with: the longest.
func (r *reader) named(s []rune, i int) (*Guess, int) {
	var best []*partner
	most := 1
	for _, p := range r.partners() {
		for _, form := range p.forms {
			n := len([]rune(form))
			if n < most || n < 2 || !has(s, i, form) || letter(at(s, i+n)) || digit(at(s, i+n)) && !han(at(s, i+n-1)) {
				continue
			}
			if n > most {
				best, most = nil, n
			}
			if !slices.Contains(best, p) {
				best = append(best, p)
			}
		}
	}
	if len(best) == 0 {
		return nil, 0
	}
	return guessParty(best, string(s[i:i+most]), len(best) == 1), i + most
}

// asParty gives the party that a piece means, unless it is better understood as goods.
func (r *reader) asParty(piece string, marked bool) *Guess {
	list, how := r.meant(piece)
	if len(list) == 0 || !marked && how != byName && r.goods(piece) {
		return nil
	}
	return guessParty(list, piece, how == byName && len(list) == 1)
}

// goods tells whether a text is a name of goods, or a part of one, as it is written.
func (r *reader) goods(piece string) bool {
	p := phraseOf(r.scan.scan([]rune(piece)))
	found := r.find(p)
	return len(found) > 0 && found[0].exact
}

func guessParty(list []*partner, said string, sure bool) *Guess {
	g := &Guess{ID: list[0].ID, Label: list[0].Name, Said: said, Sure: sure}
	for _, p := range list[1:min(len(list), 1+alternatives)] {
		g.Others = append(g.Others, Choice{p.ID, p.Name})
	}
	return g
}

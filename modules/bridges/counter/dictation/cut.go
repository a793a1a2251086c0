package dictation

import "strings"

// clause is a piece of a text between separators: as it was written, and as it is compared.
type clause struct {
	said  string
	plain []rune
	opens bool // it begins a line
}

// joints are words between two things that are wanted; sums begin what is no goods.
var (
	joints = []string{"还有", "还要", "再来", "再要", "再拿", "再加", "另外", "然后", "以及", "外加"}
	sums   = []string{"一共", "总共", "合计", "共计", "总计", "欠着", "先欠", "挂账", "赊账", "已付", "已收", "微信收", "现金收", "收现金", "收微信", "定金", "付清", "备注"}
)

// cut parts a text at separators and joints.
func cut(text string) (list []clause, rest string) {
	said := []rune(text)
	if len(said) > mostRunes {
		said, rest = said[:mostRunes], string(said[mostRunes:])
	}
	s := plain(string(said))
	from, opens, note := 0, true, false
	add := func(to int) {
		if c := (clause{strings.TrimSpace(string(said[from:to])), s[from:to], opens}); c.said != "" {
			list = append(list, c)
			opens, note = false, false
		}
	}
	for i := 0; i < len(s); i++ {
		switch n := boundary(s, i); {
		case note && s[i] != '\n':
		case s[i] == '\n':
			add(i)
			from, opens, note = i+1, true, false
		case parts(s, i) || enumerates(s, from, i, opens):
			add(i)
			from = i + 1
		case n > 0:
			add(i)
			from, i = i+n, i+n-1
		case n < 0:
			add(i)
			from, note = i, has(s, i, "备注")
			i += -n - 1
		}
	}
	add(len(s))
	return list, rest
}

// parts tells whether a sign parts two clauses.
func parts(s []rune, i int) bool {
	switch s[i] {
	case ',':
		return !thousands(s, i)
	case ';', '、', '。', '!', '?':
		return true
	case '.':
		return !digit(at(s, i+1)) && !letter(at(s, i+1))
	}
	return false
}

// enumerates tells whether a sign ends the number of a line in a list: "1) ", "2.球阀".
func enumerates(s []rune, from, i int, opens bool) bool {
	if !opens || s[i] != ')' && s[i] != '.' {
		return false
	}
	n := 0
	for j := from; j < i; j++ {
		if s[j] == ' ' || s[j] == '(' {
			continue
		}
		if n++; !digit(s[j]) || n > 2 {
			return false
		}
	}
	return n > 0 && (s[i] == ')' || !digit(at(s, i+1)))
}

// boundary gives the length of a joint at a place, that of a word with which a sum begins as a number below zero, else 0.
func boundary(s []rune, i int) int {
	for _, w := range joints {
		if has(s, i, w) {
			return len([]rune(w))
		}
	}
	for _, w := range sums {
		if has(s, i, w) {
			return -len([]rune(w))
		}
	}
	return 0
}

// numbering tells whether a clause is the number of a line in a list, as in 1、球阀.
func (c *clause) numbering(next bool) bool {
	text := strings.TrimSpace(string(c.plain))
	return c.opens && next && len(text) > 0 && len(text) < 3 && !strings.ContainsFunc(text, func(r rune) bool { return !digit(r) })
}

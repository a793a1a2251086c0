// Package guess finds out what a table is about: where its head stands, what kind of rows it has and what each column
// means. It knows the words of the kinds and nothing else, reads no database, and only proposes: a person confirms.
package guess

import (
	"slices"
	"strings"
	"unicode"

	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/sheet"
)

// headRows is how far down the head is looked for.
const headRows = 30

// Guess is what a table seems to be.
type Guess struct {
	Kind    *intake.Kind
	Head    int      // index of the last row of the head, -1 for none
	Titles  []string // of the columns
	Columns []string // keys of fields by position, "" where nothing fits
	Sure    []bool   // by position: the head said so, not the shape of the values
	Score   int
	Titled  bool // what the file, its sheet or its title is called speaks for the kind
}

// Of judges the rows of one table. name is what the file and its sheet are called.
func Of(kinds []*intake.Kind, rows []sheet.Row, name string) *Guess {
	best := &Guess{Head: plainHead(rows), Score: -1}
	best.Titles = titles(rows, best.Head, false)
	for head := range rows[:min(len(rows), headRows)] {
		best = judge{kinds, rows, name}.under(head, best)
	}
	return best.settled(kinds, rows)
}

// At judges the rows under a head that a person pointed at.
func At(kinds []*intake.Kind, rows []sheet.Row, head int) *Guess {
	g := &Guess{Head: head, Titles: titles(rows, head, false), Score: -1}
	return judge{kinds, rows, ""}.under(head, g).settled(kinds, rows)
}

// judge is a table with what may be in it and what it is called.
type judge struct {
	kinds []*intake.Kind
	rows  []sheet.Row
	name  string
}

// under tries a head of one row and of two, for every kind, against the best so far.
func (j judge) under(head int, best *Guess) *Guess {
	name := j.name
	for _, row := range j.rows[:head] {
		name += " " + strings.Join(row.Cells, " ")
	}
	for _, double := range []bool{false, true} {
		if double && head == 0 {
			continue
		}
		heads := titles(j.rows, head, double)
		for _, k := range j.kinds {
			if g := match(k, heads, name); g.Score > best.Score {
				g.Head = head
				best = g
			}
		}
	}
	return best
}

func (g *Guess) settled(kinds []*intake.Kind, rows []sheet.Row) *Guess {
	if g.Kind == nil && len(kinds) > 0 {
		g.Kind = kinds[0]
	}
	g.finish(rows)
	return g
}

// As judges the rows as a kind that a person chose, under the same head.
func As(k *intake.Kind, rows []sheet.Row, was *Guess) *Guess {
	g := match(k, was.Titles, "")
	g.Head, g.Titles = was.Head, was.Titles
	g.finish(rows)
	return g
}

// finish gives columns that no word explains to fields by the shape of their values, and sizes everything to the rows.
func (g *Guess) finish(rows []sheet.Row) {
	wide := len(g.Titles)
	body := rows[min(len(rows), g.Head+1):]
	for _, row := range body {
		wide = max(wide, len(row.Cells))
	}
	for len(g.Titles) < wide {
		g.Titles = append(g.Titles, "")
	}
	for len(g.Columns) < wide {
		g.Columns = append(g.Columns, "")
	}
	for len(g.Sure) < wide {
		g.Sure = append(g.Sure, false)
	}
	if g.Kind == nil {
		return
	}
	used := map[string]bool{}
	for _, key := range g.Columns {
		used[key] = true
	}
	for _, f := range g.Kind.Fields {
		if used[f.Key] || f.Form != intake.Barcode && f.Form != intake.Phone {
			continue
		}
		for i := range g.Columns {
			if g.Columns[i] == "" && shaped(f.Form, body, i) {
				g.Columns[i] = f.Key
				break
			}
		}
	}
}

// plainHead is the head of a table of which no word is known: the first of the widest rows at its top.
func plainHead(rows []sheet.Row) int {
	best, most := -1, 0
	for i, row := range rows[:min(len(rows), 8)] {
		if n := filled(row); n > most {
			best, most = i, n
		}
	}
	return best
}

func filled(row sheet.Row) (n int) {
	for _, c := range row.Cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// titles reads a head of one row, or of two, where a title over several columns stands in the first of them.
func titles(rows []sheet.Row, head int, double bool) []string {
	if head < 0 {
		return nil
	}
	low := rows[head].Cells
	if !double {
		return clean(low)
	}
	up := rows[head-1].Cells
	out := make([]string, max(len(low), len(up)))
	over := ""
	for i := range out {
		u, l := at(up, i), at(low, i)
		switch {
		case u != "" && l != "":
			over = u
		case u != "":
			over = ""
		}
		switch {
		case l == "":
			out[i] = u
		case u == "":
			out[i] = strings.TrimSpace(over + " " + l)
		default:
			out[i] = u + " " + l
		}
	}
	return clean(out)
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return strings.TrimSpace(cells[i])
	}
	return ""
}

func clean(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Join(strings.Fields(c), " ")
	}
	return out
}

// Fold makes heads comparable: space, case, stars, colons and what stands in brackets do not count.
func Fold(title string) string {
	var b strings.Builder
	depth := 0
	for _, r := range title {
		switch {
		case strings.ContainsRune("(（[【", r):
			depth++
		case strings.ContainsRune(")）]】", r):
			depth = max(depth-1, 0)
		case depth == 0 && !unicode.IsSpace(r) && !strings.ContainsRune("*＊:：·.-_/、", r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endings are what is left of a head without its first word, its first two, and so on.
func endings(title string) (out []string) {
	for words := strings.Fields(title); len(words) > 1; {
		words = words[1:]
		out = append(out, Fold(strings.Join(words, " ")))
	}
	return out
}

// strength says how well a head names a field: 100 for one of its words, less where a word is only a part of it.
func strength(f *intake.Field, title string) int {
	folded := Fold(title)
	if folded == "" {
		return 0
	}
	tails := endings(title)
	best := 0
	for i, word := range f.Words {
		w := Fold(word)
		n, tail := 0, slices.Index(tails, w)
		switch {
		case w == folded:
			n = 100 - min(i, 20)
		case tail >= 0: // "Prices Purchase price" is a purchase price rather than a price
			n = 80 - min(10*tail, 20) - min(i, 20)
		case len([]rune(w)) >= 2 && len(folded) <= 3*len(w) && strings.Contains(folded, w):
			n = 40 * len(w) / len(folded)
		}
		best = max(best, n)
	}
	for _, own := range []string{f.Label.Zh, f.Label.En} {
		if Fold(own) == folded {
			best = max(best, 95)
		}
	}
	return best
}

// match gives each field the column that names it best, the surest first.
func match(k *intake.Kind, heads []string, above string) *Guess {
	g := &Guess{Kind: k, Titles: heads, Columns: make([]string, len(heads)), Sure: make([]bool, len(heads))}
	used := map[string]bool{}
	for {
		top, column, key := 0, 0, ""
		for i, title := range heads {
			if g.Columns[i] != "" {
				continue
			}
			for _, f := range k.Fields {
				if n := strength(f, title); n > top && !used[f.Key] {
					top, column, key = n, i, f.Key
				}
			}
		}
		if top < 15 {
			break
		}
		g.Columns[column], g.Sure[column], used[key] = key, true, true
		g.Score += 10 + top/5
		if f := k.Field(key); f.Must || f.Extra && f.As == "" { // what tells the kinds apart
			g.Score += 10
		}
	}
	for i, key := range g.Columns {
		if f := k.Field(key); f != nil && f.Rather != "" && !used[f.Rather] {
			g.Columns[i], used[f.Rather] = f.Rather, true
		}
	}
	if g.Score == 0 {
		return g
	}
	for _, f := range k.Fields {
		if f.Must && !used[f.Key] {
			g.Score -= 25
		}
	}
	for _, word := range k.Titles {
		if strings.Contains(above, word) {
			g.Score += 15
			g.Titled = true
			break
		}
	}
	return g
}

// shaped reports whether most values of a column look like those of a form.
func shaped(form intake.Form, rows []sheet.Row, column int) bool {
	seen, fit := 0, 0
	for _, row := range rows[:min(len(rows), 200)] {
		text := at(row.Cells, column)
		if text == "" {
			continue
		}
		seen++
		digits := strings.Trim(text, "0123456789") == ""
		switch n := len(text); {
		case form == intake.Barcode && digits && (n == 8 || n == 12 || n == 13 || n == 14) && checked(text):
			fit++
		case form == intake.Phone && digits && n == 11 && text[0] == '1' && text[1] >= '3':
			fit++
		}
	}
	return seen >= 3 && fit*10 >= seen*8
}

// checked verifies the last digit of a barcode.
func checked(text string) bool {
	sum := 0
	for i := range len(text) {
		d := int(text[len(text)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

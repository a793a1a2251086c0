package search

import (
	"cmp"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/store"
)

const (
	// enough is up to how many rows of a token are counted, and up to how many of all resources are read at once.
	enough = 1000
	// rare is up to how many records a token leads to that needs no better one.
	rare = 64
	// mostBeside is for how many tokens, beside the one that leads, a record is asked before its lines are read.
	mostBeside = 2
)

// plan is what leads to the answers of a question: tokens that all of them have, and beginnings of such for the words that
// are shorter than a token; and what their lines must fulfil.
type plan struct {
	tokens, short []string
	has           cond
}

func planned(d store.Dialect, q Question) (p plan) {
	words := Words(q.Text)
	whole := strings.Join(words, " ")
	add := func(to *[]string, t string) {
		if !slices.Contains(*to, t) {
			*to = append(*to, t)
		}
	}
	switch {
	case whole == "":
		return p
	case q.How == Starts:
		add(&p.tokens, token(ofStart, start(whole, longestStart)))
	case q.How == Is && utf8.RuneCountInString(whole) <= wholeLine:
		add(&p.tokens, token(ofLine, whole))
	}
	for _, word := range words {
		gramsOf(word, func(g string, full bool) {
			switch t := token(ofGram, g); {
			case full:
				add(&p.tokens, t)
			case g == word:
				add(&p.short, t)
			}
		})
	}
	p.has = contains(d, words, q.How)
	return p
}

// contains is the condition that lines s have the words, or the whole question at its place.
func contains(d store.Dialect, words []string, how How) (has cond) {
	content := "s.content"
	if how != Anywhere { // every line has one before it then
		content = "'\n' || s.content"
		words = []string{"\n" + strings.Join(words, " ") + map[How]string{Is: "\n"}[how]}
	}
	for _, word := range words {
		has.sql, has.args = has.sql+" AND "+position[d]+"("+content+", ?) > 0", append(has.args, word)
	}
	return has
}

var position = map[store.Dialect]string{store.SQLite: "instr", store.Postgres: "strpos"}

// way is the query that goes from what leads to the fewest records of a resource to their lines; none when nothing does.
func (p plan) way(s *store.Snapshot, resource string) (cond, error) {
	if len(p.tokens) > 0 {
		return p.led(s, resource)
	}
	var lead span
	fewest := enough + 1
	for _, t := range p.short {
		n, l := 0, beginning(t)
		if len(p.short) > 1 {
			_, err := s.Scan([]any{&n}, grams(" SELECT COUNT(*) FROM (SELECT 1"+ofGrams[s.Dialect()]+" LIMIT ?) x"), l.from, l.to, l.to, resource, enough)
			if err != nil {
				return cond{}, err
			}
		}
		if n < fewest {
			lead, fewest = l, n
		}
	}
	if fewest > enough {
		return cond{}, nil
	}
	return cond{"(" + grams(" SELECT DISTINCT g.record"+ofGrams[s.Dialect()]) + ") g CROSS JOIN search_index s WHERE s.record = g.record" + p.has.sql,
		append([]any{lead.from, lead.to, lead.to, resource}, p.has.args...)}, nil
}

// weight is a token with how many records of a resource it leads to, counted up to enough of the newest, and the oldest of
// those: of two tokens with more, the one that goes further back has fewer.
type weight struct {
	token  string
	n      int
	oldest int64
}

// led goes through the records of the rarest token, the newest first, and asks for two more tokens before it reads lines.
func (p plan) led(s *store.Snapshot, resource string) (cond, error) {
	var all []weight
	for _, t := range p.tokens {
		w := weight{token: t}
		_, err := s.Scan([]any{&w.n, &w.oldest}, "SELECT COUNT(*), COALESCE(MIN(x.record), 0) FROM (SELECT record FROM search_grams WHERE gram = ? AND resource = ? ORDER BY record DESC LIMIT ?) x", t, resource, enough)
		if err != nil || w.n == 0 {
			return cond{}, err
		}
		if all = append(all, w); w.n <= rare {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b weight) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.oldest, b.oldest)) })
	beside := all[1:min(len(all), 1+mostBeside)]
	if all[0].n == enough && len(beside) > 0 && s.Dialect() == store.SQLite {
		return p.merged(all[:1+len(beside)], resource), nil
	}
	from, where, args := "search_grams g", " WHERE g.gram = ? AND g.resource = ?", []any{all[0].token, resource}
	if all[0].n > rare {
		for i, w := range beside {
			x := "x" + strconv.Itoa(i)
			from += " CROSS JOIN search_grams " + x
			where += " AND " + x + ".gram = ? AND " + x + ".resource = g.resource AND " + x + ".record = g.record"
			args = append(args, w.token)
		}
	}
	return cond{from + " CROSS JOIN search_index s" + where + " AND s.record = g.record" + p.has.sql + " ORDER BY g.record DESC", append(args, p.has.args...)}, nil
}

// merged goes through the records of several frequent tokens side by side: where few have all of them, asking for each
// record of one whether it has the others takes ten times as long. The limit that is none keeps the order of the records.
func (p plan) merged(all []weight, resource string) cond {
	var one []string
	var args []any
	for _, w := range all {
		one, args = append(one, "SELECT record FROM search_grams WHERE gram = ? AND resource = ?"), append(args, w.token, resource)
	}
	return cond{"(" + strings.Join(one, " INTERSECT ") + " ORDER BY record DESC LIMIT -1) g CROSS JOIN search_index s WHERE s.record = g.record" + p.has.sql, append(args, p.has.args...)}
}

// span is a run of tokens in their order: one, or all that begin so.
type span struct{ from, to string }

// exactly is the span of one token: nothing that people write comes between it and what ends the span.
func exactly(t string) span { return span{t, t + "\x01"} }

// beginning is the span of the tokens that begin with a text: up to the text whose last character is the next one.
func beginning(t string) span {
	last, n := utf8.DecodeLastRuneInString(t)
	if last == utf8.MaxRune {
		return span{t, t[:len(t)-n] + string(last) + string(last)}
	}
	if last++; last == firstSurrogate {
		last = afterSurrogates
	}
	return span{t, t[:len(t)-n] + string(last)}
}

// What lies between these is no character.
const firstSurrogate, afterSurrogates = 0xD800, 0xE000

// spans are the tokens of a plan, or where it has none the beginnings of such.
func (p plan) spans() (out []span) {
	for _, t := range p.tokens {
		out = append(out, exactly(t))
	}
	if len(out) > 0 {
		return out
	}
	for _, t := range p.short {
		out = append(out, beginning(t))
	}
	return out
}

// grams is a query about the different tokens w of a span, each found by a step from the one before: what many records
// have is passed over. Its first parameters are the beginning of the span and twice its end.
func grams(query string) string {
	return "WITH RECURSIVE w(gram) AS (SELECT MIN(gram) FROM search_grams WHERE gram >= ? AND gram < ? UNION ALL " +
		"SELECT (SELECT MIN(x.gram) FROM search_grams x WHERE x.gram > w.gram AND x.gram < ?) FROM w WHERE w.gram IS NOT NULL)" + query
}

// ofGrams goes from tokens w to their rows of a resource, its parameter, token by token: PostgreSQL would else read the
// whole table beside them, for it cannot tell how few they are.
var ofGrams = map[store.Dialect]string{
	store.SQLite:   " FROM w CROSS JOIN search_grams g WHERE g.gram = w.gram AND g.resource = ?",
	store.Postgres: " FROM w CROSS JOIN LATERAL (SELECT x.record FROM search_grams x WHERE x.gram = w.gram AND x.resource = ? OFFSET 0) g",
}

// ends gives the oldest and the newest record of a resource to which a span leads.
func (l span) ends(s *store.Snapshot, resource string) (oldest, newest int64, err error) {
	_, err = s.Scan([]any{&oldest, &newest}, grams(" SELECT COALESCE(MIN((SELECT MIN(g.record) FROM search_grams g WHERE g.gram = w.gram AND g.resource = ?)), 0), "+
		"COALESCE(MAX((SELECT MAX(g.record) FROM search_grams g WHERE g.gram = w.gram AND g.resource = ?)), 0) FROM w"), l.from, l.to, l.to, resource, resource)
	return oldest, newest, err
}

// resources are those to whose records a span leads, found by such steps too.
func (l span) resources(s *store.Snapshot) (out []string, err error) {
	err = s.Each(func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	}, grams(", r(gram, resource) AS (SELECT w.gram, (SELECT MIN(x.resource) FROM search_grams x WHERE x.gram = w.gram) FROM w WHERE w.gram IS NOT NULL UNION ALL "+
		"SELECT r.gram, (SELECT MIN(x.resource) FROM search_grams x WHERE x.gram = r.gram AND x.resource > r.resource) FROM r WHERE r.resource IS NOT NULL) "+
		"SELECT DISTINCT resource FROM r WHERE resource IS NOT NULL"), l.from, l.to, l.to)
	return out, err
}

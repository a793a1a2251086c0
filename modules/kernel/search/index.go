package search

import (
	"database/sql"
	"slices"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/store"
)

// The index has two tables. search_index has one row for each record, the lines that it is found by, in lower case.
// search_grams leads to it: a row for each pair of neighbouring characters of its words, single Chinese character,
// beginning of a line and short line as a whole. A fragment of a word is in a line only if all its pairs are; whether they
// stand in that order the line itself tells.

// Row is what one record is found by.
type Row struct {
	Record   int64
	Resource string
	Content  string
}

var (
	lines = &store.Table{Name: "search_index", Columns: []string{"record", "resource", "content"}}
	grams = &store.Table{Name: "search_grams", Columns: []string{"gram", "record"}}
)

// Write takes the rows of some records out of the index and puts others in.
func Write(u *store.Unit, out []int64, in []Row) error {
	for ids := range slices.Chunk(out, 500) {
		if err := remove(u, ids); err != nil {
			return err
		}
	}
	var texts, leads []any
	for _, row := range in {
		texts = append(texts, row.Record, row.Resource, row.Content)
		for _, t := range tokens(row.Resource, row.Content) {
			leads = append(leads, t, row.Record)
		}
	}
	if err := lines.Insert(u, texts); err != nil {
		return err
	}
	return grams.Insert(u, leads)
}

// remove takes records out: what led to them follows from their lines.
func remove(u *store.Unit, ids []int64) error {
	var was []Row
	err := u.Each(func(rows *sql.Rows) error {
		var r Row
		err := rows.Scan(&r.Record, &r.Resource, &r.Content)
		was = append(was, r)
		return err
	}, "SELECT record, resource, content FROM search_index WHERE "+store.In("record", ids))
	if err != nil {
		return err
	}
	for _, r := range was {
		leads := tokens(r.Resource, r.Content)
		args := []any{r.Record}
		for _, t := range leads {
			args = append(args, t)
		}
		if _, err := u.Exec("DELETE FROM search_grams WHERE record = ? AND gram IN ("+store.Marks(len(leads))+")", args...); err != nil {
			return err
		}
	}
	_, err = u.Exec("DELETE FROM search_index WHERE " + store.In("record", ids))
	return err
}

// What a token stands for: a resource, a gram, the beginning of a line, a line.
const (
	ofResource = "r"
	ofGram     = "g"
	ofStart    = "b"
	ofLine     = "w"
)

// wholeLine is up to how many characters a line has a token of its own.
const wholeLine = 40

func token(kind, text string) string { return kind + text }

// start is the beginning of a line by which it is found: two characters.
func start(line string) string {
	for n := range line {
		if n > 0 && utf8.RuneCountInString(line[:n]) == 2 {
			return line[:n]
		}
	}
	return line
}

// tokens gives what leads to a record.
func tokens(resource, content string) []string {
	out, seen := []string{token(ofResource, resource)}, map[string]bool{}
	add := func(t string) {
		if !seen[t] {
			seen[t], out = true, append(out, t)
		}
	}
	for line := range strings.SplitSeq(content, "\n") {
		if line == "" {
			continue
		}
		add(token(ofStart, start(line)))
		if utf8.RuneCountInString(line) <= wholeLine {
			add(token(ofLine, line))
		}
		for _, word := range strings.Fields(line) {
			gramsOf(word, func(g string) { add(token(ofGram, g)) })
		}
	}
	return out
}

// gramsOf calls add for the pairs of characters of a word and for each that is neither a Latin letter nor a digit: those
// are in nearly everything.
func gramsOf(word string, add func(gram string)) {
	before := -1
	for i, r := range word {
		end := i + utf8.RuneLen(r)
		if end > len(word) {
			return // no text: words and lines are made valid when they are put into lower case
		}
		if r >= utf8.RuneSelf {
			add(word[i:end])
		}
		if before >= 0 {
			add(word[before:end])
		}
		before = i
	}
}

// Words are the fragments of a question, as they are compared.
func Words(q string) []string { return strings.Fields(strings.ToLower(q)) }

// How says where in a line the whole question has to stand.
type How int

// Anywhere means each word by itself; Starts and Is mean the question as one text.
const (
	Anywhere How = iota
	Starts
	Is
)

// Found is a record that has all the words.
type Found struct {
	Record   int64
	Resource string
	Content  string
}

// Question is what somebody looks for. Resource "" is any.
type Question struct {
	Resource, Text string
	How            How
}

// Find gives up to limit records that have every word of a question, the newest first.
func Find(s *store.Snapshot, q Question, limit int) ([]Found, error) {
	leads, has, args := condition(s.Dialect(), q)
	lead, err := rarest(s, leads)
	if err != nil || lead < 0 {
		return nil, err
	}
	from, order, given := "search_index s WHERE 1 = 1", "s.record", []any{}
	if len(leads) > 0 { // else a single letter is looked for in everything
		from, order, given = "search_grams g JOIN search_index s ON s.record = g.record WHERE g.gram = ?", "g.record", []any{leads[lead]}
	}
	for i, t := range leads {
		if i != lead {
			from += " AND EXISTS (SELECT 1 FROM search_grams x WHERE x.gram = ? AND x.record = g.record)"
			given = append(given, t)
		}
	}
	var out []Found
	err = s.Each(func(rows *sql.Rows) error {
		var f Found
		err := rows.Scan(&f.Record, &f.Resource, &f.Content)
		out = append(out, f)
		return err
	}, "SELECT s.record, s.resource, s.content FROM "+from+has+" ORDER BY "+order+" DESC LIMIT ?", append(append(given, args...), limit)...)
	return out, err
}

// enough is how many records of a token are counted to tell which is rare.
const enough = 1000

// rarest gives the place of the token that leads to the fewest records, -1 when one leads to none.
func rarest(s *store.Snapshot, leads []string) (int, error) {
	best, fewest := 0, enough+1
	for i, t := range leads {
		n := 0
		if _, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM search_grams WHERE gram = ? LIMIT ?) x", t, enough); err != nil {
			return 0, err
		}
		if n == 0 {
			return -1, nil
		}
		if n < fewest {
			best, fewest = i, n
		}
	}
	return best, nil
}

// Each is the condition that a record, by the SQL of its id, has every word.
func Each(d store.Dialect, id string, words []string) (string, []any) {
	has, args := contains(d, words)
	return "EXISTS (SELECT 1 FROM search_index s WHERE s.record = " + id + has + ")", args
}

var position = map[store.Dialect]string{store.SQLite: "instr", store.Postgres: "strpos"}

func contains(d store.Dialect, words []string) (sql string, args []any) {
	for _, word := range words {
		sql, args = sql+" AND "+position[d]+"(s.content, ?) > 0", append(args, word)
	}
	return sql, args
}

// condition gives the tokens that lead to the answers of a question, and what their lines must fulfil.
func condition(d store.Dialect, q Question) (leads []string, has string, args []any) {
	words := Words(q.Text)
	add := func(t string) {
		if !slices.Contains(leads, t) {
			leads = append(leads, t)
		}
	}
	whole := strings.Join(words, " ")
	switch q.How {
	case Starts:
		add(token(ofStart, start(whole)))
	case Is:
		add(token(ofLine, whole))
	}
	for _, word := range words {
		gramsOf(word, func(g string) { add(token(ofGram, g)) })
	}
	if q.Resource != "" {
		add(token(ofResource, q.Resource))
	}
	switch q.How {
	case Starts:
		words = []string{"\n" + whole}
	case Is:
		words = []string{"\n" + whole + "\n"}
	}
	has, args = contains(d, words)
	if q.How != Anywhere { // every line has one before it then
		has = strings.ReplaceAll(has, "(s.content,", "('\n' || s.content,")
	}
	return leads, has, args
}

// Rank tells how well a record answers: 0 when one of its lines is what was asked for, 1 when one begins with it, else 2.
func (f Found) Rank(q string) int {
	whole, best := strings.Join(Words(q), " "), 2
	for line := range strings.SplitSeq(f.Content, "\n") {
		switch {
		case line == whole:
			return 0
		case strings.HasPrefix(line, whole):
			best = 1
		}
	}
	return best
}

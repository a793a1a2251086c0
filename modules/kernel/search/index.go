package search

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/store"
)

// The index has two tables of one row for each record. search_index holds the lines that a record is found by, in lower
// case. search_grams holds what leads to it: the pairs of neighbouring characters of its words, single Chinese
// characters, the beginning of each line and short lines as a whole. On SQLite it is a full-text table that keeps nothing
// but the lists of records of each gram, on PostgreSQL a column under an inverted index. A fragment of a word is in a
// line only if all its pairs are; whether they stand in that order the line itself tells.

// Row is what one record is found by.
type Row struct {
	Record   int64
	Resource string
	Content  string
}

var (
	lines = &store.Table{Name: "search_index", Columns: []string{"record", "resource", "content"}}
	grams = &store.Table{Name: "search_grams", Columns: []string{"rowid", "grams"}}
)

// Write takes the rows of some records out of the index and puts others in.
func Write(u *store.Unit, out []int64, in []Row) error {
	for _, x := range []string{"search_index WHERE record", "search_grams WHERE rowid"} {
		for ids := range slices.Chunk(out, 500) {
			table, column, _ := strings.Cut(x, " WHERE ")
			if _, err := u.Exec("DELETE FROM " + table + " WHERE " + store.In(column, ids)); err != nil {
				return err
			}
		}
	}
	var texts, leads []any
	for _, row := range in {
		texts = append(texts, row.Record, row.Resource, row.Content)
		leads = append(leads, row.Record, strings.Join(tokens(row.Resource, row.Content), " "))
	}
	if err := lines.Insert(u, texts); err != nil {
		return err
	}
	return grams.Insert(u, leads)
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

func token(kind, text string) string { return kind + hex.EncodeToString([]byte(text)) }

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
	where, args := condition(s.Dialect(), q.Resource, Words(q.Text), q.How)
	var out []Found
	rows, err := s.Query("SELECT s.record, s.resource, s.content FROM search_grams CROSS JOIN search_index s WHERE s.record = search_grams.rowid AND "+
		where+" ORDER BY search_grams.rowid DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Found
		if err := rows.Scan(&f.Record, &f.Resource, &f.Content); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
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

func condition(d store.Dialect, resource string, words []string, how How) (string, []any) {
	var all []string
	if resource != "" {
		all = append(all, token(ofResource, resource))
	}
	for _, word := range words {
		gramsOf(word, func(g string) { all = append(all, token(ofGram, g)) })
	}
	whole := strings.Join(words, " ")
	switch how {
	case Starts:
		all = append(all, token(ofStart, start(whole)))
		words = []string{"\n" + whole}
	case Is:
		all = append(all, token(ofLine, whole))
		words = []string{"\n" + whole + "\n"}
	}
	has, args := contains(d, words)
	if how != Anywhere { // every line has one before it then
		has = strings.ReplaceAll(has, "(s.content,", "('\n' || s.content,")
	}
	if d == store.SQLite {
		return "search_grams MATCH ?" + has, append([]any{strings.Join(all, " AND ")}, args...)
	}
	return "string_to_array(search_grams.grams, ' ') @> string_to_array(?, ' ')" + has, append([]any{strings.Join(all, " ")}, args...)
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

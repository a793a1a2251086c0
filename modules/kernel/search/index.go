package search

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/store"
)

// The index has two tables. search_index has one row for each record, the lines that it is found by, in lower case.
// search_grams leads to it: a row for each pair of neighbouring characters of its words, single Chinese character,
// beginning of a line and short line as a whole. A fragment of a word is in a line only if all its pairs are; whether they
// stand in that order the line itself tells. The rows of a token lie by resource: what is in every customer is soon seen to
// be in no order.

// Row is what one record is found by.
type Row struct {
	Record   int64
	Resource string
	Content  string
}

var lines = &store.Table{Name: "search_index", Columns: []string{"record", "resource", "content"}}

// Write takes the rows of some records out of the index and puts others in; a record that is in both is called
// differently now. Of what leads to it only the difference is written: each row lies on a page of its own.
func Write(u *store.Unit, out []int64, in []Row) error {
	gone, err := read(u, out)
	if err != nil {
		return err
	}
	less, more, texts := leads{}, leads{}, []any{}
	for _, row := range in {
		was := tokens(gone[row.Record])
		is := tokens(row)
		less.add(row, was, is)
		more.add(row, is, was)
		delete(gone, row.Record)
		texts = append(texts, row.Record, row.Resource, row.Content)
	}
	for _, row := range gone {
		less.add(row, tokens(row), nil)
	}
	if err := less.remove(u); err != nil {
		return err
	}
	if err := drop(u, gone); err != nil {
		return err
	}
	if err := lines.Upsert(u, texts, "ON CONFLICT (record) DO UPDATE SET resource = excluded.resource, content = excluded.content"); err != nil {
		return err
	}
	return more.insert(u)
}

// read gives the rows of some records.
func read(u *store.Unit, ids []int64) (map[int64]Row, error) {
	out := map[int64]Row{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return out, u.Each(func(rows *sql.Rows) error {
		var r Row
		err := rows.Scan(&r.Record, &r.Resource, &r.Content)
		out[r.Record] = r
		return err
	}, "SELECT record, resource, content FROM search_index WHERE record IN ("+listed[u.Dialect()]+")", string(list))
}

// drop takes rows out; nothing leads to them any more.
func drop(u *store.Unit, gone map[int64]Row) error {
	if len(gone) == 0 {
		return nil
	}
	list, err := json.Marshal(slices.Sorted(maps.Keys(gone)))
	if err == nil {
		_, err = u.Exec("DELETE FROM search_index WHERE record IN ("+listed[u.Dialect()]+")", string(list))
	}
	return err
}

// leads are rows of search_grams: the records of each token, by resource.
type leads map[string]map[string][]int64

// add notes the tokens of a record but for some.
func (l leads) add(row Row, tokens, but []string) {
	known := make(map[string]bool, len(but))
	for _, t := range but {
		known[t] = true
	}
	for _, t := range tokens {
		if known[t] {
			continue
		}
		if l[t] == nil {
			l[t] = map[string][]int64{}
		}
		l[t][row.Resource] = append(l[t][row.Resource], row.Record)
	}
}

// A statement takes ids, and rows of search_grams, as one JSON text: however many they are, it is the same statement.
var (
	listed = map[store.Dialect]string{store.SQLite: "SELECT value FROM json_each(?)", store.Postgres: "SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST(? AS jsonb))"}
	paired = map[store.Dialect]string{store.SQLite: "SELECT t.key, o.key, r.value FROM json_each(?) t, json_each(t.value) o, json_each(o.value) r",
		store.Postgres: "SELECT t.key, o.key, CAST(r.value AS BIGINT) FROM jsonb_each(CAST(? AS jsonb)) t, jsonb_each(t.value) o, jsonb_array_elements_text(o.value) r"}
	inserts = map[store.Dialect]string{store.SQLite: "INSERT OR FAIL", store.Postgres: "INSERT"}
)

// insert, when it fails, fails the unit: on SQLite the statement is not undone by itself (that would copy every page).
func (l leads) insert(u *store.Unit) error {
	return l.exec(u, inserts[u.Dialect()]+" INTO search_grams (gram, resource, record) "+paired[u.Dialect()])
}

func (l leads) remove(u *store.Unit) error {
	return l.exec(u, "DELETE FROM search_grams WHERE (gram, resource, record) IN ("+paired[u.Dialect()]+")")
}

func (l leads) exec(u *store.Unit, statement string) error {
	if len(l) == 0 {
		return nil
	}
	text, err := json.Marshal(l) // in the order of the tokens, in which they lie
	if err == nil {
		_, err = u.Exec(statement, string(text))
	}
	return err
}

// What a token stands for: a gram, the beginning of a line, a line.
const (
	ofGram  = "g"
	ofStart = "b"
	ofLine  = "w"
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

// tokens gives what leads to a record; nothing leads to one that is not there.
func tokens(row Row) []string {
	if row.Record == 0 {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	add := func(t string) {
		if !seen[t] {
			seen[t], out = true, append(out, t)
		}
	}
	for line := range strings.SplitSeq(row.Content, "\n") {
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

// Question is what somebody looks for among the records of one resource.
type Question struct {
	Resource, Text string
	How            How
}

// Find gives up to limit records that have every word of a question, the newest first.
func Find(s *store.Snapshot, q Question, limit int) ([]Found, error) {
	leads, has, args := condition(s.Dialect(), q)
	if len(leads) == 0 { // a single letter is looked for in everything
		return found(s, "search_index s WHERE s.resource = ?"+has+" ORDER BY s.record DESC LIMIT ?", append(append([]any{q.Resource}, args...), limit))
	}
	lead, n, err := rarest(s, leads, " AND resource = ?", q.Resource)
	if err != nil || n == 0 {
		return nil, err
	}
	from, given := led(leads, lead, "x.resource = g.resource AND ")
	given = append(append(given, q.Resource), args...)
	return found(s, from+" AND g.resource = ?"+has+" ORDER BY g.record DESC LIMIT ?", append(given, limit))
}

// FindAll gives the records of all resources that have every word, in no order. All is false when there are more than
// limit, or when too much leads to them to be read.
func FindAll(s *store.Snapshot, text string, limit int) (list []Found, all bool, err error) {
	leads, has, args := condition(s.Dialect(), Question{Text: text})
	if len(leads) == 0 {
		return nil, false, nil
	}
	lead, n, err := rarest(s, leads, "")
	if err != nil || n == 0 || n >= enough {
		return nil, n == 0, err
	}
	from, given := led(leads, lead, "")
	list, err = found(s, from+has+" LIMIT ?", append(append(given, args...), limit+1))
	return list, len(list) <= limit, err
}

// led is the part of a query that goes from one token to the lines of the records that have the others too.
func led(leads []string, lead int, same string) (from string, args []any) {
	from, args = "search_grams g JOIN search_index s ON s.record = g.record WHERE g.gram = ?", []any{leads[lead]}
	for i, t := range leads {
		if i != lead {
			from += " AND EXISTS (SELECT 1 FROM search_grams x WHERE x.gram = ? AND " + same + "x.record = g.record)"
			args = append(args, t)
		}
	}
	return from, args
}

func found(s *store.Snapshot, from string, args []any) (out []Found, err error) {
	err = s.Each(func(rows *sql.Rows) error {
		var f Found
		err := rows.Scan(&f.Record, &f.Resource, &f.Content)
		out = append(out, f)
		return err
	}, "SELECT s.record, s.resource, s.content FROM "+from, args...)
	return out, err
}

// enough is how many records of a token are counted to tell which is rare.
const enough = 1000

// rarest gives the place of the token that leads to the fewest records, and to how many of them, counted up to enough.
func rarest(s *store.Snapshot, leads []string, where string, args ...any) (best, fewest int, err error) {
	fewest = enough + 1
	for i, t := range leads {
		n := 0
		_, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM search_grams WHERE gram = ?"+where+" LIMIT ?) x", append(append([]any{t}, args...), enough)...)
		if err != nil {
			return 0, 0, err
		}
		if n < fewest {
			best, fewest = i, n
		}
		if n == 0 {
			break
		}
	}
	return best, fewest, nil
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

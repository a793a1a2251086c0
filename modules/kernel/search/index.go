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
// search_grams leads to it by tokens: from each character of a word on a few characters, the beginnings of a line and a
// short line as a whole. Of letters, digits and signs of ASCII a token takes three, for two are in nearly every code and
// number; of others two. A fragment of a word is in a line only if all its tokens are, and one shorter than a token only if
// a token begins with it; whether they stand in that order the line itself tells. The rows of a token lie by resource.

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

// What a token stands for: a piece of a word, a beginning of a line, a line.
const (
	ofGram  = "g"
	ofStart = "b"
	ofLine  = "w"
)

const (
	// wholeLine is up to how many characters a line has a token of its own.
	wholeLine = 40
	// longestStart is how many characters of a line the longer of its two beginnings has.
	longestStart = 2
)

func token(kind, text string) string { return kind + text }

// start is the beginning of a text by which a line is found: n characters, or all it has.
func start(line string, n int) string {
	for at := range line {
		if n == 0 {
			return line[:at]
		}
		n--
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
		for n := range longestStart {
			add(token(ofStart, start(line, n+1)))
		}
		if utf8.RuneCountInString(line) <= wholeLine {
			add(token(ofLine, line))
		}
		for _, word := range strings.Fields(line) {
			gramsOf(word, func(g string, _ bool) { add(token(ofGram, g)) })
		}
	}
	return out
}

// gramsOf calls add for the piece of a word that begins at each of its characters: three where the first two are of ASCII,
// else two. The last ones are cut short by the end of the word and not full.
func gramsOf(word string, add func(gram string, full bool)) {
	var room [wholeLine + 1]int
	at := room[:0]
	for i := range word {
		at = append(at, i)
	}
	n := len(at)
	at = append(at, len(word))
	for i := range n {
		long := 2
		if i+1 < n && word[at[i]] < utf8.RuneSelf && word[at[i+1]] < utf8.RuneSelf {
			long = 3
		}
		add(word[at[i]:at[min(i+long, n)]], i+long <= n)
	}
}

package search

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"

	"zhanggui/modules/kernel/store"
)

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

// Find gives records that have every word of a question, the newest first: all of them, or limit of them where there are
// more. Of more it gives the newest, but for a question whose words are all shorter than a token. Without words there is
// nothing to find.
func Find(s *store.Snapshot, q Question, limit int) ([]Found, error) {
	p := planned(s.Dialect(), q)
	way, err := p.way(s, q.Resource)
	if err != nil || way.sql == "" {
		return nil, err
	}
	list, err := found(s, cond{way.sql + " LIMIT ?", append(way.args, limit)})
	slices.SortFunc(list, func(a, b Found) int { return cmp.Compare(b.Record, a.Record) })
	return list, err
}

// FindAll gives the records of all resources that have every word, in no order. More names resources that are left to
// Find, for too much leads to their records to be read at once; list has none of them.
func FindAll(s *store.Snapshot, text string) (list []Found, more []string, err error) {
	p := planned(s.Dialect(), Question{Text: text})
	lead, fewest := span{}, enough+1
	for _, l := range p.spans() {
		n := 0
		_, err := s.Scan([]any{&n}, "SELECT COUNT(*) FROM (SELECT 1 FROM search_grams WHERE gram >= ? AND gram < ? LIMIT ?) x", l.from, l.to, enough)
		if err != nil {
			return nil, nil, err
		}
		if n < fewest {
			lead, fewest = l, n
		}
		if n <= rare {
			break
		}
	}
	switch {
	case fewest == 0 || fewest > enough: // nothing leads anywhere, or there is no word
		return nil, nil, nil
	case fewest == enough:
		more, err = lead.resources(s)
		return nil, more, err
	}
	list, err = found(s, cond{"(SELECT DISTINCT record FROM search_grams WHERE gram >= ? AND gram < ?) g CROSS JOIN search_index s WHERE s.record = g.record" + p.has.sql,
		append([]any{lead.from, lead.to}, p.has.args...)})
	return list, nil, err
}

// Each is the condition that a record of the question's resource, by the SQL of its id, has every word. Between which
// records those lie comes first: all that a code begins may be old, and a list goes through newer ones until it is there.
func Each(s *store.Snapshot, q Question, id string) (sql string, args []any, err error) {
	p := planned(s.Dialect(), q)
	for _, l := range p.spans() {
		oldest, newest, err := l.ends(s, q.Resource)
		if err != nil {
			return "", nil, err
		}
		sql, args = sql+"+"+id+" BETWEEN ? AND ? AND ", append(args, oldest, newest) // with a plus it is no way into the table
	}
	return sql + "EXISTS (SELECT 1 FROM search_index s WHERE s.record = " + id + p.has.sql + ")", append(args, p.has.args...), nil
}

// cond is a part of a statement with its parameters.
type cond struct {
	sql  string
	args []any
}

func found(s *store.Snapshot, from cond) (out []Found, err error) {
	err = s.Each(func(rows *sql.Rows) error {
		var f Found
		err := rows.Scan(&f.Record, &f.Resource, &f.Content)
		out = append(out, f)
		return err
	}, "SELECT s.record, s.resource, s.content FROM "+from.sql, from.args...)
	return out, err
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

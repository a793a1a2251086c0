package search_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// dice makes texts of few different characters, so that fragments of them are in many records, in few and in none.
type dice struct{ *rand.Rand }

var alphabets = []string{"宏发五金公司", "0123", "abk", "m8×-/.", "公司a1", "é😀\U0010FFFF\uD7FF宏"}

func (d dice) word(longest int) string {
	letters := []rune(alphabets[d.IntN(len(alphabets))])
	var b strings.Builder
	for range 1 + d.IntN(longest) {
		b.WriteRune(letters[d.IntN(len(letters))])
	}
	return b.String()
}

func (d dice) words(most, longest int, between string) string {
	some := make([]string, 1+d.IntN(most))
	for i := range some {
		some[i] = d.word(longest)
	}
	return strings.Join(some, between)
}

var resources = []string{"test.many", "test.few", "test.none"}

// row makes a record: a number like those of sheets and some lines, a few of them longer than lines that have a token of
// their own.
func (d dice) row(id int64) search.Row {
	lines := []string{fmt.Sprintf("xs-%06d", id)}
	for range d.IntN(3) {
		lines = append(lines, d.words(3, 6, []string{" ", "  ", "\t", "\u3000"}[d.IntN(4)]))
	}
	if d.IntN(20) == 0 {
		lines = append(lines, d.words(12, 9, " "))
	}
	return search.Row{Record: id, Resource: resources[id%5/4], Content: strings.Join(lines, "\n") + "\n"}
}

// question takes pieces of records, and words of its own.
func (d dice) question(rows map[int64]search.Row) string {
	var parts []string
	for range 1 + d.IntN(3) {
		lines := strings.Split(strings.TrimSpace(rows[int64(1+d.IntN(len(rows)))].Content), "\n")
		line := []rune(lines[d.IntN(len(lines))])
		if len(line) == 0 || d.IntN(3) == 0 {
			parts = append(parts, d.word(3))
			continue
		}
		from := d.IntN(len(line)) * d.IntN(2)
		piece := string(line[from:min(len(line), from+1+d.IntN(6)+50*(d.IntN(8)/7))])
		parts = append(parts, strings.ToUpper(piece))
	}
	return strings.Join(parts, " ")
}

// naive looks at each line.
func naive(rows map[int64]search.Row, text string, how search.How) (out []search.Found) {
	words := strings.Fields(strings.ToLower(text))
	whole := strings.Join(words, " ")
	for _, row := range rows {
		has := len(words) > 0
		for _, word := range words {
			has = has && strings.Contains(row.Content, word)
		}
		if has && how != search.Anywhere {
			has = slices.ContainsFunc(strings.Split(row.Content, "\n"), func(line string) bool {
				return line == whole || how == search.Starts && strings.HasPrefix(line, whole)
			})
		}
		if has {
			out = append(out, search.Found(row))
		}
	}
	slices.SortFunc(out, newest)
	return out
}

func newest(a, b search.Found) int { return cmp.Compare(b.Record, a.Record) }

const (
	records   = 3000
	asked     = 150
	reindexed = 500
)

// TestRandomLines compares every way of asking with a look at each line, after records were written, called differently
// and taken out.
func TestRandomLines(t *testing.T) {
	testkit.Both(t, testkit.Options{}, func(t *testing.T, c *kernel.Company) {
		d := dice{rand.New(rand.NewPCG(1, 7))}
		rows := d.fill(t, c)
		err := c.Store.Read(context.Background(), func(s *store.Snapshot) error {
			for range asked {
				if err := compare(t, s, rows, d.question(rows)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// fill writes records in no order, calls some differently and takes some out.
func (d dice) fill(t *testing.T, c *kernel.Company) map[int64]search.Row {
	var in []search.Row
	for _, i := range d.Perm(records) {
		in = append(in, d.row(int64(1+i)))
	}
	var out []int64
	var again []search.Row
	for i := range reindexed {
		out = append(out, in[i].Record)
		if i%4 > 0 {
			again = append(again, d.row(in[i].Record))
		}
	}
	err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		if err := search.Write(u, nil, in); err != nil {
			return err
		}
		return search.Write(u, out, again)
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[int64]search.Row{}
	for _, row := range slices.Concat(in[reindexed:], again) {
		rows[row.Record] = row
	}
	return rows
}

func compare(t *testing.T, s *store.Snapshot, rows map[int64]search.Row, text string) error {
	want := map[search.How][]search.Found{}
	for _, how := range []search.How{search.Anywhere, search.Starts, search.Is} {
		want[how] = naive(rows, text, how)
	}
	all, more, err := search.FindAll(s, text)
	if err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	for _, resource := range resources {
		of := func(all []search.Found) []search.Found {
			return slices.DeleteFunc(slices.Clone(all), func(f search.Found) bool { return f.Resource != resource })
		}
		part, wanted := of(all), of(want[search.Anywhere])
		slices.SortFunc(part, newest)
		if left := slices.Contains(more, resource); left && len(part) > 0 || !left && !slices.Equal(part, wanted) {
			t.Errorf("%q in all: %d of %s, want %d", text, len(part), resource, len(wanted))
		}
		for how, list := range want {
			if err := compareFind(t, s, of(list), search.Question{Resource: resource, Text: text, How: how}); err != nil {
				return err
			}
		}
		if err := compareEach(t, s, wanted, search.Question{Resource: resource, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// compareFind asks for all and for a few.
func compareFind(t *testing.T, s *store.Snapshot, want []search.Found, q search.Question) error {
	loose := q.How == search.Anywhere && !slices.ContainsFunc(strings.Fields(q.Text), func(w string) bool { return len([]rune(w)) > 2 })
	for _, limit := range []int{records, 7} {
		got, err := search.Find(s, q, limit)
		if err != nil {
			return fmt.Errorf("%q: %w", q.Text, err)
		}
		wanted := want[:min(len(want), limit)]
		if loose && len(want) > limit { // which of them is not told
			wanted = slices.DeleteFunc(slices.Clone(want), func(f search.Found) bool { return !slices.Contains(got, f) })
		}
		if !slices.Equal(got, wanted) || len(got) != min(len(want), limit) {
			t.Errorf("%q %d of %s, at most %d: %d records, want %d", q.Text, q.How, q.Resource, limit, len(got), len(want))
		}
	}
	return nil
}

// compareEach asks each record of a resource.
func compareEach(t *testing.T, s *store.Snapshot, want []search.Found, q search.Question) error {
	if len(strings.Fields(q.Text)) == 0 {
		return nil
	}
	each, args, err := search.Each(s, q, "i.record")
	if err != nil {
		return fmt.Errorf("%q: %w", q.Text, err)
	}
	var got []int64
	err = s.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		got = append(got, id)
		return err
	}, "SELECT i.record FROM search_index i WHERE i.resource = ? AND "+each+" ORDER BY i.record DESC", append([]any{q.Resource}, args...)...)
	if err != nil {
		return fmt.Errorf("%q: %w", q.Text, err)
	}
	if !slices.EqualFunc(got, want, func(id int64, f search.Found) bool { return id == f.Record }) {
		t.Errorf("%q: the condition holds for %d records of %s, want %d", q.Text, len(got), q.Resource, len(want))
	}
	return nil
}

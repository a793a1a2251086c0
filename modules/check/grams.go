package check

import (
	"database/sql"
	"hash/maphash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A row of search_grams is a letter and a text, and the resource of the record: "b" and the first character, or the first
// two, of one of its lines, "w" and a whole line of up to forty characters, "g" and what follows a place in a word, the
// place included: two characters, or three when the first two are of ASCII, or fewer where the word ends. What is blank is
// in no word.

// gramLine is up to how many characters a line leads to its record as a whole.
const gramLine = 40

// How many rows are held at once where faults are named.
const (
	recordsAtOnce = 500
	gramsAtOnce   = 400
)

// indexRow is a record of the index as this check reads it.
type indexRow struct {
	id              int64
	resource, lines string
}

// checkGrams compares what leads to the records of the search index with their lines: first by a sum over all rows of
// either side, and only where that differs row by row.
func checkGrams(c *checker) error {
	seed := maphash.MakeSeed()
	of := func(gram, resource string, record int64) uint64 {
		return maphash.String(seed, strconv.FormatInt(record, 10)+" "+resource+" "+gram)
	}
	var kept, wanted uint64
	err := c.Each(func(rows *sql.Rows) error {
		var gram, resource string
		var record int64
		err := rows.Scan(&gram, &resource, &record)
		kept += of(gram, resource, record)
		return err
	}, "SELECT gram, resource, record FROM search_grams")
	if err != nil {
		return err
	}
	err = c.Each(func(rows *sql.Rows) error {
		var row indexRow
		err := rows.Scan(&row.id, &row.resource, &row.lines)
		for gram := range row.grams() {
			wanted += of(gram, row.resource, row.id)
		}
		return err
	}, "SELECT record, resource, content FROM search_index")
	if err != nil || kept == wanted {
		return err
	}
	if err := c.leftOverGrams(); err != nil {
		return err
	}
	return c.missingGrams()
}

// grams gives what must lead to a record.
func (r indexRow) grams() map[string]bool {
	out := map[string]bool{}
	for _, line := range strings.Split(r.lines, "\n") {
		chars := []rune(line)
		if len(chars) == 0 {
			continue
		}
		out["b"+string(chars[0])] = true
		out["b"+string(chars[:min(2, len(chars))])] = true
		if len(chars) <= gramLine {
			out["w"+line] = true
		}
		for i, char := range chars {
			piece := ""
			for _, next := range chars[i:min(i+3, len(chars))] {
				if blank(next) || utf8.RuneCountInString(piece) == 2 && len(piece) > 2 {
					break
				}
				piece += string(next)
			}
			if !blank(char) {
				out["g"+piece] = true
			}
		}
	}
	return out
}

// blank tells what stands between words.
func blank(char rune) bool { return strings.TrimSpace(string(char)) == "" }

// leftOverGrams names the rows that lead to a record which has no such text, or to none.
func (c *checker) leftOverGrams() error {
	return c.Each(func(rows *sql.Rows) error {
		var gram string
		var record int64
		var resource, lines sql.NullString
		if err := rows.Scan(&gram, &record, &resource, &lines); err != nil {
			return err
		}
		switch {
		case !lines.Valid:
			c.fault("%q leads to #%d, which is not in the index", gram, record)
		case !(indexRow{record, resource.String, lines.String}).grams()[gram]:
			c.fault("%q leads to %s #%d, whose lines do not have it", gram, resource.String, record)
		}
		return nil
	}, "SELECT g.gram, g.record, s.resource, s.content FROM search_grams g LEFT JOIN search_index s ON s.record = g.record AND s.resource = g.resource ORDER BY g.record, g.gram")
}

// missingGrams names the texts of records to which nothing leads. It takes some records at a time, for a query cannot be
// asked while another one is read.
func (c *checker) missingGrams() error {
	for last, done := int64(0), false; !done; {
		var some []indexRow
		err := c.Each(func(rows *sql.Rows) error {
			var row indexRow
			err := rows.Scan(&row.id, &row.resource, &row.lines)
			some = append(some, row)
			return err
		}, "SELECT record, resource, content FROM search_index WHERE record > ? ORDER BY record LIMIT "+strconv.Itoa(recordsAtOnce), last)
		if err != nil {
			return err
		}
		for _, row := range some {
			if err := c.missingOf(row); err != nil {
				return err
			}
			last = row.id
		}
		done = len(some) < recordsAtOnce
	}
	return nil
}

// missingOf names what does not lead to one record.
func (c *checker) missingOf(row indexRow) error {
	want := row.grams()
	for grams := range slices.Chunk(slices.Sorted(maps.Keys(want)), gramsAtOnce) {
		args := make([]any, len(grams))
		for i, gram := range grams {
			args[i] = gram
		}
		err := c.Each(func(rows *sql.Rows) error {
			var gram string
			err := rows.Scan(&gram)
			delete(want, gram)
			return err
		}, "SELECT gram FROM search_grams WHERE resource = ? AND record = ? AND gram IN (?"+strings.Repeat(", ?", len(grams)-1)+")", append([]any{row.resource, row.id}, args...)...)
		if err != nil {
			return err
		}
	}
	for _, gram := range slices.Sorted(maps.Keys(want)) {
		c.fault("nothing leads from %q to %s #%d, whose lines have it", gram, row.resource, row.id)
	}
	return nil
}

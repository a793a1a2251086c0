// Package sequence gives documents their numbers: a pattern with the document's date and a counter for each distinct
// prefix. Gaps are allowed (a document that is later deleted leaves one), repetition is not.
package sequence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
)

// assigned remembers what this unit has numbered: a module's seal step may ask for the numbers before the kernel does.
type assigned struct{ done map[*resource.Entry]bool }

type assignedKey struct{}

// Assign numbers the documents that became due in this unit. The seal calls it; a step that needs the numbers earlier may.
func Assign(tx *kernel.Tx) error {
	before := kernel.Local(tx, assignedKey{}, func() *assigned { return &assigned{map[*resource.Entry]bool{}} }).done
	due := map[string][]*resource.Entry{}
	var order []string
	for _, e := range resource.WorkOf(tx).Entries {
		if e.Def.Number == "" || e.Deleted || before[e] || !e.Touched() {
			continue
		}
		number := resource.Value(e.Def.ByName["number"], e.Rec)
		given := number.String() != ""
		if given && e.Before != nil || !given && e.Def.NumberOn != "" && !slices.Contains(e.Actions, e.Def.NumberOn) {
			continue
		}
		before[e] = true
		prefix, width := Render(Pattern(tx.Company, e.Def), dateOf(e))
		if given {
			if err := passBy(tx, e.Def, prefix, number.String()); err != nil {
				return err
			}
			continue
		}
		key := fmt.Sprintf("%s|%s|%d", e.Def.Name, prefix, width)
		if due[key] == nil {
			order = append(order, key)
		}
		due[key] = append(due[key], e)
	}
	slices.Sort(order) // one order of locks for everybody
	for _, key := range order {
		if err := number(tx, key, due[key]); err != nil {
			return err
		}
	}
	return nil
}

// Pattern is the number pattern in force.
func Pattern(c *kernel.Company, d *kernel.Def) string {
	if p := c.Setting("number." + d.Name); p != "" {
		return p
	}
	return d.Number
}

func dateOf(e *resource.Entry) clock.Date {
	if f := e.Def.ByName["date"]; f != nil {
		return clock.Date(resource.Value(f, e.Rec).String())
	}
	return ""
}

func number(tx *kernel.Tx, key string, entries []*resource.Entry) error {
	name, rest, _ := strings.Cut(key, "|")
	prefix, digits, _ := strings.Cut(rest, "|")
	width, err := strconv.Atoi(digits)
	if err != nil {
		return err
	}
	last, err := Take(tx, name+"|"+prefix, int64(len(entries)))
	if err != nil {
		return err
	}
	for i, e := range entries {
		n := last - int64(len(entries)) + 1 + int64(i)
		resource.Value(e.Def.ByName["number"], e.Rec).SetString(prefix + fmt.Sprintf("%0*d", width, n))
		if err := resource.Save(tx, e.Def, e.Rec); err != nil {
			return err
		}
	}
	return nil
}

// Take advances a counter by n and returns its new value; the first is n. The counter's row stays locked until the commit.
func Take(tx *kernel.Tx, key string, n int64) (int64, error) {
	var last int64
	_, err := tx.Scan([]any{&last}, `INSERT INTO sequences (name, last) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET last = sequences.last + excluded.last RETURNING last`, key, n)
	return last, err
}

// passBy moves the counter past a number that came with an import.
func passBy(tx *kernel.Tx, d *kernel.Def, prefix, number string) error {
	rest, ok := strings.CutPrefix(number, prefix)
	n, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil || n < 1 || n > 1<<40 {
		return nil
	}
	_, err = tx.Exec(`INSERT INTO sequences (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET
		last = CASE WHEN sequences.last > excluded.last THEN sequences.last ELSE excluded.last END`, d.Name+"|"+prefix, n)
	return err
}

// Render gives the part before the counter and the counter's width: "XS{yy}{mm}{seq:5}" on 2026-11-21 is "XS2611", 5.
func Render(pattern string, date clock.Date) (prefix string, width int) {
	year, month, day := "0000", "00", "00"
	if date.Valid() {
		year, month, day = string(date[0:4]), string(date[5:7]), string(date[8:10])
	}
	head, seq, ok := strings.Cut(pattern, "{seq:")
	width = 4
	if ok {
		if n, err := strconv.Atoi(strings.TrimSuffix(seq, "}")); err == nil && n > 0 && n < 13 {
			width = n
		}
	}
	return strings.NewReplacer("{yyyy}", year, "{yy}", year[2:], "{mm}", month, "{dd}", day).Replace(head), width
}

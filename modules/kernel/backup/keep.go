package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How many of the newest days, weeks and months that have archives keep one.
const (
	keepDays   = 7
	keepWeeks  = 4
	keepMonths = 12
)

// Item is an archive as retention sees it. At is the moment on the company's clock.
type Item struct {
	Name string
	At   time.Time
	Why  string
}

// Expired tells which archives may go. Kept are, counted from the newest: the last one of each of seven days, four weeks
// and twelve months that have any. Days without a backup do not count: a firm that was closed for a year loses nothing.
// Within the seven days everything stays that was made for a reason: on demand, before an upgrade or a restore.
func Expired(items []Item) []string {
	newestFirst := slices.Clone(items)
	slices.SortStableFunc(newestFirst, func(a, b Item) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(b.Name, a.Name)
	})
	spans := []struct {
		most int
		of   func(t time.Time) string
		seen map[string]bool
	}{
		{keepDays, func(t time.Time) string { return t.Format(time.DateOnly) }, map[string]bool{}},
		{keepWeeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprintf("%d/%d", y, w) }, map[string]bool{}},
		{keepMonths, func(t time.Time) string { return t.Format("2006-01") }, map[string]bool{}},
	}
	var out []string
	for _, item := range newestFirst {
		keep := false
		for i := range spans {
			span := &spans[i]
			key := span.of(item.At)
			switch first := !span.seen[key]; {
			case first && len(span.seen) < span.most:
				span.seen[key], keep = true, true
			case i == 0 && span.seen[key] && item.Why != Daily && item.Why != Quit:
				keep = true
			}
		}
		if !keep {
			out = append(out, item.Name)
		}
	}
	return out
}

// parse reads an archive's name.
func parse(name string) (id string, item Item, upload, ok bool) {
	parts := nameForm.FindStringSubmatch(name)
	if parts == nil {
		return "", item, false, false
	}
	at, err := time.Parse(stampForm, parts[2])
	return parts[1], Item{Name: name, At: at, Why: parts[3]}, parts[4] != "", err == nil
}

// prune removes what retention lets go: archives that this company made itself and that are whole. What cannot be removed
// is tried again next time.
func prune(folder, id string) {
	var items []Item
	for _, one := range list(folder) {
		if whose, item, upload, _ := parse(one.Name); !upload && whose == short(id) && one.Good() {
			items = append(items, item)
		}
	}
	for _, name := range Expired(items) {
		_ = os.Remove(filepath.Join(folder, name))
	}
}

// Outdated tells which of the archives that a place holds retention lets go, of the same company as the named one.
func Outdated(names []string, like string) []string {
	id, _, _, known := parse(like)
	var items []Item
	for _, name := range names {
		if whose, item, upload, ok := parse(name); ok && known && !upload && whose == id {
			items = append(items, item)
		}
	}
	return Expired(items)
}

// Part ends the names of copies that are not whole yet.
const Part = part

// Unfinished tells which of the names that a place holds are those of copies that were not finished, of the same company as
// the named archive.
func Unfinished(names []string, like string) (out []string) {
	id, _, _, known := parse(like)
	for _, name := range names {
		if known && unfinished(name, id) {
			out = append(out, name)
		}
	}
	return out
}

// unfinished tells whether a copy of an archive that the company made was to get the name without its end.
func unfinished(name, id string) bool {
	whole, cut := strings.CutSuffix(name, part)
	whose, _, upload, ok := parse(whole)
	return cut && ok && !upload && whose == id
}

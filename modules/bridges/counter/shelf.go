package counter

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"zhanggui/modules/bridges/counter/dictation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/search"
)

// shelf keeps what the items of a company are found by, so that a keystroke reads none of them. Fragments of near-equal
// items are in thousands of them: the search index, which leads from a fragment to its records, would lead to nearly all.
//
// What is kept is the truth of a snapshot, told by a stamp over all items; a snapshot with another stamp is caught up with
// by reading the items that differ. So it also holds where several programs write to one database.
type shelf struct {
	mu    sync.Mutex
	stamp stamp
	byID  map[int64]*entry
	all   []*entry // by name

	reading sync.Mutex
	bound   [2]stamp // of items and units
	book    *dictation.Book
}

// stamp is how many items there are, and sums of their ids and versions.
type stamp struct{ count, ids, versions int64 }

// at gives the items as they stand in a snapshot. The slice is nobody's to change.
func (s *shelf) at(v *kernel.View) ([]*entry, map[int64]*entry, error) {
	now, err := stampOf(v)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now == s.stamp && s.byID != nil {
		return s.all, s.byID, nil
	}
	versions, err := versionsOf(v)
	if err != nil {
		return nil, nil, err
	}
	byID := make(map[int64]*entry, len(versions))
	var missing []int64
	for id, version := range versions {
		if e := s.byID[id]; e != nil && e.version == version {
			byID[id] = e
		} else {
			missing = append(missing, id)
		}
	}
	read, err := entriesOf(v, missing)
	if err != nil {
		return nil, nil, err
	}
	all := make([]*entry, 0, len(versions))
	for _, e := range read {
		byID[e.id] = e
	}
	for _, e := range byID {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.code, b.code), cmp.Compare(a.id, b.id))
	})
	s.stamp, s.byID, s.all = now, byID, all
	return all, byID, nil
}

// called is what the table says an item is called.
type called struct {
	code, name, barcode, old     string
	spec, model, material, brand string
}

func (c called) entry() *entry {
	about := []string{c.name, c.spec, c.model, c.material, c.brand}
	e := &entry{}
	var initials []string
	for i, line := range about {
		if letters := search.Initials(line); letters != "" {
			initials = append(initials, letters)
		}
		about[i] = fold(line)
	}
	for _, code := range []string{c.code, c.barcode, c.old} {
		if code = strings.Join(strings.Fields(fold(code)), " "); code != "" {
			e.codes = append(e.codes, code)
			e.marks |= mark(code)
		}
	}
	e.name, e.code = about[0]+"\n"+about[1], strings.ToLower(c.code)
	e.text = newText(about, e.codes, initials)
	return e
}

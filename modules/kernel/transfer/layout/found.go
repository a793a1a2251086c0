package layout

import (
	"slices"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// MaxFound is how many problems are kept; the others are only counted.
const MaxFound = 5_000

// Found is a problem at its cell. Col counts from 1; 0 is the whole row, or a column that the file does not have.
type Found struct {
	Row, Col int
	Title    string // of the column, as the field is called where the file does not have it
	Key      string
	Problem  *problem.Problem
}

// Words says in a language what is wrong.
func (f Found) Words(c *kernel.Company, lang string) string {
	args := map[string]any{}
	for key, value := range f.Problem.Args {
		switch x := value.(type) {
		case kernel.Text:
			value = x.In(lang)
		case string:
			if d := c.Def(x); d != nil && key == "resource" {
				value = d.Label.In(lang)
			}
		}
		args[key] = value
	}
	text := messages.Text(lang, f.Problem.Code, args)
	if f.Col == 0 && f.Title != "" {
		text = f.Title + ": " + text
	}
	return text
}

// Adviser warns of something about a new record that refuses nothing; its problems point at fields.
type Adviser struct {
	Resource string
	Advise   func(v *kernel.View, rec any) (problem.List, error)
}

// Advice asks the advisers of a resource.
func Advice(v *kernel.View, d *kernel.Def, rec any) (problem.List, error) {
	var out problem.List
	for _, hook := range v.Company.Hooks {
		if a, ok := hook.(Adviser); ok && a.Resource == d.Name {
			list, err := a.Advise(v, rec)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	return out, nil
}

// Locate gives the place of a column in a row of the file.
func (t *Table) Locate(shape *Layout, row int, key, lang string) Found {
	f := Found{Row: row, Key: key}
	if i, ok := t.At[key]; ok {
		f.Col, f.Title = i+1, t.Head[i]
	} else if c := shape.ByKey(key); c != nil {
		f.Title = c.Title.In(lang)
	}
	return f
}

// Findings collects problems from several goroutines.
type Findings struct {
	mu    sync.Mutex
	list  []Found
	count int
}

// Add notes a problem at a place.
func (f *Findings) Add(at Found, what *problem.Problem) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count++; len(f.list) < MaxFound {
		at.Problem = what
		f.list = append(f.list, at)
	}
}

// Count is how many problems there are.
func (f *Findings) Count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

// Sorted gives the problems that were kept in the order of the file.
func (f *Findings) Sorted() []Found {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.SortStableFunc(f.list, func(a, b Found) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	return slices.Clone(f.list)
}

// ByText finds records by natural key, by title, or by "#" and their id.
func ByText(v *kernel.View, name string, set map[string]bool) (map[string]int64, error) {
	target := v.Company.Def(name)
	if target == nil || len(set) == 0 {
		return nil, nil
	}
	var list []string
	numbered := map[string]int64{}
	for text := range set {
		if id, ok := resource.ParseID(text[1:]); ok && text[0] == '#' {
			numbered[text] = id
			continue
		}
		list = append(list, text)
	}
	slices.Sort(list)
	out, err := resource.ByCode(v, target, list)
	if err != nil {
		return nil, err
	}
	for text, id := range numbered { // whether it exists is checked when the record is prepared
		out[text] = id
	}
	return out, nil
}

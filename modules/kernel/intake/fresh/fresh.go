// Package fresh writes the names that rows refer to and that nobody has written yet: categories, units, suppliers. A name
// that is refused goes back at the cells that use it; the others are made.
package fresh

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/intake/match"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer"
)

const (
	// chunk is how many names one unit writes, and told how many of them the person is told by name.
	chunk = 400
	told  = 20
)

// Maker makes the names of a table.
type Maker struct {
	*lines.Table
	Company *kernel.Company
	Actor   *kernel.Actor
	Import  func(def *kernel.Def, data []byte) (*transfer.Report, error)
}

// Make writes what is new and tells of it. Who may not import a kind of names is told so at the cells, later, by the
// import of the rows.
func (m *Maker) Make(ctx context.Context) ([]intake.Made, error) {
	out := []intake.Made{}
	for _, f := range m.Kind.Fields {
		if f.Makes == "" || !m.Actor.Can(f.Makes, "import") {
			continue
		}
		def := m.Company.Def(f.Makes)
		names, err := m.missing(ctx, f, def)
		if err != nil {
			return nil, err
		}
		made := intake.Made{Label: def.Label.In(m.Actor.Lang), Names: []string{}}
		for from := 0; from < len(names); from += chunk {
			if err := m.part(f, def, names[from:min(len(names), from+chunk)], &made); err != nil {
				return nil, err
			}
		}
		if made.Names = made.Names[:min(len(made.Names), told)]; made.Count > 0 {
			out = append(out, made)
		}
	}
	return out, nil
}

// missing are the names of a field that nobody has written yet.
func (m *Maker) missing(ctx context.Context, f *intake.Field, def *kernel.Def) ([]string, error) {
	names := map[string]bool{}
	for _, l := range m.Live() {
		if text := m.name(f, l); text != "" {
			names[text] = true
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	asked := maps.Clone(names)
	if f.Called.Zh != "" { // by whichever of its names it is there
		asked[f.Called.Zh], asked[f.Called.En] = true, true
	}
	var known map[string]int64
	err := m.Company.View(ctx, m.Actor, func(v *kernel.View) (err error) {
		known, err = resource.ByCode(v, def, slices.Sorted(maps.Keys(asked)))
		return err
	})
	if err != nil || f.Called.Zh != "" && len(known) > 0 {
		return nil, err
	}
	for text := range known {
		delete(names, text)
	}
	err = m.unclear(ctx, f, def, names)
	return slices.Sorted(maps.Keys(names)), err
}

// name is what the cell of a line refers to, "" for nothing that could be made.
func (m *Maker) name(f *intake.Field, l *lines.Line) string {
	switch text := l.Values[f.Key]; {
	case text == "" || text[0] == '#':
		return ""
	case f.Called.Zh != "":
		return f.Called.In(m.Actor.Lang)
	default:
		return text
	}
}

// unclear finds names that several records have: no further one is made, and the cells go back to be mended.
func (m *Maker) unclear(ctx context.Context, f *intake.Field, def *kernel.Def, names map[string]bool) error {
	if def.Title == "" || len(names) == 0 {
		return nil
	}
	var found map[string][]match.Hit
	err := m.Company.View(ctx, m.Actor, func(v *kernel.View) (err error) {
		found, err = match.Search{View: v, Def: def, Same: []string{def.Title}}.Find(def.Title, maps.Clone(names))
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range m.Live() {
		if list := found["s\x00"+l.Values[f.Key]]; len(list) > 0 && names[l.Values[f.Key]] {
			m.Blame(l, f.Key, problem.Rule("intake.several_ref", "count", len(list), "name", l.Values[f.Key], "resource", def.Name, "codes", match.Codes(list)))
		}
	}
	for text := range names {
		if len(found["s\x00"+text]) > 0 {
			delete(names, text)
		}
	}
	return nil
}

// part writes some names in one unit: those that are refused, such as one that is too long, are told at the cells that
// use them, and the others go once more.
func (m *Maker) part(f *intake.Field, def *kernel.Def, names []string, made *intake.Made) error {
	for len(names) > 0 {
		data, err := table(f, names)
		if err != nil {
			return err
		}
		rep, err := m.Import(def, data)
		if err != nil {
			return err
		}
		if rep.Count == 0 {
			made.Count += rep.Created
			made.Names = append(made.Names, names...)
			return nil
		}
		refused := map[string]bool{}
		for _, p := range rep.Problems {
			if at := p.Row - 2; at >= 0 && at < len(names) && !refused[names[at]] {
				refused[names[at]] = true
				m.refuse(f, names[at], p.Problem)
			}
		}
		if len(refused) == 0 {
			return fmt.Errorf("intake: names of %s are refused and none is wrong: %v", def.Name, rep.Problems[0].Problem)
		}
		names = slices.DeleteFunc(slices.Clone(names), func(text string) bool { return refused[text] })
	}
	return nil
}

// table holds names as an import of their resource reads them.
func table(f *intake.Field, names []string) ([]byte, error) {
	keys := slices.Sorted(maps.Keys(f.With))
	rows := make([][]string, len(names))
	for i, name := range names {
		for _, key := range keys {
			if value := f.With[key]; value != "" {
				rows[i] = append(rows[i], value)
			} else {
				rows[i] = append(rows[i], name)
			}
		}
	}
	return lines.CSV(keys, rows)
}

// refuse gives the rows back that use a name.
func (m *Maker) refuse(f *intake.Field, name string, why *problem.Problem) {
	for _, l := range m.Live() {
		if m.name(f, l) == name {
			m.Blame(l, f.Key, why)
		}
	}
}

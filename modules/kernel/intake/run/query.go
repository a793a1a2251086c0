package run

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// oneQuery is how many texts one query asks for.
const oneQuery = 128

// known finds the records that lines name: by code, else by what tells records without one apart. A line with a record
// and no code gets the record's. Where several are called so and neither the code nor what else the line says decides,
// the line is bad: nobody gets a debt by chance.
func (w *work) known(ctx context.Context) error {
	return w.c.View(ctx, w.actor, func(v *kernel.View) error {
		codes, names := map[string]bool{}, map[string]bool{}
		for _, l := range w.live() {
			codes[l.values["code"]] = true
			if l.values["code"] == "" {
				names[l.values[w.task.Kind.Same[0]]] = true
			}
		}
		s := search{v, w.def, w.same(), w.task.Kind.Apart}
		byCode, err := s.find(w.def.Code, codes)
		if err != nil {
			return err
		}
		byName, err := s.find(w.task.Kind.Same[0], names)
		if err != nil {
			return err
		}
		for _, l := range w.live() {
			if l.id == 0 {
				w.settle(l, byCode["c\x00"+l.values["code"]], byName[w.sameness(l)])
			}
		}
		return nil
	})
}

// settle gives a line its record out of those with its code and those that are called like it.
func (w *work) settle(l *line, coded, called []hit) {
	name := w.task.Kind.Same[0]
	found := coded
	if l.values["code"] == "" {
		found = w.decide(l, called)
	}
	switch {
	case len(found) == 0:
		return
	case len(found) > 1:
		w.blame(l, "code", problem.Rule("intake.several", "count", len(found), "name", l.values[name], "resource", w.def.Name, "codes", codesOf(found)))
		return
	}
	one := found[0]
	if l.values["code"] != "" && l.values[name] != "" && !alike(l.values[name], one.name) {
		w.blame(l, "code", problem.Rule("intake.code_taken", "code", one.code, "name", one.name))
		return
	}
	if l.id = one.id; l.values["code"] == "" {
		l.values["code"] = one.code
	}
	l.skip = l.skip || w.task.Kind.Only
}

// decide narrows records of one name down by what else the line says of them, then to those that are in use.
func (w *work) decide(l *line, called []hit) []hit {
	for i, key := range w.task.Kind.Apart {
		if l.values[key] == "" {
			continue
		}
		fits := slices.DeleteFunc(slices.Clone(called), func(h hit) bool { return h.apart[i] != l.values[key] })
		if len(fits) > 0 || w.split[w.sameness(l)] {
			called = fits
		}
	}
	if used := slices.DeleteFunc(slices.Clone(called), func(h hit) bool { return !h.active }); len(called) > 1 && len(used) > 0 {
		return used
	}
	return called
}

// alike reports whether two names differ in nothing but space and case.
func alike(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// codesOf names the first few of several records.
func codesOf(list []hit) string {
	codes := make([]string, 0, 5)
	for _, h := range list[:min(len(list), 5)] {
		codes = append(codes, h.code)
	}
	return strings.Join(codes, "、")
}

type hit struct {
	id         int64
	code, name string   // what it is called by the first of the columns that tell records apart
	apart      []string // what decides between records of one name
	active     bool
}

// search is a look for the visible records of a resource.
type search struct {
	v     *kernel.View
	def   *kernel.Def
	same  []string // columns that tell records apart
	apart []string // and those that decide between several
}

// find gives records by code and by what tells them apart, in the order in which they were made.
func (s search) find(field string, set map[string]bool) (map[string][]hit, error) {
	delete(set, "")
	texts, out := slices.Sorted(maps.Keys(set)), map[string][]hit{}
	scope := resource.Visible(s.v, s.def, s.def.Table.Name)
	if scope != "" {
		scope = " AND " + scope
	}
	active := "1"
	if s.def.ByName["active"] != nil {
		active = "CASE WHEN active THEN 1 ELSE 0 END"
	}
	columns := strings.Join(slices.Concat([]string{"id", cmp.Or(s.def.Code, "''"), active}, s.same, s.apart), ", ")
	for len(texts) > 0 {
		n := min(len(texts), oneQuery)
		args := make([]any, n)
		for i, text := range texts[:n] {
			args[i] = text
		}
		err := s.v.Each(func(rows *sql.Rows) error {
			one, used, parts := hit{}, 0, make([]string, len(s.same)+len(s.apart))
			into := []any{&one.id, &one.code, &used}
			for i := range parts {
				into = append(into, &parts[i])
			}
			err := rows.Scan(into...)
			one.name, one.apart, one.active = parts[0], parts[len(s.same):], used == 1
			for _, key := range []string{"c\x00" + one.code, "s\x00" + strings.Join(parts[:len(s.same)], "\x00")} {
				out[key] = append(out[key], one)
			}
			return err
		}, "SELECT "+columns+" FROM "+s.def.Table.Name+" WHERE "+field+" IN ("+store.Marks(n)+")"+scope+" ORDER BY id", args...)
		if err != nil {
			return nil, err
		}
		texts = texts[n:]
	}
	return out, nil
}

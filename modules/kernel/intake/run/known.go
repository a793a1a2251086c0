package run

import (
	"context"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/intake/match"
	"zhanggui/modules/kernel/problem"
)

// known finds the records that lines name: by code, else by what tells records without one apart. A line with a record
// and no code gets the record's. Where several are called so and neither the code nor what else the line says decides,
// the line is bad: nobody gets a debt by chance.
func (w *work) known(ctx context.Context) error {
	return w.c.View(ctx, w.actor, func(v *kernel.View) error {
		codes, names := map[string]bool{}, map[string]bool{}
		for _, l := range w.Live() {
			codes[l.Values["code"]] = true
			if l.Values["code"] == "" {
				names[l.Values[w.task.Kind.Same[0]]] = true
			}
		}
		s := match.Search{View: v, Def: w.def, Same: w.Same(), Apart: w.task.Kind.Apart}
		byCode, err := s.Find(w.def.Code, codes)
		if err != nil {
			return err
		}
		byName, err := s.Find(w.task.Kind.Same[0], names)
		if err != nil {
			return err
		}
		for _, l := range w.Live() {
			if l.ID == 0 {
				w.settle(l, byCode["c\x00"+l.Values["code"]], byName[w.Sameness(l)])
			}
		}
		return nil
	})
}

// settle gives a line its record out of those with its code and those that are called like it.
func (w *work) settle(l *lines.Line, coded, called []match.Hit) {
	name := w.task.Kind.Same[0]
	found := coded
	if l.Values["code"] == "" {
		found = w.decide(l, called)
	}
	switch {
	case len(found) == 0:
		return
	case len(found) > 1:
		w.Blame(l, "code", problem.Rule("intake.several", "count", len(found), "name", l.Values[name], "resource", w.def.Name, "codes", match.Codes(found)))
		return
	}
	one := found[0]
	if l.Values["code"] != "" && l.Values[name] != "" && !match.Alike(l.Values[name], one.Name) {
		w.Blame(l, "code", problem.Rule("intake.code_taken", "code", one.Code, "name", one.Name))
		return
	}
	if l.ID = one.ID; l.Values["code"] == "" {
		l.Values["code"] = one.Code
	}
	l.Skip = l.Skip || w.task.Kind.Only
}

// decide narrows records of one name down by what else the line says of them, then to those that are in use.
func (w *work) decide(l *lines.Line, called []match.Hit) []match.Hit {
	for i, key := range w.task.Kind.Apart {
		if l.Values[key] == "" {
			continue
		}
		fits := slices.DeleteFunc(slices.Clone(called), func(h match.Hit) bool { return h.Apart[i] != l.Values[key] })
		if len(fits) > 0 || w.Split[w.Sameness(l)] {
			called = fits
		}
	}
	if used := slices.DeleteFunc(slices.Clone(called), func(h match.Hit) bool { return !h.Active }); len(called) > 1 && len(used) > 0 {
		return used
	}
	return called
}

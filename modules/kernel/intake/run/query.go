package run

import (
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
// and no code gets the record's; a kind that leaves records alone writes nothing for it.
func (w *work) known(ctx context.Context) error {
	return w.c.View(ctx, w.actor, func(v *kernel.View) error {
		codes, names := map[string]bool{}, map[string]bool{}
		for _, l := range w.live() {
			codes[l.values["code"]] = true
			if l.values["code"] == "" {
				names[l.values[w.task.Kind.Same[0]]] = true
			}
		}
		byCode, err := w.find(v, w.def.Code, codes)
		if err != nil {
			return err
		}
		byName, err := w.find(v, w.task.Kind.Same[0], names)
		if err != nil {
			return err
		}
		for _, l := range w.live() {
			hit := byCode["c\x00"+l.values["code"]]
			if l.values["code"] == "" {
				hit = byName[w.sameness(l)]
			}
			if hit.id == 0 {
				continue
			}
			if name := w.task.Kind.Same[0]; l.values["code"] != "" && l.values[name] != "" && !strings.EqualFold(strings.Join(strings.Fields(l.values[name]), " "), strings.Join(strings.Fields(hit.name), " ")) {
				w.blame(l, "code", problem.Rule("intake.code_taken", "code", hit.code, "name", hit.name))
				continue
			}
			if l.id = hit.id; l.values["code"] == "" {
				l.values["code"] = hit.code
			}
			l.skip = l.skip || w.task.Kind.Only
		}
		return nil
	})
}

type hit struct {
	id         int64
	code, name string // what it is called by the first of the columns that tell records apart
}

// find gives visible records by code and by what tells them apart; of several the newest.
func (w *work) find(v *kernel.View, field string, set map[string]bool) (map[string]hit, error) {
	delete(set, "")
	texts, out := slices.Sorted(maps.Keys(set)), map[string]hit{}
	scope := resource.Visible(v, w.def, w.def.Table.Name)
	if scope != "" {
		scope = " AND " + scope
	}
	columns := "id, " + w.def.Code + ", " + strings.Join(w.task.Kind.Same, ", ")
	for len(texts) > 0 {
		n := min(len(texts), oneQuery)
		args := make([]any, n)
		for i, text := range texts[:n] {
			args[i] = text
		}
		err := v.Each(func(rows *sql.Rows) error {
			one, parts := hit{}, make([]string, len(w.task.Kind.Same))
			into := []any{&one.id, &one.code}
			for i := range parts {
				into = append(into, &parts[i])
			}
			err := rows.Scan(into...)
			one.name = parts[0]
			out["c\x00"+one.code] = one
			out["s\x00"+strings.Join(parts, "\x00")] = one
			return err
		}, "SELECT "+columns+" FROM "+w.def.Table.Name+" WHERE "+field+" IN ("+store.Marks(n)+")"+scope+" ORDER BY id", args...)
		if err != nil {
			return nil, err
		}
		texts = texts[n:]
	}
	return out, nil
}

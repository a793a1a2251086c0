package run

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/transfer/plan"
)

// words says to the person what is wrong.
func (w *work) words(what *problem.Problem) string {
	return layout.Found{Problem: what}.Words(w.c, w.actor.Lang)
}

// columns are those of the resource that the task gives, with what every row gets.
func (w *work) columns() (keys []string) {
	for _, key := range slices.Concat(w.Keys, w.More) {
		if f := w.task.Kind.Field(key); !f.Extra && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if w.def.Code == "code" && !slices.Contains(keys, "code") {
		keys = append(keys, "code") // that of a record which is known by its name
	}
	for _, key := range slices.Sorted(maps.Keys(w.task.Kind.Fixed)) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// file writes lines as a table that an import reads: row 1 is the head. It tells which line each further row is of.
func (w *work) file(list []*lines.Line) (data []byte, of []*lines.Line, err error) {
	keys := w.columns()
	own := len(keys)
	more := map[string]bool{}
	for _, l := range list {
		for _, d := range l.Details {
			for key := range d {
				more[key] = true
			}
		}
	}
	keys = append(keys, slices.Sorted(maps.Keys(more))...)
	var rows [][]string
	for _, l := range list {
		for n := range l.Height() {
			row := make([]string, len(keys))
			for j, key := range keys {
				switch {
				case j >= own && n < len(l.Details):
					row[j] = l.Details[n][key]
				case j < own && n == 0:
					row[j] = w.cell(l, key)
				}
			}
			rows, of = append(rows, row), append(of, l)
		}
	}
	data, err = lines.CSV(keys, rows)
	return data, of, err
}

// cell is what the import is told of a column: nothing of what its record keeps. Of what every row gets, a record that
// exists gets the marks only, and loses none.
func (w *work) cell(l *lines.Line, key string) string {
	fixed := w.task.Kind.Fixed[key]
	switch {
	case l.ID != 0 && fixed == "true":
		return fixed
	case l.Keeps(key) || l.Bare && key != w.def.Code:
		return ""
	case l.Values[key] == "" && l.ID == 0:
		if name := []rune(l.Values["name"]); key == "code" && fixed == "" && w.task.Kind.Named {
			return string(name[:min(len(name), 20)])
		}
		return fixed
	}
	return l.Values[key]
}

func (w *work) request(def *kernel.Def, data []byte) transfer.Request {
	key := w.task.Key
	if key != "" { // the same rows under the key are written once, also by a job that is taken up again
		sum := sha256.Sum256(data)
		key += "/" + hex.EncodeToString(sum[:8])
	}
	return transfer.Request{Def: def, Source: bytes.NewReader(data), Size: int64(len(data)), Name: w.task.Name, Mode: transfer.Upsert, Key: key, Origin: w.task.File}
}

// try prepares every line on readers, which finds nearly all that is wrong before anything is written.
func (w *work) try(ctx context.Context) error {
	var list []*lines.Line
	for _, l := range w.Live() {
		if !l.Skip {
			list = append(list, l)
		}
	}
	for from := 0; from < len(list); from += 5 * chunk {
		part := list[from:min(len(list), from+5*chunk)]
		data, of, err := w.file(part)
		if err != nil {
			return err
		}
		p, err := plan.New(w.c, w.actor, plan.Request{Def: w.def, Source: bytes.NewReader(data), Size: int64(len(data)), Name: w.task.Name})
		if err != nil {
			return err
		}
		if err := p.Prepare(ctx, p.Records, func(int) {}); err != nil {
			return err
		}
		w.found(of, p.Problems())
		w.tell(from+len(part), 2*len(list))
	}
	return nil
}

// found notes what an import found wrong, at the lines it was told of; of says which line each row is of.
func (w *work) found(of []*lines.Line, list []layout.Found) {
	for _, f := range list {
		if f.Row < 2 || f.Row-2 >= len(of) {
			continue
		}
		what := f.Problem
		if row, ok := what.Args["row"].(int); ok && row >= 2 && row-2 < len(of) { // a row of the table made here
			args := maps.Clone(what.Args)
			args["row"] = of[row-2].Row
			what = &problem.Problem{Kind: what.Kind, Code: what.Code, Args: args, Path: what.Path}
		}
		l := of[f.Row-2]
		if key := w.told(f.Key); key != "" {
			w.Blame(l, key, what)
		} else {
			l.Problems = append(l.Problems, intake.Trouble{Detail: layout.Found{Title: f.Title, Problem: what}.Words(w.c, w.actor.Lang)})
		}
	}
}

// told is the column of the table that a column of the import came from, "" for none.
func (w *work) told(key string) string {
	for _, own := range w.Keys {
		if own == key || key != "" && w.task.Kind.Field(own).As == key {
			return own
		}
	}
	return ""
}

// part imports some lines in one unit.
func (w *work) part(ctx context.Context, list []*lines.Line) error {
	for range 5 {
		if len(list) == 0 {
			return nil
		}
		data, of, err := w.file(list)
		if err != nil {
			return err
		}
		rep, err := transfer.Import(ctx, w.c, w.actor, w.request(w.def, data))
		if err != nil {
			return err
		}
		if rep.Count == 0 {
			w.out.Created += rep.Created
			w.out.Updated += rep.Updated
			w.out.Same += rep.Same
			w.out.Waiting += rep.Waiting
			return nil
		}
		w.found(of, rep.Problems)
		good := list[:0:0]
		for _, l := range list {
			if len(l.Problems) == 0 {
				good = append(good, l)
			}
		}
		if len(good) == len(list) {
			return fmt.Errorf("intake: an import names no row that is wrong: %v", rep.Problems[0].Problem)
		}
		list = good
	}
	for _, l := range list {
		w.Blame(l, "", problem.Conflicted("intake.busy"))
	}
	return nil
}

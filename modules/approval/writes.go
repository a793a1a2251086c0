package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// writes are the acts on what has no states: there no action puts a record into force, what is written counts at once.
// What was typed waits in the request, and the record stays as it is until everybody has agreed.
var writes = map[string]*kernel.Action{
	"create": {Name: "create", Label: kernel.T("新建", "Create")},
	"update": {Name: "update", Label: kernel.T("修改", "Change")},
	"delete": {Name: "delete", Label: kernel.T("删除", "Delete")},
}

// actionOf is an act on a kind of record, nil for one that flows do not know there.
func actionOf(d *kernel.Def, name string) *kernel.Action {
	if a := d.Action(name); a != nil {
		return a
	}
	if d.Machine != nil || name == "create" && d.NoCreate || name == "delete" && d.NoDelete {
		return nil
	}
	return writes[name]
}

// typed reports whether an act waits with a record as somebody typed it.
func typed(act string) bool { return act == "create" || act == "update" }

// held is the command that waits in a request.
func held(d *kernel.Def, r *Request) (pipeline.Command, error) {
	cmd := pipeline.Command{Def: d, Act: r.Act, ID: r.Record, Input: &resource.Object{}}
	if !typed(r.Act) {
		return cmd, nil
	}
	input, p := resource.ParseObject([]byte(r.Input))
	if p != nil {
		return cmd, p
	}
	cmd.Input = input
	return cmd, nil
}

// proposed is the record as a typed request would leave it; nil when what it would change is gone.
func proposed(v *kernel.View, d *kernel.Def, r *Request) (any, error) {
	cmd, err := held(d, r)
	if err != nil {
		return nil, err
	}
	// Whoever looks need not have the rights of the one who typed.
	draft, err := pipeline.Prepare(v.As(&kernel.Actor{System: true, UserID: r.Initiator, PersonID: r.Owner, Department: r.Department, Lang: v.Lang}), cmd, "")
	if list, known := problem.From(err); known && list[0].Kind == problem.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return draft.Rec, nil
}

// withInput is the fingerprint of what an approval of a typed record is about: the record as it stands, and what was typed.
func withInput(hash, input string) string {
	sum := sha256.Sum256([]byte(hash + "\n" + input))
	return hex.EncodeToString(sum[:])
}

// resume carries out a write that was held; a new record gets its place in the request.
func (e *engine) resume() error {
	cmd, err := held(e.ver.target, e.req)
	if err != nil {
		return err
	}
	out, err := pipeline.Resume(e.tx, cmd)
	if err != nil || e.req.Act != "create" {
		return err
	}
	e.req.Record = resource.ID(e.ver.target, out.Rec)
	return Requests.Save(e.tx, e.req)
}

// changes tells on the card what a typed request would make different, as far as the viewer may see it: for a new record
// what is filled in.
func (w *writer) changes(d *kernel.Def, old, rec any) []fact {
	blank := old == nil
	if blank {
		old = reflect.New(d.Type).Interface()
	}
	out := []fact{}
	for _, f := range d.Fields {
		if f.Hidden || f.NoStore || f.ReadOnly || !w.v.Actor.Sees(f.Right) {
			continue
		}
		was, is := w.shown(f, resource.Value(f, old)), w.shown(f, resource.Value(f, rec))
		switch {
		case was == is || blank && resource.Value(f, rec).IsZero():
		case blank:
			out = append(out, fact{f.Label.In(w.v.Lang), is, "text"})
		default:
			out = append(out, fact{f.Label.In(w.v.Lang), orNone(was) + " → " + orNone(is), "text"})
		}
	}
	for _, l := range d.Lines {
		if text := strings.Join(w.changedLines(l, old, rec), "\n"); text != "" && !blank {
			out = append(out, fact{l.Label.In(w.v.Lang), text, string(kernel.KindLongText)})
		} else if n := resource.Lines(l, rec).Len(); blank && n > 0 {
			out = append(out, fact{l.Label.In(w.v.Lang), strconv.Itoa(n), string(kernel.KindInt)})
		}
	}
	return out
}

// changedLines names the first lines that are new, gone or different.
func (w *writer) changedLines(l *kernel.LineDef, old, rec any) (out []string) {
	before := map[int64]reflect.Value{}
	lines := resource.Lines(l, old)
	for i := range lines.Len() {
		before[lines.Index(i).FieldByIndex(l.ByName["id"].Index).Int()] = lines.Index(i)
	}
	say := func(sign string, parts []string) {
		if len(out) < mostConcerned {
			out = append(out, sign+strings.Join(parts, "，"))
		} else if len(out) == mostConcerned {
			out = append(out, "…")
		}
	}
	lines = resource.Lines(l, rec)
	for i := range lines.Len() {
		line := lines.Index(i)
		id := line.FieldByIndex(l.ByName["id"].Index).Int()
		was, known := before[id]
		delete(before, id)
		if !known {
			say("＋ ", w.lineParts(l, reflect.Zero(line.Type()), line))
		} else if parts := w.lineParts(l, was, line); len(parts) > 0 {
			say("", parts)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		say("－ ", w.lineParts(l, reflect.Zero(before[id].Type()), before[id]))
	}
	return out
}

// lineParts is what of a line is different, behind what it is about.
func (w *writer) lineParts(l *kernel.LineDef, was, is reflect.Value) (out []string) {
	about := ""
	for _, f := range l.Fields {
		if f.Hidden || f.NoStore || f.ReadOnly && !f.Computed || f.Name == "id" || f.Name == "pos" || !w.v.Actor.Sees(f.Right) {
			continue
		}
		now, then := is.FieldByIndex(f.Index), was.FieldByIndex(f.Index)
		if f.Kind == kernel.KindRef && about == "" {
			about = w.shown(f, now)
			if then.IsZero() || then.Int() == now.Int() {
				continue
			}
		}
		switch text := w.shown(f, now); {
		case text == w.shown(f, then):
		case then.IsZero():
			out = append(out, f.Label.In(w.v.Lang)+" "+text)
		default:
			out = append(out, f.Label.In(w.v.Lang)+" "+w.shown(f, then)+" → "+orNone(text))
		}
	}
	if about != "" && (len(out) > 0 || was.IsZero()) {
		out = append([]string{about}, out...)
	}
	return out
}

func orNone(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

// shown is a value in words.
func (w *writer) shown(f *kernel.Field, value reflect.Value) string {
	text := resource.Text(f, value)
	switch f.Kind {
	case kernel.KindRef:
		return w.labels[f.Ref][value.Int()]
	case kernel.KindEnum:
		return route.OptionLabel(f, text, w.v.Lang)
	case kernel.KindAmount:
		return money.Format(money.Amount(value.Int()))
	case kernel.KindBool:
		if value.Bool() {
			return kernel.T("是", "yes").In(w.v.Lang)
		}
		return kernel.T("否", "no").In(w.v.Lang)
	}
	return text
}

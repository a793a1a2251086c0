package approval

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// mostConcerned is how many lines of a document a card names.
const mostConcerned = 3

// why tells on the card of somebody who decides for what reason he is asked: the flow's condition in words, the figures
// it looks at and the lines that alone make it true. A condition that no longer fits, or a field that is gone, leaves
// the card without them: it must not keep anybody from deciding.
func (w *writer) why(r *Request, d *kernel.Def, rec any) []fact {
	ver, err := versionOf(w.v, r.FlowVersion)
	if err != nil || ver.always || ver.when == nil || w.box != "todo" && w.box != "all" {
		return nil
	}
	s := subject{v: w.v, def: d, rec: rec, act: ver.act, initiator: r.Initiator}
	if s.input, err = decodeInput(ver.act, r.Input); err != nil {
		return nil
	}
	out := []fact{{kernel.T("审批原因", "Why it is asked").In(w.v.Lang), conditionWords(w.v, d, ver.asked), string(kernel.KindLongText)}}
	for _, f := range figuresOf(w.v.Company, d.Name) {
		if f.Field.Kind == kernel.KindBool || !ver.when.Names[f.Field.Name] || !w.v.Actor.Sees(f.Field.Right) {
			continue
		}
		if value, err := f.Value(w.v, rec); err == nil {
			out = append(out, fact{f.Field.Label.In(w.v.Lang), resource.Text(&f.Field, reflect.ValueOf(value)), string(f.Field.Kind)})
		}
	}
	for _, l := range d.Lines {
		if text := w.concerned(s, ver, l); text != "" {
			out = append(out, fact{l.Label.In(w.v.Lang), text, string(kernel.KindLongText)})
		}
	}
	return out
}

// said is what was typed with the act: the reason for opening a period again, the day of a red voucher.
func (w *writer) said(a *kernel.Action, r *Request) []fact {
	if a == nil {
		return nil
	}
	in, err := decodeInput(a, r.Input)
	if err != nil || in == nil {
		return nil
	}
	var out []fact
	for _, f := range a.Input.Fields {
		value := reflect.ValueOf(in).Elem().FieldByIndex(f.Index)
		text, kind := resource.Text(f, value), string(f.Kind)
		switch target := w.v.Company.Def(f.Ref); {
		case !w.v.Actor.Sees(f.Right) || value.IsZero():
			continue
		case f.Kind == kernel.KindRef && target != nil:
			names, err := resource.Labels(w.v, target, []int64{value.Int()})
			if err != nil {
				continue
			}
			text, kind = names[value.Int()], string(kernel.KindText)
		case f.Kind == kernel.KindEnum:
			text, kind = route.OptionLabel(f, text, w.v.Lang), string(kernel.KindText)
		case f.Kind == kernel.KindText:
			kind = string(kernel.KindLongText) // a line of its own: words are what is decided upon
		}
		out = append(out, fact{f.Label.In(w.v.Lang), text, kind})
	}
	return out
}

// concerned names the first lines that alone make the condition true, with what it looks at in them.
func (w *writer) concerned(s subject, ver *compiled, l *kernel.LineDef) string {
	if !ver.when.Names[l.Name] {
		return ""
	}
	values, err := s.values(ver.when.Names)
	if err != nil {
		return ""
	}
	rows, lines := values[l.Name].([]any), resource.Lines(l, s.rec)
	values[l.Name] = []any{}
	if yes, err := ver.when.Eval(values); err != nil || yes {
		return "" // it holds whatever the lines are
	}
	var said []string
	for i, row := range rows {
		values[l.Name] = []any{row}
		if yes, err := ver.when.Eval(values); err != nil || !yes {
			continue
		}
		if len(said) == mostConcerned {
			said = append(said, "…")
			break
		}
		said = append(said, w.lineWords(s, l, lines.Index(i), ver.when.Names))
	}
	return strings.Join(said, "\n")
}

// lineWords is a line in words: what it is about, and the fields that a condition names, as far as the viewer may see them.
func (w *writer) lineWords(s subject, l *kernel.LineDef, line reflect.Value, names map[string]bool) string {
	var parts []string
	about := ""
	say := func(f *kernel.Field, v reflect.Value) {
		text := resource.Text(f, v)
		if f.Kind == kernel.KindEnum {
			text = route.OptionLabel(f, text, w.v.Lang)
		}
		parts = append(parts, f.Label.In(w.v.Lang)+" "+text)
	}
	for _, f := range l.Fields {
		if f.NoStore || !w.v.Actor.Sees(f.Right) {
			continue
		}
		value := line.FieldByIndex(f.Index)
		target := w.v.Company.Def(f.Ref)
		if f.Kind != kernel.KindRef || target == nil {
			if names[f.Name] {
				say(f, value)
			}
			continue
		}
		rec, err := referred(w.v, target, value.Int())
		if err != nil || rec == nil {
			continue
		}
		if about == "" {
			about = resource.Title(target, rec)
		}
		within := reachable(f, target)
		for _, name := range slices.Sorted(maps.Keys(within)) {
			if x := within[name]; names[name] && w.v.Actor.Sees(x.Right) {
				say(x, resource.Value(x, rec))
			}
		}
	}
	return joined(kernel.T("：", ": ").In(w.v.Lang), about, strings.Join(parts, kernel.T("，", ", ").In(w.v.Lang)))
}

package print

import (
	"errors"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Sheet is what a template sees of a record. Fields are asked for by name; the value of one that does not exist, or
// that the actor may not see, is "".
type Sheet struct {
	v      *kernel.View
	def    *kernel.Def
	rec    any
	labels resource.LabelSet
	refs   map[string]any // loaded targets by field name
	plain  bool           // without prices and amounts
}

// Pair is a field with its value as people read it.
type Pair struct {
	Label, Value string
	Wide         bool
}

// LangTag is the language for the html element.
func (s *Sheet) LangTag() string { return LangTag(s.v.Lang) }

// LangTag is a language of the program as the html element has it.
func LangTag(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "zh-CN"
}

// Colon stands between a label and its value.
func (s *Sheet) Colon() string { return s.T("：", ": ") }

// T picks a text by language.
func (s *Sheet) T(zh, en string) string { return kernel.T(zh, en).In(s.v.Lang) }

// Company gives a setting of the company, such as its name.
func (s *Sheet) Company(key string) string { return s.v.Company.Setting("company." + key) }

// Title is the kind of record.
func (s *Sheet) Title() string { return s.def.Label.In(s.v.Lang) }

// Name is what the record is called.
func (s *Sheet) Name() string { return resource.Title(s.def, s.rec) }

// Mark warns on paper that the record is not in force: a draft, void, or waiting.
func (s *Sheet) Mark() string {
	if s.def.Machine == nil || s.def.ByName["state"] == nil {
		return ""
	}
	info := s.def.States[state.State(resource.Value(s.def.ByName["state"], s.rec).String())]
	if info.Tone == "live" || info.Tone == "closed" {
		return ""
	}
	return info.Label.In(s.v.Lang)
}

// field gives a field that exists and may be seen, else nil.
func (s *Sheet) field(name string) *kernel.Field {
	if f := s.def.ByName[name]; f != nil && s.v.Actor.Sees(f.Right) && !(s.plain && priced(f.Kind)) {
		return f
	}
	return nil
}

// Has reports whether a field can be printed.
func (s *Sheet) Has(name string) bool { return s.field(name) != nil }

// First gives the first of the names that can be printed, "" when none can.
func (s *Sheet) First(names ...string) string {
	if i := slices.IndexFunc(names, s.Has); i >= 0 {
		return names[i]
	}
	return ""
}

// Label is a field's label.
func (s *Sheet) Label(name string) string {
	if f := s.field(name); f != nil {
		return f.Label.In(s.v.Lang)
	}
	return ""
}

// Text is a field's value as people read it.
func (s *Sheet) Text(name string) string {
	f := s.field(name)
	if f == nil {
		return ""
	}
	return s.say(f)
}

// say gives a field of the record as people read it.
func (s *Sheet) say(f *kernel.Field) string {
	if s.def.Words != nil {
		if text, ok := s.def.Words(s.v, s.rec, f.Name); ok {
			return text
		}
	}
	return s.format(f, resource.Value(f, s.rec))
}

// Upper is an amount in capital characters; "" for a field that is no amount.
func (s *Sheet) Upper(name string) string {
	f := s.field(name)
	if f == nil || f.Kind != kernel.KindAmount {
		return ""
	}
	return money.Upper(money.Amount(resource.Value(f, s.rec).Int()))
}

// Filled gives those of the fields that have a value other than zero, in the order of the names.
func (s *Sheet) Filled(names ...string) []Pair {
	var out []Pair
	for _, name := range names {
		if f := s.field(name); f != nil && !resource.Value(f, s.rec).IsZero() {
			out = append(out, s.pair(f))
		}
	}
	return out
}

// Added gives those of the fields that the company added which have a value, in their order.
func (s *Sheet) Added() []Pair {
	var out []Pair
	for _, f := range s.def.Fields {
		if f.Custom != 0 && s.Has(f.Name) && !resource.Value(f, s.rec).IsZero() {
			out = append(out, s.pair(f))
		}
	}
	return out
}

func (s *Sheet) pair(f *kernel.Field) Pair {
	return Pair{f.Label.In(s.v.Lang), s.say(f), f.Kind == kernel.KindLongText}
}

// Ref gives a field of the record that a reference points at, as far as the actor may see such fields.
func (s *Sheet) Ref(name, field string) (string, error) {
	f := s.field(name)
	if f == nil || f.Kind != kernel.KindRef {
		return "", nil
	}
	target := s.v.Company.Def(f.Ref)
	id := resource.Value(f, s.rec).Int()
	if target == nil || id == 0 {
		return "", nil
	}
	rec, known := s.refs[name]
	if !known {
		var err error
		var missing *problem.Problem
		if rec, err = resource.Load(s.v, target, id); errors.As(err, &missing) {
			return "", nil
		} else if err != nil {
			return "", err
		}
		s.refs[name] = rec
	}
	inner := &Sheet{v: s.v, def: target, rec: rec}
	return inner.Text(field), nil
}

// Fields gives everything of the record that has a value, but for what the program keeps by itself.
func (s *Sheet) Fields() []Pair {
	var out []Pair
	for _, f := range s.def.Fields {
		if f.Name == "id" || f.Name == "version" || f.Kind == kernel.KindJSON || f.NoStore || f.Hidden || !s.Has(f.Name) {
			continue
		}
		if p := s.pair(f); p.Value != "" && !resource.Value(f, s.rec).IsZero() {
			out = append(out, p)
		}
	}
	return out
}

// format gives a value as people read it.
func (s *Sheet) format(f *kernel.Field, v reflect.Value) string {
	switch f.Kind {
	case kernel.KindAmount:
		return money.Format(money.Amount(v.Int()))
	case kernel.KindPrice:
		return money.FormatPrice(money.Price(v.Int()))
	case kernel.KindQty:
		return money.FormatQty(money.Qty(v.Int()))
	case kernel.KindRate:
		return percent(money.Rate(v.Int()))
	case kernel.KindRef:
		return s.labels[f.Ref][v.Int()]
	case kernel.KindInstant:
		if v.Int() == 0 {
			return ""
		}
		return clock.Instant(v.Int()).Time().In(s.v.Company.Zone()).Format("2006-01-02 15:04")
	case kernel.KindEnum:
		for _, o := range f.Options {
			if o.Value == v.String() {
				return o.Label.In(s.v.Lang)
			}
		}
	case kernel.KindBool:
		if v.Bool() {
			return s.T("是", "Yes")
		}
		return s.T("否", "No")
	}
	return resource.Text(f, v)
}

// percent gives a rate as 13%, nothing for 0.
func percent(r money.Rate) string {
	if r == 0 {
		return ""
	}
	hundred, err := money.MulDiv(int64(r), 100, 1)
	if err != nil {
		return r.String()
	}
	return money.Rate(hundred).String() + "%"
}

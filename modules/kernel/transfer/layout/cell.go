package layout

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/state"
)

var yes, no = kernel.T("是", "yes"), kernel.T("否", "no")

// Kind is how a field's column is written.
func Kind(f *kernel.Field) sheet.Kind {
	switch f.Kind {
	case kernel.KindAmount:
		return sheet.Money
	case kernel.KindPrice, kernel.KindQty, kernel.KindRate:
		return sheet.Decimal
	case kernel.KindInt:
		return sheet.Int
	case kernel.KindDate:
		return sheet.Date
	case kernel.KindInstant:
		return sheet.Instant
	}
	return sheet.Text
}

// Options gives the texts a column offers in a language, nil when it takes any.
func Options(f *kernel.Field, lang string) []string {
	if f.Kind == kernel.KindBool {
		return []string{yes.In(lang), no.In(lang)}
	}
	var out []string
	for _, o := range f.Options {
		out = append(out, o.Label.In(lang))
	}
	return out
}

// Text writes a value, except a reference, as people read it and Parse understands it.
func Text(f *kernel.Field, v reflect.Value, lang string) string {
	switch f.Kind {
	case kernel.KindBool:
		if v.Bool() {
			return yes.In(lang)
		}
		return no.In(lang)
	case kernel.KindEnum:
		for _, o := range f.Options {
			if o.Value == v.String() {
				return o.Label.In(lang)
			}
		}
		return v.String()
	case kernel.KindInstant:
		if v.Int() == 0 {
			return ""
		}
	case kernel.KindDate:
		if v.String() == string(clock.Never) {
			return ""
		}
	}
	return resource.Text(f, v)
}

// grouped is a number with separators of thousands, as people copy it from elsewhere.
var grouped = regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)

// Parse reads a cell into v, a value of the field's type, and gives what to put into the input of a command.
func Parse(f *kernel.Field, v reflect.Value, text string, zone *time.Location) (any, *problem.Problem) {
	switch f.Kind {
	case kernel.KindAmount, kernel.KindPrice, kernel.KindQty, kernel.KindInt:
		text = strings.TrimPrefix(strings.TrimPrefix(text, "¥"), "￥")
		if grouped.MatchString(text) {
			text = strings.ReplaceAll(text, ",", "")
		}
	case kernel.KindInstant:
		if at, err := time.ParseInLocation(time.DateTime, text, zone); err == nil {
			text = clock.InstantOf(at).String()
		}
	}
	if p := resource.Set(f, v, text); p != nil {
		return nil, p
	}
	switch f.Kind {
	case kernel.KindInt, kernel.KindRef:
		return Number(v.Int()), nil
	case kernel.KindBool:
		return v.Bool(), nil
	}
	return resource.Text(f, v), nil
}

// Number writes an id or count as the input of a command wants it.
func Number(n int64) json.Number {
	text, _ := json.Marshal(n) // an integer always marshals
	return json.Number(text)
}

// StateOf gives the state of a record, "" of one without states.
func StateOf(d *kernel.Def, rec any) state.State {
	if d.Machine == nil {
		return ""
	}
	return state.State(resource.Value(d.ByName["state"], rec).String())
}

// Blank tells what clears a value: an empty cell leaves it alone.
func Blank(text string) bool {
	switch Fold(text) {
	case "(空)", "(blank)":
		return true
	}
	return false
}

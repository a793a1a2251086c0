package resource

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// maxSafe is the largest integer that JavaScript keeps exact.
const maxSafe = 1<<53 - 1

// JSON gives a field's value as it is written to JSON: decimals and instants as strings, refs as ids, no ref as null.
func JSON(f *kernel.Field, v reflect.Value) any {
	switch f.Kind {
	case kernel.KindRef, kernel.KindInt:
		if f.Kind == kernel.KindRef && v.Int() == 0 {
			return nil
		}
		return v.Int()
	case kernel.KindBool:
		return v.Bool()
	}
	return Text(f, v)
}

// Text gives the canonical text of a value, for JSON strings, Excel and the audit; "" for no value.
func Text(f *kernel.Field, v reflect.Value) string {
	switch f.Kind {
	case kernel.KindAmount:
		return money.Amount(v.Int()).String()
	case kernel.KindPrice:
		return money.Price(v.Int()).String()
	case kernel.KindQty:
		return money.Qty(v.Int()).String()
	case kernel.KindRate:
		return money.Rate(v.Int()).String()
	case kernel.KindInstant:
		return clock.Instant(v.Int()).String()
	case kernel.KindInt, kernel.KindRef:
		if f.Kind == kernel.KindRef && v.Int() == 0 {
			return ""
		}
		return strconv.FormatInt(v.Int(), 10)
	case kernel.KindBool:
		return strconv.FormatBool(v.Bool())
	}
	return v.String()
}

// column gives what is stored: a ref of 0 is NULL, so that foreign keys hold.
func column(f *kernel.Field, v reflect.Value) any {
	switch v.Kind() {
	case reflect.Int64:
		if f.Kind == kernel.KindRef && v.Int() == 0 {
			return nil
		}
		return v.Int()
	case reflect.Bool:
		return v.Bool()
	}
	return v.String()
}

// Parameter reads text, of a filter or a cursor, as it is stored in the field's column.
func Parameter(f *kernel.Field, text string) (any, error) {
	lax := *f
	lax.Signed, lax.Max = true, 0
	v := reflect.New(goType(f.Kind)).Elem()
	if p := Set(&lax, v, text); p != nil {
		return nil, p
	}
	return column(f, v), nil
}

// scanner reads a column into a field; NULL is the zero value.
type scanner struct{ v reflect.Value }

// Scan implements sql.Scanner.
func (s scanner) Scan(src any) error {
	switch x := src.(type) {
	case nil:
		s.v.SetZero()
	case int64:
		if s.v.Kind() == reflect.Bool {
			s.v.SetBool(x != 0)
		} else {
			s.v.SetInt(x)
		}
	case bool:
		s.v.SetBool(x)
	case string:
		s.v.SetString(x)
	case []byte:
		s.v.SetString(string(x))
	default:
		return fmt.Errorf("resource: cannot read a column of type %T", src)
	}
	return nil
}

// Set reads text into a field: the canonical form and, since people and spreadsheets type it, the usual variants.
// It refuses what does not fit the kind, with a problem that has no path yet.
func Set(f *kernel.Field, v reflect.Value, text string) *problem.Problem {
	text = strings.TrimSpace(text)
	if text == "" {
		v.SetZero()
		if f.Blank {
			v.SetInt(int64(money.NoQty))
		}
		return nil
	}
	switch f.Kind {
	case kernel.KindText, kernel.KindLongText:
		return setText(f, v, text)
	case kernel.KindEnum:
		for _, o := range f.Options {
			if text == o.Value || text == o.Label.Zh || text == o.Label.En {
				v.SetString(o.Value)
				return nil
			}
		}
		return problem.BadShape("field.option", "value", Clip(text))
	case kernel.KindDate:
		d, err := clock.LooseDate(text)
		v.SetString(string(d))
		return when(err, "field.date", text)
	case kernel.KindMonth:
		m, err := clock.ParseMonth(text)
		v.SetString(string(m))
		return when(err, "field.month", text)
	case kernel.KindInstant:
		i, err := clock.ParseInstant(text)
		v.SetInt(int64(i))
		return when(err, "field.instant", text)
	case kernel.KindBool:
		return setBool(v, text)
	}
	return setNumber(f, v, text)
}

func when(err error, code, text string) *problem.Problem {
	if err == nil {
		return nil
	}
	return problem.BadShape(code, "value", Clip(text))
}

// Clip shortens what somebody typed for a message.
func Clip(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

func setText(f *kernel.Field, v reflect.Value, text string) *problem.Problem {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return problem.BadShape("field.characters")
	}
	if f.Kind == kernel.KindText && strings.ContainsAny(text, "\n\r\t") {
		text = strings.Join(strings.Fields(text), " ")
	}
	if f.Max > 0 && utf8.RuneCountInString(text) > f.Max {
		return problem.BadShape("field.too_long", "max", f.Max)
	}
	v.SetString(text)
	return nil
}

func setBool(v reflect.Value, text string) *problem.Problem {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "y", "是", "√", "✓":
		v.SetBool(true)
	case "false", "0", "no", "n", "否", "×", "-":
		v.SetBool(false)
	default:
		return problem.BadShape("field.bool", "value", Clip(text))
	}
	return nil
}

func setNumber(f *kernel.Field, v reflect.Value, text string) *problem.Problem {
	var n int64
	var err error
	switch f.Kind {
	case kernel.KindAmount:
		n, err = plain(money.ParseAmount(text))
	case kernel.KindPrice:
		n, err = plain(money.ParsePrice(text))
	case kernel.KindQty:
		n, err = plain(money.ParseQty(text))
	case kernel.KindRate:
		n, err = parseRate(text)
	default:
		n, err = strconv.ParseInt(text, 10, 64)
		if err == nil && (n > maxSafe || n < -maxSafe) {
			err = money.ErrRange
		}
	}
	switch {
	case errors.Is(err, money.ErrPrecision):
		return problem.BadShape("field.precision", "value", Clip(text))
	case errors.Is(err, money.ErrRange), errors.Is(err, strconv.ErrRange):
		return problem.BadShape("field.range", "value", Clip(text))
	case err != nil:
		return problem.BadShape("field.number", "value", Clip(text))
	}
	if n < 0 && !f.Signed {
		return problem.Rule("field.negative")
	}
	v.SetInt(n)
	return nil
}

func plain[T ~int64](n T, err error) (int64, error) { return int64(n), err }

// parseRate also takes "13%".
func parseRate(text string) (int64, error) {
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		n, err := money.ParseRate(strings.TrimSpace(percent))
		if err == nil && int64(n)%100 != 0 {
			err = money.ErrPrecision
		}
		return int64(n) / 100, err
	}
	return plain(money.ParseRate(text))
}

// Value gives the reflected field of a record or line (a pointer to its struct).
func Value(f *kernel.Field, rec any) reflect.Value {
	return reflect.ValueOf(rec).Elem().FieldByIndex(f.Index)
}

// ID gives a record's id.
func ID(d *kernel.Def, rec any) int64 { return Value(d.ByName[colID], rec).Int() }

// VersionOf gives a record's version.
func VersionOf(d *kernel.Def, rec any) int64 { return Value(d.ByName[colVersion], rec).Int() }

// Title gives what a record is called.
func Title(d *kernel.Def, rec any) string {
	if d.Title == "" {
		return ""
	}
	return Text(d.ByName[d.Title], Value(d.ByName[d.Title], rec))
}

// Clone copies a record and its lines.
func Clone(d *kernel.Def, rec any) any {
	out := reflect.New(d.Type)
	out.Elem().Set(reflect.ValueOf(rec).Elem())
	for _, l := range d.Lines {
		from := out.Elem().FieldByIndex(l.Index)
		to := reflect.MakeSlice(from.Type(), from.Len(), from.Len())
		reflect.Copy(to, from)
		from.Set(to)
	}
	return out.Interface()
}

// Lines gives the slice of a line table, addressable.
func Lines(l *kernel.LineDef, rec any) reflect.Value {
	return reflect.ValueOf(rec).Elem().FieldByIndex(l.Index)
}

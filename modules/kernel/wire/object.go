// Package wire reads and writes JSON exactly: what was sent in the order it was sent, nothing twice, nothing behind it.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"zhanggui/modules/kernel/problem"
)

// Object is a JSON object as it was sent: keys in order, numbers as written. Values are nil, bool, json.Number, string,
// *Object or []any.
type Object struct {
	Keys   []string
	Values map[string]any
}

// Has reports whether the key was sent.
func (o *Object) Has(key string) bool { _, ok := o.Values[key]; return ok }

// Put sets a value.
func (o *Object) Put(key string, value any) {
	if o.Values == nil {
		o.Values = map[string]any{}
	}
	if !o.Has(key) {
		o.Keys = append(o.Keys, key)
	}
	o.Values[key] = value
}

// Bounds of a JSON body: deeper or longer is nobody's honest document.
const (
	maxDepth = 8
	maxItems = 20_000
)

var errDeep = errors.New("too deep")

// ParseObject reads exactly one JSON object. It refuses duplicate keys, trailing data and absurd nesting, with the place.
func ParseObject(data []byte) (*Object, *problem.Problem) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	p := parser{dec: dec}
	v, err := p.value(0, "")
	if p.problem != nil {
		return nil, p.problem
	}
	if err == nil {
		if _, extra := dec.Token(); !errors.Is(extra, io.EOF) {
			return nil, problem.BadShape("json.trailing")
		}
	}
	o, ok := v.(*Object)
	if err != nil || !ok {
		return nil, problem.BadShape("json.invalid")
	}
	return o, nil
}

type parser struct {
	dec     *json.Decoder
	items   int
	problem *problem.Problem
}

func (p *parser) value(depth int, path string) (any, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	if p.items++; depth > maxDepth || p.items > maxItems*32 {
		p.problem = problem.New(problem.TooLarge, "json.too_large").At(path)
		return nil, errDeep
	}
	switch t {
	case json.Delim('{'):
		return p.object(depth, path)
	case json.Delim('['):
		return p.array(depth, path)
	}
	return t, nil
}

func (p *parser) object(depth int, path string) (any, error) {
	o := &Object{Values: map[string]any{}}
	for p.dec.More() {
		t, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		if o.Has(key) {
			p.problem = problem.BadShape("json.duplicate", "key", clipped(key)).At(path + "/" + key)
			return nil, errDeep
		}
		v, err := p.value(depth+1, path+"/"+key)
		if err != nil {
			return nil, err
		}
		o.Put(key, v)
	}
	_, err := p.dec.Token()
	return o, err
}

func (p *parser) array(depth int, path string) (any, error) {
	list := []any{}
	for p.dec.More() {
		if len(list) >= maxItems {
			p.problem = problem.New(problem.TooLarge, "json.too_large").At(path)
			return nil, errDeep
		}
		v, err := p.value(depth+1, path+"/"+strconv.Itoa(len(list)))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := p.dec.Token()
	return list, err
}

// MarshalJSON writes the object in the order it was sent, so that equal inputs have equal texts.
func (o *Object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("{}"), nil
	}
	out := []byte{'{'}
	for i, key := range o.Keys {
		if i > 0 {
			out = append(out, ',')
		}
		value, err := json.Marshal(o.Values[key])
		if err != nil {
			return nil, err
		}
		out = append(append(AppendValue(out, key), ':'), value...)
	}
	return append(out, '}'), nil
}

// AppendValue writes a string, integer or bool as JSON.
func AppendValue(out []byte, value any) []byte {
	switch x := value.(type) {
	case string:
		for i := range len(x) {
			if c := x[i]; c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c >= utf8.RuneSelf {
				text, _ := json.Marshal(x) // a string always marshals
				return append(out, text...)
			}
		}
		return append(append(append(out, '"'), x...), '"')
	case int64:
		return strconv.AppendInt(out, x, 10)
	case bool:
		return strconv.AppendBool(out, x)
	case nil:
		return append(out, "null"...)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return append(out, "null"...)
	}
	return append(out, text...)
}

// clipped keeps a hostile key from filling a message.
func clipped(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

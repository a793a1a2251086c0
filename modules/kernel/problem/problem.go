// Package problem is the one type of error that people get to see: a kind, a
// message key with arguments, and the place it is about. The words are made
// from the key where the language is known. Every other error is internal: it
// is logged and never shown.
package problem

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says what sort of refusal a problem is; it decides the HTTP status.
type Kind int

// The kinds. Unprocessable is a broken business rule, see Rule.
const (
	Shape Kind = iota + 1
	Unauthenticated
	Forbidden
	NotFound
	MethodNotAllowed
	Conflict
	TooLarge
	MediaType
	Unprocessable
	PreconditionRequired
	TooMany
	Unavailable
)

var statuses = map[Kind]int{
	Shape: 400, Unauthenticated: 401, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405,
	Conflict: 409, TooLarge: 413, MediaType: 415, Unprocessable: 422,
	PreconditionRequired: 428, TooMany: 429, Unavailable: 503,
}

// precedence orders the kinds in a list that has several: who may not ask is
// told so before anything else, and a broken shape hides broken rules.
var precedence = []Kind{
	Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge, MediaType, Shape,
	PreconditionRequired, Conflict, Unprocessable, TooMany, Unavailable,
}

// Status gives the HTTP status of a kind; 500 for a value that is no kind.
func (k Kind) Status() int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return 500
}

// Problem is one refusal. Treat it as immutable: At makes copies.
type Problem struct {
	Kind Kind
	Code string         // message key, e.g. "stock.short"
	Args map[string]any // arguments of the message
	Path string         // JSON pointer, e.g. "/lines/3/quantity"; "" is the whole
	// Warning says that it refuses nothing: people are told of it while they type, and may go on.
	Warning bool
}

// New makes a problem; args alternate key and value. An odd number of args or
// a key that is not a string is a mistake in the program and panics.
func New(kind Kind, code string, args ...any) *Problem {
	if len(args)%2 != 0 {
		panic("problem: odd number of arguments for " + code)
	}
	p := &Problem{Kind: kind, Code: code}
	for i := 0; i < len(args); i += 2 {
		key, ok := args[i].(string)
		if !ok {
			panic(fmt.Sprintf("problem: key %v of %s is not a string", args[i], code))
		}
		if p.Args == nil {
			p.Args = make(map[string]any, len(args)/2)
		}
		p.Args[key] = args[i+1]
	}
	return p
}

// Rule is a broken business rule (422).
func Rule(code string, args ...any) *Problem { return New(Unprocessable, code, args...) }

// BadShape is input that cannot be read (400).
func BadShape(code string, args ...any) *Problem { return New(Shape, code, args...) }

// Conflicted is a clash with the present version or state (409).
func Conflicted(code string, args ...any) *Problem { return New(Conflict, code, args...) }

// Missing is a record that is not there or out of the caller's scope (404);
// the two look alike on purpose.
func Missing(resource string, id int64) *Problem {
	return New(NotFound, "not_found", "resource", resource, "id", id)
}

// Error describes the problem for logs and tests, with its arguments in order
// of their names; people get the translated message instead.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Code)
	if p.Path != "" {
		b.WriteString(" at " + p.Path)
	}
	keys := make([]string, 0, len(p.Args))
	for k := range p.Args {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, p.Args[k])
	}
	return b.String()
}

// At gives a copy that points at path.
func (p *Problem) At(path string) *Problem {
	c := *p
	c.Path = path
	return &c
}

// List is several problems found together.
type List []*Problem

// Error joins the problems, one line each.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single problem in the list.
func (l List) Unwrap() []error {
	out := make([]error, len(l))
	for i, p := range l {
		out[i] = p
	}
	return out
}

// Add appends problems; nil ones are left out.
func (l *List) Add(problems ...*Problem) {
	for _, p := range problems {
		if p != nil {
			*l = append(*l, p)
		}
	}
}

// AddAt appends a copy of p that points at path; nil is left out.
func (l *List) AddAt(path string, p *Problem) {
	if p != nil {
		*l = append(*l, p.At(path))
	}
}

// Err gives the list as an error, nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Prefix gives copies whose paths stand below path: "/quantity" under
// "/lines/3" is "/lines/3/quantity".
func (l List) Prefix(path string) List {
	out := make(List, len(l))
	for i, p := range l {
		out[i] = p.At(path + p.Path)
	}
	return out
}

// From finds the problems in err, through wrapping and joining. It is false
// when there are none, and also when one of several joined errors is not a
// problem: an internal error must not hide behind one.
func From(err error) (List, bool) {
	var out List
	if err == nil || !collect(err, &out) || len(out) == 0 {
		return nil, false
	}
	return out, true
}

func collect(err error, out *List) bool {
	switch e := err.(type) {
	case *Problem:
		out.Add(e)
		return e != nil
	case List:
		out.Add(e...)
		return len(e) > 0
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if !collect(inner, out) {
				return false
			}
		}
		return true
	}
	inner := errors.Unwrap(err)
	return inner != nil && collect(inner, out)
}

// Status gives the HTTP status of a whole list: that of its gravest kind.
// An empty list, which nobody should answer with, is 500.
func Status(list List) int {
	for _, kind := range precedence {
		if slices.ContainsFunc(list, func(p *Problem) bool { return p.Kind == kind }) {
			return kind.Status()
		}
	}
	return 500
}

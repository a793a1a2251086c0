package problem

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"
)

func TestStatusOfEachKind(t *testing.T) {
	want := map[Kind]int{
		Shape: 400, Unauthenticated: 401, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405, Conflict: 409,
		TooLarge: 413, MediaType: 415, Unprocessable: 422, PreconditionRequired: 428, TooMany: 429, Unavailable: 503,
		0: 500, Unavailable + 1: 500,
	}
	for kind, status := range want {
		if got := kind.Status(); got != status {
			t.Errorf("kind %d is %d, want %d", kind, got, status)
		}
	}
	if len(precedence) != len(statuses) {
		t.Errorf("%d kinds have a precedence, %d a status", len(precedence), len(statuses))
	}
}

func TestMakers(t *testing.T) {
	for _, c := range []struct {
		got    *Problem
		status int
		text   string
	}{
		{Rule("stock.short", "item", "M6", "have", 3), 422, "stock.short have=3 item=M6"},
		{BadShape("number"), 400, "number"},
		{Conflicted("version", "now", 4), 409, "version now=4"},
		{Missing("sales.order", 7), 404, "not_found id=7 resource=sales.order"},
		{New(TooMany, "slow_down").At("/q"), 429, "slow_down at /q"},
	} {
		if c.got.Kind.Status() != c.status || c.got.Error() != c.text {
			t.Errorf("got %d %q, want %d %q", c.got.Kind.Status(), c.got.Error(), c.status, c.text)
		}
	}
}

func TestNewPanicsOnBadArguments(t *testing.T) {
	for _, args := range [][]any{{"item"}, {1, 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was accepted", args)
				}
			}()
			Rule("x", args...)
		}()
	}
}

func TestPathsAreCopies(t *testing.T) {
	p := Rule("short")
	var line List
	line.AddAt("/quantity", p)
	line.Add(nil, p)
	line.AddAt("/x", nil)
	moved := line.Prefix("/lines/3")
	var paths []string
	for _, l := range []List{{p}, line, moved} {
		for _, q := range l {
			paths = append(paths, q.Path)
		}
	}
	want := []string{"", "/quantity", "", "/lines/3/quantity", "/lines/3"}
	if !reflect.DeepEqual(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

func TestErrOfAnEmptyListIsNil(t *testing.T) {
	var l List
	if err := l.Err(); err != nil {
		t.Errorf("got %v", err)
	}
	l.Add(Rule("a"), Rule("b").At("/c"))
	if err := l.Err(); err == nil || err.Error() != "a\nb at /c" {
		t.Errorf("got %v", err)
	}
}

func TestFrom(t *testing.T) {
	a, b := Rule("a"), BadShape("b")
	for _, c := range []struct {
		name string
		err  error
		want List
	}{
		{"nil", nil, nil},
		{"internal", io.EOF, nil},
		{"one", a, List{a}},
		{"list", List{a, b}, List{a, b}},
		{"empty list", List{}, nil},
		{"typed nil", (*Problem)(nil), nil},
		{"wrapped", fmt.Errorf("saving: %w", fmt.Errorf("line: %w", List{a, b}.Err())), List{a, b}},
		{"joined", errors.Join(a, fmt.Errorf("x: %w", List{b})), List{a, b}},
		{"two verbs", fmt.Errorf("%w and %w", a, b), List{a, b}},
		{"joined with an internal error", errors.Join(a, io.EOF), nil},
	} {
		got, ok := From(c.err)
		if ok != (c.want != nil) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, ok, c.want)
		}
	}
	var one *Problem
	if err := fmt.Errorf("x: %w", List{a, b}); !errors.As(err, &one) || one != a {
		t.Errorf("errors.As found %v", one)
	}
}

func TestStatusOfAList(t *testing.T) {
	order := []int{401, 403, 404, 405, 413, 415, 400, 428, 409, 422, 429, 503}
	var l List
	for i := len(precedence) - 1; i >= 0; i-- {
		l.Add(New(precedence[i], "x"))
		if got := Status(l); got != order[i] {
			t.Errorf("got %d, want %d", got, order[i])
		}
	}
	if got := Status(nil); got != 500 {
		t.Errorf("empty list: %d", got)
	}
}

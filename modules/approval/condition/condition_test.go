package condition_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/approval/condition"
)

var shape = condition.Shape{
	"gross": condition.Figure, "qty": condition.Figure, "state": condition.Text, "date": condition.Text, "urgent": condition.Truth, "customer": condition.Whole,
	"lines":     condition.List(condition.Shape{"amount": condition.Figure, "discount": condition.Figure, "item": condition.Whole, "note": condition.Text}),
	"initiator": condition.Shape{"user": condition.Whole, "roles": condition.List(condition.Text)},
}

func figure(t *testing.T, text string) condition.Decimal {
	t.Helper()
	d, err := condition.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func values(t *testing.T, gross string) map[string]any {
	line := func(amount, discount string) map[string]any {
		return map[string]any{"amount": figure(t, amount), "discount": figure(t, discount), "item": 3, "note": "急"}
	}
	return map[string]any{"gross": figure(t, gross), "qty": figure(t, "0.000001"), "state": "draft", "date": "2026-01-31", "urgent": true, "customer": 12,
		"lines": []any{line("0.10", "0.2"), line("0.20", "0.05")}, "initiator": map[string]any{"user": 7, "roles": []any{"boss", "buyer"}}}
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		source, gross string
		want          bool
	}{
		{"gross > 10000", "10000.00", false},
		{"gross > 10000", "10000.01", true},
		{"gross > 10000.00", "10000.00", false},
		{"gross >= 10000.00", "10000", true},
		{"10000 < gross", "10000.01", true},
		{"gross > 9007199254740993.01", "9007199254740993.02", true},
		{"gross > 9007199254740993.01", "9007199254740993.01", false},
		{"gross == 0.30", "0.3", true},
		{"gross != 0.3", "0.30", false},
		{"gross > -5.5", "-5.50", false},
		{"gross > -5.5", "-5.49", true},
		{"-gross > 5", "-5.01", true},
		{"gross + 0.1 == 0.3", "0.2", true},
		{"gross * 3 == 0.3", "0.1", true},
		{"gross - 0.01 < 10", "10.00", true},
		{"sum(lines, .amount) == 0.3", "0", true},
		{"sum(lines, .amount * 2) == 0.6", "0", true},
		{"sum(lines, .amount) > gross", "0.30", false},
		{"sum(filter(lines, .discount > 0.1), .amount) == 0.1", "0", true},
		{"any(lines, .discount > 0.2)", "0", false},
		{"any(lines, .discount >= 0.2)", "0", true},
		{"all(lines, .item == 3) and len(lines) == 2", "0", true},
		{"count(lines, .amount > 0.1) == 1", "0", true},
		{"state in ['draft', 'waiting'] && urgent", "0", true},
		{"date >= '2026-01-31' and date < '2026-02-01'", "0", true},
		{"'boss' in initiator.roles", "0", true},
		{"customer == 12 ? gross > 1 : false", "1.01", true},
		{"lines[0].note contains '急'", "0", true},
		{"qty > 0", "0", true},
	} {
		p, err := condition.Compile(c.source, shape)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		got, err := p.Eval(values(t, c.gross))
		if err != nil || got != c.want {
			t.Errorf("%s with gross %s = %v, %v; want %v", c.source, c.gross, got, err, c.want)
		}
	}
}

func TestRefusedConditions(t *testing.T) {
	for _, c := range []struct {
		source string
		reason condition.Reason
		name   string
	}{
		{"gros > 1", condition.Unknown, "gros"},
		{"any(lines, .amoun > 1)", condition.Unknown, "amoun"},
		{"gross > '1'", condition.Types, ""},
		{"state > 1", condition.Types, ""},
		{"gross", condition.NotTruth, ""},
		{"gross >", condition.Syntax, ""},
		{"gross / 3 > 1", condition.Types, ""},
		{"customer / 3 > 1", condition.Forbidden, "/"},
		{"state matches '^(a+)+$'", condition.Forbidden, "matches"},
		{"len(1..1000000) > 1", condition.Forbidden, ".."},
		{"any(lines, any(lines, true))", condition.Forbidden, "{…}"},
		{"now() > 1", condition.Unknown, "now"},
		{"let x = 1; x == 1", condition.Forbidden, "VariableDeclaratorNode"},
		{"$env.gross > 1", condition.Forbidden, "$env"},
		{strings.Repeat("true && ", 400) + "true", condition.TooLong, ""},
		{"(urgent ? gross : 1) > 1", condition.Types, ">"},
		{"gross > 1e5", condition.Syntax, ""},
	} {
		_, err := condition.Compile(c.source, shape)
		var bad *condition.Error
		if !errors.As(err, &bad) || bad.Reason != c.reason || c.name != "" && bad.Name != c.name {
			t.Errorf("%.40s: %v (%+v), want reason %d", c.source, err, bad, c.reason)
		}
	}
}

func TestColumnsAreThoseOfTheText(t *testing.T) {
	for source, column := range map[string]int{"gros > 1": 1, "gross > 0.25 && gros > 1": 17, "gross > 0.1 && gross > 0.2 && x": 31} {
		_, err := condition.Compile(source, shape)
		var bad *condition.Error
		if !errors.As(err, &bad) || bad.Column != column {
			t.Errorf("%s: column %+v, want %d", source, bad, column)
		}
	}
}

// TestBudget: what a condition may cost is bounded. A document larger than any is refused for its memory; the longest
// condition that compiles answers about 2,000 lines, in the time of a request.
func TestBudget(t *testing.T) {
	many := func(n int) map[string]any {
		v := values(t, "5")
		line := v["lines"].([]any)[0]
		lines := make([]any, n)
		for i := range lines {
			lines[i] = line
		}
		v["lines"] = lines
		return v
	}
	compiled := func(source string) *condition.Program {
		p, err := condition.Compile(source, shape)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if _, err := compiled("len(filter(lines, .item == 3)) > 0").Eval(many(200_001)); err == nil || !strings.Contains(err.Error(), "memory budget exceeded") {
		t.Errorf("200,001 lines: %v", err)
	}
	one, parts := "none(lines, .amount * 2 < 0)", 1
	long := one
	for {
		if _, err := condition.Compile(long+" and "+one, shape); err != nil {
			break
		}
		long, parts = long+" and "+one, parts+1
	}
	before := time.Now()
	yes, err := compiled(long).Eval(many(2_000))
	if took := time.Since(before); err != nil || !yes || parts < 10 || took > 3*time.Second {
		t.Errorf("%d loops over 2,000 lines: %v %v in %s", parts, yes, err, took)
	}
}

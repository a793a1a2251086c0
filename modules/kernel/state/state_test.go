package state

import (
	"slices"
	"testing"
)

func document() *Machine {
	return &Machine{
		Initial: "draft",
		States:  []State{"draft", "waiting", "posted", "void"},
		Transitions: []Transition{
			{"submit", []State{"draft"}, "waiting"},
			{"post", []State{"draft", "waiting"}, "posted"},
			{"void", []State{"draft", "waiting"}, "void"},
			{"unpost", []State{"posted"}, "draft"},
			{"print", []State{"posted"}, "posted"},
			{"print", []State{"void"}, "void"},
		},
	}
}

func TestDocumentMachine(t *testing.T) {
	m := document()
	if err := m.Verify(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from   State
		action string
		to     State
		ok     bool
	}{
		{"draft", "post", "posted", true},
		{"waiting", "post", "posted", true},
		{"posted", "post", "", false},
		{"void", "print", "void", true},
		{"void", "unpost", "", false},
		{"nowhere", "post", "", false},
		{"draft", "", "", false},
	} {
		if to, ok := m.Next(c.from, c.action); to != c.to || ok != c.ok {
			t.Errorf("%s --%s--> %q, %v", c.from, c.action, to, ok)
		}
	}
	for from, want := range map[State][]string{
		"draft": {"submit", "post", "void"}, "posted": {"unpost", "print"}, "void": {"print"}, "nowhere": nil,
	} {
		if got := m.Actions(from); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", from, got, want)
		}
	}
	want := `draft --submit--> waiting
draft --post--> posted
waiting --post--> posted
draft --void--> void
waiting --void--> void
posted --unpost--> draft
posted --print--> posted
void --print--> void`
	if got := m.Draw(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestVerifyNamesTheMistake(t *testing.T) {
	for want, spoil := range map[string]func(*Machine){
		`state: a state has no name`:                            func(m *Machine) { m.States[1] = "" },
		`state: "draft" is declared twice`:                      func(m *Machine) { m.States = append(m.States, "draft") },
		`state: initial state "new" is not declared`:            func(m *Machine) { m.Initial = "new" },
		`state: a transition to "waiting" has no action`:        func(m *Machine) { m.Transitions[0].Action = "" },
		`state: action "post" starts from no state`:             func(m *Machine) { m.Transitions[1].From = nil },
		`state: action "post" names the unknown state "done"`:   func(m *Machine) { m.Transitions[1].To = "done" },
		`state: action "unpost" names the unknown state "done"`: func(m *Machine) { m.Transitions[3].From = []State{"done"} },
		`state: action "print" is declared twice for "posted"`:  func(m *Machine) { m.Transitions[5].From = []State{"posted"} },
		`state: "closed" cannot be reached from "draft"`:        func(m *Machine) { m.States = append(m.States, "closed") },
		`state: "draft" cannot be reached from "void"`:          func(m *Machine) { m.Initial = "void" },
	} {
		m := document()
		spoil(m)
		if err := m.Verify(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestVerifyFollowsALoop(t *testing.T) {
	m := &Machine{Initial: "a", States: []State{"c", "b", "a"}, Transitions: []Transition{
		{"back", []State{"c"}, "a"}, {"on", []State{"b"}, "c"}, {"on", []State{"a"}, "b"},
	}}
	if err := m.Verify(); err != nil {
		t.Error(err)
	}
}

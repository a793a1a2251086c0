// Package state describes the life of a record as data: its states and the
// actions that lead from one to another. One function checks it at start-up,
// one answers every question about it.
package state

import (
	"fmt"
	"slices"
	"strings"
)

// State is the name of a state, e.g. "draft".
type State string

// Transition says that Action leads from any state of From to To.
type Transition struct {
	Action string
	From   []State
	To     State
}

// Machine is the life of one kind of record. An action may appear in several
// transitions as long as each state of departure appears once.
type Machine struct {
	Initial     State
	States      []State
	Transitions []Transition
}

// Verify reports the first mistake in the declaration: an empty, repeated or
// unknown name, a transition from nowhere, the same action declared twice for
// one state, or a state that cannot be reached from Initial.
func (m *Machine) Verify() error {
	for i, s := range m.States {
		if s == "" {
			return fmt.Errorf("state: a state has no name")
		}
		if slices.Contains(m.States[:i], s) {
			return fmt.Errorf("state: %q is declared twice", s)
		}
	}
	if !m.Has(m.Initial) {
		return fmt.Errorf("state: initial state %q is not declared", m.Initial)
	}
	if err := m.verifyTransitions(); err != nil {
		return err
	}
	reached := m.reachable()
	for _, s := range m.States {
		if !reached[s] {
			return fmt.Errorf("state: %q cannot be reached from %q", s, m.Initial)
		}
	}
	return nil
}

func (m *Machine) verifyTransitions() error {
	type departure struct {
		action string
		from   State
	}
	seen := map[departure]bool{}
	for _, t := range m.Transitions {
		if t.Action == "" {
			return fmt.Errorf("state: a transition to %q has no action", t.To)
		}
		if len(t.From) == 0 {
			return fmt.Errorf("state: action %q starts from no state", t.Action)
		}
		for _, s := range append(slices.Clone(t.From), t.To) {
			if !m.Has(s) {
				return fmt.Errorf("state: action %q names the unknown state %q", t.Action, s)
			}
		}
		for _, from := range t.From {
			key := departure{t.Action, from}
			if seen[key] {
				return fmt.Errorf("state: action %q is declared twice for %q", t.Action, from)
			}
			seen[key] = true
		}
	}
	return nil
}

// reachable follows the transitions from Initial until nothing new appears.
func (m *Machine) reachable() map[State]bool {
	reached := map[State]bool{m.Initial: true}
	for grown := true; grown; {
		grown = false
		for _, t := range m.Transitions {
			if !reached[t.To] && slices.ContainsFunc(t.From, func(s State) bool { return reached[s] }) {
				reached[t.To], grown = true, true
			}
		}
	}
	return reached
}

// Has reports whether s is declared.
func (m *Machine) Has(s State) bool { return slices.Contains(m.States, s) }

// Next gives the state that action leads to, false when it is not allowed.
func (m *Machine) Next(from State, action string) (State, bool) {
	for _, t := range m.Transitions {
		if t.Action == action && slices.Contains(t.From, from) {
			return t.To, true
		}
	}
	return "", false
}

// Actions lists what is allowed in a state, in the order of declaration.
func (m *Machine) Actions(from State) []string {
	var out []string
	for _, t := range m.Transitions {
		if slices.Contains(t.From, from) {
			out = append(out, t.Action)
		}
	}
	return out
}

// Draw gives one line for each departure: "draft --post--> posted".
func (m *Machine) Draw() string {
	var lines []string
	for _, t := range m.Transitions {
		for _, from := range t.From {
			lines = append(lines, fmt.Sprintf("%s --%s--> %s", from, t.Action, t.To))
		}
	}
	return strings.Join(lines, "\n")
}

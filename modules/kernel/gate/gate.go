// Package gate is where the pipeline asks whether an act needs somebody's agreement first. Until a module supplies the
// port everything passes.
package gate

import "zhanggui/modules/kernel"

// Question is what is about to happen; nothing has been changed yet. Of what has states only the actions are asked
// about: its drafts change nothing. Of everything else create, update and delete are, with the typed *resource.Object as
// their input.
type Question struct {
	Def   *kernel.Def
	Rec   any // as a create or an update would leave it, with the id 0 where there is none yet
	Old   any // what an update finds, else nil
	Act   string
	Input any
}

// Answer lets the act pass or holds it: whoever holds it has noted the request in this unit, and runs it once granted.
type Answer struct {
	Wait bool
}

// Ask is the port.
var Ask = kernel.NewPort("gate.ask", func(*kernel.Tx, Question) (Answer, error) { return Answer{}, nil })

// Case is what is going on about a record that people have to agree to.
type Case struct {
	Acts  []string // not offered meanwhile
	Text  string   // how it stands, in the language of the view
	At    string   // "resource/id" of what keeps it
	State string   // of what keeps it
}

// Open is the port that tells what is going on about a record, nil for nothing.
var Open = kernel.NewPort("gate.open", func(*kernel.View, *kernel.Def, any) (*Case, error) { return nil, nil })

package office

import (
	"slices"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Paper is what every paper of a person carries. The person and the department anchor the data scope.
type Paper struct {
	resource.Base
	Number     string      `zg:"once,list,filter,sort,search,max=40,width=130" zh:"单号" en:"Number"`
	Date       clock.Date  `zg:"required,list,filter,sort,width=100" zh:"日期" en:"Date"`
	State      state.State `zg:"readonly,list,filter,width=90,kind=enum" zh:"状态" en:"State"`
	Person     int64       `zg:"required,list,filter,ref=base.person,width=90" zh:"申请人" en:"Person"`
	Department int64       `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
	Note       string      `zg:"max=500" zh:"备注" en:"Note"`
}

// The states of papers.
const (
	draft   state.State = "draft"
	waiting state.State = "waiting"
	posted  state.State = "posted"
	paid    state.State = "paid"
	closed  state.State = "closed"
	void    state.State = "void"
)

var byPerson = &kernel.Anchor{Owner: "person", Department: "department"}

// machine is the life of a paper: what all share, with the steps of its own. voidFrom are the states that can be voided.
func machine(voidFrom []state.State, own ...state.Transition) *state.Machine {
	m := &state.Machine{Initial: draft, States: []state.State{draft, waiting, posted}, Transitions: []state.Transition{
		{Action: "hold", From: []state.State{draft}, To: waiting},
		{Action: "release", From: []state.State{waiting}, To: draft},
		{Action: "post", From: []state.State{draft, waiting}, To: posted},
	}}
	for _, t := range append(own, state.Transition{Action: "void", From: voidFrom, To: void}) {
		m.Transitions = append(m.Transitions, t)
		if !slices.Contains(m.States, t.To) {
			m.States = append(m.States, t.To)
		}
	}
	return m
}

// states are the words for the states of a paper; what is posted and what is over differs.
func states(live, over kernel.Text, last state.State) map[state.State]kernel.StateInfo {
	out := map[state.State]kernel.StateInfo{
		draft:   {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		waiting: {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
		posted:  {Label: live, Tone: "live"},
		void:    {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	}
	if last != "" {
		out[last] = kernel.StateInfo{Label: over, Tone: "closed"}
	}
	return out
}

// held are the two actions by which the gate holds a paper and lets it go.
func held[T any]() []resource.Action[T] {
	return []resource.Action[T]{
		{Name: "hold", Label: kernel.T("送审", "Hold for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
	}
}

// voided is the action that ends a paper.
func voided[T any](run func(tx *kernel.Tx, rec *T, in any) error) resource.Action[T] {
	return resource.Action[T]{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Run: run,
		Confirm: kernel.T("作废 {label}，不能恢复。", "Void {label}; this cannot be undone.")}
}

// forms are the papers that offices print on.
func forms() []kernel.PrintForm {
	return []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"},
		{Name: "241x140", Label: kernel.T("241 × 140 mm", "241 × 140 mm"), Template: "241x140"}}
}

// place gives the paper the department of its person: when the person is chosen, and on a new one that somebody writes for
// another without saying where that one belongs.
func (p *Paper) place(v *kernel.View, changed string) error {
	forOther := p.ID == 0 && p.Person != v.Actor.PersonID && p.Department == v.Actor.Department
	if p.Person == 0 || changed != "/person" && !forOther {
		return nil
	}
	people, err := organisation.People.FindMany(v, []int64{p.Person})
	if person := people[p.Person]; person != nil {
		p.Department = person.Department
	}
	return err
}

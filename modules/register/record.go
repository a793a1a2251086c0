package register

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

const family = "register."

// Record is a record of any register.
type Record struct {
	resource.Doc
	Register string `zg:"readonly,hidden" zh:"台账" en:"Register"`
	Subject  string `zg:"list,search,filter,max=200,width=240" zh:"主题" en:"Subject"`
	Lines    []Line `lines:"register_line" zh:"明细" en:"Lines"`
}

// Line is a line of a record.
type Line struct {
	resource.Line
	Content string      `zg:"enter,max=200,width=240" zh:"内容" en:"Content"`
	Extra   extra.Slots `zg:"-"`
}

// The states of a record of a register with a flow.
const (
	draft     state.State = "draft"
	waiting   state.State = "waiting"
	submitted state.State = "submitted"
	done      state.State = "done"
	void      state.State = "void"
)

// records is what all registers are made from.
var records = declare()

func declare() *resource.Resource[Record] {
	r := resource.Declare[Record](resource.Spec[Record]{
		Name: "register.record", Path: "registers/{kind}", Label: kernel.T("台账记录", "Record of a register"), Internal: true, Sub: []string{"subject"},
		Scope:  &kernel.Anchor{Owner: "owner", Department: "department"},
		Number: "{seq:4}", NumberOn: "submit",
		Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "generic"}},
		Machine: &state.Machine{Initial: draft, States: []state.State{draft, waiting, submitted, done, void}, Transitions: []state.Transition{
			{Action: "hold", From: []state.State{draft}, To: waiting}, {Action: "release", From: []state.State{waiting}, To: draft},
			{Action: "submit", From: []state.State{draft, waiting}, To: submitted}, {Action: "finish", From: []state.State{submitted}, To: done},
			{Action: "void", From: []state.State{draft, waiting, submitted}, To: void}}},
		States: map[state.State]kernel.StateInfo{
			draft: {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, waiting: {Label: kernel.T("审批中", "Waiting"), Tone: "waiting"},
			submitted: {Label: kernel.T("已提交", "Submitted"), Tone: "live"}, done: {Label: kernel.T("已办结", "Done"), Tone: "closed"},
			void: {Label: kernel.T("已作废", "Void"), Tone: "dead"}},
		Actions: []resource.Action[Record]{
			{Name: "submit", Label: kernel.T("提交", "Submit"), Primary: true, Key: "F9"},
			{Name: "hold", Label: kernel.T("提交审批", "Ask for approval"), Hidden: true}, {Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
			{Name: "finish", Label: kernel.T("办结", "Finish")},
			{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Confirm: kernel.T("作废 {label}？", "Void {label}?")},
		},
	})
	r.Family = family
	r.ByName["owner"].Label = kernel.T("经手人", "Handler") // nobody sells here
	return r
}

// resourceOf makes the resource of a kind.
func resourceOf(k *Kind) *kernel.Def {
	d := *records.Def
	d.Name, d.Path, d.Family, d.Internal, d.Menu = family+k.Code, "registers/"+k.Code, "", !k.Active, "office"
	d.Label, d.Empty = kernel.T(k.Name, k.NameEn), kernel.T(k.Purpose, k.Purpose)
	if k.Purpose == "" {
		d.Empty = kernel.T("还没有登记。", "Nothing is registered yet.")
	}
	d.Only = &kernel.Only{Field: "register", Value: k.Code}
	d.Number = k.Prefix + "{yy}{mm}{seq:4}"
	if !k.WithLines {
		d.Lines = nil
	}
	if k.Sees == "all" {
		d.Scope = nil
	}
	if !k.Flow {
		d.Machine, d.States, d.Actions, d.NumberOn = nil, nil, nil, ""
		d.Fields, d.ByName = withoutState(d.Fields)
	}
	return &d
}

// withoutState keeps the column of the state, which is empty, off the screens.
func withoutState(fields []*kernel.Field) ([]*kernel.Field, map[string]*kernel.Field) {
	out, byName := slices.Clone(fields), map[string]*kernel.Field{}
	for i, f := range out {
		if f.Name == "state" {
			hidden := *f
			hidden.Hidden, hidden.List, hidden.Filter, hidden.Options = true, false, false, nil
			out[i] = &hidden
		}
		byName[out[i].Name] = out[i]
	}
	return out, byName
}

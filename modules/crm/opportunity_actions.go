package crm

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// MoveInput is what the action move asks for.
type MoveInput struct {
	Stage int64 `zg:"required,ref=crm.stage" zh:"阶段" en:"Stage"`
}

// ReasonInput is what an action asks for that has to be explained.
type ReasonInput struct {
	Reason string `zg:"required,max=200" zh:"原因" en:"Reason"`
}

func opportunityMachine() *state.Machine {
	open := []state.State{StateOpen}
	return &state.Machine{Initial: StateOpen, States: []state.State{StateOpen, StateWon, StateLost}, Transitions: []state.Transition{
		{Action: "move", From: open, To: StateOpen}, {Action: "quote", From: open, To: StateOpen},
		{Action: "win", From: open, To: StateWon}, {Action: "lose", From: open, To: StateLost},
		{Action: "reopen", From: []state.State{StateWon, StateLost}, To: StateOpen},
	}}
}

func opportunityActions() []resource.Action[Opportunity] {
	return []resource.Action[Opportunity]{
		{Name: "move", Label: kernel.T("推进到", "Move to"), In: &MoveInput{}, Run: move},
		{Name: "quote", Label: kernel.T("生成报价单", "Make quotation"), Run: quote},
		{Name: "win", Label: kernel.T("赢单", "Win"), Run: closed, Confirm: kernel.T("「{label}」赢单。", "Mark {label} as won.")},
		{Name: "lose", Label: kernel.T("丢单", "Lose"), In: &ReasonInput{}, Run: lose},
		{Name: "reopen", Label: kernel.T("重新打开", "Reopen"), Run: reopenOpportunity,
			Confirm: kernel.T("「{label}」回到进行中。", "{label} becomes open again.")},
	}
}

// move takes the chance of the new stage. Moving to where it is changes nothing.
func move(tx *kernel.Tx, o *Opportunity, in any) error {
	stage, err := stageOf(tx.View, in.(*MoveInput).Stage)
	if err != nil {
		return err
	}
	if stage == nil || !stage.Active {
		return problem.Rule("crm.stage_off").At("/stage")
	}
	if o.Stage == stage.ID {
		return nil
	}
	o.Stage, o.Probability = stage.ID, stage.Probability
	o.enter(tx)
	if list := o.weigh(); len(list) > 0 {
		return list
	}
	return Opportunities.Save(tx, o)
}

func quote(tx *kernel.Tx, o *Opportunity, _ any) error {
	return tx.AsSystem(func() error {
		_, _, err := Quote.Of(tx.Company)(tx, o)
		return err
	})
}

func closed(tx *kernel.Tx, o *Opportunity, _ any) error {
	o.ClosedOn = tx.Today
	return nil
}

func lose(tx *kernel.Tx, o *Opportunity, in any) error {
	o.LostReason = in.(*ReasonInput).Reason
	return closed(tx, o, nil)
}

func reopenOpportunity(_ *kernel.Tx, o *Opportunity, _ any) error {
	o.ClosedOn, o.LostReason = "", ""
	return nil
}

// Won marks an opportunity as won, one that was given up too; what is won already stays as it is. It may be called again.
func Won(tx *kernel.Tx, id int64) error {
	o, err := Opportunities.Lock(tx, id)
	if err != nil || o.State == StateWon {
		return err
	}
	if o.State == StateLost {
		if err := pipeline.Act(tx, Opportunities, o, "reopen", nil); err != nil {
			return err
		}
	}
	return pipeline.Act(tx, Opportunities, o, "win", nil)
}

package crm

import (
	"regexp"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// FollowUp is a talk with a customer or a lead, planned or done. Result, DoneAt and Next are typed when something is
// written down that has happened already; of what is planned they come with the action complete.
type FollowUp struct {
	resource.Base
	Number      string      `zg:"once,list,filter,sort,search,max=40,width=110" zh:"跟进编号" en:"Number"`
	Subject     string      `zg:"required,list,search,max=120,width=200" zh:"主题" en:"Subject"`
	State       state.State `zg:"readonly,list,filter,width=80,kind=enum" zh:"状态" en:"State"`
	Kind        string      `zg:"list,filter,default=phone,width=80" zh:"方式" en:"By" opt:"phone|电话|Telephone;visit|拜访|Visit;wechat|微信|WeChat;email|邮件|E-mail;other|其他|Other"`
	Customer    int64       `zg:"list,filter,ref=base.party,width=180" zh:"客户" en:"Customer"`
	Lead        int64       `zg:"list,filter,ref=crm.lead,width=140" zh:"线索" en:"Lead"`
	Opportunity int64       `zg:"list,filter,ref=crm.opportunity,width=140" zh:"商机" en:"Opportunity"`
	PlanAt      clock.Date  `zg:"list,filter,sort,width=100" zh:"计划日期" en:"Planned for"`
	PlanTime    string      `zg:"list,max=5,width=60" zh:"时间" en:"At" help:"例如 09:30|Such as 09:30"`
	RemindDays  int64       `zg:"" zh:"提前几天提醒" en:"Remind days before"`
	Result      string      `zg:"once,search,longtext,max=4000" zh:"跟进结果" en:"What came of it" help:"已经发生的，直接写结果|What has happened already is written down with its result"`
	DoneAt      clock.Date  `zg:"once,list,filter,sort,width=100" zh:"完成日期" en:"Done on"`
	Next        clock.Date  `zg:"once,width=100" zh:"下次跟进" en:"Next on"`
	Previous    int64       `zg:"readonly,ref=crm.follow_up" zh:"上次跟进" en:"Came out of"`
	Owner       int64       `zg:"list,filter,ref=base.person,width=90" zh:"负责人" en:"Person"`
	Department  int64       `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
}

// The states of a follow-up.
const (
	Planned   state.State = "planned"
	Done      state.State = "done"
	Cancelled state.State = "cancelled"
)

// CompleteInput is what the action complete asks for.
type CompleteInput struct {
	Result string     `zg:"required,longtext,max=4000" zh:"跟进结果" en:"What came of it"`
	DoneAt clock.Date `zg:"" zh:"完成日期" en:"Done on" help:"留空为今天|Today when left empty"`
	Next   clock.Date `zg:"" zh:"下次跟进" en:"Next on" help:"填了就同时排好下次跟进|With a day, the next one is planned at once"`
}

// NextInput is what the action plan_next asks for.
type NextInput struct {
	Next    clock.Date `zg:"required" zh:"下次跟进" en:"Next on"`
	Subject string     `zg:"max=120" zh:"主题" en:"Subject" help:"留空和这次相同|Left empty it is the same again"`
}

// FollowUps is the resource.
var FollowUps = resource.New[FollowUp]("crm.follow_up")

func followUpSpec() resource.Spec[FollowUp] {
	planned := []state.State{Planned}
	return resource.Spec[FollowUp]{
		Label: kernel.T("跟进", "Follow-up"), Title: "subject", Sub: []string{"number", "plan_at"},
		Empty:  kernel.T("和客户、线索的每次联系：打算什么时候，已经谈了什么。", "Every talk with customers and leads: when it is due, and what was said."),
		Scope:  &kernel.Anchor{Owner: "owner", Department: "department"},
		Number: "FU{seq:6}", Quick: []string{"subject", "customer", "plan_at"},
		Machine: &state.Machine{Initial: Planned, States: []state.State{Planned, Done, Cancelled}, Transitions: []state.Transition{
			{Action: "complete", From: planned, To: Done}, {Action: "cancel", From: planned, To: Cancelled},
			{Action: "plan_next", From: []state.State{Done}, To: Done},
		}},
		States: map[state.State]kernel.StateInfo{
			Planned: {Label: kernel.T("计划中", "Planned"), Tone: "waiting"}, Done: {Label: kernel.T("已完成", "Done"), Tone: "closed"},
			Cancelled: {Label: kernel.T("已取消", "Cancelled"), Tone: "dead"},
		},
		Actions: []resource.Action[FollowUp]{
			{Name: "complete", Label: kernel.T("完成", "Complete"), In: &CompleteInput{}, Run: complete},
			{Name: "cancel", Label: kernel.T("取消", "Cancel"), Confirm: kernel.T("「{label}」不再跟进。", "{label} will not take place.")},
			{Name: "plan_next", Label: kernel.T("安排下次跟进", "Plan the next one"), In: &NextInput{}, Check: mayPlanNext, Run: planNext},
		},
		New: func(v *kernel.View, f *FollowUp) error {
			f.PlanAt = v.Today
			return nil
		},
		Compute: computeFollowUp, Validate: validateFollowUp,
		Check: func(tx *kernel.Tx, old, f *FollowUp) error {
			if old == nil && f.DoneAt != "" {
				f.State = Done
			}
			return customer(tx.View, f.Customer, old == nil || old.Customer != f.Customer)
		},
		Saved: func(tx *kernel.Tx, old, f *FollowUp) error {
			if old != nil || f.State != Done {
				return nil
			}
			imported := f.Number != "" // its next one comes along in the same file
			return happened(tx, f, f.Subject, !imported)
		},
	}
}

// computeFollowUp finds the customer of the opportunity or the lead, and the day of what has happened.
func computeFollowUp(v *kernel.View, f *FollowUp, changed string) (problem.List, error) {
	if err := follow(v, changed, f.Owner, &f.Department); err != nil {
		return nil, err
	}
	if f.Lead != 0 {
		found, err := Leads.FindMany(v, []int64{f.Lead})
		if err != nil {
			return nil, err
		}
		if l := found[f.Lead]; l != nil && l.Customer != 0 {
			f.Customer = l.Customer
		}
	}
	if f.Opportunity != 0 {
		found, err := Opportunities.FindMany(v, []int64{f.Opportunity})
		if err != nil {
			return nil, err
		}
		if o := found[f.Opportunity]; o != nil {
			f.Customer = o.Customer
		}
	}
	if f.Result != "" && f.DoneAt == "" {
		f.DoneAt = v.Today
	}
	if f.PlanAt == "" {
		f.PlanAt = v.Today
	}
	if f.DoneAt.After(v.Today) {
		return problem.List{problem.Rule("crm.done_later", "today", string(v.Today)).At("/done_at")}, nil
	}
	return nil, nil
}

var hours = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// mostRemindDays is how long before a follow-up somebody may want to hear of it.
const mostRemindDays = 366

func validateFollowUp(f *FollowUp) problem.List {
	var list problem.List
	if f.Customer == 0 && f.Lead == 0 && f.Opportunity == 0 {
		list.Add(problem.Rule("crm.with_whom").At("/customer"))
	}
	if f.State == Planned && f.PlanTime != "" && !hours.MatchString(f.PlanTime) { // a done one is refused for being done
		list.Add(problem.Rule("crm.time").At("/plan_time"))
	}
	if f.RemindDays < 0 || f.RemindDays > mostRemindDays {
		list.Add(problem.Rule("crm.remind_days", "max", mostRemindDays).At("/remind_days"))
	}
	if f.DoneAt != "" && f.Result == "" {
		list.Add(problem.Rule("crm.no_result").At("/result"))
	}
	if f.Next != "" {
		list.Add(nextAfter(f.DoneAt, f.Next))
	}
	return list
}

// nextAfter refuses a next time that is not later than what is done.
func nextAfter(done, next clock.Date) *problem.Problem {
	switch {
	case done == "":
		return problem.Rule("crm.next_undone").At("/next")
	case !next.After(done):
		return problem.Rule("crm.next_before", "done", string(done)).At("/next")
	}
	return nil
}

func complete(tx *kernel.Tx, f *FollowUp, input any) error {
	in := input.(*CompleteInput)
	f.Result, f.DoneAt, f.Next = in.Result, in.DoneAt, in.Next
	if f.DoneAt == "" {
		f.DoneAt = tx.Today
	}
	if f.DoneAt.After(tx.Today) {
		return problem.Rule("crm.done_later", "today", string(tx.Today)).At("/done_at")
	}
	if f.Next != "" {
		if p := nextAfter(f.DoneAt, f.Next); p != nil {
			return p
		}
	}
	return happened(tx, f, f.Subject, true)
}

// happened tells the customer and the lead of a talk, and plans the next one if wanted.
func happened(tx *kernel.Tx, f *FollowUp, subject string, plan bool) error {
	if f.Lead != 0 {
		if err := touchLead(tx, f.Lead, f.DoneAt); err != nil {
			return err
		}
	}
	if f.Customer != 0 {
		if err := party.Touch(tx, f.Customer, f.DoneAt); err != nil {
			return err
		}
	}
	if f.Next == "" || !plan {
		return nil
	}
	return pipeline.Create(tx, FollowUps, &FollowUp{
		Subject: subject, Kind: f.Kind, Customer: f.Customer, Lead: f.Lead, Opportunity: f.Opportunity, PlanAt: f.Next,
		RemindDays: f.RemindDays, Previous: f.ID, Owner: f.Owner, Department: f.Department,
	})
}

func mayPlanNext(_ *kernel.View, f *FollowUp) problem.List {
	if f.Next != "" {
		return problem.List{problem.Rule("crm.next_planned", "date", string(f.Next))}
	}
	return nil
}

func planNext(tx *kernel.Tx, f *FollowUp, input any) error {
	in := input.(*NextInput)
	if p := nextAfter(f.DoneAt, in.Next); p != nil {
		return p
	}
	f.Next = in.Next
	subject := in.Subject
	if subject == "" {
		subject = f.Subject
	}
	return happened(tx, f, subject, true)
}

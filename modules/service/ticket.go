package service

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Ticket is one matter of a customer.
type Ticket struct {
	resource.Base
	Number      string      `zg:"once,list,filter,sort,search,max=40,width=120" zh:"工单号" en:"Number"`
	Date        clock.Date  `zg:"required,list,filter,sort,width=100" zh:"受理日期" en:"Received"`
	State       state.State `zg:"readonly,list,filter,width=90,kind=enum" zh:"状态" en:"State"`
	Customer    int64       `zg:"required,list,filter,ref=base.party,width=180" zh:"客户" en:"Customer"`
	Subject     string      `zg:"required,list,search,max=120,width=220" zh:"事由" en:"Subject"`
	Kind        string      `zg:"required,list,filter,default=question,width=80" zh:"类型" en:"Kind" opt:"question|咨询|Question;repair|报修|Repair;complaint|投诉|Complaint;return|退换|Return or exchange"`
	Priority    string      `zg:"required,list,filter,default=normal,width=80" zh:"优先级" en:"Priority" opt:"low|低|Low;normal|普通|Normal;high|高|High;urgent|紧急|Urgent"`
	Due         clock.Date  `zg:"list,filter,sort,width=100" zh:"要求完成" en:"Due" help:"留空时按优先级计算|Left empty it follows from the priority"`
	Contact     string      `zg:"search,max=60" zh:"联系人" en:"Contact"`
	Phone       string      `zg:"max=60,right=phone" zh:"电话" en:"Phone"`
	Item        int64       `zg:"filter,ref=base.item" zh:"商品" en:"Item"`
	Reference   string      `zg:"search,max=80" zh:"序列号或单号" en:"Serial or sheet number"`
	Description string      `zg:"longtext,max=4000" zh:"详细情况" en:"Description"`
	Owner       int64       `zg:"list,filter,ref=base.person,width=90" zh:"处理人" en:"Handler"`
	Department  int64       `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
	Cause       string      `zg:"readonly,filter,section=处理|Handling" zh:"原因" en:"Cause" opt:"quality|商品质量|Quality of the goods;delivery|发货或运输|Shipping or transport;billing|价格或票据|Price or paperwork;use|使用不当|Wrong use;attitude|服务态度|Conduct;other|其他|Other"`
	Solution    string      `zg:"readonly,longtext,max=4000,section=处理|Handling" zh:"处理结果" en:"Solution"`
	Solved      clock.Date  `zg:"readonly,filter,sort,section=处理|Handling" zh:"解决日期" en:"Solved"`
	Days        int64       `zg:"readonly,hidden,section=处理|Handling" zh:"处理天数" en:"Days taken"`
	Visited     clock.Date  `zg:"readonly,filter,section=回访|Return visit" zh:"回访日期" en:"Visited"`
	Score       string      `zg:"readonly,filter,section=回访|Return visit" zh:"满意度" en:"Satisfaction" opt:"5|5 分：非常满意|5: very satisfied;4|4 分：满意|4: satisfied;3|3 分：一般|3: fair;2|2 分：不满意|2: dissatisfied;1|1 分：非常不满意|1: very dissatisfied"`
	VisitNote   string      `zg:"readonly,max=500,section=回访|Return visit" zh:"客户意见" en:"What the customer said"`
	Reopened    int64       `zg:"readonly,section=回访|Return visit" zh:"重新处理次数" en:"Times opened again"`
	Reason      string      `zg:"readonly,max=500,section=回访|Return visit" zh:"重新处理原因" en:"Why opened again"`
}

const (
	ticketName = "service.ticket"
	complaint  = "complaint"
)

// The states of a ticket.
const (
	stateNew     state.State = "new"
	stateWorking state.State = "working"
	stateSolved  state.State = "solved"
	stateClosed  state.State = "closed"
	stateVoid    state.State = "void"
)

var machine = &state.Machine{
	Initial: stateNew, States: []state.State{stateNew, stateWorking, stateSolved, stateClosed, stateVoid},
	Transitions: []state.Transition{
		{Action: "take", From: []state.State{stateNew}, To: stateWorking},
		{Action: "assign", From: []state.State{stateNew, stateWorking}, To: stateWorking},
		{Action: "solve", From: []state.State{stateNew, stateWorking}, To: stateSolved},
		{Action: "visit", From: []state.State{stateSolved}, To: stateSolved}, // which then accepts or refuses
		{Action: "accept", From: []state.State{stateSolved}, To: stateClosed},
		{Action: "refuse", From: []state.State{stateSolved}, To: stateWorking},
		{Action: "close", From: []state.State{stateSolved}, To: stateClosed},
		{Action: "reopen", From: []state.State{stateSolved, stateClosed}, To: stateWorking},
		{Action: "void", From: []state.State{stateNew, stateWorking}, To: stateVoid},
	},
}

// Tickets is the resource.
var Tickets = resource.Declare[Ticket](resource.Spec[Ticket]{
	Name: ticketName, Label: kernel.T("服务工单", "Service ticket"), Sub: []string{"subject", "date"},
	Empty: kernel.T("客户的咨询、报修、投诉和退换都记在这里，办完为止。", "What customers ask, report, complain about or send back, until it is settled."),
	Scope: &kernel.Anchor{Owner: "owner", Department: "department",
		Members: &kernel.Members{Table: "service_ticket", Record: "id", User: "created_by"}},
	Quick:   []string{"kind", "customer", "subject"},
	Number:  "TK{yy}{mm}{seq:5}",
	Machine: machine, Editable: []state.State{stateNew, stateWorking},
	States: map[state.State]kernel.StateInfo{
		stateNew:     {Label: kernel.T("待处理", "New"), Tone: "draft"},
		stateWorking: {Label: kernel.T("处理中", "In progress"), Tone: "waiting"},
		stateSolved:  {Label: kernel.T("已解决", "Solved"), Tone: "live"},
		stateClosed:  {Label: kernel.T("已结束", "Closed"), Tone: "closed"},
		stateVoid:    {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	},
	Actions: ticketActions(),
	Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("服务单 A4", "Service sheet A4"), Template: "a4"},
		{Name: "241x140", Label: kernel.T("服务单 241×140", "Service sheet 241×140"), Template: "241x140"}},
	Compute: compute, Facts: facts,
	Validate: func(t *Ticket) problem.List {
		var list problem.List
		if t.Due != "" && t.Due.Before(t.Date) {
			list.Add(problem.Rule("service.due").At("/due"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, old, t *Ticket) error {
		if old != nil {
			return nil
		}
		return numberTaken(tx, t.Number)
	},
	Deleted: func(_ *kernel.Tx, t *Ticket) error {
		if t.State != stateNew {
			return problem.Conflicted("service.delete", "number", t.Number)
		}
		return nil
	},
})

// handle is Tickets for the functions that its own declaration names.
func handle(c *kernel.Company) *resource.Resource[Ticket] {
	return resource.Named[Ticket](c, ticketName)
}

// late tells by how many days a ticket has passed its due date on a day, 0 when it has not.
func (t *Ticket) late(today clock.Date) int64 {
	if t.Solved != "" {
		today = t.Solved
	}
	return int64(max(t.Due.DaysUntil(today), 0))
}

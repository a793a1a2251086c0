package approval

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Request is one act that waits, or waited, for people's agreement.
type Request struct {
	resource.Base
	Number      string        `zg:"readonly,list,filter,sort,search,max=40,width=130" zh:"审批编号" en:"Number"`
	Date        clock.Date    `zg:"readonly,list,filter,sort,width=100" zh:"日期" en:"Date"`
	State       state.State   `zg:"readonly,list,filter,width=110,kind=enum" zh:"状态" en:"State"`
	Title       string        `zg:"readonly,list,search,width=220" zh:"标题" en:"Title"`
	Amount      money.Amount  `zg:"readonly,signed,list,filter,total,right=price,width=120" zh:"金额" en:"Amount"`
	Target      string        `zg:"readonly,filter,max=80" zh:"单据类型" en:"Kind of document"`
	Act         string        `zg:"readonly,filter,max=40" zh:"操作" en:"Action"`
	Record      int64         `zg:"readonly,filter" zh:"单据" en:"Document"`
	Flow        int64         `zg:"readonly,list,filter,ref=approval.flow" zh:"审批流" en:"Flow"`
	FlowVersion int64         `zg:"readonly,ref=approval.flow_version" zh:"流程版本" en:"Flow version"`
	Initiator   int64         `zg:"readonly,list,filter,ref=base.user" zh:"发起人" en:"Initiator"`
	Reason      string        `zg:"readonly,max=500" zh:"事由" en:"Reason"`
	NodeName    string        `zg:"readonly,list,max=60" zh:"当前步骤" en:"Step"`
	Round       int64         `zg:"readonly" zh:"轮次" en:"Round"`
	Problem     string        `zg:"readonly,max=1000" zh:"未生效原因" en:"Why not applied"`
	Owner       int64         `zg:"readonly,filter,ref=base.person" zh:"发起员工" en:"Person"`
	Department  int64         `zg:"readonly,filter,ref=base.department" zh:"发起部门" en:"Department"`
	UrgedAt     clock.Instant `zg:"readonly" zh:"最近催办" en:"Last urged"`
	Node        string        `zg:"readonly,hidden,max=60" zh:"步骤位置" en:"Place of the step"`
	Resume      string        `zg:"readonly,hidden,max=60" zh:"退回后续接" en:"Goes on at"`
	// What was typed is shown on the card, to each as far as his rights go; the whole of it nobody is given.
	Input string `zg:"readonly,hidden,longtext,right=typed" zh:"操作内容" en:"Input"`
	Hash  string `zg:"readonly,hidden,max=80" zh:"内容指纹" en:"Fingerprint"`

	Tasks []Task  `lines:"approval_task" zh:"审批任务" en:"Tasks"`
	Trail []Entry `lines:"approval_trail" zh:"审批记录" en:"Trail"`
}

// Task is one person's part in a request. Since is the version of the request in which it became his turn.
type Task struct {
	resource.Line
	Node      string        `zg:"readonly,max=60" zh:"步骤位置" en:"Place"`
	NodeName  string        `zg:"readonly,max=60" zh:"步骤" en:"Step"`
	Round     int64         `zg:"readonly" zh:"轮次" en:"Round"`
	Kind      string        `zg:"readonly" zh:"任务" en:"Task" opt:"approve|审批|Approve;added_before|前加签|Added before;added_after|后加签|Added after;choose|选择审批人|Choose;copy|抄送|Copy"`
	Mode      string        `zg:"readonly" zh:"方式" en:"Mode" opt:"all|会签|All;any|或签|Any;turn|依次|In turn"`
	Assignee  int64         `zg:"readonly,ref=base.user" zh:"审批人" en:"Person"`
	OnBehalf  int64         `zg:"readonly,ref=base.user" zh:"代替" en:"On behalf of"`
	State     string        `zg:"readonly" zh:"状态" en:"State" opt:"pending|待处理|Pending;queued|未轮到|Queued;agreed|同意|Agreed;refused|拒绝（结束）|Refused;returned|退回（修改后再提交）|Sent back;handed_over|已转交|Handed over;skipped|已跳过|Skipped;cancelled|已取消|Cancelled;sent|已抄送|Copied"`
	AddedBy   int64         `zg:"readonly,ref=base.user" zh:"加签人" en:"Added by"`
	Opinion   string        `zg:"readonly,max=500" zh:"意见" en:"Opinion"`
	DecidedAt clock.Instant `zg:"readonly" zh:"处理时间" en:"Decided at"`
	ReadAt    clock.Instant `zg:"readonly" zh:"阅读时间" en:"Read at"`
	Since     int64         `zg:"readonly,hidden" zh:"起始版本" en:"Since version"`
	Hash      string        `zg:"readonly,hidden,max=80" zh:"内容指纹" en:"Fingerprint"`
}

// Entry is one line of the trail. ByUser is 0 for what happened by itself.
type Entry struct {
	resource.Line
	At       clock.Instant `zg:"readonly" zh:"时间" en:"Time"`
	ByUser   int64         `zg:"readonly,ref=base.user" zh:"人员" en:"Who"`
	Act      string        `zg:"readonly" zh:"动作" en:"What" opt:"submitted|提交|Submitted;resubmitted|修改后再提交|Submitted again;agreed|同意|Agreed;refused|拒绝（结束）|Refused;returned|退回发起人（修改后再提交）|Sent back to the initiator;sent_back|退回到之前的步骤|Sent back to an earlier step;withdrawn|撤回|Withdrawn;handed_over|转交|Handed over;added_before|前加签|Added before;added_after|后加签|Added after;copied|抄送|Copied;commented|评论|Commented;urged|催办|Urged;chosen|选定审批人|Chose approvers;flows|同时符合几个流程|Several flows apply;branch|进入分支|Took the branch;skip_self|自动通过：审批人就是发起人|Passed: the approver is the initiator;skip_repeated|自动通过：此人已同意过|Passed: has agreed already;skip_empty|自动通过：没有审批人|Passed: there is no approver;to_superior|改由上级审批：审批人就是发起人|Goes to the superior: the approver is the initiator;to_administrator|没有审批人，转给管理员|No approver, goes to the administrator;to_substitute|没有审批人，转给指定人|No approver, goes to the substitute;delegated|由受托人代为审批|A deputy decides;left|审批人已停用|The approver was disabled;granted|审批通过|Approved;applied|已生效|Applied;failed|已批准，未能生效|Approved, not applied;retried|重新执行|Tried again;superseded|单据另作处理，审批结束|The document was dealt with otherwise"`
	Node     string        `zg:"readonly,max=60" zh:"步骤位置" en:"Place"`
	NodeName string        `zg:"readonly,max=60" zh:"步骤" en:"Step"`
	Text     string        `zg:"readonly,max=1000" zh:"说明" en:"Text"`
}

// The states of a request.
const (
	Waiting   state.State = "waiting"
	Granted   state.State = "granted"
	Applied   state.State = "applied"
	Failed    state.State = "failed"
	Refused   state.State = "refused"
	Withdrawn state.State = "withdrawn"
	Returned  state.State = "returned"
)

var requestStates = map[state.State]kernel.StateInfo{
	Waiting:   {Label: kernel.T("审批中", "Waiting"), Tone: "waiting"},
	Granted:   {Label: kernel.T("已批准", "Approved"), Tone: "live"},
	Applied:   {Label: kernel.T("已生效", "Applied"), Tone: "closed"},
	Failed:    {Label: kernel.T("已批准，未生效", "Approved, not applied"), Tone: "live"},
	Refused:   {Label: kernel.T("已拒绝", "Refused"), Tone: "dead"},
	Withdrawn: {Label: kernel.T("已撤回", "Withdrawn"), Tone: "dead"},
	Returned:  {Label: kernel.T("已退回，待修改", "Sent back"), Tone: "waiting"},
}

// requestMachine: what people do while a request waits leaves it waiting; the engine then moves it on by itself, for
// which the hidden actions stand.
func requestMachine() *state.Machine {
	from := func(s ...state.State) []state.State { return s }
	m := &state.Machine{Initial: Waiting, States: from(Waiting, Granted, Applied, Failed, Refused, Withdrawn, Returned)}
	add := func(to state.State, action string, states ...state.State) {
		m.Transitions = append(m.Transitions, state.Transition{Action: action, From: states, To: to})
	}
	for _, a := range []string{"agree", "refuse", "send_back", "hand_over", "add_sign", "choose", "urge"} {
		for _, s := range m.States { // the second of two must be told who was first, not that the state is wrong
			add(s, a, s)
		}
	}
	for _, a := range []string{"copy", "comment", "mark_read", "withdraw"} {
		for _, s := range m.States {
			add(s, a, s)
		}
	}
	add(Granted, "retry", Failed, Granted)
	add(Granted, "grant", Waiting)
	add(Applied, "apply", Granted, Failed)
	add(Failed, "fail", Granted)
	add(Refused, "end", Waiting)
	add(Withdrawn, "take_back", Waiting, Returned, Failed)
	add(Returned, "return", Waiting)
	add(Waiting, "restart", Returned)
	return m
}

// Requests is the resource.
var Requests = resource.New[Request]("approval.request")

func requestSpec() resource.Spec[Request] {
	return resource.Spec[Request]{
		Label: kernel.T("审批单", "Approval request"), Sub: []string{"title"},
		Empty:   kernel.T("提交审批的单据列在这里，点开可以看到进行到哪一步。", "What was submitted for approval is listed here, with the step it has reached."),
		Scope:   &kernel.Anchor{Owner: "owner", Department: "department", Members: membersOf},
		Number:  "SP{yy}{mm}{seq:5}",
		Machine: requestMachine(), States: requestStates, Editable: []state.State{}, NoCreate: true, NoDelete: true,
		Actions: requestActions(), Words: requestWords,
	}
}

// open reports whether a request is not over.
func (r *Request) open() bool {
	return r.State == Waiting || r.State == Granted || r.State == Failed || r.State == Returned
}

// tell adds a line to the trail.
func (r *Request) tell(at clock.Instant, by int64, act, text string) {
	runes := []rune(text)
	if len(runes) > 1000 {
		text = string(runes[:1000])
	}
	r.Trail = append(r.Trail, Entry{At: at, ByUser: by, Act: act, Node: r.Node, NodeName: r.NodeName, Text: text})
}

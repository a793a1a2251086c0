package office

import (
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// WorkLog is what a person did on a day, or in the week that begins on a Monday. Recorded is what the program knows of it,
// as of when the log was last written; Department is empty until it is submitted, so that nobody above sees a draft.
type WorkLog struct {
	resource.Base
	Date        clock.Date    `zg:"required,list,filter,sort,width=100" zh:"日期" en:"Date"`
	Kind        string        `zg:"list,filter,default=day,width=80" zh:"类型" en:"Kind" opt:"day|日报|Day;week|周报|Week"`
	Person      int64         `zg:"required,list,filter,ref=base.person,width=100" zh:"员工" en:"Person"`
	State       state.State   `zg:"readonly,list,filter,width=90,kind=enum" zh:"状态" en:"State"`
	Recorded    string        `zg:"computed,longtext" zh:"系统记录" en:"On record" help:"当天或当周在系统里做过的事|What was done in the program on that day or in that week"`
	Done        string        `zg:"list,search,longtext,max=8000,width=360" zh:"完成工作" en:"What was done" help:"留空时，提交后就是系统记录|Left empty, it is what is on record once it is submitted"`
	Plans       string        `zg:"search,longtext,max=4000" zh:"工作计划" en:"What comes next"`
	Issues      string        `zg:"search,longtext,max=4000" zh:"问题与求助" en:"Difficulties"`
	SubmittedAt clock.Instant `zg:"readonly,list,width=140" zh:"提交时间" en:"Submitted at"`
	Department  int64         `zg:"readonly,list,filter,ref=base.department,width=100" zh:"部门" en:"Department"`
}

// The states of a work log, and its kinds.
const (
	logDraft     state.State = "draft"
	logSubmitted state.State = "submitted"

	logWeek = "week"
)

const workLogName = "office.work_log"

// WorkLogs is the resource.
var WorkLogs = resource.New[WorkLog](workLogName)

func workLogSpec() resource.Spec[WorkLog] {
	return resource.Spec[WorkLog]{
		Label: kernel.T("工作日志", "Work log"), Title: "date", Code: "date", Key: []string{"person", "kind", "date"}, Sub: []string{"kind"},
		Empty: kernel.T("每天或每周做了什么、接下来做什么。系统里做过的事会自动列出，提交后上级可以看到和评论。",
			"What was done each day or week, and what comes next. What was done in the program is listed by itself; once submitted, those above see it and may comment."),
		Scope: byPerson,
		Machine: &state.Machine{Initial: logDraft, States: []state.State{logDraft, logSubmitted}, Transitions: []state.Transition{
			{Action: "fill", From: []state.State{logDraft}, To: logDraft},
			{Action: "submit", From: []state.State{logDraft}, To: logSubmitted},
			{Action: "take_back", From: []state.State{logSubmitted}, To: logDraft},
		}},
		States: map[state.State]kernel.StateInfo{
			logDraft: {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, logSubmitted: {Label: kernel.T("已提交", "Submitted"), Tone: "live"},
		},
		Actions: []resource.Action[WorkLog]{
			{Name: "submit", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true, Run: submitLog},
			{Name: "fill", Label: kernel.T("填入系统记录", "Fill in what is on record"), Run: fillLog},
			{Name: "take_back", Label: kernel.T("收回修改", "Take back"), Run: takeBackLog},
		},
		New: func(_ *kernel.View, l *WorkLog) error {
			l.Department = 0
			return nil
		},
		Compute: computeLog, Check: checkLog, Deleted: func(tx *kernel.Tx, l *WorkLog) error { return ownLog(tx, l) },
	}
}

// computeLog puts a week's log on its Monday and tells what is on record.
func computeLog(v *kernel.View, l *WorkLog, _ string) (problem.List, error) {
	if l.Kind == logWeek && l.Date.Valid() {
		l.Date = monday(l.Date)
	}
	if l.Date.After(v.Today) {
		return problem.List{problem.Rule("office.log_future", "today", string(v.Today)).At("/date")}, nil
	}
	return nil, l.record(v)
}

// monday is the day on which the week of a day begins.
func monday(d clock.Date) clock.Date { return d.AddDays(-(int(d.Weekday()+6) % 7)) }

// days gives the first and the last day that the log is about.
func (l *WorkLog) days() (first, last clock.Date) {
	if l.Kind == logWeek {
		return l.Date, l.Date.AddDays(6)
	}
	return l.Date, l.Date
}

// record writes down what the program knows of the person's work.
func (l *WorkLog) record(v *kernel.View) (err error) {
	l.Recorded = ""
	if l.Person == 0 || !l.Date.Valid() {
		return nil
	}
	first, last := l.days()
	l.Recorded, err = traces{person: l.Person, first: first, last: last}.text(v)
	return err
}

// instants gives the moment at which a day begins and the one at which another is over, where the company is.
func instants(v *kernel.View, first, last clock.Date) (from, until clock.Instant) {
	begin := func(d clock.Date) clock.Instant {
		t := d.Time()
		return clock.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, v.Company.Zone()))
	}
	return begin(first), begin(last.AddDays(1))
}

// checkLog: everybody writes his own, one for each day and each week.
func checkLog(tx *kernel.Tx, old, l *WorkLog) error {
	if err := ownLog(tx, l); err != nil {
		return err
	}
	if old != nil {
		if err := ownLog(tx, old); err != nil {
			return err
		}
	}
	taken, err := logTaken(tx.View, l)
	if err == nil && taken {
		return problem.Conflicted("office.log_twice", "date", string(l.Date)).At("/date")
	}
	return err
}

func ownLog(tx *kernel.Tx, l *WorkLog) error {
	if tx.Actor.System || tx.Actor.HasRole("administrator") || l.Person == tx.Actor.PersonID {
		return nil
	}
	return problem.New(problem.Forbidden, "office.log_own").At("/person")
}

// fillLog puts beneath what was written whatever is on record and does not stand there yet.
func fillLog(tx *kernel.Tx, l *WorkLog, _ any) error {
	if err := ownLog(tx, l); err != nil {
		return err
	}
	if err := l.record(tx.View); err != nil {
		return err
	}
	if l.Recorded == "" {
		return problem.Rule("office.log_nothing").At("/recorded")
	}
	done, err := addLines(l.Done, l.Recorded, WorkLogs.ByName["done"].Max)
	l.Done = done
	return err
}

// submitLog shows the log to those above. A log without words of one's own says what is on record.
func submitLog(tx *kernel.Tx, l *WorkLog, _ any) error {
	if err := ownLog(tx, l); err != nil {
		return err
	}
	if err := l.record(tx.View); err != nil {
		return err
	}
	if l.Done == "" {
		done, err := addLines("", l.Recorded, WorkLogs.ByName["done"].Max)
		if err != nil {
			return err
		}
		l.Done = done
	}
	if l.Done == "" {
		return problem.Rule("office.log_empty").At("/done")
	}
	people, err := organisation.People.FindMany(tx.View, []int64{l.Person})
	if p := people[l.Person]; p != nil {
		l.Department = p.Department
	}
	l.SubmittedAt = tx.Now
	return err
}

func takeBackLog(tx *kernel.Tx, l *WorkLog, _ any) error {
	l.Department, l.SubmittedAt = 0, 0
	return ownLog(tx, l)
}

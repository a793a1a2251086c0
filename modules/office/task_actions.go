package office

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// ProgressInput is what the action report asks for.
type ProgressInput struct {
	Progress int64  `zg:"" zh:"进度（%）" en:"Progress, %" help:"0 到 100|From 0 to 100"`
	Note     string `zg:"longtext,max=2000" zh:"说明" en:"Note"`
}

// FinishInput is what the action finish asks for.
type FinishInput struct {
	Result string `zg:"longtext,max=4000" zh:"完成情况" en:"What came of it"`
}

// AssignInput is what the action assign asks for.
type AssignInput struct {
	Assignee int64 `zg:"required,ref=base.person" zh:"负责人" en:"Assignee"`
}

// MoveInput is where the board puts a task.
type MoveInput struct {
	State string `zg:"required" zh:"状态" en:"State" opt:"open|待办|To do;doing|进行中|Doing;done|已完成|Done;cancelled|已取消|Cancelled"`
}

// What people are told of tasks.
const (
	noticeGiven     = "office.notice_task"
	noticeHelp      = "office.notice_task_help"
	noticeDone      = "office.notice_task_done"
	noticeCancelled = "office.notice_task_cancelled"
	noticeReopened  = "office.notice_task_reopened"
)

const wholeProgress = 100

func taskActions() []resource.Action[Task] {
	return []resource.Action[Task]{
		{Name: "start", Label: kernel.T("开始", "Start")},
		{Name: "finish", Label: kernel.T("完成", "Finish"), Primary: true, In: &FinishInput{}, Run: finishTask},
		{Name: "report", Label: kernel.T("汇报进度", "Report progress"), In: &ProgressInput{}, Run: reportTask},
		{Name: "assign", Label: kernel.T("转交", "Hand over"), In: &AssignInput{}, Check: mayAssign, Run: assignTask},
		{Name: "reopen", Label: kernel.T("重新打开", "Reopen"), Run: reopenTask},
		{Name: "move", Label: kernel.T("改状态", "Change the state"), In: &MoveInput{}, Run: moveTask, Does: []string{"start", "finish", "cancel", "reopen"}},
		{Name: "cancel", Label: kernel.T("取消任务", "Cancel the task"), Danger: true, Check: mayCancel, Run: cancelTask,
			Confirm: kernel.T("「{label}」不用做了，负责人会收到通知。", "“{label}” need not be done; the assignee is told.")},
	}
}

// tellPerson tells the account of a person.
func tellPerson(tx *kernel.Tx, t *Task, person int64, code string) error {
	accounts, err := notify.Accounts.Of(tx.Company)(tx.View, []int64{person})
	if err != nil {
		return err
	}
	return tellUsers(tx, t, []int64{accounts[person]}, code)
}

func tellUsers(tx *kernel.Tx, t *Task, accounts []int64, code string) error {
	return notify.Tell(tx, notify.Message{To: accounts, Code: code, Def: Tasks.Def, Record: t})
}

func finishTask(tx *kernel.Tx, t *Task, in any) error {
	if input, ok := in.(*FinishInput); ok { // the board asks for nothing
		t.Result = input.Result
	}
	t.DoneAt, t.Progress = tx.Today, wholeProgress
	return tellPerson(tx, t, t.Maker, noticeDone)
}

// reportTask notes how far it has come; what is said about it stands among the comments.
func reportTask(tx *kernel.Tx, t *Task, in any) error {
	input := in.(*ProgressInput)
	if input.Progress > wholeProgress {
		return problem.Rule("office.task_progress").At("/progress")
	}
	t.Progress = input.Progress
	if input.Note == "" {
		return nil
	}
	_, err := comments.Add(tx, Tasks.Def, t.ID, input.Note)
	return err
}

// mayAssign: the assignee passes it on, or who gave it; who only helps does not.
func mayAssign(v *kernel.View, t *Task) problem.List {
	if t.Assignee == v.Actor.PersonID && t.Assignee != 0 {
		return nil
	}
	return mayCancel(v, t)
}

func mayCancel(v *kernel.View, t *Task) problem.List {
	list, _ := problem.From(mayManage(v, t))
	return list
}

func assignTask(tx *kernel.Tx, t *Task, in any) error {
	to := in.(*AssignInput).Assignee
	if to == t.Assignee {
		return problem.Rule("office.task_same").At("/assignee")
	}
	if err := atWork(tx.View, to); err != nil {
		return err
	}
	t.Assignee = to
	if err := t.place(tx.View); err != nil {
		return err
	}
	return tellPerson(tx, t, to, noticeGiven)
}

func reopenTask(tx *kernel.Tx, t *Task, _ any) error {
	t.DoneAt, t.Result = "", ""
	if t.Progress == wholeProgress {
		t.Progress = 0
	}
	return tellPerson(tx, t, t.Assignee, noticeReopened)
}

func cancelTask(tx *kernel.Tx, t *Task, _ any) error {
	return tellPerson(tx, t, t.Assignee, noticeCancelled)
}

// stepsTo are the actions by which a task comes to another state. What is over is opened again first.
func stepsTo(from, to state.State) []string {
	last := map[state.State]string{TaskOpen: "reopen", TaskDoing: "start", TaskDone: "finish", TaskCancelled: "cancel"}[to]
	switch over := from == TaskDone || from == TaskCancelled; {
	case from == to:
		return nil
	case over && to != TaskOpen:
		return []string{"reopen", last}
	}
	return []string{last}
}

// moveTask takes the steps that lead where the card was put, as far as the actor may take each of them.
func moveTask(tx *kernel.Tx, t *Task, in any) error {
	for _, step := range stepsTo(t.State, state.State(in.(*MoveInput).State)) {
		if !tx.Actor.Can(taskName, step) {
			return problem.New(problem.Forbidden, "forbidden", "resource", taskName, "act", step)
		}
		if step == "cancel" {
			if err := mayManage(tx.View, t); err != nil {
				return err
			}
		}
		if err := pipeline.Act(tx, Tasks, t, step, nil); err != nil {
			return err
		}
	}
	return nil
}

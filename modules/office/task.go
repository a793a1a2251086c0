package office

import (
	"regexp"
	"slices"
	"strconv"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Task is something that somebody gave somebody to do, himself or another. Department is that of the assignee; Link is the
// record it is about, such as "sales.order/12".
type Task struct {
	resource.Base
	Number     string      `zg:"once,list,filter,sort,search,max=40,width=110" zh:"任务编号" en:"Number"`
	Subject    string      `zg:"required,list,search,max=120,width=260" zh:"任务" en:"Task"`
	State      state.State `zg:"readonly,list,filter,width=80,kind=enum" zh:"状态" en:"State"`
	Priority   string      `zg:"list,filter,default=normal,width=70" zh:"优先级" en:"Priority" opt:"high|高|High;normal|普通|Normal;low|低|Low"`
	Assignee   int64       `zg:"required,list,filter,ref=base.person,width=100" zh:"负责人" en:"Assignee"`
	Due        clock.Date  `zg:"list,filter,sort,width=100" zh:"截止日期" en:"Due"`
	Progress   int64       `zg:"readonly,list,width=80" zh:"进度（%）" en:"Progress, %"`
	Details    string      `zg:"search,longtext,max=4000" zh:"任务内容" en:"Details"`
	Link       string      `zg:"once,max=120" zh:"关联记录" en:"About" help:"把单据、客户等页面的网址贴在这里|Paste the address of the page of a document or a customer"`
	Maker      int64       `zg:"readonly,list,filter,ref=base.person,width=100" zh:"布置人" en:"Given by"`
	Department int64       `zg:"readonly,filter,ref=base.department" zh:"部门" en:"Department"`
	DoneAt     clock.Date  `zg:"readonly,list,filter,sort,width=100" zh:"完成日期" en:"Done on"`
	Result     string      `zg:"readonly,search,longtext,max=4000" zh:"完成情况" en:"What came of it"`

	Collaborators []TaskMember `lines:"office_task_member" zh:"协作人" en:"Collaborators"`
}

// TaskMember is a user who works on a task that is another's.
type TaskMember struct {
	resource.Line
	Member int64 `zg:"required,enter,ref=base.user,width=130" zh:"操作员" en:"User"`
}

// The states of a task.
const (
	TaskOpen      state.State = "open"
	TaskDoing     state.State = "doing"
	TaskDone      state.State = "done"
	TaskCancelled state.State = "cancelled"
)

const taskName = "office.task"

// Tasks is the resource. It is anchored by who gave a task, for anybody may give one to anybody; who is to do it and who
// helps see it as members, and who leads the assignee's department sees it by that.
var Tasks = resource.New[Task](taskName)

func taskSpec() resource.Spec[Task] {
	live := []state.State{TaskOpen, TaskDoing}
	return resource.Spec[Task]{
		Label: kernel.T("任务", "Task"), Title: "subject", Sub: []string{"number", "due"},
		Empty:  kernel.T("谁在什么时候前做完什么。给自己记一条，或者布置给同事。", "Who does what by when. Note one for yourself, or give it to a colleague."),
		Scope:  &kernel.Anchor{Owner: "maker", Department: "department", Members: doersOf},
		Number: "RW{seq:6}", Quick: []string{"subject", "assignee", "due"},
		Machine: taskMachine(live), Editable: live, Actions: taskActions(),
		States: map[state.State]kernel.StateInfo{
			TaskOpen: {Label: kernel.T("待办", "To do"), Tone: "waiting"}, TaskDoing: {Label: kernel.T("进行中", "Doing"), Tone: "waiting"},
			TaskDone: {Label: kernel.T("已完成", "Done"), Tone: "closed"}, TaskCancelled: {Label: kernel.T("已取消", "Cancelled"), Tone: "dead"},
		},
		Board: &kernel.Board{Column: "state", Act: "move", Facts: []string{"assignee", "due", "priority"}},
		New: func(v *kernel.View, t *Task) error {
			t.Assignee = v.Actor.PersonID
			return nil
		},
		Compute: computeTask, Validate: validateTask, Check: checkTask, Saved: taskSaved, Facts: taskFacts,
		Deleted: func(tx *kernel.Tx, t *Task) error { return mayManage(tx.View, t) },
	}
}

func taskMachine(live []state.State) *state.Machine {
	all := []state.State{TaskOpen, TaskDoing, TaskDone, TaskCancelled}
	m := &state.Machine{Initial: TaskOpen, States: all, Transitions: []state.Transition{
		{Action: "start", From: all[:1], To: TaskDoing}, {Action: "report", From: live, To: TaskDoing},
		{Action: "finish", From: live, To: TaskDone}, {Action: "cancel", From: live, To: TaskCancelled},
		{Action: "reopen", From: all[1:], To: TaskOpen},
	}}
	for _, s := range live {
		m.Transitions = append(m.Transitions, state.Transition{Action: "assign", From: []state.State{s}, To: s})
	}
	for _, s := range all { // it goes where its input says, by the other actions
		m.Transitions = append(m.Transitions, state.Transition{Action: "move", From: []state.State{s}, To: s})
	}
	return m
}

// computeTask keeps the department with the assignee and reads the link of a new task.
func computeTask(v *kernel.View, t *Task, _ string) (problem.List, error) {
	if err := t.place(v); err != nil {
		return nil, err
	}
	if t.ID != 0 || t.Link == "" {
		return nil, nil
	}
	def, id := readLink(v, t.Link)
	if def == nil {
		return problem.List{problem.Rule("office.task_link").At("/link")}, nil
	}
	_, err := resource.LoadVisible(v, def, id)
	if list, ok := problem.From(err); ok && len(list) > 0 {
		return problem.List{problem.Rule("office.task_link_missing", "resource", def.Name).At("/link")}, nil
	}
	t.Link = def.Name + "/" + strconv.FormatInt(id, 10)
	return nil, err
}

// place gives the task the department of its assignee.
func (t *Task) place(v *kernel.View) error {
	people, err := organisation.People.FindMany(v, []int64{t.Assignee})
	if p := people[t.Assignee]; p != nil {
		t.Department = p.Department
	}
	return err
}

// addresses are the ways to name a record: as the program does, and by the address of its page.
var addresses = regexp.MustCompile(`^(?:.*/r/)?([a-z_]+\.[a-z_]+)/([0-9]{1,16})(?:[/?#].*)?$`)

// readLink gives the record that a text names, if it is of a kind that the actor may read.
func readLink(v *kernel.View, text string) (*kernel.Def, int64) {
	found := addresses.FindStringSubmatch(text)
	if found == nil {
		return nil, 0
	}
	def := v.Company.Def(found[1])
	id, ok := resource.ParseID(found[2])
	if def == nil || !ok || def.Internal || !v.Actor.Can(def.Name, "read") {
		return nil, 0
	}
	return def, id
}

// taskFacts names what the task is about, for those who may see that.
func taskFacts(v *kernel.View, t *Task) ([]kernel.Fact, error) {
	if t.Link == "" {
		return nil, nil
	}
	def, id := readLink(v, t.Link)
	if def == nil {
		return nil, nil
	}
	rec, err := resource.LoadVisible(v, def, id)
	if err != nil {
		if _, missing := problem.From(err); missing {
			return nil, nil
		}
		return nil, err
	}
	return []kernel.Fact{{Pointer: "/link", Label: def.Label, Kind: kernel.KindText, Value: resource.Title(def, rec),
		To: "/r/" + def.Name + "/" + strconv.FormatInt(id, 10)}}, nil
}

func validateTask(t *Task) problem.List {
	var list problem.List
	seen := map[int64]bool{}
	for i, c := range t.Collaborators {
		if c.Member != 0 && seen[c.Member] {
			list.Add(problem.Rule("office.task_member_twice").At("/collaborators/" + strconv.Itoa(i) + "/member"))
		}
		seen[c.Member] = true
	}
	return list
}

// checkTask: what is to be done is changed by who asked for it, or who leads the assignee; the others report.
func checkTask(tx *kernel.Tx, old, t *Task) error {
	if old == nil {
		if t.Maker == 0 {
			t.Maker = tx.Behalf.PersonID
		}
		if err := numberTaken(tx, taskTable, t.Number); err != nil {
			return err
		}
	} else if err := mayManage(tx.View, old); err != nil {
		return err
	}
	if old != nil && old.Assignee == t.Assignee {
		return nil
	}
	return atWork(tx.View, t.Assignee)
}

// mayManage refuses to change a task that the actor neither gave nor answers for.
func mayManage(v *kernel.View, t *Task) error {
	if v.Actor.Holds(taskName, t.Maker, t.Department) {
		return nil
	}
	people, err := organisation.People.FindMany(v, []int64{t.Maker})
	if err != nil {
		return err
	}
	name := ""
	if p := people[t.Maker]; p != nil {
		name = p.Name
	}
	return problem.New(problem.Forbidden, "office.task_not_yours", "name", name)
}

// atWork refuses to give work to somebody who has left.
func atWork(v *kernel.View, person int64) error {
	people, err := organisation.People.FindMany(v, []int64{person})
	if p := people[person]; err == nil && p != nil && !p.Active {
		return problem.Rule("office.task_left", "name", p.Name).At("/assignee")
	}
	return err
}

// taskSaved tells those for whom the task is new.
func taskSaved(tx *kernel.Tx, old, t *Task) error {
	if old == nil || old.Assignee != t.Assignee {
		if err := tellPerson(tx, t, t.Assignee, noticeGiven); err != nil {
			return err
		}
	}
	var fresh []int64
	for _, c := range t.Collaborators {
		if old == nil || !slices.ContainsFunc(old.Collaborators, func(o TaskMember) bool { return o.Member == c.Member }) {
			fresh = append(fresh, c.Member)
		}
	}
	return tellUsers(tx, t, fresh, noticeHelp)
}

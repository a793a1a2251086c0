package office

import (
	"context"
	"strconv"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const taskReport = "office.task_summary"

type taskParams struct {
	From       clock.Date `zg:"" zh:"完成日期从" en:"Done from"`
	To         clock.Date `zg:"" zh:"完成日期至" en:"Done until"`
	Assignee   int64      `zg:"ref=base.person" zh:"负责人" en:"Assignee"`
	Department int64      `zg:"ref=base.department" zh:"部门" en:"Department"`
}

type taskColumns struct {
	Assignee int64 `zg:"ref=base.person,width=120" zh:"负责人" en:"Assignee"`
	Open     int64 `zg:"total" zh:"未完成" en:"Open"`
	Overdue  int64 `zg:"total" zh:"其中已过期" en:"Of these overdue"`
	InTime   int64 `zg:"total" zh:"按时完成" en:"Done in time"`
	Late     int64 `zg:"total" zh:"逾期完成" en:"Done late"`
}

// taskSummary tells of each person what he has to do and what he did, as far as the reader sees it.
func taskSummary() *kernel.Report {
	return &kernel.Report{
		Name: taskReport, Label: kernel.T("任务统计", "Task summary"), Menu: "office",
		Params: resource.FieldsOf[taskParams](), Columns: resource.FieldsOf[taskColumns](), Run: runTasks,
	}
}

// load is what one person has to do, and did.
type load struct{ person, open, overdue, inTime, late int64 }

func runTasks(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	found, err := loads(v, params)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: []kernel.Text{kernel.T("未完成和已过期按今天算；完成日期只影响按时完成和逾期完成。没有截止日期的都算按时。",
		"Open and overdue are as of today; the days given count for what is done. What has no due day is in time.")}}
	var sum load
	for _, l := range found {
		t.Rows = append(t.Rows, kernel.Row{To: "/r/" + taskName + "?filter=assignee:eq:" + strconv.FormatInt(l.person, 10), Values: map[string]any{
			"assignee": l.person, "open": l.open, "overdue": l.overdue, "in_time": l.inTime, "late": l.late}})
		sum.open, sum.overdue, sum.inTime, sum.late = sum.open+l.open, sum.overdue+l.overdue, sum.inTime+l.inTime, sum.late+l.late
	}
	t.Totals = map[string]any{"open": sum.open, "overdue": sum.overdue, "in_time": sum.inTime, "late": sum.late}
	return t, nil
}

const (
	dueKind   = "office.tasks_due"
	dueNotice = "office.notice_tasks_due"
	// dueAgain keeps a job that was interrupted from telling twice, and from keeping silent on the next day.
	dueAgain = 12 * time.Hour
)

// tellDue tells everybody once a day how many of his tasks are due or overdue, until they are done.
func tellDue(ctx context.Context, r *jobs.Run) error {
	return pipeline.Unit(ctx, r.Company, r.Actor, dueKind, func(tx *kernel.Tx) error {
		waiting, err := dueTasks(tx.View)
		if err != nil {
			return err
		}
		since := clock.InstantOf(tx.Now.Time().Add(-dueAgain))
		for _, w := range waiting {
			told, err := notify.Told(tx.View, w.account, dueNotice, since)
			if err != nil {
				return err
			}
			actor, err := jobs.Actors.Of(tx.Company)(tx.View, w.account)
			if _, off := problem.From(err); off || told || err == nil && !actor.Can(taskName, "read") {
				continue
			} else if err != nil {
				return err
			}
			link := "/r/" + taskName + "?filter=assignee:eq:" + strconv.FormatInt(w.person, 10) + "&filter=state:in:open,doing&filter=due:le:" + string(tx.Today)
			if err := notify.Tell(tx, notify.Message{To: []int64{w.account}, Code: dueNotice, Count: w.count, Link: link}); err != nil {
				return err
			}
		}
		return nil
	})
}

// handTasks gives the open tasks of somebody who hands over to who takes over.
func handTasks(tx *kernel.Tx, h *organisation.Handing) error {
	open, err := Tasks.Where(tx.View, openTasksOf, h.From.ID)
	if err != nil {
		return err
	}
	for _, one := range open {
		t, err := Tasks.Lock(tx, one.ID)
		if err != nil {
			return err
		}
		t.Assignee, t.Department = h.To.ID, h.To.Department
		if err := Tasks.Save(tx, t); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		if err := notify.Tell(tx, notify.Message{To: []int64{h.ToUser}, Code: "notify.given_many", Def: Tasks.Def, Count: int64(len(open))}); err != nil {
			return err
		}
	}
	h.Tell(kernel.T("任务", "Tasks"), len(open))
	return nil
}

package office

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/web/route"
)

// setupWork declares what people have to do, what they did, and the calendar of both.
func setupWork(c *kernel.Company) error {
	c.AddMenu("office", kernel.T("办公", "Office"),
		kernel.MenuItem{To: "/calendar", Label: kernel.T("日历", "Calendar"), Object: calendarReport, Act: "read"},
		kernel.MenuItem{Resource: Tasks.Name}, kernel.MenuItem{Resource: WorkLogs.Name}, kernel.MenuItem{Report: taskReport})
	c.Hooks = append(append(c.Hooks, route.Source(calendarRoutes)), ownDates()...)
	organisation.HandedOver.On(c, "office", handTasks)
	if err := jobs.Register(c, jobs.Kind{Name: dueKind, Daily: kernel.T("到期任务提醒", "Tasks due"), Run: tellDue}); err != nil {
		return err
	}
	if err := c.AddReport(taskSummary(), calendarOnPaper()); err != nil {
		return err
	}
	return c.Add(Tasks.Define(taskSpec), WorkLogs.Define(workLogSpec))
}

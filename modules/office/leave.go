package office

import (
	"fmt"
	"strconv"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Leave is when somebody is away, from one half of a day to another, both included.
type Leave struct {
	Paper
	Kind     string     `zg:"required,list,filter,default=personal,width=90" zh:"假别" en:"Kind" opt:"personal|事假|Personal;sick|病假|Sick;annual|年假|Annual;in_lieu|调休|Time off in lieu;marriage|婚假|Marriage;maternity|产假（陪产假）|Maternity or paternity;bereavement|丧假|Bereavement;other|其他|Other"`
	FromDate clock.Date `zg:"required,list,filter,sort,width=100" zh:"开始日期" en:"From"`
	FromHalf string     `zg:"required,default=am,width=70" zh:"从" en:"Beginning with" opt:"am|上午|Morning;pm|下午|Afternoon"`
	ToDate   clock.Date `zg:"required,list,filter,sort,width=100" zh:"结束日期" en:"To"`
	ToHalf   string     `zg:"required,default=pm,width=70" zh:"到" en:"Ending with" opt:"am|上午|Morning;pm|下午|Afternoon"`
	Days     money.Qty  `zg:"computed,list,total,width=80" zh:"天数" en:"Days"`
	Reason   string     `zg:"required,list,search,max=300,width=200" zh:"事由" en:"Reason"`
	StandIn  int64      `zg:"list,filter,ref=base.person,width=100" zh:"工作交接人" en:"Stand-in"`
}

const leaveName = "office.leave"

// Leaves is the resource.
var Leaves = resource.Declare[Leave](resource.Spec[Leave]{
	Name: leaveName, Label: kernel.T("请假单", "Leave"), Sub: []string{"from_date", "to_date"},
	Empty: kernel.T("请假、调休在这里申请，按半天计算，休息日不计。", "Apply for leave here, by half days; days off are not counted."),
	Scope: byPerson, Number: "QJ{yy}{mm}{seq:4}",
	Machine: machine([]state.State{draft, waiting, posted}),
	States:  states(kernel.T("已批准", "Approved"), kernel.Text{}, ""),
	Actions: append([]resource.Action[Leave]{
		{Name: "post", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true}, voided[Leave](nil),
	}, held[Leave]()...),
	New: func(v *kernel.View, l *Leave) error {
		l.FromDate, l.ToDate = v.Today, v.Today
		return nil
	},
	Compute: computeLeave, Validate: validateLeave, Check: checkLeave, Words: leaveWords,
})

func computeLeave(v *kernel.View, l *Leave, changed string) (problem.List, error) {
	if changed == "/from_date" && l.ToDate.Before(l.FromDate) {
		l.ToDate = l.FromDate
	}
	l.Days = 0
	if l.FromDate.Valid() && l.ToDate.Valid() && !l.ToDate.Before(l.FromDate) && l.FromDate.DaysUntil(l.ToDate) <= longest {
		w, err := workdaysOf(v)
		if err != nil {
			return nil, err
		}
		l.Days = l.span().days(w)
	}
	return nil, l.place(v, changed)
}

// longest is more days than anybody is away at a time.
const longest = 3660

func validateLeave(l *Leave) problem.List {
	if l.FromDate == "" || l.ToDate == "" {
		return nil // required tells
	}
	var list problem.List
	switch s := l.span(); {
	case s.end() < s.start():
		list.Add(problem.Rule("office.leave_order").At("/to_date"))
	case l.FromDate.DaysUntil(l.ToDate) > longest:
		list.Add(problem.Rule("office.leave_long").At("/to_date"))
	case l.Days == 0:
		list.Add(problem.Rule("office.leave_no_days").At("/from_date"))
	}
	if l.StandIn != 0 && l.StandIn == l.Person {
		list.Add(problem.Rule("office.leave_stand_in").At("/stand_in"))
	}
	return list
}

// checkLeave refuses a leave that overlaps another of the same person, who is locked meanwhile: of two at once one waits
// and sees the other.
func checkLeave(tx *kernel.Tx, old, l *Leave) error {
	if old == nil {
		if err := numberTaken(tx, leaveTable, l.Number); err != nil {
			return err
		}
	}
	if _, err := organisation.People.Lock(tx, l.Person); err != nil {
		return err
	}
	other, err := overlapping(tx, l)
	if err != nil || other == nil {
		return err
	}
	return problem.Conflicted("office.leave_twice", "number", other.Number, "from", other.FromDate, "to", other.ToDate).At("/from_date")
}

// span is a time from one half day to another.
type span struct {
	from, to         clock.Date
	fromHalf, toHalf string
}

func (l *Leave) span() span { return span{l.FromDate, l.ToDate, l.FromHalf, l.ToHalf} }

// start and end sort by time: the morning comes before the afternoon in the alphabet too.
func (s span) start() string { return string(s.from) + s.fromHalf }
func (s span) end() string   { return string(s.to) + s.toHalf }

const halfDay = money.OneQty / 2

// days counts the halves on which the company works.
func (s span) days(w workdays) money.Qty {
	var out money.Qty
	for day := s.from; !day.After(s.to); day = day.AddDays(1) {
		if !w.on(day) {
			continue
		}
		out += money.OneQty
		if day == s.from && s.fromHalf == "pm" {
			out -= halfDay
		}
		if day == s.to && s.toHalf == "am" {
			out -= halfDay
		}
	}
	return out
}

const settingWorkDays = "office.work_days"

func workDays() *kernel.Setting {
	return &kernel.Setting{Group: kernel.T("办公", "Office"), Field: kernel.Field{
		Name: settingWorkDays, Kind: kernel.KindEnum, Default: "5", Label: kernel.T("每周工作日", "Working days of a week"),
		Help: kernel.T("请假天数只计工作日。法定节假日和调休上班日记在「办公 › 节假日」", "Leave counts working days only. Legal holidays and the days that make up for them stand under Office › Holidays"),
		Options: []kernel.Option{{Value: "5", Label: kernel.T("周一到周五", "Monday to Friday")},
			{Value: "6", Label: kernel.T("周一到周六", "Monday to Saturday")}, {Value: "7", Label: kernel.T("每天", "Every day")}},
	}}
}

func workWeek(c *kernel.Company) int {
	n, err := strconv.Atoi(c.Setting(settingWorkDays))
	if err != nil {
		return int(time.Friday)
	}
	return n
}

const leaveReport = "office.leave_summary"

type leaveParams struct {
	Year       int64 `zg:"" zh:"年份" en:"Year"`
	Person     int64 `zg:"ref=base.person" zh:"员工" en:"Person"`
	Department int64 `zg:"ref=base.department" zh:"部门" en:"Department"`
}

// leaveSummary adds up the approved leave of a year: a row for each person, a column for each kind.
func leaveSummary() *kernel.Report {
	return &kernel.Report{
		Name: leaveReport, Label: kernel.T("请假统计", "Leave summary"), Menu: "office",
		Params: resource.FieldsOf[leaveParams](), Columns: leaveColumns(), Run: runLeaves,
	}
}

func leaveColumns() []*kernel.Field {
	out := []*kernel.Field{{Name: "person", Kind: kernel.KindRef, Ref: "base.person", Label: kernel.T("员工", "Person"), Width: 120}}
	for _, o := range Leaves.ByName["kind"].Options {
		out = append(out, &kernel.Field{Name: o.Value, Kind: kernel.KindQty, Label: o.Label, Total: true})
	}
	return append(out, &kernel.Field{Name: "total", Kind: kernel.KindQty, Label: kernel.T("合计天数", "Days"), Total: true})
}

func runLeaves(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	year := v.Today.Year()
	if n, err := strconv.Atoi(params["year"]); err == nil && n > 0 {
		year = n
	}
	first := firstOf(year)
	if !first.Valid() {
		return nil, problem.BadShape("field.option", "value", params["year"]).At("/year")
	}
	params["year"] = strconv.Itoa(year) // the title block says of which year the figures are
	list, err := leavesIn(v, first, params)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Totals: map[string]any{}, Notes: []kernel.Text{kernel.T("只计已批准的请假。跨年的请假分到两年。", "Approved leave only. Leave over the end of a year is divided between the years.")}}
	add := func(values map[string]any, name string, days money.Qty) {
		now, _ := values[name].(money.Qty)
		values[name] = now + days
	}
	w, err := workdaysOf(v)
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if n := len(t.Rows); n == 0 || t.Rows[n-1].Values["person"] != l.Person {
			t.Rows = append(t.Rows, kernel.Row{Values: map[string]any{"person": l.Person}, To: "/r/" + leaveName + "?filter=person:eq:" + strconv.FormatInt(l.Person, 10)})
		}
		days := l.until(year, w) - l.until(year-1, w)
		for _, values := range []map[string]any{t.Rows[len(t.Rows)-1].Values, t.Totals} {
			add(values, l.Kind, days)
			add(values, "total", days)
		}
	}
	return t, nil
}

// until gives how many days of the leave lie before the end of a year. All of them together are what the leave itself
// says, whatever the working days have been changed to since.
func (l *Leave) until(year int, w workdays) money.Qty {
	switch {
	case l.FromDate.Year() > year:
		return 0
	case l.ToDate.Year() <= year:
		return l.Days
	}
	s := l.span()
	s.to, s.toHalf = firstOf(year+1).AddDays(-1), "pm"
	return min(s.days(w), l.Days)
}

// firstOf is New Year's Day; invalid for years that no calendar of ours has.
func firstOf(year int) clock.Date { return clock.Date(fmt.Sprintf("%04d-01-01", year)) }

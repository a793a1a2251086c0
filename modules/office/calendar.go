package office

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// Span is the days of which a calendar asks, both included; Mine leaves out what is only others' affair.
type Span struct {
	First, Last clock.Date
	Mine        bool
}

// Entry is something that stands in the calendar: on a day, or on all days until another. Time is such as "09:30", "" for
// the whole day. Record is the one of the source's resource to which it leads.
type Entry struct {
	Day, Until  clock.Date
	Time        string
	Title, Note string
	Record      int64
	Late        bool // should be over by now

	kind *Dates
}

// Dates is a hook: what a module puts into the calendar, by Company.Hooks. Of gives what the actor of the view may see of
// the days, in the order of the days, and is only asked for actors who may read Resource.
type Dates struct {
	Kind     string
	Label    kernel.Text
	Resource string
	Of       func(v *kernel.View, s Span) ([]Entry, error)
}

// ownDates are the dates of this room.
func ownDates() []any {
	return []any{
		Dates{Kind: "task", Label: kernel.T("任务", "Task"), Resource: taskName, Of: tasksDue},
		Dates{Kind: "leave", Label: kernel.T("请假", "Leave"), Resource: leaveName, Of: leavesOn},
		Dates{Kind: "announcement", Label: kernel.T("公告", "Announcement"), Resource: announcementName, Of: announcementsOn},
	}
}

// datesOf lists what fills the calendar of an actor, in the order of the modules.
func datesOf(v *kernel.View) []*Dates {
	var out []*Dates
	for _, hook := range v.Company.Hooks {
		if d, ok := hook.(Dates); ok && v.Actor.Can(d.Resource, "read") {
			out = append(out, &d)
		}
	}
	return out
}

// entriesOf gathers the calendar: by day, those of an hour behind those of the whole day, else in the order of the sources.
func entriesOf(v *kernel.View, s Span) ([]Entry, error) {
	var out []Entry
	for _, d := range datesOf(v) {
		found, err := d.Of(v, s)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			e.kind, e.Until = d, max(e.Day, e.Until)
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Time, b.Time)) })
	return out, nil
}

// to is where a click on the entry leads.
func (e Entry) to() string { return "/r/" + e.kind.Resource + "/" + strconv.FormatInt(e.Record, 10) }

// halves says of a leave that it does not take whole days.
func halves(lang, from, to string) string {
	out := ""
	if from == "pm" {
		out = kernel.T("下午起", "from the afternoon").In(lang)
	}
	if to == "am" {
		until := kernel.T("上午止", "until noon").In(lang)
		if out != "" {
			out += kernel.T("、", ", ").In(lang)
		}
		out += until
	}
	return kernel.T("（"+out+"）", " ("+out+")").In(lang)
}

// sheetOf gives the days that a page of a month shows: whole weeks, which begin on Monday.
func sheetOf(m clock.Month) (first, last clock.Date) {
	return monday(m.First()), monday(m.Last()).AddDays(6)
}

const calendarReport = "office.calendar"

type calendarParams struct {
	Month clock.Month `zg:"" zh:"月份" en:"Month"`
	Whose string      `zg:"default=mine" zh:"范围" en:"Whose" opt:"mine|与我有关|Mine;all|我能看到的全部|All that I may see"`
}

type calendarColumns struct {
	Date  clock.Date `zg:"width=100" zh:"日期" en:"Date"`
	Until clock.Date `zg:"width=100" zh:"到" en:"Until"`
	Time  string     `zg:"width=70" zh:"时间" en:"Time"`
	Kind  string     `zg:"width=120" zh:"事项" en:"Kind"`
	Title string     `zg:"width=280" zh:"内容" en:"What"`
	Note  string     `zg:"width=160" zh:"说明" en:"Note"`
}

// calendarOnPaper is the month as a list, to print and to take along. Who may read it may open the calendar.
func calendarOnPaper() *kernel.Report {
	return &kernel.Report{
		Name: calendarReport, Label: kernel.T("日历", "Calendar"), Menu: "office",
		Params: resource.FieldsOf[calendarParams](), Columns: resource.FieldsOf[calendarColumns](), Run: runCalendar,
	}
}

func runCalendar(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	month := cmp.Or(clock.Month(params["month"]), v.Today.Month())
	params["month"] = string(month)
	found, err := entriesOf(v, Span{First: month.First(), Last: month.Last(), Mine: params["whose"] != "all"})
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	for _, e := range found {
		values := map[string]any{"date": e.Day, "time": e.Time, "kind": e.kind.Label.In(v.Lang), "title": e.Title, "note": e.Note}
		if e.Until != e.Day {
			values["until"] = e.Until
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: e.to()})
	}
	return t, nil
}

func calendarRoutes(*kernel.Company) []route.Route {
	return []route.Route{{Method: "GET", Path: "/api/v1/office/calendar", Object: calendarReport, Acts: []string{"read"}, Handle: calendar,
		Doc: route.Doc{Summary: "What stands in the calendar of a month, with the days of other months that share its weeks", Tag: calendarReport, Response: "object",
			Query: []route.Query{{Name: "month", Help: "such as 2026-11; the present one by default"}, {Name: "whose", Help: "mine by default, or all"}}}}}
}

// entryShape is an entry as it is sent.
type entryShape struct {
	Kind  string     `json:"kind"`
	Date  clock.Date `json:"date"`
	Until clock.Date `json:"until"`
	Time  string     `json:"time"`
	Title string     `json:"title"`
	Note  string     `json:"note"`
	To    string     `json:"to"`
	Late  bool       `json:"late"`
}

type kindShape struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
}

func calendar(r *route.Request) error {
	whose := r.Query("whose")
	if whose != "" && whose != "mine" && whose != "all" {
		return problem.BadShape("query.invalid", "name", "whose")
	}
	month := clock.Month(r.Query("month"))
	if month != "" && !month.Valid() {
		return problem.BadShape("query.invalid", "name", "month")
	}
	items, kinds := []entryShape{}, []kindShape{}
	var first, last clock.Date
	err := r.View(func(v *kernel.View) error {
		month = cmp.Or(month, v.Today.Month())
		first, last = sheetOf(month)
		for _, d := range datesOf(v) {
			kinds = append(kinds, kindShape{d.Kind, d.Label.In(v.Lang)})
		}
		found, err := entriesOf(v, Span{First: first, Last: last, Mine: whose != "all"})
		for _, e := range found {
			items = append(items, entryShape{e.kind.Kind, e.Day, e.Until, e.Time, e.Title, e.Note, e.to(), e.Late})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"month": month, "first": first, "last": last, "kinds": kinds, "items": items})
}

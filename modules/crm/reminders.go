package crm

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
)

type reminderColumns struct {
	Kind     string     `zg:"width=110" zh:"提醒" en:"Reminder" opt:"overdue|跟进已过期|Follow-up overdue;due|跟进|Follow-up;birthday|联系人生日|Birthday;cycle|该补货了|Due to buy again"`
	Date     clock.Date `zg:"width=100" zh:"日期" en:"Date"`
	Late     int64      `zg:"width=80" zh:"已过天数" en:"Days late"`
	Subject  string     `zg:"width=240" zh:"内容" en:"About"`
	Customer int64      `zg:"ref=base.party,width=200" zh:"客户" en:"Customer"`
}

// reminders is what the reader should see to today: his own follow-ups, his customers' birthdays, and customers of his
// who usually would have bought again by now.
func reminders() *kernel.Report {
	return &kernel.Report{
		Name: remindersReport, Label: kernel.T("今日提醒", "Reminders"), Menu: "partners",
		Columns: resource.FieldsOf[reminderColumns](), Run: runReminders,
	}
}

func runReminders(v *kernel.View, _ map[string]string) (*kernel.Table, error) {
	t := &kernel.Table{}
	if v.Actor.PersonID == 0 {
		return t, nil
	}
	for _, gather := range []func(*kernel.View) ([]kernel.Row, error){dueRows, birthdayRows, cycleRows} {
		rows, err := gather(v)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, rows...)
	}
	return t, nil
}

// dueRows are planned follow-ups whose reminder has come, the oldest first.
func dueRows(v *kernel.View) ([]kernel.Row, error) {
	found, err := due(v, v.Actor.PersonID, v.Today.AddDays(mostRemindDays))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b *FollowUp) int {
		return cmp.Or(cmp.Compare(a.PlanAt, b.PlanAt), cmp.Compare(a.PlanTime, b.PlanTime))
	})
	var out []kernel.Row
	for _, f := range found {
		if f.PlanAt.After(v.Today.AddDays(int(f.RemindDays))) {
			continue
		}
		values := map[string]any{"kind": "due", "date": f.PlanAt, "subject": f.Subject}
		if f.PlanAt.Before(v.Today) {
			values["kind"], values["late"] = "overdue", int64(f.PlanAt.DaysUntil(v.Today))
		}
		if f.Customer != 0 {
			values["customer"] = f.Customer
		}
		out = append(out, kernel.Row{Values: values, To: "/r/crm.follow_up/" + strconv.FormatInt(f.ID, 10)})
	}
	return out, nil
}

// birthdayAhead is how many days before a birthday it is told.
const birthdayAhead = 7

// birthdayRows are birthdays of today and the coming days.
func birthdayRows(v *kernel.View) ([]kernel.Row, error) {
	found, err := party.Birthdays(v, v.Actor.PersonID, v.Today, v.Today.AddDays(birthdayAhead))
	var out []kernel.Row
	for _, b := range found {
		out = append(out, kernel.Row{To: "/r/base.party/" + strconv.FormatInt(b.Party, 10),
			Values: map[string]any{"kind": "birthday", "date": b.Day, "subject": b.Name, "customer": b.Party}})
	}
	return out, err
}

// cycleRows are customers whose usual time between two purchases is over.
func cycleRows(v *kernel.View) ([]kernel.Row, error) {
	found, err := Cycles.Of(v.Company)(v, v.Actor.PersonID)
	if err != nil {
		return nil, err
	}
	type overdue struct {
		Cycle
		usual, late int
	}
	var list []overdue
	for _, c := range found {
		usual, late := c.Late(v.Today)
		if late > 0 {
			list = append(list, overdue{c, usual, late})
		}
	}
	slices.SortFunc(list, func(a, b overdue) int { return cmp.Or(cmp.Compare(b.late, a.late), cmp.Compare(a.Party, b.Party)) })
	var out []kernel.Row
	for _, c := range list {
		usual := strconv.Itoa(c.usual)
		out = append(out, kernel.Row{To: "/r/base.party/" + strconv.FormatInt(c.Party, 10), Values: map[string]any{
			"kind": "cycle", "date": c.Last, "late": int64(c.late), "customer": c.Party,
			"subject": kernel.T("平均每 "+usual+" 天买一次，上次 "+string(c.Last), "Buys every "+usual+" days, last on "+string(c.Last)).In(v.Lang)}})
	}
	return out, nil
}

// leastPurchases is on how many days somebody must have bought before one can speak of a cycle.
const leastPurchases = 3

// Late tells how many days usually lie between two purchases and by how many that time is over; 0 where it is not over, or
// nothing is usual yet.
func (c Cycle) Late(today clock.Date) (usual, late int) {
	if c.Days < leastPurchases {
		return 0, 0
	}
	usual = max(c.First.DaysUntil(c.Last)/int(c.Days-1), 1)
	return usual, max(c.Last.DaysUntil(today)-usual, 0)
}

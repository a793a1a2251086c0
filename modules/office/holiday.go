package office

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Holiday are days on which the company does not do what the day of the week says: it is closed on working days, or works
// on days off to make up for that.
type Holiday struct {
	resource.Base
	Name     string     `zg:"required,list,search,max=40,width=200" zh:"名称" en:"Name"`
	Kind     string     `zg:"required,list,filter,default=off,width=110" zh:"安排" en:"Arrangement" opt:"off|放假|Day off;work|调休上班|Working day"`
	FromDate clock.Date `zg:"required,list,filter,sort,width=110" zh:"开始日期" en:"From"`
	ToDate   clock.Date `zg:"list,filter,sort,width=110" zh:"结束日期" en:"To" help:"留空就是这一天|Left empty it is that day"`
	Note     string     `zg:"max=200" zh:"备注" en:"Note"`
}

const (
	holidayName = "office.holiday"
	// longestHoliday is how many days a line may have; more is a slip of the keyboard.
	longestHoliday = 92
)

// Holidays is the resource.
var Holidays = resource.Declare[Holiday](resource.Spec[Holiday]{
	Name: holidayName, Label: kernel.T("节假日", "Holiday"), Kind: "setup", Title: "name", Code: "id", Key: []string{"from_date"}, Sub: []string{"from_date", "to_date"},
	Empty: kernel.T("国务院每年公布的放假和调休上班日记在这里，请假天数按它计算。新的一年公布后补上，也可从 Excel 导入。",
		"The holidays of each year, and the working days that make up for them, stand here; days of leave are counted by them. Add the next year when it is published, or import it from Excel."),
	Quick: []string{"name", "kind", "from_date", "to_date"},
	Compute: func(_ *kernel.View, h *Holiday, changed string) (problem.List, error) {
		if h.ToDate == "" || changed == "/from_date" && h.ToDate.Before(h.FromDate) {
			h.ToDate = h.FromDate
		}
		return nil, nil
	},
	Validate: func(h *Holiday) problem.List {
		var list problem.List
		switch {
		case !h.FromDate.Valid() || !h.ToDate.Valid(): // their own problems tell
		case h.ToDate.Before(h.FromDate):
			list.Add(problem.Rule("office.holiday_order").At("/to_date"))
		case h.FromDate.DaysUntil(h.ToDate) >= longestHoliday:
			list.Add(problem.Rule("office.holiday_long", "days", longestHoliday).At("/to_date"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, _, h *Holiday) error {
		other, err := holidayOver(tx, h)
		if err != nil || other == nil {
			return err
		}
		return problem.Conflicted("office.holiday_twice", "name", other.Name, "from", other.FromDate, "to", other.ToDate).At("/from_date")
	},
})

// workdays tells on which days the company works: by the day of the week, unless the day is a special one.
type workdays struct {
	week    int // how many days from Monday on
	special []Holiday
}

func (w workdays) on(day clock.Date) bool {
	for _, h := range w.special {
		if !day.Before(h.FromDate) && !day.After(h.ToDate) {
			return h.Kind == "work"
		}
	}
	return (int(day.Weekday())+6)%7 < w.week // Monday is 0
}

// notices are the arrangements that the State Council published for 2025 (Guobanfa Mingdian [2024] No. 12) and for 2026
// (of 4 November 2025). Each holiday is followed by the days that make up for it.
var notices = []struct {
	zh, en   string
	from, to clock.Date
	work     []clock.Date
}{
	{"元旦", "New Year's Day", "2025-01-01", "2025-01-01", nil},
	{"春节", "Spring Festival", "2025-01-28", "2025-02-04", []clock.Date{"2025-01-26", "2025-02-08"}},
	{"清明节", "Tomb-Sweeping Day", "2025-04-04", "2025-04-06", nil},
	{"劳动节", "Labour Day", "2025-05-01", "2025-05-05", []clock.Date{"2025-04-27"}},
	{"端午节", "Dragon Boat Festival", "2025-05-31", "2025-06-02", nil},
	{"国庆节、中秋节", "National Day and Mid-Autumn Festival", "2025-10-01", "2025-10-08", []clock.Date{"2025-09-28", "2025-10-11"}},
	{"元旦", "New Year's Day", "2026-01-01", "2026-01-03", []clock.Date{"2026-01-04"}},
	{"春节", "Spring Festival", "2026-02-15", "2026-02-23", []clock.Date{"2026-02-14", "2026-02-28"}},
	{"清明节", "Tomb-Sweeping Day", "2026-04-04", "2026-04-06", nil},
	{"劳动节", "Labour Day", "2026-05-01", "2026-05-05", []clock.Date{"2026-05-09"}},
	{"端午节", "Dragon Boat Festival", "2026-06-19", "2026-06-21", nil},
	{"中秋节", "Mid-Autumn Festival", "2026-09-25", "2026-09-27", nil},
	{"国庆节", "National Day", "2026-10-01", "2026-10-07", []clock.Date{"2026-09-20", "2026-10-10"}},
}

// installHolidays writes the holidays that are known, in the language of the company.
func installHolidays(tx *kernel.Tx, lang string) error {
	for _, n := range notices {
		name := kernel.T(n.zh, n.en).In(lang)
		if err := pipeline.Create(tx, Holidays, &Holiday{Name: name, Kind: "off", FromDate: n.from, ToDate: n.to}); err != nil {
			return err
		}
		for _, day := range n.work {
			if err := pipeline.Create(tx, Holidays, &Holiday{Name: name, Kind: "work", FromDate: day, ToDate: day}); err != nil {
				return err
			}
		}
	}
	return nil
}

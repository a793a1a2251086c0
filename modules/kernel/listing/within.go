package listing

import (
	"cmp"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// periods are the spans of days around today that a filter may name instead of dates, with their first and last day: what
// is saved today asks for the right days next year. Weeks begin on Monday.
var periods = map[string]func(today time.Time) (from, to time.Time){
	"today":     func(t time.Time) (time.Time, time.Time) { return t, t },
	"yesterday": func(t time.Time) (time.Time, time.Time) { return t.AddDate(0, 0, -1), t.AddDate(0, 0, -1) },
	"week": func(t time.Time) (time.Time, time.Time) {
		monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
		return monday, monday.AddDate(0, 0, 6)
	},
	"month":      func(t time.Time) (time.Time, time.Time) { return months(t.Year(), t.Month(), 1) },
	"last_month": func(t time.Time) (time.Time, time.Time) { return months(t.Year(), t.Month()-1, 1) },
	"quarter": func(t time.Time) (time.Time, time.Time) {
		return months(t.Year(), t.Month()-(t.Month()-1)%3, 3)
	},
	"year":      func(t time.Time) (time.Time, time.Time) { return months(t.Year(), time.January, 12) },
	"last_year": func(t time.Time) (time.Time, time.Time) { return months(t.Year()-1, time.January, 12) },
}

// months gives the first and the last day of n months.
func months(year int, first time.Month, n int) (from, to time.Time) {
	from = time.Date(year, first, 1, 0, 0, 0, 0, time.UTC)
	return from, from.AddDate(0, n, -1)
}

// within asks for the days of a period around the company's today.
func (a *asked) within(f *kernel.Field, period string) error {
	span, ok := periods[period]
	if !ok {
		return problem.BadShape("filter.period", "period", resource.Clip(period))
	}
	today, err := time.Parse(time.DateOnly, string(a.v.Today))
	if err != nil {
		return err
	}
	from, to := span(today)
	ends := []Filter{{f.Name, "ge", from.Format(time.DateOnly)}, {f.Name, "le", to.Format(time.DateOnly)}}
	switch f.Kind {
	case kernel.KindDate:
	case kernel.KindMonth:
		ends[0].Value, ends[1].Value = from.Format("2006-01"), to.Format("2006-01")
	case kernel.KindInstant:
		midnight := func(day time.Time) string {
			y, m, d := day.Date()
			return clock.InstantOf(time.Date(y, m, d, 0, 0, 0, 0, a.v.Company.Zone())).String()
		}
		ends[0].Value, ends[1] = midnight(from), Filter{f.Name, "lt", midnight(to.AddDate(0, 0, 1))}
	default:
		return problem.BadShape("filter.operator", "op", "within")
	}
	return cmp.Or(a.filter(f, ends[0]), a.filter(f, ends[1]))
}

package firm

import (
	"time"

	"zhanggui/modules/kernel/clock"
)

// springs are the first days of the lunar year. Other years begin on the fifth of February, which is near enough.
var springs = map[int]clock.Date{
	2015: "2015-02-19", 2016: "2016-02-08", 2017: "2017-01-28", 2018: "2018-02-16", 2019: "2019-02-05", 2020: "2020-01-25",
	2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17",
	2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03", 2031: "2031-01-23", 2032: "2032-02-11",
}

// spring gives the first day of the lunar year that begins in a year.
func spring(year int) clock.Date {
	if d, ok := springs[year]; ok {
		return d
	}
	return clock.Date(clock.Date("2000-02-05").Time().AddDate(year-2000, 0, 0).Format(time.DateOnly))
}

// seasons is how much is sold in each month, 100 is an ordinary one: trade is best in spring and autumn.
var seasons = [13]int{0, 92, 70, 118, 116, 104, 92, 86, 90, 116, 118, 110, 100}

// pace says how busy a day is, 0 for a day on which the firm is closed and 100 for an ordinary one.
func pace(d clock.Date) int {
	to := d.DaysUntil(spring(d.Year()))
	monthDay := string(d[5:])
	switch {
	case to <= 2 && to >= -6, monthDay == "01-01", monthDay >= "05-01" && monthDay <= "05-03", monthDay >= "10-01" && monthDay <= "10-05":
		return 0
	}
	day := 100
	switch d.Weekday() {
	case time.Sunday:
		return 0
	case time.Saturday:
		day = 55
	case time.Monday:
		day = 115
	}
	switch {
	case to > 2 && to <= 9: // most builders have gone home
		day = day * 40 / 100
	case to > 9 && to <= 20: // shops stock up before the holidays
		day = day * 140 / 100
	case to < -6 && to >= -13:
		day = day * 50 / 100
	}
	return day * seasons[d.Month().Number()] / 100
}

// workday gives the first day from d on which the firm is open.
func workday(d clock.Date) clock.Date {
	for pace(d) == 0 {
		d = d.AddDays(1)
	}
	return d
}

// nth gives the nth working day of a month.
func nth(m clock.Month, n int) clock.Date {
	d := workday(m.First())
	for range n - 1 {
		d = workday(d.AddDays(1))
	}
	return d
}

package office_test

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/office"
)

// calendar gives the entries that somebody gets, one on a line.
func (w *workplace) calendar(who, query string) string {
	w.Helper()
	answer := w.get(who, "/api/v1/office/calendar"+query)
	if code, wrong := answer["code"]; wrong {
		return fmt.Sprint(code)
	}
	out := []string{fmt.Sprintf("%v %v..%v", answer["month"], answer["first"], answer["last"])}
	for _, one := range answer["items"].([]any) {
		e := one.(map[string]any)
		line := strings.Join(strings.Fields(fmt.Sprint(e["kind"], " ", e["date"], " ", e["until"], " ", e["time"], " ", e["title"], " ", e["note"])), " ")
		if e["late"] == true {
			line += " late"
		}
		kind, id, _ := strings.Cut(strings.TrimPrefix(e["to"].(string), "/r/"), "/")
		n := int64(0)
		_, _ = fmt.Sscan(id, &n) // what is no number is nobody's key
		out = append(out, line+" → "+kind+" "+w.keyOf(n))
	}
	return strings.Join(out, "\n")
}

func TestTheCalendarHoldsWhatOneMaySee(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("boss", "due", tasks, `{"subject":"报表","assignee":$liP;,"due":"2026-11-20"}`)
		w.make("li", "own", tasks, `{"subject":"寄样","due":"2026-11-30"}`)
		w.make("li", "next", tasks, `{"subject":"下月","due":"2026-12-06"}`)
		w.make("li", "far", tasks, `{"subject":"更远","due":"2026-12-07"}`)
		w.make("li", "gone", tasks, `{"subject":"完了","due":"2026-11-25"}`)
		w.make("qian", "help", tasks, `{"subject":"搬家","due":"2026-11-25","collaborators":[{"member":$li;}]}`)
		w.make("li", "given", tasks, `{"subject":"别人的","assignee":$zhaoP;,"due":"2026-11-24"}`)
		w.act("li", "gone", tasks, "finish", "")
		w.make("zhao", "sick", leaves, `{"kind":"sick","from_date":"2026-11-24","from_half":"pm","to_date":"2026-11-26","to_half":"am","reason":"病"}`)
		w.make("li", "year", leaves, `{"kind":"annual","from_date":"2026-10-20","to_date":"2026-10-26","reason":"休"}`)
		w.make("qian", "off", leaves, `{"from_date":"2026-11-27","to_date":"2026-11-27","reason":"事"}`)
		w.make("li", "draft", leaves, `{"from_date":"2026-11-28","to_date":"2026-11-30","reason":"没批"}`)
		for who, key := range map[string]string{"zhao": "sick", "li": "year", "qian": "off"} {
			w.act(who, key, leaves, "post", "")
		}
		w.make("boss", "all", "office.announcement", `{"date":"2026-11-21","title":"停电","text":"周六停电"}`)
		w.make("boss", "some", "office.announcement", `{"date":"2026-11-21","title":"盘点","text":"南区盘点","audience":"chosen","users":[{"member":$zhao;}]}`)
		w.make("boss", "later", "office.announcement", `{"date":"2026-11-23","title":"没到日子","text":"过几天"}`)
		w.make("boss", "written", "office.announcement", `{"date":"2026-11-21","title":"没发","text":"草稿"}`)
		for _, key := range []string{"all", "some", "later"} {
			w.act("boss", key, "office.announcement", "publish", "")
		}
		w.same("li in November", w.calendar("li", "?month=2026-11"), `2026-11 2026-10-26..2026-12-06
leave 2026-10-20 2026-10-26 li 年假 → office.leave year
task 2026-11-20 2026-11-20 报表 li late → office.task due
announcement 2026-11-21 2026-11-21 停电 boss → office.announcement all
task 2026-11-25 2026-11-25 搬家 qian → office.task help
task 2026-11-30 2026-11-30 寄样 li → office.task own
task 2026-12-06 2026-12-06 下月 li → office.task next`)
		w.same("by default this month", w.calendar("li", ""), w.calendar("li", "?month=2026-11&whose=mine"))
		w.same("all that li sees", strings.Count(w.calendar("li", "?whose=all"), "→ office.task given"), 1)
		w.same("the head", w.calendar("head", ""), `2026-11 2026-10-26..2026-12-06
leave 2026-10-20 2026-10-26 li 年假 → office.leave year
announcement 2026-11-21 2026-11-21 停电 boss → office.announcement all
leave 2026-11-24 2026-11-26 zhao 病假（下午起、上午止） → office.leave sick`)
		w.same("the head and all", w.calendar("head", "?whose=all"), `2026-11 2026-10-26..2026-12-06
leave 2026-10-20 2026-10-26 li 年假 → office.leave year
task 2026-11-20 2026-11-20 报表 li late → office.task due
announcement 2026-11-21 2026-11-21 停电 boss → office.announcement all
task 2026-11-24 2026-11-24 别人的 zhao → office.task given
leave 2026-11-24 2026-11-26 zhao 病假（下午起、上午止） → office.leave sick
task 2026-11-30 2026-11-30 寄样 li → office.task own
task 2026-12-06 2026-12-06 下月 li → office.task next`)
		w.same("qian in December", w.calendar("qian", "?month=2026-12&whose=all"), "2026-12 2026-11-30..2027-01-03")
		w.same("a month that begins on Monday and ends on Sunday", w.calendar("qian", "?month=2027-02"), "2027-02 2027-02-01..2027-02-28")
		w.same("the auditor", strings.Count(w.calendar("eye", "?whose=all"), "→"), 9)
		w.same("no month", w.calendar("li", "?month=11"), "query.invalid")
		w.same("nobody's", w.calendar("li", "?whose=her"), "query.invalid")
		kinds := w.get("li/en", "/api/v1/office/calendar")["kinds"].([]any)
		w.same("the kinds", kinds[:2], "[map[kind:task label:Task] map[kind:leave label:Leave]]")
		w.same("on paper", w.report("li", "office.calendar", map[string]string{"month": "2026-11"}, "date", "until", "kind", "title"), `2026-11-20 任务 报表
2026-11-21 公告 停电
2026-11-25 任务 搬家
2026-11-30 任务 寄样`)
		params := map[string]string{"whose": "all"}
		w.same("all on paper", strings.Count(w.report("li", "office.calendar", params, "date"), "\n"), 4)
		w.same("the month is told", params["month"], "2026-11")
	})
}

// TestSourcesOfOtherRooms: what a module puts in stands in the order of the day, for those who may read what it is of.
func TestSourcesOfOtherRooms(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("li", "own", tasks, `{"subject":"寄样","due":"2026-11-30"}`)
		for _, of := range []string{"base.person", "base.role"} {
			w.c.Hooks = append(w.c.Hooks, office.Dates{Kind: of, Label: kernel.T("约会", "Date"), Resource: of, Of: func(_ *kernel.View, s office.Span) ([]office.Entry, error) {
				return []office.Entry{{Day: "2026-11-30", Time: "14:00", Title: "晚", Record: 2}, {Day: "2026-11-30", Time: "09:30", Title: "早", Record: 1}, {Day: s.First, Title: "周", Record: 3}}, nil
			}})
		}
		w.same("li, who reads no roles", w.calendar("li", ""), `2026-11 2026-10-26..2026-12-06
base.person 2026-10-26 2026-10-26 周 → base.person 3
task 2026-11-30 2026-11-30 寄样 li → office.task own
base.person 2026-11-30 2026-11-30 09:30 早 → base.person 1
base.person 2026-11-30 2026-11-30 14:00 晚 → base.person 2`)
	})
}

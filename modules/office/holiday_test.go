package office_test

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/office"
)

const holidays = "office.holiday"

// TestLeaveKnowsHolidays counts leave over the holidays that a new company begins with, and over its own.
func TestLeaveKnowsHolidays(t *testing.T) {
	workplaces(t, func(w *workplace) {
		unit := func(fn func(tx *kernel.Tx) error) {
			w.Helper()
			if err := pipeline.Unit(w.Context(), w.c, kernel.SystemActor(), "test", fn); err != nil {
				w.Fatal(err)
			}
		}
		unit(func(tx *kernel.Tx) error { return office.Install(tx, "zh") })
		days := func(week, from, fromHalf, to, toHalf, want string) {
			w.Helper()
			unit(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{"office.work_days": week}) })
			body := `{"person":$liP;,"from_date":"` + from + `","from_half":"` + fromHalf + `","to_date":"` + to + `","to_half":"` + toHalf + `","reason":"有事"}`
			if want == "" {
				w.refused("li", "", leaves, "create", body, "office.leave_no_days /from_date")
				return
			}
			l := w.make("li", "l", leaves, body).(*office.Leave)
			w.same(from+" to "+to+" in a week of "+week, l.Days, want)
			w.view("li/en", func(v *kernel.View) error {
				said, _ := w.c.Def(leaves).Words(v, l, "")
				w.same("it is called", said, "li Personal "+want+" days")
				return nil
			})
			w.act("li", "l", leaves, "void", "")
		}
		days("5", "2026-02-13", "am", "2026-02-24", "pm", "3")   // Friday, the Saturday that makes up, nine days off, Tuesday
		days("6", "2026-02-13", "am", "2026-02-24", "pm", "3")   // the same: Saturday is worked anyway
		days("5", "2026-02-14", "pm", "2026-02-16", "am", "0.5") // the afternoon of that Saturday
		days("5", "2026-02-15", "am", "2026-02-23", "pm", "")
		days("7", "2026-10-01", "am", "2026-10-07", "pm", "") // who works every day is closed on holidays too
		days("5", "2026-10-08", "am", "2026-10-10", "pm", "3")
		days("5", "2025-09-28", "am", "2025-10-11", "pm", "6") // a Sunday, two days, eight off, two days and a Saturday
		days("5", "2025-12-31", "pm", "2026-01-05", "am", "2") // half a day, three off, a Sunday, half a day
		days("5", "2026-11-21", "am", "2026-11-22", "pm", "")
		w.make("boss", "move", holidays, `{"name":"搬家","kind":"work","from_date":"2026-11-21"}`)
		w.make("boss", "shut", holidays, `{"name":"停电","from_date":"2026-11-23","to_date":"2026-11-24"}`)
		days("5", "2026-11-21", "am", "2026-11-25", "pm", "2")
		w.act("boss", "shut", holidays, "delete", "")
		days("5", "2026-11-21", "am", "2026-11-25", "pm", "4")

		w.view("", func(v *kernel.View) error {
			found, err := office.Holidays.Where(v, "1 = 1")
			off, work := 0, 0
			for _, h := range found {
				if h.Kind == "off" {
					off += h.FromDate.DaysUntil(h.ToDate) + 1
				} else {
					work++
				}
			}
			w.same("days off and days that make up for them", fmt.Sprint(off, " ", work), "61 12") // 28 and 33; 5, 6 and the one above
			return err
		})
	})
}

func TestHolidaysShareNoDay(t *testing.T) {
	workplaces(t, func(w *workplace) {
		h := w.make("boss", "may", holidays, `{"name":"劳动节","from_date":"2027-05-01","to_date":"2027-05-05"}`).(*office.Holiday)
		w.same("the kind", h.Kind, "off")
		w.same("one day", w.make("boss", "one", holidays, `{"name":"补班","kind":"work","from_date":"2027-05-08"}`).(*office.Holiday).ToDate, "2027-05-08")
		for body, want := range map[string]string{
			`{"name":"x","from_date":"2027-05-05","to_date":"2027-05-06"}`: "office.holiday_twice /from_date",
			`{"name":"x","from_date":"2027-04-30","to_date":"2027-05-09"}`: "office.holiday_twice /from_date",
			`{"name":"x","from_date":"2027-05-03"}`:                        "office.holiday_twice /from_date",
			`{"name":"x","from_date":"2027-06-03","to_date":"2027-06-02"}`: "office.holiday_order /to_date",
			`{"name":"x","from_date":"2027-06-01","to_date":"2027-09-01"}`: "office.holiday_long /to_date",
		} {
			w.refused("boss", "", holidays, "create", body, want)
		}
		w.make("boss", "before", holidays, `{"name":"x","from_date":"2027-04-30"}`)
		w.act("boss", "may", holidays, "update", `{"to_date":"2027-05-04"}`)
		w.make("boss", "after", holidays, `{"name":"x","from_date":"2027-05-05","to_date":"2027-05-07"}`)
		w.refused("li", "", holidays, "create", `{"name":"x","from_date":"2027-08-01"}`, "forbidden")
		w.same("li looks", fmt.Sprint(w.seen("li", holidays)), "[after before may one]")
	})
}

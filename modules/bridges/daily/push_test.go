package daily_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
)

// account opens an account for somebody in a role.
func (f *firm) account(login, role, person string) {
	f.Helper()
	if person != "" {
		person = `,"person":$` + person + `;`
	}
	f.make(login, "base.user", `{"login":"`+login+`","name":"`+login+`","roles":"`+role+`"`+person+`}`)
}

// choose sets settings, as the page does.
func (f *firm) choose(pairs ...string) error {
	f.Helper()
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error { return settings.Put(tx, values) })
}

// run lets the program run until nothing of the notice is left to be done now.
func (f *firm) run() {
	f.Helper()
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		f.Fatal(err)
	}
	defer runner.Stop()
	today := f.now.Now().In(f.c.Zone()).Format(time.DateOnly)
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var queued, begun int64
		f.view(kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&queued}, "SELECT COUNT(*) FROM jobs WHERE kind = 'sales.daily' AND (state = 'running' OR state = 'queued' AND lease_until < ?)", f.now.Now().UnixMilli())
			if err == nil {
				_, err = v.Scan([]any{&begun}, "SELECT COUNT(*) FROM job_days WHERE kind = 'sales.daily' AND day = ?", today)
			}
			return err
		})
		if queued == 0 && begun == 1 {
			return
		}
	}
	f.Fatal("the notice of the day does not come to its end")
}

// notices are what an account was told of sales, the oldest first.
func (f *firm) notices(login, lang string) string {
	f.Helper()
	var out []string
	f.view(&kernel.Actor{UserID: f.ids[login], Lang: lang}, func(v *kernel.View) error {
		all, err := notify.Page(v, 0, 100)
		for _, n := range all {
			if strings.Contains(n.To, "sales.daily") {
				out = append(out, n.Text+" → "+n.To)
			}
		}
		return err
	})
	slices.Reverse(out)
	return strings.Join(out, "\n")
}

func (f *firm) at(day, hour, minute int) {
	f.Helper()
	f.now.Set(time.Date(2026, 11, day, hour, minute, 0, 0, f.c.Zone()))
}

func TestToldOnceAtTheSetTime(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		f.account("wang", "boss", "")
		f.account("xiaoli", "salesperson", "li")
		f.account("ku", "storekeeper", "")
		f.account("kuai", "accountant", "")
		expect := func(when, login, lang, want string) {
			f.Helper()
			if got := f.notices(login, lang); got != want {
				f.Errorf("%s, %s reads\n%s\nwant\n%s", when, login, got, want)
			}
		}
		f.at(21, 20, 30)
		f.run()
		expect("while nobody chose it", "wang", "zh", "")

		f.at(21, 20, 31)
		if err := f.choose("daily.to", "boss", "daily.time", "21:15", "daily.also", "XiaoLi，ku"); err != nil {
			f.Fatal(err)
		}
		f.run()
		expect("before the time", "wang", "zh", "")
		f.at(21, 21, 14)
		f.run()
		expect("a minute before the time", "wang", "zh", "")
		f.at(21, 21, 16)
		f.run()
		const boss = "2026-11-21 销售日报：销售 283.00，收款 120.00，欠款净增 161.00，毛利 145.00。 → /report/sales.daily?day=2026-11-21"
		const own = "Sales of 2026-11-21: sold 45.00, received 20.00, debts grew by 25.00. → /report/sales.daily?day=2026-11-21"
		expect("at the time", "wang", "zh", boss)
		expect("at the time", "xiaoli", "en", own)
		expect("at the time, without the right", "ku", "zh", "")
		expect("at the time, not chosen", "kuai", "zh", "")

		f.at(21, 22, 0)
		f.run()
		f.run()
		expect("after the program began again", "wang", "zh", boss)
		expect("after the program began again", "xiaoli", "en", own)

		// The program was off on the 22nd until an hour after the time; on the 23rd it was not on at all.
		f.at(22, 22, 15)
		f.run()
		const second = "\n2026-11-22 销售日报：销售 0.00，收款 0.00，欠款净增 0.00，毛利 0.00。 → /report/sales.daily?day=2026-11-22"
		expect("late on the next day", "wang", "zh", boss+second)
		f.at(24, 8, 0)
		f.run()
		expect("in the morning of the day after", "wang", "zh", boss+second)

		f.chooseAnew(expect, boss+second)
	})
}

// chooseAnew goes on at the 24th.
func (f *firm) chooseAnew(expect func(when, login, lang, want string), before string) {
	f.Helper()
	// Earlier than it was, and to more people: whoever was told today is not told again.
	if err := f.choose("daily.time", "9:05", "daily.to", "readers"); err != nil {
		f.Fatal(err)
	}
	f.at(24, 9, 6)
	f.run()
	const third = "2026-11-24 销售日报：销售 0.00，收款 0.00，欠款净增 0.00，毛利 0.00。 → /report/sales.daily?day=2026-11-24"
	expect("at the earlier time", "wang", "zh", before+"\n"+third)
	expect("at the earlier time", "kuai", "zh", third)
	if err := f.choose("daily.time", "23:00"); err != nil {
		f.Fatal(err)
	}
	f.at(24, 23, 1)
	f.run()
	expect("at a later time of the same day", "wang", "zh", before+"\n"+third)

	if err := f.choose("daily.to", "nobody", "daily.also", ""); err != nil {
		f.Fatal(err)
	}
	f.at(25, 23, 30)
	f.run()
	expect("once it is off again", "wang", "zh", before+"\n"+third)
}

// TestWhatCannotBeChosen: a time that is none, and a name that is nobody's.
func TestWhatCannotBeChosen(t *testing.T) {
	firms(t, func(f *firm) {
		f.account("wang", "boss", "")
		for _, x := range [][3]string{{"daily.time", "25:00", "daily.time value= /daily.time"}, {"daily.time", "8pm", "daily.time value= /daily.time"}, {"daily.also", "wang, ghost", "daily.login login=ghost /daily.also"}} {
			err := f.choose(x[0], x[1])
			list, _ := problem.From(err)
			if len(list) != 1 || list[0].Code != strings.Fields(x[2])[0] || list[0].Path != strings.Fields(x[2])[2] {
				f.Errorf("%s = %s: %v", x[0], x[1], fmt.Sprint(err))
			}
		}
		if err := f.choose("daily.also", "WANG", "daily.time", "07:30"); err != nil {
			f.Error(err)
		}
	})
}

// TestToldAtMidnight: the first minute of a day is a time like any other, and the administrator a reader like any other.
func TestToldAtMidnight(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		f.account("adm", "administrator", "")
		if err := f.choose("daily.to", "readers", "daily.time", "00:00"); err != nil {
			f.Fatal(err)
		}
		f.run()
		if got := f.notices("adm", "en"); got != "Sales of 2026-11-21: sold 283.00, received 120.00, debts grew by 161.00, gross profit 145.00. → /report/sales.daily?day=2026-11-21" {
			f.Errorf("the administrator reads %q", got)
		}
	})
}

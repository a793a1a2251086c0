package office_test

import (
	"context"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/office"
)

// recorded gives what a form says is on record while it is typed.
func (w *workplace) recorded(who, body string) string {
	w.Helper()
	o, p := resource.ParseObject([]byte(body))
	if p != nil {
		w.Fatal(p)
	}
	out, err := preview.Try(context.Background(), w.c, w.as(who), pipeline.Command{Def: office.WorkLogs.Def, Input: o}, "/date")
	if err != nil {
		w.Fatal(err)
	}
	return out.Draft.Rec.(*office.WorkLog).Recorded
}

func (w *workplace) log(key string) (l *office.WorkLog) {
	w.Helper()
	w.view("", func(v *kernel.View) (err error) {
		l, err = office.WorkLogs.Find(v, w.ids[key])
		return err
	})
	return l
}

// business is what li does on three days, and others do beside him.
func (w *workplace) business() {
	w.day(18)
	w.make("li", "away", leaves, `{"from_date":"2026-11-27","to_date":"2026-11-27","reason":"看病"}`)
	w.make("zhao", "hers", requests, `{"kind":$seal;,"subject":"甲"}`)
	w.day(19)
	for _, key := range []string{"a", "b", "c"} {
		w.make("li", key, requests, `{"kind":$seal;,"subject":"`+key+`"}`)
	}
	w.act("li", "a", requests, "post", "")
	w.act("li", "b", requests, "post", "")
	w.act("li", "c", requests, "update", `{"note":"急"}`) // made on the same day: nothing of its own
	w.act("li", "a", requests, "close", "")
	w.act("li", "away", leaves, "update", `{"reason":"复查"}`)
	w.make("boss", "chore", tasks, `{"subject":"寄合同","assignee":$liP;}`)
	w.act("li", "chore", tasks, "finish", `{"result":"已寄"}`)
	w.make("li", "note", logs, `{"date":"2026-11-18","done":"走访"}`) // to write a log is no work
	w.act("li", "c", requests, "delete", "")
	w.day(20)
	for _, key := range []string{"1", "2", "3", "4", "5", "6"} {
		w.make("li", "t"+key, tasks, `{"subject":"第`+key+`件"}`)
	}
	w.act("li", "b", requests, "close", "")
	w.day(21)
}

func TestALogIsFilledFromWhatWasDone(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.business()
		const day = "任务：完成 1 条（寄合同）\n" +
			"请假单：修改 1 张（QJ26110001）\n" +
			"通用申请：新建 3 条（SQ26110002、SQ26110003），提交 2 条，办结 1 条，删除 1 条"
		w.same("a day", w.recorded("li", `{"date":"2026-11-19"}`), day)
		w.same("in English", w.recorded("li/en", `{"date":"2026-11-19"}`), "Task: finish 1 (寄合同)\nLeave: change 1 (QJ26110001)\n"+
			"Request: create 3 (SQ26110002, SQ26110003); submit 2; done 1; delete 1")
		w.same("many of a kind", w.recorded("li", `{"date":"2026-11-20"}`), "任务：新建 6 条（第1件、第2件、第3件、第4件、第5件 等）\n通用申请：办结 1 条（SQ26110003）")
		w.same("the week, from any of its days", w.recorded("li", `{"date":"2026-11-20","kind":"week"}`),
			"任务：新建 6 条（第1件、第2件、第3件、第4件、第5件 等），完成 1 条（寄合同）\n请假单：新建 1 张（QJ26110001）\n"+
				"通用申请：新建 3 条（SQ26110002、SQ26110003），提交 2 条，办结 2 条，删除 1 条")
		w.same("the week before", w.recorded("li", `{"date":"2026-11-15","kind":"week"}`), "")
		w.same("a day off", w.recorded("li", `{"date":"2026-11-21"}`), "")
		w.same("another's day", w.recorded("zhao", `{"date":"2026-11-18"}`), "通用申请：新建 1 条（SQ26110001）")

		l := w.make("li", "day", logs, `{"date":"2026-11-19","done":"走访宏发"}`).(*office.WorkLog)
		w.same("kept on saving", l.Recorded, day)
		w.act("li", "day", logs, "fill", "")
		w.same("filled in beneath", w.log("day").Done, "走访宏发\n"+day)
		w.act("li", "day", logs, "fill", "")
		w.same("and once only", w.log("day").Done, "走访宏发\n"+day)
		week := w.make("li", "week", logs, `{"date":"2026-11-20","kind":"week"}`).(*office.WorkLog)
		w.same("a week stands on its Monday", week.Date, "2026-11-16")
		w.act("li", "week", logs, "submit", "")
		got := w.log("week")
		w.same("without words of one's own", got.Done, got.Recorded)
		w.same("and that is something", strings.HasPrefix(got.Done, "任务：新建 6 条"), true)
		w.make("li", "long", logs, `{"date":"2026-11-20","done":"`+strings.Repeat("长", 7990)+`"}`)
		w.refused("li", "long", logs, "fill", "", "office.log_long /done")
		w.make("li", "idle", logs, `{"date":"2026-11-21"}`)
		w.refused("li", "idle", logs, "fill", "", "office.log_nothing /recorded")
		w.refused("li", "idle", logs, "submit", "", "office.log_empty /done")
	})
}

func TestLogsAreSeenFromAboveOnceSubmitted(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("li", "li1", logs, `{"done":"甲"}`)
		w.make("zhao", "zhao1", logs, `{"done":"乙"}`)
		w.make("qian", "qian1", logs, `{"done":"丙"}`)
		w.same("above nothing is seen", w.seen("head", logs), "[]")
		w.act("li", "li1", logs, "submit", "")
		w.act("qian", "qian1", logs, "submit", "")
		for who, want := range map[string]string{"li": "[li1]", "zhao": "[zhao1]", "qian": "[qian1]", "head": "[li1]", "boss": "[li1 qian1 zhao1]"} {
			w.same(who+" sees", w.seen(who, logs), want)
		}
		w.same("submitted", w.log("li1").Department == w.ids["south"] && w.log("li1").SubmittedAt != 0, true)
		w.refused("li", "li1", logs, "update", `{"done":"x"}`, "state.readonly")
		w.refused("head", "li1", logs, "take_back", "", "office.log_own /person")
		w.refused("boss", "zhao1", logs, "submit", "", "office.log_own /person")
		w.refused("boss", "zhao1", logs, "update", `{"done":"x"}`, "office.log_own /person")
		w.refused("boss", "zhao1", logs, "delete", "", "office.log_own /person")
		w.refused("boss", "", logs, "create", `{"person":$liP;,"date":"2026-11-20"}`, "office.log_own /person")
		w.act("li", "li1", logs, "take_back", "")
		w.same("taken back", w.seen("head", logs), "[]")
		w.same("nothing is left of it", w.log("li1").SubmittedAt == 0 && w.log("li1").Department == 0, true)
		w.refused("li", "", logs, "create", `{"date":"2026-11-22"}`, "office.log_future /date")
		w.refused("li", "", logs, "create", `{"done":"again"}`, "office.log_twice /date")
		w.make("li", "week", logs, `{"date":"2026-11-21","kind":"week","done":"丁"}`)
		w.refused("li", "", logs, "create", `{"date":"2026-11-17","kind":"week"}`, "office.log_twice /date")
		w.refused("li", "week", logs, "update", `{"date":"2026-11-21","kind":"day"}`, "office.log_twice /date")
		w.act("li", "li1", logs, "delete", "")
	})
}

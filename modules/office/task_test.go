package office_test

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/office"
)

func (w *workplace) task(key string) (t *office.Task) {
	w.Helper()
	w.view("", func(v *kernel.View) (err error) {
		t, err = office.Tasks.Find(v, w.ids[key])
		return err
	})
	return t
}

// stands writes a task down.
func (w *workplace) stands(key string) string {
	t := w.task(key)
	return fmt.Sprintf("%s %s by=%s %d%% done=%s %s", t.State, w.keyOf(t.Assignee), w.keyOf(t.Maker), t.Progress, t.DoneAt, t.Result)
}

func TestTasksLiveAndTell(t *testing.T) {
	workplaces(t, func(w *workplace) {
		made := w.make("li", "count", tasks, `{"subject":"盘点货架","assignee":$zhaoP;,"due":"2026-11-25","collaborators":[{"member":$qian;}]}`).(*office.Task)
		w.same("the number", made.Number, "RW000001")
		w.same("the department is the assignee's", made.Department, w.ids["south"])
		at := fmt.Sprintf(" /r/office.task/%d", made.ID)
		w.same("zhao is told", w.told("zhao"), "li 给你布置了任务：盘点货架"+at)
		w.same("qian is told", w.told("qian"), "li 请你协作任务：盘点货架"+at)
		w.act("zhao", "count", tasks, "start", "")
		w.act("qian", "count", tasks, "report", `{"progress":40,"note":"一半货架"}`)
		w.same("after the report", w.stands("count"), "doing zhao by=li 40% done= ")
		w.view("li", func(v *kernel.View) error {
			said, err := comments.Of(v, office.Tasks.Def, made.ID, 5)
			w.same("what was said", fmt.Sprint(len(said), said[0].Author, said[0].Text), "1qian一半货架")
			return err
		})
		w.refused("zhao", "count", tasks, "report", `{"progress":101}`, "office.task_progress /progress")
		w.refused("zhao", "count", tasks, "report", `{"progress":-1}`, "field.negative /progress")
		w.day(26)
		w.act("zhao", "count", tasks, "finish", `{"result":"少两盒"}`)
		w.same("done", w.stands("count"), "done zhao by=li 100% done=2026-11-26 少两盒")
		w.same("li is told", w.told("li"), "zhao 完成了任务：盘点货架"+at)
		w.refused("zhao", "count", tasks, "finish", "", "state.wrong")
		w.refused("li", "count", tasks, "update", `{"subject":"x"}`, "state.readonly")
		w.act("li", "count", tasks, "reopen", "")
		w.same("open again", w.stands("count"), "open zhao by=li 0% done= ")
		w.same("zhao is told again", w.told("zhao"), "li 重新打开了任务：盘点货架"+at)
		w.act("zhao", "count", tasks, "assign", `{"assignee":$qianP;}`)
		w.same("handed over", w.stands("count"), "open qian by=li 0% done= ")
		w.same("the department follows", w.task("count").Department, w.ids["north"])
		w.same("qian has it now", w.told("qian"), "zhao 给你布置了任务：盘点货架"+at)
		w.refused("zhao", "count", tasks, "start", "", "not_found")
		w.refused("li", "count", tasks, "assign", `{"assignee":$qianP;}`, "office.task_same /assignee")
		w.act("li", "count", tasks, "cancel", "")
		w.same("qian is told of the end", w.told("qian"), "li 取消了任务：盘点货架"+at)
		w.same("nobody is told of himself", w.told("li"), "")
	})
}

func TestWhoMayChangeATask(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("qian", "own", tasks, `{"subject":"寄样品","collaborators":[{"member":$zhao;}]}`)
		w.make("li", "given", tasks, `{"subject":"要报价","assignee":$qianP;}`)
		w.make("boss", "south1", tasks, `{"subject":"看店","assignee":$zhaoP;}`)
		w.same("one's own by default", w.stands("own"), "open qian by=qian 0% done= ")
		for _, x := range []struct{ who, seen string }{
			{"li", "[given]"},        // what he gave another
			{"zhao", "[own south1]"}, // what he helps with, and what he was given
			{"qian", "[given own]"},  // his, and what he was given
			{"head", "[south1]"},     // what his people have to do
			{"boss", "[given own south1]"},
			{"eye", "[given own south1]"},
		} {
			w.same(x.who+" sees", w.seen(x.who, tasks), x.seen)
		}
		w.refused("qian", "given", tasks, "update", `{"due":"2026-12-01"}`, "office.task_not_yours")
		w.refused("qian", "given", tasks, "delete", "", "office.task_not_yours")
		w.refused("qian", "given", tasks, "cancel", "", "office.task_not_yours")
		w.refused("qian", "given", tasks, "move", `{"state":"cancelled"}`, "office.task_not_yours")
		w.refused("zhao", "own", tasks, "update", `{"subject":"x"}`, "office.task_not_yours")
		w.refused("zhao", "own", tasks, "assign", `{"assignee":$liP;}`, "office.task_not_yours")
		w.refused("head", "given", tasks, "update", `{"subject":"x"}`, "not_found")
		w.refused("eye", "given", tasks, "start", "", "forbidden")
		w.refused("li", "", tasks, "create", `{"subject":"x","collaborators":[{"member":$zhao;},{"member":$zhao;}]}`, "office.task_member_twice /collaborators/1/member")
		w.act("head", "south1", tasks, "update", `{"due":"2026-12-01"}`) // he leads the assignee
		w.act("li", "given", tasks, "update", `{"assignee":$zhaoP;}`)
		at := func(key string) string { return fmt.Sprintf(" /r/office.task/%d", w.ids[key]) }
		w.same("what zhao was told", w.told("zhao"), "qian 请你协作任务：寄样品"+at("own")+"; boss 给你布置了任务：看店"+at("south1")+"; li 给你布置了任务：要报价"+at("given"))
		w.same("qian no longer sees it", w.seen("qian", tasks), "[own]")
		w.act("", "zhaoP", "base.person", "update", `{"active":false}`)
		w.refused("li", "", tasks, "create", `{"subject":"x","assignee":$zhaoP;}`, "office.task_left /assignee")
		w.act("li", "given", tasks, "update", `{"subject":"要新报价"}`) // who has left stays until somebody else is chosen
		w.refused("li", "given", tasks, "assign", `{"assignee":$zhaoP;}`, "office.task_same /assignee")
		w.act("li", "given", tasks, "delete", "")
	})
}

func TestCardsGoWhereTheyArePut(t *testing.T) {
	workplaces(t, func(w *workplace) {
		all := []state.State{office.TaskOpen, office.TaskDoing, office.TaskDone, office.TaskCancelled}
		for _, from := range all {
			for _, to := range all {
				w.make("li", "card", tasks, `{"subject":"卡片"}`)
				w.act("li", "card", tasks, "move", `{"state":"`+string(from)+`"}`)
				w.act("li", "card", tasks, "move", `{"state":"`+string(to)+`"}`)
				got := w.task("card")
				done := to == office.TaskDone
				if got.State != to || (got.DoneAt == "2026-11-21") != done || (got.Progress == 100) != done {
					w.Errorf("%s → %s: %s", from, to, w.stands("card"))
				}
			}
		}
		w.refused("li", "card", tasks, "move", `{"state":"lost"}`, "field.option /state")
	})
}

func TestWhatATaskIsAbout(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("", "acme", "base.party", `{"name":"宏发五金","owner":$liP;,"department":$south;}`)
		want := fmt.Sprintf("base.party/%d", w.ids["acme"])
		for i, link := range []string{want, "/r/" + want, "http://192.168.1.8:8080/c/hf/r/" + want + "?tab=1#x", "https://x.cn/r/" + want + "/"} {
			made := w.make("li", fmt.Sprint("t", i), tasks, `{"subject":"催款","assignee":$qianP;,"link":"`+link+`"}`).(*office.Task)
			w.same(link, made.Link, want)
		}
		for link, want := range map[string]string{
			"宏发五金": "office.task_link /link", "base.party/0": "office.task_link /link", "base.stranger/3": "office.task_link /link",
			"ledger.account/3": "office.task_link /link", "base.party/99999999": "office.task_link_missing /link", "javascript:alert(1)": "office.task_link /link",
		} {
			w.refused("li", "", tasks, "create", `{"subject":"x","link":"`+link+`"}`, want)
		}
		facts := func(who string) string {
			out := ""
			w.view(who, func(v *kernel.View) error {
				found, err := office.Tasks.Facts(v, w.task("t0"))
				for _, f := range found {
					out += f.Pointer + " " + f.Label.Zh + " " + f.Value + " " + f.To
				}
				return err
			})
			return out
		}
		w.same("li is told what it is", facts("li"), "/link 往来单位 宏发五金 /r/"+want)
		w.act("", "acme", "base.party", "update", `{"owner":$zhaoP;,"department":$north;}`)
		w.same("who may not see it is told nothing", facts("li"), "")
		w.refused("li", "", tasks, "create", `{"subject":"x","link":"`+want+`"}`, "office.task_link_missing /link")
		w.act("li", "t0", tasks, "update", `{"subject":"催旧款"}`) // what it is about stays
		w.same("the link stays", w.task("t0").Link, want)
	})
}

func TestTasksDueAreToldInTheMorning(t *testing.T) {
	workplaces(t, func(w *workplace) {
		for i, body := range []string{
			`{"subject":"昨天","assignee":$zhaoP;,"due":"2026-11-20"}`, `{"subject":"今天","assignee":$zhaoP;,"due":"2026-11-21"}`,
			`{"subject":"明天","assignee":$zhaoP;,"due":"2026-11-22"}`, `{"subject":"不急","assignee":$zhaoP;}`,
			`{"subject":"做完","assignee":$qianP;,"due":"2026-11-20"}`, `{"subject":"过期","assignee":$headP;,"due":"2026-11-01"}`,
		} {
			w.make("li", fmt.Sprint("d", i), tasks, body)
		}
		w.act("qian", "d4", tasks, "finish", "")
		for _, who := range []string{"li", "zhao", "qian", "head"} {
			w.told(who)
		}
		w.morning("office.tasks_due", 1)
		to := " /r/office.task?filter=assignee:eq:ME&filter=state:in:open,doing&filter=due:le:2026-11-"
		w.same("zhao", w.told("zhao"), "你有 2 项任务今天到期或已经过期"+to+"21")
		w.same("head", w.told("head"), "你有 1 项任务今天到期或已经过期"+to+"21")
		w.same("who has nothing to do is not told", w.told("qian")+w.told("li"), "")
		w.act("head", "d5", tasks, "finish", "")
		w.told("li")
		w.day(22)
		w.morning("office.tasks_due", 2)
		w.same("zhao on the next day", w.told("zhao"), "你有 3 项任务今天到期或已经过期"+to+"22")
		w.same("what is done is no news", w.told("head"), "")
	})
}

func TestTaskSummary(t *testing.T) {
	workplaces(t, func(w *workplace) {
		give := func(key, who, due string) {
			w.make("boss", key, tasks, `{"subject":"`+key+`","assignee":$`+who+`P;,"due":"`+due+`"}`)
		}
		give("a", "li", "2026-11-20")
		give("b", "li", "2026-11-21")
		give("c", "li", "2026-11-22")
		give("d", "zhao", "2026-11-21")
		give("e", "zhao", "2026-11-10")
		give("f", "qian", "")
		give("g", "qian", "2026-11-01")
		w.act("li", "c", tasks, "finish", "")
		w.act("zhao", "d", tasks, "finish", "")
		w.act("zhao", "e", tasks, "finish", "")
		w.act("qian", "f", tasks, "finish", "")
		w.act("boss", "g", tasks, "cancel", "")
		columns := []string{"assignee", "open", "overdue", "in_time", "late"}
		ask := func(who string, params map[string]string) string {
			return w.report(who, "office.task_summary", params, columns...)
		}
		w.same("the boss", ask("boss", nil), "li 2 1 1 0\nqian 0 0 1 0\nzhao 0 0 1 1\n2 1 3 1")
		w.same("the head", ask("head", nil), "li 2 1 1 0\nzhao 0 0 1 1\n2 1 2 1")
		w.same("li himself", ask("li", nil), "li 2 1 1 0\n2 1 1 0")
		w.same("one person", ask("boss", map[string]string{"assignee": fmt.Sprint(w.ids["zhaoP"])}), "zhao 0 0 1 1\n0 0 1 1")
		w.same("one department", ask("boss", map[string]string{"department": fmt.Sprint(w.ids["north"])}), "qian 0 0 1 0\n0 0 1 0")
		w.same("done later", ask("boss", map[string]string{"from": "2026-11-22"}), "li 2 1 0 0\n2 1 0 0")
		w.same("done until then", ask("boss", map[string]string{"from": "2026-11-21", "to": "2026-11-21"}), "li 2 1 1 0\nqian 0 0 1 0\nzhao 0 0 1 1\n2 1 3 1")
	})
}

func TestOpenTasksGoToWhoTakesOver(t *testing.T) {
	workplaces(t, func(w *workplace) {
		w.make("li", "open", tasks, `{"subject":"甲","assignee":$zhaoP;}`)
		w.make("li", "done", tasks, `{"subject":"乙","assignee":$zhaoP;}`)
		w.make("zhao", "asked", tasks, `{"subject":"丙","assignee":$liP;}`)
		w.act("zhao", "done", tasks, "finish", "")
		w.told("qian")
		w.act("", "zhaoP", "base.person", "hand_over", `{"to":$qianP;}`)
		w.same("what is open", w.stands("open"), "open qian by=li 0% done= ")
		w.same("its department", w.task("open").Department, w.ids["north"])
		w.same("what is done", w.stands("done"), "done zhao by=li 100% done=2026-11-21 ")
		w.same("what he gave", w.stands("asked"), "open li by=zhao 0% done= ")
		w.same("qian is told", w.told("qian"), "掌柜 把 1 条任务交给了你 /r/office.task")
		w.view("boss", func(v *kernel.View) error {
			said, err := comments.Of(v, w.c.Def("base.person"), w.ids["zhaoP"], 1)
			w.same("the note", said[0].Text, "工作交接给 qian：任务 1。")
			return err
		})
	})
}

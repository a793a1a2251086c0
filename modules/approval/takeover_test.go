package approval

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
)

// handsOver lets the administrator hand over everything of one member to another.
func (f *office) handsOver(from, to string, left bool) {
	f.Helper()
	f.must("admin", "base.person", "hand_over", f.folk[from], fmt.Sprintf(`{"to":%d,"left":%v}`, f.folk[to], left))
}

func TestTakingOverTasks(t *testing.T) {
	for _, x := range []struct {
		name, flow, from, to string
		left                 bool
		then                 []string
		state, tasks         string
	}{
		{"the next one decides", "一=wang;二=boss", "wang", "jin", false, []string{"wang agree ! approval.done", "jin agree", "boss agree", "li apply"},
			"applied posted", "wang:handed_over jin:agreed boss:agreed"},
		{"also when the old one leaves", "一=wang;二=boss", "wang", "jin", true, []string{"jin agree", "boss agree", "li apply"},
			"applied posted", "wang:handed_over jin:agreed boss:agreed"},
		{"who waits for his turn goes on waiting", "一=turn:wang,zhao", "zhao", "yan", true, []string{"yan agree ! approval.not_turn", "wang agree", "yan agree", "li apply"},
			"applied posted", "wang:agreed zhao:handed_over yan:agreed"},
		{"who is asked already is asked once", "一=any:wang,jin", "wang", "jin", false, nil, "waiting waiting", "wang:pending jin:pending"},
		{"the place of who leaves is filled by the rule", "一=any:wang,jin", "wang", "jin", true, []string{"jin agree", "li apply"},
			"applied posted", "wang:cancelled jin:agreed admin:cancelled"},
		{"nobody decides on his own paper", "一=wang", "wang", "li", true, []string{"admin agree", "li apply"}, "applied posted", "wang:cancelled admin:agreed"},
		{"what others were asked first stays first", "一=wang", "wang", "jin", false, nil, "waiting waiting", "wang:handed_over yan:pending jin:queued"},
	} {
		t.Run(x.name, func(t *testing.T) {
			offices(t, func(f *office) {
				f.flow("流程", "", x.flow)
				f.sheet("li", "5")
				f.play("li post")
				if strings.HasSuffix(x.tasks, "queued") {
					f.play("wang before yan")
				}
				f.handsOver(x.from, x.to, x.left)
				f.play(x.then...)
				if got := f.state(); got != x.state {
					t.Errorf("state %s, want %s", got, x.state)
				}
				if got := f.tasks(); got != x.tasks {
					t.Errorf("tasks %s, want %s", got, x.tasks)
				}
			})
		})
	}
}

func TestTakingOverEndsDelegationsAndTells(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang")
		f.sheet("li", "5")
		f.play("li post")
		made := map[string]int64{}
		for name, x := range map[string][4]string{"from": {"wang", "zhao", "2026-11-20", "2026-11-21"}, "to": {"jin", "wang", "2026-12-01", "2026-12-02"},
			"past": {"wang", "zhao", "2026-11-01", "2026-11-20"}, "others": {"jin", "yan", "2026-11-20", "2026-11-30"}} {
			made[name] = f.make("approval.delegation", fmt.Sprintf(`{"from_user":%d,"to_user":%d,"from_date":%q,"to_date":%q}`, f.users[x[0]], f.users[x[1]], x[2], x[3]))
		}
		f.handsOver("wang", "boss", false)
		f.view("", func(v *kernel.View) error {
			for name, want := range map[string]bool{"from": false, "to": false, "past": true, "others": true} {
				d, err := Delegations.Find(v, made[name])
				if err != nil || d.Active != want {
					t.Errorf("%s holds: %+v %v, want %v", name, d, err, want)
				}
			}
			list, err := comments.Of(v, f.c.Def("base.person"), f.folk["wang"], 5)
			if err != nil || len(list) != 1 || list[0].Text != "工作交接给 boss：部门负责人 1、下属 3、待办审批 1、结束的审批委托 2。" {
				t.Errorf("told %+v %v", list, err)
			}
			return nil
		})
		f.handsOver("li", "zhao", false)
		if r := f.request(); r.Owner != f.folk["zhao"] || r.Initiator != f.users["li"] || r.State != Waiting {
			t.Errorf("the request of who handed over: owner %d, begun by %d, %s", r.Owner, r.Initiator, r.State)
		}
	})
}

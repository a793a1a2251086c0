package approval

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

func codes(err error) string {
	list, ok := problem.From(err)
	if !ok {
		return fmt.Sprint(err)
	}
	var out []string
	for _, p := range list {
		out = append(out, p.Code+p.Path)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestPublishingJudgesTheWholeFlow(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	node := func(body string) string { return `{"nodes":[` + body + `]}` }
	ok := `{"name":"一","kind":"approve","who":[{"by":"user","user":"wang"}]}`
	many := strings.TrimSuffix(strings.Repeat(ok+",", 201), ",")
	for i, c := range []struct{ target, act, when, definition, want string }{
		{"test.paper", "post", "gross > 1", node(ok), ""},
		{"test.paper", "post", "sum(lines, .price) > 1.5 and input.where == 'x' and initiator.name != 'y'", node(ok), ""},
		{"test.nothing", "post", "", node(ok), "approval.target/target"},
		{"approval.request", "agree", "", node(ok), "approval.target/target"},
		{"approval.flow_version", "x", "", node(ok), "approval.target/target"},
		{"base.user", "update", "", node(ok), "approval.target/target"},
		{"test.ware", "update", "ceiling > 5", node(ok), ""},
		{"test.paper", "update", "", node(ok), "approval.act/act"},
		{"test.paper", "release", "", node(ok), "approval.act/act"},
		{"test.paper", "fly", "", node(ok), "approval.act/act"},
		{"test.paper", "post", "gros > 1", node(ok), "approval.condition_name/condition"},
		{"test.paper", "post", "gross > 'a'", node(ok), "approval.condition_types/condition"},
		{"test.paper", "post", "gross", node(ok), "approval.condition_truth/condition"},
		{"test.paper", "post", "", node(``), "approval.nobody/definition/nodes"},
		{"test.paper", "post", "", node(many), "approval.too_many/definition/nodes"},
		{"test.paper", "post", "", node(`{"name":"","kind":"approve","who":[]}`), "approval.name/definition/nodes/0/name approval.who/definition/nodes/0/who"},
		{"test.paper", "post", "", node(`{"name":"一","kind":"approve","mode":"vote","back":"x","who":[{"by":"user","user":99}]}`),
			"approval.back/definition/nodes/0/back approval.mode/definition/nodes/0/mode approval.user_gone/definition/nodes/0/who/0"},
		{"test.paper", "post", "", node(`{"name":"一","kind":"approve","who":[{"by":"role","role":"pope"},{"by":"magic"},{"by":"chosen"}]}`),
			"approval.role_gone/definition/nodes/0/who/0 approval.who_kind/definition/nodes/0/who/1 approval.who_kind/definition/nodes/0/who/2"},
		{"test.paper", "post", "", node(ok + `,{"kind":"branch","branches":[{"name":"a","when":"","nodes":[]},{"name":"b","when":"nothing > 1","nodes":[` + ok + `]}]}`),
			"approval.branch_when/definition/nodes/1/branches/0/when approval.condition_name/definition/nodes/1/branches/1/when approval.default/definition/nodes/1/branches/1/when"},
		{"test.paper", "post", "", node(ok + `,{"kind":"branch","branches":[{"name":"a","when":"","nodes":[]}]}`), "approval.branches/definition/nodes/1/branches"},
		{"test.paper", "post", "", node(`{"kind":"dance"},` + ok), "approval.kind/definition/nodes/0/kind"},
		{"test.paper", "post", "", `{"nodes":[` + ok + `],"watch":["gross","lines.price","lines","nope"]}`, "approval.watch/definition/watch/3"},
	} {
		body := fmt.Sprintf(`{"name":"f%d","target":%q,"act":%q,"condition":%q,"definition":%q}`, i, c.target, c.act, c.when, f.definition(c.definition))
		id := f.make("approval.flow", body)
		_, err := f.do("", "approval.flow", "publish", id, "")
		got := ""
		if err != nil {
			got = codes(err)
		}
		if got != c.want {
			t.Errorf("%d: %s, want %s", i, got, c.want)
		}
	}
	for _, text := range []string{`{`, `{"nodes":null} x`, `{"nodes":[null]}`, `{"knots":[]}`, `{"nodes":[{"kind":"branch","branches":[null]}]}`} {
		_, err := f.do("", "approval.flow", "create", 0, fmt.Sprintf(`{"name":"x","target":"test.paper","act":"post","definition":%q}`, text))
		if codes(err) != "approval.definition/definition" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestARunningRequestKeepsItsFlow(t *testing.T) {
	offices(t, func(f *office) {
		id := f.flow("流程", "", "一=wang;二=jin")
		f.sheet("li", "5")
		f.play("li post", "wang agree")
		f.must("", "approval.flow", "update", id, fmt.Sprintf(`{"definition":%q}`, f.definition("一=boss")))
		first := f.doc
		f.sheet("zhao", "5")
		f.play("zhao post")
		if got := f.tasks(); got != "wang:pending" {
			t.Errorf("an edited flow counts before it is published: %s", got)
		}
		f.must("", "approval.flow", "publish", id, "")
		f.sheet("zhao", "6")
		f.play("zhao post")
		if got := f.tasks(); got != "boss:pending" {
			t.Errorf("the new version does not count: %s", got)
		}
		f.doc = first
		f.must("", "approval.flow", "switch_off", id, "")
		f.play("jin agree", "li apply")
		if got := f.tasks() + " " + f.state(); got != "wang:agreed jin:agreed applied posted" {
			t.Errorf("the running request: %s", got)
		}
		f.sheet("li", "7")
		f.play("li post")
		if got := f.state(); got != "none posted" {
			t.Errorf("with the flow off: %s", got)
		}
		if _, err := f.do("", "approval.flow", "delete", id, ""); codes(err) != "approval.flow_used" {
			t.Errorf("a published flow was deleted: %v", err)
		}
	})
}

func TestTheFirstFlowWhoseConditionHolds(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	for i, c := range []struct{ name, when, who string }{{"c", "gross > 100", "boss"}, {"a", "gross > 10", "jin"}, {"b", "gross > 10", "yan"}} {
		id := f.flow(c.name, c.when, "一="+c.who)
		f.must("", "approval.flow", "update", id, fmt.Sprintf(`{"position":%d}`, 10-i))
	}
	for gross, want := range map[string]string{"10": "", "10.01": "yan:pending", "100.01": "yan:pending"} {
		f.sheet("li", gross)
		f.play("li post")
		if got := f.tasks(); got != want {
			t.Errorf("%s: %s, want %s", gross, got, want)
		}
	}
}

// A document that meets several flows goes through all of them, as far as each says that the next ones are asked too.
func TestFlowsThatAreAskedTogether(t *testing.T) {
	offices(t, func(f *office) {
		for i, c := range []struct {
			name, when, who string
			further         bool
		}{{"甲", "gross > 10", "yan", true}, {"乙", "gross > 20", "jin", false}, {"丙", "", "wang", true}, {"丁", "gross > 5", "yan", false}} {
			id := f.flow(c.name, c.when, "一="+c.who)
			f.must("", "approval.flow", "update", id, fmt.Sprintf(`{"position":%d,"further":%v}`, i, c.further))
		}
		for _, c := range []struct{ gross, plays, want, trail string }{
			{"3", "wang agree;li apply", "wang:agreed applied posted", "submitted agreed granted applied"},
			{"6", "wang agree;yan agree;li apply", "wang:agreed yan:agreed applied posted", "submitted flows agreed agreed granted applied"},
			{"15", "yan agree;wang agree;yan agree;li apply", "yan:agreed wang:agreed yan:agreed applied posted", "submitted flows agreed agreed agreed granted applied"},
			{"25", "yan agree;jin agree;li apply", "yan:agreed jin:agreed applied posted", "submitted flows agreed agreed granted applied"},
			{"26", "yan agree;jin refuse", "yan:agreed jin:refused refused draft", "submitted flows agreed refused"},
			{"27", "yan agree;jin back start;li post;yan agree;jin agree;li apply", "yan:agreed jin:returned yan:agreed jin:agreed applied posted", "submitted flows agreed returned resubmitted agreed agreed granted applied"},
		} {
			f.sheet("li", c.gross)
			f.play("li post")
			f.play(strings.Split(c.plays, ";")...)
			if got := f.tasks() + " " + f.state(); got != c.want {
				t.Errorf("%s: %s, want %s", c.gross, got, c.want)
			}
			if got := f.trail(); got != c.trail {
				t.Errorf("%s: %s, want %s", c.gross, got, c.trail)
			}
		}
		versions := 0
		f.view("", func(v *kernel.View) error {
			made, err := Versions.Where(v, "parts <> ''")
			versions = len(made)
			if err == nil && made[0].Name != "丙、丁" || made[0].Condition != "(gross > 5)" {
				t.Errorf("the first is %q on %q", made[0].Name, made[0].Condition)
			}
			return err
		})
		if versions != 3 {
			t.Errorf("%d versions of several flows, want each made once: 3", versions)
		}
	})
}

func TestPeopleAreFoundInTheOrganisation(t *testing.T) {
	for _, c := range []struct {
		name, flow, initiator, want string
		before                      []string
	}{
		{"04 the initiator is the head", "一=head1;二=head2", "wang", "boss:pending", nil},
		{"head of the own department", "一=head1", "li", "wang:pending", nil},
		{"head of the next one up", "一=head2", "li", "boss:pending", nil},
		{"there is no third", "一=head3", "li", "admin:pending", nil},
		{"the head cannot log in", "一=head1", "li", "admin:pending", []string{"li disable wang"}},
		{"superior of the superior", "一=superior2", "yan", "boss:pending", nil},
		{"role", "一=@accountant", "li", "jin:pending yan:pending", nil},
		{"role, one disabled", "一=@accountant", "li", "yan:pending", []string{"li disable jin"}},
		{"several entries name the same", "一=wang,head1,superior1", "li", "wang:pending", nil},
		{"any: an absent one does not matter", "一=any:zhao,wang", "li", "wang:pending", []string{"li disable zhao"}},
		{"the only administrator asks himself", "一=zhao", "admin", "admin:skipped", []string{"li disable zhao"}},
		{"the substitute", "一=zhao", "li", "jin:pending", []string{"li disable zhao", "li set approval.empty=user", "li set approval.substitute=@jin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newOffice(t, testkit.SQLite)
			f.flow("流程", "", c.flow)
			for _, s := range c.before {
				if name, login, ok := strings.Cut(s, "=@"); ok {
					s = name + "=" + strconv.FormatInt(f.users[login], 10)
				}
				f.play(s)
			}
			f.sheet(c.initiator, "5")
			f.play(c.initiator + " post")
			if got := f.tasks(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestThreeLevelsWithAVacancyInTheSecond(t *testing.T) {
	offices(t, func(f *office) {
		f.dept["group"] = f.make("base.department", fmt.Sprintf(`{"code":"group","name":"group","head":%d}`, f.folk["jin"]))
		f.must("", "base.department", "update", f.dept["head"], fmt.Sprintf(`{"head":null,"parent":%d}`, f.dept["group"]))
		f.flow("流程", "", "一=head1;二=head2;三=head3")
		f.sheet("li", "5")
		f.play("li post", "wang agree", "admin agree", "jin agree", "li apply")
		if got := f.tasks(); got != "wang:agreed admin:agreed jin:agreed" {
			t.Error(got)
		}
	})
}

func TestDelegation(t *testing.T) {
	offices(t, func(f *office) {
		deputy := func(who, from, to, first, last string) error {
			_, err := f.do(who, "approval.delegation", "create", 0, fmt.Sprintf(`{"from_user":%d,"to_user":%d,"from_date":%q,"to_date":%q}`, f.users[from], f.users[to], first, last))
			return err
		}
		for _, c := range []struct{ who, from, to, first, last, want string }{
			{"wang", "wang", "wang", "2026-11-20", "2026-11-22", "approval.delegate_self/to_user"},
			{"wang", "wang", "jin", "2026-11-22", "2026-11-20", "approval.delegate_dates/to_date"},
			{"li", "wang", "jin", "2026-11-20", "2026-11-22", "approval.delegate_own"},
		} {
			if got := codes(deputy(c.who, c.from, c.to, c.first, c.last)); got != c.want {
				t.Errorf("%+v: %s", c, got)
			}
		}
		for _, err := range []error{deputy("wang", "wang", "jin", "2026-11-20", "2026-11-22"), deputy("jin", "jin", "yan", "2026-11-20", "2026-11-22"), deputy("admin", "boss", "zhao", "2026-11-22", "2026-11-25")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		f.flow("流程", "", "一=wang;二=boss")
		f.sheet("li", "5")
		f.play("li post", "wang agree ! not_found", "jin agree", "boss agree", "li apply")
		if got := f.tasks() + " / " + f.trail(); got != "jin:agreed boss:agreed / submitted delegated agreed agreed granted applied" {
			t.Error(got)
		}
		if r := f.request(); r.Tasks[0].OnBehalf != f.users["wang"] || r.Trail[1].Text != "wang → jin" {
			t.Errorf("%+v %+v", r.Tasks[0], r.Trail[1])
		}
		f.sheet("jin", "5") // the deputy of wang is the initiator himself: wang decides
		f.play("jin post", "wang agree")
		f.play("li wait 24h", "boss agree")
		if got := f.tasks(); got != "wang:agreed boss:agreed" {
			t.Errorf("a task that was there moved: %s", got)
		}
		f.sheet("li", "5")
		f.play("li post", "jin agree", "zhao agree", "li apply")
	})
}

func TestADocumentThatCannotWaitIsWatched(t *testing.T) {
	offices(t, func(f *office) {
		f.kind = "test.bill"
		f.flow("流程", "", `{"nodes":[{"name":"一","kind":"approve","who":[{"by":"user","user":"wang"}]},{"name":"二","kind":"approve","who":[{"by":"user","user":"wang"}]}]}`)
		f.sheet("li", "5")
		f.play("li post", "li post ! approval.waiting", "wang agree", "li apply")
		if got := f.state() + " " + f.tasks(); got != "applied posted wang:agreed wang:skipped" {
			t.Error(got)
		}
		f.sheet("li", "5")
		f.play("li post", "li gross 6", "wang agree", "li apply")
		if got := f.state() + " " + f.tasks(); got != "failed draft wang:agreed wang:skipped" {
			t.Error(got)
		}
		if got := f.request().Problem; got != "批准之后单据内容有改动，原来的批准不再有效，请重新提交审批。" {
			t.Error(got)
		}
		first := f.request().ID
		f.play("li post")
		if r := f.request(); r.ID == first || r.State != Waiting {
			t.Errorf("a changed document needs a fresh request: %d %s", r.ID, r.State)
		}
		f.unit(func(tx *kernel.Tx) error { // progress is not what an approval is about
			rec, err := resource.Lock(tx, f.c.Def("test.bill"), f.doc)
			if err != nil {
				return err
			}
			rec.(*paper).Done = 9
			return resource.Save(tx, f.c.Def("test.bill"), rec)
		})
		f.play("wang agree", "li apply")
		if got := f.state(); got != "applied posted" {
			t.Error(got)
		}
	})
}

func TestOnlyWhatTheFlowWatches(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.kind = "test.bill"
	f.flow("流程", "", `{"nodes":[{"name":"一","kind":"approve","who":[{"by":"user","user":"wang"}]}],"watch":["name"]}`)
	f.sheet("li", "5")
	f.play("li post", "li gross 6", "wang agree", "li apply")
	if got := f.state(); got != "applied posted" {
		t.Error(got)
	}
}

func TestRepetitionIsVoidWhenTheDocumentChanged(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.kind = "test.bill"
	f.set("approval.repeat", "always")
	f.flow("流程", "", "一=wang;二=jin;三=wang")
	f.sheet("li", "5")
	f.play("li post", "wang agree", "li gross 6", "jin agree")
	if got := f.tasks(); got != "wang:agreed jin:agreed wang:pending" {
		t.Error(got)
	}
}

func TestTheInputComesBackWhenItIsApplied(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "input.where == '北京'", "一=wang")
		f.sheet("li", "5")
		if _, err := f.do("li", "test.paper", "post", f.doc, `{"where":"北京","on":"2026-11-20"}`); err != nil {
			t.Fatal(err)
		}
		if p := f.paper(); p.State != "waiting" || p.Number != "" || p.Times != 0 {
			t.Errorf("a waiting document changed: %+v", p)
		}
		f.play("wang agree", "li apply")
		if p := f.paper(); p.Note != "北京" || p.Number == "" || p.Times != 1 || p.UpdatedBy != f.users["li"] {
			t.Errorf("%+v", p)
		}
		f.play("li apply") // again: nothing more happens
		if p := f.paper(); p.Times != 1 {
			t.Errorf("applied twice: %+v", p)
		}
	})
}

func TestWhoSawAnOlderVersion(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=wang,jin")
	f.sheet("li", "5")
	f.play("li post")
	seen := f.request().Version
	f.play("zhao comment x ! not_found", "jin comment 看过")
	act := func(who, act string, version int64) string {
		_, err := pipeline.Do(context.Background(), f.c, f.actor(who), pipeline.Command{Def: Requests.Def, Act: act, ID: f.request().ID, Version: version, Input: &resource.Object{}})
		if err == nil {
			return ""
		}
		return codes(err)
	}
	if got := act("wang", "agree", seen); got != "" {
		t.Errorf("a comment in between refuses a decision: %s", got)
	}
	if got := act("wang", "agree", seen); got != "approval.done" {
		t.Errorf("deciding twice: %s", got)
	}
	f.play("jin back start", "li gross 6", "li post")
	if got := act("wang", "agree", seen); got != "version" {
		t.Errorf("agreeing to what was not seen: %s", got)
	}
}

// A field that a running flow names may be gone after an upgrade.
func TestABrokenConditionStopsOnlyWhoComesToIt(t *testing.T) {
	offices(t, func(f *office) {
		id := f.make("approval.flow", fmt.Sprintf(`{"name":"流程","target":"test.paper","act":"post","definition":%q}`, f.definition(ladder)))
		f.must("", "approval.flow", "switch_on", id, "")
		f.unit(func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE approval_flow_version SET definition = ?", strings.ReplaceAll(f.definition(ladder), "gross", "vanished"))
			return err
		})
		f.sheet("li", "5")
		f.play("li post", "wang agree ! approval.flow_broken", "li disable wang", "li withdraw")
		if got := f.state() + " " + f.tasks(); got != "withdrawn draft wang:cancelled admin:cancelled" {
			t.Error(got)
		}
		f.flowOn(f.kind, "quick", "快", "gross > 1", "一=boss")
		f.unit(func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE approval_flow_version SET condition = 'vanished > 1' WHERE act = 'quick'")
			return err
		})
		f.play("li quick ! approval.flow_broken")
	})
}

package approval

import (
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

// standing is how the document's approval stands for somebody: what may be done with the document, and the sentence.
func (f *office) standing(who string) string {
	f.Helper()
	out := ""
	f.view(who, func(v *kernel.View) error {
		d := f.c.Def(f.kind)
		rec, err := resource.Load(v, d, f.doc)
		if err != nil {
			return err
		}
		held, err := about(v, d, rec)
		if err != nil {
			return err
		}
		var names []string
		for _, name := range pipeline.Actions(v.Actor, d, rec) {
			if held == nil || !strings.Contains(","+strings.Join(held.Acts, ",")+",", ","+name+",") {
				names = append(names, name)
			}
		}
		out = strings.Join(names, " ")
		if held != nil {
			out += "|" + held.Text
		}
		return nil
	})
	return out
}

func (f *office) requests() int {
	n := 0
	f.view("admin", func(v *kernel.View) error {
		ids, err := trailsOf(v, f.kind, f.doc)
		n = len(ids)
		return err
	})
	return n
}

// An act that carries out another stands under the flows of that one, is approved as a whole, and is asked about once.
func TestAnActThatCarriesOutAnother(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "gross > 10", "一=wang")
		f.sheet("li", "5")
		f.play("li both")
		if p := f.paper(); p.State != "posted" || p.Done != 1 || f.requests() != 0 {
			t.Errorf("no flow applies: %s, done %d, %d requests", p.State, p.Done, f.requests())
		}
		f.sheet("li", "11")
		f.play("li both")
		if p, r := f.paper(), f.request(); p.State != "waiting" || p.Times != 0 || r.Act != "both" {
			t.Errorf("it waits: %s, posted %d times, for %s", p.State, p.Times, r.Act)
		}
		f.play("wang agree", "li apply")
		if p := f.paper(); p.State != "posted" || p.Times != 1 || p.Done != 1 || f.requests() != 1 || f.state() != "applied posted" {
			t.Errorf("applied as a whole: %s, posted %d times, done %d, %d requests, %s", p.State, p.Times, p.Done, f.requests(), f.state())
		}
		f.sheet("wang", "11") // who would be asked is who asks: it passes at once, with one line in the books of approvals
		f.play("wang both")
		if p := f.paper(); p.State != "posted" || p.Done != 1 || f.requests() != 1 || f.trail() != "submitted skip_self granted applied" {
			t.Errorf("passed at once: %s, done %d, %d requests, %s", p.State, p.Done, f.requests(), f.trail())
		}
		f.sheet("li", "12") // sent back and then submitted as the smaller act: the larger one is over
		f.play("li both", "wang back start")
		first := f.request().ID
		f.play("li post")
		if r := f.request(); r.ID == first || r.Act != "post" || r.State != Waiting {
			t.Errorf("a fresh request: %d after %d, %s, %s", r.ID, first, r.Act, r.State)
		}
		if ids := f.stillOpen(); len(ids) != 1 {
			t.Errorf("open requests: %v", ids)
		}
	})
}

func (f *office) stillOpen() (ids []int64) {
	f.view("admin", func(v *kernel.View) (err error) {
		ids, err = openOf(v, f.kind, f.doc)
		return err
	})
	return ids
}

// Who looks at a document reads how its approval stands, and is offered nothing that waits for it.
func TestADocumentTellsHowItsApprovalStands(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang,jin")
		f.sheet("li", "5")
		number := func() string { return f.request().Number }
		for _, step := range []struct{ play, offers, text string }{
			{"", "post quick void both", ""},
			{"li post", "void", "审批中（%），等待 wang、jin 处理。"},
			{"wang agree", "void", "审批中（%），等待 jin 处理。"},
			{"jin back start", "post quick void both", "jin 已退回（%）：改。改好后点「过账」重新提交。"},
			{"li post", "void", "审批中（%），等待 wang、jin 处理。"},
		} {
			if step.play != "" {
				f.play(step.play)
			}
			want := step.offers
			if step.text != "" {
				want += "|" + strings.ReplaceAll(step.text, "%", number())
			}
			if got := f.standing("li"); got != want {
				t.Errorf("after %q: %q, want %q", step.play, got, want)
			}
		}
		f.play("wang agree", "jin agree")
		if got, want := f.standing("li"), "void|已批准（"+number()+"），正在执行。"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		f.set("test.stock", "none")
		f.play("li apply")
		if got, want := f.standing("boss"), "void|已批准（"+number()+"），但没能执行：批准之后单据内容有改动，原来的批准不再有效，请重新提交审批。"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		f.set("test.stock", "")
		f.play("li retry", "li apply")
		if got := f.standing("li"); got != "unpost" || f.state() != "applied posted" {
			t.Errorf("%q, %s", got, f.state())
		}
	})
}

// What of a flow is written for programs is read in words.
func TestFlowsAreReadInWords(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.make("base.role", `{"code":"r1","name":"自建","scope":"own"}`)
	steps := `{"nodes":[{"name":"主管","kind":"approve","who":[{"by":"head","level":1},{"by":"user","user":"wang"}]},{"name":"大小","kind":"branch","branches":[` +
		`{"name":"一万以上","when":"gross > 10000","nodes":[{"name":"老板","kind":"approve","mode":"any","who":[{"by":"role","role":"r1"}]}]},{"name":"其他","when":"","nodes":[]}]},` +
		`{"name":"知会","kind":"copy","who":[{"by":"initiator"}]}]}`
	flow := &Flow{Target: "test.paper", Act: "post", Condition: "gross > 10 and name != 'gross' and any(lines, .price > 2)", Definition: f.definition(steps)}
	f.view("boss", func(v *kernel.View) error {
		for field, want := range map[string]string{
			"target": "单子", "act": "过账", "condition": "金额 > 10 并且 名称 不是 「gross」 并且 有一行（明细，单价 > 2）",
			"definition": "主管 · 会签 · 部门负责人、指定成员 wang\n大小 · 一万以上\n　老板 · 或签 · 角色成员 自建\n大小 · 其他\n知会 · 抄送 · 发起人",
		} {
			if got, ok := flowWords(v, flow, field); !ok || got != want {
				t.Errorf("%s: %q, want %q", field, got, want)
			}
		}
		if _, ok := flowWords(v, flow, "name"); ok {
			t.Error("a name is what it is")
		}
		return nil
	})
}

// TestAnActOnWhatIsPostedLeavesItPosted: a document that has taken effect never turns into a draft because people are asked,
// refuse or take back.
func TestAnActOnWhatIsPostedLeavesItPosted(t *testing.T) {
	for _, x := range []struct {
		name  string
		steps []string
		state string
	}{
		{"while it waits", nil, "waiting posted"},
		{"refused", []string{"wang refuse"}, "refused posted"},
		{"taken back", []string{"li withdraw"}, "withdrawn posted"},
		{"sent back", []string{"wang back start"}, "returned posted"},
		{"agreed", []string{"wang agree", "li apply"}, "applied draft"},
	} {
		t.Run(x.name, func(t *testing.T) {
			offices(t, func(f *office) {
				f.flowOn(f.kind, "unpost", "撤销过账", "", "一=wang")
				f.sheet("li", "5")
				f.play(append([]string{"li post", "li unpost"}, x.steps...)...)
				if got := f.state(); got != x.state {
					f.Errorf("%q, want %q", got, x.state)
				}
			})
		})
	}
}

package pipeline_test

import (
	"context"
	"embed"
	"io/fs"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
)

//go:embed testdata/*.sql
var testSQL embed.FS

type named struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

func stand(name string) *resource.Resource[named] {
	return resource.Declare[named](resource.Spec[named]{Name: name, Label: kernel.T("甲", "A"), Internal: true})
}

// client is a master with scope and field rights.
type client struct {
	resource.Base
	Code       string       `zg:"required,list,search,sort,unique" zh:"编码" en:"Code"`
	Name       string       `zg:"required,list,search,sort" zh:"名称" en:"Name"`
	Credit     money.Amount `zg:"list,filter,sort,right=credit" zh:"额度" en:"Limit"`
	Owner      int64        `zg:"filter" zh:"业务员" en:"Owner"`
	Department int64        `zg:"filter" zh:"部门" en:"Department"`
	Rank       string       `zg:"default=b" zh:"级别" en:"Rank" opt:"a|甲|A;b|乙|B"`
	Serial     int64        `zg:"readonly" zh:"序号" en:"Serial"`
}

var clients = resource.Declare[client](resource.Spec[client]{
	Name: "test.client", Label: kernel.T("客户", "Client"), Scope: &kernel.Anchor{Owner: "owner", Department: "department"},
	Validate: func(c *client) problem.List {
		var list problem.List
		if c.Credit > 1_000_000_00 {
			list.Add(problem.Rule("test.limit").At("/credit"))
		}
		return list
	},
})

// sheet is a document with lines; its second life is to be fulfilled by other sheets.
type sheet struct {
	resource.Doc
	Client int64        `zg:"ref=test.client,required,filter" zh:"客户" en:"Client"`
	Total  money.Amount `zg:"computed,list,total,filter" zh:"合计" en:"Total"`
	Lines  []sheetLine  `lines:"test_sheet_line" min:"1" zh:"明细" en:"Lines"`
}

type sheetLine struct {
	resource.Line
	Label  string       `zg:"required" zh:"摘要" en:"Text"`
	Qty    money.Qty    `zg:"required" zh:"数量" en:"Quantity"`
	Price  money.Price  `zg:"" zh:"单价" en:"Price"`
	Amount money.Amount `zg:"computed" zh:"金额" en:"Amount"`
	Done   money.Qty    `zg:"readonly" zh:"已办" en:"Done"`
}

var sheetPosted = kernel.NewTopic[*sheet]("test.sheet.posted")

type fulfilInput struct {
	Source int64     `zg:"required" zh:"来源" en:"Source"`
	Qty    money.Qty `zg:"required" zh:"数量" en:"Quantity"`
}

var sheets = resource.Declare[sheet](resource.Spec[sheet]{
	Name: "test.sheet", Label: kernel.T("单据", "Sheet"), Number: "T{yy}{mm}{seq:4}", NumberOn: "post",
	Machine: &state.Machine{Initial: "draft", States: []state.State{"draft", "waiting", "posted", "void"}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{"draft", "waiting"}, To: "posted"},
		{Action: "void", From: []state.State{"draft"}, To: "void"},
		{Action: "fulfil", From: []state.State{"draft"}, To: "posted"},
		{Action: "wait", From: []state.State{"draft"}, To: "waiting"},
	}},
	States: map[state.State]kernel.StateInfo{
		"draft": {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, "waiting": {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
		"posted": {Label: kernel.T("已过账", "Posted"), Tone: "live"}, "void": {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	},
	Compute: func(_ *kernel.View, s *sheet, _ string) (problem.List, error) {
		s.Total = 0
		for i := range s.Lines {
			amount, err := money.Extend(s.Lines[i].Qty, s.Lines[i].Price)
			if err != nil {
				return problem.List{problem.Rule("field.range").At("/lines")}, nil
			}
			s.Lines[i].Amount = amount
			s.Total += amount
		}
		return nil, nil
	},
	Actions: []resource.Action[sheet]{
		{Name: "post", Label: kernel.T("过账", "Post"), Run: func(tx *kernel.Tx, s *sheet, _ any) error {
			return sheetPosted.Publish(tx, s)
		}},
		{Name: "void", Label: kernel.T("作废", "Void")},
		{Name: "wait", Label: kernel.T("等待", "Wait"), Hidden: true},
		{Name: "fulfil", Label: kernel.T("办理", "Fulfil"), In: &fulfilInput{}, Run: fulfil},
	},
})

// fulfil links this sheet to the first line of another one.
func fulfil(tx *kernel.Tx, s *sheet, in any) error {
	source, err := resource.Named[sheet](tx.Company, "test.sheet").Lock(tx, in.(*fulfilInput).Source)
	if err != nil {
		return err
	}
	return links.Make(tx, "fulfils", []links.Link{{
		Source: source.ID, SourceLine: source.Lines[0].ID, Target: s.ID, TargetLine: s.Lines[0].ID, Qty: in.(*fulfilInput).Qty}})
}

func testModule(subscribe func(tx *kernel.Tx, s *sheet) error, ask func(*kernel.Tx, gate.Question) (gate.Answer, error)) kernel.Module {
	files, _ := fs.Sub(testSQL, "testdata")
	return kernel.Module{Name: "test", Migrations: files, Setup: func(c *kernel.Company) error {
		if subscribe != nil {
			sheetPosted.On(c, "test", subscribe)
		}
		if ask != nil {
			if err := gate.Ask.Fill(c, ask); err != nil {
				return err
			}
		}
		if err := links.Register(c, &links.Kind{Name: "fulfils", Label: kernel.T("办理", "Fulfilment"), Back: kernel.T("来源", "From"),
			Source: "test.sheet", Lines: "lines", Target: "test.sheet", CapQty: "qty", DoneQty: "done"}); err != nil {
			return err
		}
		return c.Add(stand("base.user").Def, stand("base.person").Def, stand("base.department").Def, clients.Def, sheets.Def)
	}}
}

// perms is a fixed set of permissions; a missing scope is none.
type perms struct {
	can   map[string]bool
	scope kernel.ScopeLevel
}

func (p perms) Can(object, act string) bool    { return p.can[object+":"+act] || p.can["*"] }
func (p perms) Scope(string) kernel.ScopeLevel { return p.scope }
func all(user int64) *kernel.Actor             { return actor(user, kernel.ScopeAll, "*") }
func both(t *testing.T, fn func(*testing.T, *kernel.Company)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{testModule(nil, nil)}}, fn)
}

func actor(user int64, scope kernel.ScopeLevel, can ...string) *kernel.Actor {
	p := perms{can: map[string]bool{}, scope: scope}
	for _, c := range can {
		p.can[c] = true
	}
	return &kernel.Actor{UserID: user, PersonID: user, Department: 10 * user, Below: []int64{10 * user}, Name: "u", Lang: "en", Perms: p}
}

// do runs a command and fails the test on an error.
func do(t testing.TB, c *kernel.Company, a *kernel.Actor, cmd pipeline.Command, body string) any {
	t.Helper()
	res, err := try(t, c, a, cmd, body)
	if err != nil {
		t.Fatalf("%s %s: %v", cmd.Def.Name, cmd.Act, err)
	}
	return res.Rec
}

func try(t testing.TB, c *kernel.Company, a *kernel.Actor, cmd pipeline.Command, body string) (*pipeline.Result, error) {
	t.Helper()
	if body != "" {
		in, p := resource.ParseObject([]byte(body))
		if p != nil {
			return nil, p
		}
		cmd.Input = in
	}
	return pipeline.Do(context.Background(), c, a, cmd)
}

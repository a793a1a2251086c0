package transfer_test

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/export"
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

// group refers to itself.
type group struct {
	resource.Base
	Code   string `zg:"required,list,sort,unique" zh:"编码" en:"Code"`
	Name   string `zg:"required,list" zh:"名称" en:"Name"`
	Parent int64  `zg:"ref=test.group,list" zh:"上级" en:"Parent"`
}

var groups = resource.Declare[group](resource.Spec[group]{Name: "test.group", Kind: "setup", Label: kernel.T("分类", "Group")})

// client is a master with a field of every kind, scope and field rights.
type client struct {
	resource.Base
	Code   string        `zg:"list,search,sort,unique" zh:"编码" en:"Code"`
	Name   string        `zg:"required,list,search,sort" zh:"名称" en:"Name"`
	Class  int64         `zg:"ref=test.group,filter" zh:"分类" en:"Group"`
	Credit money.Amount  `zg:"list,filter,right=credit" zh:"额度" en:"Limit"`
	Owner  int64         `zg:"ref=base.person,filter" zh:"业务员" en:"Owner"`
	Rank   string        `zg:"default=b,filter" zh:"级别" en:"Rank" opt:"a|甲级|First;b|乙级|Second"`
	Active bool          `zg:"default=true,filter" zh:"启用" en:"Active"`
	Since  clock.Date    `zg:"" zh:"合作日期" en:"Since"`
	Share  money.Rate    `zg:"" zh:"折扣率" en:"Share"`
	Seats  int64         `zg:"signed" zh:"席位" en:"Seats"`
	Called clock.Instant `zg:"" zh:"联系时间" en:"Called"`
	Note   string        `zg:"longtext" zh:"备注" en:"Note"`
}

// hook lets a test know when a client of that name is written.
type hook struct {
	name string
	fn   func()
}

var checked atomic.Pointer[hook]

var clients = resource.Declare[client](resource.Spec[client]{
	Name: "test.client", Label: kernel.T("客户", "Client"), Scope: &kernel.Anchor{Owner: "owner"},
	Validate: func(c *client) problem.List {
		var list problem.List
		if c.Credit > 1_000_000_00 {
			list.Add(problem.Rule("field.range", "value", c.Credit).At("/credit"))
		}
		return list
	},
	Check: func(_ *kernel.Tx, _, c *client) error {
		if h := checked.Load(); h != nil && h.name == c.Name {
			h.fn()
		}
		if strings.HasPrefix(c.Name, "refused") {
			return problem.Rule("field.characters").At("/name")
		}
		return nil
	},
})

// paper is a document with two tables of lines.
type paper struct {
	resource.Doc
	Client  int64         `zg:"ref=test.client,required,filter" zh:"客户" en:"Client"`
	Total   money.Amount  `zg:"computed,list,total" zh:"合计" en:"Total"`
	Lines   []paperLine   `lines:"test_sheet_line" min:"1" zh:"明细" en:"Lines"`
	Charges []paperCharge `lines:"test_sheet_charge" zh:"费用" en:"Charges"`
}

type paperLine struct {
	resource.Line
	Label  string       `zg:"required" zh:"摘要" en:"Text"`
	Qty    money.Qty    `zg:"required" zh:"数量" en:"Quantity"`
	Price  money.Price  `zg:"" zh:"单价" en:"Price"`
	Amount money.Amount `zg:"computed,total" zh:"金额" en:"Amount"`
}

type paperCharge struct {
	resource.Line
	Name   string       `zg:"required" zh:"名称" en:"Name"`
	Amount money.Amount `zg:"" zh:"金额" en:"Amount"`
}

var papers = resource.Declare[paper](resource.Spec[paper]{
	Name: "test.sheet", Label: kernel.T("单据", "Sheet"), Number: "T{yy}{mm}{seq:4}", NumberOn: "post",
	Machine: &state.Machine{Initial: "draft", States: []state.State{"draft", "posted", "void"}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{"draft"}, To: "posted"}, {Action: "unpost", From: []state.State{"posted"}, To: "draft"},
		{Action: "void", From: []state.State{"draft"}, To: "void"},
	}},
	States: map[state.State]kernel.StateInfo{
		"draft": {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, "posted": {Label: kernel.T("已过账", "Posted"), Tone: "live"},
		"void": {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	},
	Compute: func(_ *kernel.View, s *paper, _ string) (problem.List, error) {
		s.Total = 0
		for i := range s.Lines {
			amount, err := money.Extend(s.Lines[i].Qty, s.Lines[i].Price)
			if err != nil {
				return problem.List{problem.Rule("field.range", "value", s.Lines[i].Qty).At(fmt.Sprintf("/lines/%d/qty", i))}, nil
			}
			s.Lines[i].Amount = amount
			s.Total += amount
		}
		for _, c := range s.Charges {
			s.Total += c.Amount
		}
		return nil, nil
	},
	Actions: []resource.Action[paper]{
		{Name: "post", Label: kernel.T("过账", "Post")}, {Name: "unpost", Label: kernel.T("撤销过账", "Unpost")},
		{Name: "void", Label: kernel.T("作废", "Void")},
	},
})

func testModule() kernel.Module {
	files, _ := fs.Sub(testSQL, "testdata")
	return kernel.Module{Name: "test", Needs: []string{"transfer"}, Migrations: files, Setup: func(c *kernel.Company) error {
		return c.Add(stand("base.user").Def, stand("base.person").Def, stand("base.department").Def, groups.Def, clients.Def, papers.Def)
	}}
}

func options() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{transfer.Module(), testModule()}}
}

func both(t *testing.T, fn func(*testing.T, *kernel.Company)) {
	t.Helper()
	testkit.Both(t, options(), fn)
}

// perms is a fixed set of permissions.
type perms struct {
	can   map[string]bool
	scope kernel.ScopeLevel
}

func (p perms) Can(object, act string) bool    { return p.can[object+":"+act] || p.can["*"] }
func (p perms) Scope(string) kernel.ScopeLevel { return p.scope }

func actor(user int64, scope kernel.ScopeLevel, can ...string) *kernel.Actor {
	p := perms{can: map[string]bool{}, scope: scope}
	for _, c := range can {
		p.can[c] = true
	}
	return &kernel.Actor{UserID: user, PersonID: user, Name: "u", Lang: "zh", Perms: p}
}

// system acts without rights or scope to think of.
func system() *kernel.Actor { return kernel.SystemActor() }

// csv is a file of comma separated rows.
func csv(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

func request(d *kernel.Def, file []byte) transfer.Request {
	return transfer.Request{Def: d, Source: bytes.NewReader(file), Size: int64(len(file)), Name: "file.csv"}
}

// take imports a file that must be taken whole.
func take(t testing.TB, c *kernel.Company, req transfer.Request) *transfer.Report {
	t.Helper()
	r, err := transfer.Import(context.Background(), c, system(), req)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Problems {
		t.Errorf("row %d column %d: %s", f.Row, f.Col, f.Words(c, "en"))
	}
	if r.Count > 0 {
		t.FailNow()
	}
	return r
}

// out exports everything of a resource.
func out(t testing.TB, c *kernel.Company, d *kernel.Def, format sheet.Format) []byte {
	t.Helper()
	var buf bytes.Buffer
	err := c.View(context.Background(), system(), func(v *kernel.View) error {
		_, err := export.List{Def: d, Format: format, Query: listing.Query{Sort: "id"}}.Write(v, &buf)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// table reads a file back as lines of cells joined by bars.
func table(t testing.TB, file []byte) []string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for row, err := range book.Rows("") {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Join(row.Cells, "|"))
	}
	return lines
}

// all reads every record.
func all[T any](t testing.TB, c *kernel.Company, r *resource.Resource[T]) []*T {
	t.Helper()
	var list []*T
	err := c.View(context.Background(), system(), func(v *kernel.View) (err error) {
		list, err = r.Where(v, "1 = 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// do runs a command.
func do(t testing.TB, c *kernel.Company, cmd pipeline.Command, body string) any {
	t.Helper()
	if body != "" {
		in, p := resource.ParseObject([]byte(body))
		if p != nil {
			t.Fatal(p)
		}
		cmd.Input = in
	}
	res, err := pipeline.Do(context.Background(), c, system(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return res.Rec
}

// wait lets a job finish.
func wait(t testing.TB, c *kernel.Company, id int64) *jobs.Job {
	t.Helper()
	for {
		var j *jobs.Job
		err := c.View(context.Background(), system(), func(v *kernel.View) (err error) {
			j, err = jobs.Get(v, id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if j.Finished() {
			return j
		}
		pause()
	}
}

func resourceOf(c *kernel.Company, name string) *kernel.Def { return c.Def(name) }

func person(c *kernel.Company) *resource.Resource[named] {
	return resource.Named[named](c, "base.person")
}

// exported is the list of clients as an actor may have it.
func exported(t testing.TB, c *kernel.Company, a *kernel.Actor) []byte {
	t.Helper()
	var buf bytes.Buffer
	err := c.View(context.Background(), a, func(v *kernel.View) error {
		_, err := export.List{Def: clients.Def, Format: sheet.CSVUTF8, Query: listing.Query{Sort: "id"}}.Write(v, &buf)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

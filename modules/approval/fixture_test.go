package approval

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
)

// paper is a document that can wait; bill one that cannot.
type paper struct {
	resource.Doc
	Name  string       `zg:"list,max=60" zh:"名称" en:"Name"`
	Gross money.Amount `zg:"list" zh:"金额" en:"Gross"`
	Cost  money.Amount `zg:"list,right=cost" zh:"成本" en:"Cost"`
	Done  int64        `zg:"readonly" zh:"进度" en:"Done"`
	Times int64        `zg:"readonly" zh:"次数" en:"Times posted"`

	Lines []paperLine `lines:"test_paper_line" zh:"明细" en:"Lines"`
}

type paperLine struct {
	resource.Line
	Price money.Price `zg:"" zh:"单价" en:"Price"`
}

// ware has no states: what is written of it counts at once.
type ware struct {
	resource.Base
	Name    string       `zg:"required,list,max=60" zh:"名称" en:"Name"`
	Ceiling money.Amount `zg:"list" zh:"额度" en:"Limit"`
	Cost    money.Amount `zg:"right=cost" zh:"成本" en:"Cost"`
	Total   money.Amount `zg:"right=cost" zh:"总值" en:"Value"`
	Keeper  int64        `zg:"ref=base.person" zh:"保管员" en:"Keeper"`

	Prices []warePrice `lines:"test_ware_price" zh:"价目" en:"Prices"`
}

type warePrice struct {
	resource.Line
	Dealer int64       `zg:"ref=base.person" zh:"经销商" en:"Dealer"`
	Price  money.Price `zg:"" zh:"单价" en:"Price"`
}

func wareSpec() resource.Spec[ware] {
	return resource.Spec[ware]{Name: "test.ware", Table: "test_ware", Label: kernel.T("货品", "Ware"),
		Check: func(tx *kernel.Tx, _, w *ware) error {
			if w.Name == "管制" && !tx.Actor.System { // what only some may write is not written for others by an approval
				return problem.Rule("approval.changed")
			}
			return nil
		}}
}

type postInput struct {
	Where string     `zg:"max=60" zh:"地点" en:"Where"`
	On    clock.Date `zg:"" zh:"日期" en:"On"`
}

func paperSpec(name string, waits bool) resource.Spec[paper] {
	m := &state.Machine{Initial: "draft", States: []state.State{"draft", "posted", "void"}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{"draft", "waiting"}, To: "posted"}, {Action: "void", From: []state.State{"draft", "waiting"}, To: "void"},
		{Action: "quick", From: []state.State{"draft"}, To: "posted"}, {Action: "both", From: []state.State{"draft"}, To: "draft"}, {Action: "unpost", From: []state.State{"posted"}, To: "draft"}, {Action: "release", From: []state.State{"waiting"}, To: "draft"},
		{Action: "hold", From: []state.State{"draft"}, To: "waiting"}}}
	info := func(s, tone string) kernel.StateInfo { return kernel.StateInfo{Label: kernel.T(s, s), Tone: tone} }
	states := map[state.State]kernel.StateInfo{"draft": info("草稿", "draft"), "waiting": info("审批中", "waiting"), "posted": info("已过账", "live"), "void": info("作废", "dead")}
	if waits {
		m.States = append(m.States, "waiting")
	} else {
		m.Transitions = m.Transitions[:5]
		m.Transitions[0].From, m.Transitions[1].From = m.Transitions[0].From[:1], m.Transitions[1].From[:1]
	}
	run := func(tx *kernel.Tx, p *paper, in any) error {
		if tx.Company.Setting("test.stock") == "none" {
			return problem.Rule("approval.changed")
		}
		if in != nil {
			p.Note = in.(*postInput).Where
		}
		p.Times++
		return resource.Save(tx, tx.Company.Def(name), p)
	}
	actions := []resource.Action[paper]{
		{Name: "post", Label: kernel.T("过账", "Post"), In: &postInput{}, Run: run},
		{Name: "quick", Label: kernel.T("快过", "Quick"), Run: run},
		{Name: "void", Label: kernel.T("作废", "Void")},
		{Name: "unpost", Label: kernel.T("撤销过账", "Unpost")},
		{Name: "both", Label: kernel.T("过账并完成", "Post and finish"), Does: []string{"post"}, Run: func(tx *kernel.Tx, p *paper, _ any) error {
			if err := pipeline.Perform(tx, tx.Company.Def(name), p, "post", nil); err != nil {
				return err
			}
			p.Done = 1
			return resource.Save(tx, tx.Company.Def(name), p)
		}},
	}
	if waits {
		actions = append(actions, resource.Action[paper]{Name: "release", Label: kernel.T("放回", "Release"), Hidden: true},
			resource.Action[paper]{Name: "hold", Label: kernel.T("等待", "Hold"), Hidden: true})
	}
	return resource.Spec[paper]{Name: name, Table: strings.ReplaceAll(name, ".", "_"), Label: kernel.T("单子", "Paper"), Machine: m, States: states,
		Actions: actions, Number: "P{yy}{mm}{seq:4}", NumberOn: "post", Scope: &kernel.Anchor{Owner: "owner", Department: "department"}}
}

func testModule() kernel.Module {
	head := `(id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL,
name $text NOT NULL, gross $int NOT NULL, cost $int NOT NULL, done $int NOT NULL, times $int NOT NULL) $strict;
`
	line := "CREATE TABLE test_paper_line (id $id, parent $int NOT NULL, pos $int NOT NULL, price $int NOT NULL) $strict;\n"
	wares := `CREATE TABLE test_ware (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
name $text NOT NULL, ceiling $int NOT NULL, cost $int NOT NULL, total $int NOT NULL, keeper $int) $strict;
CREATE TABLE test_ware_price (id $id, parent $int NOT NULL, pos $int NOT NULL, dealer $int, price $int NOT NULL) $strict;
`
	return kernel.Module{Name: "test", Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte("CREATE TABLE test_paper " + head + "CREATE TABLE test_bill " + head + line + wares)}},
		Setup: func(c *kernel.Company) error {
			c.AddSetting(&kernel.Setting{Field: kernel.Field{Name: "test.stock", Kind: kernel.KindText, Label: kernel.T("库存", "Stock")}})
			return c.Add(resource.Declare(paperSpec("test.paper", true)).Def, resource.Declare(paperSpec("test.bill", false)).Def, resource.Declare(wareSpec()).Def)
		}}
}

// open lets every role do everything and see its own, the administrator all.
type openRights struct{}

func (openRights) For(roles []string) kernel.Permissions { return openPerms(roles) }
func (openRights) Roles() []string {
	return []string{"administrator", "boss", "accountant", "salesperson", "blind"}
}
func (openRights) Known(string, string) bool { return true }

type openPerms []string

func (p openPerms) Can(object, _ string) bool {
	return !strings.HasPrefix(object, "field.") || !slices.Contains(p, "blind")
}

func (p openPerms) Scope(string) kernel.ScopeLevel {
	if slices.Contains(p, "administrator") {
		return kernel.ScopeAll
	}
	return kernel.ScopeOwn
}

// office is a firm with people: an administrator; the boss; a sales department under the head office with its head wang and
// the salespeople li and zhao; two accountants; blind, who sees no cost.
type office struct {
	testing.TB
	c     *kernel.Company
	clock *clock.Manual
	users map[string]int64
	folk  map[string]int64
	dept  map[string]int64
	doc   int64  // the paper a scenario is about
	kind  string // its resource
	drawn int64  // the flow of a model, drawn anew while requests run
}

var members = []struct{ login, role, department, superior string }{
	{"admin", "administrator", "", ""}, {"boss", "boss", "head", ""}, {"wang", "salesperson", "sales", "boss"}, {"li", "salesperson", "sales", "wang"},
	{"zhao", "salesperson", "sales", "wang"}, {"jin", "accountant", "money", "boss"}, {"yan", "accountant", "money", "jin"}, {"blind", "blind", "sales", "wang"},
}

func offices(t *testing.T, fn func(f *office)) {
	t.Helper()
	both := []func(testing.TB, testkit.Options) *kernel.Company{testkit.SQLite, testkit.Postgres}
	if testing.Short() { // the race detector is after this program, not after the database
		both = both[:1]
	}
	for _, open := range both {
		t.Run("", func(t *testing.T) { fn(newOffice(t, open)) })
	}
}

func newOffice(t testing.TB, open func(testing.TB, testkit.Options) *kernel.Company, more ...kernel.Module) *office {
	t.Helper()
	f := &office{TB: t, clock: clock.Fixed(testkit.Now), users: map[string]int64{}, folk: map[string]int64{}, dept: map[string]int64{}, kind: "test.paper"}
	f.c = open(t, testkit.Options{Modules: append([]kernel.Module{transfer.Module(), organisation.Module(), testModule(), Module()}, more...), Rights: openRights{}, Clock: f.clock})
	for _, d := range []string{"head", "sales", "money"} {
		parent := ""
		if d != "head" {
			parent = fmt.Sprintf(`,"parent":%d`, f.dept["head"])
		}
		f.dept[d] = f.make("base.department", fmt.Sprintf(`{"code":%q,"name":%q%s}`, d, d, parent))
	}
	for _, m := range members {
		extra := ""
		if m.department != "" {
			extra += fmt.Sprintf(`,"department":%d`, f.dept[m.department])
		}
		if m.superior != "" {
			extra += fmt.Sprintf(`,"superior":%d`, f.folk[m.superior])
		}
		f.folk[m.login] = f.make("base.person", fmt.Sprintf(`{"code":%q,"name":%q%s}`, m.login, m.login, extra))
		f.users[m.login] = f.make("base.user", fmt.Sprintf(`{"login":%q,"name":%q,"roles":%q,"person":%d}`, m.login, m.login, m.role, f.folk[m.login]))
	}
	f.lead("head", "boss")
	f.lead("sales", "wang")
	f.lead("money", "jin")
	return f
}

func (f *office) lead(department, who string) {
	f.Helper()
	f.must("", "base.department", "update", f.dept[department], fmt.Sprintf(`{"head":%d}`, f.folk[who]))
}

// actor is a member as he logs in; "" is the program.
func (f *office) actor(login string) *kernel.Actor {
	if login == "" {
		return kernel.SystemActor()
	}
	i := slices.IndexFunc(members, func(m struct{ login, role, department, superior string }) bool { return m.login == login })
	m := members[i]
	return &kernel.Actor{UserID: f.users[login], PersonID: f.folk[login], Department: f.dept[m.department], Name: login, Login: login, Lang: "zh",
		Roles: []string{m.role}, Perms: openPerms{m.role}}
}

func (f *office) do(who, name, act string, id int64, body string) (*pipeline.Result, error) {
	f.Helper()
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	return pipeline.Do(context.Background(), f.c, f.actor(who), cmd)
}

func (f *office) must(who, name, act string, id int64, body string) any {
	f.Helper()
	res, err := f.do(who, name, act, id, body)
	if err != nil {
		f.Fatalf("%s %s %s: %v", who, act, name, err)
	}
	return res.Rec
}

func (f *office) make(name, body string) int64 {
	f.Helper()
	return resource.ID(f.c.Def(name), f.must("", name, "create", 0, body))
}

// set changes a setting.
func (f *office) set(name, value string) {
	f.Helper()
	f.unit(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{name: value}) })
}

func (f *office) unit(fn func(tx *kernel.Tx) error) {
	f.Helper()
	if err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", fn); err != nil {
		f.Fatal(err)
	}
}

func (f *office) view(who string, fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), f.actor(who), fn); err != nil {
		f.Fatal(err)
	}
}

// definition writes a flow shortly: steps separated by ";", each "name=mode:who,who" with who a login, @role, head2,
// superior1, chosen or initiator; mode all when left out; "cc=…" copies. What begins with "{" is JSON with logins as ids.
func (f *office) definition(text string) string {
	if strings.HasPrefix(text, "{") {
		for login, id := range f.users {
			text = strings.ReplaceAll(text, `"`+login+`"`, strconv.FormatInt(id, 10))
		}
		return text
	}
	var nodes []string
	for _, step := range strings.Split(text, ";") {
		name, rest, _ := strings.Cut(step, "=")
		mode, who, ok := strings.Cut(rest, ":")
		if !ok {
			mode, who = "", rest
		}
		var list []string
		for _, w := range strings.Split(who, ",") {
			list = append(list, f.who(w))
		}
		kind := "approve"
		if name == "cc" {
			kind = "copy"
		}
		extra := ""
		if back, jumps := strings.CutSuffix(mode, "+jump"); jumps {
			mode, extra = back, `,"back":"jump"`
		}
		if mode != "" {
			extra += fmt.Sprintf(`,"mode":%q`, mode)
		}
		nodes = append(nodes, fmt.Sprintf(`{"name":%q,"kind":%q,"who":[%s]%s}`, name, kind, strings.Join(list, ","), extra))
	}
	return `{"nodes":[` + strings.Join(nodes, ",") + `]}`
}

func (f *office) who(w string) string {
	if role, ok := strings.CutPrefix(w, "@"); ok {
		return fmt.Sprintf(`{"by":"role","role":%q}`, role)
	}
	for _, by := range []string{"head", "superior"} {
		if level, ok := strings.CutPrefix(w, by); ok {
			return fmt.Sprintf(`{"by":%q,"level":%s}`, by, level)
		}
	}
	if w == "chosen" || w == "initiator" {
		return fmt.Sprintf(`{"by":%q}`, w)
	}
	return fmt.Sprintf(`{"by":"user","user":%d}`, f.users[w])
}

// flow makes a flow on posting and switches it on.
func (f *office) flow(name, when, definition string) int64 {
	f.Helper()
	return f.flowOn(f.kind, "post", name, when, definition)
}

func (f *office) flowOn(target, act, name, when, definition string) int64 {
	f.Helper()
	id := f.make("approval.flow", fmt.Sprintf(`{"name":%q,"target":%q,"act":%q,"condition":%q,"definition":%q}`, name, target, act, when, f.definition(definition)))
	f.must("", "approval.flow", "switch_on", id, "")
	return id
}

// sheet writes a paper of li and makes it the one the scenario is about.
func (f *office) sheet(who, gross string) int64 {
	f.Helper()
	rec := f.must(who, f.kind, "create", 0, fmt.Sprintf(`{"name":"甲","date":"2026-11-21","gross":%q,"lines":[{"price":"2.5"}]}`, gross))
	f.doc = resource.ID(f.c.Def(f.kind), rec)
	return f.doc
}

// request is the newest request about the paper.
func (f *office) request() *Request {
	f.Helper()
	var out *Request
	f.view("", func(v *kernel.View) error {
		ids, err := trailsOf(v, f.kind, f.doc)
		if err != nil || len(ids) == 0 {
			return err
		}
		out, err = Requests.Find(v, ids[len(ids)-1])
		return err
	})
	return out
}

func (f *office) paper() *paper {
	f.Helper()
	var out *paper
	f.view("", func(v *kernel.View) error {
		rec, err := resource.Load(v, f.c.Def(f.kind), f.doc)
		if err == nil {
			out = rec.(*paper)
		}
		return err
	})
	return out
}

func (f *office) login(id int64) string {
	for login, x := range f.users {
		if x == id {
			return login
		}
	}
	return ""
}

// tasks is every task as "who:state", those of copies as "who:sent".
func (f *office) tasks() string {
	var out []string
	r := f.request()
	if r == nil {
		return ""
	}
	for _, t := range r.Tasks {
		out = append(out, f.login(t.Assignee)+":"+t.State)
	}
	return strings.Join(out, " ")
}

// trail is the acts of the trail.
func (f *office) trail() string {
	var out []string
	for _, e := range f.request().Trail {
		out = append(out, e.Act)
	}
	return strings.Join(out, " ")
}

// state is "request document".
func (f *office) state() string {
	r := f.request()
	if r == nil {
		return "none " + string(f.paper().State)
	}
	return string(r.State) + " " + string(f.paper().State)
}

// step carries out "who verb argument" and gives the code of the problem, "" for none.
func (f *office) step(text string) string {
	f.Helper()
	who, rest, _ := strings.Cut(text, " ")
	verb, arg, _ := strings.Cut(rest, " ")
	var err error
	on := func(act, body string) {
		r := f.request()
		if r == nil {
			f.Fatalf("%s: there is no request", text)
		}
		_, err = f.do(who, Requests.Name, act, r.ID, body)
	}
	ids := func() string {
		var out []string
		for _, login := range strings.Split(arg, ",") {
			out = append(out, strconv.FormatInt(f.users[login], 10))
		}
		return strings.Join(out, ",")
	}
	switch verb {
	case "post", "quick", "void", "both", "unpost":
		_, err = f.do(who, f.kind, verb, f.doc, "")
	case "agree", "withdraw", "refuse":
		on(verb, fmt.Sprintf(`{"opinion":%q}`, verb+arg))
	case "back":
		on("send_back", fmt.Sprintf(`{"to":%q,"opinion":"改"}`, arg))
	case "hand":
		to, from, _ := strings.Cut(arg, " ")
		on("hand_over", fmt.Sprintf(`{"to":%d,"from":%d}`, f.users[to], f.users[from]))
	case "before", "after":
		on("add_sign", fmt.Sprintf(`{"users":%q,"when":%q}`, ids(), verb))
	case "choose", "copy":
		on(verb, fmt.Sprintf(`{"users":%q}`, ids()))
	case "comment":
		on(verb, fmt.Sprintf(`{"text":%q}`, arg))
	case "urge", "retry", "mark_read":
		on(verb, "")
	case "deputy", "redraw":
		err = f.arrange(who, verb, arg)
	case "gross":
		_, err = f.do(who, f.kind, "update", f.doc, fmt.Sprintf(`{"gross":%q}`, arg))
	case "disable", "enable":
		_, err = f.do("", "base.user", verb, f.users[arg], "")
	case "set":
		name, value, _ := strings.Cut(arg, "=")
		f.set(name, value)
	case "wait":
		d, bad := time.ParseDuration(arg)
		if bad != nil {
			f.Fatal(bad)
		}
		f.clock.Advance(d)
	case "apply":
		err = Apply(context.Background(), f.c, f.request().ID)
	default:
		f.Fatalf("unknown step %q", text)
	}
	if err == nil {
		return ""
	}
	list, ok := problem.From(err)
	if !ok {
		f.Fatalf("%s: %v", text, err)
	}
	return list[0].Code
}

// arrange is what people settle beside a request: who stands in for somebody from today on, for three days, and other
// steps of the flow, in force for what comes.
func (f *office) arrange(who, verb, arg string) error {
	if verb == "deputy" {
		_, err := f.do(who, "approval.delegation", "create", 0, fmt.Sprintf(`{"from_user":%d,"to_user":%d,"from_date":"2026-11-21","to_date":"2026-11-23"}`, f.users[who], f.users[arg]))
		return err
	}
	_, err := f.do("", "approval.flow", "update", f.drawn, fmt.Sprintf(`{"definition":%q}`, arg))
	if err == nil {
		_, err = f.do("", "approval.flow", "publish", f.drawn, "")
	}
	return err
}

// play carries out steps; "step ! code" is one that must be refused.
func (f *office) play(steps ...string) {
	f.Helper()
	for _, s := range steps {
		step, want, _ := strings.Cut(s, " ! ")
		if got := f.step(step); got != want {
			f.Fatalf("%s: %q, want %q (request %s, tasks %s)", step, got, want, f.state(), f.tasks())
		}
	}
}

package web_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/keys"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// A shop small enough to be read here: people, customers with a scope and a field right, orders with lines.

type named struct {
	resource.Base
	Code string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name string `zg:"required,list,search,sort,filter,max=60" zh:"名称" en:"Name"`
}

var persons = stub("base.person", "员工", "Person")

func stub(name, zh, en string) *resource.Resource[named] {
	return resource.Declare[named](resource.Spec[named]{Name: name, Label: kernel.T(zh, en), Kind: "setup"})
}

type customer struct {
	resource.Base
	Code   string       `zg:"required,list,search,sort,filter,unique,max=20" zh:"编码" en:"Code"`
	Name   string       `zg:"required,list,search,sort,filter,max=60" zh:"名称" en:"Name"`
	Owner  int64        `zg:"ref=base.person,list,filter" zh:"业务员" en:"Salesperson"`
	Credit money.Amount `zg:"list,filter,sort,total,right=credit" zh:"信用额度" en:"Credit limit"`
	Active bool         `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

var customers = resource.Declare[customer](resource.Spec[customer]{
	Name: "shop.customer", Label: kernel.T("客户", "Customer"), Scope: &kernel.Anchor{Owner: "owner"},
	Sub: []string{"owner", "credit"}, Quick: []string{"code", "name", "credit"}, Empty: kernel.T("谁买我们的货。", "Who buys from us."),
})

// visit has no date of its own: it stands on the day it was made.
type visit struct {
	resource.Base
	Name     string `zg:"required,list,search,max=60" zh:"名称" en:"Name"`
	Customer int64  `zg:"ref=shop.customer,list,filter" zh:"客户" en:"Customer"`
}

var visits = resource.Declare[visit](resource.Spec[visit]{Name: "shop.visit", Label: kernel.T("拜访", "Visit")})

type order struct {
	resource.Doc
	Customer int64        `zg:"ref=shop.customer,required,list,filter" zh:"客户" en:"Customer"`
	Total    money.Amount `zg:"computed,list,total" zh:"合计" en:"Total"`
	Cost     money.Amount `zg:"right=cost,list" zh:"成本" en:"Cost"`
	Hint     string       `zg:"computed,nostore" zh:"提示" en:"Hint"`
	Lines    []orderLine  `lines:"shop_order_line" min:"1" zh:"明细" en:"Lines"`
}

type orderLine struct {
	resource.Line
	Item   string       `zg:"required,max=80,enter" zh:"商品" en:"Item"`
	Qty    money.Qty    `zg:"required" zh:"数量" en:"Quantity"`
	Price  money.Price  `zh:"单价" en:"Price"`
	Amount money.Amount `zg:"computed" zh:"金额" en:"Amount"`
}

type voidInput struct {
	Why string `zg:"required,max=100" zh:"原因" en:"Reason"`
}

func compute(v *kernel.View, o *order, _ string) (problem.List, error) {
	o.Total = 0
	for i := range o.Lines {
		l := &o.Lines[i]
		amount, err := money.Extend(l.Qty, l.Price)
		if err != nil {
			return nil, err
		}
		l.Amount = amount
		o.Total += amount
	}
	o.Hint = ""
	if o.Customer != 0 {
		c, err := customers.FindMany(v, []int64{o.Customer})
		if err != nil {
			return nil, err
		}
		if found := c[o.Customer]; found != nil {
			o.Hint = found.Name
		}
	}
	return nil, nil
}

var orders = resource.Declare[order](resource.Spec[order]{
	Name: "shop.order", Label: kernel.T("订单", "Order"), Number: "DD{yy}{mm}{seq:4}", NumberOn: "confirm",
	Scope: &kernel.Anchor{Owner: "owner"}, Compute: compute,
	Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "generic"}},
	Machine: &state.Machine{Initial: "draft", States: []state.State{"draft", "waiting", "confirmed", "void"}, Transitions: []state.Transition{
		{Action: "confirm", From: []state.State{"draft", "waiting"}, To: "confirmed"}, {Action: "void", From: []state.State{"draft", "waiting", "confirmed"}, To: "void"},
		{Action: "hold", From: []state.State{"draft"}, To: "waiting"}}},
	States: map[state.State]kernel.StateInfo{
		"draft": {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, "waiting": {Label: kernel.T("审批中", "Waiting"), Tone: "waiting"},
		"confirmed": {Label: kernel.T("已确认", "Confirmed"), Tone: "live"}, "void": {Label: kernel.T("作废", "Void"), Tone: "dead"}},
	Actions: []resource.Action[order]{
		{Name: "confirm", Label: kernel.T("确认", "Confirm"), Primary: true, Key: "F9"},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, In: &voidInput{}, Confirm: kernel.T("作废 {label}？", "Void {label}?"),
			Check: func(_ *kernel.View, o *order) (list problem.List) {
				if o.Note == "made elsewhere" {
					list.Add(problem.Conflicted("state.wrong", "action", "void", "state", string(o.State)))
				}
				if o.Note == "too much" {
					list.Add(problem.Rule("number.range"))
				}
				return list
			}},
		{Name: "hold", Label: kernel.T("挂起", "Hold"), Hidden: true},
	},
	Facts: func(_ *kernel.View, o *order) ([]kernel.Fact, error) {
		return []kernel.Fact{
			{Pointer: "/customer", Label: kernel.T("欠款", "Debt"), Kind: kernel.KindAmount, Value: "12.00"},
			{Pointer: "/customer", Label: kernel.T("毛利", "Margin"), Kind: kernel.KindAmount, Value: "3.00", Right: "cost"},
		}, nil
	},
})

var totals = &kernel.Report{
	Name: "shop.totals", Label: kernel.T("客户汇总", "Totals by customer"),
	Params: []*kernel.Field{{Name: "month", Kind: kernel.KindMonth, Label: kernel.T("月份", "Month"), Required: true},
		{Name: "until", Kind: kernel.KindDate, Label: kernel.T("截至", "Until")}},
	Columns: []*kernel.Field{
		{Name: "customer", Kind: kernel.KindRef, Ref: "shop.customer", Label: kernel.T("客户", "Customer")},
		{Name: "total", Kind: kernel.KindAmount, Label: kernel.T("合计", "Total"), Total: true},
		{Name: "cost", Kind: kernel.KindAmount, Label: kernel.T("成本", "Cost"), Right: "cost"}},
	Run: func(v *kernel.View, params map[string]string) (*kernel.Table, error) {
		params["until"] = cmp.Or(params["until"], string(v.Today))
		out := &kernel.Table{Totals: map[string]any{"total": money.Amount(300), "cost": int64(200)}, Notes: []kernel.Text{kernel.T("含未记账凭证", "With unposted vouchers")}}
		for i := range 3 {
			out.Rows = append(out.Rows, kernel.Row{Values: map[string]any{"customer": int64(0), "total": money.Amount(100), "cost": int64(66 + i)}, To: "/r/shop.order/1"})
		}
		return out, nil
	},
}

const tables = `
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL) $strict;
CREATE TABLE base_person (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL) $strict;
CREATE TABLE base_department (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL) $strict;
CREATE TABLE shop_customer (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL, owner $int, credit $int NOT NULL, active $bool NOT NULL) $strict;
CREATE TABLE shop_visit (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL, customer $int REFERENCES shop_customer) $strict;
CREATE TABLE shop_order (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL, customer $int REFERENCES shop_customer, total $int NOT NULL, cost $int NOT NULL) $strict;
CREATE TABLE shop_order_line (id $id, parent $int NOT NULL, pos $int NOT NULL, item $text NOT NULL, qty $int NOT NULL, price $int NOT NULL, amount $int NOT NULL) $strict;
`

// rights is a policy written in three lines.
type rights struct{}

type permissions struct{ roles []string }

func (rights) For(roles []string) kernel.Permissions { return permissions{roles} }
func (rights) Roles() []string                       { return []string{"administrator", "seller", "viewer", "nobody"} }
func (rights) Known(string, string) bool             { return true }

func (p permissions) Can(object, act string) bool {
	switch {
	case slices.Contains(p.roles, "administrator"):
		return true
	case slices.Contains(p.roles, "seller"):
		return strings.HasPrefix(object, "shop.") && act != "delete" && act != "void"
	case slices.Contains(p.roles, "viewer"):
		return strings.HasPrefix(object, "shop.") && act == "read"
	}
	return false
}

func (p permissions) Scope(string) kernel.ScopeLevel {
	if slices.Contains(p.roles, "seller") {
		return kernel.ScopeOwn
	}
	return kernel.ScopeAll
}

// people is the port of accounts.
type people struct {
	mu   sync.Mutex
	list []auth.Account
}

func (p *people) source() auth.Source {
	find := func(match func(a auth.Account) bool) (auth.Account, bool, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if i := slices.IndexFunc(p.list, match); i >= 0 {
			return p.list[i], true, nil
		}
		return auth.Account{}, false, nil
	}
	return auth.Source{
		ByLogin: func(_ *kernel.View, login string) (auth.Account, bool, error) {
			return find(func(a auth.Account) bool { return a.Login == login })
		},
		ByID: func(_ *kernel.View, id int64) (auth.Account, bool, error) {
			return find(func(a auth.Account) bool { return a.ID == id })
		},
		Count: func(*kernel.View) (int64, error) { return int64(len(p.list)), nil },
		SetPassword: func(_ *kernel.Tx, id int64, hash string) error {
			p.change(id, func(a *auth.Account) { a.PasswordHash = hash })
			return nil
		},
		SetLang: func(_ *kernel.Tx, id int64, lang string) error {
			p.change(id, func(a *auth.Account) { a.Lang = lang })
			return nil
		},
	}
}

func (p *people) accounts(_ *kernel.View, persons []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	for _, a := range p.list {
		if slices.Contains(persons, a.PersonID) {
			out[a.PersonID] = a.ID
		}
	}
	return out, nil
}

func (p *people) change(id int64, fn func(a *auth.Account)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.list {
		if p.list[i].ID == id {
			fn(&p.list[i])
		}
	}
}

// hash is that of the password "correct horse"; one computation serves all tests.
var hash = sync.OnceValue(func() string {
	h, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		panic(err)
	}
	return h
})

// shop is a served company.
type shop struct {
	t      testing.TB
	c      *kernel.Company
	clock  *clock.Manual
	people *people
	server *web.Server
	doc    *testkit.Interface
}

func module(p *people) kernel.Module {
	return kernel.Module{Name: "shop", Migrations: fstest.MapFS{"0001_shop.sql": {Data: []byte(tables)}}, Setup: func(c *kernel.Company) error {
		c.AddMenu("shop", kernel.T("店铺", "Shop"), kernel.MenuItem{Resource: "shop.order"}, kernel.MenuItem{Resource: "shop.customer"},
			kernel.MenuItem{Report: "shop.totals"}, kernel.MenuItem{To: "/settings", Label: kernel.T("公司设置", "Settings"), Object: "settings", Act: "read"})
		c.AddSetting(&kernel.Setting{Group: kernel.T("公司", "Company"), Field: kernel.Field{Name: "company.name", Kind: kernel.KindText, Label: kernel.T("名称", "Name"), Default: "测试店"}},
			&kernel.Setting{Group: kernel.T("公司", "Company"), Field: kernel.Field{Name: "company.books", Kind: kernel.KindBool, Label: kernel.T("记账", "Books"), Default: "false"}},
			&kernel.Setting{Group: kernel.T("成本", "Cost"), Right: "cost", Field: kernel.Field{Name: "stock.days", Kind: kernel.KindInt, Label: kernel.T("天数", "Days"), Default: "30"}})
		if err := c.AddReport(totals); err != nil {
			return err
		}
		if err := gate.Ask.Fill(c, func(_ *kernel.Tx, q gate.Question) (gate.Answer, error) {
			if o, document := q.Rec.(*order); document {
				return gate.Answer{Wait: o.Note == "ask first"}, nil
			}
			c, master := q.Rec.(*customer)
			return gate.Answer{Wait: master && c.Name == "ask first"}, nil
		}); err != nil {
			return err
		}
		if err := links.Register(c, &links.Kind{Name: "copies", Label: kernel.T("复制为", "Copied to"), Back: kernel.T("复制自", "Copied from"), Source: "shop.order", Target: "shop.order"}); err != nil {
			return err
		}
		if err := auth.Accounts.Fill(c, p.source()); err != nil {
			return err
		}
		if err := notify.Accounts.Fill(c, p.accounts); err != nil {
			return err
		}
		return c.Add(stub("base.user", "操作员", "User").Def, persons.Def, stub("base.department", "部门", "Department").Def, customers.Def, visits.Def, orders.Def)
	}}
}

// open serves a shop with a boss, two sellers with persons of their own, a viewer and a nobody.
func open(t testing.TB, o web.Options) *shop {
	t.Helper()
	p := &people{}
	for i, login := range []string{"boss", "anna", "bert", "vera", "nick"} {
		id := int64(i + 1)
		role := []string{"administrator", "seller", "seller", "viewer", "nobody"}[i]
		p.list = append(p.list, auth.Account{ID: id, Login: login, Name: strings.ToUpper(login), Lang: "zh", Roles: []string{role}, PasswordHash: hash()})
	}
	s := serve(t, p, o)
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "people", func(tx *kernel.Tx) error {
		for i := range p.list {
			one := &named{Code: p.list[i].Login, Name: p.list[i].Name}
			if err := pipeline.Create(tx, persons, one); err != nil {
				return err
			}
			p.list[i].PersonID = one.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// person is the id of somebody's person, as text.
func (s *shop) person(login string) string {
	for _, a := range s.people.list {
		if a.Login == login {
			return strconv.FormatInt(a.PersonID, 10)
		}
	}
	return ""
}

func serve(t testing.TB, p *people, o web.Options) *shop {
	t.Helper()
	s := &shop{t: t, people: p, clock: clock.Fixed(testkit.Now)}
	s.c = testkit.SQLite(t, testkit.Options{Modules: []kernel.Module{notify.Module(), module(p)}, Rights: rights{}, Clock: s.clock})
	if o.Addr == "" {
		o.Addr = "127.0.0.1:8080"
	}
	var err error
	if s.server, err = web.New(s.c, o); err != nil {
		t.Fatal(err)
	}
	return s
}

// call is one request; the zero values are those of an honest one.
type call struct {
	method, path, body string
	token              string
	version            int64
	key                string
	host               string
	remote             string
	kind               string
	header             http.Header
}

// reply is the answer to a call.
type reply struct {
	*httptest.ResponseRecorder
	body map[string]any
}

func (s *shop) do(c call) reply {
	s.t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, c.path, body)
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	if c.host != "" {
		r.Host = c.host
	}
	if c.remote != "" {
		r.RemoteAddr = c.remote
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.kind != "" {
		r.Header.Set("Content-Type", c.kind)
	}
	if c.version != 0 {
		r.Header.Set("If-Match", `"`+strconv.FormatInt(c.version, 10)+`"`)
	}
	if c.key != "" {
		r.Header.Set("Idempotency-Key", c.key)
	}
	if strings.HasPrefix(c.token, keys.Prefix) {
		r.Header.Set("Authorization", "Bearer "+c.token)
	} else if c.token != "" {
		r.AddCookie(&http.Cookie{Name: "zg_session", Value: c.token})
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	out := reply{ResponseRecorder: w}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		dec := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
		dec.UseNumber()
		if err := dec.Decode(&out.body); err != nil {
			s.t.Fatalf("%s %s answers no JSON: %v: %s", c.method, c.path, err, w.Body)
		}
		if w.Code < 500 { // what fails is answered by one function, and asking for the description would stand in the log
			s.described(r, w)
		}
	}
	return out
}

// described holds an answer against the interface's own description.
func (s *shop) described(r *http.Request, w *httptest.ResponseRecorder) {
	s.t.Helper()
	if s.doc == nil {
		ask := httptest.NewRequest("GET", "/api/openapi.json", nil)
		ask.Host, ask.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
		doc := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(doc, ask)
		var err error
		if s.doc, err = testkit.NewInterface(doc.Body.Bytes()); err != nil {
			s.t.Fatal(err)
		}
	}
	for _, bad := range s.doc.Answer(r.Method, r.URL.Path, w.Code, w.Body.Bytes()) {
		s.t.Errorf("%s %s answers %d other than described: %s", r.Method, r.URL.Path, w.Code, bad)
	}
}

// login gives the token of a session.
func (s *shop) login(name string) string {
	s.t.Helper()
	r := s.do(call{method: "POST", path: "/api/v1/session", body: `{"login":"` + name + `","password":"correct horse"}`})
	for _, c := range r.Result().Cookies() {
		if c.Name == "zg_session" && c.Value != "" {
			return c.Value
		}
	}
	s.t.Fatalf("%s could not log in: %d %s", name, r.Code, r.Body)
	return ""
}

func (r reply) id() string     { return r.body["id"].(json.Number).String() }
func (r reply) version() int64 { n, _ := r.body["version"].(json.Number).Int64(); return n }
func (r reply) text(key string) string {
	s, _ := r.body[key].(string)
	return s
}

// pointers lists "pointer code" of the problems.
func (r reply) pointers() string {
	var out []string
	list, _ := r.body["errors"].([]any)
	for _, e := range list {
		m := e.(map[string]any)
		out = append(out, m["pointer"].(string)+" "+m["code"].(string))
	}
	return strings.Join(out, ", ")
}

// expect fails unless the status is as given; for refusals code is the problem's, which must have a sentence and an id.
func (r reply) expect(t *testing.T, status int, code string) {
	t.Helper()
	if r.Code != status || code != "" && r.text("code") != code {
		t.Errorf("got %d %q, want %d %q: %s", r.Code, r.text("code"), status, code, r.Body)
	}
	if r.Code >= 400 {
		if r.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
			t.Errorf("a refusal has the type %q", r.Header().Get("Content-Type"))
		}
		if r.text("detail") == "" || r.text("detail") == r.text("code") || r.text("request_id") != r.Header().Get("X-Request-Id") {
			t.Errorf("a refusal lacks its sentence or its id: %s", r.Body)
		}
	}
}

// customer makes one as the boss and gives its id.
func (s *shop) customer(token, body string) string {
	s.t.Helper()
	r := s.do(call{method: "POST", path: "/api/v1/shop/customers", body: body, token: token})
	if r.Code != 201 {
		s.t.Fatalf("no customer: %d %s", r.Code, r.Body)
	}
	return r.id()
}
